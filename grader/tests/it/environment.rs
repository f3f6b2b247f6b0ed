//! Machines on which something is missing, full or otherwise.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use grader::{build::Built, exit_codes};
use tempfile::TempDir;

use super::{
    build::{Checkout, GOOD},
    support::{COURSE, folder, output_of},
};

/// `grader check pi` in that folder, with this cargo: the one on the `PATH` for `None`.
fn check(folder: &Path, cargo: Option<&Path>, environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_grader"));
    command.args(["check", "pi"]).current_dir(folder).env_remove("CLICOLOR_FORCE").env_remove("CARGO");
    if let Some(cargo) = cargo {
        command.env("CARGO", cargo);
    }
    output_of(command.envs(environment.iter().copied()))
}

/// What is said on standard error; the exit code is that of a tool that could not do its work.
#[track_caller]
fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(exit_codes::ERROR.into()), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A course, and a cargo that is a script.
fn with_cargo(script: &str) -> (TempDir, std::path::PathBuf) {
    let course = folder(COURSE);
    let cargo = course.path().join("cargo");
    fs::write(&cargo, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    (course, cargo)
}

#[test]
fn without_cargo() {
    let course = folder(COURSE);
    let said = refusal(&check(course.path(), None, &[("PATH", "/nowhere")]));
    assert!(
        said.contains("error: failed to start cargo: is Rust installed, and its `cargo` on the PATH?: No such file"),
        "{said}"
    );
}

#[test]
fn a_build_uses_no_network() {
    let (course, cargo) = with_cargo("echo \"$@\" >> arguments; echo 'error: it is Monday' >&2; exit 101");
    let said = refusal(&check(course.path(), Some(&cargo), &[]));
    assert!(said.contains("error: cargo failed: error: it is Monday"), "{said}");
    let arguments = fs::read_to_string(course.path().join("arguments")).unwrap();
    assert!(arguments.lines().all(|line| line.split(' ').any(|word| word == "--offline")), "{arguments}");
}

#[test]
fn a_cargo_that_fails_without_a_word() {
    let (course, cargo) = with_cargo("exit 7");
    let said = refusal(&check(course.path(), Some(&cargo), &[]));
    let (ran, ended) = ("cargo build --profile grade --offline", "--bin pi` ended with exit status: 7.");
    assert!(said.contains("error: cargo failed and did not say why: `") && said.contains(ran), "{said}");
    assert!(said.contains(ended), "{said}");
}

#[test]
fn a_folder_for_building_that_cannot_be_written() {
    // Nobody can make a folder there, root neither.
    let mut checkout = Checkout::new(GOOD);
    checkout.classroom.target = Some("/proc/read-only/target".into());
    let error = checkout.build().0.expect_err("nothing can be written").to_string();
    assert!(error.starts_with("cargo failed: error: ") && error.contains("/proc/read-only"), "{error}");
    assert!(error.contains("Cargo writes into `target` here and into its own home: make both writable"), "{error}");
}

#[test]
fn a_file_that_is_no_text() {
    let checkout = Checkout::new(GOOD);
    fs::write(checkout.path("exercises/pi.rs"), b"//! caf\xe9\npub fn submission() -> u64 { 7 }\n").unwrap();
    let errors = checkout.errors();
    assert_eq!(
        errors[0].to_string(),
        "exercises/pi.rs: it is not UTF-8 text: save it as UTF-8 in your editor",
        "{errors:?}"
    );
}

#[test]
fn windows_line_ends() {
    let lesson = "//! # Pi\r\n//!\r\n//! Text.\r\n\r\n";
    let checkout = Checkout::new(&format!("{lesson}{}", GOOD.replace('\n', "\r\n")));
    let Built::Program { executable, warnings } = checkout.build().0.unwrap() else { panic!("it compiles") };
    assert_eq!(warnings, []);
    assert_eq!(Command::new(executable).output().unwrap().stdout, b"7");
    assert_eq!(checkout.classroom.lesson("pi").unwrap(), "# Pi\n\nText.\n");
}

#[test]
fn what_is_unsafe_does_not_compile_and_has_its_mend() {
    let checkout = Checkout::new("pub fn submission() -> u64 {\n    unsafe { given::number() }\n}\n");
    let manifest = checkout.path("exercises/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text + "[lints.rust]\nunsafe_code = \"forbid\"\n").unwrap();
    let errors = checkout.errors();
    assert_eq!(
        errors[0].to_string(),
        "exercises/pi.rs:2:5: usage of an `unsafe` block: every exercise can be solved without it; let tasks take arguments and \
         return results"
    );
    assert_eq!(errors[0].rendered.matches("every exercise can be solved without it").count(), 1, "{errors:?}");
}
