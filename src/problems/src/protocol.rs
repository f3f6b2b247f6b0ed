//! What a parent and the child it runs say to each other, over the child's standard input (one end of a socket pair).
//!
//! ```text
//! parent                              child
//!   Case ---------------------------->  makes its input, starts its runtime
//!   <----------------------------- Ready
//!   Run ----------------------------->  the parent's clock starts as this is sent
//!   <----------------- Output or Failed  the parent's clock stops at its last byte
//!   <----------------------------- Trace  the record of the run, untimed
//! ```
//!
//! While the child runs, the parent may send `Report`: a helper thread of the child answers with a `Trace` of what there
//! is by then. That is how the message about a run that was too slow to end can say what it was doing, and how the small
//! try-out is seen while it goes on. A run that is timed is left alone until its limit.
//!
//! A frame is one byte of kind, four bytes of length (little-endian), then that many bytes. The parent believes none of
//! them: a kind it does not expect, a length above its limit or an early end is a verdict on the child.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

/// The first command line argument of a program that is to speak this protocol: what it is to run comes after it.
pub const CHILD_FLAG: &str = "--parlings-child";

/// The longest frame either side accepts: 256 MiB, well above the largest output and record.
pub const LONGEST_FRAME: u32 = 256 << 20;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Parent: the [`Case`](crate::Case) to run, in postcard.
    Case = 1,
    /// Parent: begin. Empty.
    Run = 2,
    /// Parent: send a `Trace` of what has happened so far. Empty.
    Report = 3,
    /// Child: the input is made and the workers are started. Empty.
    Ready = 16,
    /// Child: the result, in the problem's [`Wire`](crate::Wire) form.
    Output = 17,
    /// Child: there is no result; a [`Failure`] in postcard.
    Failed = 18,
    /// Child: the [`trace::Record`] of the run.
    Trace = 19,
}

impl Kind {
    fn from_byte(byte: u8) -> Option<Self> {
        use Kind::{Case, Failed, Output, Ready, Report, Run, Trace};
        [Case, Run, Report, Ready, Output, Failed, Trace].into_iter().find(|&kind| kind as u8 == byte)
    }
}

/// Why a child has no result: the student's function panicked, or returned an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The panic's message, or the error as text.
    pub message: String,
    /// The remote function in which it began; `None` when it was outside of all tasks.
    pub task: Option<String>,
    /// Where in the source, `file:line`, when it is known.
    pub place: Option<String>,
    /// It came from `todo!()` or `unimplemented!()`: the exercise is not done yet.
    pub unfinished: bool,
}

/// Writes one frame.
///
/// # Errors
/// Those of the writer; `InvalidInput` for a body above [`LONGEST_FRAME`].
///
/// ```
/// use problems::protocol::{Kind, read_frame, write_frame};
/// let mut wire = Vec::new();
/// write_frame(&mut wire, Kind::Output, &[1, 2, 3]).unwrap();
/// assert_eq!(read_frame(&mut &wire[..]).unwrap(), (Kind::Output, vec![1, 2, 3]));
/// ```
pub fn write_frame(writer: &mut impl Write, kind: Kind, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len()).ok().filter(|&length| length <= LONGEST_FRAME).ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidInput, format!("a frame of {} bytes is too long to send", body.len()))
    })?;
    let mut frame = Vec::with_capacity(5 + body.len());
    frame.push(kind as u8);
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(body);
    writer.write_all(&frame)
}

/// Reads one frame.
///
/// # Errors
/// Those of the reader; `UnexpectedEof` where the stream ends; `InvalidData` for an unknown kind or a length above [`LONGEST_FRAME`].
pub fn read_frame(reader: &mut impl Read) -> io::Result<(Kind, Vec<u8>)> {
    let mut head = [0; 5];
    reader.read_exact(&mut head)?;
    let rubbish = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
    let kind = Kind::from_byte(head[0]).ok_or_else(|| rubbish(format!("a frame of unknown kind {}", head[0])))?;
    let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
    if length > LONGEST_FRAME {
        return Err(rubbish(format!("a frame that claims {length} bytes")));
    }
    let mut body = Vec::new();
    reader.take(u64::from(length)).read_to_end(&mut body)?;
    if body.len() < length as usize {
        return Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            format!("{} bytes of a frame of {length}", body.len()),
        ));
    }
    Ok((kind, body))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [Kind; 7] =
        [Kind::Case, Kind::Run, Kind::Report, Kind::Ready, Kind::Output, Kind::Failed, Kind::Trace];

    proptest! {
        #[test]
        fn frames_come_back_one_by_one(frames in proptest::collection::vec((0..7_usize, any::<Vec<u8>>()), 0..5)) {
            let mut wire = Vec::new();
            for (kind, body) in &frames {
                write_frame(&mut wire, KINDS[*kind], body)?;
            }
            let mut reader = &wire[..];
            for (kind, body) in frames {
                prop_assert_eq!(read_frame(&mut reader)?, (KINDS[kind], body));
            }
            prop_assert_eq!(read_frame(&mut reader).map_err(|error| error.kind()), Err(io::ErrorKind::UnexpectedEof));
        }

        #[test]
        fn any_bytes_are_a_frame_or_an_error(bytes: Vec<u8>) {
            if let Ok((kind, body)) = read_frame(&mut &bytes[..]) {
                prop_assert_eq!((bytes[0], &bytes[5..5 + body.len()]), (kind as u8, &body[..]));
            }
        }
    }

    #[test]
    fn refuses_unknown_kinds_and_endless_frames() {
        let kind_of_error = |bytes: &[u8]| read_frame(&mut &bytes[..]).map_err(|error| error.kind());
        assert_eq!(kind_of_error(&[99, 0, 0, 0, 0]), Err(io::ErrorKind::InvalidData));
        assert_eq!(kind_of_error(&[17, 255, 255, 255, 255]), Err(io::ErrorKind::InvalidData));
        assert_eq!(kind_of_error(&[17, 2, 0, 0, 0, 1]), Err(io::ErrorKind::UnexpectedEof));
    }
}
