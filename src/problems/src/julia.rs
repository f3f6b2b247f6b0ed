//! Julia set: equal areas are not equal work.
//!
//! Each point z of the plane is sent on by z -> z^2 + c, again and again. Some leave a circle after a step or two, some
//! after hundreds, some never; the number of steps is the colour of the point's pixel, and also what it costs. So bright
//! regions are dear and dark ones are cheap, and nobody knows beforehand where they are.

use std::{hint::black_box, sync::Arc};

use serde::{Deserialize, Serialize};
use trace::Record;

use crate::{
    Case, Problem,
    film::Draw,
    harness::{Answer, Submission},
    picture::Picture,
    random::SplitMix64,
};

mod diagnosis;
mod drawing;

/// The problem; one for all, as it has no state.
pub struct Julia;

/// The answer `function` to this problem; [`submit!`](crate::submit) calls it.
///
/// The function gets the view and returns its pixels, row by row.
pub fn submission<A: Answer<Vec<u8>> + 'static>(function: fn(View) -> A) -> Submission {
    Submission::new(&Julia, function)
}

/// A square part of the plane, cut into pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// How many rows of pixels, and how many pixels in a row.
    pub size: usize,
    /// The c of z -> z^2 + c, real and imaginary part: which Julia set it is.
    pub c: (f64, f64),
    /// The point in the middle.
    pub centre: (f64, f64),
    /// From the middle to each side.
    pub half_width: f64,
}

impl View {
    /// The point in the middle of a pixel, real and imaginary part: x grows from row to row, y from column to column.
    ///
    /// So x goes down and y to the right, as in an array that is indexed by x and y.
    ///
    /// ```
    /// use problems::julia::View;
    /// let view = View { size: 3, c: (0.355, 0.355), centre: (0.0, 0.0), half_width: 1.5 };
    /// assert_eq!([view.point(0, 0), view.point(1, 1), view.point(1, 2)], [(-1.0, -1.0), (0.0, 0.0), (0.0, 1.0)]);
    /// ```
    #[inline]
    #[must_use]
    pub fn point(&self, row: usize, column: usize) -> (f64, f64) {
        let place = |index: usize| self.half_width * (2.0 * (index as f64 + 0.5) / self.size as f64 - 1.0);
        (self.centre.0 + place(row), self.centre.1 + place(column))
    }
}

/// How many steps of z -> z^2 + c it takes from the point (x0, y0) to a distance of 4 or more from 0: 1 to 255. It is 255, too,
/// where 255 steps are not enough.
///
/// The time it takes is in proportion: about 3.6 ns a step, 90 ns a pixel on average.
///
/// ```
/// use problems::julia::pixel;
/// let c = (0.355, 0.355);
/// assert_eq!([pixel(9.0, 0.0, c), pixel(1.2, 1.2, c), pixel(0.0, 0.0, c), pixel(-0.7, 0.8, c)], [1, 2, 29, 255]);
/// ```
#[inline(never)]
#[must_use]
pub fn pixel(x0: f64, y0: f64, c: (f64, f64)) -> u8 {
    let (mut x, mut y) = (x0, y0);
    for step in 1..255 {
        (x, y) = (x * x - y * y + c.0, 2.0 * x * y + c.1);
        if x * x + y * y >= 16.0 {
            return step;
        }
    }
    255
}

impl Problem for Julia {
    type Input = View;
    /// The pixels, row by row.
    type Output = Vec<u8>;

    const NAME: &'static str = "julia";
    const UNITS: &'static str = "pixels";
    const SIZE: u64 = 401;
    const SHOWN: Option<(u64, u64)> = Some((2_000, 0));

    /// The size is the number of rows, and of pixels in each.
    fn units(&self, case: &Case) -> u64 {
        case.size * case.size
    }

    /// With seed 0 the middle of the view is 0, as in the usual picture. Any other seed moves it by 0.25 to 0.40 up or down, and
    /// to the left or right: around 0 the set looks the same when it is turned by half, so two halves would be equally
    /// dear, and one of them could be had by mirroring the other. Moved so far, one half is two and a half to five times as dear.
    fn input(&self, case: &Case) -> View {
        let mut words = SplitMix64::at(case.seed, 0);
        let mut moved = || {
            let distance = 0.25 + 0.15 * words.next_unit();
            if words.next_below(2) == 0 { distance } else { -distance }
        };
        let centre = if case.seed == 0 { (0.0, 0.0) } else { (moved(), moved()) };
        View { size: case.size as usize, c: (0.355, 0.355), centre, half_width: 1.2 }
    }

    fn serial(&self, view: View) -> Vec<u8> {
        let mut pixels = Vec::with_capacity(view.size * view.size);
        for row in 0..view.size {
            for column in 0..view.size {
                let (x, y) = view.point(row, column);
                pixels.push(pixel(x, y, view.c));
            }
        }
        pixels
    }

    fn piece(&self, view: &View, piece: u64, pieces: u64) {
        let cut = |piece: u64| (view.size as u64 * piece / pieces) as usize;
        for row in cut(piece)..cut(piece + 1) {
            for column in 0..view.size {
                let (x, y) = view.point(row, column);
                black_box(pixel(x, y, view.c));
            }
        }
    }

    /// Every pixel equal: it depends on its own place alone, and the arithmetic rounds in the same way in any order.
    fn verify(&self, case: &Case, expected: &Vec<u8>, got: &Vec<u8>, _: &Record) -> Result<(), String> {
        if got == expected {
            return Ok(());
        }
        Err(diagnosis::Mismatch { size: case.size as usize, right: expected, got }.explain())
    }

    fn picture(&self, case: &Case, pixels: &Vec<u8>) -> Picture {
        drawing::picture(case.size as usize, pixels)
    }

    fn film(&'static self, case: &Case) -> Draw<Vec<u8>> {
        let size = case.size as usize;
        Arc::new(move |moment| drawing::bands(size, moment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;

    fn case(seed: u64) -> Case {
        Case { size: 101, seed, workers: 2, clock: Clock::Real, sweep: None, input: None }
    }

    #[test]
    fn seeds_move_the_view_and_none_leaves_it_in_the_middle() {
        assert_eq!(Julia.input(&case(0)).centre, (0.0, 0.0));
        let mut signs = Vec::new();
        for seed in 1..100 {
            let (x, y) = Julia.input(&case(seed)).centre;
            assert!([x, y].iter().all(|shift| (0.25..0.40).contains(&shift.abs())), "{x} {y}");
            signs.push((x > 0.0, y > 0.0));
        }
        signs.sort_unstable();
        signs.dedup();
        assert_eq!(signs.len(), 4, "every direction occurs");
    }

    #[test]
    fn the_view_in_the_middle_is_symmetric_and_others_are_not() {
        let turned = |pixels: &[u8]| pixels.iter().rev().copied().collect::<Vec<_>>();
        let differing = |seed| {
            let pixels = Julia.serial(Julia.input(&case(seed)));
            turned(&pixels).iter().zip(&pixels).filter(|(turned, pixel)| turned != pixel).count()
        };
        assert!(differing(0) < 10, "only rounding breaks the symmetry");
        assert!((1..50).all(|seed| differing(seed) > 2_000));
    }

    #[test]
    fn counts_steps_as_complex_numbers_do() {
        let c = (-0.4, -0.59);
        for (x0, y0) in [(0.0, 0.0), (0.1, 0.9), (1.3, -0.2), (-1.0, 1.0), (4.0, 4.0)] {
            let (mut z, mut steps) = ((x0, y0), 0);
            while steps < 255 && (steps == 0 || f64::hypot(z.0, z.1) < 4.0) {
                z = (z.0 * z.0 - z.1 * z.1 + c.0, 2.0 * z.0 * z.1 + c.1);
                steps += 1;
            }
            assert_eq!(u64::from(pixel(x0, y0, c)), steps, "{x0} {y0}");
        }
    }

    #[test]
    fn the_right_answer_passes_and_others_do_not() {
        for seed in [0, 316, 12_345] {
            let right = Julia.serial(Julia.input(&case(seed)));
            let verify = |got: &Vec<u8>| Julia.verify(&case(seed), &right, got, &Record::default());
            assert_eq!(verify(&right), Ok(()));
            let mut one_step = right.clone();
            one_step[5_000] ^= 1;
            for got in [one_step, right[1..].to_vec(), Vec::new(), vec![0; right.len()]] {
                assert!(verify(&got).is_err());
            }
        }
    }
}
