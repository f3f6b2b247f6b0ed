//! `grader list` and `grader hint`: what stands in the course.

use anyhow::bail;
use clap::{Args, value_parser};

use super::print;
use crate::{
    Classroom,
    course::{Course, Exercise},
    exit_codes,
};

/// List the exercises in the order of the course
#[derive(Debug, Args)]
#[command(after_help = "Example:
  grader list")]
pub(super) struct List {}

impl List {
    pub(super) fn execute(&self, classroom: &Classroom) -> anyhow::Result<u8> {
        print(&table(&classroom.course))?;
        Ok(exit_codes::PASS)
    }
}

fn table(course: &Course) -> String {
    let width = course.exercises.iter().map(|exercise| exercise.name.len()).max().unwrap_or_default();
    let row = |exercise: &Exercise| {
        let Exercise { name, title, after, .. } = exercise;
        let after = if after.is_empty() { String::new() } else { format!(" (after {})", after.join(", ")) };
        format!("  {name:<width$}  {:>2} points  {title}{after}\n", exercise.rubric.max_points())
    };
    format!("{}\n{}", course.title, course.exercises.iter().map(row).collect::<String>())
}

/// Show a hint, the first or the one of that number
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  grader hint pi      the first hint, a nudge
  grader hint pi 2    the second one, which says more")]
pub(super) struct Hint {
    /// Which exercise
    name: String,
    /// Which hint, counted from 1; the last one is almost the answer
    #[arg(default_value_t = 1, value_parser = value_parser!(u16).range(1..))]
    number: u16,
}

impl Hint {
    pub(super) fn execute(&self, classroom: &Classroom) -> anyhow::Result<u8> {
        print(&hint(classroom.course.find(&self.name)?, self.number.into())?)?;
        Ok(exit_codes::PASS)
    }
}

fn hint(exercise: &Exercise, number: usize) -> anyhow::Result<String> {
    let Exercise { name, hints, .. } = exercise;
    let Some(hint) = hints.get(number - 1) else {
        match hints.len() {
            0 => bail!("{name} has no hints"),
            1 => bail!("{name} has one hint: grader hint {name}"),
            count => bail!("{name} has no hint {number}: its hints are numbered from 1 to {count}"),
        }
    };
    let next = match hints.len() - number {
        0 => String::new(),
        _ => format!("\nThe next one says more: grader hint {name} {}\n", number + 1),
    };
    Ok(format!("Hint {number} of {}\n\n{}\n{next}", hints.len(), hint.trim_end()))
}
