//! The screen: the model as text and colours. Pure; the same model gives the same screen.
//!
//! A wide terminal shows the four screens of the overview at once. In a narrow one the lesson and the run share a page, and the
//! keys' place decides which is seen. No meaning is in a colour alone: each has its symbol or its word. The colours are the
//! terminal's sixteen; the last pass, in `view/finish.rs`, exchanges them for the theme's.

mod course;
mod detail;
mod diff;
mod finish;
mod footer;
mod help;
mod highlight;
mod hints;
mod lesson;
mod markdown;
mod objects;
mod output;
mod picture;
mod race;
mod run;
mod sweep;
mod tasks;
mod text;
mod theme;
mod welcome;

use ratatui::{
    buffer::Buffer,
    layout::{Alignment, Constraint, Layout, Margin, Position, Rect, Size},
    style::Stylize,
    text::{Line, Span},
    widgets::{
        Block, BorderType, Clear, Paragraph, Scrollbar, ScrollbarOrientation, ScrollbarState, StatefulWidget, Widget,
    },
};

use crate::model::{Model, Overlay, Screen};

/// The smallest terminal that everything fits in.
pub const SMALLEST: Size = Size { width: 80, height: 24 };

/// From here on the lesson and the run stand side by side.
const WIDE: Size = Size { width: 100, height: 28 };

/// Columns of the course in the overview.
const COURSE: u16 = 20;

/// The lesson and the run share a page at this size.
#[must_use]
pub fn paged(size: Size) -> bool {
    size.width < WIDE.width || size.height < WIDE.height
}

/// How far a screen can be scrolled, in lines; in the task stream, in rows.
#[must_use]
pub fn scroll_end(model: &Model, screen: Screen) -> usize {
    let area = Areas::with(model, screen, model.size).of(screen);
    if screen == Screen::Tasks {
        return tasks::rows(model).saturating_sub(tasks::rows_seen(model, area));
    }
    let area = inside(area);
    lines_of(model, screen, area.width).len().saturating_sub(usize::from(area.height))
}

/// How many rows of the task stream are seen at once, if it has so many.
#[must_use]
pub fn rows_seen(model: &Model) -> usize {
    tasks::rows_seen(model, Areas::with(model, Screen::Tasks, model.size).of(Screen::Tasks))
}

/// Some rows of the task stream do not fit. The footer asks, so it counts as one line.
#[must_use]
pub fn rows_are_hidden(model: &Model) -> bool {
    let area = Areas::above(1, model, Screen::Tasks, model.size).of(Screen::Tasks);
    tasks::rows(model) > tasks::rows_seen(model, area)
}

/// The text of a screen as lines of a width; the others have none.
fn lines_of(model: &Model, screen: Screen, width: u16) -> Vec<Line<'static>> {
    match screen {
        Screen::Lesson => lesson::lines(model, width),
        Screen::Run => run::lines(model, width),
        Screen::Objects => objects::lines(model, width),
        Screen::Output => output::lines(model, width),
        Screen::Diff => diff::lines(model, width),
        Screen::Course | Screen::Tasks | Screen::Picture => Vec::new(),
    }
}

/// How far what lies over the screens can be scrolled, in lines.
#[must_use]
pub fn overlay_end(model: &Model) -> usize {
    let body = Areas::now(model).body;
    match model.overlay {
        Some(Overlay::Help) => help::lines().len().saturating_sub(usize::from(inside(help::area(body)).height)),
        Some(Overlay::Hints) => hints::scroll_end(model, body),
        Some(Overlay::Sweep | Overlay::Welcome) | None => 0,
    }
}

/// How many lines a page key scrolls: all but one of those that are seen.
#[must_use]
pub fn page(model: &Model) -> usize {
    let areas = Areas::now(model);
    let area = if model.overlay.is_some() { help::area(areas.body) } else { areas.of(model.screen) };
    usize::from(inside(area).height).saturating_sub(1).max(1)
}

/// What the mouse can point to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// Nothing that answers.
    Nothing,
    /// The name of a screen in the line of tabs.
    Tab(Screen),
    /// What lies over the screens,
    Overlay,
    /// or what it lies over.
    Beside,
    /// The track of a slider.
    Slider {
        /// Its place among them.
        knob: usize,
        /// The place of the nearest value.
        place: usize,
    },
    /// The name of a knob, or its value.
    Knob(usize),
    /// A line of the course list.
    Exercise(usize),
    /// A moment of the task stream, as a share of what is seen of it; and the row.
    Moment {
        /// The row's place in the stream; `None` between rows.
        row: Option<usize>,
        /// From 0, the left end, to 1.
        share: f64,
    },
    /// Somewhere else in a screen.
    Screen(Screen),
}

/// What is at a place of the terminal.
#[must_use]
pub fn target(model: &Model, at: Position) -> Target {
    let areas = Areas::now(model);
    if too_small(model.size) {
        return Target::Nothing;
    }
    if areas.tabs.contains(at) {
        let mut tabs = tabs(areas.tabs).into_iter();
        return tabs.find(|(area, _)| area.contains(at)).map_or(Target::Nothing, |(_, screen)| Target::Tab(screen));
    }
    if !areas.body.contains(at) {
        return Target::Nothing;
    }
    let over = match model.overlay {
        Some(Overlay::Sweep) => return sweep::target(model, areas.body, at),
        // A click anywhere goes on from the greeting, as any key does.
        None | Some(Overlay::Welcome) => Rect::ZERO,
        Some(Overlay::Help) => help::area(areas.body),
        Some(Overlay::Hints) => hints::area(model, areas.body),
    };
    match Screen::ALL.into_iter().find(|&screen| areas.of(screen).contains(at)) {
        _ if over.contains(at) => Target::Overlay,
        _ if model.overlay.is_some() => Target::Beside,
        None => Target::Nothing,
        Some(Screen::Course) => match course::line_at(model, areas.of(Screen::Course), at) {
            Some(line) => Target::Exercise(line),
            None => Target::Screen(Screen::Course),
        },
        Some(Screen::Tasks) => match tasks::row_at(model, areas.of(Screen::Tasks), at) {
            Some((row, share)) => Target::Moment { row, share },
            None => Target::Screen(Screen::Tasks),
        },
        Some(screen) => Target::Screen(screen),
    }
}

/// A column of the terminal as a share of what is seen of the task stream; outside of it, the end that is nearer.
#[must_use]
pub fn share_of_tasks(model: &Model, column: u16) -> Option<f64> {
    let area = Areas::now(model).of(Screen::Tasks);
    if area.is_empty() { None } else { tasks::share_at(model, area, column) }
}

/// The value of a slider that is nearest to a column of the terminal, by its place.
#[must_use]
pub fn place_on_slider(model: &Model, knob: usize, column: u16) -> usize {
    sweep::place_at(model, Areas::now(model).body, knob, column)
}

/// Where everything is; what is not seen has no area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Areas {
    header: Rect,
    tabs: Rect,
    body: Rect,
    screens: [Rect; Screen::ALL.len()],
    footer: Rect,
}

impl Areas {
    fn now(model: &Model) -> Self {
        Self::with(model, model.screen, model.size)
    }

    fn of(&self, screen: Screen) -> Rect {
        self.screens[screen as usize]
    }

    /// The areas when the keys go to a screen.
    fn with(model: &Model, screen: Screen, size: Size) -> Self {
        let footer = footer::lines(model, size.width).len().clamp(1, 5) as u16;
        Self::above(footer, model, screen, size)
    }

    /// The same above a footer of so many lines.
    fn above(footer_height: u16, model: &Model, screen: Screen, size: Size) -> Self {
        let whole = Rect::from((Position::ORIGIN, size));
        let rows =
            [Constraint::Length(1), Constraint::Length(1), Constraint::Fill(1), Constraint::Length(footer_height)];
        let [header, tabs, body, footer] = Layout::vertical(rows).areas(whole);
        let mut areas = Self { header, tabs, body, screens: [Rect::ZERO; Screen::ALL.len()], footer };
        let mut place = |screen: Screen, area: Rect| areas.screens[screen as usize] = area;
        if model.zoomed || !screen.in_overview() {
            place(screen, body);
            return areas;
        }
        let low = Constraint::Length(tasks::height(model).min(body.height / 2));
        if paged(size) {
            let [course, page] = Layout::horizontal([Constraint::Length(COURSE), Constraint::Fill(1)]).areas(body);
            place(Screen::Course, course);
            if matches!(screen, Screen::Course | Screen::Lesson) {
                place(Screen::Lesson, page);
            } else {
                let [run, tasks] = Layout::vertical([Constraint::Fill(1), low]).areas(page);
                place(Screen::Run, run);
                place(Screen::Tasks, tasks);
            }
            return areas;
        }
        let [upper, tasks] = Layout::vertical([Constraint::Fill(1), low]).areas(body);
        let [course, lesson, run] =
            Layout::horizontal([Constraint::Length(COURSE), Constraint::Fill(1), Constraint::Fill(1)]).areas(upper);
        place(Screen::Course, course);
        place(Screen::Lesson, lesson);
        place(Screen::Run, run);
        place(Screen::Tasks, tasks);
        areas
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
        if too_small(size) {
            ask_for_room(size, area, buffer);
            return;
        }
        let areas = Areas::with(self, self.screen, size);
        Header(self).render(areas.header, buffer);
        Tabs(self).render(areas.tabs, buffer);
        for screen in Screen::ALL.into_iter().filter(|&screen| !areas.of(screen).is_empty()) {
            let area = areas.of(screen);
            match screen {
                Screen::Course => course::View(self).render(area, buffer),
                Screen::Lesson => lesson::View(self).render(area, buffer),
                Screen::Run => run::View(self).render(area, buffer),
                Screen::Tasks => tasks::View(self).render(area, buffer),
                Screen::Objects => objects::View(self).render(area, buffer),
                Screen::Picture => picture::View(self).render(area, buffer),
                Screen::Output => output::View(self).render(area, buffer),
                Screen::Diff => diff::View(self).render(area, buffer),
            }
        }
        for (row, line) in areas.footer.rows().zip(footer::lines(self, areas.footer.width)) {
            line.render(row, buffer);
        }
        match self.overlay {
            Some(Overlay::Help) => help::Help(self).render(areas.body, buffer),
            Some(Overlay::Hints) => hints::Hints(self).render(areas.body, buffer),
            Some(Overlay::Sweep) => sweep::View(self).render(areas.body, buffer),
            Some(Overlay::Welcome) => welcome::Welcome(self).render(areas.body, buffer),
            None => {}
        }
    }
}

fn too_small(size: Size) -> bool {
    size.width < SMALLEST.width || size.height < SMALLEST.height
}

fn ask_for_room(size: Size, area: Rect, buffer: &mut Buffer) {
    let text = format!(
        "Parlings needs {} x {} characters; this window has {} x {}. Make it larger, or its letters smaller. Ctrl-C quits.",
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
        let mut status = run::headline(model);
        status.spans.insert(0, format!(" {}: ", model.exercise().name).into());
        status.spans.push(" ".into());
        status.alignment = Some(Alignment::Right);
        status.render(area, buffer);
    }
}

/// The screens by their numbers. The one with the keys stands in brackets.
struct Tabs<'a>(&'a Model);

impl Widget for Tabs<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let model = self.0;
        for (tab, screen) in tabs(area) {
            let (number, name) = (screen as usize + 1, screen.name());
            let line = if screen == model.screen {
                Line::from(vec![format!("[{number} ").into(), Span::raw(name), "]".into()]).style(theme::FOCUS.bold())
            } else {
                Line::from(vec![Span::styled(format!(" {number} "), theme::QUIET), Span::raw(name)])
            };
            line.render(tab, buffer);
        }
    }
}

/// Where each tab is.
fn tabs(area: Rect) -> Vec<(Rect, Screen)> {
    let mut left = area.x;
    let tab = |screen: Screen| {
        let width = screen.name().len() as u16 + 4;
        let tab = Rect { x: left, width, ..area }.intersection(area);
        left += width;
        (tab, screen)
    };
    Screen::ALL.into_iter().map(tab).collect()
}

/// The frame of a screen; the one with the keys has a thick border and a bold title.
fn frame<'a>(title: impl Into<Line<'a>>, focused: bool) -> Block<'a> {
    let title = title.into();
    if focused {
        return Block::bordered().border_type(BorderType::Thick).border_style(theme::FOCUS).title(title.bold());
    }
    Block::bordered().border_style(theme::QUIET).title(title)
}

/// The frame of a screen of that title.
fn frame_of<'a>(model: &Model, screen: Screen, title: impl Into<Line<'a>>) -> Block<'a> {
    frame(title, model.screen == screen && model.overlay.is_none())
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
    scroll_bar(from, end, area.inner(Margin::new(0, 1)), buffer);
}

/// The bar on the right of what is scrolled to a place, in lines, and could be to an end; where all fits there is none.
fn scroll_bar(from: usize, end: usize, area: Rect, buffer: &mut Buffer) {
    if end > 0 {
        let mut state = ScrollbarState::new(end + 1).position(from).viewport_content_length(area.height.into());
        let bar = Scrollbar::new(ScrollbarOrientation::VerticalRight)
            .begin_symbol(None)
            .end_symbol(None)
            .track_symbol(None)
            .thumb_symbol("▐")
            .thumb_style(theme::FOCUS);
        bar.render(area, buffer, &mut state);
    }
}

/// A screen of text in its frame, as far as it is scrolled.
fn text_screen<'a>(model: &Model, screen: Screen, title: impl Into<Line<'a>>, area: Rect, buffer: &mut Buffer) {
    frame_of(model, screen, title).render(area, buffer);
    scrolled(lines_of(model, screen, inside(area).width), model.scroll.of(screen), area, buffer);
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
