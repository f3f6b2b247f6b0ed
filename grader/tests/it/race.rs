//! The order of a race and its end, without a clock: what runs is a script.

use std::ops::ControlFlow;

use grader::{
    child::{Finished, Outcome},
    race::{Attempt, Executor, Lane, fresh_case, race, try_out},
};
use problems::Case;

use super::support::{answer, finished, pi};

/// Answers each lane from a function, and remembers who ran on what.
struct Script<F> {
    run: F,
    log: Vec<(Lane, Case)>,
}

impl<F: FnMut(usize, Lane) -> Finished> Executor for Script<F> {
    fn run(&mut self, lane: Lane, case: &Case) -> anyhow::Result<Finished> {
        let round = self.log.iter().filter(|(before, _)| *before == lane).count();
        self.log.push((lane, case.clone()));
        Ok((self.run)(round, lane))
    }
}

fn script<F: FnMut(usize, Lane) -> Finished>(run: F) -> Script<F> {
    Script { run, log: Vec::new() }
}

fn seconds_of(lane: Lane) -> f64 {
    match lane {
        Lane::Serial => 0.4,
        Lane::Submission => 0.21,
        Lane::Probe => 0.2,
    }
}

fn good(_: usize, lane: Lane) -> Finished {
    finished(answer(7), seconds_of(lane))
}

/// Races three rounds; the rounds told, and what came out.
fn race_three(executor: &mut dyn Executor) -> (usize, anyhow::Result<Option<Vec<Attempt>>>) {
    let mut told = 0;
    let mut seed = 0;
    let case = || {
        seed += 1;
        Case { seed, ..fresh_case(1_000, 2) }
    };
    let result = race(executor, pi(), 3, case, &mut |_| {
        told += 1;
        ControlFlow::Continue(())
    });
    (told, result)
}

#[test]
fn all_three_run_in_turn_on_the_same_case_and_each_begins_once() {
    let mut script = script(good);
    let (told, result) = race_three(&mut script);
    let attempts = result.unwrap().unwrap();
    let times: Vec<_> = attempts.iter().map(|attempt| attempt.times().unwrap()).collect();
    assert_eq!((told, times), (3, vec![[0.4, 0.21, 0.2]; 3]));

    let order: Vec<(Lane, u64)> = script.log.iter().map(|(lane, case)| (*lane, case.seed)).collect();
    let [serial, submission, probe] = [Lane::Serial, Lane::Submission, Lane::Probe];
    let expected = [
        [(serial, 1), (submission, 1), (probe, 1)],
        [(submission, 2), (probe, 2), (serial, 2)],
        [(probe, 3), (serial, 3), (submission, 3)],
    ];
    assert_eq!(order, expected.concat());
}

#[test]
fn a_wrong_answer_ends_the_race() {
    let mut script = script(|round, lane| match (round, lane) {
        (1, Lane::Submission) => finished(answer(8), 0.1),
        _ => good(round, lane),
    });
    let (told, result) = race_three(&mut script);
    let attempts = result.unwrap().unwrap();
    assert_eq!((told, attempts.len(), script.log.len()), (1, 2, 6));
    let last = attempts.last().unwrap();
    assert!(!last.is_right() && last.mistake.is_some() && last.times().is_none());
}

#[test]
fn no_answer_ends_the_race_but_the_serial_time_is_taken() {
    for failing in 0..3 {
        let mut script = script(|round, lane| match (round, lane) {
            (_, Lane::Submission) if round == failing => finished(Outcome::TimedOut, 10.0),
            _ => good(round, lane),
        });
        let (told, result) = race_three(&mut script);
        let attempts = result.unwrap().unwrap();
        let last = attempts.last().unwrap();
        assert_eq!((told, attempts.len(), last.serial), (failing, failing + 1, 0.4));
        assert_eq!((last.mistake.clone(), &last.run.outcome), (None, &Outcome::TimedOut));
        let probes = script.log.iter().filter(|(lane, _)| *lane == Lane::Probe).count();
        assert_eq!(probes, failing + usize::from(failing == 2), "no probe after the failure");
    }
}

#[test]
fn who_is_told_may_end_the_race() {
    let mut script = script(good);
    let attempts = race(&mut script, pi(), 9, || fresh_case(1_000, 2), &mut |_| ControlFlow::Break(()));
    assert_eq!(attempts.unwrap().unwrap().len(), 1);
}

#[test]
fn a_stop_is_no_result() {
    for stopped in [Lane::Serial, Lane::Submission, Lane::Probe] {
        let mut script = script(|round, lane| match (round, lane) {
            (1, lane) if lane == stopped => finished(Outcome::Stopped, 0.0),
            _ => good(round, lane),
        });
        assert_eq!(race_three(&mut script).1.unwrap(), None, "{stopped:?}");
    }
}

#[test]
fn a_failing_baseline_is_an_error_that_names_it() {
    let table = [
        (
            Lane::Serial,
            Outcome::Ended("it exited with code 3".to_owned()),
            "the serial baseline of pi failed: it exited with code 3",
        ),
        (Lane::Probe, Outcome::TimedOut, "the probe of pi failed: it reached the time limit"),
        (
            Lane::Serial,
            Outcome::OutOfMemory,
            "the serial baseline of pi failed: it reached the memory limit in exercises/course.yaml",
        ),
    ];
    for (failing, outcome, message) in table {
        let mut script =
            script(|round, lane| if lane == failing { finished(outcome.clone(), 1.0) } else { good(round, lane) });
        let error = race_three(&mut script).1.unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn the_try_out_needs_no_probe() {
    let mut script = script(good);
    let attempt = try_out(&mut script, pi(), fresh_case(1_000, 2)).unwrap().unwrap();
    assert!(attempt.is_right() && attempt.times().is_none());
    assert_eq!(script.log.iter().map(|(lane, _)| *lane).collect::<Vec<_>>(), [Lane::Serial, Lane::Submission]);
}

#[test]
fn cases_are_fresh() {
    let seeds: std::collections::HashSet<u64> = (0..100).map(|_| fresh_case(1_000, 2).seed).collect();
    assert_eq!(seeds.len(), 100);
}

#[test]
fn an_unreadable_output_is_wrong() {
    let mut script = script(|round, lane| match lane {
        Lane::Submission => finished(Outcome::Output(vec![1, 2, 3]), 0.1),
        _ => good(round, lane),
    });
    let attempt = try_out(&mut script, pi(), fresh_case(1_000, 2)).unwrap().unwrap();
    assert!(attempt.mistake.unwrap().contains("3 bytes that cannot be read"));
}
