//! From runs to a verdict, points and a message. Pure: times and records come in, a report goes out.
//!
//! - A wrong answer is [`Wrong`](Verdict::Wrong), and no answer is what became of it instead.
//! - Correctness counts only where work was shared: two tasks, or threads of a kernel, overlapped in the record, *and* the parent saw more CPU time a second
//!   than one worker can use. The untouched starter is right, too.
//! - A pass needs a right answer, shared work and full speed. Speed is judged in [`compare`] alone.
//! - Structure is read from the child's own record. It can win or lose a point, never turn a wrong or slow answer into a pass.

mod mishap;
mod points;
mod sharing;
mod speed;
mod words;

use problems::Given;
use trace::{Measures, advice, text::times};

use self::sharing::Sharing;
pub use self::speed::{Speed, Standing, compare, least_probe, median, quiet_probe, settled};
use crate::{
    course::Exercise,
    race::Attempt,
    report::{Criterion, Report, Speedup, Verdict},
};

/// A verdict and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ruling {
    pub(crate) verdict: Verdict,
    pub(crate) message: String,
    pub(crate) hints: Vec<String>,
}

/// Judges the attempts at an exercise, in the order they were made: the rounds of a race, of which the last may have gone
/// wrong, or the one that there was.
///
/// # Panics
/// Without attempts.
#[must_use]
pub fn judge(exercise: &Exercise, problem: &dyn Given, workers: u16, attempts: &[Attempt]) -> Report {
    let last = attempts.last().expect("a check makes an attempt");
    let rounds: Vec<[f64; 3]> = attempts.iter().filter_map(Attempt::times).collect();
    let speed = (!rounds.is_empty()).then(|| compare(&rounds, workers, exercise.rubric.share));
    let threshold = speed.map_or(exercise.rubric.share * f64::from(workers), |speed| speed.threshold);
    let context = |attempt: &Attempt| advice::Context {
        serial: attempt.serial,
        parallel: attempt.run.seconds,
        cpu: attempt.run.cpu,
        threshold,
        units: problem.units(&attempt.case),
    };
    let cpu_per_wall = sharing::median_cpu_per_wall(attempts);

    let (ruling, rubric) = if let Some(mistake) = &last.mistake {
        let ruling = Ruling { verdict: Verdict::Wrong, message: mistake.clone(), hints: Vec::new() };
        (ruling, points::of_none(exercise, "wrong"))
    } else if !last.is_right() {
        (mishap::rule(&last.run, &exercise.limits, &context(last)), points::of_none(exercise, "no answer"))
    } else {
        let typical = typical(attempts);
        let measures = Measures::of(&typical.run.record);
        let sharing = Sharing::of(&measures, attempts, workers);
        let merits = points::Merits { sharing, measures: &measures, speed: speed.as_ref() };
        let rubric = points::of_right(exercise, &merits);
        let undisturbed = sharing::are_undisturbed(attempts);
        let context = context(typical);
        (rule_on_right(sharing, speed.as_ref(), workers, cpu_per_wall, undisturbed, typical, &context), rubric)
    };
    Report {
        speedup: speed.map(|speed| Speedup { median: speed.ratio, rounds }),
        threshold: speed.map(|speed| speed.threshold),
        probe: speed.map(|speed| speed.probe),
        cpu_per_wall,
        memory: attempts.iter().filter_map(|attempt| attempt.run.memory).max(),
        output: last.run.output.plain(),
        ..bare(exercise, workers, ruling, rubric)
    }
}

/// The report on an exercise that does not compile.
#[must_use]
pub fn broken(exercise: &Exercise, workers: u16, diagnostics: Vec<crate::build::Diagnostic>) -> Report {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.level == "error").count() as u64;
    let first = diagnostics.first().map_or_else(String::new, ToString::to_string);
    let message = match errors {
        0 | 1 => format!("It does not compile: {first}"),
        _ => format!("It does not compile, for {errors} errors. The first: {first}"),
    };
    let ruling = Ruling { verdict: Verdict::BuildFailed, message, hints: Vec::new() };
    Report { diagnostics, ..bare(exercise, workers, ruling, points::of_none(exercise, "does not compile")) }
}

fn bare(exercise: &Exercise, workers: u16, ruling: Ruling, rubric: Vec<Criterion>) -> Report {
    Report {
        points: rubric.iter().map(|line| line.points).sum(),
        max_points: exercise.rubric.max_points(),
        hints: ruling.hints,
        rubric,
        ..Report::unmeasured(&exercise.name, workers, ruling.verdict, ruling.message)
    }
}

/// The attempt in the middle, by its ratio: its record stands for all of them.
fn typical(attempts: &[Attempt]) -> &Attempt {
    let mut sorted: Vec<&Attempt> = attempts.iter().collect();
    let ratio = |attempt: &Attempt| speed::ratio(attempt.serial, attempt.run.seconds);
    sorted.sort_by(|left, right| ratio(left).total_cmp(&ratio(right)));
    sorted[(sorted.len() - 1) / 2]
}

fn rule_on_right(
    sharing: Sharing,
    speed: Option<&Speed>,
    workers: u16,
    cpu_per_wall: Option<f64>,
    undisturbed: bool,
    typical: &Attempt,
    context: &advice::Context,
) -> Ruling {
    let ruling = |verdict, message: String| Ruling { verdict, message, hints: Vec::new() };
    match sharing {
        Sharing::NoTasks => return ruling(Verdict::Unsolved, NO_TASKS.to_owned()),
        Sharing::OwnThreads => {
            let cores = cpu_per_wall.unwrap_or_default();
            return ruling(
                Verdict::Unsolved,
                format!(
                    "Right, and it kept {cores:.1} cores busy, but without a single task: the work has to be done by tasks of the \
                     runtime. Put it into a `#[remote]` function and submit that."
                ),
            );
        }
        Sharing::Shared | Sharing::OneAtATime | Sharing::OneCore => {}
    }
    let Some(speed) = speed.filter(|_| workers >= 2) else {
        return ruling(
            Verdict::Inconclusive,
            "Right, but one core tells nothing about speed: check it on a machine with two or more.".to_owned(),
        );
    };
    let reached = words::beside_serial(speed.ratio);
    let asked = times(speed.threshold);
    match (speed.standing, sharing) {
        (Standing::Unclear, _) => ruling(Verdict::Inconclusive, unclear(speed, workers)),
        (Standing::Short, _) => {
            let mut texts = findings(typical, context).into_iter();
            let cause = texts.next().unwrap_or_else(|| NO_CAUSE.to_owned());
            let message = format!("Right, but {reached}, and {asked} is asked. {cause}");
            Ruling { verdict: Verdict::TooSlow, message, hints: texts.collect() }
        }
        (Standing::Enough, Sharing::Shared) => Ruling {
            verdict: Verdict::Pass,
            message: format!("Right, and {reached}; {asked} was asked."),
            hints: findings(typical, context),
        },
        // Tasks did overlap. On a machine that gave them no two cores, that is all that can be known.
        (Standing::Enough, Sharing::OneCore) if !(undisturbed && speed.probe >= quiet_probe(workers)) => ruling(
            Verdict::Inconclusive,
            format!(
                "Right, and {reached}, but its tasks kept only {:.1} cores busy, and this machine was too busy to tell whether that is \
                 their fault. Close what else runs, and check again.",
                cpu_per_wall.unwrap_or_default()
            ),
        ),
        (Standing::Enough, _) => ruling(
            Verdict::Unsolved,
            format!(
                "Right, and {reached}, but not because workers shared it: one of them did nearly everything. {SHARE}"
            ),
        ),
    }
}

/// Why a race of two workers or more says nothing.
fn unclear(speed: &Speed, workers: u16) -> String {
    let least = least_probe(workers);
    let why = if speed.probe < least {
        format!(
            "even work with nothing to share was only {} as fast on {workers} workers, and {} is the least that says something",
            times(speed.probe),
            times(least)
        )
    } else {
        format!(
            "the median of its rounds is {}, its fastest runs give {}, and {} is asked",
            times(speed.ratio),
            times(speed.fastest),
            times(speed.threshold)
        )
    };
    format!("Right, but this machine was too busy to tell how fast: {why}. Close what else runs, and check again.")
}

const NO_TASKS: &str = "Right, but one worker did all the work: no task was submitted. Put a part of the work into a `#[remote]` \
                        function, submit many such parts, and only then get the results.";
const SHARE: &str = "Submit tasks that do the work side by side.";
const NO_CAUSE: &str = "The record shows no single cause: look in the task stream for the time when a worker is idle.";

fn findings(attempt: &Attempt, context: &advice::Context) -> Vec<String> {
    let mut texts: Vec<String> =
        advice::advise(&attempt.run.record, context).into_iter().map(|finding| finding.text).collect();
    let dropped = attempt.run.record.dropped;
    if dropped > 0 {
        texts.push(format!("The record is not complete: {} had no room in it.", words::some(dropped, "event")));
    }
    texts
}
