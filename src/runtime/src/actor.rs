//! Actors: a state that one call after the other works on.
//!
//! What `#[actor]` makes of an `impl` block consists of three things that stand here: an [`ActorRef`] derefs to a handle that the
//! macro made, which has the block's methods; these hand their [`Calls`] on to the [`mailbox`]; and
//! [`ActorOptions`] say how an actor is to be, before it is made. An actor's constructor is its first call: it has arguments, a
//! place in the record and a context like any other, but makes the state instead of working on it.
//!
//! A call is one allocation, which is also its result's cell, as a task is; see [`call`]. Actors use no worker slots. The
//! threads that serve them come and go; see [`threads`].

mod call;
mod constructor;
mod living;
mod mailbox;
mod options;
mod threads;
mod ticket;

use std::{
    fmt::{Debug, Formatter},
    hash::{Hash, Hasher},
    ops::Deref,
};

pub use call::Calls;
pub(crate) use living::Living;
pub use options::{ActorOptions, Make, Settings};
pub(crate) use threads::{PATIENCE, Threads};

/// A type whose `impl` block has `#[actor]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no actor",
    label = "an actor's type is expected here",
    note = "put `#[actor]` on the `impl` block that has its `new` and its methods"
)]
pub trait Actor: Sized + Send + 'static {
    /// The type's name, without its module.
    #[doc(hidden)]
    const NAME: &'static str;
    /// What an [`ActorRef`] derefs to: it has the actor's methods, each of which gives an object.
    type Handle;
    /// What [`ActorOptions`] deref to: its `remote` makes the actor.
    type Once: Make<Self>;
    /// The same for an actor that may have to be made again.
    type Again: Make<Self>;
    #[doc(hidden)]
    fn handle(calls: Calls<Self>) -> Self::Handle;
    #[doc(hidden)]
    fn calls(handle: &Self::Handle) -> &Calls<Self>;
}

/// A handle to an actor. Its methods are those of the actor's type; each gives an `ObjectRef` of the coming result, at once.
///
/// It is cheap to clone, and can be passed to tasks and to other actors. Calls are served one at a time; those of one caller in
/// the order in which it made them. When the last handle is dropped, the actor serves the calls that it has, and ends.
///
/// Source: Ray's actor handles.
///
/// ```
/// use parlings::prelude::*;
///
/// struct Counter(u64);
///
/// #[actor]
/// impl Counter {
///     pub fn new(start: u64) -> Self { Self(start) }
///     pub fn increment(&mut self) { self.0 += 1; }
///     pub fn value(&self) -> u64 { self.0 }
/// }
///
/// #[remote]
/// fn count(counter: ActorRef<Counter>, times: u64) -> Result<(), TaskError> {
///     let calls: Vec<_> = (0..times).map(|_| counter.increment()).collect();
///     get_all(&calls).map(drop)
/// }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// let counter = Counter::remote(0);
/// let tasks: Vec<_> = (0..4).map(|_| count::remote(counter.clone(), 25)).collect();
/// get_all(&tasks)?;
/// assert_eq!(*counter.value().get()?, 100);
/// # Ok(())
/// # }
/// ```
pub struct ActorRef<A: Actor> {
    handle: A::Handle,
}

impl<A: Actor> ActorRef<A> {
    pub(crate) fn new(calls: Calls<A>) -> Self {
        Self { handle: A::handle(calls) }
    }
}

impl<A: Actor> Deref for ActorRef<A> {
    type Target = A::Handle;

    #[inline]
    fn deref(&self) -> &A::Handle {
        &self.handle
    }
}

impl<A: Actor> Clone for ActorRef<A> {
    fn clone(&self) -> Self {
        Self::new(A::calls(&self.handle).clone())
    }
}

impl<A: Actor> Debug for ActorRef<A> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ActorRef({})", A::calls(&self.handle))
    }
}

/// Whether it is the same actor.
impl<A: Actor> PartialEq for ActorRef<A> {
    fn eq(&self, other: &Self) -> bool {
        A::calls(&self.handle).identity() == A::calls(&other.handle).identity()
    }
}

impl<A: Actor> Eq for ActorRef<A> {}

impl<A: Actor> Hash for ActorRef<A> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        A::calls(&self.handle).identity().hash(hasher);
    }
}
