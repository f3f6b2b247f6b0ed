//! Starting, entering and stopping a runtime.

use std::{
    marker::PhantomData,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use trace::Record;

use crate::{
    TaskError, context,
    scheduler::{Engine, Scheduler, Settings},
};

/// The workers, their queues and the record of what they do.
///
/// Dropping it cancels the tasks that have not begun, waits for those that run, and joins every thread.
///
/// ```
/// use parlings::prelude::*;
///
/// #[remote]
/// fn square(x: i64) -> i64 { x * x }
///
/// # fn main() -> Result<(), TaskError> {
/// let runtime = Runtime::builder().num_cpus(4).start()?;
/// let _entered = runtime.enter();
/// let a = square::remote(3); // at work at once
/// let b = square::remote(&a); // begins when `a` is there
/// assert_eq!(*b.get()?, 81);
/// assert_eq!(runtime.record().tasks, 2);
/// # Ok(())
/// # }
/// ```
pub struct Runtime {
    scheduler: Arc<Scheduler>,
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Runtime({} workers)", self.workers())
    }
}

/// How a runtime is to be; made by [`Runtime::builder`].
#[derive(Debug)]
#[must_use = "a builder does nothing until `start()`"]
pub struct Builder {
    num_cpus: Option<usize>,
    clock: Clock,
    seed: Option<u64>,
    sweep: Option<u64>,
    exclusive: bool,
    records: bool,
    events: usize,
    most_threads: usize,
}

/// Which clock a runtime goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Clock {
    /// The machine's: tasks run side by side on threads.
    #[default]
    Real,
    /// One that jumps: whoever sleeps is woken as soon as nobody else can run, and computing takes no time. One task runs at a
    /// time, in an order that is always the same, so a program has the same makespan to the nanosecond on every machine.
    ///
    /// ```
    /// use parlings::{prelude::*, time::{Instant, sleep}};
    /// use std::time::Duration;
    ///
    /// #[remote]
    /// fn nap() { sleep(Duration::from_secs(1)) }
    ///
    /// # fn main() -> Result<(), TaskError> {
    /// let runtime = Runtime::builder().num_cpus(2).clock(Clock::Virtual).start()?;
    /// let _entered = runtime.enter();
    /// let start = Instant::now();
    /// let naps: Vec<_> = (0..4).map(|_| nap::remote()).collect();
    /// get_all(&naps)?;
    /// assert_eq!(start.elapsed(), Duration::from_secs(2)); // four naps, two at a time
    /// # Ok(())
    /// # }
    /// ```
    Virtual,
}

/// While it lives, this thread is in the runtime: `remote`, `put` and the like go there. Tasks are in it by themselves.
#[must_use = "the runtime is left again as this is dropped: keep it in a variable, `let _entered = ..`"]
pub struct Entered<'runtime> {
    before: context::Entered,
    /// The baton that is passed on as the thread leaves.
    holds: Option<Arc<Scheduler>>,
    /// It must be dropped on the thread that entered.
    runtime: PhantomData<(&'runtime Runtime, *const ())>,
}

/// Takes records of a runtime from any thread, also after the runtime has stopped.
#[derive(Clone)]
pub struct Recorder {
    scheduler: Arc<Scheduler>,
}

/// The process's one runtime has been started by whoever owns it: no other may be.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// More slots than any machine has cores; the record counts them in 16 bits.
const MOST_SLOTS: usize = 4096;

impl Runtime {
    /// Starts to describe a runtime. Without more it has a worker slot a core.
    pub fn builder() -> Builder {
        Builder {
            num_cpus: None,
            clock: Clock::Real,
            seed: None,
            sweep: None,
            exclusive: false,
            records: true,
            events: 1 << 16,
            most_threads: 512,
        }
    }

    /// Makes this the runtime of this thread, until what is returned is dropped.
    pub fn enter(&self) -> Entered<'_> {
        let scheduler = &self.scheduler;
        let is_inside = context::runtime().is_some_and(|inside| Arc::ptr_eq(&inside, scheduler));
        let holds = match &scheduler.engine {
            Engine::Virtual(baton) if !is_inside => {
                baton.enter(scheduler);
                Some(Arc::clone(scheduler))
            }
            _ => None,
        };
        Entered { before: context::enter(Some(Rc::new(Arc::clone(scheduler)))), holds, runtime: PhantomData }
    }

    /// How many worker slots it has.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.scheduler.settings.slots
    }

    /// What happened so far.
    #[must_use]
    pub fn record(&self) -> Record {
        self.scheduler.take_record()
    }

    /// Something to take records with on another thread.
    #[must_use]
    pub fn recorder(&self) -> Recorder {
        Recorder { scheduler: Arc::clone(&self.scheduler) }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.scheduler.stop();
    }
}

impl Recorder {
    #[cfg(all(test, shuttle))]
    pub(crate) fn scheduler(&self) -> &Arc<Scheduler> {
        &self.scheduler
    }

    /// What happened so far, while tasks run.
    #[must_use]
    pub fn record(&self) -> Record {
        self.scheduler.take_record()
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Recorder")
    }
}

impl std::fmt::Debug for Entered<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Entered")
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        context::enter(self.before.take());
        if let Some(scheduler) = self.holds.take()
            && let Engine::Virtual(baton) = &scheduler.engine
        {
            baton.leave(&scheduler);
        }
    }
}

impl Builder {
    /// How many tasks may run at a time: worker slots, logical, perhaps more than there are cores.
    pub fn num_cpus(mut self, slots: usize) -> Self {
        self.num_cpus = Some(slots);
        self
    }

    /// Which clock it goes by. Without more it is the machine's.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Under the virtual clock: of all orders in which the program may run, another one for each seed. Without a seed,
    /// who became able to run first goes first.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Whether what happens is recorded. Without more it is; a program that nobody looks at runs a little faster without.
    pub fn record(mut self, record: bool) -> Self {
        self.records = record;
        self
    }

    /// What [`sweep`] answers in this runtime instead of its default.
    pub fn sweep(mut self, value: Option<u64>) -> Self {
        self.sweep = value;
        self
    }

    /// Makes every later `start()` in this process an error: a graded program has one runtime, and it is not its own.
    pub fn exclusive(mut self) -> Self {
        self.exclusive = true;
        self
    }

    /// How many events each worker's buffer of the record holds, at 32 bytes each. What does not fit is counted and lost.
    pub fn record_capacity(mut self, events: usize) -> Self {
        self.events = events;
        self
    }

    /// How many threads may run tasks or wait for results inside them at a time. Streams' tasks that wait to be asked for more have theirs
    /// beside these. Never fewer than slots.
    pub fn most_threads(mut self, threads: usize) -> Self {
        self.most_threads = threads;
        self
    }

    /// Starts the workers.
    ///
    /// # Errors
    /// [`TaskError::InvalidArgument`] when there are to be no slots or too many, when this process may have no further
    /// runtime, or when the system gives no threads.
    pub fn start(self) -> Result<Runtime, TaskError> {
        let slots = match self.num_cpus {
            Some(slots) => slots,
            None => std::thread::available_parallelism().map_or(1, usize::from),
        };
        if slots == 0 || slots > MOST_SLOTS {
            return Err(TaskError::invalid(format!(
                "a runtime has 1 to {MOST_SLOTS} worker slots, not {slots}: change num_cpus"
            )));
        }
        let taken = if self.exclusive { TAKEN.swap(true, Ordering::SeqCst) } else { TAKEN.load(Ordering::SeqCst) };
        if taken {
            return Err(TaskError::invalid(
                "a runtime is already running, with its workers started before the clock: \
                 remove `Runtime::builder()..start()` and use the tasks as they are",
            ));
        }
        let most_threads = self.most_threads.max(slots);
        if self.seed.is_some() && self.clock == Clock::Real {
            return Err(TaskError::invalid(
                "a seed perturbs the order under the virtual clock: add `.clock(Clock::Virtual)`, or leave the seed out",
            ));
        }
        let events = if self.records { self.events } else { 0 };
        let baton = (self.clock == Clock::Virtual).then_some(self.seed);
        let settings = Settings { slots, events, most_threads, sweep: self.sweep, baton };
        let scheduler = Scheduler::start(settings)
            .map_err(|error| TaskError::invalid(format!("failed to start {slots} worker threads: {error}")))?;
        Ok(Runtime { scheduler })
    }
}

/// How many worker slots this thread's runtime has.
///
/// # Panics
/// When no runtime is entered on this thread.
///
/// ```
/// # fn main() -> Result<(), parlings::TaskError> {
/// let runtime = parlings::Runtime::builder().num_cpus(3).start()?;
/// let _entered = runtime.enter();
/// assert_eq!(parlings::workers(), 3);
/// # Ok(())
/// # }
/// ```
#[must_use]
#[track_caller]
pub fn workers() -> usize {
    context::with_runtime(|scheduler| scheduler.settings.slots)
}

/// A number of your program that can be varied from outside, such as the size of a batch: `default`, unless this run is one
/// of a sweep, which chooses it. A sweep runs the program once for each of several values and shows the times side by side.
///
/// # Panics
/// When no runtime is entered on this thread.
///
/// ```
/// # fn main() -> Result<(), parlings::TaskError> {
/// let runtime = parlings::Runtime::builder().num_cpus(2).start()?;
/// let _entered = runtime.enter();
/// assert_eq!(parlings::sweep(100_000), 100_000);
/// # Ok(())
/// # }
/// ```
#[must_use]
#[track_caller]
pub fn sweep(default: u64) -> u64 {
    context::with_runtime(|scheduler| scheduler.settings.sweep.unwrap_or(default))
}
