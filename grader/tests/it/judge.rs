//! From made-up runs to verdicts, points and messages.

use grader::{
    child::{Finished, Outcome},
    judge::judge,
    race::{Attempt, fresh_case},
    report::{Report, Verdict},
};
use problems::protocol::Failure;
use proptest::prelude::*;
use trace::Record;

use super::support::{answer, exercise, finished, kernels, pi, record};

/// A right answer in `serial / ratio` seconds, which kept `cores` cores busy; the probe gives `probe`.
fn attempt(ratio: f64, probe: f64, cores: f64, record: Record) -> Attempt {
    let seconds = 0.4 / ratio;
    Attempt {
        case: fresh_case(100_000_001, 2),
        serial: 0.4,
        probe: Some(0.4 / probe),
        run: Finished { cpu: Some(cores * seconds), record, ..finished(answer(7), seconds) },
        mistake: None,
    }
}

/// A program that shares its work well.
fn good(ratio: f64, probe: f64) -> Attempt {
    attempt(ratio, probe, 1.95, record(20, 2))
}

fn judged(attempts: &[Attempt]) -> Report {
    judge(&exercise(), pi(), 2, attempts)
}

#[test]
fn the_table_of_verdicts() {
    use Verdict::{Inconclusive, Pass, TooSlow, Unsolved};
    let (starter, serialised, shared) = (Record::default(), record(20, 1), record(20, 2));
    let table = [
        ("a solution", attempt(1.9, 1.95, 1.95, shared.clone()), Pass, 10),
        ("too slow, beyond halfway", attempt(1.5, 1.95, 1.6, shared.clone()), TooSlow, 8),
        ("far too slow", attempt(0.5, 1.95, 1.9, shared.clone()), TooSlow, 7),
        ("one task after another", attempt(0.98, 1.95, 1.0, serialised.clone()), TooSlow, 3),
        ("tasks that overlap a little", attempt(1.02, 1.95, 1.02, shared.clone()), TooSlow, 3),
        ("the untouched starter", attempt(1.0, 1.95, 1.0, starter.clone()), Unsolved, 0),
        ("the starter on a busy machine", attempt(1.0, 1.0, 1.0, starter.clone()), Unsolved, 0),
        ("kernels, no tasks", attempt(1.9, 1.95, 1.95, kernels(2)), Pass, 7),
        ("kernels on one core", attempt(1.9, 1.95, 1.0, kernels(2)), Unsolved, 0),
        ("tasks on one core of a busy machine", attempt(1.4, 1.5, 1.1, shared.clone()), Inconclusive, 3),
        ("tasks that were not let run", attempt(2.0, 2.0, 0.64, shared.clone()), Inconclusive, 3),
        ("kernels on one core of a busy machine", attempt(1.4, 1.5, 1.1, kernels(2)), Inconclusive, 0),
        ("kernels on one thread", attempt(1.0, 1.95, 1.0, kernels(1)), Unsolved, 0),
        ("threads, no tasks", attempt(1.9, 1.95, 1.95, starter), Unsolved, 0),
        ("fast without sharing", attempt(1.9, 1.95, 1.0, serialised), Unsolved, 3),
        ("a solution on a busy machine", attempt(1.1, 1.1, 1.9, shared.clone()), Inconclusive, 7),
        ("hopeless on a busy machine", attempt(0.1, 1.1, 1.9, shared), TooSlow, 7),
    ];
    for (name, attempt, verdict, points) in table {
        let report = judged(&vec![attempt; 3]);
        assert_eq!((report.verdict, report.points, report.max_points), (verdict, points, 10), "{name}: {report:#?}");
        assert!(!report.message.is_empty(), "{name}");
    }
}

#[test]
fn one_round_does_not_show_that_one_core_did_it_all() {
    let alone = attempt(1.9, 1.95, 1.0, record(20, 2));
    assert_eq!(judged(std::slice::from_ref(&alone)).verdict, Verdict::Inconclusive);
    assert_eq!(judged(&vec![alone; 3]).verdict, Verdict::Unsolved);
}

#[test]
fn a_pass_says_how_fast() {
    let report = judged(&[good(1.9, 2.0), good(1.7, 1.9), good(1.8, 1.95)]);
    assert_eq!(report.message, "Right, and 1.80x as fast as serial; 1.66x was asked.");
    assert_eq!(report.speedup.unwrap().rounds.len(), 3);
    assert!((report.threshold.unwrap() - 0.85 * 1.95).abs() < 1e-9);
    assert!((report.cpu_per_wall.unwrap() - 1.95).abs() < 1e-9);
    assert_eq!(report.sandbox, "process");
}

#[test]
fn too_slow_says_by_how_much_and_why() {
    let report = judged(&vec![attempt(0.5, 1.95, 1.9, record(20, 2)); 3]);
    let opening = "Right, but 2.00x slower than serial, and 1.66x is asked. ";
    let cause = report.message.strip_prefix(opening).unwrap_or_else(|| panic!("{}", report.message));
    assert!(cause.len() > 20, "{cause}");
}

#[test]
fn rounds_that_disagree_are_inconclusive_and_say_so() {
    let report = judged(&[good(1.3, 1.95), good(1.3, 1.95), good(1.9, 1.95)]);
    assert_eq!(report.verdict, Verdict::Inconclusive);
    let why =
        "the median of its rounds is 1.30x, its fastest runs give 1.90x, and 1.66x is asked. Close what else runs";
    assert!(report.message.contains(why), "{}", report.message);
}

#[test]
fn one_core_tells_nothing_about_speed() {
    let tried = Attempt { probe: None, ..attempt(1.0, 1.0, 1.0, record(20, 1)) };
    let report = judge(&exercise(), pi(), 1, &[tried]);
    assert_eq!((report.verdict, report.speedup), (Verdict::Inconclusive, None));
    let untouched = Attempt { probe: None, ..attempt(1.0, 1.0, 1.0, Record::default()) };
    assert_eq!(judge(&exercise(), pi(), 1, &[untouched]).verdict, Verdict::Unsolved);
}

#[test]
fn the_last_round_decides_when_it_goes_wrong() {
    let failure =
        |unfinished| Outcome::Failed(Failure { message: "oh no".to_owned(), task: None, place: None, unfinished });
    let table = [
        (failure(false), Verdict::Panicked),
        (failure(true), Verdict::Unsolved),
        (Outcome::TimedOut, Verdict::TimedOut),
        (Outcome::OutOfMemory, Verdict::Crashed),
        (Outcome::Ended("it exited with code 0".to_owned()), Verdict::Crashed),
        (Outcome::Rubbish("it sent a frame of unknown kind 7".to_owned()), Verdict::Crashed),
    ];
    for (outcome, verdict) in table {
        let mut last = good(1.9, 1.95);
        last.run.outcome = outcome;
        let report = judged(&[good(1.9, 1.95), last]);
        assert_eq!((report.verdict, report.points), (verdict, 0), "{report:#?}");
        assert_eq!(report.speedup.unwrap().rounds.len(), 1, "the round before was run to its end");
    }
}

#[test]
fn wrong_shows_the_verifiers_message() {
    let wrong = Attempt { mistake: Some("The last 317 darts are missing.".to_owned()), ..good(1.9, 1.95) };
    let report = judged(&[good(1.9, 1.95), wrong]);
    assert_eq!((report.verdict, report.points), (Verdict::Wrong, 0));
    assert_eq!(report.message, "The last 317 darts are missing.");
    assert_eq!(report.rubric.iter().map(|line| line.max_points).sum::<u32>(), 10, "every line is there");
}

#[test]
fn an_incomplete_record_is_said_to_be_one() {
    let gappy = Record { dropped: 1_234, ..record(20, 2) };
    let report = judged(&[attempt(1.9, 1.95, 1.95, gappy)]);
    assert!(report.hints.iter().any(|hint| hint.contains("1,234 events")), "{:?}", report.hints);
}

/// Any attempt that might come out of a race, right ones and others.
fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    let outcome = prop_oneof![
        6 => Just(answer(7)),
        1 => Just(Outcome::TimedOut),
        1 => Just(Outcome::OutOfMemory),
        1 => Just(Outcome::Ended("it exited with code 0".to_owned())),
    ];
    let one = (outcome, 0.01..8.0_f64, 0.5..8.0_f64, 0.0..8.0_f64, 0_u64..40, 1_u16..4, any::<bool>()).prop_map(
        |(outcome, ratio, probe, cores, tasks, workers, wrong)| {
            let mut attempt = attempt(ratio, probe, cores, record(tasks, workers));
            attempt.run.outcome = outcome;
            attempt.mistake = (wrong && matches!(attempt.run.outcome, Outcome::Output(_))).then(|| "No.".to_owned());
            attempt
        },
    );
    proptest::collection::vec(one, 1..4)
}

/// Right attempts alone.
fn right_attempts() -> impl Strategy<Value = Vec<Attempt>> {
    attempts().prop_map(|mut attempts| {
        for attempt in &mut attempts {
            attempt.run.outcome = answer(7);
            attempt.mistake = None;
        }
        attempts
    })
}

proptest! {
    #[test]
    fn points_are_the_sum_of_the_rubric_and_never_too_many(attempts in attempts(), workers in 1_u16..9) {
        let report = judge(&exercise(), pi(), workers, &attempts);
        prop_assert!(report.points <= report.max_points);
        prop_assert_eq!(report.points, report.rubric.iter().map(|line| line.points).sum::<u32>());
        prop_assert_eq!(report.max_points, report.rubric.iter().map(|line| line.max_points).sum::<u32>());
        prop_assert!(report.rubric.iter().all(|line| line.points <= line.max_points));
    }

    #[test]
    fn a_wrong_or_missing_answer_wins_nothing(attempts in attempts(), workers in 1_u16..9) {
        let report = judge(&exercise(), pi(), workers, &attempts);
        let last = attempts.last().expect("there is one");
        prop_assert_eq!(report.verdict == Verdict::Wrong, last.mistake.is_some());
        prop_assert!(last.is_right() || report.points == 0);
    }

    #[test]
    fn a_pass_has_shared_work_and_full_speed(attempts in right_attempts(), workers in 1_u16..9) {
        let report = judge(&exercise(), pi(), workers, &attempts);
        if report.verdict == Verdict::Pass {
            prop_assert!(attempts.iter().any(|attempt| attempt.run.record.tasks > 1));
            let cores = |attempt: &Attempt| attempt.run.cpu.expect("made up") / attempt.run.seconds;
            prop_assert!(workers >= 2 && attempts.iter().any(|attempt| cores(attempt) >= 1.3));
            prop_assert!(report.speedup.expect("a race").median >= report.threshold.expect("a race"));
        }
    }

    #[test]
    fn speed_never_costs_points(attempts in right_attempts(), workers in 1_u16..9, factor in 1.0..4.0_f64) {
        let before = judge(&exercise(), pi(), workers, &attempts);
        let mut faster = attempts;
        for attempt in &mut faster {
            attempt.run.seconds /= factor;
            attempt.run.cpu = attempt.run.cpu.map(|cpu| cpu / factor);
        }
        let after = judge(&exercise(), pi(), workers, &faster);
        prop_assert!(after.points >= before.points, "{before:#?} {after:#?}");
    }
}
