//! Pictures drawn: as lines of text for a terminal, and as PNG.
//!
//! The text has no colours of its own: each [`Span`] says what it is, and whoever shows it picks the shade. So the
//! command line and the workbench show the same drawing.

mod axis;
mod bars;
mod dots;
mod image;
mod plot;
mod png;

use std::env;

use problems::picture::{Ink, Panel, Picture};
use unicode_width::UnicodeWidthStr;

pub use self::{bars::bar, png::png};
use crate::report::text::filled;

/// Columns between two panels.
const GAP: usize = 2;

/// A line of a drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// From left to right; two neighbours are not alike.
    pub spans: Vec<Span>,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// As it stands there.
    pub text: String,
    /// What it is.
    pub paint: Paint,
}

/// What a piece of a drawing is: its reader picks the shade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Words.
    Plain,
    /// Axes and what is written along them.
    Quiet,
    /// Titles of panels.
    Title,
    /// Something drawn.
    Ink(Ink),
    /// Something drawn before a column of that ink.
    Over(Ink),
    /// Two pixels of an image, one above the other.
    Pixels(Color, Color),
}

/// The colour of a pixel, as the terminal wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// Red, green and blue.
    Rgb([u8; 3]),
    /// A place in the palette of 256 colours.
    Indexed(u8),
}

/// Which colours a terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// None: images are drawn in shades of one.
    Mono,
    /// 256 of them.
    Indexed,
    /// All that there are.
    True,
}

impl Palette {
    /// What the terminal of this process says of itself, if it is to be in colours at all.
    #[must_use]
    pub fn of_terminal(colored: bool) -> Self {
        match env::var("COLORTERM").as_deref() {
            _ if !colored => Self::Mono,
            Ok("truecolor" | "24bit") => Self::True,
            _ => Self::Indexed,
        }
    }
}

/// A picture as text: at most `height` lines of at most `width` columns. What there is no room for is left out.
///
/// ```
/// use grader::{drawing::{Palette, lines}, picture::{Bars, Panel, Picture}};
/// let rows = vec![("the".to_owned(), 200.0), ("and".to_owned(), 50.0)];
/// let bars = Panel::Bars(Bars { title: "frequent words".to_owned(), rows });
/// let drawing = lines(&Picture { caption: vec!["2 words".to_owned()], panels: vec![bars] }, 20, 10, Palette::True);
/// let text: Vec<String> = drawing.iter().map(|line| line.to_string()).collect();
/// assert_eq!(text, ["frequent words", "the 200 ████████████", "and  50 ███", "2 words"]);
/// ```
#[must_use]
pub fn lines(picture: &Picture, width: usize, height: usize, palette: Palette) -> Vec<Line> {
    let wrapped = |text: &str, width: usize, paint: Paint| -> Vec<Line> {
        filled(text, width).lines().map(|row| Line::of(row, paint)).collect()
    };
    let caption: Vec<Line> = picture.caption.iter().flat_map(|text| wrapped(text, width, Paint::Plain)).collect();
    let panels = picture.panels.len().max(1);
    let column = width.saturating_sub(GAP * (panels - 1)) / panels;
    let titles: Vec<_> = picture.panels.iter().map(|panel| wrapped(title(panel), column, Paint::Title)).collect();
    // The panels begin at the same height, however long their titles are.
    let title_height = titles.iter().map(Vec::len).max().unwrap_or(0);
    let body = height.saturating_sub(caption.len() + title_height);
    let bodies: Vec<_> = picture.panels.iter().map(|panel| draw(panel, column, body, palette)).collect();

    let mut lines = beside(titles, title_height, column);
    let body = bodies.iter().map(Vec::len).max().unwrap_or(0);
    lines.extend(beside(bodies, body, column));
    lines.extend(caption);
    lines.truncate(height);
    lines
}

fn title(panel: &Panel) -> &str {
    match panel {
        Panel::Plot(plot) => &plot.title,
        Panel::Bars(bars) => &bars.title,
        Panel::Image(image) => &image.title,
    }
}

fn draw(panel: &Panel, width: usize, height: usize, palette: Palette) -> Vec<Line> {
    match panel {
        Panel::Plot(plot) => plot::lines(plot, width, height),
        Panel::Bars(bars) => bars::lines(bars, width, height),
        Panel::Image(image) => image::lines(image, width, height, palette),
    }
}

/// Blocks of lines, each of them `width` columns wide, as one of that height.
fn beside(blocks: Vec<Vec<Line>>, height: usize, width: usize) -> Vec<Line> {
    let mut lines = vec![Line::default(); height];
    for (number, block) in blocks.into_iter().enumerate() {
        for (line, part) in lines.iter_mut().zip(block) {
            line.pad(number * (width + GAP));
            part.spans.iter().for_each(|span| line.push(&span.text, span.paint));
        }
    }
    lines
}

impl Line {
    fn of(text: &str, paint: Paint) -> Self {
        Self { spans: vec![Span { text: text.to_owned(), paint }] }
    }

    /// Its columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.spans.iter().map(|span| span.text.width()).sum()
    }

    fn push(&mut self, text: &str, paint: Paint) {
        match self.spans.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.paint == paint => last.text += text,
            _ => self.spans.push(Span { text: text.to_owned(), paint }),
        }
    }

    /// Blanks up to a column.
    fn pad(&mut self, column: usize) {
        let blanks = column.saturating_sub(self.width());
        self.push(&" ".repeat(blanks), Paint::Plain);
    }
}

/// As it is without colours.
impl std::fmt::Display for Line {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.spans.iter().try_for_each(|span| formatter.write_str(&span.text))
    }
}

#[cfg(test)]
mod tests;
