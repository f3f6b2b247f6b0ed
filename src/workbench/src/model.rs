//! Everything that the workbench shows, and nothing else: no files, no threads, no clock.

mod check;
mod diff;
mod objects;
mod output;
mod stream;
mod sweep;

use std::time::Duration;

use grader::course::{Course, Exercise};
use ratatui::layout::Size;

pub use self::{
    check::{Check, Compiled, Race, Step, Tried},
    diff::{Against, Comparison, Diff, DiffLine, Side, Versions},
    objects::{ObjectRow, Objects},
    output::{Output, OutputLine},
    stream::{Cell, Fill, Stream, Window},
    sweep::{Sweep, SweepStep},
};
use crate::{
    effect::Effect,
    look::Look,
    progress::{Progress, State},
};

/// The part of the screen that the keys move in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// The list of exercises.
    #[default]
    Course,
    /// The open exercise's lesson.
    Lesson,
    /// What its last check says.
    Result,
    /// What its tasks did.
    Stream,
}

impl Pane {
    /// In the order of the Tab key.
    pub const ALL: [Self; 4] = [Self::Course, Self::Lesson, Self::Result, Self::Stream];
}

/// What lies over the panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// All keys.
    Help,
    /// The hints taken so far.
    Hints,
    /// What the program's answer looks like.
    Picture,
    /// Its time against the number that is varied.
    Sweep,
    /// What it printed.
    Output,
    /// The objects of its last run.
    Objects,
    /// The file beside another version of it.
    Diff,
    /// What this is, the first time.
    Welcome,
}

/// The first build: of what every exercise needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preparing {
    /// How far it is; `None` while nothing had to be compiled.
    pub compiled: Option<Compiled>,
    /// The student has saved meanwhile, and waits.
    pub saved: bool,
}

/// How far a text is scrolled, in lines, by what is scrolled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scroll {
    /// The lesson.
    pub lesson: usize,
    /// The result.
    pub result: usize,
    /// The hints or the help, whichever lies over the panes.
    pub overlay: usize,
}

/// The state of the workbench.
#[derive(Clone, Debug)]
pub struct Model {
    /// The course, as its file describes it. It has an exercise at least.
    pub course: Course,
    /// What the student has reached, in this session and before.
    pub progress: Progress,
    /// Time since the workbench was opened.
    pub now: Duration,
    /// The terminal's columns and rows.
    pub size: Size,
    /// Where the keys go.
    pub focus: Pane,
    /// The pane with the keys has the whole screen.
    pub zoomed: bool,
    /// What lies over the panes.
    pub overlay: Option<Overlay>,
    /// The line of the course list that the cursor is on.
    pub cursor: usize,
    /// The exercise that is open, by its place in the course.
    pub open: usize,
    /// Its lesson in Markdown, or why there is none.
    pub lesson: Result<String, String>,
    /// How far the texts are scrolled.
    pub scroll: Scroll,
    /// The part of the run that the task stream shows.
    pub window: Window,
    /// The check that goes on, or the last one.
    pub check: Check,
    /// The sweep that goes on, or the last one of the program as it is.
    pub sweep: Sweep,
    /// The open exercise's file beside other versions of it.
    pub diff: Diff,
    /// The first build, while it goes on. Checks wait for it: a build that is stopped has to begin again.
    pub preparing: Option<Preparing>,
    /// What went wrong outside and the student should know. The next key takes it away.
    pub troubles: Vec<String>,
    /// Nothing more can be typed: the workbench is left when nothing goes on any more.
    pub leaving: bool,
    /// How the terminal shows it.
    pub look: Look,
}

impl Model {
    /// The workbench as it is opened, and what it wants done first. `open` is the name of an exercise;
    /// without it the exercise of last time is opened, or the first that is not solved.
    #[must_use]
    pub fn new(course: Course, progress: Progress, open: Option<&str>, size: Size) -> (Self, Vec<Effect>) {
        let named = |name: &str| course.exercises.iter().position(|exercise| exercise.name == name);
        let unsolved =
            || course.exercises.iter().position(|exercise| progress.of(&exercise.name).state != State::Solved);
        let open = open.or(progress.last.as_deref()).and_then(named).or_else(unsolved).unwrap_or(0);
        let mut model = Self {
            course,
            progress,
            now: Duration::ZERO,
            size,
            focus: Pane::default(),
            zoomed: false,
            overlay: None,
            cursor: open,
            open,
            lesson: Ok(String::new()),
            scroll: Scroll::default(),
            window: Window::default(),
            check: Check::new(0, Duration::ZERO),
            sweep: Sweep::default(),
            diff: Diff::default(),
            preparing: Some(Preparing::default()),
            troubles: Vec::new(),
            leaving: false,
            look: Look::default(),
        };
        let mut effects = vec![Effect::Prepare];
        effects.extend(model.open(open));
        (model, effects)
    }

    /// The exercise that is open.
    #[must_use]
    pub fn exercise(&self) -> &Exercise {
        &self.course.exercises[self.open]
    }

    /// Something goes on that the screen shows as it moves.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.preparing.is_some() || self.check.running() || self.sweep.running()
    }

    /// Hints of the open exercise that the student has taken.
    #[must_use]
    pub fn hints(&self) -> &[String] {
        let hints = &self.exercise().hints;
        &hints[..self.progress.of(&self.exercise().name).hints.min(hints.len())]
    }

    /// Opens the exercise at a place of the course: its lesson is read, its file watched and checked.
    pub fn open(&mut self, place: usize) -> Vec<Effect> {
        self.open = place;
        self.lesson = Ok(String::new());
        self.scroll = Scroll::default();
        self.window = Window::default();
        self.sweep.forget();
        self.diff = Diff { asked: self.diff.asked + 1, ..Diff::default() };
        let name = self.exercise().name.clone();
        let mut effects = vec![Effect::ReadLesson(name.clone()), Effect::Watch(name.clone())];
        if self.progress.last.as_ref() != Some(&name) {
            self.progress.last = Some(name);
            effects.push(Effect::Keep(self.progress.clone()));
        }
        effects.extend(self.compare());
        effects.extend(self.begin_check());
        effects
    }

    /// Asks for the comparisons of the open exercise's file, where they are seen. The solution is one of them once a version has passed.
    pub fn compare(&mut self) -> Option<Effect> {
        if self.overlay != Some(Overlay::Diff) {
            return None;
        }
        self.diff.asked += 1;
        let exercise = self.exercise().name.clone();
        let solution = self.progress.of(&exercise).state == State::Solved;
        Some(Effect::Compare { id: self.diff.asked, exercise, solution })
    }

    /// Begins a check of the open exercise in place of the one that runs. While the first build goes on this does nothing:
    /// a check begins after it in any case. A sweep that has begun is over with it.
    pub fn begin_check(&mut self) -> Vec<Effect> {
        if self.preparing.is_some() {
            return Vec::new();
        }
        self.scroll.result = 0;
        self.leave_sweep_behind();
        self.check = Check::new(self.check.id + 1, self.now);
        vec![Effect::Check { id: self.check.id, exercise: self.exercise().name.clone() }]
    }
}
