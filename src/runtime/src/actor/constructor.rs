//! The first call of an actor: it makes the state. After a panic it may be called again, with the same arguments.

use trace::Kind;

use super::ticket::{Failure, Ticket};
use crate::{TaskError, argument::Arguments, scheduler::Scheduler, sync::Arc, task::drop_quietly};

/// A constructor with its arguments, whatever their types.
pub(super) trait Constructor<A>: Send {
    /// The number of its call.
    fn id(&self) -> u64;
    /// Makes the state, after so many `restarts`.
    ///
    /// # Errors
    /// Why there is none, in words.
    fn make(&mut self, scheduler: &Arc<Scheduler>, restarts: u64) -> Result<A, String>;
    /// Drops the arguments that were kept.
    fn forget(&mut self);
}

pub(super) struct New<P, F> {
    pub(super) ticket: Ticket,
    pub(super) arguments: Option<P>,
    /// Makes the state, and leaves the arguments where the actor may have to be made again.
    pub(super) make: F,
}

impl<A, P, F> Constructor<A> for New<P, F>
where
    P: Arguments,
    F: Fn(P, &mut Option<P>) -> Result<A, TaskError> + Send + 'static,
{
    fn id(&self) -> u64 {
        self.ticket.id
    }

    fn make(&mut self, scheduler: &Arc<Scheduler>, restarts: u64) -> Result<A, String> {
        let arguments = self.arguments.take().expect("arguments are kept where they may be needed again");
        if restarts > 0 {
            scheduler.record(Kind::Retry, 0, self.ticket.id, restarts + 1);
        }
        let Self { ticket, arguments: kept, make } = self;
        ticket.run(scheduler, false, arguments, |arguments| make(arguments, kept)).map_err(|failure| match failure {
            Failure::Panic(panic) => format!("its constructor panicked {panic}"),
            Failure::Error(TaskError::User { task, message, .. }) if task == ticket.function.name => {
                format!("its constructor failed: {message}")
            }
            Failure::Error(error) => format!("its constructor failed: {error}"),
        })
    }

    fn forget(&mut self) {
        let kept = self.arguments.take();
        drop_quietly(kept);
    }
}
