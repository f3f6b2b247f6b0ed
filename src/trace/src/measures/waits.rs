//! Who waited for which results, in which phase.

use std::collections::HashSet;

use crate::{Event, Kind, ROOT, Tasks};

/// The waits of a record.
///
/// Waits of one waiter with no submission by it in between are one *phase*. A `wait` for some of several results ends while
/// others are still on their way, so it begins a phase only if it is the first wait of all; nor does a `get` begin one if
/// all of its results were there, and such a wait had found them.
pub(super) struct Waits {
    /// The largest number of phases of any one waiter.
    pub(super) phases: u64,
    /// The results that came together, each once a phase, in the order of waiter and phase.
    pub(super) got: Vec<Got>,
}

/// A task's result that somebody waited for, or that an actor took.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Got {
    /// The waiter's place in the list of tasks; the driver comes behind the last one, and actors behind the driver.
    pub(super) waiter: usize,
    pub(super) phase: u64,
    /// The place of the task that made the result.
    pub(super) task: usize,
}

#[derive(Clone, Default)]
struct Waiter {
    phases: u64,
    /// It has waited since its last submission.
    waiting: bool,
    asks: Asks,
    /// Results of a get that it had found before, as long as all were.
    found: Vec<u64>,
}

/// What the objects are asked for that a waiter names next.
#[derive(Clone, Copy, Default)]
enum Asks {
    #[default]
    All,
    /// So many are wanted, and so many were named.
    Some { wanted: u64, named: u64 },
}

impl Waits {
    pub(super) fn of(events: &[Event], tasks: &Tasks) -> Self {
        let driver = tasks.list.len();
        let mut gathering = Gathering {
            tasks,
            waiters: vec![Waiter::default(); driver + 1],
            ended: vec![false; driver],
            chosen: HashSet::new(),
            got: Vec::new(),
        };
        for event in events {
            gathering.take(event);
        }
        for waiter in 0..=driver {
            gathering.got(waiter);
        }
        let Gathering { waiters, mut got, .. } = gathering;
        got.sort_unstable();
        got.dedup();
        Self { phases: waiters.iter().map(|waiter| waiter.phases).max().unwrap_or(0), got }
    }
}

struct Gathering<'a> {
    tasks: &'a Tasks,
    waiters: Vec<Waiter>,
    ended: Vec<bool>,
    /// Waiters, and the objects that they named in waits for some of several.
    chosen: HashSet<(usize, u64)>,
    got: Vec<Got>,
}

impl Gathering<'_> {
    fn place(&self, id: u64) -> Option<usize> {
        if id == ROOT { Some(self.waiters.len() - 1) } else { self.tasks.index(id) }
    }

    fn take(&mut self, event: &Event) {
        use Kind::{Argument, End, GetBegin, GetEnd, GetObject, Submit, WaitBegin, WaitEnd};
        let by = match event.kind {
            Submit => event.b,
            End | Argument | GetBegin | GetObject | GetEnd | WaitBegin | WaitEnd => event.a,
            _ => return,
        };
        let Some(by) = self.place(by) else { return };
        let waiter = &mut self.waiters[by];
        match event.kind {
            Submit => waiter.waiting = false,
            GetBegin => {
                waiter.asks = Asks::All;
                // Nothing is named, so nothing can be known of it: it counts.
                if event.b == 0 {
                    waiter.begin_phase();
                }
            }
            GetObject => self.name(by, event.b),
            GetEnd => self.got(by),
            WaitBegin => waiter.asks = Asks::Some { wanted: event.b, named: 0 },
            WaitEnd => waiter.end_of_wait(),
            Argument => self.pass(by, event.b),
            _ => {
                if let Some(ended) = self.ended.get_mut(by) {
                    *ended = true;
                }
            }
        }
    }

    /// A waiter names an object that it waits for.
    fn name(&mut self, by: usize, object: u64) {
        let is_there = self.tasks.index(object).is_none_or(|task| self.ended[task]);
        let waiter = &mut self.waiters[by];
        if let Asks::Some { named, .. } = &mut waiter.asks {
            *named += 1;
            self.chosen.insert((by, object));
            return;
        }
        waiter.found.push(object);
        if !(is_there && self.chosen.contains(&(by, object))) {
            waiter.begin_phase();
            self.got(by);
        }
    }

    /// A waiter got what it found, in the phase that it is in.
    fn got(&mut self, by: usize) {
        let phase = self.waiters[by].phases;
        for object in std::mem::take(&mut self.waiters[by].found) {
            self.result(by, phase, object);
        }
    }

    /// An actor takes a result in a call, in the phase that the caller is in.
    fn pass(&mut self, call: usize, object: u64) {
        let Some(actor) = self.tasks.actor(call) else { return };
        if let Some(caller) = self.place(self.tasks.list[call].parent) {
            self.result(self.waiters.len() + actor, self.waiters[caller].phases, object);
        }
    }

    /// What a call returns is seldom a result that is put together with others: often it says no more than that it is done.
    fn result(&mut self, waiter: usize, phase: u64, object: u64) {
        if let Some(task) = self.tasks.producer(object)
            && self.tasks.list[task].actor.is_none()
        {
            self.got.push(Got { waiter, phase, task });
        }
    }
}

impl Waiter {
    fn begin_phase(&mut self) {
        self.phases += u64::from(!self.waiting);
        self.waiting = true;
    }

    fn end_of_wait(&mut self) {
        if let Asks::Some { wanted, named } = std::mem::take(&mut self.asks)
            && (wanted >= named || self.phases == 0)
        {
            self.begin_phase();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::script::Script;
    use crate::{DRIVER, Measures, ROOT};

    fn phases(script: Script) -> u64 {
        Measures::of(&script.record()).get_phases
    }

    fn submitted(tasks: std::ops::RangeInclusive<u64>) -> Script {
        tasks.fold(Script::new(2), |script, task| script.submit(task, ROOT, task, "f", 1))
    }

    fn get(script: Script, time: u64, task: u64) -> Script {
        script.get_begin(time, DRIVER, ROOT, 3, &[task]).get_end(time, DRIVER, ROOT)
    }

    #[test]
    fn taking_the_first_that_is_done_and_submitting_another_is_one_phase() {
        let mut script = submitted(1..=4);
        for task in 1..=20 {
            let time = 100 * task;
            script = script.wait_begin(time, ROOT, 2, 1, &[task, task + 1, task + 2, task + 3]);
            script = script.run(0, task, time + 1, time + 9);
            script = get(script.wait_end(time + 10, ROOT, 1), time + 11, task);
            script = script.submit(time + 12, ROOT, task + 4, "f", 1);
        }
        assert_eq!(phases(script), 1);
    }

    #[test]
    fn a_wait_for_all_is_a_get() {
        let mut script = Script::new(2);
        for round in 0..5 {
            let (time, task) = (100 * round, 2 * round + 1);
            script = script.submit(time, ROOT, task, "f", 1).submit(time, ROOT, task + 1, "f", 1);
            script = script.wait_begin(time + 1, ROOT, 2, 2, &[task, task + 1]).wait_end(time + 50, ROOT, 2);
            script = get(script, time + 51, task);
        }
        assert_eq!(phases(script), 5);
    }

    #[test]
    fn results_that_no_wait_chose_from_begin_a_phase() {
        let script = submitted(1..=3).run(0, 1, 11, 15).run(0, 2, 15, 19).run(0, 3, 19, 25);
        let script = script.wait_begin(10, ROOT, 2, 1, &[1, 2]).wait_end(20, ROOT, 1);
        let script = get(get(script, 21, 1), 22, 3).submit(30, ROOT, 4, "f", 1);
        assert_eq!(phases(get(get(script, 31, 2), 32, 4)), 2);
    }

    #[test]
    fn a_get_of_what_such_a_wait_left_over_begins_a_phase() {
        let mut script = Script::new(2);
        for round in 0..5 {
            let (time, task) = (100 * round, 2 * round + 1);
            script = script.submit(time, ROOT, task, "f", 1).submit(time, ROOT, task + 1, "f", 1);
            script = script.run(0, task, time + 5, time + 10).run(1, task + 1, time + 5, time + 50);
            script = script.wait_begin(time + 1, ROOT, 2, 1, &[task, task + 1]).wait_end(time + 11, ROOT, 1);
            script = script.get_begin(time + 12, DRIVER, ROOT, 3, &[task, task + 1]).get_end(time + 51, DRIVER, ROOT);
        }
        assert_eq!(phases(script), 5);
    }

    #[test]
    fn an_actor_that_takes_results_one_by_one_folds_them() {
        let mut script = submitted(1..=16).actor(20, ROOT, 20, "Sum", 4);
        for task in 1..=16 {
            script = script.call(20 + task, ROOT, 20 + task, 20, "add", 5).argument(20 + task, 20 + task, task);
        }
        let script = script.get_begin(90, DRIVER, ROOT, 6, &(21..=36).collect::<Vec<_>>());
        let measures = Measures::of(&script.get_end(95, DRIVER, ROOT).record());
        assert_eq!((measures.reduction.levels, measures.reduction.tree), (15, 4));
        assert_eq!((measures.tasks, measures.calls, measures.first_tasks, measures.depth), (16, 16, 16, 1));
    }
}
