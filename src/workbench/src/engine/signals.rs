//! The signals by which a process is asked to end: the terminal must be restored before it does.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    thread,
};

use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::{Handle, Signals as Pending},
};

use crate::message::Message;

/// Turns signals into messages.
pub(super) struct Signals {
    handle: Handle,
    /// An interrupt is meant for the editor that has the terminal.
    lent: Arc<AtomicBool>,
}

impl Signals {
    /// # Errors
    /// The system refuses to have the signals handled.
    pub(super) fn new(messages: Sender<Message>) -> io::Result<Self> {
        let mut pending = Pending::new([SIGHUP, SIGINT, SIGTERM])?;
        let handle = pending.handle();
        let lent = Arc::new(AtomicBool::new(false));
        let ignored = Arc::clone(&lent);
        thread::spawn(move || {
            for signal in pending.forever() {
                if signal == SIGINT && ignored.load(Ordering::Relaxed) {
                    continue;
                }
                let _ = messages.send(Message::Terminated);
            }
        });
        Ok(Self { handle, lent })
    }

    /// While `work` goes on, interrupts are not for the workbench.
    pub(super) fn without_interrupt<T>(&self, work: impl FnOnce() -> T) -> T {
        self.lent.store(true, Ordering::Relaxed);
        let result = work();
        self.lent.store(false, Ordering::Relaxed);
        result
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.handle.close();
    }
}
