//! Pictures of a run as it goes on: live while it runs, and again, slowed down, when it is over.
//!
//! A record says which task ran when and where, but not on what, and no value is in it. So a picture of a moment is made from
//! three things: the case, which the parent knows and can compute with; the [`Parts`] of the work, read from the record; and
//! the output, once there is one. [`Problem::film`] is what a problem makes of them. The same function
//! draws a live picture, of a record that was taken just now, and each moment of a [`Replay`].
//!
//! Nothing here is graded. A record full of nonsense gives a picture of nonsense, and no more.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::Arc,
    time::Duration,
};

use trace::{DRIVER, Record, Status, Task, Tasks};

use crate::{Case, Problem, Wire as _, picture::Picture};

/// Draws moments of runs of one case. What it computes beforehand is computed once a case: that may take some hundredths of
/// a second, while a picture has to be there in a few thousandths.
pub type Draw<Output> = Arc<dyn Fn(&Moment<'_, Output>) -> Picture + Send + Sync>;

/// A moment of a run.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a, Output> {
    /// Who did what, and when.
    pub parts: &'a Parts,
    /// What the run gave in the end; `None` while it goes on.
    pub output: Option<&'a Output>,
    /// Nanoseconds since the runtime started. What came later is not to be seen yet.
    pub time: u64,
}

impl<Output> Moment<'_, Output> {
    /// When unit number `unit` of `units` was done, if it is done by now: nanoseconds since the runtime started.
    #[must_use]
    pub fn done_at(&self, unit: usize, units: usize) -> Option<f64> {
        self.parts.moment(unit, units).filter(|&moment| moment <= self.time as f64)
    }

    /// Unit number `unit` of `units` is done by now.
    #[must_use]
    pub fn is_done(&self, unit: usize, units: usize) -> bool {
        self.done_at(unit, units).is_some()
    }
}

/// The work of a run as parts of equal size, as far as its record tells.
///
/// The parts are the tasks of that function which worked longest, without those that only handed the same function's work
/// on; in the order in which they were submitted. That they are equal shares, and come in the order of the work, is an
/// assumption: students cut like that, and the record cannot tell. Where someone cuts in another way a picture shows parts
/// in other places than they had, but still how many there were, who did them, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// In the order of their submission.
    pub list: Vec<Part>,
    /// How many worker slots there were.
    pub workers: u16,
    /// When the first of them was submitted, nanoseconds since the runtime started.
    pub from: u64,
    /// When the record was taken, or the last of them ended: never before `from`.
    pub to: u64,
}

/// A part of the work. Times are nanoseconds since the runtime started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The worker slot that it began on; `None` if it was on none, or has not begun.
    pub worker: Option<u16>,
    /// When it began.
    pub started: Option<u64>,
    /// When it ended.
    pub ended: Option<u64>,
}

impl Part {
    /// It has begun by that time.
    #[must_use]
    pub fn is_begun(&self, time: u64) -> bool {
        self.started.is_some_and(|started| started <= time)
    }

    /// It is over by that time.
    #[must_use]
    pub fn is_over(&self, time: u64) -> bool {
        self.ended.is_some_and(|ended| ended <= time)
    }

    /// Nanoseconds from its beginning until its end, or until that time if it goes on longer.
    #[must_use]
    pub fn lasted(&self, time: u64) -> u64 {
        let end = self.ended.unwrap_or(time).min(time);
        self.started.map_or(0, |started| end.saturating_sub(started))
    }

    /// When a share of it was done: it is taken to go on evenly. `None` if it has not ended.
    fn moment(&self, share: f64) -> Option<f64> {
        let ended = self.ended? as f64;
        let started = self.started.map_or(ended, |started| (started as f64).min(ended));
        Some(started + share * (ended - started))
    }
}

impl Parts {
    /// Reads a record, whatever is in it.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let tasks = Tasks::of(record);
        let list = longest_at_work(record, &tasks);
        let from = list.iter().map(|task| task.submitted).min().unwrap_or(0);
        let to = list.iter().filter_map(|task| task.ended).fold(record.taken.max(from), u64::max);
        let part = |task: &&Task| Part {
            worker: Some(task.worker).filter(|&worker| worker != DRIVER && task.started.is_some()),
            started: task.started,
            ended: task.ended,
        };
        Self { list: list.iter().map(part).collect(), workers: record.workers, from, to }
    }

    /// When unit number `unit` of `units` was done, in nanoseconds since the runtime started; `None` if its part has not ended.
    #[must_use]
    pub fn moment(&self, unit: usize, units: usize) -> Option<f64> {
        let place = self.place(unit, units)?;
        // A part may have less than one unit, where there are more of them than units.
        let share = ((unit as u128 + 1) * self.list.len() as u128) as f64 / units as f64 - place as f64;
        self.list[place].moment(share.clamp(0.0, 1.0))
    }

    /// The part that unit number `unit` of `units` is in; the last, if it is in several.
    #[must_use]
    pub fn part(&self, unit: usize, units: usize) -> Option<&Part> {
        self.place(unit, units).map(|place| &self.list[place])
    }

    /// The share of the work that was done at that time, from 0 to 1.
    #[must_use]
    pub fn done(&self, time: u64) -> f64 {
        let of_part = |part: &Part| match (part.started, part.ended) {
            (_, Some(ended)) if ended <= time => 1.0,
            (Some(started), Some(ended)) if started < time => (time - started) as f64 / (ended - started) as f64,
            _ => 0.0,
        };
        self.list.iter().map(of_part).sum::<f64>() / self.list.len().max(1) as f64
    }

    /// Part b of n has the units from floor(b units / n) on, as most students cut: so a unit is in part
    /// ceil((unit + 1) n / units) - 1.
    fn place(&self, unit: usize, units: usize) -> Option<usize> {
        let behind = (unit as u128 + 1) * self.list.len() as u128;
        let place = behind.checked_sub(1)?.checked_div(units as u128)?;
        usize::try_from(place).ok().filter(|&place| place < self.list.len())
    }
}

/// The tasks that the work was done in: those of the function that worked longest.
fn longest_at_work<'a>(record: &Record, tasks: &'a Tasks) -> Vec<&'a Task> {
    let function = |task: &Task| record.sites.get(task.site as usize).map(|site| site.function.as_str());
    let mut at_work: HashMap<&str, (u64, u64)> = HashMap::new();
    let never_begins = |task: &Task| task.started.is_none() && task.status == Some(Status::Cancelled);
    let all = || tasks.list.iter().filter(|task| task.actor.is_none() && !never_begins(task));
    for (task, function) in all().filter_map(|task| Some((task, function(task)?))) {
        let (own, count) = at_work.entry(function).or_default();
        (*own, *count) = (own.saturating_add(task.own), *count + 1);
    }
    // While none has ended yet, that with most tasks.
    let longest = at_work.into_iter().max_by_key(|&(function, (own, count))| (own, count, function));
    let Some((longest, _)) = longest else { return Vec::new() };
    let of_longest = || all().filter(|task| function(task) == Some(longest));
    let handed_on: HashSet<u64> = of_longest().map(|task| task.parent).collect();
    of_longest().filter(|task| !handed_on.contains(&task.id)).collect()
}

/// What runs of one case look like: see [`Given::film`](crate::Given::film).
pub trait Film: Send + Sync {
    /// The picture of a run that goes on, from what its record holds by now.
    fn live(&self, record: &Record) -> Picture;

    /// A run that is over, from its beginning to its answer. `None` where there is nothing to replay: no task did the work, or the
    /// bytes are no output of this problem.
    fn replay(&self, record: &Record, output: &[u8]) -> Option<Replay>;
}

/// The film of a problem's case.
pub(crate) struct OfProblem<P: Problem> {
    pub(crate) problem: &'static P,
    pub(crate) case: Case,
    pub(crate) draw: Draw<P::Output>,
}

impl<P: Problem> Film for OfProblem<P> {
    fn live(&self, record: &Record) -> Picture {
        let parts = Parts::of(record);
        (self.draw)(&Moment { parts: &parts, output: None, time: parts.to })
    }

    fn replay(&self, record: &Record, output: &[u8]) -> Option<Replay> {
        let parts = Parts::of(record);
        let output = P::Output::from_bytes(output).filter(|_| !parts.list.is_empty())?;
        let (draw, last) = (Arc::clone(&self.draw), self.problem.picture(&self.case, &output));
        let length = parts.to - parts.from;
        let frame = move |share: f64| {
            if share >= 1.0 {
                return last.clone();
            }
            let time = parts.from.saturating_add((share * length as f64) as u64);
            draw(&Moment { parts: &parts, output: Some(&output), time })
        };
        Some(Replay::new(Duration::from_nanos(length), frame))
    }
}

/// A run that is over, moment by moment. Copies are cheap.
#[derive(Clone)]
pub struct Replay {
    length: Duration,
    frame: Arc<dyn Fn(f64) -> Picture + Send + Sync>,
}

impl Replay {
    /// A replay of a run of that length; `frame` draws it when a share of its time is over, from 0 to 1.
    #[must_use]
    pub fn new(length: Duration, frame: impl Fn(f64) -> Picture + Send + Sync + 'static) -> Self {
        Self { length, frame: Arc::new(frame) }
    }

    /// How long the run took, from its first submission until its record was taken.
    #[must_use]
    pub fn length(&self) -> Duration {
        self.length
    }

    /// How it looked when a share of that time was over. The last picture, at 1, is that of the answer.
    #[must_use]
    pub fn frame(&self, share: f64) -> Picture {
        (self.frame)(share.clamp(0.0, 1.0))
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Replay").field("length", &self.length).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
