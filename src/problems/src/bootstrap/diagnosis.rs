//! Why a list of means is wrong.
//!
//! Nearly every mistake leaves stretches of right values behind: too few, too many, or in another place. So the list is cut into
//! stretches of the right one, and each hypothesis says what its mistake would look like. All together takes less than one
//! serial run.

use trace::text::count;

use crate::runs::{Run, runs};

/// So many values in a row are found at one place only; a single mean, one of some thousand, is found at many.
const KEY: usize = 8;

/// Two lists of means that are not the same. Values are compared by their bits, so that nothing is equal to nothing else.
pub(super) struct Mismatch {
    right: Vec<u64>,
    got: Vec<u64>,
    /// How many tasks were submitted; 0 also when that is not known.
    tasks: usize,
}

type Hypothesis = fn(&Mismatch) -> Option<String>;

/// The first that fits is told: those that cannot be mistaken for another come first, and within these the cheapest.
const HYPOTHESES: [Hypothesis; 7] =
    [nothing_returned, last_missing, beyond_the_end, counted_from_one, joined_wrongly, another_order, others_drawn];

impl Mismatch {
    /// The difference between the right means and others; `None` where there is none.
    pub(super) fn between(right: &[f64], got: &[f64], tasks: u64) -> Option<Self> {
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        let (right, got) = (bits(right), bits(got));
        (right != got).then(|| Self { right, got, tasks: usize::try_from(tasks).unwrap_or(0) })
    }

    /// The message for the student: what was seen, its cause where it is known, and the mend.
    pub(super) fn explain(&self) -> String {
        HYPOTHESES.iter().find_map(|hypothesis| hypothesis(self)).unwrap_or_else(|| self.first_value())
    }

    fn first_value(&self) -> String {
        let first = self.right.iter().zip(&self.got).position(|(right, got)| right != got).unwrap_or(0);
        let value = |values: &[u64]| values.get(first).map_or(f64::NAN, |&bits| f64::from_bits(bits));
        let lengths = if self.got.len() == self.right.len() { String::new() } else { format!("{}. ", self.lengths()) };
        let missing = self.right.len().saturating_sub(self.got.len());
        format!(
            "{lengths}{} of {} values differ; the first is number {}: {} instead of {}. Look at which resamples each task \
             draws (together all of 0..resamples, each once), and at how the parts are joined.",
            count_of(self.differing() + missing),
            count_of(self.right.len()),
            count_of(first),
            value(&self.got),
            value(&self.right),
        )
    }

    fn lengths(&self) -> String {
        format!("{} values, {} expected", count_of(self.got.len()), count_of(self.right.len()))
    }

    /// How many of the tasks it is that begin here, counted from 1, where all of them have about as many values.
    fn block_at(&self, place: usize) -> Option<usize> {
        let (all, tasks) = (self.right.len(), self.tasks);
        if tasks < 2 || tasks > all {
            return None;
        }
        let near = |cut: usize| cut.abs_diff(place) <= 1;
        let sizes = [all / tasks, all.div_ceil(tasks)];
        (0..tasks)
            .find(|task| near(task * all / tasks) || sizes.iter().any(|size| near(task * size)))
            .map(|task| task + 1)
    }

    fn differing(&self) -> usize {
        self.right.iter().zip(&self.got).filter(|(right, got)| right != got).count()
    }
}

fn nothing_returned(run: &Mismatch) -> Option<String> {
    run.got
        .is_empty()
        .then(|| format!("No value came back, {} expected: append each part to the result.", count_of(run.right.len())))
}

fn last_missing(run: &Mismatch) -> Option<String> {
    let missing = run.right.len().checked_sub(run.got.len()).filter(|&missing| missing > 0)?;
    if run.right[..run.got.len()] != run.got {
        return None;
    }
    let block = run.right.len() / run.tasks.max(1);
    let mend = if run.tasks > 0 && missing >= block {
        "Submit every range, and append every part."
    } else {
        "Let the last range take the remainder."
    };
    Some(format!("{}: the last {} missing. {mend}", run.lengths(), are(missing)))
}

fn beyond_the_end(run: &Mismatch) -> Option<String> {
    let beyond = run.got.len().checked_sub(run.right.len())?;
    run.got.starts_with(&run.right).then(|| {
        format!("{}: {} too many at the end. Let the last range end at `resamples`.", run.lengths(), are(beyond))
    })
}

fn counted_from_one(run: &Mismatch) -> Option<String> {
    let later = &run.right[1.min(run.right.len())..];
    (later.len() >= KEY && run.got.starts_with(later)).then(|| {
        "Every value stands one place too early: the resamples are counted from 0, up to but without `resamples`."
            .to_owned()
    })
}

/// Every value is a right one, but values come more than once, or are left out.
fn joined_wrongly(run: &Mismatch) -> Option<String> {
    let stretches = runs(&run.right, &run.got, KEY)?;
    if let [_, _, ..] = stretches[..]
        && stretches.iter().all(|stretch| stretch.from == 0)
    {
        return Some(same_in_every_task(&stretches));
    }
    let neighbours = || stretches.windows(2).map(|pair| (pair[0].from + pair[0].length, pair[1].from));
    if neighbours().all(|(end, begin)| end <= begin) {
        let (end, begin) = neighbours().next()?;
        return Some(format!(
            "{}: {} missing between two parts. A range is `first..last` without `last`, where the next one begins.",
            run.lengths(),
            values(end, begin)
        ));
    }
    let last = stretches.last()?;
    let all_in_turn = stretches[0].from == 0 && last.from + last.length == run.right.len();
    let (end, begin) = neighbours().find(|(end, begin)| begin < end)?;
    (all_in_turn && neighbours().all(|(end, begin)| begin <= end) && run.got.len() > run.right.len()).then(|| {
        format!(
            "{}: {} in two parts. A range is `first..last` without `last`, where the next one begins.",
            run.lengths(),
            values(begin, end)
        )
    })
}

fn same_in_every_task(stretches: &[Run]) -> String {
    // Where the parts are not quite equal, all of them have these.
    let shortest = stretches[..stretches.len() - 1].iter().map(|stretch| stretch.length).min().unwrap_or(1);
    format!(
        "Values 0 to {} come {} times: every task drew the same samples. The number of a resample counts through all tasks: \
         pass `first`.",
        count_of(shortest - 1),
        count_of(stretches.len()),
    )
}

fn another_order(run: &Mismatch) -> Option<String> {
    let sorted = |values: &[u64]| {
        let mut values = values.to_vec();
        values.sort_unstable();
        values
    };
    if run.got.len() != run.right.len() || sorted(&run.got) != sorted(&run.right) {
        return None;
    }
    let stretches = runs(&run.right, &run.got, KEY);
    let misplaced = stretches.iter().flatten().find(|stretch| stretch.from != stretch.at);
    let example =
        misplaced.map_or_else(String::new, |&Run { at, from, .. }| match (run.block_at(from), run.block_at(at)) {
            (Some(here), Some(belongs)) => format!(" (block {} before block {})", count_of(here), count_of(belongs)),
            _ => format!(" (value {} where value {} belongs)", count_of(from), count_of(at)),
        });
    Some(format!("All values are there, in another order{example}. Join in the order of submission."))
}

/// Means as these grades give them, but of other draws.
fn others_drawn(run: &Mismatch) -> Option<String> {
    /// A task or two may have drawn as they should.
    const MOSTLY: usize = 4;
    const STANDARD_ERRORS: f64 = 5.0;
    let number = run.right.len() as f64;
    if run.got.len() != run.right.len() || MOSTLY * run.differing() < run.right.len() {
        return None;
    }
    let (mean, spread) = moments(&run.right);
    let (other_mean, other_spread) = moments(&run.got);
    let same_mean = (mean - other_mean).abs() < STANDARD_ERRORS * spread * (2.0 / number).sqrt();
    let same_spread = (other_spread / spread - 1.0).abs() < STANDARD_ERRORS / number.sqrt();
    (same_mean && same_spread).then(|| {
        "Right distribution, other values. Here resample r has random numbers of its own, so the answer does not depend on \
         the number of tasks: call `mean_of_resample` with the seed as it is and the resample's own number."
            .to_owned()
    })
}

/// Mean and standard deviation.
fn moments(bits: &[u64]) -> (f64, f64) {
    let values = || bits.iter().map(|&bits| f64::from_bits(bits));
    let number = bits.len() as f64;
    let mean = values().sum::<f64>() / number;
    (mean, (values().map(|value| (value - mean).powi(2)).sum::<f64>() / number).sqrt())
}

fn count_of(number: usize) -> String {
    count(number as u64)
}

/// `one is`, `3 are`.
fn are(number: usize) -> String {
    if number == 1 { "one is".to_owned() } else { format!("{} are", count_of(number)) }
}

/// The values from one number up to, but without, another: `value 7 is`, `values 7 to 9 are`.
fn values(begin: usize, end: usize) -> String {
    match end - begin {
        1 => format!("value {} is", count_of(begin)),
        _ => format!("values {} to {} are", count_of(begin), count_of(end - 1)),
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{super::*, *};

    const SEEDS: [u64; 3] = [1, 316, 2014];
    const RESAMPLES: usize = 4_003;

    /// The grades of a seed, and the right answer.
    fn case(seed: u64) -> (Vec<f64>, Vec<f64>) {
        let grades = grades(seed);
        let right = Bootstrap.serial((grades.clone(), seed, RESAMPLES));
        (grades, right)
    }

    #[track_caller]
    fn told(right: &[f64], tasks: usize, got: &[f64]) -> String {
        Mismatch::between(right, got, tasks as u64).expect("they differ").explain()
    }

    fn cuts(tasks: usize) -> impl Iterator<Item = Range<usize>> + Clone {
        (0..tasks).map(move |task| task * RESAMPLES / tasks..(task + 1) * RESAMPLES / tasks)
    }

    #[test]
    fn the_right_answer_is_no_mismatch() {
        let (_, right) = case(1);
        assert!(Mismatch::between(&right, &right.clone(), 10).is_none());
    }

    #[test]
    fn sees_a_forgotten_remainder() {
        for seed in SEEDS {
            let (_, right) = case(seed);
            let message = told(&right, 10, &right[..4_000]);
            assert_eq!(
                message,
                "4,000 values, 4,003 expected: the last 3 are missing. Let the last range take the remainder."
            );
            assert!(told(&right, 2, &right[..4_002]).contains("the last one is missing. Let"));
        }
    }

    #[test]
    fn sees_forgotten_parts() {
        let (_, right) = case(1);
        let message = told(&right, 10, &right[..3_602]);
        assert_eq!(
            message,
            "3,602 values, 4,003 expected: the last 401 are missing. Submit every range, and append every part."
        );
        assert!(told(&right, 10, &[]).starts_with("No value came back, 4,003 expected"));
    }

    #[test]
    fn sees_values_beyond_the_end() {
        for seed in SEEDS {
            let (grades, right) = case(seed);
            let got = Bootstrap.serial((grades, seed, 4_010));
            let message =
                "4,010 values, 4,003 expected: 7 are too many at the end. Let the last range end at `resamples`.";
            assert_eq!(told(&right, 10, &got), message);
        }
    }

    #[test]
    fn sees_that_all_tasks_drew_the_same() {
        for seed in SEEDS {
            let (_, right) = case(seed);
            for tasks in [2, 10, 64, 400] {
                let got: Vec<f64> = cuts(tasks).flat_map(|range| right[..range.len()].to_vec()).collect();
                let message = told(&right, tasks, &got);
                let shortest = cuts(tasks).map(|range| range.len()).min().expect("there are tasks");
                let expected = format!(
                    "Values 0 to {} come {} times: every task drew the same samples.",
                    count_of(shortest - 1),
                    tasks
                );
                // The last range may be the only short one; its length is not looked at.
                let other = format!(
                    "Values 0 to {} come {} times: every task drew the same samples.",
                    count_of(shortest),
                    tasks
                );
                assert!(message.starts_with(&expected) || message.starts_with(&other), "{message}");
            }
            // Ten equal ranges without the remainder, and with it in the last.
            let mut got: Vec<f64> = (0..10).flat_map(|_| right[..400].to_vec()).collect();
            assert!(told(&right, 10, &got).starts_with("Values 0 to 399 come 10 times"));
            got.extend(&right[400..403]);
            assert!(told(&right, 10, &got).starts_with("Values 0 to 399 come 10 times"));
        }
    }

    #[test]
    fn sees_another_order() {
        for seed in SEEDS {
            let (_, right) = case(seed);
            for tasks in [3, 10, 64] {
                let mut ranges: Vec<_> = cuts(tasks).collect();
                ranges.swap(1, 2);
                let got: Vec<f64> = ranges.iter().flat_map(|range| right[range.clone()].to_vec()).collect();
                assert_eq!(
                    told(&right, tasks, &got),
                    "All values are there, in another order (block 3 before block 2). Join in the order of submission."
                );
                assert_eq!(
                    told(&right, 0, &got),
                    format!(
                        "All values are there, in another order (value {} where value {} belongs). Join in the order of submission.",
                        count_of(2 * RESAMPLES / tasks),
                        count_of(RESAMPLES / tasks)
                    )
                );
            }
            let mut got = right.clone();
            got.sort_by(f64::total_cmp);
            assert!(told(&right, RESAMPLES, &got).starts_with("All values are there, in another order"));
        }
    }

    #[test]
    fn sees_gaps_and_overlaps_between_ranges() {
        let (_, right) = case(316);
        let mend = "A range is `first..last` without `last`, where the next one begins.";
        let short: Vec<f64> = cuts(10).flat_map(|range| right[range.start..range.end - 1].to_vec()).collect();
        assert_eq!(
            told(&right, 10, &short),
            format!("3,993 values, 4,003 expected: value 399 is missing between two parts. {mend}")
        );
        let long: Vec<f64> =
            cuts(10).flat_map(|range| right[range.start..(range.end + 1).min(RESAMPLES)].to_vec()).collect();
        assert_eq!(told(&right, 10, &long), format!("4,012 values, 4,003 expected: value 400 is in two parts. {mend}"));
    }

    #[test]
    fn sees_a_count_from_one() {
        for seed in SEEDS {
            let (grades, right) = case(seed);
            let got: Vec<f64> = (1..=RESAMPLES).map(|r| mean_of_resample(&grades, seed, r)).collect();
            assert!(told(&right, 10, &got).starts_with("Every value stands one place too early"));
        }
    }

    #[test]
    fn sees_other_draws() {
        for seed in SEEDS {
            let (grades, right) = case(seed);
            for tasks in [2, 10, 64] {
                let seeded_by_task = |(task, range): (usize, Range<usize>)| {
                    let grades = &grades;
                    range.map(move |r| mean_of_resample(grades, seed.wrapping_add(task as u64), r))
                };
                let got: Vec<f64> = cuts(tasks).enumerate().flat_map(seeded_by_task).collect();
                assert!(
                    told(&right, tasks, &got).starts_with("Right distribution, other values."),
                    "{}",
                    told(&right, tasks, &got)
                );
            }
        }
    }

    #[test]
    fn says_no_more_than_it_knows() {
        let (_, right) = case(1);
        let mut got = right.clone();
        got[7] = 3.5;
        got[9] = f64::NAN;
        let message = told(&right, 10, &got);
        assert!(message.starts_with("2 of 4,003 values differ; the first is number 7: 3.5 instead of 7"), "{message}");
        let zeros = vec![0.0; RESAMPLES];
        assert!(
            told(&right, 10, &zeros).starts_with("4,003 of 4,003 values differ; the first is number 0: 0 instead of 7")
        );
        got.truncate(100);
        assert!(
            told(&right, 10, &got)
                .starts_with("100 values, 4,003 expected. 3,905 of 4,003 values differ; the first is")
        );
    }

    #[test]
    fn copes_with_any_list() {
        let (_, right) = case(1);
        for resamples in [1, 2, 3, 10] {
            for length in 0..20 {
                for got in
                    [vec![f64::NAN; length], right[..length].to_vec(), right[1..=length].to_vec(), vec![75.0; length]]
                {
                    for tasks in [0, 1, 2, 3, usize::MAX] {
                        if let Some(mismatch) = Mismatch::between(&right[..resamples], &got, tasks as u64) {
                            assert!(!mismatch.explain().is_empty());
                        }
                    }
                }
            }
        }
    }
}
