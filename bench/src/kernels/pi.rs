//! Monte Carlo pi: the darts of the course, several at a time where the machine has vector instructions for them.
//!
//! The loop is the course's, but for the black box there that keeps the compiler from making vector instructions of it.
//! Each dart is made of the same two words by the same arithmetic, and hits are whole numbers: the count is equal.

use std::ops::Range;

use multiversion::{multiversion, target::target_cfg_f};
use parlings::{TaskError, get_all, map};
use problems::random::SplitMix64;

use crate::kernels::{
    parts,
    random::{next_unit, worthwhile},
};

/// The hits among the first `darts` darts of a seed, as tasks.
///
/// # Errors
/// None but those of the runtime.
///
/// # Panics
/// When no runtime is entered on this thread.
pub fn hits(seed: u64, darts: u64) -> Result<u64, TaskError> {
    let hits = map(parts(darts), move |range| hits_of(seed, range));
    Ok(get_all(&hits)?.iter().map(|hits| **hits).sum())
}

fn hits_of(seed: u64, range: Range<u64>) -> u64 {
    if worthwhile() { hits_in_lanes(seed, range.start, range.end) } else { problems::pi::hits(seed, range) }
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq+avx512bw", "x86_64+avx2"))]
fn hits_in_lanes(seed: u64, first: u64, end: u64) -> u64 {
    let converts = target_cfg_f!(target_feature = "avx512dq");
    let mut words = SplitMix64::at(seed, 2 * first);
    let mut hits = 0;
    for _ in first..end {
        let (x, y) = (next_unit(&mut words, converts), next_unit(&mut words, converts));
        hits += u64::from(x * x + y * y < 1.0);
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::in_runtime;

    #[test]
    fn hits_are_the_plain_ones() {
        for (seed, darts) in [(0, 0), (7, 1), (7, 1_000_003), (u64::MAX, 12_345)] {
            assert_eq!(in_runtime(|| hits(seed, darts)), problems::pi::hits(seed, 0..darts));
            assert_eq!(hits_in_lanes(seed, 3, darts + 3), problems::pi::hits(seed, 3..darts + 3));
        }
    }
}
