//! The course's main of the exercise `scaffold_name`: it runs what `exercises/scaffold_name.rs` submits.

use std::process::ExitCode;

#[path = "../scaffold_name.rs"]
mod submission;

fn main() -> ExitCode {
    problems::harness::main(submission::submission())
}
