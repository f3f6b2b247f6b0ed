//! The command line of `grader`: what can be asked for, and how the answers are printed.
//!
//! Answers go to standard output; progress and errors go to standard error. Colours appear on a terminal alone, and not
//! where `NO_COLOR` is set.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::{Classroom, exit_codes, manual};

mod assign;
mod check;
mod new;
mod picture;
mod progress;
mod reset;
mod run;
mod show;
mod stream;
mod verify;

/// What `--help` says of the exit codes in [`exit_codes`].
const AFTER_HELP: &str = "\
Names can be shortened: `pi` is also found as `p` while no other exercise begins so.

Exit codes:
  0  every exercise passes, or the command did what it was asked for
  1  an exercise does not pass
  2  the tool could not do its work
  3  nothing fails, but the machine was too busy to tell for at least one exercise

Example: grader check pi";

/// Builds, runs and times your programs, and says what they are worth.
#[derive(Debug, Parser)]
#[command(name = "grader", version, after_help = AFTER_HELP)]
struct Arguments {
    /// The clone of the course; without it, this folder or the nearest above it that has a course.
    #[arg(long, global = true, value_name = "DIR")]
    course: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Run(run::Run),
    List(show::List),
    Hint(show::Hint),
    Reset(reset::Reset),
    Assign(assign::Assign),
    Verify(verify::Verify),
    New(new::New),
    /// Write what a shell needs to complete the words of this command
    ///
    /// For instance: grader completions fish > ~/.config/fish/completions/grader.fish
    Completions {
        /// Which shell
        shell: manual::Shell,
    },
    /// Write the manual page: grader man | man -l -
    Man,
}

/// Does what the command line of this process says.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(usage) => {
            // Without a terminal to write to, the exit code still tells.
            let _ = usage.print();
            return ExitCode::from(if usage.use_stderr() { exit_codes::ERROR } else { exit_codes::PASS });
        }
    };
    match arguments.execute() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let title = crate::report::text::paint(anstyle::AnsiColor::Red.on_default().bold(), "error:");
            let _ = writeln!(anstream::stderr(), "{title} {error:#}");
            ExitCode::from(exit_codes::ERROR)
        }
    }
}

impl Arguments {
    fn execute(&self) -> anyhow::Result<u8> {
        let start = self.course.as_deref().unwrap_or(".".as_ref());
        match &self.command {
            Command::Check(check) => check.execute(&Classroom::find(start)?),
            Command::Run(run) => run.execute(&Classroom::find(start)?),
            Command::List(list) => list.execute(&Classroom::find(start)?),
            Command::Hint(hint) => hint.execute(&Classroom::find(start)?),
            Command::Reset(reset) => reset.execute(&Classroom::find_unfinished(start)?),
            Command::Assign(assign) => assign.execute(&Classroom::find_unfinished(start)?),
            Command::Verify(verify) => verify.execute(&Classroom::find_unfinished(start)?),
            Command::New(new) => new.execute(&Classroom::find_unfinished(start)?),
            Command::Completions { shell } => {
                let course = Classroom::find_unfinished(start);
                write(&manual::completions(Self::command(), *shell, course.as_ref().ok()))
            }
            Command::Man => write(&manual::page(Self::command())),
        }
    }
}

/// Writes an answer to standard output. A reader that has seen enough (`grader list | head -1`) is no error.
fn print(text: &str) -> anyhow::Result<()> {
    written(anstream::stdout().lock().write_all(text.as_bytes()))
}

/// Writes bytes for another program, as they are.
fn write(bytes: &[u8]) -> anyhow::Result<u8> {
    written(io::stdout().lock().write_all(bytes))?;
    Ok(exit_codes::PASS)
}

fn written(result: io::Result<()>) -> anyhow::Result<()> {
    match result.and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(anyhow::Error::new(error).context("failed to write to standard output"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
