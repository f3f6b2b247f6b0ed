//! k-means: rounds, data that stays where it is, and sums that are not quite equal.
//!
//! Each round assigns every point to the nearest centroid and moves each centroid to the mean of its points. Points can be
//! assigned in batches by anyone, and the sums of batches added up; but floating-point sums depend, in their last digits, on
//! how they are grouped.

use std::{hint::black_box, sync::Arc};

use trace::Record;

use crate::{
    Case, Problem, Wire,
    film::Draw,
    harness::{Answer, Submission},
    picture::Picture,
    random::SplitMix64,
};

mod diagnosis;
mod drawing;

/// The problem; one for all, as it has no state.
pub struct KMeans;

/// A point in the plane: its x and its y.
pub type Point = [f64; 2];

/// Where the clusters are after the last round.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clusters {
    /// The mean of each cluster's points.
    pub centroids: Vec<Point>,
    /// How many points each cluster has: the counts that the centroids are means of.
    pub sizes: Vec<u64>,
    /// How many times the points were assigned.
    pub rounds: usize,
}

/// The sum and the number of some points, by cluster.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Partial {
    /// The sum of each cluster's points.
    pub sums: Vec<Point>,
    /// How many points each cluster has.
    pub counts: Vec<u64>,
}

impl Partial {
    /// Both together, cluster by cluster.
    ///
    /// ```
    /// use problems::k_means::classify;
    ///
    /// let (points, centroids) = ([[0.0, 0.25], [0.5, 0.5], [1.0, 0.75]], [[0.0, 0.0], [1.0, 1.0]]);
    /// let merged = classify(&points[..1], &centroids).merge(&classify(&points[1..], &centroids));
    /// assert_eq!(merged, classify(&points, &centroids));
    /// ```
    #[must_use]
    pub fn merge(mut self, other: &Partial) -> Partial {
        for (sum, more) in self.sums.iter_mut().zip(&other.sums) {
            *sum = [sum[0] + more[0], sum[1] + more[1]];
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self
    }
}

/// The answer `function` to this problem; [`submit!`](crate::submit) calls it.
///
/// The function gets the points, the centroids to start from and the greatest number of rounds, and returns the clusters.
pub fn submission<A: Answer<Clusters> + 'static>(function: fn(Vec<Point>, Vec<Point>, usize) -> A) -> Submission {
    Submission::new(&KMeans, move |Input { points, start, rounds }| function(points, start, rounds))
}

/// Assigns each point to the nearest centroid, the lower number where two are as near, and adds up the points of each
/// cluster in their order. Takes about 17 ns a point with 16 centroids.
///
/// ```
/// use problems::k_means::classify;
///
/// let partial = classify(&[[0.0, 0.25], [0.5, 0.5], [1.0, 0.75]], &[[0.0, 0.0], [1.0, 1.0]]);
/// assert_eq!(partial.sums, [[0.5, 0.75], [1.0, 0.75]]);
/// assert_eq!(partial.counts, [2, 1]);
/// ```
#[inline(never)]
#[must_use]
pub fn classify(points: &[Point], centroids: &[Point]) -> Partial {
    let mut partial = Partial { sums: vec![[0.0; 2]; centroids.len()], counts: vec![0; centroids.len()] };
    for point in points {
        let cluster = nearest(point, centroids);
        let sum = &mut partial.sums[cluster];
        *sum = [sum[0] + point[0], sum[1] + point[1]];
        partial.counts[cluster] += 1;
    }
    partial
}

/// The number of the nearest centroid.
#[inline]
fn nearest(point: &Point, centroids: &[Point]) -> usize {
    let (mut nearest, mut least) = (0, f64::INFINITY);
    for (number, centroid) in centroids.iter().enumerate() {
        let (x, y) = (point[0] - centroid[0], point[1] - centroid[1]);
        let distance = x * x + y * y;
        if distance < least {
            (nearest, least) = (number, distance);
        }
    }
    nearest
}

/// The centroids of the next round: the mean of each cluster. An empty cluster keeps its old place.
///
/// ```
/// use problems::k_means::{classify, next};
///
/// let old = [[0.0, 0.0], [1.0, 1.0], [9.0, 9.0]];
/// let partial = classify(&[[0.0, 0.25], [0.5, 0.5], [1.0, 0.75]], &old);
/// assert_eq!(next(&old, &partial), [[0.25, 0.375], [1.0, 0.75], [9.0, 9.0]]);
/// ```
#[must_use]
pub fn next(old: &[Point], partial: &Partial) -> Vec<Point> {
    let mean = |((old, sum), count): ((&Point, &Point), &u64)| match *count {
        0 => *old,
        count => [sum[0] / count as f64, sum[1] / count as f64],
    };
    old.iter().zip(&partial.sums).zip(&partial.counts).map(mean).collect()
}

/// What the student's function gets.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The points.
    pub points: Vec<Point>,
    /// Where the centroids are before the first round.
    pub start: Vec<Point>,
    /// The greatest number of rounds; there are fewer if no centroid moves any more.
    pub rounds: usize,
}

/// As many rounds as the course asks for. Points of clusters that overlap do not come to rest before.
const ROUNDS: usize = 30;

/// Below this number of points, they are those to play with: four clusters, well apart.
const FEW: u64 = 20_000;

/// The points of a seed, each a sum of its cluster's middle and of a normal deviate in each direction. A point depends on
/// the seed and its own number alone.
fn points(seed: u64, count: u64) -> (Vec<Point>, usize) {
    let (clusters, deviation) = if count < FEW { (4, 0.05) } else { (16, 0.1) };
    let mut random = SplitMix64::at(seed, 0);
    let middles: Vec<Point> = (0..clusters).map(|_| [random.next_unit(), random.next_unit()]).collect();
    let point = |_| {
        let [x, y] = middles[random.next_below(clusters) as usize];
        [x + deviation * normal(&mut random), y + deviation * normal(&mut random)]
    };
    ((0..count).map(point).collect(), clusters as usize)
}

/// Close to a normal deviate, with a mean of 0 and a variance of 1: twelve even numbers, less six. Made of additions alone,
/// so it is the same on every machine.
#[inline]
fn normal(random: &mut SplitMix64) -> f64 {
    (0..12).map(|_| random.next_unit()).sum::<f64>() - 6.0
}

/// The rounds, one after the other; `see` is shown the centroids after each.
fn cluster(Input { points, start, rounds }: &Input, mut see: impl FnMut(&[Point])) -> Clusters {
    let mut clusters = Clusters { centroids: start.clone(), sizes: vec![0; start.len()], rounds: 0 };
    while clusters.rounds < *rounds {
        let partial = classify(points, &clusters.centroids);
        let moved = next(&clusters.centroids, &partial);
        let at_rest = moved == clusters.centroids;
        clusters = Clusters { centroids: moved, sizes: partial.counts, rounds: clusters.rounds + 1 };
        see(&clusters.centroids);
        if at_rest {
            break;
        }
    }
    clusters
}

/// Whole numbers of eight bytes (the rounds, how many centroids, how many sizes), then the centroids and the sizes, all
/// little-endian.
impl Wire for Clusters {
    fn to_bytes(&self) -> Vec<u8> {
        let head = [self.rounds, self.centroids.len(), self.sizes.len()].map(|number| (number as u64).to_le_bytes());
        let centroids = self.centroids.iter().flatten().map(|coordinate| coordinate.to_le_bytes());
        let sizes = self.sizes.iter().map(|size| size.to_le_bytes());
        head.into_iter().chain(centroids).chain(sizes).flatten().collect()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks();
        let ([rounds, centroids, sizes], numbers) = words.split_first_chunk()?;
        let whole = |word: &[u8; 8]| usize::try_from(u64::from_le_bytes(*word)).ok();
        let (centroids, sizes) = numbers
            .split_at_checked(whole(centroids)?.checked_mul(2)?)
            .filter(|(_, after)| rest.is_empty() && whole(sizes) == Some(after.len()))?;
        Some(Self {
            centroids: centroids.as_chunks().0.iter().map(|point: &[_; 2]| point.map(f64::from_le_bytes)).collect(),
            sizes: sizes.iter().map(|size| u64::from_le_bytes(*size)).collect(),
            rounds: whole(rounds)?,
        })
    }
}

/// How far a coordinate may be from the baseline's.
///
/// A sum of floating-point numbers depends on how they are grouped, and batches group them in another way than one loop does.
/// After thirty rounds that makes a difference of 1e-14 or 2e-14, whatever the number of batches; three forgotten points among
/// a million make one of 3e-6 or more. This lies between, far from both.
const TOLERANCE: f64 = 1e-9;

impl Problem for KMeans {
    type Input = Input;
    type Output = Clusters;

    const NAME: &'static str = "k_means";
    const UNITS: &'static str = "points";
    const SIZE: u64 = 100_003;

    fn units(&self, case: &Case) -> u64 {
        case.size
    }

    /// The first points are the start: they are as good as any, since each is of a random cluster.
    fn input(&self, case: &Case) -> Input {
        let (points, clusters) = points(case.seed, case.size);
        let start = points.iter().take(clusters).copied().collect();
        Input { points, start, rounds: ROUNDS }
    }

    fn serial(&self, input: Input) -> Clusters {
        cluster(&input, |_| {})
    }

    /// All rounds for a part of the points, as if no centroid moved.
    fn piece(&self, Input { points, start, rounds }: &Input, piece: u64, pieces: u64) {
        let cut = |piece: u64| (points.len() as u128 * u128::from(piece) / u128::from(pieces)) as usize;
        for _ in 0..*rounds {
            black_box(classify(black_box(&points[cut(piece)..cut(piece + 1)]), start));
        }
    }

    /// The numbers of points and rounds have to be equal, the centroids within `TOLERANCE` (1e-9) of the baseline's.
    fn verify(&self, case: &Case, expected: &Clusters, got: &Clusters, record: &Record) -> Result<(), String> {
        if got.rounds == expected.rounds && got.sizes == expected.sizes && agree(&got.centroids, &expected.centroids) {
            return Ok(());
        }
        Err(diagnosis::Mismatch { input: &self.input(case), expected, got, tasks: record.tasks }.explain())
    }

    fn picture(&self, case: &Case, clusters: &Clusters) -> Picture {
        drawing::picture(&self.input(case), clusters)
    }

    fn film(&'static self, case: &Case) -> Draw<Clusters> {
        let rounds = drawing::Rounds::of(&self.input(case));
        Arc::new(move |moment| rounds.picture(moment))
    }
}

/// Whether there are as many centroids, each within the tolerance.
fn agree(got: &[Point], expected: &[Point]) -> bool {
    got.len() == expected.len()
        && largest_difference(got, expected).is_none_or(|(_, difference)| difference <= TOLERANCE)
}

/// The centroid that is furthest off in one coordinate, and by how much. What is no number is infinitely far off.
fn largest_difference(got: &[Point], expected: &[Point]) -> Option<(usize, f64)> {
    let off = |(got, expected): (&Point, &Point)| {
        let [x, y] = [0, 1].map(|axis| (got[axis] - expected[axis]).abs());
        if x.is_nan() || y.is_nan() { f64::INFINITY } else { x.max(y) }
    };
    got.iter().zip(expected).map(off).enumerate().max_by(|one, other| one.1.total_cmp(&other.1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Clock;

    fn case(size: u64, seed: u64) -> Case {
        Case { size, seed, workers: 2, clock: Clock::Real, sweep: None, input: None }
    }

    /// The rounds with sums of batches, added up in a tree or one by one.
    fn in_batches(input: &Input, batch: usize, in_a_tree: bool) -> Clusters {
        let mut clusters = Clusters { centroids: input.start.clone(), ..Clusters::default() };
        while clusters.rounds < input.rounds {
            let mut level: Vec<Partial> =
                input.points.chunks(batch).map(|points| classify(points, &clusters.centroids)).collect();
            while in_a_tree && level.len() > 1 {
                level = level.chunks(2).map(|pair| pair[1..].iter().fold(pair[0].clone(), Partial::merge)).collect();
            }
            let total = level[1..].iter().fold(level[0].clone(), Partial::merge);
            let moved = next(&clusters.centroids, &total);
            let at_rest = moved == clusters.centroids;
            clusters = Clusters { centroids: moved, sizes: total.counts, rounds: clusters.rounds + 1 };
            if at_rest {
                break;
            }
        }
        clusters
    }

    proptest! {
        #[test]
        fn clusters_come_back(
            centroids in proptest::collection::vec((any::<f64>(), any::<f64>()), 0..20),
            sizes: Vec<u64>,
            rounds: usize,
        ) {
            let centroids = centroids.into_iter().map(|(x, y)| [x, y]).collect();
            let clusters = Clusters { centroids, sizes, rounds };
            let bytes = clusters.to_bytes();
            let back = Clusters::from_bytes(&bytes).expect("what was sent can be read");
            prop_assert_eq!(back.to_bytes(), bytes.clone());
            prop_assert_eq!(Clusters::from_bytes(&bytes[..bytes.len() - 1]), None);
            prop_assert_eq!(Clusters::from_bytes(&bytes[..bytes.len() - 8]), None);
        }

        #[test]
        fn any_bytes_are_clusters_or_none(bytes: Vec<u8>, words: [u64; 4]) {
            let _ = Clusters::from_bytes(&bytes);
            let _ = Clusters::from_bytes(&words.map(u64::to_le_bytes).concat());
        }

        #[test]
        fn every_point_is_in_the_nearest_cluster(
            points in proptest::collection::vec([-1.0..2.0_f64, -1.0..2.0], 0..50),
            centroids in proptest::collection::vec([-1.0..2.0_f64, -1.0..2.0], 1..8),
        ) {
            let counts = classify(&points, &centroids).counts;
            prop_assert_eq!(counts.iter().sum::<u64>(), points.len() as u64);
            for point in points {
                let distance = |centroid: &Point| (point[0] - centroid[0]).powi(2) + (point[1] - centroid[1]).powi(2);
                let cluster = classify(&[point], &centroids).counts.iter().position(|count| *count == 1);
                let chosen = distance(&centroids[cluster.expect("the point is in a cluster")]);
                prop_assert!(centroids.iter().all(|centroid| distance(centroid) >= chosen));
            }
        }
    }

    #[test]
    fn the_lower_number_wins_a_tie() {
        assert_eq!(classify(&[[0.5, 0.0]], &[[1.0, 0.0], [0.0, 0.0]]).counts, [1, 0]);
    }

    #[test]
    fn any_batches_and_any_order_pass() {
        for seed in [1, 2] {
            let case = case(20_011, seed);
            let input = KMeans.input(&case);
            let expected = KMeans.serial(input.clone());
            for batch in [7, 100, 1_000, 10_006, 20_011] {
                for in_a_tree in [true, false] {
                    let got = in_batches(&input, batch, in_a_tree);
                    assert_eq!(KMeans.verify(&case, &expected, &got, &Record::default()), Ok(()), "{batch}");
                }
            }
        }
    }

    #[test]
    fn grouping_changes_the_last_digits_alone() {
        let input = KMeans.input(&case(100_003, 3));
        let serial = KMeans.serial(input.clone());
        let batches = in_batches(&input, 10_000, true);
        let (_, difference) = largest_difference(&serial.centroids, &batches.centroids).expect("there are centroids");
        assert!(difference > 0.0 && difference < 1e-12, "{difference}");
    }

    #[test]
    fn three_forgotten_points_do_not_pass() {
        for seed in 0..3 {
            let mut input = KMeans.input(&case(100_003, seed));
            let expected = KMeans.serial(input.clone());
            input.points.truncate(100_000);
            let got = KMeans.serial(input);
            let (_, difference) = largest_difference(&got.centroids, &expected.centroids).expect("there are centroids");
            assert!(difference > 1_000.0 * TOLERANCE, "{difference}");
        }
    }

    #[test]
    fn rounds_end_when_no_centroid_moves() {
        let few = KMeans.serial(KMeans.input(&case(1_000, 1)));
        assert!((2..ROUNDS).contains(&few.rounds), "{}", few.rounds);
        assert_eq!(few.sizes.iter().sum::<u64>(), 1_000);
        for seed in 0..6 {
            assert_eq!(
                KMeans.serial(KMeans.input(&case(50_021, seed))).rounds,
                ROUNDS,
                "overlapping clusters settle late"
            );
        }
    }

    #[test]
    fn points_depend_on_the_seed_alone() {
        let (some, more) = (points(5, 30_000).0, points(5, 40_000).0);
        assert_eq!(some[..], more[..30_000]);
        assert_ne!(some, points(6, 30_000).0);
        let (few, clusters) = points(5, 1_000);
        assert_eq!((few.len(), clusters), (1_000, 4));
    }

    #[test]
    fn normal_deviates_have_the_right_spread() {
        let mut random = SplitMix64::at(1, 0);
        let deviates: Vec<f64> = (0..100_000).map(|_| normal(&mut random)).collect();
        let mean = deviates.iter().sum::<f64>() / 1e5;
        let variance = deviates.iter().map(|deviate| (deviate - mean).powi(2)).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
    }

    #[test]
    fn what_is_no_number_never_agrees() {
        let right = [[0.5, 0.5], [0.1, 0.2]];
        assert!(agree(&right, &right));
        assert!(agree(&[[0.5, 0.5 + 9e-10], right[1]], &right));
        for wrong in [[0.5, f64::NAN], [f64::INFINITY, 0.5], [0.5, 0.5 + 2e-9]] {
            assert!(!agree(&[wrong, right[1]], &right));
        }
        assert!(!agree(&right[..1], &right));
    }

    #[test]
    fn no_points_are_no_trouble() {
        let input = KMeans.input(&case(0, 1));
        assert_eq!(KMeans.serial(input.clone()).sizes, [0; 0]);
        KMeans.piece(&input, 0, 1);
    }
}
