//! Many empty tasks: what a task costs when there are many.

use std::{hint::black_box, time::Duration};

use parlings::get_all;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::{
    rounds::{Asked, Comparison, Contender},
    runtime::{cores, empty, in_own_runtime, rayon_pool, timed},
};

const TASKS: u64 = 100_000;

/// A submission and the get of its result, or a start and an end: each of them may be all on one thread.
const EVENTS: usize = 3 * TASKS as usize;

pub(super) fn all_cores() -> Comparison {
    Comparison {
        what: "submit + run + get of 100,000 empty tasks",
        unit: "a task",
        asked: Asked::AtMost(3.0),
        contenders: vec![
            Contender::new("ours", TASKS, || ours(cores())),
            Contender::new("rayon scope", TASKS, || rayon(cores())),
            Contender::new("tokio spawn + join", TASKS, || tokio(cores())),
        ],
    }
}

pub(super) fn one_core() -> Comparison {
    Comparison {
        what: "the same on one core",
        unit: "a task",
        asked: Asked::AtMost(4.0),
        contenders: vec![
            Contender::new("ours", TASKS, || on_one_core(|| ours(1))),
            Contender::new("rayon scope", TASKS, || on_one_core(|| rayon(1))),
            Contender::new("tokio spawn + join", TASKS, || on_one_core(|| tokio(1))),
        ],
    }
}

fn ours(workers: usize) -> Duration {
    in_own_runtime(workers, EVENTS, || {
        let mut tasks = Vec::with_capacity(TASKS as usize);
        for _ in 0..TASKS {
            tasks.push(empty::remote());
        }
        get_all(&tasks).expect("nothing fails");
    })
}

fn rayon(threads: usize) -> Duration {
    let pool = rayon_pool(threads);
    pool.install(|| ());
    timed(|| {
        pool.scope(|scope| {
            for _ in 0..TASKS {
                scope.spawn(|_| black_box(()));
            }
        });
    })
}

fn tokio(threads: usize) -> Duration {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(threads).build().expect("threads can be started");
    runtime.block_on(async {
        tokio::spawn(async {}).await.expect("nothing panics");
        let start = std::time::Instant::now();
        let tasks: Vec<_> = (0..TASKS).map(|_| tokio::spawn(async { black_box(()) })).collect();
        for task in tasks {
            task.await.expect("nothing panics");
        }
        start.elapsed()
    })
}

/// Runs `work` on a thread that may only use the first of this process's cores, and so may the threads that it starts.
fn on_one_core(work: impl FnOnce() -> Duration + Send) -> Duration {
    std::thread::scope(|scope| {
        let pinned = scope.spawn(|| {
            let all = sched_getaffinity(None).expect("a thread knows its cores");
            let first = (0..CpuSet::MAX_CPU).find(|&core| all.is_set(core)).expect("a thread has a core");
            let mut one = CpuSet::new();
            one.set(first);
            sched_setaffinity(None, &one).expect("a thread may give up cores");
            work()
        });
        pinned.join().expect("nothing panics")
    })
}
