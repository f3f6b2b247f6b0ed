//! The set, and what its rows cost; and who computes which of them.

use trace::text::digits;

use crate::{
    film::{Moment, Part},
    picture::{Bars, Image, Panel, Picture},
};

/// An image is drawn with no more columns than this; a terminal has fewer.
const COLUMNS: usize = 400;

/// Into so many bands the picture is cut to show what they cost.
const BANDS: usize = 16;

/// The picture of a number of rows. The pixels are the student's: there may be any number of them.
pub(super) fn picture(size: usize, pixels: &[u8]) -> Picture {
    let size = size.max(1);
    let rows: Vec<&[u8]> = pixels.chunks_exact(size).collect();
    let (upper, lower) = rows.split_at(rows.len() / 2);
    let (upper, lower) = (millions(upper), millions(lower));
    let all = upper + lower;
    let stayed = pixels.iter().filter(|&&steps| steps == u8::MAX).count() as f64 / pixels.len().max(1) as f64;
    Picture {
        caption: vec![
            format!(
                "{} million steps, {} a pixel on average; {:.1} % of the pixels stay for 255 steps.",
                digits(all),
                digits(all * 1e6 / pixels.len().max(1) as f64),
                100.0 * stayed
            ),
            format!("Upper half: {} million steps. Lower half: {} million.", digits(upper), digits(lower)),
        ],
        panels: vec![Panel::Image(image(&rows)), Panel::Bars(costs(&rows))],
    }
}

/// Every so many-th pixel of every so many-th row.
fn image(rows: &[&[u8]]) -> Image {
    let columns = rows.first().map_or(1, |row| row.len());
    let step = columns.div_ceil(COLUMNS);
    let shown = rows.iter().step_by(step).flat_map(|row| row.iter().step_by(step));
    let mut pixels: Vec<[u8; 3]> = shown.map(|&steps| colour(steps)).collect();
    if pixels.is_empty() {
        pixels.push(colour(0));
    }
    Image { title: "the brighter, the more steps".to_owned(), width: columns.div_ceil(step), pixels, marks: Vec::new() }
}

/// Bands that nobody has begun.
const AHEAD: [u8; 3] = [30, 30, 40];

/// A colour a worker, in turn: people who cannot tell red from green can tell them apart, too.
const WORKERS: [[u8; 3]; 7] =
    [[60, 150, 230], [230, 159, 0], [0, 170, 120], [215, 130, 180], [240, 228, 66], [225, 100, 20], [150, 150, 150]];

/// The picture of a moment: bands in the colours of their workers, dark while they are in work.
pub(super) fn bands(size: usize, moment: &Moment<'_, Vec<u8>>) -> Picture {
    let (parts, time) = (moment.parts, moment.time);
    let all = parts.list.len();
    let over = parts.list.iter().filter(|part| part.is_over(time)).count();
    let begun = parts.list.iter().filter(|part| part.is_begun(time)).count();
    let seen = match all {
        0 => "No band has begun: there are no tasks yet.".to_owned(),
        _ => {
            format!("{over} of {all} bands are done, {} in work: theirs are small letters.", begun.saturating_sub(over))
        }
    };
    Picture {
        caption: vec![
            seen,
            "A letter is a worker. Bands are drawn in the order of submission, as if of equal height.".to_owned(),
        ],
        panels: vec![Panel::Image(banded(size.max(1), moment)), Panel::Bars(shares(moment))],
    }
}

fn banded(size: usize, moment: &Moment<'_, Vec<u8>>) -> Image {
    let &Moment { parts, output, time } = moment;
    let step = size.div_ceil(COLUMNS);
    let bands = parts.list.len();
    let pixel = |row: usize, column: usize, part: Option<&Part>| {
        let Some(part) = part.filter(|part| part.is_begun(time)) else { return AHEAD };
        let shade = match output.and_then(|pixels| pixels.get(row * size + column)) {
            _ if !part.is_over(time) => 0.35,
            // Where it took many steps it is brighter: the set can be seen already.
            Some(&steps) => 0.5 + 0.5 * f64::from(steps.max(1)).log2() / f64::from(u8::MAX).log2(),
            None => 1.0,
        };
        let colour = part.worker.map_or([255; 3], |worker| WORKERS[usize::from(worker) % WORKERS.len()]);
        colour.map(|channel| (f64::from(channel) * shade) as u8)
    };
    let pixels = (0..size).step_by(step).flat_map(|row| {
        let part = parts.part(row, size);
        (0..size).step_by(step).map(move |column| pixel(row, column, part))
    });
    let mark = |(number, part): (usize, &Part)| {
        let letter = match part.worker {
            _ if !part.is_begun(time) => '.',
            Some(worker) if part.is_over(time) => letter(worker),
            Some(worker) => letter(worker).to_ascii_lowercase(),
            None => '?',
        };
        ((2 * number + 1) * size / (2 * bands) / step, letter)
    };
    Image {
        title: "the bands and their workers".to_owned(),
        width: size.div_ceil(step),
        pixels: pixels.collect(),
        marks: parts.list.iter().enumerate().map(mark).collect(),
    }
}

/// `A` for worker 0, and so on; from the 27th on they begin again.
fn letter(worker: u16) -> char {
    char::from(b'A' + (worker % 26) as u8)
}

/// How long each worker has been at work by then.
fn shares(moment: &Moment<'_, Vec<u8>>) -> Bars {
    let row = |worker: u16| {
        let of_worker = || moment.parts.list.iter().filter(|part| part.worker == Some(worker));
        let over = of_worker().filter(|part| part.is_over(moment.time)).count();
        let lasted: f64 = of_worker().map(|part| part.lasted(moment.time) as f64).sum();
        (format!("{}  {over} bands", letter(worker)), lasted / 1e6)
    };
    Bars {
        title: "milliseconds that each worker was at work".to_owned(),
        rows: (0..moment.parts.workers.min(26)).map(row).collect(),
    }
}

/// From black over blue, red and yellow to white, which is for points that stayed. Steps count by their logarithm: most
/// pixels have a few only.
fn colour(steps: u8) -> [u8; 3] {
    const STOPS: [[f64; 3]; 6] = [
        [0.0, 0.0, 20.0],
        [20.0, 30.0, 120.0],
        [130.0, 30.0, 130.0],
        [230.0, 80.0, 60.0],
        [255.0, 190.0, 70.0],
        [255.0, 255.0, 255.0],
    ];
    let place = f64::from(steps.max(1)).log2() / f64::from(u8::MAX).log2() * (STOPS.len() - 1) as f64;
    let below = (place as usize).min(STOPS.len() - 2);
    let share = place - below as f64;
    std::array::from_fn(|channel| {
        (STOPS[below][channel] * (1.0 - share) + STOPS[below + 1][channel] * share).round() as u8
    })
}

/// What each band of rows costs: as many bars as bands, from the top down, beside the image.
fn costs(rows: &[&[u8]]) -> Bars {
    let bands = BANDS.min(rows.len());
    let cut = |band: usize| band * rows.len() / bands;
    let bars = (0..bands).map(|band| {
        let (first, end) = (cut(band), cut(band + 1));
        (format!("rows {first} to {}", end - 1), millions(&rows[first..end]))
    });
    Bars { title: "million steps in each band of rows".to_owned(), rows: bars.collect() }
}

/// Millions of steps that rows took.
fn millions(rows: &[&[u8]]) -> f64 {
    rows.iter().flat_map(|row| row.iter()).map(|&steps| u64::from(steps)).sum::<u64>() as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(picture: Picture) -> (Image, Bars) {
        let [Panel::Image(image), Panel::Bars(bars)] = <[Panel; 2]>::try_from(picture.panels).expect("two panels")
        else {
            panic!("an image and bars are drawn")
        };
        (image, bars)
    }

    #[test]
    fn large_pictures_are_thinned_out() {
        for (size, width) in [(1, 1), (399, 399), (400, 400), (401, 201), (2_003, 334)] {
            let (image, bars) = parts(picture(size, &vec![7; size * size]));
            assert_eq!((image.width, image.pixels.len()), (width, width * width));
            assert_eq!(bars.rows.len(), size.min(BANDS));
            let all: f64 = bars.rows.iter().map(|row| row.1).sum();
            assert!((all - 7e-6 * (size * size) as f64).abs() < 1e-9);
        }
    }

    #[test]
    fn says_what_the_halves_cost() {
        let mut pixels = vec![1; 4_000_000];
        pixels[..2_000_000].fill(255);
        let picture = picture(2_000, &pixels);
        assert_eq!(
            picture.caption,
            [
                "512 million steps, 128 a pixel on average; 50.0 % of the pixels stay for 255 steps.",
                "Upper half: 510 million steps. Lower half: 2 million."
            ]
        );
        let (_, bars) = parts(picture);
        assert_eq!(bars.rows[0], ("rows 0 to 124".to_owned(), 63.75));
        assert_eq!(bars.rows[15], ("rows 1875 to 1999".to_owned(), 0.25));
    }

    #[test]
    fn more_steps_are_brighter() {
        let brightness = |steps: u8| colour(steps).iter().map(|&channel| u64::from(channel)).sum::<u64>();
        assert!((1..255).all(|steps| brightness(steps) <= brightness(steps + 1)));
        assert_eq!((colour(1), colour(255)), ([0, 0, 20], [255, 255, 255]));
    }

    #[test]
    fn draws_any_number_of_pixels() {
        for size in [0, 1, 5, 1_000] {
            for length in [0, 1, 4, 24, 26, 3_000] {
                let (image, bars) = parts(picture(size, &vec![0; length]));
                assert!(image.width > 0 && image.pixels.len().is_multiple_of(image.width) && !image.pixels.is_empty());
                assert!(bars.rows.iter().all(|row| row.1 >= 0.0));
            }
        }
    }
}
