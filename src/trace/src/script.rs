//! Records for unit tests, written down event by event.

use std::collections::HashMap;

use crate::{DRIVER, Event, Kind, ROOT, Record, Site, Status};

/// A record in the making. Every method adds the events that its name says.
pub(crate) struct Script {
    record: Record,
    sites: HashMap<(String, u32), u32>,
}

impl Script {
    pub(crate) fn new(workers: u16) -> Self {
        Self { record: Record { workers, ..Record::default() }, sites: HashMap::new() }
    }

    /// The record, its events in order, taken at the last of them.
    pub(crate) fn record(mut self) -> Record {
        self.record.events.sort_by_key(|event| event.time);
        self.record.taken = self.record.events.last().map_or(0, |event| event.time);
        self.record
    }

    pub(crate) fn event(self, time: u64, worker: u16, kind: Kind, a: u64, b: u64) -> Self {
        self.push(Event { time, worker, kind, site: 0, a, b })
    }

    pub(crate) fn submit(mut self, time: u64, parent: u64, task: u64, function: &str, line: u32) -> Self {
        self.record.tasks += 1;
        let site = self.site(function, line);
        self.push(Event { time, worker: DRIVER, kind: Kind::Submit, site, a: task, b: parent })
    }

    pub(crate) fn argument(self, time: u64, task: u64, object: u64) -> Self {
        self.event(time, DRIVER, Kind::Argument, task, object)
    }

    pub(crate) fn start(self, time: u64, worker: u16, task: u64) -> Self {
        self.event(time, worker, Kind::Start, task, 0)
    }

    pub(crate) fn start_inline(self, time: u64, worker: u16, task: u64) -> Self {
        self.event(time, worker, Kind::Start, task, 1)
    }

    pub(crate) fn end(self, time: u64, worker: u16, task: u64) -> Self {
        self.end_as(time, worker, task, Status::Done)
    }

    pub(crate) fn end_as(self, time: u64, worker: u16, task: u64, status: Status) -> Self {
        self.event(time, worker, Kind::End, task, status as u64)
    }

    pub(crate) fn run(self, worker: u16, task: u64, start: u64, end: u64) -> Self {
        self.start(start, worker, task).end(end, worker, task)
    }

    pub(crate) fn get_begin(mut self, time: u64, worker: u16, waiter: u64, line: u32, objects: &[u64]) -> Self {
        let site = self.site("", line);
        let count = objects.len() as u64;
        self = self.push(Event { time, worker, kind: Kind::GetBegin, site, a: waiter, b: count });
        for &object in objects {
            self = self.event(time, worker, Kind::GetObject, waiter, object);
        }
        self
    }

    pub(crate) fn get_end(self, time: u64, worker: u16, waiter: u64) -> Self {
        self.event(time, worker, Kind::GetEnd, waiter, 0)
    }

    /// A kernel thread at work, called by the driver.
    pub(crate) fn kernel(self, thread: u64, start: u64, end: u64) -> Self {
        self.event(start, DRIVER, Kind::KernelBegin, ROOT, thread).event(end, DRIVER, Kind::KernelEnd, ROOT, thread)
    }

    /// A value stored by the driver.
    pub(crate) fn put(mut self, time: u64, object: u64, line: u32) -> Self {
        let site = self.site("", line);
        self.push(Event { time, worker: DRIVER, kind: Kind::Put, site, a: object, b: 24 })
    }

    fn push(mut self, event: Event) -> Self {
        self.record.events.push(event);
        self
    }

    fn site(&mut self, function: &str, line: u32) -> u32 {
        let next = self.sites.len() as u32;
        *self.sites.entry((function.to_owned(), line)).or_insert_with(|| {
            self.record.sites.push(Site { function: function.to_owned(), file: "pi.rs".to_owned(), line });
            next
        })
    }
}
