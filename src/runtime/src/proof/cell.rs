//! The result cell: who waits is told once, and nobody is forgotten.

use super::explore;
use crate::{
    Runtime,
    cell::{ResultCell, Told, Waiting},
    context,
    log::Start,
    scheduler::Scheduler,
    shared::{Shared, as_trait},
    sync::{Arc, AtomicUsize, Ordering, thread},
    task::Job,
    waiter::{Ended, Waiter},
};

/// A consumer that counts how often it was told.
#[derive(Default)]
struct Count(AtomicUsize);

impl Job for Count {
    fn run(&self, _: &Arc<Scheduler>, _: Start) -> Told {
        unreachable!("nobody queues it");
    }

    fn argument_is_there(&self) -> Option<(Arc<Scheduler>, u16)> {
        self.0.fetch_add(1, Ordering::SeqCst);
        None
    }

    fn is_taken(&self) -> bool {
        false
    }
}

#[test]
fn every_subscriber_is_told_once() {
    explore(|| {
        let cell = Arc::new(ResultCell::<u64>::empty());
        let subscribers: Vec<_> = (0..3)
            .map(|_| {
                let cell = Arc::clone(&cell);
                thread::spawn(move || {
                    let count = Shared::new(Count::default());
                    if !cell.subscribe(Waiting::Task(as_trait!(count.clone() => dyn Job))) {
                        let value = cell.value().expect("who is not told later finds the value there");
                        assert_eq!(**value.as_ref().unwrap(), 42);
                        count.argument_is_there();
                    }
                    count
                })
            })
            .collect();
        cell.complete(Ok(Arc::new(42))).tell();
        for subscriber in subscribers {
            assert_eq!(subscriber.join().unwrap().0.load(Ordering::SeqCst), 1);
        }
    });
}

#[test]
fn a_reader_sees_nothing_or_the_whole_value() {
    explore(|| {
        let cell = Arc::new(ResultCell::<u64>::empty());
        let reader = {
            let cell = Arc::clone(&cell);
            thread::spawn(move || {
                let first = cell.value().map(|value| **value.as_ref().unwrap());
                let second = cell.value().map(|value| **value.as_ref().unwrap());
                assert!(first <= second && second.is_none_or(|value| value == 42));
            })
        };
        cell.complete(Ok(Arc::new(42))).tell();
        reader.join().unwrap();
    });
}

/// Threads wait for two values each, one of them gives up; the values come one after the other.
#[test]
fn waiting_threads_are_woken() {
    explore(|| {
        let runtime = Runtime::builder().num_cpus(1).record(false).start().unwrap();
        let cells = [(); 2].map(|()| Arc::new(ResultCell::<u64>::empty()));
        let wait = |gives_up: bool| {
            let (runtime, cells) = (runtime.recorder(), cells.clone());
            thread::spawn(move || {
                let scheduler = runtime.scheduler();
                let waiter = Waiter::new(scheduler, std::panic::Location::caller(), true);
                for cell in &cells {
                    waiter.expect(1);
                    if !cell.subscribe(Waiting::Thread(Arc::clone(&waiter))) {
                        waiter.tell(false);
                    }
                }
                waiter.begin();
                if gives_up {
                    cells.iter().for_each(|cell| cell.unsubscribe(&waiter));
                    return;
                }
                assert_eq!(scheduler.block(&waiter, None), Ended::Told);
                assert!(cells.iter().all(|cell| cell.is_done()));
            })
        };
        let waiting = [wait(false), wait(true), wait(false)];
        cells.iter().for_each(|cell| cell.complete(Ok(Arc::new(1))).tell());
        for thread in waiting {
            thread.join().unwrap();
        }
        assert_eq!(context::task(), trace::ROOT);
    });
}
