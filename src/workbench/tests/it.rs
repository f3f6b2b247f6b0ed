//! The real program, driven through a pseudo-terminal as a student drives it.

mod it {
    pub(super) mod classroom;
    mod killed;
    mod plain;
    pub(super) mod session;
    // It needs a solution, which a student's repository has not.
    // BEGIN SOLUTION
    mod solved;
    // END SOLUTION
}

use std::{fs, process::Command};

use crate::it::{classroom::Classroom, session::Session};

/// A cargo that fails at once, for tests in which nothing needs to be built.
const NO_CARGO: (&str, &str) = ("CARGO", "false");

#[test]
fn control_c_during_the_first_build_gives_the_terminal_back() {
    let classroom = Classroom::new("workbench-interrupted");
    let mut session = Session::start(&classroom, [80, 24], &["pi"], &[]);
    session.wait_for("the first build", |screen| screen.contains("first build"));
    session.press("\x03");
    assert_eq!(session.end(), 0);
}

#[test]
fn a_signal_gives_the_terminal_back() {
    let classroom = Classroom::new("workbench-terminated");
    let mut session = Session::start(&classroom, [80, 24], &[], &[NO_CARGO]);
    session.wait_for("the course", |screen| screen.contains("Course"));
    let killed = Command::new("kill").arg(session.process().to_string()).status().unwrap();
    assert!(killed.success());
    assert_eq!(session.end(), 0);
}

#[test]
fn an_editor_has_the_terminal_and_gives_it_back() {
    let classroom = Classroom::new("workbench-editor");
    // With an argument; it says back what is typed, until an empty line.
    let editor =
        "sh -c 'echo editing \"$@\"; while read line && test \"$line\"; do echo got \"$line.\"; done' sh --wait";
    let mut session = Session::start(&classroom, [80, 24], &["pi"], &[NO_CARGO, ("VISUAL", editor)]);
    session.wait_for("the course", |screen| screen.contains("Course"));
    session.press("e");
    session.wait_for("the editor", |screen| screen.contains("editing --wait") && screen.contains("exercises/pi.rs"));
    assert!(!session.alternate_screen() && !session.mouse());
    for line in 1..=20 {
        session.press(&format!("q{line}\r"));
        session.wait_for("what was typed", |screen| screen.contains(&format!("got q{line}.")));
    }
    session.press("\r");
    session.wait_for("the workbench", |screen| screen.contains("Course"));
    assert!(session.alternate_screen() && session.mouse());
    session.press("q");
    assert_eq!(session.end(), 0);
}

#[test]
fn every_screen_is_reached_by_its_number_and_by_a_click_and_left_by_escape() {
    let classroom = Classroom::new("workbench-screens");
    for size in [[80, 24], [120, 40], [200, 60]] {
        let mut session = Session::start(&classroom, size, &["pi"], &[NO_CARGO]);
        session.wait_for("the course", |screen| screen.contains("[1 Course]"));
        let names = ["Course", "Lesson", "Run", "Tasks", "Objects", "Picture", "Output", "Diff"];
        let mut left = 0;
        for (number, name) in (1..).zip(names) {
            let tab = format!("[{number} {name}]");
            session.press(&number.to_string());
            session.wait_for("its number to show it", |screen| screen.contains(&tab));
            session.press("?");
            session.wait_for("the help over it", |screen| screen.contains("Keys and signs"));
            session.press("\x1b");
            session.wait_for("the help to go", |screen| !screen.contains("Keys and signs"));
            session.press("1");
            session.wait_for("the course", |screen| screen.contains("[1 Course]"));
            // The terminal's way to tell of a click there and its end, counted from 1.
            session.press(&format!("\x1b[<0;{column};2M\x1b[<0;{column};2m", column = left + 3));
            session.wait_for("a click to show it", |screen| screen.contains(&tab));
            left += name.len() + 4;
        }
        session.press("\x1b");
        session.wait_for("the overview", |screen| screen.contains("[1 Course]") && screen.contains("q quit"));
        session.press("m");
        session.press("/juli");
        session.wait_for("one exercise", |screen| screen.contains("/ juli") && !screen.contains("k_means"));
        assert!(!session.mouse());
        session.press("\r");
        session.wait_for("julia", |screen| screen.contains(" julia: ") && screen.contains("[2 Lesson]"));
        session.press("q");
        assert_eq!(session.end(), 0);
    }
}

#[test]
fn without_an_editor_it_says_how_to_set_one() {
    let classroom = Classroom::new("workbench-no-editor");
    let mut session = Session::start(&classroom, [80, 24], &[], &[NO_CARGO, ("VISUAL", ""), ("EDITOR", "")]);
    session.wait_for("the course", |screen| screen.contains("Course"));
    session.press("e");
    session.wait_for("the mend", |screen| screen.contains("export EDITOR="));
    session.press("q");
    assert_eq!(session.end(), 0);
}

#[test]
fn without_a_terminal_it_says_what_to_run_instead() {
    let output = Command::new(env!("CARGO_BIN_EXE_parlings")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr), @"parlings: this is the workbench, and it needs an interactive terminal. `parlings --plain` does the same in lines, and `cargo grader check` checks once.");
}

#[test]
fn help_and_version_need_no_terminal() {
    for (argument, expected) in [("--help", "Usage: parlings [OPTIONS] [EXERCISE]"), ("--version", "parlings ")] {
        let output = Command::new(env!("CARGO_BIN_EXE_parlings")).arg(argument).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&output.stdout).contains(expected));
    }
}

#[test]
fn shells_complete_the_exercises_and_there_is_a_page_for_the_manual() {
    let classroom = Classroom::new("workbench-manual");
    let written = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_parlings"))
            .args(arguments)
            .current_dir(classroom.root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for shell in ["bash", "zsh", "fish"] {
        let script = written(&["completions", shell]);
        assert!(["plain", "reset", "julia", "bootstrap"].iter().all(|word| script.contains(word)), "{shell}: {script}");
    }
    let page = written(&["man"]);
    assert!(page.contains(".TH parlings 1") && page.contains("\\-\\-plain"), "{page}");
}

#[test]
fn the_first_start_greets_and_the_second_does_not() {
    let classroom = Classroom::brand_new("workbench-first-start");
    let mut session = Session::start(&classroom, [80, 24], &[], &[NO_CARGO]);
    session.wait_for("the greeting", |screen| screen.contains("Welcome to Parlings"));
    session.press("q");
    session.wait_for("the course", |screen| screen.contains("Course") && !screen.contains("Welcome"));
    session.press("q");
    assert_eq!(session.end(), 0);
    let mut session = Session::start(&classroom, [80, 24], &[], &[NO_CARGO]);
    session.wait_for("the course", |screen| screen.contains("Course"));
    assert!(!session.screen().contains("Welcome"));
    session.press("q");
    assert_eq!(session.end(), 0);
}

#[test]
fn a_terminal_without_utf8_gets_ascii_and_a_theme_stays_chosen() {
    let classroom = Classroom::new("workbench-ascii");
    let mut session = Session::start(&classroom, [80, 24], &[], &[NO_CARGO, ("LC_ALL", "POSIX")]);
    session.wait_for("the course", |screen| screen.contains("# Course ="));
    assert!(session.screen().is_ascii(), "{}", session.screen());
    session.press("t");
    session.press("q");
    assert_eq!(session.end(), 0);
    assert!(classroom.progress().contains("\"theme\": \"light\""), "{}", classroom.progress());
}

#[test]
fn what_cannot_be_opened_is_said_on_the_normal_screen() {
    let classroom = Classroom::new("workbench-unknown");
    let mut session = Session::start(&classroom, [80, 24], &["no_such_exercise"], &[NO_CARGO]);
    session.wait_for("the reason", |screen| screen.contains("there is no exercise `no_such_exercise`"));
    assert_eq!(session.end(), 2);
}

#[test]
fn a_reset_needs_no_terminal_and_keeps_what_was_written() {
    let classroom = Classroom::new("workbench-reset");
    let file = classroom.file("exercises/pi.rs");
    let starter = fs::read_to_string(&file).unwrap();
    fs::write(&file, "fn work() {}\n").unwrap();
    let reset = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_parlings")).args(arguments).current_dir(classroom.root()).output().unwrap()
    };
    let output = reset(&["reset", "pi"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let backup = said.trim().rsplit(' ').next().unwrap().trim_end_matches('.');
    assert!(
        said.starts_with("exercises/pi.rs is the starter again. Your version is kept in exercises/backup/pi."),
        "{said}"
    );
    assert_eq!(fs::read_to_string(classroom.file(backup)).unwrap(), "fn work() {}\n");
    assert_eq!(fs::read_to_string(&file).unwrap(), starter);

    let output = reset(&["reset", "tau"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("parlings: there is no exercise `tau`"), "{said}");
}
