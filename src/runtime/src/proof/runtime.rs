//! Whole programs: no wake-up is lost, no wait is told of a deadlock wrongly, and every runtime comes to its end.

use std::time::Duration;

use super::{explore, owned};
use crate::{
    Clock, ObjectRef, Runtime, TaskError, as_completed, cancel, get_all,
    options::{Options, submit_as},
    stream::submit_stream,
    sync::{Arc, AtomicUsize, Condvar, Mutex, Ordering, thread},
    task::{Function, submit},
    time::{Instant, sleep},
    wait,
};

static FUNCTION: Function = Function::new("function");

fn task<T: Send + Sync + 'static>(body: impl FnOnce() -> Result<T, TaskError> + Send + 'static) -> ObjectRef<T> {
    submit(&FUNCTION, (), move |()| body())
}

fn runtime(slots: usize) -> Runtime {
    Runtime::builder().num_cpus(slots).record(false).start().unwrap()
}

/// One that may have so many threads.
fn limited(slots: usize, threads: usize) -> Runtime {
    Runtime::builder().num_cpus(slots).most_threads(threads).record(false).start().unwrap()
}

fn increment(before: &ObjectRef<u64>) -> ObjectRef<u64> {
    submit(&FUNCTION, (owned(before),), |(before,)| Ok(before.take()? + 1))
}

fn fib(n: u64) -> ObjectRef<u64> {
    task(move || {
        if n < 2 {
            return Ok(n);
        }
        let (a, b) = (fib(n - 1), fib(n - 2));
        Ok(*a.get()? + *b.get()?)
    })
}

/// Waits for a task that waits for its argument: it cannot be run inline, so the slot has to be lent.
fn lends(levels: u64) -> ObjectRef<u64> {
    task(move || {
        if levels == 0 {
            return Ok(0);
        }
        Ok(*increment(&lends(levels - 1)).get()?)
    })
}

#[test]
fn a_submission_wakes_a_worker() {
    explore(|| {
        let runtime = runtime(2);
        let _entered = runtime.enter();
        for round in 0..3 {
            assert_eq!(*task(move || Ok(round)).get().unwrap(), round);
        }
    });
}

#[test]
fn a_get_of_several_ends_with_an_error_whenever_it_comes() {
    explore(|| {
        let runtime = runtime(2);
        let _entered = runtime.enter();
        let gate = Arc::new((Mutex::new(false), Condvar::new()));
        let closed = Arc::clone(&gate);
        let slow = task(move || {
            let mut open = closed.0.lock().unwrap();
            while !*open {
                open = closed.1.wait(open).unwrap();
            }
            Ok(1)
        });
        let failing = task(|| Err(TaskError::invalid("no")));
        assert!(get_all(&[slow.clone(), failing]).is_err());
        *gate.0.lock().unwrap() = true;
        gate.1.notify_all();
        assert_eq!(*slow.get().unwrap(), 1);
    });
}

#[test]
fn drivers_share_workers() {
    explore(|| {
        let runtime = Arc::new(runtime(2));
        let drivers: Vec<_> = (0..2)
            .map(|driver| {
                let runtime = Arc::clone(&runtime);
                thread::spawn(move || {
                    let _entered = runtime.enter();
                    let refs: Vec<_> = (0..2).map(|_| task(move || Ok(driver))).collect();
                    let last = increment(&refs[0]);
                    assert_eq!(*refs[1].get().unwrap(), driver);
                    assert_eq!(*last.get().unwrap(), driver + 1);
                })
            })
            .collect();
        for driver in drivers {
            driver.join().unwrap();
        }
    });
}

#[test]
fn gets_inside_tasks_run_their_target() {
    for slots in [1, 2, 3] {
        let program = move || {
            let runtime = runtime(slots);
            let _entered = runtime.enter();
            assert_eq!(*fib(3).get().unwrap(), 2);
        };
        explore(program);
    }
}

#[test]
fn gets_inside_tasks_lend_their_slot() {
    for slots in [1, 2] {
        explore(move || {
            let runtime = runtime(slots);
            let _entered = runtime.enter();
            let refs = [lends(2), lends(1)];
            assert_eq!(get_all(&refs).unwrap().iter().map(|value| **value).collect::<Vec<_>>(), [2, 1]);
        });
    }
}

/// One task waits for another where the runtime cannot see it; there are slots for both.
#[test]
fn a_queued_task_is_not_left_to_a_busy_worker() {
    explore(|| {
        let runtime = runtime(2);
        let _entered = runtime.enter();
        let parent = task(|| {
            let gate = Arc::new((Mutex::new(false), Condvar::new()));
            let opener = {
                let gate = Arc::clone(&gate);
                task(move || {
                    *gate.0.lock().unwrap() = true;
                    gate.1.notify_all();
                    Ok(1)
                })
            };
            let waiting = task(move || {
                let mut is_open = gate.0.lock().unwrap();
                while !*is_open {
                    is_open = gate.1.wait(is_open).unwrap();
                }
                Ok(2)
            });
            Ok(*waiting.get()? + *opener.get()?)
        });
        assert_eq!(*parent.get().unwrap(), 3);
    });
}

#[test]
fn at_the_limit_of_threads_waits_still_end() {
    explore(|| {
        let runtime = limited(1, 3);
        let _entered = runtime.enter();
        let refs = [lends(1), lends(1), lends(1)];
        assert_eq!(get_all(&refs).unwrap().iter().map(|value| **value).sum::<u64>(), 3);
    });
}

#[test]
fn stopping_ends_what_has_not_begun() {
    explore(|| {
        let ran = Arc::new(AtomicUsize::new(0));
        let runtime = runtime(2);
        let entered = runtime.enter();
        let count = |_| {
            let ran = Arc::clone(&ran);
            task(move || Ok(ran.fetch_add(1, Ordering::SeqCst) as u64))
        };
        let refs: Vec<_> = (0..3).map(count).collect();
        let last = increment(&refs[0]);
        let nested = fib(2);
        drop(entered);
        drop(runtime);
        let ended = refs.iter().filter(|object| matches!(object.get(), Err(TaskError::Cancelled { .. }))).count();
        assert_eq!(ended + ran.load(Ordering::SeqCst), 3);
        let may_be =
            |outcome| matches!(outcome, Ok(_) | Err(TaskError::Cancelled { .. } | TaskError::RuntimeStopped { .. }));
        assert!(may_be(last.get()) && may_be(nested.get()));
    });
}

/// The threads that end must make room for those that are still needed.
#[test]
fn stopping_ends_waits_at_the_limit_of_threads() {
    explore(|| {
        let runtime = limited(1, 2);
        let entered = runtime.enter();
        let waiting = [lends(2), lends(1)];
        drop(entered);
        drop(runtime);
        assert!(waiting.iter().all(|object| object.any().is_done()));
    });
}

/// A task that has its slots, but no thread, must not keep them from a task that has one.
#[test]
fn at_the_limit_of_threads_wide_tasks_let_others_go_first() {
    explore(|| {
        let runtime = limited(2, 2);
        let _entered = runtime.enter();
        let narrow = [lends(1), lends(1)];
        let wide = submit_as(Options::of(&FUNCTION).with_slots(2), (), |()| Ok(1));
        assert!(narrow.iter().all(|object| matches!(object.get(), Ok(_) | Err(TaskError::Deadlock { .. }))));
        assert_eq!(*wide.get().unwrap(), 1);
    });
}

#[test]
fn cancelling_ends_a_wait() {
    explore(|| {
        let runtime = runtime(1);
        let _entered = runtime.enter();
        // It sleeps until it is cancelled: under shuttle no time ever passes.
        let nap = task(|| {
            sleep(Duration::from_secs(1));
            crate::check_cancelled()
        });
        let parent = {
            let nap = nap.clone();
            task(move || nap.get().map(|_| ()))
        };
        cancel(&parent);
        assert!(matches!(parent.get(), Err(TaskError::Cancelled { .. })));
        cancel(&nap);
        assert!(matches!(nap.get(), Err(TaskError::Cancelled { .. })));
    });
}

#[test]
fn a_cycle_is_told_once_and_ends() {
    for clock in [Clock::Real, Clock::Virtual] {
        explore(move || {
            let runtime = Runtime::builder().num_cpus(2).clock(clock).record(false).start().unwrap();
            let _entered = runtime.enter();
            let others = [(); 2].map(|()| Arc::new(Mutex::new(None::<ObjectRef<u64>>)));
            let locked = others.each_ref().map(|other| other.lock().unwrap());
            let tasks = others.clone().map(|other| {
                task(move || {
                    let other = other.lock().unwrap().clone();
                    Ok(*other.expect("it was put there before the lock was let go").get()?)
                })
            });
            for (mut place, other) in locked.into_iter().zip(tasks.iter().rev()) {
                *place = Some(other.clone());
            }
            for task in &tasks {
                assert!(matches!(task.get(), Err(TaskError::Deadlock { .. })));
            }
        });
    }
}

/// Their tasks wait to be asked for more, on all threads that there may be, before a consumer begins.
#[test]
fn at_the_limit_of_threads_streams_are_consumed() {
    for (slots, threads) in [(1, 1), (1, 2), (2, 2)] {
        let program = move || {
            let runtime = limited(slots, threads);
            let _entered = runtime.enter();
            let stream = || {
                let options = Options::of(&FUNCTION).with_buffer(1);
                submit_stream(options, (), |(), giver| giver.give_all([Ok(1), Ok(2)]))
            };
            let consumers = [stream(), stream()].map(|stream| task(move || Ok(stream.count())));
            for consumer in consumers {
                assert_eq!(*consumer.get().unwrap(), 2);
            }
        };
        explore(program);
    }
}

#[test]
fn a_wait_for_some_ends() {
    explore(|| {
        let runtime = runtime(2);
        let _entered = runtime.enter();
        let refs = [task(|| Ok(1)), task(|| Ok(2)), increment(&task(|| Ok(2)))];
        let (ready, pending) = wait(&refs, 1, None).unwrap();
        assert_eq!((ready.len(), pending.len()), (1, 2));
        let inside = task(move || Ok(wait(&pending, 2, None)?.0.len() as u64));
        assert_eq!(*inside.get().unwrap(), 2);
        let finished: u64 = as_completed(refs).map(|object| *object.get().unwrap()).sum();
        assert_eq!(finished, 6);
    });
}

#[test]
fn the_virtual_clock_is_the_same_under_every_schedule() {
    explore(|| {
        let runtime = Runtime::builder().num_cpus(2).clock(Clock::Virtual).record(false).start().unwrap();
        let _entered = runtime.enter();
        let start = Instant::now();
        let nap = || {
            task(|| {
                sleep(Duration::from_secs(1));
                Ok(1)
            })
        };
        let parents: Vec<_> = (0..2)
            .map(|_| {
                task(move || {
                    let naps = [nap(), nap()];
                    Ok(get_all(&naps)?.len() as u64)
                })
            })
            .collect();
        let timed_out = parents[1].get_timeout(Duration::from_millis(1_500));
        assert!(matches!(timed_out, Err(TaskError::Timeout { .. })));
        get_all(&parents).unwrap();
        assert_eq!(start.elapsed(), Duration::from_secs(2));
    });
}
