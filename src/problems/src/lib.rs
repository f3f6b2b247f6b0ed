//! The given half of each exercise: input, kernel, serial baseline, verifier, picture. And the harness that runs one.
//!
//! A [`Problem`] is one exercise's given half, written with types; [`Given`] is the same seen from the grader, which
//! handles bytes. [`protocol`] is what parent and child say to each other, [`harness`] the child's side of it.
//!
//! # How a problem is made
//!
//! A problem is a module of the exercise's name, with these parts; [`pi`] is the model.
//!
//! | Part | What it is |
//! |---|---|
//! | the kernel | The work itself, on any part of the whole: one public function, `#[inline(never)]`, whose parameters are known only at run time. The baseline, the probe and the student all call it, so the compiler cannot favour one of them. Random numbers come from [`random`], keyed by the smallest unit of work: then no cut changes the answer. |
//! | the input | [`Problem::input`] makes it from a [`Case`] alone, before the clock runs. The number of [units](Problem::units) varies with the seed and divides by nothing, so that a forgotten remainder shows. |
//! | the baseline | [`Problem::serial`], a loop around the kernel: the best that one thread can do. |
//! | the probe's piece | [`Problem::piece`], the same work with nothing to share or to join. What the machine gives for it is the most that can be asked of a student. |
//! | the verifier | [`Problem::verify`] compares, exactly where it can, and turns a mismatch into one message: what was seen, the cause, the mend. It finds the cause by computing what each usual mistake would have given. |
//! | the picture | [`Problem::picture`] says what to draw; who shows it decides how. [`Problem::film`] draws the run before its answer is there; a problem may do without. |
//! | the submission | A function `submission` that takes the student's function and makes a [`Submission`](harness::Submission): its argument fixes the signature, and [`submit!`] calls it. |
//!
//! Then one line in [`ALL`], and the files that students see: lesson and starter, solution, and the exercise's
//! entry in the course.

pub mod bootstrap;
pub mod film;
pub mod harness;
pub mod julia;
pub mod k_means;
pub mod pi;
pub mod picture;
pub mod protocol;
pub mod random;
pub mod word_count;

mod given;
mod problem;
mod runs;
mod wire;

pub use given::{Given, Prepared};
pub use problem::{Case, Clock, Problem};
pub use wire::Wire;

/// Every problem of the course, in no particular order; the course's order is the business of `course.yaml`.
pub const ALL: &[&dyn Given] =
    &[&bootstrap::Bootstrap, &julia::Julia, &k_means::KMeans, &pi::Pi, &word_count::WordCount];

/// The problem of that name.
///
/// ```
/// assert_eq!(problems::find("pi").map(|problem| problem.name()), Some("pi"));
/// assert!(problems::find("tau").is_none());
/// ```
#[must_use]
pub fn find(name: &str) -> Option<&'static dyn Given> {
    ALL.iter().copied().find(|problem| problem.name() == name)
}

/// Names the answer to an exercise: the problem, and the function that solves it.
///
/// It stands last in a student's file. A function whose parameters or result are not the problem's fails to compile
/// on this line. The function may return the bare result or a `Result<_, TaskError>` of it.
///
/// ```
/// use parlings::prelude::*;
///
/// pub fn pi(seed: u64, darts: u64) -> u64 {
///     problems::pi::hits(seed, 0..darts)
/// }
///
/// problems::submit!(problems::pi, pi);
/// # fn main() { let _ = submission(); }
/// ```
///
/// ```compile_fail
/// pub fn pi(darts: u64) -> u64 { darts }
/// problems::submit!(problems::pi, pi);
/// # fn main() { let _ = submission(); }
/// ```
#[macro_export]
macro_rules! submit {
    ($($problem:ident)::+, $function:path $(,)?) => {
        /// The answer of this file, for the course's main.
        #[must_use]
        pub fn submission() -> $crate::harness::Submission {
            $($problem)::+::submission($function)
        }
    };
}
