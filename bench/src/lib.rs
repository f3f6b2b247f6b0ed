//! Benchmarks of the runtime: what it costs beside others, and what can be done with it.

pub mod actors;
pub mod kernels;
pub mod rounds;
pub mod runtime;
