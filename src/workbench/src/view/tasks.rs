//! The task stream: a row a worker, time from left to right, tasks as blocks; and what is known of the selected one.

use grader::picture::round_step;
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Position, Rect},
    style::Stylize,
    text::{Line, Span},
    widgets::Widget,
};

use super::{detail, frame_of, inside, scroll_bar, text, theme};
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
        let title = text::clip(&title(stream), usize::from(area.width).saturating_sub(4));
        frame_of(model, Screen::Tasks, format!(" {title} ")).title_bottom(bottom).render(area, buffer);
        for (place, area) in parts.rows() {
            let Some(row) = stream.rows.get(place) else { break };
            let selected = model.selected.filter(|selected| selected.row == place);
            draw_row(stream, row, model.window, selected, area, buffer);
        }
        let [name, blocks, _] = columns(parts.axis);
        Line::from(hidden(parts.first, parts.end - parts.first)).style(theme::QUIET).render(name, buffer);
        let beside = Rect { x: area.x, width: area.width, ..parts.stream };
        scroll_bar(parts.first, parts.end, beside, buffer);
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
    /// The first row that is seen, and what it is where the last one is seen.
    first: usize,
    end: usize,
}

impl Parts {
    fn of(model: &Model, stream: &Stream, area: Rect) -> Self {
        let rows = stream.rows.len().max(1);
        let whole = model.screen == Screen::Tasks && model.whole();
        let detail = if whole { detail::HEIGHT } else { 0 };
        let heights = [Constraint::Fill(1), Constraint::Length(1), Constraint::Length(detail)];
        let [stream, axis, detail] = Layout::vertical(heights).areas(inside(area));
        // Where there is room, rows are up to three lines high, with a line between them.
        let room = usize::from(stream.height) / rows;
        let (distance, thickness) = if room < 2 { (1, 1) } else { (room.min(4) as u16, room.min(4) as u16 - 1) };
        let axis = Rect { y: axis.y.min(stream.y + (rows as u16).saturating_mul(distance)), ..axis };
        // What room is left is below the axis.
        let top = axis.bottom().min(detail.y);
        let detail = Rect { y: top, height: detail.bottom() - top, ..detail };
        let end = rows.saturating_sub(usize::from(stream.height / distance));
        let first = model.scroll.of(Screen::Tasks).min(end);
        Self { stream, axis, detail, distance, thickness, first, end }
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

/// How many rows there are.
pub(super) fn rows(model: &Model) -> usize {
    model.check.stream.as_ref().map_or(0, |stream| stream.rows.len())
}

/// How many of them are seen at once in an area, if there are so many.
pub(super) fn rows_seen(model: &Model, area: Rect) -> usize {
    model.check.stream.as_ref().map_or(0, |stream| Parts::of(model, stream, area).seen())
}

/// What says that there are more rows above and below.
fn hidden(above: usize, below: usize) -> String {
    match (above, below) {
        (0, 0) => String::new(),
        (0, below) => format!("↓ {below} more"),
        (above, 0) => format!("↑ {above} more"),
        (above, below) => format!("↑{above} ↓{below}"),
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
    rows(model).clamp(2, 100) as u16 + 3
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

fn title(stream: &Stream) -> String {
    let tasks = match stream.tasks {
        0 => "no tasks, the driver did it all".to_owned(),
        tasks if stream.mean_task == 0.0 => format!("{}, none is over", text::plural(tasks, "task", "tasks")),
        tasks => format!("{}, mean {}", text::plural(tasks, "task", "tasks"), text::duration(stream.mean_task)),
    };
    format!("Tasks, {}: {tasks}", stream.label)
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
    let step = round_step(((to - from) * APART as f64 / width as f64).max(1.0));
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

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::KeyCode;

    use super::{
        super::tests::{press, screen},
        *,
    };
    use crate::samples;

    #[test]
    fn a_mean_is_told_once_a_task_is_over() {
        let stream = |tasks, mean_task| Stream { tasks, mean_task, label: "so far".to_owned(), ..Stream::default() };
        assert_eq!(title(&stream(0, 0.0)), "Tasks, so far: no tasks, the driver did it all");
        assert_eq!(title(&stream(32, 0.0)), "Tasks, so far: 32 tasks, none is over");
        assert_eq!(title(&stream(32, 5_000.0)), "Tasks, so far: 32 tasks, mean 5.00 us");
    }

    /// The rows that are on the screen, by their numbers.
    fn seen(model: &Model) -> Vec<usize> {
        let screen = screen(model);
        let number = |line: &str| line.split("actor ").nth(1)?.split(' ').next()?.parse().ok();
        screen.lines().filter_map(number).collect()
    }

    fn is_in_sight(model: &Model) -> bool {
        let (first, seen) = (model.scroll.of(Screen::Tasks), super::super::rows_seen(model));
        model.selected.is_some_and(|selected| (first..first + seen).contains(&selected.row))
    }

    /// So many rows, with the keys.
    fn crowded(width: u16, height: u16, rows: u64) -> Model {
        let mut model = samples::crowded(width, height, rows);
        model.show(Screen::Tasks);
        model
    }

    #[test]
    fn rows_that_do_not_fit_are_scrolled_to() {
        let mut model = crowded(80, 24, 30);
        insta::assert_snapshot!(screen(&model), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
         1 Course  2 Lesson  3 Run [4 Tasks] 5 Objects  6 Picture  7 Output  8 Diff
        ┌ Course ──────────┐┌ Run ─────────────────────────────────────────────────────┐
        │ ○ bootstrap  0/10││✓ Pass, 10 of 10 points                                   ▐
        │▶✓ pi        10/10││                                                          ▐
        │ ○ julia      0/10││✓ Right on the small case, after 1.2 s                    ▐
        │                  ││                                                          ▐
        │pi                ││rounds   ●●●●●  5 of 5 won                                ▐
        │best ratio 1.91x  ││ratio    ████████████████████████████┃███    1.91x ≥ 1.68x│
        │                  ││serial   █████████████████████████████████  0.375 s       │
        │                  ││parallel █████████████████▎                 0.196 s  1.91x│
        │                  ││asked    ███████████████████▋               0.223 s  1.68x│
        │                  │└──────────────────────────────────────────────────────────┘
        │                  │┏ Tasks, round 5: 405 tasks, mean 187 us ━━━━━━━━━━━━━━━━━━┓
        │                  │┃actor 0   ▌             ▌             ▌                3 %▐
        │                  │┃actor 1   ▌             ▌             ▌                3 %▐
        │                  │┃actor 2   ▏▎            ▏▎            ▏▎               3 %┃
        │                  │┃actor 3    ▌             ▌             ▌               3 %┃
        │                  │┃actor 4    ▏▎            ▏▎            ▏▎              3 %┃
        │                  │┃actor 5     ▌             ▌             ▌              3 %┃
        │                  │┃actor 6     ▏▎            ▏▎            ▏▎             3 %┃
        │                  │┃↓ 23 more ╵0 ms                  ╵50 ms                   ┃
        └──── 10/30 points ┘┗ █ hits_task ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ←→ task  ↑↓ row  +- zoom  KJ scroll  e edit  r check  i hint  ? keys  q quit
        ");
        press(&mut model, KeyCode::Char('J'));
        assert_eq!(seen(&model), (1..8).collect::<Vec<_>>());
        (0..50).for_each(|_| press(&mut model, KeyCode::Char('J')));
        assert_eq!(seen(&model), (23..30).collect::<Vec<_>>());
        assert!(screen(&model).contains("↑ 23 more"));
        press(&mut model, KeyCode::Char('K'));
        assert!(screen(&model).contains("↑22 ↓1 "));
        press(&mut model, KeyCode::Char('z'));
        assert_eq!(seen(&model).len(), 12);
    }

    #[test]
    fn what_is_selected_comes_into_sight_and_may_be_scrolled_away() {
        for (width, height) in [(80, 24), (120, 40), (300, 100)] {
            let mut model = crowded(width, height, 200);
            for code in [KeyCode::Down, KeyCode::Up] {
                (0..200).for_each(|_| {
                    press(&mut model, code);
                    assert!(is_in_sight(&model), "{width} x {height}: {:?}", model.selected);
                });
            }
            (0..200).for_each(|_| press(&mut model, KeyCode::Char('J')));
            assert_eq!(seen(&model).last(), Some(&199));
            assert!(!is_in_sight(&model));
            press(&mut model, KeyCode::Down);
            assert!(is_in_sight(&model));
            (0..100).for_each(|_| press(&mut model, KeyCode::Down));
            press(&mut model, KeyCode::Char('z'));
            assert!(is_in_sight(&model));
            press(&mut model, KeyCode::Char('z'));
            assert!(is_in_sight(&model));
        }
    }

    #[test]
    fn where_all_rows_fit_nothing_is_scrolled_and_nothing_said() {
        let mut model = crowded(300, 100, 40);
        press(&mut model, KeyCode::Char('J'));
        assert_eq!((seen(&model), model.scroll.of(Screen::Tasks)), ((0..40).collect(), 0));
        assert!(!screen(&model).contains("KJ scroll"));
    }
}
