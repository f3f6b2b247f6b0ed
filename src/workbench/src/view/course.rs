//! The list of exercises: how each stands, and its points.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style, Stylize},
    text::{Line, Span},
    widgets::Widget,
};

use super::{frame, scrolled, theme};
use crate::{
    model::{Model, Pane},
    progress::State,
};

/// The course list.
pub(super) struct Course<'a>(pub(super) &'a Model);

impl Widget for Course<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let model = self.0;
        let focused = model.focus == Pane::Course && model.overlay.is_none();
        let (won, all) = points(model);
        let block =
            frame(" Course ", focused).title_bottom(Line::from(format!(" {won}/{all} points ")).right_aligned());
        let width = usize::from(block.inner(area).width);
        let height = usize::from(block.inner(area).height);
        block.render(area, buffer);
        let lines = (0..model.course.exercises.len()).map(|place| line(model, place, width)).collect();
        scrolled(lines, (model.cursor + 1).saturating_sub(height), area, buffer);
    }
}

/// The points won in the whole course, and those that can be.
fn points(model: &Model) -> (u32, u32) {
    let exercises = model.course.exercises.iter();
    exercises.fold((0, 0), |(won, all), exercise| {
        (won + model.progress.of(&exercise.name).points, all + exercise.rubric.max_points())
    })
}

/// `▶✓ pi         10/10`: whether it is open, how it stands, its name, its points.
fn line(model: &Model, place: usize, width: usize) -> Line<'static> {
    let exercise = &model.course.exercises[place];
    let reached = model.progress.of(&exercise.name);
    let open = if place == model.open { "▶" } else { " " };
    let (symbol, style) = sign(reached.state);
    let points = format!("{}/{}", reached.points, exercise.rubric.max_points());
    let room = width.saturating_sub(4 + points.len());
    let name = format!("{:<room$.room$} ", exercise.name);
    let name = if place == model.open { name.bold() } else { Span::raw(name) };
    let line = Line::from(vec![open.into(), Span::styled(symbol, style), " ".into(), name, points.into()]);
    if place == model.cursor && model.focus == Pane::Course {
        line.style(Style::new().add_modifier(Modifier::REVERSED))
    } else {
        line
    }
}

fn sign(state: State) -> (&'static str, Style) {
    match state {
        State::NotBegun => ("○", theme::QUIET),
        State::Tried => ("◐", theme::HALF),
        State::Solved => ("✓", theme::GOOD),
    }
}
