//! This runtime's actor, with recording on.

use std::time::Duration;

use parlings::{ActorRef, actor};

use crate::{
    actors::{ASKS, TELLS},
    runtime::{cores, in_own_runtime, timed},
};

/// For each call its submission, start and end, and for some the get of their answer.
const EVENTS: usize = 8 * TELLS as usize;

struct Counter {
    count: u64,
}

#[actor]
impl Counter {
    pub(crate) fn new(start: u64) -> Self {
        Self { count: start }
    }

    pub(crate) fn increment(&mut self) {
        self.count += 1;
    }

    pub(crate) fn value(&self) -> u64 {
        self.count
    }
}

pub(super) fn tell() -> Duration {
    with_counter(|counter| {
        for _ in 0..TELLS {
            drop(counter.increment());
        }
        assert_eq!(value(counter), TELLS);
    })
}

pub(super) fn ask() -> Duration {
    with_counter(|counter| (0..ASKS).for_each(|_| assert_eq!(value(counter), 0)))
}

fn with_counter(work: impl FnOnce(&ActorRef<Counter>)) -> Duration {
    let mut time = Duration::ZERO;
    in_own_runtime(cores(), EVENTS, || {
        let counter = Counter::remote(0);
        value(&counter); // It is there.
        time = timed(|| work(&counter));
    });
    time
}

fn value(counter: &ActorRef<Counter>) -> u64 {
    *counter.value().get().expect("the actor answers")
}
