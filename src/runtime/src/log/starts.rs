//! When tasks began, where nobody has looked at the clock.
//!
//! To look at the clock where one short task follows another on a worker costs more than all the rest of the task's events: the
//! processor waits there for what it has begun. So a worker looks at one in [`SAMPLED`] of such beginnings. What lies between two
//! short tasks is much the same for a while, and the others are put where the median of the last [`SAMPLES`] says that were
//! looked at. What takes long there once, as the drop of a large result, is then seen in the task behind it.

use trace::{Event, Kind};

/// How it is known when a task begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// From the clock.
    Read,
    /// It runs inside a get, which has just recorded its own begin, or the end of the task before.
    Inline,
    /// It follows a short task on its worker. Its event has the last moment that the worker has looked at.
    Unread,
    /// From the clock, and it follows a short task on its worker: so many ticks after the last moment that the worker had looked at.
    Sampled(u64),
}

/// One in so many of the tasks that follow a short one is looked at.
const SAMPLED: usize = 8;

/// Of so many the median is taken: one or two that were disturbed do not count.
const SAMPLES: usize = 5;

/// A task that takes more ticks than this, some ten microseconds of a processor's counter, is not short: no reading of the clock is
/// felt beside it, and what lies behind a long task may be long, too, where large arguments are dropped.
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
        if self.short % SAMPLED == 1 { Start::Sampled(0) } else { Start::Unread }
    }
}

impl Start {
    const READ: u64 = 0;
    const INLINE: u64 = 1;
    const UNREAD: u64 = 2;
    /// And above it, how many ticks.
    const SAMPLED: u64 = 3;
    const BITS: u32 = 2;

    /// `b` of the task's [`Kind::Start`], until the record is taken.
    #[inline]
    pub(crate) fn word(self) -> u64 {
        match self {
            Self::Read => Self::READ,
            Self::Inline => Self::INLINE,
            Self::Unread => Self::UNREAD,
            Self::Sampled(ticks) => Self::SAMPLED | ticks << Self::BITS,
        }
    }

    fn of_word(word: u64) -> Self {
        match word & Self::SAMPLED {
            Self::READ => Self::Read,
            Self::INLINE => Self::Inline,
            Self::UNREAD => Self::Unread,
            _ => Self::Sampled(word >> Self::BITS),
        }
    }
}

/// Puts the starts in a worker's events where they belong. All stay between their neighbours, and none is later than `now`.
pub(super) fn place(events: &mut [Event], now: u64) {
    let mut samples = Samples::default();
    for event in events.iter_mut().filter(|event| event.kind == Kind::Start) {
        match Start::of_word(event.b) {
            Start::Unread => event.time += samples.median,
            Start::Sampled(ticks) => samples.add(ticks),
            Start::Read | Start::Inline => {}
        }
    }
    let mut latest = now;
    for event in events.iter_mut().rev() {
        if event.kind == Kind::Start {
            match Start::of_word(event.b) {
                Start::Unread => (event.time, event.b) = (event.time.min(latest), Start::READ),
                Start::Sampled(_) => event.b = Start::READ,
                Start::Read | Start::Inline => {}
            }
        }
        latest = event.time;
    }
}

/// The last samples of a worker, in ticks.
#[derive(Default)]
struct Samples {
    last: [u64; SAMPLES],
    seen: usize,
    median: u64,
}

impl Samples {
    fn add(&mut self, ticks: u64) {
        self.last[self.seen % SAMPLES] = ticks;
        self.seen += 1;
        let mut sorted = self.last;
        let sorted = &mut sorted[..self.seen.min(SAMPLES)];
        sorted.sort_unstable();
        self.median = sorted[sorted.len() / 2];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(time: u64, kind: Kind, start: Start) -> Event {
        Event { time, worker: 0, kind, site: 0, a: 7, b: start.word() }
    }

    /// The beginnings of tasks that run for 100 each; of each one, how long after the end before it began, and whether that is read.
    fn placed(tasks: &[(u64, Start)]) -> Vec<(u64, u64)> {
        let mut events = vec![event(0, Kind::Unpark, Start::Read)];
        let mut now = 0;
        for &(gap, start) in tasks {
            let (seen, start) = match start {
                Start::Sampled(_) => (now + gap, Start::Sampled(gap)),
                Start::Read => (now + gap, start),
                Start::Unread | Start::Inline => (now, start),
            };
            events.push(event(seen, Kind::Start, start));
            now += gap + 100;
            events.push(event(now, Kind::End, Start::Read));
        }
        place(&mut events, now);
        events.iter().filter(|event| event.kind == Kind::Start).map(|event| (event.time, event.b)).collect()
    }

    #[test]
    fn those_that_were_not_looked_at_lie_where_the_last_ones_do() {
        use Start::{Read, Unread};
        let sampled = Start::Sampled(0);
        let tasks =
            [(500, Read), (30, sampled), (29, Unread), (31, Unread), (80, sampled), (32, sampled), (31, Unread)];
        // Behind the end before by 30, by 30, and by the median of 30, 80 and 32; what was read stays.
        let starts = [500, 630, 760, 889, 1_070, 1_202, 1_334].map(|time| (time, 0));
        assert_eq!(placed(&tasks), starts);
        // Those of long ago do not count.
        let change = [vec![(30, sampled); 9], vec![(60, sampled); 3], vec![(60, Unread)]].concat();
        let begins = placed(&change);
        assert_eq!(begins[12].0 - begins[11].0, 160);
    }

    /// Who waited for the task before was woken first, and no event says so.
    #[test]
    fn what_the_worker_looked_at_last_counts_and_not_its_last_event() {
        let mut events = [
            event(50, Kind::End, Start::Read),
            event(180, Kind::Start, Start::Sampled(30)),
            event(300, Kind::End, Start::Read),
            event(400, Kind::Start, Start::Unread),
            event(500, Kind::End, Start::Read),
        ];
        place(&mut events, 500);
        assert_eq!(events.map(|event| event.time), [50, 180, 300, 430, 500]);
    }

    #[test]
    fn no_start_leaves_its_neighbours() {
        let mut events = [
            event(0, Kind::Unpark, Start::Read),
            event(50, Kind::Start, Start::Sampled(50)),
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
        assert_eq!((short[0], short[1]), (Start::Read, Start::Sampled(0)), "where there are others there is a sample");
        assert_eq!(short[1..].iter().filter(|&&start| start == Start::Sampled(0)).count(), 10);
        assert_eq!(short[1..].iter().filter(|&&start| start == Start::Unread).count(), 69);
        let long = starts(&mut followers, 70_000_000, SHORT + 1);
        assert!(long.iter().all(|&start| start == Start::Read));
    }
}
