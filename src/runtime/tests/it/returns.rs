//! Tasks whose results are several objects.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use parlings::{Clock, ObjectRef, Runtime, TaskError, cancel, get_all, put, remote, time::sleep, wait};
use trace::Kind;

fn by_both_clocks(slots: usize, test: fn(&Runtime)) {
    for clock in [Clock::Real, Clock::Virtual] {
        let runtime = Runtime::builder().num_cpus(slots).clock(clock).start().unwrap();
        let _entered = runtime.enter();
        test(&runtime);
    }
}

#[remote(returns)]
fn divide(a: u64, b: u64) -> (u64, u64) {
    (a / b, a % b)
}

#[remote]
fn add(a: u64, b: &u64) -> u64 {
    a + b
}

#[remote(returns)]
fn checked(a: u64, b: &u64) -> Result<(u64, String), String> {
    if *b == 0 {
        return Err("division by zero".to_string());
    }
    Ok((a / b, format!("{a}/{b}")))
}

#[remote(returns)]
fn nap(milliseconds: u64) -> (u64, u64) {
    sleep(Duration::from_millis(milliseconds));
    (milliseconds, 2 * milliseconds)
}

#[test]
fn each_part_is_an_object() {
    by_both_clocks(2, |runtime| {
        let (quotient, rest) = divide::remote(7, 2);
        assert_eq!((*quotient.get().unwrap(), *rest.get().unwrap()), (3, 1));
        let (quotient, text) = checked::remote(put(12), add::remote(2, 2));
        assert_eq!((*quotient.get().unwrap(), text.get().unwrap().as_str()), (3, "12/4"));
        let record = runtime.record();
        let yields: Vec<_> = record.events.iter().filter(|event| event.kind == Kind::Yield).collect();
        assert_eq!((yields.len(), record.tasks), (4, 3));
        let divide = record.events.iter().find(|event| event.kind == Kind::Submit).unwrap().a;
        assert_eq!([yields[0].a, yields[1].a], [divide; 2]);
        let gets: Vec<_> = record.events.iter().filter(|event| event.kind == Kind::GetObject).collect();
        assert_eq!(
            gets.iter().map(|event| event.b).collect::<Vec<_>>(),
            yields.iter().map(|event| event.b).collect::<Vec<_>>()
        );
    });
}

#[test]
fn parts_are_arguments() {
    by_both_clocks(2, |_| {
        let (slow, twice) = nap::remote(5);
        let sum = add::remote(slow, &twice);
        let (quotient, rest) = divide::remote(&sum, twice);
        assert_eq!((*sum.get().unwrap(), *quotient.get().unwrap(), *rest.get().unwrap()), (15, 1, 5));
    });
}

#[test]
fn eight_parts_and_options() {
    #[remote(returns)]
    fn eight(retries: u8) -> (u8, u16, u32, u64, i8, i16, i32, String) {
        (retries, 2, 3, 4, 5, 6, 7, "8".to_string())
    }
    by_both_clocks(1, |_| {
        let (a, .., h) = eight::options().name("octet").num_cpus(0).max_retries(1).remote(1);
        assert_eq!((*a.get().unwrap(), h.get().unwrap().as_str()), (1, "8"));
    });
}

#[test]
fn an_error_arrives_at_every_part() {
    #[remote(returns)]
    fn shout() -> (u64, u64) {
        panic!("on purpose")
    }
    by_both_clocks(2, |_| {
        let (quotient, text) = checked::remote(1, 0);
        let error = quotient.get().unwrap_err();
        assert_eq!(error.to_string(), "task `checked` failed: division by zero");
        assert_eq!(text.get().unwrap_err().to_string(), error.to_string());
        let (a, b) = shout::options().name("loud").remote();
        for part in [&a, &b] {
            assert!(matches!(part.get(), Err(TaskError::Panic { task, .. }) if task == "loud"));
        }
        let (c, d) = divide::remote(a, 1);
        for part in [c, d] {
            assert!(matches!(part.get(), Err(TaskError::Panic { .. })), "an argument was an error");
        }
        let (a, b) = divide::options().num_cpus(9).remote(1, 1);
        assert!([a, b].iter().all(|part| matches!(part.get(), Err(TaskError::Unschedulable { .. }))));
    });
}

#[test]
fn cancelling_a_part_cancels_the_task() {
    by_both_clocks(1, |runtime| {
        let (running, waiting) = (nap::remote(100_000_000), divide::remote(1, 1));
        let after = add::remote(1, &waiting.0);
        cancel(&waiting.1);
        assert!([&waiting.0, &waiting.1].iter().all(|part| matches!(part.get(), Err(TaskError::Cancelled { .. }))));
        cancel(&running.0);
        assert!(matches!(running.1.get(), Err(TaskError::Cancelled { .. })));
        assert!(matches!(after.get(), Err(TaskError::Cancelled { task }) if task == "divide"));
        let record = runtime.record();
        let of = |kind| record.events.iter().filter(move |event| event.kind == kind).map(|event| event.a);
        let submitted: Vec<_> = of(Kind::Submit).collect();
        assert_eq!(
            of(Kind::Cancel).collect::<Vec<_>>(),
            [submitted[1], submitted[0]],
            "the task is named, not the part"
        );
    });
}

#[test]
fn a_get_in_a_task_runs_it() {
    #[remote]
    fn outer(depth: u64) -> Result<u64, TaskError> {
        if depth == 0 {
            return Ok(0);
        }
        let (quotient, rest) = divide::remote(depth * 7 + 3, 7);
        let below = outer::remote(depth - 1);
        Ok(*quotient.get()? + *rest.get()? + *below.get()?)
    }
    by_both_clocks(1, |runtime| {
        let sum = *outer::remote(20).get().unwrap();
        assert_eq!(sum, 210 + 20 * 3);
        let record = runtime.record();
        let lent = record.events.iter().filter(|event| event.kind == Kind::SlotReleased).count();
        let inline = record.events.iter().filter(|event| event.kind == Kind::Start && event.b == 1).count();
        // By the machine's clock all 40 run inside a get; by the virtual clock, none does.
        assert!(matches!((lent, inline), (0, 40) | (1.., 0)), "{lent} {inline}");
    });
}

#[test]
fn parts_are_waited_for() {
    by_both_clocks(2, |_| {
        let (a, b) = nap::remote(1);
        let (c, d) = nap::remote(100_000_000);
        let (ready, pending) = wait(&[c.clone(), a, d, b], 2, None).unwrap();
        assert_eq!(get_all(&ready).unwrap(), [Arc::new(1), Arc::new(2)]);
        assert_eq!(pending.len(), 2);
        cancel(&c);
    });
}

#[test]
fn a_part_is_moved_out_where_its_last_reference_is_passed() {
    static CLONES: AtomicU32 = AtomicU32::new(0);
    struct Counted;
    impl Clone for Counted {
        fn clone(&self) -> Self {
            CLONES.fetch_add(1, Ordering::SeqCst);
            Self
        }
    }
    #[remote(returns)]
    fn make() -> (Counted, Counted) {
        (Counted, Counted)
    }
    #[remote]
    fn take(_counted: Counted) {}
    by_both_clocks(1, |_| {
        let (one, other) = make::remote();
        get_all(&[take::remote(one), take::remote(&other)]).unwrap();
        assert_eq!(CLONES.swap(0, Ordering::SeqCst), 1, "the other one is still held");
    });
}

#[test]
fn no_part_is_left_over() {
    static LIVE: AtomicU32 = AtomicU32::new(0);
    struct Live;
    impl Live {
        fn new() -> Self {
            LIVE.fetch_add(1, Ordering::SeqCst);
            Self
        }
    }
    impl Drop for Live {
        fn drop(&mut self) {
            LIVE.fetch_sub(1, Ordering::SeqCst);
        }
    }
    #[remote(returns)]
    fn make(fails: bool) -> Result<(Live, Live), String> {
        let both = (Live::new(), Live::new());
        if fails { Err("on purpose".to_string()) } else { Ok(both) }
    }
    by_both_clocks(2, |_| {
        let refs: Vec<_> = (0..50).map(|number| make::remote(number % 2 == 0)).collect();
        for (number, (one, other)) in refs.iter().enumerate() {
            assert_eq!((one.get().is_err(), other.get().is_err()), (number % 2 == 0, number % 2 == 0));
        }
        assert_eq!(LIVE.load(Ordering::SeqCst), 50);
        drop(refs);
    });
    assert_eq!(LIVE.load(Ordering::SeqCst), 0);
}

#[test]
fn a_cycle_through_a_part_is_found() {
    static MAILBOX: Mutex<Option<ObjectRef<u64>>> = Mutex::new(None);
    #[remote(returns)]
    fn ouroboros() -> Result<(u64, u64), TaskError> {
        loop {
            if let Some(object) = MAILBOX.lock().unwrap().take() {
                return Ok((*object.get()?, 0));
            }
            sleep(Duration::from_micros(20));
        }
    }
    by_both_clocks(2, |_| {
        let (head, tail) = ouroboros::remote();
        *MAILBOX.lock().unwrap() = Some(tail);
        match head.get() {
            Err(TaskError::Deadlock { chain }) => assert!(chain.ends_with("waits for `ouroboros`"), "{chain}"),
            other => panic!("{other:?}"),
        }
    });
}
