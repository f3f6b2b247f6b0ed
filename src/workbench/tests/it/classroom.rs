//! A copy of the course to work in, so that no test touches the real exercises.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use workbench::progress::{Progress, Store};

/// Until when a test waits for something. The first build of a classroom on a slow and busy machine takes less: only a failure
/// waits this long.
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn from_now() -> Self {
        Self(Instant::now() + Duration::from_secs(1_200))
    }

    /// What comes next, if it does before then.
    pub(crate) fn next<T>(&self, receiver: &Receiver<T>) -> Result<T, RecvTimeoutError> {
        receiver.recv_timeout(self.0.saturating_duration_since(Instant::now()))
    }
}

/// A copy of the workspace. It stays, with what was built in it: only its very first build is long.
pub(crate) struct Classroom {
    root: PathBuf,
    state: tempfile::TempDir,
}

impl Classroom {
    /// A copy of that name, with the starters in place, of a student who was here before and did nothing. No two tests share
    /// one.
    pub(crate) fn new(name: &str) -> Self {
        let classroom = Self::brand_new(name);
        let mut progress = Progress::default();
        progress.last = Some("pi".to_owned());
        Store::within(classroom.state(), classroom.root()).save(&progress).unwrap();
        classroom
    }

    /// The same of a student who was never here.
    pub(crate) fn brand_new(name: &str) -> Self {
        let checkout = grader::Classroom::find_unfinished(env!("CARGO_MANIFEST_DIR").as_ref()).unwrap();
        let copy = checkout.copy_to(&Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)).unwrap();
        Self { root: copy.root, state: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A file of it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Where its programs are built.
    pub(crate) fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// Where the workbench keeps the student's progress.
    pub(crate) fn state(&self) -> &Path {
        self.state.path()
    }

    /// The progress that was kept.
    pub(crate) fn progress(&self) -> String {
        let folder = fs::read_dir(self.state()).unwrap().next().expect("a folder of this classroom").unwrap();
        fs::read_to_string(folder.path().join("progress.json")).unwrap()
    }
}
