//! Whether the course is sound: every solution passes, no starter does, every wrong attempt gets the verdict and the message that it
//! deserves, and nothing is missing or left over.
//!
//! Each exercise is looked at on its author's desk, where reading is enough; then its given half is tried, and then its programs are
//! built and raced. They are built in a copy of the workspace with starters fresh from the solutions, so what anybody has
//! written in `exercises/` does not matter. Wrong attempts are the files in [`FIXTURES`].

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf, absolute},
    sync::atomic::{AtomicBool, Ordering},
};

use anyhow::{Context as _, bail};
use serde::Serialize;

use self::{desk::Desk, programs::Programs};
use crate::{
    check::{self, Progress},
    classroom::Classroom,
    course::Exercise,
};

mod desk;
mod fixtures;
mod given;
mod manifests;
mod programs;

pub use fixtures::FIXTURES;

/// The subject of checks that are about no single exercise.
pub const COURSE: &str = "course";

/// The check that compares an exercise's file with its starter. A file that a student works in fails it, and nothing else.
pub const STARTER_FILE: &str = "starter file";

/// How to verify.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Build and try out, but do not race: in a minute or two, what needs no times.
    pub quick: bool,
}

/// What became of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// All is well.
    Ok,
    /// Something is to be mended.
    Failed,
    /// It cannot be told: there was no race, or the machine was too busy in each of them.
    Skipped,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The exercise, or [`COURSE`].
    pub subject: String,
    /// What was looked at: `"lesson"`, `"solution"`, `"fixture three_batches"`.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What was found, a line each. May be empty where all is well.
    pub message: String,
    /// How often it was raced, the last time with the most rounds; 0 where nothing was raced.
    pub races: usize,
}

impl Check {
    /// A check without a race, by what it has to complain of.
    fn of_complaints(subject: &str, name: &str, complaints: anyhow::Result<Vec<String>>) -> Self {
        let complaints = complaints.unwrap_or_else(|error| vec![format!("{error:#}")]);
        let outcome = if complaints.is_empty() { Outcome::Ok } else { Outcome::Failed };
        Self { subject: subject.to_owned(), name: name.to_owned(), outcome, message: complaints.join("\n"), races: 0 }
    }
}

/// What a verification tells while it goes on.
#[derive(Debug)]
pub enum Event<'a> {
    /// Another verification works in the same place; this one waits for its end.
    Waiting(&'a Path),
    /// A program is built and run next: the exercise, and what is looked at.
    Begun(&'a str, &'a str),
    /// A step of that.
    Progress(Progress),
    /// A check is done.
    Done(&'a Check),
}

/// Verifies these exercises, and the course around them. `None` when `stop` became true.
///
/// Timing verdicts are settled by a race of a few rounds, which is repeated up to twice with more rounds where the machine may
/// have been too busy; where the last of them is inconclusive, the check is skipped. On one core nothing is raced. The
/// cases are the same in each verification.
///
/// # Errors
/// The tool could not do its work: no cargo, no solutions, no permission to write. What is wrong with the course is a check that fails.
pub fn verify(
    classroom: &Classroom,
    exercises: &[&Exercise],
    options: Options,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(Event),
) -> anyhow::Result<Option<Vec<Check>>> {
    if !classroom.has_solutions() {
        bail!("this is a student's repository: it has no solutions to verify. `grader check` looks at your own files");
    }
    let programs = manifests::programs(classroom)?;
    let place = place(classroom)?;
    let _alone = lock(&place, tell)?;
    let copy = classroom.copy_to(&place)?;

    let mut checks = Vec::new();
    let mut add = |check: Check, tell: &mut dyn FnMut(Event)| {
        tell(Event::Done(&check));
        checks.push(check);
    };
    add(Check::of_complaints(COURSE, "nothing stray", desk::strays(classroom, &programs)), tell);
    let quick = options.quick || check::workers() < 2;
    for exercise in exercises {
        let desk = Desk { classroom, exercise, programs: &programs };
        for (name, look) in desk::LOOKS {
            add(Check::of_complaints(&exercise.name, name, look(&desk)), tell);
        }
        for (name, complaints) in given::look(exercise) {
            add(Check::of_complaints(&exercise.name, name, complaints), tell);
        }
        let attempts = programs::attempts(&desk);
        let mut programs = Programs { copy: &copy, exercise, quick, stop };
        for attempt in attempts {
            match programs.check(&attempt, tell)? {
                Some(check) => add(check, tell),
                None => return Ok(None),
            }
        }
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
    }
    Ok(Some(checks))
}

/// Where the copy is: always the same folder, so that only the first build is long.
fn place(classroom: &Classroom) -> anyhow::Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| classroom.root.join("target"), PathBuf::from);
    Ok(absolute(target.join("verify"))?)
}

/// Keeps other verifications out of the copy, until what is returned is dropped.
fn lock(place: &Path, tell: &mut dyn FnMut(Event)) -> anyhow::Result<File> {
    let path = place.with_extension("lock");
    let failed = || format!("failed to lock {}", path.display());
    fs::create_dir_all(place).with_context(|| format!("failed to make the folder {}", place.display()))?;
    let file = File::create(&path).with_context(failed)?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => tell(Event::Waiting(place)),
        Err(TryLockError::Error(error)) => return Err(error).with_context(failed),
    }
    file.lock().with_context(failed)?;
    Ok(file)
}
