//! When tasks began, where nobody has looked at the clock.
//!
//! To look at the clock where one short task follows another on a worker costs more than all the rest of the task's events: the
//! processor waits there for what it has begun. So a worker looks at one in [`SAMPLED`] of such beginnings. What lies between two
//! short tasks is much the same each time, and the others are put where the median of those that were looked at says.

use trace::{Event, Kind};

/// How it is known when a task begins: `b` of its [`Kind::Start`], until the record is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// From the clock.
    Read = 0,
    /// It runs inside a get, which has just recorded its own begin, or the end of the task before.
    Inline = 1,
    /// From the clock, and it follows a short task on its worker: a sample of what lies between two of them.
    Sampled = 2,
    /// It follows a short task on its worker. Its event has the last moment that the worker has looked at.
    Unread = 3,
}

/// One in so many of the tasks that follow a short one is looked at.
const SAMPLED: usize = 8;

/// A task that takes more ticks than this is not short: no reading of the clock is felt beside some ten microseconds, and what lies
/// behind a long task may be long, too, where large arguments are dropped.
const SHORT: u64 = 1 << 15;

/// A worker's tasks that follow one another.
#[derive(Default)]
pub(crate) struct Followers {
    short: usize,
    /// When the task ended that the next one follows.
    ended: u64,
}

impl Followers {
    /// How the worker learns when the task begins that follows the one that ended at `ended`, in ticks.
    #[inline]
    pub(crate) fn next(&mut self, ended: u64) -> Start {
        let took = ended.saturating_sub(std::mem::replace(&mut self.ended, ended));
        if took > SHORT {
            return Start::Read;
        }
        self.short += 1;
        if self.short % SAMPLED == 1 { Start::Sampled } else { Start::Unread }
    }
}

impl Start {
    /// Whether the worker looks at the clock.
    #[inline]
    pub(crate) fn is_read(self) -> bool {
        matches!(self, Self::Read | Self::Sampled)
    }
}

/// Puts the starts in a worker's events where they belong. All stay between their neighbours, and none is later than `now`.
pub(super) fn place(events: &mut [Event], now: u64) {
    let is = |event: &Event, start: Start| event.kind == Kind::Start && event.b == start as u64;
    let samples = events.windows(2).filter(|pair| is(&pair[1], Start::Sampled));
    let mut gaps: Vec<u64> = samples.map(|pair| pair[1].time.saturating_sub(pair[0].time)).collect();
    let middle = gaps.len() / 2;
    let gap = if gaps.is_empty() { 0 } else { *gaps.select_nth_unstable(middle).1 };
    let mut latest = now;
    for event in events.iter_mut().rev() {
        if is(event, Start::Unread) {
            event.time = (event.time + gap).min(latest).max(event.time);
        }
        if is(event, Start::Unread) || is(event, Start::Sampled) {
            event.b = Start::Read as u64;
        }
        latest = event.time;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(time: u64, kind: Kind, start: Start) -> Event {
        Event { time, worker: 0, kind, site: 0, a: 7, b: start as u64 }
    }

    /// The beginnings of tasks that run for 100 each; of each one, how long after the end before it began, and how that is known.
    fn placed(tasks: &[(u64, Start)]) -> Vec<(u64, u64)> {
        let mut events = vec![event(0, Kind::Unpark, Start::Read)];
        let mut now = 0;
        for &(gap, start) in tasks {
            let seen = if start.is_read() { now + gap } else { now };
            events.push(event(seen, Kind::Start, start));
            now += gap + 100;
            events.push(event(now, Kind::End, Start::Read));
        }
        place(&mut events, now);
        events.iter().filter(|event| event.kind == Kind::Start).map(|event| (event.time, event.b)).collect()
    }

    #[test]
    fn those_that_were_not_looked_at_lie_where_the_others_do() {
        use Start::{Read, Sampled, Unread};
        let tasks =
            [(500, Read), (30, Sampled), (29, Unread), (31, Unread), (80, Sampled), (32, Unread), (31, Sampled)];
        // Each begins 31 after the end before, the median; what was read stays.
        let starts = [500, 630, 761, 890, 1_070, 1_201, 1_333].map(|time| (time, 0));
        assert_eq!(placed(&tasks), starts);
    }

    #[test]
    fn no_start_leaves_its_neighbours() {
        let mut events = [
            event(0, Kind::Unpark, Start::Read),
            event(50, Kind::Start, Start::Sampled),
            event(60, Kind::End, Start::Read),
            event(60, Kind::Start, Start::Unread),
            event(80, Kind::End, Start::Read),
            event(80, Kind::Start, Start::Unread),
        ];
        place(&mut events, 95);
        assert_eq!(events.map(|event| event.time), [0, 50, 60, 80, 80, 95]);
    }

    #[test]
    fn inline_tasks_and_a_worker_without_samples_are_left_as_they_are() {
        assert_eq!(placed(&[(0, Start::Inline), (0, Start::Inline)]), [(0, 1), (100, 1)]);
        assert_eq!(placed(&[(3, Start::Unread)]), [(0, 0)]);
        place(&mut [], 5);
    }

    #[test]
    fn one_in_eight_that_follow_a_short_one_is_looked_at() {
        let mut followers = Followers::default();
        let starts = |followers: &mut Followers, from: u64, took: u64| -> Vec<_> {
            (0..80).map(|number| followers.next(from + number * took)).collect()
        };
        let short = starts(&mut followers, 7_000_000, SHORT);
        assert_eq!((short[0], short[1]), (Start::Read, Start::Sampled), "where there are others there is a sample");
        assert_eq!(short[1..].iter().filter(|&&start| start == Start::Sampled).count(), 10);
        assert_eq!(short[1..].iter().filter(|&&start| start == Start::Unread).count(), 69);
        let long = starts(&mut followers, 70_000_000, SHORT + 1);
        assert!(long.iter().all(|&start| start == Start::Read));
    }
}
