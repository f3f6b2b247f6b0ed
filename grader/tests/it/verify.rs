//! `grader verify` without races: an exercise of this course, and a course with everything wrong.

use std::{fs, path::Path, process::Command};

use grader::{exit_codes, verify::STARTER_FILE};
use serde_json::Value;

use super::{
    support::output_of,
    workshop::{Workshop, checkout},
};

/// Verifies an exercise without races: the exit code, and the checks.
fn verify(root: &Path, name: &str) -> (i32, Vec<Value>) {
    let mut grader = Command::new(env!("CARGO_BIN_EXE_grader"));
    grader.args(["verify", "--quick", "--format", "json", name]).current_dir(root);
    checks_of(&mut grader, &Workshop::enter())
}

/// What a verification prints as JSON.
pub(super) fn checks_of(command: &mut Command, workshop: &Workshop) -> (i32, Vec<Value>) {
    let output = output_of(command.env("CARGO_TARGET_DIR", workshop.target()));
    let told = String::from_utf8_lossy(&output.stderr);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{told}"));
    let checks = json["checks"].as_array().expect("a list of checks").clone();
    (output.status.code().expect("it ends by itself"), checks)
}

/// The checks that failed, as `exercise: name: message`.
pub(super) fn failures(checks: &[Value]) -> Vec<String> {
    let failed = checks.iter().filter(|check| check["outcome"] == "failed");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    failed.map(|check| [&check["subject"], &check["name"], &check["message"]].map(text).join(": ")).collect()
}

/// The whole course, with races, is a part of `.ci/run`.
#[test]
fn an_exercise_of_the_course_is_sound() {
    let (code, checks) = verify(&checkout().root, "bootstrap");
    assert!([exit_codes::PASS, exit_codes::FAIL].map(i32::from).contains(&code));
    let is_there = |name: &str| checks.iter().any(|check| check["name"].as_str().is_some_and(|is| is.contains(name)));
    assert!(
        ["nothing stray", "lesson", "verifier", "solution", "starter", "fixture "].into_iter().all(is_there),
        "{checks:#?}"
    );
    // Who does the exercises in this checkout changes these files.
    let mut failures = failures(&checks);
    failures.retain(|failure| !failure.contains(&format!(": {STARTER_FILE}: ")));
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn whatever_is_missing_stray_or_not_as_expected_is_told() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("unsound");
    checkout().copy_to(&root).unwrap();
    let edit = |file: &str, from: &str, to: &str| {
        let text = fs::read_to_string(root.join(file)).unwrap();
        assert!(text.contains(from), "{file}: {text}");
        fs::write(root.join(file), text.replacen(from, to, 1)).unwrap();
    };
    let fixtures = root.join("grader/tests/fixtures/pi");
    for fixture in fs::read_dir(&fixtures).unwrap() {
        fs::remove_file(fixture.unwrap().path()).unwrap();
    }
    fs::write(fixtures.join("not_said.rs"), "fn pi() {}\n").unwrap();
    fs::write(fixtures.join("misspelt.rs"), "//! verdict: Wrang\n//! message: any\n").unwrap();
    fs::write(fixtures.join("broken.rs"), "//! verdict: Unsolved\n//! message: todo\n\nfn pi() {}\n").unwrap();
    // How many hits were expected is the same in each verification.
    let nothing = "pub fn pi(_: u64, _: u64) -> u64 {\n    0\n}\n\nproblems::submit!(problems::pi, pi);\n";
    fs::write(fixtures.join("nothing.rs"), format!("//! verdict: Panicked\n//! message: any\n\n{nothing}")).unwrap();
    fs::write(root.join("exercises/tau.rs"), "").unwrap();
    fs::create_dir_all(root.join("grader/tests/fixtures/tau")).unwrap();
    fs::write(root.join("exercises/pi.rs"), "work").unwrap();
    edit("exercises/course.yaml", "title: what a task costs", "title: TODO what a task costs");
    edit("exercises/main/pi.rs", "\"../pi.rs\"", "\"../../exercises/pi.rs\"");
    edit("solutions/Cargo.toml", "name = \"pi-solution\"", "name = \"tau-solution\"");
    edit("solutions/pi.rs", "use parlings", "// TODO: explain\nuse parlings");

    let (code, checks) = verify(&root, "pi");
    assert_eq!(code, i32::from(exit_codes::FAIL));
    insta::assert_snapshot!(failures(&checks).join("\n\n"), @r#"
    course: nothing stray: exercises/tau.rs belongs to no exercise
    solutions/Cargo.toml: the program tau-solution belongs to no exercise
    grader/tests/fixtures/tau belongs to no exercise

    pi: course entry: exercises/course.yaml: the title is not written yet: "TODO what a task costs, and how much work pays for it"

    pi: starter file: exercises/pi.rs is not what is made from solutions/pi.rs: `grader assign pi --force` makes it anew, and keeps this one in exercises/backup

    pi: mains: exercises/main/pi.rs: there is no `#[path = "../pi.rs"]` in it

    pi: programs: solutions/Cargo.toml: there is no [[bin]] with name = "pi-solution", path = "main/pi.rs", test = false, doc = false

    pi: problem: solutions/pi.rs:58: // TODO: explain

    pi: fixtures: grader/tests/fixtures/pi/misspelt.rs: there is no verdict Wrang: did you mean Wrong?
    grader/tests/fixtures/pi/not_said.rs: its first lines have to say `//! verdict: ..` and `//! message: part of the message`

    pi: fixture broken: Unsolved expected, got BuildFailed: It does not compile: exercises/pi.rs: it does not say which function is the answer: let `problems::submit!(problems::pi, pi);` be its last line

    pi: fixture nothing: Panicked expected, got Wrong: Got 0 hits, expected 785,971. No hit arrived in the sum: add up what the tasks return.
    "#);
}
