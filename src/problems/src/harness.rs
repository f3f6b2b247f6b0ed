//! The child's side of a run: it owns the runtime, makes the input, and runs the student's function on it.
//!
//! A program that is started by the grader speaks the [`protocol`](crate::protocol) on its standard input; started by hand
//! it runs once against the serial baseline and prints what came out. Limits, clocks and verdicts are the parent's business.

use std::process::ExitCode;

use parlings::{Runtime, TaskError};

use crate::{Case, Given, Problem, Wire, protocol::CHILD_FLAG};

mod alone;
mod child;
mod outcome;

/// The exit code of a child that said everything, and of a run by hand with a right answer.
pub const EXIT_DONE: u8 = 0;

/// The exit code of a run by hand whose answer is wrong or missing.
pub const EXIT_NOT_RIGHT: u8 = 1;

/// The exit code where no run took place: the command line, the parent's frames or the runtime were not in order.
pub const EXIT_NO_RUN: u8 = 2;

/// A student's answer to a problem. Made by [`submit!`](crate::submit).
pub struct Submission {
    problem: &'static dyn Given,
    prepare: Box<dyn Fn(&Case) -> Attempt + Send>,
}

/// A run whose input is made.
type Attempt = Box<dyn FnOnce() -> Result<Vec<u8>, TaskError> + Send>;

/// What a student's function may return for a result `T`: the bare value, or a `Result` of it, so that `?` can be used.
#[diagnostic::on_unimplemented(
    message = "the function returns `{Self}`, but the exercise asks for `{T}` or `Result<{T}, TaskError>`",
    label = "this function's result is of another type"
)]
pub trait Answer<T> {
    /// The value, or why there is none.
    ///
    /// # Errors
    /// The error of the task that failed.
    fn into_result(self) -> Result<T, TaskError>;
}

impl<T> Answer<T> for T {
    fn into_result(self) -> Result<T, TaskError> {
        Ok(self)
    }
}

impl<T> Answer<T> for Result<T, TaskError> {
    fn into_result(self) -> Result<T, TaskError> {
        self
    }
}

impl Submission {
    /// The answer `function` to `problem`. Called by the `submission` function of each problem's module.
    pub fn new<P: Problem, A: Answer<P::Output>>(
        problem: &'static P,
        function: impl Fn(P::Input) -> A + Send + Copy + 'static,
    ) -> Self {
        let prepare = move |case: &Case| -> Attempt {
            let input = problem.input(case);
            Box::new(move || Ok(function(input).into_result()?.to_bytes()))
        };
        Self { problem, prepare: Box::new(prepare) }
    }
}

/// The main of an exercise: `mod submission;` and `fn main() -> ExitCode { problems::harness::main(submission::submission()) }`.
///
/// With [`CHILD_FLAG`] as first argument it speaks the protocol on standard input. Without, it runs the
/// program once against the serial baseline and prints what came out; `--size N`, `--seed N` and `--workers N` choose the run.
#[must_use]
pub fn main(submission: Submission) -> ExitCode {
    let arguments = arguments();
    let builder = Runtime::builder().exclusive();
    if arguments.first().is_some_and(|first| first == CHILD_FLAG) {
        return child::main(Some(builder), submission.prepare);
    }
    alone::main(&submission, builder, &arguments)
}

/// The grader's own children: if this process was started as `PROGRAM --parlings-child serial|probe NAME`, runs that
/// baseline or probe over the protocol and returns its exit code; otherwise returns `None` at once.
#[must_use]
pub fn serve_given() -> Option<ExitCode> {
    let arguments = arguments();
    let (flag, part) = arguments.split_first()?;
    if flag != CHILD_FLAG {
        return None;
    }
    let found = match part {
        [part, name] => crate::find(name).map(|problem| (part.as_str(), problem)),
        _ => None,
    };
    Some(match found {
        Some(("serial", problem)) => child::main(None, move |case: &Case| attempt(problem.serial(case))),
        Some(("probe", problem)) => {
            child::main(Some(Runtime::builder().exclusive()), move |case: &Case| attempt(problem.probe(case)))
        }
        _ => {
            eprintln!("{CHILD_FLAG} needs `serial` or `probe` and the name of a problem; got {part:?}");
            ExitCode::from(EXIT_NO_RUN)
        }
    })
}

/// Given work fails by panics alone.
fn attempt(prepared: crate::Prepared) -> Attempt {
    Box::new(move || Ok(prepared()))
}

fn arguments() -> Vec<String> {
    std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect()
}
