//! k-means with any number of clusters and dimensions: points stay where they are, sums travel.
//!
//! All tasks share the points, and none copies them. Each round is a task per chunk of them, which finds the nearest centroid for
//! several points at a time and adds the points up in their order; the sums of the chunks are added up in theirs. So within
//! a chunk all is as in the plain loop, to the last bit; that the sums are made of chunks shows in the last digits of the
//! centroids.

use std::sync::Arc;

use multiversion::multiversion;
use parlings::{ObjectRef, TaskError, get_all, map};

/// Points whose nearest centroids are looked for at a time.
const LANES: usize = 16;

/// Chunks per worker: a round is over when the last one is.
const CHUNKS_PER_WORKER: usize = 8;

/// The sum and the number of some points, by cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Partial<const K: usize, const D: usize> {
    /// The sum of each cluster's points.
    pub sums: [[f64; D]; K],
    /// How many points each cluster has.
    pub counts: [u64; K],
}

/// The points, and which of them are the chunk of one task in each round.
///
/// # Panics
/// When no runtime is entered on this thread.
pub fn chunks<const D: usize>(points: Vec<[f64; D]>) -> Chunks<D> {
    let chunk = points.len().div_ceil(parlings::workers() * CHUNKS_PER_WORKER).max(1);
    Chunks { points: Arc::new(points), chunk }
}

/// Points, and how many of them each task takes.
#[derive(Clone, Debug)]
pub struct Chunks<const D: usize> {
    points: Arc<Vec<[f64; D]>>,
    chunk: usize,
}

/// The centroids after so many rounds, as tasks. A cluster without points keeps its place.
///
/// # Errors
/// None but those of the runtime.
///
/// # Panics
/// When no runtime is entered on this thread.
pub fn cluster<const K: usize, const D: usize>(
    chunks: &Chunks<D>,
    start: [[f64; D]; K],
    rounds: usize,
) -> Result<[[f64; D]; K], TaskError> {
    let mut centroids = start;
    for _ in 0..rounds {
        let Chunks { points, chunk } = chunks.clone();
        let starts = (0..points.len()).step_by(chunk);
        let partials: Vec<ObjectRef<Partial<K, D>>> = map(starts, move |first| {
            let end = (first + chunk).min(points.len());
            classify(&points[first..end], &centroids)
        });
        let mut total = Partial { sums: [[0.0; D]; K], counts: [0; K] };
        for partial in get_all(&partials)? {
            total.add(&partial);
        }
        centroids = total.next(&centroids);
    }
    Ok(centroids)
}

impl<const K: usize, const D: usize> Partial<K, D> {
    fn add(&mut self, other: &Self) {
        for cluster in 0..K {
            add(&mut self.sums[cluster], &other.sums[cluster]);
            self.counts[cluster] += other.counts[cluster];
        }
    }

    /// The means; a cluster without points keeps its place.
    fn next(&self, old: &[[f64; D]; K]) -> [[f64; D]; K] {
        std::array::from_fn(|cluster| match self.counts[cluster] {
            0 => old[cluster],
            count => self.sums[cluster].map(|sum| sum / count as f64),
        })
    }
}

#[inline(always)]
fn add<const D: usize>(sum: &mut [f64; D], point: &[f64; D]) {
    for axis in 0..D {
        sum[axis] += point[axis];
    }
}

/// Assigns each point to the nearest centroid, the lower number where two are as near.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq+avx512bw", "x86_64+avx2"))]
fn classify<const K: usize, const D: usize>(points: &[[f64; D]], centroids: &[[f64; D]; K]) -> Partial<K, D> {
    let mut partial = Partial { sums: [[0.0; D]; K], counts: [0; K] };
    let (chunks, rest) = points.as_chunks::<LANES>();
    for points in chunks {
        let nearest = nearest(points, centroids);
        for lane in 0..LANES {
            add(&mut partial.sums[nearest[lane] as usize], &points[lane]);
            partial.counts[nearest[lane] as usize] += 1;
        }
    }
    for point in rest {
        let nearest = nearest(&[*point; LANES], centroids)[0];
        add(&mut partial.sums[nearest as usize], point);
        partial.counts[nearest as usize] += 1;
    }
    partial
}

/// The number of the nearest centroid, for each point.
#[inline(always)]
fn nearest<const K: usize, const D: usize>(points: &[[f64; D]; LANES], centroids: &[[f64; D]; K]) -> [u64; LANES] {
    let mut axes = [[0.0; LANES]; D];
    for lane in 0..LANES {
        for axis in 0..D {
            axes[axis][lane] = points[lane][axis];
        }
    }
    let (mut nearest, mut least) = ([0; LANES], [f64::INFINITY; LANES]);
    for (number, centroid) in centroids.iter().enumerate() {
        let mut distances = [0.0; LANES];
        for axis in 0..D {
            for lane in 0..LANES {
                let away = axes[axis][lane] - centroid[axis];
                distances[lane] += away * away;
            }
        }
        for lane in 0..LANES {
            let nearer = distances[lane] < least[lane];
            nearest[lane] = if nearer { number as u64 } else { nearest[lane] };
            least[lane] = if nearer { distances[lane] } else { least[lane] };
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use problems::random::SplitMix64;

    use super::*;
    use crate::kernels::in_runtime;

    fn points<const D: usize>(count: usize) -> Vec<[f64; D]> {
        let mut random = SplitMix64::at(5, 0);
        (0..count).map(|_| std::array::from_fn(|_| random.next_unit())).collect()
    }

    fn plain<const K: usize, const D: usize>(points: &[[f64; D]], centroids: &[[f64; D]; K]) -> Partial<K, D> {
        let mut partial = Partial { sums: [[0.0; D]; K], counts: [0; K] };
        for point in points {
            let (mut nearest, mut least) = (0, f64::INFINITY);
            for (number, centroid) in centroids.iter().enumerate() {
                let distance = (0..D).map(|axis| (point[axis] - centroid[axis]).powi(2)).sum();
                if distance < least {
                    (nearest, least) = (number, distance);
                }
            }
            for (sum, value) in partial.sums[nearest].iter_mut().zip(point) {
                *sum += value;
            }
            partial.counts[nearest] += 1;
        }
        partial
    }

    fn check<const K: usize, const D: usize>() {
        let points = points::<D>(2_003);
        let start: [[f64; D]; K] = std::array::from_fn(|cluster| points[cluster]);
        assert_eq!(classify(&points, &start), plain(&points, &start));

        let mut centroids = start;
        for _ in 0..20 {
            centroids = plain(&points, &centroids).next(&centroids);
        }
        let ours = in_runtime(|| cluster(&chunks(points), start, 20));
        for (ours, plain) in ours.iter().flatten().zip(centroids.iter().flatten()) {
            assert!((ours - plain).abs() < 1e-12, "{ours} {plain}");
        }
    }

    #[test]
    fn clusters_are_the_plain_ones() {
        check::<4, 2>();
        check::<16, 8>();
        check::<1, 3>();
    }

    #[test]
    fn the_lower_number_wins_a_tie_and_an_empty_cluster_stays() {
        let centroids = [[1.0, 0.0], [0.0, 0.0], [9.0, 9.0]];
        let partial = classify(&[[0.5, 0.0]; 20], &centroids);
        assert_eq!(partial.counts, [20, 0, 0]);
        assert_eq!(partial.next(&centroids), [[0.5, 0.0], [0.0, 0.0], [9.0, 9.0]]);
    }
}
