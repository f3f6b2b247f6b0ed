//! The course's main of the solution of `julia`: it runs what `solutions/julia.rs` submits.

use std::process::ExitCode;

#[path = "../julia.rs"]
mod submission;

fn main() -> ExitCode {
    problems::harness::main(submission::submission())
}
