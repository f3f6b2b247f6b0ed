//! The harmonic series without the digit 9: the sum of 1 / k over all k that are written without a 9.
//!
//! Every k is asked for its digits, by two looks into a table of the numbers below 10,000: one for its last four digits, one
//! for those before. Where those before have a 9 the answer is known, and the last four need no look, as with any `&&`.
//! Everywhere else both `1 / k` and the answer, as the factor 1 or 0, are computed for every k, several at a time; no k is
//! left out because of where it stands.
//!
//! The order of additions is not that of a plain loop: each lane has a sum of its own, and so has each block.

use std::sync::LazyLock;

use multiversion::multiversion;
use parlings::Kernel;

/// Two cache lines of terms: enough divisions under way at a time.
const LANES: usize = 16;

/// How many numbers share all but their last four digits.
const BLOCK: u64 = 10_000;

/// For each number below 10,000, with leading zeroes: 1 when it has no digit 9, and 0 when it has one.
static WITHOUT_NINE: LazyLock<Vec<f64>> =
    LazyLock::new(|| (0..BLOCK).map(|k| if has_nine(k) { 0.0 } else { 1.0 }).collect());

/// Whether a number is written with a 9.
#[must_use]
pub fn has_nine(mut k: u64) -> bool {
    while k > 0 {
        if k % 10 == 9 {
            return true;
        }
        k /= 10;
    }
    false
}

/// The sum over 1 to `last`, in order, digit by digit.
#[must_use]
pub fn plain(last: u64) -> f64 {
    (1..=last).filter(|&k| !has_nine(k)).map(|k| 1.0 / k as f64).sum()
}

/// The sum over 1 to `last`, on all workers.
///
/// # Panics
/// When no runtime is entered on this thread.
#[must_use]
pub fn series(last: u64) -> f64 {
    let table: &[f64] = &WITHOUT_NINE;
    let terms = Kernel::new(|block: u64| {
        let higher_digits_pass = if block < BLOCK { table[block as usize] != 0.0 } else { !has_nine(block) };
        if !higher_digits_pass {
            return 0.0;
        }
        // Nought has no reciprocal, and what follows `last` is not asked for.
        let (from, to) = (u64::from(block == 0), (last - block * BLOCK + 1).min(BLOCK));
        sum_of_block((block * BLOCK + from) as f64, &table[from as usize..to as usize])
    });
    terms.par_sum(0..=last / BLOCK)
}

/// The sum of `factor / k` over consecutive k from `first`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq+avx512bw", "x86_64+avx2"))]
fn sum_of_block(first: f64, factors: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let mut k: [f64; LANES] = std::array::from_fn(|lane| first + lane as f64);
    let (chunks, rest) = factors.as_chunks::<LANES>();
    for factors in chunks {
        for lane in 0..LANES {
            sums[lane] += factors[lane] / k[lane];
            k[lane] += LANES as f64;
        }
    }
    for (lane, factor) in rest.iter().enumerate() {
        sums[lane] += factor / k[lane];
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::in_runtime;

    #[test]
    fn is_the_plain_sum_but_for_the_order() {
        for last in [1, 8, 9, 10, 9_999, 10_000, 10_001, 89_999, 1_234_567] {
            let (ours, plain) = (in_runtime(|| Ok(series(last))), plain(last));
            assert!((ours - plain).abs() < 1e-13 * plain, "{last}: {ours} {plain}");
        }
    }
}
