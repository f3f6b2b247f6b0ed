//! `grader new`: an exercise that compiles, and a list of what is still to be written.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use grader::exit_codes;

use super::{
    support::grader,
    verify::{checks_of, failures},
    workshop::{Workshop, checkout},
};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_new_exercise_compiles_and_verify_says_what_is_missing() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffold");
    checkout().copy_to(&root).unwrap();
    fs::copy(checkout().root.join("rustfmt.toml"), root.join("rustfmt.toml")).unwrap();

    let output = grader(&root, "new prefix_sum");
    assert_eq!(output.status.code(), Some(exit_codes::PASS.into()), "{}", said(&output));
    insta::assert_snapshot!(said(&output), @"
      src/problems/src/prefix_sum.rs
      solutions/prefix_sum.rs
      exercises/prefix_sum.rs
      exercises/main/prefix_sum.rs
      solutions/main/prefix_sum.rs
      grader/tests/fixtures/prefix_sum/lost_remainder.rs
      src/problems/src/lib.rs
      exercises/Cargo.toml
      solutions/Cargo.toml
      exercises/course.yaml
    Write what says TODO; `cargo grader verify prefix_sum` lists what is missing.
    ");

    let formatted = Command::new(env!("CARGO"))
        .current_dir(&root)
        .args(["fmt", "--check", "--package", "problems", "--package", "exercises", "--package", "solutions"])
        .output()
        .unwrap();
    assert!(formatted.status.success(), "{}", said(&formatted));

    // The problem is in the grader, too, so that has to be built. It need not be fast, nor debugged.
    let mut verify = Command::new(env!("CARGO"));
    verify.args(["run", "--quiet", "--offline", "--package", "grader", "--bin", "grader"]);
    verify.args(["--config", "profile.dev.package.problems.opt-level=1", "--"]);
    verify.args(["verify", "prefix_sum", "--quick", "--format", "json"]);
    verify.current_dir(&root).env("CARGO_PROFILE_DEV_DEBUG", "false");
    let (code, checks) = checks_of(&mut verify, &Workshop::enter());
    assert_eq!(code, i32::from(exit_codes::FAIL));
    insta::assert_snapshot!(failures(&checks).join("\n\n"), @r#"
    prefix_sum: course entry: exercises/course.yaml: the title is not written yet: "TODO: what it teaches, in a few words"
    exercises/course.yaml: the chapter is not written yet: "TODO: the part of the course that it belongs to"
    exercises/course.yaml: hint 1 is not written yet: "TODO: a nudge"
    exercises/course.yaml: hint 2 is not written yet: "TODO: the way"
    exercises/course.yaml: hint 3 is not written yet: "TODO: almost the answer"

    prefix_sum: lesson: solutions/prefix_sum.rs: the lesson is not written yet

    prefix_sum: problem: src/problems/src/prefix_sum.rs:1: //! TODO: what the exercise is about, in a line, and what makes its answer the same however the work is shared.
    src/problems/src/prefix_sum.rs:19: /// TODO: what the function gets, and what it returns.
    src/problems/src/prefix_sum.rs:24: /// TODO: the kernel: the work itself, on any part of the whole. So far it counts the odd ones of a sequence of random words.
    src/problems/src/prefix_sum.rs:33: /// TODO: what the student's function gets. So far the seed, and how many units.
    src/problems/src/prefix_sum.rs:35: /// TODO: what it returns. So far a count.
    src/problems/src/prefix_sum.rs:39: /// TODO: what the work consists of.
    src/problems/src/prefix_sum.rs:52: /// TODO: the best that one thread can do.
    src/problems/src/prefix_sum.rs:62: /// TODO: what has to be equal and why, and for each usual mistake a message: what was seen, the cause, the mend.
    src/problems/src/prefix_sum.rs:67: /// TODO: what the answer looks like, and a line or two that say what it means.
    solutions/prefix_sum.rs:15: /// TODO: what it returns.

    prefix_sum: fixtures: grader/tests/fixtures/prefix_sum/lost_remainder.rs: not written yet: "TODO: a part of the message that it deserves"

    prefix_sum: picture: it draws nothing
    it has no caption: a line or two that say what the numbers mean
    "#);
    let works = |name: &str| checks.iter().any(|check| check["name"] == name && check["outcome"] == "ok");
    assert!(
        ["mains", "programs", "starter file", "verifier", "solution", "starter"].into_iter().all(works),
        "{checks:#?}"
    );
}

#[test]
fn a_name_that_is_taken_or_breaks_a_rule_is_refused_and_nothing_changes() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("refused");
    checkout().copy_to(&root).unwrap();
    let course = fs::read_to_string(root.join("exercises/course.yaml")).unwrap();
    let refused = |name: &str| {
        let output = grader(&root, &format!("new {name}"));
        assert_eq!(output.status.code(), Some(exit_codes::ERROR.into()), "{}", said(&output));
        said(&output)
    };
    insta::assert_snapshot!(refused("Prefix-Sum"), @"
    error: `Prefix-Sum` cannot be the name of an exercise: 'P' is in it
      = help: a name has 2 to 24 lower-case letters, digits and single `_` between them, begins with a letter and is no word of Rust's; for instance `prefix_sum`
    ");
    insta::assert_snapshot!(refused("pi"), @"error: there is an exercise `pi` already; `grader verify pi` says what is missing of it");
    insta::assert_snapshot!(refused("picture"), @"error: src/problems/src/picture.rs is there already: take another name, or remove what is left of an older exercise `picture`");
    assert!(!root.join("solutions/picture.rs").exists());
    assert_eq!(fs::read_to_string(root.join("exercises/course.yaml")).unwrap(), course);
}
