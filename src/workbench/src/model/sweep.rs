//! One sweep, as far as it has come.

use grader::check;

use super::{Model, Overlay};

/// Where a sweep is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SweepStep {
    /// There is none.
    #[default]
    Absent,
    /// It begins when the check is over: the two would take each other's time.
    Waiting,
    /// It has begun.
    Running,
    /// All is said.
    Over,
}

/// A sweep: the program run with each of the course's numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sweep {
    /// Its number; 0 is no sweep at all.
    pub id: u64,
    /// Where it is.
    pub step: SweepStep,
    /// What came of it so far.
    pub swept: check::Sweep,
    /// Why the tool could not do its work.
    pub failure: Option<String>,
}

impl Sweep {
    /// It still goes on, or is about to.
    #[must_use]
    pub fn running(&self) -> bool {
        matches!(self.step, SweepStep::Waiting | SweepStep::Running)
    }

    /// The sweep is over.
    pub fn end(&mut self, outcome: Result<check::Sweep, String>) {
        self.step = SweepStep::Over;
        match outcome {
            Ok(swept) => self.swept = swept,
            Err(failure) => self.failure = Some(failure),
        }
    }

    /// There is no sweep any more. What it still tells is not heard.
    pub fn forget(&mut self) {
        *self = Self { id: self.id + 1, ..Self::default() };
    }
}

impl Model {
    /// The program is about to be another one: its sweep is no longer shown. One that waits is of the new program.
    pub(super) fn leave_sweep_behind(&mut self) {
        if self.sweep.step == SweepStep::Waiting {
            return;
        }
        self.sweep.forget();
        if self.overlay == Some(Overlay::Sweep) {
            self.overlay = None;
        }
    }
}
