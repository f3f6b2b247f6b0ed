//! What tasks leave behind, and what they take while they wait, as an allocator sees it.

use std::sync::{Arc, Barrier};

use parlings::{ObjectRef, Runtime, get_all, remote};

use crate::runtime::empty;

const TASKS: usize = 10_000;
const BATCHES: usize = 50;

#[remote]
fn hold(started: Arc<Barrier>, go_on: Arc<Barrier>) {
    started.wait();
    go_on.wait();
}

/// Bytes that a task leaves behind when it has run and its reference is dropped; `allocated` says how many are in use.
///
/// # Panics
/// When the workers cannot be started.
pub fn bytes_per_finished_task(allocated: impl Fn() -> usize) -> i64 {
    in_runtime_of_one(|| {
        // Queues grow to what they need, and keep it: only what is added after as many tasks counts.
        run_batches();
        let before = allocated();
        run_batches();
        // In whole bytes: a queue may be a block longer or shorter than it was, however many tasks went through it.
        per_task(before, allocated(), BATCHES * TASKS)
    })
}

fn per_task(before: usize, after: usize, tasks: usize) -> i64 {
    (after as i64 - before as i64) / tasks as i64
}

fn run_batches() {
    for _ in 0..BATCHES {
        run(TASKS);
    }
}

fn run(tasks: usize) {
    let mut refs = Vec::with_capacity(tasks);
    for _ in 0..tasks {
        refs.push(empty::remote());
    }
    get_all(&refs).expect("nothing fails");
}

/// Bytes that a task takes which has been submitted and not begun, without its reference. The only worker is kept busy.
///
/// # Panics
/// When the workers cannot be started.
pub fn bytes_per_pending_task(allocated: impl Fn() -> usize) -> i64 {
    in_runtime_of_one(|| {
        // Not so many that these use the memory that they have left.
        run(TASKS / 100);
        let [started, go_on] = [(); 2].map(|()| Arc::new(Barrier::new(2)));
        let held = hold::remote(Arc::clone(&started), Arc::clone(&go_on));
        started.wait();
        let mut refs: Vec<ObjectRef<()>> = Vec::with_capacity(TASKS);
        let before = allocated();
        for _ in 0..TASKS {
            refs.push(empty::remote());
        }
        let bytes = per_task(before, allocated(), TASKS);
        go_on.wait();
        held.get().map(drop).expect("nothing fails");
        get_all(&refs).expect("nothing fails");
        bytes
    })
}

fn in_runtime_of_one<T>(work: impl FnOnce() -> T) -> T {
    let runtime = Runtime::builder().num_cpus(1).start().expect("a worker can be started");
    let _entered = runtime.enter();
    work()
}
