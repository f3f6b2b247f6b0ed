//! What a runtime consists of, and the two ways in which it runs tasks.
//!
//! By the machine's clock, worker threads run what is ready, side by side: see [`workers`](crate::workers). By the virtual
//! clock, one thread at a time, in an order that is always the same: see [`baton`](crate::baton). What both have in common is
//! here: the record, the numbers of tasks, cancellation, and waits.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use crossbeam_utils::CachePadded;
use trace::{Kind, Record};

use crate::{
    actor::Living,
    baton::{Baton, Sleeper},
    context,
    deadlock::Blocked,
    kernel::Pool,
    log::{Log, Start, Writer},
    shared::Shared,
    sync::{Arc, AtomicBool, AtomicU64, Ordering, thread},
    task::Job,
    waiter::{Ended, Waiter},
    workers::Workers,
};

/// A task whose arguments are there.
pub(crate) type Ready = Shared<dyn Job>;

/// Work that uses no worker slot: an actor's next calls, or a task that asks for no slot.
pub(crate) trait Turn: Send + Sync {
    /// Does it on this thread.
    fn take(self: Arc<Self>, scheduler: &Arc<Scheduler>);
}

/// What a runtime is made of; see the builder.
pub(crate) struct Settings {
    pub(crate) slots: usize,
    /// Events that each buffer of the log holds.
    pub(crate) events: usize,
    /// Threads that may exist at a time, beside those that are stalled: see [`workers`](crate::workers).
    pub(crate) most_threads: usize,
    pub(crate) sweep: Option<u64>,
    /// The virtual clock, and what perturbs its order.
    pub(crate) baton: Option<Option<u64>>,
}

/// The scheduler of one runtime; see the module.
pub struct Scheduler {
    /// Tells this runtime from all others of the process.
    pub(crate) number: u64,
    pub(crate) log: Log,
    pub(crate) settings: Settings,
    /// The threads of the parallel kernels, started by the first of them.
    pub(crate) kernels: OnceLock<Pool>,
    pub(crate) engine: Engine,
    numbers: CachePadded<AtomicU64>,
    stopping: AtomicBool,
    /// Whether any task was ever cancelled: until then, nobody has to look.
    cancelled: AtomicBool,
    pub(crate) blocked: Blocked,
    pub(crate) actors: Living,
}

/// A task that needs no slot.
struct Slotless(Ready);

impl Turn for Slotless {
    fn take(self: Arc<Self>, scheduler: &Arc<Scheduler>) {
        self.0.clone().run(scheduler, Start::Read);
    }
}

/// How tasks are run.
#[expect(clippy::large_enum_variant, reason = "there is one a runtime")]
pub(crate) enum Engine {
    Real(Workers),
    Virtual(Baton),
}

/// How long a thread looks for what may be a moment away before it parks: about as long as it takes to park and be woken.
pub(crate) const LOOK: Duration = if cfg!(all(test, shuttle)) { Duration::ZERO } else { Duration::from_micros(10) };

/// How often it looks before it lets others run, and reads the clock.
const LOOKS: u32 = if cfg!(all(test, shuttle)) { 1 } else { 64 };

/// Numbers of tasks that a thread sets aside for itself.
const NUMBERS: u64 = 256;

/// Looks for about so long whether something has happened.
pub(crate) fn look(duration: Duration, has_happened: impl Fn() -> bool) -> bool {
    let until = Instant::now() + duration;
    loop {
        for _ in 0..LOOKS {
            if has_happened() {
                return true;
            }
            std::hint::spin_loop();
        }
        if Instant::now() >= until {
            return false;
        }
        thread::yield_now();
    }
}

impl Scheduler {
    /// Starts it; workers are parked until there is a task.
    pub(crate) fn start(settings: Settings) -> std::io::Result<Arc<Self>> {
        static RUNTIMES: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
        context::watch_panics();
        let number = RUNTIMES.fetch_add(1, Ordering::Relaxed);
        let engine = match settings.baton {
            Some(seed) => Engine::Virtual(Baton::new(number, settings.slots, seed)),
            None => Engine::Real(Workers::new(number, settings.slots, settings.most_threads)),
        };
        let scheduler = Arc::new(Self {
            number,
            log: Log::new(settings.slots, settings.events, settings.baton.is_some()),
            kernels: OnceLock::new(),
            engine,
            numbers: CachePadded::new(AtomicU64::new(1)),
            stopping: AtomicBool::new(false),
            cancelled: AtomicBool::new(false),
            blocked: Blocked::default(),
            actors: Living::default(),
            settings,
        });
        let started = match &scheduler.engine {
            Engine::Real(workers) => workers.start(&scheduler),
            Engine::Virtual(baton) => baton.start(&scheduler),
        };
        match started {
            Ok(()) => Ok(scheduler),
            Err(error) => {
                scheduler.stop();
                Err(error)
            }
        }
    }

    /// Cancels what has not begun, waits for what runs, and joins every thread.
    pub(crate) fn stop(self: &Arc<Self>) {
        self.stopping.store(true, Ordering::SeqCst);
        self.actors.wake_all();
        self.blocked.end_idle();
        match &self.engine {
            Engine::Real(workers) => workers.stop(self),
            Engine::Virtual(baton) => baton.stop(self),
        }
        if let Some(kernels) = self.kernels.get() {
            kernels.stop();
        }
    }

    /// Whether tasks that have not begun are to end without beginning.
    #[inline]
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// A new number, for a task, an object or an actor.
    #[inline]
    pub(crate) fn next_number(&self) -> u64 {
        let count = if self.is_virtual() { 1 } else { NUMBERS };
        context::next_number(self.number, count, |count| self.numbers.fetch_add(count, Ordering::Relaxed))
    }

    /// Writes events of this thread that share one moment: now. It becomes a part of the caller, and what is known of the events there
    /// need not be looked at.
    #[inline(always)]
    pub(crate) fn record_with(&self, write: impl FnOnce(&Writer<'_>)) {
        self.record_at(context::moment, write);
    }

    /// Writes an event of this thread.
    pub(crate) fn record(&self, kind: Kind, site: u32, a: u64, b: u64) {
        self.record_with(|writer| writer.write(kind, site, a, b));
    }

    /// Makes now the thread's last moment, for an event that is written soon.
    #[inline(always)]
    pub(crate) fn look_at_clock(&self) {
        if self.log.is_recording() {
            context::moment();
        }
    }

    /// Writes an event of this thread at the moment of the thread's last one, or of its last look at the clock: between them lies next to
    /// nothing, or what is put right when the record is taken, and to read the clock costs more than to write an event.
    #[inline(always)]
    pub(crate) fn record_again(&self, kind: Kind, site: u32, a: u64, b: u64) {
        self.record_at(context::last_moment, |writer| writer.write(kind, site, a, b));
    }

    #[inline(always)]
    fn record_at(&self, moment: fn() -> u64, write: impl FnOnce(&Writer<'_>)) {
        if !self.log.is_recording() {
            return;
        }
        let worker = context::worker(self);
        match self.log.slot(worker) {
            Some(buffer) => write(&Writer::new(buffer, moment(), worker)),
            None => self.record_without_slot(worker, moment, write),
        }
    }

    #[inline(always)]
    fn record_without_slot(&self, worker: u16, moment: fn() -> u64, write: impl FnOnce(&Writer<'_>)) {
        match &self.engine {
            Engine::Virtual(baton) => self.log.write_ordered(baton.now(), worker, write),
            Engine::Real(_) => context::with_lease(self, |lease| self.log.write_leased(lease, moment(), write)),
        }
    }

    /// Writes an event of a kernel thread, which holds no slot.
    pub(crate) fn record_kernel(&self, kind: Kind, site: u32, task: u64, thread: u64) {
        if self.log.is_recording() {
            self.log.write_kernel(self.virtual_now(), kind, site, task, thread);
        }
    }

    /// Everything recorded so far.
    pub(crate) fn take_record(&self) -> Record {
        self.log.record(self.settings.slots, self.virtual_now())
    }

    pub(crate) fn is_virtual(&self) -> bool {
        matches!(self.engine, Engine::Virtual(_))
    }

    /// The virtual time in nanoseconds, where that is the clock.
    pub(crate) fn virtual_now(&self) -> Option<u64> {
        match &self.engine {
            Engine::Real(_) => None,
            Engine::Virtual(baton) => Some(baton.now()),
        }
    }

    /// What a thread sleeps on under the virtual clock.
    pub(crate) fn sleeper(self: &Arc<Self>) -> Option<Arc<Sleeper>> {
        self.is_virtual().then(|| Sleeper::new(self))
    }

    /// Whether a thread that waits for another does well to look for a moment before it parks.
    pub(crate) fn spins(&self) -> bool {
        !self.is_virtual()
    }

    /// Queues a ready task that needs `slots` worker slots.
    #[inline]
    pub(crate) fn push(self: &Arc<Self>, task: Ready, slots: u16) {
        if slots == 0 {
            return self.schedule_turn(Arc::new(Slotless(task)));
        }
        match &self.engine {
            Engine::Real(workers) => workers.push(self, task, slots),
            Engine::Virtual(baton) => baton.push(self, task, slots),
        }
    }

    /// Clears what was taken by gets away from the end of this thread's queue.
    #[inline]
    pub(crate) fn forget_taken(self: &Arc<Self>) {
        if let Engine::Real(workers) = &self.engine {
            workers.forget_taken(self);
        }
    }

    /// Makes some thread take the turn soon.
    pub(crate) fn schedule_turn(self: &Arc<Self>, turn: Arc<dyn Turn>) {
        match &self.engine {
            Engine::Real(workers) => workers.schedule_turn(self, turn),
            Engine::Virtual(baton) => baton.schedule_turn(self, turn),
        }
    }

    /// Whether turns wait for a thread to take them.
    #[inline]
    pub(crate) fn has_turns(&self) -> bool {
        match &self.engine {
            Engine::Real(workers) => workers.turns.has_turns(),
            Engine::Virtual(_) => false,
        }
    }

    /// Whether any task was ever asked to stop.
    #[inline]
    pub(crate) fn has_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Tells of a cancellation: `cancel` sets what is looked at, and then those are woken that wait.
    pub(crate) fn cancel(&self, cancel: impl FnOnce()) {
        self.cancelled.store(true, Ordering::SeqCst);
        cancel();
        self.blocked.wake_cancelled();
    }

    /// Lets the thread of a wait park until that is over; its slots go to others meanwhile.
    pub(crate) fn block(self: &Arc<Self>, waiter: &Arc<Waiter>, timeout: Option<Duration>) -> Ended {
        if self.spins() && look(LOOK, || waiter.is_over()) {
            return waiter.ended();
        }
        self.park(waiter, timeout, true)
    }

    /// A thread without a slot has taken a turn.
    pub(crate) fn turn_is_over(&self) {
        if let Engine::Real(workers) = &self.engine {
            workers.end_if_stuck(self);
        }
    }

    /// Lets this thread sleep; it keeps its slots.
    pub(crate) fn sleep(self: &Arc<Self>, waiter: &Arc<Waiter>, duration: Duration) -> Ended {
        self.park(waiter, Some(duration), false)
    }

    fn park(self: &Arc<Self>, waiter: &Arc<Waiter>, timeout: Option<Duration>, lends: bool) -> Ended {
        // The program's own thread is no part of a deadlock, nor can it be cancelled.
        let is_task = !waiter.tasks.is_empty();
        if is_task {
            if let Err(cycle) = self.blocked.enter(waiter) {
                return Ended::Deadlock(cycle);
            }
            if waiter.is_cancelled() || (waiter.is_idle() && self.is_stopping()) {
                waiter.cancel();
            }
        }
        match &self.engine {
            Engine::Real(workers) => {
                let until = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
                workers.park(self, waiter, until, lends);
            }
            Engine::Virtual(baton) => baton.park(self, waiter, timeout, lends),
        }
        if is_task {
            self.blocked.leave(waiter);
        }
        waiter.ended()
    }
}
