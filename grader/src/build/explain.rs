//! What the compiler and cargo cannot know: how a message about the course's own files came about, and the mend.

use super::Diagnostic;

/// As the compiler begins a help.
const HELP: &str = "\u{1b}[1m\u{1b}[36mhelp\u{1b}[0m";

const SAFE: &str = "every exercise can be solved without it; let tasks take arguments and return results";

/// The message, with the cause and the mend in its place where it is about a file or a function that the student did
/// not write, and with the mend behind it where the compiler only forbids.
pub(super) fn diagnostic(diagnostic: Diagnostic, package: &str) -> Diagnostic {
    if diagnostic.level == "error" && diagnostic.message.contains("`unsafe`") {
        return Diagnostic {
            message: format!("{}: {SAFE}", diagnostic.message),
            rendered: format!("{}{HELP}: {SAFE}\n", diagnostic.rendered),
            ..diagnostic
        };
    }
    let Some(exercise) = diagnostic.file.as_deref().and_then(exercise) else { return diagnostic };
    let (file, message) = (format!("{package}/{exercise}.rs"), &diagnostic.message);
    let cause_and_mend = if message.contains("cannot find function `submission`") {
        format!(
            "it does not say which function is the answer: let `problems::submit!(problems::{exercise}, {exercise});` be its \
             last line"
        )
    } else if message.starts_with("couldn't read") && message.contains("UTF-8") {
        "it is not UTF-8 text: save it as UTF-8 in your editor".to_owned()
    } else if message.starts_with("couldn't read") {
        format!("it cannot be read: `git restore {file}` brings it back as it was committed last")
    } else {
        return diagnostic;
    };
    Diagnostic {
        rendered: format!("{}{HELP}: {file}: {cause_and_mend}\n", diagnostic.rendered),
        message: cause_and_mend,
        file: Some(file),
        line: 0,
        column: 0,
        ..diagnostic
    }
}

/// The exercise whose main stands in `file`.
fn exercise(file: &str) -> Option<&str> {
    file.rsplit('/').next()?.strip_suffix(".rs")
}

/// Why a program could not be linked.
pub(super) fn linker_failure(message: &str) -> String {
    format!(
        "{message}\nRust needs the system's linker: install it with `sudo apt install build-essential`, or the like of \
         your system"
    )
}

/// Why cargo gave up before any compiler said something. `ran` is what was run, and how it ended.
pub(super) fn cargo_failure(ran: &str, stderr: &str) -> String {
    if stderr.trim().is_empty() {
        return format!("cargo failed and did not say why: {ran}. Run it by hand to see more");
    }
    let from_error = stderr.find("error").map_or(stderr, |start| &stderr[start..]).trim();
    let offline = ["--offline", "offline mode", "attempting to make an HTTP request"];
    let unwritable = ["Permission denied", "Read-only file system", "failed to create directory"];
    let mend = if offline.iter().any(|sign| from_error.contains(sign)) {
        "\nBuilds for grading use no network: run `cargo fetch` here once"
    } else if from_error.contains("No space left on device") {
        "\nThe disk is full: make room. `cargo clean` here removes all that was built, and it is built anew"
    } else if unwritable.iter().any(|sign| from_error.contains(sign)) {
        "\nCargo writes into `target` here and into its own home: make both writable"
    } else if from_error.contains("lock file") {
        "\n`git restore Cargo.lock` brings the lock file back"
    } else {
        ""
    };
    format!("cargo failed: {from_error}{mend}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(message: &str, file: &str) -> Diagnostic {
        Diagnostic {
            level: "error".to_owned(),
            message: message.to_owned(),
            file: Some(file.to_owned()),
            line: 1,
            column: 1,
            rendered: String::new(),
        }
    }

    #[test]
    fn a_missing_last_line_is_explained() {
        let seen = error("cannot find function `submission` in module `submission`", "exercises/main/pi.rs");
        let told = diagnostic(Diagnostic { rendered: "as rustc says it\n".to_owned(), ..seen }, "exercises");
        assert_eq!(
            told.to_string(),
            "exercises/pi.rs: it does not say which function is the answer: let `problems::submit!(problems::pi, pi);` be its \
             last line"
        );
        assert!(told.rendered.starts_with("as rustc says it\n"), "{told:?}");
    }

    #[test]
    fn what_is_unsafe_has_its_mend() {
        let told = diagnostic(error("usage of an `unsafe` block", "exercises/pi.rs"), "exercises");
        assert_eq!(told.message, format!("usage of an `unsafe` block: {SAFE}"));
        assert!(told.rendered.ends_with(&format!(": {SAFE}\n")), "{told:?}");
    }

    #[test]
    fn ordinary_errors_need_no_explanation() {
        let ordinary = error("mismatched types", "exercises/pi.rs");
        assert_eq!(diagnostic(ordinary.clone(), "exercises"), ordinary);
    }

    #[test]
    fn cargo_failures_name_the_mend() {
        let unfetched = "  Downloading\nerror: no matching package named `x` found\nAs a reminder, you're using offline mode (--offline)";
        assert!(cargo_failure("", unfetched).starts_with("cargo failed: error: no matching package"));
        assert!(cargo_failure("", unfetched).contains("cargo fetch"));
        assert!(cargo_failure("", "error: Permission denied (os error 13)").contains("writable"));
        assert!(
            cargo_failure("", "error: failed to write x\n\nNo space left on device (os error 28)")
                .contains("make room")
        );
        assert_eq!(cargo_failure("", "error: it is Monday"), "cargo failed: error: it is Monday");
        assert_eq!(
            cargo_failure("`cargo build` ended with exit status: 7", " \n"),
            "cargo failed and did not say why: `cargo build` ended with exit status: 7. Run it by hand to see more"
        );
    }
}
