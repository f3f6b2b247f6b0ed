//! One of several objects that a task makes: a part of its result, or an item of its stream.

use std::sync::OnceLock;

use trace::Kind;

use crate::{
    TaskError,
    cell::{ResultCell, Told, Waiting},
    context,
    deadlock::Waits,
    log::{Start, shallow_size},
    object::{AnyObject, Object, ObjectRef},
    scheduler::Scheduler,
    shared::{Shared, as_trait},
    sync::Arc,
    waiter::Waiter,
};

/// An object that is not the only one of its task. It has a number of its own. The task has promised it, and owns it, too.
pub struct Yielded<T> {
    id: u64,
    name: &'static str,
    /// The task, for one that was promised before it is there. It is told to nobody before this is set.
    task: OnceLock<ObjectRef<()>>,
    cell: ResultCell<T>,
}

impl<T: Send + Sync + 'static> Yielded<T> {
    /// One that is not there yet.
    pub(crate) fn promised(scheduler: &Scheduler, name: &'static str) -> Arc<Self> {
        Arc::new(Self { id: scheduler.next_number(), name, task: OnceLock::new(), cell: ResultCell::empty() })
    }

    /// One that is there.
    pub(crate) fn given(scheduler: &Scheduler, name: &'static str, outcome: Result<T, TaskError>) -> Arc<Self> {
        let cell = ResultCell::full(outcome.map(Arc::new).map_err(Arc::new));
        Arc::new(Self { id: scheduler.next_number(), name, task: OnceLock::new(), cell })
    }

    /// A reference to it.
    pub(crate) fn reference(this: Arc<Self>) -> ObjectRef<T> {
        ObjectRef::new(as_trait!(Shared::new(this) => dyn Object<T>))
    }

    /// The running task keeps its promise.
    pub(crate) fn give(self: Arc<Self>, value: T) {
        context::record(Kind::Yield, shallow_size::<T>(), self.id);
        let told = self.cell.complete(Ok(Arc::new(value)));
        drop(self);
        told.tell();
    }
}

/// An object that a task has promised, whatever its type.
pub trait Promise: Send + Sync {
    /// Says which task it is.
    fn set_task(&self, task: ObjectRef<()>);
    /// The task has ended without it.
    fn fail(self: Arc<Self>, error: Arc<TaskError>);
}

impl<T: Send + Sync + 'static> Promise for Yielded<T> {
    fn set_task(&self, task: ObjectRef<()>) {
        let _ = self.task.set(task);
    }

    fn fail(self: Arc<Self>, error: Arc<TaskError>) {
        if !self.cell.is_done() {
            let told = self.cell.complete(Err(error));
            drop(self);
            told.tell();
        }
    }
}

impl<T: Send + Sync + 'static> AnyObject for Arc<Yielded<T>> {
    fn id(&self) -> u64 {
        self.id
    }

    fn task(&self) -> u64 {
        self.task.get().map_or(self.id, |task| task.any().id())
    }

    fn name(&self) -> &str {
        self.name
    }

    fn is_done(&self) -> bool {
        self.cell.is_done()
    }

    fn error(&self) -> Option<Arc<TaskError>> {
        self.cell.error().cloned()
    }

    fn subscribe(&self, waiting: Waiting) -> bool {
        self.cell.subscribe(waiting)
    }

    fn unsubscribe(&self, waiter: &Arc<Waiter>) {
        self.cell.unsubscribe(waiter);
    }

    fn waits(&self) -> Waits {
        match self.task.get() {
            Some(task) if !self.cell.is_done() => task.any().waits(),
            _ => Waits::Nothing,
        }
    }

    fn cancel(&self, scheduler: &Arc<Scheduler>) {
        if let Some(task) = self.task.get() {
            task.any().cancel(scheduler);
        }
    }
}

impl<T: Send + Sync + 'static> Object<T> for Arc<Yielded<T>> {
    fn cell(&self) -> &ResultCell<T> {
        &self.cell
    }

    fn cell_mut(&mut self) -> Option<&mut ResultCell<T>> {
        Arc::get_mut(self).map(|yielded| &mut yielded.cell)
    }

    fn claim(&self) -> bool {
        self.task.get().is_some_and(|task| task.object().claim())
    }

    fn run_claimed(&self, scheduler: &Arc<Scheduler>, start: Start) -> Told {
        let task = self.task.get().expect("its task was claimed");
        task.object().run_claimed(scheduler, start)
    }
}
