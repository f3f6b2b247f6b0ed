//! Waiting for some of several results.

use std::{sync::Mutex, time::Duration};

use parlings::{
    Clock, ObjectRef, Runtime, TaskError, cancel, get_all, put, remote,
    time::{Instant, sleep},
    wait,
};
use trace::{Kind, ROOT};

/// Runs `test` by both clocks.
fn by_both_clocks(slots: usize, test: fn()) {
    for clock in [Clock::Real, Clock::Virtual] {
        let runtime = Runtime::builder().num_cpus(slots).clock(clock).start().unwrap();
        let _entered = runtime.enter();
        test();
    }
}

fn milliseconds(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

const LONG: u64 = 100_000_000;

#[remote]
fn nap(length: u64) -> u64 {
    sleep(milliseconds(length));
    length
}

fn values(refs: &[ObjectRef<u64>]) -> Vec<u64> {
    get_all(refs).unwrap().iter().map(|value| **value).collect()
}

#[test]
fn ready_and_pending_are_in_the_order_of_the_input() {
    by_both_clocks(3, || {
        let naps = [40, LONG, 1].map(nap::remote);
        let (ready, pending) = wait(&naps, 2, None).unwrap();
        assert_eq!(values(&ready), [40, 1]);
        assert_eq!((pending.len(), format!("{:?}", pending[0])), (1, format!("{:?}", naps[1])));
        cancel(&naps[1]);
    });
}

#[test]
fn at_most_so_many_are_ready() {
    by_both_clocks(2, || {
        let stored = [1_u64, 2, 3].map(put);
        let (ready, pending) = wait(&stored, 2, None).unwrap();
        assert_eq!((values(&ready), values(&pending)), (vec![1, 2], vec![3]));
    });
}

#[test]
fn what_failed_is_ready() {
    #[remote]
    fn fail() -> Result<u64, String> {
        Err("on purpose".to_string())
    }
    by_both_clocks(2, || {
        let refs = [nap::remote(LONG), fail::remote()];
        let (ready, pending) = wait(&refs, 1, None).unwrap();
        assert!(matches!(ready[0].get(), Err(TaskError::User { .. })));
        cancel(&pending[0]);
        let (ready, pending) = wait(&refs, 2, None).unwrap();
        assert_eq!((ready.len(), pending.len()), (2, 0), "what was cancelled is ready too");
    });
}

#[test]
fn what_makes_no_sense_is_refused_with_the_mend() {
    by_both_clocks(1, || {
        let refs = [1_u64, 2].map(put);
        let refusal = |refs: &[ObjectRef<u64>], k| match wait(refs, k, None) {
            Err(TaskError::InvalidArgument { message }) => message,
            other => panic!("{other:?}"),
        };
        assert!(refusal(&refs, 0).contains("ask for 1 or more"));
        assert!(refusal(&refs, 3).contains("3 of 2 results: ask for 2 at most"));
        assert!(refusal(&[refs[0].clone(), refs[1].clone(), refs[0].clone()], 1).contains("at place 2, of `put`"));
        let (ready, pending) = wait::<u64>(&[], 5, None).unwrap();
        assert!(ready.is_empty() && pending.is_empty());
    });
}

#[test]
fn the_time_is_up() {
    by_both_clocks(2, || {
        let naps = [LONG, 1].map(nap::remote);
        let (ready, pending) = wait(&naps, 2, Some(milliseconds(200))).unwrap();
        assert_eq!((values(&ready), pending.len()), (vec![1], 1));
        cancel(&naps[0]);
    });
}

#[test]
fn times_are_virtual() {
    let runtime = Runtime::builder().num_cpus(3).clock(Clock::Virtual).start().unwrap();
    let _entered = runtime.enter();
    let start = Instant::now();
    let naps = [300, 100, 200].map(nap::remote);
    wait(&naps, 2, None).unwrap();
    assert_eq!(start.elapsed(), milliseconds(200));
    let (ready, _) = wait(&naps, 3, Some(milliseconds(50))).unwrap();
    assert_eq!((ready.len(), start.elapsed()), (2, milliseconds(250)));
    let mut polls = 0;
    while wait(&naps, 3, Some(Duration::ZERO)).unwrap().0.len() < 3 {
        polls += 1;
    }
    assert_eq!(
        (polls, start.elapsed()),
        (49_999, milliseconds(300)),
        "a poll takes a microsecond, the last finds them"
    );
    let before = start.elapsed();
    wait(&naps, 1, Some(Duration::ZERO)).unwrap();
    assert_eq!(start.elapsed(), before, "nothing to wait for");
}

#[test]
fn a_task_that_waits_lends_its_slot_and_is_cancelled() {
    #[remote]
    fn first_of(lengths: Vec<u64>) -> Result<u64, TaskError> {
        let naps: Vec<_> = lengths.into_iter().map(nap::remote).collect();
        let (ready, pending) = wait(&naps, 1, None)?;
        pending.iter().for_each(cancel);
        Ok(*ready[0].get()?)
    }
    static NAPS: Mutex<Vec<ObjectRef<u64>>> = Mutex::new(Vec::new());
    #[remote]
    fn endless() -> Result<(), TaskError> {
        let naps = [nap::remote(LONG), nap::remote(LONG)];
        NAPS.lock().unwrap().extend(naps.iter().cloned());
        wait(&naps, 1, None).map(|_| ())
    }
    by_both_clocks(2, || {
        assert_eq!(*first_of::remote(vec![1, LONG]).get().unwrap(), 1);
        let object = endless::remote();
        while NAPS.lock().unwrap().is_empty() {
            sleep(Duration::from_micros(50));
        }
        cancel(&object);
        assert!(matches!(object.get(), Err(TaskError::Cancelled { .. })));
        for nap in NAPS.lock().unwrap().drain(..) {
            assert!(matches!(nap.get(), Err(TaskError::Cancelled { .. })));
        }
    });
}

#[test]
fn a_wait_for_all_may_be_a_deadlock() {
    static MAILBOX: Mutex<Option<ObjectRef<u64>>> = Mutex::new(None);
    #[remote]
    fn ouroboros() -> Result<u64, TaskError> {
        loop {
            if let Some(object) = MAILBOX.lock().unwrap().take() {
                return wait(&[object, put(1)], 2, None).map(|_| 0);
            }
            sleep(Duration::from_micros(20));
        }
    }
    by_both_clocks(1, || {
        let snake = ouroboros::remote();
        *MAILBOX.lock().unwrap() = Some(snake.clone());
        match snake.get() {
            Err(TaskError::Deadlock { chain }) => {
                assert!(chain.starts_with("`ouroboros` (at src/runtime/tests/it/waits.rs:"), "{chain}");
            }
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn nothing_that_can_run_is_said_in_words() {
    let runtime = Runtime::builder().num_cpus(1).clock(Clock::Virtual).start().unwrap();
    let _entered = runtime.enter();
    static MAILBOX: Mutex<Vec<ObjectRef<u64>>> = Mutex::new(Vec::new());
    #[remote]
    fn either() -> Result<u64, TaskError> {
        sleep(milliseconds(1));
        let refs = std::mem::take(&mut *MAILBOX.lock().unwrap());
        wait(&refs, 1, None).map(|_| 0)
    }
    let both = [either::remote(), either::remote()];
    *MAILBOX.lock().unwrap() = both.to_vec();
    assert!(wait(&both, 1, None).is_ok(), "the one that was told a deadlock is ready");
}

#[test]
fn a_wait_is_recorded() {
    let runtime = Runtime::builder().num_cpus(2).start().unwrap();
    let _entered = runtime.enter();
    let naps = [nap::remote(1), nap::remote(LONG)];
    wait(&naps, 1, None).unwrap();
    cancel(&naps[1]);
    let record = runtime.record();
    let events = |kind: Kind| record.events.iter().filter(move |event| event.kind == kind);
    assert_eq!(events(Kind::WaitBegin).map(|event| (event.a, event.b)).collect::<Vec<_>>(), [(ROOT, 1)]);
    assert_eq!(events(Kind::WaitEnd).map(|event| (event.a, event.b)).collect::<Vec<_>>(), [(ROOT, 1)]);
    assert_eq!(events(Kind::GetObject).count(), 2);
    let site = &record.sites[events(Kind::WaitBegin).next().unwrap().site as usize];
    assert!(site.file.ends_with("waits.rs"), "{site:?}");
}
