//! # k_means: rounds, and data that stays where it is
//!
//! Hundreds of thousands of points lie in the plane, around sixteen places that nobody has marked. To find them: begin with any sixteen
//! *centroids*; assign each point to the nearest one; move each centroid to the mean of its points; and again, until none of
//! them moves any more, or 30 times. A round needs the centroids of the one before, so rounds come one after the other. But
//! within a round, no point cares about another.
//!
//! ## What you have
//!
//! A `Point` is `[f64; 2]`, its x and its y. `classify(&points, &centroids)` assigns points, about 17 ns each, and gives a `Partial`:
//! for each cluster, the sum of its points and their count. Partials of batches add up: `a.merge(&b)`. And
//! `next(&old, &partial)` gives the new centroids, each the mean of its cluster (where a cluster is empty, it keeps its place).
//!
//! ## What you need
//!
//! Nothing new. From the other exercises:
//!
//! ```rust
//! let stored = put(vec![1.0, 2.0, 3.0]);                 // stored once, borrowed by any number of tasks: `&[f64]`
//! let refs: Vec<_> = (0..4).map(|k| scaled_sum::remote(&stored, k as f64)).collect();
//! let total = tree_reduce(refs, |a, b| add::remote(a, b))?;      // pairs, and pairs of pairs
//! println!("{}", *total.get()?);                                 // the only wait
//! ```
//!
//! ## Steps
//!
//! 1. A point is 17 ns of work: one per task is hopeless. Cut the points into batches, a few for each worker. Their number
//!    is prime, so one batch will be smaller or larger than the others.
//! 2. `put` each batch *once*, before the loop. What changes from round to round are the centroids: 256 bytes. Pass these as
//!    an argument, by value.
//! 3. In each round: submit a task a batch, add up the partials in a tree, `get` its one result, and call `next`.
//! 4. Compare with the serial program: where do the centroids differ, and by how much? Change the number of batches and look
//!    again.
//! 5. Press `s` in the workbench and vary `n`, the number of points, or say `cargo grader run k_means --sweep n`: from where
//!    on is it worth it? (Below 20,000 points there are 4 clusters instead of 16.)
//!
//! ## How it is graded
//!
//! The sizes of the clusters and the number of rounds have to be the serial program's, and the centroids equal to within 1e-9: 4
//! points. Why not exactly? Floating-point addition is not associative, and other batches group other sums: after 30
//! rounds, centroids differ by about 1e-14. Three forgotten points make a millionth or more. The limit lies between, far from both.
//! In the other exercises nothing depends on how the work is grouped, and they are compared exactly. Batches stored once, one
//! get a round, and a reduction no deeper than a tree: a point each. Speed: 3 points at 80 % of what your machine can give,
//! which is measured in the same minute.
//!
//! ## To think about
//!
//! Why is it not exactly twice as fast on two workers? In each round all wait for the slowest batch, thirty times, and `next` is
//! serial. With 750,000 points a round takes 7 ms on two workers, and to wake them and to wait for them 10 to 20 us. With a
//! thousand points (and 4 clusters) a round takes 2 us: there, parallel is ten times *slower*. In Python the two are even at
//! some thousand points, in Rust at some ten thousand: the faster the work, the more of it there must be. And which of the
//! two answers is the *right* one, the serial or the parallel? Neither: both are one way to round. Reproducible means to
//! choose one.

use parlings::prelude::*;
// BEGIN SOLUTION
// STARTER: use problems::k_means::{Clusters, Point, classify, next};
use problems::k_means::{Clusters, Partial, Point, classify, next};
// END SOLUTION

// BEGIN SOLUTION
#[remote]
fn classify_task(points: &[Point], centroids: Vec<Point>) -> Partial {
    classify(points, &centroids)
}

#[remote]
fn merge_task(a: Partial, b: &Partial) -> Partial {
    a.merge(b)
}

// END SOLUTION
/// Where the clusters are: after `rounds` rounds, or as soon as no centroid moves.
pub fn k_means(points: Vec<Point>, start: Vec<Point>, rounds: usize) -> Result<Clusters, TaskError> {
    // BEGIN SOLUTION
    // STARTER: // The serial program: one worker assigns every point, the others watch.
    // Four batches a worker: the slowest is soon over, and there are few partials to add up.
    let batch = points.len().div_ceil(4 * workers()).max(1);
    let batches: Vec<_> = points.chunks(batch).map(|batch| put(batch.to_vec())).collect();

    // END SOLUTION
    let mut clusters = Clusters { sizes: vec![0; start.len()], centroids: start, rounds: 0 };
    while clusters.rounds < rounds {
        // BEGIN SOLUTION
        // STARTER: let total = classify(&points, &clusters.centroids);
        let partials: Vec<_> =
            batches.iter().map(|batch| classify_task::remote(batch, clusters.centroids.clone())).collect();
        let total = tree_reduce(partials, merge_task::remote)?.get()?;
        // END SOLUTION
        let centroids = next(&clusters.centroids, &total);
        let at_rest = centroids == clusters.centroids;
        clusters = Clusters { centroids, sizes: total.counts.clone(), rounds: clusters.rounds + 1 };
        if at_rest {
            break;
        }
    }
    Ok(clusters)
}

problems::submit!(problems::k_means, k_means);
