//! # scaffold_name: TODO: what it is about, as a question
//!
//! TODO: the lesson: the idea, what you have, what you need, the steps, how it is graded, and something to think about.

use parlings::prelude::*;
use problems::scaffold_name::work_on;

// BEGIN SOLUTION
#[remote]
fn work_task(seed: u64, first: u64, last: u64) -> u64 {
    work_on(seed, first..last)
}
// END SOLUTION

/// TODO: what it returns.
pub fn scaffold_name(seed: u64, units: u64) -> Result<u64, TaskError> {
    // BEGIN SOLUTION
    // STARTER: // The serial program: one worker does all of it, the others watch.
    // STARTER: Ok(work_on(seed, 0..units))
    let tasks = sweep(16 * workers() as u64);
    let cut = |t: u64| t * units / tasks;
    let refs: Vec<_> = (0..tasks).map(|t| work_task::remote(seed, cut(t), cut(t + 1))).collect();
    Ok(get_all(&refs)?.iter().map(|part| **part).sum())
    // END SOLUTION
}

problems::submit!(problems::scaffold_name, scaffold_name);
