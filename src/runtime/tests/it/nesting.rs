//! Tasks that wait for tasks: slots are lent, nobody starves.

use std::{
    sync::{
        Arc, Barrier, Mutex,
        mpsc::{Receiver, channel},
    },
    time::Duration,
};

use parlings::prelude::*;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

#[remote]
fn fib(n: u64) -> Result<u64, TaskError> {
    if n < 2 {
        return Ok(n);
    }
    let (a, b) = (fib::remote(n - 1), fib::remote(n - 2));
    Ok(*a.get()? + *b.get()?)
}

#[remote]
fn deep(levels: u64) -> Result<u64, TaskError> {
    if levels == 0 { Ok(0) } else { Ok(*deep::remote(levels - 1).get()? + 1) }
}

#[remote]
fn identity(x: u64) -> u64 {
    x
}

/// Waits for a task that waits for its argument: it cannot be run inline, so the slot has to be lent.
#[remote]
fn lends(levels: u64) -> Result<u64, TaskError> {
    if levels == 0 {
        return Ok(0);
    }
    let below = lends::remote(levels - 1);
    Ok(*identity::remote(identity::remote(below)).get()? + 1)
}

#[test]
fn nested_tasks_finish_on_any_number_of_workers() {
    for workers in 1..=8 {
        let runtime = Runtime::builder().num_cpus(workers).record_capacity(64).start().unwrap();
        let _entered = runtime.enter();
        assert_eq!(*fib::remote(16).get().unwrap(), 987);
    }
}

#[test]
fn a_get_that_cannot_run_its_target_lends_its_slot() {
    for workers in [1, 2, 3] {
        let runtime = Runtime::builder().num_cpus(workers).start().unwrap();
        let _entered = runtime.enter();
        assert_eq!(*lends::remote(50).get().unwrap(), 50);
    }
}

#[test]
fn gets_nested_deeper_than_the_stack_lend_slots_too() {
    let runtime = Runtime::builder().num_cpus(1).start().unwrap();
    let _entered = runtime.enter();
    assert_eq!(*deep::remote(5_000).get().unwrap(), 5_000);
}

#[test]
fn at_the_limit_of_threads_a_wait_that_can_end_ends() {
    let runtime = Runtime::builder().num_cpus(2).most_threads(4).start().unwrap();
    let _entered = runtime.enter();
    for _ in 0..50 {
        let refs: Vec<_> = (0..8).map(|_| lends::remote(1)).collect();
        assert_eq!(get_all(&refs).unwrap().iter().map(|value| **value).sum::<u64>(), 8);
    }
}

#[test]
fn a_wait_that_cannot_end_is_an_error_that_names_the_tasks() {
    let runtime = Runtime::builder().num_cpus(2).most_threads(4).start().unwrap();
    let _entered = runtime.enter();
    match lends::remote(40).get() {
        Err(TaskError::Deadlock { chain }) => {
            assert!(chain.contains("4 tasks wait") && chain.contains("`lends`"), "{chain}")
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(*identity::remote(5).get().unwrap(), 5, "the runtime goes on");
}

/// These waits end by themselves: an actor has threads of its own, and so has a task that takes no slot.
#[test]
fn at_the_limit_of_threads_tasks_may_wait_for_what_needs_none() {
    struct Slow(u64);
    #[actor]
    impl Slow {
        fn new() -> Self {
            Self(0)
        }

        fn count(&mut self) -> u64 {
            std::thread::sleep(Duration::from_micros(100));
            self.0 += 1;
            self.0
        }

        fn add(&mut self, x: u64) -> u64 {
            x
        }
    }
    let runtime = Runtime::builder().num_cpus(2).most_threads(2).start().unwrap();
    let _entered = runtime.enter();
    let slow = Slow::remote();
    let counts = map(vec![slow.clone(); 50], |slow| slow.count().get().map(|count| *count));
    let counts: Vec<_> = counts.iter().map(|count| count.get_timeout(PATIENCE).unwrap().as_ref().clone()).collect();
    let mut counts: Vec<u64> = counts.into_iter().map(Result::unwrap).collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=50).collect::<Vec<_>>());

    let slotless = map(vec![(); 20], |()| identity::options().num_cpus(0).remote(7).get().map(|x| *x));
    for value in &slotless {
        assert_eq!(value.get_timeout(PATIENCE).unwrap().as_ref().as_ref().unwrap(), &7);
    }

    // What the actor returns lets a task begin that no thread is left for.
    let stuck = map(vec![slow; 4], |slow| slow.add(identity::remote(slow.count())).get().map(|x| *x));
    let ends = stuck.iter().map(|value| value.get_timeout(PATIENCE).unwrap());
    let (told, right): (Vec<_>, Vec<_>) = ends.partition(|value| matches!(&**value, Err(TaskError::Deadlock { .. })));
    assert!(told.len() < 4 && right.iter().all(|value| value.is_ok()), "{told:?} {right:?}");
}

/// The stream's task goes on beside two others, which may wait then, and waits itself again: now nobody is left.
#[test]
fn at_the_limit_of_threads_a_wait_that_cannot_end_is_told_though_a_stream_was_the_last_to_run() {
    #[remote(stream)]
    fn gated(gates: Mutex<Receiver<()>>) -> impl Iterator<Item = u64> {
        (0..3).map(move |_| u64::from(gates.lock().unwrap().recv().is_ok()))
    }
    #[remote]
    fn waits(levels: u64) -> Result<u64, TaskError> {
        if levels > 0 {
            wait(&[waits::remote(levels - 1)], 1, None)?.0[0].get()?;
        }
        Ok(levels)
    }
    let runtime = Runtime::builder().num_cpus(2).most_threads(2).start().unwrap();
    let _entered = runtime.enter();
    let until_waits = |expected| {
        let is_wait = |event: &trace::Event| event.kind == trace::Kind::SlotReleased;
        while runtime.record().events.into_iter().filter(is_wait).count() < expected {
            std::thread::yield_now();
        }
    };
    let (open, gates) = channel();
    let mut stream = gated::options().buffer(1).remote(Mutex::new(gates));
    open.send(()).unwrap();
    until_waits(1);
    // Both other threads are there.
    let barrier = Arc::new(Barrier::new(2));
    get_all(&map([Arc::clone(&barrier), barrier], |barrier| barrier.wait().is_leader())).unwrap();
    // The stream's task goes on to its second gate, and both of them wait for what cannot begin.
    assert_eq!(*stream.next().unwrap().get().unwrap(), 1);
    let deep = waits::remote(6);
    until_waits(3);
    open.send(()).unwrap();
    match deep.get_timeout(PATIENCE) {
        Err(TaskError::Deadlock { chain }) => assert!(chain.contains("2 tasks wait"), "{chain}"),
        other => panic!("{other:?}"),
    }
    open.send(()).unwrap();
    assert_eq!(stream.count(), 2, "the runtime goes on");
}

#[test]
fn many_drivers_share_a_runtime() {
    let runtime = Runtime::builder().num_cpus(3).start().unwrap();
    std::thread::scope(|scope| {
        for driver in 0..4_u64 {
            let runtime = &runtime;
            scope.spawn(move || {
                let _entered = runtime.enter();
                for round in 0..500 {
                    assert_eq!(*identity::remote(identity::remote(driver * round)).get().unwrap(), driver * round);
                }
            });
        }
    });
}

/// The nap that nobody waits for comes after the one that ends the wait, and must not take the slot before the waiting task has it.
#[test]
fn a_task_whose_wait_is_over_goes_before_those_that_have_not_begun() {
    #[remote]
    fn parent() -> Result<u64, TaskError> {
        // Both become ready when the first ends, in this order: the parent's get, and the long nap.
        let first = nap::remote(1, 0);
        let long = nap::remote(100_000_000, &first);
        let value = *first.get_timeout(Duration::from_secs(1_000))?;
        cancel(&long);
        Ok(value)
    }
    #[remote]
    fn nap(milliseconds: u64, _after: u64) -> u64 {
        parlings::time::sleep(std::time::Duration::from_millis(milliseconds));
        milliseconds
    }
    for _ in 0..20 {
        let runtime = Runtime::builder().num_cpus(1).start().unwrap();
        let _entered = runtime.enter();
        assert_eq!(*parent::remote().get().unwrap(), 1);
    }
}
