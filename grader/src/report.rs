//! What comes out of a check: verdict, points, times, and the sentences that explain them.

use std::fmt;

use serde::Serialize;

pub mod json;
pub mod text;

/// What a check found. Noise never fails a student and never passes one: that is [`Inconclusive`](Self::Inconclusive).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Verdict {
    /// Right, and as fast as asked.
    Pass,
    /// The output differs from the baseline's.
    Wrong,
    /// Right, but below the threshold.
    TooSlow,
    /// The student's function, or a task whose result it needed, panicked or returned an error.
    Panicked,
    /// It reached the time limit.
    TimedOut,
    /// The process ended by itself, by a signal or at the memory limit, or spoke rubbish.
    Crashed,
    /// It does not compile.
    BuildFailed,
    /// The untouched starter, a program that shares no work, or `todo!()`.
    Unsolved,
    /// The machine has too few cores, or was too busy, to tell.
    Inconclusive,
}

/// In words, for people: `pass`, `too slow`, `does not compile`.
impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(match self {
            Verdict::Pass => "pass",
            Verdict::Wrong => "wrong",
            Verdict::TooSlow => "too slow",
            Verdict::Panicked => "panicked",
            Verdict::TimedOut => "timed out",
            Verdict::Crashed => "crashed",
            Verdict::BuildFailed => "does not compile",
            Verdict::Unsolved => "not solved yet",
            Verdict::Inconclusive => "inconclusive",
        })
    }
}

/// The result of checking one exercise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The exercise.
    pub name: String,
    /// What was found.
    pub verdict: Verdict,
    /// Points won.
    pub points: u32,
    /// Points that can be won.
    pub max_points: u32,
    /// The message for the student: one line or a few, the first cause, then how to mend it.
    pub message: String,
    /// Good to know, costs no points.
    pub hints: Vec<String>,
    /// What the points are made of, in the order of the rubric.
    pub rubric: Vec<Criterion>,
    /// The race; `None` where no round was run to its end.
    pub speedup: Option<Speedup>,
    /// The speedup asked for: the exercise's share of what the probe gave. `None` without a round.
    pub threshold: Option<f64>,
    /// The median speedup of the probe. `None` without a round.
    pub probe: Option<f64>,
    /// Worker slots that the program was given.
    pub workers: u16,
    /// Median of CPU time by wall time of the student's timed runs; one worker alone gives at most 1.
    pub cpu_per_wall: Option<f64>,
    /// The most memory that one of the student's runs had, in bytes; `None` where it could not be read.
    pub memory: Option<u64>,
    /// How far the child was kept from the machine: `"process"` is its own process group with time and memory limits.
    pub sandbox: &'static str,
    /// Compiler messages, where it did not compile.
    pub diagnostics: Vec<crate::build::Diagnostic>,
    /// What the program wrote to standard output and error in its last run, the middle cut out when it was long.
    pub output: String,
}

impl Report {
    /// What there is to say before anything is measured; no points are won, and none can be.
    ///
    /// ```
    /// use grader::report::{Report, Verdict};
    /// let report = Report { max_points: 10, ..Report::unmeasured("pi", 2, Verdict::BuildFailed, "It does not compile.") };
    /// assert_eq!((report.points, report.speedup), (0, None));
    /// ```
    #[must_use]
    pub fn unmeasured(exercise: &str, workers: u16, verdict: Verdict, message: impl Into<String>) -> Self {
        Self {
            name: exercise.to_owned(),
            verdict,
            points: 0,
            max_points: 0,
            message: message.into(),
            hints: Vec::new(),
            rubric: Vec::new(),
            speedup: None,
            threshold: None,
            probe: None,
            workers,
            cpu_per_wall: None,
            memory: None,
            sandbox: SANDBOX,
            diagnostics: Vec::new(),
            output: String::new(),
        }
    }
}

/// How a run is kept from the machine: [`child`](crate::child) does it.
const SANDBOX: &str = "process";

/// The race of the student's program against the serial baseline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Speedup {
    /// Median over the rounds of serial by parallel time.
    pub median: f64,
    /// `[serial, parallel, probe]` in seconds, one row a round, in the order they were run.
    pub rounds: Vec<[f64; 3]>,
}

/// One line of the rubric.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Criterion {
    /// What is asked: `"4 tasks or more a worker"`.
    pub name: String,
    /// Points won.
    pub points: u32,
    /// Points that can be won.
    pub max_points: u32,
    /// What was seen: `"1,001 tasks on 2 workers"`. Empty where nothing was.
    pub seen: String,
}
