//! A place for one value, and for those who wait for it.
//!
//! A cell is written once, by whoever claimed the task that makes the value. Its state is two bits, changed by
//! read-modify-writes alone, so that all threads see these in one order:
//!
//! ```text
//! write:      put the value;  state |= DONE;    if WAITED was set: lock the list, take it, tell everyone in it
//! subscribe:  lock the list;  state |= WAITED;  if DONE was set: there is nothing to wait for;  else add to the list
//! ```
//!
//! If the subscriber's bit comes first, the writer sees it, and waits at the lock until the subscriber is in the list. If
//! the writer's comes first, the subscriber sees that. So nobody is forgotten, and where nobody waits, writing takes no lock.

use std::{cell::UnsafeCell, mem::MaybeUninit};

use crate::{
    TaskError,
    sync::{Arc, AtomicU8, Mutex, Ordering},
    task::Job,
    waiter::Waiter,
};

/// A value, or the reason why there is none.
pub(crate) type Outcome<T> = Result<Arc<T>, Arc<TaskError>>;

/// Who is to be told that an object is there.
pub enum Waiting {
    /// A task that has it among its arguments.
    Task(Arc<dyn Job>),
    /// A thread that waits for it.
    Thread(Arc<Waiter>),
    /// Something that keeps account of it.
    Listener(Arc<dyn Listener>),
}

/// Something that keeps account of objects as they are there: a queue of results, the parts of a result.
pub trait Listener: Send + Sync {
    /// The object that it was told to listen for is there.
    fn is_there(self: Arc<Self>);
}

const DONE: u8 = 1;
const WAITED: u8 = 2;

/// See the module.
pub(crate) struct ResultCell<T> {
    state: AtomicU8,
    waiting: Mutex<List>,
    value: UnsafeCell<MaybeUninit<Outcome<T>>>,
}

// SAFETY: the value is written by one thread, before DONE is set with release ordering, and from then on it is only read, by
// threads that have seen DONE with acquire ordering; it is moved or dropped only through `&mut self`. Threads share it
// as `&Arc<T>` and `&Arc<TaskError>` and may become its last owner, which is what `T: Send + Sync` allows.
#[expect(unsafe_code, reason = "the value is behind a state of its own, without a lock")]
unsafe impl<T: Send + Sync> Sync for ResultCell<T> {}

impl<T> ResultCell<T> {
    pub(crate) fn empty() -> Self {
        Self {
            state: AtomicU8::new(0),
            waiting: Mutex::new(List::Empty),
            value: UnsafeCell::new(MaybeUninit::uninit()),
        }
    }

    pub(crate) fn full(value: Outcome<T>) -> Self {
        Self {
            state: AtomicU8::new(DONE),
            waiting: Mutex::new(List::Empty),
            value: UnsafeCell::new(MaybeUninit::new(value)),
        }
    }

    #[inline]
    pub(crate) fn is_done(&self) -> bool {
        self.state.load(Ordering::Acquire) & DONE != 0
    }

    #[inline]
    #[expect(unsafe_code, reason = "reads the value without a lock")]
    pub(crate) fn value(&self) -> Option<&Outcome<T>> {
        // SAFETY: DONE was seen with acquire ordering, so the value was written, and nobody writes it again.
        self.is_done().then(|| unsafe { (*self.value.get()).assume_init_ref() })
    }

    /// Takes the value out; the cell is empty again.
    #[expect(unsafe_code, reason = "moves the value out")]
    pub(crate) fn take(&mut self) -> Option<Outcome<T>> {
        if !self.is_done() {
            return None;
        }
        self.state.store(0, Ordering::Relaxed);
        // SAFETY: DONE was set, so there is a value; with `&mut self` nobody else sees it, and without DONE nobody will.
        Some(unsafe { self.value.get_mut().assume_init_read() })
    }

    pub(crate) fn error(&self) -> Option<&Arc<TaskError>> {
        self.value()?.as_ref().err()
    }

    /// Sets the value, and returns those who waited for it: they are to be told when the writer has let go of the object, so
    /// that a consumer that is its last owner may take the value out. Called once, by whoever claimed the task.
    #[inline]
    #[expect(unsafe_code, reason = "writes the value without a lock")]
    pub(crate) fn complete(&self, outcome: Outcome<T>) -> Told {
        let failed = outcome.is_err();
        debug_assert!(!self.is_done(), "only the claimer of a task completes it, once");
        // SAFETY: one thread claims a task, and it completes it once. Nobody reads the value before DONE is set.
        unsafe { (*self.value.get()).write(outcome) };
        let before = self.state.fetch_or(DONE, Ordering::AcqRel);
        let list = if before & WAITED == 0 { List::Empty } else { std::mem::take(&mut *self.list()) };
        Told { list, failed }
    }

    /// Leaves `waiting` to be told; false when the value is there already.
    pub(crate) fn subscribe(&self, waiting: Waiting) -> bool {
        let mut list = self.list();
        let missing = self.state.fetch_or(WAITED, Ordering::AcqRel) & DONE == 0;
        if missing {
            list.push(waiting);
        }
        missing
    }

    /// Forgets a thread that waits no longer.
    pub(crate) fn unsubscribe(&self, waiter: &Arc<Waiter>) {
        self.list().remove(waiter);
    }

    fn list(&self) -> crate::sync::MutexGuard<'_, List> {
        self.waiting.lock().expect("no code panics under this lock")
    }
}

impl<T> Drop for ResultCell<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}

/// Those who waited for a value that is there now.
#[must_use]
pub(crate) struct Told {
    list: List,
    failed: bool,
}

impl Told {
    /// Tells them, in the order in which they came.
    #[inline]
    pub(crate) fn tell(self) {
        let failed = self.failed;
        match self.list {
            List::Empty => {}
            List::One(waiting) => waiting.tell(failed),
            List::Many(all) => all.into_iter().for_each(|waiting| waiting.tell(failed)),
        }
    }
}

impl Waiting {
    fn tell(self, failed: bool) {
        match self {
            Waiting::Task(task) => task.argument_is_there(),
            Waiting::Thread(waiter) => waiter.tell(failed),
            Waiting::Listener(listener) => listener.is_there(),
        }
    }
}

/// Mostly nobody waits, or one task does: no allocation for these.
#[derive(Default)]
enum List {
    #[default]
    Empty,
    One(Waiting),
    Many(Vec<Waiting>),
}

impl List {
    fn push(&mut self, waiting: Waiting) {
        *self = match std::mem::take(self) {
            List::Empty => List::One(waiting),
            List::One(first) => List::Many(vec![first, waiting]),
            List::Many(mut all) => {
                all.push(waiting);
                List::Many(all)
            }
        }
    }

    fn remove(&mut self, waiter: &Arc<Waiter>) {
        let is_it = |waiting: &Waiting| matches!(waiting, Waiting::Thread(other) if Arc::ptr_eq(other, waiter));
        match self {
            List::One(waiting) if is_it(waiting) => *self = List::Empty,
            List::Many(all) => all.retain(|waiting| !is_it(waiting)),
            List::Empty | List::One(_) => {}
        }
    }
}
