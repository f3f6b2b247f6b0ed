//! A class, graded by the script in `docs/instructors.md` as it stands there.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use grader::{Submissions, assign};
use serde_json::Value;

use super::{support::output_of, workshop::checkout};

/// The script below a heading of the page.
fn script_below(page: &str, heading: &str) -> String {
    let (_, section) = page.split_once(heading).expect("the heading is there");
    let (_, script) = section.split_once("```sh\n").expect("a script follows");
    script.split_once("```").expect("it ends").0.to_owned()
}

/// `cargo grader ..` by the program under test, in the checkout as an instructor calls it. One exercise and one round are enough.
fn write_cargo(folder: &Path, checkout: &Path) {
    let (grader, checkout) = (env!("CARGO_BIN_EXE_grader"), checkout.display());
    let script = format!(
        "#!/bin/sh\nshift\ncase $1 in\ncheck) exec '{grader}' \"$@\" --rounds 1 pi ;;\n*) exec '{grader}' --course '{checkout}' \"$@\" ;;\nesac\n"
    );
    let cargo = folder.join("cargo");
    fs::create_dir(folder).unwrap();
    fs::write(&cargo, script).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
}

/// What `report.json` says of pi.
fn report(student: &Path) -> Value {
    let text = fs::read_to_string(student.join("report.json")).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    report["exercises"][0].clone()
}

#[test]
fn a_class_is_graded_as_the_page_for_instructors_says() {
    let checkout = checkout();
    let page = fs::read_to_string(checkout.root.join("docs/instructors.md")).unwrap();
    // What is built is kept for the next time. It need not be fast.
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("class");
    let (class, target) = (place.join("course"), place.join("target"));
    let _ = fs::remove_dir_all(&class);
    let script = script_below(&page, "\n## Grade a class\n").replace("$(mktemp -d)", &format!("'{}'", class.display()));

    let folder = tempfile::tempdir().unwrap();
    let student = |name: &str| -> PathBuf { folder.path().join("submissions").join(name) };
    let solved = fs::read_to_string(checkout.source("pi", Submissions::Solutions)).unwrap();
    let broken = "pub fn pi(seed: u64 {}\n".to_owned();
    for (name, pi) in [("solved", Some(solved)), ("untouched", None), ("broken", Some(broken))] {
        assign::export(&checkout, &student(name)).unwrap();
        if let Some(pi) = pi {
            fs::write(student(name).join("exercises/pi.rs"), pi).unwrap();
        }
    }
    fs::remove_file(student("untouched").join("exercises/pi.rs")).unwrap();

    write_cargo(&folder.path().join("bin"), &checkout.root);
    let path = format!("{}:{}", folder.path().join("bin").display(), env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell
        .args(["-euc", &script])
        .current_dir(folder.path())
        .envs([("PATH", path.as_str()), ("CARGO", env!("CARGO"))])
        .envs([("CARGO_TARGET_DIR", target.as_os_str()), ("CARGO_PROFILE_GRADE_OPT_LEVEL", "1".as_ref())]);
    let output = output_of(&mut shell);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !told.contains("not graded"), "{told}");

    let solved = report(&student("solved"));
    assert!(["Pass", "TooSlow", "Inconclusive"].iter().any(|verdict| solved["verdict"] == *verdict), "{solved:#}");
    assert!(solved["points"].as_u64() >= Some(3) && solved["max_points"] == 10, "{solved:#}");
    // Whose file is missing gets the starter, and never what the student before has written.
    let untouched = report(&student("untouched"));
    assert_eq!((&untouched["verdict"], &untouched["points"]), (&Value::from("Unsolved"), &Value::from(0)));
    let broken = report(&student("broken"));
    assert_eq!((&broken["verdict"], &broken["points"]), (&Value::from("BuildFailed"), &Value::from(0)));
    assert!(broken["message"].as_str().is_some_and(|message| message.contains("exercises/pi.rs:1:")), "{broken:#}");
}
