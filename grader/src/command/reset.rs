//! `grader reset`.

use clap::Args;

use super::print;
use crate::{Classroom, exit_codes, reset};

/// Put the starter of an exercise back, and keep your version
///
/// Your version is kept in exercises/backup/, under a number; no older one is overwritten.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  grader reset pi")]
pub(super) struct Reset {
    /// Which exercise
    name: String,
}

impl Reset {
    pub(super) fn execute(&self, classroom: &Classroom) -> anyhow::Result<u8> {
        let exercise = classroom.course.find(&self.name)?;
        let assigned = reset::reset(classroom, exercise)?;
        print(&(reset::describe(&exercise.name, &assigned) + "\n"))?;
        Ok(exit_codes::PASS)
    }
}
