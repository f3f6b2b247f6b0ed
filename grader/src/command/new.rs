//! `grader new`.

use clap::Args;

use super::print;
use crate::{Classroom, exit_codes, scaffold};

/// For instructors: add an exercise, with all of its files, to the course
///
/// What it adds compiles and runs, and says `TODO` where something is to be written; `grader verify NAME` lists what is missing.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  grader new prefix_sum")]
pub(super) struct New {
    /// What the exercise is called: lower-case letters, digits and `_`
    name: String,
}

impl New {
    pub(super) fn execute(&self, classroom: &Classroom) -> anyhow::Result<u8> {
        let files = scaffold::scaffold(classroom, &self.name)?;
        let files: String = files.iter().map(|file| format!("  {file}\n")).collect();
        print(&format!("{files}Write what says TODO; `cargo grader verify {}` lists what is missing.\n", self.name))?;
        Ok(exit_codes::PASS)
    }
}
