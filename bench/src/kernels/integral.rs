//! Monte Carlo integral of sin^2(1 / (x (2 - x))) over 0 to 2: the share of random points below the curve, times 2.
//!
//! Point i of a seed has x = 2 u and y = v of words 2 i and 2 i + 1, and is a hit when y < f(x): a count, and equal in any
//! order. The sine is not the standard library's, which takes one number at a time: an argument is brought to within
//! pi / 2 of a multiple of pi (sin^2 does not care which), in three parts of pi so that nothing is lost up to
//! [`LARGEST`]; there a polynomial of degree 21 takes over, and blocks with one of the rare larger arguments are left to the standard library.
//! The two sines differ in the last digit or two of 16, so a hit could only change where y is that close to the curve,
//! about once in 10^14 points; the test compares the counts.

use std::ops::Range;

use multiversion::{multiversion, target::target_cfg_f};
use parlings::{TaskError, get_all, map};
use problems::random::SplitMix64;

use crate::kernels::{parts, random::next_unit};

/// The largest argument whose distance to a multiple of pi is computed here; one in 200,000 is larger.
const LARGEST: f64 = 1e5;

/// Points that are computed together; one block in a thousand has an argument that is too large.
const BLOCK: u64 = 256;

/// Pi in three parts. The first two have 33 bits: times a number below 2^20 they are exact.
const PI: [f64; 3] =
    [f64::from_bits(0x4009_21FB_5440_0000), f64::from_bits(0x3DE0_B461_1A60_0000), 4.044_532_497_591_901e-21];

/// The hits among the first `points` points of a seed, as tasks.
///
/// # Errors
/// None but those of the runtime.
///
/// # Panics
/// When no runtime is entered on this thread.
pub fn hits(seed: u64, points: u64) -> Result<u64, TaskError> {
    let hits = map(parts(points), move |range| hits_of(seed, range));
    Ok(get_all(&hits)?.iter().map(|hits| **hits).sum())
}

/// The hits of a range of points, one after the other, with the standard library's sine.
#[must_use]
pub fn plain(seed: u64, range: Range<u64>) -> u64 {
    let mut random = SplitMix64::at(seed, 2 * range.start);
    range
        .map(|_| {
            let (x, y) = (2.0 * random.next_unit(), random.next_unit());
            u64::from(y < (1.0 / (x * (2.0 - x))).sin().powi(2))
        })
        .sum()
}

fn hits_of(seed: u64, range: Range<u64>) -> u64 {
    let blocks = range.clone().step_by(BLOCK as usize).map(|first| first..(first + BLOCK).min(range.end));
    blocks
        .map(|block| match hits_in_lanes(seed, block.start, block.end) {
            (hits, 0) => hits,
            _ => plain(seed, block),
        })
        .sum()
}

/// The hits of a block of points, and how many of them have too large an argument: then the hits are not to be relied on.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq+avx512bw", "x86_64+avx2"))]
fn hits_in_lanes(seed: u64, first: u64, end: u64) -> (u64, u64) {
    let converts = target_cfg_f!(target_feature = "avx512dq");
    let mut words = SplitMix64::at(seed, 2 * first);
    let (mut hits, mut too_large) = (0, 0);
    for _ in first..end {
        let (x, y) = (2.0 * next_unit(&mut words, converts), next_unit(&mut words, converts));
        let argument = 1.0 / (x * (2.0 - x));
        hits += u64::from(y < sine_squared(argument));
        too_large += u64::from(argument > LARGEST);
    }
    (hits, too_large)
}

/// The square of the sine of a number between 0 and [`LARGEST`].
#[inline(always)]
fn sine_squared(argument: f64) -> f64 {
    /// Added and taken away again, it rounds to the nearest whole number.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let turns = argument * std::f64::consts::FRAC_1_PI + ROUND - ROUND;
    let r = argument - turns * PI[0] - turns * PI[1] - turns * PI[2];
    let s = r * r;
    let sine = r + r * s * polynomial(s);
    sine * sine
}

/// (sin r - r) / r^3 of s = r^2: the Taylor series, whose next term is below 2e-18 for r up to pi / 2.
#[inline(always)]
fn polynomial(s: f64) -> f64 {
    const TERMS: [f64; 10] = [
        1.0 / 51_090_942_171_709_440_000.0,
        -1.0 / 121_645_100_408_832_000.0,
        1.0 / 355_687_428_096_000.0,
        -1.0 / 1_307_674_368_000.0,
        1.0 / 6_227_020_800.0,
        -1.0 / 39_916_800.0,
        1.0 / 362_880.0,
        -1.0 / 5_040.0,
        1.0 / 120.0,
        -1.0 / 6.0,
    ];
    TERMS[1..].iter().fold(TERMS[0], |sum, term| sum * s + term)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::in_runtime;

    #[test]
    fn sines_are_those_of_the_library() {
        let mut random = SplitMix64::at(1, 0);
        for largest in [1.0, 10.0, 1e3, LARGEST] {
            for _ in 0..100_000 {
                let argument = largest * random.next_unit();
                let (ours, library) = (sine_squared(argument), argument.sin().powi(2));
                assert!((ours - library).abs() < 5e-16, "{argument}: {ours} {library}");
            }
        }
    }

    #[test]
    fn hits_are_the_plain_ones() {
        for (seed, points) in [(0, 0), (7, 1), (7, 2_000_003), (u64::MAX, 12_345)] {
            assert_eq!(in_runtime(|| hits(seed, points)), plain(seed, 0..points));
        }
    }
}
