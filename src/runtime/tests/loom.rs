//! Proofs under loom, which tries every order of the steps of a small program, and every value that its memory orderings allow
//! a thread to read. Run by `cargo prove`.
//!
//! The result cell and the shared owner are the runtime's own source. The sleep of the workers, and the waits that lend their slots, are their protocols
//! written out again, as in the prose of `workers.rs` and `waiter.rs`: a queue is a count, and a parked thread one that has returned.
#![cfg(loom)]

use std::sync::Arc;

use loom::{cell::UnsafeCell, model};

#[path = "../src/cell.rs"]
#[expect(dead_code, unreachable_pub, reason = "the runtime uses all of it")]
mod cell;

#[path = "../src/shared.rs"]
#[expect(dead_code, unused_imports, unused_macros, unreachable_pub, reason = "the runtime uses all of it")]
mod shared;

/// What these take from the rest of the runtime.
mod sync {
    pub(crate) use std::sync::{Arc, atomic::Ordering};

    pub(crate) use loom::{
        sync::atomic::{AtomicU8, AtomicUsize, fence},
        thread,
    };
}

mod pool {
    use std::{
        alloc::{self, Layout},
        ptr::NonNull,
    };

    #[expect(unsafe_code, reason = "allocates")]
    pub(crate) fn allocate(layout: Layout) -> NonNull<u8> {
        // SAFETY: there is a count of owners in all that is allocated here, so its size is not 0.
        NonNull::new(unsafe { alloc::alloc(layout) }).expect("there is memory for a test")
    }

    #[expect(unsafe_code, reason = "the caller says that nobody uses it any more")]
    pub(crate) unsafe fn free(memory: NonNull<u8>, layout: Layout) {
        // SAFETY: it was allocated above, with this layout.
        unsafe { alloc::dealloc(memory.as_ptr(), layout) };
    }
}

mod task {
    pub(crate) trait Job: Send + Sync {
        fn argument_is_there(&self);
    }
}

mod waiter {
    use loom::sync::atomic::{AtomicUsize, Ordering};

    use super::Watched;

    /// It counts how often it was told. Who tells it must have seen it made.
    pub(crate) struct Waiter {
        pub(crate) told: AtomicUsize,
        made: Watched,
    }

    impl Default for Waiter {
        fn default() -> Self {
            Self { told: AtomicUsize::new(0), made: Watched::written() }
        }
    }

    impl Waiter {
        pub(crate) fn tell(&self, _failed: bool) {
            self.made.read();
            self.told.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[derive(Debug)]
pub(crate) struct TaskError;

use cell::{ResultCell, Waiting};
use loom::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence},
    thread,
};
use shared::Shared;
use waiter::Waiter;

/// A value that loom watches: to read it without having seen it written fails the test.
struct Watched(UnsafeCell<u64>);

// SAFETY: loom fails the test where it is read and written without order.
#[expect(unsafe_code, reason = "loom's cell is not shared by itself")]
unsafe impl Sync for Watched {}

impl Watched {
    #[expect(unsafe_code, reason = "loom hands out pointers")]
    fn written() -> Self {
        let watched = Self(UnsafeCell::new(0));
        // SAFETY: nobody else has it yet; loom checks that.
        watched.0.with_mut(|value| unsafe { *value = 42 });
        watched
    }

    #[expect(unsafe_code, reason = "loom hands out pointers")]
    fn read(&self) -> u64 {
        // SAFETY: it is not written any more; loom checks that.
        self.0.with(|value| unsafe { *value })
    }
}

/// Three threads have too many orders: those with more than three interruptions are left out.
fn model_of_three(program: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(program);
}

fn write(cell: &ResultCell<Watched>) {
    cell.complete(Ok(Arc::new(Watched::written()))).tell();
}

fn read(cell: &ResultCell<Watched>) -> Option<u64> {
    cell.value().map(|value| value.as_ref().unwrap().read())
}

/// Waits for the value.
fn subscribe(cell: &ResultCell<Watched>) -> Arc<Waiter> {
    let waiter = Arc::new(Waiter::default());
    if !cell.subscribe(Waiting::Thread(Arc::clone(&waiter))) {
        assert_eq!(read(cell), Some(42), "who is not told later finds the value there");
        waiter.tell(false);
    }
    waiter
}

/// Two threads: of three, two may look again and again in turn whether the cell is free, and loom finds no end of that. More are
/// tried by shuttle.
#[test]
fn every_subscriber_is_told_once() {
    model(|| {
        let cell = Arc::new(ResultCell::empty());
        let own = Arc::clone(&cell);
        let other = thread::spawn(move || subscribe(&own));
        let waiter = subscribe(&cell);
        write(&cell);
        let waiters = [waiter, other.join().unwrap()];
        assert!(waiters.iter().all(|waiter| waiter.told.load(Ordering::Relaxed) == 1));
    });
}

#[test]
fn a_reader_sees_nothing_or_the_whole_value() {
    model(|| {
        let cell = Arc::new(ResultCell::empty());
        let own = Arc::clone(&cell);
        let reader = thread::spawn(move || assert!(matches!(read(&own), None | Some(42))));
        write(&cell);
        reader.join().unwrap();
        assert_eq!(read(&cell), Some(42));
    });
}

#[test]
fn who_waits_no_longer_is_told_once_at_most() {
    model(|| {
        let cell = Arc::new(ResultCell::empty());
        let (leaves, stays) = (Arc::new(Waiter::default()), Arc::new(Waiter::default()));
        assert!(cell.subscribe(Waiting::Thread(Arc::clone(&leaves))));
        assert!(cell.subscribe(Waiting::Thread(Arc::clone(&stays))));
        let own = Arc::clone(&cell);
        let writer = thread::spawn(move || write(&own));
        cell.unsubscribe(&leaves);
        writer.join().unwrap();
        assert!(leaves.told.load(Ordering::Relaxed) <= 1);
        assert_eq!(stays.told.load(Ordering::Relaxed), 1);
    });
}

/// A value that is written as it is dropped: loom fails the test where somebody may still read it.
struct Dropped {
    value: Watched,
    drops: Arc<AtomicUsize>,
}

impl Drop for Dropped {
    #[expect(unsafe_code, reason = "loom hands out pointers")]
    fn drop(&mut self) {
        // SAFETY: nobody has it any more; loom checks that.
        self.value.0.with_mut(|value| unsafe { *value = 0 });
        self.drops.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn the_last_of_several_owners_drops_the_value() {
    model_of_three(|| {
        let drops = Arc::new(AtomicUsize::new(0));
        let first = Shared::new(Dropped { value: Watched::written(), drops: Arc::clone(&drops) });
        let owners = [(); 2].map(|()| {
            let owner = first.clone();
            thread::spawn(move || {
                let again = owner.clone();
                drop(owner);
                assert_eq!(again.value.read(), 42);
            })
        });
        assert_eq!(first.value.read(), 42);
        drop(first);
        for owner in owners {
            owner.join().unwrap();
        }
        assert_eq!(drops.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn the_only_owner_may_write() {
    model(|| {
        let mut owner = Shared::new(Watched::written());
        let other = owner.clone();
        let reader = thread::spawn(move || assert_eq!(other.read(), 42));
        let value = loop {
            match Shared::get_mut(&mut owner) {
                Some(value) => break value,
                None => thread::yield_now(),
            }
        };
        #[expect(unsafe_code, reason = "loom hands out pointers")]
        // SAFETY: nobody else has it; loom checks that.
        value.0.with_mut(|value| unsafe { *value = 43 });
        reader.join().unwrap();
    });
}

/// What a pusher and a worker share; see the prose of `workers.rs`.
struct Workers {
    queued: AtomicUsize,
    searching: AtomicUsize,
    idle: AtomicUsize,
    woken: AtomicBool,
}

impl Workers {
    fn one_that_searches() -> Arc<Self> {
        Arc::new(Self {
            queued: AtomicUsize::new(0),
            searching: AtomicUsize::new(1),
            idle: AtomicUsize::new(0),
            woken: AtomicBool::new(false),
        })
    }

    fn push(&self) {
        self.queued.fetch_add(1, Ordering::Release);
        fence(Ordering::SeqCst);
        if self.searching.load(Ordering::Relaxed) == 0 {
            self.wake_one();
        }
    }

    fn wake_one(&self) {
        if self.idle.load(Ordering::Relaxed) > 0 && self.idle.swap(0, Ordering::AcqRel) > 0 {
            self.searching.fetch_add(1, Ordering::SeqCst);
            self.woken.store(true, Ordering::Relaxed);
        }
    }

    /// One look at the queue.
    fn find(&self) -> bool {
        let queued = self.queued.load(Ordering::Acquire);
        queued > 0 && self.queued.compare_exchange(queued, queued - 1, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Searches once, and goes to sleep when there is nothing; returns how many tasks it ran.
    fn search_and_sleep(&self) -> usize {
        let found = self.find();
        let last = self.searching.fetch_sub(1, Ordering::SeqCst) == 1;
        fence(Ordering::SeqCst);
        if found {
            if last && self.queued.load(Ordering::Relaxed) > 0 {
                self.wake_one();
            }
            // It looks again after a task, and here finds what is left.
            return 1 + usize::from(self.find());
        }
        self.idle.store(1, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        if self.queued.load(Ordering::Relaxed) > 0 {
            self.wake_one();
        }
        0
    }
}

#[test]
fn a_queued_task_is_found_or_somebody_is_woken() {
    model(|| {
        let workers = Workers::one_that_searches();
        let own = Arc::clone(&workers);
        let pusher = thread::spawn(move || own.push());
        let ran = workers.search_and_sleep();
        pusher.join().unwrap();
        let left = workers.queued.load(Ordering::Relaxed);
        assert_eq!(ran + left, 1);
        assert!(left == 0 || workers.woken.load(Ordering::Relaxed), "the task lies there and nobody comes");
    });
}

#[test]
fn of_two_pushers_none_relies_on_a_searcher_that_has_gone() {
    model_of_three(|| {
        let workers = Workers::one_that_searches();
        let pushers = [(); 2].map(|()| {
            let own = Arc::clone(&workers);
            thread::spawn(move || own.push())
        });
        let ran = workers.search_and_sleep();
        for pusher in pushers {
            pusher.join().unwrap();
        }
        let left = workers.queued.load(Ordering::Relaxed);
        assert_eq!(ran + left, 2);
        // One that ran a task looks again before it sleeps; this one stops there, with its slot in hand.
        assert!(left == 0 || ran > 0 || workers.woken.load(Ordering::Relaxed), "a task lies there and nobody comes");
    });
}

/// A wait whose thread lends its slots, as in `Waiter::wake` and `Waiter::lend`.
#[derive(Default)]
struct Wait {
    is_over: AtomicBool,
    is_lent: AtomicBool,
    is_claimed: AtomicBool,
    claims: AtomicUsize,
    unparked: AtomicBool,
}

impl Wait {
    /// What it waited for is there.
    fn end(&self) {
        self.is_over.store(true, Ordering::Release);
        fence(Ordering::SeqCst);
        if self.is_lent.load(Ordering::Acquire) {
            self.claim();
        } else {
            self.unparked.store(true, Ordering::Relaxed);
        }
    }

    /// Its slots are given away, and it is to be given some again.
    fn lend(&self) {
        self.is_lent.store(true, Ordering::Release);
        fence(Ordering::SeqCst);
        if self.is_over.load(Ordering::Acquire) {
            self.claim();
        }
    }

    fn claim(&self) {
        if !self.is_claimed.swap(true, Ordering::AcqRel) {
            self.claims.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_wait_that_has_lent_its_slots_claims_them_once() {
    model(|| {
        let wait = Arc::new(Wait::default());
        let own = Arc::clone(&wait);
        let teller = thread::spawn(move || own.end());
        wait.lend();
        teller.join().unwrap();
        assert_eq!(wait.claims.load(Ordering::Relaxed), 1, "a thread without slots is not woken by being unparked");
    });
}
