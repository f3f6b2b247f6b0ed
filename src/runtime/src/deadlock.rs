//! Deadlocks: found when the wait that completes a cycle is about to begin.
//!
//! Every task and actor that waits is entered here first, under one lock, and then it is looked whether what it waits for waits,
//! by way of others, for itself. Everyone else in such a cycle is waiting already, so nobody in it can move: no cycle is
//! missed, and none is reported that would have come apart. A wait for some of several results is part of one if so many of
//! these can never be there that too few are left. Waits that end by themselves after a time are not followed; nor is a
//! stream's wait for its consumer, who may come at any time. What the runtime cannot see, locks and channels, is not found.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque, hash_map::Entry},
    fmt::Write as _,
};

use crate::{
    object::AnyObject,
    shared::Shared,
    sync::{Arc, Mutex, MutexGuard},
    waiter::Waiter,
};

/// What an object waits for before it can be there.
pub enum Waits {
    /// Nothing, or nothing that is known: it is there, or will be.
    Nothing,
    /// A worker: it is queued.
    Worker,
    /// The end of a running task.
    Task(u64),
    /// Its arguments.
    Arguments(Vec<Shared<dyn AnyObject>>),
    /// An actor's turn: until this call, of that name, has ended.
    Actor {
        /// The actor's type.
        actor: String,
        /// The call that it is busy with.
        call: u64,
    },
}

/// What a wait is for.
#[derive(Clone, Default)]
pub(crate) struct Missing {
    /// What was not there when it began.
    pub(crate) objects: Vec<Shared<dyn AnyObject>>,
    /// How many of these it can do without.
    pub(crate) spare: usize,
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

    /// Whether any of these waits may end though no worker is free: by an actor, by a task that takes no slot, by a time that is up.
    pub(crate) fn may_any_end(&self, waits: &[Arc<Waiter>]) -> bool {
        let waiters = self.waiters();
        let mut seen = HashSet::new();
        let mut needed = Vec::new();
        let mut may_end = |waiter: &Waiter, needed: &mut Vec<_>| {
            let missing = waiter.missing().objects;
            let is_known = !missing.is_empty() || waiter.is_idle();
            needed.extend(missing.into_iter().filter(|object| seen.insert(object.id())));
            waiter.is_over() || !is_known
        };
        if waits.iter().any(|waiter| may_end(waiter, &mut needed)) {
            return true;
        }
        while let Some(object) = needed.pop() {
            match object.waits() {
                Waits::Nothing if object.is_done() => {}
                Waits::Nothing => return true,
                Waits::Worker => {}
                Waits::Arguments(objects) => needed.extend(objects),
                Waits::Task(task) | Waits::Actor { call: task, .. } => match waiters.get(&task) {
                    Some(waiter) if !may_end(waiter, &mut needed) => {}
                    _ => return true,
                },
            }
        }
        false
    }

    fn waiters(&self) -> MutexGuard<'_, Waiters> {
        self.waiters.lock().expect("no code panics under this lock")
    }
}

/// An object that a wait needs, by way of others.
struct Needed {
    object: Shared<dyn AnyObject>,
    needs: Needs,
}

/// What is needed before an object can be there, or a wait is over.
enum Needs {
    /// The end of the wait that is looked at.
    TheWait,
    /// These objects, but for some.
    Objects { numbers: Vec<u64>, spare: usize },
}

impl Needs {
    /// Whether too many of them can never be there.
    fn are_stuck(&self, stuck: &HashSet<u64>) -> bool {
        match self {
            Needs::TheWait => true,
            Needs::Objects { numbers, spare } => {
                numbers.iter().filter(|number| stuck.contains(number)).count() > *spare
            }
        }
    }
}

/// All that one wait needs.
#[derive(Default)]
struct Need {
    /// In the order in which they were found, breadth first.
    all: Vec<Needed>,
    places: HashMap<u64, usize>,
}

/// The deadlock that `waiter` would complete, in words.
fn cycle(waiters: &Waiters, waiter: &Waiter) -> Option<String> {
    let mut need = Need::default();
    let wanted = need.add(waiter.missing());
    if !need.follow(waiters, waiter) {
        return None;
    }
    let stuck = need.stuck();
    wanted.are_stuck(&stuck).then(|| in_words(waiters, waiter, &need.way_back(&wanted, &stuck)))
}

impl Need {
    fn add(&mut self, missing: Missing) -> Needs {
        let numbers = missing.objects.iter().map(|object| object.id()).collect();
        for object in missing.objects {
            let place = self.all.len();
            if let Entry::Vacant(vacant) = self.places.entry(object.id()) {
                vacant.insert(place);
                self.all.push(Needed { object, needs: Needs::TheWait });
            }
        }
        Needs::Objects { numbers, spare: missing.spare }
    }

    /// Adds what is needed for those that were added, and so on; whether any of it needs the end of `waiter`'s wait.
    fn follow(&mut self, waiters: &Waiters, waiter: &Waiter) -> bool {
        let mut comes_back = false;
        let mut next = 0;
        while let Some(needed) = self.all.get(next) {
            let missing = match needed.object.waits() {
                Waits::Nothing | Waits::Worker => Some(Missing::default()),
                Waits::Arguments(objects) => Some(Missing { objects, spare: 0 }),
                Waits::Task(task) | Waits::Actor { call: task, .. } if waiter.place_of(task).is_some() => None,
                Waits::Task(task) | Waits::Actor { call: task, .. } => {
                    // One that was told, and has not woken yet, waits no longer.
                    let waits = waiters.get(&task).filter(|waiter| !waiter.is_over());
                    Some(waits.map(|waiter| waiter.missing()).unwrap_or_default())
                }
            };
            comes_back |= missing.is_none();
            if let Some(missing) = missing {
                self.all[next].needs = self.add(missing);
            }
            next += 1;
        }
        comes_back
    }

    /// Those that can never be there once the wait has begun: all, but for those that need nothing, those for which there is
    /// then enough, and so on.
    fn stuck(&self) -> HashSet<u64> {
        let mut stuck: HashSet<u64> = self.places.keys().copied().collect();
        let mut needed_by: HashMap<u64, Vec<&Needed>> = HashMap::new();
        for needed in &self.all {
            if let Needs::Objects { numbers, .. } = &needed.needs {
                numbers.iter().for_each(|&number| needed_by.entry(number).or_default().push(needed));
            }
        }
        let mut to_look_at: Vec<&Needed> = self.all.iter().collect();
        while let Some(needed) = to_look_at.pop() {
            let number = needed.object.id();
            if !needed.needs.are_stuck(&stuck) && stuck.remove(&number) {
                to_look_at.extend(needed_by.get(&number).into_iter().flatten());
            }
        }
        stuck
    }

    /// The shortest way from the wait, which needs what is `wanted`, back to it: all objects on it are stuck.
    fn way_back(&self, wanted: &Needs, stuck: &HashSet<u64>) -> Vec<&Shared<dyn AnyObject>> {
        let mut ways: VecDeque<(&Needs, Option<usize>)> = VecDeque::from([(wanted, None)]);
        let mut before: HashMap<usize, Option<usize>> = HashMap::new();
        while let Some((needs, place)) = ways.pop_front() {
            let Needs::Objects { numbers, .. } = needs else {
                let places = std::iter::successors(place, |place| before[place]);
                let mut way: Vec<_> = places.map(|place| &self.all[place].object).collect();
                way.reverse();
                return way;
            };
            for number in numbers.iter().filter(|number| stuck.contains(number)) {
                let next = self.places[number];
                if let Entry::Vacant(vacant) = before.entry(next) {
                    vacant.insert(place);
                    ways.push_back((&self.all[next].needs, Some(next)));
                }
            }
        }
        unreachable!("what is stuck needs something stuck, or the wait itself")
    }
}

/// How many steps of a long cycle are told, at its beginning and at its end.
const TOLD: usize = 4;

/// `` `a` (at src/x.rs:7) waits for `b`; `b` (at src/x.rs:12) waits for `a` ``
fn in_words(waiters: &Waiters, waiter: &Waiter, way: &[&Shared<dyn AnyObject>]) -> String {
    let find = |task: u64| match waiter.place_of(task) {
        Some(_) => Some(waiter),
        None => waiters.get(&task).map(|waiter| &**waiter),
    };
    let told = |number: usize| number < TOLD || number + TOLD >= way.len();
    let mut text = waiting(waiter);
    for (number, object) in way.iter().enumerate() {
        if !told(number) {
            if told(number - 1) {
                let _ = write!(text, "; and so on through {} more tasks", way.len() - 2 * TOLD);
            }
            continue;
        }
        if number > 0 && !told(number - 1) {
            text += "; the last of them";
        }
        let name = object.name();
        let _ = write!(text, " waits for `{name}`");
        let behind = match object.waits() {
            Waits::Task(task) => task,
            Waits::Actor { actor, call } => {
                let with = find(call).map_or("another call", |busy| busy.function_of(call));
                let _ = write!(text, ", which `{actor}` cannot serve while it is busy with `{with}`");
                call
            }
            Waits::Arguments(_) | Waits::Nothing | Waits::Worker => {
                if told(number + 1) {
                    let _ = write!(text, "; `{name}`");
                }
                continue;
            }
        };
        if number + 1 < way.len() {
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
