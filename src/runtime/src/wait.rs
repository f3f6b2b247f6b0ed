//! Waiting for some of several results.

use std::{collections::HashSet, panic::Location, time::Duration};

use trace::Kind;

use crate::{
    TaskError,
    cell::Waiting,
    context,
    object::ObjectRef,
    scheduler::Scheduler,
    sync::Arc,
    waiter::{Ended, Waiter},
};

/// Waits until `k` of the objects are there, or the time is up, whichever is first.
///
/// What it returns is all of `refs`: those that are ready, `k` of them at most, and those that are not waited for any more.
/// Both are in the order of `refs`, not that in which they became ready. An object that holds an error is ready. That the
/// time is up is no error: fewer than `k` are ready then. With a timeout of zero it looks, and does not wait. Of no
/// objects at all, none is ready at once.
///
/// Each call looks at all of `refs`: to take the results of many tasks one by one as they come, use
/// [`as_completed`](crate::as_completed).
///
/// # Errors
/// [`TaskError::InvalidArgument`] when `k` is zero, or more than there are objects, or when an object is there twice.
/// [`TaskError::Cancelled`] when the task that waits was cancelled, [`TaskError::Deadlock`] when the wait could not end.
///
/// # Panics
/// When it would have to wait and no runtime is entered on this thread.
///
/// Source: `ray.wait`, with `num_returns` and `timeout`.
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
/// let naps = [3, 1, 2].map(nap::remote);
/// let (ready, pending) = wait(&naps, 2, None)?; // after two seconds
/// assert_eq!(get_all(&ready)?, [1.into(), 2.into()]);
/// let (ready, pending) = wait(&pending, 1, Some(Duration::from_millis(100)))?;
/// assert_eq!((ready.len(), pending.len()), (0, 1));
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn wait<T>(refs: &[ObjectRef<T>], k: usize, timeout: Option<Duration>) -> Result<Sorted<T>, TaskError> {
    let at = Location::caller();
    if refs.is_empty() {
        return Ok(Sorted::default());
    }
    check(refs, k)?;
    let are_enough = refs.iter().filter(|object| object.any().is_done()).take(k).count() == k;
    let Some(scheduler) = context::runtime() else {
        if are_enough {
            return Ok(sort(refs, k));
        }
        panic!(
            "at {at}: objects that are not there yet can be waited for only where a runtime is entered: keep `let _entered = runtime.enter();`"
        );
    };
    if context::is_cancelled(&scheduler) {
        return Err(context::cancelled());
    }
    let (site, task) = (context::site(&scheduler, "", at), context::task());
    scheduler.record_with(|writer| {
        writer.write(Kind::WaitBegin, site, task, k as u64);
        for object in refs {
            writer.write(Kind::GetObject, site, task, object.any().id());
        }
    });
    let ended = if are_enough { Ended::Told } else { wait_for(&scheduler, refs, k, timeout, at) };
    let sorted = sort(refs, k);
    scheduler.record(Kind::WaitEnd, site, task, sorted.0.len() as u64);
    // What it waited for may be there because it was cancelled with the task that waits.
    if context::is_cancelled(&scheduler) {
        return Err(context::cancelled());
    }
    ended.into_result().map(|()| sorted)
}

/// Those that are ready, and those that are pending.
pub(crate) type Sorted<T> = (Vec<ObjectRef<T>>, Vec<ObjectRef<T>>);

fn check<T>(refs: &[ObjectRef<T>], k: usize) -> Result<(), TaskError> {
    if k == 0 {
        return Err(TaskError::invalid(
            "wait was asked to wait for 0 results: ask for 1 or more, with a timeout of zero if it is not to wait",
        ));
    }
    if k > refs.len() {
        return Err(TaskError::invalid(format!(
            "wait was asked to wait for {k} of {} results: ask for {} at most, such as `k.min(refs.len())`",
            refs.len(),
            refs.len()
        )));
    }
    let mut seen = HashSet::with_capacity(refs.len());
    match refs.iter().position(|object| !seen.insert(object.any().id())) {
        None => Ok(()),
        Some(place) => Err(TaskError::invalid(format!(
            "wait was given the same reference twice: that at place {place}, of `{}`, is also further in front. Pass each once",
            refs[place].any().name()
        ))),
    }
}

fn wait_for<T>(
    scheduler: &Arc<Scheduler>,
    refs: &[ObjectRef<T>],
    k: usize,
    timeout: Option<Duration>,
    at: &'static Location<'static>,
) -> Ended {
    let waiter = Waiter::new(scheduler, at, false);
    waiter.expect(k as isize);
    for object in refs {
        if object.any().is_done() || !object.any().subscribe(Waiting::Thread(Arc::clone(&waiter))) {
            waiter.tell(false);
        }
    }
    let missing = || refs.iter().filter(|object| !object.any().is_done());
    // A wait that ends by itself is part of no deadlock, nor is the program's own thread.
    if timeout.is_none() && (!waiter.tasks.is_empty() || scheduler.is_virtual()) {
        waiter.objects(missing().map(ObjectRef::to_any).collect(), refs.len() - k);
    }
    waiter.begin();
    let ended = scheduler.block(&waiter, timeout);
    missing().for_each(|object| object.any().unsubscribe(&waiter));
    ended
}

fn sort<T>(refs: &[ObjectRef<T>], k: usize) -> Sorted<T> {
    let mut sorted = Sorted::default();
    for object in refs {
        let side = if sorted.0.len() < k && object.any().is_done() { &mut sorted.0 } else { &mut sorted.1 };
        side.push(object.clone());
    }
    sorted
}
