//! How many slots had a task, at any time.

use crate::replay::{Observer, Occupied};

/// The number of slots with a task, over time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Occupancy {
    workers: u16,
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    time: u64,
    slots: usize,
    /// Nanoseconds that all slots together had had a task until then.
    before: f64,
}

impl Occupancy {
    pub(crate) fn new(workers: u16) -> Self {
        Self { workers, steps: Vec::new() }
    }

    /// Nanoseconds in which two slots or more had a task.
    pub(crate) fn overlap(&self) -> u64 {
        let shared = self.steps.windows(2).filter(|pair| pair[0].slots >= 2);
        shared.map(|pair| pair[1].time - pair[0].time).sum()
    }

    /// Nanoseconds without a task between two times, added over all slots.
    pub(crate) fn idle(&self, from: u64, to: u64) -> f64 {
        let available = f64::from(self.workers) * to.saturating_sub(from) as f64;
        (available - (self.occupied_until(to) - self.occupied_until(from))).max(0.0)
    }

    fn occupied_until(&self, time: u64) -> f64 {
        let next = self.steps.partition_point(|step| step.time <= time);
        self.steps[..next].last().map_or(0.0, |step| step.until(time))
    }
}

impl Step {
    fn until(&self, time: u64) -> f64 {
        self.before + self.slots as f64 * (time - self.time) as f64
    }
}

impl Observer for Occupancy {
    fn occupied(&mut self, time: u64, now: Occupied) {
        let (last, slots) = (self.steps.last(), now.workers);
        // Actors come and go, and change nothing.
        if last.is_some_and(|last| last.slots == slots) {
            return;
        }
        let before = last.map_or(0.0, |step| step.until(time));
        self.steps.push(Step { time, slots, before });
    }
}
