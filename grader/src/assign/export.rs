//! A repository for students: the workspace without what gives solutions away.

use std::{
    fs, io,
    path::{Path, absolute},
};

use anyhow::{Context as _, bail};

use super::{STARTERS, marks, starter};
use crate::{
    classroom::{Classroom, Submissions},
    files::{Files, WORKSPACE},
    reset,
};

/// What a student's repository has beside the workspace; what is not there is passed over.
const BESIDE: [&str; 9] = [
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "docs",
    "rust-toolchain.toml",
    "rustfmt.toml",
];

/// Files and folders that are for those who make the course: the solutions, attempts that come near them, and the tests that need either.
const LEFT_OUT: [&str; 11] = [
    "solutions",
    "docs/instructors.md",
    "grader/tests/fixtures",
    "grader/tests/it/assign.rs",
    "grader/tests/it/class.rs",
    "grader/tests/it/run.rs",
    "grader/tests/it/scaffold.rs",
    "grader/tests/it/verify.rs",
    "grader/tests/it/workshop.rs",
    "src/workbench/tests/it/solved.rs",
    reset::BACKUP,
];

/// Files of which a part is for those who make the course; it stands between marks, as in a solution.
const MARKED: [&str; 7] = [
    "Cargo.toml",
    ".ci/run",
    "README.md",
    "docs/architecture.md",
    "grader/tests/it.rs",
    "src/workbench/tests/it.rs",
    "src/workbench/tests/it/plain.rs",
];

/// Writes a repository for students to `destination`, which must be empty or not there yet: everything that builds, runs, grades and
/// tests the exercises, the starters, and neither the solutions nor their history. Returns how many files it has.
///
/// # Errors
/// The destination is not empty, this checkout has no solutions, marks are not in order, or a file cannot be read or written.
pub fn export(classroom: &Classroom, destination: &Path) -> anyhow::Result<usize> {
    let root = &classroom.root;
    if !classroom.has_solutions() {
        bail!("{} is a student's repository already: there are no solutions in it to leave out", root.display());
    }
    refuse_unless_empty(destination)?;
    let files = files_for_students(classroom)?;
    files.write_to(destination)?;
    Ok(files.len())
}

fn refuse_unless_empty(destination: &Path) -> anyhow::Result<()> {
    let shown = destination.display();
    match fs::read_dir(destination).map(Iterator::count) {
        Ok(0) => Ok(()),
        Ok(_) => bail!("{shown} is not empty: name a new folder, or empty this one"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("failed to open {shown}; name a folder that is new or empty")),
    }
}

fn files_for_students(classroom: &Classroom) -> anyhow::Result<Files> {
    let entries = [&WORKSPACE[..], &BESIDE].concat();
    let mut files = Files::read(&absolute(&classroom.root)?, &entries)?;
    let exercises = Submissions::Exercises.package();
    // Programs and starters of this course alone: what else lies beside them is somebody's.
    let is_submission = |path: &str| {
        let below = path.strip_prefix(exercises).and_then(|path| path.strip_prefix('/'));
        below.is_some_and(|path| path.ends_with(".rs") && !path.starts_with("main/"))
    };
    files.retain(|path| !LEFT_OUT.iter().any(|entry| is_at_or_below(path, entry)) && !is_submission(path));
    for exercise in &classroom.course.exercises {
        let starter = starter(classroom, exercise)?;
        files.put(&Submissions::Exercises.file(&exercise.name), starter.as_str());
        files.put(&format!("{STARTERS}/{}.rs", exercise.name), starter);
    }
    for path in MARKED {
        if let Some(text) = files.text(path) {
            let text = marks::for_students(path, text)?;
            files.put(path, text);
        }
    }
    if let Some(lock) = files.text("Cargo.lock") {
        let lock = without_package(lock, Submissions::Solutions.package());
        files.put("Cargo.lock", lock);
    }
    Ok(files)
}

fn is_at_or_below(path: &str, entry: &str) -> bool {
    path.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A `Cargo.lock` without one of its packages. None may depend on it.
fn without_package(lock: &str, name: &str) -> String {
    const BEGIN: &str = "[[package]]\n";
    let named = format!("name = \"{name}\"\n");
    let mut parts = lock.split(BEGIN);
    let head = parts.next().unwrap_or_default();
    let packages = parts.filter(|package| !package.starts_with(&named)).map(|package| format!("{BEGIN}{package}"));
    head.to_owned() + &packages.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_taken_out_of_a_lock_file() {
        let lock = |names: &[&str]| {
            let package = |name: &&str| format!("\n[[package]]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
            "# Head.\nversion = 4\n".to_owned() + &names.iter().map(package).collect::<String>()
        };
        for (before, after) in [
            (&["a", "solutions", "z"][..], &["a", "z"][..]),
            (&["solutions", "z"], &["z"]),
            (&["solutions-too"], &["solutions-too"]),
        ] {
            assert_eq!(without_package(&lock(before), "solutions"), lock(after));
        }
    }

    #[test]
    fn an_entry_is_a_file_or_a_folder_and_not_the_beginning_of_a_name() {
        assert!(is_at_or_below("solutions", "solutions") && is_at_or_below("solutions/main/pi.rs", "solutions"));
        assert!(!is_at_or_below("solutions.md", "solutions") && !is_at_or_below("src/solutions", "solutions"));
    }

    #[test]
    fn a_folder_with_something_in_it_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(refuse_unless_empty(folder.path()).is_ok());
        assert!(refuse_unless_empty(&folder.path().join("new")).is_ok());
        fs::write(folder.path().join("notes.txt"), "").unwrap();
        assert!(refuse_unless_empty(folder.path()).unwrap_err().to_string().contains("is not empty"));
        let file = refuse_unless_empty(&folder.path().join("notes.txt")).unwrap_err();
        assert!(file.to_string().contains("name a folder that is new or empty"), "{file}");
    }
}
