//! An image as text, two pixels a character; and pixels in another number.

use problems::picture::Image;

use super::{Color, Line, Paint, Palette};

/// Columns of the marks, and of the gap behind them.
const GUTTER: usize = 2;

/// From dark to bright, where there are no colours.
const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];

/// The image, as large as it goes without being stretched. A character is twice as high as wide, so half of one is a pixel.
pub(super) fn lines(image: &Image, width: usize, height: usize, palette: Palette) -> Vec<Line> {
    let gutter = if image.marks.is_empty() { 0 } else { GUTTER };
    let (columns, pixel_rows) = fitted(image, width.saturating_sub(gutter), height * 2);
    let rows = pixel_rows.div_ceil(2);
    let marks = marks(image, rows);
    let pixels = resampled(image, columns, rows * 2);
    let line = |row: usize| {
        let mut line = Line::default();
        if gutter > 0 {
            line.push(&format!("{} ", marks[row].unwrap_or(' ')), Paint::Plain);
        }
        for column in 0..columns {
            let [upper, lower] = [0, 1].map(|half| pixels[(2 * row + half) * columns + column]);
            let (symbol, paint) = match palette {
                Palette::Mono => (SHADES[shade(upper, lower)], Paint::Plain),
                Palette::Indexed => ('▀', Paint::Pixels(Color::Indexed(index(upper)), Color::Indexed(index(lower)))),
                Palette::True => ('▀', Paint::Pixels(Color::Rgb(upper), Color::Rgb(lower))),
            };
            line.push(symbol.encode_utf8(&mut [0; 4]), paint);
        }
        line
    };
    (0..rows).map(line).collect()
}

/// The mark of each of so many rows: the first of those that would stand there.
pub(super) fn marks(image: &Image, rows: usize) -> Vec<Option<char>> {
    let image_rows = image.pixels.len() / image.width.max(1);
    let mut marks = vec![None; rows];
    for &(row, mark) in &image.marks {
        if row < image_rows
            && let Some(place) = marks.get_mut(row * rows / image_rows)
        {
            place.get_or_insert(mark);
        }
    }
    marks
}

/// The largest width and height within bounds that have the proportions of the image.
pub(super) fn fitted(image: &Image, width: usize, height: usize) -> (usize, usize) {
    let image_height = image.pixels.len() / image.width.max(1);
    if image_height == 0 {
        return (0, 0);
    }
    let scale = (width as f64 / image.width as f64).min(height as f64 / image_height as f64);
    let scaled = |length: usize, most: usize| ((length as f64 * scale).round() as usize).min(most);
    (scaled(image.width, width), scaled(image_height, height))
}

/// The image in that many pixels: each the mean of those that it stands for.
pub(super) fn resampled(image: &Image, width: usize, height: usize) -> Vec<[u8; 3]> {
    let image_height = image.pixels.len() / image.width.max(1);
    let part = |place: usize, parts: usize, length: usize| {
        let start = place * length / parts;
        start..((place + 1) * length).div_ceil(parts).max(start + 1)
    };
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        let rows = part(y, height, image_height);
        for x in 0..width {
            let columns = part(x, width, image.width);
            let mut sums = [0_u64; 3];
            for row in rows.clone() {
                for pixel in &image.pixels[row * image.width..][columns.clone()] {
                    sums.iter_mut().zip(pixel).for_each(|(sum, &channel)| *sum += u64::from(channel));
                }
            }
            pixels.push(sums.map(|sum| (sum / (rows.len() * columns.len()) as u64) as u8));
        }
    }
    pixels
}

/// How bright two pixels are together, as a place among the shades.
fn shade(upper: [u8; 3], lower: [u8; 3]) -> usize {
    // Green looks brightest, blue darkest.
    let bright = |[red, green, blue]: [u8; 3]| 0.3 * f64::from(red) + 0.59 * f64::from(green) + 0.11 * f64::from(blue);
    let share = (bright(upper) + bright(lower)) / 2.0 / 255.0;
    (share * (SHADES.len() - 1) as f64).round() as usize
}

/// The nearest colour in the 6 x 6 x 6 cube of the palette of 256, or in its ramp of greys.
fn index(pixel: [u8; 3]) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let nearest = |channel: u8| (0..6).min_by_key(|&level| LEVELS[level].abs_diff(channel)).unwrap_or(0);
    let [red, green, blue] = pixel.map(nearest);
    let distance = |other: [u8; 3]| -> u32 {
        pixel.iter().zip(other).map(|(&channel, other)| u32::from(channel.abs_diff(other)).pow(2)).sum()
    };
    let mean = pixel.iter().map(|&channel| u32::from(channel)).sum::<u32>() / 3;
    let grey = (mean.saturating_sub(3) / 10).min(23) as u8;
    let cube = (16 + 36 * red + 6 * green + blue) as u8;
    if distance([8 + 10 * grey; 3]) < distance([red, green, blue].map(|level| LEVELS[level])) {
        232 + grey
    } else {
        cube
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(width: usize, pixels: Vec<[u8; 3]>) -> Image {
        Image { title: String::new(), width, pixels, marks: Vec::new() }
    }

    #[test]
    fn proportions_are_kept() {
        for (columns, rows, fit) in [(400, 400, (40, 40)), (400, 200, (80, 40)), (100, 300, (13, 40)), (2, 1, (80, 40))]
        {
            assert_eq!(fitted(&image(columns, vec![[0; 3]; columns * rows]), 80, 40), fit);
        }
        assert_eq!(fitted(&image(3, Vec::new()), 80, 40), (0, 0));
    }

    #[test]
    fn a_pixel_is_the_mean_of_those_it_stands_for() {
        let checkers: Vec<[u8; 3]> =
            (0..16).map(|place| [if (place + place / 4) % 2 == 0 { 200 } else { 0 }; 3]).collect();
        assert_eq!(resampled(&image(4, checkers.clone()), 2, 2), [[100; 3]; 4]);
        assert_eq!(resampled(&image(4, checkers.clone()), 4, 4), checkers);
        assert_eq!(resampled(&image(1, vec![[7; 3]]), 3, 2), [[7; 3]; 6]);
        let thirds = vec![[0; 3], [90; 3], [30; 3]];
        assert_eq!(resampled(&image(3, thirds), 2, 1), [[45; 3], [60; 3]]);
    }

    #[test]
    fn marks_stand_beside_their_rows_where_there_is_room() {
        let marks = vec![(0, 'a'), (1, 'b'), (5, 'C'), (7, 'D'), (99, 'E')];
        let image = Image { marks, ..image(8, vec![[255; 3]; 64]) };
        let text = |height| -> Vec<String> {
            lines(&image, 10, height, Palette::Mono).iter().map(ToString::to_string).collect()
        };
        assert_eq!(text(4), ["a ████████", "  ████████", "C ████████", "D ████████"]);
        assert_eq!(text(2), ["a ████", "C ████"]);
        assert_eq!(lines(&image, 1, 4, Palette::Mono), []);
    }

    #[test]
    fn the_nearest_of_256_colours_is_taken() {
        assert_eq!([[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 0, 130]].map(index), [16, 231, 196, 18]);
        assert_eq!([[128, 128, 128], [9, 9, 8], [240, 238, 237]].map(index), [244, 232, 255]);
    }

    #[test]
    fn without_colours_brightness_is_left() {
        let ramp = (0..5).flat_map(|_| (0..5).map(|level| [level * 63; 3])).collect();
        let text: Vec<String> = lines(&image(5, ramp), 5, 3, Palette::Mono).iter().map(ToString::to_string).collect();
        assert_eq!(text, [" ░▒▓█", " ░▒▓█", " ░▒▓█"]);
    }
}
