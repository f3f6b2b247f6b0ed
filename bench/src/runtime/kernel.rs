//! Kernels beside the loops that one would write by hand.

use std::hint::black_box;

use parlings::{Kernel, Runtime};

use crate::{
    rounds::{Asked, Comparison, Contender},
    runtime::cores,
};

const INDICES: u64 = 20_000_000;

fn term(k: u64) -> f64 {
    1.0 / (k as f64 * k as f64)
}

pub(super) fn sum() -> Comparison {
    Comparison {
        what: "Kernel::sum against the hand-written loop",
        unit: "an index",
        asked: Asked::AtMost(1.02),
        contenders: vec![
            Contender::timed("ours", INDICES, || {
                black_box::<f64>(Kernel::new(term).sum(1..=black_box(INDICES)));
            }),
            Contender::timed("the loop", INDICES, || {
                black_box(by_hand(1, black_box(INDICES)));
            }),
        ],
    }
}

fn by_hand(first: u64, last: u64) -> f64 {
    let mut sum = 0.0;
    for k in first..=last {
        sum += 1.0 / (k as f64 * k as f64);
    }
    sum
}

/// One part a thread: what the machine itself gives.
fn by_threads(last: u64) -> f64 {
    let threads = cores() as u64;
    std::thread::scope(|scope| {
        let parts = (0..threads).map(|part| (part * last / threads + 1, (part + 1) * last / threads));
        let parts: Vec<_> = parts.map(|(first, last)| scope.spawn(move || by_hand(first, last))).collect();
        parts.into_iter().map(|part| part.join().expect("sums do not panic")).sum()
    })
}

pub(super) fn par_sum() -> Comparison {
    let runtime = Runtime::builder().num_cpus(cores()).start().expect("the workers can be started");
    Comparison {
        what: "Kernel::par_sum on all cores",
        unit: "an index",
        asked: Asked::AtLeast(0.95 * cores() as f64),
        contenders: vec![
            Contender::timed("ours", INDICES, move || {
                let _entered = runtime.enter();
                black_box::<f64>(Kernel::new(term).par_sum(1..=black_box(INDICES)));
            }),
            Contender::timed("sum", INDICES, || {
                black_box::<f64>(Kernel::new(term).sum(1..=black_box(INDICES)));
            }),
            Contender::timed("threads by hand", INDICES, || {
                black_box(by_threads(black_box(INDICES)));
            }),
        ],
    }
}
