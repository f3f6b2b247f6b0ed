//! The course's main of the exercise `julia`: it runs what `exercises/julia.rs` submits.

use std::process::ExitCode;

#[path = "../julia.rs"]
mod submission;

fn main() -> ExitCode {
    problems::harness::main(submission::submission())
}
