//! The objects of a run, added up by where they come from, for the screen.

use grader::check::Progress;
use trace::{Kind, Origin, Record, Source};

use super::stream::record_of;

/// More sources than this are not listed: nobody writes so many.
const MOST_ROWS: usize = 1_000;

/// A record's objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objects {
    /// Which run they are of: `"round 3"`.
    pub label: String,
    /// The sources, the most bytes first.
    pub rows: Vec<ObjectRow>,
    /// Sources that are not listed.
    pub rows_left_out: usize,
    /// All objects.
    pub objects: u64,
    /// Those that have a value.
    pub made: u64,
    /// Their shallow sizes in bytes.
    pub bytes: u64,
    /// Events that were lost; with any, the numbers are too low.
    pub dropped: u64,
}

/// The objects of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectRow {
    /// The function whose results they are, or `put`.
    pub name: String,
    /// The file and the line: `exercises/pi.rs:12`; empty where that is not known.
    pub place: String,
    /// What is known of them together. Its `first` is counted from the run's first submission or `put`.
    pub origin: Origin,
}

impl Objects {
    /// The objects of the run that a step of a check is about, if it is about one.
    #[must_use]
    pub fn of_progress(progress: &Progress) -> Option<Self> {
        record_of(progress).map(|(record, label)| Self::of(record, label))
    }

    /// Gathers a record; `label` says of which run.
    #[must_use]
    pub fn of(record: &Record, label: String) -> Self {
        let objects = trace::objects(record);
        let mut origins = trace::origins(&objects);
        let begins = record.events.iter().filter(|event| matches!(event.kind, Kind::Submit | Kind::Put));
        let begin = begins.map(|event| event.time).min().unwrap_or(0);
        for origin in &mut origins {
            origin.first = origin.first.map(|first| first.saturating_sub(begin));
        }
        Self {
            label,
            rows_left_out: origins.len().saturating_sub(MOST_ROWS),
            objects: objects.len() as u64,
            made: origins.iter().map(|origin| origin.made).sum(),
            bytes: origins.iter().fold(0, |sum, origin| origin.bytes.saturating_add(sum)),
            rows: origins.into_iter().take(MOST_ROWS).map(|origin| row(record, origin)).collect(),
            dropped: record.dropped,
        }
    }
}

fn row(record: &Record, origin: Origin) -> ObjectRow {
    let site = record.sites.get(origin.source.site() as usize);
    let function = site.map(|site| site.function.as_str()).filter(|function| !function.is_empty());
    let name = match origin.source {
        Source::Put(_) => "put",
        Source::Task(_) => function.unwrap_or("a task"),
        Source::Unknown => "unknown",
    };
    let place = site.map_or(String::new(), |site| format!("{}:{}", site.file, site.line));
    ObjectRow { name: name.to_owned(), place, origin }
}
