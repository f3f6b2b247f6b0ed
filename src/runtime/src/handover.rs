//! A place where a parked thread finds what it was woken for.

use std::time::Instant;

use crate::sync::{Condvar, Mutex};

/// One thread waits here for what others give it, one thing at a time.
pub(crate) struct Handover<T> {
    given: Mutex<Option<T>>,
    changed: Condvar,
}

impl<T> Default for Handover<T> {
    fn default() -> Self {
        Self { given: Mutex::new(None), changed: Condvar::new() }
    }
}

impl<T> Handover<T> {
    pub(crate) fn give(&self, given: T) {
        *self.given.lock().expect("no code panics under this lock") = Some(given);
        self.changed.notify_one();
    }

    pub(crate) fn wait(&self) -> T {
        let mut given = self.given.lock().expect("no code panics under this lock");
        loop {
            if let Some(given) = given.take() {
                return given;
            }
            given = self.changed.wait(given).expect("no code panics under this lock");
        }
    }

    /// What is given, if that is before `until`.
    pub(crate) fn wait_until(&self, until: Instant) -> Option<T> {
        let mut given = self.given.lock().expect("no code panics under this lock");
        while given.is_none() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            given = self.changed.wait_timeout(given, left).expect("no code panics under this lock").0;
        }
        given.take()
    }
}
