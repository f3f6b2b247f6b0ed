//! The last version of each exercise that passed, kept beside the progress.

use std::{
    fs,
    io::{self, Write as _},
    path::PathBuf,
};

use super::{Store, replace};

/// Why a version that passed could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("the version that passed could not be kept in {}: {source}", path.display())]
pub struct PassingNotKept {
    path: PathBuf,
    source: io::Error,
}

impl Store {
    /// The file in which the version of an exercise that passed last is kept, whether there is one or not. `None` where nothing is
    /// written at all.
    #[must_use]
    pub fn passing(&self, exercise: &str) -> Option<PathBuf> {
        Some(self.path.as_ref()?.with_file_name("passing").join(format!("{exercise}.rs")))
    }

    /// Keeps the source of a program that has passed in the place of the one before. Whoever reads the file sees one of the two,
    /// whole.
    ///
    /// # Errors
    /// [`PassingNotKept`] where the folder or the file cannot be written. What was there is still there.
    pub fn keep_passing(&self, exercise: &str, source: &[u8]) -> Result<(), PassingNotKept> {
        let Some(path) = self.passing(exercise) else { return Ok(()) };
        let folder = path.parent().expect("a file in a folder of its own");
        let kept = fs::create_dir_all(folder).and_then(|()| replace(&path, |file| file.write_all(source)));
        kept.map_err(|source| PassingNotKept { path, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_version_that_passed_is_the_one_that_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("state/progress.json"));
        let path = store.passing("pi").unwrap();
        assert!(!path.exists());
        store.keep_passing("pi", b"one").unwrap();
        store.keep_passing("pi", b"two").unwrap();
        store.keep_passing("julia", b"\xff").unwrap();
        assert_eq!(
            (fs::read(&path).unwrap(), fs::read(store.passing("julia").unwrap()).unwrap()),
            (b"two".to_vec(), b"\xff".to_vec())
        );
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 2, "no half-written file is left");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("passing"), "").unwrap();
        let error = Store::at(folder.path().join("progress.json")).keep_passing("pi", b"").unwrap_err().to_string();
        assert!(error.starts_with("the version that passed could not be kept in"), "{error}");
    }
}
