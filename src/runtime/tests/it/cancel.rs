//! Tasks that are asked to stop, before they begin and while they run.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use parlings::{Clock, ObjectRef, Runtime, TaskError, cancel, check_cancelled, get_all, put, remote, time::sleep};

const LONG: Duration = Duration::from_secs(100_000);

/// Runs `test` by both clocks.
fn by_both_clocks(slots: usize, test: fn()) {
    for clock in [Clock::Real, Clock::Virtual] {
        let runtime = Runtime::builder().num_cpus(slots).clock(clock).start().unwrap();
        let _entered = runtime.enter();
        test();
    }
}

fn was_cancelled<T: std::fmt::Debug>(object: &ObjectRef<T>, task: &str) {
    match object.get() {
        Err(TaskError::Cancelled { task: cancelled }) => assert_eq!(cancelled, task),
        other => panic!("{other:?}"),
    }
}

#[remote]
fn long() {
    sleep(LONG);
}

#[remote]
fn after(_: &()) -> u64 {
    7
}

#[test]
fn what_has_not_begun_never_runs() {
    static RAN: AtomicUsize = AtomicUsize::new(0);
    #[remote]
    fn count() {
        RAN.fetch_add(1, Ordering::SeqCst);
    }
    by_both_clocks(1, || {
        let first = long::remote();
        let waiting: Vec<_> = (0..50).map(|_| count::remote()).collect();
        waiting.iter().for_each(cancel);
        waiting.iter().for_each(|object| was_cancelled(object, "count"));
        cancel(&first);
        was_cancelled(&first, "long");
        count::remote().get().unwrap();
    });
    assert_eq!(RAN.load(Ordering::SeqCst), 2);
}

#[test]
fn what_depends_on_it_fails_as_it_did() {
    by_both_clocks(2, || {
        let first = long::remote();
        let (second, third) = (after::remote(&first), after::remote(put(())));
        cancel(&first);
        was_cancelled(&second, "long");
        assert_eq!(*third.get().unwrap(), 7);
    });
}

#[test]
fn one_that_waits_for_arguments_is_cancelled_at_once() {
    by_both_clocks(1, || {
        let first = long::remote();
        let second = after::remote(&first);
        cancel(&second);
        was_cancelled(&second, "after");
        cancel(&first);
        was_cancelled(&first, "long");
    });
}

#[test]
fn one_that_has_ended_keeps_its_result() {
    by_both_clocks(1, || {
        let done = after::remote(put(()));
        assert_eq!(*done.get().unwrap(), 7);
        cancel(&done);
        cancel(&put(1));
        assert_eq!(*done.get().unwrap(), 7);
    });
}

#[test]
fn all_that_it_submitted_stops_too() {
    static CHILDREN: Mutex<Vec<ObjectRef<()>>> = Mutex::new(Vec::new());
    #[remote]
    fn parent() -> Result<(), TaskError> {
        let children: Vec<_> = (0..3).map(|_| long::remote()).collect();
        CHILDREN.lock().unwrap().extend(children.iter().cloned());
        get_all(&children).map(|_| ())
    }
    #[remote]
    fn grandparent() -> Result<(), TaskError> {
        parent::remote().get().map(|_| ())
    }
    by_both_clocks(2, || {
        let family = grandparent::remote();
        while CHILDREN.lock().unwrap().len() < 3 {
            sleep(Duration::from_micros(50));
        }
        cancel(&family);
        assert!(matches!(family.get(), Err(TaskError::Cancelled { .. })));
        for child in CHILDREN.lock().unwrap().drain(..) {
            was_cancelled(&child, "long");
        }
    });
}

#[test]
fn a_running_task_sees_it_where_it_calls_the_runtime() {
    static BEGUN: AtomicBool = AtomicBool::new(false);
    /// How a task meets the runtime again and again.
    type Call = fn() -> Result<(), TaskError>;
    const CALLS: [(&str, Call); 5] = [
        ("put", || {
            let _ = put(1);
            Ok(())
        }),
        ("submit", || {
            let _ = after::remote(put(()));
            Ok(())
        }),
        ("get", || put(2).get().map(|_| ())),
        ("sleep", || {
            sleep(Duration::from_micros(1));
            Ok(())
        }),
        ("check", check_cancelled),
    ];
    #[remote]
    fn busy(call: usize) -> Result<(), TaskError> {
        BEGUN.store(true, Ordering::SeqCst);
        loop {
            CALLS[call].1()?;
        }
    }
    let runtime = Runtime::builder().num_cpus(2).start().unwrap();
    let _entered = runtime.enter();
    for (call, (name, _)) in CALLS.iter().enumerate() {
        BEGUN.store(false, Ordering::SeqCst);
        let object = busy::remote(call);
        while !BEGUN.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        cancel(&object);
        assert!(matches!(object.get(), Err(TaskError::Cancelled { .. })), "{name}");
    }
    assert_eq!(*after::remote(put(())).get().unwrap(), 7, "the workers are whole");
}
