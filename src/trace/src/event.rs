//! One event: 32 bytes, four words, written by the runtime on its hottest paths.

use serde::{Deserialize, Serialize};

/// The `worker` of an event that no worker's slot recorded: the program's own thread, or a task whose slot is lent out.
pub const DRIVER: u16 = u16::MAX;

/// The "task" of code that runs outside all tasks. Real tasks and objects are numbered from 1, from one counter:
/// a task and the object it returns have the same number.
pub const ROOT: u64 = 0;

/// What happened. The comments say what the words `a` and `b` of the [`Event`] hold; `-` is unused and zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Kind {
    /// A task was submitted. a: the task, b: the task that submitted it or [`ROOT`]; site: its function, and the line of the call.
    Submit = 0,
    /// An argument of a task is an object. a: the task, b: the object.
    Argument = 1,
    /// An argument of a task is a plain value. a: the task, b: its shallow size in bytes.
    Value = 2,
    /// The last object that a task had waited for is there. a: the task. Not recorded where nothing had to be waited for.
    Ready = 3,
    /// A task begins. a: the task, b: 1 when it runs inline, inside the `get` of another task. Where short tasks follow one another
    /// on a worker, most of these moments are not read from a clock, but put where the last ones that were read say.
    Start = 4,
    /// A task has ended. a: the task, b: its [`Status`]; in the place of the site: the shallow size of its result in bytes.
    End = 5,
    /// A value was stored. a: the object, b: its shallow size in bytes; site: the line of the `put`.
    Put = 6,
    /// A wait for results begins. a: the waiting task or [`ROOT`], b: how many objects; site: the line of the `get`.
    GetBegin = 7,
    /// One of the objects that the [`Kind::GetBegin`] or [`Kind::WaitBegin`] before it waits for. a: the waiting task or [`ROOT`], b: the object.
    GetObject = 8,
    /// The wait is over. a: the waiting task or [`ROOT`], b: how many objects.
    GetEnd = 9,
    /// `time::sleep` begins. a: the sleeping task or [`ROOT`], b: its length in nanoseconds.
    SleepBegin = 10,
    /// `time::sleep` is over. a: the sleeping task or [`ROOT`].
    SleepEnd = 11,
    /// A worker took tasks from another worker's queue. a: from which worker, b: -.
    Steal = 12,
    /// A worker found nothing to do. a: -, b: -.
    Park = 13,
    /// A worker was started or woken. a: -, b: -.
    Unpark = 14,
    /// A blocked task gave up its worker slot. a: the task, b: -.
    SlotReleased = 15,
    /// A task that had been blocked holds a worker slot again. a: the task, b: -.
    SlotAcquired = 16,
    /// A thread of the parallel kernels begins a run of parts of one kernel. a: the task that called it or [`ROOT`], b: the
    /// thread, counted from 0; site: the line of the call. Kernel threads hold no slot, so the worker is [`DRIVER`].
    KernelBegin = 17,
    /// It has done these parts. a, b and site as in its [`Kind::KernelBegin`].
    KernelEnd = 18,
    /// An actor was made. a: the actor, b: the task that made it or [`ROOT`]; site: its type, and the line.
    ActorStart = 19,
    /// An actor has ended, or begins anew after a panic. a: the actor, b: [`Status::Done`] when nobody holds a handle to it any
    /// more, [`Status::Panicked`] when a panic ended it, [`Status::Failed`] when it is made anew.
    ActorEnd = 20,
    /// The task is a call on an actor: it takes no worker slot, and is served in its turn. a: the task, b: the actor. It
    /// has the same moment as the task's [`Kind::Submit`]. Its [`Kind::Start`] and [`Kind::End`] have the worker [`DRIVER`].
    Call = 21,
    /// Somebody asked for a task not to begin, or to stop at its next chance. a: the task, b: who asked, a task or [`ROOT`]; site: the line.
    Cancel = 22,
    /// A task that had failed begins once more. a: the task, b: which attempt this is, from 2.
    Retry = 23,
    /// A wait for some of several results begins. a: the waiting task or [`ROOT`], b: for how many; site: the line. The
    /// [`Kind::GetObject`]s after it are those that it chooses from.
    WaitBegin = 24,
    /// It is over. a: the waiting task or [`ROOT`], b: how many results it found.
    WaitEnd = 25,
    /// A progress bar was made. a: the bar, b: where it ends; site: its name as the function, and the line.
    ProgressBegin = 26,
    /// A progress bar moved. a: the bar, b: how far it is.
    Progress = 27,
    /// A task gave one of several results. a: the task, b: the object; in the place of the site: its shallow size in bytes.
    Yield = 28,
}

impl Kind {
    /// Every kind, in the order of its number.
    pub const ALL: [Kind; 29] = [
        Kind::Submit,
        Kind::Argument,
        Kind::Value,
        Kind::Ready,
        Kind::Start,
        Kind::End,
        Kind::Put,
        Kind::GetBegin,
        Kind::GetObject,
        Kind::GetEnd,
        Kind::SleepBegin,
        Kind::SleepEnd,
        Kind::Steal,
        Kind::Park,
        Kind::Unpark,
        Kind::SlotReleased,
        Kind::SlotAcquired,
        Kind::KernelBegin,
        Kind::KernelEnd,
        Kind::ActorStart,
        Kind::ActorEnd,
        Kind::Call,
        Kind::Cancel,
        Kind::Retry,
        Kind::WaitBegin,
        Kind::WaitEnd,
        Kind::ProgressBegin,
        Kind::Progress,
        Kind::Yield,
    ];
}

/// How a task ended: the word `b` of [`Kind::End`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Status {
    /// It returned a value.
    Done = 0,
    /// It returned an error, or an argument of it was one.
    Failed = 1,
    /// It panicked.
    Panicked = 2,
    /// It was cancelled, before it began or while it ran.
    Cancelled = 3,
}

impl Status {
    /// The status behind a number; an unknown one counts as a failure.
    #[must_use]
    pub fn from_word(word: u64) -> Self {
        match word {
            0 => Status::Done,
            2 => Status::Panicked,
            3 => Status::Cancelled,
            _ => Status::Failed,
        }
    }
}

/// Something that happened at one moment.
///
/// ```
/// use trace::{DRIVER, Event, Kind, ROOT};
/// let submit = Event { time: 1_500, worker: DRIVER, kind: Kind::Submit, site: 0, a: 1, b: ROOT };
/// assert_eq!(Event::from_words(submit.to_words()), Some(submit));
/// assert_eq!(size_of_val(&submit.to_words()), 32);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Nanoseconds since the runtime started.
    pub time: u64,
    /// The worker slot that recorded it, or [`DRIVER`].
    pub worker: u16,
    /// What happened.
    pub kind: Kind,
    /// Where in the source, an index into [`Record::sites`](crate::Record::sites), or what [`Kind`] says that is in its place;
    /// meaningful where that says so.
    pub site: u32,
    /// First word; see [`Kind`].
    pub a: u64,
    /// Second word; see [`Kind`].
    pub b: u64,
}

impl Event {
    /// Packed into four words: time; site, kind and worker; a; b.
    #[must_use]
    #[inline]
    pub fn to_words(self) -> [u64; 4] {
        let place = u64::from(self.worker) | (self.kind as u64) << 16 | u64::from(self.site) << 32;
        [self.time, place, self.a, self.b]
    }

    /// The reverse of [`to_words`](Self::to_words); `None` for a kind that does not exist.
    #[must_use]
    pub fn from_words([time, place, a, b]: [u64; 4]) -> Option<Self> {
        let kind = *Kind::ALL.get((place >> 16 & 0xff) as usize)?;
        Some(Self { time, worker: place as u16, kind, site: (place >> 32) as u32, a, b })
    }
}
