//! Children that misbehave in every way that comes to mind: each has its outcome, and none is left behind.

use std::{
    io::{ErrorKind, Read as _},
    os::unix::net::{UnixListener, UnixStream},
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use grader::child::{Finished, Limits, Outcome, Printed, Program, Seen, run, run_seen};
use problems::{Case, Clock, protocol::Failure};

use super::support::watched;

/// The example `fake_child`; `cargo test` builds it beside this program.
fn fake_child() -> PathBuf {
    let own = std::env::current_exe().expect("a test knows its file");
    let path = own.ancestors().nth(2).expect("tests are in target/PROFILE/deps").join("examples/fake_child");
    assert!(path.exists(), "{} is missing: `cargo test -p grader` builds it", path.display());
    path
}

fn case() -> Case {
    Case { size: 1_000, seed: 42, workers: 2, clock: Clock::Real, sweep: None, input: None }
}

/// Short where a test waits for the limit, long where it does not.
fn limits() -> Limits {
    Limits { ready: LONG, answer: LONG, trace: LONG, report: LONG, memory: 200_000_000 }
}

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(300);

fn run_fake(behaviour: &[&str], limits: &Limits) -> Finished {
    let arguments = behaviour.iter().map(|&word| word.to_owned()).collect();
    let program = Program { executable: fake_child(), arguments };
    let limits = limits.clone();
    let run = move || run(&program, &case(), &limits, &AtomicBool::new(false));
    watched(&format!("the run of {behaviour:?}"), run).expect("the fake child starts")
}

fn outcome(behaviour: &str, limits: &Limits) -> Outcome {
    run_fake(&[behaviour], limits).outcome
}

fn rubbish(what: &str) -> Outcome {
    Outcome::Rubbish(what.to_owned())
}

fn ended(how: &str) -> Outcome {
    Outcome::Ended(how.to_owned())
}

#[test]
fn a_good_child_gives_its_answer_its_record_and_its_time() {
    let finished = run_fake(&["well"], &limits());
    assert_eq!(finished.outcome, Outcome::Output(42_u64.to_le_bytes().to_vec()));
    assert_eq!(finished.record.tasks, 2);
    assert_eq!(finished.record.sites[0].file, "exercises/pi.rs", "the path is the one that the student knows");
    assert!(finished.seconds > 0.0 && finished.cpu.is_some_and(|cpu| cpu >= 0.0), "{finished:?}");
    assert_eq!(finished.output, Printed::default());
}

#[test]
fn what_a_run_has_done_so_far_is_seen_and_changes_nothing() {
    let seen = |behaviour: &str| {
        let mut seen = Vec::new();
        let program = Program { executable: fake_child(), arguments: vec![behaviour.to_owned()] };
        let mut watch = |shown: Seen| match shown {
            Seen::Record(record) => seen.push((record.tasks, record.sites[0].file.clone())),
            Seen::Printed(printed) => panic!("nobody has printed {printed:?}"),
        };
        let stop = AtomicBool::new(false);
        let finished = run_seen(&program, &case(), &limits(), &stop, Some(&mut watch)).expect("the fake child starts");
        assert_eq!(finished.outcome, Outcome::Output(42_u64.to_le_bytes().to_vec()), "{behaviour}");
        assert_eq!(finished.record.tasks, 2, "it is the last record that counts");
        seen
    };
    let file = || "exercises/pi.rs".to_owned();
    assert_eq!(seen("show how far it is"), [(1, file()), (2, file()), (3, file())]);
    for quiet in ["well", "show rubbish", "show far too much", "answer what was asked late"] {
        assert_eq!(seen(quiet), [], "{quiet}");
    }
}

#[test]
fn what_a_run_has_printed_so_far_is_seen_while_it_goes_on() {
    let folder = tempfile::tempdir().expect("a folder for a socket");
    let path = folder.path().join("socket");
    let mut listener = Some(UnixListener::bind(&path).expect("a socket"));
    let words = ["print, and go on when that is seen", path.to_str().expect("a plain path")];
    let program = Program { executable: fake_child(), arguments: words.map(str::to_owned).to_vec() };
    let mut first = None;
    let mut watch = |seen: Seen| {
        if let Seen::Printed(printed) = seen {
            first.get_or_insert(printed);
            // Hangs up, and the child goes on.
            listener = None;
        }
    };
    let finished = run_seen(&program, &case(), &limits(), &AtomicBool::new(false), Some(&mut watch));
    let finished = finished.expect("the fake child starts");
    assert_eq!(finished.outcome, Outcome::Output(42_u64.to_le_bytes().to_vec()));
    assert_eq!(first.expect("something was seen").plain(), "begun at exercises/pi.rs:3:5\n");
    assert_eq!(finished.output.plain(), "begun at exercises/pi.rs:3:5\ndone\n");
}

#[test]
fn of_a_hundred_megabytes_both_ends_are_seen_again_and_again() {
    let program = Program { executable: fake_child(), arguments: vec!["print a lot".to_owned()] };
    let mut seen = vec![Printed::default()];
    let mut watch = |shown: Seen| {
        if let Seen::Printed(printed) = shown {
            seen.push(printed);
        }
    };
    let finished = run_seen(&program, &case(), &limits(), &AtomicBool::new(false), Some(&mut watch));
    seen.push(finished.expect("the fake child starts").output);
    assert!(seen.iter().all(|printed| printed.first.len() + printed.last.len() < 40_000));
    assert!(seen.is_sorted_by(|one, other| one.bytes <= other.bytes), "each has more");
}

#[test]
fn only_what_was_asked_for_may_be_said_before_the_answer() {
    let program = Program { executable: fake_child(), arguments: vec!["record before the answer".to_owned()] };
    let finished = run_seen(&program, &case(), &limits(), &AtomicBool::new(false), Some(&mut |_| {}));
    assert_eq!(finished.expect("it starts").outcome, rubbish("it sent Trace where an answer was due"));
}

#[test]
fn a_failure_is_told_with_the_record_and_without_what_steers_a_terminal() {
    let finished = run_fake(&["fail"], &limits());
    let (message, task) = ("oh no".to_owned(), Some("throw\u{fffd}".to_owned()));
    assert_eq!(finished.outcome, Outcome::Failed(Failure { message, task, place: None, unfinished: false }));
    assert_eq!(finished.record.tasks, 5);
}

#[test]
fn what_is_no_protocol_is_rubbish() {
    let table = [
        ("rubbish at first", "it sent a frame of unknown kind 104"),
        ("answer before the start", "it sent Output where Ready was due"),
        ("rubbish", "it sent a frame of unknown kind 104"),
        ("huge length", "it sent a frame that claims 4294967295 bytes"),
        ("output twice", "it sent Output where Trace was due"),
        ("ready twice", "it sent Ready where an answer was due"),
        ("record before the answer", "it sent Trace where an answer was due"),
        ("unreadable failure", "it sent a failure that cannot be read"),
    ];
    for (behaviour, what) in table {
        assert_eq!(outcome(behaviour, &limits()), rubbish(what), "{behaviour}");
    }
    let Outcome::Rubbish(what) = outcome("rubbish for a record", &limits()) else { panic!("rubbish") };
    assert!(what.starts_with("it sent what is not a record of a run"), "{what}");
}

#[test]
fn a_child_that_is_gone_has_its_way_of_ending() {
    let table: [(&[&str], &str); 6] = [
        (&["exit", "0"], "it exited with code 0"),
        (&["exit", "3"], "it exited with code 3"),
        (&["abort"], "it was ended by signal 6 (abort)"),
        (&["overflow the stack"], "its stack overflowed"),
        (&["half a frame, then the end"], "it exited with code 0"),
        (&["exit after the answer"], "it exited with code 0"),
    ];
    for (behaviour, how) in table {
        assert_eq!(run_fake(behaviour, &limits()).outcome, ended(how), "{behaviour:?}");
    }
    assert_eq!(outcome("hang up", &limits()), ended("it closed its connection to the grader"));
}

#[test]
fn each_step_has_its_deadline() {
    let short_ready = Limits { ready: SHORT, ..limits() };
    assert_eq!(outcome("silent at first", &short_ready), rubbish("it was not ready within 0.2 s"));

    let short_answer = Limits { answer: SHORT, report: SHORT, ..limits() };
    for behaviour in ["silent", "spin", "half a head", "half a frame", "long length, few bytes", "drip"] {
        let finished = run_fake(&[behaviour], &short_answer);
        assert_eq!((finished.outcome.clone(), finished.has_record()), (Outcome::TimedOut, false), "{behaviour}");
        assert!(finished.seconds >= 0.2, "{behaviour}: {}", finished.seconds);
    }

    let short_trace = Limits { trace: SHORT, ..limits() };
    assert_eq!(outcome("no record", &short_trace), rubbish("it sent no record of its run within 0.2 s"));
}

#[test]
fn cpu_time_tells_working_from_waiting() {
    let short = Limits { answer: SHORT, report: SHORT, ..limits() };
    let cpu = |behaviour: &str| run_fake(&[behaviour], &short).cpu.expect("a living process has a CPU clock");
    assert!(cpu("silent") < cpu("spin"));
}

#[test]
fn at_the_time_limit_a_child_may_say_what_it_was_doing() {
    let short = Limits { answer: SHORT, ..limits() };
    let finished = run_fake(&["report what it does"], &short);
    assert!(finished.has_record());
    assert_eq!((finished.outcome, finished.record.tasks), (Outcome::TimedOut, 12_345_678));
    let finished = run_fake(&["answer too late"], &short);
    assert_eq!((finished.outcome, finished.record.tasks), (Outcome::TimedOut, 3), "a late answer does not count");
}

#[test]
fn memory_ends_at_its_limit() {
    let tight = Limits { memory: 50_000_000, report: Duration::from_millis(500), ..limits() };
    assert_eq!(outcome("allocate without end", &tight), Outcome::OutOfMemory);
    let finished = run_fake(&["allocate all at once"], &tight);
    assert_eq!(finished.outcome, Outcome::OutOfMemory, "{:?}", finished.output);
}

#[test]
fn a_hundred_megabytes_of_output_hold_up_nobody() {
    let finished = run_fake(&["print a lot"], &limits());
    assert_eq!(finished.outcome, Outcome::Output(42_u64.to_le_bytes().to_vec()));
    let Printed { first, left_out, last, bytes } = &finished.output;
    assert!(first.starts_with("first words\nxxx"));
    assert!(last.ends_with("xxx\nlast words\n"));
    assert_eq!(*bytes, 1_600 * 64 * 1024 + 24, "the lines around it have 24 bytes");
    assert_eq!((first.len() + last.len()) as u64 + left_out, *bytes);
    assert!(first.len() + last.len() < 40_000);
}

#[test]
fn what_is_printed_arrives_in_order_in_its_colours_and_harmless() {
    let finished = run_fake(&["print in colours"], &limits());
    assert_eq!(finished.outcome, Outcome::Output(42_u64.to_le_bytes().to_vec()));
    assert_eq!(
        finished.output.first,
        "out\nerr\n\u{1b}[32mgreen\u{1b}[0m \u{fffd}\u{fffd} at exercises/pi.rs:3:5, no end of line"
    );
    assert_eq!(finished.output.left_out, 0);
}

#[test]
fn a_stop_ends_a_run_at_any_step() {
    for behaviour in ["silent at first", "spin", "drip", "no record"] {
        let stop = AtomicBool::new(false);
        let program = Program { executable: fake_child(), arguments: vec![behaviour.to_owned()] };
        let finished = std::thread::scope(|scope| {
            let run = scope.spawn(|| run(&program, &case(), &limits(), &stop));
            stop.store(true, Ordering::Relaxed);
            run.join().expect("no panic").expect("it starts")
        });
        assert_eq!(finished.outcome, Outcome::Stopped, "{behaviour}");
    }
}

#[test]
fn a_program_that_is_not_there_is_an_error() {
    let program = Program::submission("/nowhere/pi");
    let error = run(&program, &case(), &limits(), &AtomicBool::new(false)).expect_err("nothing to run");
    assert_eq!(error.to_string(), "failed to start /nowhere/pi");
}

/// Runs a child that leaves a grandchild; returns what became of the run, and the connection to the grandchild.
fn run_with_grandchild(behaviour: &str) -> (Finished, UnixStream) {
    let folder = tempfile::tempdir().expect("a folder for a socket");
    let path = folder.path().join("socket");
    let listener = UnixListener::bind(&path).expect("a socket");
    let finished = run_fake(&[behaviour, path.to_str().expect("a plain path")], &limits());
    listener.set_nonblocking(true).expect("a socket");
    let (grandchild, _) = listener.accept().expect("it has connected before the child went on");
    (finished, grandchild)
}

#[test]
fn grandchildren_end_with_the_run() {
    for (behaviour, expected) in [
        ("leave a grandchild", ended("it exited with code 0")),
        ("answer beside a grandchild", Outcome::Output(42_u64.to_le_bytes().to_vec())),
    ] {
        let (finished, mut grandchild) = run_with_grandchild(behaviour);
        assert_eq!(finished.outcome, expected, "{behaviour}");
        grandchild.set_read_timeout(Some(LONG)).expect("a time limit");
        assert_eq!(grandchild.read(&mut [0]).expect("the end"), 0, "{behaviour}: the grandchild lives");
    }
}

#[test]
fn a_grandchild_that_left_the_group_holds_up_nobody() {
    let start = Instant::now();
    let (finished, mut grandchild) = run_with_grandchild("leave a grandchild in its own group");
    assert_eq!(finished.outcome, Outcome::Output(42_u64.to_le_bytes().to_vec()));
    assert!(start.elapsed() < limits().answer, "the run ended without waiting for its pipes");
    grandchild.set_nonblocking(true).expect("a socket");
    assert_eq!(
        grandchild.read(&mut [0]).expect_err("it lives, until this connection goes").kind(),
        ErrorKind::WouldBlock
    );
}
