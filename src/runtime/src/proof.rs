//! Proofs under shuttle: the protocols of this crate, tried under many orders of their steps. Run by `cargo prove`.
//!
//! Each test is a small program. It is run again and again, each time under another schedule: drawn at random, and by
//! probabilistic concurrency testing, which runs threads by priority and changes these at a few places drawn at random.
//! A program in which nobody can go on ends its test, and so does one that never ends: a lost wake-up is one of these.
//! What fails is printed with its schedule, to be run again by `shuttle::replay`.
//!
//! Shuttle runs every atomic operation as if it were sequentially consistent. What weaker orderings allow is tried by loom, in
//! `tests/loom.rs`.
//!
//! Source: Burckhardt and others, "A randomized scheduler with probabilistic guarantees of finding bugs", 2010.

mod actor;
mod cell;
mod runtime;
mod task;

use shuttle::{
    Config, Runner,
    scheduler::{PctScheduler, RandomScheduler},
};

use crate::{IntoArg, ObjectRef, argument::Arg};

/// How many schedules of each kind a program is run under, unless `SCHEDULES` says otherwise.
const SCHEDULES: usize = 1_000;

/// The most changes of priority in one schedule.
const CHANGES: usize = 3;

/// Runs `program` under many schedules.
fn explore(program: impl Fn() + Send + Sync + Copy + 'static) {
    let asked = std::env::var("SCHEDULES").ok();
    let schedules = asked.map_or(SCHEDULES, |asked| asked.parse().expect("SCHEDULES is a number"));
    let config = || {
        let mut config = Config::new();
        config.stack_size = 1 << 18;
        config.silence_warnings = true;
        config
    };
    Runner::new(RandomScheduler::new_from_seed(7, schedules), config()).run(program);
    Runner::new(PctScheduler::new_from_seed(7, CHANGES, schedules), config()).run(program);
}

/// The object as an argument that a task owns.
fn owned<T: Clone + Send + Sync + 'static>(object: &ObjectRef<T>) -> Arg<T> {
    object.into_arg()
}
