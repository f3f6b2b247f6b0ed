//! Actors: what each served, and how long calls queued for it.

use std::collections::HashMap;

use crate::replay::{Observer, Place, Strand, in_order, replay};
use crate::{Event, Kind, Record, Status, Tasks, UNKNOWN};

/// What the record says of one actor. Times are nanoseconds since the runtime started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Its number.
    pub id: u64,
    /// Its name, or else its type, and the line where it was made: an index into [`Record::sites`], or [`UNKNOWN`].
    pub site: u32,
    /// Which actor of its type it is, from 1 in the order of their making; 0 where it is the only one.
    pub number: usize,
    /// Calls that it began to serve, those included whose caller or actor failed.
    pub calls: u64,
    /// The largest number of calls that waited for it at once, for longer than a moment.
    pub longest_queue: u64,
    /// Nanoseconds from the beginning to the end of calls: also asleep or waiting for results, it serves nobody else.
    pub busy: u64,
    /// When its first call began; 0 without calls.
    pub first: u64,
    /// When its last call ended, as far as the record knows; 0 without calls.
    pub last: u64,
    /// How often it was made anew after a panic.
    pub restarts: u64,
    /// How it ended; `None` while it is there.
    pub status: Option<Status>,
}

impl Actor {
    /// What people call it: its type, and its number where several have the same.
    ///
    /// ```
    /// let record = trace::Record::default();
    /// assert!(trace::actors(&record).iter().all(|actor| !actor.name(&record).is_empty()));
    /// ```
    #[must_use]
    pub fn name(&self, record: &Record) -> String {
        let name = type_of(record, self.site);
        if self.number == 0 { name.to_owned() } else { format!("{name} {}", self.number) }
    }
}

/// The actors of a record, in the order of their numbers: that of their making.
#[must_use]
pub fn actors(record: &Record) -> Vec<Actor> {
    let events = in_order(record);
    of_tasks(record, &events, &Tasks::gather(record, &events))
}

/// [`actors()`] where the tasks are already gathered.
pub(crate) fn of_tasks(record: &Record, events: &[Event], tasks: &Tasks) -> Vec<Actor> {
    if tasks.actors.is_empty() {
        return Vec::new();
    }
    let mut actors: Vec<Actor> = tasks.actors.iter().copied().map(Actor::new).collect();
    for event in events.iter().filter(|event| matches!(event.kind, Kind::ActorStart | Kind::ActorEnd)) {
        if let Ok(index) = tasks.actors.binary_search(&event.a) {
            actors[index].note(event);
        }
    }
    number(record, &mut actors);
    serve(record, tasks, &mut actors);
    let mut busy = Busy { actors };
    replay(record, events, tasks, &mut busy);
    busy.actors
}

fn type_of(record: &Record, site: u32) -> &str {
    let name = record.sites.get(site as usize).map_or("", |site| site.function.as_str());
    if name.is_empty() { "actor" } else { name }
}

/// Numbers those that share their type.
fn number(record: &Record, actors: &mut [Actor]) {
    let mut of_type: HashMap<&str, usize> = HashMap::new();
    for actor in actors.iter_mut() {
        let count = of_type.entry(type_of(record, actor.site)).or_default();
        *count += 1;
        actor.number = *count;
    }
    for actor in actors.iter_mut().filter(|actor| of_type[type_of(record, actor.site)] == 1) {
        actor.number = 0;
    }
}

/// Counts the calls, those that were served and those that waited.
fn serve(record: &Record, tasks: &Tasks, actors: &mut [Actor]) {
    let mut waits = vec![Vec::new(); actors.len()];
    for (task, call) in tasks.list.iter().enumerate() {
        let Some(index) = tasks.actor(task) else { continue };
        if let Some(started) = call.started {
            let actor = &mut actors[index];
            actor.first = if actor.calls == 0 { started } else { actor.first.min(started) };
            actor.last = actor.last.max(call.ended.unwrap_or(started));
            actor.calls += 1;
        }
        // Where events were lost, nobody knows how long a call waited that is not known to have begun.
        let until = call.started.or(call.ended).or((record.dropped == 0).then_some(u64::MAX));
        if let Some(until) = until {
            waits[index].push((call.submitted, until));
        }
    }
    for (actor, waits) in actors.iter_mut().zip(waits) {
        actor.longest_queue = most_at_once(&waits);
    }
}

/// How many stretches of time, of those that are not empty, have a moment in common at most.
fn most_at_once(stretches: &[(u64, u64)]) -> u64 {
    let stretches = stretches.iter().filter(|(from, to)| from < to);
    // Ends come before beginnings of the same moment.
    let mut steps: Vec<(u64, bool)> = stretches.flat_map(|&(from, to)| [(from, true), (to, false)]).collect();
    steps.sort_unstable();
    let (mut now, mut most) = (0, 0);
    for (_, begins) in steps {
        now = if begins { now + 1 } else { now - 1 };
        most = most.max(now);
    }
    most
}

impl Actor {
    fn new(id: u64) -> Self {
        Self {
            id,
            site: UNKNOWN,
            number: 0,
            calls: 0,
            longest_queue: 0,
            busy: 0,
            first: 0,
            last: 0,
            restarts: 0,
            status: None,
        }
    }

    /// Takes in its beginning or an end.
    fn note(&mut self, event: &Event) {
        match (event.kind, Status::from_word(event.b)) {
            (Kind::ActorStart, _) if self.site == UNKNOWN => self.site = event.site,
            (Kind::ActorEnd, Status::Failed) => self.restarts += 1,
            (Kind::ActorEnd, status) => self.status = Some(status),
            _ => {}
        }
    }
}

/// Adds up each actor's time.
struct Busy {
    actors: Vec<Actor>,
}

impl Observer for Busy {
    fn strand(&mut self, strand: Strand) {
        if let Place::Actor(index) = strand.place {
            let actor = &mut self.actors[index];
            actor.busy += strand.end - strand.start;
            actor.last = actor.last.max(strand.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::Script;
    use crate::{DRIVER, ROOT};

    #[test]
    fn an_actor_serves_one_call_at_a_time_and_others_queue() {
        let record = Script::new(2)
            .actor(0, ROOT, 1, "Counter", 4)
            .call(10, ROOT, 2, 1, "add", 5)
            .call(11, ROOT, 3, 1, "add", 5)
            .call(12, ROOT, 4, 1, "add", 5)
            .call(13, ROOT, 5, 1, "add", 5)
            .run(DRIVER, 2, 20, 50)
            .run(DRIVER, 3, 50, 60)
            .end_as(55, DRIVER, 4, Status::Cancelled)
            .run(DRIVER, 5, 70, 75)
            .event(80, DRIVER, Kind::ActorEnd, 1, Status::Done as u64)
            .record();
        let actors = actors(&record);
        let expected = Actor {
            id: 1,
            site: 0,
            number: 0,
            calls: 3,
            longest_queue: 4,
            busy: 45,
            first: 20,
            last: 75,
            restarts: 0,
            status: Some(Status::Done),
        };
        assert_eq!(actors, [expected]);
        assert_eq!(actors[0].name(&record), "Counter");
    }

    #[test]
    fn nobody_queues_for_a_moment_without_length() {
        let mut script = Script::new(1).actor(5, ROOT, 1, "Counter", 4);
        for call in 2..10 {
            script = script.call(5, ROOT, call, 1, "add", 5).run(DRIVER, call, 5, 5);
        }
        let actor = &actors(&script.record())[0];
        assert_eq!((actor.calls, actor.longest_queue, actor.busy), (8, 0, 0));
        assert_eq!(most_at_once(&[(0, 5), (5, 9), (5, 5), (7, 9)]), 2);
    }

    #[test]
    fn actors_of_one_type_are_numbered_and_one_may_be_made_anew() {
        let record = Script::new(1)
            .actor(0, ROOT, 1, "Counter", 4)
            .actor(1, ROOT, 2, "Log", 5)
            .actor(2, ROOT, 3, "Counter", 4)
            .call(3, ROOT, 4, 9, "add", 5)
            .event(4, DRIVER, Kind::ActorEnd, 2, Status::Failed as u64)
            .event(5, DRIVER, Kind::ActorEnd, 2, Status::Failed as u64)
            .event(6, DRIVER, Kind::ActorEnd, 2, Status::Panicked as u64)
            .record();
        let actors = actors(&record);
        let names: Vec<String> = actors.iter().map(|actor| actor.name(&record)).collect();
        assert_eq!(names, ["Counter 1", "Log", "Counter 2", "actor"]);
        assert_eq!((actors[1].restarts, actors[1].status), (2, Some(Status::Panicked)));
    }

    #[test]
    fn a_call_that_still_runs_is_busy_until_the_taking_unless_its_end_may_be_lost() {
        let mut record = Script::new(1)
            .actor(0, ROOT, 1, "Counter", 4)
            .call(1, ROOT, 2, 1, "add", 5)
            .call(2, ROOT, 3, 1, "add", 5)
            .start(10, DRIVER, 2)
            .record();
        record.taken = 50;
        let of = |record: &Record| actors(record).pop().map(|actor| (actor.busy, actor.last, actor.longest_queue));
        assert_eq!(of(&record), Some((40, 50, 2)));
        record.dropped = 1;
        assert_eq!(of(&record), Some((0, 10, 1)));
    }
}
