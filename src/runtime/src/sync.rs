//! What threads share is made of these: the standard library's, and crossbeam's queues.
//!
//! In the proofs (`cargo prove`, which compiles the unit tests with `--cfg shuttle`) all of it is [shuttle]'s instead: then one
//! schedule after the other is tried, each chosen by the test and none by the machine. What shuttle cannot see into, the
//! queues, is exchanged for plain ones with the same names.
//!
//! [shuttle]: https://docs.rs/shuttle

#[cfg(not(all(test, shuttle)))]
mod real {
    pub(crate) use std::{
        sync::{
            Condvar, Mutex, MutexGuard,
            atomic::{AtomicBool, AtomicIsize, AtomicU8, AtomicU64, AtomicUsize, fence},
        },
        thread, thread_local,
    };

    pub(crate) use crossbeam_deque::{Injector, Steal, Stealer, Worker};
}

#[cfg(all(test, shuttle))]
mod proof {
    pub(crate) use shuttle::{
        sync::{
            Condvar, Mutex, MutexGuard,
            atomic::{AtomicBool, AtomicIsize, AtomicU8, AtomicU64, AtomicUsize, fence},
        },
        thread_local,
    };

    pub(crate) use self::queue::{Injector, Steal, Stealer, Worker};

    mod queue;
    pub(crate) mod thread;
}

#[cfg(not(all(test, shuttle)))]
pub(crate) use real::*;

#[cfg(all(test, shuttle))]
pub(crate) use proof::*;

pub(crate) use std::sync::{Arc, OnceLock, atomic::Ordering};
