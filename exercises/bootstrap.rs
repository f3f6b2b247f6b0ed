//! # bootstrap: tasks, and who draws which random number
//!
//! 500 students took a course; their mean grade is about 75. Had other students taken it, how far off would the mean have been?
//! The bootstrap answers from the grades alone: draw 500 of them *with replacement*, take the mean, and do that very often.
//! These means spread around the true one by about 10 / sqrt(500) = 0.45 points, and 95 % of them lie between two marks.
//! No resample needs another one. So they can be drawn by many workers; and your first parallel program is one loop
//! that became two.
//!
//! ## What you have
//!
//! `mean_of_resample(&grades, seed, r)` draws resample number `r` and gives its mean, in about 0.6 us. The random numbers depend
//! on the seed and on `r`, and on nothing else: resample 7 is the same whether it is drawn first, last, or by another
//! worker. The program below draws all of them, one after the other.
//!
//! ## What you need
//!
//! ```rust
//! #[remote]                                       // now it can also run as a task
//! fn total(prices: &[f64], first: usize, last: usize) -> f64 { prices[first..last].iter().sum() }
//!
//! let prices = put(vec![1.5, 2.0, 4.0, 0.5]);     // stored once; `prices` is a reference to it
//! let left = total::remote(&prices, 0, 2);        // submits a task and goes on at once: `left` is a reference, too
//! let right = total::remote(&prices, 2, 4);       // a second task; it may run at the same time
//! let totals = get_all(&[left, right])?;          // waits for both, gives their results in this order
//! let sum = *totals[0] + *totals[1];
//! ```
//!
//! A task takes all that it needs as arguments. A parameter `&[f64]` borrows a stored `Vec<f64>`: nothing is copied, however many
//! tasks use it. `get_all` gives shared results (`Arc`), so `*` stands before a number. `workers()` tells how many tasks can run
//! at a time, and `?` hands on the error of a task that failed.
//!
//! ## Steps
//!
//! 1. Run it as it is: `cargo run --release --bin bootstrap`, or look at it here. One worker is busy; what does the other one do?
//! 2. Write `#[remote] fn resample_range(grades: &[f64], seed: u64, first: usize, last: usize) -> Vec<f64>`: the same loop for
//!    the resamples `first` up to `last - 1`.
//! 3. `put` the grades. Cut `0..resamples` into ten ranges or more, better some for each worker. The number of resamples is
//!    never a round one: the last range takes the remainder.
//! 4. Submit all ranges, *then* get all parts, and join them in the order in which you submitted them.
//!
//! ## How it is graded
//!
//! Every value has to be *exactly* the serial program's, in its place, with new grades and a new seed in each round: 4
//! points. The grades stored once, one phase of getting, and 10 tasks or more: a point each. Speed: 3 points at 85 % of what your
//! machine can give, which is measured in the same minute.
//!
//! ## To think about
//!
//! Why is it not exactly twice as fast on two workers? Tasks are started, some megabytes are joined, and the last task runs alone.
//! Ten equal tasks on 2 workers are 5 + 5; on 4 they are 3 + 3 + 2 + 2, so at most 3.33 times as fast; on 8 at most 5 times. How
//! many tasks would you choose if you did not know the machine? Press `s` in the workbench and vary `workers`: what do more of
//! them give than there are cores? And would the *same* histogram from other random numbers have been as good an answer? As
//! good statistics, yes. But a grader, and you with a bug next year, could not tell it from a wrong one.

use parlings::prelude::*;
use problems::bootstrap::mean_of_resample;

/// The mean of each resample, in the order of their numbers.
pub fn bootstrap(grades: Vec<f64>, seed: u64, resamples: usize) -> Result<Vec<f64>, TaskError> {
    // The serial program: one worker draws every resample, the others watch.
    let mut means = Vec::with_capacity(resamples);
    for r in 0..resamples {
        means.push(mean_of_resample(&grades, seed, r));
    }
    Ok(means)
}

problems::submit!(problems::bootstrap, bootstrap);
