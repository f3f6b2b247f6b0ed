//! Objects: results and stored values, shared by reference.
//!
//! A [`ResultCell`] is written once. Whoever needs its value before that leaves a [`Waiting`] in it. The protocol is:
//! the writer sets the value *first* and then locks and empties the list; a reader that found no value locks the list and
//! looks *again* before it adds itself. So either the reader sees the value, or the writer sees the reader.

use std::{
    panic::Location,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::Thread,
};

use trace::Kind;

use crate::{TaskError, context, scheduler::Scheduler, task::Job};

/// A value, or the reason why there is none.
pub(crate) type Outcome<T> = Result<Arc<T>, TaskError>;

/// An object as its consumers see it, whatever its type.
pub trait AnyObject: Send + Sync {
    /// Its number; that of the task which makes it.
    fn id(&self) -> u64;
    /// The error it holds instead of a value.
    fn error(&self) -> Option<TaskError>;
    /// Leaves `waiting` to be told when the object is there; false when it is there already.
    fn subscribe(&self, waiting: Waiting) -> bool;
}

/// An object of a known type.
pub(crate) trait Object<T>: AnyObject {
    fn cell(&self) -> &ResultCell<T>;
    fn cell_mut(&mut self) -> &mut ResultCell<T>;
    /// Makes the caller the one that runs the task which makes this object; false when it is not ready, or taken.
    fn claim(&self) -> bool;
    /// Runs the claimed task on this thread.
    fn run_claimed(self: Arc<Self>, scheduler: &Arc<Scheduler>, inline: bool);
}

/// Who is to be told that an object is there.
pub enum Waiting {
    /// A task that has it among its arguments.
    Task(Arc<dyn Job>),
    /// A thread that waits for it in a get.
    Thread(Arc<Waiter>),
}

/// A thread in a get: how many objects it still waits for.
pub struct Waiter {
    missing: AtomicUsize,
    failed: AtomicBool,
    thread: Thread,
    /// The function of the waiting task; empty outside tasks.
    pub(crate) function: &'static str,
}

impl Waiter {
    fn new() -> Self {
        Self {
            missing: AtomicUsize::new(1),
            failed: AtomicBool::new(false),
            thread: std::thread::current(),
            function: context::function(),
        }
    }

    /// One object fewer is missing. The last one wakes the thread, and so does a failed one: a get need not wait for the rest.
    pub(crate) fn tell(&self, failed: bool) {
        if failed {
            self.failed.store(true, Ordering::Release);
        }
        if self.missing.fetch_sub(1, Ordering::AcqRel) == 1 || failed {
            self.thread.unpark();
        }
    }

    /// Parks the thread that made this until the wait is over.
    pub(crate) fn park(&self) {
        while !self.is_over() {
            std::thread::park();
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.missing.load(Ordering::Acquire) == 0 || self.failed.load(Ordering::Acquire)
    }
}

/// A place for one value, and for those who wait for it.
pub(crate) struct ResultCell<T> {
    value: OnceLock<Outcome<T>>,
    waiting: Mutex<List>,
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

    fn for_each(self, mut f: impl FnMut(Waiting)) {
        match self {
            List::Empty => {}
            List::One(waiting) => f(waiting),
            List::Many(all) => all.into_iter().for_each(f),
        }
    }
}

impl<T> ResultCell<T> {
    pub(crate) fn empty() -> Self {
        Self { value: OnceLock::new(), waiting: Mutex::default() }
    }

    pub(crate) fn full(value: Outcome<T>) -> Self {
        Self { value: OnceLock::from(value), waiting: Mutex::default() }
    }

    pub(crate) fn value(&self) -> Option<&Outcome<T>> {
        self.value.get()
    }

    pub(crate) fn error(&self) -> Option<TaskError> {
        self.value()?.as_ref().err().cloned()
    }

    /// Sets the value, and returns what tells those who waited for it: called when the writer has let go of the object,
    /// so that a consumer that is its last owner may take the value out.
    pub(crate) fn complete(&self, outcome: Outcome<T>) -> impl FnOnce() + use<T> {
        let failed = outcome.is_err();
        let set = self.value.set(outcome);
        debug_assert!(set.is_ok(), "only the claimer of a task completes it, once");
        let waiting = std::mem::take(&mut *self.waiting.lock().expect("no code panics under this lock"));
        move || {
            waiting.for_each(|waiting| match waiting {
                Waiting::Task(task) => task.argument_is_there(),
                Waiting::Thread(waiter) => waiter.tell(failed),
            });
        }
    }

    pub(crate) fn subscribe(&self, waiting: Waiting) -> bool {
        let mut list = self.waiting.lock().expect("no code panics under this lock");
        let missing = self.value.get().is_none();
        if missing {
            list.push(waiting);
        }
        missing
    }
}

/// A reference to an object: the coming result of a task, or a stored value. Cheap to clone and to pass to tasks.
///
/// The object lives as long as a reference to it does.
#[must_use = "a task whose reference is dropped still runs, but nobody learns of its result or its error"]
pub struct ObjectRef<T> {
    object: Arc<dyn Object<T>>,
}

impl<T> Clone for ObjectRef<T> {
    fn clone(&self) -> Self {
        Self { object: Arc::clone(&self.object) }
    }
}

impl<T> std::fmt::Debug for ObjectRef<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = match self.object.cell().value() {
            None => "pending",
            Some(Ok(_)) => "ready",
            Some(Err(_)) => "failed",
        };
        write!(formatter, "ObjectRef({}, {state})", self.object.id())
    }
}

impl<T> ObjectRef<T> {
    pub(crate) fn new(object: Arc<dyn Object<T>>) -> Self {
        Self { object }
    }

    pub(crate) fn any(&self) -> &dyn AnyObject {
        &*self.object
    }

    /// The value of an object that is there.
    pub(crate) fn shared(&self) -> Outcome<T> {
        self.object.cell().value().cloned().expect("a task begins when its arguments are there")
    }

    /// The value of an object that is there, taken out of it where this is the last reference.
    pub(crate) fn into_shared(mut self) -> Outcome<T> {
        match Arc::get_mut(&mut self.object) {
            Some(object) => object.cell_mut().value.take().expect("a task begins when its arguments are there"),
            None => self.shared(),
        }
    }

    /// Waits for the value. It is shared, not copied: all who get it get the same one.
    ///
    /// Inside a task, a task that has not begun is run at once, on this thread; otherwise the worker slot is lent to
    /// other tasks while this one waits.
    ///
    /// # Errors
    /// The error of the task, or of one that it depended on.
    ///
    /// # Panics
    /// When the object is not there yet and no runtime is entered on this thread.
    ///
    /// Source: `ray.get`.
    ///
    /// ```
    /// use parlings::prelude::*;
    /// # fn main() -> Result<(), TaskError> {
    /// # let runtime = Runtime::builder().num_cpus(2).start()?;
    /// # let _entered = runtime.enter();
    /// let words = put(vec!["one", "two"]);
    /// assert_eq!(words.get()?.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn get(&self) -> Result<Arc<T>, TaskError> {
        wait_for_all(std::slice::from_ref(self), Location::caller())?;
        self.shared()
    }
}

/// Waits for all values, in the order of `refs`.
///
/// # Errors
/// The first error among them, as soon as there is one: it does not wait for the rest.
///
/// # Panics
/// When an object is not there yet and no runtime is entered on this thread.
///
/// Source: `ray.get` of a list.
///
/// ```
/// use parlings::prelude::*;
///
/// #[remote]
/// fn square(x: i64) -> i64 { x * x }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// let refs: Vec<_> = (1..=3).map(square::remote).collect(); // all at work now
/// let sum: i64 = get_all(&refs)?.iter().map(|square| **square).sum();
/// assert_eq!(sum, 14);
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn get_all<T>(refs: &[ObjectRef<T>]) -> Result<Vec<Arc<T>>, TaskError> {
    wait_for_all(refs, Location::caller())?;
    refs.iter().map(ObjectRef::shared).collect()
}

/// Returns when all objects are there, or one holds an error: the first such error, in the order of `refs`.
#[track_caller]
fn wait_for_all<T>(refs: &[ObjectRef<T>], at: &'static Location<'static>) -> Result<(), TaskError> {
    let known = refs.iter().all(|object| object.object.cell().value().is_some());
    if known && !context::is_entered() {
        return first_error(refs);
    }
    context::with_runtime(|scheduler| {
        let site = context::site(scheduler, "", at);
        let (task, count) = (context::task(), refs.len() as u64);
        let objects = refs.iter().map(|object| (Kind::GetObject, site, task, object.object.id()));
        scheduler.record(std::iter::once((Kind::GetBegin, site, task, count)).chain(objects));
        let waited = if known { Ok(()) } else { wait_for_missing(scheduler, refs) };
        scheduler.record([(Kind::GetEnd, site, task, count)]);
        waited
    })?;
    first_error(refs)
}

fn first_error<T>(refs: &[ObjectRef<T>]) -> Result<(), TaskError> {
    refs.iter().find_map(|object| object.object.cell().error()).map_or(Ok(()), Err)
}

fn wait_for_missing<T>(scheduler: &Arc<Scheduler>, refs: &[ObjectRef<T>]) -> Result<(), TaskError> {
    if context::may_run_inline() {
        for object in refs {
            if object.object.claim() {
                Arc::clone(&object.object).run_claimed(scheduler, true);
            }
            if object.object.cell().value().is_some_and(Result::is_err) {
                return Ok(());
            }
        }
    }
    let waiter = Arc::new(Waiter::new());
    for object in refs {
        waiter.missing.fetch_add(1, Ordering::Relaxed);
        if !object.object.subscribe(Waiting::Thread(Arc::clone(&waiter))) {
            waiter.tell(object.object.cell().error().is_some());
        }
    }
    waiter.tell(false);
    scheduler.block(&waiter)
}

/// Stores a value, once, for all tasks: they borrow it or take part in owning it, and nothing is copied.
///
/// # Panics
/// When no runtime is entered on this thread.
///
/// Source: `ray.put`.
///
/// ```
/// use parlings::prelude::*;
///
/// #[remote]
/// fn count(words: &Vec<String>) -> usize { words.len() }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// let words = put(vec!["one".to_string(), "two".to_string()]);
/// let (a, b) = (count::remote(&words), count::remote(&words));
/// assert_eq!(*a.get()? + *b.get()?, 4);
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn put<T: Send + Sync + 'static>(value: T) -> ObjectRef<T> {
    let at = Location::caller();
    context::with_runtime(|scheduler| {
        let id = scheduler.next_stored();
        let site = context::site(scheduler, "", at);
        scheduler.record([(Kind::Put, site, id, size_of::<T>() as u64)]);
        ObjectRef::new(Arc::new(Stored { id, cell: ResultCell::full(Ok(Arc::new(value))) }))
    })
}

/// An object that no task makes.
struct Stored<T> {
    id: u64,
    cell: ResultCell<T>,
}

impl<T: Send + Sync> AnyObject for Stored<T> {
    fn id(&self) -> u64 {
        self.id
    }

    fn error(&self) -> Option<TaskError> {
        None
    }

    fn subscribe(&self, _: Waiting) -> bool {
        false
    }
}

impl<T: Send + Sync> Object<T> for Stored<T> {
    fn cell(&self) -> &ResultCell<T> {
        &self.cell
    }

    fn cell_mut(&mut self) -> &mut ResultCell<T> {
        &mut self.cell
    }

    fn claim(&self) -> bool {
        false
    }

    fn run_claimed(self: Arc<Self>, _: &Arc<Scheduler>, _: bool) {
        unreachable!("no task makes a stored object, so none was claimed")
    }
}
