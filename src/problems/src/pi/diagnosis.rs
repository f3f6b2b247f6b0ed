//! Why a number of hits is wrong.
//!
//! Every usual mistake gives a number of its own, so each hypothesis computes what its mistake would have given and
//! compares. The count must fit exactly, or within its rounding where the mistake goes through fractions; the number of
//! tasks in the record says which batches to think of. All together throws fewer darts than one serial run, or not many more.

use std::f64::consts::{FRAC_PI_4, PI};

use trace::text;

use super::hits;

/// A wrong number of hits, and what is known of the run that gave it.
pub(super) struct Mismatch {
    /// The seed of the darts.
    pub(super) seed: u64,
    /// How many darts there were.
    pub(super) darts: u64,
    /// The right number of hits.
    pub(super) expected: u64,
    /// The number that was returned.
    pub(super) got: u64,
    /// How many tasks were submitted; 0 also when that is not known.
    pub(super) tasks: u64,
}

type Hypothesis = fn(&Mismatch) -> Option<String>;

/// The first that fits is told: those that cannot be mistaken for another come first, and within these the cheapest.
const HYPOTHESES: [Hypothesis; 11] = [
    nothing_counted,
    pi_itself,
    other_scale,
    counted_again,
    mean_of_hits,
    last_darts_missing,
    same_darts_in_every_batch,
    darts_beyond_the_end,
    mean_of_estimates,
    rounded,
    other_darts,
];

impl Mismatch {
    /// The message for the student: what was seen, its cause where it is known, and the mend.
    pub(super) fn explain(&self) -> String {
        let seen = format!("Got {} hits, expected {}.", text::count(self.got), text::count(self.expected));
        let cause = HYPOTHESES.iter().find_map(|hypothesis| hypothesis(self)).unwrap_or_else(|| {
            "Look at which darts each task gets (together all of 0..darts, each once), and at how their hits are added."
                .to_owned()
        });
        format!("{seen} {cause}")
    }

    /// The ways of cutting the darts that fit the number of tasks; where that is unknown, all with a round batch size.
    fn batches(&self) -> Vec<Batches> {
        // With a tree of additions, n batches are 2 n - 1 tasks.
        let counts: &[u64] = if self.tasks % 2 == 1 { &[self.tasks, self.tasks / 2 + 1] } else { &[self.tasks] };
        let mut found = Vec::new();
        for size in round_numbers(self.darts) {
            let (whole, all) = (self.darts / size, self.darts.div_ceil(size));
            if self.tasks == 0 {
                found.push(Batches { size, count: whole });
            }
            found.extend(
                counts.iter().filter(|&&count| count == whole || count == all).map(|&count| Batches { size, count }),
            );
        }
        for &count in counts.iter().filter(|&&count| count > 0) {
            found.push(Batches { size: self.darts / count, count });
            found.push(Batches { size: self.darts.div_ceil(count), count });
        }
        // One batch is no cut. The order and the lack of doubles make the message the same each time.
        found.retain(|batches| batches.count > 1 && batches.size > 0 && batches.size < self.darts);
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// A way of cutting the darts: this many batches of this size, the last of them perhaps smaller or larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Batches {
    size: u64,
    count: u64,
}

impl Batches {
    /// Where the last batch begins.
    fn last(self) -> u64 {
        self.size.saturating_mul(self.count - 1)
    }

    /// The size of the last batch when it ends where the darts do: clipped, or with the remainder of a division by the
    /// number of batches. `None` where these batches do not end so.
    fn last_size(self, darts: u64) -> Option<u64> {
        let last = darts.checked_sub(self.last())?;
        (last > 0 && last < self.size.saturating_add(self.count)).then_some(last)
    }

    /// Where the last batch ends when it is as large as the others.
    fn end(self) -> u64 {
        self.size.saturating_mul(self.count)
    }
}

/// Numbers that people choose for a batch: two digits and zeros, or a power of two.
fn round_numbers(limit: u64) -> impl Iterator<Item = u64> {
    let decimal = (0..18).flat_map(|zeros| (1..100).map(move |digits| digits * 10_u64.pow(zeros)));
    let binary = (0..63).map(|power| 1 << power);
    decimal.chain(binary).filter(move |&number| number <= limit)
}

/// The digits before the zeros at a number's end.
fn digits(number: u64) -> usize {
    number.to_string().trim_end_matches('0').len()
}

/// The hits from one dart to several later ones, counted in one pass over the sequence.
struct Tally {
    ends: Vec<u64>,
    hits: Vec<u64>,
}

impl Tally {
    fn new(seed: u64, begin: u64, mut ends: Vec<u64>) -> Self {
        ends.sort_unstable();
        ends.dedup();
        let mut from = begin;
        let mut total = 0;
        let hits = ends
            .iter()
            .map(|&end| {
                total += hits(seed, from..end);
                from = end;
                total
            })
            .collect();
        Self { ends, hits }
    }

    /// The hits up to one of the ends that it was made for.
    fn up_to(&self, end: u64) -> u64 {
        self.hits[self.ends.binary_search(&end).expect("only ends that were asked for are looked up")]
    }
}

fn nothing_counted(run: &Mismatch) -> Option<String> {
    (run.got == 0).then(|| "No hit arrived in the sum: add up what the tasks return.".to_owned())
}

fn pi_itself(run: &Mismatch) -> Option<String> {
    let estimate = 4.0 * run.expected as f64 / run.darts as f64;
    let as_integer = (0..19)
        .map(|zeros| 10_f64.powi(zeros))
        .any(|scale| [PI, estimate].into_iter().any(|pi| is_cut_from(run.got, pi * scale)));
    let as_bits = (f64::from_bits(run.got) - estimate).abs() < 0.01;
    (as_integer || as_bits).then(|| {
        "That is pi. What is asked for is the number of hits; pi is made of it afterwards, as 4 x hits / darts."
            .to_owned()
    })
}

fn other_scale(run: &Mismatch) -> Option<String> {
    if run.got == 4 * run.expected {
        return Some(
            "That is 4 x hits. Return the hits; the 4 belongs to pi, which is made of them afterwards.".to_owned(),
        );
    }
    if run.got == run.darts - run.expected {
        return Some("Those are the darts that missed. Return the hits.".to_owned());
    }
    (run.got == run.darts).then(|| "Those are all darts that were thrown. Return how many of them hit.".to_owned())
}

fn counted_again(run: &Mismatch) -> Option<String> {
    let times = run.got / run.expected.max(1);
    if times < 2 || run.got != times * run.expected {
        return None;
    }
    if times == run.tasks {
        return Some(format!("Each of the {} tasks threw all the darts. Pass each its own range.", text::count(times)));
    }
    let times = if times == 2 { "twice".to_owned() } else { format!("{} times", text::count(times)) };
    Some(format!("Every hit is counted {times}. Submit each range once, and add each result once."))
}

fn mean_of_hits(run: &Mismatch) -> Option<String> {
    let fits = |batches: &Batches| is_cut_from(run.got, run.expected as f64 / batches.count as f64);
    let batches = run.batches().into_iter().find(fits).filter(|_| run.tasks > 0)?;
    Some(format!(
        "That is the mean of the hits of {} batches. Add them up; nothing is divided.",
        text::count(batches.count)
    ))
}

/// The count is that of a prefix of the sequence, and the prefix is made of whole batches.
fn last_darts_missing(run: &Mismatch) -> Option<String> {
    /// Below this many darts a batch, some multiple of it lies near any number.
    const TELLING: u64 = 1_000;
    let batches = run.batches();
    let longest_batch = batches.iter().map(|batches| batches.size).max()?;
    let (shortest, longest) = prefix_with(run, longest_batch)?;
    let cut = |batches: &Batches| {
        let whole = (longest / batches.size).min(batches.count);
        let end = whole * batches.size;
        let tells = batches.size >= TELLING || whole == batches.count;
        (tells && shortest <= end && end < run.darts).then(|| (run.darts - end, batches.size))
    };
    // A forgotten remainder is more usual than forgotten batches; after that, the smallest mistake.
    let (missing, batch) =
        batches.iter().filter_map(cut).min_by_key(|&(missing, batch)| (missing >= batch, missing))?;
    let those = if missing == 1 {
        "The last dart is".to_owned()
    } else {
        format!("The last {} darts are", text::count(missing))
    };
    if missing >= batch {
        return Some(format!(
            "{those} missing: {} of them make a batch. Submit every batch, and add every result.",
            text::count(batch)
        ));
    }
    Some(format!("{those} missing; round up and clip the last batch."))
}

/// Walks back from the end of the sequence to where the hits are as many as were got: the shortest and the longest
/// prefix with that count. Gives up where more than `limit` darts, and the batch they lie in, would be missing.
fn prefix_with(run: &Mismatch, limit: u64) -> Option<(u64, u64)> {
    const STRIDE: u64 = 1 << 14;
    let mut lacking = run.expected.checked_sub(run.got)?;
    let mut end = run.darts;
    while end > STRIDE {
        let here = hits(run.seed, end - STRIDE..end);
        if here >= lacking {
            break;
        }
        lacking -= here;
        end -= STRIDE;
        if run.darts - end > 2 * limit {
            return None;
        }
    }
    while lacking > 0 {
        end = end.checked_sub(1)?;
        lacking -= hits(run.seed, end..end + 1);
    }
    let longest = end;
    while end > 0 && hits(run.seed, end - 1..end) == 0 {
        end -= 1;
    }
    Some((end, longest))
}

fn same_darts_in_every_batch(run: &Mismatch) -> Option<String> {
    let batches = run.batches();
    if run.tasks == 0 {
        return None;
    }
    // The last batch is as large as the others, or it ends where the darts do.
    let sizes = |batches: &Batches| [Some(batches.size), batches.last_size(run.darts)].into_iter().flatten();
    let tally = Tally::new(run.seed, 0, batches.iter().flat_map(sizes).collect());
    let fits = |batches: &&Batches| {
        let others = (batches.count - 1).saturating_mul(tally.up_to(batches.size));
        sizes(batches).any(|last| others.saturating_add(tally.up_to(last)) == run.got)
    };
    let batches = batches.iter().find(fits)?;
    Some(format!(
        "{} batches report the same hits: they threw the same darts. Pass where the batch begins.",
        text::count(batches.count)
    ))
}

fn darts_beyond_the_end(run: &Mismatch) -> Option<String> {
    let too_many = run.got.checked_sub(run.expected)?;
    let mut batches = run.batches();
    batches.retain(|batches| batches.last() < run.darts && run.darts < batches.end());
    let mut ends: Vec<u64> = batches.iter().map(|batches| batches.end()).collect();
    ends.sort_unstable();
    let tally = Tally::new(run.seed, run.darts, ends.clone());
    let end = ends.into_iter().find(|&end| tally.up_to(end) == too_many)?;
    Some(format!(
        "Darts were thrown that are not asked for, {} behind the end: clip the last batch to `darts`.",
        text::count(end - run.darts)
    ))
}

fn mean_of_estimates(run: &Mismatch) -> Option<String> {
    if run.got.abs_diff(run.expected) <= 1 || run.tasks == 0 {
        return None;
    }
    let mut batches = run.batches();
    batches.retain(|batches| batches.count == run.tasks && batches.last_size(run.darts).is_some());
    // With few tasks many sizes give as many batches, and of so many means one is hit by chance. The roundest is meant then.
    if batches.len() > 5 {
        let decimal = batches.iter().filter(|batches| !batches.size.is_power_of_two());
        let roundest = decimal.map(|batches| digits(batches.size)).min()?;
        let even = [run.darts / run.tasks, run.darts.div_ceil(run.tasks)];
        batches.retain(|batches| {
            let size = batches.size;
            digits(size) == roundest || size.is_power_of_two() || even.contains(&size)
        });
    }
    let first = batches.iter().map(|batches| batches.last()).min()?;
    let tally = Tally::new(run.seed, first, batches.iter().map(|batches| batches.last()).chain([run.darts]).collect());
    let fits = |batches: &&Batches| {
        let size = batches.size as f64;
        let in_last = tally.up_to(run.darts) - tally.up_to(batches.last());
        let of_whole = (run.expected - in_last) as f64 / size;
        // The last batch's hits are divided by its own darts, or by as many as the others have.
        [(run.darts - batches.last()) as f64, size].into_iter().any(|of_last| {
            let mean = (of_whole + in_last as f64 / of_last) / batches.count as f64;
            is_cut_from(run.got, mean * run.darts as f64)
        })
    };
    let batches = batches.iter().find(fits)?;
    Some(format!(
        "That is the mean of {} estimates. The last batch has another size, so a plain mean gives its darts another weight. \
         Add counts, divide once.",
        text::count(batches.count)
    ))
}

fn rounded(run: &Mismatch) -> Option<String> {
    (run.got.abs_diff(run.expected) == 1).then(|| {
        "One dart more or less: an end of a range that is off by one, or hits that were made a fraction and back. \
         Ranges join where `last` of one is `first` of the next, and hits are whole numbers throughout."
            .to_owned()
    })
}

/// As near the right number as other darts from the same square would be.
fn other_darts(run: &Mismatch) -> Option<String> {
    const STANDARD_ERRORS: f64 = 5.0;
    let of_one_dart = FRAC_PI_4 * (1.0 - FRAC_PI_4);
    let of_difference = (2.0 * of_one_dart * run.darts as f64).sqrt();
    let off = run.got.abs_diff(run.expected) as f64;
    (off < STANDARD_ERRORS * of_difference).then(|| {
        "A good estimate, but not of these darts. Keep `hits`; change who calls it: with the seed as it is, and with \
         the numbers of the batch's own darts."
            .to_owned()
    })
}

/// Whether a count is this number, cut or rounded to a whole one.
fn is_cut_from(count: u64, number: f64) -> bool {
    count == number as u64 || count == number.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEDS: [u64; 3] = [1, 316, 2014];
    const SIZE: u64 = 1_000_001;

    fn darts(seed: u64) -> u64 {
        SIZE + seed % 999
    }

    /// What the message says after the numbers, for the count that `mistake` makes of a seed's darts.
    fn told(seed: u64, tasks: u64, got: u64) -> String {
        let expected = hits(seed, 0..darts(seed));
        let message = Mismatch { seed, darts: darts(seed), expected, got, tasks }.explain();
        let seen = format!("Got {} hits, expected {}. ", text::count(got), text::count(expected));
        message.strip_prefix(&seen).unwrap_or_else(|| panic!("{message:?} does not begin with {seen:?}")).to_owned()
    }

    fn right(seed: u64) -> u64 {
        hits(seed, 0..darts(seed))
    }

    #[test]
    fn sees_that_nothing_was_counted() {
        assert!(told(1, 11, 0).contains("add up what the tasks return"));
    }

    #[test]
    fn sees_pi_itself() {
        let estimate = 4.0 * right(1) as f64 / darts(1) as f64;
        for got in [3, 31, 314_159, 3_141_593, 314_159_265, PI.to_bits(), estimate.to_bits(), (estimate * 1e6) as u64] {
            assert!(told(1, 11, got).starts_with("That is pi."), "{got}: {}", told(1, 11, got));
        }
    }

    #[test]
    fn sees_another_scale() {
        for seed in SEEDS {
            assert!(told(seed, 11, 4 * right(seed)).contains("4 x hits"));
            assert!(told(seed, 11, darts(seed) - right(seed)).contains("that missed"));
            assert!(told(seed, 11, darts(seed)).contains("all darts"));
        }
    }

    #[test]
    fn sees_hits_counted_again() {
        for seed in SEEDS {
            assert!(told(seed, 11, 2 * right(seed)).contains("counted twice"));
            assert!(told(seed, 11, 3 * right(seed)).contains("counted 3 times"));
            assert!(told(seed, 11, 11 * right(seed)).contains("Each of the 11 tasks threw all the darts"));
        }
    }

    #[test]
    fn sees_the_mean_of_hits() {
        for seed in SEEDS {
            assert!(told(seed, 11, right(seed) / 11).contains("the mean of the hits of 11 batches"));
        }
    }

    #[test]
    fn sees_missing_darts() {
        for seed in SEEDS {
            for batch in [1_000, 4_096, 65_536, 100_000, 250_000] {
                let whole = darts(seed) / batch;
                let missing = darts(seed) - whole * batch;
                let got = hits(seed, 0..whole * batch);
                // The last darts may all have missed: then nothing is wrong.
                if got == right(seed) {
                    continue;
                }
                let those =
                    if missing == 1 { "dart is".to_owned() } else { format!("{} darts are", text::count(missing)) };
                let message = format!("The last {those} missing; round up and clip the last batch.");
                assert_eq!(told(seed, whole, got), message);
                assert_eq!(told(seed, 2 * whole - 1, got), message, "with a tree of additions");
                assert_eq!(told(seed, 0, got), message, "with an unknown number of tasks");
            }
        }
    }

    #[test]
    fn sees_that_the_last_batches_are_missing() {
        let got = hits(316, 0..800_000);
        assert_eq!(
            told(316, 10, got),
            "The last 200,317 darts are missing: 100,000 of them make a batch. Submit every batch, and add every result."
        );
    }

    #[test]
    fn sees_the_remainder_of_a_division_by_the_tasks() {
        for seed in SEEDS {
            for tasks in [7, 64, 613] {
                let end = darts(seed) / tasks * tasks;
                let got = hits(seed, 0..end);
                if got != right(seed) {
                    let message = told(seed, tasks, got);
                    assert!(message.contains("missing; round up"), "{tasks} tasks: {message}");
                }
            }
        }
    }

    #[test]
    fn sees_the_same_darts_in_every_batch() {
        for seed in SEEDS {
            for batch in [1_000, 4_096, 100_000, 250_000, 400_000] {
                let count = darts(seed).div_ceil(batch);
                let last = darts(seed) - (count - 1) * batch;
                let clipped = (count - 1) * hits(seed, 0..batch) + hits(seed, 0..last);
                let message =
                    format!("{} batches report the same hits: they threw the same darts.", text::count(count));
                assert!(told(seed, count, clipped).starts_with(&message), "{}", told(seed, count, clipped));
                assert!(told(seed, count, count * hits(seed, 0..batch)).starts_with(&message));
            }
        }
    }

    #[test]
    fn sees_darts_beyond_the_end() {
        for seed in SEEDS {
            let got = hits(seed, 0..1_100_000);
            let beyond = text::count(1_100_000 - darts(seed));
            assert!(told(seed, 11, got).contains(&format!("{beyond} behind the end")), "{}", told(seed, 11, got));
        }
    }

    #[test]
    fn sees_the_mean_of_estimates() {
        for seed in SEEDS {
            for batch in [1_000, 30_000, 64_000, 65_536, 100_000] {
                let count = darts(seed).div_ceil(batch);
                let share = |b: u64| {
                    let range = b * batch..darts(seed).min((b + 1) * batch);
                    hits(seed, range.clone()) as f64 / (range.end - range.start) as f64
                };
                let mean = (0..count).map(share).sum::<f64>() / count as f64;
                for got in [(mean * darts(seed) as f64) as u64, (mean * darts(seed) as f64).round() as u64] {
                    if got.abs_diff(right(seed)) > 1 {
                        let message = told(seed, count, got);
                        assert!(
                            message.starts_with(&format!("That is the mean of {} estimates.", text::count(count))),
                            "{message}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn sees_a_rounded_count() {
        for seed in SEEDS {
            assert!(told(seed, 1_000, right(seed) + 1).contains("One dart more or less"));
        }
    }

    /// Other darts hit any number, so now and then one that is another mistake's.
    #[test]
    fn sees_other_darts() {
        let others = SEEDS.iter().flat_map(|&seed| (100..200).map(move |other| (seed, other)));
        let missed: Vec<String> = others
            .map(|(seed, other)| told(seed, 11, hits(other, 0..darts(seed))))
            .filter(|message| !message.starts_with("A good estimate, but not of these darts."))
            .collect();
        assert!(missed.len() <= 2, "{} of 300: {missed:#?}", missed.len());
    }

    #[test]
    fn says_no_more_than_it_knows() {
        for got in [right(1) / 2 + 12_345, right(1) + 54_321, 7, u64::MAX] {
            assert!(told(1, 11, got).starts_with("Look at which darts each task gets"), "{}", told(1, 11, got));
        }
    }

    #[test]
    fn copes_with_any_number() {
        for darts in [1, 2, 3, 10, 1_000] {
            let expected = hits(1, 0..darts);
            for got in (0..=darts + 1).chain([u64::MAX]).filter(|&got| got != expected) {
                for tasks in [0, 1, 2, 3, darts, u64::MAX] {
                    assert!(!Mismatch { seed: 1, darts, expected, got, tasks }.explain().is_empty());
                }
            }
        }
    }
}
