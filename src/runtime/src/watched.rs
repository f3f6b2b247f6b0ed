//! Something that is shared by several threads, and those of them that wait for it to change.

use std::panic::Location;

use crate::{
    object::AnyObject,
    scheduler::Scheduler,
    shared::Shared,
    sync::{Arc, Mutex, MutexGuard},
    waiter::{Ended, Waiter},
};

/// A state behind a lock. Whoever changes it wakes all who wait; these look again, and wait on if it is not what they want.
///
/// Threads wait as in a get: their slots go to others meanwhile. Code of the program never runs under the lock.
pub(crate) struct Watched<S> {
    inner: Mutex<Inner<S>>,
}

struct Inner<S> {
    state: S,
    waiting: Vec<Arc<Waiter>>,
}

impl<S> Watched<S> {
    pub(crate) fn new(state: S) -> Self {
        Self { inner: Mutex::new(Inner { state, waiting: Vec::new() }) }
    }

    /// Looks at the state.
    pub(crate) fn look<R>(&self, look: impl FnOnce(&S) -> R) -> R {
        look(&self.inner().state)
    }

    /// Changes the state, and wakes those who wait.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut S) -> R) -> R {
        let mut inner = self.inner();
        let result = change(&mut inner.state);
        let waiting = std::mem::take(&mut inner.waiting);
        drop(inner);
        waiting.iter().for_each(|waiter| waiter.tell(false));
        result
    }

    /// Waits until `take` finds in the state what it looks for. `wait` makes a wait of this thread.
    ///
    /// # Errors
    /// Why it was not found: never `Told`.
    pub(crate) fn take<R>(
        &self,
        scheduler: &Arc<Scheduler>,
        wait: impl Fn() -> Arc<Waiter>,
        mut take: impl FnMut(&mut S) -> Option<R>,
    ) -> Result<R, Ended> {
        loop {
            let mut inner = self.inner();
            if let Some(found) = take(&mut inner.state) {
                let waiting = std::mem::take(&mut inner.waiting);
                drop(inner);
                waiting.iter().for_each(|waiter| waiter.tell(false));
                return Ok(found);
            }
            let waiter = wait();
            waiter.expect(1);
            inner.waiting.push(Arc::clone(&waiter));
            drop(inner);
            waiter.begin();
            let ended = scheduler.block(&waiter, None);
            if ended != Ended::Told {
                self.inner().waiting.retain(|other| !Arc::ptr_eq(other, &waiter));
                return Err(ended);
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner<S>> {
        self.inner.lock().expect("no code panics under this lock")
    }
}

/// A wait of this thread for one of `objects`: it is part of a deadlock if none of them can be there before it is over.
pub(crate) fn wait_for(
    scheduler: &Arc<Scheduler>,
    at: &'static Location<'static>,
    objects: Vec<Shared<dyn AnyObject>>,
) -> Arc<Waiter> {
    let waiter = Waiter::new(scheduler, at, false);
    let spare = objects.len().saturating_sub(1);
    waiter.objects(objects, spare);
    waiter
}
