//! The `grader` command. It is also the program that runs the serial baselines and the probe, as a child of itself.

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(code) = problems::harness::serve_given() {
        return code;
    }
    grader::command::main()
}
