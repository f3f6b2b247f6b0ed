//! Calls: one after the other in a mailbox, each at once its result's cell.
//!
//! A call's work, the method and its arguments, is taken out once: by the actor's turn, which then runs it, or by whoever cancels
//! the call before that. The actor finds a call without work later, and passes over it.

use std::{
    fmt::{Display, Formatter},
    panic::Location,
};

use trace::{ROOT, Status};

use super::{
    Actor,
    mailbox::Mailbox,
    ticket::{Failure, Ticket},
};
use crate::{
    TaskError,
    argument::Arguments,
    cell::{ResultCell, Told, Waiting},
    context,
    deadlock::Waits,
    log::Start,
    object::{AnyObject, Object, ObjectRef},
    scheduler::Scheduler,
    shared::{Shared, as_trait},
    sync::{Arc, Mutex},
    task::{Function, drop_quietly},
    waiter::Waiter,
};

/// The way to an actor: what its handles consist of.
pub struct Calls<A: Actor> {
    mailbox: Arc<Mailbox<A>>,
}

impl<A: Actor> Calls<A> {
    pub(super) fn new(mailbox: Arc<Mailbox<A>>) -> Self {
        mailbox.add_handle();
        Self { mailbox }
    }

    /// Which actor it is, of all in this process.
    pub(super) fn identity(&self) -> (u64, u64) {
        (self.mailbox.home.number, self.mailbox.id)
    }

    /// Puts a call into the mailbox: `body` is called with the actor and the `arguments`, in its turn, when they are there.
    ///
    /// This is what the methods of a handle expand to.
    #[track_caller]
    #[inline]
    pub fn call<P, F, T>(&self, method: &'static Function, arguments: P, body: F) -> ObjectRef<T>
    where
        P: Arguments,
        F: FnOnce(&mut A, P) -> Result<T, TaskError> + Send + 'static,
        T: Send + Sync + 'static,
    {
        let mailbox = &*self.mailbox;
        let scheduler = &mailbox.home;
        context::stop_if_cancelled(scheduler);
        let ticket = Ticket::submit(scheduler, method, context::caller(Location::caller()), mailbox.id, &arguments);
        let (work, result) = match mailbox.refusal(method.name) {
            None => (Some((arguments, body)), ResultCell::empty()),
            Some((error, status)) => {
                ticket.record_end(scheduler, status);
                (None, ResultCell::full(Err(error)))
            }
        };
        let is_refused = work.is_none();
        let call = Shared::new(Call { ticket, actor: mailbox.id, work: Mutex::new(work), result });
        if !is_refused {
            self.mailbox.put(as_trait!(call.clone() => dyn Message<A>));
        }
        ObjectRef::new(as_trait!(call => dyn Object<T>))
    }
}

impl<A: Actor> Clone for Calls<A> {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.mailbox))
    }
}

impl<A: Actor> Drop for Calls<A> {
    fn drop(&mut self) {
        self.mailbox.drop_handle();
    }
}

/// `votes, 3 calls waiting`
impl<A: Actor> Display for Calls<A> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        Display::fmt(&*self.mailbox, formatter)
    }
}

/// How a call is served.
pub(super) struct Service<'a> {
    pub(super) scheduler: &'a Arc<Scheduler>,
    /// What the actor is called.
    pub(super) name: &'a str,
    /// Whether this thread has just served another.
    pub(super) follows: bool,
    /// Whether somebody has a reference to the call, and so may ask for its result.
    pub(super) is_awaited: bool,
}

/// A call that has been served.
pub(super) struct Served {
    /// Those who waited for it: to be told when the actor has let go of it.
    pub(super) told: Told,
    /// What the actor dies of, as the call panicked.
    pub(super) death: Option<Arc<TaskError>>,
}

/// A call as the mailbox sees it.
pub(super) trait Message<A>: Send + Sync {
    /// Its number.
    fn id(&self) -> u64;
    /// Runs it, unless it was cancelled.
    fn serve(&self, actor: &mut A, service: Service<'_>) -> Served;
    /// Ends it without running it, as the actor is dead.
    fn fail(&self, scheduler: &Scheduler, death: Arc<TaskError>);
    /// Ends it without running it, as the runtime stops.
    fn drop_out(&self, scheduler: &Scheduler);
}

struct Call<P, F, T> {
    ticket: Ticket,
    actor: u64,
    work: Mutex<Option<(P, F)>>,
    result: ResultCell<T>,
}

impl<P, F, T> Call<P, F, T> {
    #[inline]
    fn take_work(&self) -> Option<(P, F)> {
        self.work.lock().expect("no code panics under this lock").take()
    }

    #[inline]
    fn complete(&self, outcome: Result<T, Arc<TaskError>>, is_awaited: bool) -> Told {
        if is_awaited {
            return self.result.complete(outcome.map(Arc::new));
        }
        drop_quietly(outcome);
        Told::nobody()
    }

    fn cancel_unless_begun(&self, scheduler: &Scheduler) {
        let cancelled = Arc::new(self.ticket.cancelled());
        self.end(scheduler, cancelled, Status::Cancelled);
    }

    /// Ends it without running it, unless somebody has taken its work.
    fn end(&self, scheduler: &Scheduler, error: Arc<TaskError>, status: Status) {
        let Some(work) = self.take_work() else { return };
        self.ticket.record_end(scheduler, status);
        drop_quietly(work);
        self.result.complete(Err(error)).tell();
    }
}

impl<A, P, F, T> Message<A> for Call<P, F, T>
where
    P: Arguments,
    F: FnOnce(&mut A, P) -> Result<T, TaskError> + Send + 'static,
    T: Send + Sync + 'static,
{
    fn id(&self) -> u64 {
        self.ticket.id
    }

    fn serve(&self, actor: &mut A, service: Service<'_>) -> Served {
        let Service { scheduler, name, follows, is_awaited } = service;
        let Some((arguments, body)) = self.take_work() else { return Served { told: Told::nobody(), death: None } };
        let outcome = match self.ticket.run(scheduler, follows, arguments, |arguments| body(actor, arguments)) {
            Ok(value) => Ok(value),
            Err(Failure::Error(error)) => Err(Arc::new(error)),
            Err(Failure::Panic(panic)) => {
                let cause = format!("call `{}` panicked {panic}", self.ticket.method());
                let death = Arc::new(TaskError::ActorDied { actor: name.to_string(), cause });
                return Served { told: self.complete(Err(Arc::clone(&death)), is_awaited), death: Some(death) };
            }
        };
        Served { told: self.complete(outcome, is_awaited), death: None }
    }

    fn fail(&self, scheduler: &Scheduler, death: Arc<TaskError>) {
        self.end(scheduler, death, Status::Failed);
    }

    fn drop_out(&self, scheduler: &Scheduler) {
        self.cancel_unless_begun(scheduler);
    }
}

impl<P, F, T> AnyObject for Call<P, F, T>
where
    P: Arguments,
    F: Send + 'static,
    T: Send + Sync + 'static,
{
    fn id(&self) -> u64 {
        self.ticket.id
    }

    fn name(&self) -> &str {
        self.ticket.function.name
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

    /// A call does not own its actor, which would cost it a count of owners: this thread's runtime knows it.
    fn waits(&self) -> Waits {
        let actor = context::runtime().and_then(|runtime| runtime.actors.find(self.actor));
        match actor {
            None => Waits::Nothing,
            Some(_) if self.result.is_done() => Waits::Nothing,
            Some(actor) => match actor.running() {
                ROOT => Waits::Nothing,
                call if call == self.ticket.id => Waits::Task(call),
                call => Waits::Actor { actor: actor.name().to_string(), call },
            },
        }
    }

    fn cancel(&self, scheduler: &Arc<Scheduler>) {
        self.ticket.cancel(scheduler);
        self.cancel_unless_begun(scheduler);
    }
}

impl<P, F, T> Object<T> for Call<P, F, T>
where
    P: Arguments,
    F: Send + 'static,
    T: Send + Sync + 'static,
{
    fn cell(&self) -> &ResultCell<T> {
        &self.result
    }

    fn cell_mut(&mut self) -> Option<&mut ResultCell<T>> {
        Some(&mut self.result)
    }

    /// Only the actor runs it.
    fn claim(&self) -> bool {
        false
    }

    fn run_claimed(&self, _: &Arc<Scheduler>, _: Start) -> Told {
        unreachable!("nobody claims a call")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With the count of its owners, two cache lines: they go from the caller's core to the actor's and back.
    #[test]
    #[cfg(target_pointer_width = "64")]
    fn a_call_is_a_small_piece_of_memory() {
        assert!(size_of::<Call<(), (), [u64; 100]>>() + size_of::<usize>() <= 128);
    }
}
