//! The parent's end of the connection to a child: frames with a deadline, and an eye on the child meanwhile.

use std::{
    fs,
    io::{self, ErrorKind, Read},
    os::unix::net::UnixStream,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use problems::protocol::{self, Kind};

use super::group::Group;

/// How long a read blocks before the parent looks at the child: long enough to take nothing from the workers.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How often a child is asked what it has done so far, at most.
const ASK_EVERY: Duration = Duration::from_millis(40);

/// Why no frame came.
#[derive(Debug)]
pub(super) enum Break {
    /// Somebody asked to stop.
    Stopped,
    /// The deadline is over.
    Late,
    /// The child uses more memory than it may.
    Memory,
    /// The child hung up, or has ended.
    End,
    /// What came is no frame.
    Rubbish(String),
}

/// The connection to a child.
pub(super) struct Line<'a> {
    stream: UnixStream,
    child: &'a Group,
    stop: &'a AtomicBool,
    deadline: Instant,
    memory: u64,
    next_look: Instant,
    child_has_ended: bool,
    broken: Option<Break>,
    asking: Option<Asking>,
}

/// When the child is asked what it has done so far.
#[derive(Clone, Copy)]
enum Asking {
    /// At that time.
    At(Instant),
    /// It was asked at that time, and has not answered.
    Asked(Instant),
}

impl<'a> Line<'a> {
    /// Takes the parent's end of the connection to `child`.
    ///
    /// # Errors
    /// The connection refuses time limits.
    pub(super) fn new(stream: UnixStream, child: &'a Group, stop: &'a AtomicBool) -> io::Result<Self> {
        stream.set_read_timeout(Some(LOOK_EVERY))?;
        // Nothing the parent says fills the connection's buffer, but a child need not be asked to prove it.
        stream.set_write_timeout(Some(Duration::from_secs(1)))?;
        let now = Instant::now();
        let (memory, child_has_ended, broken, asking) = (u64::MAX, false, None, None);
        Ok(Self { stream, child, stop, deadline: now, memory, next_look: now, child_has_ended, broken, asking })
    }

    /// Sends one frame.
    pub(super) fn send(&mut self, kind: Kind, body: &[u8]) -> Result<(), Break> {
        protocol::write_frame(&mut self.stream, kind, body).map_err(|_| Break::End)
    }

    /// Waits for one frame until `deadline`, and as long as the child uses no more than `memory` bytes.
    pub(super) fn receive(&mut self, deadline: Instant, memory: u64) -> Result<(Kind, Vec<u8>), Break> {
        self.receive_beside(deadline, memory, &mut || {})
    }

    /// [`receive`](Self::receive), and does something else again and again while it waits.
    pub(super) fn receive_beside(
        &mut self,
        deadline: Instant,
        memory: u64,
        beside: &mut dyn FnMut(),
    ) -> Result<(Kind, Vec<u8>), Break> {
        self.deadline = deadline;
        self.memory = memory;
        let frame = protocol::read_frame(&mut Reader { line: self, beside });
        frame.map_err(|error| match (self.broken.take(), error.kind()) {
            (Some(broken), _) => broken,
            (None, ErrorKind::InvalidData) => Break::Rubbish(error.to_string()),
            (None, _) => Break::End,
        })
    }

    /// From now on, while a frame is waited for, asks the child now and then for a `Report`.
    pub(super) fn ask(&mut self) {
        self.asking = Some(Asking::At(Instant::now() + ASK_EVERY));
    }

    /// Asks no more; an answer that is due still comes.
    pub(super) fn ask_no_more(&mut self) {
        self.asking = None;
    }

    /// Takes note of an answer to what was asked; `false` if nothing was. The next question waits so long that no more than
    /// a tenth of the time is spent on them, however long the answers are.
    pub(super) fn answered(&mut self) -> bool {
        let Some(Asking::Asked(asked)) = self.asking else { return false };
        let now = Instant::now();
        self.asking = Some(Asking::At(now + ASK_EVERY.max(9 * (now - asked))));
        true
    }

    /// Asks if it is time. Where that fails, the next read says why.
    fn ask_if_due(&mut self) {
        if let Some(Asking::At(due)) = self.asking
            && let now = Instant::now()
            && now >= due
        {
            self.asking = Some(Asking::Asked(now));
            let _ = self.send(Kind::Report, &[]);
        }
    }

    fn look(&mut self) -> Option<Break> {
        if self.stop.load(Ordering::Relaxed) {
            return Some(Break::Stopped);
        }
        let now = Instant::now();
        if now >= self.deadline {
            return Some(Break::Late);
        }
        if now < self.next_look {
            return None;
        }
        self.next_look = now + LOOK_EVERY;
        (resident(self.child) > self.memory).then_some(Break::Memory)
    }

    fn broken_by(&mut self, reason: Break) -> io::Error {
        self.broken = Some(reason);
        ErrorKind::Other.into()
    }
}

/// Reads the bytes of a frame.
struct Reader<'r, 'a> {
    line: &'r mut Line<'a>,
    beside: &'r mut dyn FnMut(),
}

impl Read for Reader<'_, '_> {
    /// Blocks in short slices, so that [`protocol::read_frame`] can be used as it is: whatever was received stays in its hands
    /// while the parent looks around.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let line = &mut *self.line;
        loop {
            if let Some(reason) = line.look() {
                return Err(line.broken_by(reason));
            }
            line.ask_if_due();
            (self.beside)();
            match line.stream.read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                answer => return answer,
            }
            // A process that the child started may hold the connection open after the child's end. What the child
            // had sent before is there by now: one more read finds it.
            if line.child_has_ended {
                return Err(line.broken_by(Break::End));
            }
            line.child_has_ended = line.child.has_ended();
        }
    }
}

/// Bytes of memory that a process really occupies; 0 when it has ended.
fn resident(child: &Group) -> u64 {
    let pages = fs::read_to_string(format!("/proc/{}/statm", child.id().as_raw_nonzero()))
        .ok()
        .and_then(|line| line.split(' ').nth(1)?.parse::<u64>().ok());
    pages.unwrap_or(0) * rustix::param::page_size() as u64
}
