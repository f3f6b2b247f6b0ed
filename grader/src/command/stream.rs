//! The task stream as text: a row a worker, and below them a row an actor, time from left to right.

use std::fmt::Write as _;

use trace::{
    Actor, Record,
    lanes::{Lane, Row, Span},
    text::{nanoseconds, percent},
};

/// How full a column is, from idle to busy all the time.
const LEVELS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// So many actors are shown at most, the busiest first.
const MOST_ACTORS: usize = 8;

/// A name takes so many columns at most.
const NAME_COLUMNS: usize = 20;

/// The stream of a record as `columns` columns of text, and below it what a column means. Empty where no task ran.
pub(super) fn render(record: &Record, columns: u32) -> String {
    draw(&rows(&trace::lanes::lanes(record), &trace::actors(record), record), columns)
}

/// The spans of each row, and what is written before it.
fn rows<'a>(lanes: &'a [Lane], actors: &[Actor], record: &Record) -> Vec<(String, &'a [Span])> {
    let spans_of = |row: Row| lanes.iter().find(|lane| lane.row == row).map(|lane| &lane.spans[..]);
    let workers = lanes.iter().filter_map(|lane| match lane.row {
        Row::Worker(worker) => Some((format!("worker {worker:<2}"), &lane.spans[..])),
        Row::Actor(_) => None,
    });
    let mut busiest: Vec<&Actor> = actors.iter().collect();
    busiest.sort_by_key(|actor| std::cmp::Reverse(actor.busy));
    let actors = busiest.into_iter().take(MOST_ACTORS).filter_map(|actor| {
        let name: String =
            actor.name(record).chars().filter(|letter| !letter.is_control()).take(NAME_COLUMNS).collect();
        Some((name, spans_of(Row::Actor(actor.id))?))
    });
    workers.chain(actors).collect()
}

fn draw(rows: &[(String, &[Span])], columns: u32) -> String {
    let spans = || rows.iter().flat_map(|(_, spans)| *spans);
    let (Some(start), Some(end)) = (spans().map(|span| span.start).min(), spans().map(|span| span.end).max()) else {
        return String::new();
    };
    let window = Window { start, length: end.saturating_sub(start).max(1), columns };
    let mut text = String::new();
    let name_columns = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    for (name, spans) in rows {
        let levels = window.busy(spans);
        let row: String = levels.iter().map(|&share| LEVELS[(share * 8.0).ceil().min(8.0) as usize]).collect();
        let busy = levels.iter().sum::<f64>() / f64::from(columns);
        let _ = writeln!(text, "  {name:<name_columns$} │{row}│ {:>5} busy", percent(busy));
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
    use trace::{
        DRIVER, Event, Kind, ROOT, Record, Site,
        lanes::{Lane, Row, Span},
    };

    use super::{draw, rows};

    fn lane(worker: u16, spans: &[(u64, u64, bool)]) -> Lane {
        let span = |&(start, end, waiting)| Span { task: 1, site: 0, start, end, status: None, waiting };
        Lane { row: Row::Worker(worker), spans: spans.iter().map(span).collect() }
    }

    fn render(lanes: &[Lane], columns: u32) -> String {
        draw(&rows(lanes, &[], &Record::default()), columns)
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

    /// One task of 60 us on two workers, and so many actors of which each serves one call, for 10 us longer than the one before.
    fn record_with_actors(actors: u64) -> Record {
        let site = |function: &str| Site { function: function.to_owned(), ..Site::default() };
        let mut events = Vec::new();
        let mut add = |time, worker, kind, site, a, b| events.push(Event { time, worker, kind, site, a, b });
        add(0, DRIVER, Kind::Submit, 0, 100, ROOT);
        add(0, 0, Kind::Start, 0, 100, 0);
        add(60_000, 0, Kind::End, 0, 100, 0);
        for actor in 1..=actors {
            let call = 200 + actor;
            add(0, DRIVER, Kind::ActorStart, 1, actor, ROOT);
            add(0, DRIVER, Kind::Submit, 2, call, ROOT);
            add(0, DRIVER, Kind::Call, 0, call, actor);
            add(0, DRIVER, Kind::Start, 0, call, 0);
            add(actor * 10_000, DRIVER, Kind::End, 0, call, 0);
        }
        events.sort_by_key(|event| event.time);
        let sites = vec![site("f"), site("ParameterServer"), site("add")];
        Record { workers: 2, tasks: 1 + actors, taken: actors * 10_000, sites, events, ..Record::default() }
    }

    #[test]
    fn actors_have_rows_below_the_workers_the_busiest_first() {
        insta::assert_snapshot!(super::render(&record_with_actors(2), 6), @"
        worker 0          │██████│ 100 % busy
        worker 1          │      │   0 % busy
        ParameterServer 2 │██    │  33 % busy
        ParameterServer 1 │█     │  17 % busy
        A column is 10 us; the fuller it is, the longer the worker was at a task.
        ");
        let many = super::render(&record_with_actors(12), 12);
        let names: Vec<&str> =
            many.lines().filter_map(|line| line.trim_start().split_once(" │")).map(|row| row.0).collect();
        assert_eq!(names.len(), 2 + 8, "{many}");
        assert_eq!((names[2], names[9]), ("ParameterServer 12", "ParameterServer 5 "));
    }

    #[test]
    fn times_that_make_no_sense_do_no_harm() {
        let lanes = [lane(0, &[(9, 3, false), (u64::MAX, u64::MAX, false), (0, 0, false)])];
        assert!(!render(&lanes, 10).is_empty());
    }
}
