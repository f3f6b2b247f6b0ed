//! Tasks: a function with its arguments, run once, on some worker, when the arguments are there.
//!
//! A task is one piece of memory that is also its result's [`ResultCell`]. Its state says who may touch the work, the function and
//! its arguments:
//!
//! ```text
//! WAITING --(last argument is there)--> READY --(a worker, or a get)--> CLAIMED --> result written
//!    |  \--(cancelled)------------------------------------------------>   ^
//!    \--(looked at)--> LOOKED_AT --> WAITING          (cancelled) --------/
//! ```
//!
//! Each arrow is a compare-exchange by one thread. The one that makes a task CLAIMED takes the work out; the one that
//! makes it LOOKED_AT may read the arguments for a moment, to find a deadlock.
//!
//! `missing` counts the arguments that are not there, plus one for the submission itself, so that a task cannot become
//! ready while it is still being submitted. A ready task stands in a queue; a `get` may claim it directly, and the queue
//! entry that is left behind is skipped by whoever finds it. Arguments are dropped as the task runs.

use std::{
    cell::UnsafeCell,
    panic::{AssertUnwindSafe, Location, catch_unwind},
};

use trace::{Kind, Status};

use crate::{
    TaskError,
    argument::{Arguments, View},
    cell::{ResultCell, Told, Waiting},
    context,
    deadlock::Waits,
    log::{Start, shallow_size},
    object::{AnyObject, Object, ObjectRef},
    scheduler::Scheduler,
    scope::{Place, Stop},
    shared::{Shared, as_trait},
    sync::{Arc, AtomicU8, AtomicUsize, Ordering, thread},
    waiter::Waiter,
};

/// A remote function, known by name.
#[derive(Debug)]
pub struct Function {
    /// Its name, without its module.
    pub(crate) name: &'static str,
    /// The line where it is written.
    pub(crate) at: &'static Location<'static>,
}

impl Function {
    /// The function that is written where this is called.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str) -> Self {
        Self { name, at: Location::caller() }
    }
}

/// How a task is to be run, where that is not as usual.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Demands {
    /// What the task is called.
    pub(crate) name: &'static str,
    /// How many worker slots it needs.
    pub(crate) slots: u16,
}

/// A task as a queue sees it.
pub trait Job: Send + Sync {
    /// Runs it on this thread, unless somebody has. Those that it returns are to be told when its caller has let go of it, so that
    /// a consumer that is its last owner may take the value out.
    fn run(&self, scheduler: &Arc<Scheduler>, start: Start) -> Told;
    /// One of its arguments is there; if it was the last, where the task is to be queued, and how many slots it needs.
    fn argument_is_there(&self) -> Option<(Arc<Scheduler>, u16)>;
    /// Whether somebody has taken it, so that its place in a queue means nothing any more.
    fn is_taken(&self) -> bool;
}

impl Shared<dyn Job> {
    /// Runs it on this thread, unless somebody has, and tells those who wait for it.
    pub(crate) fn run(self, scheduler: &Arc<Scheduler>, start: Start) {
        let told = Job::run(&*self, scheduler, start);
        drop(self);
        told.tell();
    }

    /// One of its arguments is there: the last one lets it be queued.
    pub(crate) fn argument_is_there(self) {
        if let Some((home, slots)) = Job::argument_is_there(&*self) {
            home.push(self, slots);
        }
    }
}

const WAITING: u8 = 0;
const LOOKED_AT: u8 = 1;
const READY: u8 = 2;
const CLAIMED: u8 = 3;

struct Task<A, F, T> {
    id: u64,
    demands: Demands,
    state: AtomicU8,
    missing: AtomicUsize,
    /// Where it goes when its arguments are there; `None` in a task that never has to wait.
    home: Option<Arc<Scheduler>>,
    place: Place,
    work: UnsafeCell<Option<(A, F)>>,
    result: ResultCell<T>,
}

// SAFETY: `work` is the one part that is not `Sync` by itself. It is moved out by the one thread that made the state CLAIMED;
// until then it is only read: by its submitter, before any other thread can claim it (see `wait_for_arguments`), and by the
// thread that made the state LOOKED_AT, before it makes it WAITING again. These readers look at the references
// among the arguments and at sizes, and both are `Sync`; values are moved to the claiming thread, so `Send` is enough.
#[expect(unsafe_code, reason = "the work is handed from thread to thread by the task's state, without a lock")]
unsafe impl<A: Send, F: Send, T: Send + Sync> Sync for Task<A, F, T> {}

/// Submits a task to this thread's runtime: `body` is called with `arguments` when they are there.
#[track_caller]
#[inline]
pub(crate) fn submit<A, F, T>(function: &'static Function, arguments: A, body: F) -> ObjectRef<T>
where
    A: Arguments,
    F: FnOnce(A) -> Result<T, TaskError> + Send + 'static,
    T: Send + Sync + 'static,
{
    submit_with(Demands { name: function.name, slots: 1 }, function.at, arguments, body)
}

/// [`submit`] of a task with demands, whose function is written at `written`.
#[track_caller]
#[inline]
pub(crate) fn submit_with<A, F, T>(
    demands: Demands,
    written: &'static Location<'static>,
    arguments: A,
    body: F,
) -> ObjectRef<T>
where
    A: Arguments,
    F: FnOnce(A) -> Result<T, TaskError> + Send + 'static,
    T: Send + Sync + 'static,
{
    let at = context::caller(Location::caller());
    context::with_runtime(|scheduler| {
        context::stop_if_cancelled(scheduler);
        let id = scheduler.next_number();
        let site = context::site_of_call(scheduler, demands.name, at, written);
        record_submission(scheduler, id, site, None, &arguments);
        if let Some(error) = refusal(scheduler, demands) {
            scheduler.record(Kind::End, 0, id, Status::Cancelled as u64);
            let result = ResultCell::full(Err(Arc::new(error)));
            return ObjectRef::new(
                as_trait!(task(id, demands, CLAIMED, None, None::<(A, F)>, result) => dyn Object<T>),
            );
        }
        if has_objects(&arguments) {
            let home = Some(Arc::clone(scheduler));
            let task = task(id, demands, WAITING, home, Some((arguments, body)), ResultCell::empty());
            Task::wait_for_arguments(&task, scheduler);
            return ObjectRef::new(as_trait!(task => dyn Object<T>));
        }
        let task = task(id, demands, READY, None, Some((arguments, body)), ResultCell::empty());
        scheduler.push(as_trait!(task.clone() => dyn Job), demands.slots);
        ObjectRef::new(as_trait!(task => dyn Object<T>))
    })
}

/// Why the task will not run.
#[inline]
fn refusal(scheduler: &Scheduler, Demands { name, slots }: Demands) -> Option<TaskError> {
    if scheduler.is_stopping() {
        return Some(TaskError::RuntimeStopped { task: name.to_string() });
    }
    let there_are = scheduler.settings.slots;
    (usize::from(slots) > there_are).then(|| TaskError::Unschedulable {
        task: name.to_string(),
        asked: slots.into(),
        slots: there_are,
    })
}

#[inline]
pub(crate) fn has_objects(arguments: &impl Arguments) -> bool {
    let mut has = false;
    arguments.each(&mut |view| has |= matches!(view, View::Object(_)));
    has
}

#[inline]
fn task<A, F, T>(
    id: u64,
    demands: Demands,
    state: u8,
    home: Option<Arc<Scheduler>>,
    work: Option<(A, F)>,
    result: ResultCell<T>,
) -> Shared<Task<A, F, T>> {
    Shared::new(Task {
        id,
        demands,
        state: AtomicU8::new(state),
        missing: AtomicUsize::new(1),
        home,
        place: Place::below(context::scope()),
        work: UnsafeCell::new(work),
        result,
    })
}

/// Records a submission; `actor` is whom it calls, if that is an actor.
#[inline]
pub(crate) fn record_submission(
    scheduler: &Scheduler,
    id: u64,
    site: u32,
    actor: Option<u64>,
    arguments: &impl Arguments,
) {
    scheduler.record_with(|writer| {
        writer.write(Kind::Submit, site, id, context::task());
        if let Some(actor) = actor {
            writer.write(Kind::Call, 0, id, actor);
        }
        arguments.each(&mut |view| match view {
            View::Object(object) => writer.write(Kind::Argument, 0, id, object.any().id()),
            View::Value(bytes) => writer.write(Kind::Value, 0, id, bytes as u64),
        });
    });
}

impl<A, F, T> Task<A, F, T>
where
    A: Arguments,
    F: FnOnce(A) -> Result<T, TaskError> + Send + 'static,
    T: Send + Sync + 'static,
{
    #[expect(unsafe_code, reason = "reads the arguments of a task that nobody can claim")]
    fn wait_for_arguments(task: &Shared<Self>, scheduler: &Arc<Scheduler>) {
        // SAFETY: `missing` counts this submission until the end of this function, so the task cannot become READY; and it
        // cannot be cancelled, as nobody has a reference to its object yet. So nobody claims it.
        if let Some((arguments, _)) = unsafe { &*task.work.get() } {
            arguments.each(&mut |view| {
                // Who finds it there need not count it, nor make an owner for a list that there is no more.
                if let View::Object(object) = view
                    && !object.any().is_done()
                {
                    task.missing.fetch_add(1, Ordering::Relaxed);
                    if !object.any().subscribe(Waiting::Task(as_trait!(task.clone() => dyn Job))) {
                        task.missing.fetch_sub(1, Ordering::Relaxed);
                    }
                }
            });
        }
        if task.missing.fetch_sub(1, Ordering::AcqRel) == 1 && task.step(WAITING, READY) {
            scheduler.push(as_trait!(task.clone() => dyn Job), task.demands.slots);
        }
    }

    /// From one state to another; false when it is in neither of `from` and LOOKED_AT.
    #[inline]
    fn step(&self, from: u8, to: u8) -> bool {
        loop {
            match self.state.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(LOOKED_AT) if from == WAITING => thread::yield_now(),
                Err(_) => return false,
            }
        }
    }

    #[inline]
    #[expect(unsafe_code, reason = "takes the work of a claimed task")]
    fn take_work(&self) -> (A, F) {
        // SAFETY: only the thread that made the state CLAIMED calls this, once: nobody else touches the work any more.
        let work = unsafe { (*self.work.get()).take() };
        work.expect("only the thread that claimed a task takes its work")
    }

    /// Calls the function. A panic, in it or in the drop of an argument, becomes an error.
    fn call(&self, (arguments, body): (A, F), inline: bool) -> Result<T, TaskError> {
        let Demands { name, .. } = self.demands;
        let run = || catch_unwind(AssertUnwindSafe(|| body(arguments)));
        let called = context::in_task(self.id, name, &self.place, inline, run);
        called.unwrap_or_else(|payload| Err(error_of_panic(name, payload)))
    }

    /// Ends the claimed task without running it.
    fn end_with(&self, scheduler: &Scheduler, work: (A, F), error: TaskError, status: Status) -> Told {
        scheduler.record(Kind::End, 0, self.id, status as u64);
        drop_quietly(work);
        self.result.complete(Err(Arc::new(error)))
    }

    fn cancelled(&self) -> TaskError {
        TaskError::Cancelled { task: self.demands.name.to_string() }
    }
}

/// The error that one of the arguments holds.
pub(crate) fn failed_argument(arguments: &impl Arguments) -> Option<TaskError> {
    let mut error = None;
    arguments.each(&mut |view| {
        if let (None, View::Object(object)) = (&error, view) {
            error = object.any().error();
        }
    });
    error.map(|error| (*error).clone())
}

/// What a panic in a task makes of it.
pub(crate) fn error_of_panic(task: &str, payload: Box<dyn std::any::Any + Send>) -> TaskError {
    let task = task.to_string();
    if payload.is::<Stop>() {
        return TaskError::Cancelled { task };
    }
    let place = context::panic_place().unwrap_or_else(|| "an unknown place".to_string());
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    let message = text
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_string());
    drop_quietly(payload);
    TaskError::Panic { task, message, place }
}

/// Drops something of the user's. What panics in it is nobody's result.
pub(crate) fn drop_quietly<T>(value: T) {
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(value)));
    // What it panicked with may panic as it is dropped, too.
    if let Err(again) = dropped.or_else(|payload| catch_unwind(AssertUnwindSafe(|| drop(payload)))) {
        std::mem::forget(again);
    }
}

/// How the record says that a call ended.
pub(crate) fn status_of<T>(outcome: &Result<T, TaskError>) -> Status {
    match outcome {
        Ok(_) => Status::Done,
        Err(TaskError::Panic { .. }) => Status::Panicked,
        Err(TaskError::Cancelled { .. }) => Status::Cancelled,
        Err(_) => Status::Failed,
    }
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

    fn name(&self) -> &str {
        self.demands.name
    }

    fn is_done(&self) -> bool {
        self.result.is_done()
    }

    fn error(&self) -> Option<Arc<TaskError>> {
        self.result.error().cloned()
    }

    fn subscribe(&self, waiting: Waiting) -> bool {
        self.result.subscribe(waiting)
    }

    fn unsubscribe(&self, waiter: &Arc<Waiter>) {
        self.result.unsubscribe(waiter);
    }

    #[expect(unsafe_code, reason = "reads the arguments of a task that waits")]
    fn waits(&self) -> Waits {
        if self.result.is_done() {
            return Waits::Nothing;
        }
        if self.state.compare_exchange(WAITING, LOOKED_AT, Ordering::AcqRel, Ordering::Relaxed).is_err() {
            let is_running = self.state.load(Ordering::Relaxed) == CLAIMED;
            return match self.demands.slots {
                _ if is_running => Waits::Task(self.id),
                0 => Waits::Nothing,
                _ => Waits::Worker,
            };
        }
        let mut objects = Vec::new();
        // SAFETY: while the state is LOOKED_AT nobody claims the task, so nobody moves the work. References can be cloned on
        // any thread; nothing else of the arguments is touched.
        if let Some((arguments, _)) = unsafe { &*self.work.get() } {
            arguments.each(&mut |view| {
                if let View::Object(object) = view {
                    objects.push(object.to_any());
                }
            });
        }
        self.state.store(WAITING, Ordering::Release);
        Waits::Arguments(objects)
    }

    fn cancel(&self, scheduler: &Arc<Scheduler>) {
        scheduler.cancel(|| self.place.scope().cancel());
        if self.step(WAITING, CLAIMED) || self.step(READY, CLAIMED) {
            let (work, error) = (self.take_work(), self.cancelled());
            self.end_with(scheduler, work, error, Status::Cancelled).tell();
        }
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

    fn cell_mut(&mut self) -> Option<&mut ResultCell<T>> {
        Some(&mut self.result)
    }

    #[inline]
    fn claim(&self) -> bool {
        self.demands.slots == 1 && self.step(READY, CLAIMED)
    }

    fn run_claimed(&self, scheduler: &Arc<Scheduler>, start: Start) -> Told {
        let work = self.take_work();
        if self.home.is_some()
            && let Some(error) = failed_argument(&work.0)
        {
            let status = if matches!(error, TaskError::Cancelled { .. }) { Status::Cancelled } else { Status::Failed };
            return self.end_with(scheduler, work, error, status);
        }
        if scheduler.is_stopping() || (scheduler.has_cancelled() && self.place.is_cancelled()) {
            let error = self.cancelled();
            return self.end_with(scheduler, work, error, Status::Cancelled);
        }
        if start == Start::Inline && self.home.is_some() {
            // What it waited for may have ended since the get began.
            scheduler.look_at_clock();
        }
        // Else, who was to look at the clock has done so as it turned to this task.
        scheduler.record_again(Kind::Start, 0, self.id, start.word());
        let outcome = self.call(work, !scheduler.is_virtual());
        let status = status_of(&outcome) as u64;
        scheduler.record_with(|writer| writer.write(Kind::End, shallow_size::<T>(), self.id, status));
        self.result.complete(outcome.map(Arc::new).map_err(Arc::new))
    }
}

impl<A, F, T> Job for Task<A, F, T>
where
    A: Arguments,
    F: FnOnce(A) -> Result<T, TaskError> + Send + 'static,
    T: Send + Sync + 'static,
{
    fn run(&self, scheduler: &Arc<Scheduler>, start: Start) -> Told {
        // Before the claim: to look at the clock, the processor waits for what it has begun, and a claim takes long.
        let start = match start {
            Start::Unread | Start::Inline => start,
            Start::Read => {
                scheduler.look_at_clock();
                start
            }
            Start::Sampled(_) => {
                let last = context::last_moment();
                scheduler.look_at_clock();
                Start::Sampled(context::last_moment().saturating_sub(last))
            }
        };
        if self.step(READY, CLAIMED) { self.run_claimed(scheduler, start) } else { Told::nobody() }
    }

    fn is_taken(&self) -> bool {
        self.state.load(Ordering::Relaxed) == CLAIMED
    }

    fn argument_is_there(&self) -> Option<(Arc<Scheduler>, u16)> {
        if self.missing.fetch_sub(1, Ordering::AcqRel) != 1 {
            return None;
        }
        let home = self.home.as_ref().expect("a task that waits for arguments has a home");
        home.record(Kind::Ready, 0, self.id, 0);
        self.step(WAITING, READY).then(|| (Arc::clone(home), self.demands.slots))
    }
}
