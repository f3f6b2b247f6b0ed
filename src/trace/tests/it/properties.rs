use std::collections::{BTreeMap, BTreeSet, HashMap};

use proptest::prelude::*;
use serde_json::Value;
use trace::advice::{Context, advise, overhead};
use trace::lanes::{Lane, Row, lanes};
use trace::perfetto::to_json;
use trace::{
    DRIVER, Event, Kind, Maker, Measures, Origin, ROOT, Record, Site, Task, Tasks, actors, bars, driver_waits, objects,
    origins,
};

use super::simulator::{TOTAL, simulate};

fn simulated() -> impl Strategy<Value = (u64, usize, u16)> {
    (any::<u64>(), 0..60_usize, 1..5_u16)
}

/// Small numbers that meet each other, and a few that are as large as they can be.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![12 => 0..12_u64, 1 => Just(u64::MAX), 1 => any::<u64>()]
}

fn time() -> impl Strategy<Value = u64> {
    prop_oneof![20 => 0..500_u64, 1 => Just(u64::MAX), 1 => any::<u64>()]
}

fn senseless_event() -> impl Strategy<Value = Event> {
    let worker = prop_oneof![8 => 0..4_u16, 1 => Just(DRIVER), 1 => any::<u16>()];
    let kind = prop::sample::select(&Kind::ALL[..]);
    let site = prop_oneof![6 => 0..3_u32, 1 => Just(u32::MAX), 1 => any::<u32>()];
    (time(), worker, kind, site, number(), number()).prop_map(|(time, worker, kind, site, a, b)| Event {
        time,
        worker,
        kind,
        site,
        a,
        b,
    })
}

fn senseless_record() -> impl Strategy<Value = Record> {
    let workers = prop_oneof![60 => 0..4_u16, 1 => Just(u16::MAX)];
    let events = prop::collection::vec(senseless_event(), 0..120);
    let sorted = any::<bool>();
    (workers, number(), time(), 0..2_u64, events, sorted).prop_map(
        |(workers, tasks, taken, dropped, mut events, sorted)| {
            if sorted {
                events.sort_by_key(|event| event.time);
            }
            let sites = vec![Site { function: "f".into(), file: "\"\\".into(), line: 7 }; 2];
            Record { workers, tasks, taken, dropped, sites, events }
        },
    )
}

/// A simulated record, damaged: some events left out, some doubled, some moved.
fn damaged_record() -> impl Strategy<Value = Record> {
    (simulated(), prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, time()), 1..20)).prop_map(
        |((seed, tasks, workers), damages)| {
            let mut record = simulate(seed, tasks, workers).0;
            for (place, how, time) in damages {
                if record.events.is_empty() {
                    break;
                }
                let place = place.index(record.events.len());
                match how {
                    0 => drop(record.events.remove(place)),
                    1 => record.events.push(record.events[place]),
                    2 => record.events[place].time = time,
                    _ => record.events[place].worker = (time % 6) as u16,
                }
            }
            record
        },
    )
}

/// A simulated record as it was at some moment of the run.
fn early_record() -> impl Strategy<Value = Record> {
    (simulated(), any::<prop::sample::Index>(), 0..50_u64).prop_map(|((seed, tasks, workers), length, after)| {
        let mut record = simulate(seed, tasks, workers).0;
        record.events.truncate(length.index(record.events.len() + 1));
        record.taken = record.events.last().map_or(0, |event| event.time) + after;
        record
    })
}

/// A simulated record whose buffers were too small, so that some events found no room.
fn incomplete_record() -> impl Strategy<Value = Record> {
    (simulated(), any::<u64>(), 2..9_u64).prop_map(|((seed, tasks, workers), lost, of)| {
        let mut record = simulate(seed, tasks, workers).0;
        let mut number = lost;
        let before = record.events.len();
        record.events.retain(|_| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            !(number >> 33).is_multiple_of(of)
        });
        record.dropped = (before - record.events.len()) as u64;
        record
    })
}

/// A simulated record in which all times are multiples of a large number, so that many events share one; or even all do.
fn coarse_record() -> impl Strategy<Value = Record> {
    let moment = prop_oneof![2 => 50..2_000_u64, 1 => Just(u64::MAX)];
    (simulated(), moment).prop_map(|((seed, tasks, workers), moment)| {
        let mut record = simulate(seed, tasks, workers).0;
        record.taken = record.taken / moment * moment;
        record.events.iter_mut().for_each(|event| event.time = event.time / moment * moment);
        record
    })
}

/// What holds for every record, whatever is in it.
fn check_any(record: &Record) -> Result<(), TestCaseError> {
    let tasks = Tasks::of(record);
    prop_assert!(tasks.list.is_sorted_by(|one, other| one.id < other.id));
    for task in &tasks.list {
        prop_assert_eq!(tasks.get(task.id), Some(task));
        let end = task.ended.unwrap_or(u64::MAX);
        prop_assert!(task.own <= task.started.map_or(0, |start| end - start), "{task:?}");
        prop_assert!(task.worker < record.workers || task.worker == DRIVER);
    }

    let measures = Measures::of(record);
    prop_assert!(measures.busy.iter().all(|&busy| busy <= measures.wall), "{measures:?}");
    prop_assert!(measures.overlap <= measures.wall, "{measures:?}");
    prop_assert!(measures.kernel_overlap <= measures.wall, "{measures:?}");
    prop_assert!(measures.late_puts <= measures.puts, "{measures:?}");
    prop_assert!(measures.actor_overlap <= measures.wall, "{measures:?}");
    let not_calls = tasks.list.iter().filter(|task| task.actor.is_none()).count();
    prop_assert_eq!(measures.calls, (tasks.list.len() - not_calls) as u64);
    prop_assert_eq!(measures.first_tasks == 0, not_calls == 0, "{:?}", measures);
    prop_assert!(measures.first_tasks <= not_calls as u64, "{measures:?}");
    prop_assert!(measures.cancelled <= tasks.list.len() as u64, "{measures:?}");
    let meetings = tasks.list.len() + record.events.len();
    prop_assert!(measures.reduction.levels <= meetings as u64, "{measures:?}");
    prop_assert!(measures.reduction.tree <= 7, "{measures:?}: no record here has more than 128 tasks");
    prop_assert!(measures.span <= measures.work, "{measures:?}");
    prop_assert!(measures.span >= measures.longest_task, "{measures:?}");
    prop_assert!(measures.depth <= not_calls as u64);

    let waits = driver_waits(record);
    prop_assert!(waits.windows(2).all(|pair| pair[0].end <= pair[1].start), "{waits:?}");
    prop_assert!(waits.iter().all(|wait| wait.start < wait.end), "{waits:?}");

    let lanes = lanes(record);
    check_lanes(record, &tasks, &lanes)?;
    check_actors(record, &tasks, &lanes)?;
    check_objects(record, &tasks)?;
    let begun = record.events.iter().filter(|event| event.kind == Kind::ProgressBegin).count();
    prop_assert!(bars(record).len() <= begun);

    for number in [1e-6, 1.0, 0.0, -1.0, f64::NAN, f64::INFINITY] {
        let units = (number as u64, "darts");
        let context = Context { serial: number, parallel: 2.0 * number, cpu: Some(number), threshold: 1.6, units };
        for finding in advise(record, &context) {
            prop_assert!(finding.gain.is_finite() && finding.gain >= 1.0, "{finding:?}");
            prop_assert!(finding.text.ends_with('.') && !finding.text.contains("NaN"), "{finding:?}");
        }
    }
    prop_assert!(overhead(record).is_none_or(|overhead| overhead >= 0.0));
    check_perfetto(&to_json(record))
}

/// The workers' lanes, then the actors'; no two spans of one at once, and nobody's work is on none.
fn check_lanes(record: &Record, tasks: &Tasks, lanes: &[Lane]) -> Result<(), TestCaseError> {
    let (workers, actors) = lanes.split_at(usize::from(record.workers));
    prop_assert!(workers.iter().map(|lane| lane.row).eq((0..record.workers).map(Row::Worker)));
    prop_assert!(actors.iter().all(|lane| matches!(lane.row, Row::Actor(_))));
    prop_assert!(actors.is_sorted_by(|one, other| one.row < other.row));
    let mut shown: HashMap<u64, u64> = HashMap::new();
    for lane in lanes {
        prop_assert!(lane.spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{lane:?}");
        for span in &lane.spans {
            prop_assert!(span.start < span.end, "{span:?}");
            *shown.entry(span.task).or_default() += span.end - span.start;
        }
    }
    for task in &tasks.list {
        prop_assert!(task.own <= shown.get(&task.id).copied().unwrap_or(0), "{task:?}");
    }
    Ok(())
}

/// Every actor has a lane, and is busy where that shows calls on it.
fn check_actors(record: &Record, tasks: &Tasks, lanes: &[Lane]) -> Result<(), TestCaseError> {
    let actors = actors(record);
    let lanes = &lanes[usize::from(record.workers)..];
    prop_assert!(actors.iter().map(|actor| Row::Actor(actor.id)).eq(lanes.iter().map(|lane| lane.row)));
    for (actor, lane) in actors.iter().zip(lanes) {
        let on = |task: &&Task| task.actor == Some(actor.id);
        prop_assert_eq!(actor.busy, lane.spans.iter().map(|span| span.end - span.start).sum::<u64>());
        prop_assert!(lane.spans.iter().all(|span| tasks.get(span.task).is_some_and(|task| on(&task))));
        let calls: Vec<&Task> = tasks.list.iter().filter(on).collect();
        prop_assert_eq!(actor.calls, calls.iter().filter(|call| call.started.is_some()).count() as u64);
        prop_assert!(actor.longest_queue <= calls.len() as u64);
        prop_assert!(actor.busy == 0 || actor.first + actor.busy <= actor.last, "{actor:?}");
        prop_assert!(!actor.name(record).is_empty());
    }
    Ok(())
}

fn of_kind(record: &Record, kind: Kind) -> impl Iterator<Item = &Event> {
    record.events.iter().filter(move |event| event.kind == kind)
}

/// Every task's result and every stored value is an object, references are counted once each, and the sums are those of the parts.
fn check_objects(record: &Record, tasks: &Tasks) -> Result<(), TestCaseError> {
    let objects = objects(record);
    prop_assert!(objects.is_sorted_by(|one, other| one.id < other.id));
    prop_assert!(objects.iter().all(|object| object.made.is_some() == object.bytes.is_some()));
    let found = |id: u64| objects.binary_search_by_key(&id, |object| object.id).is_ok();
    let gave = |id: u64| of_kind(record, Kind::Yield).any(|event| event.a == id);
    for task in tasks.list.iter().filter(|task| task.submitted < u64::MAX && task.ended.is_some()) {
        prop_assert!(found(task.id) || gave(task.id), "{task:?}");
    }
    for put in of_kind(record, Kind::Put).filter(|put| put.a != ROOT) {
        prop_assert!(found(put.a) || gave(put.a), "{put:?}");
    }
    let (arguments, gets) = objects.iter().fold((0, 0), |sum, object| (sum.0 + object.arguments, sum.1 + object.gets));
    prop_assert!(arguments <= of_kind(record, Kind::Argument).count() as u64);
    prop_assert!(gets <= of_kind(record, Kind::GetObject).count() as u64);

    let origins = origins(&objects);
    prop_assert!(origins.is_sorted_by(|one, other| one.bytes >= other.bytes));
    let sum = |value: fn(&Origin) -> u64| origins.iter().map(value).sum::<u64>();
    prop_assert_eq!(sum(|origin| origin.objects), objects.len() as u64);
    prop_assert_eq!(sum(|origin| origin.made), objects.iter().filter(|object| object.made.is_some()).count() as u64);
    prop_assert_eq!((sum(|origin| origin.arguments), sum(|origin| origin.gets)), (arguments, gets));
    Ok(())
}

/// Below this time, microseconds as a double tell nanoseconds apart.
const EXACT: f64 = 1e15;

/// Numeric threads, slices that nest, flows from inside one slice to inside another, intervals that end.
fn check_perfetto(json: &str) -> Result<(), TestCaseError> {
    let json: Value = serde_json::from_str(json).expect("valid JSON");
    let nanoseconds = |entry: &Value, key: &str| (entry[key].as_f64().expect("a number") * 1e3).round();
    let mut slices: BTreeMap<u64, Vec<(f64, f64)>> = BTreeMap::new();
    let mut flows: BTreeMap<u64, Vec<(u64, f64)>> = BTreeMap::new();
    let mut intervals: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for entry in json["traceEvents"].as_array().expect("a list") {
        let thread = entry["tid"].as_u64().expect("a numeric thread");
        prop_assert_eq!(entry["pid"].as_u64(), Some(1));
        match entry["ph"].as_str().expect("a phase") {
            "X" => {
                let start = nanoseconds(entry, "ts");
                slices.entry(thread).or_default().push((start, start + nanoseconds(entry, "dur")));
            }
            "s" | "f" => {
                flows.entry(entry["id"].as_u64().unwrap()).or_default().push((thread, nanoseconds(entry, "ts")));
            }
            "b" | "e" => intervals.entry(entry["id"].as_u64().unwrap()).or_default().push(nanoseconds(entry, "ts")),
            "i" => prop_assert_eq!(entry["s"].as_str(), Some("t")),
            "C" => prop_assert!(entry["args"]["done"].is_u64()),
            "M" => prop_assert!(entry["args"]["name"].is_string()),
            other => prop_assert!(false, "phase {}", other),
        }
    }
    for slices in slices.values_mut() {
        slices.sort_by(|one, other| one.0.total_cmp(&other.0).then(other.1.total_cmp(&one.1)));
        let mut open: Vec<f64> = Vec::new();
        for &(start, end) in slices.iter().filter(|slice| slice.1 < EXACT) {
            while open.last().is_some_and(|&end| end <= start) {
                open.pop();
            }
            prop_assert!(open.last().is_none_or(|&outer| end <= outer), "{slices:?}");
            open.push(end);
        }
    }
    for flow in flows.values() {
        let [from, to] = flow[..] else { return Err(TestCaseError::fail("a flow has two ends")) };
        prop_assert!(from.1 <= to.1);
        for (thread, time) in [from, to] {
            let inside = slices.get(&thread).is_some_and(|slices| slices.iter().any(|s| s.0 <= time && time < s.1));
            prop_assert!(inside || time >= EXACT, "{thread} {time}");
        }
    }
    for interval in intervals.values() {
        prop_assert!(matches!(interval[..], [begin, end] if begin <= end));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tables_of_a_simulated_run_are_exact((seed, size, workers) in simulated()) {
        let (record, truth) = simulate(seed, size, workers);
        let tasks = Tasks::of(&record);
        prop_assert_eq!(tasks.list.len() as u64, record.tasks);
        prop_assert!(tasks.list.iter().all(|task| task.cancelled.is_none_or(|asked| asked >= task.submitted)));
        for task in &tasks.list {
            prop_assert_eq!(task.own, truth.own[&task.id], "{:?}", task);
            if task.started.is_some() {
                prop_assert!(task.submitted <= task.ready.unwrap() && task.ready <= task.started);
            }
            prop_assert!(task.ended.unwrap() >= task.started.unwrap_or(task.submitted));
        }
        let measures = Measures::of(&record);
        prop_assert_eq!(&measures.busy, &truth.busy);
        prop_assert_eq!(measures.overlap, truth.overlap);
        prop_assert_eq!(measures.span, truth.span);
        prop_assert_eq!(measures.depth, truth.depth);
        let objects = objects(&record);
        let stored = objects.iter().filter(|object| object.maker == Maker::Put).count() as u64;
        let given: Vec<u64> = of_kind(&record, Kind::Yield).map(|event| event.a).collect();
        let givers = given.iter().collect::<BTreeSet<_>>().len() as u64;
        let results = record.tasks - givers + given.len() as u64;
        prop_assert_eq!((stored, objects.len() as u64), (truth.puts, truth.puts + results));
        prop_assert_eq!(measures.puts, truth.puts);
        prop_assert_eq!(measures.late_puts, truth.late_puts);
        prop_assert_eq!(measures.kernel_overlap, truth.kernel_overlap);
        prop_assert_eq!(measures.first_tasks, truth.first_tasks);
        prop_assert_eq!(measures.reduction.excess(), truth.excess_levels);
        prop_assert_eq!(measures.get_phases, truth.get_phases);
        prop_assert_eq!(measures.actor_overlap, truth.actor_overlap);
        prop_assert_eq!((measures.calls, measures.tasks), (truth.calls, record.tasks - truth.calls));
        prop_assert_eq!((measures.retries, measures.cancelled), (truth.retries, truth.cancelled));
        prop_assert_eq!(measures.work, truth.own.values().sum::<u64>());
        prop_assert!(measures.span <= measures.wall);

        let lanes = lanes(&record);
        let on_lanes = |worker: usize| lanes[worker].spans.iter().map(|span| span.end - span.start).sum::<u64>();
        prop_assert!((0..usize::from(workers)).all(|worker| on_lanes(worker) == truth.busy[worker]));
        for (actor, served) in actors(&record).iter().zip(&truth.actors) {
            let expected = (served.calls, served.busy, served.longest_queue);
            prop_assert_eq!((actor.calls, actor.busy, actor.longest_queue), expected);
        }
        let bars = bars(&record);
        prop_assert_eq!((bars.len(), bars[0].name, bars[0].total, bars[0].done), (1, "pages", TOTAL, truth.progress));
        check_any(&record)?;
    }

    #[test]
    fn records_taken_while_things_run_are_read(record in early_record()) {
        check_any(&record)?;
    }

    #[test]
    fn records_with_lost_events_are_read(record in incomplete_record()) {
        check_any(&record)?;
    }

    #[test]
    fn records_of_few_moments_are_read(record in coarse_record()) {
        check_any(&record)?;
        prop_assert!(Tasks::of(&record).list.iter().all(|task| task.ended.is_some()));
    }

    #[test]
    fn damaged_records_are_tolerated(record in damaged_record()) {
        check_any(&record)?;
    }

    #[test]
    fn senseless_records_are_tolerated(record in senseless_record()) {
        check_any(&record)?;
    }

    #[test]
    fn a_record_survives_the_way_between_processes(record in senseless_record()) {
        prop_assert_eq!(Record::from_bytes(&record.to_bytes()), Ok(record));
    }

    #[test]
    fn bytes_that_are_no_record_are_refused_or_tolerated(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(record) = Record::from_bytes(&bytes) {
            check_any(&record)?;
        }
    }
}
