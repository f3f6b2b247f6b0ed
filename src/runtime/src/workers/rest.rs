//! What is not running: idle slots, threads without one, and who claims slots.

use std::collections::VecDeque;

use super::{Parked, Slot};
use crate::{scheduler::Ready, sync::Arc, waiter::Waiter};

/// What is not running.
pub(super) struct Rest {
    pub(super) idle: Vec<Slot>,
    pub(super) spare: Vec<Arc<Parked>>,
    pub(super) claims: VecDeque<Claim>,
    /// All threads but those that are stalled.
    pub(super) threads: usize,
    most_threads: usize,
    /// The waits for results, in the order in which they began.
    blocked: Vec<Arc<Waiter>>,
    /// The waits to be asked for more.
    stalled: Vec<Arc<Waiter>>,
}

/// Somebody who needs slots.
pub(super) struct Claim {
    pub(super) need: usize,
    pub(super) got: Vec<Slot>,
    pub(super) by: Claimant,
}

pub(super) enum Claimant {
    /// A thread whose get is over.
    Thread(Arc<Parked>),
    /// A task that needs several slots.
    Task(Ready),
}

impl Rest {
    /// Idle slots, and no threads yet.
    pub(super) fn new(idle: Vec<Slot>, most_threads: usize) -> Self {
        let (spare, claims, blocked, stalled) = Default::default();
        Self { idle, spare, claims, threads: 0, most_threads, blocked, stalled }
    }

    /// Whether no thread more may be started.
    pub(super) fn has_all_threads(&self) -> bool {
        self.threads >= self.most_threads
    }

    /// The system gives no more threads than there are.
    pub(super) fn lower_limit(&mut self) {
        self.most_threads = self.threads;
    }

    /// Takes the claim that is to be served next. Those that are passed over, for want of a thread, give back what they have.
    pub(super) fn next_claim(&mut self) -> Option<Claim> {
        if !self.spare.is_empty() || !self.has_all_threads() {
            return self.claims.pop_front();
        }
        let place = self.claims.iter().position(|claim| matches!(claim.by, Claimant::Thread(_)))?;
        self.idle.extend(self.claims.iter_mut().take(place).flat_map(|claim| std::mem::take(&mut claim.got)));
        self.claims.remove(place)
    }

    /// This thread is going to lend its slots. A wait that `ends_by_itself` is nobody's last.
    pub(super) fn begin_wait(&mut self, waiter: &Arc<Waiter>, ends_by_itself: bool) {
        if waiter.is_idle() {
            self.threads -= 1;
            self.stalled.push(Arc::clone(waiter));
        } else if !ends_by_itself {
            self.blocked.push(Arc::clone(waiter));
        }
    }

    /// This thread has its slots again.
    pub(super) fn end_wait(&mut self, waiter: &Arc<Waiter>) {
        let is_another = |other: &Arc<Waiter>| !Arc::ptr_eq(other, waiter);
        if waiter.is_idle() {
            self.threads += 1;
            self.stalled.retain(is_another);
        } else {
            self.blocked.retain(is_another);
        }
    }

    /// The waits for results, where all threads are in one, none of them is over, and no thread more may be started.
    pub(super) fn waits_of_all(&self) -> Option<Vec<Arc<Waiter>>> {
        let all_wait = self.has_all_threads()
            && self.blocked.len() == self.threads
            && !self.blocked.iter().chain(&self.stalled).any(|waiter| waiter.is_over());
        all_wait.then(|| self.blocked.clone())
    }
}

/// What is wrong when all threads that there may be wait.
pub(super) fn in_words(waits: &[Arc<Waiter>]) -> String {
    /// How many names of a long chain are told.
    const TOLD: usize = 8;
    let newest = &waits[waits.len().saturating_sub(TOLD)..];
    let names: Vec<_> = newest.iter().map(|waiter| format!("`{}`", waiter.function)).collect();
    format!(
        "{} tasks wait in a get, each for a task that has not begun, and a runtime has no more threads than that; \
         the last to wait were {}. Pass references as arguments instead of waiting for them inside tasks",
        waits.len(),
        names.join(", ")
    )
}
