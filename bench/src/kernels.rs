//! The works of the comparison with other tools, each as fast as this runtime and this machine can do it.
//!
//! Each module has one work, spread over the workers as tasks or as a [`Kernel`](parlings::Kernel), and a test that compares
//! it with the plain loop. Where several numbers are computed at a time they stand in arrays of *lanes*, which the compiler
//! turns into vector instructions; `multiversion` compiles such a function for several instruction sets and takes the best
//! that the machine has. What that does to the order of sums, each module says.

use std::ops::Range;

pub mod bootstrap;
pub mod column_sums;
pub mod integral;
pub mod julia;
pub mod k_means;
pub mod pi;
pub mod random;
pub mod slow_series;
pub mod tree;
pub mod word_count;

/// Tasks per worker where all items cost the same: enough that nobody waits long for the last one.
const TASKS_PER_WORKER: u64 = 16;

/// `0..items` cut into a range for each task.
fn parts(items: u64) -> impl Iterator<Item = Range<u64>> {
    let parts = (parlings::workers() as u64 * TASKS_PER_WORKER).clamp(1, items.max(1));
    let cut = move |part: u64| (u128::from(items) * u128::from(part) / u128::from(parts)) as u64;
    (0..parts).map(move |part| cut(part)..cut(part + 1))
}

#[cfg(test)]
fn in_runtime<T>(work: impl FnOnce() -> Result<T, parlings::TaskError>) -> T {
    let runtime = parlings::Runtime::builder().num_cpus(2).start().expect("two workers can be started");
    let _entered = runtime.enter();
    work().expect("no task fails")
}
