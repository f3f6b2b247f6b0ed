//! The sum of each column of a table of whole numbers, row by row in memory: as fast as memory can be read.
//!
//! A task takes a run of rows and keeps all sums of it in registers. Whole numbers add up to the same in any order.

use std::sync::Arc;

use multiversion::multiversion;
use parlings::{TaskError, get_all, map};

use crate::kernels::parts;

/// How many columns there are.
pub const COLUMNS: usize = 64;

/// A row of the table.
pub type Row = [i64; COLUMNS];

/// The sum of each column, as tasks.
///
/// # Errors
/// None but those of the runtime.
///
/// # Panics
/// When no runtime is entered on this thread.
pub fn column_sums(table: &Arc<Vec<Row>>) -> Result<Row, TaskError> {
    let rows = table.len() as u64;
    let table = Arc::clone(table);
    let sums = map(parts(rows), move |range| sums_of(&table[range.start as usize..range.end as usize]));
    let mut total = [0; COLUMNS];
    for sums in get_all(&sums)? {
        add(&mut total, &sums);
    }
    Ok(total)
}

/// Reads both halves side by side: a core waits less for memory when it asks for it in two places.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq+avx512bw", "x86_64+avx2"))]
fn sums_of(rows: &[Row]) -> Row {
    let mut sums = [0; COLUMNS];
    let (upper, lower) = rows.split_at(rows.len() / 2);
    for (upper, lower) in upper.iter().zip(lower) {
        for column in 0..COLUMNS {
            sums[column] += upper[column] + lower[column];
        }
    }
    if let Some(odd) = lower.get(upper.len()) {
        add(&mut sums, odd);
    }
    sums
}

#[inline(always)]
fn add(sums: &mut Row, row: &Row) {
    for column in 0..COLUMNS {
        sums[column] += row[column];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::in_runtime;

    #[test]
    fn sums_are_the_plain_ones() {
        for rows in [0, 1, 2, 1_003, 1_024] {
            let table: Vec<Row> =
                (0..rows).map(|row| std::array::from_fn(|column| row * 31 % 101 - 7 * column as i64)).collect();
            let plain: Row = std::array::from_fn(|column| table.iter().map(|row| row[column]).sum());
            assert_eq!(in_runtime(|| column_sums(&Arc::new(table))), plain);
        }
    }
}
