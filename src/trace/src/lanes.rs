//! The task stream: a lane a worker and a lane an actor, and on it what that did, in the order of time.

use std::fmt::{self, Display, Formatter};

use crate::replay::{Doing, Observer, Place, Strand, in_order, replay};
use crate::{Event, Record, Status, Tasks};

/// Whose lane it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Row {
    /// A worker slot, by its number below [`Record::workers`].
    Worker(u16),
    /// An actor, by its number; [`actors`](crate::actors()) knows its name.
    Actor(u64),
}

/// `worker 0`, `actor 7`.
impl Display for Row {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Row::Worker(worker) => write!(formatter, "worker {worker}"),
            Row::Actor(actor) => write!(formatter, "actor {actor}"),
        }
    }
}

/// What one worker or actor did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Whose lane it is.
    pub row: Row,
    /// In the order of time, without overlap, none of them empty: an inline task splits the task around it.
    pub spans: Vec<Span>,
}

/// A stretch of time in one task. Times are nanoseconds since the runtime started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The task.
    pub task: u64,
    /// Its site, an index into [`Record::sites`], or [`UNKNOWN`](crate::UNKNOWN).
    pub site: u32,
    /// From.
    pub start: u64,
    /// To; where the record was taken, for a task that was still running.
    pub end: u64,
    /// How the task ended; `None` while it runs.
    pub status: Option<Status>,
    /// Asleep; or, on the lane of an actor, in a get or a wait, in which it serves nobody else. (Blocked in a get, a task of
    /// a worker is on no lane: its slot runs others.)
    pub waiting: bool,
}

/// The lanes of a record: one for each worker slot, then one for each actor in the order of their making, also for those
/// that did nothing.
#[must_use]
pub fn lanes(record: &Record) -> Vec<Lane> {
    let events = in_order(record);
    of_tasks(record, &events, &Tasks::gather(record, &events))
}

/// [`lanes`] where the [tasks of the record](Tasks::of) are at hand.
#[must_use]
pub fn lanes_with(record: &Record, tasks: &Tasks) -> Vec<Lane> {
    of_tasks(record, &in_order(record), tasks)
}

/// [`lanes_with`] where the events are in order.
pub(crate) fn of_tasks(record: &Record, events: &[Event], tasks: &Tasks) -> Vec<Lane> {
    let workers = (0..record.workers).map(Row::Worker);
    let rows = workers.chain(tasks.actors.iter().copied().map(Row::Actor));
    let lanes = rows.map(|row| Lane { row, spans: Vec::new() }).collect();
    let mut builder = Builder { tasks, workers: record.workers.into(), lanes };
    replay(record, events, tasks, &mut builder);
    builder.lanes
}

struct Builder<'a> {
    tasks: &'a Tasks,
    workers: usize,
    lanes: Vec<Lane>,
}

impl Observer for Builder<'_> {
    fn strand(&mut self, strand: Strand) {
        let task = &self.tasks.list[strand.task];
        let (lane, waiting) = match strand.place {
            Place::Worker(worker) => (usize::from(worker), strand.doing == Doing::Sleeping),
            Place::Actor(actor) => (self.workers + actor, strand.doing != Doing::Working),
        };
        let spans = &mut self.lanes[lane].spans;
        match spans.last_mut() {
            Some(last) if last.task == task.id && last.end == strand.start && last.waiting == waiting => {
                last.end = strand.end;
            }
            _ => spans.push(Span {
                task: task.id,
                site: task.site,
                start: strand.start,
                end: strand.end,
                status: task.status,
                waiting,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::Script;
    use crate::{DRIVER, Kind, ROOT};

    /// Task, start, end, and whether it waits.
    fn pieces(lane: &Lane) -> Vec<(u64, u64, u64, bool)> {
        lane.spans.iter().map(|span| (span.task, span.start, span.end, span.waiting)).collect()
    }

    #[test]
    fn an_inline_task_splits_the_task_around_it() {
        let record = Script::new(2)
            .submit(0, ROOT, 1, "outer", 3)
            .submit(20, 1, 2, "inner", 7)
            .start(10, 0, 1)
            .get_begin(30, 0, 1, 8, &[2])
            .start_inline(32, 0, 2)
            .end_as(72, 0, 2, Status::Failed)
            .get_end(75, 0, 1)
            .end(100, 0, 1)
            .record();
        let lanes = lanes(&record);
        assert_eq!(pieces(&lanes[0]), [(1, 10, 32, false), (2, 32, 72, false), (1, 72, 100, false)]);
        assert_eq!(lanes[0].spans[0].status, Some(Status::Done));
        assert_eq!(lanes[0].spans[1].status, Some(Status::Failed));
        assert_eq!(lanes[1], Lane { row: Row::Worker(1), spans: vec![] });
    }

    #[test]
    fn a_blocked_task_leaves_its_lane_with_the_task_around_it_and_returns_on_another() {
        let record = Script::new(2)
            .submit(0, ROOT, 1, "outer", 3)
            .submit(0, ROOT, 2, "inner", 3)
            .submit(0, ROOT, 3, "other", 3)
            .start(10, 0, 1)
            .get_begin(20, 0, 1, 8, &[2])
            .start_inline(20, 0, 2)
            .get_begin(30, 0, 2, 8, &[9])
            .event(30, 0, Kind::SlotReleased, 2, 0)
            .start(35, 0, 3)
            .event(50, 1, Kind::SlotAcquired, 2, 0)
            .get_end(51, 1, 2)
            .end(60, 1, 2)
            .get_end(60, 1, 1)
            .end(70, 1, 1)
            .end(90, 0, 3)
            .record();
        let lanes = lanes(&record);
        assert_eq!(pieces(&lanes[0]), [(1, 10, 20, false), (2, 20, 30, false), (3, 35, 90, false)]);
        assert_eq!(pieces(&lanes[1]), [(2, 50, 60, false), (1, 60, 70, false)]);
    }

    #[test]
    fn a_sleep_waits_on_its_lane() {
        let mut record = Script::new(1)
            .submit(0, ROOT, 1, "nap", 3)
            .start(10, 0, 1)
            .event(20, 0, Kind::SleepBegin, 1, 30)
            .event(50, 0, Kind::SleepEnd, 1, 0)
            .record();
        record.taken = 55;
        let lanes = lanes(&record);
        assert_eq!(pieces(&lanes[0]), [(1, 10, 20, false), (1, 20, 50, true), (1, 50, 55, false)]);
        assert_eq!(lanes[0].spans[2].status, None);
    }

    #[test]
    fn actors_have_lanes_below_the_workers_and_wait_on_them() {
        let record = Script::new(1)
            .actor(0, ROOT, 7, "Counter", 1)
            .actor(0, ROOT, 8, "Idle", 1)
            .call(1, ROOT, 9, 7, "add", 5)
            .call(1, ROOT, 10, 7, "add", 5)
            .start(10, DRIVER, 9)
            .wait_begin(20, 9, 6, 1, &[3])
            .wait_end(30, 9, 1)
            .end_as(40, DRIVER, 9, Status::Cancelled)
            .run(DRIVER, 10, 40, 55)
            .record();
        let lanes = lanes(&record);
        let rows: Vec<Row> = lanes.iter().map(|lane| lane.row).collect();
        assert_eq!(rows, [Row::Worker(0), Row::Actor(7), Row::Actor(8)]);
        assert_eq!(pieces(&lanes[1]), [(9, 10, 20, false), (9, 20, 30, true), (9, 30, 40, false), (10, 40, 55, false)]);
        assert_eq!(lanes[1].spans[0].status, Some(Status::Cancelled));
        assert!(lanes[0].spans.is_empty() && lanes[2].spans.is_empty());
    }

    #[test]
    fn another_attempt_is_where_it_begins() {
        let record =
            Script::new(2).submit(0, ROOT, 1, "f", 1).start(10, 0, 1).retry(20, 1, 1, 2).end(30, 1, 1).record();
        let lanes = lanes(&record);
        assert_eq!([pieces(&lanes[0]), pieces(&lanes[1])], [[(1, 10, 20, false)], [(1, 20, 30, false)]]);
    }

    #[test]
    fn a_lost_end_gives_way_to_the_next_beginning() {
        let record = Script::new(1)
            .submit(0, ROOT, 1, "f", 1)
            .submit(0, ROOT, 2, "f", 1)
            .start(10, 0, 1)
            .start(20, 0, 2)
            .end(30, 0, 2)
            .end(40, 7, 1)
            .record();
        assert_eq!(pieces(&lanes(&record)[0]), [(1, 10, 20, false), (2, 20, 30, false)]);
    }
}
