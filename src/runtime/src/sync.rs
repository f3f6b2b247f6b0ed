//! What threads share is made of these: the standard library's.

pub(crate) use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock,
        atomic::{AtomicBool, AtomicIsize, AtomicU8, AtomicU64, AtomicUsize, Ordering, fence},
    },
    thread,
};
