//! `grader run` with the course's solutions: what the answer looks like, and a sweep.

use std::{fs, process::Command};

use super::{support::output_of, workshop::Workshop};

/// What the command says, when it succeeds.
fn run(arguments: &str) -> String {
    let workshop = Workshop::enter();
    let (copy, programs) = workshop.copy();
    let mut grader = Command::new(env!("CARGO_BIN_EXE_grader"));
    grader.arg("run").args(arguments.split(' ')).arg("--solutions").current_dir(copy.root);
    let output = output_of(grader.env("CARGO_TARGET_DIR", programs).env_remove("CLICOLOR_FORCE"));
    let text = format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{text}");
    text
}

#[test]
fn the_answer_is_drawn_as_text_and_as_png() {
    let folder = tempfile::tempdir().unwrap();
    let png = folder.path().join("julia.png");
    let text = run(&format!("julia --size 64 --png {}", png.display()));
    assert!(text.contains("the brighter, the more steps") && text.contains("rows 0 to 3"), "{text}");
    // Nothing but a terminal is written to in colours, so brightness is shown in shades.
    assert!(text.contains("▒▓") && !text.contains('\u{1b}') && !text.contains('▀'), "{text}");
    assert!(fs::read(&png).is_ok_and(|bytes| bytes.starts_with(b"\x89PNG")), "{text}");
}

#[test]
fn a_sweep_has_a_row_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let png = folder.path().join("sweep.png");
    let text = run(&format!("pi --sweep --size 1000002 --png {}", png.display()));
    for row in [["300", "3,334"], ["100,000", "11"], ["70,000,000", "1"]] {
        let has = |line: &str| row.iter().all(|cell| line.split_whitespace().any(|word| word == *cell));
        assert!(text.lines().any(has), "{row:?} is missing:\n{text}");
    }
    assert!(!text.contains("always the same"), "{text}");
    assert!(fs::read(&png).is_ok_and(|bytes| bytes.starts_with(b"\x89PNG")), "{text}");
}
