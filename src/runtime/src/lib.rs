//! A small task runtime to learn parallel programming with, in the terms of Ray and Dask.
//!
//! ```
//! use parlings::prelude::*;
//!
//! #[remote]
//! fn square(x: i64) -> i64 { x * x }
//! #[remote]
//! fn add(a: i64, b: i64) -> i64 { a + b }
//!
//! # fn main() -> Result<(), TaskError> {
//! let runtime = Runtime::builder().num_cpus(2).start()?;
//! let _entered = runtime.enter();
//!
//! let squares: Vec<_> = (1..=10).map(square::remote).collect(); // ten tasks, at work at once
//! let total = tree_reduce(squares, add::remote)?; // nine more, each waiting for two
//! assert_eq!(*total.get()?, 385);
//! # Ok(())
//! # }
//! ```
//!
//! - A *task* is one call of a [`#[remote]`](macro@remote) function. It is eager: it begins as soon as a worker is free and its
//!   arguments are there.
//! - An *object* is a task's result, or a value that was [`put`]; an [`ObjectRef`] stands for it, and can be passed to
//!   tasks before it is there.
//! - A *worker slot* is the right to run one task; there are `num_cpus` of them. A task that waits in a
//!   [`get`](ObjectRef::get) lends its slot to others.
//! - A [`Kernel`] is one function over many indices, compiled into tight loops.
//!
//! Everything is recorded: see [`Runtime::record`] and the `trace` crate.
//!
//! What the types refuse, before the program ever runs:
//!
//! A task may outlive its caller, so a plain borrow cannot be passed:
//! ```compile_fail,E0277
//! use parlings::prelude::*;
//! #[remote]
//! fn total(values: &Vec<f64>) -> f64 { values.iter().sum() }
//! let values = vec![1.0];
//! let _ = total::remote(&values);
//! ```
//! Objects are shared between threads, so `Rc` and `RefCell` cannot be stored:
//! ```compile_fail,E0277
//! let _ = parlings::put(std::rc::Rc::new(1));
//! ```
//! ```compile_fail,E0277
//! let _ = parlings::put(std::cell::RefCell::new(1));
//! ```
//! A value behind a reference is immutable:
//! ```compile_fail,E0596
//! # let runtime = parlings::Runtime::builder().start().unwrap();
//! # let _entered = runtime.enter();
//! parlings::put(vec![1]).get().unwrap().push(2);
//! ```
//! The runtime cannot be dropped while a thread is in it:
//! ```compile_fail,E0505
//! let runtime = parlings::Runtime::builder().start().unwrap();
//! let entered = runtime.enter();
//! drop(runtime);
//! drop(entered);
//! ```

pub mod time;

// The proofs use the macros inside this crate, and these name it from outside.
#[cfg(all(test, shuttle))]
extern crate self as parlings;

mod actor;
mod argument;
mod as_completed;
mod baton;
mod cell;
mod context;
mod cores;
mod deadlock;
mod error;
mod handover;
mod kernel;
mod log;
mod object;
mod options;
mod pool;
mod progress;
#[cfg(all(test, shuttle))]
mod proof;
mod reduce;
mod returns;
mod runtime;
mod scheduler;
mod scope;
mod shared;
mod stamp;
mod stream;
mod sync;
mod task;
mod wait;
mod waiter;
mod watched;
mod workers;
mod yielded;

pub use actor::{Actor, ActorOptions, ActorRef};
pub use as_completed::{AsCompleted, as_completed};
pub use error::TaskError;
pub use kernel::{Indices, Kernel};
pub use macros::{actor, remote};
pub use object::{ObjectRef, cancel, get_all, get_all_timeout, put};
pub use progress::{Progress, progress};
pub use reduce::{map, tree_reduce};
pub use runtime::{Builder, Clock, Entered, Recorder, Runtime, sweep, workers};
pub use scope::check_cancelled;
pub use stream::ObjectStream;
pub use wait::wait;

pub use argument::{IntoArg, IntoShared};

/// What an exercise needs: `use parlings::prelude::*;`.
pub mod prelude {
    pub use crate::{
        ActorRef, Clock, Kernel, ObjectRef, Runtime, TaskError, actor, as_completed, cancel, check_cancelled, get_all,
        map, progress, put, remote, sweep, tree_reduce, wait, workers,
    };
}

/// What `#[remote]` expands to. Not for use by hand: it changes without notice.
#[doc(hidden)]
pub mod expanded {
    pub use crate::{
        actor::{Actor, ActorOptions, ActorRef, Calls, Make, Settings},
        argument::{Again, Arg, Arguments, Held, IntoAgain, IntoArg, IntoShared, Lend},
        object::ObjectRef,
        options::{Options, retry, running, submit_as},
        returns::{Parts, submit_parts},
        stream::{Giver, ObjectStream, submit_stream},
        task::Function,
    };

    /// The value type of a `Result`, however its alias is called.
    pub trait Fallible {
        /// The value.
        type Value;
        /// The value, or the error as the task's.
        ///
        /// # Errors
        /// The function's own error, or the `TaskError` that it passes on.
        fn into_outcome(self, task: &'static str) -> Result<Self::Value, crate::TaskError>;
    }

    #[diagnostic::do_not_recommend]
    impl<T, E: Into<Box<dyn std::error::Error + Send + Sync>>> Fallible for Result<T, E> {
        type Value = T;

        #[inline]
        fn into_outcome(self, task: &'static str) -> Result<T, crate::TaskError> {
            self.map_err(|error| crate::TaskError::from_user(task, error.into()))
        }
    }
}
