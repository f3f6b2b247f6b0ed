//! Records written down by hand, and what parts they have.

use std::sync::LazyLock;

use proptest::prelude::*;
use trace::{Event, Kind, ROOT, Site};

use super::*;
use crate::{ALL, Clock, Given, find};

/// A run of so many tasks of one function on two workers, by turns: each takes 10 ns, and all are submitted at 100.
fn record(tasks: u64) -> Record {
    let event = |time, worker, kind, a, b| Event { time, worker, kind, site: 0, a, b };
    let events = (0..tasks).flat_map(|number| {
        let (task, start, worker) = (number + 1, 100 + number / 2 * 10, (number % 2) as u16);
        [
            event(100, DRIVER, Kind::Submit, task, ROOT),
            event(start, worker, Kind::Start, task, 0),
            event(start + 10, worker, Kind::End, task, 0),
        ]
    });
    let mut events: Vec<Event> = events.collect();
    events.sort_by_key(|event| event.time);
    let site = Site { function: "work".to_owned(), file: "exercises/pi.rs".to_owned(), line: 7 };
    Record { workers: 2, tasks, taken: 100 + tasks.div_ceil(2) * 10, dropped: 0, sites: vec![site], events }
}

#[test]
fn parts_are_in_the_order_of_their_submission() {
    let parts = Parts::of(&record(5));
    assert_eq!((parts.from, parts.to), (100, 130));
    let ended: Vec<_> = parts.list.iter().map(|part| (part.worker, part.ended)).collect();
    let expected = [(0, 110), (1, 110), (0, 120), (1, 120), (0, 130)];
    assert_eq!(ended, expected.map(|(worker, end)| (Some(worker), Some(end))));
}

#[test]
fn work_gets_done_as_time_goes_by() {
    let parts = Parts::of(&record(4));
    assert_eq!(
        [0, 100, 105, 110, 115, 120, u64::MAX].map(|time| parts.done(time)),
        [0.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    );
    // Two units a part: the first half way through it.
    let moments: Vec<_> = (0..8).map(|unit| parts.moment(unit, 8)).collect();
    assert_eq!(moments, [105.0, 110.0, 105.0, 110.0, 115.0, 120.0, 115.0, 120.0].map(Some));
}

#[test]
fn units_are_in_parts_as_students_cut_them() {
    for (parts, units) in [(1, 1), (3, 10), (16, 401), (10, 3), (7, 7)] {
        let cut = |part: usize| part * units / parts;
        let all = Parts { list: vec![Part { worker: None, started: None, ended: None }; parts], ..Parts::default() };
        for part in 0..parts {
            for unit in cut(part)..cut(part + 1) {
                assert_eq!(all.place(unit, units), Some(part), "{unit} of {units} in {parts}");
            }
        }
        assert_eq!((all.place(units, units), all.place(0, 0)), (None, None));
    }
}

#[test]
fn the_function_that_works_longest_has_the_parts_and_who_only_hands_on_has_none() {
    let mut record = record(4);
    record.sites.push(Site { function: "merge".to_owned(), ..record.sites[0].clone() });
    // Many short tasks of another function, and task 1 has submitted task 3 itself.
    for task in 10..30 {
        let event = |time, worker, kind, b| Event { time, worker, kind, site: 1, a: task, b };
        record.events.extend([event(120, DRIVER, Kind::Submit, ROOT), event(120, 0, Kind::Start, 0)]);
        record.events.push(event(121, 0, Kind::End, 0));
    }
    record.events.iter_mut().filter(|event| event.kind == Kind::Submit && event.a == 3).for_each(|event| event.b = 1);
    assert_eq!(Parts::of(&record).list.len(), 3);
}

#[test]
fn a_run_without_tasks_has_no_parts() {
    let parts = Parts::of(&Record { taken: 50, ..Record::default() });
    assert_eq!((parts.list.len(), parts.done(10), parts.moment(0, 1), parts.part(0, 1)), (0, 0.0, None, None));
}

/// Any event, often one that makes sense.
fn event() -> impl Strategy<Value = Event> {
    let word = || prop_oneof![0..6_u64, any::<u64>()];
    let time = prop_oneof![0..200_u64, any::<u64>()];
    (time, prop_oneof![0..3_u16, any::<u16>()], 0..Kind::ALL.len(), prop_oneof![0..3_u32, any::<u32>()], word(), word())
        .prop_map(|(time, worker, kind, site, a, b)| Event { time, worker, kind: Kind::ALL[kind], site, a, b })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_record_can_be_drawn_and_gives_the_same_picture_twice(
        events in proptest::collection::vec(event(), 0..60),
        (workers, tasks, taken, functions) in (any::<u16>(), any::<u64>(), any::<u64>(), 0..3_usize),
    ) {
        let sites = (0..functions).map(|number| Site { function: format!("f{number}"), ..Site::default() }).collect();
        let record = Record { workers, tasks, taken, dropped: 3, sites, events };
        for Shown { name, film, output } in films() {
            let live = film.live(&record);
            prop_assert_eq!(&film.live(&record), &live, "{}", name);
            let Some(replay) = film.replay(&record, output) else { continue };
            for share in [0.0, 0.3, 1.0, -7.0, 8.0, f64::NAN] {
                let frame = replay.frame(share);
                prop_assert_eq!(&replay.frame(share), &frame, "{}", name);
                prop_assert!(!frame.panels.is_empty());
            }
        }
    }
}

/// A problem's small case: its film and its output.
struct Shown {
    name: &'static str,
    film: Box<dyn Film>,
    output: Vec<u8>,
}

/// Of each problem, made once.
fn films() -> &'static [Shown] {
    static FILMS: LazyLock<Vec<Shown>> = LazyLock::new(|| {
        let shown = |problem: &&'static dyn Given| {
            let case = small_case(problem.name());
            Shown { name: problem.name(), film: problem.film(&case), output: problem.serial(&case)() }
        };
        ALL.iter().map(shown).collect()
    });
    &FILMS
}

fn small_case(problem: &str) -> Case {
    let size = if problem == "julia" { 31 } else { 1_000 };
    Case { size, seed: 1, workers: 2, clock: Clock::Real, sweep: None, input: None }
}

#[test]
fn a_replay_ends_with_the_picture_of_the_answer_and_begins_with_another() {
    for Shown { name, film, output } in films() {
        let (problem, case) = (find(name).expect("it is one of the course's"), small_case(name));
        let replay = film.replay(&record(8), output).expect("there are tasks");
        assert_eq!(replay.length(), Duration::from_nanos(40));
        assert_eq!(Some(replay.frame(1.0)), problem.picture(&case, output), "{name}");
        let frames = [0.0, 0.5, 0.9].map(|share| replay.frame(share));
        assert!(frames[0] != frames[1] && frames[1] != frames[2] && frames[2] != replay.frame(1.0), "{name}");
        assert!(film.replay(&Record::default(), output).is_none(), "{name}");
    }
}
