//! One number of a program varied: what it costs to choose it too small or too large.

use std::sync::atomic::AtomicBool;

use anyhow::bail;
use problems::{
    Case,
    picture::{Plot, sweep_plot},
};

use super::problem;
use crate::{
    build::{self, Built},
    child::{Limits, Outcome},
    classroom::{Classroom, Submissions},
    course::{self, Exercise},
    judge,
    race::{self, Attempt, Children, Executor as _, Lane},
    report::Verdict,
};

/// What a sweep tells while it goes on, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum SweepProgress {
    /// The compiler was started.
    Building,
    /// The serial baseline's time on the case, in seconds.
    Serial(f64),
    /// The run with the next number is over.
    Point(Point),
}

/// The run with one of the numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What `sweep` gave to the program.
    pub number: u64,
    /// Seconds from the start signal to the right answer, or what became of it instead.
    pub outcome: Result<f64, Verdict>,
    /// Tasks submitted.
    pub tasks: u64,
}

/// A sweep, as far as it has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sweep {
    /// Seconds of the serial baseline; `None` before it has run, and where the program does not compile.
    pub serial: Option<f64>,
    /// The runs, in the order of the course's numbers.
    pub points: Vec<Point>,
    /// Why there are no more of them: the program does not compile, or its answer is wrong whatever the number. With the
    /// message for the student.
    pub mistake: Option<(Verdict, String)>,
}

impl Sweep {
    /// Takes in what the sweep tells.
    pub fn hear(&mut self, progress: SweepProgress) {
        match progress {
            SweepProgress::Building => {}
            SweepProgress::Serial(seconds) => self.serial = Some(seconds),
            SweepProgress::Point(point) => self.points.push(point),
        }
    }

    /// The number and the seconds of the fastest run.
    #[must_use]
    pub fn fastest(&self) -> Option<(u64, f64)> {
        self.times().min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Seconds against the number.
    #[must_use]
    pub fn plot(&self) -> Plot {
        sweep_plot(&self.times().collect::<Vec<_>>(), self.serial)
    }

    fn times(&self) -> impl Iterator<Item = (u64, f64)> {
        self.points.iter().filter_map(|point| Some((point.number, point.outcome.ok()?)))
    }

    /// The number of tasks is always the same: the program seems to have no number that is varied.
    #[must_use]
    pub fn is_flat(&self) -> bool {
        self.points.len() > 1 && self.points.iter().all(|point| point.tasks == self.points[0].tasks)
    }
}

/// Builds a student's program and runs it on the same case with each of the course's numbers in place of the one that it
/// gives to `sweep`.
///
/// `tell` is called on this thread with each step. When `stop` becomes true the sweep ends soon, its processes are killed, and
/// `Ok(None)` is returned.
///
/// Too many tasks may end in the time or memory limit, and the sweep goes on with the next number. Any other mistake does
/// not depend on the number, and ends it.
///
/// # Errors
/// The course has no numbers for this exercise; or the tool could not do its work, as for [`check`](super::check).
pub fn sweep(
    classroom: &Classroom,
    exercise: &Exercise,
    submissions: Submissions,
    case: &Case,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(SweepProgress),
) -> anyhow::Result<Option<Sweep>> {
    let problem = problem(exercise)?;
    if exercise.sweep.is_empty() {
        bail!("there is nothing to sweep in {}: {} has no `sweep` for it", exercise.name, course::FILE);
    }
    let mut sweep = Sweep::default();
    let mut tell = |sweep: &mut Sweep, progress: SweepProgress| {
        sweep.hear(progress.clone());
        tell(progress);
    };
    tell(&mut sweep, SweepProgress::Building);
    let submission = match build::build(classroom, &exercise.name, submissions, stop, &mut |_| {})? {
        Built::Stopped => return Ok(None),
        Built::Broken(diagnostics) => {
            let report = judge::broken(exercise, case.workers, diagnostics);
            sweep.mistake = Some((report.verdict, report.message));
            return Ok(Some(sweep));
        }
        Built::Program { executable, .. } => executable,
    };
    let limits = Limits::from(&exercise.limits);
    let own = race::own_executable();
    let mut children = Children { own, submission, problem: problem.name(), limits, stop };

    let run = children.run(Lane::Serial, case)?;
    if run.outcome == Outcome::Stopped {
        return Ok(None);
    }
    let (expected, serial) = race::given_output(problem, "serial baseline", run)?;
    tell(&mut sweep, SweepProgress::Serial(serial));

    for &number in &exercise.sweep {
        let case = Case { sweep: Some(number), ..case.clone() };
        let run = children.run(Lane::Submission, &case)?;
        let mistake = match &run.outcome {
            Outcome::Stopped => return Ok(None),
            Outcome::Output(output) => problem.verify(&case, &expected, output, &run.record).err(),
            _ => None,
        };
        let (tasks, seconds) = (run.record.tasks, run.seconds);
        let attempt = Attempt { case, serial, probe: None, run, mistake };
        let outcome = if attempt.is_right() {
            Ok(seconds)
        } else {
            let report = judge::judge(exercise, problem, attempt.case.workers, std::slice::from_ref(&attempt));
            // With fewer tasks it may be done in time, and in the memory that there is.
            if !matches!(report.verdict, Verdict::TimedOut | Verdict::Crashed) {
                sweep.mistake = Some((report.verdict, report.message));
            }
            Err(report.verdict)
        };
        tell(&mut sweep, SweepProgress::Point(Point { number, outcome, tasks }));
        if sweep.mistake.is_some() {
            break;
        }
    }
    Ok(Some(sweep))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(number: u64, tasks: u64, outcome: Result<f64, Verdict>) -> Point {
        Point { number, outcome, tasks }
    }

    #[test]
    fn a_sweep_is_flat_when_the_tasks_are_always_as_many() {
        let is_flat = |tasks: &[u64]| {
            let points = tasks.iter().map(|&tasks| point(1, tasks, Ok(0.1))).collect();
            Sweep { serial: Some(0.4), points, mistake: None }.is_flat()
        };
        assert!(is_flat(&[0, 0, 0]) && is_flat(&[7, 7]));
        assert!(!is_flat(&[7, 7, 8]) && !is_flat(&[7]) && !is_flat(&[]));
    }

    #[test]
    fn what_gave_no_answer_is_not_plotted() {
        let points =
            [point(1, 3_000_000, Err(Verdict::TimedOut)), point(1_000, 1_000, Ok(0.01)), point(10_000, 100, Ok(0.1))];
        let sweep = Sweep { serial: Some(0.1), points: points.to_vec(), mistake: None };
        assert_eq!(sweep.plot().layers[1].points, [(3.0, -2.0), (4.0, -1.0)]);
        assert_eq!(sweep.fastest(), Some((1_000, 0.01)));
    }
}
