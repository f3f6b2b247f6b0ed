//! `grader assign`.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;

use super::{check::exercises, print};
use crate::{
    Classroom,
    assign::{self, Assigned, Standing},
    course::Exercise,
    exit_codes,
};

/// For instructors: make the starters in exercises/ from the solutions
///
/// Of a solution, students get everything outside of `// BEGIN SOLUTION` .. `// END SOLUTION`, and between these
/// what stands after `// STARTER: `.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  grader assign                       every starter that is not there yet
  grader assign pi --force            this one, whatever is in its place; that is kept in exercises/backup/
  grader assign --check               say whether the starters are what would be made; exit code 1 if not
  grader assign --export ../students  a repository for students, without solutions")]
pub(super) struct Assign {
    /// Which exercises; all of them when none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Replace files that are not the starter, and keep them in exercises/backup/
    #[arg(long, conflicts_with = "check")]
    force: bool,
    /// Change nothing; say which files are not the starter
    #[arg(long)]
    check: bool,
    /// Write a repository for students to this folder, which must be new or empty
    #[arg(long, value_name = "DIR", conflicts_with_all = ["check", "force", "names"])]
    export: Option<PathBuf>,
}

impl Assign {
    pub(super) fn execute(&self, classroom: &Classroom) -> anyhow::Result<u8> {
        if let Some(destination) = &self.export {
            return export(classroom, destination);
        }
        if !classroom.has_solutions() {
            bail!(
                "this is a student's repository: it has no solutions to make starters from. `grader reset NAME` restores one"
            );
        }
        let exercises = exercises(&classroom.course, &self.names)?;
        if self.check { check(classroom, &exercises) } else { self.assign(classroom, &exercises) }
    }

    fn assign(&self, classroom: &Classroom, exercises: &[&Exercise]) -> anyhow::Result<u8> {
        let mut refusals = Vec::new();
        for exercise in exercises {
            let name = &exercise.name;
            match assign::assign(classroom, exercise, self.force) {
                Ok(Assigned::AsItWas) => print(&format!("{name}: up to date\n"))?,
                Ok(Assigned::Written) => print(&format!("{name}: written\n"))?,
                Ok(Assigned::Replaced { backup }) => {
                    print(&format!("{name}: written; what was there is in {backup}\n"))?
                }
                Err(error) => refusals.push(format!("{error:#}")),
            }
        }
        if refusals.is_empty() { Ok(exit_codes::PASS) } else { bail!("{}", refusals.join("\nerror: ")) }
    }
}

fn check(classroom: &Classroom, exercises: &[&Exercise]) -> anyhow::Result<u8> {
    let mut code = exit_codes::PASS;
    for exercise in exercises {
        let standing = match assign::standing(classroom, exercise)? {
            Standing::Starter => "up to date",
            Standing::Changed => "not what the solution gives",
            Standing::Missing => "missing",
        };
        if standing != "up to date" {
            code = exit_codes::FAIL;
        }
        print(&format!("{}: {standing}\n", exercise.name))?;
    }
    Ok(code)
}

fn export(classroom: &Classroom, destination: &Path) -> anyhow::Result<u8> {
    let files = assign::export(classroom, destination)?;
    let place = destination.display();
    print(&format!(
        "{files} files for students in {place}: no solutions, no history.\nTo try it out: cd {place} && git init && .ci/run\n"
    ))?;
    Ok(exit_codes::PASS)
}
