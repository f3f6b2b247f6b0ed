//! TODO: what is wrong with it; the file is called after that. So far: the units behind the last whole task are forgotten.
//! verdict: Wrong
//! message: TODO: a part of the message that it deserves

use parlings::prelude::*;
use problems::scaffold_name::work_on;

#[remote]
fn work_task(seed: u64, first: u64, last: u64) -> u64 {
    work_on(seed, first..last)
}

pub fn scaffold_name(seed: u64, units: u64) -> Result<u64, TaskError> {
    let size = units / 100;
    let refs: Vec<_> = (0..100).map(|t| work_task::remote(seed, t * size, (t + 1) * size)).collect();
    Ok(get_all(&refs)?.iter().map(|part| **part).sum())
}

problems::submit!(problems::scaffold_name, scaffold_name);
