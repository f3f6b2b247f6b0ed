//! Why a picture is wrong.
//!
//! Most mistakes put right pixels in wrong places, whole rows of them or all. Each hypothesis compares with the picture that its
//! mistake would have given. All together takes far less than one serial run.

use std::ops::Range;

use trace::text::count;

use crate::runs::{Run, runs};

/// A wrong picture.
pub(super) struct Mismatch<'a> {
    /// The rows of the picture, and the pixels in each.
    pub(super) size: usize,
    pub(super) right: &'a [u8],
    pub(super) got: &'a [u8],
}

type Hypothesis = fn(&Mismatch) -> Option<String>;

/// The first that fits is told: those that cannot be mistaken for another come first, and within these the cheapest.
const HYPOTHESES: [Hypothesis; 5] = [another_length, transposed, upside_down, half_mirrored, rows_elsewhere];

impl Mismatch<'_> {
    /// The message for the student: what was seen, its cause where it is known, and the mend.
    pub(super) fn explain(&self) -> String {
        HYPOTHESES.iter().find_map(|hypothesis| hypothesis(self)).unwrap_or_else(|| self.first_pixel())
    }

    /// The rows, for a picture of the right size.
    fn rows(pixels: &[u8], size: usize) -> Vec<&[u8]> {
        pixels.chunks(size.max(1)).collect()
    }

    fn right_rows(&self) -> Vec<&[u8]> {
        Self::rows(self.right, self.size)
    }

    fn got_rows(&self) -> Vec<&[u8]> {
        Self::rows(self.got, self.size)
    }

    /// Whether each pixel holds what belongs to the one that `place` makes of its row and column.
    fn is_moved(&self, place: impl Fn(usize, usize) -> (usize, usize)) -> bool {
        let mut pixels = self.got.iter().enumerate();
        pixels.all(|(index, &got)| {
            let (row, column) = place(index / self.size, index % self.size);
            self.right[row * self.size + column] == got
        })
    }

    fn first_pixel(&self) -> String {
        let differing = || (0..self.right.len()).filter(|&index| self.right[index] != self.got[index]);
        let first = differing().next().unwrap_or(0);
        let [row, column] = [first / self.size, first % self.size].map(count_of);
        format!(
            "{} of {} pixels differ; the first is in row {row}, column {column}: {} instead of {}. Keep `view.point` and \
             `pixel` as they are; change who calls them.",
            count_of(differing().count()),
            count_of(self.right.len()),
            self.got[first],
            self.right[first],
        )
    }
}

/// Too few pixels or too many. All hypotheses after this one have a picture of the right size.
fn another_length(run: &Mismatch) -> Option<String> {
    let (rows, rest) = (run.got.len() / run.size.max(1), run.got.len() % run.size.max(1));
    if run.got.len() == run.right.len() {
        return None;
    }
    if run.got.is_empty() {
        return Some(format!(
            "No pixel came back, {} expected: append each part to the picture.",
            count_of(run.right.len())
        ));
    }
    if rest > 0 {
        let (got, right) = (count_of(run.got.len()), count_of(run.right.len()));
        return Some(format!("{got} pixels, {right} expected: not even whole rows. A part is all pixels of its rows."));
    }
    let lengths = format!("{} rows of {}", count_of(rows), count_of(run.size));
    let mend = match (run.right.starts_with(run.got), run.got.starts_with(run.right)) {
        (true, _) => "the remainder is missing. Let the last band end at `size`.",
        (_, true) => "the last ones are not asked for. Let the last band end at `size`.",
        _ => {
            "every row belongs to one band. Let each band begin where the one before ends, and the last one end at `size`."
        }
    };
    Some(format!("{lengths}: {mend}"))
}

fn transposed(run: &Mismatch) -> Option<String> {
    run.is_moved(|row, column| (column, row)).then(|| {
        "The picture is transposed: pixel (i, k) holds the value of (k, i). A row has one x; y changes from column to column.".to_owned()
    })
}

fn upside_down(run: &Mismatch) -> Option<String> {
    run.is_moved(|row, column| (run.size - 1 - row, column))
        .then(|| "The picture is upside down: row 0 is the first one. Join the rows from 0 on.".to_owned())
}

/// One half is right, the other is the same one turned by half, or mirrored.
fn half_mirrored(run: &Mismatch) -> Option<String> {
    let (right, got) = (run.right_rows(), run.got_rows());
    let differing = || (0..got.len()).filter(|&row| got[row] != right[row]);
    let (first, last) = (differing().next()?, differing().next_back()?);
    let opposite = |row: usize| run.size - 1 - row;
    // Nearly half of the rows, on one side, or it is something else.
    let one_side = first >= run.size / 2 || last < run.size.div_ceil(2);
    let turned = differing().all(|row| got[row].iter().eq(got[opposite(row)].iter().rev()));
    let mirrored = differing().all(|row| got[row] == got[opposite(row)]);
    let rows = if first >= run.size / 2 {
        format!("from row {} on", count_of(first))
    } else {
        format!("up to row {}", count_of(last))
    };
    (one_side && 4 * (last - first) >= run.size && (turned || mirrored))
        .then(|| format!("This view is not symmetric: the mirrored half is wrong {rows}. Compute both halves."))
}

/// All rows are rows of this picture, but some stand where others belong.
fn rows_elsewhere(run: &Mismatch) -> Option<String> {
    let (right, got) = (run.right_rows(), run.got_rows());
    let stretches = runs(&right, &got, 1)?;
    let misplaced = *stretches.iter().find(|stretch| stretch.from != stretch.at)?;
    let example = held(misplaced);
    let sorted = |rows: &[&[u8]]| {
        let mut rows = rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>();
        rows.sort_unstable();
        rows
    };
    let mend = if sorted(&right) == sorted(&got) {
        "All rows are there, in another order. Join in the order of submission."
    } else {
        "Other rows are missing for it. Pass each band where it begins and ends, and append each part once."
    };
    Some(format!("{example}. {mend}"))
}

/// `Rows 800 to 849 hold what belongs to rows 850 to 899`.
fn held(Run { at, from, length }: Run) -> String {
    let [here, there] = [at, from].map(|first| span(first..first + length));
    let (rows, hold) = if length == 1 { ("Row", "holds") } else { ("Rows", "hold") };
    format!("{rows} {here} {hold} what belongs to {} {there}", rows.to_lowercase())
}

fn span(rows: Range<usize>) -> String {
    match rows.len() {
        1 => count_of(rows.start),
        _ => format!("{} to {}", count_of(rows.start), count_of(rows.end - 1)),
    }
}

fn count_of(number: usize) -> String {
    count(number as u64)
}

#[cfg(test)]
mod tests {
    use super::{super::*, *};
    use crate::Clock;

    const SEEDS: [u64; 4] = [1, 2, 316, 2014];
    const SIZE: usize = 211;

    fn view(seed: u64) -> View {
        Julia.input(&Case { size: SIZE as u64, seed, workers: 2, clock: Clock::Real, sweep: None, input: None })
    }

    fn right(seed: u64) -> Vec<u8> {
        Julia.serial(view(seed))
    }

    /// The message for a picture that is made of the right one's rows.
    fn told_of_rows(seed: u64, rows: impl IntoIterator<Item = usize>) -> String {
        let right = right(seed);
        let got: Vec<u8> = rows.into_iter().flat_map(|row| right[row * SIZE..(row + 1) * SIZE].to_vec()).collect();
        told(&right, &got)
    }

    fn told(right: &[u8], got: &[u8]) -> String {
        assert_ne!(right, got);
        Mismatch { size: SIZE, right, got }.explain()
    }

    #[test]
    fn sees_a_transposed_picture() {
        for seed in SEEDS {
            let right = right(seed);
            let got: Vec<u8> = (0..SIZE * SIZE).map(|index| right[index % SIZE * SIZE + index / SIZE]).collect();
            assert!(
                told(&right, &got).starts_with("The picture is transposed: pixel (i, k) holds the value of (k, i).")
            );
        }
    }

    #[test]
    fn sees_a_picture_upside_down() {
        for seed in SEEDS {
            assert!(told_of_rows(seed, (0..SIZE).rev()).starts_with("The picture is upside down"));
        }
    }

    #[test]
    fn sees_another_order() {
        for seed in SEEDS {
            let message = told_of_rows(seed, (0..80).chain(90..100).chain(80..90).chain(100..SIZE));
            assert_eq!(
                message,
                "Rows 80 to 89 hold what belongs to rows 90 to 99. All rows are there, in another order. Join in the order \
                 of submission."
            );
            let message = told_of_rows(seed, (0..80).chain([81, 80]).chain(82..SIZE));
            assert!(message.starts_with("Row 80 holds what belongs to row 81. All rows are there"), "{message}");
        }
    }

    #[test]
    fn sees_the_same_rows_in_every_band() {
        for seed in SEEDS {
            let message = told_of_rows(seed, (0..100).chain(0..100).chain(0..11));
            assert_eq!(
                message,
                "Rows 100 to 199 hold what belongs to rows 0 to 99. Other rows are missing for it. Pass each band where it \
                 begins and ends, and append each part once."
            );
        }
    }

    #[test]
    fn sees_missing_rows_and_too_many() {
        for seed in SEEDS {
            assert_eq!(
                told_of_rows(seed, 0..208),
                "208 rows of 211: the remainder is missing. Let the last band end at `size`."
            );
            assert!(
                told_of_rows(seed, (0..SIZE).chain(0..2))
                    .starts_with("213 rows of 211: the last ones are not asked for")
            );
            let gaps = (0..SIZE).filter(|row| row % 20 != 19);
            assert!(told_of_rows(seed, gaps).starts_with("201 rows of 211: every row belongs to one band"));
        }
        let right = right(1);
        assert!(told(&right, &right[1..]).starts_with("44,520 pixels, 44,521 expected: not even whole rows"));
        assert!(told(&right, &[]).starts_with("No pixel came back, 44,521 expected"));
    }

    #[test]
    fn sees_a_mirrored_half() {
        for seed in SEEDS {
            let right = right(seed);
            let middle = SIZE / 2;
            let upper = &right[..(middle + 1) * SIZE];
            let turned: Vec<u8> = upper.iter().chain(upper[..middle * SIZE].iter().rev()).copied().collect();
            let message = told(&right, &turned);
            assert!(
                message.starts_with("This view is not symmetric: the mirrored half is wrong from row 10"),
                "{message}"
            );
            assert!(message.ends_with(" on. Compute both halves."));

            let mirrored = (0..=middle).chain((0..middle).rev());
            assert!(told_of_rows(seed, mirrored).starts_with("This view is not symmetric"));
            let other_way = (middle + 1..SIZE).rev().chain(middle..SIZE);
            let message = told_of_rows(seed, other_way);
            assert!(
                message.starts_with("This view is not symmetric: the mirrored half is wrong up to row 10"),
                "{message}"
            );
        }
    }

    #[test]
    fn shows_the_first_pixel_otherwise() {
        let right = right(1);
        let mut got = right.clone();
        got[SIZE + 3] = 0;
        got[2 * SIZE] = 0;
        let message = told(&right, &got);
        let expected =
            format!("2 of 44,521 pixels differ; the first is in row 1, column 3: 0 instead of {}.", right[SIZE + 3]);
        assert!(message.starts_with(&expected), "{message}");

        let fused = |x0: f64, y0: f64, c: (f64, f64)| {
            let (mut x, mut y) = (x0, y0);
            for step in 1..255 {
                (x, y) = (x.mul_add(x, c.0 - y * y), (2.0 * x).mul_add(y, c.1));
                if x * x + y * y >= 16.0 {
                    return step;
                }
            }
            255
        };
        let view = view(1);
        let points = (0..SIZE * SIZE).map(|index| view.point(index / SIZE, index % SIZE));
        let got: Vec<u8> = points.map(|(x, y)| fused(x, y, view.c)).collect();
        if got != right {
            assert!(told(&right, &got).contains("pixels differ; the first is in row"));
        }
    }

    #[test]
    fn copes_with_any_picture() {
        for size in [1, 2, 3] {
            let right: Vec<u8> = (0..size * size).map(|pixel| pixel as u8 + 1).collect();
            for length in 0..12 {
                for got in
                    [vec![0; length], vec![255; length], right.iter().copied().cycle().skip(1).take(length).collect()]
                {
                    assert!(!Mismatch { size, right: &right, got: &got }.explain().is_empty());
                }
            }
        }
    }
}
