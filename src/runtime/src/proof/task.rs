//! A task's states: it runs once or is cancelled, whoever looks at it meanwhile.

use super::{explore, owned};
use crate::{
    ObjectRef, Runtime, TaskError, cancel,
    deadlock::Waits,
    put,
    sync::{Arc, AtomicUsize, Ordering, thread},
    task::{Demands, Function, submit, submit_with},
};

/// Counts the values that live.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(alive: &Arc<AtomicUsize>) -> Self {
        alive.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(alive))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

static FUNCTION: Function = Function::new("function");

/// A task that waits for `first`, and owns something.
fn after(first: &ObjectRef<u64>, counted: Counted, ran: &Arc<AtomicUsize>) -> ObjectRef<u64> {
    let ran = Arc::clone(ran);
    submit(&FUNCTION, (owned(first),), move |(first,)| {
        let _counted = counted;
        ran.fetch_add(1, Ordering::SeqCst);
        Ok(first.take()? + 1)
    })
}

fn runtime(slots: usize) -> Runtime {
    Runtime::builder().num_cpus(slots).record(false).start().unwrap()
}

#[test]
fn cancelled_or_run_but_once() {
    explore(|| {
        let (alive, ran) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let runtime = Arc::new(runtime(1));
        let entered = runtime.enter();
        let first = submit(&FUNCTION, (), |()| Ok(1));
        let second = after(&first, Counted::new(&alive), &ran);
        let third = after(&second, Counted::new(&alive), &ran);
        let canceller = {
            let (runtime, second) = (Arc::clone(&runtime), second.clone());
            thread::spawn(move || {
                let _entered = runtime.enter();
                cancel(&second);
            })
        };
        let looker = {
            let (second, third) = (second.clone(), third.clone());
            thread::spawn(move || {
                for object in [third, second] {
                    if let Waits::Arguments(objects) = object.any().waits() {
                        assert_eq!(objects.len(), 1);
                    }
                }
            })
        };
        match third.get() {
            Ok(value) => assert_eq!((*value, ran.load(Ordering::SeqCst)), (3, 2)),
            Err(TaskError::Cancelled { .. }) => assert_eq!(ran.load(Ordering::SeqCst), 0),
            Err(other) => panic!("{other}"),
        }
        canceller.join().unwrap();
        looker.join().unwrap();
        drop((first, second, third, entered));
        drop(runtime);
        assert_eq!(alive.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn arguments_that_come_while_it_is_submitted() {
    explore(|| {
        let runtime = runtime(2);
        let _entered = runtime.enter();
        let parts: Vec<_> = (0..3).map(|part| submit(&FUNCTION, (), move |()| Ok(part))).collect();
        let arguments = (owned(&parts[0]), owned(&parts[1]), owned(&parts[2]));
        let sum = submit(&FUNCTION, arguments, |(a, b, c)| Ok(a.take()? + b.take()? + c.take()?));
        assert_eq!(*sum.get().unwrap(), 3);
    });
}

#[test]
fn wide_and_slotless_tasks_take_their_turn() {
    explore(|| {
        let runtime = runtime(2);
        let _entered = runtime.enter();
        let of = |slots| submit_with(Demands { name: "wide", slots }, FUNCTION.at, (), move |()| Ok(u64::from(slots)));
        let narrow: Vec<_> = (0..2).map(|_| of(1)).collect();
        let wide: Vec<_> = (0..2).map(|_| of(2)).collect();
        let last = of(1);
        let nothing = of(0);
        let values = [&narrow[..], &wide[..], &[last, nothing]].concat();
        let sum: u64 = crate::get_all(&values).unwrap().iter().map(|value| **value).sum();
        assert_eq!(sum, 7);
    });
}

#[test]
fn the_last_owner_takes_the_value_out() {
    explore(|| {
        let alive = Arc::new(AtomicUsize::new(0));
        let runtime = runtime(2);
        let entered = runtime.enter();
        let value = put(Arc::new(Counted::new(&alive)));
        let users: Vec<_> =
            (0..2).map(|_| submit(&FUNCTION, (owned(&value),), |(value,)| value.take().map(drop))).collect();
        drop(value);
        crate::get_all(&users).unwrap();
        assert_eq!(alive.load(Ordering::SeqCst), 0, "arguments are dropped before the result is told");
        drop(entered);
    });
}
