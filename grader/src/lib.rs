//! Builds, runs, verifies and times a student's program, and says what it is worth.
//!
//! The data goes one way: a program is built ([`build`]), each of its runs is one fresh child process ([`child`]), runs
//! and baselines are raced in turn ([`race`]), and the bytes and times that come back are verified and judged
//! ([`judge`]) into a [`report::Report`]. [`check`] is that whole way; it tells its progress as it goes, so that the
//! command line and the workbench show the same thing. A student's code is never linked in here.

pub mod assign;
pub mod build;
pub mod check;
pub mod child;
pub mod command;
pub mod course;
pub mod drawing;
pub mod exit_codes;
pub mod judge;
pub mod manual;
pub mod race;
pub mod report;
pub mod reset;
pub mod scaffold;
pub mod verify;

mod classroom;
mod files;
mod nearest;

pub use classroom::{Classroom, Submissions};
/// For programs that check: they are started again as the baselines' children, and may show an answer's picture.
pub use problems::{film, harness::serve_given, picture};
