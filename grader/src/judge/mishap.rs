//! Runs without an answer: what happened, and what may have led to it.

use problems::protocol::Failure;
use trace::{Measures, advice, text};

use super::{Ruling, words};
use crate::{
    child::{Finished, Outcome},
    course::Limits,
    report::Verdict,
};

/// The ruling on a run that gave no answer.
pub(super) fn rule(run: &Finished, limits: &Limits, context: &advice::Context) -> Ruling {
    let (verdict, message, hints) = match &run.outcome {
        Outcome::Failed(failure) if failure.unfinished => (Verdict::Unsolved, unfinished(failure), Vec::new()),
        Outcome::Failed(failure) => (Verdict::Panicked, failed(failure), Vec::new()),
        Outcome::TimedOut => {
            let (cause, hints) = last_words(run, context);
            let serial = text::nanoseconds(context.serial * 1e9);
            (Verdict::TimedOut, format!("No answer within {} s; serial takes {serial}. {cause}", limits.seconds), hints)
        }
        Outcome::OutOfMemory => {
            let (cause, hints) = last_words(run, context);
            let limit = text::count(limits.megabytes);
            (Verdict::Crashed, format!("It reached the memory limit of {limit} MB. {cause}"), hints)
        }
        Outcome::Ended(how) => {
            let output = run.output.plain();
            let last = output.lines().rev().find(|line| !line.trim().is_empty());
            let printed = last.map_or_else(String::new, |line| format!(" The last it printed: {}", line.trim()));
            (Verdict::Crashed, format!("The program was gone before it had answered: {how}.{printed}"), Vec::new())
        }
        Outcome::Rubbish(what) => {
            let mend = "The program and the grader talk over its standard input: leave that alone.";
            (Verdict::Crashed, format!("The grader did not understand the program: {what}. {mend}"), Vec::new())
        }
        Outcome::Output(_) | Outcome::Stopped => unreachable!("an answered or a stopped run is no mishap"),
    };
    Ruling { verdict, message, hints }
}

fn unfinished(failure: &Failure) -> String {
    let called = if failure.message.starts_with("not implemented") { "unimplemented!()" } else { "todo!()" };
    match &failure.place {
        Some(place) => format!("Not done yet: the `{called}` at {place}."),
        None => format!("Not done yet: there is a `{called}` in it."),
    }
}

fn failed(failure: &Failure) -> String {
    let message = &failure.message;
    let said = match (&failure.task, failure.place.as_deref().map(known)) {
        (Some(task), Some(place)) => format!("Task `{task}` panicked {place}: {message}"),
        (None, Some(place)) => format!("The program panicked {place}: {message}"),
        // The text of an error names its task already.
        (Some(task), None) if !message.contains(task.as_str()) => format!("Task `{task}` failed: {message}"),
        (_, None) => format!("The program returned an error: {message}"),
    };
    // What std says when the system gives no more threads.
    if message.starts_with("failed to spawn thread") {
        return format!(
            "{said}. Submit tasks instead: a thread is dear and a task is cheap, and the workers are there already."
        );
    }
    said
}

/// A place as far as a student can go there: std was compiled elsewhere.
fn known(place: &str) -> String {
    if place.starts_with("/rustc/") { "in the standard library".to_owned() } else { format!("at {place}") }
}

/// What a run was doing when it reached a limit, as far as it could still say, and further findings.
fn last_words(run: &Finished, context: &advice::Context) -> (String, Vec<String>) {
    let waiting = run.cpu.is_some_and(|cpu| cpu < 0.05 * run.seconds);
    if waiting {
        let cause = "It was waiting, not working: does a lock, a channel or a loop of its own wait for something that never comes?";
        return (cause.to_owned(), Vec::new());
    }
    if !run.has_record() {
        let cause = "It could not say any more what it was doing: is there a loop that does not end, a number that grows too \
                     large, or are there far too many tasks?";
        return (cause.to_owned(), Vec::new());
    }
    if run.record.tasks == 0 {
        let cause =
            "It had submitted no task by then: is there a loop that does not end, or a number that grows too large?";
        return (cause.to_owned(), Vec::new());
    }
    let mut findings = advice::advise(&run.record, context).into_iter().map(|finding| finding.text);
    let Some(cause) = findings.next() else {
        let tasks = words::some(run.record.tasks, "task");
        let mean = Measures::of(&run.record).mean_task;
        // It counts tasks that are over.
        let done = if mean > 0.0 {
            format!("with {} of work in each.", text::nanoseconds(mean))
        } else {
            "and none was over: does one of them loop for ever?".to_owned()
        };
        return (format!("It had submitted {tasks} by then, {done}"), Vec::new());
    };
    (cause, findings.collect())
}

#[cfg(test)]
mod tests {
    use trace::{DRIVER, Event, Kind, ROOT, Record};

    use super::*;
    use crate::child::Printed;

    fn run(outcome: Outcome) -> Finished {
        let record = Record { workers: 2, ..Record::default() };
        let output = Printed { first: "one\nlast words\n\n".to_owned(), ..Printed::default() };
        Finished { outcome, seconds: 10.0, cpu: Some(19.0), memory: None, record, output }
    }

    fn failure(task: Option<&str>, place: Option<&str>, unfinished: bool) -> Outcome {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Outcome::Failed(Failure { message: "oh no".to_owned(), task: owned(task), place: owned(place), unfinished })
    }

    fn ruling(run: &Finished) -> Ruling {
        let limits = Limits { seconds: 10.0, megabytes: 1_000 };
        let context =
            advice::Context { serial: 0.38, parallel: 10.0, cpu: None, threshold: 1.7, units: (100_000_001, "darts") };
        rule(run, &limits, &context)
    }

    #[test]
    fn the_table_of_mishaps() {
        let place = Some("exercises/pi.rs:7");
        let table = [
            (failure(None, place, true), Verdict::Unsolved, "Not done yet: the `todo!()` at exercises/pi.rs:7."),
            (
                failure(Some("throw"), place, false),
                Verdict::Panicked,
                "Task `throw` panicked at exercises/pi.rs:7: oh no",
            ),
            (failure(None, place, false), Verdict::Panicked, "The program panicked at exercises/pi.rs:7: oh no"),
            (
                failure(None, Some("/rustc/0123/library/std/src/thread.rs:9"), false),
                Verdict::Panicked,
                "The program panicked in the standard library: oh no",
            ),
            (failure(Some("throw"), None, false), Verdict::Panicked, "Task `throw` failed: oh no"),
            (failure(None, None, false), Verdict::Panicked, "The program returned an error: oh no"),
            (
                Outcome::TimedOut,
                Verdict::TimedOut,
                "No answer within 10 s; serial takes 380 ms. It had submitted no task by then",
            ),
            (
                Outcome::OutOfMemory,
                Verdict::Crashed,
                "It reached the memory limit of 1,000 MB. It had submitted no task",
            ),
            (
                Outcome::Ended("it exited with code 3".to_owned()),
                Verdict::Crashed,
                "The program was gone before it had answered: it exited with code 3. The last it printed: last words",
            ),
            (
                Outcome::Rubbish("it sent a frame of unknown kind 7".to_owned()),
                Verdict::Crashed,
                "The grader did not understand the program: it sent a frame of unknown kind 7. The program and the grader talk",
            ),
        ];
        for (outcome, verdict, message) in table {
            let ruling = ruling(&run(outcome.clone()));
            assert_eq!(ruling.verdict, verdict, "{outcome:?}");
            assert!(ruling.message.starts_with(message), "{outcome:?}: {}", ruling.message);
        }
    }

    #[test]
    fn what_is_not_done_yet_is_called_what_it_is() {
        let (message, place) = ("not implemented: batches".to_owned(), Some("exercises/pi.rs:7".to_owned()));
        let failure = Failure { message, task: Some("throw".to_owned()), place, unfinished: true };
        let ruling = ruling(&run(Outcome::Failed(failure)));
        assert_eq!(ruling.message, "Not done yet: the `unimplemented!()` at exercises/pi.rs:7.");
    }

    #[test]
    fn of_a_run_without_a_record_nothing_is_claimed() {
        for outcome in [Outcome::TimedOut, Outcome::OutOfMemory] {
            let ruling = ruling(&Finished { record: Record::default(), ..run(outcome) });
            assert!(ruling.message.contains(" It could not say any more what it was doing"), "{}", ruling.message);
            assert!(!ruling.message.contains("no task"), "{}", ruling.message);
        }
    }

    #[test]
    fn tasks_that_never_end_are_not_called_short() {
        let event = |time, worker, kind, task| Event { time, worker, kind, site: 0, a: task, b: ROOT };
        let events = vec![
            event(10, DRIVER, Kind::Submit, 1),
            event(20, DRIVER, Kind::Submit, 2),
            event(30, 0, Kind::Start, 1),
            event(40, 1, Kind::Start, 2),
        ];
        let record = Record { workers: 2, tasks: 2, taken: 10_000_000_000, events, ..Record::default() };
        let message = ruling(&Finished { record, ..run(Outcome::TimedOut) }).message;
        assert!(
            message.ends_with("It had submitted 2 tasks by then, and none was over: does one of them loop for ever?"),
            "{message}"
        );
    }

    #[test]
    fn a_run_that_used_no_cpu_was_waiting() {
        let run = Finished { cpu: Some(0.01), ..run(Outcome::TimedOut) };
        assert!(ruling(&run).message.contains("It was waiting, not working"));
    }
}
