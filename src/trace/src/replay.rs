//! One walk over a record in the order of time, which follows which task is where: on a worker's slot, or with an actor.
//!
//! A worker's slot and an actor are *places*. A place has at most one task *on top*: the one that its thread is in. A task run
//! inline covers the task around it and uncovers it when it ends. `SlotReleased` takes the top task, with all it covers, off
//! its slot; `SlotAcquired` puts it on one again, perhaps another. A call is with its actor from its beginning to its
//! end, also while it waits: nobody else is served then. It is found by its own number, since all actors record as one
//! "worker". A task that is tried again goes to where its next attempt begins.
//!
//! A task is on top of one place at most, and time never goes back, so what is reported cannot overlap, whatever the events
//! say. Events that contradict this picture move what they can and are otherwise left out: an end that was lost leaves its
//! task nowhere when the next one begins in its place. Of events at one moment, the order in the record counts.

use std::borrow::Cow;

use crate::{Event, Kind, Record, Tasks};

/// A worker's slot or an actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Below [`Record::workers`].
    Worker(u16),
    /// An index into [`Tasks::actors`].
    Actor(usize),
}

/// A stretch of time in which one task was on top of one place and did one kind of thing. Never empty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strand {
    /// Its index in [`Tasks::list`].
    pub(crate) task: usize,
    pub(crate) place: Place,
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) doing: Doing,
}

/// What a task does while it is on top of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    Working,
    /// In a `get` or a `wait` that keeps its place. With a worker that is short: it looks for something to run inline, or
    /// collects what is there. A call waits so until the results come.
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
    /// A strand has ended. Of one place, they come in the order of time.
    fn strand(&mut self, _strand: Strand) {}

    /// From this time on, so many workers and so many actors have a task.
    fn occupied(&mut self, _time: u64, _now: Occupied) {}

    /// Something happened, and the picture is up to date. Beginnings and ends that make no sense are not reported.
    fn event(&mut self, _event: &Event, _now: &Replay) {}
}

/// How many places have a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Occupied {
    pub(crate) workers: usize,
    pub(crate) actors: usize,
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
/// What still runs at the end runs until the record was taken; but where events were lost, no more is known of a place after
/// its last event, and nothing is made up.
pub(crate) fn replay(record: &Record, events: &[Event], tasks: &Tasks, observer: &mut impl Observer) {
    let workers = usize::from(record.workers);
    let mut replay = Replay {
        tasks,
        workers,
        seats: vec![Seat::default(); workers + tasks.actors.len()],
        states: vec![State::default(); tasks.list.len()],
        occupied: Occupied::default(),
    };
    for event in events {
        if replay.step(event, observer) {
            observer.event(event, &replay);
        }
    }
    if record.dropped == 0 {
        let end = end_of(record, events);
        for seat in 0..replay.seats.len() {
            replay.put(seat, None, end, observer);
        }
    }
}

/// The picture at one moment.
pub(crate) struct Replay<'a> {
    pub(crate) tasks: &'a Tasks,
    workers: usize,
    /// A seat for each place: the workers, then the actors.
    seats: Vec<Seat>,
    states: Vec<State>,
    occupied: Occupied,
}

#[derive(Clone, Copy, Default)]
struct Seat {
    top: Option<usize>,
    /// Since when the top task has done what it does.
    since: u64,
}

#[derive(Clone, Copy, Default)]
struct State {
    progress: Progress,
    /// The seat that it is on top of.
    seat: Option<usize>,
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
    /// How long the task has been working since its last strand was reported; 0 for an index behind the last task.
    pub(crate) fn unreported_work(&self, task: usize, time: u64) -> u64 {
        match self.states.get(task) {
            Some(state) if state.doing() == Doing::Working => {
                state.seat.map_or(0, |seat| time - self.seats[seat].since)
            }
            _ => 0,
        }
    }

    /// The task on top of a worker's slot.
    pub(crate) fn on_top(&self, worker: u16) -> Option<usize> {
        self.seats[..self.workers].get(usize::from(worker)).and_then(|seat| seat.top)
    }

    /// How many places have a task.
    pub(crate) fn occupied(&self) -> Occupied {
        self.occupied
    }

    /// Brings the picture up to date; whether the event made sense.
    fn step(&mut self, event: &Event, observer: &mut impl Observer) -> bool {
        // The most frequent kinds change nothing here, and a look-up costs.
        if matches!(event.kind, Kind::Submit | Kind::Argument | Kind::Value | Kind::GetObject | Kind::Call) {
            return true;
        }
        let Some(task) = self.tasks.index(event.a) else { return true };
        let time = event.time;
        match event.kind {
            Kind::Start => return self.start(task, event, observer),
            Kind::End => return self.end(task, time, observer),
            Kind::Retry => self.retry(task, event, observer),
            Kind::SlotReleased => {
                if let Some(seat) = self.states[task].seat.filter(|&seat| seat < self.workers) {
                    self.put(seat, None, time, observer);
                }
            }
            Kind::SlotAcquired => self.acquire(task, event, observer),
            Kind::GetBegin | Kind::WaitBegin => self.change(task, time, observer, |state| state.getting = true),
            Kind::GetEnd | Kind::WaitEnd => self.change(task, time, observer, |state| state.getting = false),
            Kind::SleepBegin => self.change(task, time, observer, |state| state.asleep = true),
            Kind::SleepEnd => self.change(task, time, observer, |state| state.asleep = false),
            _ => {}
        }
        true
    }

    /// Where a task is to be that a worker, or an actor, begins.
    fn seat_for(&self, task: usize, worker: u16) -> Option<usize> {
        match self.tasks.list[task].actor {
            Some(_) => self.tasks.actor(task).map(|actor| self.workers + actor),
            None => Some(usize::from(worker)).filter(|&worker| worker < self.workers),
        }
    }

    fn start(&mut self, task: usize, event: &Event, observer: &mut impl Observer) -> bool {
        if self.states[task].progress != Progress::Pending {
            return false;
        }
        self.states[task].progress = Progress::Begun;
        if let Some(seat) = self.seat_for(task, event.worker) {
            self.states[task].outer = self.seats[seat].top.filter(|_| event.b == 1);
            self.put(seat, Some(task), event.time, observer);
        }
        true
    }

    /// The next attempt, on the same seat or another.
    fn retry(&mut self, task: usize, event: &Event, observer: &mut impl Observer) {
        self.change(task, event.time, observer, |state| (state.getting, state.asleep) = (false, false));
        self.states[task].progress = Progress::Begun;
        let (before, seat) = (self.states[task].seat, self.seat_for(task, event.worker));
        if seat.is_none() || seat == before {
            return;
        }
        for (seat, top) in [(before, None), (seat, Some(task))] {
            if let Some(seat) = seat {
                self.put(seat, top, event.time, observer);
            }
        }
    }

    fn end(&mut self, task: usize, time: u64, observer: &mut impl Observer) -> bool {
        let State { progress, seat, outer, .. } = self.states[task];
        if progress == Progress::Ended {
            return false;
        }
        if let Some(seat) = seat {
            let uncovered = outer.filter(|&outer| self.is_nowhere(outer));
            self.put(seat, uncovered, time, observer);
        }
        self.states[task].progress = Progress::Ended;
        true
    }

    fn acquire(&mut self, task: usize, event: &Event, observer: &mut impl Observer) {
        let worker = usize::from(event.worker);
        if self.is_nowhere(task) && worker < self.workers && self.tasks.list[task].actor.is_none() {
            self.put(worker, Some(task), event.time, observer);
        }
    }

    /// Begun, and on top of no seat: covered, or blocked without a slot.
    fn is_nowhere(&self, task: usize) -> bool {
        let state = &self.states[task];
        state.progress == Progress::Begun && state.seat.is_none()
    }

    /// Changes what a task does, from here on.
    fn change(&mut self, task: usize, time: u64, observer: &mut impl Observer, to: impl FnOnce(&mut State)) {
        if let Some(seat) = self.states[task].seat {
            self.cut(seat, time, observer);
        }
        to(&mut self.states[task]);
    }

    /// Puts a task that is nowhere on top of a seat, or nothing. What was there is nowhere then.
    fn put(&mut self, seat: usize, top: Option<usize>, time: u64, observer: &mut impl Observer) {
        self.cut(seat, time, observer);
        let before = std::mem::replace(&mut self.seats[seat].top, top);
        if let Some(before) = before {
            self.states[before].seat = None;
        }
        if let Some(top) = top {
            self.states[top].seat = Some(seat);
        }
        let count = if seat < self.workers { &mut self.occupied.workers } else { &mut self.occupied.actors };
        match (before, top) {
            (None, Some(_)) => *count += 1,
            (Some(_), None) => *count -= 1,
            _ => return,
        }
        observer.occupied(time, self.occupied);
    }

    /// Reports what the seat's top task did until now.
    fn cut(&mut self, seat: usize, time: u64, observer: &mut impl Observer) {
        let Seat { top, since } = self.seats[seat];
        self.seats[seat].since = time;
        if let Some(task) = top
            && since < time
        {
            let place = match u16::try_from(seat) {
                Ok(worker) if seat < self.workers => Place::Worker(worker),
                _ => Place::Actor(seat - self.workers),
            };
            observer.strand(Strand { task, place, start: since, end: time, doing: self.states[task].doing() });
        }
    }
}
