//! Bootstrap: tasks, and random numbers that do not depend on who draws them.
//!
//! How far would the mean grade of a course be off, had other students taken it? The bootstrap answers from the grades
//! alone: draw as many of them with replacement, take the mean, and do that very often. The spread of these means is the
//! answer. The draws of a seed are one fixed sequence, and each resample has its place in it: so a resample is the same
//! whoever draws it, and a range of resamples is the same however the whole is cut into tasks.
//!
//! Source: B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7, 1979.

use std::{hint::black_box, sync::Arc};

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
pub struct Bootstrap;

/// The answer `function` to this problem; [`submit!`](crate::submit) calls it.
///
/// The function gets the grades, the seed and the number of resamples, and returns their means in the order of their numbers.
pub fn submission<A: Answer<Vec<f64>> + 'static>(function: fn(Vec<f64>, u64, usize) -> A) -> Submission {
    Submission::new(&Bootstrap, move |(grades, seed, resamples)| function(grades, seed, resamples))
}

/// The mean of resample number `r`: as many draws as there are grades, each of them any grade, with replacement.
///
/// Of n grades, resample `r` has words `r n` up to `r n + n - 1` of the seed's sequence of random words ([`SplitMix64`]),
/// one for each draw. Takes about 0.6 us for 500 grades. The mean of no grades is not a number.
///
/// Grades are whole or half points, so their sum is exact, and no order of additions changes a bit of the mean.
///
/// ```
/// use problems::bootstrap::mean_of_resample;
///
/// let grades = [60.0, 70.5, 80.0, 95.5];
/// assert_eq!(mean_of_resample(&grades, 7, 0), 76.5);
/// assert_eq!(mean_of_resample(&grades, 7, 1), 67.875);
/// ```
#[inline(never)]
#[must_use]
pub fn mean_of_resample(grades: &[f64], seed: u64, r: usize) -> f64 {
    let draws = grades.len() as u64;
    let mut words = SplitMix64::at(seed, (r as u64).wrapping_mul(draws));
    let sum: f64 = (0..draws).map(|_| grades[words.next_below(draws) as usize]).sum();
    sum / draws as f64
}

/// How many grades there are.
const GRADES: usize = 500;

/// The grades: about normal around 75 with a standard deviation of 10, cut to 0 to 100, rounded to half points.
fn grades(seed: u64) -> Vec<f64> {
    // Other words than the resamples draw with.
    let mut words = SplitMix64::at(!seed, 0);
    let mut grade = || {
        // Twelve numbers between 0 and 1 add up to a normal one with a variance of one, near enough, on every machine alike.
        let normal = (0..12).map(|_| words.next_unit()).sum::<f64>() - 6.0;
        let points = (75.0 + 10.0 * normal).clamp(0.0, 100.0);
        (2.0 * points).round() / 2.0
    };
    (0..GRADES).map(|_| grade()).collect()
}

impl Problem for Bootstrap {
    /// The grades, the seed, and how many resamples.
    type Input = (Vec<f64>, u64, usize);
    /// The mean of each resample.
    type Output = Vec<f64>;

    const NAME: &'static str = "bootstrap";
    const UNITS: &'static str = "resamples";
    const SIZE: u64 = 5_001;

    /// The size and up to 8 more, so that no number of tasks divides it in every round.
    fn units(&self, case: &Case) -> u64 {
        case.size + case.seed % 9
    }

    fn input(&self, case: &Case) -> Self::Input {
        (grades(case.seed), case.seed, Problem::units(self, case) as usize)
    }

    fn serial(&self, (grades, seed, resamples): Self::Input) -> Vec<f64> {
        let mut means = Vec::with_capacity(resamples);
        for r in 0..resamples {
            means.push(mean_of_resample(&grades, seed, r));
        }
        means
    }

    fn piece(&self, (grades, seed, resamples): &Self::Input, piece: u64, pieces: u64) {
        let cut = |piece: u64| (*resamples as u64 * piece / pieces) as usize;
        for r in cut(piece)..cut(piece + 1) {
            black_box(mean_of_resample(grades, *seed, r));
        }
    }

    /// Equal bit for bit: a value depends on the seed and its own number alone, and its sum is exact.
    fn verify(&self, _: &Case, expected: &Vec<f64>, got: &Vec<f64>, record: &Record) -> Result<(), String> {
        match diagnosis::Mismatch::between(expected, got, record.tasks) {
            None => Ok(()),
            Some(mismatch) => Err(mismatch.explain()),
        }
    }

    fn picture(&self, case: &Case, means: &Vec<f64>) -> Picture {
        let (grades, seed, resamples) = self.input(case);
        drawing::picture(&grades, seed, resamples, means)
    }

    fn film(&'static self, case: &Case) -> Draw<Vec<f64>> {
        let (grades, seed, resamples) = self.input(case);
        let drawn = drawing::Drawn::of(grades, seed, resamples);
        Arc::new(move |moment| drawn.picture(moment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;

    fn case(seed: u64) -> Case {
        Case { size: 2_001, seed, workers: 2, clock: Clock::Real, sweep: None, input: None }
    }

    #[test]
    fn grades_are_half_points_around_75() {
        for seed in [0, 1, 316, u64::MAX] {
            let grades = grades(seed);
            assert_eq!(grades.len(), GRADES);
            assert!(grades.iter().all(|grade| (0.0..=100.0).contains(grade) && (2.0 * grade).fract() == 0.0));
            let mean = grades.iter().sum::<f64>() / GRADES as f64;
            let spread = (grades.iter().map(|grade| (grade - mean).powi(2)).sum::<f64>() / GRADES as f64).sqrt();
            assert!((mean - 75.0).abs() < 2.0 && (spread - 10.0).abs() < 1.5, "{mean} {spread}");
        }
    }

    #[test]
    fn means_spread_as_theory_says() {
        let (grades, seed, resamples) = Bootstrap.input(&case(7));
        let means = Bootstrap.serial((grades.clone(), seed, resamples));
        let mean_of = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let (mean, of_grades) = (mean_of(&means), mean_of(&grades));
        let variance_of = |values: &[f64], mean: f64| {
            values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64
        };
        let spread = variance_of(&means, mean).sqrt();
        let theory = (variance_of(&grades, of_grades) / GRADES as f64).sqrt();
        assert!((mean - of_grades).abs() < 5.0 * theory / (resamples as f64).sqrt(), "{mean} {of_grades}");
        assert!((spread / theory - 1.0).abs() < 0.1, "{spread} {theory}");
    }

    #[test]
    fn a_sum_of_half_points_is_exact() {
        let (grades, seed, _) = Bootstrap.input(&case(3));
        let mut draws = SplitMix64::at(seed, 4 * GRADES as u64);
        let backwards: Vec<f64> = (0..GRADES).map(|_| grades[draws.next_below(GRADES as u64) as usize]).collect();
        let sum: f64 = backwards.iter().rev().sum();
        assert_eq!(mean_of_resample(&grades, seed, 4), sum / GRADES as f64);
    }

    #[test]
    fn the_number_of_resamples_changes_with_the_seed() {
        assert_eq!([0, 8, 9].map(|seed| Problem::units(&Bootstrap, &case(seed))), [2_001, 2_009, 2_001]);
    }

    #[test]
    fn the_right_answer_passes_and_others_do_not() {
        for seed in [0, 316, 12_345] {
            let case = case(seed);
            let right = Bootstrap.serial(Bootstrap.input(&case));
            let verify = |got: &Vec<f64>| Bootstrap.verify(&case, &right, got, &Record::default());
            assert_eq!(verify(&right), Ok(()));
            let mut one_bit = right.clone();
            one_bit[700] = f64::from_bits(one_bit[700].to_bits() ^ 1);
            for got in [one_bit, right[1..].to_vec(), Vec::new(), vec![f64::NAN; right.len()]] {
                assert!(verify(&got).is_err());
            }
        }
    }
}
