//! What can happen to the workbench.

use std::time::Duration;

use grader::{
    check::{Progress, Sweep, SweepProgress},
    report::Report,
};
use ratatui::crossterm::event::{KeyEvent, MouseEvent};

use crate::model::{Compiled, Objects, Stream, Versions};

/// Something that happened, on its way into [`update`](crate::update::update).
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "the large ones come some ten times a second, and are moved")]
pub enum Message {
    /// So much time has gone by since the workbench was opened. Comes before every other message, and while something
    /// is going on.
    Tick(Duration),
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse was pressed, dragged, let go, or its wheel turned.
    Mouse(MouseEvent),
    /// The terminal has this many columns and rows now.
    Resized(u16, u16),
    /// The process was asked to end, from outside.
    Terminated,
    /// An exercise's lesson was read, or why it was not.
    LessonRead {
        /// The exercise.
        exercise: String,
        /// Markdown, or the reason.
        lesson: Result<String, String>,
    },
    /// The file of an exercise was compared with other versions of it.
    Compared {
        /// Which question this answers.
        id: u64,
        /// What came of it.
        versions: Versions,
    },
    /// The file of an exercise has a new content.
    Saved {
        /// The exercise.
        exercise: String,
    },
    /// The first build has come further.
    Preparing(Compiled),
    /// The first build is over. If it could not be done, neither can the check after it, which says why.
    Prepared,
    /// A check has come further.
    Told {
        /// Which check.
        check: u64,
        /// How far.
        progress: Progress,
        /// The task stream of the record in it, if there is one. It is gathered where the check runs, since a record may
        /// have millions of events and the keys must not wait for them.
        stream: Option<Stream>,
        /// The objects of that record, gathered there as well.
        objects: Option<Objects>,
    },
    /// A check is over. One that was stopped says nothing.
    Checked {
        /// Which check.
        check: u64,
        /// Its report, or why the tool could not do its work.
        outcome: Result<Report, String>,
    },
    /// A sweep has come further.
    Swept {
        /// Which sweep.
        sweep: u64,
        /// How far.
        progress: SweepProgress,
    },
    /// A sweep is over. One that was stopped says nothing.
    SweepOver {
        /// Which sweep.
        sweep: u64,
        /// All of it, or why the tool could not do its work.
        outcome: Result<Sweep, String>,
    },
    /// A picture was written to this file, named from the root of the checkout.
    PictureSaved(String),
    /// Something went wrong outside; the work goes on.
    Trouble(String),
    /// A line was typed, where there are lines in the place of panes.
    Typed(String),
    /// No line can be typed any more.
    TypedAll,
}

impl Message {
    /// It comes from the student's hands, who waits for the answer.
    pub(crate) fn is_input(&self) -> bool {
        matches!(self, Self::Key(_) | Self::Mouse(_) | Self::Resized(..) | Self::Typed(_) | Self::Terminated)
    }

    /// It says all that the one before it says, and newer.
    pub(crate) fn supersedes(&self, before: &Self) -> bool {
        match (before, self) {
            (Self::Preparing(_), Self::Preparing(_)) => true,
            (
                Self::Told { check: one, progress: Progress::Compiled { .. }, stream: None, objects: None },
                Self::Told { check: other, progress: Progress::Compiled { .. }, .. },
            )
            | (
                Self::Told { check: one, progress: Progress::Printing { .. }, stream: None, objects: None },
                Self::Told { check: other, progress: Progress::Printing { .. }, .. },
            ) => one == other,
            _ => false,
        }
    }
}
