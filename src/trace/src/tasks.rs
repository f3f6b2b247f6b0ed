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
    /// When it ended, for the last time if it was tried again.
    pub ended: Option<u64>,
    /// When somebody first asked for it not to begin, or to stop. Whether it did is its status.
    pub cancelled: Option<u64>,
    /// How often it was tried again after a failure.
    pub retries: u64,
    /// The slot it began on, below [`Record::workers`], or [`DRIVER`].
    pub worker: u16,
    /// The actor that it is a call on; `None` for a task of its own.
    pub actor: Option<u64>,
    /// It ran inside the `get` of another task.
    pub inline: bool,
    /// How it ended.
    pub status: Option<Status>,
    /// The objects among its arguments.
    pub arguments: Vec<u64>,
    /// The shallow size of the plain values among its arguments, bytes.
    pub value_bytes: u64,
    /// Nanoseconds of its own work, in all attempts: from start to end without tasks run inline inside it, and without
    /// gets, waits and sleeps. Of a task that still runs, up to where the record was taken.
    pub own: u64,
}

/// The tasks of a record, by number; calls on actors are tasks too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tasks {
    /// In the order of their numbers.
    pub list: Vec<Task>,
    /// The actors that the record speaks of, in the order of their numbers.
    pub(crate) actors: Vec<u64>,
    /// Results that tasks gave one by one, in the order of their numbers.
    given: Vec<Given>,
    /// Where in the list each number is, from the first one on, as long as few are left out; empty otherwise.
    places: Vec<u32>,
}

/// One of several results of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Given {
    object: u64,
    time: u64,
    /// The place of the task in the list.
    task: usize,
}

/// In [`Tasks::places`], a number that no task has.
const NOWHERE: u32 = u32::MAX;

/// Numbers are looked up in a table if it has at most so many entries a task. Objects that are not tasks take numbers too,
/// but seldom more than three of four; a forged number must not ask for a table of its size.
const SPARSE: usize = 4;

impl Tasks {
    /// Gathers the tasks of a record. Tolerates anything: the record may come from a student's process.
    ///
    /// Of several submissions, beginnings or ends of one task the first counts; a beginning after the end does not, unless
    /// it is another attempt.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        Self::gather(record, &in_order(record))
    }

    /// The task with that number.
    #[must_use]
    pub fn get(&self, id: u64) -> Option<&Task> {
        self.index(id).and_then(|index| self.list.get(index))
    }

    /// Mean length of the tasks' own work in nanoseconds, over those that ended; 0 without any. Calls of actors are left out.
    #[must_use]
    pub fn mean_task(&self) -> f64 {
        let is_over = |task: &&Task| task.actor.is_none() && task.started.is_some() && task.ended.is_some();
        let over = self.list.iter().filter(is_over);
        let (count, sum) = over.fold((0_u64, 0.0), |(count, sum), task| (count + 1, sum + task.own as f64));
        sum / count.max(1) as f64
    }

    /// Where in the list that task is.
    pub(crate) fn index(&self, id: u64) -> Option<usize> {
        if self.places.is_empty() {
            return self.list.binary_search_by_key(&id, |task| task.id).ok();
        }
        let distance = usize::try_from(id.checked_sub(self.list.first()?.id)?).ok()?;
        self.places.get(distance).filter(|&&place| place != NOWHERE).map(|&place| place as usize)
    }

    /// The place of the task that makes an object: as its result, or as one of several.
    pub(crate) fn producer(&self, object: u64) -> Option<usize> {
        self.index(object).or_else(|| self.given(object).map(|given| given.task))
    }

    fn given(&self, object: u64) -> Option<&Given> {
        let place = self.given.partition_point(|given| given.object < object);
        self.given.get(place).filter(|given| given.object == object)
    }

    /// Whether it is a call on an actor.
    pub(crate) fn is_call(&self, id: u64) -> bool {
        self.get(id).is_some_and(|task| task.actor.is_some())
    }

    /// Where among the actors the one is that a task, by its place in the list, is a call on.
    pub(crate) fn actor(&self, task: usize) -> Option<usize> {
        let actor = self.list.get(task)?.actor?;
        self.actors.binary_search(&actor).ok()
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
        Self { list: numbers.into_iter().map(Task::new).collect(), places, ..Self::default() }
    }

    /// [`Tasks::of`] for events that are already in order.
    pub(crate) fn gather(record: &Record, events: &[Event]) -> Self {
        let mut tasks = Self::blank(numbers(events, of_task));
        tasks.actors = numbers(events, of_actor);
        for event in events.iter().filter(|event| is_noted(event.kind)) {
            let Some(index) = tasks.index(event.a) else { continue };
            tasks.list[index].note(event, record.workers);
            if event.kind == Kind::Yield {
                tasks.given.push(Given { object: event.b, time: event.time, task: index });
            }
        }
        tasks.given.sort_unstable();
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
        let there = |&object: &u64| match (self.get(object), self.given(object)) {
            (Some(producer), _) => producer.ended.is_some_and(|ended| ended <= submitted),
            (None, given) => given.is_none_or(|given| given.time <= submitted),
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
            cancelled: None,
            retries: 0,
            worker: DRIVER,
            actor: None,
            inline: false,
            status: None,
            arguments: Vec::new(),
            value_bytes: 0,
            own: 0,
        }
    }

    fn begin(&mut self, event: &Event, workers: u16) {
        self.started = Some(event.time);
        self.worker = if event.worker < workers { event.worker } else { DRIVER };
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
            Kind::Value => self.value_bytes = self.value_bytes.saturating_add(event.b),
            Kind::Ready if self.ready.is_none() => self.ready = Some(event.time),
            Kind::Start if self.started.is_none() && self.ended.is_none() => {
                self.begin(event, workers);
                self.inline = event.b == 1;
            }
            Kind::Retry => {
                self.retries += 1;
                (self.ended, self.status) = (None, None);
                if self.started.is_none() {
                    self.begin(event, workers);
                }
            }
            Kind::Call if self.actor.is_none() => {
                self.actor = Some(event.b);
                // The moment of the submission, which may be lost.
                self.submitted = self.submitted.min(event.time);
            }
            Kind::Cancel if self.cancelled.is_none() => self.cancelled = Some(event.time),
            Kind::End if self.ended.is_none() => {
                self.ended = Some(event.time);
                self.status = Some(Status::from_word(event.b));
            }
            _ => {}
        }
    }
}

/// The kinds that [`Task::note`] and [`Tasks::gather`] take in. The many others are not worth a look-up.
fn is_noted(kind: Kind) -> bool {
    use Kind::{Argument, Call, Cancel, End, Ready, Retry, Start, Submit, Value, Yield};
    matches!(kind, Submit | Argument | Value | Ready | Start | End | Call | Cancel | Retry | Yield)
}

fn of_task(event: &Event) -> Option<u64> {
    matches!(event.kind, Kind::Submit | Kind::Call | Kind::Start | Kind::End).then_some(event.a)
}

fn of_actor(event: &Event) -> Option<u64> {
    match event.kind {
        Kind::ActorStart | Kind::ActorEnd => Some(event.a),
        Kind::Call => Some(event.b),
        _ => None,
    }
}

/// The numbers of all that the events speak of, by a function that picks the number from an event; ascending.
fn numbers(events: &[Event], number: impl Fn(&Event) -> Option<u64>) -> Vec<u64> {
    let mut numbers: Vec<u64> = events.iter().filter_map(number).filter(|&number| number != ROOT).collect();
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
    fn arguments_are_objects_and_the_bytes_of_values() {
        let record = Script::new(1)
            .submit(0, ROOT, 1, "f", 3)
            .event(0, DRIVER, Kind::Value, 1, 24)
            .argument(0, 1, 7)
            .event(0, DRIVER, Kind::Value, 1, u64::MAX)
            .event(0, DRIVER, Kind::Value, 9, 8)
            .record();
        let tasks = Tasks::of(&record);
        assert_eq!((&tasks.list[0].arguments[..], tasks.list[0].value_bytes), (&[7][..], u64::MAX));
        assert_eq!(tasks.list.len(), 1, "a value alone makes no task");
    }

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
    fn a_task_that_is_tried_again_ends_with_its_last_attempt() {
        let ends_between = Script::new(2)
            .submit(0, ROOT, 1, "f", 1)
            .start(10, 0, 1)
            .end_as(20, 0, 1, Status::Failed)
            .retry(50, 1, 1, 2)
            .end(55, 1, 1);
        let goes_on = Script::new(2)
            .submit(0, ROOT, 1, "f", 1)
            .start(10, 0, 1)
            .retry(20, 0, 1, 2)
            .retry(22, 0, 1, 3)
            .end(25, 0, 1);
        for (script, retries, ended) in [(ends_between, 1, 55), (goes_on, 2, 25)] {
            let task = &Tasks::of(&script.record()).list[0];
            assert_eq!((task.started, task.ended, task.status), (Some(10), Some(ended), Some(Status::Done)));
            assert_eq!((task.retries, task.own, task.worker), (retries, 15, 0));
        }
    }

    #[test]
    fn a_running_task_is_cancelled_some_time_after_it_was_asked_to_stop() {
        let record = Script::new(1)
            .submit(1, ROOT, 1, "f", 1)
            .start(5, 0, 1)
            .cancel(6, ROOT, 1)
            .cancel(7, ROOT, 1)
            .end_as(9, 0, 1, Status::Cancelled)
            .record();
        let task = &Tasks::of(&record).list[0];
        assert_eq!((task.cancelled, task.ended, task.status), (Some(6), Some(9), Some(Status::Cancelled)));
        assert_eq!(task.own, 4);
    }

    #[test]
    fn calls_of_several_actors_run_at_once_without_slots() {
        let record = Script::new(1)
            .actor(0, ROOT, 1, "Counter", 1)
            .actor(0, ROOT, 2, "Counter", 2)
            .call(1, ROOT, 3, 1, "add", 5)
            .call(2, ROOT, 4, 2, "add", 6)
            .start(10, DRIVER, 3)
            .start(20, DRIVER, 4)
            .get_begin(22, DRIVER, 4, 7, &[9])
            .event(23, DRIVER, Kind::SlotReleased, 4, 0)
            .event(28, DRIVER, Kind::SlotAcquired, 4, 0)
            .get_end(30, DRIVER, 4)
            .end(35, DRIVER, 3)
            .end(50, DRIVER, 4)
            .record();
        let tasks = Tasks::of(&record);
        assert_eq!((tasks.list[0].actor, tasks.list[0].own, tasks.list[0].worker), (Some(1), 25, DRIVER));
        assert_eq!((tasks.list[1].actor, tasks.list[1].own), (Some(2), 2 + 20));
        assert!(tasks.is_call(4) && !tasks.is_call(1));
        let lost = Script::new(1).event(7, DRIVER, Kind::Call, 3, 1).record();
        assert_eq!(Tasks::of(&lost).list[0].submitted, 7, "a call is made when it is submitted");
    }

    #[test]
    fn a_result_given_among_several_has_its_task_and_its_moment() {
        let record = Script::new(2)
            .submit(0, ROOT, 1, "stream", 1)
            .start(0, 0, 1)
            .give(10, 0, 1, 2)
            .give(30, 0, 1, 3)
            .submit(20, ROOT, 4, "early", 2)
            .argument(20, 4, 2)
            .submit(20, ROOT, 5, "late", 2)
            .argument(20, 5, 3)
            .record();
        let tasks = Tasks::of(&record);
        assert_eq!([1, 2, 3, 4, 9].map(|object| tasks.producer(object)), [Some(0), Some(0), Some(0), Some(1), None]);
        assert_eq!((tasks.get(4).unwrap().ready, tasks.get(5).unwrap().ready), (Some(20), None));
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
