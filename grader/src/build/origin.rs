//! What a program was really built from.
//!
//! Cargo goes by the times of files: it takes a program for up to date when no source is newer than it. So it would run another
//! student's program when a file is put in place with its old time (`cp -p`, an archive), or when several checkouts build
//! in one place (`CARGO_TARGET_DIR`). Here, each program has a note beside it, of the file that it was built from.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// A source file as it is when a build begins.
#[derive(Debug)]
pub(super) struct Origin {
    source: PathBuf,
    note: Vec<u8>,
}

impl Origin {
    /// Reads the source; `None` where there is none, which the compiler will say.
    pub(super) fn of(source: PathBuf) -> Option<Self> {
        let text = fs::read(&source).ok()?;
        let note = [source.as_os_str().as_encoded_bytes(), b"\n", &text].concat();
        Some(Self { source, note })
    }

    /// Whether that is what the program was built from.
    pub(super) fn made(&self, executable: &Path) -> bool {
        fs::read(note(executable)).is_ok_and(|note| note == self.note)
    }

    /// Makes cargo build the program anew.
    ///
    /// # Errors
    /// The time of the file cannot be changed.
    pub(super) fn touch(&self) -> io::Result<()> {
        File::options().append(true).open(&self.source)?.set_modified(SystemTime::now())
    }

    /// Notes that this is what the program was built from.
    ///
    /// # Errors
    /// The note cannot be written.
    pub(super) fn note(&self, executable: &Path) -> io::Result<()> {
        fs::write(note(executable), &self.note)
    }
}

fn note(executable: &Path) -> PathBuf {
    executable.with_extension("source")
}
