//! `exercises/course.yaml`: order, prerequisites, points, hints, sizes, limits, rubric. The only module that reads it.
//!
//! Reading has two steps: serde gives the types below their values, then the rules look for what types cannot say (a
//! prerequisite that does not exist, a share above one). A mistake found in either step is a [`CourseError`], which shows
//! the line and how to mend it.

use std::path::Path;

use serde::Deserialize;

use crate::nearest::nearest;

mod error;
mod knob;
mod place;
mod rules;

pub use error::CourseError;
pub use knob::{Knob, KnobKind, graded_workers};
pub use place::Place;

/// Where the course is described, from the root of the checkout.
pub const FILE: &str = "exercises/course.yaml";

/// The course: its exercises in the order of the default path.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// What the course is called.
    pub title: String,
    /// In order.
    pub exercises: Vec<Exercise>,
}

/// One exercise, as the course describes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Its name: that of its file, its problem and its program.
    pub name: String,
    /// What it teaches, in a few words.
    pub title: String,
    /// The part of the course that it belongs to, whatever the order of exercises is; none where that has no parts.
    #[serde(default)]
    pub chapter: Option<String>,
    /// Names of exercises that come before it.
    #[serde(default)]
    pub after: Vec<String>,
    /// How large the problem is.
    pub sizes: Sizes,
    /// What a run may use.
    pub limits: Limits,
    /// Rounds of the race.
    pub rounds: usize,
    /// What a sweep can vary.
    #[serde(default)]
    pub knobs: Vec<Knob>,
    /// From a nudge to almost the answer.
    pub hints: Vec<String>,
    /// What the points are given for.
    pub rubric: Rubric,
}

/// Sizes in the problem's own units.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sizes {
    /// For the try-out after each save, and for looking at tasks one by one.
    pub small: u64,
    /// For the race.
    pub graded: u64,
}

/// What a run may use before it is ended.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Wall time from the start signal.
    pub seconds: f64,
    /// Memory.
    pub megabytes: u64,
}

/// What the points are given for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rubric {
    /// Points for a right answer from shared work.
    pub correct: u32,
    /// Points for how the work was shared.
    pub structure: Vec<Structure>,
    /// Points for speed: all at the threshold, one halfway there.
    pub speed: u32,
    /// The threshold, as a share of what the probe gives.
    pub share: f64,
}

/// A point or two for something that the record shows: a measure with its bounds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Structure {
    /// What is measured.
    pub measure: Measure,
    /// The least that earns the points.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// The most that earns the points.
    #[serde(default)]
    pub at_most: Option<f64>,
    /// What it is worth.
    pub points: u32,
    /// What is asked, for people.
    pub text: String,
}

/// What can be measured in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Mean length of a task, in microseconds.
    MeanTaskMicroseconds,
    /// Tasks.
    Tasks,
    /// Tasks divided by workers.
    TasksPerWorker,
    /// Tasks that take no other task's result.
    FirstTasks,
    /// The longest task's work, as a part of what each worker would do if all did the same.
    LongestTaskShare,
    /// Runs of waits for results with no submission in between.
    GetPhases,
    /// Stored values.
    Puts,
    /// Values stored by somebody who had waited for results before. Above every bound where nothing is stored at all.
    LatePuts,
    /// Levels of the reduction beyond those of a balanced tree over as many first results. Results that one waiter gets together
    /// count as folded one by one.
    ExcessDepth,
}

/// What a course has to agree with outside of its own file.
pub struct Surroundings<'a> {
    /// The names of the problems that can be exercises.
    pub problems: Vec<&'a str>,
    /// Whether the checkout has this file, named from its root.
    pub has_file: &'a dyn Fn(&str) -> bool,
}

impl Course {
    /// Reads the course of the checkout at `root`.
    ///
    /// # Errors
    /// The first mistake in the file, with its place and the mend.
    pub fn read(root: &Path) -> Result<Self, CourseError> {
        Self::read_with(root, &|file| root.join(file).is_file())
    }

    /// Reads the course of a checkout in which exercises may lack their files.
    ///
    /// # Errors
    /// The first mistake in the file, with its place and the mend.
    pub fn read_unfinished(root: &Path) -> Result<Self, CourseError> {
        Self::read_with(root, &|_| true)
    }

    fn read_with(root: &Path, has_file: &dyn Fn(&str) -> bool) -> Result<Self, CourseError> {
        let text = std::fs::read_to_string(root.join(FILE)).map_err(|error| {
            let problem = format!("failed to read {FILE}: {error}");
            CourseError { problem, place: None, mend: format!("restore it with `git checkout {FILE}`") }
        })?;
        let problems = problems::ALL.iter().map(|problem| problem.name()).collect();
        Self::parse(&text, &Surroundings { problems, has_file })
    }

    /// Reads the text of a `course.yaml`.
    ///
    /// # Errors
    /// The first mistake in it, with its place and the mend.
    pub fn parse(text: &str, surroundings: &Surroundings) -> Result<Self, CourseError> {
        let course = serde_yaml::from_str(text).map_err(|error| CourseError::from_yaml(&error, text))?;
        rules::check(&course, text, surroundings)?;
        Ok(course)
    }

    /// The exercise of that name, or the only one whose name begins so.
    ///
    /// # Errors
    /// There is no such exercise, or more than one.
    pub fn find(&self, name: &str) -> Result<&Exercise, NameError> {
        if let Some(exact) = self.exercises.iter().find(|exercise| exercise.name == name) {
            return Ok(exact);
        }
        let begins_so = |exercise: &&Exercise| !name.is_empty() && exercise.name.starts_with(name);
        match self.exercises.iter().filter(begins_so).collect::<Vec<_>>()[..] {
            [only] => Ok(only),
            [] => Err(NameError::Unknown { name: name.to_owned(), mend: self.suggestion(name) }),
            ref several => {
                Err(NameError::Ambiguous { name: name.to_owned(), candidates: names(several.iter().copied()) })
            }
        }
    }

    fn suggestion(&self, name: &str) -> String {
        match nearest(name, self.exercises.iter().map(|exercise| exercise.name.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the exercises are {}", names(&self.exercises)),
        }
    }
}

fn names<'a>(exercises: impl IntoIterator<Item = &'a Exercise>) -> String {
    list(exercises.into_iter().map(|exercise| exercise.name.as_str()))
}

/// Words as they stand in a sentence, each in backticks.
pub(crate) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

impl Rubric {
    /// All points that can be won.
    #[must_use]
    pub fn max_points(&self) -> u32 {
        self.correct + self.structure.iter().map(|part| part.points).sum::<u32>() + self.speed
    }
}

/// A name that stands for no exercise, or for more than one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No exercise is called so or begins so.
    #[error("there is no exercise `{name}`: {mend}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The nearest name, or all of them.
        mend: String,
    },
    /// Several exercises begin so.
    #[error("`{name}` is short for more than one exercise: {candidates}; write one more letter or two")]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// Which it may be.
        candidates: String,
    },
}
