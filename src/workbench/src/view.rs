//! The screen: the model as text and colours. Pure; the same model gives the same screen.
//!
//! A wide terminal shows everything at once. In a narrow one the lesson and the result share a page, and the keys'
//! place decides which is seen. No meaning is in a colour alone: each has its symbol or its word. The colours are the
//! terminal's sixteen; the last pass, in `view/finish.rs`, exchanges them for the theme's.

mod course;
mod diff;
mod finish;
mod help;
mod hints;
mod lesson;
mod markdown;
mod objects;
mod output;
mod picture;
mod result;
mod stream;
mod sweep;
mod text;
mod theme;
mod welcome;

use ratatui::{
    buffer::Buffer,
    layout::{Alignment, Constraint, Layout, Margin, Position, Rect, Size},
    style::Stylize,
    text::Line,
    widgets::{
        Block, BorderType, Clear, Paragraph, Scrollbar, ScrollbarOrientation, ScrollbarState, StatefulWidget, Widget,
    },
};

use crate::model::{Model, Overlay, Pane, Scroll};

/// The smallest terminal that everything fits in.
pub const SMALLEST: Size = Size { width: 80, height: 24 };

/// From here on the lesson and the result stand side by side.
const WIDE: Size = Size { width: 100, height: 28 };

/// The lesson and the result share a page at this size.
#[must_use]
pub fn paged(size: Size) -> bool {
    size.width < WIDE.width || size.height < WIDE.height
}

/// How far each text can be scrolled.
#[must_use]
pub fn scroll_end(model: &Model) -> Scroll {
    let areas = Areas::of(model, model.size);
    let end = |lines: usize, area: Rect| lines.saturating_sub(usize::from(inside(area).height));
    let overlay = match model.overlay {
        Some(Overlay::Help) => end(help::lines().len(), help::area(areas.body)),
        Some(Overlay::Hints) => hints::scroll_end(model, areas.body),
        Some(Overlay::Output) => end(output::lines(model, inside(areas.body).width).len(), areas.body),
        Some(Overlay::Objects) => end(objects::lines(model, inside(areas.body).width).len(), areas.body),
        Some(Overlay::Diff) => end(diff::lines(model, inside(areas.body).width).len(), areas.body),
        Some(Overlay::Picture | Overlay::Sweep | Overlay::Welcome) | None => 0,
    };
    Scroll {
        lesson: end(lesson::lines(model, inside(areas.lesson).width).len(), areas.lesson),
        result: end(result::lines(model, inside(areas.result).width).len(), areas.result),
        overlay,
    }
}

/// How many lines a page key scrolls: all but one of those that are seen.
#[must_use]
pub fn page(model: &Model) -> usize {
    let areas = Areas::of(model, model.size);
    let area = match (model.overlay, model.focus) {
        (Some(Overlay::Output | Overlay::Objects | Overlay::Diff), _) => areas.body,
        (Some(_), _) => help::area(areas.body),
        (None, Pane::Lesson) => areas.lesson,
        (None, _) => areas.result,
    };
    usize::from(inside(area).height).saturating_sub(1).max(1)
}

/// Where everything is; what is not seen has no area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Areas {
    header: Rect,
    body: Rect,
    course: Rect,
    lesson: Rect,
    result: Rect,
    stream: Rect,
    footer: Rect,
}

impl Areas {
    fn of(model: &Model, size: Size) -> Self {
        let screen = Rect::from((Position::ORIGIN, size));
        let footer_height = footer(model, screen.width).len().clamp(1, 5) as u16;
        let [header, body, footer] =
            Layout::vertical([Constraint::Length(1), Constraint::Fill(1), Constraint::Length(footer_height)])
                .areas(screen);
        let hidden = Rect::ZERO;
        let none = Self { header, body, course: hidden, lesson: hidden, result: hidden, stream: hidden, footer };
        if model.zoomed {
            return match model.focus {
                Pane::Course => Self { course: body, ..none },
                Pane::Lesson => Self { lesson: body, ..none },
                Pane::Result => Self { result: body, ..none },
                Pane::Stream => Self { stream: body, ..none },
            };
        }
        let stream_height = stream::height(model).min(body.height / 2);
        if paged(size) {
            let [course, page] = Layout::horizontal([Constraint::Length(20), Constraint::Fill(1)]).areas(body);
            let [result, stream] =
                Layout::vertical([Constraint::Fill(1), Constraint::Length(stream_height)]).areas(page);
            return match model.focus {
                Pane::Course | Pane::Lesson => Self { course, lesson: page, ..none },
                Pane::Result | Pane::Stream => Self { course, result, stream, ..none },
            };
        }
        let [upper, stream] = Layout::vertical([Constraint::Fill(1), Constraint::Length(stream_height)]).areas(body);
        let [course, lesson, result] =
            Layout::horizontal([Constraint::Length(20), Constraint::Fill(1), Constraint::Fill(1)]).areas(upper);
        Self { course, lesson, result, stream, ..none }
    }
}

impl Widget for &Model {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        self.paint(area, buffer);
        finish::finish(self.look, area, buffer);
    }
}

impl Model {
    /// The screen before its last pass.
    fn paint(&self, area: Rect, buffer: &mut Buffer) {
        // The terminal may be another size already than the model knows.
        let size = area.as_size();
        if size.width < SMALLEST.width || size.height < SMALLEST.height {
            too_small(size, area, buffer);
            return;
        }
        let areas = Areas::of(self, size);
        Header(self).render(areas.header, buffer);
        if !areas.course.is_empty() {
            course::Course(self).render(areas.course, buffer);
        }
        if !areas.lesson.is_empty() {
            lesson::Lesson(self).render(areas.lesson, buffer);
        }
        if !areas.result.is_empty() {
            result::Result(self).render(areas.result, buffer);
        }
        if !areas.stream.is_empty() {
            stream::TaskStream(self).render(areas.stream, buffer);
        }
        for (row, line) in areas.footer.rows().zip(footer(self, areas.footer.width)) {
            line.render(row, buffer);
        }
        match self.overlay {
            Some(Overlay::Help) => help::Help(self).render(areas.body, buffer),
            Some(Overlay::Hints) => hints::Hints(self).render(areas.body, buffer),
            Some(Overlay::Picture) => picture::View(self).render(areas.body, buffer),
            Some(Overlay::Sweep) => sweep::View(self).render(areas.body, buffer),
            Some(Overlay::Output) => output::View(self).render(areas.body, buffer),
            Some(Overlay::Objects) => objects::View(self).render(areas.body, buffer),
            Some(Overlay::Diff) => diff::View(self).render(areas.body, buffer),
            Some(Overlay::Welcome) => welcome::Welcome(self).render(areas.body, buffer),
            None => {}
        }
    }
}

fn too_small(size: Size, area: Rect, buffer: &mut Buffer) {
    let text = format!(
        "Parlings needs {} x {} characters; this window has {} x {}. Make it larger, or its letters smaller. q quits.",
        SMALLEST.width, SMALLEST.height, size.width, size.height
    );
    let lines = text::wrap([Line::from(text)], usize::from(area.width));
    Paragraph::new(lines).render(area, buffer);
}

/// What this is, and how the open exercise stands.
struct Header<'a>(&'a Model);

impl Widget for Header<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let model = self.0;
        let title = Some(model.course.title.as_str()).filter(|&title| title != "Parlings").unwrap_or_default();
        Line::from(vec![" Parlings ".bold().reversed(), " ".into(), title.into()]).render(area, buffer);
        let mut status = result::headline(model);
        status.spans.insert(0, format!(" {}: ", model.exercise().name).into());
        status.spans.push(" ".into());
        status.alignment = Some(Alignment::Right);
        status.render(area, buffer);
    }
}

/// The keys that matter most, or what went wrong.
fn footer(model: &Model, width: u16) -> Vec<Line<'static>> {
    if !model.troubles.is_empty() {
        let line = |trouble: &String| Line::from(vec![" ! ".bold().reversed(), " ".into(), trouble.clone().into()]);
        return text::wrap(model.troubles.iter().map(|trouble| line(trouble).style(theme::BAD)), usize::from(width));
    }
    let mut keys = keys(model);
    for spared in LEFT_OUT_FIRST {
        if line_of(&keys).width() > usize::from(width) {
            keys.retain(|&key| key != spared);
        }
    }
    vec![line_of(&keys)]
}

fn line_of(keys: &[Key]) -> Line<'static> {
    let spans = keys.iter().flat_map(|&(key, does)| ["  ".into(), key.bold(), " ".into(), does.dim()]);
    // One space before the first key, two between keys.
    Line::from_iter([" ".into()].into_iter().chain(spans.skip(1)))
}

/// A key, or some that belong together, and what it does.
type Key = (&'static str, &'static str);

const SCROLL: Key = ("↑↓", "scroll");
const EDIT: Key = ("e", "edit");
const CHECK: Key = ("r", "check");
const HINT: Key = ("h", "hint");
const PICTURE: Key = ("p", "picture");
const SWEEP: Key = ("s", "sweep");
const ZOOM: Key = ("z", "zoom");
const NEXT: Key = ("Tab", "next");
const KEYS: Key = ("?", "keys");
const QUIT: Key = ("q", "quit");
const CLOSE: Key = ("Esc", "close");

/// Left out in this order where a line is too short for all: they are tried without being told, or found in the help.
const LEFT_OUT_FIRST: [Key; 2] = [SCROLL, NEXT];

/// What can be pressed now and does something.
fn keys(model: &Model) -> Vec<Key> {
    let exercise = model.exercise();
    let sweep = (!exercise.sweep.is_empty()).then_some(SWEEP);
    match (model.overlay, model.focus) {
        (Some(Overlay::Hints), _) => {
            let next = (model.hints().len() < exercise.hints.len()).then_some(("h", "next hint"));
            next.into_iter().chain([SCROLL, CLOSE]).collect()
        }
        (Some(Overlay::Diff), _) => vec![SCROLL, ("x", diff::name(model.diff.against.other())), CLOSE],
        (Some(Overlay::Help | Overlay::Output | Overlay::Objects), _) => vec![SCROLL, CLOSE],
        (Some(Overlay::Picture), _) => vec![CLOSE],
        (Some(Overlay::Welcome), _) => vec![("any key", "go on")],
        (Some(Overlay::Sweep), _) if model.sweep.running() => vec![("Esc", "stop")],
        (Some(Overlay::Sweep), _) => sweep.map(|(key, _)| (key, "measure again")).into_iter().chain([CLOSE]).collect(),
        (None, Pane::Stream) => {
            vec![("+ -", "closer, farther"), ("← →", "move"), ("0", "all of it"), ZOOM, NEXT, KEYS, QUIT]
        }
        (None, Pane::Course) => {
            [("Enter", "open"), EDIT, CHECK, HINT, PICTURE].into_iter().chain(sweep).chain([NEXT, KEYS, QUIT]).collect()
        }
        (None, Pane::Lesson | Pane::Result) => {
            [SCROLL, EDIT, CHECK, HINT, PICTURE].into_iter().chain(sweep).chain([ZOOM, NEXT, KEYS, QUIT]).collect()
        }
    }
}

/// The frame of a pane; the one with the keys has a thick border and a bold title.
fn frame<'a>(title: impl Into<Line<'a>>, focused: bool) -> Block<'a> {
    let title = title.into();
    if focused {
        return Block::bordered().border_type(BorderType::Thick).border_style(theme::FOCUS).title(title.bold());
    }
    Block::bordered().border_style(theme::QUIET).title(title)
}

/// What a frame leaves.
fn inside(area: Rect) -> Rect {
    area.inner(Margin::new(1, 1))
}

/// Lines from a place on, with a scroll bar on the right border where they do not all fit.
fn scrolled(lines: Vec<Line<'static>>, from: usize, area: Rect, buffer: &mut Buffer) {
    let inside = inside(area);
    let height = usize::from(inside.height);
    let end = lines.len().saturating_sub(height);
    let from = from.min(end);
    for (row, line) in inside.rows().zip(lines.into_iter().skip(from)) {
        line.render(row, buffer);
    }
    if end > 0 {
        let mut state = ScrollbarState::new(end + 1).position(from).viewport_content_length(height);
        let bar = Scrollbar::new(ScrollbarOrientation::VerticalRight)
            .begin_symbol(None)
            .end_symbol(None)
            .track_symbol(None)
            .thumb_symbol("▐")
            .thumb_style(theme::FOCUS);
        bar.render(area.inner(Margin::new(0, 1)), buffer, &mut state);
    }
}

/// An empty box in the middle of an area, no larger than it.
fn popup(width: u16, height: u16, area: Rect) -> Rect {
    area.centered(Constraint::Length(width.min(area.width)), Constraint::Length(height.min(area.height)))
}

/// Wipes what an overlay lies over.
fn cover(area: Rect, buffer: &mut Buffer) {
    Clear.render(area, buffer);
}

pub(crate) use finish::ascii_text;

#[cfg(test)]
mod tests;
