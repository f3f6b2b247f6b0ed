//! The virtual clock: one thread runs at a time, in an order that is always the same, and sleeping takes no time.
//!
//! Whoever runs holds the *baton*: a thread of the program that has entered the runtime, a task, an actor. It passes the
//! baton on when it waits, sleeps, ends, or leaves the runtime; to whom became able to run first. When nobody is able to,
//! time jumps to the moment at which the next sleeper wakes. Computing takes no virtual time at all. So a program has the same
//! result, and the same makespan to the nanosecond, on every machine, be its cores many or one.
//!
//! Slots are as many as by the machine's clock, and are lent in a wait and kept in a sleep as there. Ready tasks and threads
//! whose wait is over claim them, first come, first served. With a seed, it is not the first that gets the baton but any
//! one, drawn from the seed: each seed is one of the orders in which a program may run.
//!
//! When nobody can run and nobody sleeps, the program would wait for ever. The last to wait is told so; but not a stream
//! that waits for its consumer, who may be outside the runtime for a while.

use std::{
    collections::{BTreeMap, VecDeque},
    rc::Rc,
    time::Duration,
};

use trace::{DRIVER, Kind, ROOT};

use crate::{
    context,
    handover::Handover,
    log::Start,
    scheduler::{Engine, Ready, Scheduler, Turn},
    sync::{
        Arc, AtomicU64, Condvar, Mutex, MutexGuard, Ordering,
        thread::{self, JoinHandle},
    },
    waiter::Waiter,
    workers::Slot,
};

/// Who has the baton, and who waits for it; see the module.
pub(crate) struct Baton {
    /// Virtual nanoseconds since the runtime started.
    now: AtomicU64,
    /// How often the baton was passed.
    passed: AtomicU64,
    state: Mutex<State>,
    handles: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Default)]
struct State {
    /// Who runs; `None` when nobody does.
    holder: Option<Holder>,
    /// Those who can run, in the order in which they became able to.
    ready: VecDeque<Activity>,
    /// Sleepers by the time at which they wake; equal times in the order in which they went to sleep.
    asleep: BTreeMap<(u64, u64), Arc<Waiter>>,
    naps: u64,
    /// Slots that nobody holds, the lowest number last.
    idle: Vec<Slot>,
    claims: VecDeque<Claim>,
    /// Threads that wait in the runtime, and sleepers.
    parked: Vec<Arc<Waiter>>,
    /// Worker threads with nothing to do.
    spare: Vec<Arc<Desk>>,
    draws: Option<Draws>,
}

/// Who runs, as far as somebody may want to know.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// A thread of the program's own.
    Driver,
    /// A task or an actor.
    Worker,
}

/// Somebody who can run.
enum Activity {
    /// A thread that has parked, with the slots it claimed.
    Thread(Arc<Sleeper>, Option<Slot>),
    Task(Ready, Slot),
    Turn(Arc<dyn Turn>),
}

/// Somebody who needs slots.
enum Claim {
    Thread(Arc<Sleeper>, usize),
    Task(Ready, usize),
}

impl Claim {
    fn slots(&self) -> usize {
        match self {
            Claim::Thread(_, slots) | Claim::Task(_, slots) => *slots,
        }
    }
}

/// Where a thread of the program, or one in the middle of a task, sleeps until it gets the baton.
pub(crate) struct Sleeper {
    scheduler: Arc<Scheduler>,
    /// Whose thread it is.
    who: Holder,
    /// Changed under the lock of the baton's state alone.
    phase: Mutex<Phase>,
    woken: Condvar,
}

enum Phase {
    Running,
    /// Parked; it claims so many slots when it is woken.
    Parked(usize),
    /// Woken; it stands in a queue.
    Queued,
    /// It has the baton, and its slots.
    Called(Option<Slot>),
}

/// Where a worker thread finds what to do next.
type Desk = Handover<Order>;

enum Order {
    Task(Ready, Slot),
    Turn(Arc<dyn Turn>),
    Stop,
}

impl Sleeper {
    pub(crate) fn new(scheduler: &Arc<Scheduler>) -> Arc<Self> {
        Arc::new(Self {
            scheduler: Arc::clone(scheduler),
            who: if context::task() == ROOT { Holder::Driver } else { Holder::Worker },
            phase: Mutex::new(Phase::Running),
            woken: Condvar::new(),
        })
    }

    /// What it waits for is there: it can run again. Told by whoever has the baton.
    pub(crate) fn wake(self: &Arc<Self>) {
        let Engine::Virtual(baton) = &self.scheduler.engine else { unreachable!("sleepers belong to a baton") };
        let mut state = baton.state();
        state.wake(self);
        // A thread outside the runtime may have told of it, with nobody running.
        if state.holder.is_none() {
            baton.pass(&self.scheduler, state);
        }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().expect("no code panics under this lock")
    }

    fn call(&self, slot: Option<Slot>) {
        *self.phase() = Phase::Called(slot);
        self.woken.notify_one();
    }

    fn wait(&self) -> Option<Slot> {
        let mut phase = self.phase();
        loop {
            if let Phase::Called(slot) = &mut *phase {
                let slot = slot.take();
                *phase = Phase::Running;
                return slot;
            }
            phase = self.woken.wait(phase).expect("no code panics under this lock");
        }
    }
}

/// The least that a wait with a timeout takes, so that a program that polls gets on.
const LEAST_WAIT: Duration = Duration::from_micros(1);

/// How long somebody may keep the baton before it is said so.
const PATIENCE: Duration = Duration::from_secs(10);

impl Baton {
    pub(crate) fn new(owner: u64, slots: usize, seed: Option<u64>) -> Self {
        let idle = (0..slots as u16).rev().map(|number| Slot::new(owner, number)).collect();
        Self {
            now: AtomicU64::new(0),
            passed: AtomicU64::new(0),
            state: Mutex::new(State { idle, draws: seed.map(Draws), ..State::default() }),
            handles: Mutex::default(),
        }
    }

    /// Starts the watchdog: who computes, or waits where the runtime cannot see it, stops the virtual clock.
    pub(crate) fn start(&self, scheduler: &Arc<Scheduler>) -> std::io::Result<()> {
        let own = Arc::clone(scheduler);
        let watch = move || {
            let Engine::Virtual(baton) = &own.engine else { unreachable!("it was this baton's thread") };
            baton.watch(&own);
        };
        let handle = thread::Builder::new().name("parlings-watchdog".to_string()).spawn(watch)?;
        self.handles().push(handle);
        Ok(())
    }

    fn watch(&self, scheduler: &Scheduler) {
        let mut seen = (0, std::time::Instant::now());
        let mut told = false;
        while !scheduler.is_stopping() {
            thread::park_timeout(PATIENCE);
            let passed = self.passed.load(Ordering::Relaxed);
            if seen.0 != passed {
                seen = (passed, std::time::Instant::now());
                told = false;
            } else if !told && seen.1.elapsed() >= PATIENCE && self.state().holder == Some(Holder::Worker) {
                told = true;
                eprintln!(
                    "parlings: for {} s a task has kept the virtual clock from going on. It computes for long, or it waits where \
                     the runtime cannot see it: for a lock, a channel, or in std::thread::sleep instead of parlings::time::sleep",
                    PATIENCE.as_secs()
                );
            }
        }
    }

    pub(crate) fn stop(&self, scheduler: &Arc<Scheduler>) {
        // Whoever holds the baton here stops its own runtime from inside: the others need it to come to their end.
        let state = self.state();
        if state.holder.is_none() || context::worker(scheduler) != DRIVER {
            self.pass(scheduler, state);
        } else {
            drop(state);
        }
        while let Some(handle) = self.next_handle() {
            if handle.thread().id() == thread::current().id() {
                continue;
            }
            handle.thread().unpark();
            handle.join().expect("a worker thread catches the panics of its tasks");
        }
    }

    /// Stops the threads that have nothing to do, and gives the next one to wait for.
    fn next_handle(&self) -> Option<JoinHandle<()>> {
        for desk in std::mem::take(&mut self.state().spare) {
            desk.give(Order::Stop);
        }
        self.handles().pop()
    }

    pub(crate) fn now(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    /// Takes the baton for a thread of the program that enters the runtime.
    pub(crate) fn enter(&self, scheduler: &Arc<Scheduler>) {
        let mut state = self.state();
        if state.holder.is_none() {
            state.holder = Some(Holder::Driver);
            return;
        }
        let sleeper = Sleeper::new(scheduler);
        *sleeper.phase() = Phase::Queued;
        state.ready.push_back(Activity::Thread(Arc::clone(&sleeper), None));
        drop(state);
        sleeper.wait();
    }

    /// Passes the baton on: this thread leaves the runtime.
    pub(crate) fn leave(&self, scheduler: &Arc<Scheduler>) {
        self.pass(scheduler, self.state());
    }

    pub(crate) fn push(&self, scheduler: &Arc<Scheduler>, task: Ready, slots: u16) {
        let mut state = self.state();
        state.claims.push_back(Claim::Task(task, slots.into()));
        state.serve();
        self.pass_if_idle(scheduler, state);
    }

    pub(crate) fn schedule_turn(&self, scheduler: &Arc<Scheduler>, turn: Arc<dyn Turn>) {
        let mut state = self.state();
        state.ready.push_back(Activity::Turn(turn));
        self.pass_if_idle(scheduler, state);
    }

    fn pass_if_idle(&self, scheduler: &Arc<Scheduler>, state: MutexGuard<'_, State>) {
        if state.holder.is_none() {
            self.pass(scheduler, state);
        }
    }

    /// Passes the baton on until this thread's wait is over; its slots go to others meanwhile, if it `lends` them.
    pub(crate) fn park(
        &self,
        scheduler: &Arc<Scheduler>,
        waiter: &Arc<Waiter>,
        timeout: Option<Duration>,
        lends: bool,
    ) {
        let sleeper = waiter.sleeper().expect("a wait under the virtual clock has one");
        let mut state = self.state();
        if waiter.is_over() {
            return;
        }
        let worker = context::worker(scheduler);
        let slot = if lends && worker != DRIVER { context::release() } else { None };
        if let Some(slot) = slot {
            *sleeper.phase() = Phase::Parked(slot.count());
            scheduler.log.write_ordered(self.now(), worker, |writer| {
                writer.write(Kind::SlotReleased, 0, context::task(), 0);
            });
            state.give_back(slot);
        } else {
            *sleeper.phase() = Phase::Parked(0);
        }
        let nap = timeout.map(|timeout| {
            let timeout = if lends { timeout.max(LEAST_WAIT) } else { timeout };
            let length = u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX);
            state.naps += 1;
            (self.now().saturating_add(length), state.naps)
        });
        if let Some(nap) = nap {
            state.asleep.insert(nap, Arc::clone(waiter));
        }
        state.parked.push(Arc::clone(waiter));
        self.pass(scheduler, state);

        let slot = sleeper.wait();
        let mut state = self.state();
        if let Some(nap) = nap {
            state.asleep.remove(&nap);
        }
        state.parked.retain(|parked| !Arc::ptr_eq(parked, waiter));
        drop(state);
        if let Some(slot) = slot {
            context::hold(slot);
            scheduler.record(Kind::SlotAcquired, 0, context::task(), 0);
        }
    }

    /// Gives the baton to the next thread.
    fn pass(&self, scheduler: &Arc<Scheduler>, mut state: MutexGuard<'_, State>) {
        let Some(activity) = self.next(&mut state) else { return };
        let order = match activity {
            Activity::Thread(sleeper, slot) => return sleeper.call(slot),
            Activity::Task(task, slot) => Order::Task(task, slot),
            Activity::Turn(turn) => Order::Turn(turn),
        };
        let desk = state.spare.pop();
        drop(state);
        desk.unwrap_or_else(|| self.spawn(scheduler)).give(order);
    }

    /// Who gets the baton next: it is the holder from now on.
    fn next(&self, state: &mut State) -> Option<Activity> {
        self.passed.fetch_add(1, Ordering::Relaxed);
        state.serve();
        while state.ready.is_empty() {
            if let Some(((time, _), waiter)) = state.asleep.pop_first() {
                self.now.store(time, Ordering::Relaxed);
                waiter.note_time_out();
                state.wake(waiter.sleeper().expect("a wait under the virtual clock has one"));
            } else if let Some(place) = state.parked.iter().rposition(|waiter| !waiter.is_idle()) {
                let waiter = state.parked.remove(place);
                waiter.note_deadlock(state.standstill(&waiter));
                state.wake(waiter.sleeper().expect("a wait under the virtual clock has one"));
            } else {
                state.holder = None;
                return None;
            }
            state.serve();
        }
        let place = state.draws.as_mut().map_or(0, |draws| draws.below(state.ready.len()));
        let activity = state.ready.remove(place);
        state.holder = Some(match &activity {
            Some(Activity::Thread(sleeper, _)) => sleeper.who,
            _ => Holder::Worker,
        });
        activity
    }

    fn spawn(&self, scheduler: &Arc<Scheduler>) -> Arc<Desk> {
        let desk = Arc::new(Desk::default());
        let (own, scheduler) = (Arc::clone(&desk), Arc::clone(scheduler));
        let work = move || {
            context::enter(Some(Rc::new(Arc::clone(&scheduler))));
            let Engine::Virtual(baton) = &scheduler.engine else { unreachable!("it was this baton's thread") };
            let mut order = own.wait();
            loop {
                order = match order {
                    Order::Task(task, slot) => {
                        context::hold(slot);
                        task.run(&scheduler, Start::Read);
                        baton.next_order(&scheduler, context::release(), &own)
                    }
                    Order::Turn(turn) => {
                        turn.take(&scheduler);
                        baton.next_order(&scheduler, None, &own)
                    }
                    Order::Stop => break,
                };
            }
            context::enter(None);
        };
        let thread = thread::Builder::new().name("parlings-worker".to_string());
        let handle = thread.spawn(work).expect("the system gives a thread");
        self.handles().push(handle);
        desk
    }

    /// A worker thread has done its work: it goes on with the next, or gives the baton to another thread.
    fn next_order(&self, scheduler: &Arc<Scheduler>, slot: Option<Slot>, own: &Arc<Desk>) -> Order {
        let mut state = self.state();
        if let Some(slot) = slot {
            state.give_back(slot);
        }
        let next = self.next(&mut state);
        match next {
            Some(Activity::Task(task, slot)) => return Order::Task(task, slot),
            Some(Activity::Turn(turn)) => return Order::Turn(turn),
            Some(Activity::Thread(sleeper, slot)) => sleeper.call(slot),
            None => {}
        }
        if scheduler.is_stopping() {
            return Order::Stop;
        }
        state.spare.push(Arc::clone(own));
        drop(state);
        own.wait()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no code panics under this lock")
    }

    fn handles(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.handles.lock().expect("no code panics under this lock")
    }
}

impl State {
    /// A parked thread can run, as soon as it has its slots.
    fn wake(&mut self, sleeper: &Arc<Sleeper>) {
        let mut phase = sleeper.phase();
        let Phase::Parked(slots) = *phase else { return };
        *phase = Phase::Queued;
        drop(phase);
        if slots == 0 {
            self.ready.push_back(Activity::Thread(Arc::clone(sleeper), None));
        } else {
            self.claims.push_back(Claim::Thread(Arc::clone(sleeper), slots));
            self.serve();
        }
    }

    /// Gives slots to those who claim them; the first who cannot be given all holds up the rest.
    fn serve(&mut self) {
        while let Some(claim) = self.claims.pop_front() {
            if claim.slots() > self.idle.len() {
                self.claims.push_front(claim);
                return;
            }
            let got = self.idle.split_off(self.idle.len() - claim.slots());
            let slot = Slot::join(got).expect("a claim is for a slot or more");
            self.ready.push_back(match claim {
                Claim::Thread(sleeper, _) => Activity::Thread(sleeper, Some(slot)),
                Claim::Task(task, _) => Activity::Task(task, slot),
            });
        }
    }

    fn give_back(&mut self, slot: Slot) {
        self.idle.extend(slot.split());
        self.idle.sort_by_key(|slot| std::cmp::Reverse(slot.number));
        self.serve();
    }

    /// Why nobody can run: what all those wait for who do, the last of them `waiter`.
    fn standstill(&self, waiter: &Waiter) -> String {
        let waiting = |waiter: &Waiter| {
            let who = if waiter.function.is_empty() { "the program" } else { waiter.function };
            let what = waiter.missing().objects;
            let what: Vec<String> = what.iter().take(3).map(|object| format!("`{}`", object.name())).collect();
            let what = if what.is_empty() { String::new() } else { format!(" for {}", what.join(", ")) };
            format!("`{who}` waits{what} (at {}:{})", waiter.at.file(), waiter.at.line())
        };
        let all: Vec<String> =
            [waiter].into_iter().chain(self.parked.iter().rev().map(|waiter| &**waiter)).map(waiting).collect();
        format!("nothing can run any more, and nothing sleeps: {}", all.join("; "))
    }
}

/// Pseudo-random numbers, by splitmix64.
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^= word >> 31;
        ((u128::from(word) * limit as u128) >> 64) as usize
    }
}
