//! Writes the progress to its file, beside everything else: a disk may take its time, and no key waits for it.

use std::{
    sync::mpsc::{self, Receiver, Sender},
    thread::{self, JoinHandle},
};

use crate::{
    message::Message,
    progress::{Progress, Store},
};

/// Keeps progress. When it is dropped, what it was given last is in the file.
pub(super) struct Keeper {
    /// `None` once no more comes.
    given: Option<Sender<Progress>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    pub(super) fn new(store: Store, messages: Sender<Message>) -> Self {
        let (given, asked) = mpsc::channel();
        let thread = thread::spawn(move || write(&store, &asked, &messages));
        Self { given: Some(given), thread: Some(thread) }
    }

    pub(super) fn keep(&self, progress: Progress) {
        // The thread ends only with this value.
        let _ = self.given.as_ref().map(|given| given.send(progress));
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.given = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn write(store: &Store, asked: &Receiver<Progress>, messages: &Sender<Message>) {
    while let Ok(progress) = asked.recv() {
        // Progress only grows: the newest holds what all before it held.
        let newest = asked.try_iter().last().unwrap_or(progress);
        if let Err(error) = store.save(&newest) {
            // Nobody listens any more when the workbench is being left.
            let _ = messages.send(Message::Trouble(error.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_last_is_kept_when_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::at(folder.path().join("progress.json"));
        let keeper = Keeper::new(store.clone(), mpsc::channel().0);
        let mut progress = Progress::default();
        for _ in 0..100 {
            progress.take_hint("pi");
            keeper.keep(progress.clone());
        }
        drop(keeper);
        assert_eq!(store.load(), (progress, None));
    }

    #[test]
    fn what_cannot_be_kept_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("state"), "").unwrap();
        let (messages, told) = mpsc::channel();
        let keeper = Keeper::new(Store::at(folder.path().join("state/progress.json")), messages);
        keeper.keep(Progress::default());
        drop(keeper);
        assert!(matches!(told.recv(), Ok(Message::Trouble(trouble)) if trouble.contains("could not be written")));
    }
}
