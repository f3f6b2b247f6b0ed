//! `grader reset`, and the starters of a student's repository.

use std::{fs, path::Path, process::Output};

use grader::{Classroom, assign::Assigned, exit_codes, reset::reset};
use tempfile::TempDir;

use super::support::{COURSE, folder, grader};

const STARTER: &str = "//! # Pi\n\nfn pi() {}\n";

/// A student's repository: no solutions, and the starter kept.
fn repository() -> TempDir {
    let folder = folder(COURSE);
    fs::create_dir(folder.path().join("exercises/starters")).unwrap();
    fs::write(folder.path().join("exercises/starters/pi.rs"), STARTER).unwrap();
    fs::write(folder.path().join("exercises/pi.rs"), STARTER).unwrap();
    folder
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn text(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap()
}

#[test]
fn the_starter_comes_back_and_each_version_is_kept() {
    let folder = repository();
    let folder = folder.path();
    for (version, backup) in [("one", "exercises/backup/pi.1.rs"), ("two", "exercises/backup/pi.2.rs")] {
        fs::write(folder.join("exercises/pi.rs"), version).unwrap();
        let output = grader(folder, "reset pi");
        assert_eq!(output.status.code(), Some(exit_codes::PASS.into()));
        assert_eq!(said(&output), format!("exercises/pi.rs is the starter again. Your version is kept in {backup}.\n"));
        assert_eq!(text(folder, "exercises/pi.rs"), STARTER);
        assert_eq!(text(folder, backup), version);
    }
    assert_eq!(text(folder, "exercises/backup/pi.1.rs"), "one");
}

#[test]
fn what_is_the_starter_already_needs_no_backup() {
    let folder = repository();
    insta::assert_snapshot!(said(&grader(folder.path(), "reset p")), @"exercises/pi.rs is the starter, as it was: there is nothing to reset.");
    assert!(!folder.path().join("exercises/backup").exists());
}

#[test]
fn a_file_that_is_lost_comes_back() {
    let folder = repository();
    fs::remove_file(folder.path().join("exercises/pi.rs")).unwrap();
    insta::assert_snapshot!(said(&grader(folder.path(), "reset pi")), @"exercises/pi.rs was not there. Now it is the starter.");
    assert_eq!(text(folder.path(), "exercises/pi.rs"), STARTER);
}

#[test]
fn a_version_that_is_no_text_is_kept_as_it_is() {
    let folder = repository();
    fs::write(folder.path().join("exercises/pi.rs"), b"caf\xe9\r\n").unwrap();
    let classroom = Classroom::find(folder.path()).unwrap();
    let assigned = reset(&classroom, classroom.course.find("pi").unwrap()).unwrap();
    assert_eq!(assigned, Assigned::Replaced { backup: "exercises/backup/pi.1.rs".to_owned() });
    assert_eq!(fs::read(folder.path().join("exercises/backup/pi.1.rs")).unwrap(), b"caf\xe9\r\n");
}

#[test]
fn without_a_starter_nothing_is_touched() {
    let folder = repository();
    fs::remove_dir_all(folder.path().join("exercises/starters")).unwrap();
    fs::write(folder.path().join("exercises/pi.rs"), "work").unwrap();
    let output = grader(folder.path(), "reset pi");
    assert_eq!(output.status.code(), Some(exit_codes::ERROR.into()));
    insta::assert_snapshot!(said(&output), @"error: there is no starter of pi: neither solutions/pi.rs nor exercises/starters/pi.rs can be read; restore one of them with `git checkout`: No such file or directory (os error 2)");
    assert_eq!(text(folder.path(), "exercises/pi.rs"), "work");
    insta::assert_snapshot!(said(&grader(folder.path(), "reset tau")), @"error: there is no exercise `tau`: the exercises are `pi`");
}
