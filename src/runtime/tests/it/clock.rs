//! The virtual clock: exact times, one order, and the orders of seeds.

use std::{sync::Mutex, time::Duration};

use parlings::{
    Clock, ObjectRef, Runtime, TaskError, get_all, put, remote,
    time::{Instant, sleep},
};

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

/// How long `program` takes on so many slots, by the virtual clock.
fn makespan(slots: usize, program: impl FnOnce()) -> Duration {
    let runtime = Runtime::builder().num_cpus(slots).clock(Clock::Virtual).start().unwrap();
    let _entered = runtime.enter();
    let start = Instant::now();
    program();
    start.elapsed()
}

#[remote]
fn nap(milliseconds: u64) -> u64 {
    sleep(Duration::from_millis(milliseconds));
    milliseconds
}

#[remote]
fn naps_inside(count: u64, milliseconds: u64) -> Result<u64, TaskError> {
    let naps: Vec<_> = (0..count).map(|_| nap::remote(milliseconds)).collect();
    Ok(get_all(&naps)?.iter().map(|nap| **nap).sum())
}

#[test]
fn naps_take_as_long_as_slots_allow() {
    for (slots, expected) in [(1, 4.0), (2, 2.0), (3, 2.0), (4, 1.0), (9, 1.0)] {
        let taken = makespan(slots, || {
            let naps: Vec<_> = (0..4).map(|_| nap::remote(1000)).collect();
            get_all(&naps).unwrap();
        });
        assert_eq!(taken, seconds(expected), "{slots} slots");
    }
}

#[test]
fn a_get_lends_its_slot_and_a_sleep_keeps_it() {
    // Two parents wait, and their four naps run on the two slots, two at a time.
    let taken = makespan(2, || {
        let parents: Vec<_> = (0..2).map(|_| naps_inside::remote(2, 100)).collect();
        get_all(&parents).unwrap();
    });
    assert_eq!(taken, seconds(0.2));
}

#[test]
fn computing_takes_no_time() {
    let taken = makespan(1, || {
        let mut sum = 0_u64;
        for number in 0..1_000_000 {
            sum = sum.wrapping_mul(31).wrapping_add(number);
        }
        assert_eq!(*put(sum).get().unwrap(), sum);
    });
    assert_eq!(taken, Duration::ZERO);
}

#[test]
fn timeouts_are_virtual() {
    let taken = makespan(1, || {
        let long = nap::remote(10_000);
        assert!(matches!(long.get_timeout(seconds(3.0)), Err(TaskError::Timeout { awaited: 1, missing: 1, .. })));
        assert!(long.get_timeout(seconds(7.0)).is_ok(), "both are at ten seconds, and the nap was first");
    });
    assert_eq!(taken, seconds(10.0));
}

#[test]
fn polling_gets_on() {
    let taken = makespan(1, || {
        let nap = nap::remote(1);
        while nap.get_timeout(Duration::ZERO).is_err() {}
    });
    assert_eq!(taken, Duration::from_millis(1));
}

#[test]
fn the_record_has_virtual_times() {
    let runtime = Runtime::builder().num_cpus(2).clock(Clock::Virtual).start().unwrap();
    let record = {
        let _entered = runtime.enter();
        get_all(&[nap::remote(10), nap::remote(20), nap::remote(30)]).unwrap();
        runtime.record()
    };
    let ends: Vec<_> = record.events.iter().filter(|event| event.kind == trace::Kind::End).collect();
    assert_eq!(ends.iter().map(|event| event.time).collect::<Vec<_>>(), [10_000_000, 20_000_000, 40_000_000]);
    assert_eq!(ends.iter().map(|event| event.worker).collect::<Vec<_>>(), [0, 1, 0]);
    assert_eq!((record.taken, record.tasks, record.dropped), (40_000_000, 3, 0));
}

/// The order in which ten tasks of equal length begin.
fn order(seed: Option<u64>) -> Vec<u64> {
    static ORDER: Mutex<Vec<u64>> = Mutex::new(Vec::new());
    #[remote]
    fn note(number: u64) {
        ORDER.lock().unwrap().push(number);
    }
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap();
    let builder = Runtime::builder().num_cpus(10).clock(Clock::Virtual);
    let runtime = seed.into_iter().fold(builder, |builder, seed| builder.seed(seed)).start().unwrap();
    let _entered = runtime.enter();
    let notes: Vec<ObjectRef<()>> = (0..10).map(note::remote).collect();
    get_all(&notes).unwrap();
    std::mem::take(&mut ORDER.lock().unwrap())
}

#[test]
fn a_seed_is_an_order() {
    assert_eq!(order(None), (0..10).collect::<Vec<_>>());
    let orders: Vec<_> = (0..8).map(|seed| order(Some(seed))).collect();
    assert_eq!(orders, (0..8).map(|seed| order(Some(seed))).collect::<Vec<_>>(), "the same each time");
    assert!(orders.iter().any(|one| *one != orders[0]), "{orders:?}");
}

#[test]
fn a_seed_needs_the_virtual_clock() {
    let error = Runtime::builder().seed(7).start().unwrap_err();
    assert!(error.to_string().contains("Clock::Virtual"), "{error}");
}

#[test]
fn several_threads_take_turns() {
    let runtime = Runtime::builder().num_cpus(2).clock(Clock::Virtual).start().unwrap();
    std::thread::scope(|scope| {
        for length in [1, 2, 3] {
            let runtime = &runtime;
            scope.spawn(move || {
                let _entered = runtime.enter();
                assert_eq!(*nap::remote(length).get().unwrap(), length);
            });
        }
    });
}

#[test]
fn a_runtime_that_nobody_waits_for_comes_to_an_end() {
    let runtime = Runtime::builder().num_cpus(2).clock(Clock::Virtual).start().unwrap();
    let naps: Vec<_> = {
        let _entered = runtime.enter();
        (0..20).map(|_| naps_inside::remote(3, 1_000_000)).collect()
    };
    drop(runtime);
    assert!(naps.iter().all(|nap| nap.get().is_ok() || matches!(nap.get(), Err(TaskError::Cancelled { .. }))));
}
