//! The whole record of one run, as it leaves the program that was run.

use serde::{Deserialize, Serialize};

use crate::Event;

/// A place in the source that events point to: a line, and what it calls or makes there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The remote function's name, without its module; of an actor its type, of a progress bar its name. Empty for a `put`, a
    /// `get` or a `wait`.
    pub function: String,
    /// The source file, as the compiler named it.
    pub file: String,
    /// The line of the call, counted from 1.
    pub line: u32,
}

/// Everything a runtime recorded.
///
/// The events are in the order of their times. `dropped` counts those that found their buffer full: with a non-zero
/// count, tables made from the record are incomplete and must say so; `tasks` is exact all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The number of worker slots.
    pub workers: u16,
    /// How many tasks were submitted, calls on actors included, counted apart from the events.
    pub tasks: u64,
    /// Nanoseconds since the runtime started, when the record was taken.
    pub taken: u64,
    /// Events that were lost because a buffer was full.
    pub dropped: u64,
    /// The places that events point to.
    pub sites: Vec<Site>,
    /// What happened.
    pub events: Vec<Event>,
}

impl Record {
    /// The record as bytes, for the way from one process to another.
    ///
    /// ```
    /// let record = trace::Record { workers: 2, ..Default::default() };
    /// assert_eq!(trace::Record::from_bytes(&record.to_bytes()), Ok(record));
    /// assert!(trace::Record::from_bytes(b"\xff\xff").is_err());
    /// ```
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).expect("a record has no maps of unknown length, so encoding it cannot fail")
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// A sentence for people when the bytes are not a record: the program that sent them is broken or forged them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        postcard::from_bytes(bytes).map_err(|error| format!("not a record of a run: {error}"))
    }
}
