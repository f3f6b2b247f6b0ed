//! The course's main of the solution of `pi`: it runs what `solutions/pi.rs` submits.

use std::process::ExitCode;

#[path = "../pi.rs"]
mod submission;

fn main() -> ExitCode {
    problems::harness::main(submission::submission())
}
