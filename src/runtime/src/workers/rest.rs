//! What is not running: idle slots, threads without one, and who claims slots.

use std::{collections::VecDeque, time::Instant};

use super::{Parked, Slot};
use crate::{scheduler::Ready, sync::Arc, waiter::Waiter};

/// What is not running.
#[derive(Default)]
pub(super) struct Rest {
    pub(super) idle: Vec<Slot>,
    pub(super) spare: Vec<Arc<Parked>>,
    pub(super) claims: VecDeque<Claim>,
    /// All threads but those that stall.
    pub(super) threads: usize,
    /// Those who wait in a get.
    blocked: Vec<Arc<Waiter>>,
    /// Those who wait to be asked for more.
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
    pub(super) fn with(idle: Vec<Slot>) -> Self {
        Self { idle, ..Self::default() }
    }

    /// Whether no thread more may be started.
    pub(super) fn has_all_threads(&self, most_threads: usize) -> bool {
        self.threads >= most_threads
    }

    /// Takes the claim that is to be served next. Those that are passed over, for want of a thread, give back what they have.
    pub(super) fn next_claim(&mut self, most_threads: usize) -> Option<Claim> {
        if !self.spare.is_empty() || !self.has_all_threads(most_threads) {
            return self.claims.pop_front();
        }
        let place = self.claims.iter().position(|claim| matches!(claim.by, Claimant::Thread(_)))?;
        self.idle.extend(self.claims.iter_mut().take(place).flat_map(|claim| std::mem::take(&mut claim.got)));
        self.claims.remove(place)
    }

    /// This thread is going to lend its slots.
    ///
    /// # Errors
    /// Who waits for whom, when it is the last thread that could still run anything.
    pub(super) fn begin_wait(
        &mut self,
        waiter: &Arc<Waiter>,
        until: Option<Instant>,
        most_threads: usize,
    ) -> Result<(), String> {
        if waiter.is_idle() {
            self.threads -= 1;
            self.stalled.push(Arc::clone(waiter));
        } else if until.is_none() {
            if let Some(chain) = self.chain_if_stuck(waiter, most_threads) {
                return Err(chain);
            }
            self.blocked.push(Arc::clone(waiter));
        }
        Ok(())
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

    /// Who waits for whom, when `waiter`'s thread is the last that could still run anything. A wait that ends by itself after a time
    /// is nobody's last.
    fn chain_if_stuck(&self, waiter: &Waiter, most_threads: usize) -> Option<String> {
        let all_wait = self.blocked.len() + 1 >= self.threads.max(most_threads);
        if !all_wait || self.blocked.iter().chain(&self.stalled).any(|waiter| waiter.is_over()) {
            return None;
        }
        /// How many names of a long chain are told.
        const TOLD: usize = 8;
        let names = self.blocked.iter().map(|blocked| blocked.function).chain([waiter.function]);
        let told: Vec<_> = names.map(|name| format!("`{name}`")).collect();
        let newest = told[told.len().saturating_sub(TOLD)..].join(", ");
        Some(format!(
            "{} tasks wait in a get, each for a task that has not begun, and a runtime has no more threads than that; \
             the last to wait were {newest}. Pass references as arguments instead of waiting for them inside tasks",
            told.len()
        ))
    }
}
