//! `grader run` with the course's solutions: what the answer looks like, and a sweep.

use std::{fs, path::Path};

use super::support::grader;

/// What the command says in this checkout, when it succeeds.
fn run(arguments: &str) -> String {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the checkout");
    let output = grader(checkout, &format!("run {arguments} --solutions"));
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
