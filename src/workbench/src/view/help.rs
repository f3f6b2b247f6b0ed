//! All keys, from the key map, and all signs; over the screens.

use ratatui::{buffer::Buffer, layout::Rect, style::Stylize, text::Line, widgets::Widget};

use super::{cover, frame, popup, scrolled, theme};
use crate::{
    keys::{Binding, MAP, Section},
    model::Model,
};

/// The help.
pub(super) struct Help<'a>(pub(super) &'a Model);

impl Widget for Help<'_> {
    fn render(self, body: Rect, buffer: &mut Buffer) {
        let area = area(body);
        cover(area, buffer);
        frame(" Keys and signs ", true).render(area, buffer);
        scrolled(lines(), self.0.scroll.overlay, area, buffer);
    }
}

/// Where it is.
pub(super) fn area(body: Rect) -> Rect {
    popup(78, lines().len() as u16 + 2, body)
}

/// Columns for keys and signs.
const NAMES: usize = 14;

/// One sign a line, with what it means; an empty sign begins a section.
const SIGNS: &[(&str, &str)] = &[
    ("", "The mouse"),
    ("click", "gives the keys to a screen; selects an exercise or a task"),
    ("wheel", "scrolls; over tasks zooms, with Shift moves; turns a slider"),
    ("drag", "in the tasks: earlier and later; a slider: its value"),
    ("", "Course"),
    ("○ ◐ ✓", "not begun, tried, solved; then the most points so far"),
    ("", "Run"),
    ("● ○ ·", "a round won, as fast as asked; one that is not; one to come"),
    ("ratio", "serial by parallel time; ┃ is the threshold"),
    ("serial", "the serial program's time; bars are medians of the rounds"),
    ("parallel", "your program's time, and how many times faster it is"),
    ("asked", "the longest time that passes; a share of the probe's"),
    ("probe", "the same work, nothing shared: the best this machine gives"),
    ("", "Tasks: a row a worker, time from left to right"),
    ("█████▉███", "a task is one block; the next has another shade"),
    ("░ ▒ ▓", "many short tasks: the denser, the more work in that time"),
    ("·····", "a task sleeps, the driver waits; blank is nothing to do"),
    ("×", "a task failed here"),
    ("[━━] ◆", "the selected task"),
    ("98 %", "how much of the time shown the worker had work"),
    ("↑2 ↓5", "two more rows above, five below"),
    ("", "Sweep"),
    ("·──●──·", "a knob's values; the one that it stands at"),
    ("›", "the knob that the keys move; the row of its value"),
    ("4*", "more workers than this machine has cores"),
];

/// The help as lines.
pub(super) fn lines() -> Vec<Line<'static>> {
    let line = |&(sign, meaning): &(&'static str, &'static str)| match sign {
        "" => Line::from(meaning).style(theme::HEADING),
        _ => told(sign, meaning),
    };
    // What holds everywhere stands last in the map, since it gives way to what is special, and first here.
    MAP.iter().rev().flat_map(section).chain(SIGNS.iter().map(line)).collect()
}

fn told(sign: &str, meaning: &'static str) -> Line<'static> {
    Line::from(vec!["  ".into(), format!("{sign:<NAMES$} ").bold(), meaning.into()])
}

/// The keys of a section; neighbours that say the same in one line.
fn section(section: &'static Section) -> Vec<Line<'static>> {
    let bindings: Vec<_> = section.bindings.iter().filter(|binding| !binding.help.is_empty()).collect();
    if bindings.is_empty() {
        return Vec::new();
    }
    let lines = bindings.chunk_by(|one, next| one.help == next.help).map(|same| told(&names(same), same[0].help));
    [Line::from(section.title).style(theme::HEADING)].into_iter().chain(lines).collect()
}

/// The names of keys: all, or the first of each binding, or only the ends of a long row of them.
fn names(same: &[&Binding]) -> String {
    let all: Vec<String> = same.iter().flat_map(|binding| binding.keys).map(|key| key.name()).collect();
    let first: Vec<String> = same.iter().map(|binding| binding.keys[0].name()).collect();
    let fits = |names: &[String]| names.join(" ").chars().count() <= NAMES;
    match &first[..] {
        _ if fits(&all) => all.join(" "),
        names if fits(names) => names.join(" "),
        names => format!("{} .. {}", names[0], names[names.len() - 1]),
    }
}
