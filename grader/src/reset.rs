//! Back to the starter, with nothing lost: a student's version is kept first.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use anyhow::Context as _;

use crate::{
    assign::{self, Assigned},
    classroom::{Classroom, Submissions},
    course::Exercise,
};

/// Where versions are kept, from the root of the checkout. Git ignores it.
pub const BACKUP: &str = "exercises/backup";

/// Puts the starter of an exercise in the place of the student's file, which is kept as a numbered backup.
///
/// # Errors
/// There is no starter, or something cannot be read or written. The student's file is then as it was.
pub fn reset(classroom: &Classroom, exercise: &Exercise) -> anyhow::Result<Assigned> {
    assign::assign(classroom, exercise, true)
}

/// What was done, in a sentence or two.
///
/// ```
/// let replaced = grader::assign::Assigned::Replaced { backup: "exercises/backup/pi.1.rs".to_owned() };
/// let said = grader::reset::describe("pi", &replaced);
/// assert_eq!(said, "exercises/pi.rs is the starter again. Your version is kept in exercises/backup/pi.1.rs.");
/// ```
#[must_use]
pub fn describe(exercise: &str, assigned: &Assigned) -> String {
    let file = Submissions::Exercises.file(exercise);
    match assigned {
        Assigned::AsItWas => format!("{file} is the starter, as it was: there is nothing to reset."),
        Assigned::Written => format!("{file} was not there. Now it is the starter."),
        Assigned::Replaced { backup } => format!("{file} is the starter again. Your version is kept in {backup}."),
    }
}

/// Copies the file of an exercise to a backup with the next number, and says where that is. No backup is ever overwritten.
///
/// # Errors
/// The file cannot be read, or the backup cannot be written.
pub(crate) fn keep(root: &Path, exercise: &str) -> anyhow::Result<String> {
    let file = Submissions::Exercises.file(exercise);
    let bytes = fs::read(root.join(&file)).with_context(|| format!("failed to read {file}"))?;
    fs::create_dir_all(root.join(BACKUP))
        .with_context(|| format!("failed to make the folder {BACKUP}; {file} was not changed"))?;
    let mut number = 1 + last_number(&root.join(BACKUP), exercise);
    loop {
        let backup = format!("{BACKUP}/{exercise}.{number}.rs");
        match write_new(&root.join(&backup), &bytes) {
            Ok(()) => return Ok(backup),
            // Somebody else was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => {
                return Err(error).with_context(|| format!("failed to write {backup}; {file} was not changed"));
            }
        }
    }
}

/// The highest number of a backup of that exercise; 0 where there is none.
fn last_number(folder: &Path, exercise: &str) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let number = |name: &str| name.strip_prefix(exercise)?.strip_prefix('.')?.strip_suffix(".rs")?.parse().ok();
    entries.filter_map(|entry| number(entry.file_name().to_str()?)).max().unwrap_or(0)
}

/// Half a version is worth nothing: the name is given to the whole file alone, even if this process is killed meanwhile.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backups_are_numbered_on_and_none_is_overwritten() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("exercises/pi.rs");
        fs::create_dir(root.path().join("exercises")).unwrap();
        for (version, backup) in [("one", "pi.1.rs"), ("two", "pi.2.rs")] {
            fs::write(&file, version).unwrap();
            assert_eq!(keep(root.path(), "pi").unwrap(), format!("{BACKUP}/{backup}"));
        }
        fs::write(root.path().join(BACKUP).join("pi.10.rs"), "ten").unwrap();
        fs::write(root.path().join(BACKUP).join("pi.x.rs"), "").unwrap();
        fs::remove_file(root.path().join(BACKUP).join("pi.1.rs")).unwrap();
        fs::write(&file, b"caf\xe9").unwrap();
        assert_eq!(keep(root.path(), "pi").unwrap(), format!("{BACKUP}/pi.11.rs"));
        assert_eq!(fs::read(root.path().join(BACKUP).join("pi.11.rs")).unwrap(), b"caf\xe9");
        assert_eq!(fs::read(root.path().join(BACKUP).join("pi.2.rs")).unwrap(), b"two");
    }

    #[test]
    fn where_no_backup_can_be_written_nothing_is_changed() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("exercises")).unwrap();
        fs::write(root.path().join("exercises/pi.rs"), "work").unwrap();
        fs::write(root.path().join(BACKUP), "a file where the folder should be").unwrap();
        let error = format!("{:#}", keep(root.path(), "pi").unwrap_err());
        assert!(
            error.contains("failed to make the folder exercises/backup; exercises/pi.rs was not changed"),
            "{error}"
        );
    }
}
