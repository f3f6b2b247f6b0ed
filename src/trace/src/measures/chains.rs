//! The span: the longest chain of own work in which each piece had to wait for the one before.
//!
//! Every task carries the length of the longest chain that leads to where it is. Its own work adds to it; a submission
//! hands it to the new task, an argument to the task that takes it, a `get` to the task that waited, the end of a call to the
//! next call on the same actor. All this happens in the order of time and a task's work is added as it is done, so a chain
//! never holds one moment twice, and the span is never above the work or the wall time, for any record.
//!
//! Two of these depend on the schedule, and may be otherwise in the next run: which call an actor served before another, and
//! which results a `wait` for some of several found.

use std::collections::HashMap;

use crate::replay::{Observer, Replay, Strand};
use crate::{Event, Kind, ROOT, Tasks};

pub(crate) struct Chains {
    /// By index in the list of tasks; the driver comes last.
    lengths: Vec<u64>,
    /// The objects that each waits for: where its list in `links` begins.
    awaited: Vec<Option<usize>>,
    links: Vec<Link>,
    /// The how-manyth result of the record was each task's, from 1; 0 while it has not ended.
    ended: Vec<usize>,
    /// How many results there are.
    results: usize,
    /// The last call that each actor began to serve.
    serves: Vec<Option<usize>>,
    /// Those that are one of several of a task.
    given: HashMap<u64, Known>,
}

struct Link {
    object: u64,
    next: Option<usize>,
}

/// A result.
#[derive(Clone, Copy, Default)]
struct Known {
    /// The how-manyth of the record it is, from 1; 0 while it is not there.
    place: usize,
    /// Nanoseconds of the longest chain to it, as far as it is done.
    length: u64,
}

impl Chains {
    pub(crate) fn new(tasks: &Tasks) -> Self {
        let count = tasks.list.len();
        Self {
            lengths: vec![0; count + 1],
            awaited: vec![None; count + 1],
            links: Vec::new(),
            ended: vec![0; count],
            results: 0,
            serves: vec![None; tasks.actors.len()],
            given: HashMap::new(),
        }
    }

    pub(crate) fn longest(&self) -> u64 {
        self.lengths.iter().copied().max().unwrap_or(0)
    }

    fn index(&self, id: u64, now: &Replay) -> Option<usize> {
        if id == ROOT { Some(self.lengths.len() - 1) } else { now.tasks.index(id) }
    }

    /// How long the chain to where a task is now is.
    fn reached(&self, task: usize, time: u64, now: &Replay) -> u64 {
        self.lengths[task] + now.unreported_work(task, time)
    }

    /// `later` had to wait for a chain of a length.
    fn follow(&mut self, later: usize, reached: u64, time: u64, now: &Replay) {
        let before = reached.saturating_sub(now.unreported_work(later, time));
        self.lengths[later] = self.lengths[later].max(before);
    }

    /// What is known of a result; nothing of what no task made, or has not made yet.
    fn result(&self, object: u64, time: u64, now: &Replay) -> Option<Known> {
        match now.tasks.index(object) {
            Some(task) => Some(Known { place: self.ended[task], length: self.reached(task, time, now) }),
            None => self.given.get(&object).copied(),
        }
    }

    /// The objects that a task has waited for.
    fn take_awaited(&mut self, task: usize) -> Vec<u64> {
        let first = self.awaited[task].take();
        let links = std::iter::successors(first, |&link| self.links[link].next);
        links.map(|link| self.links[link].object).collect()
    }

    fn got(&mut self, task: usize, time: u64, now: &Replay) {
        for object in self.take_awaited(task) {
            if let Some(known) = self.result(object, time, now) {
                self.follow(task, known.length, time, now);
            }
        }
    }

    /// Of the results that a task chose from, it found so many: those that were there first.
    fn found(&mut self, task: usize, count: u64, time: u64, now: &Replay) {
        let objects = self.take_awaited(task);
        let mut there: Vec<Known> = objects.into_iter().filter_map(|object| self.there(object, time, now)).collect();
        there.sort_by_key(|known| known.place);
        there.truncate(usize::try_from(count).unwrap_or(usize::MAX));
        for known in there {
            self.follow(task, known.length, time, now);
        }
    }

    /// A result that is there. What no task makes was there before all others.
    fn there(&self, object: u64, time: u64, now: &Replay) -> Option<Known> {
        match self.result(object, time, now) {
            Some(known) => Some(known).filter(|known| known.place > 0),
            None => now.tasks.producer(object).is_none().then(Known::default),
        }
    }

    fn start(&mut self, task: usize, time: u64, now: &Replay) {
        let arguments = now.tasks.list.get(task).map_or(&[][..], |task| &task.arguments);
        for &object in arguments {
            if let Some(known) = self.result(object, time, now) {
                self.follow(task, known.length, time, now);
            }
        }
        if let Some(actor) = now.tasks.actor(task)
            && let Some(before) = self.serves[actor].replace(task)
        {
            self.follow(task, self.reached(before, time, now), time, now);
        }
    }
}

impl Observer for Chains {
    fn strand(&mut self, strand: Strand) {
        self.lengths[strand.task] += strand.work();
    }

    fn event(&mut self, event: &Event, now: &Replay) {
        use Kind::{End, GetEnd, GetObject, Start, Submit, WaitEnd, Yield};
        if !matches!(event.kind, Submit | Start | End | GetObject | GetEnd | WaitEnd | Yield) {
            return;
        }
        let Some(task) = self.index(event.a, now) else { return };
        match event.kind {
            Submit => {
                if let Some(parent) = self.index(event.b, now) {
                    self.follow(task, self.reached(parent, event.time, now), event.time, now);
                }
            }
            Start => self.start(task, event.time, now),
            End => {
                self.results += 1;
                if let Some(ended) = self.ended.get_mut(task) {
                    *ended = self.results;
                }
            }
            GetObject => {
                self.links.push(Link { object: event.b, next: self.awaited[task] });
                self.awaited[task] = Some(self.links.len() - 1);
            }
            GetEnd => self.got(task, event.time, now),
            WaitEnd => self.found(task, event.b, event.time, now),
            _ => {
                self.results += 1;
                let known = Known { place: self.results, length: self.reached(task, event.time, now) };
                self.given.entry(event.b).or_insert(known);
            }
        }
    }
}
