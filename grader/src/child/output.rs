//! What a child prints: read as fast as it comes, and kept only at both ends.

use std::{
    collections::VecDeque,
    io::{PipeReader, Read},
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::{Duration, Instant},
};

use super::printed::Printed;

/// How much is kept of the beginning, and as much again of the end.
const KEPT: usize = 16 * 1024;

/// How long a pipe is read on after its process was killed: long, since on a busy machine the reader may be late, and the last words
/// of a process say why it ended. Not for ever, since a process that left the group may hold the pipe open.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often what was printed so far is shown, at most.
const SHOW_EVERY: Duration = Duration::from_millis(100);

/// A thread that reads a pipe to its end, so that whoever writes into it is never held up.
#[derive(Debug)]
pub(crate) struct Drain {
    ends: Arc<Mutex<Ends>>,
    done: mpsc::Receiver<()>,
}

impl Drain {
    /// Starts to read.
    pub(crate) fn start(mut pipe: PipeReader) -> Self {
        let ends = Arc::new(Mutex::new(Ends::default()));
        let (over, done) = mpsc::channel::<()>();
        let kept = Arc::clone(&ends);
        std::thread::spawn(move || {
            let _over = over;
            let mut chunk = vec![0; 64 * 1024];
            while let Ok(length @ 1..) = pipe.read(&mut chunk) {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(&chunk[..length]);
            }
        });
        Self { ends, done }
    }

    /// What was printed so far, from now on.
    pub(crate) fn news(&self) -> News<'_> {
        News { ends: &self.ends, due: Instant::now() + SHOW_EVERY, bytes: 0 }
    }

    /// What was printed. Call it when the process has ended.
    pub(crate) fn finish(self) -> Printed {
        // Both answers are good: the thread dropped its end, or took too long.
        let _ = self.done.recv_timeout(PATIENCE);
        self.ends.lock().unwrap_or_else(PoisonError::into_inner).printed()
    }
}

/// What was printed so far, some times a second and only where there is more of it: however much is printed, that costs no more.
#[derive(Debug)]
pub(crate) struct News<'a> {
    ends: &'a Mutex<Ends>,
    due: Instant,
    /// How many were shown.
    bytes: u64,
}

impl News<'_> {
    /// All of it, if it is time and something came in the meantime.
    pub(crate) fn next(&mut self) -> Option<Printed> {
        let now = Instant::now();
        if now < self.due {
            return None;
        }
        self.due = now + SHOW_EVERY;
        let ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = ends.bytes();
        (std::mem::replace(&mut self.bytes, bytes) < bytes).then(|| ends.printed())
    }
}

/// The beginning and the end of a stream.
#[derive(Debug, Default)]
struct Ends {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    left_out: usize,
}

impl Ends {
    fn push(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(bytes.len().min(KEPT - self.head.len()));
        self.head.extend_from_slice(first);
        let rest_kept = &rest[rest.len().saturating_sub(KEPT)..];
        self.tail.extend(rest_kept);
        let surplus = self.tail.len().saturating_sub(KEPT);
        self.tail.drain(..surplus);
        self.left_out += surplus + rest.len() - rest_kept.len();
    }

    /// How many bytes came.
    fn bytes(&self) -> u64 {
        (self.head.len() + self.left_out + self.tail.len()) as u64
    }

    fn printed(&self) -> Printed {
        let (older, newer) = self.tail.as_slices();
        Printed::of(&self.head, self.left_out as u64, &[older, newer].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(chunks: &[&[u8]]) -> Ends {
        let mut ends = Ends::default();
        for chunk in chunks {
            ends.push(chunk);
        }
        ends
    }

    #[test]
    fn short_output_is_kept_whole() {
        assert_eq!(kept(&[b"one\n", b"two\n"]).printed().plain(), "one\ntwo\n");
        let whole = vec![b'x'; 2 * KEPT];
        assert_eq!(kept(&[&whole]).printed().plain().len(), 2 * KEPT);
    }

    #[test]
    fn of_long_output_both_ends_are_kept() {
        let long: Vec<u8> = (0..10 * KEPT).map(|index| b'a' + (index % 23) as u8).collect();
        for size in [1, 1000, KEPT, 3 * KEPT, long.len()] {
            let ends = kept(&long.chunks(size).collect::<Vec<_>>());
            assert_eq!(ends.head, long[..KEPT], "chunks of {size}");
            assert_eq!(ends.tail, &long[9 * KEPT..], "chunks of {size}");
            assert_eq!(ends.left_out, 8 * KEPT, "chunks of {size}");
            assert!(ends.printed().plain().contains("[... 131072 bytes left out ...]"));
        }
    }
}
