//! Everything that the workbench shows, and nothing else: no files, no threads, no clock.

mod check;
mod diff;
mod objects;
mod output;
mod player;
mod screen;
mod selection;
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
    player::{Player, REPLAY, slowness},
    screen::{Screen, Scroll},
    selection::{Direction, Selection},
    stream::{Cell, Detail, Fill, Function, Role, Row, Stream, Window},
    sweep::{Slider, Sweep, SweepStep, Swept},
};
use crate::{
    effect::Effect,
    look::Look,
    progress::{Progress, State},
};

/// What lies over the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// All keys.
    Help,
    /// The hints taken so far.
    Hints,
    /// Its time against what is varied.
    Sweep,
    /// What this is, the first time.
    Welcome,
}

/// What the mouse can take hold of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Held {
    /// A moment of the run, as a share of the whole.
    Moment(f64),
    /// The thumb of a slider, by its place among them.
    Slider(usize),
}

/// The first build: of what every exercise needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preparing {
    /// How far it is; `None` while nothing had to be compiled.
    pub compiled: Option<Compiled>,
    /// The student has saved meanwhile, and waits.
    pub saved: bool,
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
    pub screen: Screen,
    /// The screen of the overview that had the keys last: the way back from those outside of it leads there.
    pub home: Screen,
    /// A screen of the overview that has the keys has the whole body.
    pub zoomed: bool,
    /// What lies over the screens.
    pub overlay: Option<Overlay>,
    /// What is typed to find an exercise; `None` while nothing is.
    pub filter: Option<String>,
    /// The line of the course list that the cursor is on, among those that are [listed](Self::listed).
    pub cursor: usize,
    /// The exercise that is open, by its place in the course.
    pub open: usize,
    /// Its lesson in Markdown, or why there is none.
    pub lesson: Result<String, String>,
    /// How far the texts are scrolled.
    pub scroll: Scroll,
    /// The part of the run that the task stream shows.
    pub window: Window,
    /// The task of the stream, or the wait, that is looked at. It is in the stream.
    pub selected: Option<Selection>,
    /// What the mouse has taken hold of.
    pub held: Option<Held>,
    /// Clicks and the wheel are the workbench's; otherwise the terminal's own, to select text with.
    pub mouse: bool,
    /// The check that goes on, or the last one.
    pub check: Check,
    /// Where the replay of its run is.
    pub player: Player,
    /// The cores of this machine.
    pub cores: u16,
    /// The sliders of the open exercise, and what came of varying them in the program as it is.
    pub sweep: Sweep,
    /// The open exercise's file beside other versions of it.
    pub diff: Diff,
    /// The first build, while it goes on. Checks wait for it: a build that is stopped has to begin again.
    pub preparing: Option<Preparing>,
    /// What went wrong outside and the student should know. The next key takes it away.
    pub troubles: Vec<String>,
    /// What was done outside and the student asked for. The next key takes it away, too.
    pub notice: Option<String>,
    /// Nothing more can be typed: the workbench is left when nothing goes on any more.
    pub leaving: bool,
    /// How the terminal shows it.
    pub look: Look,
}

impl Model {
    /// The workbench as it is opened, and what it wants done first. `open` is the name of an exercise;
    /// without it the exercise of last time is opened, or the first that is not solved. `cores` and `size` are the machine's and
    /// the terminal's.
    #[must_use]
    pub fn new(course: Course, progress: Progress, open: Option<&str>, cores: u16, size: Size) -> (Self, Vec<Effect>) {
        let named = |name: &str| course.exercises.iter().position(|exercise| exercise.name == name);
        let unsolved =
            || course.exercises.iter().position(|exercise| progress.of(&exercise.name).state != State::Solved);
        let open = open.or(progress.last.as_deref()).and_then(named).or_else(unsolved).unwrap_or(0);
        let mut model = Self {
            course,
            progress,
            now: Duration::ZERO,
            size,
            screen: Screen::Course,
            home: Screen::Course,
            zoomed: false,
            overlay: None,
            filter: None,
            cursor: open,
            open,
            lesson: Ok(String::new()),
            scroll: Scroll::default(),
            window: Window::default(),
            selected: None,
            held: None,
            mouse: true,
            check: Check::new(0, Duration::ZERO),
            player: Player::default(),
            cores,
            sweep: Sweep::default(),
            diff: Diff::default(),
            preparing: Some(Preparing::default()),
            troubles: Vec::new(),
            notice: None,
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

    /// The exercises of the course list, by their places in the course: all, or those that what is typed is found in. Large
    /// and small letters are the same.
    #[must_use]
    pub fn listed(&self) -> Vec<usize> {
        let typed = self.filter.as_deref().unwrap_or_default().to_lowercase();
        let fits = |exercise: &Exercise| {
            let said = [Some(&exercise.name), Some(&exercise.title), exercise.chapter.as_ref()];
            said.into_iter().flatten().any(|text| text.to_lowercase().contains(&typed))
        };
        let exercises = self.course.exercises.iter().enumerate();
        exercises.filter(|(_, exercise)| fits(exercise)).map(|(place, _)| place).collect()
    }

    /// The exercises that an exercise comes after and that are not solved yet.
    pub fn missing<'a>(&'a self, exercise: &'a Exercise) -> impl Iterator<Item = &'a str> {
        exercise.after.iter().map(String::as_str).filter(|name| self.progress.of(name).state != State::Solved)
    }

    /// Nothing lies over the overview: there is nothing to go back from.
    #[must_use]
    pub fn at_rest(&self) -> bool {
        self.filter.is_none() && self.overlay.is_none() && !self.whole()
    }

    /// The screen with the keys has the whole body.
    #[must_use]
    pub fn whole(&self) -> bool {
        self.zoomed || !self.screen.in_overview()
    }

    /// Gives the keys to a screen.
    pub fn show(&mut self, screen: Screen) {
        self.screen = screen;
        self.overlay = None;
        self.end_filter();
        if screen.in_overview() {
            self.home = screen;
        }
    }

    /// All exercises are listed again, with the cursor on the one that it was on.
    pub fn end_filter(&mut self) {
        if self.filter.is_some() {
            let place = self.listed().get(self.cursor).copied();
            self.filter = None;
            self.cursor = place.unwrap_or(self.open);
        }
    }

    /// Something goes on that the screen shows as it moves.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.preparing.is_some() || self.check.running() || self.sweep.running().is_some() || self.replays()
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
        self.selected = None;
        self.sweep = Sweep::of(self.exercise(), self.cores, self.sweep.id);
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
        if self.screen != Screen::Diff {
            return None;
        }
        self.diff.asked += 1;
        let exercise = self.exercise().name.clone();
        let solution = self.progress.of(&exercise).state == State::Solved;
        Some(Effect::Compare { id: self.diff.asked, exercise, solution })
    }

    /// Begins a check of the open exercise in place of the one that runs. While the first build goes on this does nothing:
    /// a check begins after it in any case. A sweep that goes on is over with it.
    pub fn begin_check(&mut self) -> Vec<Effect> {
        if self.preparing.is_some() {
            return Vec::new();
        }
        *self.scroll.of_mut(Screen::Run) = 0;
        self.selected = None;
        self.leave_sweep_behind();
        self.check = Check::new(self.check.id + 1, self.now);
        vec![Effect::Check { id: self.check.id, exercise: self.exercise().name.clone() }]
    }
}
