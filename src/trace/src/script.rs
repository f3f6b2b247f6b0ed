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

    /// An actor, made by a task.
    pub(crate) fn actor(mut self, time: u64, maker: u64, actor: u64, name: &str, line: u32) -> Self {
        let site = self.site(name, line);
        self.push(Event { time, worker: DRIVER, kind: Kind::ActorStart, site, a: actor, b: maker })
    }

    /// A call on an actor, submitted.
    pub(crate) fn call(self, time: u64, parent: u64, task: u64, actor: u64, method: &str, line: u32) -> Self {
        self.submit(time, parent, task, method, line).event(time, DRIVER, Kind::Call, task, actor)
    }

    pub(crate) fn cancel(self, time: u64, who: u64, task: u64) -> Self {
        self.event(time, DRIVER, Kind::Cancel, task, who)
    }

    pub(crate) fn retry(self, time: u64, worker: u16, task: u64, attempt: u64) -> Self {
        self.event(time, worker, Kind::Retry, task, attempt)
    }

    /// A result, one of several.
    pub(crate) fn give(self, time: u64, worker: u16, task: u64, object: u64) -> Self {
        self.event(time, worker, Kind::Yield, task, object)
    }

    /// A progress bar.
    pub(crate) fn bar(mut self, time: u64, bar: u64, name: &str, total: u64) -> Self {
        let site = self.site(name, 1);
        self.push(Event { time, worker: DRIVER, kind: Kind::ProgressBegin, site, a: bar, b: total })
    }

    pub(crate) fn progress(self, time: u64, bar: u64, done: u64) -> Self {
        self.event(time, DRIVER, Kind::Progress, bar, done)
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

    /// A task ends with a result of that size.
    pub(crate) fn returned(self, time: u64, worker: u16, task: u64, bytes: u32) -> Self {
        self.push(Event { time, worker, kind: Kind::End, site: bytes, a: task, b: Status::Done as u64 })
    }

    pub(crate) fn run(self, worker: u16, task: u64, start: u64, end: u64) -> Self {
        self.start(start, worker, task).end(end, worker, task)
    }

    pub(crate) fn get_begin(mut self, time: u64, worker: u16, waiter: u64, line: u32, objects: &[u64]) -> Self {
        let site = self.site("", line);
        let b = objects.len() as u64;
        self.push(Event { time, worker, kind: Kind::GetBegin, site, a: waiter, b })
            .objects(time, worker, waiter, objects)
    }

    /// A wait for so many of some objects; the waiter is the driver or a task without a slot.
    pub(crate) fn wait_begin(mut self, time: u64, waiter: u64, line: u32, wanted: u64, objects: &[u64]) -> Self {
        let site = self.site("", line);
        let begin = Event { time, worker: DRIVER, kind: Kind::WaitBegin, site, a: waiter, b: wanted };
        self.push(begin).objects(time, DRIVER, waiter, objects)
    }

    pub(crate) fn wait_end(self, time: u64, waiter: u64, found: u64) -> Self {
        self.event(time, DRIVER, Kind::WaitEnd, waiter, found)
    }

    fn objects(self, time: u64, worker: u16, waiter: u64, objects: &[u64]) -> Self {
        objects.iter().fold(self, |script, &object| script.event(time, worker, Kind::GetObject, waiter, object))
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
