//! The course's main of the exercise `bootstrap`: it runs what `exercises/bootstrap.rs` submits.

use std::process::ExitCode;

#[path = "../bootstrap.rs"]
mod submission;

fn main() -> ExitCode {
    problems::harness::main(submission::submission())
}
