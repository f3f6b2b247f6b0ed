//! A picture as PNG: its panels side by side, on white.

mod font;

use problems::picture::{Bars, Image, Ink, Panel, Picture, Plot, Shape};
use trace::text::digits;

use super::{
    axis::{same_scale, spread},
    bars,
    dots::{Dots, Pen, heights},
    image::{fitted, marks, resampled},
    title,
};
use crate::report::text::filled;

/// An area of the picture, in pixels.
#[derive(Clone, Copy)]
struct Area {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
}

type Rgb = [u8; 3];

const WHITE: Rgb = [255; 3];
const BLACK: Rgb = [30; 3];
const GREY: Rgb = [110; 3];

/// The width of a panel, and its height without title and axes.
const PANEL: [usize; 2] = [600, 400];

/// What is left empty around everything, and between panels.
const MARGIN: usize = 30;

/// Pixels of a dot of a letter.
const SCALE: usize = 2;

/// Pixels from one letter to the next, and from one line to the next.
const LETTER: usize = (font::WIDTH + 1) * SCALE;
const LINE: usize = (font::HEIGHT + 2) * SCALE;

/// The length of a tick of an axis.
const TICK: usize = 6;

/// A pixel is the mean of so many dots in each direction: edges look smooth.
const FINE: usize = 3;

/// The bytes of a PNG file.
///
/// ```
/// let picture = grader::picture::Picture { caption: vec!["Nothing yet.".to_owned()], panels: Vec::new() };
/// assert!(grader::drawing::png(&picture).starts_with(b"\x89PNG"));
/// ```
///
/// # Panics
/// Never: nothing can go wrong when it is written to memory.
#[must_use]
pub fn png(picture: &Picture) -> Vec<u8> {
    let sheet = draw(picture);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, sheet.width as u32, sheet.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("memory can be written to");
    writer.write_image_data(sheet.pixels.as_flattened()).expect("memory can be written to");
    writer.finish().expect("memory can be written to");
    bytes
}

fn draw(picture: &Picture) -> Sheet {
    let panels = picture.panels.iter().map(|panel| (panel, width(panel))).collect::<Vec<_>>();
    let wide: usize = panels.iter().map(|(_, width)| width + MARGIN).sum();
    let wide = wide.max(PANEL[0] + MARGIN) - MARGIN;
    let titles: Vec<_> = panels.iter().map(|(panel, width)| filled(title(panel), width / LETTER)).collect();
    let title_lines = titles.iter().map(|title| title.lines().count()).max().unwrap_or(0);
    let caption: String = picture.caption.iter().map(|text| filled(text, wide / LETTER)).collect();
    let below = panels.iter().map(|(panel, _)| below(panel)).max().unwrap_or(0);
    let above = panels.iter().map(|(panel, _)| above(panel)).max().unwrap_or(0);

    let body = if panels.is_empty() { 0 } else { above + PANEL[1] + below + LINE };
    let mut sheet =
        Sheet::blank(wide + 2 * MARGIN, 2 * MARGIN + title_lines * LINE + body + caption.lines().count() * LINE);
    let mut x = MARGIN;
    for ((panel, width), title) in panels.iter().zip(titles) {
        for (number, line) in title.lines().enumerate() {
            // Twice, for bold letters.
            sheet.write(line, x, MARGIN + number * LINE, BLACK);
            sheet.write(line, x + 1, MARGIN + number * LINE, BLACK);
        }
        let area = Area { x, y: MARGIN + title_lines * LINE + above, width: *width, height: PANEL[1] };
        match panel {
            Panel::Plot(plot) => draw_plot(plot, area, &mut sheet),
            Panel::Bars(bars) => draw_bars(bars, area, &mut sheet),
            Panel::Image(image) => draw_image(image, area, &mut sheet),
        }
        x += width + MARGIN;
    }
    for (number, line) in caption.lines().enumerate() {
        sheet.write(line, MARGIN, MARGIN + title_lines * LINE + body + number * LINE, BLACK);
    }
    sheet
}

/// How wide a panel is.
fn width(panel: &Panel) -> usize {
    match panel {
        Panel::Plot(plot) if same_scale(&plot.x, &plot.y) => gutter(plot) + PANEL[1],
        Panel::Plot(_) | Panel::Bars(_) => PANEL[0],
        Panel::Image(image) => marks_width(image) + fitted(image, PANEL[0], PANEL[1]).0,
    }
}

/// What a panel needs above its body, and below it.
fn above(panel: &Panel) -> usize {
    match panel {
        Panel::Plot(plot) if !plot.y.title.is_empty() => LINE + LINE / 2,
        _ => LINE / 2,
    }
}

fn below(panel: &Panel) -> usize {
    match panel {
        Panel::Plot(plot) => TICK + LINE + if plot.x.title.is_empty() { 0 } else { LINE },
        Panel::Bars(_) | Panel::Image(_) => 0,
    }
}

/// What the labels of a plot's vertical axis need.
fn gutter(plot: &Plot) -> usize {
    plot.y.labels.iter().map(|label| length(label)).max().unwrap_or(0) + 2 * TICK
}

fn draw_plot(plot: &Plot, area: Area, sheet: &mut Sheet) {
    let gutter = gutter(plot);
    let inside = Area { x: area.x + gutter, width: area.width.saturating_sub(gutter), ..area };
    draw_layers(plot, inside, sheet);

    let axis = 2;
    sheet.fill(Area { x: inside.x - axis, y: inside.y, width: axis, height: inside.height + axis }, GREY);
    sheet.fill(Area { x: inside.x, y: inside.y + inside.height, width: inside.width, height: axis }, GREY);
    for label in spread(&plot.y.labels, inside.height, 0, |_| LINE) {
        let y = inside.y + inside.height - 1 - label.place;
        sheet.fill(Area { x: inside.x - axis - TICK, y, width: TICK, height: axis }, GREY);
        let x = inside.x - 2 * TICK - length(label.text);
        sheet.write(label.text, x, y - 7 * SCALE / 2 + 1, GREY);
    }
    for label in spread(&plot.x.labels, inside.width, LETTER, length) {
        let below = inside.y + inside.height + axis;
        sheet.fill(Area { x: inside.x + label.place, y: below, width: axis, height: TICK }, GREY);
        sheet.write(label.text, inside.x + label.start, below + TICK + SCALE, GREY);
    }
    sheet.write(&plot.y.title, area.x, inside.y - LINE - LINE / 2, GREY);
    let x = inside.x + inside.width.saturating_sub(length(&plot.x.title)) / 2;
    sheet.write(&plot.x.title, x, inside.y + inside.height + TICK + LINE + SCALE, GREY);
}

/// What is plotted: finer than a pixel at first.
fn draw_layers(plot: &Plot, area: Area, sheet: &mut Sheet) {
    let (width, height) = (area.width * FINE, area.height * FINE);
    let dots = Dots::of(plot, width, height, Pen { line: FINE, point: FINE + FINE / 2, mark: 5 * FINE });
    let histograms: Vec<(Rgb, Vec<f64>)> = plot
        .layers
        .iter()
        .filter(|layer| layer.shape == Shape::Columns)
        .map(|layer| (color(layer.ink), heights(layer, plot, width)))
        .collect();
    let seen = |x: usize, y: usize| {
        let from_below = (height - y) as f64 / height as f64;
        let column = || histograms.iter().rev().find(|(_, heights)| heights[x] >= from_below).map(|(color, _)| *color);
        dots.at(x, y).map(|layer| color(plot.layers[usize::from(layer)].ink)).or_else(column).unwrap_or(WHITE)
    };
    for y in 0..area.height {
        for x in 0..area.width {
            let mut sums = [0_usize; 3];
            for place in 0..FINE * FINE {
                let dot = seen(x * FINE + place % FINE, y * FINE + place / FINE);
                sums.iter_mut().zip(dot).for_each(|(sum, channel)| *sum += usize::from(channel));
            }
            sheet.set(area.x + x, area.y + y, sums.map(|sum| (sum / (FINE * FINE)) as u8));
        }
    }
}

fn draw_bars(bars: &Bars, area: Area, sheet: &mut Sheet) {
    // Where there are few, they need not be as high as they could be.
    let pitch = (area.height / bars.rows.len().max(1)).clamp(1, 2 * LINE);
    let numbers: Vec<String> = bars.rows.iter().map(|&(_, number)| digits(number)).collect();
    let name_width = bars.rows.iter().map(|(name, _)| length(name)).max().unwrap_or(0).min(area.width * 2 / 5);
    let number_width = numbers.iter().map(|number| length(number)).max().unwrap_or(0);
    let left = area.x + name_width + LETTER;
    let room = (area.x + area.width).saturating_sub(left + LETTER + number_width);
    let largest = bars::largest(bars);
    for (place, ((name, number), written)) in bars.rows.iter().zip(numbers).enumerate() {
        let y = area.y + place * pitch;
        let text_y = (y + pitch / 2).saturating_sub(7 * SCALE / 2);
        let letters = name_width / LETTER;
        let name: String = name.chars().take(letters).collect();
        sheet.write(&name, left - LETTER - length(&name), text_y, BLACK);
        let width = ((number / largest).clamp(0.0, 1.0) * room as f64).round() as usize;
        sheet.fill(Area { x: left, y: y + pitch / 8, width, height: pitch - pitch / 4 }, color(Ink::Main));
        sheet.write(&written, left + width + LETTER / 2, text_y, GREY);
    }
}

fn draw_image(image: &Image, area: Area, sheet: &mut Sheet) {
    let gutter = marks_width(image);
    let (width, height) = fitted(image, area.width.saturating_sub(gutter), area.height);
    for (place, pixel) in resampled(image, width, height).into_iter().enumerate() {
        sheet.set(area.x + gutter + place % width, area.y + place / width, pixel);
    }
    for (line, mark) in marks(image, height / LINE).into_iter().enumerate() {
        let letter = mark.map_or_else(String::new, String::from);
        sheet.write(&letter, area.x, area.y + line * LINE + SCALE, BLACK);
    }
}

/// What the marks beside an image need.
fn marks_width(image: &Image) -> usize {
    if image.marks.is_empty() { 0 } else { 2 * LETTER }
}

/// Colours that people who cannot tell red from green can tell apart too.
fn color(ink: Ink) -> Rgb {
    match ink {
        Ink::Main => [0, 114, 178],
        Ink::Other => [230, 140, 0],
        Ink::Guide => [130, 130, 130],
    }
}

/// How long a text is.
fn length(text: &str) -> usize {
    text.chars().count() * LETTER
}

/// What is drawn on.
struct Sheet {
    width: usize,
    height: usize,
    pixels: Vec<Rgb>,
}

impl Sheet {
    fn blank(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![WHITE; width * height] }
    }

    /// Nothing is drawn beside the sheet.
    fn set(&mut self, x: usize, y: usize, color: Rgb) {
        if x < self.width && y < self.height {
            self.pixels[y * self.width + x] = color;
        }
    }

    fn fill(&mut self, area: Area, color: Rgb) {
        for y in area.y..area.y + area.height {
            for x in area.x..area.x + area.width {
                self.set(x, y, color);
            }
        }
    }

    /// Writes from left to right; `y` is where capital letters begin.
    fn write(&mut self, text: &str, x: usize, y: usize, color: Rgb) {
        for (number, letter) in text.chars().enumerate() {
            let left = x + number * LETTER;
            for (dot_x, dot_y) in font::dots(letter) {
                let area = Area { x: left + dot_x * SCALE, y: y + dot_y * SCALE, width: SCALE, height: SCALE };
                self.fill(area, color);
            }
        }
    }
}
