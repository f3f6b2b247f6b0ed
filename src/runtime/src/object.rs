//! Objects: results and stored values, shared by reference; and the waits for them.

use std::{panic::Location, time::Duration};

use trace::Kind;

use crate::{
    TaskError,
    cell::{Listener, Outcome, ResultCell, Told, Waiting},
    context,
    deadlock::Waits,
    log::Start,
    scheduler::Scheduler,
    shared::{Shared, as_trait},
    sync::Arc,
    waiter::{Ended, Waiter},
};

/// An object as its consumers see it, whatever its type.
pub trait AnyObject: Send + Sync {
    /// Its number; that of the task which makes it, unless that makes several.
    fn id(&self) -> u64;
    /// The number of the task which makes it.
    fn task(&self) -> u64 {
        self.id()
    }
    /// What makes it: the name of a function.
    fn name(&self) -> &str;
    /// Whether it is there, or never will be.
    fn is_done(&self) -> bool;
    /// The error it holds instead of a value.
    fn error(&self) -> Option<Arc<TaskError>>;
    /// Leaves `waiting` to be told when the object is there; false when it is there already.
    fn subscribe(&self, waiting: Waiting) -> bool;
    /// Forgets a thread that waits no longer.
    fn unsubscribe(&self, waiter: &Arc<Waiter>);
    /// What it waits for.
    fn waits(&self) -> Waits;
    /// Keeps the task which makes it from beginning, or asks it to stop.
    fn cancel(&self, scheduler: &Arc<Scheduler>);
}

/// An object of a known type.
pub(crate) trait Object<T>: AnyObject {
    fn cell(&self) -> &ResultCell<T>;
    /// The cell, where nobody else can reach it.
    fn cell_mut(&mut self) -> Option<&mut ResultCell<T>>;
    /// Makes the caller the one that runs the task which makes this object; false when it is not ready, or taken.
    fn claim(&self) -> bool;
    /// Runs the claimed task on this thread. Those that it returns are to be told when its caller has let go of the object, if
    /// nothing else needs it there: so a consumer that is its last owner may take the value out.
    fn run_claimed(&self, scheduler: &Arc<Scheduler>, start: Start) -> Told;
}

/// A reference to an object: the coming result of a task, or a stored value. Cheap to clone and to pass to tasks.
///
/// The object lives as long as a reference to it does.
pub struct ObjectRef<T> {
    object: Shared<dyn Object<T>>,
}

impl<T> Clone for ObjectRef<T> {
    fn clone(&self) -> Self {
        Self { object: self.object.clone() }
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
    pub(crate) fn new(object: Shared<dyn Object<T>>) -> Self {
        Self { object }
    }

    #[inline]
    pub(crate) fn any(&self) -> &dyn AnyObject {
        &*self.object
    }

    pub(crate) fn to_any(&self) -> Shared<dyn AnyObject> {
        as_trait!(self.object.clone() => dyn AnyObject)
    }

    pub(crate) fn object(&self) -> &dyn Object<T> {
        &*self.object
    }

    /// Makes `listener` hear of the object, at once if it is there.
    pub(crate) fn listen(&self, listener: Arc<dyn Listener>) {
        if !self.object.subscribe(Waiting::Listener(Arc::clone(&listener))) {
            listener.is_there();
        }
    }

    /// Whether it is there, and no error.
    #[inline]
    fn has_value(&self) -> bool {
        matches!(self.object.cell().value(), Some(Ok(_)))
    }

    /// The value of an object that is there.
    #[inline]
    pub(crate) fn shared(&self) -> Result<Arc<T>, TaskError> {
        shared(self.object.cell().value().expect("it was waited for"))
    }

    /// The value of an object that is there, taken out of it where this is the last reference.
    pub(crate) fn into_shared(mut self) -> Result<Arc<T>, TaskError> {
        match Shared::get_mut(&mut self.object).and_then(|object| object.cell_mut()) {
            Some(cell) => {
                let outcome: Outcome<T> = cell.take().expect("it was waited for");
                outcome.map_err(Arc::unwrap_or_clone)
            }
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
    #[inline]
    pub fn get(&self) -> Result<Arc<T>, TaskError> {
        wait_for_all(std::slice::from_ref(self), None, Location::caller())?;
        self.shared()
    }

    /// Waits for the value, for so long at most. With a timeout of zero it is a look whether the value is there.
    ///
    /// # Errors
    /// [`TaskError::Timeout`] when it was not there in time: the task goes on, and it can be waited for again. Else as [`get`](Self::get).
    ///
    /// # Panics
    /// As [`get`](Self::get).
    ///
    /// Source: `ray.get` with `timeout`.
    ///
    /// ```
    /// use parlings::{prelude::*, time::sleep};
    /// use std::time::Duration;
    ///
    /// #[remote]
    /// fn nap() { sleep(Duration::from_secs(1)) }
    ///
    /// # fn main() -> Result<(), TaskError> {
    /// # let runtime = Runtime::builder().num_cpus(1).clock(Clock::Virtual).start()?;
    /// # let _entered = runtime.enter();
    /// let nap = nap::remote();
    /// assert!(matches!(nap.get_timeout(Duration::from_millis(10)), Err(TaskError::Timeout { .. })));
    /// assert!(nap.get_timeout(Duration::from_secs(10)).is_ok());
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn get_timeout(&self, timeout: Duration) -> Result<Arc<T>, TaskError> {
        wait_for_all(std::slice::from_ref(self), Some(timeout), Location::caller())?;
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
    wait_for_all(refs, None, Location::caller())?;
    values(refs)
}

/// [`get_all`], for so long at most.
///
/// # Errors
/// [`TaskError::Timeout`] when not all were there in time. Else as [`get_all`].
///
/// # Panics
/// As [`get_all`].
///
/// Source: `ray.get` of a list, with `timeout`.
#[track_caller]
pub fn get_all_timeout<T>(refs: &[ObjectRef<T>], timeout: Duration) -> Result<Vec<Arc<T>>, TaskError> {
    wait_for_all(refs, Some(timeout), Location::caller())?;
    values(refs)
}

/// Returns when all objects are there, or one that holds an error.
#[inline]
fn wait_for_all<T>(
    refs: &[ObjectRef<T>],
    timeout: Option<Duration>,
    at: &'static Location<'static>,
) -> Result<(), TaskError> {
    let Some(scheduler) = context::runtime() else {
        if refs.iter().all(|object| object.object.is_done()) {
            return Ok(());
        }
        panic!(
            "at {at}: an object that is not there yet can be waited for only where a runtime is entered: keep `let _entered = runtime.enter();`"
        );
    };
    if context::is_cancelled(&scheduler) {
        return Err(context::cancelled());
    }
    let site = context::site(&scheduler, "", at);
    let (task, count) = (context::task(), refs.len() as u64);
    // How many there are in front of the first that is not. Of a long list each look is at memory that is far away, so it is gone
    // through once.
    let mut there = 0;
    scheduler.record_with(|writer| {
        writer.write(Kind::GetBegin, site, task, count);
        for (place, object) in refs.iter().enumerate() {
            there += usize::from(there == place && object.has_value());
            writer.write(Kind::GetObject, site, task, object.object.id());
        }
    });
    there += refs[there..].iter().take_while(|object| object.has_value()).count();
    let missing = &refs[there..];
    if missing.is_empty() || (timeout.is_none() && run_inline(&scheduler, missing)) {
        // It has just begun, or the last of the tasks has just recorded its end.
        scheduler.record_again(Kind::GetEnd, site, task, count);
        return Ok(());
    }
    let waited = wait_for_missing(&scheduler, missing, refs.len(), timeout, at);
    scheduler.record(Kind::GetEnd, site, task, count);
    waited
}

/// The values of objects that were waited for, or the first error, in the order of `refs`.
fn values<T>(refs: &[ObjectRef<T>]) -> Result<Vec<Arc<T>>, TaskError> {
    let mut values = Vec::with_capacity(refs.len());
    // Where one is not there, the wait was ended by the error of another, which is found further on.
    for outcome in refs.iter().filter_map(|object| object.object.cell().value()) {
        values.push(shared(outcome)?);
    }
    debug_assert_eq!(values.len(), refs.len(), "a wait that ends before all are there ends with an error");
    Ok(values)
}

#[inline]
fn shared<T>(outcome: &Outcome<T>) -> Result<Arc<T>, TaskError> {
    outcome.as_ref().map(Arc::clone).map_err(|error| (**error).clone())
}

/// Runs what nobody has begun, on this thread, if it may; whether there is nothing left to wait for.
#[inline]
fn run_inline<T>(scheduler: &Arc<Scheduler>, refs: &[ObjectRef<T>]) -> bool {
    if !context::may_run_inline() {
        return false;
    }
    let mut all_done = true;
    for object in refs {
        if object.object.claim() {
            scheduler.forget_taken();
            object.object.run_claimed(scheduler, Start::Inline).tell();
        }
        match object.object.cell().value() {
            Some(Ok(_)) => {}
            Some(Err(_)) => return true,
            None => all_done = false,
        }
    }
    all_done
}

/// Waits for `refs`, those of `awaited` objects that were not there.
fn wait_for_missing<T>(
    scheduler: &Arc<Scheduler>,
    refs: &[ObjectRef<T>],
    awaited: usize,
    timeout: Option<Duration>,
    at: &'static Location<'static>,
) -> Result<(), TaskError> {
    let is_missing = |object: &&ObjectRef<T>| !object.object.is_done();
    let waiter = Waiter::new(scheduler, at, true);
    // One that has failed meanwhile ends the wait, too.
    for object in refs.iter().filter(|object| !object.has_value()) {
        waiter.wait_for(object.any());
    }
    // A wait that ends by itself is part of no deadlock, nor is the program's own thread.
    if timeout.is_none() && (!waiter.tasks.is_empty() || scheduler.is_virtual()) {
        waiter.objects(refs.iter().filter(is_missing).map(ObjectRef::to_any).collect(), 0);
    }
    waiter.begin();
    let ended = scheduler.block(&waiter, timeout);
    if ended == Ended::Told {
        return Ok(());
    }
    for object in refs {
        object.object.unsubscribe(&waiter);
    }
    if ended == Ended::TimedOut {
        let missing = refs.iter().filter(is_missing).count();
        return Err(TaskError::Timeout { awaited, missing, after: timeout.unwrap_or_default() });
    }
    ended.into_result()
}

/// Asks for the task that makes an object not to begin, or to stop at its next chance: at a get, a wait, a put, a
/// submission, a sleep or a [`check_cancelled`](crate::check_cancelled). So are the tasks that it submitted. What depends on it fails with
/// [`TaskError::Cancelled`]. A task that has ended keeps its result.
///
/// # Panics
/// When no runtime is entered on this thread.
///
/// Source: `ray.cancel`.
///
/// ```
/// use parlings::{prelude::*, time::sleep};
/// use std::time::Duration;
///
/// #[remote]
/// fn nap() { sleep(Duration::from_secs(1000)) }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(1).start()?;
/// # let _entered = runtime.enter();
/// let naps = [nap::remote(), nap::remote()]; // one sleeps, one has not begun
/// naps.iter().for_each(cancel);
/// assert!(matches!(naps[0].get(), Err(TaskError::Cancelled { .. })));
/// assert!(matches!(naps[1].get(), Err(TaskError::Cancelled { .. })));
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn cancel<T>(object: &ObjectRef<T>) {
    let at = Location::caller();
    context::with_runtime(|scheduler| {
        let site = context::site(scheduler, "", at);
        scheduler.record(Kind::Cancel, site, object.object.task(), context::task());
        object.object.cancel(scheduler);
    });
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
#[must_use = "what is stored is dropped again where nobody keeps a reference to it"]
pub fn put<T: Send + Sync + 'static>(value: T) -> ObjectRef<T> {
    let at = Location::caller();
    context::with_runtime(|scheduler| {
        context::stop_if_cancelled(scheduler);
        let id = scheduler.next_number();
        let site = context::site(scheduler, "", at);
        scheduler.record(Kind::Put, site, id, size_of::<T>() as u64);
        let stored = Shared::new(Stored { id, cell: ResultCell::full(Ok(Arc::new(value))) });
        ObjectRef::new(as_trait!(stored => dyn Object<T>))
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

    fn name(&self) -> &'static str {
        "put"
    }

    fn is_done(&self) -> bool {
        true
    }

    fn error(&self) -> Option<Arc<TaskError>> {
        None
    }

    fn subscribe(&self, _: Waiting) -> bool {
        false
    }

    fn unsubscribe(&self, _: &Arc<Waiter>) {}

    fn waits(&self) -> Waits {
        Waits::Nothing
    }

    fn cancel(&self, _: &Arc<Scheduler>) {}
}

impl<T: Send + Sync> Object<T> for Stored<T> {
    fn cell(&self) -> &ResultCell<T> {
        &self.cell
    }

    fn cell_mut(&mut self) -> Option<&mut ResultCell<T>> {
        Some(&mut self.cell)
    }

    fn claim(&self) -> bool {
        false
    }

    fn run_claimed(&self, _: &Arc<Scheduler>, _: Start) -> Told {
        unreachable!("no task makes a stored object, so none was claimed")
    }
}
