//! Who runs what, and where: slots, the threads that hold them, and the queues of ready tasks.
//!
//! **Slots and threads.** There are `num_cpus` slots. A slot owns a queue and a buffer of the log; a thread runs tasks only
//! while it holds a slot. Threads without one are parked, either *spare* (they have nothing to go back to) or *blocked* in a
//! get. So a get that has to wait lends its slot to a spare thread, and nested tasks never starve, whatever `num_cpus` is.
//!
//! **Queues.** A task that becomes ready goes to the queue of the slot on whose thread that happened, or to the common
//! one when it happened on none. A worker looks in its own queue, in the common one (of which it takes a share), then in
//! those of the others. All are first in, first out: the order of submission, as far as several workers can keep it.
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
//! **Handing a slot back.** A thread whose get is over takes an idle slot, or queues up in `returning`; a worker that
//! has ended a task serves that queue before anything else. Whoever frees a slot gives it, in this order, to a
//! returning thread, to a spare thread if there are tasks queued, or to the idle list.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering, fence},
    },
    thread::JoinHandle,
};

use crossbeam_deque::{Injector, Steal, Stealer, Worker};
use crossbeam_utils::CachePadded;
use trace::{DRIVER, Kind, Record};

use crate::{TaskError, context, kernel::Pool, log::Log, object::Waiter, task::Job};

type Ready = Arc<dyn Job>;

/// The right to run tasks, and the queue that goes with it.
pub(crate) struct Slot {
    /// Which runtime it belongs to.
    pub(crate) owner: u64,
    /// Which one it is, counted from 0.
    pub(crate) number: u16,
    queue: Worker<Ready>,
}

/// What a runtime is made of; see the builder.
pub(crate) struct Settings {
    pub(crate) slots: usize,
    /// Events that each buffer of the log holds.
    pub(crate) events: usize,
    /// Threads that may exist at a time, running, blocked and spare.
    pub(crate) most_threads: usize,
    pub(crate) sweep: Option<u64>,
}

/// The scheduler of one runtime; see the module.
pub struct Scheduler {
    /// Tells this runtime from all others of the process.
    pub(crate) number: u64,
    pub(crate) log: Log,
    pub(crate) settings: Settings,
    /// The threads of the parallel kernels, started by the first of them.
    pub(crate) kernels: OnceLock<Pool>,
    ids: CachePadded<AtomicU64>,
    stored: AtomicU64,
    common: Injector<Ready>,
    stealers: Box<[Stealer<Ready>]>,
    searching: CachePadded<AtomicUsize>,
    idle_slots: CachePadded<AtomicUsize>,
    returning: AtomicUsize,
    stopping: AtomicBool,
    rest: Mutex<Rest>,
    handles: Mutex<Vec<JoinHandle<()>>>,
}

/// What is not running.
#[derive(Default)]
struct Rest {
    idle: Vec<Slot>,
    spare: Vec<Arc<Parked>>,
    returning: VecDeque<Arc<Parked>>,
    threads: usize,
    blocked: Vec<Arc<Waiter>>,
}

/// A parked thread, and what it is given when it is woken.
#[derive(Default)]
struct Parked {
    given: Mutex<Option<Given>>,
    changed: Condvar,
}

enum Given {
    Slot(Slot),
    Stop,
}

impl Parked {
    fn give(&self, given: Given) {
        *self.given.lock().expect("no code panics under this lock") = Some(given);
        self.changed.notify_one();
    }

    fn wait(&self) -> Given {
        let mut given = self.given.lock().expect("no code panics under this lock");
        loop {
            if let Some(given) = given.take() {
                return given;
            }
            given = self.changed.wait(given).expect("no code panics under this lock");
        }
    }
}

/// How often a worker looks through all queues before it goes to sleep. It yields in between: on a machine with few
/// cores the thread that submits may be waiting for this one's.
const SEARCHES: u32 = 24;

/// How often a get looks before its thread parks, for results that are a moment away.
const LOOKS: u32 = 64;

/// The most tasks a worker takes at once from the common queue: few enough to leave work for the others.
const LARGEST_SHARE: usize = 32;

/// The stack of a worker thread: room for some gets that run their targets inline, one inside the other.
const STACK_BYTES: usize = 8 << 20;

impl Scheduler {
    /// Starts the workers; they are parked, and their slots idle, until there is a task.
    pub(crate) fn start(settings: Settings) -> std::io::Result<Arc<Self>> {
        static NUMBERS: AtomicU64 = AtomicU64::new(1);
        context::watch_panics();
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let slots: Vec<Slot> = (0..settings.slots as u16)
            .map(|slot| Slot { owner: number, number: slot, queue: Worker::new_fifo() })
            .collect();
        let scheduler = Arc::new(Self {
            number,
            log: Log::new(settings.slots, settings.events),
            kernels: OnceLock::new(),
            ids: CachePadded::new(AtomicU64::new(1)),
            stored: AtomicU64::new(0),
            common: Injector::new(),
            stealers: slots.iter().map(|slot| slot.queue.stealer()).collect(),
            searching: CachePadded::default(),
            idle_slots: CachePadded::new(AtomicUsize::new(slots.len())),
            returning: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
            rest: Mutex::new(Rest { idle: slots, ..Rest::default() }),
            handles: Mutex::default(),
            settings,
        });
        for _ in 0..scheduler.settings.slots {
            let mut rest = scheduler.rest();
            match scheduler.spawn(&mut rest) {
                Ok(thread) => rest.spare.push(thread),
                Err(error) => {
                    drop(rest);
                    scheduler.stop();
                    return Err(error);
                }
            }
        }
        Ok(scheduler)
    }

    /// Cancels what has not begun, waits for what runs, and joins every thread.
    pub(crate) fn stop(self: &Arc<Self>) {
        self.stopping.store(true, Ordering::SeqCst);
        for thread in std::mem::take(&mut self.rest().spare) {
            thread.give(Given::Stop);
        }
        while let Some(handle) = self.pop_handle() {
            // A task may own the last handle of its runtime; its thread cannot wait for itself.
            if handle.thread().id() != std::thread::current().id() {
                handle.join().expect("a worker thread catches the panics of its tasks");
            }
        }
        while let Some(task) = self.steal() {
            task.run(self);
        }
        if let Some(kernels) = self.kernels.get() {
            kernels.stop();
        }
    }

    fn pop_handle(&self) -> Option<JoinHandle<()>> {
        self.handles.lock().expect("no code panics under this lock").pop()
    }

    /// Whether tasks that have not begun are to end without beginning.
    #[inline]
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// A new number for a task.
    #[inline]
    pub(crate) fn next_task(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// A new number for a stored object.
    pub(crate) fn next_stored(&self) -> u64 {
        self.stored.fetch_add(1, Ordering::Relaxed);
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Writes events of this thread that share one moment: kind, site, a, b.
    #[inline]
    pub(crate) fn record(&self, events: impl IntoIterator<Item = (Kind, u32, u64, u64)>) {
        self.log.write(context::worker(self), events);
    }

    /// Everything recorded so far.
    pub(crate) fn take_record(&self) -> Record {
        let stored = self.stored.load(Ordering::Relaxed);
        self.log.record((self.ids.load(Ordering::Relaxed) - 1).saturating_sub(stored))
    }

    /// Queues a ready task.
    #[inline]
    pub(crate) fn push(self: &Arc<Self>, task: Ready) {
        context::with_slot(|slot| match slot {
            Some(slot) if slot.owner == self.number => slot.queue.push(task),
            _ => self.common.push(task),
        });
        fence(Ordering::SeqCst);
        if self.searching.load(Ordering::Relaxed) == 0 {
            self.wake_one();
        }
    }

    /// Lets the thread of a get wait for its results; its slot goes to others meanwhile.
    ///
    /// # Errors
    /// [`TaskError::Deadlock`] when every thread that the runtime may have would then be waiting.
    pub(crate) fn block(self: &Arc<Self>, waiter: &Arc<Waiter>) -> Result<(), TaskError> {
        for _ in 0..LOOKS {
            if waiter.is_over() {
                return Ok(());
            }
            std::hint::spin_loop();
        }
        if context::worker(self) == DRIVER {
            waiter.park();
            return Ok(());
        }
        let mut rest = self.rest();
        if let Some(chain) = rest.chain_if_stuck(waiter, self.settings.most_threads) {
            return Err(TaskError::Deadlock { chain });
        }
        rest.blocked.push(Arc::clone(waiter));
        self.record([(Kind::SlotReleased, 0, context::task(), 0)]);
        let slot = context::release().expect("this thread's worker number is that of a slot it holds");
        self.free(rest, slot);
        waiter.park();
        context::hold(self.take_back(waiter));
        self.record([(Kind::SlotAcquired, 0, context::task(), 0)]);
        Ok(())
    }

    /// A slot for a thread whose get is over.
    fn take_back(&self, waiter: &Arc<Waiter>) -> Slot {
        let mut rest = self.rest();
        rest.blocked.retain(|blocked| !Arc::ptr_eq(blocked, waiter));
        if let Some(slot) = rest.idle.pop() {
            self.idle_slots.fetch_sub(1, Ordering::Relaxed);
            return slot;
        }
        let parked = Arc::new(Parked::default());
        rest.returning.push_back(Arc::clone(&parked));
        self.returning.fetch_add(1, Ordering::Relaxed);
        drop(rest);
        match parked.wait() {
            Given::Slot(slot) => slot,
            Given::Stop => unreachable!("only spare threads are stopped"),
        }
    }

    /// Gives a slot away: to a returning thread, or to the idle list, from where a queued task wakes it at once.
    fn free(self: &Arc<Self>, mut rest: MutexGuard<'_, Rest>, slot: Slot) {
        if let Some(thread) = rest.returning.pop_front() {
            self.returning.fetch_sub(1, Ordering::Relaxed);
            drop(rest);
            return thread.give(Given::Slot(slot));
        }
        rest.idle.push(slot);
        self.idle_slots.fetch_add(1, Ordering::Relaxed);
        drop(rest);
        fence(Ordering::SeqCst);
        if self.has_tasks() {
            self.wake_one();
        }
    }

    /// Gives an idle slot, if there is one, to a spare thread or a new one. At the limit of threads the slot stays idle,
    /// and the next get that is over takes it.
    #[inline]
    fn wake_one(self: &Arc<Self>) {
        if self.idle_slots.load(Ordering::Relaxed) > 0 {
            self.wake_one_slowly();
        }
    }

    #[cold]
    fn wake_one_slowly(self: &Arc<Self>) {
        let mut rest = self.rest();
        if rest.idle.is_empty() {
            return;
        }
        let may_spawn = rest.threads < self.settings.most_threads;
        let spare = rest.spare.pop();
        // Where no thread can be started, tasks wait for one of those there are: slower, not wrong.
        let Some(thread) = spare.or_else(|| may_spawn.then(|| self.spawn(&mut rest).ok())?) else { return };
        let slot = rest.idle.pop().expect("it was not empty under the same lock");
        self.idle_slots.fetch_sub(1, Ordering::Relaxed);
        self.searching.fetch_add(1, Ordering::SeqCst);
        drop(rest);
        thread.give(Given::Slot(slot));
    }

    fn spawn(self: &Arc<Self>, rest: &mut Rest) -> std::io::Result<Arc<Parked>> {
        let parked = Arc::new(Parked::default());
        let (scheduler, own) = (Arc::clone(self), Arc::clone(&parked));
        let thread = std::thread::Builder::new().name("parlings-worker".to_string()).stack_size(STACK_BYTES);
        let handle = thread.spawn(move || {
            context::enter(Some(Arc::clone(&scheduler)));
            while let Given::Slot(slot) = own.wait() {
                context::hold(slot);
                scheduler.record([(Kind::Unpark, 0, 0, 0)]);
                scheduler.work(&own);
            }
            context::enter(None);
        })?;
        rest.threads += 1;
        self.handles.lock().expect("no code panics under this lock").push(handle);
        Ok(parked)
    }

    /// Runs tasks until this thread's slot is given away. Whoever woke this thread has counted it as searching.
    fn work(self: &Arc<Self>, own: &Arc<Parked>) {
        let mut next = self.search();
        while let Some(task) = next {
            task.run(self);
            if self.returning.load(Ordering::Relaxed) > 0 {
                return self.retire(own);
            }
            next = self.find().or_else(|| {
                self.searching.fetch_add(1, Ordering::SeqCst);
                self.search()
            });
        }
        self.record([(Kind::Park, 0, 0, 0)]);
        self.retire(own);
    }

    /// Gives this thread's slot away and makes the thread a spare one.
    fn retire(self: &Arc<Self>, own: &Arc<Parked>) {
        let slot = context::release().expect("a working thread holds a slot");
        let mut rest = self.rest();
        if self.is_stopping() {
            own.give(Given::Stop);
        } else {
            rest.spare.push(Arc::clone(own));
        }
        self.free(rest, slot);
    }

    /// A task from this thread's queue, the common one, or another slot's.
    #[inline]
    fn find(&self) -> Option<Ready> {
        context::with_slot(|slot| {
            let slot = slot.expect("a working thread holds a slot");
            slot.queue.pop().or_else(|| self.take_share(slot)).or_else(|| self.steal_for(slot))
        })
    }

    fn take_share(&self, slot: &Slot) -> Option<Ready> {
        let share = (self.common.len() / (2 * self.stealers.len())).clamp(1, LARGEST_SHARE);
        settle(|| self.common.steal_batch_with_limit_and_pop(&slot.queue, share))
    }

    fn steal_for(&self, slot: &Slot) -> Option<Ready> {
        let (count, own) = (self.stealers.len(), usize::from(slot.number));
        (1..count).map(|step| (own + step) % count).find_map(|victim| {
            let task = settle(|| self.stealers[victim].steal_batch_and_pop(&slot.queue))?;
            self.record([(Kind::Steal, 0, victim as u64, 0)]);
            Some(task)
        })
    }

    /// Looks again and again, for a while. This thread is counted as searching until it returns.
    fn search(self: &Arc<Self>) -> Option<Ready> {
        let found = (0..SEARCHES).find_map(|look| {
            if look > 0 {
                std::thread::yield_now();
            }
            self.find()
        });
        let last = self.searching.fetch_sub(1, Ordering::SeqCst) == 1;
        fence(Ordering::SeqCst);
        if last && found.is_some() && self.has_tasks() {
            self.wake_one();
        }
        found
    }

    /// Any queued task, for a thread without a slot.
    fn steal(&self) -> Option<Ready> {
        settle(|| self.common.steal()).or_else(|| self.stealers.iter().find_map(|queue| settle(|| queue.steal())))
    }

    fn has_tasks(&self) -> bool {
        !self.common.is_empty() || self.stealers.iter().any(|queue| !queue.is_empty())
    }

    fn rest(&self) -> MutexGuard<'_, Rest> {
        self.rest.lock().expect("no code panics under this lock")
    }
}

impl Rest {
    /// Who waits for whom, when `waiter`'s thread is the last that could still run anything.
    fn chain_if_stuck(&self, waiter: &Waiter, most_threads: usize) -> Option<String> {
        let all_wait = self.blocked.len() + 1 >= most_threads && self.blocked.iter().all(|blocked| !blocked.is_over());
        if !all_wait {
            return None;
        }
        /// How many names of a long chain are told.
        const TOLD: usize = 8;
        let names = self.blocked.iter().map(|blocked| blocked.function).chain([waiter.function]);
        let told: Vec<_> = names.map(|name| format!("`{name}`")).collect();
        let newest = told[told.len().saturating_sub(TOLD)..].join(", ");
        Some(format!(
            "{} tasks wait in a get, each for a task that has not begun, and a runtime has no more threads than that; \
             the last to wait were {newest}. Pass references as arguments instead of waiting for them inside tasks",
            told.len()
        ))
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
