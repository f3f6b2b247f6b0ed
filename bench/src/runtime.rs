//! What the runtime costs, each row beside what else could be used, or beside the same without it.
//!
//! Each run of ours has a runtime of its own, whose record has room for every event of the run: a record that is full
//! costs less, and would flatter. Starting it, and a few tasks that wake its workers, are not counted.

use std::time::{Duration, Instant};

use parlings::{Builder, Runtime, get_all, remote};

use crate::rounds::Row;

mod batch;
mod edges;
mod kernel;
mod memory;
mod nested;
mod objects;
mod record;
mod round_trip;

pub use memory::{bytes_per_finished_task, bytes_per_pending_task};

/// The rows of the table.
pub const ROWS: [Row; 11] = [
    Row { name: "empty", comparison: batch::all_cores },
    Row { name: "one_core", comparison: batch::one_core },
    Row { name: "chain", comparison: edges::chain },
    Row { name: "tree", comparison: edges::tree },
    Row { name: "round_trip", comparison: round_trip::parked },
    Row { name: "fib", comparison: nested::fib },
    Row { name: "record", comparison: record::on_and_off },
    Row { name: "sum", comparison: kernel::sum },
    Row { name: "par_sum", comparison: kernel::par_sum },
    Row { name: "put", comparison: objects::put_and_get },
    Row { name: "start", comparison: objects::start },
];

/// How many cores this process may use.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The time that `work` takes in a runtime of its own, with recording on.
pub(crate) fn in_own_runtime(workers: usize, events: usize, work: impl FnOnce()) -> Duration {
    in_runtime(Runtime::builder().num_cpus(workers).record_capacity(events), |runtime| {
        let time = timed(work);
        let dropped = runtime.record().dropped;
        assert!(dropped == 0, "{dropped} events found no room: recording was cheaper than it is");
        time
    })
}

fn in_runtime(builder: Builder, work: impl FnOnce(&Runtime) -> Duration) -> Duration {
    let runtime = builder.start().expect("the workers can be started");
    let _entered = runtime.enter();
    let mut tasks = Vec::new();
    for _ in 0..100 {
        tasks.push(empty::remote());
    }
    get_all(&tasks).expect("nothing fails");
    work(&runtime)
}

pub(crate) fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// Rayon's threads, as many as that.
fn rayon_pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started")
}

/// A task that does nothing.
#[remote]
pub fn empty() {}
