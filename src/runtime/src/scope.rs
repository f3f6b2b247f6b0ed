//! Which tasks were asked to stop: one by one, and with all that they submitted.
//!
//! A task that submits others, or is asked to stop, gets a [`Scope`]; those that it submits hold on to it, and so on. A task
//! is cancelled when its own scope or one above it is. Nobody interrupts a running task: it is told at its next get, wait,
//! put, submission, sleep or [`check_cancelled`].

use std::sync::OnceLock;

use crate::{
    TaskError, context,
    sync::{Arc, AtomicBool, Ordering},
};

/// What a task and all that it submits have in common.
#[derive(Debug)]
pub(crate) struct Scope {
    cancelled: AtomicBool,
    above: Option<Arc<Scope>>,
}

impl Scope {
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        let mut scope = self;
        loop {
            if scope.cancelled.load(Ordering::Relaxed) {
                return true;
            }
            let Some(above) = &scope.above else { return false };
            scope = above;
        }
    }
}

impl Drop for Scope {
    /// One above the other, not one inside the other: a chain of a million must not overflow the stack.
    fn drop(&mut self) {
        let mut above = self.above.take();
        while let Some(mut scope) = above.and_then(Arc::into_inner) {
            above = scope.above.take();
        }
    }
}

/// A task's place among the scopes.
#[derive(Default)]
pub(crate) struct Place {
    /// That of the task which submitted it.
    above: Option<Arc<Scope>>,
    own: OnceLock<Arc<Scope>>,
}

impl Place {
    pub(crate) fn below(above: Option<Arc<Scope>>) -> Self {
        Self { above, own: OnceLock::new() }
    }

    /// The task's own scope, made when it is first needed.
    pub(crate) fn scope(&self) -> &Arc<Scope> {
        self.own.get_or_init(|| Arc::new(Scope { cancelled: AtomicBool::new(false), above: self.above.clone() }))
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.own.get().or(self.above.as_ref()).is_some_and(|scope| scope.is_cancelled())
    }
}

/// What is thrown through a running task that was cancelled, from where it cannot be told by a result.
pub(crate) struct Stop;

/// Whether the running task was asked to stop: for long computations that neither get nor submit anything.
///
/// # Errors
/// [`TaskError::Cancelled`], to be passed on with `?`.
///
/// Source: `ray.cancel`, which a running task sees at its next call of the runtime.
///
/// ```
/// use parlings::prelude::*;
///
/// #[remote]
/// fn search(first: u64) -> Result<u64, TaskError> {
///     for candidate in first.. {
///         if candidate % 1_000 == 0 {
///             check_cancelled()?;
///         }
///     }
///     Ok(0)
/// }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// let endless = search::remote(1);
/// cancel(&endless);
/// assert!(matches!(endless.get(), Err(TaskError::Cancelled { .. })));
/// # Ok(())
/// # }
/// ```
pub fn check_cancelled() -> Result<(), TaskError> {
    let is_cancelled = context::runtime().is_some_and(|scheduler| context::is_cancelled(&scheduler));
    if is_cancelled { Err(context::cancelled()) } else { Ok(()) }
}
