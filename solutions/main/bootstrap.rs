//! The course's main of the solution of `bootstrap`: it runs what `solutions/bootstrap.rs` submits.

use std::process::ExitCode;

#[path = "../bootstrap.rs"]
mod submission;

fn main() -> ExitCode {
    problems::harness::main(submission::submission())
}
