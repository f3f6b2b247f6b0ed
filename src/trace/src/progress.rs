//! Progress bars.

use std::collections::HashMap;

use crate::{Event, Kind, Record};

/// A progress bar, as far as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where it ends.
    pub total: u64,
    /// How far it is. Tasks move a bar at once, so the farthest that was recorded counts, not the last.
    pub done: u64,
}

/// The progress bars of a record, in the order of their making.
///
/// ```
/// use trace::{DRIVER, Event, Kind, Record, Site};
/// let event = |time, kind, b| Event { time, worker: DRIVER, kind, site: 0, a: 1, b };
/// let record = Record {
///     sites: vec![Site { function: "pages".to_owned(), ..Site::default() }],
///     events: vec![event(0, Kind::ProgressBegin, 10), event(5, Kind::Progress, 3)],
///     ..Record::default()
/// };
/// assert_eq!(trace::bars(&record), [trace::Bar { name: "pages", total: 10, done: 3 }]);
/// ```
#[must_use]
pub fn bars(record: &Record) -> Vec<Bar<'_>> {
    let mut bars = Vec::new();
    let mut places = HashMap::new();
    for event in record.events.iter().filter(|event| event.kind == Kind::ProgressBegin) {
        places.entry(event.a).or_insert_with(|| {
            bars.push(Bar { name: name_of(record, event), total: event.b, done: 0 });
            bars.len() - 1
        });
    }
    for event in record.events.iter().filter(|event| event.kind == Kind::Progress) {
        if let Some(&place) = places.get(&event.a) {
            let bar: &mut Bar = &mut bars[place];
            bar.done = bar.done.max(event.b);
        }
    }
    bars
}

fn name_of<'a>(record: &'a Record, event: &Event) -> &'a str {
    record.sites.get(event.site as usize).map_or("", |site| site.function.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ROOT;
    use crate::script::Script;

    #[test]
    fn a_bar_is_as_far_as_the_farthest_move() {
        let record = Script::new(1)
            .submit(0, ROOT, 1, "f", 1)
            .bar(0, 7, "pages", 10)
            .bar(1, 3, "words", 5)
            .progress(2, 7, 4)
            .progress(3, 7, 6)
            .progress(4, 7, 5)
            .progress(5, 9, 5)
            .bar(6, 7, "again", 1)
            .record();
        let expected = [Bar { name: "pages", total: 10, done: 6 }, Bar { name: "words", total: 5, done: 0 }];
        assert_eq!(bars(&record), expected);
        assert_eq!(bars(&Record::default()), []);
    }
}
