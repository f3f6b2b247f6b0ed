//! # pi: what does a task cost?
//!
//! Throw darts at a square, blindly. The share of them that lands in the quarter circle is pi / 4, so pi is about
//! **4 x hits / darts**. No dart cares about another: nothing is easier to share among workers. And yet it can be shared
//! so finely that it gets a hundred times *slower*, for a task has a price. Here you find out what it is, and
//! how much work pays for it.
//!
//! ## What you have
//!
//! `hits(seed, first..last)` throws the darts number `first` up to `last - 1` and counts the hits, at about 4 ns a dart. A dart
//! is made of the seed and its number alone. So ranges add up, whoever throws them and in whatever order:
//! `hits(seed, 0..9) == hits(seed, 0..5) + hits(seed, 5..9)`.
//!
//! ## What you need
//!
//! ```rust
//! #[remote]                                  // now it can also run as a task
//! fn square(x: u64) -> u64 { x * x }
//!
//! let nine = square::remote(3);              // submits a task; does not wait: `nine` is a reference
//! let refs: Vec<_> = (1..=4).map(|x| square::remote(x)).collect();
//! let squares = get_all(&refs)?;             // waits for all of them, gives them in the order of `refs`
//! let sum: u64 = squares.iter().map(|x| **x).sum();
//! ```
//!
//! A task gets all that it needs as arguments and returns its result. Workers take tasks as they get free. `workers()` tells how
//! many there are, `?` hands on the error of a task that failed. And one call for trying things out:
//!
//! ```rust
//! let batch = sweep(100_000);                // 100,000, unless the workbench is trying other values
//! ```
//!
//! ## Steps
//!
//! 1. The obvious way, a task for each dart. `cargo run --release --bin pi` throws a million. Look at the task
//!    stream: how long is a task, and how long the gap before the next?
//! 2. Put many darts into a task: batches of 1,000, of 100,000, of 10,000,000. Let `sweep` choose the size, press `s` in the
//!    workbench and then Enter, and it draws time against `batch`; `cargo grader run pi --sweep` says the same as text. It is
//!    a U: what goes wrong at its left end, and what at its right? Two more sliders are there: vary `workers`, and then `n`,
//!    the number of darts. From how many darts on do your tasks pay, and what has that to do with your batch?
//! 3. Settle on a size. Submit all batches, *then* get all, and add up the hits. The number of darts is never a round
//!    one: your batch size will not divide it.
//! 4. Only at the very end is anything divided: the course makes pi, and its standard error, from your count.
//!
//! ## How it is graded
//!
//! The count has to be *exactly* the serial program's, for a hundred million darts and some, with a new seed in
//! each round: 4 points. Tasks of 5 us or more on average, 4 or more a worker, and one phase of getting: a point each. Speed: 3 points
//! at 85 % of what your machine can give, which is measured in the same minute.
//!
//! ## To think about
//!
//! Why is it not exactly twice as fast on two workers? It is as near as anything gets: no data, and one addition a
//! batch. What remains is starting, the last batch, and a clock that slows down when all cores work. In Ray, a task costs about
//! 500 us, not less than one: where would its U lie? And for one more digit of pi you need a hundred times the darts:
//! would you rather buy cores, or look for a better method?

use parlings::prelude::*;
use problems::pi::hits;

// BEGIN SOLUTION
#[remote]
fn hits_task(seed: u64, first: u64, last: u64) -> u64 {
    hits(seed, first..last)
}

// END SOLUTION
/// How many of the darts hit.
pub fn pi(seed: u64, darts: u64) -> Result<u64, TaskError> {
    // BEGIN SOLUTION
    // STARTER: // The serial program: one worker throws every dart, the others watch.
    // STARTER: Ok(hits(seed, 0..darts))
    // A batch of 100,000 darts is 0.4 ms of work, a thousand times the price of its task; and there are a thousand batches,
    // so whoever gets free early finds another one. The bottom of the U is wide: from a few thousand darts to some
    // batches a worker, anything does as well.
    let batch = sweep(100_000);
    let refs: Vec<_> =
        (0..darts.div_ceil(batch)).map(|b| hits_task::remote(seed, b * batch, darts.min((b + 1) * batch))).collect();
    Ok(get_all(&refs)?.iter().map(|hits| **hits).sum())
    // END SOLUTION
}

problems::submit!(problems::pi, pi);
