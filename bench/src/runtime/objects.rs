//! Stored values, and starting: what there is to pay before any task.

use std::sync::Arc;

use parlings::{Runtime, put};

use crate::{
    rounds::{Asked, Comparison, Contender},
    runtime::{cores, empty, in_own_runtime, timed},
};

/// Puts and gets in a run; a single one would be little more than the two looks at the clock.
const TIMES: u64 = 1_000;

/// A put, and a get that begins, names its object and ends.
const EVENTS: usize = 8 * TIMES as usize;

pub(super) fn put_and_get() -> Comparison {
    let mut values = vec![1_u8; 100_000_000];
    Comparison {
        what: "put + get of 100 MB",
        unit: "",
        asked: Asked::Nanoseconds(1_000.0),
        contenders: vec![Contender::new("ours", TIMES, move || {
            in_own_runtime(cores(), EVENTS, || {
                for _ in 0..TIMES {
                    let object = put(std::mem::take(&mut values));
                    let shared = object.get().expect("a stored value is there");
                    drop(object);
                    values = Arc::into_inner(shared).expect("nobody else has it");
                }
            })
        })],
    }
}

pub(super) fn start() -> Comparison {
    Comparison {
        what: "start to the first result, and stop",
        unit: "",
        asked: Asked::Nanoseconds(390e6),
        contenders: vec![Contender::new("ours", 1, || {
            timed(|| {
                let runtime = Runtime::builder().num_cpus(cores()).start().expect("the workers can be started");
                let _entered = runtime.enter();
                empty::remote().get().map(drop).expect("nothing fails");
            })
        })],
    }
}
