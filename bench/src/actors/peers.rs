//! The same counter in other libraries.

use std::future::Future;

use crate::runtime::cores;

pub(super) mod actix;
pub(super) mod channel;
pub(super) mod kameo;
pub(super) mod ractor;

/// Runs on the calling thread, with as many threads as there are cores for the actors.
fn in_tokio<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(cores()).enable_time().build();
    runtime.expect("threads can be started").block_on(work)
}
