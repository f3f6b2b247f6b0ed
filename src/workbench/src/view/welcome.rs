//! What is seen first, the first time: what this is, what to do now, the keys that matter.

use ratatui::{buffer::Buffer, layout::Rect, style::Stylize, text::Line, widgets::Widget};

use super::{cover, frame, inside, popup, text, theme};
use crate::model::Model;

/// The greeting.
pub(super) struct Welcome<'a>(pub(super) &'a Model);

impl Widget for Welcome<'_> {
    fn render(self, body: Rect, buffer: &mut Buffer) {
        let lines = lines(self.0);
        let area = popup(74, lines.len() as u16 + 2, body);
        cover(area, buffer);
        frame(" Welcome to Parlings ", true).render(area, buffer);
        for (row, line) in inside(area).rows().zip(lines) {
            line.render(row, buffer);
        }
    }
}

/// The keys that matter.
const KEYS: [(&str, &str); 5] = [
    ("e", "open the exercise in your editor, or use one beside this window"),
    ("h", "take a hint"),
    ("Tab", "go from the course to the lesson, the result and your tasks"),
    ("?", "see all keys and signs"),
    ("q", "leave; what you have reached is kept"),
];

fn lines(model: &Model) -> Vec<Line<'static>> {
    let steps = [
        "Here you make serial programs parallel, and see what their tasks do.".to_owned(),
        String::new(),
        format!("1. Read the lesson of `{}`, which is open.", model.exercise().name),
        format!("2. Change exercises/{}.rs, and save it.", model.exercise().name),
        "3. It is built, tried, and raced against the serial program at once. The result says what is right, how fast it \
         is, and what to mend."
            .to_owned(),
        String::new(),
    ];
    let key =
        |(key, does): (&str, &str)| Line::from(vec!["  ".into(), format!("{key:<5}").bold(), does.to_owned().into()]);
    let first_build = "The first build goes on meanwhile, and takes a minute or two.";
    let mut lines: Vec<_> = steps.into_iter().map(Line::from).collect();
    lines.extend(KEYS.map(key));
    lines.push(Line::default());
    if model.preparing.is_some() {
        lines.extend([Line::from(first_build).style(theme::QUIET), Line::default()]);
    }
    lines.push(Line::from("Any key goes on.").style(theme::HEADING));
    text::wrap(lines, 72)
}
