//! Actors: calls are served one at a time, none is forgotten, and an actor that nobody has ends.

use super::explore;
use crate::{
    Clock, Runtime, TaskError,
    prelude::*,
    sync::{Arc, AtomicBool, AtomicUsize, Mutex, Ordering, thread},
};

/// What is left of an actor when it has gone.
#[derive(Default)]
struct Traces {
    served: Mutex<Vec<(usize, usize)>>,
    busy: AtomicBool,
    gone: AtomicUsize,
}

struct Diary(Arc<Traces>);

#[actor]
impl Diary {
    fn new(traces: Arc<Traces>) -> Self {
        Self(traces)
    }

    fn note(&mut self, caller: usize, what: usize) -> usize {
        assert!(!self.0.busy.swap(true, Ordering::SeqCst), "one call at a time");
        let mut served = self.0.served.lock().unwrap();
        served.push((caller, what));
        self.0.busy.store(false, Ordering::SeqCst);
        served.len()
    }

    fn panics(&mut self) {
        std::panic::resume_unwind(Box::new("it panicked"));
    }
}

impl Drop for Diary {
    fn drop(&mut self) {
        self.0.gone.fetch_add(1, Ordering::SeqCst);
    }
}

fn runtime(clock: Clock) -> Arc<Runtime> {
    Arc::new(Runtime::builder().num_cpus(1).clock(clock).record(false).start().unwrap())
}

#[test]
fn calls_of_several_callers_are_served_in_their_order() {
    for clock in [Clock::Real, Clock::Virtual] {
        explore(move || {
            let traces = Arc::new(Traces::default());
            let runtime = runtime(clock);
            let callers: Vec<_> = {
                let _entered = runtime.enter();
                let diary = Diary::remote(Arc::clone(&traces));
                (0..2)
                    .map(|caller| {
                        let (runtime, diary) = (Arc::clone(&runtime), diary.clone());
                        thread::spawn(move || {
                            let _entered = runtime.enter();
                            let calls: Vec<_> = (0..2).map(|what| diary.note(caller, what)).collect();
                            drop(diary);
                            get_all(&calls).unwrap();
                        })
                    })
                    .collect()
            };
            for caller in callers {
                caller.join().unwrap();
            }
            let served = traces.served.lock().unwrap().clone();
            for caller in 0..2 {
                let own: Vec<_> = served.iter().filter(|(by, _)| *by == caller).map(|(_, what)| *what).collect();
                assert_eq!(own, [0, 1]);
            }
            drop(runtime);
            assert_eq!(traces.gone.load(Ordering::SeqCst), 1, "the last handle has gone, and so has the actor");
        });
    }
}

#[test]
fn a_mailbox_that_was_empty_wakes_its_actor() {
    explore(|| {
        let traces = Arc::new(Traces::default());
        let runtime = runtime(Clock::Real);
        let _entered = runtime.enter();
        let diary = Diary::remote(Arc::clone(&traces));
        for what in 0..3 {
            assert_eq!(*diary.note(0, what).get().unwrap(), what + 1);
        }
    });
}

#[test]
fn calls_to_one_that_dies_all_end() {
    explore(|| {
        let traces = Arc::new(Traces::default());
        let runtime = runtime(Clock::Real);
        let entered = runtime.enter();
        let diary = Diary::remote(Arc::clone(&traces));
        let caller = {
            let (runtime, diary) = (Arc::clone(&runtime), diary.clone());
            thread::spawn(move || {
                let _entered = runtime.enter();
                let calls = [diary.note(1, 0), diary.note(1, 1)];
                calls.map(|call| matches!(call.get(), Ok(_) | Err(TaskError::ActorDied { .. })))
            })
        };
        assert!(matches!(diary.panics().get(), Err(TaskError::ActorDied { .. })));
        assert!(matches!(diary.note(0, 0).get(), Err(TaskError::ActorDied { .. })));
        assert_eq!(caller.join().unwrap(), [true, true]);
        drop((entered, diary));
        drop(runtime);
        assert_eq!(traces.gone.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn stopping_ends_calls_that_have_not_begun() {
    explore(|| {
        let traces = Arc::new(Traces::default());
        let runtime = runtime(Clock::Real);
        let entered = runtime.enter();
        let diary = Diary::remote(Arc::clone(&traces));
        let calls: Vec<_> = (0..3).map(|what| diary.note(0, what)).collect();
        drop(entered);
        drop(runtime);
        let served = calls.iter().filter(|call| call.get().is_ok()).count();
        assert_eq!(served, traces.served.lock().unwrap().len());
        drop((calls, diary));
        assert_eq!(Arc::strong_count(&traces), 1, "nothing is left of it");
    });
}

#[test]
fn a_task_waits_for_an_actor() {
    explore(|| {
        let traces = Arc::new(Traces::default());
        let runtime = runtime(Clock::Real);
        let _entered = runtime.enter();
        let diary = Diary::remote(Arc::clone(&traces));
        let tasks = map(0..2_usize, {
            let diary = diary.clone();
            move |caller| diary.note(caller, 0).get().map(|count| *count)
        });
        let mut counts: Vec<_> = get_all(&tasks).unwrap().iter().map(|count| *(**count).as_ref().unwrap()).collect();
        counts.sort_unstable();
        assert_eq!(counts, [1, 2]);
    });
}
