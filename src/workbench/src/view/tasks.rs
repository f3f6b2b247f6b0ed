//! The task stream: a row a worker, time from left to right, tasks as blocks; and what is known of the selected one.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Position, Rect},
    style::Stylize,
    text::{Line, Span},
    widgets::Widget,
};

use super::{detail, frame_of, inside, text, theme};
use crate::model::{Cell, Fill, Function, Model, Role, Row, Screen, Selection, Stream, Window};

/// Columns for a worker's name.
const NAME: u16 = 10;
/// Columns for how busy it was.
const BUSY: u16 = 6;

/// The task stream.
pub(super) struct View<'a>(pub(super) &'a Model);

impl Widget for View<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let model = self.0;
        let Some(stream) = &model.check.stream else {
            frame_of(model, Screen::Tasks, " Tasks ").render(area, buffer);
            let later = "What your tasks do is seen here once the program has run.";
            Line::from(later).style(theme::QUIET).render(inside(area), buffer);
            return;
        };
        let parts = Parts::of(model, stream, area);
        let bottom = match model.selected.filter(|_| parts.detail.is_empty()) {
            Some(selected) => detail::summary(stream, selected),
            None => legend(stream),
        };
        frame_of(model, Screen::Tasks, title(stream)).title_bottom(bottom).render(area, buffer);
        for (place, area) in parts.rows() {
            let Some(row) = stream.rows.get(place) else { break };
            let selected = model.selected.filter(|selected| selected.row == place);
            draw_row(stream, row, model.window, selected, area, buffer);
        }
        let [name, blocks, _] = columns(parts.axis);
        let unseen = stream.rows.len().saturating_sub(parts.seen());
        if unseen > 0 {
            Line::from(format!("+{unseen} more")).style(theme::QUIET).render(name, buffer);
        }
        Line::from(ticks(stream, model.window, usize::from(blocks.width))).style(theme::QUIET).render(blocks, buffer);
        let mut lines = detail::lines(model, stream, parts.detail.width);
        lines.resize(detail::HEIGHT.into(), Line::default());
        lines.extend(detail::functions(stream));
        for (row, line) in parts.detail.rows().zip(lines) {
            line.render(row, buffer);
        }
    }
}

/// What stands where.
struct Parts {
    stream: Rect,
    axis: Rect,
    detail: Rect,
    /// From one row to the next, and how much of that a row takes.
    distance: u16,
    thickness: u16,
    /// The first row that is seen.
    first: usize,
}

impl Parts {
    fn of(model: &Model, stream: &Stream, area: Rect) -> Self {
        let rows = stream.rows.len().max(1);
        let detail = if model.whole() { detail::HEIGHT } else { 0 };
        let heights = [Constraint::Fill(1), Constraint::Length(1), Constraint::Length(detail)];
        let [stream, axis, detail] = Layout::vertical(heights).areas(inside(area));
        // Where there is room, rows are up to three lines high, with a line between them.
        let room = usize::from(stream.height) / rows;
        let (distance, thickness) = if room < 2 { (1, 1) } else { (room.min(4) as u16, room.min(4) as u16 - 1) };
        let axis = Rect { y: axis.y.min(stream.y + (rows as u16).saturating_mul(distance)), ..axis };
        // What room is left is below the axis.
        let top = axis.bottom().min(detail.y);
        let detail = Rect { y: top, height: detail.bottom() - top, ..detail };
        let mut parts = Self { stream, axis, detail, distance, thickness, first: 0 };
        let selected = model.selected.map_or(0, |selected| selected.row);
        parts.first = (selected + 1).saturating_sub(parts.seen());
        parts
    }

    /// How many rows are seen at once.
    fn seen(&self) -> usize {
        usize::from(self.stream.height / self.distance)
    }

    /// The rows that are seen, and where.
    fn rows(&self) -> impl Iterator<Item = (usize, Rect)> {
        let areas = self.stream.rows().step_by(self.distance.into()).take(self.seen());
        (self.first..).zip(areas.map(|row| Rect { height: self.thickness, ..row }))
    }
}

/// The row and the share of the window at a place of the terminal.
pub(super) fn row_at(model: &Model, area: Rect, at: Position) -> Option<(Option<usize>, f64)> {
    let stream = model.check.stream.as_ref()?;
    let parts = Parts::of(model, stream, area);
    let [_, blocks, _] = columns(parts.stream.union(parts.axis));
    if !blocks.contains(at) {
        return None;
    }
    let row = parts.rows().find(|(_, row)| row.contains(Position::new(row.x, at.y))).map(|(place, _)| place);
    Some((row.filter(|&row| row < stream.rows.len()), share_at(model, area, at.x)?))
}

/// The share of the window in the middle of a column of the terminal.
pub(super) fn share_at(model: &Model, area: Rect, column: u16) -> Option<f64> {
    model.check.stream.as_ref()?;
    let [_, blocks, _] = columns(inside(area));
    let from_left = f64::from(column) + 0.5 - f64::from(blocks.x);
    Some((from_left / f64::from(blocks.width.max(1))).clamp(0.0, 1.0))
}

fn columns(row: Rect) -> [Rect; 3] {
    Layout::horizontal([Constraint::Length(NAME), Constraint::Fill(1), Constraint::Length(BUSY)]).areas(row)
}

/// Lines that the whole stream needs, with its frame and its axis.
pub(super) fn height(model: &Model) -> u16 {
    let rows = model.check.stream.as_ref().map_or(0, |stream| stream.rows.len());
    rows.clamp(2, 100) as u16 + 3
}

fn draw_row(stream: &Stream, row: &Row, window: Window, selected: Option<Selection>, area: Rect, buffer: &mut Buffer) {
    let [name, blocks, busy] = columns(area);
    Line::from(text::clip(&row.name, usize::from(NAME) - 1)).render(name, buffer);
    let cells = stream.cells(row, window, usize::from(blocks.width));
    for (column, cell) in blocks.columns().zip(cells) {
        column.rows().for_each(|place| glyph(&cell).render(place, buffer));
    }
    if let Some((from, to)) = selected.and_then(|selected| seen_columns(stream, window, selected, blocks.width)) {
        let marked = match to - from {
            0 => "◆".to_owned(),
            between => format!("[{}]", "━".repeat(usize::from(between) - 1)),
        };
        let place = Rect { x: blocks.x + from, width: to - from + 1, ..blocks };
        place.rows().for_each(|row| marked.as_str().bold().reversed().render(row, buffer));
    }
    // Only work is a share of a worker's or an actor's time; the driver waits here.
    if row.role != Role::Driver {
        let percent = 100.0 * stream.busy(row, window);
        Line::from(format!("{percent:.0} %")).right_aligned().render(busy, buffer);
    }
}

/// The first and the last column that what is selected reaches into.
fn seen_columns(stream: &Stream, window: Window, selected: Selection, width: u16) -> Option<(u16, u16)> {
    let span = stream.span(selected)?;
    let (from, to) = stream.times(window);
    let column = |time: u64| (time as f64 - from) / (to - from) * f64::from(width);
    let (first, end) = (column(span.start), column(span.end));
    if !first.is_finite() || width == 0 || first >= f64::from(width) || end <= 0.0 {
        return None;
    }
    let first = first.max(0.0) as u16;
    Some((first, (end.ceil().min(f64::from(width)) as u16).saturating_sub(1).max(first)))
}

fn title(stream: &Stream) -> Line<'static> {
    let tasks = match stream.tasks {
        0 => "no tasks, the program's own thread did it all".to_owned(),
        tasks => format!("{}, {} each", text::plural(tasks, "task", "tasks"), text::duration(stream.mean_task)),
    };
    Line::from(format!(" Tasks, {}: {tasks} ", stream.label))
}

/// Which colour is which function's, and what is missing.
fn legend(stream: &Stream) -> Line<'static> {
    let entry = |function: &Function| {
        [Span::styled(" █ ", theme::task(function.site, 0)), format!("{} ", function.name).into()]
    };
    let mut legend: Line = stream.functions.iter().flat_map(entry).collect();
    if stream.dropped > 0 {
        let lost = format!(" ! {} lost: there are gaps ", text::plural(stream.dropped, "event", "events"));
        legend.push_span(Span::styled(lost, theme::BAD));
    }
    legend
}

/// A cell as a block: its shape says how busy and whether a task ends, its shade tells neighbours apart.
fn glyph(cell: &Cell) -> Span<'static> {
    let style = theme::task(cell.site, cell.task);
    if cell.failed {
        return Span::styled("×", theme::BAD);
    }
    let symbol = match cell.fill {
        Fill::Idle => " ",
        Fill::Waiting => return Span::styled("·", theme::QUIET),
        Fill::Task => match cell.busy {
            busy if busy >= 0.9 && !cell.ends => "█",
            busy if busy >= 0.8 => "▉",
            busy if busy >= 0.65 => "▊",
            busy if busy >= 0.45 => "▌",
            busy if busy >= 0.2 => "▎",
            _ => "▏",
        },
        Fill::Many => match cell.busy {
            busy if busy >= 0.8 => "▓",
            busy if busy >= 0.4 => "▒",
            _ => "░",
        },
    };
    Span::styled(symbol, style)
}

/// Where the marks of an axis stand and what they say: round times, at least this many columns apart.
const APART: usize = 12;

fn ticks(stream: &Stream, window: Window, width: usize) -> String {
    let (from, to) = stream.times(window);
    let (from, to) = (from - stream.from as f64, to - stream.from as f64);
    if to <= from || width < APART {
        return String::new();
    }
    let step = round_step((to - from) * APART as f64 / width as f64);
    let mut axis = String::new();
    let first = (from / step).ceil() as u64;
    for mark in first.. {
        let time = mark as f64 * step;
        let column = ((time - from) / (to - from) * width as f64).round() as usize;
        let label = format!("╵{}", text::moment(time, step));
        if column + label.chars().count() > width {
            return axis;
        }
        let blank = column.saturating_sub(axis.chars().count());
        axis += &" ".repeat(blank);
        axis += &label;
    }
    axis
}

/// The smallest of 1, 2, 5, 10, 20, 50, .. nanoseconds that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.max(1.0).log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|&step| step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        let steps = [0.3, 1.0, 1.1, 4.0, 7.0, 1_000.0, 2_300_000.0].map(round_step);
        assert_eq!(steps, [1.0, 1.0, 2.0, 5.0, 10.0, 1_000.0, 5_000_000.0]);
    }
}
