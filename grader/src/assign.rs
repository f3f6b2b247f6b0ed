//! One source: what students get is made from the solutions.
//!
//! A solution has marks around what a student is to find out. [`starter`] leaves that out, [`assign`] puts
//! the result in `exercises/`, and [`export`] makes a repository for students: the workspace without its solutions. There
//! the starters are kept in [`STARTERS`], so that they can be restored.

use std::{fs, io, path::Path};

use anyhow::{Context as _, bail};

use crate::{
    classroom::{Classroom, Submissions},
    course::Exercise,
    files, reset,
};

mod export;
mod marks;

pub use export::export;
pub use marks::{MarkError, starter_of, without_marks};

/// Where a student's repository keeps the starters.
pub const STARTERS: &str = "exercises/starters";

/// The starter of an exercise: made from its solution, or in a student's repository the one that is kept.
///
/// # Errors
/// There is neither, it cannot be read, or the marks in the solution are not in order.
pub fn starter(classroom: &Classroom, exercise: &Exercise) -> anyhow::Result<String> {
    let name = &exercise.name;
    let solution = Submissions::Solutions.file(name);
    let bytes = match fs::read(classroom.root.join(&solution)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return kept_starter(&classroom.root, name),
        read => read.with_context(|| format!("failed to read {solution}"))?,
    };
    Ok(starter_of(&solution, &bytes)?)
}

fn kept_starter(root: &Path, name: &str) -> anyhow::Result<String> {
    let file = format!("{STARTERS}/{name}.rs");
    fs::read_to_string(root.join(&file)).with_context(|| {
        format!(
            "there is no starter of {name}: neither {} nor {file} can be read; restore one of them with `git checkout`",
            Submissions::Solutions.file(name)
        )
    })
}

/// How a file in `exercises/` compares to its starter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the starter.
    Starter,
    /// It is something else: an old starter, or somebody's work.
    Changed,
    /// It is not there.
    Missing,
}

/// Compares the file of an exercise to its starter.
///
/// # Errors
/// The file cannot be read, or those of [`starter`].
pub fn standing(classroom: &Classroom, exercise: &Exercise) -> anyhow::Result<Standing> {
    compare(classroom, exercise, &starter(classroom, exercise)?)
}

fn compare(classroom: &Classroom, exercise: &Exercise, starter: &str) -> anyhow::Result<Standing> {
    let file = Submissions::Exercises.file(&exercise.name);
    match fs::read(classroom.root.join(&file)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Standing::Missing),
        Err(error) => Err(error).with_context(|| format!("failed to read {file}")),
        Ok(bytes) if bytes == starter.as_bytes() => Ok(Standing::Starter),
        Ok(_) => Ok(Standing::Changed),
    }
}

/// What [`assign`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// The starter was there already.
    AsItWas,
    /// The starter is there now; nothing was in its place.
    Written,
    /// The starter is there now; what was in its place is kept in this file, named from the root of the checkout.
    Replaced {
        /// For instance `exercises/backup/pi.1.rs`.
        backup: String,
    },
}

/// Puts the starter of an exercise in its place in `exercises/`. A file that differs from it is replaced only if `force` says
/// so, and then it is kept.
///
/// # Errors
/// Those of [`starter`]; the file differs and `force` is not given; something cannot be read or written.
pub fn assign(classroom: &Classroom, exercise: &Exercise, force: bool) -> anyhow::Result<Assigned> {
    let starter = starter(classroom, exercise)?;
    let file = Submissions::Exercises.file(&exercise.name);
    let write = || {
        files::replace(&classroom.root.join(&file), starter.as_bytes())
            .with_context(|| format!("failed to write {file}"))
    };
    match compare(classroom, exercise, &starter)? {
        Standing::Starter => Ok(Assigned::AsItWas),
        Standing::Missing => write().map(|()| Assigned::Written),
        Standing::Changed if force => {
            let backup = reset::keep(&classroom.root, &exercise.name)?;
            write().map(|()| Assigned::Replaced { backup })
        }
        Standing::Changed => bail!(
            "{file} is not the starter: somebody works in it, or the solution was changed\n  = help: `grader assign {} --force` \
             keeps it in {} and puts the starter in its place",
            exercise.name,
            reset::BACKUP
        ),
    }
}
