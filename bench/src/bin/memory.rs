//! Prints what tasks cost in memory; `cargo bench --bench runtime` runs it. Counting is the business of its allocator.

use std::alloc::System;

use bench::runtime::{bytes_per_finished_task, bytes_per_pending_task};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn allocated() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

fn main() {
    let row = |what: &str, bytes: i64, most: i64| {
        let mark = if bytes <= most { "" } else { " MISSED" };
        println!("{what:<58} {bytes} bytes (asked: <= {most}){mark}");
    };
    // First, when no memory has been set free that would be used again.
    row("memory of a pending task, beside its reference", bytes_per_pending_task(allocated), 300);
    row("memory of a finished task whose reference is dropped", bytes_per_finished_task(allocated), 0);
}
