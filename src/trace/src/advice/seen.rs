//! What the rules look at.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Context;
use crate::occupancy::Occupancy;
use crate::replay::in_order;
use crate::text::digits;
use crate::{Actor, Event, Measures, ROOT, Record, Site, Tasks, actors};

/// A record with the tables made from it, once for all rules.
pub(super) struct Seen<'a> {
    pub(super) record: &'a Record,
    pub(super) context: &'a Context,
    pub(super) events: Cow<'a, [Event]>,
    pub(super) tasks: Tasks,
    pub(super) measures: Measures,
    pub(super) occupancy: Occupancy,
    pub(super) actors: Vec<Actor>,
}

impl<'a> Seen<'a> {
    pub(super) fn new(record: &'a Record, context: &'a Context) -> Self {
        let events = in_order(record);
        let tasks = Tasks::gather(record, &events);
        let (measures, occupancy) = Measures::count(record, &events, &tasks);
        let actors = actors::of_tasks(record, &events, &tasks);
        Self { record, context, events, tasks, measures, occupancy, actors }
    }

    /// Worker slots, at least one, for divisions.
    pub(super) fn workers(&self) -> f64 {
        f64::from(self.record.workers.max(1))
    }

    /// Nanoseconds of the run as the record saw it.
    pub(super) fn wall(&self) -> f64 {
        self.measures.wall as f64
    }

    /// How much faster the run would be without so many lost nanoseconds; 1.0 where that cannot be said.
    pub(super) fn gain(&self, lost: f64) -> f64 {
        // No what-if is exact enough to promise more than a thousandfold.
        let without = (self.wall() - lost).max(self.wall() / 1_000.0);
        if without > 0.0 && lost > 0.0 { self.wall() / without } else { 1.0 }
    }

    /// Nanoseconds that workers had nothing to do between two times, per worker: what a perfect spread would save.
    pub(super) fn idle(&self, from: u64, to: u64) -> f64 {
        self.occupancy.idle(from, to) / self.workers()
    }

    /// The place of a task in the list, or behind the last one for the driver.
    pub(super) fn place(&self, id: u64) -> Option<usize> {
        if id == ROOT { Some(self.tasks.list.len()) } else { self.tasks.index(id) }
    }

    /// For every task, and the driver behind them, a value of its own.
    pub(super) fn for_each_caller<T: Clone + Default>(&self) -> Vec<T> {
        vec![T::default(); self.tasks.list.len() + 1]
    }

    /// For every site, the first one that calls the same function: what stands for all of them.
    pub(super) fn functions(&self) -> Vec<u32> {
        let mut first = HashMap::new();
        let sites = self.record.sites.iter().zip(0..);
        sites.map(|(site, index)| *first.entry(site.function.as_str()).or_insert(index)).collect()
    }

    pub(super) fn site(&self, index: u32) -> Option<Site> {
        self.record.sites.get(index as usize).cloned()
    }
}

/// "14x": what a run with so large a serial share can reach at most, by Amdahl's law.
pub(super) fn limit(serial_share: f64) -> String {
    format!("{}x", digits(serial_share.recip()))
}

/// " (line 31)", or nothing where the line is not known.
pub(super) fn at_line(site: Option<&Site>) -> String {
    site.map_or_else(String::new, |site| format!(" (line {})", site.line))
}
