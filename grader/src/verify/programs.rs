//! The solution, the starter and the wrong attempts, each built and checked as a student's file is.

use std::{fs, sync::atomic::AtomicBool};

use anyhow::Context as _;

use super::{
    Check, Event, Outcome,
    desk::Desk,
    fixtures::{self, Expected},
};
use crate::{
    assign,
    check::{self, Options},
    classroom::{Classroom, Submissions},
    course::Exercise,
    report::{Report, Verdict},
};

/// The rounds of a race, and of its repetitions where a busy machine may have spoiled it.
const ROUNDS: [usize; 3] = [3, 5, 9];

/// Makes the cases: the same ones each time, as fresh ones would come upon every coincidence one day, such as other darts that hit
/// as often as a mean of means.
const SEED: u64 = 2014;

/// One program, and what a check of it has to come to.
pub(super) struct Attempt {
    name: String,
    submissions: Submissions,
    /// What stands in the exercise's file; `None` for the solution, which has its own.
    source: Option<String>,
    expected: Expected,
}

/// All programs of an exercise that are there; what is missing or unreadable was told at the [desk](super::desk).
pub(super) fn attempts(desk: &Desk) -> Vec<Attempt> {
    let has = |submissions: Submissions| {
        let program = submissions.program(&desk.exercise.name);
        desk.programs.iter().any(|found| found.name == program)
            && desk.classroom.source(&desk.exercise.name, Submissions::Solutions).is_file()
    };
    let solution = has(Submissions::Solutions).then(|| Attempt {
        name: "solution".to_owned(),
        submissions: Submissions::Solutions,
        source: None,
        expected: Expected::of_solution(desk.exercise),
    });
    let submitted = |name: String, source, expected| Attempt {
        name,
        submissions: Submissions::Exercises,
        source: Some(source),
        expected,
    };
    let starter = assign::starter(desk.classroom, desk.exercise)
        .map(|starter| submitted("starter".to_owned(), starter, Expected::of_starter()));
    let fixtures =
        fixtures::read(desk.classroom, desk.exercise).unwrap_or_default().into_iter().filter_map(|fixture| {
            Some(submitted(format!("fixture {}", fixture.name), fixture.source, fixture.expected.ok()?))
        });
    let submitted = starter.into_iter().chain(fixtures).filter(|_| has(Submissions::Exercises));
    solution.into_iter().chain(submitted).collect()
}

/// Checks the programs of one exercise in the copy of the workspace.
pub(super) struct Programs<'a> {
    pub(super) copy: &'a Classroom,
    pub(super) exercise: &'a Exercise,
    pub(super) quick: bool,
    pub(super) stop: &'a AtomicBool,
}

/// What one check of a program came to.
enum Came {
    AsExpected(String),
    Otherwise(String),
    /// It cannot be told here, and why.
    Untold(String),
}

impl Programs<'_> {
    /// Builds and checks one program; again with more rounds, where the machine may have been too busy. `None` when stopped.
    pub(super) fn check(&mut self, attempt: &Attempt, tell: &mut dyn FnMut(Event)) -> anyhow::Result<Option<Check>> {
        tell(Event::Begun(&self.exercise.name, &attempt.name));
        if let Some(source) = &attempt.source {
            let file = self.copy.source(&self.exercise.name, Submissions::Exercises);
            fs::write(&file, source).with_context(|| format!("failed to write {}", file.display()))?;
        }
        let rounds: &[usize] = if self.quick { &[0] } else { &ROUNDS };
        let mut spoiled = Vec::new();
        for (index, &rounds) in rounds.iter().enumerate() {
            let options =
                Options { submissions: attempt.submissions, rounds: Some(rounds), film: false, seed: Some(SEED) };
            let report = check::check(self.copy, self.exercise, &options, self.stop, &mut |progress| {
                tell(Event::Progress(progress));
            });
            let (came, again) = match report {
                Ok(None) => return Ok(None),
                Ok(Some(report)) => {
                    (self.compare(&attempt.expected, &report), attempt.expected.depends_on_time(&report))
                }
                Err(error) => (Came::Otherwise(format!("{error:#}")), false),
            };
            match came {
                Came::Otherwise(message) | Came::Untold(message)
                    if again && index + 1 < ROUNDS.len() && !self.quick =>
                {
                    spoiled.push(message);
                }
                came => return Ok(Some(self.done(attempt, came, &spoiled))),
            }
        }
        unreachable!("the last race has the last word")
    }

    fn compare(&self, expected: &Expected, report: &Report) -> Came {
        // Right at the small size, and that is all that is known.
        if self.quick && report.verdict == Verdict::Inconclusive {
            let right = "right at the small size; not raced";
            return if expected.may_be_right() {
                Came::AsExpected(right.to_owned())
            } else {
                Came::Untold("right at the small size: only a race can tell".to_owned())
            };
        }
        match expected.mismatch(report) {
            None => Came::AsExpected(format!("{}, {} of {} points", report.verdict, report.points, report.max_points)),
            // A busy machine speaks neither for the course nor against it.
            Some(mismatch) if report.verdict == Verdict::Inconclusive => Came::Untold(mismatch),
            Some(mismatch) => Came::Otherwise(mismatch),
        }
    }

    fn done(&self, attempt: &Attempt, came: Came, spoiled: &[String]) -> Check {
        let (outcome, message) = match came {
            Came::AsExpected(message) => (Outcome::Ok, message),
            Came::Otherwise(message) => (Outcome::Failed, message),
            Came::Untold(message) => (Outcome::Skipped, message),
        };
        let again = spoiled
            .iter()
            .enumerate()
            .map(|(index, message)| format!("\nrace {} of {} rounds: {message}", index + 1, ROUNDS[index]));
        Check {
            subject: self.exercise.name.clone(),
            name: attempt.name.clone(),
            outcome,
            message: message + &again.collect::<String>(),
            races: if self.quick { 0 } else { spoiled.len() + 1 },
        }
    }
}
