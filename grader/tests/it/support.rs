//! Made-up courses, runs and records.

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use grader::{
    child::{Finished, Outcome, Printed},
    course::{Course, Exercise},
};
use problems::Given;
use tempfile::TempDir;
use trace::{DRIVER, Event, Kind, ROOT, Record};

/// Far longer than anything takes here, first builds on a slow and busy machine included: only what hangs is waited for so long.
pub(super) const WATCHDOG: Duration = Duration::from_secs(1_200);

/// What `work` gives. Where it never ends, the test fails and says so, instead of hanging as well.
#[track_caller]
pub(super) fn watched<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    result.recv_timeout(WATCHDOG).unwrap_or_else(|error| panic!("{what} did not come to its end: {error}"))
}

/// What the command says, without anything to read.
#[track_caller]
pub(super) fn output_of(command: &mut Command) -> Output {
    let piped = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = piped.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    watched(&format!("{command:?}"), || child.wait_with_output()).expect("a child can be waited for")
}

/// A course of one exercise.
pub(super) const COURSE: &str = "title: Parlings
exercises:
  - name: pi
    title: How much work makes a task worth its price
    sizes: {small: 1000, graded: 100000}
    limits: {seconds: 10, megabytes: 2048}
    rounds: 9
    hints: [Think., Think more., This is almost it.]
    rubric: {correct: 4, structure: [], speed: 6, share: 0.85}
";

/// A folder with a course in it.
pub(super) fn folder(course: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("exercises")).unwrap();
    fs::write(folder.path().join("exercises/course.yaml"), course).unwrap();
    fs::write(folder.path().join("exercises/pi.rs"), "//! # Pi\n").unwrap();
    folder
}

/// Runs the program in that folder, with words between spaces as its arguments.
pub(super) fn grader(folder: &Path, arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_grader"));
    output_of(command.args(arguments.split_whitespace()).current_dir(folder).env_remove("CLICOLOR_FORCE"))
}

/// The problem that made-up runs are about.
pub(super) fn pi() -> &'static dyn Given {
    problems::find("pi").expect("pi is part of the course")
}

/// The exercise as the course has it.
pub(super) fn exercise() -> Exercise {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the checkout");
    Course::read(root).expect("the course is sound").find("pi").expect("pi is part of the course").clone()
}

/// An output of pi.
pub(super) fn answer(hits: u64) -> Outcome {
    Outcome::Output(hits.to_le_bytes().to_vec())
}

/// A run without a record that kept one core busy.
pub(super) fn finished(outcome: Outcome, seconds: f64) -> Finished {
    let (record, output) = (Record::default(), Printed::default());
    Finished { outcome, seconds, cpu: Some(seconds), memory: Some(12_345_678), record, output }
}

/// The record of a program that submits `tasks` tasks of 100 us each, then gets all; they run in turn on `workers` workers.
pub(super) fn record(tasks: u64, workers: u16) -> Record {
    const LENGTH: u64 = 100_000;
    let event = |time, worker, kind, a, b| Event { time, worker, kind, site: 0, a, b };
    let mut events = Vec::new();
    for task in 1..=tasks {
        events.push(event(task, DRIVER, Kind::Submit, task, ROOT));
    }
    events.push(event(tasks + 1, DRIVER, Kind::GetBegin, ROOT, tasks));
    for task in 1..=tasks {
        events.push(event(tasks + 1, DRIVER, Kind::GetObject, ROOT, task));
    }
    let begin = tasks + 2;
    let mut last = begin;
    for index in 0..tasks {
        let worker = (index % u64::from(workers)) as u16;
        let start = begin + index / u64::from(workers) * (LENGTH + 1);
        events.push(event(start, worker, Kind::Start, index + 1, 0));
        events.push(event(start + LENGTH, worker, Kind::End, index + 1, 0));
        last = start + LENGTH;
    }
    events.push(event(last + 1, DRIVER, Kind::GetEnd, ROOT, tasks));
    events.sort_by_key(|event| event.time);
    let site = trace::Site { function: "throw".to_owned(), file: "exercises/pi.rs".to_owned(), line: 7 };
    Record { workers: workers.max(2), tasks, taken: last + 2, dropped: 0, sites: vec![site], events }
}

/// The record of a program without tasks that calls one kernel, whose parts so many threads do at once, for a millisecond.
pub(super) fn kernels(threads: u64) -> Record {
    let event = |time, kind, thread| Event { time, worker: DRIVER, kind, site: 0, a: ROOT, b: thread };
    let begins = (0..threads).map(|thread| event(thread, Kind::KernelBegin, thread));
    let ends = (0..threads).map(|thread| event(1_000_000 + thread, Kind::KernelEnd, thread));
    Record { workers: 2, taken: 1_000_100, events: begins.chain(ends).collect(), ..Record::default() }
}
