//! The hints taken so far, over the screens.

use ratatui::{buffer::Buffer, layout::Rect, style::Stylize, text::Line, widgets::Widget};

use super::{cover, frame, inside, markdown, popup, scrolled, text};
use crate::model::Model;

/// The hints.
pub(super) struct Hints<'a>(pub(super) &'a Model);

impl Widget for Hints<'_> {
    fn render(self, body: Rect, buffer: &mut Buffer) {
        let model = self.0;
        let area = area(model, body);
        cover(area, buffer);
        frame(format!(" Hints: {} of {} ", model.hints().len(), model.exercise().hints.len()), true)
            .render(area, buffer);
        scrolled(lines(model, inside(area).width), model.scroll.overlay, area, buffer);
    }
}

/// How far they can be scrolled.
pub(super) fn scroll_end(model: &Model, body: Rect) -> usize {
    let inside = inside(area(model, body));
    lines(model, inside.width).len().saturating_sub(usize::from(inside.height))
}

/// Where they are.
pub(super) fn area(model: &Model, body: Rect) -> Rect {
    let width = body.width.min(90).saturating_sub(6);
    let height = lines(model, width.saturating_sub(2)).len() as u16 + 2;
    popup(width, height, body)
}

fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    let (taken, all) = (model.hints(), model.exercise().hints.len());
    let numbered: String =
        (1..).zip(taken).map(|(number, hint)| format!("**Hint {number}.** {}\n\n", hint.trim())).collect();
    let mut lines = markdown::lines(&numbered, width);
    lines.push(Line::default());
    let next = match all - taken.len() {
        0 if all == 0 => "This exercise has no hints.".to_owned(),
        0 => "That was the last one. Esc closes this.".to_owned(),
        1 => "h shows the last hint, Esc closes this.".to_owned(),
        left => format!("h shows the next of {left} more, Esc closes this."),
    };
    lines.extend(text::wrap([Line::from(next).dim()], usize::from(width)));
    lines
}
