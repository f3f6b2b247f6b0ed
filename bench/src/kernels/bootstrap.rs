//! The bootstrap of the course: means of resamples, several draws at a time where the machine has vector instructions for them.
//!
//! Resample r has the same words as in the plain loop. Its grades are added up in four sums, one for each draw in four; as
//! they are half points the sums are exact, and every mean is equal to the last bit. (For other numbers it would not be.)

use std::{ops::Range, sync::Arc};

use multiversion::multiversion;
use parlings::{TaskError, get_all, map};
use problems::{bootstrap::mean_of_resample, random::SplitMix64};

use crate::kernels::{
    parts,
    random::{below, worthwhile},
};

/// More grades than this are drawn one by one: the table that they are drawn from has so many places.
const MOST: usize = 512;

/// Resamples whose words, one behind the other in the sequence, are made together.
const BATCH: u64 = 16;

/// The means of so many resamples in the order of their numbers, as tasks.
///
/// # Errors
/// None but those of the runtime.
///
/// # Panics
/// When no runtime is entered on this thread.
pub fn means(grades: &[f64], seed: u64, resamples: u64) -> Result<Vec<f64>, TaskError> {
    let grades: Arc<[f64]> = grades.into();
    let means = get_all(&map(parts(resamples), move |range| means_of(&grades, seed, range)))?;
    Ok(means.iter().flat_map(|means| means.iter().copied()).collect())
}

fn means_of(grades: &[f64], seed: u64, range: Range<u64>) -> Vec<f64> {
    if !worthwhile() || !(1..=MOST).contains(&grades.len()) {
        return range.map(|r| mean_of_resample(grades, seed, r as usize)).collect();
    }
    let draws = grades.len();
    let mut table = [0.0; MOST];
    table[..draws].copy_from_slice(grades);
    let mut means = Vec::with_capacity((range.end - range.start) as usize);
    let mut drawn = vec![0; BATCH as usize * draws];
    for first in range.clone().step_by(BATCH as usize) {
        let batch = (range.end - first).min(BATCH);
        let drawn = &mut drawn[..batch as usize * draws];
        draw(seed, first * draws as u64, draws as u32, drawn);
        means.extend(drawn.chunks_exact(draws).map(|drawn| sum(&table, drawn) / draws as f64));
    }
    means
}

/// The next words below `limit` from place `first` on, as `SplitMix64::next_below` makes them.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq+avx512bw", "x86_64+avx2"))]
fn draw(seed: u64, first: u64, limit: u32, drawn: &mut [u16]) {
    let mut words = SplitMix64::at(seed, first);
    for drawn in drawn {
        *drawn = below(limit, words.next_word()) as u16;
    }
}

fn sum(table: &[f64; MOST], drawn: &[u16]) -> f64 {
    let (chunks, rest) = drawn.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for chunk in chunks {
        for lane in 0..4 {
            sums[lane] += table[usize::from(chunk[lane]) % MOST];
        }
    }
    let rest: f64 = rest.iter().map(|&place| table[usize::from(place) % MOST]).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::in_runtime;

    #[test]
    fn means_are_the_plain_ones() {
        for count in [1, 3, 8, 100, 101, 512, 513] {
            let grades: Vec<f64> = (0..count).map(|number| f64::from(number * 37 % 201) / 2.0).collect();
            let plain: Vec<f64> = (0..501).map(|r| mean_of_resample(&grades, 7, r)).collect();
            assert_eq!(in_runtime(|| means(&grades, 7, 501)), plain, "{count} grades");
        }
    }
}
