//! The machine's clock: slots, the threads that hold them, and the queues of ready tasks.
//!
//! **Slots and threads.** There are `num_cpus` slots. A slot owns a queue and a buffer of the log; a thread runs tasks only
//! while it holds a slot. Threads without one are parked: *spare* (they have nothing to go back to), *blocked* in a get, or
//! *stalled* (a stream's task, until it is asked for more). So a get that has to wait lends its slot to a spare thread, and nested
//! tasks never starve, whatever `num_cpus` is.
//!
//! **Queues.** A task that becomes ready goes to the queue of the slot on whose thread that happened, or to the common
//! one when it happened on none. A worker looks in its own queue, in the common one (of which it takes a share), then in
//! those of the others. The common queue is first in, first out: what the program itself submits begins in the order of
//! submission, as far as several workers can keep it. A slot's own is last in, first out for its worker, so that nested
//! tasks are done depth first, and few are unfinished at a time; others steal the oldest, which is the largest part of the work.
//!
//! **Sleep without lost wake-ups.** A worker that finds nothing searches for a while (counted in `searching`), then
//! gives its slot to the idle list and parks. Whoever queues a task afterwards wakes a worker unless one is searching.
//!
//! ```text
//! queue a task:  push; fence; if searching = 0 and idle slots > 0: wake one
//! wake one:      searching += 1 on behalf of the woken thread, which begins by searching
//! go to sleep:   searching -= 1; put the slot in the idle list; fence; if any queue holds a task: wake one
//! stop searching with a task in hand: searching -= 1; fence; if it was the last and any queue holds a task: wake one
//! ```
//!
//! So workers wake each other in a chain, as long as there is more to do than they have found.
//!
//! Both fences are sequentially consistent and stand between a write and a read of the other side's variable, so one
//! side always sees the other: either the pusher sees the idle slot, or the sleeper sees the task. A pusher that saw a
//! searcher instead relies on that searcher's later look at the queues, which comes after its decrement.
//!
//! **Claims.** Whoever ends a get that has lent its slots claims these back for it, and a task that needs several claims them. Claims are
//! served one after the other, before anything else: the first gathers slots as they become free, a worker that has ended a
//! task gives its slot up while there is one. Nobody who holds a slot waits for a claim without lending the slot, so the
//! first claim is always served in the end, and then the next. Only at the limit of threads, where there is none to run a task
//! that claims slots, those go first who have their thread: one of these ends in the end, and it is the thread that is missing.
//!
//! **The limit of threads** is one of those that run tasks or wait for results. A stream's task that waits to be asked for more does
//! not count: its consumer may be a task that has no thread yet. Where a task is queued that no thread can take, as all that
//! there may be wait, and none of these waits can end without it, the newest ends with an error.
//!
//! **The end.** When the runtime stops, threads that have nothing to do end, and those that find nothing more later. They do not
//! count at the limit of threads any more, so that what is still waited for can be ended, by new ones if need be.

mod rest;

use std::{cell::Cell, time::Instant};

use crossbeam_utils::CachePadded;
use trace::{DRIVER, Kind};

use crate::{
    actor::{PATIENCE, Threads},
    context,
    cores::{Cores, Place, Sleeper},
    handover::Handover,
    log::{Followers, Start},
    scheduler::{Engine, Ready, Scheduler, Turn},
    sync::{
        Arc, AtomicBool, AtomicUsize, Injector, Mutex, MutexGuard, Ordering, Steal, Stealer, Worker, fence,
        thread::{self, JoinHandle},
    },
    waiter::Waiter,
};

use rest::{Claim, Claimant, Rest};

/// The right to run tasks, and the queue that goes with it.
pub(crate) struct Slot {
    /// Which runtime it belongs to.
    pub(crate) owner: u64,
    /// Which one it is, counted from 0.
    pub(crate) number: u16,
    queue: Worker<Ready>,
    /// Those that a task holds beside this one, when it needs several.
    pub(crate) others: Vec<Slot>,
    /// How many tasks of the queue gets have taken since it was last cleared of such.
    taken: Cell<u32>,
}

impl Slot {
    pub(crate) fn new(owner: u64, number: u16) -> Self {
        Self { owner, number, queue: Worker::new_lifo(), others: Vec::new(), taken: Cell::new(0) }
    }

    /// How many slots this is, with its others.
    pub(crate) fn count(&self) -> usize {
        1 + self.others.len()
    }

    /// Several slots as one that holds the others.
    pub(crate) fn join(mut slots: Vec<Slot>) -> Option<Slot> {
        let mut first = slots.pop()?;
        first.others = slots;
        Some(first)
    }

    /// The slots that this one holds, and itself.
    pub(crate) fn split(mut self) -> Vec<Slot> {
        let mut slots = std::mem::take(&mut self.others);
        slots.push(self);
        slots
    }
}

/// The workers of a runtime by the machine's clock; see the module.
pub(crate) struct Workers {
    common: Injector<Ready>,
    stealers: Box<[Stealer<Ready>]>,
    searching: CachePadded<AtomicUsize>,
    idle_slots: CachePadded<AtomicUsize>,
    claims: AtomicUsize,
    cores: Cores,
    rest: Mutex<Rest>,
    /// The threads for what takes no slot.
    pub(crate) turns: Arc<Threads>,
    handles: Mutex<Vec<JoinHandle<()>>>,
}

/// A parked thread, and what it is given when it is woken.
#[derive(Default)]
struct Parked {
    given: Handover<Given>,
    sleeper: Sleeper,
}

enum Given {
    /// A slot to work with, and a task to begin with.
    Slot(Slot, Option<Ready>),
    Stop,
}

/// A thread that has lent its slots until its wait is over.
pub(crate) struct Lent {
    scheduler: Arc<Scheduler>,
    need: usize,
    thread: Arc<Parked>,
    claimed: AtomicBool,
}

impl Lent {
    fn new(scheduler: &Arc<Scheduler>, need: usize) -> Self {
        let thread = Arc::<Parked>::default();
        thread.sleeper.sleeps_here();
        Self { scheduler: Arc::clone(scheduler), need, thread, claimed: AtomicBool::new(false) }
    }

    /// Claims the slots back, once.
    pub(crate) fn claim(&self) {
        let Engine::Real(workers) = &self.scheduler.engine else { unreachable!("slots are lent by these workers") };
        if !self.claimed.swap(true, Ordering::AcqRel) {
            workers.claim(&self.scheduler, self.need, Claimant::Thread(Arc::clone(&self.thread)));
        }
    }

    /// Waits for the slots, which are claimed when the wait is over: by whoever ends it, or here when its time is up.
    fn wait(&self, until: Option<Instant>, waiter: &Waiter) -> Slot {
        let given = until.and_then(|until| self.thread.given.wait_until(until)).unwrap_or_else(|| {
            if until.is_some() {
                waiter.note_time_out();
                self.claim();
            }
            self.thread.given.wait()
        });
        match given {
            Given::Slot(slot, None) => slot,
            Given::Slot(_, Some(_)) | Given::Stop => unreachable!("only spare threads are given tasks, or stopped"),
        }
    }
}

/// How often a worker looks through all queues before it goes to sleep. It yields in between: on a machine with few
/// cores the thread that submits may be waiting for this one's. Once is right as well, and what the proofs try: each look more
/// hides what may happen between the last one and the sleep.
const SEARCHES: u32 = if cfg!(all(test, shuttle)) { 1 } else { 24 };

/// The most tasks a worker takes at once from the common queue: few enough to leave work for the others.
const LARGEST_SHARE: usize = 32;

/// How many tasks gets take before the queue is cleared of them: to look costs about as much as to queue a task.
const CLEARED_AFTER: u32 = if cfg!(all(test, shuttle)) { 1 } else { 2 };

/// The stack of a worker thread: room for some gets that run their targets inline, one inside the other.
const STACK_BYTES: usize = 8 << 20;

impl Workers {
    pub(crate) fn new(owner: u64, slots: usize, most_threads: usize) -> Self {
        let slots: Vec<Slot> = (0..slots as u16).map(|number| Slot::new(owner, number)).collect();
        Self {
            common: Injector::new(),
            stealers: slots.iter().map(|slot| slot.queue.stealer()).collect(),
            searching: CachePadded::default(),
            idle_slots: CachePadded::new(AtomicUsize::new(slots.len())),
            claims: AtomicUsize::new(0),
            cores: Cores::new(slots.len()),
            rest: Mutex::new(Rest::new(slots, most_threads)),
            turns: Arc::new(Threads::new(PATIENCE)),
            handles: Mutex::default(),
        }
    }

    /// Starts a thread a slot; they are parked, and their slots idle, until there is a task.
    pub(crate) fn start(&self, scheduler: &Arc<Scheduler>) -> std::io::Result<()> {
        for _ in 0..self.stealers.len() {
            let mut rest = self.rest();
            let thread = self.spawn(scheduler, &mut rest, Place::Apart)?;
            rest.spare.push(thread);
        }
        Ok(())
    }

    pub(crate) fn stop(&self, scheduler: &Arc<Scheduler>) {
        self.end_spare_threads();
        // At the limit of threads, nobody may have been woken for it before.
        if self.has_tasks() {
            self.wake_one(scheduler, Place::Apart);
        }
        while let Some(handle) = self.pop_handle() {
            // A task may own the last handle of its runtime; its thread cannot wait for itself.
            if handle.thread().id() != thread::current().id() {
                handle.join().expect("a worker thread catches the panics of its tasks");
            }
        }
        self.turns.stop(|| self.cancel_tasks(scheduler));
    }

    fn end_spare_threads(&self) {
        let mut rest = self.rest();
        let spare = std::mem::take(&mut rest.spare);
        rest.threads -= spare.len();
        drop(rest);
        for thread in spare {
            thread.given.give(Given::Stop);
        }
    }

    fn cancel_tasks(&self, scheduler: &Arc<Scheduler>) {
        while let Some(task) = self.steal() {
            task.run(scheduler, Start::Read);
        }
    }

    fn pop_handle(&self) -> Option<JoinHandle<()>> {
        self.handles.lock().expect("no code panics under this lock").pop()
    }

    #[inline]
    pub(crate) fn push(&self, scheduler: &Arc<Scheduler>, task: Ready, slots: u16) {
        if slots != 1 {
            return self.push_wide(scheduler, task, slots);
        }
        context::with_slot(|slot| match slot {
            Some(slot) if slot.owner == scheduler.number => slot.queue.push(task),
            _ => self.common.push(task),
        });
        fence(Ordering::SeqCst);
        if self.searching.load(Ordering::Relaxed) == 0 {
            self.wake_one(scheduler, Place::Apart);
        }
    }

    #[cold]
    fn push_wide(&self, scheduler: &Arc<Scheduler>, task: Ready, slots: u16) {
        self.claim(scheduler, slots.into(), Claimant::Task(task));
        self.end_if_stuck(scheduler);
    }

    /// Makes some thread take the turn soon.
    pub(crate) fn schedule_turn(&self, scheduler: &Arc<Scheduler>, turn: Arc<dyn Turn>) {
        self.turns.schedule(scheduler, turn);
    }

    /// Parks this thread until its wait is over; its slots go to others meanwhile, if it `lends` them.
    pub(crate) fn park(&self, scheduler: &Arc<Scheduler>, waiter: &Arc<Waiter>, until: Option<Instant>, lends: bool) {
        if !lends || context::worker(scheduler) == DRIVER {
            if until.is_none() && !waiter.tasks.is_empty() {
                self.end_if_stuck(scheduler);
            }
            return waiter.park(until);
        }
        let mut rest = self.rest();
        rest.begin_wait(waiter, until.is_some());
        scheduler.record(Kind::SlotReleased, 0, context::task(), 0);
        let slot = context::release().expect("this thread's worker number is that of a slot it holds");
        let lent = Lent::new(scheduler, slot.count());
        self.free(scheduler, rest, slot);
        let lent = waiter.lend(lent);
        let slot = lent.wait(until, waiter);
        self.rest().end_wait(waiter);
        self.cores.begin(&lent.thread.sleeper, slot.number);
        context::hold(slot);
        scheduler.record(Kind::SlotAcquired, 0, context::task(), 0);
    }

    /// Something that has no slot ends or waits, or a task finds no thread: the waits of all threads may have needed it.
    pub(crate) fn end_if_stuck(&self, scheduler: &Scheduler) {
        let stuck = self.rest().waits_of_all();
        self.end_newest(scheduler, stuck);
    }

    /// Ends the newest of these waits, which are those of all threads that there may be, unless one of them may end by itself.
    fn end_newest(&self, scheduler: &Scheduler, waits: Option<Vec<Arc<Waiter>>>) {
        if let Some(waits) = waits
            && !scheduler.blocked.may_any_end(&waits)
            && let Some(newest) = waits.last()
        {
            newest.end_in_deadlock(rest::in_words(&waits));
        }
    }

    /// Claims slots: for a thread whose wait is over, or a task that needs several.
    fn claim(&self, scheduler: &Arc<Scheduler>, need: usize, by: Claimant) {
        let mut rest = self.rest();
        rest.claims.push_back(Claim { need, got: Vec::new(), by });
        self.claims.fetch_add(1, Ordering::Relaxed);
        let served = self.serve(scheduler, &mut rest, Place::Apart);
        drop(rest);
        self.wake_all(served, Place::Apart);
    }

    /// Gives idle slots to those who claim them, in the order in which they came: to threads, which are to be woken when the
    /// lock is free again, as a thread that is woken may run at once and need it.
    fn serve(&self, scheduler: &Arc<Scheduler>, rest: &mut Rest, place: Place) -> Vec<(Arc<Parked>, Given)> {
        let mut served = Vec::new();
        while let Some(mut claim) = rest.next_claim() {
            while claim.got.len() < claim.need
                && let Some(slot) = rest.idle.pop()
            {
                claim.got.push(slot);
            }
            let thread = if claim.got.len() < claim.need {
                None
            } else {
                match &claim.by {
                    Claimant::Thread(thread) => Some(Arc::clone(thread)),
                    Claimant::Task(_) => self.spare_thread(scheduler, rest, place),
                }
            };
            let Some(thread) = thread else {
                rest.claims.push_front(claim);
                break;
            };
            self.claims.fetch_sub(1, Ordering::Relaxed);
            let slot = Slot::join(claim.got).expect("a claim is for a slot or more");
            let first = match claim.by {
                Claimant::Thread(_) => None,
                Claimant::Task(task) => Some(task),
            };
            served.push((thread, Given::Slot(slot, first)));
        }
        self.idle_slots.store(rest.idle.len(), Ordering::Relaxed);
        served
    }

    fn wake_all(&self, served: Vec<(Arc<Parked>, Given)>, place: Place) {
        for (thread, given) in served {
            self.wake(&thread, given, place);
        }
    }

    fn wake(&self, thread: &Parked, given: Given, place: Place) {
        self.cores.direct(&thread.sleeper, place);
        thread.given.give(given);
        // That took long, and may lie between a task and the next one.
        context::moment();
    }

    /// Gives this thread's slots away, before it sleeps: to those who claim some, or to the idle list, from where a queued task
    /// wakes them at once.
    fn free(&self, scheduler: &Arc<Scheduler>, mut rest: MutexGuard<'_, Rest>, slot: Slot) {
        self.cores.end(slot.number);
        rest.idle.extend(slot.split());
        let served = self.serve(scheduler, &mut rest, Place::Here);
        let stuck = rest.waits_of_all();
        drop(rest);
        self.wake_all(served, Place::Here);
        self.end_newest(scheduler, stuck);
        fence(Ordering::SeqCst);
        if self.has_tasks() {
            self.wake_one(scheduler, Place::Here);
        }
    }

    /// Gives an idle slot, if there is one, to a spare thread or a new one. At the limit of threads the slot stays idle,
    /// and the next get that is over takes it.
    #[inline]
    fn wake_one(&self, scheduler: &Arc<Scheduler>, place: Place) {
        if self.idle_slots.load(Ordering::Relaxed) > 0 {
            self.wake_one_slowly(scheduler, place);
        }
    }

    #[cold]
    fn wake_one_slowly(&self, scheduler: &Arc<Scheduler>, place: Place) {
        let mut rest = self.rest();
        if rest.idle.is_empty() {
            return;
        }
        let Some(thread) = self.spare_thread(scheduler, &mut rest, place) else {
            drop(rest);
            return self.end_if_stuck(scheduler);
        };
        let slot = rest.idle.pop().expect("it was not empty under the same lock");
        self.idle_slots.store(rest.idle.len(), Ordering::Relaxed);
        self.searching.fetch_add(1, Ordering::SeqCst);
        drop(rest);
        self.wake(&thread, Given::Slot(slot, None), place);
    }

    /// A thread that has nothing to do: one there is, or a new one if there may be more.
    fn spare_thread(&self, scheduler: &Arc<Scheduler>, rest: &mut Rest, place: Place) -> Option<Arc<Parked>> {
        if let Some(thread) = rest.spare.pop() {
            return Some(thread);
        }
        if rest.has_all_threads() {
            return None;
        }
        let started = self.spawn(scheduler, rest, place).ok();
        if started.is_none() {
            // Tasks wait for one of the threads that there are: slower, not wrong.
            rest.lower_limit();
        }
        started
    }

    fn spawn(&self, scheduler: &Arc<Scheduler>, rest: &mut Rest, place: Place) -> std::io::Result<Arc<Parked>> {
        let parked = Arc::new(Parked::default());
        let (scheduler, own) = (Arc::clone(scheduler), Arc::clone(&parked));
        let thread = thread::Builder::new().name("parlings-worker".to_string()).stack_size(STACK_BYTES);
        let run = move || {
            context::enter(Some(std::rc::Rc::new(Arc::clone(&scheduler))));
            let Engine::Real(workers) = &scheduler.engine else { unreachable!("it was these workers' thread") };
            let next = || {
                own.sleeper.sleeps_here();
                own.given.wait()
            };
            while let Given::Slot(slot, first) = next() {
                workers.cores.begin(&own.sleeper, slot.number);
                context::hold(slot);
                scheduler.record(Kind::Unpark, 0, 0, 0);
                workers.work(&scheduler, &own, first);
            }
            context::enter(None);
        };
        let handle = self.cores.directed(&parked.sleeper, place, || thread.spawn(run))?;
        rest.threads += 1;
        self.handles.lock().expect("no code panics under this lock").push(handle);
        Ok(parked)
    }

    /// Runs tasks until this thread's slot is given away. Whoever woke this thread without a task to begin with has counted it
    /// as searching.
    fn work(&self, scheduler: &Arc<Scheduler>, own: &Arc<Parked>, first: Option<Ready>) {
        if let Some(task) = first {
            task.run(scheduler, Start::Read);
            return self.retire(scheduler, own);
        }
        let mut followers = Followers::default();
        let mut next = self.search(scheduler).map(|task| (task, Start::Read));
        while let Some((task, start)) = next {
            task.run(scheduler, start);
            if self.claims.load(Ordering::Relaxed) > 0 {
                return self.retire(scheduler, own);
            }
            let ended = context::last_moment();
            next = self.own_task().map(|task| (task, followers.next(ended))).or_else(|| {
                let found = self.find_elsewhere(scheduler).or_else(|| {
                    self.searching.fetch_add(1, Ordering::SeqCst);
                    self.search(scheduler)
                });
                found.map(|task| (task, Start::Read))
            });
        }
        scheduler.record(Kind::Park, 0, 0, 0);
        self.retire(scheduler, own);
    }

    /// Gives this thread's slots away and makes the thread a spare one.
    fn retire(&self, scheduler: &Arc<Scheduler>, own: &Arc<Parked>) {
        let slot = context::release().expect("a working thread holds a slot");
        let mut rest = self.rest();
        if scheduler.is_stopping() {
            rest.threads -= 1;
            own.given.give(Given::Stop);
        } else {
            rest.spare.push(Arc::clone(own));
        }
        self.free(scheduler, rest, slot);
    }

    /// A task from this thread's queue.
    #[inline]
    fn own_task(&self) -> Option<Ready> {
        context::with_slot(|slot| slot.expect("a working thread holds a slot").queue.pop())
    }

    /// A task from the common queue, or another slot's.
    #[inline]
    fn find_elsewhere(&self, scheduler: &Scheduler) -> Option<Ready> {
        context::with_slot(|slot| {
            let slot = slot.expect("a working thread holds a slot");
            self.take_share(slot).or_else(|| self.steal_for(scheduler, slot))
        })
    }

    fn take_share(&self, slot: &Slot) -> Option<Ready> {
        let share = (self.common.len() / (2 * self.stealers.len())).clamp(1, LARGEST_SHARE);
        settle(|| self.common.steal_batch_with_limit_and_pop(&slot.queue, share))
    }

    fn steal_for(&self, scheduler: &Scheduler, slot: &Slot) -> Option<Ready> {
        let (count, own) = (self.stealers.len(), usize::from(slot.number));
        (1..count).map(|step| (own + step) % count).find_map(|victim| {
            let task = settle(|| self.stealers[victim].steal_batch_and_pop(&slot.queue))?;
            scheduler.record(Kind::Steal, 0, victim as u64, 0);
            Some(task)
        })
    }

    /// Looks again and again, for a while. This thread is counted as searching until it returns.
    fn search(&self, scheduler: &Arc<Scheduler>) -> Option<Ready> {
        let found = (0..SEARCHES).find_map(|look| {
            if look > 0 {
                thread::yield_now();
            }
            self.own_task().or_else(|| self.find_elsewhere(scheduler))
        });
        let last = self.searching.fetch_sub(1, Ordering::SeqCst) == 1;
        fence(Ordering::SeqCst);
        if last && found.is_some() && self.has_tasks() {
            self.wake_one(scheduler, Place::Apart);
        }
        found
    }

    /// A get has taken a task. Now and then this clears such away from the end of this thread's queue. Mostly it is the newest
    /// tasks that are taken, so the queue stays short, and the memory of a finished task is soon that of a new one.
    #[inline]
    pub(crate) fn forget_taken(&self, scheduler: &Arc<Scheduler>) {
        let newest = context::with_slot(|slot| {
            let slot = slot.filter(|slot| slot.owner == scheduler.number)?;
            let taken = slot.taken.get() + 1;
            slot.taken.set(taken % CLEARED_AFTER);
            if taken < CLEARED_AFTER {
                return None;
            }
            std::iter::from_fn(|| slot.queue.pop()).find(|task| !task.is_taken())
        });
        // A worker that looked meanwhile, before it went to sleep, has not seen it: it is queued like a new one.
        if let Some(task) = newest {
            self.push(scheduler, task, 1);
        }
    }

    /// Any queued task, for a thread without a slot.
    fn steal(&self) -> Option<Ready> {
        settle(|| self.common.steal())
            .or_else(|| self.stealers.iter().find_map(|queue| settle(|| queue.steal())))
            .or_else(|| self.unserved_task())
    }

    /// A task that claims slots, when nobody is left who would free them.
    fn unserved_task(&self) -> Option<Ready> {
        let claim = self.rest().claims.pop_front()?;
        match claim.by {
            Claimant::Task(task) => Some(task),
            Claimant::Thread(_) => unreachable!("every thread has ended"),
        }
    }

    fn has_tasks(&self) -> bool {
        !self.common.is_empty() || self.stealers.iter().any(|queue| !queue.is_empty())
    }

    fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().expect("no code panics under this lock")
    }
}

/// Tries a steal until it has an answer.
fn settle<T>(mut steal: impl FnMut() -> Steal<T>) -> Option<T> {
    loop {
        match steal() {
            Steal::Success(task) => return Some(task),
            Steal::Empty => return None,
            Steal::Retry => std::hint::spin_loop(),
        }
    }
}
