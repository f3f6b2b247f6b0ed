//! A run by hand: one serial run, one of the student's, and what came out.

use std::{
    io::{self, Write},
    process::{self, ExitCode},
    time::{Duration, Instant},
};

use parlings::{Builder, Runtime};
use trace::text::count;

use super::{EXIT_DONE, EXIT_NO_RUN, EXIT_NOT_RIGHT, Submission, outcome};
use crate::{Case, Clock, protocol::Failure};

/// Any number would do; this one leaves the usual round batch sizes a remainder.
const SEED: u64 = 316;

/// More workers than the grader gives would only make the times incomparable.
const MOST_WORKERS: usize = 8;

/// Runs once and prints; ends the process itself, so that tasks nobody asked for are not waited for.
pub(super) fn main(submission: &Submission, builder: Builder, arguments: &[String]) -> ExitCode {
    let case = match case(submission, arguments) {
        Ok(case) => case,
        Err(message) => {
            let name = submission.problem.name();
            eprintln!("{message}\nUsage: cargo run --release --bin {name} -- [--size N] [--seed N] [--workers N]");
            return ExitCode::from(EXIT_NO_RUN);
        }
    };
    // Not locked: the student's tasks may print, too.
    match run(submission, builder, &case, &mut io::stdout()) {
        Ok((right, _running)) => process::exit(if right { EXIT_DONE } else { EXIT_NOT_RIGHT }.into()),
        Err(error) => {
            eprintln!("failed to run: {error}");
            ExitCode::from(EXIT_NO_RUN)
        }
    }
}

/// The run that the command line asks for.
fn case(submission: &Submission, arguments: &[String]) -> Result<Case, String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
    let mut case = Case {
        size: submission.problem.size(),
        seed: SEED,
        workers: cores as u16,
        clock: Clock::Real,
        sweep: None,
        input: None,
    };
    let mut arguments = arguments.iter();
    while let Some(name) = arguments.next() {
        let value = arguments.next().map_or("", String::as_str);
        let refused = |_| format!("`{name} {value}` is not understood: a whole number belongs after {name}.");
        match name.as_str() {
            "--size" => case.size = value.parse().map_err(refused)?,
            "--seed" => case.seed = value.parse().map_err(refused)?,
            "--workers" => case.workers = value.parse().map_err(refused)?,
            _ => return Err(format!("`{name}` is not an option.")),
        }
    }
    Ok(case)
}

/// Whether the answer was right; the runtime may still be at work.
fn run(
    submission: &Submission,
    builder: Builder,
    case: &Case,
    out: &mut impl Write,
) -> io::Result<(bool, Option<Runtime>)> {
    let problem = submission.problem;
    let (units, nouns) = problem.units(case);
    writeln!(out, "{} with {} {nouns}", problem.name(), count(units))?;

    let serial = problem.serial(case);
    let (expected, serial) = timed(serial);
    let runtime = builder.num_cpus(case.workers.into()).start().map_err(io::Error::other)?;
    let attempt = (submission.prepare)(case);
    let entered = runtime.enter();
    let (result, parallel) = timed(|| outcome::run(attempt));
    drop(entered);
    let record = runtime.record();

    let output = match result {
        Ok(output) => output,
        Err(failure) => {
            writeln!(out, "no answer: {}", told(&failure))?;
            return Ok((false, Some(runtime)));
        }
    };
    let verdict = problem.verify(case, &expected, &output, &record);
    match &verdict {
        Ok(()) => writeln!(out, "right")?,
        Err(message) => writeln!(out, "wrong: {message}")?,
    }
    let ratio = serial.as_secs_f64() / parallel.as_secs_f64().max(1e-9);
    writeln!(out, "  serial   {}", milliseconds(serial))?;
    writeln!(out, "  yours    {}, {ratio:.2} times as fast", milliseconds(parallel))?;
    writeln!(out, "  workers  {}", case.workers)?;
    writeln!(out, "  tasks    {}", count(record.tasks))?;
    for line in problem.picture(case, &output).map(|picture| picture.caption).unwrap_or_default() {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "One run is a first impression; the race that counts is `cargo grader check {}`.", problem.name())?;
    Ok((verdict.is_ok(), Some(runtime)))
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let result = work();
    (result, begun.elapsed())
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

fn told(Failure { message, task, place, .. }: &Failure) -> String {
    let task = task.as_ref().map(|task| format!("task `{task}`: ")).unwrap_or_default();
    let place = place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
    format!("{task}{message}{place}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pi::{hits, submission};

    fn arguments(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn printed(submission: &Submission, line: &str) -> (bool, String) {
        let case = case(submission, &arguments(line)).expect("a good command line");
        let mut out = Vec::new();
        let (right, _) = run(submission, Runtime::builder(), &case, &mut out).expect("a run");
        (right, String::from_utf8(out).expect("text"))
    }

    #[test]
    fn reads_the_command_line() {
        let pi = submission(|seed, darts| hits(seed, 0..darts));
        let given = case(&pi, &arguments("--size 5 --workers 3 --seed 7")).expect("a good command line");
        assert_eq!((given.size, given.seed, given.workers), (5, 7, 3));
        let default = case(&pi, &[]).expect("no arguments are fine");
        assert_eq!((default.size, default.seed), (1_000_001, SEED));
        assert!((1..=8).contains(&default.workers));
        for (line, word) in [("--sise 5", "--sise"), ("--size", "--size"), ("--size many", "many"), ("pi", "pi")] {
            assert!(case(&pi, &arguments(line)).expect_err("a bad command line").contains(word));
        }
    }

    #[test]
    fn tells_a_right_answer_with_times_and_tasks() {
        let pi = submission(|seed, darts| {
            let halves = parlings::map([0..darts / 2, darts / 2..darts], move |range| hits(seed, range));
            parlings::get_all(&halves).map(|halves| halves.iter().map(|half| **half).sum())
        });
        let (right, text) = printed(&pi, "--size 20000 --workers 2");
        assert!(right, "{text}");
        let expected =
            ["pi with 20,316 darts\nright\n  serial ", "times as fast\n  workers  2\n  tasks    2\n", "pi is about 3."];
        assert!(expected.iter().all(|part| text.contains(part)), "{text}");
    }

    #[test]
    fn tells_a_wrong_answer_and_a_missing_one() {
        let (right, text) = printed(&submission(|_, _| 0), "--size 1000");
        assert!(!right && text.contains("wrong: Got 0 hits"), "{text}");

        let (right, text) = printed(&submission(|_, _| -> u64 { panic!("no darts") }), "--size 1000");
        assert!(!right && text.contains("no answer: no darts ("), "{text}");
    }
}
