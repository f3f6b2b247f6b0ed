//! Keys, the mouse and window sizes.

use std::{
    sync::mpsc::{self, Sender},
    thread,
};

use ratatui::crossterm::event::{self, Event, MouseEventKind};

use crate::message::Message;

/// Reads the terminal, one event at a time and only when asked: while an editor has the terminal, nobody asks, and
/// every key is the editor's.
pub(crate) struct Keyboard {
    requests: Sender<()>,
}

impl Keyboard {
    /// A keyboard that sends its messages there, once they are asked for.
    pub(crate) fn new(messages: Sender<Message>) -> Self {
        let (requests, asked) = mpsc::channel();
        thread::spawn(move || {
            for () in asked {
                if messages.send(next()).is_err() {
                    return;
                }
            }
        });
        Self { requests }
    }

    /// Asks for the next message.
    pub(crate) fn ask(&self) {
        // The thread ends only after the terminal is gone, and has said so.
        let _ = self.requests.send(());
    }
}

fn next() -> Message {
    loop {
        match event::read() {
            Ok(Event::Key(key)) => return Message::Key(key),
            // Nothing is under a mouse that only moves by.
            Ok(Event::Mouse(mouse)) if mouse.kind != MouseEventKind::Moved => return Message::Mouse(mouse),
            Ok(Event::Resize(width, height)) => return Message::Resized(width, height),
            Ok(_) => {}
            // The terminal was closed.
            Err(_) => return Message::Terminated,
        }
    }
}
