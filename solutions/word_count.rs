//! # word_count: who owns the table?
//!
//! Which words does a playwright use, and how often? Counting the words of one play has nothing to do with those of another: that is
//! a task a play, the *map*. But there is to be one table in the end, so tables have to be added up, the *reduce*; and an
//! addition has to wait for both of its tables. In which order they are added is up to you. It decides how many of them can
//! go on at the same time, and whether tables are copied on the way.
//!
//! ## What you have
//!
//! `count_words(&text)` gives a table of words, `Counts`, which is a `HashMap<String, u64>`. A word is an unbroken run of letters,
//! digits and `_`, in lower case: `don't` is two words. It takes about 70 ns a word. `merge(a, &b)` adds the table `b` to
//! `a`. It takes `a` over, as the missing `&` says, adds to it where it lies, and returns it: nothing is copied.
//!
//! ## What you need
//!
//! ```rust
//! #[remote]
//! fn length(text: &str) -> u64 { text.len() as u64 }
//!
//! #[remote]
//! fn add(a: u64, b: &u64) -> u64 { a + b }
//!
//! let one = length::remote(String::from("moved into the task, not copied"));
//! let two = length::remote(String::from("likewise"));
//! let sum = add::remote(one, two);           // takes references: it runs when both lengths are there
//! let sum = *sum.get()?;                     // waits for the one result that is wanted
//! ```
//!
//! A task may take what another task will return: pass the *reference*. Nobody waits for it, you neither; the runtime starts
//! the task when its arguments are there. A parameter `&T` borrows the result of the other task. A parameter `T` takes it
//! over: where the task is the last that has a reference to it, it is moved, and nothing is copied.
//!
//! ```rust
//! let total = tree_reduce(refs, |a, b| add::remote(a, b))?;   // neighbours in pairs, pairs of pairs, .. to one reference
//! ```
//!
//! ## Steps
//!
//! 1. Map: a task a play. `for play in plays` moves each text out of the list and into its task.
//! 2. Get all tables and merge them in a loop, on the main thread. Look at the task stream: what does the second worker do
//!    meanwhile?
//! 3. Merge in tasks: first neighbours, then the sums of neighbours, until one table is left. There are 33 plays, so one
//!    has no partner. It goes on to the next level. Use references, and no `get` until the end. Then let `tree_reduce` do
//!    the same in one line.
//! 4. Write a merge that takes `&Counts, &Counts` and clones the first. What did one ampersand cost?
//!
//! `grader run word_count --input DIR` counts a folder of real texts, with your program.
//!
//! ## How it is graded
//!
//! Every count has to be the serial program's, for five and a half million words in new plays each round: 4 points. A task a
//! play (or more): 1 point. A reduction no deeper than a tree: 2 points. Speed: 3 points at 70 % of what your machine can
//! give, which is measured in the same minute.
//!
//! ## To think about
//!
//! Why is it not exactly twice as fast on two workers? The last merges have no partner: at the root of the tree, one worker
//! works. Let f be the share of the work that cannot be shared: then W workers are at most 1 / (f + (1 - f) / W) times as
//! fast. That is Amdahl's law, and whoever merges in a loop on the main thread has an f of about 0.1: 1.8 times on 2
//! workers, 4.7 on 8, and never 10, however many there are. What if the plays were longer? Counting grows with the text,
//! merging with the number of different words, which hardly grows any more. A larger problem can be shared better: that is
//! Gustafson's answer to Amdahl. Press `s` in the workbench and vary `n`, the number of words: do you see it?

use parlings::prelude::*;
use problems::word_count::{Counts, count_words, merge};

// BEGIN SOLUTION
#[remote]
fn count_task(play: &str) -> Counts {
    count_words(play)
}

#[remote]
fn merge_task(a: Counts, b: &Counts) -> Counts {
    merge(a, b)
}

// END SOLUTION
/// How often each word occurs in all the plays.
pub fn word_count(plays: Vec<String>) -> Result<Counts, TaskError> {
    // BEGIN SOLUTION
    // STARTER: // The serial program: one worker counts every play and merges every table, the others watch.
    // STARTER: let mut total = Counts::new();
    // STARTER: for play in plays {
    // STARTER:     total = merge(total, &count_words(&play));
    // STARTER: }
    // STARTER: Ok(total)
    let tables: Vec<_> = plays.into_iter().map(count_task::remote).collect();
    let total = tree_reduce(tables, merge_task::remote)?;
    // The one copy of a table: what a reference stands for is shared, and `Counts` is asked for.
    Ok((*total.get()?).clone())
    // END SOLUTION
}

problems::submit!(problems::word_count, word_count);
