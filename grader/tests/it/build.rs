//! Cargo on small workspaces: a student's package, a main that belongs to the course, nothing else.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicBool},
    time::{Duration, SystemTime},
};

use grader::{
    Classroom, Submissions,
    build::{Built, Diagnostic, Step, build, warm},
    course::Course,
};
use tempfile::TempDir;

/// A checkout in a folder of its own.
pub(super) struct Checkout {
    folder: TempDir,
    pub(super) classroom: Classroom,
    /// Where `CARGO_TARGET_DIR` is set, all checkouts build their `pi` in the same place: one at a time.
    _alone: MutexGuard<'static, ()>,
}

impl Checkout {
    pub(super) fn new(student: &str) -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let course = Course::read(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()).unwrap();
        let root = folder.path().canonicalize().unwrap();
        let checkout = Self { folder, classroom: Classroom { root, course, target: None }, _alone: alone };
        let manifest = |name: &str, rest: &str| {
            format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
        };
        checkout.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"exercises\", \"given\"]\n[profile.grade]\ninherits = \"dev\"\n");
        checkout.write("given/Cargo.toml", &manifest("given", ""));
        checkout.write("given/src/lib.rs", "pub fn number() -> u64 { 7 }\n");
        let exercises =
            "[dependencies]\ngiven = { path = \"../given\" }\n[[bin]]\nname = \"pi\"\npath = \"main/pi.rs\"\n";
        checkout.write("exercises/Cargo.toml", &manifest("exercises", exercises));
        checkout.write(
            "exercises/main/pi.rs",
            "#[path = \"../pi.rs\"]\nmod submission;\nfn main() {\n    print!(\"{}\", submission::submission());\n}\n",
        );
        checkout.write("exercises/pi.rs", student);
        checkout
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Builds; the result, and the steps that were told.
    pub(super) fn build(&self) -> (anyhow::Result<Built>, Vec<Step>) {
        let mut steps = Vec::new();
        let stop = AtomicBool::new(false);
        let built = build(&self.classroom, "pi", Submissions::Exercises, &stop, &mut |step| steps.push(step));
        (built, steps)
    }

    pub(super) fn errors(&self) -> Vec<Diagnostic> {
        let (built, steps) = self.build();
        let Built::Broken(diagnostics) = built.unwrap() else { panic!("it does not compile") };
        let told = |diagnostic: &Diagnostic| steps.contains(&Step::Diagnosed(diagnostic.clone()));
        assert!(diagnostics.iter().all(told), "everything was told as it came");
        diagnostics
    }
}

pub(super) const GOOD: &str = "pub fn submission() -> u64 {\n    given::number()\n}\n";

#[test]
fn a_program_that_compiles_is_there_and_runs() {
    let checkout = Checkout::new(GOOD);
    let (built, steps) = checkout.build();
    let Built::Program { executable, warnings } = built.unwrap() else { panic!("it compiles") };
    assert_eq!(warnings, []);
    assert_eq!(Command::new(executable).output().unwrap().stdout, b"7");
    let compiled: Vec<(usize, &str)> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Compiled { done, name, .. } => Some((*done, name.as_str())),
            Step::Diagnosed(_) => None,
        })
        .collect();
    assert_eq!(compiled, [(1, "given"), (2, "pi")]);
}

#[test]
fn an_old_file_is_built_all_the_same() {
    let checkout = Checkout::new(GOOD);
    let answer = || {
        let Built::Program { executable, .. } = checkout.build().0.unwrap() else { panic!("it compiles") };
        Command::new(executable).output().unwrap().stdout
    };
    assert_eq!(answer(), b"7");
    checkout.write("exercises/pi.rs", "pub fn submission() -> u64 {\n    given::number() + 1\n}\n");
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    fs::File::options().append(true).open(checkout.path("exercises/pi.rs")).unwrap().set_modified(long_ago).unwrap();
    assert_eq!(answer(), b"8");
    assert_eq!(answer(), b"8");
}

#[test]
fn errors_have_the_students_path_and_come_before_warnings() {
    let checkout = Checkout::new("use std::fs;\npub fn submission() -> u64 {\n    given::number() + \"a\"\n}\n");
    let diagnostics = checkout.errors();
    let levels: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.level.as_str()).collect();
    assert_eq!(levels.first(), Some(&"error"), "{diagnostics:?}");
    let first = &diagnostics[0];
    assert_eq!((first.file.as_deref(), first.line, first.column), (Some("exercises/pi.rs"), 3, 21));
    assert!(
        first.rendered.contains("exercises/pi.rs:3:21") && first.rendered.contains("\u{1b}["),
        "{}",
        first.rendered
    );
    assert_eq!(first.to_string(), format!("exercises/pi.rs:3:21: {}", first.message));
}

#[test]
fn warnings_do_not_hinder() {
    let checkout = Checkout::new(&format!("use std::fs;\n{GOOD}"));
    let Built::Program { warnings, .. } = checkout.build().0.unwrap() else { panic!("it compiles") };
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert_eq!((warnings[0].level.as_str(), warnings[0].file.as_deref()), ("warning", Some("exercises/pi.rs")));
}

#[test]
fn a_missing_last_line_and_a_missing_file_are_explained() {
    let checkout = Checkout::new("");
    let diagnostics = checkout.errors();
    let explained = |what: &str| diagnostics.iter().any(|diagnostic| diagnostic.message.contains(what));
    assert!(explained("let `problems::submit!(problems::pi, pi);` be its last line"), "{diagnostics:?}");

    fs::remove_file(checkout.path("exercises/pi.rs")).unwrap();
    let diagnostics = checkout.errors();
    let explained = |what: &str| diagnostics.iter().any(|diagnostic| diagnostic.message.contains(what));
    assert!(explained("git restore exercises/pi.rs"), "{diagnostics:?}");
}

#[test]
fn a_mistake_in_the_course_is_not_the_students() {
    let checkout = Checkout::new(GOOD);
    checkout.write("given/src/lib.rs", "pub fn number() -> u64 { \"seven\" }\n");
    let (built, steps) = checkout.build();
    let error = built.unwrap_err().to_string();
    assert!(error.starts_with("failed to build what pi needs:") && error.contains("mismatched types"), "{error}");
    assert!(!steps.iter().any(|step| matches!(step, Step::Diagnosed(_))), "{steps:?}");
}

#[test]
fn cargo_that_cannot_work_is_an_error_with_its_words() {
    let checkout = Checkout::new(GOOD);
    checkout.write("Cargo.lock", "this is no lock file");
    let error = checkout.build().0.unwrap_err().to_string();
    assert!(error.starts_with("cargo failed: error: ") && error.contains("git restore Cargo.lock"), "{error}");
}

#[test]
fn a_crate_that_was_never_fetched_is_an_error_with_the_mend() {
    let checkout = Checkout::new(GOOD);
    let manifest = checkout.path("exercises/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("[dependencies]", "[dependencies]\nno-crate-has-this-name-7 = \"7\"")).unwrap();
    let error = checkout.build().0.unwrap_err().to_string();
    assert!(error.contains("run `cargo fetch` here once"), "{error}");
}

#[test]
fn a_build_can_be_stopped() {
    let checkout = Checkout::new(GOOD);
    let built = build(&checkout.classroom, "pi", Submissions::Exercises, &AtomicBool::new(true), &mut |_| {}).unwrap();
    assert_eq!(built, Built::Stopped);
}

#[test]
fn warming_up_passes_over_what_does_not_compile_and_leaves_the_rest_done() {
    let checkout = Checkout::new("pub fn submission() -> u64 {\n    1 + \n}\n");
    let stop = AtomicBool::new(false);
    assert!(warm(&checkout.classroom, &stop, &mut |_| {}).unwrap());
    checkout.write("exercises/pi.rs", GOOD);
    assert!(matches!(checkout.build().0.unwrap(), Built::Program { .. }));
    assert!(!warm(&checkout.classroom, &AtomicBool::new(true), &mut |_| {}).unwrap(), "it was stopped");
}
