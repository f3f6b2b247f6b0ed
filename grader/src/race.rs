//! Runs in turn: the serial baseline, the student's program and the probe, all on the same case, round after round.
//!
//! Which one begins moves on from round to round, so that a machine that gets faster or slower meanwhile treats all three
//! alike. Each round has a fresh case, and each answer is verified. What the times mean is for [`judge`](crate::judge).

use std::{
    hash::{BuildHasher as _, RandomState},
    ops::ControlFlow,
    path::PathBuf,
    sync::atomic::AtomicBool,
};

use anyhow::bail;
use problems::{Case, Clock, Given};

use crate::child::{self, Finished, Limits, Outcome, Program, Watch};

/// Who runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// The serial baseline, in the tool's own executable.
    Serial,
    /// The student's program.
    Submission,
    /// The same work without anything to share or join: what this machine can give at this moment.
    Probe,
}

impl Lane {
    const ALL: [Lane; 3] = [Lane::Serial, Lane::Submission, Lane::Probe];

    /// The order of a round.
    fn order(round: usize) -> [Lane; 3] {
        let mut order = Self::ALL;
        order.rotate_left(round % 3);
        order
    }
}

/// What runs a program and takes its time: child processes, or in tests a script.
pub trait Executor {
    /// Runs one lane on one case.
    ///
    /// # Errors
    /// The run could not be started.
    fn run(&mut self, lane: Lane, case: &Case) -> anyhow::Result<Finished>;

    /// [`run`](Self::run) of the student's program, and shows it to `watch`, if it can, while it goes on.
    ///
    /// # Errors
    /// The run could not be started.
    fn run_seen(&mut self, case: &Case, _watch: Watch<'_>) -> anyhow::Result<Finished> {
        self.run(Lane::Submission, case)
    }
}

/// Runs each lane in a fresh child process.
#[derive(Debug)]
pub struct Children<'a> {
    /// An executable that serves the baselines and probes: see [`Program::serial`].
    pub own: PathBuf,
    /// The student's program.
    pub submission: PathBuf,
    /// The problem's name.
    pub problem: &'a str,
    /// What each run may use.
    pub limits: Limits,
    /// Ends the run that is on.
    pub stop: &'a AtomicBool,
}

/// This executable, whatever has become of its file: it may have been built anew while it runs.
#[must_use]
pub fn own_executable() -> PathBuf {
    PathBuf::from("/proc/self/exe")
}

impl Executor for Children<'_> {
    fn run(&mut self, lane: Lane, case: &Case) -> anyhow::Result<Finished> {
        let program = match lane {
            Lane::Serial => Program::serial(&self.own, self.problem),
            Lane::Submission => Program::submission(&self.submission),
            Lane::Probe => Program::probe(&self.own, self.problem),
        };
        child::run(&program, case, &self.limits, self.stop)
    }

    fn run_seen(&mut self, case: &Case, watch: Watch<'_>) -> anyhow::Result<Finished> {
        child::run_seen(&Program::submission(&self.submission), case, &self.limits, self.stop, Some(watch))
    }
}

/// The student's program and the serial baseline on one case.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The case.
    pub case: Case,
    /// Seconds of the serial baseline.
    pub serial: f64,
    /// Seconds of the probe; `None` where it was not run.
    pub probe: Option<f64>,
    /// The student's run.
    pub run: Finished,
    /// What is wrong with its answer; `None` for a right answer, and where there is none.
    pub mistake: Option<String>,
}

impl Attempt {
    /// Whether there is an answer and it is right.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.mistake.is_none() && matches!(self.run.outcome, Outcome::Output(_))
    }

    /// `[serial, parallel, probe]` in seconds, where all three were run and the answer is right.
    #[must_use]
    pub fn times(&self) -> Option<[f64; 3]> {
        self.is_right().then_some(())?;
        Some([self.serial, self.run.seconds, self.probe?])
    }
}

/// A case of that size that nobody has seen before. Its seed is not 0, which is for cases to look at.
#[must_use]
pub fn fresh_case(size: u64, workers: u16) -> Case {
    let seed = RandomState::new().hash_one(size).max(1);
    Case { size, seed, workers, clock: Clock::Real, sweep: None, input: None }
}

/// Runs the serial baseline and the student's program once, and verifies the answer. `None` when it was stopped.
///
/// # Errors
/// A run could not be started, or the baseline failed.
pub fn try_out(executor: &mut dyn Executor, problem: &dyn Given, case: Case) -> anyhow::Result<Option<Attempt>> {
    attempt(executor, problem, case, &[Lane::Serial, Lane::Submission], None)
}

/// [`try_out`], and shows `watch` what the student's program has done and printed so far. Its time is not to be compared with others.
///
/// # Errors
/// As for [`try_out`].
pub fn try_out_seen(
    executor: &mut dyn Executor,
    problem: &dyn Given,
    case: Case,
    watch: Watch<'_>,
) -> anyhow::Result<Option<Attempt>> {
    attempt(executor, problem, case, &[Lane::Serial, Lane::Submission], Some(watch))
}

/// Runs up to `rounds` rounds on fresh cases made by `case`. `tell` is called with each attempt, and may end the race;
/// an attempt without a right answer ends it too, and is the last one returned. `None` when it was stopped.
///
/// # Errors
/// A run could not be started, or the baseline or the probe failed.
pub fn race(
    executor: &mut dyn Executor,
    problem: &dyn Given,
    rounds: usize,
    mut case: impl FnMut() -> Case,
    tell: &mut dyn FnMut(&Attempt) -> ControlFlow<()>,
) -> anyhow::Result<Option<Vec<Attempt>>> {
    let mut attempts = Vec::with_capacity(rounds);
    for round in 0..rounds {
        let Some(attempt) = attempt(executor, problem, case(), &Lane::order(round), None)? else { return Ok(None) };
        let over = !attempt.is_right() || tell(&attempt).is_break();
        attempts.push(attempt);
        if over {
            break;
        }
    }
    Ok(Some(attempts))
}

fn attempt(
    executor: &mut dyn Executor,
    problem: &dyn Given,
    case: Case,
    order: &[Lane],
    mut watch: Option<Watch<'_>>,
) -> anyhow::Result<Option<Attempt>> {
    let (mut serial, mut probe, mut submission) = (None, None, None);
    for &lane in order {
        // The serial time is always needed, to say how far off a run was; the probe's only beside a good one.
        let answered = submission.as_ref().is_none_or(|run: &Finished| matches!(run.outcome, Outcome::Output(_)));
        if lane == Lane::Probe && !answered {
            continue;
        }
        let run = match &mut watch {
            Some(watch) if lane == Lane::Submission => executor.run_seen(&case, watch)?,
            _ => executor.run(lane, &case)?,
        };
        if run.outcome == Outcome::Stopped {
            return Ok(None);
        }
        match lane {
            Lane::Serial => serial = Some(given_output(problem, "serial baseline", run)?),
            Lane::Probe => probe = Some(given_output(problem, "probe", run)?.1),
            Lane::Submission => submission = Some(run),
        }
    }
    let ((expected, serial), run) =
        serial.zip(submission).expect("every order has the serial baseline and the student's program");
    let mistake = match &run.outcome {
        Outcome::Output(got) => problem.verify(&case, &expected, got, &run.record).err(),
        _ => None,
    };
    Ok(Some(Attempt { case, serial, probe, run, mistake }))
}

/// The output of the course's own program, and its seconds.
///
/// # Errors
/// It has none. That is no fault of the student's.
pub(crate) fn given_output(problem: &dyn Given, what: &str, run: Finished) -> anyhow::Result<(Vec<u8>, f64)> {
    let name = problem.name();
    let why = match run.outcome {
        Outcome::Output(bytes) => return Ok((bytes, run.seconds)),
        Outcome::Failed(failure) => failure.message,
        Outcome::TimedOut => {
            "it reached the time limit. This machine is too busy or too slow for it: try again later, or raise the \
             limit in exercises/course.yaml"
                .to_owned()
        }
        Outcome::OutOfMemory => "it reached the memory limit in exercises/course.yaml".to_owned(),
        Outcome::Ended(how) | Outcome::Rubbish(how) => how,
        Outcome::Stopped => "it was stopped".to_owned(),
    };
    bail!("the {what} of {name} failed: {why}")
}
