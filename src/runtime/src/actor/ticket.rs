//! What the calls of an actor and its constructor have in common: they wait for their arguments, then they run.

use std::panic::{AssertUnwindSafe, Location, catch_unwind};

use trace::{Kind, Status};

use crate::{
    TaskError,
    argument::{Arguments, View},
    context,
    log::shallow_size,
    object::AnyObject,
    scheduler::Scheduler,
    scope::Place,
    shared::Shared,
    sync::Arc,
    task::{Function, drop_quietly, error_of_panic, failed_argument, has_objects, record_submission},
    waiter::{Ended, Waiter},
};

/// Who a call is.
pub(super) struct Ticket {
    pub(super) id: u64,
    pub(super) function: &'static Function,
    /// The line of the call.
    at: &'static Location<'static>,
    place: Place,
}

/// Why a call has no value.
pub(super) enum Failure {
    /// Its result is this error.
    Error(TaskError),
    /// It panicked: `at src/x.rs:12: message`.
    Panic(String),
}

impl Failure {
    fn of_panic(error: TaskError) -> Self {
        match error {
            TaskError::Panic { place, message, .. } => Failure::Panic(format!("at {place}: {message}")),
            // It was made to stop, as it was cancelled.
            error => Failure::Error(error),
        }
    }

    fn status(&self) -> Status {
        match self {
            Failure::Error(TaskError::Cancelled { .. }) => Status::Cancelled,
            Failure::Error(_) => Status::Failed,
            Failure::Panic(_) => Status::Panicked,
        }
    }
}

impl Ticket {
    /// A new call of the actor `actor`, made by this thread on the line `at`.
    #[inline]
    pub(super) fn submit(
        scheduler: &Scheduler,
        function: &'static Function,
        at: &'static Location<'static>,
        actor: u64,
        arguments: &impl Arguments,
    ) -> Self {
        let id = scheduler.next_number();
        let site = context::site_of_call(scheduler, function.name, at, function.at);
        record_submission(scheduler, id, site, Some(actor), arguments);
        Self { id, function, at, place: Place::below(context::scope()) }
    }

    /// Waits for the arguments and calls `body` with them, unless the call was cancelled. Where it `follows` another on this
    /// thread, it begins at the moment at which that ended, or the last of those who waited for that was woken.
    ///
    /// # Errors
    /// Why there is no value.
    #[inline]
    pub(super) fn run<P: Arguments, T>(
        &self,
        scheduler: &Arc<Scheduler>,
        follows: bool,
        arguments: P,
        body: impl FnOnce(P) -> Result<T, TaskError>,
    ) -> Result<T, Failure> {
        let has_objects = has_objects(&arguments);
        let outcome = context::in_task(self.id, self.function.name, &self.place, false, || {
            let is_to_run = if has_objects { self.wait_for(scheduler, &arguments) } else { Ok(()) };
            if let Err(error) = is_to_run.and_then(|()| self.check(scheduler)) {
                drop_quietly(arguments);
                return Err(Failure::Error(error));
            }
            if follows && !has_objects {
                scheduler.record_again(Kind::Start, 0, self.id, 0);
            } else {
                scheduler.record(Kind::Start, 0, self.id, 0);
            }
            match catch_unwind(AssertUnwindSafe(|| body(arguments))) {
                Ok(outcome) => outcome.map_err(Failure::Error),
                Err(payload) => Err(Failure::of_panic(error_of_panic(self.function.name, payload))),
            }
        });
        let status = outcome.as_ref().map_or_else(Failure::status, |_| Status::Done);
        scheduler.record(Kind::End, shallow_size::<T>(), self.id, status as u64);
        outcome
    }

    /// The method's name, without that of its type.
    pub(super) fn method(&self) -> &'static str {
        self.function.name.rsplit("::").next().unwrap_or_default()
    }

    /// Of a call that is not served.
    pub(super) fn record_end(&self, scheduler: &Scheduler, status: Status) {
        scheduler.record(Kind::End, 0, self.id, status as u64);
    }

    pub(super) fn cancel(&self, scheduler: &Scheduler) {
        scheduler.cancel(|| self.place.scope().cancel());
    }

    pub(super) fn cancelled(&self) -> TaskError {
        TaskError::Cancelled { task: self.function.name.to_string() }
    }

    /// Whether it is still to begin.
    #[inline]
    fn check(&self, scheduler: &Scheduler) -> Result<(), TaskError> {
        let stopped = scheduler.is_stopping() || (scheduler.has_cancelled() && self.place.is_cancelled());
        if stopped { Err(self.cancelled()) } else { Ok(()) }
    }

    /// Returns when all objects among the arguments are there.
    ///
    /// # Errors
    /// The error of an argument, as soon as there is one; or why the wait would never end.
    fn wait_for(&self, scheduler: &Arc<Scheduler>, arguments: &impl Arguments) -> Result<(), TaskError> {
        let missing = missing(arguments);
        if !missing.is_empty() {
            let waiter = Waiter::new(scheduler, context::line_of_call(self.at, self.function.at), true);
            for object in &missing {
                waiter.wait_for(&**object);
            }
            waiter.objects(missing.clone(), 0);
            waiter.begin();
            let ended = scheduler.block(&waiter, None);
            if ended != Ended::Told {
                missing.iter().for_each(|object| object.unsubscribe(&waiter));
                ended.into_result()?;
            }
            scheduler.record(Kind::Ready, 0, self.id, 0);
        }
        failed_argument(arguments).map_or(Ok(()), Err)
    }
}

/// The objects among the arguments that are not there.
fn missing(arguments: &impl Arguments) -> Vec<Shared<dyn AnyObject>> {
    let mut missing = Vec::new();
    arguments.each(&mut |view| {
        if let View::Object(object) = view
            && !object.any().is_done()
        {
            missing.push(object.to_any());
        }
    });
    missing
}
