//! The world outside: does what the model wants done, on threads of its own, and reports in messages.

mod checker;
mod editor;
mod keeper;
mod keyboard;
mod pictures;
mod signals;
mod versions;
mod watcher;

use std::{
    io,
    path::PathBuf,
    sync::{Arc, mpsc::Sender},
    thread,
};

use grader::{Classroom, Submissions, picture::Picture};

pub(crate) use self::keyboard::Keyboard;
#[cfg(test)]
pub(crate) use self::versions::compare;
use self::{checker::Checker, keeper::Keeper, signals::Signals, watcher::Watch};
use crate::{effect::Effect, event_loop::Face, message::Message, progress::Store};

/// Does effects. When it is dropped, a check that runs is stopped and its processes are gone, and the progress is kept.
pub(crate) struct Engine {
    classroom: Arc<Classroom>,
    keeper: Keeper,
    store: Store,
    messages: Sender<Message>,
    checker: Checker,
    watch: Option<Watch>,
    signals: Signals,
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// The next message.
    Continue,
    /// The student leaves.
    Leave,
}

impl Engine {
    /// An engine that sends its messages there.
    ///
    /// # Errors
    /// The signals that end a process cannot be waited for.
    pub(crate) fn new(classroom: Classroom, store: Store, messages: Sender<Message>) -> io::Result<Self> {
        let classroom = Arc::new(classroom);
        Ok(Self {
            checker: Checker::new(Arc::clone(&classroom), store.clone(), messages.clone()),
            watch: None,
            signals: Signals::new(messages.clone())?,
            keeper: Keeper::new(store.clone(), messages.clone()),
            store,
            classroom,
            messages,
        })
    }

    /// Does one effect. The editor has the terminal of `face` while it runs; everything else goes on beside it.
    ///
    /// # Errors
    /// The terminal could not be given to the editor or taken back.
    pub(crate) fn perform(&mut self, effect: Effect, face: &mut impl Face) -> io::Result<Then> {
        match effect {
            Effect::ReadLesson(exercise) => self.read_lesson(exercise),
            Effect::Compare { id, exercise, solution } => self.compare(id, exercise, solution),
            Effect::Watch(exercise) => {
                // The old watch ends before the new one begins.
                self.watch = None;
                let (watch, trouble) = Watch::begin(self.source(&exercise), exercise, self.messages.clone());
                self.watch = Some(watch);
                self.report(trouble);
            }
            Effect::Prepare => self.checker.prepare(),
            Effect::Check { id, exercise } => self.checker.check(id, exercise),
            Effect::Sweep { id, exercise, knob, settings } => self.checker.sweep(id, exercise, knob, settings),
            Effect::StopSweep => self.checker.stop(),
            Effect::Edit(exercise) => {
                let edited = match editor::command(&self.source(&exercise)) {
                    Ok(editor) => self.signals.without_interrupt(|| face.lend(|| editor.run()))?,
                    Err(unset) => Err(unset),
                };
                self.report(edited.err());
            }
            Effect::Keep(progress) => self.keeper.keep(progress),
            Effect::Say(text) => face.say(&text)?,
            Effect::Mouse(wanted) => face.capture_mouse(wanted)?,
            Effect::SavePicture { exercise, picture } => self.save_picture(exercise, picture),
            Effect::Quit => return Ok(Then::Leave),
        }
        Ok(Then::Continue)
    }

    fn source(&self, exercise: &str) -> PathBuf {
        self.classroom.source(exercise, Submissions::Exercises)
    }

    fn read_lesson(&self, exercise: String) {
        let (classroom, messages) = (Arc::clone(&self.classroom), self.messages.clone());
        thread::spawn(move || {
            let lesson = classroom.lesson(&exercise).map_err(|error| format!("{error:#}"));
            // Nobody listens any more when the workbench is being left.
            let _ = messages.send(Message::LessonRead { exercise, lesson });
        });
    }

    fn compare(&self, id: u64, exercise: String, solution: bool) {
        let (classroom, store, messages) = (Arc::clone(&self.classroom), self.store.clone(), self.messages.clone());
        thread::spawn(move || {
            let versions = versions::versions(&classroom, &store, &exercise, solution);
            let _ = messages.send(Message::Compared { id, versions });
        });
    }

    fn save_picture(&self, exercise: String, picture: Picture) {
        let (classroom, messages) = (Arc::clone(&self.classroom), self.messages.clone());
        thread::spawn(move || {
            let _ = messages.send(match pictures::save(&classroom.root, &exercise, &picture) {
                Ok(file) => Message::PictureSaved(file),
                Err(error) => Message::Trouble(format!("failed to save the picture: {error}")),
            });
        });
    }

    fn report(&self, trouble: Option<String>) {
        if let Some(trouble) = trouble {
            let _ = self.messages.send(Message::Trouble(trouble));
        }
    }
}
