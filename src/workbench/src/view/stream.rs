//! The task stream: a row a worker, time from left to right, tasks as blocks.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::{Line, Span},
    widgets::Widget,
};

use super::{frame, text, theme};
use crate::model::{Cell, Fill, Model, Pane, Stream, Window};

/// Columns for a worker's name.
const NAME: u16 = 10;
/// Columns for how busy it was.
const BUSY: u16 = 6;

/// The task stream.
pub(super) struct TaskStream<'a>(pub(super) &'a Model);

impl Widget for TaskStream<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let model = self.0;
        let focused = model.focus == Pane::Stream && model.overlay.is_none();
        let Some(stream) = &model.check.stream else {
            let block = frame(" Task stream ", focused);
            let inner = block.inner(area);
            block.render(area, buffer);
            Line::from("What your tasks do is seen here once the program has run.")
                .style(theme::QUIET)
                .render(inner, buffer);
            return;
        };
        let block = frame(title(stream), focused).title_bottom(legend(stream));
        let inner = block.inner(area);
        block.render(area, buffer);
        let [rows, axis] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(inner);
        // Where there is room, rows are up to three lines high, with a line between them.
        let room = usize::from(rows.height) / stream.lanes.len().max(1);
        let (distance, thickness) = if room < 2 { (1, 1) } else { (room.min(4), room.min(4) - 1) };
        let hidden = stream.lanes.len().saturating_sub(usize::from(rows.height) / distance);
        for (row, lane) in rows.rows().step_by(distance).zip(&stream.lanes) {
            let row = Rect { height: thickness as u16, ..row };
            let [name, blocks, busy] = columns(row);
            Line::from(lane.row.to_string()).render(name, buffer);
            for (column, cell) in blocks.columns().zip(stream.cells(lane, model.window, usize::from(blocks.width))) {
                column.rows().for_each(|place| glyph(&cell).render(place, buffer));
            }
            let percent = 100.0 * stream.busy(lane, model.window);
            Line::from(format!("{percent:.0} %")).right_aligned().render(busy, buffer);
        }
        let axis = Rect { y: axis.y.min(rows.y + (stream.lanes.len() * distance) as u16), ..axis };
        let [name, blocks, _] = columns(axis);
        if hidden > 0 {
            Line::from(format!("+{hidden} more")).style(theme::QUIET).render(name, buffer);
        }
        Line::from(ticks(stream, model.window, usize::from(blocks.width))).style(theme::QUIET).render(blocks, buffer);
    }
}

fn columns(row: Rect) -> [Rect; 3] {
    Layout::horizontal([Constraint::Length(NAME), Constraint::Fill(1), Constraint::Length(BUSY)]).areas(row)
}

/// Rows that the whole stream needs, with its frame and its axis.
pub(super) fn height(model: &Model) -> u16 {
    let workers = model.check.stream.as_ref().map_or(0, |stream| stream.lanes.len());
    workers.max(2) as u16 + 3
}

fn title(stream: &Stream) -> Line<'static> {
    let tasks = match stream.tasks {
        0 => "no tasks, the program's own thread did it all".to_owned(),
        tasks => format!("{}, {} each", text::plural(tasks, "task", "tasks"), text::duration(stream.mean_task)),
    };
    Line::from(format!(" Task stream, {}: {tasks} ", stream.label))
}

/// Which colour is which function's, and what is missing.
fn legend(stream: &Stream) -> Line<'static> {
    let entry =
        |(site, function): &(u32, String)| [Span::styled(" █ ", theme::task(*site, 0)), format!("{function} ").into()];
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
