//! The record of a run, and what can be read from it.
//!
//! The runtime writes [`Event`]s; everything else reads a [`Record`] of them: the workbench's task stream, the
//! structure points of the grader, the advice, the Perfetto export. This crate knows no runtime and does no IO: events
//! come in, tables and sentences go out.
//!
//! | Module | From a record it makes |
//! |---|---|
//! | `event`, `record` | nothing: what happened, 32 bytes each, and its way from one process to another |
//! | `tasks` | a table of the tasks: when, where, and how much of it was their own work |
//! | `replay` | one walk in the order of time that follows which task is on which slot, which call with which actor; most tables below are made by it |
//! | `kernels` | which thread of the parallel kernels was at work when |
//! | `occupancy` | how many slots had a task, at any time |
//! | `actors` | what each actor served, and how long calls queued for it |
//! | `objects` | what each object is, who made it, and how often it is referred to |
//! | `driver` | what the program's own thread waited for |
//! | `progress` | the progress bars, as far as they are |
//! | `measures` | counts and times of the whole run, with work and span |
//! | [`lanes`] | what each worker and each actor did, for a task stream |
//! | [`advice`] | where the lost speedup went, and the mend |
//! | [`perfetto`] | a file for trace viewers |
//! | [`text`] | numbers as people read them |
//!
//! A record may be taken at any moment of a run. Times under the virtual clock are exact, and many events share one: of these,
//! the order in the record counts, and what takes no time is in the tables of tasks but on no lane.
//!
//! A record may come from a student's process. No reader panics, overflows or takes memory or time that grows faster than
//! the record itself (times a logarithm), whatever is in it; what makes no sense is left out.

pub mod advice;
pub mod lanes;
pub mod perfetto;
pub mod text;

mod actors;
mod driver;
mod event;
mod kernels;
mod measures;
mod objects;
mod occupancy;
mod progress;
mod record;
mod replay;
#[cfg(test)]
mod script;
mod tasks;

pub use actors::{Actor, actors};
pub use driver::{Wait, driver_waits};
pub use event::{DRIVER, Event, Kind, ROOT, Status};
pub use measures::{Measures, Reduction};
pub use objects::{Maker, Object, Origin, Source, objects, origins};
pub use progress::{Bar, bars};
pub use record::{Record, Site};
pub use tasks::{Task, Tasks, UNKNOWN};
