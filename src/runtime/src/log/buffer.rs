//! One buffer of events.
//!
//! It never grows: what finds it full is counted and lost. An event is four relaxed stores and one release store of the length: a
//! reader that sees the length sees the events below it.

// The proofs need not follow these: what is recorded changes nothing that a program does.
use std::sync::atomic::AtomicU64;

use trace::{Event, Kind};

use crate::{
    pool::fetch,
    sync::{AtomicUsize, Ordering},
};

/// A buffer. It has one writer at a time: the thread that holds its slot or its lease, or the lock beside it.
pub(crate) struct Buffer {
    places: Box<[Place]>,
    /// How many of them events of single tasks may take.
    for_tasks: usize,
    length: AtomicUsize,
    dropped: AtomicU64,
    /// Tasks submitted, those included whose events were lost.
    submitted: AtomicU64,
}

/// Where an event is kept, its words.
type Place = [AtomicU64; 4];

/// This part of a buffer is kept for what is rare and says much, waits and stored values, when a million tasks fill the rest.
const RESERVED: usize = 16;

/// So many events ahead of the one that is written memory is asked for.
const FETCHED: usize = 8;

fn is_of_one_task(kind: Kind) -> bool {
    use Kind::{Argument, Call, End, GetObject, Ready, Start, Submit, Value, Yield};
    matches!(kind, Submit | Argument | Value | Ready | Start | End | GetObject | Call | Yield)
}

impl Buffer {
    /// Room for `capacity` events. The system gives the memory when it is written to.
    #[expect(unsafe_code, reason = "memory that the system gives as zeros")]
    pub(super) fn new(capacity: usize) -> Self {
        // SAFETY: zeros are a value of numbers, and so of atomic ones.
        let places = unsafe { Box::<[Place]>::new_zeroed_slice(capacity).assume_init() };
        Self {
            places,
            for_tasks: capacity - capacity / RESERVED,
            length: AtomicUsize::new(0),
            dropped: AtomicU64::new(0),
            submitted: AtomicU64::new(0),
        }
    }

    /// The same, with its memory.
    pub(super) fn touched(capacity: usize) -> Self {
        const PAGE: usize = 4096 / size_of::<Place>();
        let mut buffer = Self::new(capacity);
        buffer.places.iter_mut().step_by(PAGE).for_each(|place| *place = [const { AtomicU64::new(u64::MAX) }; 4]);
        buffer
    }

    #[inline(always)]
    pub(super) fn push(&self, event: Event) {
        if event.kind == Kind::Submit {
            self.submitted.store(self.submitted.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        }
        let length = self.length.load(Ordering::Relaxed);
        let has_room = !is_of_one_task(event.kind) || length < self.for_tasks;
        let Some(place) = self.places.get(length).filter(|_| has_room) else {
            self.dropped.store(self.dropped.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
            return;
        };
        fetch(std::ptr::from_ref(place).wrapping_add(FETCHED).cast());
        for (word, written) in event.to_words().into_iter().zip(place) {
            written.store(word, Ordering::Relaxed);
        }
        self.length.store(length + 1, Ordering::Release);
    }

    /// The events so far, in the order in which they were written.
    pub(super) fn read(&self) -> impl Iterator<Item = Event> {
        let written = &self.places[..self.length.load(Ordering::Acquire)];
        written.iter().filter_map(|place| Event::from_words(place.each_ref().map(|word| word.load(Ordering::Relaxed))))
    }

    /// How many events were lost.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// How many tasks were submitted.
    pub(super) fn submitted(&self) -> u64 {
        self.submitted.load(Ordering::Relaxed)
    }
}
