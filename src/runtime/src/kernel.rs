//! Kernels: one small function over many indices, as tight loops on one thread or all.

use std::{
    iter::Sum,
    ops::{Range, RangeInclusive},
    panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind},
    sync::{Arc, Mutex, MutexGuard},
    thread::JoinHandle,
};

use rayon::prelude::*;
use trace::Kind;

use crate::{context, cores::Homes, scheduler::Scheduler};

/// A function of an index, compiled into every loop that runs it.
///
/// Each closure has a type of its own, so each loop is compiled for it, with nothing to call in between;
/// [`boxed`](Self::boxed) takes that away, to see what it is worth.
///
/// Source: Numba's `@jit` and `prange`, as the course uses them.
///
/// ```
/// use parlings::prelude::*;
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// let inverse = Kernel::new(|k: u64| 1.0 / k as f64);
/// let serial: f64 = inverse.sum(1..=1000);
/// let parallel: f64 = inverse.par_sum(1..=1000);
/// assert!((serial - parallel).abs() < 1e-12);
///
/// let mut table = vec![0.0; 10];
/// inverse.map_into(1..11, &mut table);
/// assert_eq!(table[1], 0.5);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Kernel<F> {
    function: F,
}

/// Indices in order: `a..b` or `a..=b`.
pub trait Indices {
    /// The first index and how many there are.
    fn span(self) -> (u64, u64);
}

impl Indices for Range<u64> {
    fn span(self) -> (u64, u64) {
        (self.start, self.end.saturating_sub(self.start))
    }
}

impl Indices for RangeInclusive<u64> {
    /// # Panics
    /// For all of `0..=u64::MAX`, whose length does not fit.
    fn span(self) -> (u64, u64) {
        let length = if self.is_empty() {
            0
        } else {
            (self.end() - self.start()).checked_add(1).expect("2^64 indices are more than a loop can count")
        };
        (*self.start(), length)
    }
}

/// Partial sums that a parallel sum is made of. It depends on nothing but the range, so that the result, to its last bit,
/// does not depend on the number of workers; a thousand are enough to keep any machine's workers even.
const PARTS: u64 = 1024;

impl<F> Kernel<F> {
    /// The kernel of a function.
    pub const fn new(function: F) -> Self {
        Self { function }
    }

    /// The sum over all indices, on this thread, in order.
    pub fn sum<R>(&self, indices: impl Indices) -> R
    where
        F: Fn(u64) -> R,
        R: Sum,
    {
        let (first, length) = indices.span();
        self.sum_steps(first, 0..length)
    }

    fn sum_steps<R>(&self, first: u64, steps: Range<u64>) -> R
    where
        F: Fn(u64) -> R,
        R: Sum,
    {
        steps.map(|step| (self.function)(first + step)).sum()
    }

    /// The sum over all indices, on all workers. The order of additions is fixed by the range alone: the result is the same
    /// for every number of workers, but for floating point numbers it is not that of [`sum`](Self::sum) in the last digits.
    ///
    /// # Panics
    /// When no runtime is entered on this thread.
    #[track_caller]
    pub fn par_sum<R>(&self, indices: impl Indices) -> R
    where
        F: Fn(u64) -> R + Sync,
        R: Sum + Send,
    {
        let (first, length) = indices.span();
        let parts = PARTS.min(length);
        let cut = |part: u64| (u128::from(length) * u128::from(part) / u128::from(parts.max(1))) as u64;
        let sum_part = |part| self.sum_steps(first, cut(part)..cut(part + 1));
        let call = Call::here();
        let at_work = || call.at_work();
        let mut sums: Vec<(u64, R)> =
            call.in_pool(|| (0..parts).par_bridge().map_init(at_work, |_, part| (part, sum_part(part))).collect());
        sums.sort_unstable_by_key(|(part, _)| *part);
        sums.into_iter().map(|(_, sum)| sum).sum()
    }

    /// Writes the value of each index to the place of the same number, on this thread.
    ///
    /// # Panics
    /// When there are not as many places as indices.
    pub fn map_into<R>(&self, indices: impl Indices, places: &mut [R])
    where
        F: Fn(u64) -> R,
    {
        let first = first_of(indices, places.len());
        self.fill(first, places);
    }

    /// Writes the value of each index to the place of the same number, on all workers.
    ///
    /// # Panics
    /// When there are not as many places as indices, or no runtime is entered on this thread.
    #[track_caller]
    pub fn par_map_into<R>(&self, indices: impl Indices, places: &mut [R])
    where
        F: Fn(u64) -> R + Sync,
        R: Send,
    {
        let first = first_of(indices, places.len());
        let part = places.len().div_ceil(PARTS as usize).max(1);
        let call = Call::here();
        let at_work = || call.at_work();
        call.in_pool(|| {
            places.chunks_mut(part).enumerate().par_bridge().for_each_init(at_work, |_, (number, places)| {
                self.fill(first + (number * part) as u64, places);
            });
        });
    }

    /// The same function behind a pointer: called, not compiled into the loop.
    pub fn boxed<R>(&self) -> Kernel<Box<dyn Fn(u64) -> R + Send + Sync>>
    where
        F: Fn(u64) -> R + Clone + Send + Sync + 'static,
    {
        Kernel::new(Box::new(self.function.clone()))
    }

    fn fill<R>(&self, first: u64, places: &mut [R])
    where
        F: Fn(u64) -> R,
    {
        for (step, place) in places.iter_mut().enumerate() {
            *place = (self.function)(first + step as u64);
        }
    }
}

#[track_caller]
fn first_of(indices: impl Indices, places: usize) -> u64 {
    let (first, length) = indices.span();
    assert!(length == places as u64, "{length} indices need {length} places, not {places}");
    first
}

/// The threads that parallel kernels run on: rayon's, in a pool of their own, as many as the runtime has slots.
pub(crate) struct Pool {
    rayon: Mutex<Option<Arc<rayon::ThreadPool>>>,
    handles: Arc<Mutex<Vec<JoinHandle<()>>>>,
    homes: Arc<Homes>,
}

impl Pool {
    fn start(scheduler: &Scheduler) -> Self {
        let threads = scheduler.settings.slots;
        let handles = Arc::new(Mutex::new(Vec::new()));
        let homes = Arc::new(Homes::new(threads));
        let (started, all) = (Arc::clone(&handles), Arc::clone(&homes));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).spawn_handler(move |thread| {
            let named = std::thread::Builder::new().name("parlings-kernel".to_string());
            let homes = Arc::clone(&all);
            let handle = named.spawn(move || {
                homes.settle(thread.index());
                thread.run();
            })?;
            started.lock().expect("no code panics under this lock").push(handle);
            Ok(())
        });
        let rayon = pool.build().expect("the threads of a kernel could not be started");
        Self { rayon: Mutex::new(Some(Arc::new(rayon))), handles, homes }
    }

    fn rayon(&self) -> Arc<rayon::ThreadPool> {
        let rayon = self.rayon.lock().expect("no code panics under this lock");
        Arc::clone(rayon.as_ref().expect("a runtime is stopped when nothing uses it any more"))
    }

    /// Ends and joins the threads.
    pub(crate) fn stop(&self) {
        drop(self.rayon.lock().expect("no code panics under this lock").take());
        for handle in std::mem::take(&mut *self.handles.lock().expect("no code panics under this lock")) {
            handle.join().expect("rayon hands panics to its caller");
        }
    }
}

/// One call of a parallel kernel: what it runs on, and what the record says of it.
struct Call {
    scheduler: Arc<Scheduler>,
    /// The calling task, or `trace::ROOT`.
    task: u64,
    site: u32,
    /// Where the function has panicked.
    panicked_at: Mutex<Option<String>>,
}

/// A kernel thread does parts of a call, one after the other, until this is dropped.
struct AtWork<'call> {
    call: &'call Call,
    /// The number of the thread.
    thread: usize,
    /// Whether it was at work before: in a part of another kernel that calls this one.
    is_nested: bool,
}

impl Call {
    #[track_caller]
    fn here() -> Self {
        let at = Location::caller();
        context::with_runtime(|scheduler| Self {
            scheduler: Arc::clone(scheduler),
            task: context::task(),
            site: context::site(scheduler, "", at),
            panicked_at: Mutex::default(),
        })
    }

    fn pool(&self) -> &Pool {
        self.scheduler.kernels.get_or_init(|| Pool::start(&self.scheduler))
    }

    fn in_pool<R: Send>(&self, f: impl FnOnce() -> R + Send) -> R {
        let pool = self.pool();
        let run = || pool.homes.direct(|| pool.rayon().install(f));
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|payload| {
            // It goes on here, and is told of as if it had been raised here.
            context::note_panic_place(self.panicked_at().take());
            resume_unwind(payload)
        })
    }

    fn panicked_at(&self) -> MutexGuard<'_, Option<String>> {
        self.panicked_at.lock().expect("no code panics under this lock")
    }

    /// Called about once a thread and call: the threads take one part after the other from a bridged iterator, until none is
    /// left, so that neither an uneven nor a disturbed part leaves a thread idle for longer than a part takes. (Rayon would
    /// divide a range in halves, and the half of a half that a thread begins is its own to the end.)
    fn at_work(&self) -> AtWork<'_> {
        let thread = rayon::current_thread_index().expect("a kernel's parts run in the pool");
        let is_nested = self.pool().homes.begin(thread);
        self.record(Kind::KernelBegin, thread);
        AtWork { call: self, thread, is_nested }
    }

    fn record(&self, kind: Kind, thread: usize) {
        self.scheduler.record_kernel(kind, self.site, self.task, thread as u64);
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.call.record(Kind::KernelEnd, self.thread);
        if std::thread::panicking() {
            *self.call.panicked_at() = context::panic_place();
        }
        if !self.is_nested {
            self.call.pool().homes.end(self.thread);
        }
    }
}
