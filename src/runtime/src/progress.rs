//! Progress bars, moved by tasks and shown while they run.

use std::panic::Location;

use trace::Kind;

use crate::{
    context,
    options::intern,
    scheduler::Scheduler,
    sync::{Arc, AtomicU64, Mutex, Ordering},
};

/// Makes a progress bar of that name, from 0 to `total`. The tasks that do the work hold clones of it, and move it.
///
/// # Panics
/// When no runtime is entered on this thread.
///
/// Source: Ray's `tqdm_ray`, Dask's `progress`.
///
/// ```
/// use parlings::{Progress, prelude::*};
///
/// #[remote]
/// fn download(page: u64, bar: Progress) -> u64 {
///     bar.advance(1);
///     page * 1_000
/// }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// let bar = progress("downloads", 20);
/// let pages: Vec<_> = (0..20).map(|page| download::remote(page, bar.clone())).collect();
/// get_all(&pages)?;
/// assert_eq!(bar.done(), 20);
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn progress(name: &str, total: u64) -> Progress {
    let at = context::caller(Location::caller());
    context::with_runtime(|scheduler| {
        let (id, name) = (scheduler.next_number(), intern(name));
        scheduler.record(Kind::ProgressBegin, context::site(scheduler, name, at), id, total);
        let scheduler = Arc::clone(scheduler);
        Progress { bar: Arc::new(Bar { id, name, total, done: AtomicU64::new(0), shown: Mutex::new(0), scheduler }) }
    })
}

/// A progress bar, made by [`progress`]. Clones move the same bar.
///
/// It is recorded when the per mille that it shows change, so to move it often costs little.
#[derive(Clone)]
pub struct Progress {
    bar: Arc<Bar>,
}

struct Bar {
    id: u64,
    name: &'static str,
    total: u64,
    done: AtomicU64,
    /// Per mille, as last recorded.
    shown: Mutex<u64>,
    scheduler: Arc<Scheduler>,
}

impl Progress {
    /// So much more is done.
    pub fn advance(&self, more: u64) {
        let before = self.bar.done.fetch_add(more, Ordering::Relaxed);
        self.bar.show_from(before, before.wrapping_add(more));
    }

    /// So much is done by now.
    pub fn set(&self, done: u64) {
        let before = self.bar.done.swap(done, Ordering::Relaxed);
        self.bar.show_from(before, done);
    }

    /// How much is done.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.bar.done.load(Ordering::Relaxed)
    }

    /// How much there is to do.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.bar.total
    }
}

impl Bar {
    #[inline]
    fn show_from(&self, before: u64, after: u64) {
        if self.per_mille(before) != self.per_mille(after) {
            self.show();
        }
    }

    /// Under the lock, so that what is recorded last is how far it was then, whoever else moves it.
    fn show(&self) {
        let mut shown = self.shown.lock().expect("no code panics under this lock");
        let done = self.done.load(Ordering::Relaxed);
        let per_mille = self.per_mille(done);
        if *shown != per_mille {
            *shown = per_mille;
            self.scheduler.record(Kind::Progress, 0, self.id, done);
        }
    }

    /// What a bar shows: beyond its end, it shows its end.
    fn per_mille(&self, done: u64) -> u64 {
        if done >= self.total {
            return 1000;
        }
        (u128::from(done) * 1000 / u128::from(self.total)) as u64
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Progress({}, {} of {})", self.bar.name, self.done(), self.bar.total)
    }
}
