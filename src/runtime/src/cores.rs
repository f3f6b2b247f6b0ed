//! On which core a worker wakes.
//!
//! An operating system likes to wake a thread where that ran last, though another worker may be at work there, and it may take
//! some milliseconds to notice that a core beside it is idle: longer than most tasks take, and a get that lends its slot wakes one
//! thread after the other. So whoever wakes a worker says where it is to begin: here, if the waking thread is about to sleep
//! itself, and else on a core on which no worker of this runtime is at work. A worker that finds itself on the core of another all the same moves on.
//!
//! This holds for the moment of waking only. A worker that has begun may be moved by the system to wherever the process may
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

pub(crate) use system::{Cores, Sleeper};

#[cfg(all(target_os = "linux", not(miri), not(all(test, shuttle))))]
mod system {
    use std::sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    };

    use crossbeam_utils::CachePadded;
    use rustix::thread::{CpuSet, Pid, gettid, sched_getaffinity, sched_getcpu, sched_setaffinity};

    use super::Place;

    /// A thread that sleeps until it is given a slot.
    #[derive(Debug, Default)]
    pub(crate) struct Sleeper {
        thread: OnceLock<Pid>,
        /// Whether it was told where to wake, and so may not run elsewhere yet.
        directed: AtomicBool,
    }

    impl Sleeper {
        /// It is this thread that sleeps.
        pub(crate) fn is_this_thread(&self) {
            self.thread.get_or_init(gettid);
        }
    }

    /// The cores that a runtime may use, and those on which its workers are.
    pub(crate) struct Cores {
        /// Those that the process may use; `None` where there is no choice.
        allowed: Option<CpuSet>,
        /// For each slot the core on which its thread began to work, counted from 1; 0 where none is at work.
        at_work: Box<[CachePadded<AtomicUsize>]>,
    }

    impl Cores {
        pub(crate) fn new(slots: usize) -> Self {
            Self {
                allowed: sched_getaffinity(None).ok().filter(|cores| cores.count() > 1),
                at_work: (0..slots).map(|_| CachePadded::default()).collect(),
            }
        }

        /// Says where the thread, which is about to be woken, is to begin.
        pub(crate) fn direct(&self, sleeper: &Sleeper, place: Place) {
            let (Some(allowed), Some(thread)) = (&self.allowed, sleeper.thread.get()) else { return };
            let cores = match place {
                Place::Here => only(sched_getcpu()),
                Place::Apart => self.without_workers(allowed),
            };
            if let Some(cores) = cores {
                sleeper.directed.store(true, Ordering::Relaxed);
                may_run_on(Some(*thread), &cores);
            }
        }

        /// The same for a thread that is not there yet: `start` starts it.
        pub(crate) fn directed<R>(&self, sleeper: &Sleeper, place: Place, start: impl FnOnce() -> R) -> R {
            let (Some(allowed), Place::Here) = (&self.allowed, place) else { return start() };
            let Some(here) = only(sched_getcpu()) else { return start() };
            sleeper.directed.store(true, Ordering::Relaxed);
            // A new thread may run where the one may that starts it.
            may_run_on(None, &here);
            let started = start();
            may_run_on(None, allowed);
            started
        }

        /// This thread was woken, and begins to work with the slot.
        pub(crate) fn begin(&self, sleeper: &Sleeper, slot: u16) {
            let Some(allowed) = &self.allowed else { return };
            let mut is_confined = sleeper.directed.swap(false, Ordering::Relaxed);
            let here = sched_getcpu() + 1;
            if self.at_work.iter().any(|core| core.load(Ordering::Relaxed) == here)
                && let Some(others) = self.without_workers(allowed)
            {
                may_run_on(None, &others);
                is_confined = true;
            }
            if is_confined {
                may_run_on(None, allowed);
            }
            self.at_work[usize::from(slot)].store(sched_getcpu() + 1, Ordering::Relaxed);
        }

        /// The thread that works with the slot gives it away.
        pub(crate) fn end(&self, slot: u16) {
            self.at_work[usize::from(slot)].store(0, Ordering::Relaxed);
        }

        /// The cores on which no worker is; `None` where those are all or none.
        fn without_workers(&self, allowed: &CpuSet) -> Option<CpuSet> {
            let mut free = *allowed;
            for core in self.at_work.iter().map(|core| core.load(Ordering::Relaxed)) {
                if (1..=CpuSet::MAX_CPU).contains(&core) {
                    free.unset(core - 1);
                }
            }
            (1..allowed.count()).contains(&free.count()).then_some(free)
        }
    }

    fn only(core: usize) -> Option<CpuSet> {
        let mut cores = CpuSet::new();
        (core < CpuSet::MAX_CPU).then(|| {
            cores.set(core);
            cores
        })
    }

    /// Where the system does not allow that, threads wake where it wants: slower, not wrong.
    fn may_run_on(thread: Option<Pid>, cores: &CpuSet) {
        let _ = sched_setaffinity(thread, cores);
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn cores(numbers: &[usize]) -> CpuSet {
            let mut cores = CpuSet::new();
            numbers.iter().for_each(|&number| cores.set(number));
            cores
        }

        fn at_work(numbers: &[usize]) -> Cores {
            let at_work = numbers.iter().map(|&number| CachePadded::new(AtomicUsize::new(number + 1))).collect();
            Cores { allowed: None, at_work }
        }

        #[test]
        fn workers_are_kept_apart_as_far_as_there_are_cores() {
            let all = cores(&[0, 2, 3]);
            assert_eq!(at_work(&[2]).without_workers(&all), Some(cores(&[0, 3])));
            assert_eq!(at_work(&[2, 0]).without_workers(&all), Some(cores(&[3])));
            assert_eq!(at_work(&[]).without_workers(&all), None, "everywhere is right");
            assert_eq!(at_work(&[7]).without_workers(&all), None, "everywhere is right");
            assert_eq!(at_work(&[2, 0, 3]).without_workers(&all), None, "nowhere is better");
            assert_eq!(at_work(&[CpuSet::MAX_CPU + 5]).without_workers(&all), None);
        }

        #[test]
        fn a_thread_begins_where_it_is_told_and_may_go_anywhere_then() {
            let Ok(all) = sched_getaffinity(None) else { return };
            let (runtime, sleeper) = (Cores::new(1), Sleeper::default());
            sleeper.is_this_thread();
            runtime.direct(&sleeper, Place::Here);
            if all.count() > 1 {
                assert_eq!(sched_getaffinity(None).unwrap().count(), 1);
            }
            runtime.begin(&sleeper, 0);
            assert_eq!(sched_getaffinity(None).unwrap(), all);

            let new = Sleeper::default();
            let thread =
                runtime.directed(&new, Place::Here, || std::thread::spawn(|| sched_getaffinity(None).unwrap()));
            assert_eq!(thread.join().unwrap().count(), 1);
            assert_eq!(sched_getaffinity(None).unwrap(), all);
        }

        #[test]
        fn a_worker_leaves_the_core_of_another() {
            let Ok(all) = sched_getaffinity(None) else { return };
            if all.count() < 2 {
                return;
            }
            let (runtime, sleeper) = (Cores::new(2), Sleeper::default());
            sleeper.is_this_thread();
            // The other worker is on each core in turn, so on this thread's, too.
            for other in (0..CpuSet::MAX_CPU).filter(|&core| all.is_set(core)) {
                runtime.at_work[0].store(other + 1, Ordering::Relaxed);
                may_run_on(None, &cores(&[other]));
                runtime.begin(&sleeper, 1);
                assert_ne!(runtime.at_work[1].load(Ordering::Relaxed), other + 1);
                runtime.end(1);
                assert_eq!(sched_getaffinity(None).unwrap(), all);
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
        pub(crate) fn is_this_thread(&self) {}
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
}
