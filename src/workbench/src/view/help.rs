//! All keys and signs, over the panes.

use ratatui::{buffer::Buffer, layout::Rect, style::Stylize, text::Line, widgets::Widget};

use super::{cover, frame, popup, scrolled, theme};
use crate::model::Model;

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

/// One sign a line, with what it means; an empty sign begins a section.
const SIGNS: &[(&str, &str)] = &[
    ("", "Keys"),
    ("e", "open the exercise in your editor ($VISUAL or $EDITOR)"),
    ("r", "check it again; saving the file does that by itself"),
    ("h", "show the next hint"),
    ("p", "show what the program's answer looks like"),
    ("s", "vary what `sweep` gives, and draw time against it"),
    ("z", "give the pane the whole screen, and take it back"),
    ("Tab Shift-Tab", "go to the next pane, to the one before"),
    ("↑ ↓ k j", "move, scroll; PgUp PgDn Space by pages, Home End all the way"),
    ("Enter", "in the course: open the exercise under the cursor"),
    ("+ - ← → 0", "in the task stream: closer, farther, move, all of it"),
    ("t", "the next theme: dark, light, for any colour vision, none"),
    ("? Esc", "show this, close this"),
    ("q Ctrl-C", "quit; your progress is kept"),
    ("", "Course"),
    ("○ ◐ ✓", "not begun, tried, solved; then the most points so far"),
    ("", "Result"),
    ("serial", "the serial program's time; bars are medians of the rounds"),
    ("parallel", "your program's time, and how many times faster it is"),
    ("asked", "the longest time that passes; a share of the probe's"),
    ("probe", "the same work, nothing shared: the best this machine gives"),
    ("", "Task stream: a row a worker, time from left to right"),
    ("█████▉███", "a task is one block; the next has another shade"),
    ("░ ▒ ▓", "many short tasks: the denser, the more work in that time"),
    ("·····", "a task that sleeps; blank is a worker with nothing to do"),
    ("×", "a task failed here"),
    ("98 %", "how much of the time shown the worker had work"),
];

/// The help as lines.
pub(super) fn lines() -> Vec<Line<'static>> {
    let line = |&(sign, meaning): &(&'static str, &'static str)| match sign {
        "" => Line::from(meaning).style(theme::HEADING),
        _ => Line::from(vec!["  ".into(), format!("{sign:<14}").bold(), meaning.into()]),
    };
    SIGNS.iter().map(line).collect()
}
