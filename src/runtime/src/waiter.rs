//! A thread that waits for objects, for a moment, or for its slot; and what wakes it.

use std::{
    panic::Location,
    time::{Duration, Instant},
};

use crate::{
    TaskError,
    baton::Sleeper,
    cell::Waiting,
    context,
    deadlock::Missing,
    object::AnyObject,
    scheduler::Scheduler,
    scope::Scope,
    shared::Shared,
    sync::{Arc, AtomicIsize, AtomicU8, Mutex, OnceLock, Ordering, fence, thread},
    workers::Lent,
};

/// A thread that waits: for how many objects, and who it is.
///
/// `missing` begins at one, for the wait itself, so that it cannot end while it is still being set up.
pub struct Waiter {
    missing: AtomicIsize,
    /// Why the wait ended before the objects were there; bits.
    ended: AtomicU8,
    /// Whether an error ends the wait: a get has nothing more to wait for.
    ends_at_failure: bool,
    /// Whether it is a wait to be asked for more: it is no part of a deadlock, and is over when the runtime stops.
    is_idle: bool,
    wake: Wake,
    /// Where the thread waits for its slots, which it has lent.
    lent: OnceLock<Lent>,
    /// The waiting task, and those on whose threads it runs inline, which wait for it; none outside tasks.
    pub(crate) tasks: Vec<(u64, &'static str)>,
    /// Its function; empty outside tasks.
    pub(crate) function: &'static str,
    /// The line of the wait.
    pub(crate) at: &'static Location<'static>,
    scope: Option<Arc<Scope>>,
    /// What is missing, where that may be part of a deadlock.
    missing_objects: Mutex<Missing>,
    /// The deadlock that this wait would have completed.
    cycle: Mutex<Option<String>>,
}

enum Wake {
    Thread(thread::Thread),
    Baton(Arc<Sleeper>),
}

/// Why a wait is over.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The objects are there, or one that failed.
    Told,
    /// The time is up.
    TimedOut,
    /// The waiting task was cancelled.
    Cancelled,
    /// It would never end; the cycle in words.
    Deadlock(String),
}

impl Ended {
    /// The error of a wait that was ended. That its time was up is for the caller to say.
    pub(crate) fn into_result(self) -> Result<(), TaskError> {
        match self {
            Ended::Told | Ended::TimedOut => Ok(()),
            Ended::Cancelled => Err(context::cancelled()),
            Ended::Deadlock(chain) => Err(TaskError::Deadlock { chain }),
        }
    }
}

const FAILED: u8 = 1;
const CANCELLED: u8 = 2;
const DEADLOCK: u8 = 4;
const TIMED_OUT: u8 = 8;

impl Waiter {
    /// A wait of this thread that ends when [`expect`](Self::expect)ed objects have been told of, and [`begin`](Self::begin) was called.
    pub(crate) fn new(scheduler: &Arc<Scheduler>, at: &'static Location<'static>, ends_at_failure: bool) -> Arc<Self> {
        Self::make(scheduler, at, ends_at_failure, false)
    }

    /// A wait of this thread until it is [told](Self::tell) that more is wanted of it.
    pub(crate) fn idle(scheduler: &Arc<Scheduler>, at: &'static Location<'static>) -> Arc<Self> {
        Self::make(scheduler, at, false, true)
    }

    fn make(
        scheduler: &Arc<Scheduler>,
        at: &'static Location<'static>,
        ends_at_failure: bool,
        is_idle: bool,
    ) -> Arc<Self> {
        let wake = match scheduler.sleeper() {
            Some(sleeper) => Wake::Baton(sleeper),
            None => Wake::Thread(thread::current()),
        };
        Arc::new(Self {
            missing: AtomicIsize::new(1),
            ended: AtomicU8::new(0),
            ends_at_failure,
            is_idle,
            wake,
            lent: OnceLock::new(),
            tasks: context::tasks(),
            function: context::function(),
            at,
            scope: context::scope(),
            missing_objects: Mutex::default(),
            cycle: Mutex::default(),
        })
    }

    /// What is waited for, where that may be part of a deadlock; it can do without `spare` of them.
    pub(crate) fn objects(&self, objects: Vec<Shared<dyn AnyObject>>, spare: usize) {
        *self.missing_objects.lock().expect("no code panics under this lock") = Missing { objects, spare };
    }

    /// What was missing when the wait began, where that may be part of a deadlock.
    pub(crate) fn missing(&self) -> Missing {
        self.missing_objects.lock().expect("no code panics under this lock").clone()
    }

    /// So many more objects are waited for.
    pub(crate) fn expect(&self, objects: isize) {
        self.missing.fetch_add(objects, Ordering::Relaxed);
    }

    /// One more object is waited for; one that has failed ends a wait that ends at failure.
    pub(crate) fn wait_for(self: &Arc<Self>, object: &dyn AnyObject) {
        self.expect(1);
        if !object.subscribe(Waiting::Thread(Arc::clone(self))) {
            self.tell(object.error().is_some());
        }
    }

    /// All objects have been subscribed to.
    pub(crate) fn begin(&self) {
        self.tell(false);
    }

    /// One object fewer is missing. The last one wakes the thread, and so may a failed one.
    pub(crate) fn tell(&self, failed: bool) {
        let failed = failed && self.ends_at_failure;
        if failed {
            self.ended.fetch_or(FAILED, Ordering::Release);
        }
        if self.missing.fetch_sub(1, Ordering::AcqRel) == 1 || failed {
            self.wake();
        }
    }

    /// Ends the wait because the waiting task was cancelled.
    pub(crate) fn cancel(&self) {
        self.ended.fetch_or(CANCELLED, Ordering::AcqRel);
        self.wake();
    }

    /// Ends the wait because it never would.
    pub(crate) fn end_in_deadlock(&self, cycle: String) {
        self.note_deadlock(cycle);
        self.wake();
    }

    /// Ends the wait because it never would. Whoever says so wakes the thread.
    pub(crate) fn note_deadlock(&self, cycle: String) {
        *self.cycle.lock().expect("no code panics under this lock") = Some(cycle);
        self.ended.fetch_or(DEADLOCK, Ordering::AcqRel);
    }

    /// Ends the wait because the time is up. Whoever says so wakes the thread.
    pub(crate) fn note_time_out(&self) {
        self.ended.fetch_or(TIMED_OUT, Ordering::AcqRel);
    }

    /// Whoever wakes a thread that has lent its slots claims them for it, before it goes on with other tasks: so these cannot
    /// overtake it. The fence stands between the end of the wait, which was just set, and the look whether slots are
    /// lent; [`lend`](Self::lend) has its counterpart, so one of both sees the other.
    fn wake(&self) {
        match &self.wake {
            Wake::Thread(thread) => {
                fence(Ordering::SeqCst);
                match self.lent.get() {
                    Some(lent) => lent.claim(),
                    None => {
                        thread.unpark();
                        // As where a worker is woken.
                        context::moment();
                    }
                }
            }
            Wake::Baton(sleeper) => sleeper.wake(),
        }
    }

    /// The thread has lent its slots, and waits for them where `lent` says; unless the wait is over already.
    pub(crate) fn lend(&self, lent: Lent) -> &Lent {
        let lent = self.lent.get_or_init(|| lent);
        fence(Ordering::SeqCst);
        if self.is_over() {
            lent.claim();
        }
        lent
    }

    /// Whether the waiting task, or one that it was submitted by, was cancelled.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.scope.as_ref().is_some_and(|scope| scope.is_cancelled())
    }

    /// Whether it waits to be asked for more.
    pub(crate) fn is_idle(&self) -> bool {
        self.is_idle
    }

    /// Which of the tasks on this thread it is, the innermost being the first.
    pub(crate) fn place_of(&self, task: u64) -> Option<usize> {
        self.tasks.iter().position(|(other, _)| *other == task)
    }

    /// The function of one of the tasks on this thread.
    pub(crate) fn function_of(&self, task: u64) -> &'static str {
        self.place_of(task).map_or(self.function, |place| self.tasks[place].1)
    }

    /// That `outer`, one of the tasks on this thread, waits for the innermost, by way of those between; or that it is the innermost.
    pub(crate) fn inline_waits(&self, outer: u64) -> String {
        match self.place_of(outer) {
            Some(place) if place > 0 => (0..place)
                .rev()
                .map(|place| format!("; `{}` waits for `{}`", self.tasks[place + 1].1, self.tasks[place].1))
                .collect(),
            _ => String::new(),
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.missing.load(Ordering::Acquire) <= 0 || self.ended.load(Ordering::Acquire) != 0
    }

    /// How it ended; it must be over.
    pub(crate) fn ended(&self) -> Ended {
        let ended = self.ended.load(Ordering::Acquire);
        if self.missing.load(Ordering::Acquire) <= 0 || ended & FAILED != 0 {
            return Ended::Told;
        }
        if ended & CANCELLED != 0 {
            return Ended::Cancelled;
        }
        if ended & DEADLOCK != 0 {
            let cycle = self.cycle.lock().expect("no code panics under this lock").take();
            return Ended::Deadlock(cycle.unwrap_or_default());
        }
        Ended::TimedOut
    }

    /// The [`Sleeper`] of a wait under the virtual clock.
    pub(crate) fn sleeper(&self) -> Option<&Arc<Sleeper>> {
        match &self.wake {
            Wake::Thread(_) => None,
            Wake::Baton(sleeper) => Some(sleeper),
        }
    }

    /// Parks the thread that made this until the wait is over, by the machine's clock.
    pub(crate) fn park(&self, until: Option<Instant>) {
        while !self.is_over() {
            match until {
                None => thread::park(),
                Some(until) => match until.saturating_duration_since(Instant::now()) {
                    Duration::ZERO => self.note_time_out(),
                    left => thread::park_timeout(left),
                },
            }
        }
    }
}
