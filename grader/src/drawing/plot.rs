//! A plot as text: columns in blocks, points and lines in braille before them.

use problems::picture::{Ink, Plot, Shape};
use unicode_width::UnicodeWidthStr as _;

use super::{
    Line, Paint,
    axis::{same_scale, spread},
    dots::{Dots, Pen, heights},
};

/// The dots of a character, and the bit of each in the code of its braille sign.
const BRAILLE: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// How full a character is, in eighths.
const LEVELS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The vertical axis with its labels, the plot, the horizontal axis.
pub(super) fn lines(plot: &Plot, width: usize, height: usize) -> Vec<Line> {
    let gutter = plot.y.labels.iter().map(|label| label.width()).max().unwrap_or(0) + 1;
    let titles = usize::from(!plot.y.title.is_empty()) + usize::from(!plot.x.title.is_empty());
    let (mut columns, mut rows) = (width.saturating_sub(gutter), height.saturating_sub(titles + 2));
    if same_scale(&plot.x, &plot.y) {
        // A character is twice as high as wide.
        rows = rows.min(columns / 2);
        columns = rows * 2;
    }
    if columns == 0 || rows == 0 {
        return Vec::new();
    }
    let mut lines = Vec::with_capacity(height);
    if !plot.y.title.is_empty() {
        lines.push(Line::of(&plot.y.title, Paint::Quiet));
    }
    lines.extend(upright(plot, gutter, rows));
    for (line, row) in lines[usize::from(!plot.y.title.is_empty())..].iter_mut().zip(cells(plot, columns, rows)) {
        row.into_iter().for_each(|(symbol, paint)| line.push(symbol.encode_utf8(&mut [0; 4]), paint));
    }
    lines.extend(level(plot, gutter, columns));
    lines
}

/// The vertical axis: a line a row.
fn upright(plot: &Plot, gutter: usize, rows: usize) -> Vec<Line> {
    let mut texts = vec![("", '│'); rows];
    for label in spread(&plot.y.labels, rows, 0, |_| 1) {
        texts[rows - 1 - label.place] = (label.text, '┤');
    }
    texts
        .into_iter()
        .map(|(text, mark)| {
            let blanks = " ".repeat((gutter - 1).saturating_sub(text.width()));
            Line::of(&format!("{blanks}{text}{mark}"), Paint::Quiet)
        })
        .collect()
}

/// The horizontal axis, its labels and its title.
fn level(plot: &Plot, gutter: usize, columns: usize) -> Vec<Line> {
    let labels = spread(&plot.x.labels, columns, 1, |label| label.width());
    let mut axis = vec!['─'; columns];
    labels.iter().for_each(|label| axis[label.place] = '┬');
    let axis = format!("{:>gutter$}{}", '└', axis.into_iter().collect::<String>());
    let mut below = Line::default();
    for label in labels {
        below.pad(gutter + label.start);
        below.push(label.text, Paint::Quiet);
    }
    let mut lines = vec![Line::of(&axis, Paint::Quiet), below];
    if !plot.x.title.is_empty() {
        let mut title = Line::default();
        title.pad(gutter + columns.saturating_sub(plot.x.title.width()) / 2);
        title.push(&plot.x.title, Paint::Quiet);
        lines.push(title);
    }
    lines
}

/// What is plotted, row by row.
fn cells(plot: &Plot, columns: usize, rows: usize) -> Vec<Vec<(char, Paint)>> {
    let dots = Dots::of(plot, columns * 2, rows * 4, Pen { line: 0, point: 0, mark: 1 });
    let histograms: Vec<(Ink, Vec<f64>)> = plot
        .layers
        .iter()
        .filter(|layer| layer.shape == Shape::Columns)
        .map(|layer| (layer.ink, heights(layer, plot, columns)))
        .collect();
    let block = |column: usize, row: usize| {
        let below = (rows - 1 - row) as f64;
        let level = |height: f64| ((height * rows as f64 - below) * 8.0).round().clamp(0.0, 8.0) as usize;
        histograms.iter().rev().map(|(ink, heights)| (level(heights[column]), *ink)).find(|&(level, _)| level > 0)
    };
    let cell = |column: usize, row: usize| {
        let (braille, layer) = braille(&dots, column, row);
        match (layer, block(column, row)) {
            (Some(_), Some((8, ink))) => (braille, Paint::Over(ink)),
            (Some(layer), _) => (braille, Paint::Ink(plot.layers[usize::from(layer)].ink)),
            (None, Some((level, ink))) => (LEVELS[level], Paint::Ink(ink)),
            (None, None) => (' ', Paint::Plain),
        }
    };
    (0..rows).map(|row| (0..columns).map(|column| cell(column, row)).collect()).collect()
}

/// A character of dots, and the layer that was drawn last in it.
fn braille(dots: &Dots, column: usize, row: usize) -> (char, Option<u16>) {
    let mut code = 0;
    let mut layer = None;
    for (y, bits) in BRAILLE.iter().enumerate() {
        for (x, bit) in bits.iter().enumerate() {
            let seen = dots.at(column * 2 + x, row * 4 + y);
            code |= if seen.is_some() { *bit } else { 0 };
            layer = layer.max(seen);
        }
    }
    (char::from_u32(0x2800 + code).unwrap_or(' '), layer)
}
