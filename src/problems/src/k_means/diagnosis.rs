//! Why clusters are wrong.
//!
//! Sizes have to add up to the number of points, so what they add up to tells of lost and repeated points. Where they do,
//! the digits of the centroids tell of short numbers, and the usual ways to go on with wrong centroids are computed. That is
//! as much work as seven serial runs at most; a wrong answer shows at the small size, where they take a fraction of a second.

use trace::text;

use super::{Clusters, Input, Point, agree, classify, cluster, largest_difference, next};

/// Wrong clusters, and what is known of the run that gave them.
pub(super) struct Mismatch<'a> {
    /// What the clusters were to be made of.
    pub(super) input: &'a Input,
    /// The right clusters.
    pub(super) expected: &'a Clusters,
    /// The clusters that were returned.
    pub(super) got: &'a Clusters,
    /// How many tasks were submitted; 0 also when that is not known.
    pub(super) tasks: u64,
}

type Hypothesis = fn(&Mismatch<'_>) -> Option<String>;

/// The first that fits is told: those that cost nothing come first.
const HYPOTHESES: [Hypothesis; 9] = [
    other_shape,
    no_numbers,
    sums_go_on,
    points_missing,
    points_again,
    other_order,
    short_numbers,
    other_round,
    means_of_means,
];

impl Mismatch<'_> {
    /// The message for the student: what was seen, its cause where it is known, and the mend.
    pub(super) fn explain(&self) -> String {
        HYPOTHESES.iter().find_map(|hypothesis| hypothesis(self)).unwrap_or_else(|| {
            format!(
                "{} Look at which points each task gets (all of them, each once), and at what comes from the round before: the \
                 centroids, nothing else.",
                self.off()
            )
        })
    }

    fn points(&self) -> u64 {
        self.input.points.len() as u64
    }

    /// All points that were counted.
    fn counted(&self) -> u64 {
        self.got.sizes.iter().fold(0, |sum, size| sum.saturating_add(*size))
    }

    /// The centroid that is furthest off.
    fn off(&self) -> String {
        let furthest = largest_difference(&self.got.centroids, &self.expected.centroids);
        let (cluster, difference) = furthest.unwrap_or_default();
        let place =
            |centroids: &[Point]| centroids.get(cluster).map_or_else(String::new, |[x, y]| format!("({x:.9}, {y:.9})"));
        format!(
            "Off by {difference:.0e} in cluster {cluster}: {} instead of {}.",
            place(&self.got.centroids),
            place(&self.expected.centroids)
        )
    }

    /// In how many batches each round may have been cut: tasks that assign points, with or without a tree that adds up.
    fn batches(&self) -> Vec<u64> {
        let a_round = self.tasks / self.got.rounds.max(1) as u64;
        let mut batches = vec![a_round];
        if a_round % 2 == 1 {
            batches.push(a_round / 2 + 1);
        }
        batches.retain(|batches| (2..=self.points()).contains(batches));
        batches
    }
}

fn other_shape(run: &Mismatch<'_>) -> Option<String> {
    let clusters = run.expected.centroids.len();
    let (centroids, sizes) = (run.got.centroids.len(), run.got.sizes.len());
    (centroids != clusters || sizes != clusters).then(|| {
        format!("Got {centroids} centroids and {sizes} sizes. There are {clusters} clusters, as many as in `start`, empty ones too.")
    })
}

fn no_numbers(run: &Mismatch<'_>) -> Option<String> {
    let cluster = run.got.centroids.iter().position(|point| point.iter().any(|coordinate| !coordinate.is_finite()))?;
    Some(format!(
        "Centroid {cluster} is no number: 0 divided by 0 is none. An empty cluster keeps its place; the given `next` sees to that."
    ))
}

/// Sums of earlier rounds are still in those of the last.
fn sums_go_on(run: &Mismatch<'_>) -> Option<String> {
    let (points, rounds) = (run.points(), run.got.rounds as u64);
    let all = points.checked_mul(rounds).filter(|all| rounds > 1 && *all == run.counted())?;
    Some(format!(
        "The sizes add up to {}, that is {rounds} rounds of {} points. After round 1 they were right, after round 2 they added up \
         to {}: begin each round with new sums.",
        text::count(all),
        text::count(points),
        text::count(2 * points)
    ))
}

fn points_missing(run: &Mismatch<'_>) -> Option<String> {
    let (points, counted) = (run.points(), run.counted());
    let missing = points.checked_sub(counted).filter(|missing| *missing > 0)?;
    let seen = format!("The sizes add up to {} of {}", text::count(counted), text::count(points));
    if counted == 0 {
        return Some(format!("{seen}: merge what the tasks return, and return its counts as sizes."));
    }
    // Batches are about equally large, and a remainder is smaller than any of them.
    let batch = run.batches().iter().max().map_or(points / 100, |batches| points / batches);
    if 2 * missing < batch {
        return Some(format!("{seen}: the remainder is missing. Let the last batch take it."));
    }
    Some(format!("{seen}: {} points are missing. Submit every batch, and merge every result.", text::count(missing)))
}

fn points_again(run: &Mismatch<'_>) -> Option<String> {
    let (points, counted) = (run.points(), run.counted());
    let again = counted.checked_sub(points).filter(|again| *again > 0)?;
    let seen = format!("The sizes add up to {}, but there are {} points", text::count(counted), text::count(points));
    if again.is_multiple_of(points.max(1)) {
        let times = text::count(counted / points.max(1));
        return Some(format!(
            "{seen}: each is counted {times} times. Give each task points of its own, and merge each result once."
        ));
    }
    Some(format!(
        "{seen}: {} are counted again. Batches join where the end of one is the begin of the next; merge each result once.",
        text::count(again)
    ))
}

fn other_order(run: &Mismatch<'_>) -> Option<String> {
    let sorted = |centroids: &[Point]| {
        let mut sorted = centroids.to_vec();
        sorted.sort_unstable_by(|one, other| one[0].total_cmp(&other[0]));
        sorted
    };
    let in_order = agree(&run.got.centroids, &run.expected.centroids);
    let same = !in_order && agree(&sorted(&run.got.centroids), &sorted(&run.expected.centroids));
    same.then(|| "The right centroids, in another order: cluster i is the one that began at `start[i]`.".to_owned())
}

/// Sums in `f32` are whole multiples of something that sums in `f64` are no multiples of.
fn short_numbers(run: &Mismatch<'_>) -> Option<String> {
    /// Every `f32` above 0.5 is a multiple of it.
    const STEP: f64 = 1.0 / (1 << 24) as f64;
    /// Multiplied again, what was divided is as near a multiple as this; one in 25 of other numbers is as well.
    const NEAR: f64 = 0.02;
    /// Of the coordinates, so many have to look short: sums near zero have finer steps.
    const MOST: f64 = 0.75;
    let is_short = |coordinate: f64, size: u64| {
        let steps = coordinate * size as f64 / STEP;
        f64::from(coordinate as f32) == coordinate || (steps - steps.round()).abs() < NEAR
    };
    let coordinates: Vec<bool> = run
        .got
        .centroids
        .iter()
        .zip(&run.got.sizes)
        .flat_map(|(point, size)| point.map(|coordinate| is_short(coordinate, *size)))
        .collect();
    let short = coordinates.iter().filter(|short| **short).count();
    let (_, difference) = largest_difference(&run.got.centroids, &run.expected.centroids)?;
    if agree(&run.got.centroids, &run.expected.centroids) || (short as f64) < MOST * coordinates.len() as f64 {
        return None;
    }
    let additions = run.points() / run.expected.sizes.len().max(1) as u64;
    Some(format!(
        "Off by up to {difference:.0e}: these are sums in f32, which has seven digits, and about {} additions a cluster lose half of \
         them. Add in f64.",
        text::count(additions)
    ))
}

/// The centroids of another round, or what belongs to another round than the centroids.
fn other_round(run: &Mismatch<'_>) -> Option<String> {
    let Mismatch { input, expected, got, .. } = run;
    if agree(&got.centroids, &expected.centroids) {
        if got.rounds != expected.rounds {
            return Some(format!(
                "The centroids are right, the number of rounds is not: {} instead of {}. A round is counted each time that the \
                 points are assigned, and the one that moves nothing is the last.",
                text::count(got.rounds as u64),
                expected.rounds
            ));
        }
        return Some(
            "The centroids are right, the sizes are not: they are the counts of the last round, which the centroids are means of."
                .to_owned(),
        );
    }
    let mut rounds = vec![input.start.clone()];
    cluster(input, |centroids| rounds.push(centroids.to_vec()));
    let round = rounds.iter().rposition(|centroids| agree(&got.centroids, centroids))?;
    Some(format!(
        "These are the centroids after round {round}, and those after round {} are asked for. Go on until no centroid moves, or \
         `rounds` times, and return what the last `next` gave.",
        expected.rounds
    ))
}

/// Each round takes the plain mean of the batches' means.
fn means_of_means(run: &Mismatch<'_>) -> Option<String> {
    /// So many ways to cut are tried.
    const CUTS: usize = 6;
    /// The batches that are tried may differ by a point from the student's.
    const NEARER: f64 = 0.25;
    let (_, difference) = largest_difference(&run.got.centroids, &run.expected.centroids)?;
    let rounds = run.got.rounds.min(run.input.rounds);
    let near = |ends: Vec<usize>| {
        let centroids = with_means_of_means(run.input, rounds, &ends);
        largest_difference(&run.got.centroids, &centroids).is_some_and(|(_, off)| off < NEARER * difference)
    };
    let cuts = run.batches().into_iter().flat_map(|batches| cuts(run.input.points.len(), batches as usize));
    cuts.take(CUTS).any(near).then(|| {
        format!(
            "Off by up to {difference:.0e}: these are means of the batches' means, and batches hold different numbers of points of \
             a cluster. Add sums and counts, divide once."
        )
    })
}

/// The usual ways to cut points into so many batches, two or more: where each batch ends.
fn cuts(points: usize, batches: usize) -> Vec<Vec<usize>> {
    let even = (1..=batches).map(|batch| (points as u128 * batch as u128 / batches as u128) as usize).collect();
    let in_chunks =
        |size: usize| -> Vec<usize> { (1..=points.div_ceil(size)).map(|batch| points.min(batch * size)).collect() };
    // The last one is smaller: it is only the remainder, or smaller by a little, or all others have a round number of points.
    let (least, most) = (points.div_ceil(batches), points / (batches - 1));
    let chunks = [most, least, roundest(least, most)].map(in_chunks);
    let mut cuts = vec![even];
    cuts.extend(chunks.into_iter().filter(|ends| ends.len() == batches));
    cuts.dedup();
    cuts
}

/// The number with the most zeros at its end.
fn roundest(least: usize, most: usize) -> usize {
    let units = (0..18).rev().map(|zeros| 10_usize.pow(zeros));
    units.map(|unit| least.div_ceil(unit) * unit).find(|number| *number <= most).unwrap_or(least)
}

fn with_means_of_means(Input { points, start, .. }: &Input, rounds: usize, ends: &[usize]) -> Vec<Point> {
    let mut centroids = start.clone();
    for _ in 0..rounds {
        let mut sums = vec![[0.0; 2]; centroids.len()];
        let mut begin = 0;
        for &end in ends {
            let means = next(&centroids, &classify(&points[begin..end], &centroids));
            sums.iter_mut().zip(&means).for_each(|(sum, mean)| *sum = [sum[0] + mean[0], sum[1] + mean[1]]);
            begin = end;
        }
        centroids = sums.iter().map(|sum| sum.map(|coordinate| coordinate / ends.len() as f64)).collect();
    }
    centroids
}

#[cfg(test)]
mod tests {
    use super::{
        super::{KMeans, Partial, nearest},
        *,
    };
    use crate::{Case, Clock, Problem};

    const SIZE: u64 = 30_011;

    fn input(seed: u64) -> Input {
        KMeans.input(&Case { size: SIZE, seed, workers: 2, clock: Clock::Real, sweep: None, input: None })
    }

    fn told(input: &Input, got: &Clusters, tasks: u64) -> String {
        Mismatch { input, expected: &cluster(input, |_| {}), got, tasks }.explain()
    }

    /// The rounds, with what one round makes of the points and the centroids.
    fn rounds(input: &Input, mut round: impl FnMut(&[Point]) -> (Vec<Point>, Vec<u64>)) -> Clusters {
        let mut clusters = Clusters { centroids: input.start.clone(), ..Clusters::default() };
        for number in 1..=input.rounds {
            let (centroids, sizes) = round(&clusters.centroids);
            clusters = Clusters { centroids, sizes, rounds: number };
        }
        clusters
    }

    fn of(input: &Input, points: &[Point]) -> Clusters {
        cluster(&Input { points: points.to_vec(), ..input.clone() }, |_| {})
    }

    #[test]
    fn sees_a_missing_remainder() {
        for seed in [1, 2] {
            let input = input(seed);
            for batches in [2_u64, 4, 8, 64] {
                let whole = SIZE / batches * batches;
                for tasks in [30 * batches, 30 * (2 * batches - 1), 0] {
                    let message = told(&input, &of(&input, &input.points[..whole as usize]), tasks);
                    assert_eq!(
                        message,
                        format!(
                            "The sizes add up to {} of 30,011: the remainder is missing. Let the last batch take it.",
                            text::count(whole)
                        )
                    );
                }
            }
        }
    }

    #[test]
    fn sees_a_missing_batch_and_missing_sizes() {
        let input = input(1);
        let message = told(&input, &of(&input, &input.points[..26_260]), 30 * 8);
        assert!(
            message.contains("The sizes add up to 26,260 of 30,011: 3,751 points are missing. Submit every"),
            "{message}"
        );
        let mut got = of(&input, &input.points);
        got.sizes.fill(0);
        assert!(told(&input, &got, 240).contains("add up to 0 of 30,011: merge what the tasks return"));
    }

    #[test]
    fn sees_sums_that_are_not_reset() {
        for seed in [1, 2] {
            let input = input(seed);
            let mut all = Partial { sums: vec![[0.0; 2]; 16], counts: vec![0; 16] };
            let got = rounds(&input, |centroids| {
                all = std::mem::take(&mut all).merge(&classify(&input.points, centroids));
                (next(centroids, &all), all.counts.clone())
            });
            assert_eq!(
                told(&input, &got, 240),
                "The sizes add up to 900,330, that is 30 rounds of 30,011 points. After round 1 they were right, after round 2 they \
                 added up to 60,022: begin each round with new sums."
            );
        }
    }

    #[test]
    fn sees_points_that_are_counted_again() {
        let input = input(1);
        let again = [&input.points[..], &input.points[..100]].concat();
        assert!(told(&input, &of(&input, &again), 240).contains("but there are 30,011 points: 100 are counted again."));
        let twice = [&input.points[..], &input.points].concat();
        assert!(told(&input, &of(&input, &twice), 240).contains("each is counted 2 times."));
    }

    #[test]
    fn sees_means_of_means() {
        for seed in [1, 2] {
            let input = input(seed);
            for size in [SIZE.div_ceil(2), SIZE.div_ceil(8), SIZE / 8, 1_000] {
                let batches = SIZE.div_ceil(size);
                let got = rounds(&input, |centroids| {
                    let parts = input.points.chunks(size as usize).map(|part| classify(part, centroids));
                    let parts: Vec<Partial> = parts.collect();
                    let means: Vec<Vec<Point>> = parts.iter().map(|part| next(centroids, part)).collect();
                    let mean = |cluster: usize, axis: usize| {
                        means.iter().map(|means| means[cluster][axis]).sum::<f64>() / means.len() as f64
                    };
                    let centroids = (0..16).map(|cluster| [mean(cluster, 0), mean(cluster, 1)]).collect();
                    let total = parts[1..].iter().fold(parts[0].clone(), Partial::merge);
                    (centroids, total.counts)
                });
                for tasks in [30 * batches, 30 * (2 * batches - 1)] {
                    let message = told(&input, &got, tasks);
                    assert!(
                        message.starts_with("Off by up to ") && message.contains("means of the batches' means"),
                        "{message}"
                    );
                }
            }
        }
    }

    /// Sums in `f32` of batches of points, added up in `f32` or in `f64`.
    fn in_f32(input: &Input, batch: usize, all_in_f32: bool) -> Clusters {
        rounds(input, |centroids| {
            let mut total = [[0.0_f64; 2]; 16];
            let mut counts = vec![0; 16];
            for points in input.points.chunks(batch) {
                let mut sums = [[0.0_f32; 2]; 16];
                for point in points {
                    let cluster = nearest(point, centroids);
                    sums[cluster] = [sums[cluster][0] + point[0] as f32, sums[cluster][1] + point[1] as f32];
                    counts[cluster] += 1;
                }
                for (total, sum) in total.iter_mut().zip(sums) {
                    *total = [0, 1].map(|axis| {
                        let added = total[axis] + f64::from(sum[axis]);
                        if all_in_f32 { f64::from(added as f32) } else { added }
                    });
                }
            }
            let means = total.iter().zip(&counts).map(|(sum, count)| sum.map(|sum| sum / *count as f64)).collect();
            (means, counts)
        })
    }

    #[test]
    fn sees_short_sums() {
        for seed in [1, 2] {
            let input = input(seed);
            for batch in [1_000, 10_000, 30_011] {
                for all_in_f32 in [true, false] {
                    let message = told(&input, &in_f32(&input, batch, all_in_f32), 240);
                    assert!(
                        message.contains("these are sums in f32, which has seven digits, and about 1,875"),
                        "{message}"
                    );
                }
            }
            let mut got = in_f32(&input, 10_000, true);
            got.centroids.iter_mut().flatten().for_each(|coordinate| *coordinate = f64::from(*coordinate as f32));
            assert!(told(&input, &got, 240).contains("these are sums in f32"));
        }
    }

    #[test]
    fn sees_the_centroids_of_another_round() {
        let input = input(1);
        let stopped = cluster(&Input { rounds: 29, ..input.clone() }, |_| {});
        assert!(
            told(&input, &stopped, 240).starts_with("These are the centroids after round 29, and those after round 30")
        );
        let old = Clusters { rounds: 30, ..stopped };
        assert!(told(&input, &old, 240).starts_with("These are the centroids after round 29"));
        let never = Clusters { centroids: input.start.clone(), ..old };
        assert!(told(&input, &never, 240).starts_with("These are the centroids after round 0,"));
    }

    #[test]
    fn sees_what_belongs_to_another_round() {
        let input = input(1);
        let right = cluster(&input, |_| {});
        let uncounted = Clusters { rounds: 29, ..right.clone() };
        assert!(told(&input, &uncounted, 240).contains("the number of rounds is not: 29 instead of 30."));
        let later = Clusters { sizes: classify(&input.points, &right.centroids).counts, ..right };
        assert!(told(&input, &later, 240).contains("The centroids are right, the sizes are not"));
    }

    #[test]
    fn sees_other_shapes_orders_and_no_numbers() {
        let input = input(1);
        let right = cluster(&input, |_| {});
        let mut got = right.clone();
        got.sizes.pop();
        assert!(told(&input, &got, 240).starts_with("Got 16 centroids and 15 sizes. There are 16 clusters"));
        let mut got = right.clone();
        got.centroids[3] = [f64::NAN; 2];
        assert!(told(&input, &got, 240).starts_with("Centroid 3 is no number"));
        let mut got = right;
        got.centroids.swap(2, 7);
        got.sizes.swap(2, 7);
        assert!(told(&input, &got, 240).starts_with("The right centroids, in another order"));
    }

    #[test]
    fn says_no_more_than_it_knows() {
        let input = input(1);
        let mut got = cluster(&input, |_| {});
        got.centroids[5][1] += 3.1e-4;
        let message = told(&input, &got, 240);
        assert!(
            message.starts_with("Off by 3e-4 in cluster 5: (") && message.contains("Look at which points"),
            "{message}"
        );
    }

    #[test]
    fn copes_with_any_clusters() {
        let input = input(1);
        let mut clusters = vec![Clusters::default(), Clusters { rounds: usize::MAX, ..cluster(&input, |_| {}) }];
        clusters.push(Clusters { centroids: vec![[f64::MAX; 2]; 16], sizes: vec![u64::MAX; 16], rounds: 1 });
        clusters.push(Clusters { centroids: vec![[0.0; 2]; 16], sizes: vec![0; 16], rounds: 0 });
        for got in clusters {
            for tasks in [0, 1, 7, u64::MAX] {
                assert!(!told(&input, &got, tasks).is_empty());
            }
        }
        let nothing = Input { points: Vec::new(), start: Vec::new(), rounds: 30 };
        assert!(!told(&nothing, &Clusters { rounds: 3, ..Clusters::default() }, 5).is_empty());
    }
}
