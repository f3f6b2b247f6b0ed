//! crossbeam's queues, as far as the runtime uses them, each a list under a lock: shuttle sees every step of it.
//!
//! A steal may be told to try again, as crossbeam's may; here it never is, for that would only make the schedules longer.

use std::collections::VecDeque;

use super::{Mutex, MutexGuard};
use crate::sync::Arc;

type List<T> = Mutex<VecDeque<T>>;

fn lock<T>(list: &List<T>) -> MutexGuard<'_, VecDeque<T>> {
    list.lock().expect("no code panics under this lock")
}

/// Moves up to `limit` tasks to `to`, beside the one that it returns.
fn share<T>(from: &List<T>, to: &Worker<T>, limit: usize) -> Steal<T> {
    // Never both locks at once: two workers may steal from each other.
    let mut batch: VecDeque<T> = {
        let mut from = lock(from);
        let count = from.len().min(limit);
        from.drain(..count).collect()
    };
    let Some(first) = batch.pop_front() else { return Steal::Empty };
    lock(&to.0).append(&mut batch);
    Steal::Success(first)
}

pub(crate) enum Steal<T> {
    Empty,
    Success(T),
    #[expect(dead_code, reason = "as crossbeam's; see the module")]
    Retry,
}

pub(crate) struct Injector<T>(List<T>);

impl<T> Injector<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::default())
    }

    pub(crate) fn push(&self, task: T) {
        lock(&self.0).push_back(task);
    }

    pub(crate) fn steal(&self) -> Steal<T> {
        lock(&self.0).pop_front().map_or(Steal::Empty, Steal::Success)
    }

    pub(crate) fn steal_batch_with_limit_and_pop(&self, to: &Worker<T>, limit: usize) -> Steal<T> {
        share(&self.0, to, limit)
    }

    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.0).is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        lock(&self.0).len()
    }
}

pub(crate) struct Worker<T>(Arc<List<T>>);

impl<T> Worker<T> {
    /// Of a queue from whose end its owner takes, and from whose front others steal.
    pub(crate) fn new_lifo() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn stealer(&self) -> Stealer<T> {
        Stealer(Arc::clone(&self.0))
    }

    pub(crate) fn push(&self, task: T) {
        lock(&self.0).push_back(task);
    }

    pub(crate) fn pop(&self) -> Option<T> {
        lock(&self.0).pop_back()
    }
}

pub(crate) struct Stealer<T>(Arc<List<T>>);

impl<T> Stealer<T> {
    pub(crate) fn steal(&self) -> Steal<T> {
        lock(&self.0).pop_front().map_or(Steal::Empty, Steal::Success)
    }

    pub(crate) fn steal_batch_and_pop(&self, to: &Worker<T>) -> Steal<T> {
        let half = lock(&self.0).len().div_ceil(2).max(1);
        share(&self.0, to, half)
    }

    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.0).is_empty()
    }
}
