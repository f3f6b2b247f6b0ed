//! The lesson of the open exercise.

use ratatui::{buffer::Buffer, layout::Rect, text::Line, widgets::Widget};

use super::{markdown, text, text_screen, theme};
use crate::model::{Model, Screen};

/// The lesson.
pub(super) struct View<'a>(pub(super) &'a Model);

impl Widget for View<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let model = self.0;
        let title = text::clip(&model.exercise().title, usize::from(area.width).saturating_sub(4));
        text_screen(model, Screen::Lesson, format!(" {title} "), area, buffer);
    }
}

/// The lesson as lines of a width, or why there is none.
pub(super) fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    match &model.lesson {
        Ok(lesson) => markdown::lines(lesson, width.min(text::READABLE)),
        Err(reason) => text::wrap([Line::from(format!("✗ {reason}")).style(theme::BAD)], usize::from(width)),
    }
}
