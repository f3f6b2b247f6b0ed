//! What an exercise's author writes.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use trace::Record;

use crate::{film::Draw, picture::Picture, wire::Wire};

/// Which clock the runtime of a run goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clock {
    /// The machine's.
    #[default]
    Real,
}

/// One run of a problem, all that its input depends on. The same case gives the same input on every machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// How large, in the problem's own units (darts, rows, words).
    pub size: u64,
    /// What the random numbers are made from; fresh in each round, unless a course is verified, and never 0 where it is graded: a
    /// problem may keep 0 for a case that is nice to look at and too easy.
    pub seed: u64,
    /// How many worker slots the runtime has.
    pub workers: u16,
    /// The runtime's clock.
    pub clock: Clock,
    /// What `parlings::sweep` gives instead of its default: set when one number of the program is varied.
    pub sweep: Option<u64>,
    /// The file or folder to read instead of making the input from size and seed, where the problem takes one:
    /// see [`Problem::check_input`]. An absolute path, as each process has a folder of its own.
    pub input: Option<PathBuf>,
}

/// The given half of an exercise.
///
/// The kernel, one `#[inline(never)]` function with run-time parameters, stands beside the implementation; the
/// baseline and the student call the same one, or the compiler would decide the grade.
pub trait Problem: Send + Sync + 'static {
    /// What the student's function gets. Made before the clock runs.
    type Input: Send + Sync + 'static;
    /// What the student's function returns.
    type Output: Wire + Sync;

    /// The name of the exercise, of its file and of its module here.
    const NAME: &'static str;
    /// What the work consists of, in the plural: `"darts"`.
    const UNITS: &'static str;
    /// The [`Case::size`] of a run that nobody gave one: small enough for a first try that wastes time and memory.
    const SIZE: u64;
    /// The [`Case::size`] and [`Case::seed`] of a run to look at, where nobody asks for others. `None`: the size that is
    /// graded, and some seed.
    const SHOWN: Option<(u64, u64)> = None;

    /// How many units of work a case has.
    fn units(&self, case: &Case) -> u64;

    /// Whether this file or folder can be a case's input.
    ///
    /// # Errors
    /// For people: why it cannot. By default, because the problem takes none.
    fn check_input(&self, _path: &Path) -> Result<(), String> {
        Err(format!("{} takes no --input: it makes its own from --size and --seed", Self::NAME))
    }

    /// The input of a case.
    ///
    /// # Panics
    /// Where the case's [`input`](Case::input) is not one that [`check_input`](Self::check_input) accepts.
    fn input(&self, case: &Case) -> Self::Input;

    /// The serial baseline: the best serial program with the given kernel.
    fn serial(&self, input: Self::Input) -> Self::Output;

    /// Piece number `piece` of `pieces` of the same work, with nothing to share, move or join: what the probe runs.
    fn piece(&self, input: &Self::Input, piece: u64, pieces: u64);

    /// Compares a student's output with the baseline's.
    ///
    /// # Errors
    /// One message for the student: the first cause, with the smallest mismatch shown, then how to mend it. `record`
    /// is what the student's run left; it may be empty, and it only helps to word the message.
    fn verify(&self, case: &Case, expected: &Self::Output, got: &Self::Output, record: &Record) -> Result<(), String>;

    /// What the output looks like.
    fn picture(&self, case: &Case, output: &Self::Output) -> Picture;

    /// What a run of this case looks like at any moment before its answer is there: see [`film`](crate::film). By default like its
    /// answer, once there is one.
    fn film(&'static self, case: &Case) -> Draw<Self::Output> {
        let case = case.clone();
        Arc::new(move |moment| match moment.output {
            Some(output) => self.picture(&case, output),
            None => Picture { caption: vec!["It is drawn when the answer is there.".to_owned()], panels: Vec::new() },
        })
    }
}
