//! Tells when a file has a new content.
//!
//! Editors save in many ways: write in place, in several writes, or replace the file by another of its name. So the
//! folder is watched, a burst of events counts as one, and what decides is whether the content differs. The content is
//! looked at now and then without any event too: on some file systems (shared folders, network drives, some of Windows)
//! none ever come, and nobody says so. Once a change was found without an event, the file is looked at often.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode},
};

use crate::message::Message;

/// A burst of events is over after this much silence,
const SILENCE: Duration = Duration::from_millis(40);
/// and at the latest after this time.
const LONGEST_BURST: Duration = Duration::from_millis(400);
/// How often the file is looked at without an event.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// Where events are believed to come,
    seldom: Duration,
    /// and where they do not.
    often: Duration,
    events: bool,
}

impl Pace {
    /// The pace of a watch that may or may not be told of events.
    fn new(events: bool) -> Self {
        Self { seldom: Duration::from_secs(1), often: Duration::from_millis(250), events }
    }

    fn interval(&self) -> Duration {
        if self.events { self.seldom } else { self.often }
    }
}

/// A watched file. The watch ends when this is dropped.
pub(super) struct Watch {
    _events: Option<RecommendedWatcher>,
    _alive: Sender<()>,
}

impl Watch {
    /// Watches the file of an exercise. The second value says what does not work as it should.
    pub(super) fn begin(file: PathBuf, exercise: String, messages: Sender<Message>) -> (Self, Option<String>) {
        let seen = fs::read(&file).ok();
        let (alive, changes) = mpsc::channel();
        let events = watch_folder(&file, alive.clone());
        let mut pace = Pace::new(events.is_ok());
        let trouble = events.as_ref().err().map(|error| {
            format!(
                "the system does not tell when files change ({error}); they are looked at {} times a second instead",
                1000 / pace.often.as_millis()
            )
        });
        thread::spawn(move || {
            follow(&file, seen, &changes, &mut pace, || {
                let _ = messages.send(Message::Saved { exercise: exercise.clone() });
            });
        });
        (Self { _events: events.ok(), _alive: alive }, trouble)
    }
}

/// Sends a `()` for each event that may have changed the file. Its folder is watched, for a file that is replaced takes
/// its own watch with it.
fn watch_folder(file: &Path, changes: Sender<()>) -> notify::Result<RecommendedWatcher> {
    let name = file.file_name().map(ToOwned::to_owned);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // After an error events may be missing: better look once too often.
        let matters = event.map_or(true, |event| {
            may_change(event.kind) && event.paths.iter().any(|path| path.file_name() == name.as_deref())
        });
        if matters {
            let _ = changes.send(());
        }
    })?;
    watcher.watch(file.parent().unwrap_or(Path::new(".")), RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

/// Reading the file is an event too, and this module reads it.
fn may_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

/// Calls `saved` for each new content, until no sender of `changes` is left.
fn follow(file: &Path, mut seen: Option<Vec<u8>>, changes: &Receiver<()>, pace: &mut Pace, mut saved: impl FnMut()) {
    loop {
        let told = match changes.recv_timeout(pace.interval()) {
            Ok(()) => {
                wait_out_burst(changes);
                true
            }
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        // A file that is missing is just being replaced, or was deleted; there is nothing to check in it.
        let Ok(content) = fs::read(file) else { continue };
        if seen.as_ref() != Some(&content) {
            seen = Some(content);
            pace.events = told;
            saved();
        }
    }
}

fn wait_out_burst(changes: &Receiver<()>) {
    let latest = Instant::now() + LONGEST_BURST;
    while Instant::now() < latest && changes.recv_timeout(SILENCE).is_ok() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Generous: only a failure waits this long.
    const DEADLINE: Duration = Duration::from_secs(300);

    fn watched() -> (tempfile::TempDir, PathBuf, Watch, Receiver<Message>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pi.rs");
        fs::write(&file, "old").unwrap();
        let (messages, received) = mpsc::channel();
        let (watch, _) = Watch::begin(file.clone(), "pi".to_owned(), messages);
        (folder, file, watch, received)
    }

    #[test]
    fn a_write_in_place_is_seen() {
        let (_folder, file, _watch, received) = watched();
        fs::write(&file, "new").unwrap();
        assert!(matches!(received.recv_timeout(DEADLINE), Ok(Message::Saved { exercise }) if exercise == "pi"));
    }

    #[test]
    fn a_file_replaced_by_rename_is_seen_again_and_again() {
        let (folder, file, _watch, received) = watched();
        for content in ["one", "two", "three"] {
            let other = folder.path().join("pi.rs.tmp");
            fs::write(&other, content).unwrap();
            fs::rename(&other, &file).unwrap();
            assert!(matches!(received.recv_timeout(DEADLINE), Ok(Message::Saved { .. })), "{content}");
        }
    }

    #[test]
    fn without_events_the_content_is_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pi.rs");
        fs::write(&file, "new").unwrap();
        let (alive, changes) = mpsc::channel();
        let (saved, seen) = mpsc::channel();
        let follower = thread::spawn(move || {
            let mut pace = Pace { seldom: Duration::from_millis(2), often: Duration::from_millis(1), events: true };
            follow(&file, Some(b"old".to_vec()), &changes, &mut pace, || saved.send(()).unwrap());
            pace
        });
        seen.recv_timeout(DEADLINE).unwrap();
        drop(alive);
        let pace = follower.join().unwrap();
        assert!(seen.try_recv().is_err(), "the same content was told twice");
        assert_eq!(pace.interval(), pace.often, "no event will come the next time either");
    }

    #[test]
    fn events_that_come_again_are_believed_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pi.rs");
        fs::write(&file, "new").unwrap();
        let (alive, changes) = mpsc::channel();
        alive.send(()).unwrap();
        drop(alive);
        let mut pace = Pace::new(false);
        follow(&file, Some(b"old".to_vec()), &changes, &mut pace, || {});
        assert_eq!(pace.interval(), pace.seldom);
    }

    #[test]
    fn the_same_content_is_no_save() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pi.rs");
        fs::write(&file, "same").unwrap();
        let (alive, changes) = mpsc::channel();
        alive.send(()).unwrap();
        drop(alive);
        follow(&file, Some(b"same".to_vec()), &changes, &mut Pace::new(true), || panic!("nothing has changed"));
    }

    #[test]
    fn a_watch_that_is_dropped_says_nothing_more() {
        let (_folder, file, watch, received) = watched();
        drop(watch);
        fs::write(&file, "new").unwrap();
        // The thread ends and drops the only sender; whatever it still saw comes before that.
        while received.recv_timeout(DEADLINE).is_ok() {}
        assert!(matches!(received.try_recv(), Err(mpsc::TryRecvError::Disconnected)));
    }
}
