//! How an actor is to be, and its making.

use std::{marker::PhantomData, ops::Deref, panic::Location};

use trace::Kind;

use super::{Actor, ActorRef, Calls, constructor::New, mailbox::Mailbox, ticket::Ticket};
use crate::{TaskError, argument::Arguments, context, options::intern, scheduler::Turn, sync::Arc, task::Function};

/// How an actor is to be; made by the `options()` of its type. Its `remote(..)` takes the arguments of the type's `new`, and
/// makes an actor; it can be called again.
///
/// Source: Ray's actor options of the same names.
///
/// ```
/// use parlings::prelude::*;
///
/// struct Votes(Vec<String>);
///
/// #[actor]
/// impl Votes {
///     pub fn new() -> Self { Self(Vec::new()) }
///     pub fn add(&mut self, vote: String) { self.0.push(vote); }
///     pub fn count(&self) -> usize { self.0.len() }
/// }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// let votes = Votes::options().name("votes").max_pending_calls(100).max_restarts(2).remote();
/// votes.add("yes".to_string());
/// assert_eq!(*votes.count().get()?, 1);
/// # Ok(())
/// # }
/// ```
#[must_use = "options make no actor until `remote(..)`"]
pub struct ActorOptions<A: Actor, M = <A as Actor>::Once> {
    make: M,
    actor: PhantomData<fn() -> A>,
}

impl<A: Actor> ActorOptions<A> {
    #[doc(hidden)]
    pub fn new() -> Self {
        let settings = Settings { name: None, limit: None, restarts: 0, actor: PhantomData };
        Self { make: Make::new(settings), actor: PhantomData }
    }

    /// How often it is made anew after a panic in a call, by calling its constructor again; 0 by default. The call that
    /// panicked has failed; those that wait are served by the new state. The arguments of its constructor must be `Clone`,
    /// or lent (`&T`).
    pub fn max_restarts(self, restarts: usize) -> ActorOptions<A, A::Again> {
        let settings = Settings { restarts, ..self.make.settings() };
        ActorOptions { make: Make::new(settings), actor: PhantomData }
    }
}

impl<A: Actor> Default for ActorOptions<A> {
    fn default() -> Self {
        Self::new()
    }
}

impl<A: Actor, M: Make<A>> ActorOptions<A, M> {
    /// What it is called in errors and records, instead of by its type.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.with(|settings| settings.name = Some(name.into()))
    }

    /// How many calls may wait; any number by default. A call beyond that has the error
    /// [`MailboxFull`](TaskError::MailboxFull) at once.
    ///
    /// # Panics
    /// For 0, which would refuse every call.
    #[track_caller]
    pub fn max_pending_calls(self, calls: usize) -> Self {
        assert!(calls > 0, "max_pending_calls(0) would refuse every call: allow 1 or more");
        self.with(|settings| settings.limit = Some(calls))
    }

    fn with(self, change: impl FnOnce(&mut Settings<A>)) -> Self {
        let mut settings = self.make.settings();
        change(&mut settings);
        Self { make: M::new(settings), actor: PhantomData }
    }
}

impl<A: Actor, M> Deref for ActorOptions<A, M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.make
    }
}

impl<A: Actor, M> std::fmt::Debug for ActorOptions<A, M> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ActorOptions({})", A::NAME)
    }
}

/// What the macro makes to have the `remote` of [`ActorOptions`].
pub trait Make<A>: Sized {
    #[doc(hidden)]
    fn new(settings: Settings<A>) -> Self;
    #[doc(hidden)]
    fn settings(self) -> Settings<A>;
}

/// What options consist of.
#[doc(hidden)]
pub struct Settings<A> {
    name: Option<String>,
    limit: Option<usize>,
    restarts: usize,
    actor: PhantomData<fn() -> A>,
}

impl<A: Actor> Settings<A> {
    /// Makes an actor: `make` is called with the `arguments`, when they are there, on the actor's own thread.
    #[track_caller]
    pub fn make_once<P, F>(&self, function: &'static Function, arguments: P, make: F) -> ActorRef<A>
    where
        P: Arguments,
        F: Fn(P) -> Result<A, TaskError> + Send + 'static,
    {
        self.make(function, arguments, move |arguments, _| make(arguments))
    }

    /// The same, where the arguments may be needed again.
    #[track_caller]
    pub fn make_again<P, F>(&self, function: &'static Function, arguments: P, make: F) -> ActorRef<A>
    where
        P: Arguments,
        F: Fn(&mut P) -> Result<A, TaskError> + Send + 'static,
    {
        self.make(function, arguments, move |arguments, kept| make(kept.insert(arguments)))
    }

    #[track_caller]
    fn make<P, F>(&self, function: &'static Function, arguments: P, make: F) -> ActorRef<A>
    where
        P: Arguments,
        F: Fn(P, &mut Option<P>) -> Result<A, TaskError> + Send + 'static,
    {
        let at = context::caller(Location::caller());
        context::with_runtime(|scheduler| {
            context::stop_if_cancelled(scheduler);
            let id = scheduler.next_number();
            let name = self.name.as_deref().map_or(A::NAME, intern);
            let site = context::site_of_call(scheduler, name, at, function.at);
            scheduler.record(Kind::ActorStart, site, id, context::task());
            let ticket = Ticket::submit(scheduler, function, at, id, &arguments);
            let constructor = Box::new(New { ticket, arguments: Some(arguments), make });
            let home = Arc::clone(scheduler);
            let mailbox = Arc::new(Mailbox::new(home, id, name, self.limit, self.restarts, constructor));
            let actor = ActorRef::new(Calls::new(Arc::clone(&mailbox)));
            scheduler.actors.add(id, Arc::clone(&mailbox) as _);
            scheduler.schedule_turn(mailbox as Arc<dyn Turn>);
            actor
        })
    }
}
