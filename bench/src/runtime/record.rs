//! What it costs that everything is recorded, where tasks do a microsecond of work.

use std::{hint::black_box, sync::LazyLock, time::Duration};

use parlings::{Builder, Runtime, get_all, remote};

use crate::{
    rounds::{Asked, Comparison, Contender},
    runtime::{cores, in_runtime, timed},
};

const TASKS: u64 = 20_000;
const EVENTS: usize = 4 * TASKS as usize;

/// How many rounds take a microsecond on this machine: the fastest of several trials says so.
static ROUNDS: LazyLock<u64> = LazyLock::new(|| {
    const TRIED: u64 = 100_000;
    let fastest = (0..10).map(|_| timed(|| _ = black_box(work(black_box(1), TRIED)))).min().expect("there are trials");
    TRIED * 1_000 / fastest.as_nanos() as u64
});

/// As many xorshifts side by side as keep the processor busy. Where each step waited for the one before, the processor would do a
/// part of the runtime's work meanwhile, and to look at the clock, which waits for all before it, would seem to cost that part.
fn work(seed: u64, rounds: u64) -> u64 {
    let mut states = std::array::from_fn::<u64, 16, _>(|lane| seed + lane as u64);
    for _ in 0..rounds {
        for state in &mut states {
            *state ^= *state << 13;
            *state ^= *state >> 7;
            *state ^= *state << 17;
        }
    }
    states.iter().fold(0, |all, state| all ^ state)
}

#[remote]
fn microsecond(seed: u64) -> u64 {
    work(seed, *ROUNDS)
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
                tasks.push(microsecond::remote(number));
            }
            get_all(&tasks).expect("nothing fails");
        })
    })
}
