//! A place for one value, and for those who wait for it.
//!
//! Before the value is there, a cell holds the list of those who wait for it; afterwards, in the same place, the value: there is a
//! cell in each task, so it is small. Its state says which, and who may touch it:
//!
//! ```text
//! subscribe:  PENDING -> HELD;  add to the list;                        HELD -> PENDING     (DONE: there is nothing to wait for)
//! write:      PENDING -> HELD;  take the list out, put the value in;    HELD -> DONE;       tell everyone in the list
//! read:       if DONE: the value, which is never changed again
//! ```
//!
//! A subscriber comes before the writer, and is in the list that the writer takes out; or it finds that it is done. So nobody is
//! forgotten, and reading takes nothing. Who finds a cell HELD looks again until it is not: that takes some instructions, and mostly
//! there is nobody, which is why it is no lock: such a one costs the writer a second exchange when it is given back.

use std::{cell::UnsafeCell, mem::ManuallyDrop};

use crate::{
    TaskError,
    shared::Shared,
    sync::{Arc, AtomicU8, Ordering, thread},
    task::Job,
    waiter::Waiter,
};

/// A value, or the reason why there is none.
pub(crate) type Outcome<T> = Result<Arc<T>, Arc<TaskError>>;

/// Who is to be told that an object is there.
pub enum Waiting {
    /// A task that has it among its arguments.
    Task(Shared<dyn Job>),
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

/// Nobody touches the list.
const PENDING: u8 = 0;
/// One thread touches it.
const HELD: u8 = 1;
/// There is a value, and no list any more.
const DONE: u8 = 2;

/// See the module.
pub(crate) struct ResultCell<T> {
    state: AtomicU8,
    content: UnsafeCell<Content<T>>,
}

union Content<T> {
    /// Before it is done.
    waiting: ManuallyDrop<List>,
    /// When it is.
    value: ManuallyDrop<Outcome<T>>,
}

impl<T> Content<T> {
    fn nobody() -> UnsafeCell<Self> {
        UnsafeCell::new(Self { waiting: ManuallyDrop::new(List::Empty) })
    }
}

// SAFETY: the list is touched by the one thread that has made the state HELD, with acquire ordering, until it makes it something else,
// with release ordering. The value is written by such a thread, before it makes the state DONE, and from then on only read, by
// threads that have seen that with acquire ordering; it is moved or dropped only through `&mut self`. Threads share it as `&Arc<T>` and
// `&Arc<TaskError>` and may become its last owner, which is what `T: Send + Sync` allows; those who wait are `Send`.
#[expect(unsafe_code, reason = "the value is read without a lock")]
unsafe impl<T: Send + Sync> Sync for ResultCell<T> {}

impl<T> ResultCell<T> {
    pub(crate) fn empty() -> Self {
        Self { state: AtomicU8::new(PENDING), content: Content::nobody() }
    }

    pub(crate) fn full(value: Outcome<T>) -> Self {
        let content = Content { value: ManuallyDrop::new(value) };
        Self { state: AtomicU8::new(DONE), content: UnsafeCell::new(content) }
    }

    #[inline]
    pub(crate) fn is_done(&self) -> bool {
        self.state.load(Ordering::Acquire) == DONE
    }

    #[inline]
    #[expect(unsafe_code, reason = "reads the value without a lock")]
    pub(crate) fn value(&self) -> Option<&Outcome<T>> {
        // SAFETY: it was seen with acquire ordering that it is done, so the value was written, and nobody writes it again.
        self.is_done().then(|| unsafe { &*(*self.content.get()).value })
    }

    /// Takes the value out; the cell is empty again.
    #[expect(unsafe_code, reason = "moves the value out")]
    pub(crate) fn take(&mut self) -> Option<Outcome<T>> {
        if !self.is_done() {
            return None;
        }
        let content = std::mem::replace(&mut self.content, Content::nobody());
        self.state.store(PENDING, Ordering::Relaxed);
        // SAFETY: it was done, so the content was the value; with `&mut self` nobody else sees it.
        Some(ManuallyDrop::into_inner(unsafe { content.into_inner().value }))
    }

    pub(crate) fn error(&self) -> Option<&Arc<TaskError>> {
        self.value()?.as_ref().err()
    }

    /// Sets the value, and returns those who waited for it: they are to be told when the writer has let go of the object, so
    /// that a consumer that is its last owner may take the value out. Called once, by whoever claimed the task.
    #[inline]
    #[expect(unsafe_code, reason = "exchanges the list for the value")]
    pub(crate) fn complete(&self, outcome: Outcome<T>) -> Told {
        let failed = outcome.is_err();
        let value = Content { value: ManuallyDrop::new(outcome) };
        assert!(self.hold(), "only the claimer of a task completes it, once");
        // SAFETY: this thread holds the cell, so nobody else touches the content, which is the list.
        let before = unsafe { std::mem::replace(&mut *self.content.get(), value).waiting };
        self.state.store(DONE, Ordering::Release);
        Told { list: ManuallyDrop::into_inner(before), failed }
    }

    /// Leaves `waiting` to be told; false when the value is there already.
    pub(crate) fn subscribe(&self, waiting: Waiting) -> bool {
        self.change(|list| list.push(waiting))
    }

    /// Forgets a thread that waits no longer.
    pub(crate) fn unsubscribe(&self, waiter: &Arc<Waiter>) {
        self.change(|list| list.remove(waiter));
    }

    /// Changes the list; false when there is none any more. No code of the program runs meanwhile, nor any that panics.
    #[expect(unsafe_code, reason = "changes the list that is held")]
    fn change(&self, change: impl FnOnce(&mut List)) -> bool {
        let held = self.hold();
        if held {
            // SAFETY: this thread holds the cell, so nobody else touches the content, which is the list.
            change(unsafe { &mut (*self.content.get()).waiting });
            self.state.store(PENDING, Ordering::Release);
        }
        held
    }

    /// Makes this thread the one that may touch the list; false when there is none any more.
    #[inline]
    fn hold(&self) -> bool {
        loop {
            match self.state.compare_exchange(PENDING, HELD, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(DONE) => return false,
                Err(_) => thread::yield_now(),
            }
        }
    }
}

impl<T> Drop for ResultCell<T> {
    #[expect(unsafe_code, reason = "drops what there is")]
    fn drop(&mut self) {
        if self.take().is_none() {
            // SAFETY: it is not done, so the content is the list, and nobody else sees it any more.
            unsafe { ManuallyDrop::drop(&mut self.content.get_mut().waiting) };
        }
    }
}

/// Those who waited for a value that is there now.
#[must_use]
pub struct Told {
    list: List,
    failed: bool,
}

impl Told {
    /// Nobody waited.
    pub(crate) fn nobody() -> Self {
        Self { list: List::Empty, failed: false }
    }

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
    #[expect(clippy::box_collection, reason = "there is a list in each task, and mostly it is short")]
    Many(Box<Vec<Waiting>>),
}

impl List {
    fn push(&mut self, waiting: Waiting) {
        *self = match std::mem::take(self) {
            List::Empty => List::One(waiting),
            List::One(first) => List::Many(Box::new(vec![first, waiting])),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn a_cell_is_small() {
        assert_eq!(size_of::<ResultCell<[u64; 100]>>(), 32);
    }

    #[test]
    fn a_value_is_dropped_once_however_its_cell_ends() {
        let value = Arc::new(());
        let full = || ResultCell::full(Ok(Arc::new(Arc::clone(&value))));
        drop(full());
        let mut taken = full();
        assert!(taken.take().is_some_and(|outcome| outcome.is_ok()));
        assert!(taken.take().is_none());
        drop(taken);
        let completed = ResultCell::empty();
        completed.complete(Ok(Arc::new(Arc::clone(&value)))).tell();
        assert!(completed.is_done());
        drop(completed);
        assert_eq!(Arc::strong_count(&value), 1);
    }

    #[test]
    fn those_who_wait_in_vain_are_dropped_with_the_cell() {
        struct Deaf;
        impl Listener for Deaf {
            fn is_there(self: Arc<Self>) {
                unreachable!("it never is");
            }
        }
        let listener = Arc::new(Deaf);
        for many in [1, 2, 3] {
            let cell = ResultCell::<()>::empty();
            for _ in 0..many {
                assert!(cell.subscribe(Waiting::Listener(Arc::clone(&listener) as Arc<dyn Listener>)));
            }
            assert_eq!(Arc::strong_count(&listener), 1 + many);
        }
        assert_eq!(Arc::strong_count(&listener), 1);
    }
}
