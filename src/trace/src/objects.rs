//! Objects: who made them, how large they are, how often they are referred to.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::replay::in_order;
use crate::{Event, Kind, ROOT, Record, Status, UNKNOWN};

/// What the record says of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its number.
    pub id: u64,
    /// Who made it, or is to make it.
    pub maker: Maker,
    /// Where: an index into [`Record::sites`], or [`UNKNOWN`].
    pub site: u32,
    /// Its shallow size in bytes: of the value itself, without what it points to; `None` while there is no value.
    pub bytes: Option<u64>,
    /// When its value was there, nanoseconds since the runtime started; `None` while there is none.
    pub made: Option<u64>,
    /// How many arguments of tasks it is.
    pub arguments: u64,
    /// How often a `get` or a `wait` asked for it.
    pub gets: u64,
}

/// Who makes an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Maker {
    /// A `put`.
    Put,
    /// A task or a call on an actor, with this number: its result, or one of several.
    Task(u64),
    /// Nobody knows: only references to it are in the record.
    Unknown,
}

/// The objects of a record, in the order of their numbers.
///
/// Of several submissions, ends or `put`s of one number the first counts. A task that gives several results has none of its own.
///
/// ```
/// use trace::{DRIVER, Event, Kind, Maker, Record, objects};
/// let event = |time, kind, b| Event { time, worker: DRIVER, kind, site: 0, a: 1, b };
/// let record = Record { events: vec![event(5, Kind::Put, 24)], ..Record::default() };
/// let [object] = objects(&record)[..] else { panic!("one object") };
/// assert_eq!((object.maker, object.bytes, object.made), (Maker::Put, Some(24), Some(5)));
/// ```
#[must_use]
pub fn objects(record: &Record) -> Vec<Object> {
    let events = in_order(record);
    // Sorting brings together what is said of one object; looking each number up would cost more.
    let mut said: Vec<(u64, &Event)> = events.iter().filter_map(|event| Some((object_of(event)?, event))).collect();
    said.sort_by_key(|&(object, _)| object);
    let mut objects: Vec<Object> =
        said.chunk_by(|one, other| one.0 == other.0).map(|said| Object::of(said[0].0, said)).collect();

    // One of several results is made where its task was submitted.
    let mut givers: Vec<u64> = objects.iter().filter_map(Object::giver).collect();
    givers.sort_unstable();
    givers.dedup();
    let sites: Vec<u32> = givers.iter().map(|&giver| site_of(&objects, giver)).collect();
    objects.retain_mut(|object| {
        if let Some(place) = object.giver().and_then(|giver| givers.binary_search(&giver).ok()) {
            object.site = sites[place];
            return true;
        }
        givers.binary_search(&object.id).is_err()
    });
    objects
}

/// The object that an event speaks of.
fn object_of(event: &Event) -> Option<u64> {
    let object = match event.kind {
        Kind::Submit | Kind::Call | Kind::End | Kind::Put => event.a,
        Kind::Argument | Kind::GetObject | Kind::Yield => event.b,
        _ => ROOT,
    };
    (object != ROOT).then_some(object)
}

fn site_of(objects: &[Object], id: u64) -> u32 {
    objects.binary_search_by_key(&id, |object| object.id).map_or(UNKNOWN, |place| objects[place].site)
}

impl Object {
    fn of(id: u64, said: &[(u64, &Event)]) -> Self {
        let mut object =
            Self { id, maker: Maker::Unknown, site: UNKNOWN, bytes: None, made: None, arguments: 0, gets: 0 };
        for (_, event) in said {
            object.note(event);
        }
        object
    }

    fn note(&mut self, event: &Event) {
        match event.kind {
            Kind::Argument => self.arguments += 1,
            Kind::GetObject => self.gets += 1,
            Kind::Put if self.made.is_none() => {
                (self.maker, self.site) = (Maker::Put, event.site);
                self.there(event.time, event.b);
            }
            Kind::Yield if self.made.is_none() => {
                self.maker = Maker::Task(event.a);
                self.there(event.time, event.site.into());
            }
            Kind::Submit if self.site == UNKNOWN => (self.maker, self.site) = (Maker::Task(self.id), event.site),
            Kind::End => {
                if self.maker == Maker::Unknown {
                    self.maker = Maker::Task(self.id);
                }
                if self.made.is_none() && Status::from_word(event.b) == Status::Done {
                    self.there(event.time, event.site.into());
                }
            }
            Kind::Call if self.maker == Maker::Unknown => self.maker = Maker::Task(self.id),
            _ => {}
        }
    }

    fn there(&mut self, time: u64, bytes: u64) {
        self.made = Some(time);
        self.bytes = Some(bytes);
    }

    /// The task that gave it as one of several results.
    fn giver(&self) -> Option<u64> {
        match self.maker {
            Maker::Task(task) if task != self.id => Some(task),
            _ => None,
        }
    }
}

/// Where objects come from: a `put`, or the calls of a function, on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A `put` at a site.
    Put(u32),
    /// Tasks or calls of the function that a site names, submitted there.
    Task(u32),
    /// Nobody knows.
    Unknown,
}

impl Source {
    /// The site; [`UNKNOWN`] where there is none.
    #[must_use]
    pub fn site(self) -> u32 {
        match self {
            Source::Put(site) | Source::Task(site) => site,
            Source::Unknown => UNKNOWN,
        }
    }
}

/// The objects of one source, added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Where they come from.
    pub source: Source,
    /// How many there are, those included whose value is not there or never was.
    pub objects: u64,
    /// How many of them have a value.
    pub made: u64,
    /// The shallow sizes of these, in bytes.
    pub bytes: u64,
    /// How many arguments of tasks they are.
    pub arguments: u64,
    /// How often a `get` or a `wait` asked for one.
    pub gets: u64,
    /// When the first of them was there, nanoseconds since the runtime started.
    pub first: Option<u64>,
}

/// Objects added up by their source: the most bytes first, and where these are equal the most objects.
#[must_use]
pub fn origins(objects: &[Object]) -> Vec<Origin> {
    let mut origins = BTreeMap::new();
    for object in objects {
        let source = match object.maker {
            Maker::Put => Source::Put(object.site),
            Maker::Task(_) => Source::Task(object.site),
            Maker::Unknown => Source::Unknown,
        };
        origins.entry(source).or_insert_with(|| Origin::new(source)).add(object);
    }
    let mut origins: Vec<Origin> = origins.into_values().collect();
    origins.sort_by_key(|origin| Reverse((origin.bytes, origin.objects)));
    origins
}

impl Origin {
    fn new(source: Source) -> Self {
        Self { source, objects: 0, made: 0, bytes: 0, arguments: 0, gets: 0, first: None }
    }

    fn add(&mut self, object: &Object) {
        self.objects += 1;
        self.made += u64::from(object.made.is_some());
        // A forged record may claim more than there can be.
        self.bytes = self.bytes.saturating_add(object.bytes.unwrap_or(0));
        self.arguments += object.arguments;
        self.gets += object.gets;
        self.first = [self.first, object.made].into_iter().flatten().min();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DRIVER;
    use crate::script::Script;

    /// Number, maker, bytes, moment, arguments, gets.
    type Row = (u64, Maker, Option<u64>, Option<u64>, u64, u64);

    fn rows(record: &Record) -> Vec<Row> {
        let row = |object: &Object| (object.id, object.maker, object.bytes, object.made, object.arguments, object.gets);
        objects(record).iter().map(row).collect()
    }

    #[test]
    fn stored_values_and_results_are_objects_and_what_refers_to_them_is_counted() {
        let record = Script::new(2)
            .put(1, 1, 3)
            .submit(2, ROOT, 2, "f", 4)
            .argument(2, 2, 1)
            .submit(3, ROOT, 3, "f", 4)
            .argument(3, 3, 1)
            .argument(3, 3, 2)
            .start(4, 0, 2)
            .returned(9, 0, 2, 800)
            .start(10, 0, 3)
            .end_as(11, 0, 3, Status::Panicked)
            .get_begin(12, DRIVER, ROOT, 6, &[2, 3])
            .get_end(12, DRIVER, ROOT)
            .record();
        assert_eq!(
            rows(&record),
            [
                (1, Maker::Put, Some(24), Some(1), 2, 0),
                (2, Maker::Task(2), Some(800), Some(9), 1, 1),
                (3, Maker::Task(3), None, None, 0, 1),
            ]
        );
        let origins = origins(&objects(&record));
        let found: Vec<_> = origins.iter().map(|one| (one.objects, one.made, one.bytes, one.first)).collect();
        assert_eq!(found, [(2, 1, 800, Some(9)), (1, 1, 24, Some(1))]);
        assert_eq!(record.sites[origins[0].source.site() as usize].function, "f");
    }

    #[test]
    fn one_of_several_results_belongs_to_its_tasks_function_and_the_task_has_none_of_its_own() {
        let record = Script::new(1)
            .submit(0, ROOT, 5, "stream", 8)
            .start(1, 0, 5)
            .give(2, 0, 5, 1)
            .give(3, 0, 5, 6)
            .end(4, 0, 5)
            .record();
        let objects = objects(&record);
        assert_eq!(
            objects.iter().map(|object| (object.id, object.made)).collect::<Vec<_>>(),
            [(1, Some(2)), (6, Some(3))]
        );
        let [origin] = origins(&objects)[..] else { panic!("one source") };
        assert_eq!(record.sites[origin.source.site() as usize].function, "stream");
    }

    #[test]
    fn a_task_that_is_tried_again_makes_its_object_in_the_end() {
        let record = Script::new(1)
            .submit(0, ROOT, 1, "f", 1)
            .start(1, 0, 1)
            .end_as(2, 0, 1, Status::Failed)
            .retry(3, 0, 1, 2)
            .returned(4, 0, 1, 8)
            .record();
        assert_eq!(rows(&record), [(1, Maker::Task(1), Some(8), Some(4), 0, 0)]);
    }

    #[test]
    fn what_only_references_tell_of_has_no_known_source() {
        let record = Script::new(1).get_begin(1, DRIVER, ROOT, 6, &[7, 7]).end(2, 0, 8).argument(3, 0, 0).record();
        assert_eq!(rows(&record), [(7, Maker::Unknown, None, None, 0, 2), (8, Maker::Task(8), Some(0), Some(2), 0, 0)]);
        assert_eq!(origins(&objects(&record))[0].source.site(), UNKNOWN);
    }

    #[test]
    fn sums_of_forged_sizes_stay_numbers() {
        let put = |id| Event { time: 0, worker: DRIVER, kind: Kind::Put, site: 9, a: id, b: u64::MAX };
        let record = Record { events: vec![put(1), put(2)], ..Record::default() };
        let [origin] = origins(&objects(&record))[..] else { panic!("one source") };
        assert_eq!((origin.objects, origin.bytes), (2, u64::MAX));
    }
}
