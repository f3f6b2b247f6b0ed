//! One exercise, from source to report.

mod sweep;

use std::{cell::LazyCell, num::NonZero, ops::ControlFlow, sync::atomic::AtomicBool, time::Instant};

use anyhow::Context as _;
use problems::{Case, Given, film::Replay, picture::Picture, random::SplitMix64};
use trace::Record;

pub use self::sweep::{Point, Sweep, SweepProgress, Table, sweep};
use crate::{
    build::{self, Built, Diagnostic, Step},
    child::{self, Finished, Limits, Outcome, Printed, Program, Seen},
    classroom::{Classroom, Submissions},
    course::{Exercise, graded_workers},
    judge,
    race::{self, Attempt, Children},
    report::{Report, Verdict},
};

/// What a check tells while it goes on, in this order; steps that do not apply are left out.
#[derive(Clone, Debug)]
pub enum Progress {
    /// The compiler was started.
    Building,
    /// A crate was compiled: `done` of about `total`. `total` is 0 while it is not known.
    Compiled {
        /// Crates done.
        done: usize,
        /// Crates in all.
        total: usize,
        /// The crate.
        name: String,
    },
    /// A message of the compiler, with colours.
    Diagnosed(Diagnostic),
    /// The build is over.
    Built {
        /// How long it took.
        seconds: f64,
    },
    /// The small try-out goes on. Some times a second, if that was asked for.
    Trying {
        /// What its tasks have done so far.
        record: Record,
        /// What that looks like.
        picture: Picture,
    },
    /// The small try-out has printed something. Some times a second, if that was asked for.
    Printing {
        /// All that it has printed so far.
        printed: Printed,
    },
    /// The small try-out is over: the student knows whether it is right.
    Tried {
        /// Seconds from the start signal to the answer.
        seconds: f64,
        /// The message where it was wrong; `None` when it was right.
        mistake: Option<String>,
        /// What its tasks did.
        record: Record,
        /// What the answer looks like.
        picture: Option<Picture>,
        /// What the program printed.
        printed: Printed,
    },
    /// How the small try-out came to its answer, if that was asked for and there is anything to see.
    Filmed(Replay),
    /// A round of the race is over.
    Round {
        /// `[serial, parallel, probe]`, in seconds.
        times: [f64; 3],
        /// How many rounds are over.
        done: usize,
        /// How many there will be.
        rounds: usize,
        /// The record of the student's run in this round.
        record: Record,
        /// How many bytes the student's program printed in this round.
        printed: u64,
    },
}

/// How to check.
#[derive(Clone, Debug)]
pub struct Options {
    /// The student's files or the solutions.
    pub submissions: Submissions,
    /// Rounds of the race; `None`: as many as the course says, 0: the small try-out is all.
    pub rounds: Option<usize>,
    /// Show the small try-out as it goes on, and again when it is over. The race is never watched.
    pub film: bool,
    /// `None`: cases that nobody has seen before. Else the cases are made from this number, and are the same in each check.
    pub seed: Option<u64>,
}

/// The cores of this machine, as far as this process may use them.
#[must_use]
pub fn cores() -> u16 {
    std::thread::available_parallelism().map_or(1, NonZero::get).try_into().unwrap_or(u16::MAX)
}

/// Worker slots that programs are graded with on this machine: its cores, at most 8.
#[must_use]
pub fn workers() -> u16 {
    graded_workers(cores())
}

/// Builds, tries out and races one exercise.
///
/// `tell` is called on this thread with each step. When `stop` becomes true the check ends soon, its processes are
/// killed, and `Ok(None)` is returned.
///
/// A program that is not right at the small size is not raced, and the race ends with the first round that goes wrong. A
/// race of a program without tasks ends with its first round: there is nothing to find out. So does one of rounds that
/// all say the same: see [`settled`](judge::settled).
///
/// # Errors
/// The tool could not do its work: no cargo, no permission, a baseline that failed. Whatever a student's program does
/// is a verdict, not an error.
pub fn check(
    classroom: &Classroom,
    exercise: &Exercise,
    options: &Options,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(Progress),
) -> anyhow::Result<Option<Report>> {
    let problem = problem(exercise)?;
    let workers = workers();

    tell(Progress::Building);
    let start = Instant::now();
    let built = build::build(classroom, &exercise.name, options.submissions, stop, &mut |step| tell(step.into()))?;
    let submission = match built {
        Built::Stopped => return Ok(None),
        Built::Broken(diagnostics) => return Ok(Some(judge::broken(exercise, workers, diagnostics))),
        Built::Program { executable, .. } => executable,
    };
    tell(Progress::Built { seconds: start.elapsed().as_secs_f64() });

    let limits = Limits::from(&exercise.limits);
    let own = race::own_executable();
    let mut children = Children { own, submission, problem: problem.name(), limits, stop };

    let mut seeds = options.seed.map(|seed| SplitMix64::at(seed, 0));
    let mut case = |size| {
        let fresh = race::fresh_case(size, workers);
        let seed = seeds.as_mut().map_or(fresh.seed, SplitMix64::next_word);
        Case { seed, ..fresh }
    };
    let small = case(exercise.sizes.small);
    // Made when it is first wanted, and that is not while the clock of a race runs.
    let film = LazyCell::new({
        let case = small.clone();
        move || problem.film(&case)
    });
    let tried = if options.film {
        let mut watch = |seen: Seen| {
            tell(match seen {
                Seen::Record(record) => Progress::Trying { picture: film.live(&record), record },
                Seen::Printed(printed) => Progress::Printing { printed },
            });
        };
        race::try_out_seen(&mut children, problem, small, &mut watch)?
    } else {
        race::try_out(&mut children, problem, small)?
    };
    let Some(tried) = tried else { return Ok(None) };
    let first_report = judge::judge(exercise, problem, workers, std::slice::from_ref(&tried));
    tell(tried_out(problem, &tried, &first_report));
    if options.film
        && let Outcome::Output(bytes) = &tried.run.outcome
        && let Some(replay) = film.replay(&tried.run.record, bytes)
    {
        tell(Progress::Filmed(replay));
    }
    // One core cannot show a speedup, so what can be said has been said.
    let rounds = options.rounds.unwrap_or(exercise.rounds);
    if !tried.is_right() || workers < 2 || rounds == 0 {
        return Ok(Some(first_report));
    }

    let mut raced = Vec::with_capacity(rounds);
    let mut each = |attempt: &Attempt| {
        if let Some(times) = attempt.times() {
            raced.push(times);
            let Finished { record, output, .. } = &attempt.run;
            let done = raced.len();
            tell(Progress::Round { times, done, rounds, record: record.clone(), printed: output.bytes });
        }
        let over = attempt.run.record.tasks == 0 || judge::settled(&raced, workers, exercise.rubric.share);
        if over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let attempts = race::race(&mut children, problem, rounds, || case(exercise.sizes.graded), &mut each)?;
    Ok(attempts.map(|attempts| judge::judge(exercise, problem, workers, &attempts)))
}

fn tried_out(problem: &dyn Given, tried: &Attempt, report: &Report) -> Progress {
    let picture = match &tried.run.outcome {
        Outcome::Output(bytes) => problem.picture(&tried.case, bytes),
        _ => None,
    };
    Progress::Tried {
        seconds: tried.run.seconds,
        mistake: (!tried.is_right()).then(|| report.message.clone()),
        record: tried.run.record.clone(),
        picture,
        printed: tried.run.output.clone(),
    }
}

impl From<Step> for Progress {
    fn from(step: Step) -> Self {
        match step {
            Step::Compiled { done, total, name } => Self::Compiled { done, total, name },
            Step::Diagnosed(diagnostic) => Self::Diagnosed(diagnostic),
        }
    }
}

/// One run of a student's program, unverified.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The output, in the problem's wire form; or the verdict and the message that say why there is none.
    pub outcome: Result<Vec<u8>, (Verdict, String)>,
    /// Wall time from the start signal to the answer, seconds; 0 where the program was never started.
    pub seconds: f64,
    /// What its tasks did.
    pub record: Record,
    /// What it wrote to standard output and error.
    pub output: String,
}

/// Builds a student's program and runs it once on a case.
///
/// # Errors
/// As for [`check`]. A program that does not compile or gives no answer is an `outcome`.
pub fn run_once(
    classroom: &Classroom,
    exercise: &Exercise,
    submissions: Submissions,
    case: &Case,
) -> anyhow::Result<Run> {
    let problem = problem(exercise)?;
    let stop = AtomicBool::new(false);
    let executable = match build::build(classroom, &exercise.name, submissions, &stop, &mut |_| {})? {
        Built::Program { executable, .. } => executable,
        Built::Broken(diagnostics) => return Ok(not_built(&diagnostics)),
        Built::Stopped => unreachable!("nobody has asked to stop"),
    };
    let run = child::run(&Program::submission(executable), case, &Limits::from(&exercise.limits), &stop)?;
    let outcome = match &run.outcome {
        Outcome::Output(bytes) => Ok(bytes.clone()),
        _ => {
            // The serial time of the same case is what the message compares with.
            let (_, serial) = serial_once(exercise, case)?;
            let attempt = Attempt { case: case.clone(), serial, probe: None, run: run.clone(), mistake: None };
            let report = judge::judge(exercise, problem, case.workers, &[attempt]);
            Err((report.verdict, report.message))
        }
    };
    Ok(Run { outcome, seconds: run.seconds, record: run.record, output: run.output.plain() })
}

fn not_built(diagnostics: &[Diagnostic]) -> Run {
    let rendered: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.rendered.as_str()).collect();
    let message = format!("It does not compile.\n{}", rendered.join("\n"));
    let outcome = Err((Verdict::BuildFailed, message));
    Run { outcome, seconds: 0.0, record: Record::default(), output: String::new() }
}

/// Runs the serial baseline once on a case: its output, and its time in seconds.
///
/// # Errors
/// It could not be started, or failed.
pub fn serial_once(exercise: &Exercise, case: &Case) -> anyhow::Result<(Vec<u8>, f64)> {
    let problem = problem(exercise)?;
    let stop = AtomicBool::new(false);
    let program = Program::serial(race::own_executable(), problem.name());
    let run = child::run(&program, case, &Limits::from(&exercise.limits), &stop)?;
    race::given_output(problem, "serial baseline", run)
}

/// How many units of work a case of that size has, and what they are called: `(4_012_009, "pixels")`.
#[must_use]
pub fn units(exercise: &Exercise, size: u64) -> Option<(u64, &'static str)> {
    let problem = problems::find(&exercise.name)?;
    Some(problem.units(&Case { seed: 0, ..race::fresh_case(size, 1) }))
}

fn problem(exercise: &Exercise) -> anyhow::Result<&'static dyn Given> {
    problems::find(&exercise.name).with_context(|| {
        format!("exercises/course.yaml has an exercise `{}`, but there is no problem of that name", exercise.name)
    })
}
