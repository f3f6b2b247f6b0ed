//! Events, gathered by task.

use crate::replay::{Observer, Strand, in_order, replay};
use crate::{DRIVER, Event, Kind, ROOT, Record, Status};

/// The [`Task::site`] of a task whose submission is not in the record.
pub const UNKNOWN: u32 = u32::MAX;

/// What the record says of one task. Times are nanoseconds since the runtime started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its number, which is also that of the object it returns.
    pub id: u64,
    /// The task that submitted it, or [`ROOT`].
    pub parent: u64,
    /// Its function and the line of the call: an index into [`Record::sites`], or [`UNKNOWN`].
    pub site: u32,
    /// When it was submitted; where that was lost, the first that is known of it.
    pub submitted: u64,
    /// When its arguments were there; `None` when they never were.
    pub ready: Option<u64>,
    /// When it began.
    pub started: Option<u64>,
    /// When it ended.
    pub ended: Option<u64>,
    /// The slot it began on, below [`Record::workers`], or [`DRIVER`].
    pub worker: u16,
    /// It ran inside the `get` of another task.
    pub inline: bool,
    /// How it ended.
    pub status: Option<Status>,
    /// The objects among its arguments.
    pub arguments: Vec<u64>,
    /// Nanoseconds of its own work: from start to end without tasks run inline inside it, and without gets and sleeps.
    /// Of a task that still runs, up to where the record was taken.
    pub own: u64,
}

/// The tasks of a record, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tasks {
    /// In the order of their numbers.
    pub list: Vec<Task>,
    /// Where in the list each number is, from the first one on, as long as few are left out; empty otherwise.
    places: Vec<u32>,
}

/// In [`Tasks::places`], a number that no task has.
const NOWHERE: u32 = u32::MAX;

/// Numbers are looked up in a table if it has at most so many entries a task. Objects that are not tasks take numbers too,
/// but seldom more than three of four; a forged number must not ask for a table of its size.
const SPARSE: usize = 4;

impl Tasks {
    /// Gathers the tasks of a record. Tolerates anything: the record may come from a student's process.
    ///
    /// Of several submissions, beginnings or ends of one task the first counts; a beginning after the end does not.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        Self::gather(record, &in_order(record))
    }

    /// The task with that number.
    #[must_use]
    pub fn get(&self, id: u64) -> Option<&Task> {
        self.index(id).and_then(|index| self.list.get(index))
    }

    /// Where in the list that task is.
    pub(crate) fn index(&self, id: u64) -> Option<usize> {
        if self.places.is_empty() {
            return self.list.binary_search_by_key(&id, |task| task.id).ok();
        }
        let distance = usize::try_from(id.checked_sub(self.list.first()?.id)?).ok()?;
        self.places.get(distance).filter(|&&place| place != NOWHERE).map(|&place| place as usize)
    }

    /// Tasks of which nothing is known but their numbers, which must be ascending.
    fn blank(numbers: Vec<u64>) -> Self {
        let mut places = Vec::new();
        if let (Some(&first), Some(&last)) = (numbers.first(), numbers.last()) {
            let most = numbers.len().saturating_mul(SPARSE).min(NOWHERE as usize);
            if last - first < most as u64 {
                places.resize((last - first) as usize + 1, NOWHERE);
                for (place, number) in (0..).zip(&numbers) {
                    places[(number - first) as usize] = place;
                }
            }
        }
        Self { list: numbers.into_iter().map(Task::new).collect(), places }
    }

    /// [`Tasks::of`] for events that are already in order.
    pub(crate) fn gather(record: &Record, events: &[Event]) -> Self {
        let mut tasks = Self::blank(numbers(events));
        for event in events {
            if matches!(event.kind, Kind::Submit | Kind::Argument | Kind::Ready | Kind::Start | Kind::End)
                && let Some(index) = tasks.index(event.a)
            {
                tasks.list[index].note(event, record.workers);
            }
        }
        for index in 0..tasks.list.len() {
            tasks.complete(index);
        }

        let mut own = Own(vec![0; tasks.list.len()]);
        replay(record, events, &tasks, &mut own);
        for (task, own) in tasks.list.iter_mut().zip(own.0) {
            task.own = own;
        }
        tasks
    }

    /// Adds what follows from the events rather than being one.
    fn complete(&mut self, index: usize) {
        let task = &self.list[index];
        let submitted = match task.submitted {
            u64::MAX => [task.ready, task.started, task.ended].into_iter().flatten().min().unwrap_or(u64::MAX),
            known => known,
        };
        // `Ready` is not recorded where nothing had to be waited for.
        let there = |&object: &u64| {
            self.get(object).is_none_or(|producer| producer.ended.is_some_and(|ended| ended <= submitted))
        };
        let at_once = task.started.is_some() || task.arguments.iter().all(there);
        let task = &mut self.list[index];
        task.submitted = submitted;
        task.ready = task.ready.or(at_once.then_some(submitted));
    }
}

impl Task {
    fn new(id: u64) -> Self {
        Self {
            id,
            parent: ROOT,
            site: UNKNOWN,
            submitted: u64::MAX,
            ready: None,
            started: None,
            ended: None,
            worker: DRIVER,
            inline: false,
            status: None,
            arguments: Vec::new(),
            own: 0,
        }
    }

    /// Takes in an event whose word `a` is this task.
    fn note(&mut self, event: &Event, workers: u16) {
        match event.kind {
            Kind::Submit if self.submitted == u64::MAX => {
                self.submitted = event.time;
                self.parent = event.b;
                self.site = event.site;
            }
            Kind::Argument => self.arguments.push(event.b),
            Kind::Ready if self.ready.is_none() => self.ready = Some(event.time),
            Kind::Start if self.started.is_none() && self.ended.is_none() => {
                self.started = Some(event.time);
                self.worker = if event.worker < workers { event.worker } else { DRIVER };
                self.inline = event.b == 1;
            }
            Kind::End if self.ended.is_none() => {
                self.ended = Some(event.time);
                self.status = Some(Status::from_word(event.b));
            }
            _ => {}
        }
    }
}

/// The numbers of all tasks that the events speak of, ascending.
fn numbers(events: &[Event]) -> Vec<u64> {
    let of_tasks = |event: &&Event| matches!(event.kind, Kind::Submit | Kind::Start | Kind::End) && event.a != ROOT;
    let mut numbers: Vec<u64> = events.iter().filter(of_tasks).map(|event| event.a).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Adds up each task's own work.
struct Own(Vec<u64>);

impl Observer for Own {
    fn strand(&mut self, strand: Strand) {
        self.0[strand.task] += strand.work();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::Script;

    #[test]
    fn an_inline_task_is_taken_out_of_the_work_of_the_task_around_it() {
        let record = Script::new(2)
            .submit(0, ROOT, 1, "outer", 3)
            .start(10, 0, 1)
            .submit(20, 1, 2, "inner", 7)
            .get_begin(30, 0, 1, 8, &[2])
            .start_inline(32, 0, 2)
            .end(72, 0, 2)
            .get_end(75, 0, 1)
            .end(100, 0, 1)
            .record();
        let tasks = Tasks::of(&record);
        assert_eq!(tasks.get(1).unwrap().own, 20 + 25);
        assert_eq!(tasks.get(2).unwrap().own, 40);
        assert!(tasks.get(2).unwrap().inline && !tasks.get(1).unwrap().inline);
        assert_eq!(tasks.get(2).unwrap().parent, 1);
        assert_eq!(record.sites[tasks.get(2).unwrap().site as usize].function, "inner");
    }

    #[test]
    fn neither_a_blocked_get_nor_a_sleep_is_work_and_a_task_may_end_on_another_slot() {
        let record = Script::new(2)
            .submit(0, ROOT, 1, "outer", 3)
            .start(10, 0, 1)
            .get_begin(30, 0, 1, 8, &[9])
            .event(31, 0, Kind::SlotReleased, 1, 0)
            .submit(32, ROOT, 3, "other", 4)
            .start(33, 0, 3)
            .event(60, 1, Kind::SlotAcquired, 1, 0)
            .get_end(62, 1, 1)
            .event(70, 1, Kind::SleepBegin, 1, 20)
            .event(90, 1, Kind::SleepEnd, 1, 0)
            .end(95, 1, 1)
            .end(200, 0, 3)
            .record();
        let tasks = Tasks::of(&record);
        assert_eq!(tasks.get(1).unwrap().own, 20 + 8 + 5);
        assert_eq!(tasks.get(1).unwrap().worker, 0);
        assert_eq!(tasks.get(3).unwrap().own, 167);
    }

    #[test]
    fn a_task_is_ready_at_once_unless_something_is_missing() {
        let record = Script::new(1)
            .submit(0, ROOT, 1, "first", 1)
            .submit(5, ROOT, 2, "second", 2)
            .event(5, DRIVER, Kind::Argument, 2, 1)
            .submit(6, ROOT, 4, "third", 3)
            .event(6, DRIVER, Kind::Argument, 4, 2)
            .run(0, 1, 10, 20)
            .event(20, 0, Kind::Ready, 2, 0)
            .record();
        let tasks = Tasks::of(&record);
        assert_eq!(tasks.get(1).unwrap().ready, Some(0));
        assert_eq!(tasks.get(2).unwrap().ready, Some(20));
        assert_eq!(tasks.get(4).unwrap().ready, None);
        assert_eq!(tasks.get(3), None);
        assert_eq!(tasks.get(4).unwrap().arguments, [2]);
    }

    #[test]
    fn the_first_of_several_ends_counts_and_a_cancelled_task_never_began() {
        let record = Script::new(1)
            .submit(1, ROOT, 1, "f", 1)
            .end_as(4, DRIVER, 1, Status::Cancelled)
            .start(5, 0, 1)
            .end(9, 0, 1)
            .record();
        let task = &Tasks::of(&record).list[0];
        assert_eq!((task.started, task.ended, task.status, task.own), (None, Some(4), Some(Status::Cancelled), 0));
    }

    #[test]
    fn numbers_are_found_near_or_far_apart() {
        let near: Vec<u64> = (5..40).filter(|id| id % 3 > 0).collect();
        let far = vec![1, 2, 3, 7, 1_000, u64::MAX - 1, u64::MAX];
        for ids in [near, far] {
            let script = ids.iter().fold(Script::new(1), |script, &id| script.submit(0, ROOT, id, "f", 1));
            let tasks = Tasks::of(&script.record());
            for id in (0..50).chain([999, 1_000, 1_001]).chain(u64::MAX - 3..=u64::MAX) {
                assert_eq!(tasks.get(id).map(|task| task.id), ids.contains(&id).then_some(id));
            }
        }
        assert_eq!(Tasks::default().get(1), None);
    }
}
