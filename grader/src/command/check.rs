//! `grader check`.

use std::sync::{Arc, atomic::AtomicBool};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum, value_parser};

use super::{print, progress::Ticker};
use crate::{
    Classroom, Submissions,
    check::{self, Options},
    course::{Course, Exercise},
    exit_codes,
    report::{json, text},
};

/// Say whether exercises are right and fast enough, and how many points they win
///
/// Each exercise is built, tried out on a small case, and then raced against the serial program: round after round, in
/// turn, each time in a fresh process with a fresh case. The median of the rounds counts.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  grader check              every exercise of the course
  grader check pi           one exercise
  grader check --solutions  the course's own solutions: what an instructor runs
  grader check --format json > report.json")]
pub(super) struct Check {
    /// Which exercises; all of them when none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Check the course's solutions, not your files
    #[arg(long)]
    solutions: bool,
    /// How to write the report; progress goes to standard error in any case
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// How many rounds to race at most; without it, as many as the course says
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=1000))]
    rounds: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs: {"exercises": [..]}
    Json,
}

impl Check {
    pub(super) fn execute(&self, classroom: &Classroom) -> anyhow::Result<u8> {
        let exercises = exercises(&classroom.course, &self.names)?;
        let submissions = submissions(classroom, self.solutions)?;
        let options = Options { submissions, rounds: self.rounds.map(usize::from), film: false, seed: None };
        let stop = stopped_by_signals()?;
        let mut reports = Vec::with_capacity(exercises.len());
        for exercise in exercises {
            let mut ticker = Ticker::new(&exercise.name);
            let checked = check::check(classroom, exercise, &options, &stop, &mut |progress| ticker.tell(&progress));
            ticker.clear();
            let Some(report) = checked? else { bail!("stopped before {} was checked", exercise.name) };
            if self.format == Format::Text {
                print(&(text::render(&report) + "\n"))?;
            }
            reports.push(report);
        }
        match self.format {
            Format::Text => print(&text::total(&reports))?,
            Format::Json => print(&json::render(&reports))?,
        }
        Ok(exit_codes::of(reports.iter().map(|report| report.verdict)))
    }
}

/// The exercises that are meant, each once; all of them when none is named.
pub(super) fn exercises<'a>(course: &'a Course, names: &[String]) -> anyhow::Result<Vec<&'a Exercise>> {
    if names.is_empty() {
        return Ok(course.exercises.iter().collect());
    }
    let mut exercises = Vec::new();
    for name in names {
        let exercise = course.find(name)?;
        if !exercises.contains(&exercise) {
            exercises.push(exercise);
        }
    }
    Ok(exercises)
}

/// Whose files `--solutions` means.
pub(super) fn submissions(classroom: &Classroom, solutions: bool) -> anyhow::Result<Submissions> {
    if solutions && !classroom.has_solutions() {
        bail!("this is a student's repository: it has no solutions. Without `--solutions`, your own files are meant");
    }
    Ok(if solutions { Submissions::Solutions } else { Submissions::Exercises })
}

/// Becomes true at the first Ctrl-C or request to end, so that the compiler and the children are ended as well. A second one
/// ends this process at once.
pub(super) fn stopped_by_signals() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // In this order: the first signal finds the flag unset, and sets it.
        signal_hook::flag::register_conditional_default(signal, Arc::clone(&stop))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&stop)))
            .context("failed to listen for Ctrl-C")?;
    }
    Ok(stop)
}
