//! The objects of the last run: who made them, how large they are, how often they are used.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Stylize,
    text::{Line, Span},
    widgets::Widget,
};

use super::{text, text_screen, theme};
use crate::model::{Model, ObjectRow, Objects, Screen};

/// The objects.
pub(super) struct View<'a>(pub(super) &'a Model);

impl Widget for View<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let model = self.0;
        let title = match &model.check.objects {
            Some(objects) => format!(" Objects: {} ", objects.label),
            None => " Objects ".to_owned(),
        };
        text_screen(model, Screen::Objects, title, area, buffer);
    }
}

/// The columns behind the name, with their widths: these fit in the narrowest terminal beside a name of 24 letters.
const COLUMNS: [(&str, usize); 6] =
    [("objects", 10), ("bytes", 8), ("each", 8), ("arguments", 10), ("gets", 9), ("first at", 9)];

/// The name and the place need no more than this.
const WIDEST_NAME: usize = 44;

/// The objects as lines of a width.
pub(super) fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let Some(objects) = &model.check.objects else {
        let missing = "What your program stores with `put`, and what its tasks return, is seen here once it has run.";
        return text::wrap([Line::from(missing).style(theme::QUIET)], width);
    };
    if objects.objects == 0 {
        let none = "This run made no objects: nothing was stored with `put`, and no task was submitted.";
        return text::wrap([Line::from(none).style(theme::QUIET)], width);
    }
    let room = width.saturating_sub(COLUMNS.iter().map(|(_, width)| width).sum());
    let name = room.min(WIDEST_NAME);
    let title = |&(title, width): &(&str, usize)| format!("{title:>width$}");
    let titles: String = COLUMNS.iter().map(title).collect();
    let mut lines = vec![Line::from(format!("{:<name$}{titles}", "made by")).style(theme::HEADING)];
    let most = objects.rows.first().map_or(0, |row| row.origin.bytes).max(1) as f64;
    for row in &objects.rows {
        let mut spans = named(row, name);
        spans.push(numbers(row).into());
        let bar = text::bar(row.origin.bytes as f64 / most, (room - name).saturating_sub(2));
        spans.extend(["  ".into(), Span::styled(bar, theme::FOCUS)]);
        lines.push(Line::from(spans));
    }
    lines.push(Line::default());
    lines.extend(text::wrap(notes(objects).into_iter().map(|note| Line::from(note).style(theme::QUIET)), width));
    lines
}

fn numbers(row: &ObjectRow) -> String {
    let origin = &row.origin;
    let cells = [
        text::count(origin.objects),
        if origin.made == 0 { "-".to_owned() } else { text::bytes(origin.bytes) },
        origin.bytes.checked_div(origin.made).map_or("-".to_owned(), text::bytes),
        text::count(origin.arguments),
        text::count(origin.gets),
        origin.first.map_or("-".to_owned(), |first| text::duration(first as f64)),
    ];
    cells.iter().zip(COLUMNS).map(|(cell, (_, width))| format!("{cell:>width$}")).collect()
}

/// The name and the place, in so many columns: the end of a place, its line, is never left out.
fn named(row: &ObjectRow, width: usize) -> Vec<Span<'static>> {
    let after = |mark| row.place.rfind(mark).map_or("", |place| &row.place[place..]);
    let (file, line) = (after('/').trim_start_matches('/'), after(':'));
    let left = width.saturating_sub(Span::raw(&row.name).width() + 1);
    let fits = |place: &&str| !place.is_empty() && Span::raw(*place).width() <= left;
    let place = [row.place.as_str(), file].into_iter().find(fits).unwrap_or(line);
    let place_width = Span::raw(place).width();
    let name = text::clip(&row.name, width.saturating_sub(place_width + 1));
    let rest = width.saturating_sub(Span::raw(&name).width() + 1 + place_width);
    vec![name.bold(), " ".into(), Span::styled(place.to_owned(), theme::QUIET), " ".repeat(rest).into()]
}

/// All of them together, and what the numbers do not say.
fn notes(objects: &Objects) -> Vec<String> {
    let mut notes = vec![format!(
        "{} with {} in all. A value's bytes are those of itself: what it points to, as a Vec does to its items, is not counted.",
        text::plural(objects.objects, "object", "objects"),
        text::bytes(objects.bytes)
    )];
    notes.push(
        "arguments: how often they were passed to tasks. gets: how often they were got. first at: when the first was there."
            .to_owned(),
    );
    let missing = objects.objects - objects.made;
    if missing > 0 {
        notes.push(format!(
            "{} no value: the task failed, was cancelled, or had not ended.",
            if missing == 1 { "1 object has".to_owned() } else { format!("{} objects have", text::count(missing)) }
        ));
    }
    if objects.rows_left_out > 0 {
        notes.push(format!("{} more are not listed.", text::plural(objects.rows_left_out as u64, "source", "sources")));
    }
    if objects.dropped > 0 {
        let events = text::plural(objects.dropped, "event", "events");
        notes.push(format!("! {events} found no room in the record: these numbers are too low."));
    }
    notes
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::KeyCode;

    use super::{
        super::tests::{press, screen},
        *,
    };
    use crate::samples;

    /// The objects over the panes.
    fn shown(width: u16, height: u16, dropped: u64) -> Model {
        let mut model = samples::passed(width, height);
        model.check.objects = Some(samples::objects(dropped));
        press(&mut model, KeyCode::Char('5'));
        model
    }

    #[test]
    fn objects_are_added_up_by_who_made_them() {
        insta::assert_snapshot!(screen(&shown(80, 24, 3)), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
         1 Course  2 Lesson  3 Run  4 Tasks [5 Objects] 6 Picture  7 Output  8 Diff
        ┏ Objects: round 5 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃made by                    objects   bytes    each arguments     gets first at┃
        ┃put bootstrap.rs:41              1 40.0 MB 40.0 MB     1,200        0     0 ns┃
        ┃a_function_with_a_r… :44     1,200 57.6 kB    48 B         0    1,200  4.00 ms┃
        ┃unknown                          1       -       -         0        1        -┃
        ┃                                                                              ┃
        ┃1,202 objects with 40.1 MB in all. A value's bytes are those of itself: what  ┃
        ┃it points to, as a Vec does to its items, is not counted.                     ┃
        ┃arguments: how often they were passed to tasks. gets: how often they were got.┃
        ┃first at: when the first was there.                                           ┃
        ┃2 objects have no value: the task failed, was cancelled, or had not ended.    ┃
        ┃! 3 events found no room in the record: these numbers are too low.            ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ↑↓ scroll  e edit  r check  h hint  / find  Tab next  ? keys  Esc back
        ");
    }

    #[test]
    fn without_objects_the_screen_says_so() {
        let mut model = samples::passed(80, 24);
        press(&mut model, KeyCode::Char('5'));
        assert!(screen(&model).contains("This run made no objects"), "{}", screen(&model));
        let mut model = samples::ready(80, 24);
        press(&mut model, KeyCode::Char('5'));
        assert!(screen(&model).contains("What your program stores with `put`"));
    }
}
