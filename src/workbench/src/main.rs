//! The program `parlings`: the workbench, and the serial baselines that it is its own child for.

use std::process::ExitCode;

fn main() -> ExitCode {
    // A race needs a fresh process for each baseline too; the workbench starts itself again for that.
    if let Some(code) = grader::serve_given() {
        return code;
    }
    workbench::run()
}
