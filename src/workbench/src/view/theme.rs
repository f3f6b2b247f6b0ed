//! The colours, by what they mean. All from the terminal's own sixteen: the last pass over the screen exchanges them for those
//! of the theme ([`finish`](super::finish)).

use grader::{
    drawing::{self, Paint},
    picture::Ink,
    report::Verdict,
};
use ratatui::style::{Color, Modifier, Style};

/// Passed, right, won.
pub(super) const GOOD: Style = Style::new().fg(Color::Green);
/// Wrong, broken, lost.
pub(super) const BAD: Style = Style::new().fg(Color::Red);
/// On the way.
pub(super) const HALF: Style = Style::new().fg(Color::Yellow);
/// Not important now.
pub(super) const QUIET: Style = Style::new().add_modifier(Modifier::DIM);
/// What has the keys.
pub(super) const FOCUS: Style = Style::new().fg(Color::Cyan);
/// Headings.
pub(super) const HEADING: Style = Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD);
/// Code among words. It is bold, as in a manual page, since without colours it would be read as one of them.
pub(super) const CODE: Style = Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD);

/// In Rust code: words of the language,
pub(super) const KEYWORD: Style = Style::new().fg(Color::Magenta);
/// types and lifetimes,
pub(super) const TYPE: Style = Style::new().fg(Color::Cyan);
/// functions where they are called or made,
pub(super) const CALL: Style = Style::new().fg(Color::Blue);
/// numbers and text,
pub(super) const LITERAL: Style = Style::new().fg(Color::Green);
/// macros and attributes.
pub(super) const MACRO: Style = Style::new().fg(Color::Yellow);

/// The serial baseline.
pub(super) const SERIAL: Style = Style::new().fg(Color::Blue);
/// What is asked, and what the machine could give.
pub(super) const ASKED: Style = Style::new().fg(Color::Magenta);

/// Two shades for each function whose tasks a stream shows: neighbours on a row take turns.
const TASKS: [[Color; 2]; 5] = [
    [Color::Cyan, Color::LightCyan],
    [Color::Yellow, Color::LightYellow],
    [Color::Magenta, Color::LightMagenta],
    [Color::Green, Color::LightGreen],
    [Color::Blue, Color::LightBlue],
];

/// A task's colour, by its function and its number.
pub(super) fn task(site: u32, task: u64) -> Style {
    Style::new().fg(TASKS[site as usize % TASKS.len()][(task % 2) as usize])
}

/// What is drawn in a picture.
pub(super) fn paint(paint: Paint) -> Style {
    let color = |color: drawing::Color| match color {
        drawing::Color::Rgb([red, green, blue]) => Color::Rgb(red, green, blue),
        drawing::Color::Indexed(index) => Color::Indexed(index),
    };
    match paint {
        Paint::Plain => Style::new(),
        Paint::Quiet => QUIET,
        Paint::Title => HEADING,
        Paint::Ink(ink) => self::ink(ink),
        Paint::Over(ink) => Style { fg: Some(Color::Black), bg: self::ink(ink).fg, ..Style::new() },
        Paint::Pixels(upper, lower) => Style::new().fg(color(upper)).bg(color(lower)),
    }
}

fn ink(ink: Ink) -> Style {
    match ink {
        Ink::Main => Style::new().fg(Color::Cyan),
        Ink::Other => Style::new().fg(Color::Yellow),
        Ink::Guide => QUIET,
    }
}

/// A verdict's symbol, its name for people, and its colour.
pub(super) fn verdict(verdict: Verdict) -> (&'static str, &'static str, Style) {
    match verdict {
        Verdict::Pass => ("✓", "Pass", GOOD),
        Verdict::TooSlow => ("◐", "Right, too slow", HALF),
        Verdict::Unsolved => ("○", "Not solved yet", HALF),
        Verdict::Inconclusive => ("?", "Inconclusive", HALF),
        Verdict::Wrong => ("✗", "Wrong", BAD),
        Verdict::Panicked => ("✗", "Panicked", BAD),
        Verdict::TimedOut => ("✗", "Out of time", BAD),
        Verdict::Crashed => ("✗", "Crashed", BAD),
        Verdict::BuildFailed => ("✗", "Does not compile", BAD),
    }
}
