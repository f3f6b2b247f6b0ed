//! shuttle's threads, with what these lack of the standard library's.

use std::{io, time::Duration};

pub(crate) use shuttle::thread::{Thread, current, park, park_timeout, spawn, yield_now};

use super::AtomicBool;
use crate::sync::{Arc, Ordering};

/// No time passes: it is others' turn.
pub(crate) fn sleep(_: Duration) {
    yield_now();
}

#[derive(Default)]
pub(crate) struct Builder(shuttle::thread::Builder);

impl Builder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn name(self, name: String) -> Self {
        Self(self.0.name(name))
    }

    pub(crate) fn stack_size(self, bytes: usize) -> Self {
        Self(self.0.stack_size(bytes))
    }

    pub(crate) fn spawn<T: Send + 'static>(
        self,
        body: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<JoinHandle<T>> {
        let is_finished = Arc::new(AtomicBool::new(false));
        let own = Arc::clone(&is_finished);
        let handle = self.0.spawn(move || {
            let value = body();
            own.store(true, Ordering::SeqCst);
            value
        })?;
        Ok(JoinHandle { handle, is_finished })
    }
}

pub(crate) struct JoinHandle<T> {
    handle: shuttle::thread::JoinHandle<T>,
    is_finished: Arc<AtomicBool>,
}

impl<T> JoinHandle<T> {
    pub(crate) fn thread(&self) -> &Thread {
        self.handle.thread()
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.is_finished.load(Ordering::SeqCst)
    }

    pub(crate) fn join(self) -> std::thread::Result<T> {
        self.handle.join()
    }
}
