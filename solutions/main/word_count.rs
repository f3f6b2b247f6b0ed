//! The course's main of the solution of `word_count`: it runs what `solutions/word_count.rs` submits.

use std::process::ExitCode;

#[path = "../word_count.rs"]
mod submission;

fn main() -> ExitCode {
    problems::harness::main(submission::submission())
}
