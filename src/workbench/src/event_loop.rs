//! The loop that the workbench lives in: a message, what the model makes of it, what is to be done, a frame.
//!
//! Messages may come faster than anybody can look. All that have come are taken in before a frame is drawn, so a frame
//! shows many of them; only a key overtakes the rest. Where nothing moves there is no frame, and no waking up.

use std::{
    collections::VecDeque,
    io,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use crate::{effect::Effect, engine::Then, message::Message, model::Model, update::update};

/// How often the screen moves while something goes on that says nothing.
const TICK: Duration = Duration::from_millis(100);

/// How often a replay moves. Beside a race it moves no more often than the rest: the workers need the time.
const FRAME: Duration = Duration::from_millis(33);

/// What the student sees and types into: the panes of a whole terminal, or lines.
pub(crate) trait Face {
    /// Shows the model.
    ///
    /// # Errors
    /// Nobody can be shown anything any more.
    fn show(&mut self, model: &Model) -> io::Result<()>;

    /// Writes what was asked for by a line.
    ///
    /// # Errors
    /// As for [`show`](Self::show).
    fn say(&mut self, text: &str) -> io::Result<()>;

    /// Asks for the next key, which comes as a message.
    fn listen(&mut self);

    /// Asks the terminal for the mouse, or gives it back, so that text can be selected.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    fn capture_mouse(&mut self, wanted: bool) -> io::Result<()>;

    /// Gives the terminal to another program while `work` goes on.
    ///
    /// # Errors
    /// It cannot be taken back.
    fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T>;
}

/// Goes on until an effect is to leave, or nobody is left who could send a message. `perform` does the effects.
///
/// # Errors
/// The face cannot show anything any more, or an effect has lost the terminal.
pub(crate) fn run<F: Face>(
    model: &mut Model,
    mut effects: Vec<Effect>,
    messages: &Receiver<Message>,
    face: &mut F,
    mut perform: impl FnMut(Effect, &mut F) -> io::Result<Then>,
) -> io::Result<()> {
    let opened = Instant::now();
    let mut frames = Frames::default();
    let mut unseen = Some(Unseen::Change);
    let mut listening = false;
    let mut inbox = Inbox::default();
    loop {
        for effect in effects.drain(..) {
            if perform(effect, face)? == Then::Leave {
                // The last news, in lines, would otherwise never be read. Where nobody is left to read them, that is no error.
                let _ = unseen.map(|_| face.show(model));
                return Ok(());
            }
        }
        if !listening {
            // Not before: one of the effects may have been the editor, and the keys were its own.
            face.listen();
            listening = true;
        }
        let due = unseen.map(|unseen| frames.due(unseen));
        if due.is_some_and(|due| due <= opened.elapsed()) {
            frames.count(opened.elapsed());
            face.show(model)?;
            unseen = None;
        }
        let wait = match unseen {
            Some(_) => due.map(|due| due.saturating_sub(opened.elapsed())),
            None if model.replays() && !model.check.running() => Some(FRAME),
            None => model.busy().then_some(TICK),
        };
        let mut first = None;
        if inbox.waiting.is_empty() {
            first = match next(messages, wait) {
                Some(first) => first,
                None => return Ok(()),
            };
        }
        let begun = opened.elapsed();
        effects.extend(update(model, Message::Tick(begun)));
        unseen = unseen.or(Some(Unseen::Change));
        loop {
            if let Some(input) = inbox.take_in(first.take().into_iter().chain(messages.try_iter().take(BATCH))) {
                effects.extend(update(model, input));
                unseen = Some(Unseen::Answer);
                listening = false;
                break;
            }
            let Some(message) = inbox.waiting.pop_front() else { break };
            effects.extend(update(model, message));
            // While messages come without end, a frame that is due ends their handling; even if drawing takes all the time
            // that there is, some of it is left for them.
            if !effects.is_empty() || frames.due(Unseen::Change).max(begun + HANDLING) <= opened.elapsed() {
                break;
            }
        }
    }
}

/// How long messages are handled between two frames at least.
const HANDLING: Duration = Duration::from_millis(8);

/// So many messages are taken in at most for one that is handled: far more than can come in that time. To be taken in costs a
/// message nothing but a move, so a key among them is soon found.
const BATCH: usize = 100_000;

/// Messages that have come and were not handled yet.
#[derive(Debug, Default)]
struct Inbox {
    waiting: VecDeque<Message>,
}

impl Inbox {
    /// Takes in messages up to the first from the student's hands, which is handled before all others.
    fn take_in(&mut self, messages: impl Iterator<Item = Message>) -> Option<Message> {
        for message in messages {
            if message.is_input() {
                return Some(message);
            }
            match self.waiting.back_mut() {
                Some(last) if message.supersedes(last) => *last = message,
                _ => self.waiting.push_back(message),
            }
        }
        None
    }
}

/// The next message; `Some(None)` when the time is over without one, `None` when none can come any more.
fn next(messages: &Receiver<Message>, wait: Option<Duration>) -> Option<Option<Message>> {
    let Some(wait) = wait else { return messages.recv().ok().map(Some) };
    match messages.recv_timeout(wait) {
        Ok(message) => Some(Some(message)),
        Err(RecvTimeoutError::Timeout) => Some(None),
        Err(RecvTimeoutError::Disconnected) => None,
    }
}

/// What is in the model and was not shown yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unseen {
    /// Something that happened by itself.
    Change,
    /// The answer to a key: it is waited for.
    Answer,
}

/// When the next frame may be drawn: at most 60 in any second. What happens by itself gets 25 of them, so that the answer to
/// a key need not wait: [`AT_ONCE`] frames may follow each other without a pause, and the credit for them comes back at
/// the rate of [`PAUSE`].
#[derive(Debug, Default)]
struct Frames {
    last: Option<Duration>,
    /// When the whole credit is there again.
    full: Duration,
}

/// 56 a second, which with those [`AT_ONCE`] are 60.
const PAUSE: Duration = Duration::from_micros(17_858);
const AT_ONCE: u32 = 4;
const BY_ITSELF: Duration = Duration::from_millis(40);

impl Frames {
    /// When the next one may be drawn.
    fn due(&self, unseen: Unseen) -> Duration {
        let allowed = self.full.saturating_sub(PAUSE * (AT_ONCE - 1));
        match unseen {
            Unseen::Answer => allowed,
            Unseen::Change => allowed.max(self.last.map_or(Duration::ZERO, |last| last + BY_ITSELF)),
        }
    }

    fn count(&mut self, now: Duration) {
        self.full = self.full.max(now) + PAUSE;
        self.last = Some(now);
    }
}

#[cfg(test)]
mod tests;
