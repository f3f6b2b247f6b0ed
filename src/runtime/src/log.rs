//! Where events are kept while a program runs: one buffer a worker slot, one for the threads of the parallel kernels, and one
//! for each other thread that uses the runtime.
//!
//! The buffers of slots and of the first other thread are made, and touched, when the runtime starts: a page fault in the
//! middle of a task costs more than the task. The others take memory as they are used. A record can be taken at any moment, while
//! tasks run.

mod buffer;
mod starts;

use std::{collections::HashMap, panic::Location};

use crossbeam_utils::CachePadded;
use trace::{DRIVER, Event, Kind, Record, Site};

pub(crate) use starts::{Followers, Start};

use buffer::Buffer;

use crate::{
    stamp::{Stamps, ticks},
    sync::{Arc, Mutex},
};

/// The bytes of a value itself, without what it points to, as an event has room for them.
pub(crate) const fn shallow_size<T>() -> u32 {
    let bytes = size_of::<T>();
    if bytes > u32::MAX as usize { u32::MAX } else { bytes as u32 }
}

/// All events of a runtime, and the places in the source that they point to.
pub(crate) struct Log {
    /// Whether anything is recorded.
    recording: bool,
    stamps: Stamps,
    capacity: usize,
    slots: Box<[CachePadded<Buffer>]>,
    leased: Arc<Leased>,
    /// Apart from the others, so that a program with very many kernels loses no events of tasks.
    kernels: Mutex<Buffer>,
    /// Under the virtual clock: everything, in the order in which it happened.
    ordered: Mutex<Buffer>,
    sites: Mutex<Sites>,
}

/// The buffers of threads without a slot.
struct Leased {
    all: Mutex<Vec<Arc<Buffer>>>,
    /// Those whose thread has ended or gone elsewhere: another may write on.
    free: Mutex<Vec<Arc<Buffer>>>,
}

/// The right of one thread to write to a buffer.
pub(crate) struct Lease {
    /// The runtime whose buffer it is.
    pub(crate) owner: u64,
    buffer: Arc<Buffer>,
    leased: Arc<Leased>,
}

impl Leased {
    /// With one that is touched, for the first thread: mostly that is the only one.
    fn new(capacity: usize) -> Self {
        let first = Arc::new(Buffer::touched(capacity));
        Self { all: Mutex::new(vec![Arc::clone(&first)]), free: Mutex::new(vec![first]) }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.leased.free.lock().expect("no writer panics").push(Arc::clone(&self.buffer));
    }
}

/// Writes events that share one moment.
pub(crate) struct Writer<'a> {
    buffer: &'a Buffer,
    time: u64,
    worker: u16,
}

impl<'a> Writer<'a> {
    #[inline(always)]
    pub(crate) fn new(buffer: &'a Buffer, time: u64, worker: u16) -> Self {
        Self { buffer, time, worker }
    }

    #[inline(always)]
    pub(crate) fn write(&self, kind: Kind, site: u32, a: u64, b: u64) {
        self.buffer.push(Event { time: self.time, worker: self.worker, kind, site, a, b });
    }
}

/// Kernels are recorded coarsely, some ten events a call: 2 MiB hold thousands of calls.
const MOST_KERNEL_EVENTS: usize = 1 << 16;

#[derive(Default)]
struct Sites {
    numbers: HashMap<(&'static str, &'static str, u32), u32>,
    list: Vec<Site>,
}

impl Log {
    /// A log whose buffers hold `capacity` events each; an event takes 32 bytes. With a capacity of 0 nothing is recorded.
    pub(crate) fn new(slots: usize, capacity: usize, ordered: bool) -> Self {
        let (slots, own, all) = if ordered { (0, 0, capacity) } else { (slots, capacity, 0) };
        Self {
            recording: capacity > 0,
            stamps: Stamps::start(),
            capacity,
            slots: (0..slots).map(|_| CachePadded::new(Buffer::touched(capacity))).collect(),
            leased: Arc::new(Leased::new(own)),
            kernels: Mutex::new(Buffer::new(capacity.min(MOST_KERNEL_EVENTS))),
            ordered: Mutex::new(Buffer::new(all)),
            sites: Mutex::default(),
        }
    }

    pub(crate) fn lease(&self, owner: u64) -> Lease {
        let free = self.leased.free.lock().expect("no writer panics").pop();
        let buffer = free.unwrap_or_else(|| {
            let buffer = Arc::new(Buffer::new(self.capacity));
            self.leased.all.lock().expect("no writer panics").push(Arc::clone(&buffer));
            buffer
        });
        Lease { owner, buffer, leased: Arc::clone(&self.leased) }
    }

    #[inline]
    pub(crate) fn is_recording(&self) -> bool {
        self.recording
    }

    /// The buffer of a slot, which the thread that holds it writes to. Under the virtual clock slots have none.
    #[inline(always)]
    pub(crate) fn slot(&self, worker: u16) -> Option<&Buffer> {
        self.slots.get(usize::from(worker)).map(|buffer| &**buffer)
    }

    /// Writes to this thread's leased buffer.
    #[inline]
    pub(crate) fn write_leased(&self, lease: &Lease, ticks: u64, write: impl FnOnce(&Writer<'_>)) {
        write(&Writer::new(&lease.buffer, ticks, DRIVER));
    }

    /// Writes under the virtual clock, at a time in nanoseconds.
    pub(crate) fn write_ordered(&self, time: u64, worker: u16, write: impl FnOnce(&Writer<'_>)) {
        write(&Writer::new(&self.ordered.lock().expect("no writer panics"), time, worker));
    }

    /// Writes an event of a kernel thread, which holds no slot.
    pub(crate) fn write_kernel(&self, time: Option<u64>, kind: Kind, site: u32, task: u64, thread: u64) {
        let buffer = if time.is_some() { &self.ordered } else { &self.kernels };
        let buffer = buffer.lock().expect("no writer panics");
        let time = time.unwrap_or_else(ticks);
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

    /// Everything so far, in the order of time; `now` is the virtual time, where that is the clock.
    pub(crate) fn record(&self, workers: usize, now: Option<u64>) -> Record {
        let leased = self.leased.all.lock().expect("no writer panics").clone();
        let kernels = self.kernels.lock().expect("no writer panics");
        let ordered = self.ordered.lock().expect("no writer panics");
        let buffers = || {
            self.slots
                .iter()
                .map(|buffer| &**buffer)
                .chain(leased.iter().map(|buffer| &**buffer))
                .chain([&*kernels, &*ordered])
        };
        let mut events = Vec::new();
        for buffer in buffers() {
            let first = events.len();
            events.extend(buffer.read());
            starts::place(&mut events[first..], ticks());
        }
        let taken = now.unwrap_or_else(|| {
            let scale = self.stamps.scale();
            for event in &mut events {
                event.time = scale(event.time);
            }
            events.sort_by_key(|event| event.time);
            scale(ticks())
        });
        Record {
            workers: workers as u16,
            tasks: buffers().map(Buffer::submitted).sum(),
            taken,
            dropped: buffers().map(Buffer::dropped).sum(),
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
        let log = Log::new(1, 112, false);
        for task in 0..110 {
            Writer::new(log.slot(0).unwrap(), ticks(), 0).write(Kind::Start, 0, task, 0);
        }
        log.write_leased(&log.lease(1), ticks(), |writer| {
            writer.write(Kind::Submit, 0, 1, 0);
            writer.write(Kind::Value, 0, 1, 8);
        });
        let record = log.record(1, None);
        assert_eq!((record.events.len(), record.dropped, record.tasks), (107, 5, 1), "a sixteenth is left");
        Writer::new(log.slot(0).unwrap(), ticks(), 0).write(Kind::GetBegin, 0, 1, 1);
        let record = log.record(1, None);
        assert_eq!((record.events.len(), record.dropped), (108, 5));
        assert!(record.events.is_sorted_by_key(|event| event.time));
    }

    #[test]
    fn a_lease_is_used_again() {
        let log = Log::new(1, 10_000, false);
        for round in 0..3 {
            log.write_leased(&log.lease(1), ticks(), |writer| writer.write(Kind::Put, 0, round, 8));
        }
        let (one, other) = (log.lease(1), log.lease(1));
        for round in 0..5_000 {
            log.write_leased(&one, ticks(), |writer| writer.write(Kind::Put, 0, round, 8));
        }
        log.write_leased(&other, ticks(), |writer| writer.write(Kind::Put, 0, 0, 8));
        assert_eq!(log.record(1, None).events.len(), 5_004);
        assert_eq!(log.leased.all.lock().unwrap().len(), 2);
    }

    #[test]
    fn the_virtual_clock_keeps_the_order() {
        let log = Log::new(2, 100, true);
        for (task, worker) in [(3, 1), (1, 0), (2, DRIVER)] {
            log.write_ordered(7, worker, |writer| writer.write(Kind::Start, 0, task, 0));
        }
        let record = log.record(2, Some(9));
        assert_eq!(record.events.iter().map(|event| event.a).collect::<Vec<_>>(), [3, 1, 2]);
        assert_eq!((record.taken, record.workers, record.events[0].time), (9, 2, 7));
    }

    #[test]
    fn a_place_has_one_number() {
        let log = Log::new(1, 100, false);
        let here = Location::caller();
        assert_eq!(log.site("square", here), log.site("square", here));
        assert_ne!(log.site("square", here), log.site("", here));
        assert_eq!(log.record(1, None).sites.len(), 2);
    }
}
