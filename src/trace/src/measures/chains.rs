//! The span: the longest chain of own work in which each piece had to wait for the one before.
//!
//! Every task carries the length of the longest chain that leads to where it is. Its own work adds to it; a submission
//! hands it to the new task, an argument to the task that takes it, a `get` to the task that waited. All this happens in
//! the order of time and a task's work is added as it is done, so a chain never holds one moment twice, and the span is
//! never above the work or the wall time, for any record.

use crate::replay::{Observer, Replay, Strand};
use crate::{Event, Kind, ROOT};

pub(crate) struct Chains {
    /// By place in the list of tasks; the driver comes last.
    lengths: Vec<u64>,
    /// The objects that each waits for: where its list in `links` begins.
    awaited: Vec<Option<usize>>,
    links: Vec<Link>,
}

struct Link {
    object: usize,
    next: Option<usize>,
}

impl Chains {
    pub(crate) fn new(tasks: usize) -> Self {
        Self { lengths: vec![0; tasks + 1], awaited: vec![None; tasks + 1], links: Vec::new() }
    }

    pub(crate) fn longest(&self) -> u64 {
        self.lengths.iter().copied().max().unwrap_or(0)
    }

    fn place(&self, id: u64, now: &Replay) -> Option<usize> {
        if id == ROOT { Some(self.lengths.len() - 1) } else { now.tasks.index(id) }
    }

    /// `later` had to wait for what `earlier` has done so far.
    fn follow(&mut self, later: usize, earlier: usize, time: u64, now: &Replay) {
        let reached = self.lengths[earlier] + now.unreported_work(earlier, time);
        let before = reached.saturating_sub(now.unreported_work(later, time));
        self.lengths[later] = self.lengths[later].max(before);
    }
}

impl Observer for Chains {
    fn strand(&mut self, strand: Strand) {
        self.lengths[strand.task] += strand.work();
    }

    fn event(&mut self, event: &Event, now: &Replay) {
        if !matches!(event.kind, Kind::Submit | Kind::Start | Kind::GetObject | Kind::GetEnd) {
            return;
        }
        let Some(task) = self.place(event.a, now) else { return };
        match event.kind {
            Kind::Submit => {
                if let Some(parent) = self.place(event.b, now) {
                    self.follow(task, parent, event.time, now);
                }
            }
            Kind::Start => {
                let arguments = now.tasks.list.get(task).map_or(&[][..], |task| &task.arguments);
                for producer in arguments.iter().filter_map(|&object| now.tasks.index(object)) {
                    self.follow(task, producer, event.time, now);
                }
            }
            Kind::GetObject => {
                if let Some(object) = now.tasks.index(event.b) {
                    self.links.push(Link { object, next: self.awaited[task] });
                    self.awaited[task] = Some(self.links.len() - 1);
                }
            }
            Kind::GetEnd => {
                let mut next = self.awaited[task].take();
                while let Some(link) = next {
                    self.follow(task, self.links[link].object, event.time, now);
                    next = self.links[link].next;
                }
            }
            _ => {}
        }
    }
}
