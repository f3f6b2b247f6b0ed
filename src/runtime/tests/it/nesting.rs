//! Tasks that wait for tasks: slots are lent, nobody starves.

use parlings::prelude::*;

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
        let value = *first.get_timeout(std::time::Duration::from_secs(1_000))?;
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
