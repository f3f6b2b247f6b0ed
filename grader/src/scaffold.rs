//! All files of a new exercise, from templates: they compile and run, and `grader verify` says what is still to be written.
//!
//! Everything is thought out before anything is written, and what cannot be written to its end is taken back.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};

use crate::{
    assign,
    classroom::{Classroom, Submissions},
    course::{self, Course, Surroundings},
    files,
    verify::FIXTURES,
};

mod list;
mod name;

pub use name::NameError;

const PROBLEM: &str = include_str!("scaffold/templates/problem.rs");
const SOLUTION: &str = include_str!("scaffold/templates/solution.rs");
const EXERCISE_MAIN: &str = include_str!("scaffold/templates/exercise_main.rs");
const SOLUTION_MAIN: &str = include_str!("scaffold/templates/solution_main.rs");
const FIXTURE: &str = include_str!("scaffold/templates/fixture.rs");
const COURSE_ENTRY: &str = include_str!("scaffold/templates/course_entry.yaml");
const PROGRAM: &str = include_str!("scaffold/templates/bin.toml");

/// The list of all problems.
const PROBLEMS: &str = "src/problems/src/lib.rs";

/// Adds an exercise of that name to the course, with everything that belongs to one. Returns the files that are new or changed, from
/// the root of the checkout.
///
/// # Errors
/// The name breaks a rule, something of that name is there already, a file to be changed is not as expected, or a file cannot be
/// read or written. Nothing is changed then.
pub fn scaffold(classroom: &Classroom, name: &str) -> anyhow::Result<Vec<String>> {
    name::check(name)?;
    if !classroom.has_solutions() {
        bail!("this is a student's repository; exercises are written where their solutions are");
    }
    if classroom.course.exercises.iter().any(|exercise| exercise.name == name) {
        bail!("there is an exercise `{name}` already; `grader verify {name}` says what is missing of it");
    }
    let changes = Plan { classroom, name }.changes()?;
    apply(&classroom.root, &changes)?;
    Ok(changes.into_iter().map(|change| change.file).collect())
}

/// A file that is to be written.
struct Change {
    /// From the root of the checkout.
    file: String,
    /// What was there; `None` for a file that is new.
    before: Option<String>,
    after: String,
}

struct Plan<'a> {
    classroom: &'a Classroom,
    name: &'a str,
}

impl Plan<'_> {
    fn changes(&self) -> anyhow::Result<Vec<Change>> {
        let name = self.name;
        let [exercises, solutions] = [Submissions::Exercises, Submissions::Solutions];
        let solution = self.filled(SOLUTION);
        let starter = assign::starter_of(&solutions.file(name), solution.as_bytes())?;
        let new = [
            (format!("src/problems/src/{name}.rs"), self.filled(PROBLEM)),
            (solutions.file(name), solution),
            (exercises.file(name), starter),
            (format!("{}/main/{name}.rs", exercises.package()), self.filled(EXERCISE_MAIN)),
            (format!("{}/main/{name}.rs", solutions.package()), self.filled(SOLUTION_MAIN)),
            (format!("{FIXTURES}/{name}/lost_remainder.rs"), self.filled(FIXTURE)),
        ];
        let mut changes =
            new.into_iter().map(|(file, after)| self.new_file(file, after)).collect::<Result<Vec<_>, _>>()?;
        changes.push(self.change(PROBLEMS, |text| list::with_problem(text, name, &name::in_camel_case(name)))?);
        for submissions in [exercises, solutions] {
            let program = self.filled(PROGRAM).replace("scaffold_program", &submissions.program(name));
            let manifest = format!("{}/Cargo.toml", submissions.package());
            changes.push(self.change(&manifest, |text| Ok(text.trim_end().to_owned() + "\n" + &program))?);
        }
        changes.push(self.change(course::FILE, |text| self.with_entry(text))?);
        Ok(changes)
    }

    /// A template with the names of this exercise.
    fn filled(&self, template: &str) -> String {
        template.replace("scaffold_name", self.name).replace("ScaffoldName", &name::in_camel_case(self.name))
    }

    fn new_file(&self, file: String, after: String) -> anyhow::Result<Change> {
        if self.classroom.root.join(&file).exists() {
            bail!(
                "{file} is there already: take another name, or remove what is left of an older exercise `{}`",
                self.name
            );
        }
        Ok(Change { file, before: None, after })
    }

    fn change(&self, file: &str, edit: impl FnOnce(&str) -> anyhow::Result<String>) -> anyhow::Result<Change> {
        let before =
            fs::read_to_string(self.classroom.root.join(file)).with_context(|| format!("failed to read {file}"))?;
        let after = edit(&before).with_context(|| format!("failed to add {} to {file}", self.name))?;
        Ok(Change { file: file.to_owned(), before: Some(before), after })
    }

    /// The course with an entry at its end, which is what its reader makes of it.
    fn with_entry(&self, text: &str) -> anyhow::Result<String> {
        let text = text.trim_end().to_owned() + "\n" + &self.filled(COURSE_ENTRY);
        let known = problems::ALL.iter().map(|problem| problem.name()).chain([self.name]);
        let course = Course::parse(&text, &Surroundings { problems: known.collect(), has_file: &|_| true })
            .context("its last part is not the list of exercises")?;
        if course.exercises.last().is_none_or(|last| last.name != self.name) {
            bail!("its last part is not the list of exercises");
        }
        Ok(text)
    }
}

/// Writes all changes, or none.
fn apply(root: &Path, changes: &[Change]) -> anyhow::Result<()> {
    for (index, change) in changes.iter().enumerate() {
        let path = root.join(&change.file);
        if let Err(error) = write(&path, change) {
            let not_undone: Vec<_> = changes[..index].iter().rev().filter_map(|done| undo(root, done).err()).collect();
            let rest = if not_undone.is_empty() { "nothing was changed".to_owned() } else { not_undone.join("; ") };
            return Err(error).with_context(|| format!("failed to write {}; {rest}", change.file));
        }
    }
    Ok(())
}

fn write(path: &Path, change: &Change) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    files::replace(path, change.after.as_bytes())
}

/// Takes a change back, or says that it could not.
fn undo(root: &Path, change: &Change) -> Result<(), String> {
    let path: PathBuf = root.join(&change.file);
    let undone = match &change.before {
        Some(before) => files::replace(&path, before.as_bytes()),
        None => fs::remove_file(&path),
    };
    undone.map_err(|error| format!("{} could not be restored: {error}", change.file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_to_the_end_is_taken_back() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("list"), "old").unwrap();
        fs::write(root.path().join("folder"), "a file where the folder should be").unwrap();
        let change = |file: &str, before: Option<&str>| Change {
            file: file.to_owned(),
            before: before.map(str::to_owned),
            after: "new".to_owned(),
        };
        let changes = [change("list", Some("old")), change("a/new", None), change("folder/new", None)];
        let error = apply(root.path(), &changes).unwrap_err();
        assert_eq!(error.to_string(), "failed to write folder/new; nothing was changed");
        assert_eq!(fs::read_to_string(root.path().join("list")).unwrap(), "old");
        assert!(!root.path().join("a/new").exists());
        apply(root.path(), &changes[..2]).unwrap();
        assert_eq!(fs::read_to_string(root.path().join("a/new")).unwrap(), "new");
    }
}
