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
    tell(SweepProgress::Building);
    let submission = match build::build(classroom, &exercise.name, submissions, stop, &mut |_| {})? {
        Built::Stopped => return Ok(None),
        Built::Broken(diagnostics) => {
            let report = judge::broken(exercise, case.workers, diagnostics);
            return Ok(Some(Sweep { mistake: Some((report.verdict, report.message)), ..Sweep::default() }));
        }
        Built::Program { executable, .. } => executable,
    };
    let limits = Limits::from(&exercise.limits);
    let own = race::own_executable();
    let mut children = Children { own, submission, problem: problem.name(), limits, stop };
    vary(&mut children, exercise, (knob, case), cores(), tell)
}

/// The runs of a sweep on a machine of so many cores.
fn vary(
    executor: &mut dyn Executor,
    exercise: &Exercise,
    (knob, case): (&Knob, &Case),
    cores: u16,
    tell: &mut dyn FnMut(SweepProgress),
) -> anyhow::Result<Option<Sweep>> {
    let problem = problem(exercise)?;
    let mut sweep = Sweep::default();
    let mut tell = |sweep: &mut Sweep, progress: SweepProgress| {
        sweep.hear(progress.clone());
        tell(progress);
    };
    let mut baseline: Option<(Vec<u8>, f64)> = None;
    for value in knob.values_on(cores) {
        let mut case = case.clone();
        knob.turn(&mut case, value);
        let (expected, serial) = match baseline {
            Some(given) if knob.kind() != KnobKind::Size => given,
            _ => {
                let run = fastest(executor, Lane::Serial, &case)?;
                if run.outcome == Outcome::Stopped {
                    return Ok(None);
                }
                let given = race::given_output(problem, "serial baseline", run)?;
                tell(&mut sweep, SweepProgress::Serial(given.1));
                given
            }
        };
        let run = fastest(executor, Lane::Submission, &case)?;
        let mistake = match &run.outcome {
            Outcome::Stopped => return Ok(None),
            Outcome::Output(output) => problem.verify(&case, &expected, output, &run.record).err(),
            _ => None,
        };
        baseline = Some((expected, serial));
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
    use crate::{child::Printed, course::Course};

    /// What was run, as `lane: sweep, workers, size`; each lane takes its seconds.
    struct Script {
        seconds: f64,
        log: Vec<String>,
    }

    impl Executor for Script {
        fn run(&mut self, lane: Lane, case: &Case) -> anyhow::Result<Finished> {
            let number = case.sweep.map_or_else(|| "-".to_owned(), |number| number.to_string());
            self.log.push(format!("{lane:?}: {number}, {}, {}", case.workers, case.size));
            let outcome = Outcome::Output(7_u64.to_le_bytes().to_vec());
            let (record, output) = (trace::Record::default(), Printed::default());
            Ok(Finished { outcome, seconds: self.seconds, cpu: None, memory: None, record, output })
        }
    }

    /// What was run for a sweep of pi.
    fn log(knob: &str, values: &[u64], seconds: f64) -> Vec<String> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let course = Course::read(root).unwrap();
        let knob = Knob { name: knob.to_owned(), values: values.to_vec(), usual: None };
        let mut script = Script { seconds, log: Vec::new() };
        let case = race::fresh_case(1_000, 2);
        let swept = vary(&mut script, course.find("pi").unwrap(), (&knob, &case), 2, &mut |_| {}).unwrap().unwrap();
        let outcomes: Vec<_> = swept.points.iter().map(|point| (point.value, point.outcome)).collect();
        assert_eq!(outcomes, values.iter().map(|&value| (value, Ok(seconds))).collect::<Vec<_>>());
        script.log
    }

    #[test]
    fn one_number_is_varied_and_only_a_size_has_a_serial_run_of_its_own() {
        let batches = ["Serial: 10, 2, 1000", "Submission: 10, 2, 1000", "Submission: 20, 2, 1000"];
        assert_eq!(log("batch", &[10, 20], 1.0), batches);
        let workers = ["Serial: -, 1, 1000", "Submission: -, 1, 1000", "Submission: -, 2, 1000"];
        assert_eq!(log("workers", &[1, 2], 1.0), workers);
        let sizes = ["Serial: -, 2, 5", "Submission: -, 2, 5", "Serial: -, 2, 50", "Submission: -, 2, 50"];
        assert_eq!(log("n", &[5, 50], 1.0), sizes);
    }

    #[test]
    fn short_runs_are_repeated() {
        let runs = log("batch", &[10, 20], 0.001);
        assert_eq!(runs.len(), 3 * SHORT_RUNS, "{runs:?}");
    }

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
