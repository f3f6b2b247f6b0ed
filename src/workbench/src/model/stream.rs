//! The task stream: what each worker did, and that cut into the cells of a row on the screen.

mod sums;

use std::collections::HashMap;

use grader::check::Progress;
use trace::{
    Kind, ROOT, Record, Site, Status, Task, Tasks, UNKNOWN, Wait,
    lanes::{self, Span},
};

use self::sums::Sums;

/// A record, gathered for the screen. It has no allocation for each task: to be rid of it must not take a moment either.
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
    /// What each worker did, what the program's own thread waited for, and what each actor did.
    pub rows: Vec<Row>,
    /// The waits of the program's own thread: one for each span of its row.
    pub waits: Vec<Wait>,
    /// What is known of each task, in the order of their numbers.
    pub details: Vec<Detail>,
    /// The places in the source that tasks and waits point to.
    pub sites: Vec<Site>,
    /// The functions whose tasks are seen, each for every line that it is called on.
    pub functions: Vec<Function>,
    /// The first submission, nanoseconds since the runtime started.
    pub from: u64,
    /// The end of the last task or wait.
    pub to: u64,
}

/// Whose row it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A worker slot.
    Worker,
    /// An actor.
    Actor,
    /// The program's own thread.
    Driver,
}

/// A row of the stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Whose it is.
    pub role: Role,
    /// What that is called.
    pub name: String,
    /// In the order of time, without overlap, none of them empty.
    pub spans: Vec<Span>,
    /// Over the spans: what takes long is done once, where no key waits for it.
    sums: Option<Sums>,
}

impl Row {
    /// A row of these spans, ready to be shown again and again.
    #[must_use]
    pub fn new(role: Role, name: String, spans: Vec<Span>) -> Self {
        let sums = Some(Sums::of(&spans));
        Self { role, name, spans, sums }
    }
}

/// The tasks of one function, called on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// An index into the stream's sites.
    pub site: u32,
    /// Its name.
    pub name: String,
    /// How many tasks.
    pub tasks: u64,
    /// Nanoseconds of their own work, all together.
    pub own: u64,
    /// Nanoseconds of the longest one's.
    pub longest: u64,
    /// How many failed or panicked.
    pub failed: u64,
}

/// What is known of one task. Times are nanoseconds since the runtime started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Its number.
    pub task: u64,
    /// The task that submitted it, or [`ROOT`].
    pub parent: u64,
    /// Its function and the line of the call, an index into the stream's sites.
    pub site: u32,
    /// When it was submitted.
    pub submitted: u64,
    /// When its arguments were there.
    pub ready: Option<u64>,
    /// When it began.
    pub started: Option<u64>,
    /// When it ended.
    pub ended: Option<u64>,
    /// Nanoseconds of its own work.
    pub own: u64,
    /// Objects among its arguments.
    pub objects: usize,
    /// The shallow size of the plain values among its arguments, bytes.
    pub value_bytes: u64,
    /// It ran inside the `get` of another task.
    pub inline: bool,
    /// How often it was tried again.
    pub retries: u64,
    /// How it ended.
    pub status: Option<Status>,
}

impl From<&Task> for Detail {
    fn from(task: &Task) -> Self {
        Self {
            task: task.id,
            parent: task.parent,
            site: task.site,
            submitted: task.submitted,
            ready: task.ready,
            started: task.started,
            ended: task.ended,
            own: task.own,
            objects: task.arguments.len(),
            value_bytes: task.value_bytes,
            inline: task.inline,
            retries: task.retries,
            status: task.status,
        }
    }
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

    /// The window `factor` times as wide, within the whole. What is at the share `around` of it stays there, as far as it can.
    #[must_use]
    pub fn zoomed(self, factor: f64, around: f64) -> Self {
        let width = (self.width() * factor).clamp(1.0 / CLOSEST, 1.0);
        let point = self.from + around * self.width();
        Self::within(point - around * width, width)
    }

    /// The window of that width that begins there, or as near to it as the whole allows.
    fn within(from: f64, width: f64) -> Self {
        let from = from.clamp(0.0, 1.0 - width);
        Self { from, to: from + width }
    }

    /// The window moved so that a moment, a share of the whole, is at the share `at` of it.
    #[must_use]
    pub fn with(self, moment: f64, at: f64) -> Self {
        Self::within(moment - at * self.width(), self.width())
    }

    /// The moment at a share of the window, as a share of the whole.
    #[must_use]
    pub fn moment(self, at: f64) -> f64 {
        self.from + at * self.width()
    }

    /// The window moved by a share of its own width, within the whole.
    #[must_use]
    pub fn moved(self, share: f64) -> Self {
        Self::within(self.from + share * self.width(), self.width())
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
        let tasks = Tasks::of(record);
        let waits = trace::driver_waits(record);
        let rows = rows(record, &tasks, &waits);
        let submits = record.events.iter().filter(|event| event.kind == Kind::Submit).map(|event| event.time);
        let gets = record.events.iter().filter(|event| event.kind == Kind::GetEnd).map(|event| event.time);
        let working = || rows.iter().filter(|row| row.role != Role::Driver);
        let starts = working().filter_map(|row| Some(row.spans.first()?.start));
        let ends = working().filter_map(|row| Some(row.spans.last()?.end));
        Self {
            from: starts.chain(submits).min().unwrap_or(0),
            to: ends.chain(gets).max().unwrap_or(record.taken),
            tasks: record.tasks,
            mean_task: tasks.mean_task(),
            dropped: record.dropped,
            functions: functions(record, &tasks),
            sites: record.sites.clone(),
            details: tasks.list.iter().map(Detail::from).collect(),
            label,
            rows,
            waits,
        }
    }

    /// What is known of a task.
    #[must_use]
    pub fn detail(&self, task: u64) -> Option<&Detail> {
        let place = self.details.binary_search_by_key(&task, |detail| detail.task).ok()?;
        self.details.get(place)
    }

    /// The ends of a window, nanoseconds since the runtime started.
    #[must_use]
    pub fn times(&self, window: Window) -> (f64, f64) {
        let (from, length) = (self.from as f64, self.to.saturating_sub(self.from) as f64);
        (from + window.from * length, from + window.to * length)
    }

    /// The share of a window in which a worker was inside tasks that did not wait.
    #[must_use]
    pub fn busy(&self, row: &Row, window: Window) -> f64 {
        let (from, to) = self.times(window);
        if to <= from {
            return 0.0;
        }
        if let Some(sums) = &row.sums {
            return sums.working(&row.spans, from, to) / (to - from);
        }
        let working = within(&row.spans, from, to).filter(|span| !span.waiting);
        working.map(|span| overlap(span, from, to)).fold(0.0, |sum, time| sum + time) / (to - from)
    }

    /// A row's window cut into `width` cells.
    #[must_use]
    pub fn cells(&self, row: &Row, window: Window, width: usize) -> Vec<Cell> {
        let (from, to) = self.times(window);
        let mut gathering = vec![Gathering::default(); width];
        if to <= from || width == 0 {
            return vec![Cell::default(); width];
        }
        if let Some(sums) = &row.sums
            && within_count(&row.spans, from, to) > LONG * width
        {
            return sums.cells(&row.spans, [from, to], width);
        }
        let step = (to - from) / width as f64;
        for span in within(&row.spans, from, to) {
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
        Progress::Trying { record, .. } => Some((record, "small case, so far".to_owned())),
        Progress::Tried { record, .. } => Some((record, "small case".to_owned())),
        Progress::Round { record, done, .. } => Some((record, format!("round {done}"))),
        _ => None,
    }
}

/// The functions that tasks were submitted of, in the order of their first tasks.
fn functions(record: &Record, tasks: &Tasks) -> Vec<Function> {
    let mut functions: Vec<Function> = Vec::new();
    let mut places = HashMap::new();
    for task in tasks.list.iter().filter(|task| task.site != UNKNOWN) {
        let place = *places.entry(task.site).or_insert_with(|| {
            let name = record.sites.get(task.site as usize).map_or("", |site| site.function.as_str());
            functions.push(Function {
                site: task.site,
                name: name.to_owned(),
                tasks: 0,
                own: 0,
                longest: 0,
                failed: 0,
            });
            functions.len() - 1
        });
        let function = &mut functions[place];
        function.tasks += 1;
        function.own = function.own.saturating_add(task.own);
        function.longest = function.longest.max(task.own);
        function.failed += u64::from(matches!(task.status, Some(Status::Failed | Status::Panicked)));
    }
    functions
}

/// The workers, then the driver if it ever waits, then the actors by the names that people call them.
fn rows(record: &Record, tasks: &Tasks, waits: &[Wait]) -> Vec<Row> {
    let mut workers = lanes::lanes_with(record, tasks);
    let lanes_of_actors = workers.split_off(usize::from(record.workers));
    let workers = workers.into_iter().map(|lane| Row::new(Role::Worker, lane.row.to_string(), lane.spans));
    let driver =
        (!waits.is_empty()).then(|| Row::new(Role::Driver, "driver".to_owned(), waits.iter().map(waiting).collect()));
    let actors = trace::actors(record).into_iter().zip(lanes_of_actors);
    let actors = actors.map(|(actor, lane)| Row::new(Role::Actor, actor.name(record), lane.spans));
    workers.chain(driver).chain(actors).collect()
}

fn waiting(&Wait { site, start, end, .. }: &Wait) -> Span {
    Span { task: ROOT, site, start, end, status: None, waiting: true }
}

/// The spans that reach into a stretch of time.
fn within(spans: &[Span], from: f64, to: f64) -> impl Iterator<Item = &Span> {
    let first = spans.partition_point(|span| (span.end as f64) < from);
    spans[first..].iter().take_while(move |span| span.start as f64 <= to)
}

/// From so many spans a cell on, sums are quicker than the spans one by one.
const LONG: usize = 8;

fn within_count(spans: &[Span], from: f64, to: f64) -> usize {
    let first = spans.partition_point(|span| (span.end as f64) < from);
    spans.partition_point(|span| span.start as f64 <= to).saturating_sub(first)
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
        let row = Row::new(Role::Worker, "worker 0".to_owned(), spans.iter().map(span).collect());
        Stream { rows: vec![row], to, ..Stream::default() }
    }

    fn cells(stream: &Stream, window: Window, width: usize) -> Vec<Cell> {
        stream.cells(&stream.rows[0], window, width)
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
                assert!((mean - stream.busy(&stream.rows[0], window)).abs() < 1e-9, "{window:?} {width}");
            }
        }
    }

    #[test]
    fn sleep_is_not_work_and_a_failure_is_marked_where_it_ends() {
        let mut stream = stream(&[(1, 0, 10), (1, 10, 30), (2, 30, 40)], 40);
        stream.rows[0].spans[1].waiting = true;
        stream.rows[0].spans[2].status = Some(Status::Panicked);
        let cells = cells(&stream, Window::default(), 8);
        assert_eq!(cells.iter().map(|cell| cell.fill).filter(|&fill| fill == Fill::Waiting).count(), 4);
        assert_eq!(
            cells.iter().map(|cell| cell.failed).collect::<Vec<_>>(),
            [false, false, false, false, false, false, false, true]
        );
        assert_eq!(stream.busy(&stream.rows[0], Window::default()), 0.5);
    }

    #[test]
    fn a_run_that_took_no_time_has_no_work() {
        let stream = stream(&[], 0);
        assert_eq!(cells(&stream, Window::default(), 3), [Cell::default(); 3]);
        assert_eq!(stream.busy(&stream.rows[0], Window::default()), 0.0);
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
                event(550, DRIVER, Kind::GetBegin, ROOT, 1),
                event(550, DRIVER, Kind::GetObject, ROOT, 1),
                event(600, DRIVER, Kind::GetEnd, ROOT, 1),
            ],
            ..Record::default()
        };
        let stream = Stream::of(&record, "round 1".to_owned());
        assert_eq!((stream.from, stream.to, stream.tasks), (100, 600, 1));
        assert_eq!(
            stream.rows.iter().map(|row| (row.role, row.name.as_str())).collect::<Vec<_>>(),
            [(Role::Worker, "worker 0"), (Role::Worker, "worker 1"), (Role::Driver, "driver")]
        );
        assert_eq!((stream.waits.len(), stream.waits[0].objects), (1, 1));
        let detail = stream.detail(1).expect("the only task");
        assert_eq!((detail.submitted, detail.started, detail.ended), (100, Some(200), Some(500)));
        assert_eq!(stream.detail(2), None);
        let name = "hits_task".to_owned();
        assert_eq!(stream.functions, [Function { site: 0, name, tasks: 1, own: 300, longest: 300, failed: 0 }]);
        assert_eq!(stream.busy(&stream.rows[1], Window::default()), 0.6);
    }
}
