//! What it costs that everything is recorded, where tasks do a microsecond of work.

use std::time::Duration;

use parlings::{Builder, Runtime, get_all, remote};

use crate::{
    rounds::{Asked, Comparison, Contender},
    runtime::{cores, in_runtime, timed},
};

const TASKS: u64 = 20_000;
const EVENTS: usize = 4 * TASKS as usize;

/// Additions that wait for each other, four cycles each: about a microsecond on a machine of 2 to 3 GHz.
#[remote]
fn microsecond(seed: f64) -> f64 {
    (0..650).fold(seed, |sum, _| sum + 1.0)
}

pub(super) fn on_and_off() -> Comparison {
    Comparison {
        what: "recording on against off, tasks of 1 us",
        unit: "a task",
        asked: Asked::AtMost(1.05),
        contenders: vec![
            Contender::new("on", TASKS, || run(Runtime::builder().record_capacity(EVENTS))),
            Contender::new("off", TASKS, || run(Runtime::builder().record(false))),
        ],
    }
}

fn run(builder: Builder) -> Duration {
    in_runtime(builder.num_cpus(cores()), |_| {
        timed(|| {
            let mut tasks = Vec::with_capacity(TASKS as usize);
            for number in 0..TASKS {
                tasks.push(microsecond::remote(number as f64));
            }
            get_all(&tasks).expect("nothing fails");
        })
    })
}
