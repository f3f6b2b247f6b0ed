//! Killed at random moments while it writes: what was there, or what was to be there, is whole each time.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use workbench::progress::{Progress, Store};

use super::classroom::Classroom;

/// How often each of the two is killed.
const TIMES: u32 = 100;

/// In the child: what it writes without end, and where.
const FOLDER: &str = "PARLINGS_TEST_KILLED_FOLDER";

/// Not a test of its own: the child of the tests below, which run this very program again.
#[test]
#[ignore = "it writes until it is killed"]
fn writes_without_end() {
    let folder = env::var_os(FOLDER).expect("started by a test below");
    let store = Store::at(Path::new(&folder).join("progress.json"));
    let mut progress = Progress::default();
    let mut write = || {
        progress.take_hint("pi");
        store.save(&progress).unwrap();
    };
    // A disk may need longer for it than the child has from here on.
    write();
    println!("ready");
    loop {
        write();
    }
}

/// The child, once it is at work.
fn writing(folder: &Path) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "it::killed::writes_without_end", "--nocapture"]).env(FOLDER, folder);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("ready")));
    child
}

/// Random moments, the same in each run of the test; each is less than that many microseconds.
fn moments(longest: u64) -> impl Iterator<Item = Duration> {
    let next =
        |state: &u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
    std::iter::successors(Some(7), next).map(move |state| Duration::from_micros((state >> 33) % longest))
}

#[test]
fn progress_is_whole_whenever_it_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut kept = 0;
    for moment in moments(5_000).take(TIMES as usize) {
        let mut child = writing(folder.path());
        thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
        let (progress, trouble) = Store::at(folder.path().join("progress.json")).load();
        assert_eq!(trouble, None);
        // Each child goes on from what is there, and nothing that was there is lost.
        let hints = progress.of("pi").hints;
        assert!(hints >= kept, "{hints} after {kept}");
        kept = hints;
    }
    assert!(kept > 0, "nothing was ever written");
    // What the killed have left of their writing is tidied away by the next who writes.
    Store::at(folder.path().join("progress.json")).save(&Progress::default()).unwrap();
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["progress.json"]);
}

#[test]
fn a_students_file_is_whole_whenever_a_reset_is_killed() {
    let classroom = Classroom::new("workbench-killed");
    let file = classroom.file("exercises/pi.rs");
    let starter = fs::read(&file).unwrap();
    let backups = classroom.file("exercises/backup");
    let (mut reset, mut untouched) = (0, 0);
    for (number, moment) in (0..TIMES).zip(moments(12_000)) {
        let students = format!("// version {number}\n{}", "fn work() {}\n".repeat(20_000));
        fs::write(&file, &students).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_parlings"))
            .args(["reset", "pi"])
            .current_dir(classroom.root())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
        let now = fs::read(&file).unwrap();
        if now == students.as_bytes() {
            untouched += 1;
            let whole =
                |path: &Path| path.extension() != Some("rs".as_ref()) || fs::read(path).unwrap() == students.as_bytes();
            let backups = fs::read_dir(&backups).into_iter().flatten();
            assert!(backups.map(|backup| backup.unwrap().path()).all(|path| whole(&path)), "half a backup");
        } else {
            assert!(now == starter, "neither the student's version nor the starter: {} bytes", now.len());
            let kept = fs::read_dir(&backups)
                .unwrap()
                .any(|backup| fs::read(backup.unwrap().path()).unwrap() == students.as_bytes());
            assert!(kept, "version {number} is lost");
            reset += 1;
        }
        let _ = fs::remove_dir_all(&backups);
    }
    println!("{reset} were reset, {untouched} were not");
    assert!(untouched > 0, "all were killed too late to tell anything");
}
