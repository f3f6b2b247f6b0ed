//! One walk over a record in the order of time, which follows which task is on which slot.
//!
//! A slot has at most one task *on top*: the one that its thread is in. A task run inline covers the task around it and
//! uncovers it when it ends. `SlotReleased` takes the top task, with all it covers, off its slot; `SlotAcquired` puts it
//! on one again, perhaps another. A task is on top of one slot at most, and time never goes back, so what is reported
//! cannot overlap, whatever the events say. Events that contradict this picture move what they can and are otherwise left
//! out: an end that was lost leaves its task nowhere when the next one begins on its slot.

use std::borrow::Cow;

use crate::{Event, Kind, Record, Tasks};

/// A stretch of time in which one task was on top of one slot and did one kind of thing. Never empty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strand {
    /// Its place in [`Tasks::list`].
    pub(crate) task: usize,
    pub(crate) worker: u16,
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) doing: Doing,
}

/// What a task does while it is on top of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    Working,
    /// In a `get` that keeps the slot: it looks for something to run inline, or collects what is there.
    Getting,
    Sleeping,
}

impl Strand {
    /// Nanoseconds of the task's own work.
    pub(crate) fn work(&self) -> u64 {
        if self.doing == Doing::Working { self.end - self.start } else { 0 }
    }
}

/// Who wants to know what the walk comes by.
pub(crate) trait Observer {
    /// A strand has ended. Of one slot, they come in the order of time.
    fn strand(&mut self, _strand: Strand) {}

    /// From this time on, so many slots have a task.
    fn occupied(&mut self, _time: u64, _slots: usize) {}

    /// Something happened, and the picture is up to date. Beginnings and ends that make no sense are not reported.
    fn event(&mut self, _event: &Event, _now: &Replay) {}
}

/// The events in the order of their times; those of one time as they stand in the record.
pub(crate) fn in_order(record: &Record) -> Cow<'_, [Event]> {
    if record.events.is_sorted_by_key(|event| event.time) {
        return Cow::Borrowed(&record.events);
    }
    let mut events = record.events.clone();
    events.sort_by_key(|event| event.time);
    Cow::Owned(events)
}

/// The last moment that a record speaks of.
pub(crate) fn end_of(record: &Record, events: &[Event]) -> u64 {
    events.last().map_or(record.taken, |event| event.time.max(record.taken))
}

/// Walks over the events, which must be in order.
///
/// What still runs at the end runs until the record was taken; but where events were lost, no more is known of a slot after
/// its last event, and nothing is made up.
pub(crate) fn replay(record: &Record, events: &[Event], tasks: &Tasks, observer: &mut impl Observer) {
    let mut replay = Replay {
        tasks,
        slots: vec![Slot::default(); usize::from(record.workers)],
        states: vec![State::default(); tasks.list.len()],
        occupied: 0,
    };
    for event in events {
        if replay.step(event, observer) {
            observer.event(event, &replay);
        }
    }
    if record.dropped == 0 {
        let end = end_of(record, events);
        for worker in 0..record.workers {
            replay.place(worker, None, end, observer);
        }
    }
}

/// The picture at one moment.
pub(crate) struct Replay<'a> {
    pub(crate) tasks: &'a Tasks,
    slots: Vec<Slot>,
    states: Vec<State>,
    occupied: usize,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    top: Option<usize>,
    /// Since when the top task has done what it does.
    since: u64,
}

#[derive(Clone, Copy, Default)]
struct State {
    progress: Progress,
    /// The slot that it is on top of.
    slot: Option<u16>,
    /// The task that it covers.
    outer: Option<usize>,
    getting: bool,
    asleep: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Progress {
    #[default]
    Pending,
    Begun,
    Ended,
}

impl State {
    fn doing(&self) -> Doing {
        match self {
            State { asleep: true, .. } => Doing::Sleeping,
            State { getting: true, .. } => Doing::Getting,
            _ => Doing::Working,
        }
    }
}

impl Replay<'_> {
    /// How long the task has been working since its last strand was reported; 0 for a place behind the last task.
    pub(crate) fn unreported_work(&self, task: usize, time: u64) -> u64 {
        match self.states.get(task) {
            Some(state) if state.doing() == Doing::Working => {
                state.slot.map_or(0, |slot| time - self.slots[usize::from(slot)].since)
            }
            _ => 0,
        }
    }

    /// The task on top of a slot.
    pub(crate) fn on_top(&self, worker: u16) -> Option<usize> {
        self.slots.get(usize::from(worker)).and_then(|slot| slot.top)
    }

    /// Brings the picture up to date; whether the event made sense.
    fn step(&mut self, event: &Event, observer: &mut impl Observer) -> bool {
        // The most frequent kinds change nothing here, and a look-up costs.
        if matches!(event.kind, Kind::Submit | Kind::Argument | Kind::Value | Kind::GetObject) {
            return true;
        }
        let Some(task) = self.tasks.index(event.a) else { return true };
        let time = event.time;
        match event.kind {
            Kind::Start => return self.start(task, event, observer),
            Kind::End => return self.end(task, time, observer),
            Kind::SlotReleased => {
                if let Some(slot) = self.states[task].slot {
                    self.place(slot, None, time, observer);
                }
            }
            Kind::SlotAcquired => self.acquire(task, event, observer),
            Kind::GetBegin => self.change(task, time, observer, |state| state.getting = true),
            Kind::GetEnd => self.change(task, time, observer, |state| state.getting = false),
            Kind::SleepBegin => self.change(task, time, observer, |state| state.asleep = true),
            Kind::SleepEnd => self.change(task, time, observer, |state| state.asleep = false),
            _ => {}
        }
        true
    }

    fn start(&mut self, task: usize, event: &Event, observer: &mut impl Observer) -> bool {
        if self.states[task].progress != Progress::Pending {
            return false;
        }
        self.states[task].progress = Progress::Begun;
        if let Some(slot) = self.slots.get(usize::from(event.worker)) {
            self.states[task].outer = slot.top.filter(|_| event.b == 1);
            self.place(event.worker, Some(task), event.time, observer);
        }
        true
    }

    fn end(&mut self, task: usize, time: u64, observer: &mut impl Observer) -> bool {
        let State { progress, slot, outer, .. } = self.states[task];
        if progress == Progress::Ended {
            return false;
        }
        if let Some(slot) = slot {
            let uncovered = outer.filter(|&outer| self.is_nowhere(outer));
            self.place(slot, uncovered, time, observer);
        }
        self.states[task].progress = Progress::Ended;
        true
    }

    fn acquire(&mut self, task: usize, event: &Event, observer: &mut impl Observer) {
        if !self.is_nowhere(task) || usize::from(event.worker) >= self.slots.len() {
            return;
        }
        self.place(event.worker, Some(task), event.time, observer);
    }

    /// Begun, and on top of no slot: covered, or blocked without a slot.
    fn is_nowhere(&self, task: usize) -> bool {
        let state = &self.states[task];
        state.progress == Progress::Begun && state.slot.is_none()
    }

    /// Changes what a task does, from here on.
    fn change(&mut self, task: usize, time: u64, observer: &mut impl Observer, to: impl FnOnce(&mut State)) {
        if let Some(slot) = self.states[task].slot {
            self.cut(slot, time, observer);
        }
        to(&mut self.states[task]);
    }

    /// Puts a task that is nowhere on top of a slot, or nothing. What was there is nowhere then.
    fn place(&mut self, worker: u16, top: Option<usize>, time: u64, observer: &mut impl Observer) {
        self.cut(worker, time, observer);
        let before = std::mem::replace(&mut self.slots[usize::from(worker)].top, top);
        if let Some(before) = before {
            self.states[before].slot = None;
        }
        if let Some(top) = top {
            self.states[top].slot = Some(worker);
        }
        match (before, top) {
            (None, Some(_)) => self.occupied += 1,
            (Some(_), None) => self.occupied -= 1,
            _ => return,
        }
        observer.occupied(time, self.occupied);
    }

    /// Reports what the slot's top task did until now.
    fn cut(&mut self, worker: u16, time: u64, observer: &mut impl Observer) {
        let slot = &mut self.slots[usize::from(worker)];
        let start = std::mem::replace(&mut slot.since, time);
        if let Some(task) = slot.top
            && start < time
        {
            observer.strand(Strand { task, worker, start, end: time, doing: self.states[task].doing() });
        }
    }
}
