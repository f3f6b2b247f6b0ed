//! What can be counted in a record: the numbers behind structure points and advice.

mod chains;
mod reduction;
mod waits;

use crate::kernels::{self, Stretch};
use crate::occupancy::Occupancy;
use crate::replay::{Observer, Occupied, Place, Replay, Strand, end_of, in_order, replay};
use crate::{DRIVER, Event, Kind, ROOT, Record, Status, Tasks};
use chains::Chains;
pub use reduction::Reduction;
use reduction::{is_first, producers};
use waits::Waits;

/// Counts and times of a run. Times are nanoseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    /// Worker slots.
    pub workers: u16,
    /// Tasks submitted, without calls on actors. Exact even where events were lost, as long as there were no calls.
    pub tasks: u64,
    /// Calls on actors.
    pub calls: u64,
    /// Attempts after a failure, of tasks and calls.
    pub retries: u64,
    /// Tasks and calls that ended because they were cancelled.
    pub cancelled: u64,
    /// Mean length of the tasks' own work, over those that ended; 0 without tasks. Calls are left out.
    pub mean_task: f64,
    /// The longest task's own work. Calls are left out.
    pub longest_task: u64,
    /// From the first submission or kernel to the end of the last task, get, wait or kernel; to where the record was taken, if
    /// a task or kernel still runs.
    pub wall: u64,
    /// Each slot's time inside tasks, by slot number; asleep they count too, since they keep the slot. Calls hold no slot.
    pub busy: Vec<u64>,
    /// Time during which two tasks or more were on different slots, sleeping ones included.
    pub overlap: u64,
    /// Time during which an actor served a call while another actor or a worker was at something, too.
    pub actor_overlap: u64,
    /// Time during which two threads or more of the parallel kernels were at work.
    pub kernel_overlap: u64,
    /// Runs of waits for results, counted over the driver and every task that waits: waits with no submission by the
    /// same task between them are one phase. Nor does a `wait` for some of several results begin another phase, or a `get`
    /// of results that it found: others are still on their way. The largest count of any one waiter.
    pub get_phases: u64,
    /// Stored values.
    pub puts: u64,
    /// Values stored by the driver or a task after its own first wait for results. What calls store is left out, and what
    /// the driver stores while an actor serves one: the record does not tell them apart.
    pub late_puts: u64,
    /// Tasks that take no other task's result as an argument. Calls are left out.
    pub first_tasks: u64,
    /// Of the ways in which results came together, the one farthest from a balanced tree.
    pub reduction: Reduction,
    /// The longest chain of tasks in which each takes the one before as an argument; 0 without tasks, 1 without such arguments.
    /// Calls pass on results, but are no links themselves.
    pub depth: u64,
    /// The sum of all tasks' own work, calls included.
    pub work: u64,
    /// The longest chain of own work along arguments, submissions, gets and the calls that one actor served one after the
    /// other: no number of workers can be faster.
    ///
    /// The driver's own work is not recorded and counts nothing. In which order an actor served, and what a `wait` found first,
    /// may be otherwise in the next run, and the span with it.
    pub span: u64,
}

impl Measures {
    /// Counts a record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let events = in_order(record);
        Self::count(record, &events, &Tasks::gather(record, &events)).0
    }

    /// [`Measures::of`] where the tasks are already gathered; with the occupancy, which the same walk gives.
    pub(crate) fn count(record: &Record, events: &[Event], tasks: &Tasks) -> (Self, Occupancy) {
        let kernels = kernels::stretches(record, events);
        let (from, to) = window(record, events, tasks, &kernels);
        let mut walk = Walk {
            from,
            to,
            busy: vec![0; usize::from(record.workers)],
            occupancy: Occupancy::new(record.workers),
            beside: Beside::default(),
            chains: Chains::new(tasks),
            waited: vec![false; tasks.list.len() + 1],
            late_puts: 0,
        };
        replay(record, events, tasks, &mut walk);

        let not_calls = || tasks.list.iter().filter(|task| task.actor.is_none());
        let calls = (tasks.list.len() - not_calls().count()) as u64;
        let waits = Waits::of(events, tasks);
        let depths = depths(tasks);
        let work = tasks.list.iter().fold(0_u64, |work, task| work.saturating_add(task.own));
        let measures = Self {
            workers: record.workers,
            tasks: record.tasks.saturating_sub(calls),
            calls,
            retries: tasks.list.iter().map(|task| task.retries).sum(),
            cancelled: tasks.list.iter().filter(|task| task.status == Some(Status::Cancelled)).count() as u64,
            mean_task: tasks.mean_task(),
            longest_task: not_calls().map(|task| task.own).max().unwrap_or(0),
            wall: to - from,
            busy: walk.busy,
            overlap: walk.occupancy.overlap(),
            actor_overlap: walk.beside.length,
            kernel_overlap: kernels::overlap(&kernels),
            get_phases: waits.phases,
            puts: events.iter().filter(|event| event.kind == Kind::Put).count() as u64,
            late_puts: walk.late_puts,
            first_tasks: (0..depths.len()).filter(|&task| is_first(tasks, task, depths[task])).count() as u64,
            reduction: Reduction::of(tasks, &depths, &waits),
            depth: depths.iter().copied().max().unwrap_or(0),
            work,
            // Where ends were lost, a chain may hold work of which nobody knows how long it went on.
            span: walk.chains.longest().min(work),
        };
        (measures, walk.occupancy)
    }
}

/// From the first submission or kernel to the last end.
fn window(record: &Record, events: &[Event], tasks: &Tasks, kernels: &[Stretch]) -> (u64, u64) {
    let submitted = events.iter().find(|event| event.kind == Kind::Submit).map(|event| event.time);
    let kernel_began = kernels.iter().map(|kernel| kernel.start).min();
    let Some(from) = submitted.into_iter().chain(kernel_began).min() else { return (0, 0) };
    let still_runs = tasks.list.iter().any(|task| task.started.is_some() && task.ended.is_none());
    if still_runs && record.dropped == 0 {
        return (from, end_of(record, events));
    }
    let ended = events.iter().rfind(|event| matches!(event.kind, Kind::End | Kind::GetEnd | Kind::WaitEnd));
    let kernel_ended = kernels.iter().map(|kernel| kernel.end).max();
    let to = ended.map(|event| event.time).into_iter().chain(kernel_ended).max().unwrap_or(from);
    (from, to.max(from))
}

/// How many tasks the longest chain has that leads along arguments to each task, itself included; a call adds none.
///
/// What a task takes has a smaller number: one pass in the order of numbers does.
fn depths(tasks: &Tasks) -> Vec<u64> {
    let mut depths = vec![0_u64; tasks.list.len()];
    for task in 0..depths.len() {
        let own = u64::from(tasks.list[task].actor.is_none());
        depths[task] = own + producers(tasks, task).map(|producer| depths[producer]).max().unwrap_or(0);
    }
    depths
}

/// Everything that is counted on the walk.
struct Walk {
    from: u64,
    to: u64,
    busy: Vec<u64>,
    occupancy: Occupancy,
    beside: Beside,
    chains: Chains,
    /// Who has waited for results; the driver comes behind the last task.
    waited: Vec<bool>,
    late_puts: u64,
}

/// How long an actor was not the only one at something.
#[derive(Default)]
struct Beside {
    /// Nanoseconds.
    length: u64,
    /// Since when; `None` while it is not so.
    since: Option<u64>,
}

impl Beside {
    fn occupied(&mut self, time: u64, now: Occupied) {
        let is_so = now.actors >= 1 && now.actors + now.workers >= 2;
        if let Some(since) = std::mem::replace(&mut self.since, is_so.then_some(time)) {
            self.length += time - since;
        }
    }
}

impl Observer for Walk {
    fn strand(&mut self, strand: Strand) {
        if let Place::Worker(worker) = strand.place {
            let inside = strand.end.min(self.to).saturating_sub(strand.start.max(self.from));
            self.busy[usize::from(worker)] += inside;
        }
        self.chains.strand(strand);
    }

    fn occupied(&mut self, time: u64, now: Occupied) {
        let time = time.clamp(self.from, self.to);
        self.occupancy.occupied(time, now);
        self.beside.occupied(time, now);
    }

    fn event(&mut self, event: &Event, now: &Replay) {
        self.chains.event(event, now);
        let driver = now.tasks.list.len();
        match event.kind {
            Kind::GetBegin | Kind::WaitBegin => {
                let waiter = if event.a == ROOT { Some(driver) } else { now.tasks.index(event.a) };
                if let Some(waiter) = waiter {
                    self.waited[waiter] = true;
                }
            }
            Kind::Put => {
                let perhaps_of_a_call = event.worker == DRIVER && now.occupied().actors > 0;
                let by = now.on_top(event.worker).unwrap_or(driver);
                self.late_puts += u64::from(self.waited[by] && !perhaps_of_a_call);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DRIVER;
    use crate::script::Script;

    /// Two tasks that overlap, got together, then a third that takes both.
    fn diamond() -> Script {
        Script::new(2)
            .event(2, DRIVER, Kind::Put, 1, 4_000)
            .submit(10, ROOT, 2, "left", 1)
            .submit(11, ROOT, 3, "right", 2)
            .submit(12, ROOT, 4, "join", 3)
            .argument(12, 4, 2)
            .argument(12, 4, 3)
            .run(0, 2, 20, 60)
            .run(1, 3, 30, 100)
            .event(100, 1, Kind::Ready, 4, 0)
            .run(1, 4, 105, 110)
            .get_begin(13, DRIVER, ROOT, 9, &[4])
            .get_end(112, DRIVER, ROOT)
    }

    #[test]
    fn a_diamond_is_measured() {
        let expected = Measures {
            workers: 2,
            tasks: 3,
            calls: 0,
            retries: 0,
            cancelled: 0,
            mean_task: 115.0 / 3.0,
            longest_task: 70,
            wall: 102,
            busy: vec![40, 75],
            overlap: 30,
            actor_overlap: 0,
            kernel_overlap: 0,
            get_phases: 1,
            puts: 1,
            late_puts: 0,
            first_tasks: 2,
            reduction: Reduction { levels: 1, tree: 1 },
            depth: 2,
            work: 115,
            span: 75,
        };
        assert_eq!(Measures::of(&diamond().record()), expected);
    }

    #[test]
    fn events_out_of_order_are_sorted_first() {
        let mut record = diamond().record();
        record.events.reverse();
        let measures = Measures::of(&record);
        assert_eq!((measures.busy, measures.overlap, measures.span), (vec![40, 75], 30, 75));
    }

    #[test]
    fn a_record_of_nothing_measures_nothing() {
        let measures = Measures::of(&Record { workers: 3, ..Record::default() });
        assert_eq!(measures, Measures { workers: 3, busy: vec![0; 3], ..Measures::default() });
    }

    #[test]
    fn a_get_after_a_further_submission_is_a_further_phase() {
        let mut script = Script::new(1);
        for round in 0..3 {
            let (time, task) = (round * 100, 2 * round + 1);
            script = script
                .submit(time, ROOT, task, "f", 1)
                .submit(time + 1, ROOT, task + 1, "f", 1)
                .run(0, task, time + 10, time + 20)
                .run(0, task + 1, time + 20, time + 30)
                .get_begin(time + 2, DRIVER, ROOT, 2, &[task])
                .get_end(time + 21, DRIVER, ROOT)
                .get_begin(time + 22, DRIVER, ROOT, 3, &[task + 1])
                .get_end(time + 31, DRIVER, ROOT);
        }
        let measures = Measures::of(&script.record());
        assert_eq!(measures.get_phases, 3);
        assert_eq!(measures.depth, 1);
        assert_eq!(
            measures.span, 30,
            "a round is submitted when the one before is known; its two tasks are independent"
        );
    }

    #[test]
    fn a_value_stored_after_its_owner_waited_is_late() {
        let record = Script::new(2)
            .event(1, DRIVER, Kind::Put, 1, 24)
            .submit(2, ROOT, 2, "f", 1)
            .start(10, 1, 2)
            .event(15, 1, Kind::Put, 3, 24)
            .submit(20, 2, 4, "g", 2)
            .get_begin(21, 1, 2, 3, &[4])
            .get_end(40, 1, 2)
            .event(41, DRIVER, Kind::Put, 5, 24)
            .event(42, 1, Kind::Put, 6, 24)
            .end(50, 1, 2)
            .get_begin(60, DRIVER, ROOT, 4, &[2])
            .get_end(61, DRIVER, ROOT)
            .event(62, DRIVER, Kind::Put, 7, 24)
            .event(63, 1, Kind::Put, 8, 24)
            .record();
        let measures = Measures::of(&record);
        assert_eq!((measures.puts, measures.late_puts), (6, 3), "6, 7, and 8 from a slot that nobody holds any more");
    }

    #[test]
    fn kernels_are_part_of_the_run() {
        let record = Script::new(2).kernel(0, 100, 900).kernel(1, 200, 1_000).record();
        let measures = Measures::of(&record);
        assert_eq!((measures.kernel_overlap, measures.overlap, measures.wall), (700, 0, 900));
        assert_eq!((measures.tasks, measures.first_tasks), (0, 0));
    }

    #[test]
    fn a_submission_carries_the_work_before_it() {
        let record = Script::new(2)
            .submit(0, ROOT, 1, "parent", 1)
            .start(10, 0, 1)
            .submit(40, 1, 2, "child", 2)
            .run(1, 2, 45, 145)
            .end(60, 0, 1)
            .record();
        let measures = Measures::of(&record);
        assert_eq!((measures.work, measures.span), (150, 130));
    }

    /// Two actors: one serves for 30 ns and 50 ns, the other for 40 ns; a task of 20 ns calls the first.
    fn calls() -> Script {
        Script::new(2)
            .actor(0, ROOT, 1, "Counter", 1)
            .actor(0, ROOT, 2, "Log", 1)
            .submit(10, ROOT, 3, "f", 2)
            .start(20, 0, 3)
            .call(40, 3, 4, 1, "add", 3)
            .end(40, 0, 3)
            .call(11, ROOT, 5, 1, "add", 3)
            .call(12, ROOT, 6, 2, "write", 3)
            .run(DRIVER, 5, 15, 45)
            .run(DRIVER, 6, 60, 100)
            .run(DRIVER, 4, 50, 100)
            .get_begin(13, DRIVER, ROOT, 4, &[3, 4, 5, 6])
            .get_end(110, DRIVER, ROOT)
    }

    #[test]
    fn calls_are_counted_apart_and_hold_no_slot() {
        let measures = Measures::of(&calls().record());
        assert_eq!((measures.tasks, measures.calls, measures.first_tasks), (1, 3, 1));
        assert_eq!((measures.busy, measures.overlap), (vec![20, 0], 0));
        assert_eq!(measures.actor_overlap, 20 + 40, "beside the task, then beside each other");
        assert_eq!((measures.mean_task, measures.longest_task), (20.0, 20));
        assert_eq!((measures.work, measures.span), (140, 80), "one actor served for 80 ns");
    }

    #[test]
    fn a_call_begins_after_its_caller_and_the_call_before() {
        let span = |length: u64| {
            let script = Script::new(2).actor(0, ROOT, 1, "Counter", 1).call(1, ROOT, 2, 1, "add", 1);
            let script = script.submit(2, ROOT, 3, "f", 1).start(10, 0, 3).call(10 + length, 3, 4, 1, "add", 1);
            let script = script.end(10 + length, 0, 3).run(DRIVER, 2, 10, 20).run(DRIVER, 4, 100, 105);
            Measures::of(&script.record()).span
        };
        assert_eq!((span(3), span(30)), (15, 35));
    }

    #[test]
    fn a_wait_depends_on_what_it_found() {
        let span = |wanted| {
            let script =
                Script::new(3).submit(0, ROOT, 1, "f", 1).submit(0, ROOT, 2, "g", 1).submit(0, ROOT, 3, "h", 1);
            let script = script.run(0, 1, 10, 60).run(1, 2, 10, 30).run(2, 3, 20, 120);
            let script = script.wait_begin(1, ROOT, 5, wanted, &[1, 2, 3]).wait_end(125, ROOT, wanted);
            Measures::of(&script.submit(130, ROOT, 4, "f", 1).run(0, 4, 140, 240).record()).span
        };
        assert_eq!([1, 2, 3].map(span), [120, 150, 200]);
    }

    #[test]
    fn what_is_there_before_a_wait_counts_among_what_it_finds() {
        let script = Script::new(1).put(0, 9, 1).submit(0, ROOT, 1, "f", 1).run(0, 1, 10, 60);
        let script = script.wait_begin(1, ROOT, 5, 1, &[1, 9]).wait_end(70, ROOT, 1);
        assert_eq!(Measures::of(&script.submit(80, ROOT, 2, "f", 1).run(0, 2, 90, 100).record()).span, 50);
    }

    #[test]
    fn one_of_several_results_carries_the_work_before_it() {
        let script = Script::new(3).submit(0, ROOT, 1, "stream", 1).start(10, 0, 1).give(30, 0, 1, 2).end(50, 0, 1);
        let got = |script: Script| script.get_begin(5, DRIVER, ROOT, 3, &[2]).get_end(31, DRIVER, ROOT);
        let taken = script.submit(32, ROOT, 3, "f", 1).argument(32, 3, 2).run(1, 3, 40, 140);
        let measures = Measures::of(&taken.record());
        assert_eq!((measures.span, measures.depth, measures.first_tasks), (120, 2, 1));
        let script = got(Script::new(2).submit(0, ROOT, 1, "stream", 1).start(10, 0, 1).give(30, 0, 1, 2));
        let measures = Measures::of(&script.submit(32, ROOT, 3, "f", 1).run(1, 3, 40, 140).end(50, 0, 1).record());
        assert_eq!((measures.span, measures.work), (120, 140));
    }

    #[test]
    fn what_may_have_been_stored_by_a_call_is_not_late() {
        let script = Script::new(1).actor(0, ROOT, 1, "Counter", 1).call(1, ROOT, 2, 1, "add", 1);
        let script = script.get_begin(2, DRIVER, ROOT, 3, &[2]).start(5, DRIVER, 2).put(6, 3, 4).end(7, DRIVER, 2);
        let measures = Measures::of(&script.get_end(8, DRIVER, ROOT).put(9, 4, 5).record());
        assert_eq!((measures.puts, measures.late_puts), (2, 1));
    }

    #[test]
    fn retries_and_cancelled_tasks_are_counted() {
        let script = Script::new(1).submit(0, ROOT, 1, "f", 1).submit(0, ROOT, 2, "f", 1).submit(0, ROOT, 3, "f", 1);
        let script = script.start(5, 0, 1).retry(6, 0, 1, 2).retry(8, 0, 1, 3).end(9, 0, 1);
        let script = script.cancel(10, ROOT, 2).end_as(10, DRIVER, 2, Status::Cancelled).cancel(11, ROOT, 3);
        let measures = Measures::of(&script.run(0, 3, 20, 30).record());
        assert_eq!((measures.retries, measures.cancelled), (2, 1));
    }

    #[test]
    fn a_run_without_length_measures_no_time() {
        let script =
            Script::new(2).submit(5, ROOT, 1, "f", 1).submit(5, ROOT, 2, "f", 1).run(0, 1, 5, 5).run(1, 2, 5, 5);
        let measures = Measures::of(&script.get_begin(5, DRIVER, ROOT, 2, &[1, 2]).get_end(5, DRIVER, ROOT).record());
        let expected = Measures {
            workers: 2,
            tasks: 2,
            busy: vec![0, 0],
            get_phases: 1,
            first_tasks: 2,
            reduction: Reduction { levels: 1, tree: 1 },
            depth: 1,
            ..Measures::default()
        };
        assert_eq!(measures, expected);
    }

    #[test]
    fn a_task_that_still_runs_counts_up_to_the_taking() {
        let mut record = Script::new(1).submit(5, ROOT, 1, "f", 1).start(10, 0, 1).record();
        record.taken = 50;
        let measures = Measures::of(&record);
        assert_eq!((measures.wall, measures.work, measures.busy[0], measures.mean_task), (45, 40, 40, 0.0));

        record.dropped = 1;
        let measures = Measures::of(&record);
        assert_eq!((measures.wall, measures.work), (0, 0), "its end may be among the lost events");
    }
}
