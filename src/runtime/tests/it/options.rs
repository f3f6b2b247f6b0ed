//! Calls with another name, other slots, and other tries.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use parlings::{
    Clock, ObjectRef, Runtime, TaskError, cancel, get_all, put, remote,
    time::{Instant, sleep},
};
use trace::{Kind, Status};

fn by_both_clocks(slots: usize, test: fn(&Runtime)) {
    for clock in [Clock::Real, Clock::Virtual] {
        let runtime = Runtime::builder().num_cpus(slots).clock(clock).start().unwrap();
        let _entered = runtime.enter();
        test(&runtime);
    }
}

#[remote]
fn square(x: i64) -> i64 {
    x * x
}

#[remote]
fn nap(milliseconds: u64) {
    sleep(Duration::from_millis(milliseconds));
}

#[test]
fn a_name_is_what_records_and_errors_say() {
    #[remote]
    fn fail(text: &str) -> Result<i64, String> {
        Err(text.to_string())
    }
    #[remote]
    fn shout() {
        panic!("on purpose");
    }
    by_both_clocks(1, |runtime| {
        let name = format!("{}{}", "nice", 1);
        assert_eq!(*square::options().name(&name).remote(3).get().unwrap(), 9);
        let error = fail::options().name("download").remote("no line".to_string()).get().unwrap_err();
        assert_eq!(error.to_string(), "task `download` failed: no line");
        let error = shout::options().num_cpus(1).name("loud").max_retries(0).remote().get().unwrap_err();
        assert!(matches!(error, TaskError::Panic { task, .. } if task == "loud"));
        let record = runtime.record();
        let submits = record.events.iter().filter(|event| event.kind == Kind::Submit);
        let names: Vec<_> = submits.map(|event| record.sites[event.site as usize].function.as_str()).collect();
        assert_eq!(names, ["nice1", "download", "loud"]);
        assert!(record.sites.iter().all(|site| site.file.ends_with("options.rs")), "{:?}", record.sites);
    });
}

#[test]
fn slots_are_held() {
    let runtime = Runtime::builder().num_cpus(3).clock(Clock::Virtual).start().unwrap();
    let _entered = runtime.enter();
    for (slots, expected) in [(0, 100), (1, 200), (2, 400), (3, 400)] {
        let start = Instant::now();
        let naps: Vec<_> = (0..4).map(|_| nap::options().num_cpus(slots).remote(100)).collect();
        get_all(&naps).unwrap();
        assert_eq!(start.elapsed(), Duration::from_millis(expected), "{slots} slots each");
    }
}

#[test]
fn as_many_run_as_have_their_slots() {
    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    #[remote]
    fn wide(_number: u64) {
        let running = RUNNING.fetch_add(1, Ordering::SeqCst) + 1;
        MOST.fetch_max(running, Ordering::SeqCst);
        (0..50).for_each(|_| std::thread::yield_now());
        RUNNING.fetch_sub(1, Ordering::SeqCst);
    }
    let runtime = Runtime::builder().num_cpus(4).start().unwrap();
    let _entered = runtime.enter();
    let all: Vec<_> = (0..200).map(|number| wide::options().num_cpus(3).remote(number)).collect();
    get_all(&all).unwrap();
    assert_eq!(MOST.load(Ordering::SeqCst), 1);
}

#[test]
fn one_that_needs_no_slot_does_not_wait_for_one() {
    static MEETING: Barrier = Barrier::new(5);
    #[remote]
    fn meet() {
        MEETING.wait();
    }
    #[remote]
    fn inner() -> Result<i64, TaskError> {
        square::remote(4).get().map(|square| *square)
    }
    let runtime = Runtime::builder().num_cpus(1).start().unwrap();
    let _entered = runtime.enter();
    let all: Vec<_> = (0..4).map(|_| meet::options().num_cpus(0).remote()).chain([meet::remote()]).collect();
    get_all(&all).unwrap();
    assert_eq!(*inner::options().num_cpus(0).remote().get().unwrap(), 16);
}

#[test]
fn more_slots_than_there_are_is_an_error() {
    by_both_clocks(2, |_| match square::options().num_cpus(3).remote(3).get() {
        Err(TaskError::Unschedulable { task, asked, slots }) => assert_eq!((&*task, asked, slots), ("square", 3, 2)),
        other => panic!("{other:?}"),
    });
}

#[test]
fn a_wide_task_lends_all_its_slots() {
    #[remote]
    fn outer() -> Result<i64, TaskError> {
        let inner = square::options().num_cpus(2).remote(3);
        inner.get().map(|square| *square)
    }
    by_both_clocks(2, |_| assert_eq!(*outer::options().num_cpus(2).remote().get().unwrap(), 9));
}

static CALLS: AtomicU32 = AtomicU32::new(0);
static ALONE: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Fails, one way or the other, until it was called so many times.
#[remote]
fn flaky(good: u32, words: Vec<String>, count: &[u64]) -> Result<usize, String> {
    match CALLS.fetch_add(1, Ordering::SeqCst) + 1 {
        call if call >= good => Ok(words.len() + count.len()),
        call if call % 2 == 0 => panic!("call {call}"),
        call => Err(format!("call {call}")),
    }
}

fn calls() -> u32 {
    CALLS.swap(0, Ordering::SeqCst)
}

#[test]
fn a_failed_call_is_made_again() {
    let _alone = ALONE.lock();
    by_both_clocks(1, |runtime| {
        let words = || vec!["one".to_string(), "two".to_string()];
        let again = |good| flaky::options().max_retries(3).name("again").remote(good, put(words()), vec![1, 2, 3]);
        assert_eq!((*again(1).get().unwrap(), calls()), (5, 1));
        assert_eq!((*again(4).get().unwrap(), calls()), (5, 4));
        let error = again(5).get().unwrap_err();
        assert!(matches!(&error, TaskError::Panic { task, message, .. } if task == "again" && message == "call 4"));
        assert_eq!(calls(), 4, "one call and three more");
        let error = flaky::remote(2, words(), vec![]).get().unwrap_err();
        assert_eq!((error.to_string(), calls()), ("task `flaky` failed: call 1".to_string(), 1));

        let record = runtime.record();
        let retries: Vec<_> = record.events.iter().filter(|event| event.kind == Kind::Retry).collect();
        assert_eq!(retries.iter().map(|event| event.b).collect::<Vec<_>>(), [2, 3, 4, 2, 3, 4]);
        let ends = record.events.iter().filter(|event| event.kind == Kind::End);
        let ends: Vec<_> = ends.map(|event| Status::from_word(event.b)).collect();
        assert_eq!(ends, [Status::Done, Status::Done, Status::Panicked, Status::Failed]);
    });
}

#[test]
fn an_argument_that_is_an_error_is_not_tried_again() {
    #[remote]
    fn words() -> Result<Vec<String>, String> {
        Err("none".to_string())
    }
    let _alone = ALONE.lock();
    by_both_clocks(1, |_| {
        let error = flaky::options().max_retries(5).remote(1, words::remote(), vec![]).get().unwrap_err();
        assert_eq!((error.to_string(), calls()), ("task `words` failed: none".to_string(), 0));
    });
}

#[test]
fn a_cancelled_task_is_not_tried_again() {
    static BEGUN: AtomicU32 = AtomicU32::new(0);
    #[remote]
    fn endless(retries: u64) -> Result<u64, TaskError> {
        BEGUN.fetch_add(1, Ordering::SeqCst);
        sleep(Duration::from_secs(100_000));
        Ok(retries)
    }
    by_both_clocks(1, |_| {
        let object: ObjectRef<u64> = endless::options().max_retries(5).remote(1);
        while BEGUN.load(Ordering::SeqCst) == 0 {
            sleep(Duration::from_micros(50));
        }
        cancel(&object);
        assert!(matches!(object.get(), Err(TaskError::Cancelled { .. })));
        assert_eq!(BEGUN.swap(0, Ordering::SeqCst), 1);
    });
}

#[test]
fn only_retries_need_copies() {
    struct Table(i64);
    #[remote]
    fn read(table: Table, scale: &Table) -> i64 {
        table.0 * scale.0
    }
    by_both_clocks(1, |_| {
        assert_eq!(*read::options().name("table").remote(Table(3), Table(4)).get().unwrap(), 12);
    });
}

#[test]
fn generic_functions_have_options_too() {
    #[remote]
    fn longest<T: Clone + Ord + Send + Sync + 'static>(giver: Vec<T>, retries: &[T]) -> Option<T> {
        giver.into_iter().chain(retries.iter().cloned()).max()
    }
    by_both_clocks(1, |_| {
        let largest = longest::options().max_retries(1).remote::<i64>(vec![1, 5], put(vec![3]));
        assert_eq!(*largest.get().unwrap(), Some(5));
    });
}
