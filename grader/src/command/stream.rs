//! The task stream as text: a row a worker, time from left to right.

use std::fmt::Write as _;

use trace::{
    lanes::{Lane, Span},
    text::{nanoseconds, percent},
};

/// How full a column is, from idle to busy all the time.
const LEVELS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The lanes as `columns` columns of text, and below them what a column means. Empty where no task ran.
pub(super) fn render(lanes: &[Lane], columns: u32) -> String {
    let spans = || lanes.iter().flat_map(|lane| &lane.spans);
    let (Some(start), Some(end)) = (spans().map(|span| span.start).min(), spans().map(|span| span.end).max()) else {
        return String::new();
    };
    let window = Window { start, length: end.saturating_sub(start).max(1), columns };
    let mut text = String::new();
    for lane in lanes {
        let levels = window.busy(&lane.spans);
        let row: String = levels.iter().map(|&share| LEVELS[(share * 8.0).ceil().min(8.0) as usize]).collect();
        let busy = levels.iter().sum::<f64>() / f64::from(columns);
        let _ = writeln!(text, "  worker {:<2} │{row}│ {:>5} busy", lane.worker, percent(busy));
    }
    let column = nanoseconds(window.column());
    let _ = writeln!(text, "  A column is {column}; the fuller it is, the longer the worker was at a task.");
    text
}

/// The time that is shown, in nanoseconds.
struct Window {
    start: u64,
    length: u64,
    columns: u32,
}

impl Window {
    /// The length of a column.
    fn column(&self) -> f64 {
        self.length as f64 / f64::from(self.columns)
    }

    /// The share of each column that is spent at tasks, waits left out.
    fn busy(&self, spans: &[Span]) -> Vec<f64> {
        let mut columns = vec![0.0; self.columns as usize];
        for span in spans.iter().filter(|span| !span.waiting) {
            let place = |time: u64| time.saturating_sub(self.start) as f64 / self.column();
            let (from, to) = (place(span.start), place(span.end));
            let touched = (from as usize).min(columns.len())..(to.ceil() as usize).min(columns.len());
            for (number, column) in touched.clone().zip(&mut columns[touched]) {
                *column += to.min(number as f64 + 1.0) - from.max(number as f64);
            }
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use trace::lanes::{Lane, Span};

    use super::render;

    fn lane(worker: u16, spans: &[(u64, u64, bool)]) -> Lane {
        let span = |&(start, end, waiting)| Span { task: 1, site: 0, start, end, status: None, waiting };
        Lane { worker, spans: spans.iter().map(span).collect() }
    }

    #[test]
    fn columns_are_as_full_as_the_worker_was_busy() {
        let lanes = [
            lane(0, &[(1_000, 6_000, false), (6_000, 9_000, true), (9_000, 11_000, false)]),
            lane(1, &[(1_000, 1_500, false), (3_000, 3_250, false), (3_500, 3_750, false)]),
            lane(2, &[]),
        ];
        insta::assert_snapshot!(render(&lanes, 10), @"
        worker 0  │█████   ██│  70 % busy
        worker 1  │▄ ▄       │  10 % busy
        worker 2  │          │   0 % busy
        A column is 1 us; the fuller it is, the longer the worker was at a task.
        ");
    }

    #[test]
    fn a_tiny_task_is_seen() {
        let lanes = [lane(0, &[(0, 1, false)]), lane(1, &[(0, 1_000_000, false)])];
        assert!(render(&lanes, 10).starts_with("  worker 0  │▁         │"), "{}", render(&lanes, 10));
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(render(&[], 10), "");
        assert_eq!(render(&[lane(0, &[]), lane(1, &[])], 10), "");
    }

    #[test]
    fn times_that_make_no_sense_do_no_harm() {
        let lanes = [lane(0, &[(9, 3, false), (u64::MAX, u64::MAX, false), (0, 0, false)])];
        assert!(!render(&lanes, 10).is_empty());
    }
}
