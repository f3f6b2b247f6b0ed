//! What the record says of actors.

use super::*;
use trace::{DRIVER, Event, Kind, ROOT, Status};

fn of(record: &trace::Record, kind: Kind) -> Vec<Event> {
    record.events.iter().copied().filter(|event| event.kind == kind).collect()
}

fn name(record: &trace::Record, event: &Event) -> String {
    record.sites[event.site as usize].function.clone()
}

#[test]
fn an_actor_is_called_by_its_name() {
    let runtime = started();
    let record = {
        let _entered = runtime.enter();
        let votes = Counter::options().name("votes").remote(put(5));
        votes.value().get().unwrap();
        runtime.record()
    };
    let [made] = of(&record, Kind::ActorStart)[..] else { panic!("one actor was made") };
    assert_eq!(name(&record, &made), "votes");
    assert_eq!(trace::actors(&record)[0].name(&record), "votes");
}

#[test]
fn actors_and_calls_are_there() {
    let runtime = started();
    let record = {
        let _entered = runtime.enter();
        let counter = Counter::remote(put(5));
        counter.add(vec![1]).get().unwrap();
        let other = count::remote(counter.clone(), 1);
        other.get().unwrap();
        runtime.record()
    };
    let [made] = of(&record, Kind::ActorStart)[..] else { panic!("one actor was made") };
    assert_eq!((name(&record, &made).as_str(), made.b), ("Counter", ROOT));
    assert!(record.sites[made.site as usize].file.ends_with("records.rs"));
    let submits = of(&record, Kind::Submit);
    let names: Vec<_> = submits.iter().map(|event| name(&record, event)).collect();
    assert_eq!(names, ["Counter::new", "Counter::add", "count", "Counter::increment", "Counter::value"]);
    assert_eq!(submits.iter().map(|event| event.b).collect::<Vec<_>>(), [ROOT, ROOT, ROOT, submits[2].a, submits[2].a]);
    let calls = of(&record, Kind::Call);
    assert_eq!(calls.len(), 4);
    for call in &calls {
        let submit = submits.iter().find(|submit| submit.a == call.a).unwrap();
        assert_eq!((call.b, call.time), (made.a, submit.time));
        for kind in [Kind::Start, Kind::End] {
            let event = of(&record, kind).into_iter().find(|event| event.a == call.a).unwrap();
            assert_eq!(event.worker, DRIVER);
        }
    }
    let [stored] = of(&record, Kind::Put)[..] else { panic!("one value was stored") };
    let arguments: Vec<_> = of(&record, Kind::Argument).iter().map(|event| (event.a, event.b)).collect();
    assert_eq!(arguments, [(submits[0].a, stored.a)]);
    let [actor] = &trace::actors(&record)[..] else { panic!("one actor") };
    assert_eq!((actor.calls, actor.restarts, actor.status), (4, 0, None), "its constructor is a call, too");
}

#[test]
fn ends_and_restarts_are_there() {
    let runtime = started();
    let entered = runtime.enter();
    let (dead, over) = (Counter::options().max_restarts(1).remote(0), Counter::remote(0));
    get_all(&[over.increment()]).unwrap();
    drop(over);
    for _ in 0..3 {
        let _ = dead.fail_at(0).get();
    }
    let recorder = runtime.recorder();
    drop(entered);
    drop(runtime);
    let record = recorder.record();
    let made: Vec<_> = of(&record, Kind::ActorStart).iter().map(|event| event.a).collect();
    let ends = |actor: u64| -> Vec<_> {
        let ends = of(&record, Kind::ActorEnd).into_iter().filter(|event| event.a == actor);
        ends.map(|event| event.b).collect()
    };
    assert_eq!(ends(made[0]), [Status::Failed as u64, Status::Panicked as u64]);
    assert_eq!(ends(made[1]), [Status::Done as u64]);
    let new = of(&record, Kind::Submit)[0].a;
    assert_eq!(of(&record, Kind::Retry).iter().map(|event| (event.a, event.b)).collect::<Vec<_>>(), [(new, 2)]);
    let failing: Vec<_> = of(&record, Kind::Submit)
        .iter()
        .filter(|event| name(&record, event) == "Counter::fail_at")
        .map(|submit| of(&record, Kind::End).into_iter().find(|end| end.a == submit.a).unwrap().b)
        .collect();
    assert_eq!(failing, [Status::Panicked as u64, Status::Panicked as u64, Status::Failed as u64]);
}

#[test]
fn what_a_call_does_is_attributed_to_it_and_never_runs_inside_it() {
    struct Busy;
    #[actor]
    impl Busy {
        fn new() -> Result<Self, TaskError> {
            map([1], |x| x + 1)[0].get()?;
            Ok(Self)
        }

        fn work(&self) -> Result<i32, TaskError> {
            Ok(*map([2], |x| x + 1)[0].get()?)
        }
    }
    let runtime = started();
    let record = {
        let _entered = runtime.enter();
        assert_eq!(*Busy::remote().work().get().unwrap(), 3);
        runtime.record()
    };
    let submits = of(&record, Kind::Submit);
    let id = |text: &str| submits.iter().find(|event| name(&record, event) == text).unwrap().a;
    let nested: Vec<_> = submits.iter().filter(|event| name(&record, event) == "map").collect();
    assert_eq!(nested.iter().map(|event| event.b).collect::<Vec<_>>(), [id("Busy::new"), id("Busy::work")]);
    let gets: Vec<_> = of(&record, Kind::GetBegin).iter().map(|event| event.a).collect();
    assert!(gets.contains(&id("Busy::new")) && gets.contains(&id("Busy::work")));
    for task in nested {
        let start = of(&record, Kind::Start).into_iter().find(|event| event.a == task.a).unwrap();
        assert!(start.worker < 2 && start.b == 0, "on a worker, not inline");
    }
}
