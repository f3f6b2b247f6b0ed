//! The exercises: how each stands, its points, what it comes after. A narrow list in the overview, a table in all the room.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Position, Rect},
    style::{Modifier, Style, Stylize},
    text::{Line, Span},
    widgets::Widget,
};

use super::{COURSE, frame_of, inside, text, theme};
use crate::{
    model::{Model, Screen},
    progress::State,
};

/// The course.
pub(super) struct View<'a>(pub(super) &'a Model);

impl Widget for View<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let model = self.0;
        let (won, all) = points(model);
        let block = frame_of(model, Screen::Course, " Course ")
            .title_bottom(Line::from(format!(" {won}/{all} points ")).right_aligned());
        block.render(area, buffer);
        let parts = Parts::of(model, area);
        for (row, line) in parts.head.rows().zip(head(model, parts.head)) {
            line.render(row, buffer);
        }
        let listed = model.listed();
        let (from, columns) = (parts.from(model), Columns::of(model, parts.list.width));
        for (row, line) in parts.list.rows().zip(from..listed.len()) {
            self.line(listed[line], line == model.cursor, &columns).render(row, buffer);
        }
        for (row, line) in parts.detail.rows().zip(detail(model, parts.detail.width)) {
            line.render(row, buffer);
        }
    }
}

/// The line of the list at a place of the terminal.
pub(super) fn line_at(model: &Model, area: Rect, at: Position) -> Option<usize> {
    let parts = Parts::of(model, area);
    let line = parts.from(model) + usize::from(at.y.checked_sub(parts.list.y)?);
    (parts.list.contains(at) && line < model.listed().len()).then_some(line)
}

/// What stands where: what is typed and the names of the columns, the list, and more on the exercise under the cursor, where
/// there is room for it.
struct Parts {
    head: Rect,
    list: Rect,
    detail: Rect,
}

impl Parts {
    fn of(model: &Model, area: Rect) -> Self {
        let inside = inside(area);
        let head = head(model, inside).len() as u16;
        let lines = model.listed().len().max(1) as u16;
        let detail = detail(model, inside.width).len() as u16;
        let fits = head + lines + detail < inside.height;
        let list = if fits { Constraint::Length(lines) } else { Constraint::Fill(1) };
        let detail = Constraint::Length(if fits { detail } else { 0 });
        let [head, list, detail] = Layout::vertical([Constraint::Length(head), list, detail]).areas(inside);
        Self { head, list, detail }
    }

    /// The first line that is seen.
    fn from(&self, model: &Model) -> usize {
        (model.cursor + 1).saturating_sub(usize::from(self.list.height))
    }
}

/// It has the room for columns.
fn wide(width: u16) -> bool {
    width > COURSE
}

/// The columns of the table; those without room have no width.
struct Columns {
    name: usize,
    state: usize,
    points: usize,
    best: usize,
    after: usize,
    chapter: usize,
    title: usize,
}

impl Columns {
    fn of(model: &Model, width: u16) -> Self {
        let longest = |length: fn(&str) -> usize, least: usize| {
            let names = model.course.exercises.iter().map(|exercise| length(&exercise.name));
            names.max().unwrap_or(0).clamp(least, 20)
        };
        let width = usize::from(width);
        if !wide(width as u16) {
            return Self {
                name: width.saturating_sub(3),
                state: 0,
                points: 0,
                best: 0,
                after: 0,
                chapter: 0,
                title: 0,
            };
        }
        let name = longest(|name| name.chars().count(), 8) + 2;
        let chapters = model.course.exercises.iter().filter_map(|exercise| exercise.chapter.as_deref());
        let chapter = chapters.map(|chapter| chapter.chars().count() + 2).max().unwrap_or(0).min(20);
        let mut columns = Self { name, state: 11, points: 7, best: 8, after: name + 10, chapter, title: 0 };
        let others = 3 + columns.name + columns.state + columns.points + columns.best + columns.after + 1;
        if others + columns.chapter > width {
            columns.chapter = 0;
        }
        let used = others + columns.chapter;
        // A title of a word or two says nothing; the cursor shows it in full.
        Self { title: Some(width.saturating_sub(used)).filter(|&room| room >= 24).unwrap_or(0), ..columns }
    }
}

/// What is typed, and the names of the columns.
fn head(model: &Model, area: Rect) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if let Some(typed) = &model.filter {
        lines.push(Line::from(vec![
            Span::styled("/ ", theme::FOCUS),
            typed.clone().bold(),
            Span::styled("▏", theme::FOCUS),
        ]));
    }
    if wide(area.width) {
        let columns = Columns::of(model, area.width);
        let Columns { name, state, points, best, after, chapter, .. } = columns;
        let title = if columns.title > 0 { "what it teaches" } else { "" };
        let names = format!(
            "   {:<name$}{:<state$}{:>points$}{:>best$} {:<after$}{:<chapter$}{title}",
            "exercise",
            "state",
            "points",
            "best",
            " comes after",
            if chapter > 0 { "chapter" } else { "" }
        );
        lines.push(Line::from(names).style(theme::QUIET));
    }
    if model.listed().is_empty() {
        lines.push(Line::from("none has that").style(theme::QUIET));
    }
    lines
}

impl View<'_> {
    /// `▶✓ pi         10/10`: whether it is open, how it stands, its name, its points; and more in a table.
    fn line(&self, place: usize, under_cursor: bool, columns: &Columns) -> Line<'static> {
        let model = self.0;
        let exercise = &model.course.exercises[place];
        let reached = model.progress.of(&exercise.name);
        let open = if place == model.open { "▶" } else { " " };
        let (symbol, style) = sign(reached.state);
        let won = format!("{}/{}", reached.points, exercise.rubric.max_points());
        let Columns { name, state, points, best, after, chapter, title } = *columns;
        // The narrow list has no room to spare: a name takes what its points leave.
        let name = if state == 0 { name.saturating_sub(won.len()) } else { name };
        let room = name.saturating_sub(1);
        let named = format!("{:<room$} ", text::clip(&exercise.name, room));
        let named = if place == model.open { named.bold() } else { Span::raw(named) };
        let mut line = Line::from(vec![open.into(), Span::styled(symbol, style), " ".into(), named]);
        if state == 0 {
            line.push_span(won);
        } else {
            let fastest = reached.best.map_or(String::new(), |best| format!("{best:.2}x"));
            let first = after_words(model, place);
            line.push_span(Span::styled(format!("{:<state$}", state_words(model, place)), style));
            line.push_span(format!(
                "{won:>points$}{fastest:>best$}  {:<after$}",
                text::clip(&first, after - 1),
                after = after - 1
            ));
            if chapter > 0 {
                let part = text::clip(exercise.chapter.as_deref().unwrap_or_default(), chapter - 1);
                line.push_span(format!("{part:<chapter$}"));
            }
            if title > 0 {
                line.push_span(text::clip(&exercise.title, title));
            }
        }
        // The cursor is seen as long as the keys are here.
        if under_cursor && model.screen == Screen::Course {
            line.style(Style::new().add_modifier(Modifier::REVERSED))
        } else {
            line
        }
    }
}

/// How an exercise stands, in words.
fn state_words(model: &Model, place: usize) -> &'static str {
    let exercise = &model.course.exercises[place];
    match model.progress.of(&exercise.name).state {
        State::NotBegun if place != model.open && model.missing(exercise).next().is_some() => "locked",
        State::NotBegun => "not begun",
        State::Tried => "tried",
        State::Solved => "solved",
    }
}

/// What an exercise comes after, each with whether that is solved.
fn after_words(model: &Model, place: usize) -> String {
    let sign = |name: &String| format!("{} {name}", self::sign(model.progress.of(name).state).0);
    model.course.exercises[place].after.iter().map(sign).collect::<Vec<_>>().join(", ")
}

/// More on the exercise under the cursor, with a line between it and the list.
fn detail(model: &Model, width: u16) -> Vec<Line<'static>> {
    let Some(&place) = model.listed().get(model.cursor) else { return Vec::new() };
    let exercise = &model.course.exercises[place];
    let reached = model.progress.of(&exercise.name);
    let missing: Vec<&str> = model.missing(exercise).collect();
    let mut lines = vec![Line::default(), Line::from(exercise.name.clone()).bold()];
    if wide(width) {
        lines.push(Line::from(exercise.title.clone()));
    }
    if let Some(chapter) = exercise.chapter.as_ref().filter(|_| wide(width)) {
        lines.push(Line::from(format!("chapter: {chapter}")).style(theme::QUIET));
    }
    if !missing.is_empty() && reached.state == State::NotBegun {
        let missing = missing.join(", ");
        let words = match place == model.open {
            true => format!("comes after {missing}, which you have not solved"),
            false => format!("locked: solve {missing} first, or open it all the same"),
        };
        lines.push(Line::from(words).style(theme::HALF));
    } else if !exercise.after.is_empty() && wide(width) {
        lines.push(Line::from(format!("comes after {}", exercise.after.join(", "))).style(theme::QUIET));
    }
    if let Some(best) = reached.best {
        lines.push(Line::from(format!("best ratio {best:.2}x")));
    }
    if reached.hints > 0 {
        lines
            .push(Line::from(format!("{} of {} hints taken", reached.hints, exercise.hints.len())).style(theme::QUIET));
    }
    text::wrap(lines, usize::from(width))
}

/// The points won in the whole course, and those that can be.
fn points(model: &Model) -> (u32, u32) {
    let exercises = model.course.exercises.iter();
    exercises.fold((0, 0), |(won, all), exercise| {
        (won + model.progress.of(&exercise.name).points, all + exercise.rubric.max_points())
    })
}

fn sign(state: State) -> (&'static str, Style) {
    match state {
        State::NotBegun => ("○", theme::QUIET),
        State::Tried => ("◐", theme::HALF),
        State::Solved => ("✓", theme::GOOD),
    }
}
