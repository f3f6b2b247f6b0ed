//! The Julia set of the course, several points at a time.
//!
//! The points of a run of lanes take their steps together until the last of them has left the circle or 254 steps are done;
//! what a lane counts is how often it was within. A point that has left never comes back (from a distance of 4 and with
//! |c| < 2, each step leads further out, in the end to infinity and to what is no number, which is not within either), so
//! the count is that of the plain loop. The arithmetic of each point is the same, so every pixel is equal.

use multiversion::multiversion;
use parlings::{TaskError, get_all, map};
use problems::julia::View;

/// Neighbours that take their steps together: enough of them to hide how long each operation takes.
const LANES: usize = 32;

/// Steps between two looks at whether all lanes have left.
const STRIDE: usize = 8;

/// The greatest number of steps that are counted.
const STEPS: usize = 254;

/// Rows per task: some dozens of tasks for each worker, because some rows are many times dearer than others.
const ROWS: usize = 20;

/// The pixels of a view row by row, as tasks.
///
/// # Errors
/// None but those of the runtime.
///
/// # Panics
/// When no runtime is entered on this thread.
pub fn pixels(view: View) -> Result<Vec<u8>, TaskError> {
    let bands = (0..view.size).step_by(ROWS).map(|first| (first, (first + ROWS).min(view.size)));
    let bands = get_all(&map(bands, move |(first, end)| band(&view, first, end)))?;
    let mut pixels = Vec::with_capacity(view.size * view.size);
    for band in bands {
        pixels.extend_from_slice(&band);
    }
    Ok(pixels)
}

/// The pixels of the rows from `first` to before `end`.
fn band(view: &View, first: usize, end: usize) -> Vec<u8> {
    let columns: Vec<f64> = (0..view.size).map(|column| view.point(0, column).1).collect();
    let mut pixels = Vec::with_capacity((end - first) * view.size);
    for row in first..end {
        let x = view.point(row, 0).0;
        for columns in columns.chunks(LANES) {
            // Lanes without a pixel start far outside: they wait for nobody.
            let y = std::array::from_fn(|lane| columns.get(lane).copied().unwrap_or(1e3));
            pixels.extend_from_slice(&steps([x; LANES], y, view.c)[..columns.len()]);
        }
    }
    pixels
}

/// For each lane, what `problems::julia::pixel` says of its point.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq+avx512bw", "x86_64+avx2"))]
fn steps(mut x: [f64; LANES], mut y: [f64; LANES], c: (f64, f64)) -> [u8; LANES] {
    let mut within = [0_u64; LANES];
    let mut left = STEPS;
    while left > 0 {
        let stride = left.min(STRIDE);
        for _ in 0..stride {
            for lane in 0..LANES {
                let (a, b) = (x[lane], y[lane]);
                x[lane] = a * a - b * b + c.0;
                y[lane] = 2.0 * a * b + c.1;
                within[lane] += u64::from(x[lane] * x[lane] + y[lane] * y[lane] < 16.0);
            }
        }
        left -= stride;
        let done = (STEPS - left) as u64;
        // A maximum, since `all` would look at one lane after the other.
        if within.iter().fold(0, |most, &count| most.max(count)) < done {
            break;
        }
    }
    within.map(|count| count as u8 + 1)
}

#[cfg(test)]
mod tests {
    use problems::julia::pixel;

    use super::*;
    use crate::kernels::in_runtime;

    #[test]
    fn is_the_plain_picture() {
        for (c, half_width) in [((0.355, 0.355), 1.2), ((-0.8, 0.156), 1.2), ((-0.4, -0.59), 1.5), ((0.0, 0.0), 9.0)] {
            let view = View { size: 107, c, centre: (0.1, -0.2), half_width };
            let points = (0..view.size).flat_map(|row| (0..view.size).map(move |column| view.point(row, column)));
            let plain: Vec<u8> = points.map(|(x, y)| pixel(x, y, c)).collect();
            assert_eq!(in_runtime(|| pixels(view)), plain);
        }
    }
}
