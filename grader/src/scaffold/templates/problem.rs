//! TODO: what the exercise is about, in a line, and what makes its answer the same however the work is shared.

use std::{hint::black_box, ops::Range};

use trace::Record;

use crate::{
    Case, Problem,
    harness::{Answer, Submission},
    picture::Picture,
    random::SplitMix64,
};

/// The problem; one for all, as it has no state.
pub struct ScaffoldName;

/// The answer `function` to this problem; [`submit!`](crate::submit) calls it.
///
/// TODO: what the function gets, and what it returns.
pub fn submission<A: Answer<u64> + 'static>(function: fn(u64, u64) -> A) -> Submission {
    Submission::new(&ScaffoldName, move |(seed, units)| function(seed, units))
}

/// TODO: the kernel: the work itself, on any part of the whole. So far it counts the odd ones of a sequence of random words.
#[inline(never)]
#[must_use]
pub fn work_on(seed: u64, range: Range<u64>) -> u64 {
    let mut words = SplitMix64::at(seed, range.start);
    range.map(|_| words.next_word() % 2).sum()
}

impl Problem for ScaffoldName {
    /// TODO: what the student's function gets. So far the seed, and how many units.
    type Input = (u64, u64);
    /// TODO: what it returns. So far a count.
    type Output = u64;

    const NAME: &'static str = "scaffold_name";
    /// TODO: what the work consists of.
    const UNITS: &'static str = "units";
    const SIZE: u64 = 1_000_001;

    /// The size and up to 998 more, so that no number of tasks divides it in every round.
    fn units(&self, case: &Case) -> u64 {
        case.size + case.seed % 999
    }

    fn input(&self, case: &Case) -> Self::Input {
        (case.seed, Problem::units(self, case))
    }

    /// TODO: the best that one thread can do.
    fn serial(&self, (seed, units): Self::Input) -> Self::Output {
        work_on(seed, 0..units)
    }

    fn piece(&self, &(seed, units): &Self::Input, piece: u64, pieces: u64) {
        let cut = |piece: u64| (u128::from(units) * u128::from(piece) / u128::from(pieces)) as u64;
        black_box(work_on(seed, cut(piece)..cut(piece + 1)));
    }

    /// TODO: what has to be equal and why, and for each usual mistake a message: what was seen, the cause, the mend.
    fn verify(&self, _case: &Case, expected: &u64, got: &u64, _record: &Record) -> Result<(), String> {
        if got == expected { Ok(()) } else { Err(format!("Got {got}, expected {expected}.")) }
    }

    /// TODO: what the answer looks like, and a line or two that say what it means.
    fn picture(&self, _case: &Case, _output: &u64) -> Picture {
        Picture::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_the_whole() {
        let units = 1_000;
        assert_eq!(work_on(7, 0..units), work_on(7, 0..123) + work_on(7, 123..units));
    }
}
