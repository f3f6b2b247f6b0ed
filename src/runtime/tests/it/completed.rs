//! Results in the order in which they come.

use std::{sync::Mutex, time::Duration};

use parlings::{
    Clock, ObjectRef, Runtime, TaskError, as_completed, cancel, get_all, put, remote,
    time::{Instant, sleep},
    wait,
};
use trace::Kind;

fn by_both_clocks(slots: usize, test: fn()) {
    for clock in [Clock::Real, Clock::Virtual] {
        let runtime = Runtime::builder().num_cpus(slots).clock(clock).start().unwrap();
        let _entered = runtime.enter();
        test();
    }
}

#[remote]
fn nap(milliseconds: u64) -> u64 {
    sleep(Duration::from_millis(milliseconds));
    milliseconds
}

#[remote]
fn same(number: u64) -> u64 {
    number
}

const LONG: u64 = 100_000_000;

#[test]
fn they_come_in_the_order_of_their_ends() {
    let runtime = Runtime::builder().num_cpus(4).clock(Clock::Virtual).start().unwrap();
    let _entered = runtime.enter();
    let start = Instant::now();
    let come: Vec<_> = as_completed([30, 10, 40, 20].map(nap::remote))
        .map(|nap| (*nap.get().unwrap(), start.elapsed().as_millis()))
        .collect();
    assert_eq!(come, [(10, 10), (20, 20), (30, 30), (40, 40)]);
}

#[test]
fn what_is_there_comes_in_the_order_of_the_input() {
    by_both_clocks(1, || {
        let come: Vec<_> = as_completed([3_u64, 1, 2].map(put)).map(|object| *object.get().unwrap()).collect();
        assert_eq!(come, [3, 1, 2]);
    });
}

#[test]
fn none_is_missed_or_comes_twice_while_more_are_added() {
    by_both_clocks(4, || {
        let mut completed = as_completed((0..200).map(same::remote));
        let mut come = Vec::new();
        while let Some(object) = completed.next() {
            let number = *object.get().unwrap();
            come.push(number);
            if number < 1_000 {
                completed.add(same::remote(number + 200));
                completed.extend([same::remote(number + 10_000)]);
            }
            if number % 64 == 0 {
                assert_eq!(completed.len(), completed.size_hint().0);
            }
        }
        assert!(completed.is_empty() && completed.next().is_none());
        come.sort_unstable();
        let expected: Vec<_> = (0..1_200).chain(10_000..11_000).collect();
        assert_eq!(come, expected);
    });
}

#[test]
fn one_added_twice_comes_twice_and_errors_come_too() {
    by_both_clocks(2, || {
        let (good, bad) = (same::remote(1), nap::remote(LONG));
        let mut completed = as_completed([good.clone(), good, bad.clone()]);
        assert_eq!(completed.len(), 3);
        assert_eq!(completed.by_ref().take(2).map(|object| *object.get().unwrap()).sum::<u64>(), 2);
        cancel(&bad);
        assert!(matches!(completed.next().unwrap().get(), Err(TaskError::Cancelled { .. })));
        assert!(completed.next().is_none());
    });
}

#[test]
fn a_task_that_waits_lends_its_slot_and_is_cancelled() {
    #[remote]
    fn sum(count: u64) -> Result<u64, TaskError> {
        let mut sum = 0;
        for object in as_completed((0..count).map(same::remote)) {
            sum += *object.get()?;
        }
        Ok(sum)
    }
    static BEGUN: Mutex<bool> = Mutex::new(false);
    #[remote]
    fn endless() -> u64 {
        let naps = [nap::remote(LONG), nap::remote(LONG)];
        *BEGUN.lock().unwrap() = true;
        as_completed(naps).count() as u64
    }
    by_both_clocks(1, || {
        assert_eq!(*sum::remote(100).get().unwrap(), 4_950);
        *BEGUN.lock().unwrap() = false;
        let object = endless::remote();
        while !*BEGUN.lock().unwrap() {
            sleep(Duration::from_micros(50));
        }
        cancel(&object);
        assert!(matches!(object.get(), Err(TaskError::Cancelled { .. })));
        same::remote(1).get().unwrap();
    });
}

#[test]
fn in_a_deadlock_the_get_says_so() {
    static MAILBOX: Mutex<Option<ObjectRef<u64>>> = Mutex::new(None);
    #[remote]
    fn ouroboros() -> Result<u64, TaskError> {
        loop {
            if let Some(object) = MAILBOX.lock().unwrap().take() {
                let mut sum = 0;
                for object in as_completed([object, put(1)]) {
                    sum += *object.get()?;
                }
                return Ok(sum);
            }
            sleep(Duration::from_micros(20));
        }
    }
    by_both_clocks(1, || {
        let snake = ouroboros::remote();
        *MAILBOX.lock().unwrap() = Some(snake.clone());
        match snake.get() {
            Err(TaskError::Deadlock { chain }) => assert!(chain.contains("`ouroboros`"), "{chain}"),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn the_record_stays_small() {
    let runtime = Runtime::builder().num_cpus(2).start().unwrap();
    let _entered = runtime.enter();
    let refs: Vec<_> = (0..500).map(same::remote).collect();
    get_all(&refs).unwrap();
    assert_eq!(as_completed(refs).count(), 500);
    let record = runtime.record();
    let count = |kind| record.events.iter().filter(|event| event.kind == kind).count();
    assert_eq!((count(Kind::WaitBegin), count(Kind::WaitEnd)), (500, 500));
    assert!(count(Kind::GetObject) <= 500 + 4 * 500, "{}", count(Kind::GetObject));
    let measures = trace::Measures::of(&record);
    assert!(measures.get_phases <= 2, "going through them is one phase, not {}", measures.get_phases);
}

/// Streams, several results, retries, waits, and results as they come, all at once; the events, and the virtual time they took.
fn mixture(seed: u64) -> (Vec<trace::Event>, u64, u64) {
    #[remote(stream)]
    fn numbers(n: u64) -> impl Iterator<Item = u64> {
        (0..n).inspect(|number| sleep(Duration::from_micros(number % 3)))
    }
    #[remote(returns)]
    fn split(x: u64) -> (u64, u64) {
        sleep(Duration::from_micros(x % 5));
        (x / 10, x % 10)
    }
    #[remote]
    fn digits(x: u64) -> Result<u64, TaskError> {
        let (tens, ones) = split::remote(x);
        let (ready, pending) = wait(&[tens, ones], 1, Some(Duration::from_micros(2)))?;
        Ok(get_all(&ready)?.into_iter().chain(get_all(&pending)?).map(|digit| *digit).sum())
    }
    #[remote]
    fn sum(n: u64) -> Result<u64, TaskError> {
        let digits: Vec<_> = numbers::remote(n).map(digits::remote).collect();
        let mut sum = 0;
        for object in as_completed(digits) {
            sum = sum * 7 % 1_000_003 + *object.get()?;
        }
        if sum % 4 == 0 { Err(TaskError::Cancelled { task: n.to_string() }) } else { Ok(sum) }
    }
    let runtime = Runtime::builder().num_cpus(3).clock(Clock::Virtual).seed(seed).start().unwrap();
    let _entered = runtime.enter();
    let sums = (1..6).map(|n| sum::options().max_retries(2).num_cpus(n as usize % 3).remote(4 * n));
    let mut order = 0;
    for object in as_completed(sums) {
        order = order * 31 % 1_000_003 + object.get().map_or(1, |sum| *sum);
    }
    let record = runtime.record();
    (record.events, record.taken, order)
}

#[test]
fn a_seed_is_one_run_of_a_program() {
    let runs: Vec<_> = (0..12).map(mixture).collect();
    for (seed, run) in (0..).zip(&runs) {
        let again = mixture(seed);
        assert_eq!((&again.1, &again.2), (&run.1, &run.2), "seed {seed}");
        assert!(again.0 == run.0, "seed {seed}: the same events");
    }
    assert!(runs.iter().any(|run| run.2 != runs[0].2), "the seeds differ");
}
