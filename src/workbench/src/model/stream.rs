//! The task stream: what each worker did, and that cut into the cells of a row on the screen.

mod sums;

use grader::check::Progress;
use trace::{
    Kind, Measures, Record,
    lanes::{Lane, Row, Span},
};

use self::sums::Sums;

/// A record, gathered for the screen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stream {
    /// Which run it is of: `"round 3"`.
    pub label: String,
    /// Tasks submitted.
    pub tasks: u64,
    /// The mean length of a task's own work, nanoseconds.
    pub mean_task: f64,
    /// Events that were lost; with any, the stream has gaps.
    pub dropped: u64,
    /// What each worker did.
    pub lanes: Vec<Lane>,
    /// The functions whose tasks are seen, with the site that they are called at.
    pub functions: Vec<(u32, String)>,
    /// The first submission, nanoseconds since the runtime started.
    pub from: u64,
    /// The end of the last task or wait.
    pub to: u64,
    /// Over the lanes, where they are long; see [`summed`](Self::summed).
    pub sums: Vec<Sums>,
}

/// The part of a run that is shown, as shares of the whole: from 0 to 1 is all of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Left end.
    pub from: f64,
    /// Right end.
    pub to: f64,
}

impl Default for Window {
    fn default() -> Self {
        Self { from: 0.0, to: 1.0 }
    }
}

/// The closest look: one part in this many of the whole run.
const CLOSEST: f64 = 1e6;

impl Window {
    /// Its share of the whole.
    #[must_use]
    pub fn width(self) -> f64 {
        self.to - self.from
    }

    /// The window around the same middle, `factor` times as wide, within the whole.
    #[must_use]
    pub fn zoomed(self, factor: f64) -> Self {
        let width = (self.width() * factor).clamp(1.0 / CLOSEST, 1.0);
        let middle = (self.from + self.to) / 2.0;
        let from = (middle - width / 2.0).clamp(0.0, 1.0 - width);
        Self { from, to: from + width }
    }

    /// The window moved by a share of its own width, within the whole.
    #[must_use]
    pub fn moved(self, share: f64) -> Self {
        let width = self.width();
        let from = (self.from + share * width).clamp(0.0, 1.0 - width);
        Self { from, to: from + width }
    }
}

/// What fills a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fill {
    /// Nothing ran.
    #[default]
    Idle,
    /// A task that was asleep, and nothing else.
    Waiting,
    /// One task, or the border of two.
    Task,
    /// Several short tasks.
    Many,
}

/// One cell of a row: a short stretch of one worker's time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cell {
    /// What fills it.
    pub fill: Fill,
    /// The share of its time in which tasks ran.
    pub busy: f64,
    /// The task that had most of it.
    pub task: u64,
    /// That task's site.
    pub site: u32,
    /// That task ends in this cell.
    pub ends: bool,
    /// Something in it failed or panicked.
    pub failed: bool,
}

impl Stream {
    /// The stream of the run that a step of a check is about, if it is about one.
    #[must_use]
    pub fn of_progress(progress: &Progress) -> Option<Self> {
        record_of(progress).map(|(record, label)| Self::of(record, label))
    }

    /// Gathers a record; `label` says of which run.
    #[must_use]
    pub fn of(record: &Record, label: String) -> Self {
        let measures = Measures::of(record);
        let mut lanes = trace::lanes::lanes(record);
        lanes.retain(|lane| matches!(lane.row, Row::Worker(_)));
        let starts = lanes.iter().filter_map(|lane| Some(lane.spans.first()?.start));
        let submits = record.events.iter().filter(|event| event.kind == Kind::Submit).map(|event| event.time);
        let ends = lanes.iter().filter_map(|lane| Some(lane.spans.last()?.end));
        let gets = record.events.iter().filter(|event| event.kind == Kind::GetEnd).map(|event| event.time);
        Self {
            from: starts.chain(submits).min().unwrap_or(0),
            to: ends.chain(gets).max().unwrap_or(record.taken),
            tasks: record.tasks,
            mean_task: measures.mean_task,
            dropped: record.dropped,
            functions: functions(record),
            label,
            lanes,
            sums: Vec::new(),
        }
        .summed()
    }

    /// The same, ready to be shown again and again: what takes long is done once, where no key waits for it.
    #[must_use]
    pub fn summed(mut self) -> Self {
        self.sums = self.lanes.iter().map(Sums::of).collect();
        self
    }

    fn sums_of(&self, lane: &Lane) -> Option<&Sums> {
        self.sums.iter().find(|sums| sums.row == lane.row)
    }

    /// The ends of a window, nanoseconds since the runtime started.
    #[must_use]
    pub fn times(&self, window: Window) -> (f64, f64) {
        let (from, length) = (self.from as f64, self.to.saturating_sub(self.from) as f64);
        (from + window.from * length, from + window.to * length)
    }

    /// The share of a window in which a worker was inside tasks that did not wait.
    #[must_use]
    pub fn busy(&self, lane: &Lane, window: Window) -> f64 {
        let (from, to) = self.times(window);
        if to <= from {
            return 0.0;
        }
        if let Some(sums) = self.sums_of(lane) {
            return sums.working(lane, from, to) / (to - from);
        }
        let working = within(lane, from, to).filter(|span| !span.waiting);
        working.map(|span| overlap(span, from, to)).fold(0.0, |sum, time| sum + time) / (to - from)
    }

    /// A worker's row: the window cut into `width` cells.
    #[must_use]
    pub fn cells(&self, lane: &Lane, window: Window, width: usize) -> Vec<Cell> {
        let (from, to) = self.times(window);
        let mut gathering = vec![Gathering::default(); width];
        if to <= from || width == 0 {
            return vec![Cell::default(); width];
        }
        if let Some(sums) = self.sums_of(lane)
            && within_count(lane, from, to) > LONG * width
        {
            return sums.cells(lane, [from, to], width);
        }
        let step = (to - from) / width as f64;
        for span in within(lane, from, to) {
            let first = ((span.start as f64 - from) / step).max(0.0) as usize;
            // A span that ends where a cell begins is not in that cell.
            let last = (((span.end as f64 - from) / step).ceil() as usize).clamp(first + 1, width.max(first + 1)) - 1;
            for (place, cell) in gathering.iter_mut().enumerate().take(last + 1).skip(first) {
                let start = from + place as f64 * step;
                cell.add(span, overlap(span, start, start + step) / step, place == last && span.end as f64 <= to);
            }
        }
        gathering.into_iter().map(Gathering::finish).collect()
    }
}

/// The record of the run that a step of a check is about, if it is about one, and which run it is.
pub(super) fn record_of(progress: &Progress) -> Option<(&Record, String)> {
    match progress {
        Progress::Tried { record, .. } => Some((record, "small case".to_owned())),
        Progress::Round { record, done, .. } => Some((record, format!("round {done}"))),
        _ => None,
    }
}

/// The functions that tasks were submitted of, in the order of their first submission.
fn functions(record: &Record) -> Vec<(u32, String)> {
    let mut seen = Vec::new();
    for submit in record.events.iter().filter(|event| event.kind == Kind::Submit) {
        if seen.iter().any(|&(site, _)| site == submit.site) {
            continue;
        }
        let function = record.sites.get(submit.site as usize).map_or("", |site| site.function.as_str());
        seen.push((submit.site, function.to_owned()));
    }
    seen
}

/// The spans of a lane that reach into a stretch of time.
fn within(lane: &Lane, from: f64, to: f64) -> impl Iterator<Item = &Span> {
    let first = lane.spans.partition_point(|span| (span.end as f64) < from);
    lane.spans[first..].iter().take_while(move |span| span.start as f64 <= to)
}

/// From so many spans a cell on, sums are quicker than the spans one by one.
const LONG: usize = 8;

fn within_count(lane: &Lane, from: f64, to: f64) -> usize {
    let first = lane.spans.partition_point(|span| (span.end as f64) < from);
    lane.spans.partition_point(|span| span.start as f64 <= to).saturating_sub(first)
}

fn overlap(span: &Span, from: f64, to: f64) -> f64 {
    ((span.end as f64).min(to) - (span.start as f64).max(from)).max(0.0)
}

/// A cell while its spans are added up.
#[derive(Clone, Default)]
struct Gathering {
    cell: Cell,
    spans: usize,
    waiting: f64,
    most: f64,
}

impl Gathering {
    fn add(&mut self, span: &Span, share: f64, ends: bool) {
        self.cell.failed |= ends && sums::failed(span);
        if span.waiting {
            self.waiting += share;
            return;
        }
        self.spans += 1;
        self.cell.busy += share;
        if share >= self.most {
            self.most = share;
            self.cell.task = span.task;
            self.cell.site = span.site;
            self.cell.ends = ends;
        }
    }

    fn finish(self) -> Cell {
        let fill = match self.spans {
            0 if self.waiting > 0.0 => Fill::Waiting,
            0 => Fill::Idle,
            1 | 2 => Fill::Task,
            _ => Fill::Many,
        };
        Cell { fill, ..self.cell }
    }
}

#[cfg(test)]
mod tests {
    use trace::{DRIVER, Event, ROOT, Site, Status};

    use super::*;

    /// Work as `(task, start, end)`, on one lane.
    fn stream(spans: &[(u64, u64, u64)], to: u64) -> Stream {
        let span = |&(task, start, end): &(u64, u64, u64)| Span {
            task,
            site: 0,
            start,
            end,
            status: Some(Status::Done),
            waiting: false,
        };
        let lane = Lane { row: Row::Worker(0), spans: spans.iter().map(span).collect() };
        Stream { lanes: vec![lane], to, ..Stream::default() }
    }

    fn cells(stream: &Stream, window: Window, width: usize) -> Vec<Cell> {
        stream.cells(&stream.lanes[0], window, width)
    }

    #[test]
    fn a_cell_says_what_fills_it_and_how_much() {
        let stream = stream(&[(1, 0, 15), (2, 15, 30)], 40);
        let cells = cells(&stream, Window::default(), 4);
        let fills: Vec<_> = cells.iter().map(|cell| (cell.fill, cell.busy)).collect();
        assert_eq!(fills, [(Fill::Task, 1.0), (Fill::Task, 1.0), (Fill::Task, 1.0), (Fill::Idle, 0.0)]);
        assert_eq!(cells.iter().map(|cell| cell.task).collect::<Vec<_>>(), [1, 2, 2, 0]);
    }

    #[test]
    fn many_short_tasks_are_a_density() {
        let tasks: Vec<_> = (0..100).map(|task| (task, task * 10, task * 10 + 4)).collect();
        let cells = cells(&stream(&tasks, 1_000), Window::default(), 10);
        assert!(cells.iter().all(|cell| cell.fill == Fill::Many && (cell.busy - 0.4).abs() < 1e-9), "{cells:?}");
    }

    #[test]
    fn the_cells_of_a_row_add_up_to_how_busy_it_was() {
        let stream = stream(&[(1, 3, 15), (2, 16, 31), (3, 55, 97)], 100);
        for window in [Window::default(), Window { from: 0.1, to: 0.6 }, Window { from: 0.95, to: 1.0 }] {
            for width in [1, 7, 100, 333] {
                let row = cells(&stream, window, width);
                let mean = row.iter().map(|cell| cell.busy).sum::<f64>() / width as f64;
                assert!((mean - stream.busy(&stream.lanes[0], window)).abs() < 1e-9, "{window:?} {width}");
            }
        }
    }

    #[test]
    fn sleep_is_not_work_and_a_failure_is_marked_where_it_ends() {
        let mut stream = stream(&[(1, 0, 10), (1, 10, 30), (2, 30, 40)], 40);
        stream.lanes[0].spans[1].waiting = true;
        stream.lanes[0].spans[2].status = Some(Status::Panicked);
        let cells = cells(&stream, Window::default(), 8);
        assert_eq!(cells.iter().map(|cell| cell.fill).filter(|&fill| fill == Fill::Waiting).count(), 4);
        assert_eq!(
            cells.iter().map(|cell| cell.failed).collect::<Vec<_>>(),
            [false, false, false, false, false, false, false, true]
        );
        assert_eq!(stream.busy(&stream.lanes[0], Window::default()), 0.5);
    }

    #[test]
    fn a_run_that_took_no_time_has_no_work() {
        let stream = stream(&[], 0);
        assert_eq!(cells(&stream, Window::default(), 3), [Cell::default(); 3]);
        assert_eq!(stream.busy(&stream.lanes[0], Window::default()), 0.0);
    }

    #[test]
    fn a_record_is_gathered_from_its_first_submission_to_its_last_end() {
        let event = |time, worker, kind, a, b| Event { time, worker, kind, site: 0, a, b };
        let record = Record {
            workers: 2,
            tasks: 1,
            taken: 900,
            sites: vec![Site { function: "hits_task".to_owned(), file: "exercises/pi.rs".to_owned(), line: 3 }],
            events: vec![
                event(100, DRIVER, Kind::Submit, 1, ROOT),
                event(200, 1, Kind::Start, 1, 0),
                event(500, 1, Kind::End, 1, 0),
                event(600, DRIVER, Kind::GetEnd, ROOT, 1),
            ],
            ..Record::default()
        };
        let stream = Stream::of(&record, "round 1".to_owned());
        assert_eq!((stream.from, stream.to, stream.tasks, stream.lanes.len()), (100, 600, 1, 2));
        assert_eq!(stream.functions, [(0, "hits_task".to_owned())]);
        assert_eq!(stream.busy(&stream.lanes[1], Window::default()), 0.6);
    }
}
