//! The sweeps of the open exercise: a slider for each knob, with what came of varying it.

use grader::{
    check::{self, Table},
    course::{Exercise, Knob},
};

use super::{Model, Overlay};

/// Where a sweep is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SweepStep {
    /// There is none.
    #[default]
    Absent,
    /// It begins when the check is over: the two would take each other's time.
    Waiting,
    /// It has begun.
    Running,
    /// All is said.
    Over,
}

/// The sliders, and the sweep that goes on. One at a time does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sweep {
    /// The number of the last sweep that was begun or given up.
    pub id: u64,
    /// The slider that has the keys.
    pub chosen: usize,
    /// One a knob, in the course's order.
    pub sliders: Vec<Slider>,
}

/// A knob, where it stands, and the sweep over its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Slider {
    /// The knob.
    pub knob: Knob,
    /// The values to try on this machine.
    pub values: Vec<u64>,
    /// Which of them it stands at.
    pub place: usize,
    /// What came of varying it.
    pub swept: Swept,
}

/// The sweep over the values of one knob, as far as it has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Swept {
    /// Where it is.
    pub step: SweepStep,
    /// The values of all sliders when it was begun. The knob's own does not matter.
    pub settings: Vec<u64>,
    /// What came of it so far.
    pub result: check::Sweep,
    /// Why the tool could not do its work.
    pub failure: Option<String>,
}

impl Slider {
    fn new(knob: &Knob, exercise: &Exercise, cores: u16) -> Self {
        let (values, usual) = (knob.values_on(cores), knob.usual_on(cores, exercise));
        let place = values.iter().position(|&value| value == usual).unwrap_or(0);
        Self { knob: knob.clone(), values, place, swept: Swept::default() }
    }

    /// The value that it stands at.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.values[self.place]
    }

    /// Its sweep goes on, or is about to.
    #[must_use]
    pub fn running(&self) -> bool {
        matches!(self.swept.step, SweepStep::Waiting | SweepStep::Running)
    }
}

impl Sweep {
    /// The sliders of an exercise, each at its usual value. `id` is the number of the last sweep before.
    #[must_use]
    pub fn of(exercise: &Exercise, cores: u16, id: u64) -> Self {
        let sliders = exercise.knobs.iter().map(|knob| Slider::new(knob, exercise, cores)).collect();
        Self { id: id + 1, chosen: 0, sliders }
    }

    /// The slider that has the keys; `None` where the exercise has no knobs.
    #[must_use]
    pub fn chosen(&self) -> Option<&Slider> {
        self.sliders.get(self.chosen)
    }

    /// The values of all sliders.
    #[must_use]
    pub fn settings(&self) -> Vec<u64> {
        self.sliders.iter().map(Slider::value).collect()
    }

    /// The knob whose sweep goes on, or is about to.
    #[must_use]
    pub fn running(&self) -> Option<usize> {
        self.sliders.iter().position(Slider::running)
    }

    /// The sweep of that number, if it still goes on.
    pub fn heard(&mut self, id: u64) -> Option<&mut Swept> {
        let running = self.running().filter(|_| id == self.id)?;
        Some(&mut self.sliders[running].swept)
    }

    /// Moves a slider to a place, or to its end.
    pub fn slide(&mut self, knob: usize, place: usize) {
        if let Some(slider) = self.sliders.get_mut(knob) {
            self.chosen = knob;
            slider.place = place.min(slider.values.len() - 1);
        }
    }

    /// The sweep that goes on is given up: there is none of that knob any more, and what it still tells is not heard.
    pub fn give_up(&mut self) {
        self.id += 1;
        for slider in self.sliders.iter_mut().filter(|slider| slider.running()) {
            slider.swept = Swept::default();
        }
    }
}

impl Swept {
    /// The sweep is over.
    pub fn end(&mut self, outcome: Result<check::Sweep, String>) {
        self.step = SweepStep::Over;
        match outcome {
            Ok(result) => self.result = result,
            Err(failure) => self.failure = Some(failure),
        }
    }
}

impl Model {
    /// How the sweep of a knob is shown.
    #[must_use]
    pub fn table<'a>(&self, slider: &'a Slider) -> Table<'a> {
        Table { knob: &slider.knob, cores: self.cores }
    }

    /// The program is another one now: what its sweeps have told is forgotten, where the sliders stand is not. A sweep that waits
    /// is of the new program.
    pub fn forget_sweeps(&mut self) {
        for slider in self.sweep.sliders.iter_mut().filter(|slider| slider.swept.step != SweepStep::Waiting) {
            slider.swept = Swept::default();
        }
    }

    /// A check takes the place of the sweep that goes on, and is what is seen. A sweep that waits begins after it.
    pub(super) fn leave_sweep_behind(&mut self) {
        let waits = self.sweep.sliders.iter().any(|slider| slider.swept.step == SweepStep::Waiting);
        if waits {
            return;
        }
        self.sweep.give_up();
        if self.overlay == Some(Overlay::Sweep) {
            self.overlay = None;
        }
    }
}
