//! A problem as the grader sees it: names, bytes and verdicts, no types.

use std::path::Path;

use trace::Record;

use crate::{
    Case, Problem, Wire,
    film::{Film, OfProblem},
    picture::Picture,
};

/// A run whose input is made: call it, and it gives the output's bytes.
pub type Prepared = Box<dyn FnOnce() -> Vec<u8> + Send>;

/// A [`Problem`] without its types, so that many stand in one list. Implemented for every problem.
pub trait Given: Send + Sync {
    /// [`Problem::NAME`].
    fn name(&self) -> &'static str;

    /// [`Problem::SIZE`].
    fn size(&self) -> u64;

    /// [`Problem::SHOWN`].
    fn shown(&self) -> Option<(u64, u64)>;

    /// How many units of work a case has, and what they are called: `(100_000_317, "darts")`.
    fn units(&self, case: &Case) -> (u64, &'static str);

    /// Whether this file or folder can be a case's input. See [`Problem::check_input`].
    ///
    /// # Errors
    /// For people: why it cannot.
    fn check_input(&self, path: &Path) -> Result<(), String>;

    /// Makes the input; what is returned runs the serial baseline on it.
    fn serial(&'static self, case: &Case) -> Prepared;

    /// Makes the input; what is returned runs the probe on it: the same work in pieces that share nothing, as tasks
    /// of the entered runtime.
    fn probe(&'static self, case: &Case) -> Prepared;

    /// Compares a student's output with the baseline's. See [`Problem::verify`].
    ///
    /// # Errors
    /// The message for the student.
    fn verify(&self, case: &Case, expected: &[u8], got: &[u8], record: &Record) -> Result<(), String>;

    /// What an output looks like; `None` where the bytes are no output of this problem.
    fn picture(&self, case: &Case, output: &[u8]) -> Option<Picture>;

    /// What runs of a case look like while they go on. May take some hundredths of a second. See [`Problem::film`].
    fn film(&'static self, case: &Case) -> Box<dyn Film>;
}

/// How many pieces a worker of the probe gets: enough that an uneven cost per piece evens out, few enough to cost nothing.
const PIECES_PER_WORKER: u64 = 32;

impl<P: Problem> Given for P {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn size(&self) -> u64 {
        P::SIZE
    }

    fn shown(&self) -> Option<(u64, u64)> {
        P::SHOWN
    }

    fn units(&self, case: &Case) -> (u64, &'static str) {
        (Problem::units(self, case), P::UNITS)
    }

    fn check_input(&self, path: &Path) -> Result<(), String> {
        Problem::check_input(self, path)
    }

    fn serial(&'static self, case: &Case) -> Prepared {
        let input = self.input(case);
        Box::new(move || Problem::serial(self, input).to_bytes())
    }

    fn probe(&'static self, case: &Case) -> Prepared {
        let input = std::sync::Arc::new(self.input(case));
        let pieces = PIECES_PER_WORKER * u64::from(case.workers);
        Box::new(move || {
            let done = parlings::map(0..pieces, move |piece| self.piece(&input, piece, pieces));
            parlings::get_all(&done).expect("a piece of given work neither fails nor is cancelled");
            Vec::new()
        })
    }

    fn verify(&self, case: &Case, expected: &[u8], got: &[u8], record: &Record) -> Result<(), String> {
        let expected = P::Output::from_bytes(expected).ok_or("the serial baseline's output could not be read")?;
        let got = P::Output::from_bytes(got).ok_or_else(|| {
            format!("The output is not a result of `{}`: {} bytes that cannot be read.", P::NAME, got.len())
        })?;
        Problem::verify(self, case, &expected, &got, record)
    }

    fn picture(&self, case: &Case, output: &[u8]) -> Option<Picture> {
        P::Output::from_bytes(output).map(|output| Problem::picture(self, case, &output))
    }

    fn film(&'static self, case: &Case) -> Box<dyn Film> {
        Box::new(OfProblem { problem: self, case: case.clone(), draw: Problem::film(self, case) })
    }
}
