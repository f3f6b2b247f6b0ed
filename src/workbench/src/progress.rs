//! What a student has reached, and the file in which it is kept between two sessions.

mod passing;

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use grader::report::{Report, Verdict};
use serde::{Deserialize, Serialize};

pub use self::passing::PassingNotKept;

/// The layout of the file. A file with a higher number was written by a newer workbench, and is left alone.
const VERSION: u32 = 1;

/// What a student has reached in the whole course.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The exercise that was open last.
    pub last: Option<String>,
    /// The name of the theme that the student has chosen. A newer workbench may know others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// By the exercises' names; one that was not begun is not there.
    exercises: BTreeMap<String, Reached>,
}

/// What a student has reached in one exercise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reached {
    /// The best attempt.
    pub state: State,
    /// The most points of any check.
    pub points: u32,
    /// Hints taken.
    pub hints: usize,
    /// The best ratio of serial to parallel time of any right answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<f64>,
}

/// How an exercise stands. Coarser than a [`Verdict`]: the file has to be readable as long as there are checkouts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// No attempt yet; the untouched starter is none.
    #[default]
    NotBegun,
    /// An attempt was made.
    Tried,
    /// An attempt has passed.
    Solved,
}

impl Progress {
    /// What was reached in an exercise.
    #[must_use]
    pub fn of(&self, exercise: &str) -> Reached {
        self.exercises.get(exercise).copied().unwrap_or_default()
    }

    /// Counts a report, and says whether that changed anything. The best stays.
    pub fn count(&mut self, report: &Report) -> bool {
        let before = self.of(&report.name);
        let state = match report.verdict {
            Verdict::Unsolved => State::NotBegun,
            Verdict::Pass => State::Solved,
            _ => State::Tried,
        };
        let right = matches!(report.verdict, Verdict::Pass | Verdict::TooSlow);
        let ratio = report.speedup.as_ref().filter(|_| right).map(|speedup| speedup.median);
        let after = Reached {
            state: before.state.max(state),
            points: before.points.max(report.points),
            best: better(before.best, ratio),
            ..before
        };
        if after != before {
            self.exercises.insert(report.name.clone(), after);
        }
        after != before
    }

    /// Counts one more hint taken.
    pub fn take_hint(&mut self, exercise: &str) {
        self.exercises.entry(exercise.to_owned()).or_default().hints += 1;
    }

    /// Takes in what another workbench has reached meanwhile: the best of both.
    fn merge(&mut self, other: &Progress) {
        if self.theme.is_none() {
            self.theme.clone_from(&other.theme);
        }
        for (exercise, theirs) in &other.exercises {
            let ours = self.exercises.entry(exercise.clone()).or_default();
            *ours = Reached {
                state: ours.state.max(theirs.state),
                points: ours.points.max(theirs.points),
                hints: ours.hints.max(theirs.hints),
                best: better(ours.best, theirs.best),
            };
        }
    }
}

/// The larger ratio of those that there are.
fn better(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::max)
}

/// The file as it is written.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    #[serde(flatten)]
    progress: Progress,
}

/// The version alone, which must be readable whatever else a newer file holds.
#[derive(Deserialize)]
struct KeptVersion {
    version: u32,
}

/// Why the progress could not be written.
#[derive(Debug, thiserror::Error)]
#[error("your progress could not be written to {}: {source}; it is kept until you leave", path.display())]
pub struct NotKept {
    path: PathBuf,
    source: io::Error,
}

/// The file in which progress is kept.
#[derive(Clone, Debug)]
pub struct Store {
    /// `None`: nothing is written.
    path: Option<PathBuf>,
}

impl Store {
    /// The store of a checkout: `progress.json` in a folder of its own, named after the checkout, in the user's state
    /// folder, or in that of the environment variable `PARLINGS_STATE_DIR`.
    #[must_use]
    pub fn of_checkout(root: &Path) -> Self {
        let base = match std::env::var_os("PARLINGS_STATE_DIR") {
            Some(folder) => Some(PathBuf::from(folder)),
            None => users_state_folder(),
        };
        base.map_or(Self { path: None }, |base| Self::within(&base, root))
    }

    /// The store of a checkout in a state folder.
    #[must_use]
    pub fn within(base: &Path, root: &Path) -> Self {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        Self { path: Some(base.join(folder_name(&root)).join("progress.json")) }
    }

    /// The store with this file.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path: Some(path) }
    }

    /// Reads what was kept. Where that cannot be, the second value says why, and what happens now: a damaged file is set
    /// aside; one that a newer workbench has written, or that cannot be read at all, stays as it is, and nothing is
    /// written in this session.
    pub fn load(&mut self) -> (Progress, Option<String>) {
        let Some(path) = &self.path else {
            let reason =
                "no folder for your progress was found; set HOME or PARLINGS_STATE_DIR. Until you leave it is kept.";
            return (Progress::default(), Some(reason.to_owned()));
        };
        match read(path) {
            Ok(progress) => (progress, None),
            Err(unusable) => {
                let reason = format!("{}: {unusable}", path.display());
                if !matches!(unusable, Unusable::SetAside { .. }) {
                    self.path = None;
                }
                (Progress::default(), Some(reason))
            }
        }
    }

    /// Writes the progress: whoever reads the file sees the old one or the new one, never a part. What another workbench on the same
    /// checkout has written meanwhile stays: in each exercise the best of both is kept.
    ///
    /// # Errors
    /// [`NotKept`] where the folder or the file cannot be written, or a newer workbench has written the file meanwhile. What was
    /// there is still there.
    pub fn save(&self, progress: &Progress) -> Result<(), NotKept> {
        let Some(path) = &self.path else { return Ok(()) };
        write(path, progress).map_err(|source| NotKept { path: path.clone(), source })
    }
}

/// Why a file of progress was not used.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("your progress was damaged ({cause}); it is set aside as {}, and a new one is begun", aside.display())]
    SetAside { cause: serde_json::Error, aside: PathBuf },
    #[error("your progress is damaged ({cause}) and cannot be moved away ({error}); what you reach now is not kept")]
    Stuck { cause: serde_json::Error, error: io::Error },
    #[error(
        "a newer workbench wrote it (version {version}, this one knows {VERSION}); it is left alone, and what you reach now is not kept"
    )]
    Newer { version: u32 },
    #[error("your progress could not be read ({0}); it is left alone, and what you reach now is not kept")]
    Unreadable(#[from] io::Error),
}

/// Reads a file of progress; one that is not there is the beginning.
fn read(path: &Path) -> Result<Progress, Unusable> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Progress::default()),
        Err(error) => return Err(error.into()),
    };
    if let Ok(KeptVersion { version }) = serde_json::from_slice(&text)
        && version > VERSION
    {
        return Err(Unusable::Newer { version });
    }
    serde_json::from_slice::<Kept>(&text).map(|kept| kept.progress).map_err(|cause| match set_aside(path) {
        Ok(aside) => Unusable::SetAside { cause, aside },
        Err(error) => Unusable::Stuck { cause, error },
    })
}

fn write(path: &Path, progress: &Progress) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // From reading to writing this workbench is alone; the lock ends with the value.
    let alone = File::open(folder)?;
    // Some file systems have no locks. There the merge is all but as good: two saves rarely meet.
    if alone.lock().is_ok() {
        tidy(folder);
    }

    let mut progress = progress.clone();
    match read(path) {
        Ok(there) => progress.merge(&there),
        Err(Unusable::SetAside { .. }) => {}
        Err(unusable) => return Err(io::Error::other(unusable)),
    }
    let text = serde_json::to_vec_pretty(&Kept { version: VERSION, progress })?;
    replace(path, |file| file.write_all(&text))
}

/// Puts what `fill` writes in the place of a file, whole or not at all.
pub(crate) fn replace(path: &Path, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
    fill(file.as_file_mut())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// How the names of files begin that are being written.
const UNFINISHED: &str = ".progress-";

/// Removes what a workbench that was killed while it wrote has left. Whoever has the lock knows that nobody writes.
fn tidy(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(UNFINISHED)) {
        // What cannot be removed does no harm.
        let _ = fs::remove_file(entry.path());
    }
}

/// Moves a damaged file to the first free name beside it.
fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let free =
        (1_u32..).map(|number| path.with_extension(format!("json.damaged-{number}"))).find(|aside| !aside.exists());
    let aside = free.ok_or_else(|| io::Error::other("no free name is left"))?;
    fs::rename(path, &aside)?;
    Ok(aside)
}

fn users_state_folder() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.state_dir().unwrap_or_else(|| strategy.data_dir()).join("parlings"))
}

/// The checkout's name for people, and a hash of its whole path: two checkouts keep their progress apart.
fn folder_name(root: &Path) -> String {
    let name = root.file_name().unwrap_or_default().to_string_lossy();
    // FNV-1a: the standard library's hasher may differ from one release to the next, this one must not.
    let hash =
        root.as_os_str().as_encoded_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    format!("{name}-{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn file(text: &str) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress.json");
        fs::write(&path, text).unwrap();
        (folder, Store::at(path))
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn some() -> Progress {
        let mut progress = samples::left_at("pi");
        progress.count(&samples::report(Verdict::TooSlow, 7));
        progress.take_hint("pi");
        progress
    }

    #[test]
    fn what_is_kept_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::at(folder.path().join("new/folder/progress.json"));
        assert_eq!(store.load(), (Progress::default(), None));
        store.save(&some()).unwrap();
        assert_eq!(store.load(), (some(), None));
        insta::assert_snapshot!(fs::read_to_string(folder.path().join("new/folder/progress.json")).unwrap(), @r#"
        {
          "version": 1,
          "last": "pi",
          "exercises": {
            "pi": {
              "state": "tried",
              "points": 7,
              "hints": 1,
              "best": 1.913265306122449
            }
          }
        }
        "#);
    }

    #[test]
    fn the_best_ratio_is_of_right_answers() {
        let mut progress = Progress::default();
        let speedup = |median| Some(grader::report::Speedup { median, rounds: Vec::new() });
        let mut count = |verdict, median| {
            progress.count(&Report { speedup: speedup(median), ..samples::report(verdict, 7) });
            progress.of("pi").best
        };
        assert_eq!(count(Verdict::Wrong, 9.0), None);
        assert_eq!(count(Verdict::TooSlow, 1.2), Some(1.2));
        assert_eq!(count(Verdict::Pass, 1.9), Some(1.9));
        assert_eq!(count(Verdict::Pass, 1.8), Some(1.9));
    }

    #[test]
    fn writing_leaves_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("progress.json"));
        store.save(&some()).unwrap();
        store.save(&some()).unwrap();
        assert_eq!(names(folder.path()), ["progress.json"]);
    }

    #[test]
    fn a_damaged_file_is_set_aside_each_time() {
        let (folder, mut store) = file("{\"version\": 1, \"exer");
        let (progress, reason) = store.load();
        assert_eq!(progress, Progress::default());
        assert!(reason.unwrap().contains("progress.json.damaged-1"));
        store.save(&some()).unwrap();
        assert_eq!(store.load(), (some(), None));

        fs::write(folder.path().join("progress.json"), b"\xff\x00").unwrap();
        assert!(store.load().1.unwrap().contains("progress.json.damaged-2"));
        assert_eq!(names(folder.path()), ["progress.json.damaged-1", "progress.json.damaged-2"]);
    }

    #[test]
    fn a_newer_file_is_left_alone() {
        let newer = "{\"version\": 2, \"exercises\": \"all of them\"}";
        let (folder, mut store) = file(newer);
        let (progress, reason) = store.load();
        assert_eq!(progress, Progress::default());
        assert!(reason.unwrap().contains("a newer workbench wrote it (version 2, this one knows 1)"));
        store.save(&some()).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("progress.json")).unwrap(), newer);
        assert_eq!(names(folder.path()), ["progress.json"]);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_that_names_it() {
        // A file where the folder should be: refused for every user, also for root.
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("state"), "").unwrap();
        let store = Store::at(folder.path().join("state/progress.json"));
        let error = store.save(&some()).unwrap_err().to_string();
        assert!(error.contains("state/progress.json"), "{error}");
    }

    #[test]
    fn a_full_disk_is_an_error_and_the_old_file_stays() {
        let (folder, mut store) = file("");
        fs::remove_file(folder.path().join("progress.json")).unwrap();
        store.save(&some()).unwrap();
        // What a full disk says, from the device that always is one.
        let full = |_: &mut File| File::options().write(true).open("/dev/full")?.write_all(b"{}");
        let error = replace(&folder.path().join("progress.json"), full).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(names(folder.path()), ["progress.json"], "no half-written file is left");
        assert_eq!(store.load(), (some(), None));

        let told = NotKept { path: PathBuf::from("/state/progress.json"), source: error }.to_string();
        assert_eq!(
            told,
            "your progress could not be written to /state/progress.json: No space left on device (os error 28); it is kept until \
             you leave"
        );
    }

    #[test]
    fn two_workbenches_at_once_keep_the_best_of_both() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress.json");
        let (mut one, mut other) = (Store::at(path.clone()), Store::at(path));
        let (mut left, mut right) = (one.load().0, other.load().0);
        left.count(&samples::report(Verdict::Pass, 9));
        one.save(&left).unwrap();
        right.count(&samples::report(Verdict::TooSlow, 10));
        right.take_hint("julia");
        other.save(&right).unwrap();
        let (kept, _) = one.load();
        assert_eq!(kept.of("pi"), Reached { state: State::Solved, points: 10, hints: 0, best: Some(0.375 / 0.196) });
        assert_eq!(kept.of("julia").hints, 1);
    }

    #[test]
    fn saves_that_meet_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress.json");
        let exercises: Vec<String> = (0..16).map(|number| format!("exercise_{number}")).collect();
        std::thread::scope(|scope| {
            for exercise in &exercises {
                let store = Store::at(path.clone());
                scope.spawn(move || {
                    let mut progress = Progress::default();
                    progress.take_hint(exercise);
                    store.save(&progress).unwrap();
                });
            }
        });
        let (kept, _) = Store::at(path).load();
        assert!(exercises.iter().all(|exercise| kept.of(exercise).hints == 1), "{kept:?}");
    }

    #[test]
    fn what_a_newer_workbench_writes_meanwhile_is_left_alone() {
        let (folder, mut store) = file("{\"version\": 1, \"last\": null, \"exercises\": {}}");
        assert_eq!(store.load().1, None);
        let newer = "{\"version\": 2}";
        fs::write(folder.path().join("progress.json"), newer).unwrap();
        let error = store.save(&some()).unwrap_err().to_string();
        assert!(error.contains("a newer workbench wrote it"), "{error}");
        assert_eq!(fs::read_to_string(folder.path().join("progress.json")).unwrap(), newer);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress.json");
        fs::create_dir(&path).unwrap();
        let mut store = Store::at(path.clone());
        assert!(store.load().1.unwrap().contains("could not be read"));
        store.save(&some()).unwrap();
        assert!(path.is_dir());
    }

    #[test]
    fn the_best_attempt_stays() {
        let mut progress = Progress::default();
        assert!(!progress.count(&samples::report(Verdict::Unsolved, 0)));
        assert!(progress.count(&samples::report(Verdict::Wrong, 0)));
        assert_eq!(progress.of("pi").state, State::Tried);
        assert!(progress.count(&samples::report(Verdict::TooSlow, 7)));
        assert!(!progress.count(&samples::report(Verdict::Wrong, 0)));
        assert_eq!(progress.of("pi").points, 7);
        assert!(progress.count(&samples::report(Verdict::Pass, 9)));
        assert!(!progress.count(&samples::report(Verdict::TooSlow, 9)));
        assert_eq!(progress.of("pi").state, State::Solved);
    }

    #[test]
    fn two_checkouts_keep_their_progress_apart() {
        assert_ne!(folder_name(Path::new("/a/parlings")), folder_name(Path::new("/b/parlings")));
        assert!(folder_name(Path::new("/a/parlings")).starts_with("parlings-"));
        assert_eq!(folder_name(Path::new("/a/parlings")), folder_name(Path::new("/a/parlings")));
    }
}
