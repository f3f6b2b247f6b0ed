//! Tasks that wait for others: what a dependency costs.

use parlings::{ObjectRef, get_all, put, remote, tree_reduce};

use crate::{
    rounds::{Asked, Comparison, Contender},
    runtime::{cores, in_own_runtime, rayon_pool, timed},
};

const CHAIN: u64 = 10_000;
const LEAVES: u64 = 65_536;

/// Submission, two arguments, ready, start, end and the get, should they all be on one thread.
const EVENTS_PER_TASK: usize = 8;

#[remote]
fn one_more(x: u64) -> u64 {
    x + 1
}

#[remote]
fn add(a: u64, b: u64) -> u64 {
    a + b
}

pub(super) fn chain() -> Comparison {
    let run = |work: fn()| in_own_runtime(cores(), CHAIN as usize * EVENTS_PER_TASK, work);
    Comparison {
        what: "a dependency edge: a chain of 10,000",
        unit: "a task",
        asked: Asked::AtMost(2.0),
        contenders: vec![
            Contender::new("ours", CHAIN, move || run(dependent)),
            Contender::new("independent tasks", CHAIN, move || run(independent)),
        ],
    }
}

fn dependent() {
    let mut last = one_more::remote(0);
    for _ in 1..CHAIN {
        last = one_more::remote(last);
    }
    assert_eq!(*last.get().expect("nothing fails"), CHAIN);
}

fn independent() {
    let mut tasks = Vec::with_capacity(CHAIN as usize);
    for number in 0..CHAIN {
        tasks.push(one_more::remote(number));
    }
    get_all(&tasks).expect("nothing fails");
}

pub(super) fn tree() -> Comparison {
    let run = |work: fn(Vec<ObjectRef<u64>>) -> ObjectRef<u64>| {
        let mut time = std::time::Duration::ZERO;
        in_own_runtime(cores(), LEAVES as usize * EVENTS_PER_TASK, || {
            let mut leaves = Vec::with_capacity(LEAVES as usize);
            for leaf in 0..LEAVES {
                leaves.push(put(leaf));
            }
            time = timed(|| {
                let sum = *work(leaves).get().expect("nothing fails");
                assert_eq!(sum, LEAVES * (LEAVES - 1) / 2);
            });
        });
        time
    };
    let pool = rayon_pool(cores());
    Comparison {
        what: "tree_reduce of 65,536",
        unit: "a task",
        asked: Asked::AtMost(1.2),
        contenders: vec![
            Contender::new("ours", LEAVES - 1, move || {
                run(|leaves| tree_reduce(leaves, add::remote).expect("there are leaves"))
            }),
            Contender::new("a chain of as many tasks", LEAVES - 1, move || run(fold)),
            Contender::timed("rayon join", LEAVES - 1, move || {
                assert_eq!(pool.install(|| joined(0, LEAVES)), LEAVES * (LEAVES - 1) / 2);
            }),
        ],
    }
}

/// One after the other: each task waits for the one before and takes a leaf.
fn fold(leaves: Vec<ObjectRef<u64>>) -> ObjectRef<u64> {
    let mut leaves = leaves.into_iter();
    let mut total = leaves.next().expect("there are leaves");
    for leaf in leaves {
        total = add::remote(total, leaf);
    }
    total
}

fn joined(first: u64, end: u64) -> u64 {
    if end - first == 1 {
        return first;
    }
    let middle = u64::midpoint(first, end);
    let (a, b) = rayon::join(|| joined(first, middle), || joined(middle, end));
    a + b
}
