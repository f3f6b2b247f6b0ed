//! One knob of a run varied: what it costs to choose its value too small or too large.

mod table;

use std::sync::atomic::AtomicBool;

use problems::Case;

pub use self::table::Table;
use super::{cores, problem};
use crate::{
    build::{self, Built},
    child::{Finished, Limits, Outcome},
    classroom::{Classroom, Submissions},
    course::{Exercise, Knob, KnobKind},
    judge,
    race::{self, Attempt, Children, Executor, Lane},
    report::Verdict,
};

/// A run of no more seconds than this is short,
const SHORT: f64 = 0.05;

/// and is run so often.
const SHORT_RUNS: usize = 3;

/// What a sweep tells while it goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum SweepProgress {
    /// The compiler was started.
    Building,
    /// The serial baseline's time on the case of the points that follow, in seconds.
    Serial(f64),
    /// The run with the next value is over.
    Point(Point),
}

/// The run with one of the values.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The knob's value.
    pub value: u64,
    /// Seconds of the serial baseline on the same case.
    pub serial: f64,
    /// Seconds from the start signal to the right answer, or what became of it instead.
    pub outcome: Result<f64, Verdict>,
    /// Tasks submitted.
    pub tasks: u64,
}

impl Point {
    /// How many times as fast as the serial baseline it was.
    #[must_use]
    pub fn speedup(&self) -> Option<f64> {
        Some(self.serial / self.outcome.ok()?)
    }
}

/// A sweep, as far as it has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sweep {
    /// Seconds of the serial baseline that ran last; `None` before it has run, and where the program does not compile.
    pub serial: Option<f64>,
    /// The runs, in the order of the knob's values.
    pub points: Vec<Point>,
    /// Why there are no more of them: the program does not compile, or its answer is wrong whatever the value. With the
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

    /// The fastest run, and its seconds.
    #[must_use]
    pub fn fastest(&self) -> Option<(&Point, f64)> {
        let right = self.points.iter().filter_map(|point| Some((point, point.outcome.ok()?)));
        right.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The number of tasks is always the same: the program seems to have no number that is varied.
    fn is_flat(&self) -> bool {
        self.points.len() > 1 && self.points.iter().all(|point| point.tasks == self.points[0].tasks)
    }
}

/// Builds a student's program and runs it with each of the knob's values, and otherwise on the same case.
///
/// `tell` is called on this thread with each step. When `stop` becomes true the sweep ends soon, its processes are killed, and
/// `Ok(None)` is returned.
///
/// The serial baseline runs once, and where the size is varied, before each run. Too many tasks may end in the time or memory
/// limit, and the sweep goes on with the next value. Any other mistake does not depend on the value, and ends it.
///
/// # Errors
/// The tool could not do its work, as for [`check`](super::check).
pub fn sweep(
    classroom: &Classroom,
    exercise: &Exercise,
    submissions: Submissions,
    (knob, case): (&Knob, &Case),
    stop: &AtomicBool,
    tell: &mut dyn FnMut(SweepProgress),
) -> anyhow::Result<Option<Sweep>> {
    let problem = problem(exercise)?;
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

    let mut baseline = None;
    for value in knob.values_on(cores()) {
        let mut case = case.clone();
        knob.turn(&mut case, value);
        if baseline.is_none() || knob.kind() == KnobKind::Size {
            let run = fastest(&mut children, Lane::Serial, &case)?;
            if run.outcome == Outcome::Stopped {
                return Ok(None);
            }
            let given = race::given_output(problem, "serial baseline", run)?;
            tell(&mut sweep, SweepProgress::Serial(given.1));
            baseline = Some(given);
        }
        let Some((expected, serial)) = &baseline else { unreachable!("it has just run") };
        let run = fastest(&mut children, Lane::Submission, &case)?;
        let mistake = match &run.outcome {
            Outcome::Stopped => return Ok(None),
            Outcome::Output(output) => problem.verify(&case, expected, output, &run.record).err(),
            _ => None,
        };
        let (tasks, seconds, serial) = (run.record.tasks, run.seconds, *serial);
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
        tell(&mut sweep, SweepProgress::Point(Point { value, serial, outcome, tasks }));
        if sweep.mistake.is_some() {
            break;
        }
    }
    Ok(Some(sweep))
}

/// One run, or where that is short, the fastest of some: another process on the machine costs a millisecond now and then.
fn fastest(executor: &mut dyn Executor, lane: Lane, case: &Case) -> anyhow::Result<Finished> {
    let mut fastest = executor.run(lane, case)?;
    for _ in 1..SHORT_RUNS {
        if fastest.seconds > SHORT || !matches!(fastest.outcome, Outcome::Output(_)) {
            break;
        }
        let run = executor.run(lane, case)?;
        if run.seconds < fastest.seconds || !matches!(run.outcome, Outcome::Output(_)) {
            fastest = run;
        }
    }
    Ok(fastest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_is_flat_when_the_tasks_are_always_as_many() {
        let is_flat = |tasks: &[u64]| {
            let point = |&tasks: &u64| Point { value: 1, serial: 0.4, outcome: Ok(0.1), tasks };
            Sweep { points: tasks.iter().map(point).collect(), ..Sweep::default() }.is_flat()
        };
        assert!(is_flat(&[0, 0, 0]) && is_flat(&[7, 7]));
        assert!(!is_flat(&[7, 7, 8]) && !is_flat(&[7]) && !is_flat(&[]));
    }

    #[test]
    fn what_gave_no_answer_is_not_the_fastest() {
        let point = |value, outcome| Point { value, serial: 0.1, outcome, tasks: value };
        let points = vec![point(1, Err(Verdict::TimedOut)), point(1_000, Ok(0.01)), point(10_000, Ok(0.1))];
        let sweep = Sweep { points, ..Sweep::default() };
        assert_eq!(sweep.fastest().map(|(point, seconds)| (point.value, seconds)), Some((1_000, 0.01)));
    }
}
