//! On which core a worker wakes, or a thread of the kernels.
//!
//! An operating system likes to wake a thread where that ran last, though another worker may be at work there, and it may take
//! some milliseconds to notice that a core beside it is idle: longer than most tasks take, and a get that lends its slot wakes one
//! thread after the other. So whoever wakes a worker says where it is to begin, if the system would choose another core: here, if the
//! waking thread is about to sleep itself, and else on a core on which no worker of this runtime is at work. A worker that finds
//! itself on the core of another all the same moves on.
//!
//! The threads of the parallel kernels are woken by rayon, which says nothing. So whoever calls a kernel says for each of them where
//! it is to begin: on a core of its own, where all cores are needed. Where there are more, the system finds idle ones, and others
//! may need the first.
//!
//! This holds for the moment of waking only. A thread that has begun may be moved by the system to wherever the process may
//! run. So a core that somebody else keeps busy is no worse than it would be without all this.
//!
//! Linux only; elsewhere, and in the proofs, threads wake where the system wants.

/// Where a woken thread is to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On this core: the thread that wakes it goes to sleep.
    Here,
    /// Where no worker is at work.
    Apart,
}

pub(crate) use system::{Cores, Homes, Sleeper};

#[cfg(all(target_os = "linux", not(miri), not(all(test, shuttle))))]
mod system {
    use std::sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    };

    use crossbeam_utils::CachePadded;
    use nix::{
        sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity},
        unistd::{Pid, gettid},
    };

    use super::Place;

    /// A thread that sleeps until it is given a slot.
    #[derive(Debug, Default)]
    pub(crate) struct Sleeper {
        thread: OnceLock<Pid>,
        /// Where it went to sleep, and the system is to wake it; counted from 1.
        core: AtomicUsize,
        /// Whether it was told where to wake, and so may not run elsewhere yet.
        directed: AtomicBool,
    }

    impl Sleeper {
        /// It is this thread that sleeps, and here.
        pub(crate) fn sleeps_here(&self) {
            self.thread.get_or_init(gettid);
            self.core.store(numbered(here()), Ordering::Relaxed);
        }
    }

    /// The calling thread, to the system.
    const SELF: Pid = Pid::from_raw(0);

    /// The cores that a runtime may use, and those on which its workers are.
    pub(crate) struct Cores {
        /// The numbers of those that the process may use; fewer than two where there is no choice.
        allowed: Box<[usize]>,
        /// For each slot the core on which its thread began to work, counted from 1; 0 where none is at work.
        at_work: Box<[CachePadded<AtomicUsize>]>,
    }

    impl Cores {
        pub(crate) fn new(slots: usize) -> Self {
            let at_work = (0..slots).map(|_| CachePadded::default()).collect();
            Self { allowed: allowed().into(), at_work }
        }

        /// Says where the thread, which is about to be woken, is to begin.
        pub(crate) fn direct(&self, sleeper: &Sleeper, place: Place) {
            let Some(thread) = sleeper.thread.get() else { return };
            // Mostly the system does what is wanted, and need not be told.
            let core = sleeper.core.load(Ordering::Relaxed);
            let confined = match place {
                Place::Here => core != numbered(here()) && self.confine_here(*thread),
                Place::Apart => self.is_at_work_on(core) && self.confine_apart(*thread),
            };
            if confined {
                sleeper.directed.store(true, Ordering::Relaxed);
            }
        }

        /// The same for a thread that is not there yet: `start` starts it.
        pub(crate) fn directed<R>(&self, sleeper: &Sleeper, place: Place, start: impl FnOnce() -> R) -> R {
            // A new thread may run where the one may that starts it.
            if place != Place::Here || !self.confine_here(SELF) {
                return start();
            }
            sleeper.directed.store(true, Ordering::Relaxed);
            let started = start();
            self.set_free();
            started
        }

        /// This thread was woken, and begins to work with the slot.
        pub(crate) fn begin(&self, sleeper: &Sleeper, slot: u16) {
            let was_directed = sleeper.directed.swap(false, Ordering::Relaxed);
            let has_moved = self.is_at_work_on(numbered(here())) && self.confine_apart(SELF);
            if was_directed || has_moved {
                self.set_free();
            }
            self.at_work[usize::from(slot)].store(numbered(here()), Ordering::Relaxed);
        }

        /// The thread that works with the slot gives it away.
        pub(crate) fn end(&self, slot: u16) {
            self.at_work[usize::from(slot)].store(0, Ordering::Relaxed);
        }

        /// Whether a worker is at work on the core, counted from 1; 0 is none.
        fn is_at_work_on(&self, core: usize) -> bool {
            core > 0 && self.at_work.iter().any(|at_work| at_work.load(Ordering::Relaxed) == core)
        }

        /// The cores on which no worker is; none where those are all, as everywhere is right then.
        fn without_workers(&self) -> Vec<usize> {
            let free: Vec<_> = self.allowed.iter().copied().filter(|&core| !self.is_at_work_on(core + 1)).collect();
            if free.len() == self.allowed.len() { Vec::new() } else { free }
        }

        /// Lets the thread run on this core only; whether that was done.
        fn confine_here(&self, thread: Pid) -> bool {
            self.allowed.len() > 1 && here().is_some_and(|here| confine(thread, &[here]))
        }

        /// Lets the thread run only where no worker is; whether that was done.
        fn confine_apart(&self, thread: Pid) -> bool {
            self.allowed.len() > 1 && confine(thread, &self.without_workers())
        }

        /// Lets this thread run wherever the process may.
        fn set_free(&self) {
            confine(SELF, &self.allowed);
        }
    }

    /// Where threads wake that others wake: each on a core of its own, where all cores are needed.
    pub(crate) struct Homes {
        /// As in [`Cores`]; none where there are more of them than threads.
        allowed: Box<[usize]>,
        threads: Box<[CachePadded<Resident>]>,
    }

    #[derive(Default)]
    struct Resident {
        thread: OnceLock<Pid>,
        is_at_work: AtomicBool,
        /// Whether it is to wake at home, and so may not run elsewhere yet.
        directed: AtomicBool,
    }

    impl Homes {
        pub(crate) fn new(threads: usize) -> Self {
            let allowed = Some(allowed()).filter(|cores| cores.len() <= threads).unwrap_or_default().into();
            Self { allowed, threads: (0..threads).map(|_| CachePadded::default()).collect() }
        }

        /// This thread is that of the number.
        pub(crate) fn settle(&self, number: usize) {
            self.threads[number].thread.get_or_init(gettid);
        }

        /// Calls `wake`, which wakes threads and waits until they have done their work: those who are not at work begin at home.
        pub(crate) fn direct<R>(&self, wake: impl FnOnce() -> R) -> R {
            let _free = Directed { allowed: &self.allowed, threads: self.send_home() };
            wake()
        }

        /// Who is confined now.
        fn send_home(&self) -> Vec<Pid> {
            if self.allowed.len() < 2 {
                return Vec::new();
            }
            let homes = self.allowed.iter().cycle();
            let idle =
                self.threads.iter().zip(homes).filter(|(resident, _)| !resident.is_at_work.load(Ordering::Relaxed));
            let confined = idle.filter_map(|(resident, &home)| {
                let thread = *resident.thread.get()?;
                // First, so that a thread that begins meanwhile frees itself, or is freed at the end of the call.
                resident.directed.store(true, Ordering::Relaxed);
                confine(thread, &[home]).then_some(thread)
            });
            confined.collect()
        }

        /// This thread, of this number, begins to work, and may run anywhere; whether it was at work before.
        pub(crate) fn begin(&self, number: usize) -> bool {
            let resident = &self.threads[number];
            let was_at_work = resident.is_at_work.swap(true, Ordering::Relaxed);
            if resident.directed.swap(false, Ordering::Relaxed) {
                confine(SELF, &self.allowed);
            }
            was_at_work
        }

        /// This thread, of this number, has done its work.
        pub(crate) fn end(&self, number: usize) {
            self.threads[number].is_at_work.store(false, Ordering::Relaxed);
        }
    }

    /// Threads that are confined until this is dropped, should they not have begun before.
    struct Directed<'homes> {
        allowed: &'homes [usize],
        threads: Vec<Pid>,
    }

    impl Drop for Directed<'_> {
        fn drop(&mut self) {
            for &thread in &self.threads {
                confine(thread, self.allowed);
            }
        }
    }

    /// The core on which this thread runs, counted from 0.
    fn here() -> Option<usize> {
        sched_getcpu().ok()
    }

    /// The core counted from 1; 0 where it is not known.
    fn numbered(core: Option<usize>) -> usize {
        core.map_or(0, |core| core + 1)
    }

    /// The numbers of the cores on which this thread may run.
    fn allowed() -> Vec<usize> {
        let Ok(cores) = sched_getaffinity(SELF) else { return Vec::new() };
        (0..CpuSet::count()).filter(|&core| cores.is_set(core) == Ok(true)).collect()
    }

    /// Lets the thread run on these cores only; whether that was done. Where there are none, or the system does not allow it,
    /// threads wake where the system wants: slower, not wrong.
    fn confine(thread: Pid, cores: &[usize]) -> bool {
        let mut set = CpuSet::new();
        !cores.is_empty() && cores.iter().all(|&core| set.set(core).is_ok()) && sched_setaffinity(thread, &set).is_ok()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn cores(allowed: &[usize], at_work: &[usize]) -> Cores {
            let at_work = at_work.iter().map(|&core| CachePadded::new(AtomicUsize::new(core + 1))).collect();
            Cores { allowed: allowed.into(), at_work }
        }

        #[test]
        fn workers_are_kept_apart_as_far_as_there_are_cores() {
            let free = |at_work: &[usize]| cores(&[0, 2, 3], at_work).without_workers();
            let nothing = Vec::<usize>::new();
            assert_eq!(free(&[2]), [0, 3]);
            assert_eq!(free(&[2, 0]), [3]);
            assert_eq!(free(&[]), nothing, "everywhere is right");
            assert_eq!(free(&[7]), nothing, "everywhere is right");
            assert_eq!(free(&[2, 0, 3]), nothing, "nowhere is better");
        }

        #[test]
        fn a_thread_begins_where_it_is_told_and_may_go_anywhere_then() {
            let all = allowed();
            let is_confined = |cores: Vec<usize>| assert_eq!(cores.len(), all.len().min(1));
            let (runtime, sleeper) = (Cores::new(1), Sleeper::default());
            sleeper.sleeps_here();
            sleeper.core.store(CpuSet::count() + 1, Ordering::Relaxed);
            runtime.direct(&sleeper, Place::Apart);
            assert_eq!(allowed(), all, "nobody is at work there");
            runtime.direct(&sleeper, Place::Here);
            is_confined(allowed());
            runtime.begin(&sleeper, 0);
            assert_eq!(allowed(), all);

            let new = Sleeper::default();
            let thread = runtime.directed(&new, Place::Here, || std::thread::spawn(allowed));
            is_confined(thread.join().unwrap());
            assert_eq!(allowed(), all);
        }

        #[test]
        fn threads_wake_at_homes_of_their_own_and_work_anywhere() {
            let all = allowed();
            // This thread is all of them.
            let settled = |threads: usize| {
                let homes = Homes::new(threads);
                (0..threads).for_each(|number| homes.settle(number));
                homes
            };
            let homes = settled(all.len() + 1);
            for number in 0..=all.len() {
                (0..=all.len()).for_each(|other| assert!(!homes.begin(other)));
                homes.end(number);
                homes.direct(|| {
                    let home = if all.len() > 1 { vec![all[number % all.len()]] } else { all.clone() };
                    assert_eq!(allowed(), home, "those who are at work are left alone");
                    assert!(!homes.begin(number));
                    assert_eq!(allowed(), all);
                    assert!(homes.begin(number));
                });
                (0..=all.len()).for_each(|other| homes.end(other));
            }
            homes.direct(|| assert_eq!(allowed().len(), 1));
            assert_eq!(allowed(), all, "who has not begun is freed at the end");
            settled(all.len() - 1).direct(|| assert_eq!(allowed(), all, "there are more cores than threads"));
        }

        #[test]
        fn a_worker_leaves_the_core_of_another() {
            let all = allowed();
            let (runtime, sleeper) = (Cores::new(2), Sleeper::default());
            // The other worker is on each core in turn, so on this thread's, too.
            for other in all.iter().copied().filter(|_| all.len() > 1) {
                runtime.at_work[0].store(other + 1, Ordering::Relaxed);
                assert!(confine(SELF, &[other]));
                runtime.begin(&sleeper, 1);
                assert_ne!(runtime.at_work[1].load(Ordering::Relaxed), other + 1);
                runtime.end(1);
                assert_eq!(allowed(), all);
            }
        }
    }
}

#[cfg(not(all(target_os = "linux", not(miri), not(all(test, shuttle)))))]
mod system {
    use super::Place;

    /// A thread that sleeps until it is given a slot.
    #[derive(Debug, Default)]
    pub(crate) struct Sleeper;

    impl Sleeper {
        pub(crate) fn sleeps_here(&self) {}
    }

    /// The cores of a system that is not told where threads are to wake.
    pub(crate) struct Cores;

    impl Cores {
        pub(crate) fn new(_: usize) -> Self {
            Self
        }

        pub(crate) fn direct(&self, _: &Sleeper, _: Place) {}

        pub(crate) fn directed<R>(&self, _: &Sleeper, _: Place, start: impl FnOnce() -> R) -> R {
            start()
        }

        pub(crate) fn begin(&self, _: &Sleeper, _: u16) {}

        pub(crate) fn end(&self, _: u16) {}
    }

    /// Where threads wake on a system that is not told: anywhere.
    pub(crate) struct Homes;

    impl Homes {
        pub(crate) fn new(_: usize) -> Self {
            Self
        }

        pub(crate) fn settle(&self, _: usize) {}

        pub(crate) fn direct<R>(&self, wake: impl FnOnce() -> R) -> R {
            wake()
        }

        pub(crate) fn begin(&self, _: usize) -> bool {
            false
        }

        pub(crate) fn end(&self, _: usize) {}
    }
}
