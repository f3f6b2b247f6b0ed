//! The task of the stream that is looked at, and the ways from one to another.

use trace::{ROOT, lanes::Span};

use super::{Row, Stream, Window};

/// A task where it ran, or a wait of the driver: a span of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The row's place in the stream.
    pub row: usize,
    /// The span's place in the row.
    pub span: usize,
}

/// The ways from one task to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The one before on the same row.
    Earlier,
    /// The next on the same row.
    Later,
    /// The nearest in time on a row above.
    Above,
    /// The nearest in time on a row below.
    Below,
    /// The first on the same row.
    First,
    /// The last on the same row.
    Last,
}

impl Stream {
    /// The span that is selected.
    #[must_use]
    pub fn span(&self, selection: Selection) -> Option<&Span> {
        self.rows.get(selection.row)?.spans.get(selection.span)
    }

    /// What is nearest to a moment on a row.
    #[must_use]
    pub fn nearest(&self, row: usize, moment: f64) -> Option<Selection> {
        let spans = &self.rows.get(row)?.spans;
        let after = spans.partition_point(|span| (span.end as f64) <= moment);
        let distance = |span: &Span| (span.start as f64 - moment).max(moment - span.end as f64).max(0.0);
        let span = [after.checked_sub(1), Some(after)]
            .into_iter()
            .flatten()
            .filter_map(|place| Some((place, distance(spans.get(place)?))))
            .min_by(|(_, one), (_, other)| one.total_cmp(other))
            .map(|(place, _)| place)?;
        Some(Selection { row, span })
    }

    /// The next task in a direction; where there is none, the same.
    #[must_use]
    pub fn next(&self, from: Selection, direction: Direction) -> Selection {
        let (Some(row), Some(span)) = (self.rows.get(from.row), self.span(from)) else { return from };
        let at = |place: Option<usize>| place.map_or(from, |span| Selection { span, ..from });
        // What a sleep cut in two is one task, and one step; each wait of the driver is one.
        let other = |next: &Span| next.task != span.task || next.task == ROOT;
        let middle = (span.start as f64 + span.end as f64) / 2.0;
        let nearest = |row: usize| self.nearest(row, middle);
        match direction {
            Direction::Earlier => at(row.spans[..from.span].iter().rposition(other)),
            Direction::Later => at(row.spans[from.span + 1..].iter().position(other).map(|step| from.span + 1 + step)),
            Direction::Above => (0..from.row).rev().find_map(nearest).unwrap_or(from),
            Direction::Below => (from.row + 1..self.rows.len()).find_map(nearest).unwrap_or(from),
            Direction::First => at(Some(0)),
            Direction::Last => at(Some(row.spans.len() - 1)),
        }
    }

    /// What to begin with: the task in the middle of the window, on the first row that has any.
    #[must_use]
    pub fn first(&self, window: Window) -> Option<Selection> {
        let (from, to) = self.times(window);
        (0..self.rows.len()).find_map(|row| self.nearest(row, (from + to) / 2.0))
    }

    /// The same task in this stream, which is of another run of the same program: tasks are numbered as they are submitted.
    /// Of a wait, the one at the same place.
    #[must_use]
    pub fn again(&self, before: &Stream, selection: Selection) -> Option<Selection> {
        let task = before.span(selection)?.task;
        if task == ROOT {
            let row = self.rows.iter().position(|row| row.name == before.rows[selection.row].name)?;
            return Some(Selection { row, ..selection }).filter(|&selection| self.span(selection).is_some());
        }
        let start = self.detail(task)?.started?;
        let on = |row: &Row| {
            let first = row.spans.partition_point(|span| span.start < start);
            row.spans.get(first).filter(|span| span.task == task).map(|_| first)
        };
        self.rows.iter().enumerate().find_map(|(row, spans)| Some(Selection { row, span: on(spans)? }))
    }

    /// The window, moved as little as is needed for the selected task to be seen: to its middle, if it is outside.
    #[must_use]
    pub fn following(&self, window: Window, selection: Selection) -> Window {
        let Some(span) = self.span(selection) else { return window };
        let (from, to) = self.times(window);
        let length = self.to.saturating_sub(self.from) as f64;
        if length == 0.0 || ((span.start as f64) < to && (span.end as f64) > from) {
            return window;
        }
        let middle = (span.start as f64 + span.end as f64) / 2.0;
        window.with((middle - self.from as f64) / length, 0.5)
    }

    /// Where in a window the middle of what is selected is, as a share of it; `None` if outside.
    #[must_use]
    pub fn place_in(&self, window: Window, selection: Selection) -> Option<f64> {
        let span = self.span(selection)?;
        let (from, to) = self.times(window);
        let middle = (span.start as f64 + span.end as f64) / 2.0;
        Some((middle - from) / (to - from)).filter(|share| (0.0..=1.0).contains(share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn at(row: usize, span: usize) -> Selection {
        Selection { row, span }
    }

    #[test]
    fn each_direction_leads_to_the_next_task() {
        let stream = samples::stream();
        // Worker 0 has the tasks 1, 2, a sleep of 3 and 4; worker 1 many; then the driver.
        let table = [
            (at(0, 1), Direction::Earlier, at(0, 0)),
            (at(0, 0), Direction::Earlier, at(0, 0)),
            (at(0, 1), Direction::Later, at(0, 2)),
            (at(0, 1), Direction::Last, at(0, 3)),
            (at(0, 3), Direction::First, at(0, 0)),
            (at(0, 1), Direction::Above, at(0, 1)),
            (at(0, 1), Direction::Below, at(1, 150)),
            (at(1, 150), Direction::Above, at(0, 1)),
            (at(1, 150), Direction::Below, at(2, 0)),
            (at(2, 0), Direction::Below, at(2, 0)),
        ];
        for (from, direction, to) in table {
            assert_eq!(stream.next(from, direction), to, "{from:?} {direction:?}");
        }
    }

    #[test]
    fn what_is_nearest_is_before_or_after_or_there() {
        let stream = samples::stream();
        let million = 1e6;
        for (moment, span) in [(-5.0, 0), (15.0, 0), (51.0, 1), (58.0, 2), (80.0, 3), (900.0, 3)] {
            assert_eq!(stream.nearest(0, moment * million), Some(at(0, span)), "{moment}");
        }
        assert_eq!(Stream::default().nearest(0, 0.0), None);
        assert_eq!(Stream::default().first(Window::default()), None);
    }

    #[test]
    fn a_sleep_does_not_make_two_tasks_of_one() {
        let mut stream = samples::stream();
        stream.rows[0].spans[1].task = 1;
        assert_eq!(stream.next(at(0, 0), Direction::Later), at(0, 2));
        assert_eq!(stream.next(at(0, 2), Direction::Earlier), at(0, 1));
    }

    #[test]
    fn the_same_task_is_found_in_another_run() {
        let before = samples::stream();
        let mut after = before.clone();
        after.rows.swap(0, 1);
        assert_eq!(after.again(&before, at(0, 2)), Some(at(1, 2)));
        assert_eq!(after.again(&before, at(2, 0)), Some(at(2, 0)), "a wait of the driver");
        assert_eq!(Stream::default().again(&before, at(0, 2)), None);
    }

    #[test]
    fn the_window_follows_what_is_selected() {
        let stream = samples::stream();
        let close = Window { from: 0.0, to: 0.1 };
        assert_eq!(stream.following(close, at(0, 0)), close);
        let moved = stream.following(close, at(0, 3));
        assert!((moved.from - 0.8).abs() < 1e-9 && (moved.width() - 0.1).abs() < 1e-9, "{moved:?}");
        assert_eq!(stream.place_in(moved, at(0, 3)).map(|share| (share * 10.0).round()), Some(5.0));
        assert_eq!(stream.place_in(close, at(0, 3)), None);
    }
}
