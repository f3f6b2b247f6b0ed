//! The threads that take turns, by the machine's clock: as many as are needed, and none when nothing is to be done.
//!
//! A turn may wait for another's end, so each may need a thread of its own; mostly it does not. So there is a queue of turns,
//! and threads wake each other in a chain: whoever adds a turn wakes a thread, or starts one, unless one has been woken that
//! has not come yet; that one, as it takes a turn, wakes the next if there are more. Threads that find nothing wait for some
//! seconds, the last to begin with it first in line, and end then.

use std::{
    collections::VecDeque,
    rc::Rc,
    time::{Duration, Instant},
};

use crate::{
    context,
    scheduler::{Scheduler, Turn},
    sync::{
        Arc, AtomicUsize, Mutex, MutexGuard, Ordering,
        thread::{self, JoinHandle, Thread},
    },
};

/// How long a thread waits for a turn before it ends.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// How often a stopping runtime looks whether a thread has ended.
const LOOK_AGAIN: Duration = Duration::from_micros(50);

/// See the module.
pub(crate) struct Threads {
    patience: Duration,
    /// How many turns are queued.
    queued: AtomicUsize,
    pool: Mutex<Pool>,
}

#[derive(Default)]
struct Pool {
    turns: VecDeque<Arc<dyn Turn>>,
    idle: Vec<Thread>,
    /// Whether a thread has been woken or started that has not come yet.
    coming: bool,
    stopping: bool,
    /// The runtime has stopped, and there are no threads any more.
    joined: bool,
    handles: Vec<JoinHandle<()>>,
    /// The last thread that ended by itself, for the next one to wait for.
    ended: Option<JoinHandle<()>>,
}

impl Threads {
    pub(crate) fn new(patience: Duration) -> Self {
        Self { patience, queued: AtomicUsize::new(0), pool: Mutex::default() }
    }

    /// Makes some thread take the turn soon.
    pub(crate) fn schedule(self: &Arc<Self>, scheduler: &Arc<Scheduler>, turn: Arc<dyn Turn>) {
        let mut pool = self.pool();
        if pool.joined {
            drop(pool);
            // All that is left for a turn, when the runtime has stopped, is to say so.
            return turn.take(scheduler);
        }
        pool.turns.push_back(turn);
        self.queued.store(pool.turns.len(), Ordering::Relaxed);
        self.wake(scheduler, pool);
    }

    /// Whether turns wait for a thread.
    #[inline]
    pub(crate) fn has_turns(&self) -> bool {
        self.queued.load(Ordering::Relaxed) > 0
    }

    /// Makes one more thread come, if turns wait and none is coming.
    fn wake(self: &Arc<Self>, scheduler: &Arc<Scheduler>, mut pool: MutexGuard<'_, Pool>) {
        if pool.coming || pool.turns.is_empty() {
            return;
        }
        if let Some(thread) = pool.idle.pop() {
            pool.coming = true;
            drop(pool);
            return thread.unpark();
        }
        let (threads, own) = (Arc::clone(self), Arc::clone(scheduler));
        let named = thread::Builder::new().name("parlings-actor".to_string());
        // Where no thread can be started, turns wait for one of those there are: slower, not wrong.
        if let Ok(handle) = named.spawn(move || work(&threads, &own)) {
            pool.coming = true;
            pool.handles.push(handle);
        }
    }

    /// A turn for this thread, or `None` when it is to end. `is_coming` says whether it was woken or started for one.
    fn next(self: &Arc<Self>, scheduler: &Arc<Scheduler>, mut is_coming: bool) -> Option<Arc<dyn Turn>> {
        let mut pool = self.pool();
        let mut deadline: Option<Instant> = None;
        loop {
            if is_coming {
                pool.coming = false;
            }
            if let Some(turn) = pool.turns.pop_front() {
                self.queued.store(pool.turns.len(), Ordering::Relaxed);
                if is_coming {
                    self.wake(scheduler, pool);
                }
                return Some(turn);
            }
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + self.patience);
            let patience = deadline.saturating_duration_since(Instant::now());
            if pool.stopping || patience.is_zero() {
                self.retire(pool);
                return None;
            }
            pool.idle.push(thread::current());
            drop(pool);
            thread::park_timeout(patience);
            pool = self.pool();
            // Whoever wakes it takes it from the list.
            let own = thread::current().id();
            let place = pool.idle.iter().position(|thread| thread.id() == own);
            is_coming = place.is_none();
            if let Some(place) = place {
                pool.idle.remove(place);
            }
        }
    }

    /// This thread ends: the next one to end, or to stop the runtime, waits for it.
    fn retire(&self, mut pool: MutexGuard<'_, Pool>) {
        let own = thread::current().id();
        let Some(place) = pool.handles.iter().position(|handle| handle.thread().id() == own) else { return };
        let own = pool.handles.swap_remove(place);
        let before = pool.ended.replace(own);
        drop(pool);
        if let Some(before) = before {
            join(before);
        }
    }

    /// Ends the threads when all turns have been taken, and waits for them. `meanwhile` is called again and again: it cancels
    /// what a turn may still submit and wait for, if it had looked just before the runtime stopped.
    pub(crate) fn stop(&self, meanwhile: impl Fn()) {
        let mut pool = self.pool();
        pool.stopping = true;
        for thread in std::mem::take(&mut pool.idle) {
            thread.unpark();
        }
        drop(pool);
        while let Some(handle) = self.next_handle() {
            // An actor may own the last handle of its runtime; its thread cannot wait for itself.
            if handle.thread().id() == thread::current().id() {
                continue;
            }
            while !handle.is_finished() {
                meanwhile();
                thread::sleep(LOOK_AGAIN);
            }
            join(handle);
        }
        meanwhile();
    }

    fn next_handle(&self) -> Option<JoinHandle<()>> {
        let mut pool = self.pool();
        let next = pool.handles.pop().or_else(|| pool.ended.take());
        pool.joined = next.is_none();
        next
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().expect("no code panics under this lock")
    }
}

fn join(handle: JoinHandle<()>) {
    handle.join().expect("turns catch the panics of what they run");
}

/// What a thread does from its start to its end.
fn work(threads: &Arc<Threads>, scheduler: &Arc<Scheduler>) {
    context::enter(Some(Rc::new(Arc::clone(scheduler))));
    let mut turn = threads.next(scheduler, true);
    while let Some(next) = turn {
        next.take(scheduler);
        scheduler.turn_is_over();
        turn = threads.next(scheduler, false);
    }
    context::enter(None);
}

#[cfg(test)]
mod tests {
    use std::sync::{Barrier, atomic::AtomicBool};

    use super::*;
    use crate::scheduler::Settings;

    /// A turn that waits until others are taken at the same time.
    struct Meeting(Barrier);

    impl Turn for Meeting {
        fn take(self: Arc<Self>, _: &Arc<Scheduler>) {
            self.0.wait();
        }
    }

    /// A turn that tells whether it was taken on a thread of the pool.
    #[derive(Default)]
    struct Note {
        here: AtomicBool,
    }

    impl Turn for Note {
        fn take(self: Arc<Self>, _: &Arc<Scheduler>) {
            self.here.store(thread::current().name() != Some("parlings-actor"), Ordering::SeqCst);
        }
    }

    fn scheduler() -> Arc<Scheduler> {
        let settings = Settings { slots: 1, events: 0, most_threads: 1, sweep: None, baton: None };
        Scheduler::start(settings).unwrap()
    }

    impl Threads {
        fn is_busy(&self) -> bool {
            let pool = self.pool();
            pool.idle.len() < pool.handles.len()
        }
    }

    #[test]
    fn every_turn_gets_a_thread_and_idle_threads_end() {
        let (scheduler, threads) = (scheduler(), Arc::new(Threads::new(Duration::ZERO)));
        for _ in 0..20 {
            let meeting = Arc::new(Meeting(Barrier::new(9)));
            for _ in 0..8 {
                threads.schedule(&scheduler, Arc::clone(&meeting) as Arc<dyn Turn>);
            }
            meeting.0.wait();
            while !threads.pool().handles.is_empty() {
                thread::yield_now();
            }
        }
        threads.stop(|| ());
        scheduler.stop();
    }

    #[test]
    fn threads_that_wait_take_the_next_turns() {
        let (scheduler, threads) = (scheduler(), Arc::new(Threads::new(Duration::from_secs(1_000))));
        for _ in 0..200 {
            let meeting = Arc::new(Meeting(Barrier::new(3)));
            threads.schedule(&scheduler, Arc::clone(&meeting) as Arc<dyn Turn>);
            threads.schedule(&scheduler, Arc::clone(&meeting) as Arc<dyn Turn>);
            meeting.0.wait();
            while threads.is_busy() {
                thread::yield_now();
            }
        }
        let made = threads.pool().handles.len();
        assert!((2..=3).contains(&made), "{made} threads for two at a time");
        threads.stop(|| ());
        scheduler.stop();
    }

    #[test]
    fn after_the_end_a_turn_is_taken_where_it_is_scheduled() {
        let (scheduler, threads) = (scheduler(), Arc::new(Threads::new(PATIENCE)));
        threads.stop(|| ());
        let note = Arc::new(Note::default());
        threads.schedule(&scheduler, Arc::clone(&note) as Arc<dyn Turn>);
        assert!(note.here.load(Ordering::SeqCst));
        scheduler.stop();
    }
}
