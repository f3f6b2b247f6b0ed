//! Why there is no result.

use std::{error::Error, sync::Arc};

/// Why a task has no result, in Ray's terms.
///
/// An error passes through every task that depends on the failed one, and still names the task where it began.
///
/// ```
/// use parlings::prelude::*;
///
/// #[remote]
/// fn parse(text: String) -> Result<i64, std::num::ParseIntError> { text.parse() }
/// #[remote]
/// fn double(x: i64) -> i64 { 2 * x }
///
/// # fn main() -> Result<(), TaskError> {
/// let runtime = Runtime::builder().num_cpus(2).start()?;
/// let _entered = runtime.enter();
/// let error = double::remote(parse::remote("x".to_string())).get().unwrap_err();
/// assert_eq!(error.to_string(), "task `parse` failed: invalid digit found in string");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TaskError {
    /// The task's function returned an error.
    #[error("task `{task}` failed: {message}")]
    User {
        /// The function's name.
        task: String,
        /// The error as text.
        message: String,
        /// The error itself, for `downcast_ref`.
        source: Arc<dyn Error + Send + Sync>,
    },
    /// The task's function panicked.
    #[error("task `{task}` panicked at {place}: {message}")]
    Panic {
        /// The function's name.
        task: String,
        /// The panic's message.
        message: String,
        /// Where the panic was raised: `file:line`.
        place: String,
    },
    /// The task was cancelled, before it began or while it ran; or an argument of it was.
    #[error("task `{task}` was cancelled")]
    Cancelled {
        /// The function's name.
        task: String,
    },
    /// The wait could not end: nothing was left that could run.
    #[error("deadlock: {chain}")]
    Deadlock {
        /// Who waits for whom, in words.
        chain: String,
    },
    /// The results were not there in time. What they are waited for goes on.
    #[error("{missing} of {awaited} results were not there after {after:?}")]
    Timeout {
        /// How many results were waited for.
        awaited: usize,
        /// How many of them were not there.
        missing: usize,
        /// How long was waited.
        after: std::time::Duration,
    },
    /// The actor of the call has ended: it panicked, in this call or an earlier one, or its constructor failed.
    #[error("actor `{actor}` has died: {cause}")]
    ActorDied {
        /// The actor's type.
        actor: String,
        /// Why, in words: the call that panicked, its message and place.
        cause: String,
    },
    /// The actor had as many calls to serve as it may have waiting.
    #[error(
        "actor `{actor}` already has {limit} calls waiting, and may have no more: get some results first, or raise \
         max_pending_calls"
    )]
    MailboxFull {
        /// The actor's type.
        actor: String,
        /// How many may wait.
        limit: usize,
    },
    /// The task asked for more worker slots than the runtime has.
    #[error(
        "task `{task}` asks for {asked} worker slots, and this runtime has {slots}: lower its num_cpus, or raise the runtime's"
    )]
    Unschedulable {
        /// The function's name.
        task: String,
        /// How many slots it asked for.
        asked: usize,
        /// How many there are.
        slots: usize,
    },
    /// A call made no sense; the message says why.
    #[error("{message}")]
    InvalidArgument {
        /// What was wrong, and the mend.
        message: String,
    },
    /// The task was submitted to a runtime that was already being stopped.
    #[error("task `{task}` was submitted after its runtime had been stopped")]
    RuntimeStopped {
        /// The function's name.
        task: String,
    },
}

impl TaskError {
    /// The error of a task whose function returned one; a `TaskError` passes unwrapped.
    pub(crate) fn from_user(task: &str, error: Box<dyn Error + Send + Sync>) -> Self {
        match error.downcast::<TaskError>() {
            Ok(inner) => *inner,
            Err(error) => Self::User { task: task.to_string(), message: error.to_string(), source: Arc::from(error) },
        }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::InvalidArgument { message: message.into() }
    }
}
