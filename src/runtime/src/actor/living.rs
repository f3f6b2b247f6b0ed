//! The actors of a runtime that have not ended.

use std::collections::HashMap;

use crate::sync::{Arc, Mutex, MutexGuard};

/// An actor, whatever its type.
pub(crate) trait AnyActor: Send + Sync {
    /// What it is called.
    fn name(&self) -> &str;
    /// The call that it is busy with, or [`trace::ROOT`].
    fn running(&self) -> u64;
    /// Makes it take a turn.
    fn wake(self: Arc<Self>);
}

/// Keeps actors by their numbers until they have ended; a runtime that stops ends them, and those made later at once.
#[derive(Default)]
pub(crate) struct Living {
    actors: Mutex<HashMap<u64, Arc<dyn AnyActor>>>,
}

impl Living {
    pub(super) fn add(&self, id: u64, actor: Arc<dyn AnyActor>) {
        self.actors().insert(id, actor);
    }

    pub(super) fn remove(&self, id: u64) {
        self.actors().remove(&id);
    }

    pub(crate) fn find(&self, id: u64) -> Option<Arc<dyn AnyActor>> {
        self.actors().get(&id).cloned()
    }

    /// Lets every actor see that the runtime stops: it cancels the calls that have not begun, and ends.
    pub(crate) fn wake_all(&self) {
        let actors: Vec<_> = self.actors().values().cloned().collect();
        for actor in actors {
            actor.wake();
        }
    }

    fn actors(&self) -> MutexGuard<'_, HashMap<u64, Arc<dyn AnyActor>>> {
        self.actors.lock().expect("no code panics under this lock")
    }
}
