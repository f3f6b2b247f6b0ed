//! `grader assign`: starters from solutions, and the repository for students.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use grader::{Classroom, Submissions, assign, exit_codes};
use tempfile::TempDir;

use super::{
    support::{COURSE, folder, grader},
    workshop::checkout,
};

const SOLUTION: &str = "\
//! # Pi

// BEGIN SOLUTION
fn help() {}
// END SOLUTION

fn pi() {
    // BEGIN SOLUTION
    help();
    // STARTER: serial();
    // END SOLUTION
}
";

const STARTER: &str = "//! # Pi\n\nfn pi() {\n    serial();\n}\n";

/// A course with one solution.
fn course() -> TempDir {
    let folder = folder(COURSE);
    fs::create_dir(folder.path().join("solutions")).unwrap();
    fs::write(folder.path().join("solutions/pi.rs"), SOLUTION).unwrap();
    folder
}

/// The exit code, and what was said on both streams.
fn said(output: &Output) -> (i32, String) {
    let streams = [&output.stdout, &output.stderr].map(|stream| String::from_utf8_lossy(stream));
    (output.status.code().unwrap(), streams.concat())
}

#[test]
fn starters_are_written_and_then_up_to_date() {
    let folder = course();
    let file = folder.path().join("exercises/pi.rs");
    fs::remove_file(&file).unwrap();
    assert_eq!(said(&grader(folder.path(), "assign --check")), (1, "pi: missing\n".to_owned()));
    assert_eq!(said(&grader(folder.path(), "assign")), (0, "pi: written\n".to_owned()));
    assert_eq!(fs::read_to_string(&file).unwrap(), STARTER);
    assert_eq!(said(&grader(folder.path(), "assign pi")), (0, "pi: up to date\n".to_owned()));
    assert_eq!(said(&grader(folder.path(), "assign --check")), (0, "pi: up to date\n".to_owned()));
}

#[test]
fn somebodys_work_is_not_overwritten_unless_asked_for_and_then_kept() {
    let folder = course();
    let file = folder.path().join("exercises/pi.rs");
    fs::write(&file, "work").unwrap();
    assert_eq!(said(&grader(folder.path(), "assign --check")), (1, "pi: not what the solution gives\n".to_owned()));
    let (code, refusal) = said(&grader(folder.path(), "assign"));
    assert_eq!(code, i32::from(exit_codes::ERROR));
    insta::assert_snapshot!(refusal, @"
    error: exercises/pi.rs is not the starter: somebody works in it, or the solution was changed
      = help: `grader assign pi --force` keeps it in exercises/backup and puts the starter in its place
    ");
    assert_eq!(fs::read_to_string(&file).unwrap(), "work");

    let forced = said(&grader(folder.path(), "assign --force"));
    assert_eq!(forced, (0, "pi: written; what was there is in exercises/backup/pi.1.rs\n".to_owned()));
    assert_eq!(fs::read_to_string(&file).unwrap(), STARTER);
    assert_eq!(fs::read_to_string(folder.path().join("exercises/backup/pi.1.rs")).unwrap(), "work");
}

#[test]
fn a_mistake_in_the_marks_is_shown_with_its_line() {
    let folder = course();
    fs::write(folder.path().join("solutions/pi.rs"), "fn pi() {\n    // BEGIN SOLUTION\n}\n").unwrap();
    let (code, refusal) = said(&grader(folder.path(), "assign"));
    assert_eq!(code, i32::from(exit_codes::ERROR));
    insta::assert_snapshot!(refusal, @"
    error: solutions/pi.rs:2: this block is not closed
      = help: end it with `END SOLUTION`, alone on its line
    ");
}

/// All files at or below `path`.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    fs::read_dir(path).unwrap().flat_map(|entry| files(&entry.unwrap().path())).collect()
}

/// The lines that only a solution has: not its starter, and not the hints, which say almost everything.
fn lines_of_solutions(classroom: &Classroom) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for exercise in &classroom.course.exercises {
        let solution = fs::read_to_string(classroom.source(&exercise.name, Submissions::Solutions)).unwrap();
        let starter = assign::starter(classroom, exercise).unwrap();
        let public = [starter, exercise.hints.concat()].concat();
        let own = solution.lines().map(str::trim).filter(|line| line.len() > 30 && !line.contains("// STARTER:"));
        lines.extend(own.filter(|line| !public.contains(line)).map(str::to_owned));
    }
    lines
}

#[test]
fn a_students_repository_is_whole_and_gives_nothing_away() {
    let classroom = checkout();
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("students");
    // What is left of the last time.
    let _ = fs::remove_dir_all(&place);
    assert!(assign::export(&classroom, &place).unwrap() > 100);

    let distinctive = lines_of_solutions(&classroom);
    assert!(distinctive.len() >= classroom.course.exercises.len(), "{distinctive:?}");
    for file in files(&place) {
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        let given_away = distinctive.iter().find(|line| text.contains(line.as_str()));
        assert_eq!(given_away, None, "{}", file.display());
        // A test that needs a solution stands between marks.
        let is_test = file.strip_prefix(&place).unwrap().components().any(|part| part.as_os_str() == "tests");
        assert!(!is_test || !text.contains("\n// BEGIN SOLUTION\n"), "{}", file.display());
    }
    for gone in ["solutions", "grader/tests/fixtures", "docs/instructors.md", "exercises/backup", ".git", "target"] {
        assert!(!place.join(gone).exists(), "{gone}");
    }
    for exercise in &classroom.course.exercises {
        let read = |file: String| fs::read_to_string(place.join(file)).unwrap();
        let starter = assign::starter(&classroom, exercise).unwrap();
        assert_eq!(read(format!("exercises/{}.rs", exercise.name)), starter);
        assert_eq!(read(format!("{}/{}.rs", assign::STARTERS, exercise.name)), starter);
    }
    let ci = fs::read_to_string(place.join(".ci/run")).unwrap();
    assert!(ci.contains("cargo test") && !ci.contains("verify"), "{ci}");

    // The members and the lock file fit together. What builds is seen where a class is graded.
    let mut cargo = Command::new(env!("CARGO"));
    let output =
        cargo.args(["metadata", "--offline", "--locked", "--format-version", "1"]).current_dir(&place).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let again = assign::export(&classroom, &place).unwrap_err();
    assert!(again.to_string().contains("is not empty"), "{again}");
}
