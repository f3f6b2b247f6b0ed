//! Tasks that give their results one after the other.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use parlings::{
    Clock, ObjectRef, ObjectStream, Runtime, TaskError, cancel, get_all, map, put, remote,
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

fn by_the_virtual_clock(slots: usize, test: fn(&Runtime)) {
    let runtime = Runtime::builder().num_cpus(slots).clock(Clock::Virtual).start().unwrap();
    let _entered = runtime.enter();
    test(&runtime);
}

fn milliseconds(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

#[remote(stream)]
fn numbers(n: u64) -> impl Iterator<Item = u64> {
    0..n
}

#[remote]
fn square(x: u64) -> u64 {
    x * x
}

fn values(stream: ObjectStream<u64>) -> Vec<u64> {
    stream.map(|item| *item.get().unwrap()).collect()
}

/// The streams' tasks begin first, and fill all threads that there may be.
#[test]
fn at_the_limit_of_threads_consumers_still_begin() {
    let runtime = Runtime::builder().num_cpus(2).most_threads(2).start().unwrap();
    let _entered = runtime.enter();
    for round in 0..20 {
        let streams: Vec<_> = (0..5).map(|_| numbers::remote(round)).collect();
        let consumers = map(streams, |stream| values(stream).len() as u64);
        for consumer in consumers {
            assert_eq!(*consumer.get_timeout(Duration::from_secs(60)).unwrap(), round);
        }
    }
}

#[test]
fn items_come_in_order_whatever_the_buffer() {
    by_both_clocks(1, |_| {
        for buffer in [0, 1, 2, 7, 1_000] {
            assert_eq!(values(numbers::options().buffer(buffer).remote(100)), (0..100).collect::<Vec<_>>());
        }
        let mut none = numbers::remote(0);
        assert!(none.next().is_none() && none.next().is_none());
    });
}

#[test]
fn items_are_arguments() {
    by_both_clocks(2, |_| {
        let squares: Vec<_> = numbers::remote(20).map(square::remote).collect();
        assert_eq!(get_all(&squares).unwrap().iter().map(|square| **square).sum::<u64>(), 2_470);
    });
}

/// One each ten milliseconds, and how many were begun.
#[remote(stream)]
fn slow(n: u64, begun: &AtomicU64) -> impl Iterator<Item = u64> {
    (0..n).inspect(|_| {
        begun.fetch_add(1, Ordering::SeqCst);
        sleep(milliseconds(10));
    })
}

#[test]
fn the_task_runs_ahead_by_the_buffer() {
    by_the_virtual_clock(1, |_| {
        for (buffer, ahead) in [(None, 2), (Some(0), 0), (Some(1), 1), (Some(5), 5)] {
            let begun = put(AtomicU64::new(0));
            let options = slow::options().name("ahead");
            let mut stream = match buffer {
                None => options.remote(8, &begun),
                Some(items) => options.buffer(items).remote(8, &begun),
            };
            let begun = || begun.get().unwrap().load(Ordering::SeqCst);
            sleep(milliseconds(500));
            assert_eq!(begun(), ahead, "nothing was taken");
            assert_eq!(*stream.next().unwrap().get().unwrap(), 0);
            sleep(milliseconds(500));
            assert_eq!(begun(), ahead + 1, "one was taken");
        }
    });
}

#[test]
fn making_and_taking_overlap() {
    by_the_virtual_clock(1, |_| {
        let start = Instant::now();
        for item in slow::remote(10, put(AtomicU64::new(0))) {
            item.get().unwrap();
            sleep(milliseconds(10));
        }
        assert_eq!(start.elapsed(), milliseconds(110), "ten items, each taken while the next is made");
    });
}

#[test]
fn a_full_stream_lends_its_slot() {
    by_both_clocks(1, |_| {
        let mut stream = numbers::remote(10);
        for number in 0..5 {
            assert_eq!(*square::remote(number).get().unwrap(), number * number);
        }
        assert_eq!(*stream.next().unwrap().get().unwrap(), 0);
    });
}

#[test]
fn a_stream_in_a_task_on_one_slot() {
    #[remote]
    fn sum(n: u64) -> Result<u64, TaskError> {
        let mut sum = 0;
        for number in numbers::remote(n) {
            sum += *number.get()?;
        }
        Ok(sum)
    }
    by_both_clocks(1, |_| assert_eq!(*sum::remote(50).get().unwrap(), 1_225));
}

#[test]
fn arguments_stay_lent() {
    #[remote(stream)]
    fn words(text: &str, least: &usize) -> impl Iterator<Item = String> {
        text.split(' ').filter(|word| word.len() >= *least).map(str::to_string)
    }
    #[remote(stream)]
    fn boxed(giver: Vec<u64>, odd: bool) -> Box<dyn Iterator<Item = u64>> {
        if odd { Box::new(giver.into_iter().filter(|number| number % 2 == 1)) } else { Box::new(giver.into_iter()) }
    }
    #[remote(stream)]
    fn uncaptured(n: &u64) -> impl Iterator<Item = u64> + use<> {
        0..*n
    }
    #[remote(stream)]
    fn named(item: Vec<u64>) -> std::vec::IntoIter<u64> {
        item.into_iter()
    }
    #[remote(stream)]
    fn repeated<T: Clone + Send + Sync + 'static>(value: T, times: usize) -> impl Iterator<Item = T> {
        std::iter::repeat_n(value, times)
    }
    by_both_clocks(1, |_| {
        let text = put("to be or not to be that is".to_string());
        let long: Vec<_> = words::remote(&text, 3).map(|word| word.get().unwrap().to_string()).collect();
        assert_eq!(long, ["not", "that"]);
        assert_eq!(values(boxed::remote(vec![1, 2, 3], true)), [1, 3]);
        assert_eq!(values(uncaptured::remote(3)), [0, 1, 2]);
        assert_eq!(values(named::remote(vec![4, 5])), [4, 5]);
        assert_eq!(values(repeated::remote(7, 2)), [7, 7]);
    });
}

#[test]
fn an_item_that_is_an_error_is_one_item() {
    #[remote(stream)]
    fn parsed(text: &str) -> impl Iterator<Item = Result<u64, std::num::ParseIntError>> {
        text.split(' ').map(str::parse)
    }
    by_both_clocks(1, |_| {
        let items: Vec<_> =
            parsed::options().name("numbers").remote("1 x 3".to_string()).map(|item| item.get()).collect();
        assert_eq!((**items[0].as_ref().unwrap(), **items[2].as_ref().unwrap(), items.len()), (1, 3, 3));
        let error = items[1].as_ref().unwrap_err();
        assert_eq!(error.to_string(), "task `numbers` failed: invalid digit found in string");
    });
}

#[test]
fn a_panic_is_the_last_item() {
    #[remote(stream)]
    fn broken() -> impl Iterator<Item = u64> {
        (0..5).inspect(|&number| assert!(number < 3, "on purpose"))
    }
    by_both_clocks(1, |_| {
        for buffer in [0, 2, 10] {
            let items: Vec<_> = broken::options().buffer(buffer).remote().map(|item| item.get()).collect();
            assert_eq!(items.len(), 4);
            assert!(items[..3].iter().all(Result::is_ok));
            assert!(matches!(&items[3], Err(TaskError::Panic { message, .. }) if message == "on purpose"));
        }
        let mut refused = numbers::options().num_cpus(2).remote(3);
        assert!(matches!(refused.next().unwrap().get(), Err(TaskError::Unschedulable { .. })));
        assert!(refused.next().is_none());
    });
}

#[test]
fn an_argument_that_is_an_error_is_the_only_item() {
    #[remote]
    fn fail() -> Result<u64, String> {
        Err("on purpose".to_string())
    }
    by_both_clocks(1, |_| {
        let items: Vec<_> = numbers::remote(fail::remote()).map(|item| item.get()).collect();
        assert!(matches!(&items[..], [Err(TaskError::User { task, .. })] if task == "fail"), "{items:?}");
    });
}

#[test]
fn dropping_a_stream_cancels_its_task() {
    #[remote(stream)]
    fn endless() -> impl Iterator<Item = u64> {
        0..
    }
    by_both_clocks(1, |runtime| {
        let mut stream = endless::remote();
        let kept = stream.next().unwrap();
        drop(stream);
        let unbegun = endless::remote();
        drop(unbegun);
        assert_eq!(*square::remote(3).get().unwrap(), 9);
        assert_eq!(*kept.get().unwrap(), 0);
        let statuses = || {
            let record = runtime.record();
            let ends = record.events.iter().filter(|event| event.kind == Kind::End);
            ends.map(|event| Status::from_word(event.b)).filter(|status| *status == Status::Cancelled).count()
        };
        while statuses() < 2 {
            sleep(Duration::from_micros(50));
        }
    });
}

#[test]
fn a_runtime_stops_with_streams_that_nobody_takes() {
    static ENDED: AtomicU64 = AtomicU64::new(0);
    struct Count;
    impl Drop for Count {
        fn drop(&mut self) {
            ENDED.fetch_add(1, Ordering::SeqCst);
        }
    }
    #[remote(stream)]
    fn endless() -> impl Iterator<Item = u64> {
        let count = Count;
        (0..).inspect(move |_| {
            let _ = &count;
        })
    }
    for clock in [Clock::Real, Clock::Virtual] {
        let runtime = Runtime::builder().num_cpus(2).clock(clock).start().unwrap();
        let mut streams: Vec<_> = {
            let _entered = runtime.enter();
            let mut streams: Vec<_> = (0..20).map(|_| endless::remote()).collect();
            streams.iter_mut().for_each(|stream| assert!(stream.next().is_some()));
            streams
        };
        {
            // The consumer may come and go.
            let _entered = runtime.enter();
            streams.iter_mut().for_each(|stream| assert_eq!(*stream.next().unwrap().get().unwrap(), 1));
        }
        drop(runtime);
        assert_eq!(ENDED.swap(0, Ordering::SeqCst), 20);
        drop(streams);
    }
}

#[test]
fn a_consumer_and_a_producer_are_cancelled() {
    static BEGUN: Mutex<bool> = Mutex::new(false);
    #[remote(stream)]
    fn never() -> impl Iterator<Item = u64> {
        std::iter::from_fn(|| {
            *BEGUN.lock().unwrap() = true;
            sleep(Duration::from_secs(100_000));
            None
        })
    }
    #[remote]
    fn consumer() -> u64 {
        never::remote().count() as u64
    }
    by_both_clocks(1, |_| {
        *BEGUN.lock().unwrap() = false;
        let object = consumer::remote();
        while !*BEGUN.lock().unwrap() {
            sleep(Duration::from_micros(50));
        }
        cancel(&object);
        assert!(matches!(object.get(), Err(TaskError::Cancelled { task }) if task == "consumer"));
        assert_eq!(*square::remote(3).get().unwrap(), 9, "the slot is free again");
    });
}

#[test]
fn a_stream_that_waits_for_its_consumer_and_the_other_way_round() {
    static MAILBOX: Mutex<Option<ObjectRef<u64>>> = Mutex::new(None);
    #[remote(stream)]
    fn mutual() -> impl Iterator<Item = Result<u64, TaskError>> {
        let wait = || loop {
            if let Some(object) = MAILBOX.lock().unwrap().take() {
                return object.get().map(|value| *value);
            }
            sleep(Duration::from_micros(20));
        };
        std::iter::once_with(wait)
    }
    #[remote]
    fn consumer() -> Result<u64, TaskError> {
        let mut sum = 0;
        for item in mutual::remote() {
            sum += *item.get()?;
        }
        Ok(sum)
    }
    by_both_clocks(2, |_| {
        let object = consumer::remote();
        *MAILBOX.lock().unwrap() = Some(object.clone());
        match object.get() {
            Err(TaskError::Deadlock { chain }) => {
                assert!(chain.contains("waits for `consumer`") || chain.contains("waits for `mutual`"), "{chain}");
            }
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn items_are_in_the_record() {
    by_both_clocks(1, |runtime| {
        assert_eq!(values(numbers::remote(5)).len(), 5);
        let record = runtime.record();
        let submit = record.events.iter().find(|event| event.kind == Kind::Submit).unwrap();
        let yields: Vec<_> = record.events.iter().filter(|event| event.kind == Kind::Yield).collect();
        assert!(yields.len() == 5 && yields.iter().all(|event| event.a == submit.a));
        let count = |kind| record.events.iter().filter(|event| event.kind == kind).count();
        assert_eq!((count(Kind::WaitBegin), count(Kind::WaitEnd)), (6, 6));
    });
}

#[test]
fn many_streams_at_once() {
    by_both_clocks(2, |_| {
        let mut streams: Vec<_> = (0..30).map(|_| numbers::remote(200)).collect();
        for expected in 0..200 {
            for stream in &mut streams {
                assert_eq!(*stream.next().unwrap().get().unwrap(), expected);
            }
        }
        assert!(streams.iter_mut().all(|stream| stream.next().is_none()));
    });
}
