//! Tasks: a function with its arguments, run once, on some worker, when the arguments are there.
//!
//! A task is one allocation that is also its result's [`ResultCell`]. Its state only grows:
//!
//! ```text
//! WAITING --(last argument is there)--> READY --(compare-exchange by one thread)--> CLAIMED --> result set
//! ```
//!
//! `missing` counts the arguments that are not there, plus one for the submission itself, so that a task cannot become
//! ready while it is still being submitted. A ready task stands in a queue; a `get` may claim it directly, and the queue
//! entry that is left behind is skipped by whoever finds it. Arguments are dropped as the task runs.

use std::{
    panic::{AssertUnwindSafe, Location, catch_unwind},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
};

use trace::{Kind, Status};

use crate::{
    TaskError,
    argument::{Arguments, View},
    context,
    object::{AnyObject, Object, ObjectRef, ResultCell, Waiting},
    scheduler::Scheduler,
};

/// A remote function, known by name.
#[derive(Debug)]
pub struct Function {
    /// Its name, without its module.
    pub name: &'static str,
}

/// A task as a queue sees it.
pub trait Job: Send + Sync {
    /// Runs it on this thread, unless somebody has.
    fn run(self: Arc<Self>, scheduler: &Arc<Scheduler>);
    /// One of its arguments is there.
    fn argument_is_there(self: Arc<Self>);
}

const WAITING: u8 = 0;
const READY: u8 = 1;
const CLAIMED: u8 = 2;

struct Task<A, F, T> {
    id: u64,
    function: &'static Function,
    state: AtomicU8,
    missing: AtomicUsize,
    /// Where it goes when its arguments are there; empty in a task that never has to wait.
    home: OnceLock<Arc<Scheduler>>,
    work: Mutex<Option<(A, F)>>,
    result: ResultCell<T>,
}

/// Submits a task to this thread's runtime: `body` is called with `arguments` when they are there.
///
/// This is what `#[remote]` expands to; see there.
#[track_caller]
#[inline]
pub fn submit<A, F, T>(function: &'static Function, arguments: A, body: F) -> ObjectRef<T>
where
    A: Arguments,
    F: FnOnce(A) -> Result<T, TaskError> + Send + 'static,
    T: Send + Sync + 'static,
{
    let at = context::caller(Location::caller());
    context::with_runtime(|scheduler| {
        let id = scheduler.next_task();
        let site = context::site(scheduler, function.name, at);
        let objects = record_submission(scheduler, id, site, &arguments);
        if scheduler.is_stopping() {
            let error = TaskError::RuntimeStopped { task: function.name.to_string() };
            scheduler.record([(Kind::End, 0, id, Status::Cancelled as u64)]);
            return ObjectRef::new(
                task(id, function, CLAIMED, None, ResultCell::full(Err(error))) as Arc<Task<A, F, T>>
            );
        }
        let state = if objects == 0 { READY } else { WAITING };
        let task = task(id, function, state, Some((arguments, body)), ResultCell::empty());
        if objects == 0 {
            scheduler.push(Arc::clone(&task) as Arc<dyn Job>);
        } else {
            Arc::clone(&task).wait_for_arguments(scheduler);
        }
        ObjectRef::new(task)
    })
}

fn task<A, F, T>(
    id: u64,
    function: &'static Function,
    state: u8,
    work: Option<(A, F)>,
    result: ResultCell<T>,
) -> Arc<Task<A, F, T>> {
    Arc::new(Task {
        id,
        function,
        state: AtomicU8::new(state),
        missing: AtomicUsize::new(1),
        home: OnceLock::new(),
        work: Mutex::new(work),
        result,
    })
}

/// Records the submission and its arguments, and returns how many of them are objects.
#[inline]
fn record_submission(scheduler: &Scheduler, id: u64, site: u32, arguments: &impl Arguments) -> usize {
    /// More than a function may have parameters.
    const MOST: usize = 13;
    let mut events = [(Kind::Submit, site, id, context::task()); MOST];
    let (mut count, mut objects) = (1, 0);
    arguments.each(&mut |view| {
        events[count] = match view {
            View::Object(object) => {
                objects += 1;
                (Kind::Argument, 0, id, object.id())
            }
            View::Value(bytes) => (Kind::Value, 0, id, bytes as u64),
        };
        count += 1;
    });
    scheduler.record(events.into_iter().take(count));
    objects
}

impl<A, F, T> Task<A, F, T>
where
    A: Arguments,
    F: FnOnce(A) -> Result<T, TaskError> + Send + 'static,
    T: Send + Sync + 'static,
{
    fn wait_for_arguments(self: Arc<Self>, scheduler: &Arc<Scheduler>) {
        let home = self.home.set(Arc::clone(scheduler));
        debug_assert!(home.is_ok(), "a task is submitted once");
        let work = self.work.lock().expect("no code panics under this lock");
        if let Some((arguments, _)) = &*work {
            arguments.each(&mut |view| {
                if let View::Object(object) = view {
                    self.missing.fetch_add(1, Ordering::Relaxed);
                    if !object.subscribe(Waiting::Task(Arc::clone(&self) as Arc<dyn Job>)) {
                        self.missing.fetch_sub(1, Ordering::Relaxed);
                    }
                }
            });
        }
        drop(work);
        if self.missing.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.become_ready(scheduler);
        }
    }

    fn become_ready(self: Arc<Self>, scheduler: &Arc<Scheduler>) {
        self.state.store(READY, Ordering::Release);
        scheduler.push(self);
    }

    /// The error that an argument holds, if one does.
    fn failed_argument(&self) -> Option<TaskError> {
        self.home.get()?;
        let mut error = None;
        if let Some((arguments, _)) = &*self.work.lock().expect("no code panics under this lock") {
            arguments.each(&mut |view| {
                if let (None, View::Object(object)) = (&error, view) {
                    error = object.error();
                }
            });
        }
        error
    }

    fn take_work(&self) -> (A, F) {
        let work = self.work.lock().expect("no code panics under this lock").take();
        work.expect("only the thread that claimed a task takes its work")
    }

    /// Calls the function. A panic, in it or in the drop of an argument, becomes an error.
    fn call(&self) -> Result<T, TaskError> {
        let (arguments, body) = self.take_work();
        let called =
            context::in_task(self.id, self.function.name, || catch_unwind(AssertUnwindSafe(|| body(arguments))));
        called.unwrap_or_else(|payload| {
            let place = context::panic_place();
            let message = panic_message(&*payload);
            // A payload may panic as it is dropped; that is nobody's result.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(payload)));
            Err(TaskError::Panic { task: self.function.name.to_string(), message, place })
        })
    }

    /// Ends the claimed task without running it.
    fn end_with(self: Arc<Self>, scheduler: &Scheduler, error: TaskError, status: Status) {
        scheduler.record([(Kind::End, 0, self.id, status as u64)]);
        let work = self.take_work();
        let _ = catch_unwind(AssertUnwindSafe(|| drop(work)));
        let tell = self.result.complete(Err(error));
        drop(self);
        tell();
    }
}

/// What a panic said.
fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_string())
}

impl<A, F, T> AnyObject for Task<A, F, T>
where
    A: Arguments,
    F: FnOnce(A) -> Result<T, TaskError> + Send + 'static,
    T: Send + Sync + 'static,
{
    fn id(&self) -> u64 {
        self.id
    }

    fn error(&self) -> Option<TaskError> {
        self.result.error()
    }

    fn subscribe(&self, waiting: Waiting) -> bool {
        self.result.subscribe(waiting)
    }
}

impl<A, F, T> Object<T> for Task<A, F, T>
where
    A: Arguments,
    F: FnOnce(A) -> Result<T, TaskError> + Send + 'static,
    T: Send + Sync + 'static,
{
    fn cell(&self) -> &ResultCell<T> {
        &self.result
    }

    fn cell_mut(&mut self) -> &mut ResultCell<T> {
        &mut self.result
    }

    #[inline]
    fn claim(&self) -> bool {
        self.state.compare_exchange(READY, CLAIMED, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    fn run_claimed(self: Arc<Self>, scheduler: &Arc<Scheduler>, inline: bool) {
        if let Some(error) = self.failed_argument() {
            return self.end_with(scheduler, error, Status::Failed);
        }
        if scheduler.is_stopping() {
            let error = TaskError::Cancelled { task: self.function.name.to_string() };
            return self.end_with(scheduler, error, Status::Cancelled);
        }
        scheduler.record([(Kind::Start, 0, self.id, u64::from(inline))]);
        let outcome = self.call();
        let status = match &outcome {
            Ok(_) => Status::Done,
            Err(TaskError::Panic { .. }) => Status::Panicked,
            Err(_) => Status::Failed,
        };
        scheduler.record([(Kind::End, 0, self.id, status as u64)]);
        let tell = self.result.complete(outcome.map(Arc::new));
        drop(self);
        tell();
    }
}

impl<A, F, T> Job for Task<A, F, T>
where
    A: Arguments,
    F: FnOnce(A) -> Result<T, TaskError> + Send + 'static,
    T: Send + Sync + 'static,
{
    fn run(self: Arc<Self>, scheduler: &Arc<Scheduler>) {
        if self.claim() {
            self.run_claimed(scheduler, false);
        }
    }

    fn argument_is_there(self: Arc<Self>) {
        if self.missing.fetch_sub(1, Ordering::AcqRel) != 1 {
            return;
        }
        let home = self.home.get().expect("a task that waits for arguments has a home");
        let home = Arc::clone(home);
        home.record([(Kind::Ready, 0, self.id, 0)]);
        self.become_ready(&home);
    }
}
