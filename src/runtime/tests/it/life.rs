//! Starting, stopping, and what is left afterwards.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
    mpsc,
};

use parlings::prelude::*;

#[remote]
fn increment(x: u64) -> u64 {
    x + 1
}

#[test]
fn a_thousand_runtimes_leave_no_thread() {
    // Other tests run beside this one and have threads of their own, so the counting is done in a process of its own.
    let program = std::env::current_exe().unwrap();
    let only = ["--exact", "it::life::alone_a_thousand_runtimes", "--ignored", "--test-threads=1"];
    let output = std::process::Command::new(program).args(only).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
#[ignore = "run in a process of its own by `a_thousand_runtimes_leave_no_thread`"]
fn alone_a_thousand_runtimes() {
    let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
    let before = threads();
    for round in 0..1000 {
        let runtime = Runtime::builder().num_cpus(1 + round % 8).record_capacity(64).start().unwrap();
        let _entered = runtime.enter();
        let refs: Vec<_> = (0..round as u64 % 20).map(increment::remote).collect();
        if round % 2 == 0 {
            get_all(&refs).unwrap();
        }
        if round % 100 == 0 {
            let kernel = Kernel::new(|x: u64| x);
            assert_eq!(kernel.par_sum::<u64>(0..10), 45);
        }
    }
    // A joined thread may stand in the list for a moment until the kernel has cleaned up.
    let mut left = threads();
    for _ in 0..1_000_000 {
        if left == before {
            break;
        }
        std::thread::yield_now();
        left = threads();
    }
    assert_eq!(left, before);
}

#[test]
fn a_long_chain_is_dropped_without_overflow() {
    const LENGTH: u64 = 100_000;
    let runtime = Runtime::builder().num_cpus(2).record_capacity(64).start().unwrap();
    let _entered = runtime.enter();
    let mut end = put(0);
    for _ in 0..LENGTH {
        end = increment::remote(&end);
    }
    assert_eq!(*end.get().unwrap(), LENGTH);
}

#[test]
fn a_long_chain_that_never_runs_is_dropped_without_overflow() {
    let (begun, has_begun) = mpsc::channel();
    let begun = std::sync::Mutex::new(begun);
    let runtime = Runtime::builder().num_cpus(1).record_capacity(64).start().unwrap();
    let entered = runtime.enter();
    let ended = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let end_now = Arc::clone(&ended);
    let first = map([0_u64], move |x| {
        begun.lock().unwrap().send(()).unwrap();
        while !end_now.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        x
    });
    has_begun.recv().unwrap();
    let mut end = first[0].clone();
    for _ in 0..100_000 {
        end = increment::remote(end);
    }
    drop(entered);
    let stopper = std::thread::spawn(move || drop(runtime));
    ended.store(true, Ordering::Release);
    stopper.join().unwrap();
    assert!(matches!(end.get(), Ok(_) | Err(TaskError::Cancelled { .. })));
}

#[test]
fn dropping_a_runtime_waits_for_what_runs_and_cancels_what_has_not_begun() {
    let (begun, has_begun) = mpsc::channel();
    let (open, gate) = mpsc::channel::<()>();
    let (begun, gate) = (std::sync::Mutex::new(begun), std::sync::Mutex::new(gate));
    let runtime = Runtime::builder().num_cpus(1).start().unwrap();
    let entered = runtime.enter();
    let running = map([1_u64], move |x| {
        begun.lock().unwrap().send(()).unwrap();
        gate.lock().unwrap().recv().unwrap();
        x
    });
    has_begun.recv().unwrap();
    let ran = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&ran);
    let waiting = map(0..100, move |_: i32| counted.fetch_add(1, Ordering::SeqCst));
    let dependent = increment::remote(&running[0]);
    drop(entered);
    let stopper = std::thread::spawn(move || drop(runtime));
    open.send(()).unwrap();
    stopper.join().unwrap();
    assert_eq!(*running[0].get().unwrap(), 1);
    // Whether the stop or the gate came first decides how many of them began; each has ended one way or the other.
    let cancelled = waiting.iter().filter(|object| matches!(object.get(), Err(TaskError::Cancelled { .. }))).count();
    assert_eq!(cancelled + ran.load(Ordering::SeqCst), 100);
    assert!(matches!(dependent.get().map(|value| *value), Ok(2) | Err(TaskError::Cancelled { .. })));
}

#[test]
fn what_makes_no_sense_is_refused_with_a_mend() {
    let none = Runtime::builder().num_cpus(0).start().unwrap_err();
    assert_eq!(none.to_string(), "a runtime has 1 to 4096 worker slots, not 0: change num_cpus");
}

#[test]
fn without_a_runtime_the_panic_names_the_mend_and_the_callers_line() {
    let panic = std::panic::catch_unwind(|| increment::remote(1)).unwrap_err();
    let message = panic.downcast_ref::<String>().map_or_else(|| *panic.downcast_ref::<&str>().unwrap(), String::as_str);
    assert!(message.contains("let _entered = runtime.enter();"), "{message}");
}

#[test]
fn runtimes_can_be_nested_and_left_again() {
    let (outer, inner) =
        (Runtime::builder().num_cpus(1).start().unwrap(), Runtime::builder().num_cpus(3).start().unwrap());
    let _in_outer = outer.enter();
    {
        let _in_inner = inner.enter();
        assert_eq!((workers(), *increment::remote(1).get().unwrap()), (3, 2));
    }
    assert_eq!((workers(), outer.record().tasks, inner.record().tasks), (1, 0, 1));
}

#[test]
fn an_object_of_one_runtime_is_an_argument_in_another() {
    let (here, there) =
        (Runtime::builder().num_cpus(1).start().unwrap(), Runtime::builder().num_cpus(1).start().unwrap());
    let entered = there.enter();
    let (open, gate) = mpsc::channel::<u64>();
    let gate = std::sync::Mutex::new(gate);
    let far = map([()], move |()| gate.lock().unwrap().recv().unwrap()).pop().unwrap();
    drop(entered);
    let _entered = here.enter();
    let near = increment::remote(far);
    open.send(41).unwrap();
    assert_eq!(*near.get().unwrap(), 42);
}

/// Numbers of tasks are each runtime's own, so the task that enters another is no task there: its first task has the number of that
/// runtime's first.
#[test]
fn a_task_uses_another_runtime_as_any_thread_does() {
    #[remote]
    fn twice(x: u64) -> u64 {
        2 * x
    }
    let [one, other] = [(); 2].map(|()| Runtime::builder().num_cpus(1).start().unwrap());
    let _entered = one.enter();
    let other = Arc::new(other);
    let sums = map([Arc::clone(&other)], |other| {
        let _entered = other.enter();
        let refs: Vec<_> = (0..5).map(|x| twice::remote(twice::remote(x))).collect();
        Ok::<u64, TaskError>(get_all(&refs)?.iter().map(|x| **x).sum())
    });
    assert!(matches!(*sums[0].get().unwrap(), Ok(40)), "{sums:?}");
    let record = other.record();
    let tasks = record.events.iter().filter(|event| event.kind == trace::Kind::Submit);
    assert!(tasks.clone().count() == 10 && tasks.clone().all(|task| task.b == trace::ROOT));
    let mut starts = record.events.iter().filter(|event| event.kind == trace::Kind::Start);
    assert!(starts.all(|start| start.worker == 0), "on that runtime's own slot");
}
