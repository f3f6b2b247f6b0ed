//! Where events are kept while a program runs: one buffer a worker slot, one for the threads of the parallel kernels, and one
//! for all other threads.
//!
//! The buffers are made, and touched, when the runtime starts; they never grow. What finds its buffer full is counted
//! and lost. An event is four relaxed stores and one release store of the length: a reader that sees the length sees the
//! events below it, so a record can be taken at any moment, while tasks run.

use std::{
    collections::HashMap,
    panic::Location,
    sync::{
        Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use trace::{DRIVER, Event, Kind, Record, Site};

use crate::stamp::{Stamps, ticks};

/// One buffer. It has one writer at a time: the thread that holds its slot, or the one that holds the lock beside it.
struct Buffer {
    events: Box<[[AtomicU64; 4]]>,
    length: AtomicUsize,
    dropped: AtomicU64,
}

/// This part of a buffer is kept for what is rare and says much, waits and stored values, when a million tasks fill the rest.
const RESERVED: usize = 16;

fn is_of_one_task(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Submit | Kind::Argument | Kind::Value | Kind::Ready | Kind::Start | Kind::End | Kind::GetObject
    )
}

impl Buffer {
    fn new(capacity: usize) -> Self {
        // Written here, not left to the allocator's lazy zeroes: a page fault in the middle of a task costs more than the task.
        let events = (0..capacity).map(|_| [const { AtomicU64::new(u64::MAX) }; 4]).collect();
        Self { events, length: AtomicUsize::new(0), dropped: AtomicU64::new(0) }
    }

    #[inline]
    fn push(&self, event: Event) {
        let length = self.length.load(Ordering::Relaxed);
        let room = if is_of_one_task(event.kind) {
            self.events.len() - self.events.len() / RESERVED
        } else {
            self.events.len()
        };
        let Some(place) = self.events[..room].get(length) else {
            self.dropped.store(self.dropped.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
            return;
        };
        for (word, value) in place.iter().zip(event.to_words()) {
            word.store(value, Ordering::Relaxed);
        }
        self.length.store(length + 1, Ordering::Release);
    }

    fn read(&self) -> impl Iterator<Item = Event> {
        let length = self.length.load(Ordering::Acquire);
        self.events[..length]
            .iter()
            .filter_map(|words| Event::from_words([0, 1, 2, 3].map(|word: usize| words[word].load(Ordering::Relaxed))))
    }
}

/// All events of a runtime, and the places in the source that they point to.
pub(crate) struct Log {
    stamps: Stamps,
    slots: Box<[Buffer]>,
    others: Mutex<Buffer>,
    /// Apart from `others`, so that a program with very many kernels loses no events of tasks.
    kernels: Mutex<Buffer>,
    sites: Mutex<Sites>,
}

/// Kernels are recorded coarsely, some ten events a call: 2 MiB hold thousands of calls.
const MOST_KERNEL_EVENTS: usize = 1 << 16;

#[derive(Default)]
struct Sites {
    numbers: HashMap<(&'static str, &'static str, u32), u32>,
    list: Vec<Site>,
}

impl Log {
    /// A log whose buffers hold `capacity` events each; an event takes 32 bytes.
    pub(crate) fn new(slots: usize, capacity: usize) -> Self {
        Self {
            stamps: Stamps::start(),
            slots: (0..slots).map(|_| Buffer::new(capacity)).collect(),
            others: Mutex::new(Buffer::new(capacity)),
            kernels: Mutex::new(Buffer::new(capacity.min(MOST_KERNEL_EVENTS))),
            sites: Mutex::default(),
        }
    }

    /// Writes events that share one moment. `worker` must be the slot that this thread holds, or [`DRIVER`].
    #[inline]
    pub(crate) fn write(&self, worker: u16, events: impl IntoIterator<Item = (Kind, u32, u64, u64)>) {
        let time = ticks();
        let write = |buffer: &Buffer| {
            for (kind, site, a, b) in events {
                buffer.push(Event { time, worker, kind, site, a, b });
            }
        };
        match self.slots.get(usize::from(worker)) {
            Some(buffer) => write(buffer),
            None => write(&self.others.lock().expect("no writer panics")),
        }
    }

    /// Writes an event of a kernel thread, which holds no slot.
    pub(crate) fn write_kernel(&self, kind: Kind, site: u32, task: u64, thread: u64) {
        let time = ticks();
        let buffer = self.kernels.lock().expect("no writer panics");
        buffer.push(Event { time, worker: DRIVER, kind, site, a: task, b: thread });
    }

    /// The number of a place: the line of a call, and the function that it calls (empty for none).
    pub(crate) fn site(&self, function: &'static str, at: &'static Location<'static>) -> u32 {
        let mut sites = self.sites.lock().expect("no writer panics");
        let Sites { numbers, list } = &mut *sites;
        *numbers.entry((function, at.file(), at.line())).or_insert_with(|| {
            list.push(Site { function: function.to_string(), file: at.file().to_string(), line: at.line() });
            (list.len() - 1) as u32
        })
    }

    /// Everything so far, in the order of time.
    pub(crate) fn record(&self, tasks: u64) -> Record {
        let scale = self.stamps.scale();
        let others = self.others.lock().expect("no writer panics");
        let kernels = self.kernels.lock().expect("no writer panics");
        let buffers = || self.slots.iter().chain([&*others, &*kernels]);
        let mut events: Vec<Event> = buffers().flat_map(Buffer::read).collect();
        for event in &mut events {
            event.time = scale(event.time);
        }
        let dropped = buffers().map(|buffer| buffer.dropped.load(Ordering::Relaxed)).sum();
        drop((others, kernels));
        events.sort_by_key(|event| event.time);
        Record {
            workers: self.slots.len() as u16,
            tasks,
            taken: scale(ticks()),
            dropped,
            sites: self.sites.lock().expect("no writer panics").list.clone(),
            events,
        }
    }
}

const _: () = assert!(DRIVER == u16::MAX, "no slot may have the driver's number");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted() {
        let log = Log::new(1, 112);
        for task in 0..110 {
            log.write(0, [(Kind::Start, 0, task, 0)]);
        }
        log.write(DRIVER, [(Kind::Submit, 0, 1, 0), (Kind::Value, 0, 1, 8)]);
        let record = log.record(7);
        assert_eq!((record.events.len(), record.dropped, record.tasks), (107, 5, 7), "a sixteenth is left");
        log.write(0, [(Kind::GetBegin, 0, 1, 1)]);
        let record = log.record(7);
        assert_eq!((record.events.len(), record.dropped), (108, 5));
        assert!(record.events.is_sorted_by_key(|event| event.time));
    }

    #[test]
    fn a_place_has_one_number() {
        let log = Log::new(1, 100);
        let here = Location::caller();
        assert_eq!(log.site("square", here), log.site("square", here));
        assert_ne!(log.site("square", here), log.site("", here));
        assert_eq!(log.record(0).sites.len(), 2);
    }
}
