//! Who waited for which results, in which phase.

use crate::{Event, Kind, ROOT, Tasks};

/// The waits of a record.
///
/// Waits of one waiter with no submission by it in between are one *phase*.
pub(super) struct Waits {
    /// The largest number of phases of any one waiter.
    pub(super) phases: u64,
    /// The results that were got, each once a phase, in the order of waiter and phase.
    pub(super) got: Vec<Got>,
}

/// A task's result that somebody waited for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Got {
    /// The waiter's place in the list of tasks; the driver comes behind the last one.
    pub(super) waiter: usize,
    pub(super) phase: u64,
    /// The place of the task that made the result.
    pub(super) task: usize,
}

#[derive(Clone, Copy, Default)]
struct Waiter {
    phases: u64,
    waiting: bool,
}

impl Waits {
    pub(super) fn of(events: &[Event], tasks: &Tasks) -> Self {
        let root = tasks.list.len();
        let mut waiters = vec![Waiter::default(); root + 1];
        let mut got = Vec::new();
        let place = |id| if id == ROOT { Some(root) } else { tasks.index(id) };
        for event in events {
            match event.kind {
                Kind::Submit => {
                    if let Some(parent) = place(event.b) {
                        waiters[parent].waiting = false;
                    }
                }
                Kind::GetBegin => {
                    if let Some(waiter) = place(event.a).map(|waiter| &mut waiters[waiter]) {
                        waiter.phases += u64::from(!waiter.waiting);
                        waiter.waiting = true;
                    }
                }
                Kind::GetObject => {
                    if let (Some(waiter), Some(task)) = (place(event.a), tasks.index(event.b)) {
                        got.push(Got { waiter, phase: waiters[waiter].phases, task });
                    }
                }
                _ => {}
            }
        }
        got.sort_unstable();
        got.dedup();
        Self { phases: waiters.iter().map(|waiter| waiter.phases).max().unwrap_or(0), got }
    }
}
