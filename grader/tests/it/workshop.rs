//! Where these tests build programs of the course: one copy of it, so that cargo compiles what all of them need only once.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use grader::Classroom;

/// The checkout that this package is in.
pub(super) fn checkout() -> Classroom {
    Classroom::find_unfinished(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the package is in the checkout")
}

/// The place, for one test at a time: they build programs of the same names.
pub(super) struct Workshop {
    _alone: MutexGuard<'static, ()>,
}

impl Workshop {
    /// Waits until nobody else is in it.
    pub(super) fn enter() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        Self { _alone: ALONE.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// What `CARGO_TARGET_DIR` has to be for `grader verify` to make its copy of a course here.
    pub(super) fn target(&self) -> PathBuf {
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("workshop")
    }

    /// The copy, with this course in it, and where its programs are built.
    pub(super) fn copy(&self) -> (Classroom, PathBuf) {
        let copy = checkout().copy_to(&self.target().join("verify")).unwrap();
        let programs = copy.target.clone().expect("a copy has a folder for what is built");
        (copy, programs)
    }
}
