//! Results in the order in which they come.

use std::{
    collections::{BTreeMap, VecDeque},
    panic::Location,
};

use trace::{Kind, ROOT};

use crate::{
    cell::Listener,
    context,
    object::ObjectRef,
    scheduler::Scheduler,
    sync::Arc,
    waiter::Ended,
    watched::{Watched, wait_for},
};

/// The objects of `refs`, each as soon as it is there: those that are there already in the order of `refs`, the others
/// in the order in which they come. An object that holds an error comes like any other.
///
/// Source: Dask's `as_completed`.
///
/// ```
/// use parlings::{prelude::*, time::sleep};
/// use std::time::Duration;
///
/// #[remote]
/// fn nap(seconds: u64) -> u64 { sleep(Duration::from_secs(seconds)); seconds }
///
/// # fn main() -> Result<(), TaskError> {
/// let runtime = Runtime::builder().num_cpus(3).clock(Clock::Virtual).start()?;
/// let _entered = runtime.enter();
/// let mut order = vec![];
/// let mut naps = as_completed([3, 1].map(nap::remote));
/// while let Some(nap) = naps.next() {
///     order.push(*nap.get()?);
///     if order == [1] {
///         naps.add(nap::remote(1)); // it begins after one second, and so is there before the longest
///     }
/// }
/// assert_eq!(order, [1, 1, 3]);
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn as_completed<T>(refs: impl IntoIterator<Item = ObjectRef<T>>) -> AsCompleted<T> {
    let mut completed = AsCompleted {
        missing: BTreeMap::new(),
        arrived: Arc::new(Watched::new(VecDeque::new())),
        added: 0,
        at: context::caller(Location::caller()),
    };
    completed.extend(refs);
    completed
}

/// An iterator over objects in the order in which they come, made by [`as_completed`]. More can be [added](Self::add) while it is gone through.
#[must_use = "it does nothing until it is gone through"]
pub struct AsCompleted<T> {
    /// Those still to come, by the number under which they were added.
    missing: BTreeMap<u64, ObjectRef<T>>,
    /// The numbers of those that are there, in the order in which they came.
    arrived: Arc<Watched<VecDeque<u64>>>,
    added: u64,
    at: &'static Location<'static>,
}

struct Arrival {
    number: u64,
    arrived: Arc<Watched<VecDeque<u64>>>,
}

impl Listener for Arrival {
    fn is_there(self: Arc<Self>) {
        self.arrived.change(|arrived| arrived.push_back(self.number));
    }
}

/// How many of the missing objects a wait names in the record: a list of all, every time, would soon be longer than all else.
const NAMED: usize = 3;

/// The most objects that are looked through for a deadlock, at each wait for the next.
const FOLLOWED: usize = 1_000;

impl<T> AsCompleted<T> {
    /// Adds an object to those still to come. One that is added twice comes twice.
    pub fn add(&mut self, object: ObjectRef<T>) {
        let number = self.added;
        self.added += 1;
        object.listen(Arc::new(Arrival { number, arrived: Arc::clone(&self.arrived) }));
        self.missing.insert(number, object);
    }

    /// How many are still to come.
    #[must_use]
    pub fn len(&self) -> usize {
        self.missing.len()
    }

    /// Whether none is still to come.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty()
    }

    fn wait(&self, scheduler: &Arc<Scheduler>) -> Result<u64, Ended> {
        // The program's own thread is in no cycle: there it is only said what it waits for.
        let told = match self.missing.len() {
            _ if context::task() == ROOT => NAMED,
            missing if missing <= FOLLOWED => missing,
            _ => 0,
        };
        let objects = || self.missing.values().take(told).map(ObjectRef::to_any).collect();
        self.arrived.take(
            scheduler,
            || wait_for(scheduler, self.at, objects()),
            |arrived| {
                // One that was given away in a deadlock may have come since.
                std::iter::from_fn(|| arrived.pop_front()).find(|number| self.missing.contains_key(number))
            },
        )
    }
}

impl<T> Iterator for AsCompleted<T> {
    type Item = ObjectRef<T>;

    /// Waits for the next object. In a deadlock it is one that is not there: its `get` says what waits for what.
    ///
    /// # Panics
    /// When no runtime is entered on this thread.
    #[track_caller]
    fn next(&mut self) -> Option<ObjectRef<T>> {
        let (&first, _) = self.missing.first_key_value()?;
        let scheduler = context::with_runtime(Arc::clone);
        context::stop_if_cancelled(&scheduler);
        let (site, task) = (context::site(&scheduler, "", self.at), context::task());
        scheduler.record(Kind::WaitBegin, site, task, 1);
        let waited = self.wait(&scheduler);
        let object = self.missing.remove(waited.as_ref().unwrap_or(&first))?;
        let others = self.missing.values().take(NAMED);
        scheduler.record_with(|writer| {
            for named in [&object].into_iter().chain(others) {
                writer.write(Kind::GetObject, site, task, named.any().id());
            }
            writer.write(Kind::WaitEnd, site, task, u64::from(waited.is_ok()));
        });
        // It may have come because it was cancelled with the task that waits.
        context::stop_if_cancelled(&scheduler);
        Some(object)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len(), Some(self.len()))
    }
}

impl<T> ExactSizeIterator for AsCompleted<T> {}

impl<T> Extend<ObjectRef<T>> for AsCompleted<T> {
    fn extend<I: IntoIterator<Item = ObjectRef<T>>>(&mut self, refs: I) {
        refs.into_iter().for_each(|object| self.add(object));
    }
}

impl<T> std::fmt::Debug for AsCompleted<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "AsCompleted({} to come)", self.len())
    }
}
