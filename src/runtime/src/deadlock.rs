//! Deadlocks: found when the wait that completes a cycle is about to begin.
//!
//! Every task and actor that waits is entered here first, under one lock, and then it is looked whether what it waits for waits,
//! by way of others, for itself. Everyone else in such a cycle is waiting already, so nobody in it can move: no cycle is
//! missed, and none is reported that would have come apart. Waits for some of several results, and those that end by
//! themselves after a time, are not followed; nor is a stream's wait for its consumer, who may come at any time. What the
//! runtime cannot see, locks and channels, is not found.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write as _,
};

use crate::{
    object::AnyObject,
    sync::{Arc, Mutex, MutexGuard},
    waiter::Waiter,
};

/// What an object waits for before it can be there.
pub enum Waits {
    /// Nothing, or nothing that is known: it is there, or will be.
    Nothing,
    /// The end of a running task.
    Task(u64),
    /// Its arguments.
    Arguments(Vec<Arc<dyn AnyObject>>),
    /// An actor's turn: until this call, of that name, has ended.
    Actor {
        /// The actor's type.
        actor: String,
        /// The call that it is busy with.
        call: u64,
    },
}

/// Who waits, by the number of the task. In their order, so that the virtual clock's is always the same.
type Waiters = BTreeMap<u64, Arc<Waiter>>;

/// The tasks and actor calls that wait, by their numbers.
#[derive(Default)]
pub(crate) struct Blocked {
    waiters: Mutex<Waiters>,
}

impl Blocked {
    /// Enters a wait, unless it completes a cycle: then that is told, in words.
    ///
    /// # Errors
    /// The cycle.
    pub(crate) fn enter(&self, waiter: &Arc<Waiter>) -> Result<(), String> {
        let mut waiters = self.waiters();
        if let Some(cycle) = cycle(&waiters, waiter) {
            return Err(cycle);
        }
        waiters.extend(waiter.tasks.iter().map(|&(task, _)| (task, Arc::clone(waiter))));
        Ok(())
    }

    pub(crate) fn leave(&self, waiter: &Waiter) {
        let mut waiters = self.waiters();
        for (task, _) in &waiter.tasks {
            waiters.remove(task);
        }
    }

    /// Ends the waits of cancelled tasks.
    pub(crate) fn wake_cancelled(&self) {
        let cancelled: Vec<_> = self.waiters().values().filter(|waiter| waiter.is_cancelled()).cloned().collect();
        cancelled.iter().for_each(|waiter| waiter.cancel());
    }

    /// Ends the waits of those who wait to be asked for more: nobody will. Who begins to wait later sees that the runtime stops.
    pub(crate) fn end_idle(&self) {
        let idle: Vec<_> = self.waiters().values().filter(|waiter| waiter.is_idle()).cloned().collect();
        idle.iter().for_each(|waiter| waiter.cancel());
    }

    fn waiters(&self) -> MutexGuard<'_, Waiters> {
        self.waiters.lock().expect("no code panics under this lock")
    }
}

/// A step on the way from a wait to what it waits for.
struct Step {
    object: Arc<dyn AnyObject>,
    /// The step before it.
    before: Option<usize>,
}

/// Follows what `waiter` waits for, breadth first, and so by the shortest way, until it comes back to it.
fn cycle(waiters: &Waiters, waiter: &Waiter) -> Option<String> {
    let objects = |waiter: &Waiter| waiter.objects.lock().expect("no code panics under this lock").clone();
    let mut steps: Vec<Step> = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |steps: &mut Vec<Step>, objects: Vec<Arc<dyn AnyObject>>, before| {
        let new = objects.into_iter().filter(|object| seen.insert(object.id()));
        steps.extend(new.map(|object| Step { object, before }));
    };
    add(&mut steps, objects(waiter), None);
    let mut next = 0;
    while let Some(step) = steps.get(next) {
        let behind = match step.object.waits() {
            Waits::Nothing => Vec::new(),
            Waits::Arguments(arguments) => arguments,
            Waits::Task(task) | Waits::Actor { call: task, .. } if waiter.place_of(task).is_some() => {
                return Some(in_words(waiters, waiter, &steps, next));
            }
            Waits::Task(task) | Waits::Actor { call: task, .. } => {
                // One that was told, and has not woken yet, waits no longer.
                waiters.get(&task).filter(|waiter| !waiter.is_over()).map(|waiter| objects(waiter)).unwrap_or_default()
            }
        };
        add(&mut steps, behind, Some(next));
        next += 1;
    }
    None
}

/// How many steps of a long cycle are told, at its beginning and at its end.
const TOLD: usize = 4;

/// `` `a` (at src/x.rs:7) waits for `b`; `b` (at src/x.rs:12) waits for `a` ``
fn in_words(waiters: &Waiters, waiter: &Waiter, steps: &[Step], last: usize) -> String {
    let mut path: Vec<&Step> =
        std::iter::successors(Some(last), |&step| steps[step].before).map(|step| &steps[step]).collect();
    path.reverse();
    let find = |task: u64| match waiter.place_of(task) {
        Some(_) => Some(waiter),
        None => waiters.get(&task).map(|waiter| &**waiter),
    };
    let told = |number: usize| number < TOLD || number + TOLD >= path.len();
    let mut text = waiting(waiter);
    for (number, step) in path.iter().enumerate() {
        if !told(number) {
            if told(number - 1) {
                let _ = write!(text, "; and so on through {} more tasks", path.len() - 2 * TOLD);
            }
            continue;
        }
        if number > 0 && !told(number - 1) {
            text += "; the last of them";
        }
        let name = step.object.name();
        let _ = write!(text, " waits for `{name}`");
        let behind = match step.object.waits() {
            Waits::Task(task) => task,
            Waits::Actor { actor, call } => {
                let with = find(call).map_or("another call", |busy| busy.function_of(call));
                let _ = write!(text, ", which `{actor}` cannot serve while it is busy with `{with}`");
                call
            }
            Waits::Arguments(_) | Waits::Nothing => {
                if told(number + 1) {
                    let _ = write!(text, "; `{name}`");
                }
                continue;
            }
        };
        if number + 1 < path.len() {
            if let Some(next) = find(behind) {
                let _ = write!(text, "; {}", waiting(next));
            }
        } else {
            text += &waiter.inline_waits(behind);
        }
    }
    text
}

fn waiting(waiter: &Waiter) -> String {
    format!("`{}` (at {}:{})", waiter.function, waiter.at.file(), waiter.at.line())
}
