//! What the record says of a run.

use std::{
    sync::mpsc::{Sender, channel},
    time::{Duration, Instant},
};

use parlings::prelude::*;
use trace::{Event, Kind, ROOT, Status};

const SQUARE: u32 = line!() + 1;
#[remote]
fn square(x: u64) -> u64 {
    x * x
}

#[remote]
fn add(a: u64, b: &u64) -> u64 {
    a + b
}

#[remote]
fn outer(x: u64) -> Result<u64, TaskError> {
    Ok(*square::remote(x).get()? + 1)
}

struct Counter(u16);
#[actor]
impl Counter {
    fn new() -> Self {
        Self(0)
    }

    fn add(&mut self, step: u16) -> u16 {
        self.0 += step;
        self.0
    }
}

fn record(run: impl FnOnce()) -> trace::Record {
    let runtime = Runtime::builder().num_cpus(2).start().unwrap();
    let _entered = runtime.enter();
    run();
    runtime.record()
}

fn of(record: &trace::Record, kind: Kind) -> Vec<Event> {
    record.events.iter().copied().filter(|event| event.kind == kind).collect()
}

#[test]
fn every_task_argument_and_get_is_there() {
    let record = record(|| {
        let stored = put(5_u64);
        let sum = add::remote(square::remote(3), &stored);
        assert_eq!(*sum.get().unwrap(), 14);
    });
    let submits = of(&record, Kind::Submit);
    let names: Vec<_> = submits.iter().map(|event| record.sites[event.site as usize].function.as_str()).collect();
    assert_eq!((record.tasks, names), (2, vec!["square", "add"]));
    let site = &record.sites[submits[0].site as usize];
    assert!(site.file.ends_with("record.rs") && site.line > 30, "{site:?}");
    let [stored] = of(&record, Kind::Put)[..] else { panic!("one value was stored") };
    let (square, add) = (submits[0].a, submits[1].a);
    let arguments: Vec<_> = of(&record, Kind::Argument).iter().map(|event| (event.a, event.b)).collect();
    assert_eq!(arguments, [(add, square), (add, stored.a)]);
    assert_eq!(of(&record, Kind::Value).iter().map(|event| (event.a, event.b)).collect::<Vec<_>>(), [(square, 8)]);
    for task in [square, add] {
        let at = |kind| {
            of(&record, kind).iter().find(|event| event.a == task).map(|event| (event.time, event.worker)).unwrap()
        };
        assert!(at(Kind::Submit).0 <= at(Kind::Start).0 && at(Kind::Start).0 <= at(Kind::End).0);
        assert!(at(Kind::Start).1 < 2 && at(Kind::End).1 < 2);
    }
    let get = |kind| of(&record, kind).iter().map(|event| (event.a, event.b)).collect::<Vec<_>>();
    assert_eq!(
        (get(Kind::GetBegin), get(Kind::GetObject), get(Kind::GetEnd)),
        (vec![(ROOT, 1)], vec![(ROOT, add)], vec![(ROOT, 1)])
    );
    assert_eq!(record.dropped, 0);
}

#[test]
fn every_object_has_its_maker_its_size_and_its_references() {
    #[remote(returns)]
    fn halves(x: u64) -> (u32, [u8; 3]) {
        (x as u32, [0; 3])
    }

    let record = record(|| {
        let stored = put([5_u64; 4]);
        let first = square::remote(2);
        assert_eq!(*add::remote(&first, &first).get().unwrap(), 8);
        let (low, high) = halves::remote(7);
        assert_eq!((*low.get().unwrap(), high.get().unwrap().len(), stored.get().unwrap().len()), (7, 3, 4));
        assert_eq!(*Counter::remote().add(3).get().unwrap(), 3);
    });
    let name = |site: u32| record.sites.get(site as usize).map_or("", |site| site.function.as_str());
    let mut found: Vec<_> = trace::objects(&record)
        .iter()
        .map(|object| (name(object.site), object.bytes, object.arguments, object.gets))
        .collect();
    found.sort();
    let expected = [
        ("", Some(32), 0, 1),
        ("Counter::add", Some(2), 0, 1),
        ("Counter::new", Some(2), 0, 0),
        ("add", Some(8), 0, 1),
        ("halves", Some(3), 0, 1),
        ("halves", Some(4), 0, 1),
        ("square", Some(8), 2, 0),
    ];
    assert_eq!(found, expected);
}

#[test]
fn nested_tasks_name_their_parent_and_how_they_ran() {
    let record = record(|| {
        assert_eq!(*outer::remote(4).get().unwrap(), 17);
    });
    let submits = of(&record, Kind::Submit);
    assert_eq!((submits[0].b, submits[1].b), (ROOT, submits[0].a));
    let starts: Vec<_> = of(&record, Kind::Start).iter().map(|event| event.a).collect();
    assert_eq!(starts, [submits[0].a, submits[1].a]);
    assert!(of(&record, Kind::End).iter().all(|event| Status::from_word(event.b) == Status::Done));
}

/// Most of these tasks begin where the worker does not look at the clock.
#[test]
fn tasks_that_follow_one_another_begin_between_their_neighbours() {
    let runtime = Runtime::builder().num_cpus(1).start().unwrap();
    let _entered = runtime.enter();
    // One after the other, and inside another task.
    let squares: Vec<_> = (0..5_000).map(square::remote).collect();
    get_all(&squares).unwrap();
    let sum = map([0_u64], |zero| {
        let squares: Vec<_> = (0..5_000).map(square::remote).collect();
        get_all(&squares).unwrap().into_iter().fold(zero, |sum, square| sum + *square)
    });
    sum[0].get().unwrap();
    let record = runtime.record();
    let starts = of(&record, Kind::Start);
    assert_eq!((starts.len(), record.dropped), (10_001, 0));
    assert!(starts.iter().all(|start| start.b <= 1), "how a moment was found is no business of who reads the record");
    // Of one moment, events are in the order in which they were written.
    let mut running = vec![];
    for event in record.events.iter().filter(|event| event.worker == 0) {
        match event.kind {
            Kind::Start => running.push(event.a),
            Kind::End => assert_eq!(running.pop(), Some(event.a)),
            _ => {}
        }
        assert!(event.time <= record.taken);
    }
    assert!(running.is_empty());
    assert!(trace::advice::overhead(&record) > Some(0.0), "what lies between small tasks is seen");
}

/// What it takes to drop such a result lies between two tasks.
struct Slow(Duration, Sender<()>);

impl Drop for Slow {
    fn drop(&mut self) {
        spin(self.0);
        let _ = self.1.send(());
    }
}

fn spin(duration: Duration) {
    let begin = Instant::now();
    while begin.elapsed() < duration {}
}

#[test]
fn what_lies_between_two_long_tasks_is_seen_where_it_is() {
    let runtime = Runtime::builder().num_cpus(1).start().unwrap();
    let _entered = runtime.enter();
    let (dropped, are_dropped) = channel();
    let all = map([dropped], |dropped| {
        let drops = (0..10).map(|number| Duration::from_millis(if number == 5 { 4 } else { 0 }));
        let slow_in_the_middle = drops.map(|duration| Slow(duration, dropped.clone()));
        drop(map(slow_in_the_middle, |result| {
            spin(Duration::from_millis(1));
            result
        }));
    });
    all[0].get().unwrap();
    for _ in 0..10 {
        are_dropped.recv_timeout(Duration::from_secs(60)).unwrap();
    }
    let record = runtime.record();
    let slow = of(&record, Kind::Submit)[1 + 5].a;
    let mut after = record.events.iter().skip_while(|event| (event.kind, event.a) != (Kind::End, slow));
    let end = after.next().unwrap();
    let start = after.find(|event| event.kind == Kind::Start).unwrap();
    assert!(start.time - end.time > 3_000_000, "{} ns", start.time - end.time);
}

/// The standard library makes the call, at a line of its own that nobody wants to see.
#[test]
fn a_function_that_is_given_to_an_iterator_is_called_from_where_it_is_written() {
    let record = record(|| {
        let squares: Vec<_> = (0..3).map(square::remote).collect();
        get_all(&squares).unwrap();
    });
    let sites = of(&record, Kind::Submit).into_iter().map(|event| &record.sites[event.site as usize]);
    for site in sites {
        assert!(site.function == "square" && site.file.ends_with("record.rs") && site.line == SQUARE, "{site:?}");
    }
}

#[test]
fn a_tree_is_submitted_from_the_line_that_asks_for_it() {
    let mut line = 0;
    let record = record(|| {
        let squares: Vec<_> = (0..4).map(square::remote).collect();
        line = line!() + 1;
        tree_reduce(squares, add::remote).unwrap().get().unwrap();
    });
    let merges = record.sites.iter().filter(|site| site.function == "add");
    assert_eq!(merges.map(|site| (site.line, site.file.ends_with("record.rs"))).collect::<Vec<_>>(), [(line, true)]);
}

#[test]
fn panics_and_sleeps_are_there() {
    let record = record(|| {
        let _ = map([()], |()| -> () { panic!("on purpose") })[0].get();
        let naps = map([1_u64], |milliseconds| parlings::time::sleep(Duration::from_millis(milliseconds)));
        naps[0].get().unwrap();
    });
    let ends: Vec<_> = of(&record, Kind::End).iter().map(|event| Status::from_word(event.b)).collect();
    assert_eq!(ends, [Status::Panicked, Status::Done]);
    let [begin] = of(&record, Kind::SleepBegin)[..] else { panic!("one sleep") };
    let [end] = of(&record, Kind::SleepEnd)[..] else { panic!("one sleep") };
    assert!(end.time - begin.time >= 900_000, "{} ns", end.time - begin.time);
    assert_eq!((begin.b, begin.a), (1_000_000, end.a));
}

#[remote]
fn meet_in_a_kernel() {
    let barrier = std::sync::Barrier::new(2);
    let met: u64 = Kernel::new(|_| u64::from(barrier.wait().is_leader())).par_sum(0..2);
    assert_eq!(met, 1);
}

#[test]
fn kernel_threads_at_work_are_there() {
    let record = record(|| {
        meet_in_a_kernel::remote().get().unwrap();
        Kernel::new(|x: u64| x).par_map_into(0..5_000, &mut vec![0; 5_000]);
    });
    let (begins, ends) = (of(&record, Kind::KernelBegin), of(&record, Kind::KernelEnd));
    assert_eq!(begins.len(), ends.len());
    let task = of(&record, Kind::Submit)[0].a;
    let by_task: Vec<_> = begins.iter().filter(|event| event.a == task).collect();
    let mut threads: Vec<_> = by_task.iter().map(|event| event.b).collect();
    threads.sort_unstable();
    threads.dedup();
    assert_eq!(threads, [0, 1], "two threads can meet only if both are there");
    let by_driver: Vec<_> = begins.iter().filter(|event| event.a == ROOT).collect();
    assert!((1..100).contains(&by_driver.len()), "{} pairs for one call", by_driver.len());
    let lines = [by_task[0], by_driver[0]].map(|event| record.sites[event.site as usize].line);
    assert!(lines[0] < lines[1] && lines[0] > 30, "{lines:?}");
    let measures = trace::Measures::of(&record);
    assert!(measures.kernel_overlap > 0 && measures.overlap == 0, "{measures:?}");
}

#[test]
fn a_kernel_that_panics_leaves_no_thread_at_work() {
    let record = record(|| {
        let broken = Kernel::new(|x: u64| if x == 700 { panic!("on purpose") } else { x });
        let sum = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| broken.par_sum::<u64>(0..1_000)));
        assert!(sum.is_err());
    });
    assert_eq!(of(&record, Kind::KernelBegin).len(), of(&record, Kind::KernelEnd).len());
}

#[test]
fn no_call_begins_before_it_is_submitted() {
    let record = record(|| {
        let counter = Counter::remote();
        for call in 0..20_000_u64 {
            drop(counter.add(1));
            // Sometimes the actor has nothing to do for a moment, and still has its turn.
            if call % 8 == 0 {
                spin(Duration::from_nanos(call % 6_000));
            }
        }
        assert_eq!(*counter.add(0).get().unwrap(), 20_000);
    });
    let submitted: std::collections::HashMap<_, _> =
        of(&record, Kind::Submit).iter().map(|event| (event.a, event.time)).collect();
    let early = of(&record, Kind::Start).into_iter().filter(|start| start.time < submitted[&start.a]).count();
    assert_eq!((early, submitted.len()), (0, 20_002));
}
