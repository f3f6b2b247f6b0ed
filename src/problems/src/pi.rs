//! Monte Carlo pi: how much work makes a task worth its price?
//!
//! Darts fall evenly into the unit square; the share of them inside the quarter of the unit circle is pi / 4. The darts
//! of a seed are one fixed sequence, and each has a number in it. So a range of numbers stands for the same darts
//! whoever throws them and however they are cut into batches, and the hits of ranges add up exactly.

use std::{hint::black_box, ops::Range, sync::Arc};

use trace::Record;

use crate::{
    Case, Problem,
    film::Draw,
    harness::{Answer, Submission},
    picture::Picture,
    random::SplitMix64,
};

mod diagnosis;
mod drawing;

/// The problem; one for all, as it has no state.
pub struct Pi;

/// The answer `function` to this problem; [`submit!`](crate::submit) calls it.
///
/// The function gets the seed and the number of darts, and returns the number of hits.
pub fn submission<A: Answer<u64> + 'static>(function: fn(u64, u64) -> A) -> Submission {
    Submission::new(&Pi, move |(seed, darts)| function(seed, darts))
}

/// How many of the darts with the numbers in `range` hit the quarter circle: about 78.5 % of them.
///
/// Dart `i` of a seed is made of words `2 i` and `2 i + 1` of its sequence of random words ([`SplitMix64`]), its x and
/// its y between 0 and 1; it is a hit when `x * x + y * y < 1.0`. Takes about 4 ns a dart.
///
/// ```
/// use problems::pi::hits;
///
/// let (seed, darts) = (7, 1_000_000);
/// assert_eq!(hits(seed, 0..darts), hits(seed, 0..1_234) + hits(seed, 1_234..darts));
/// assert_eq!(4.0 * hits(seed, 0..darts) as f64 / darts as f64, 3.143484);
/// ```
#[inline(never)]
#[must_use]
pub fn hits(seed: u64, range: Range<u64>) -> u64 {
    let mut words = SplitMix64::at(seed, range.start.wrapping_mul(2));
    range.map(|_| u64::from(is_hit(throw(&mut words)))).sum()
}

/// The next dart.
///
/// The black box keeps the compiler from throwing several darts at once with vector instructions. Where these have no
/// 64-bit multiplication, as on every x86-64 before AVX-512, that takes half as long again as one after the other.
#[inline]
fn throw(words: &mut SplitMix64) -> (f64, f64) {
    (words.next_unit(), black_box(words.next_unit()))
}

#[inline]
fn is_hit((x, y): (f64, f64)) -> bool {
    x * x + y * y < 1.0
}

/// The standard error of the estimate of pi from that many darts: sqrt(pi (4 - pi) / darts).
fn standard_error(darts: f64) -> f64 {
    const PI: f64 = std::f64::consts::PI;
    (PI * (4.0 - PI) / darts).sqrt()
}

impl Problem for Pi {
    /// The seed, and how many darts.
    type Input = (u64, u64);
    /// The hits.
    type Output = u64;

    const NAME: &'static str = "pi";
    const UNITS: &'static str = "darts";
    const SIZE: u64 = 1_000_001;

    /// The size and up to 998 more, so that no batch size divides it in every round.
    fn units(&self, case: &Case) -> u64 {
        case.size + case.seed % 999
    }

    fn input(&self, case: &Case) -> Self::Input {
        (case.seed, Problem::units(self, case))
    }

    fn serial(&self, (seed, darts): Self::Input) -> u64 {
        hits(seed, 0..darts)
    }

    fn piece(&self, &(seed, darts): &Self::Input, piece: u64, pieces: u64) {
        let cut = |piece: u64| (u128::from(darts) * u128::from(piece) / u128::from(pieces)) as u64;
        black_box(hits(seed, cut(piece)..cut(piece + 1)));
    }

    /// Equal, to the last dart: whole numbers add up to the same in any order. The *count* is asked for, because an
    /// estimate of pi would need a tolerance, and that would hide lost darts.
    fn verify(&self, case: &Case, expected: &u64, got: &u64, record: &Record) -> Result<(), String> {
        if got == expected {
            return Ok(());
        }
        let (seed, darts) = self.input(case);
        Err(diagnosis::Mismatch { seed, darts, expected: *expected, got: *got, tasks: record.tasks }.explain())
    }

    fn picture(&self, case: &Case, &hits: &u64) -> Picture {
        let (seed, darts) = self.input(case);
        drawing::picture(seed, darts, hits)
    }

    fn film(&'static self, case: &Case) -> Draw<u64> {
        let (seed, darts) = self.input(case);
        let thrown = drawing::Thrown::of(seed, darts);
        Arc::new(move |moment| thrown.picture(moment))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Clock;

    fn case(seed: u64) -> Case {
        Case { size: 1_000_001, seed, workers: 2, clock: Clock::Real, sweep: None, input: None }
    }

    proptest! {
        #[test]
        fn darts_depend_on_their_number_alone(seed: u64, mut cuts in proptest::collection::vec(0..20_000_u64, 0..50)) {
            let darts = 20_000;
            cuts.extend([0, darts]);
            cuts.sort_unstable();
            let parts: u64 = cuts.windows(2).map(|pair| hits(seed, pair[0]..pair[1])).sum();
            prop_assert_eq!(parts, hits(seed, 0..darts));
        }
    }

    #[test]
    fn estimates_pi_within_five_standard_errors() {
        for seed in [0, 1, 2014, u64::MAX] {
            let darts = 10_000_000;
            let estimate = 4.0 * hits(seed, 0..darts) as f64 / darts as f64;
            let error = (estimate - std::f64::consts::PI).abs();
            assert!(error < 5.0 * standard_error(darts as f64), "seed {seed} gives {estimate}");
        }
        assert!((standard_error(1.0) - 1.642).abs() < 0.001);
    }

    #[test]
    fn the_number_of_darts_changes_with_the_seed() {
        assert_eq!(Problem::units(&Pi, &case(0)), 1_000_001);
        assert_eq!(Problem::units(&Pi, &case(998)), 1_000_999);
        assert_eq!(Problem::units(&Pi, &case(999)), 1_000_001);
    }

    #[test]
    fn the_right_answer_passes_and_others_do_not() {
        for seed in [0, 316, 12_345] {
            let case = case(seed);
            let expected = Pi.serial(Pi.input(&case));
            assert_eq!(Pi.verify(&case, &expected, &expected, &Record::default()), Ok(()));
            for got in [expected - 1, expected + 1, 0, u64::MAX] {
                assert!(Pi.verify(&case, &expected, &got, &Record::default()).is_err(), "{got} for {expected}");
            }
        }
    }
}
