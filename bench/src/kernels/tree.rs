//! A tree reduction: numbers added up in pairs, a task for each pair.

use parlings::{TaskError, put, remote, tree_reduce};

/// The sum of two numbers.
#[remote]
pub fn add(a: u64, b: u64) -> u64 {
    a + b
}

/// The sum of 0 to `count - 1`, each an object, as `count - 1` tasks.
///
/// # Errors
/// When there is nothing to add.
///
/// # Panics
/// When no runtime is entered on this thread.
pub fn sum(count: u64) -> Result<u64, TaskError> {
    let mut leaves = Vec::with_capacity(count as usize);
    for leaf in 0..count {
        leaves.push(put(leaf));
    }
    Ok(*tree_reduce(leaves, add::remote)?.get()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::in_runtime;

    #[test]
    fn is_the_plain_sum() {
        for count in [1, 2, 1_023, 1_024] {
            assert_eq!(in_runtime(|| sum(count)), (0..count).sum::<u64>());
        }
    }
}
