//! # julia: equal areas are not equal work
//!
//! Take a point z of the plane, replace it by z^2 + c, and again, and again. Count the steps until it is 4 or more away from 0.
//! That number is the brightness of its pixel, and it is also what the pixel *costs*: dark ones take two or three steps, bright
//! ones up to 255. So cut the picture into two equal halves, and one worker has three times the work of the other, or
//! five times. And nobody knows beforehand where the bright regions are. How do you share work that you cannot measure
//! in advance?
//!
//! ## What you have
//!
//! `view` says which part of the plane it is: `view.size` rows with as many pixels each, and `view.c` is the c above.
//! `view.point(row, column)` is the point (x, y) in the middle of a pixel; x grows from row to row, and y from column to column.
//! `pixel(x, y, view.c)` is its number of steps, at about 3.6 ns a step. The answer is these numbers, row after row. The
//! program below computes them in this order.
//!
//! ## What you need
//!
//! You know `#[remote]`, `get_all`, `workers()` and `sweep(..)`. A task may return a `Vec`, and small plain values such as `view`
//! are simply passed: each task gets a copy. New is a shorter way for one function of a number, over many numbers:
//!
//! ```rust
//! let square = Kernel::new(|k: u64| k * k);
//! let mut table = vec![0; 100];
//! square.par_map_into(0..100, &mut table);        // on all workers; table[k] is k * k
//! ```
//!
//! ## Steps
//!
//! 1. Two tasks: the upper half of the rows, and the lower. Look at the task stream: one worker waits for most of the run.
//! 2. More bands than workers: 4, 8, 40. Let `sweep` choose how many, and watch the tail shrink, in which somebody waits. Press
//!    `s` and Enter: time against `bands` goes down like a saw. Why can one band more be slower, when there are few?
//! 3. A band returns the pixels of its rows. Nothing is added up here: parts stay apart until the picture is put together from
//!    them, in order. The number of rows is a prime: no number of bands divides it.
//! 4. When that works: the same again with `Kernel` in a line or two. Compare the time, the code, and what the task stream
//!    still shows.
//!
//! ## How it is graded
//!
//! Every pixel has to be *exactly* the serial program's, for about 4 million of them, and another view in each round: 4 points.
//! 8 tasks or more a worker, none of them longer than half of what each worker has to do in all, and one phase of getting: a point
//! each. Speed: 3 points at 85 % of what your machine can give, which is measured in the same minute. `Kernel` alone
//! is as fast, but it does not show the tasks that this exercise is about, and wins no points for them.
//!
//! `cargo grader run julia` draws the usual picture, 2000 x 2000 around 0. There the two halves are equal work: turned by half, it
//! is the same. Graded views lie beside the middle.
//!
//! ## To think about
//!
//! Why is it not exactly twice as fast on two workers? The last band runs alone, and 4 MB are copied when the parts are joined.
//! Rows dealt like cards, the even ones to one task and the odd ones to the other, give 2.00 times the speed with two tasks only:
//! why? When is dealing worse than a queue of small tasks? (When the cost repeats itself from row to row, or when neighbours
//! want the same memory.)

use parlings::prelude::*;
use problems::julia::{View, pixel};

// BEGIN SOLUTION
#[remote]
fn rows_task(view: View, first: usize, last: usize) -> Vec<u8> {
    let mut pixels = Vec::with_capacity((last - first) * view.size);
    for row in first..last {
        for column in 0..view.size {
            let (x, y) = view.point(row, column);
            pixels.push(pixel(x, y, view.c));
        }
    }
    pixels
}

// END SOLUTION
/// The steps of every pixel, row after row.
pub fn julia(view: View) -> Result<Vec<u8>, TaskError> {
    // BEGIN SOLUTION
    // STARTER: // The serial program: one worker computes every row, the others watch.
    // STARTER: let mut pixels = Vec::with_capacity(view.size * view.size);
    // STARTER: for row in 0..view.size {
    // STARTER:     for column in 0..view.size {
    // STARTER:         let (x, y) = view.point(row, column);
    // STARTER:         pixels.push(pixel(x, y, view.c));
    // STARTER:     }
    // STARTER: }
    // STARTER: Ok(pixels)
    // Sixteen bands a worker: at the end, somebody waits for a band at most, and that is a small part of the whole even
    // where it is all bright.
    let bands = sweep(16 * workers() as u64) as usize;
    let cut = |b: usize| b * view.size / bands;
    let refs: Vec<_> = (0..bands).map(|b| rows_task::remote(view, cut(b), cut(b + 1))).collect();

    let mut pixels = Vec::with_capacity(view.size * view.size);
    for rows in get_all(&refs)? {
        pixels.extend_from_slice(&rows);
    }
    Ok(pixels)
    // END SOLUTION
}

problems::submit!(problems::julia, julia);
