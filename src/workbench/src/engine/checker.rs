//! Runs the first build, the checks and the sweeps, one at a time: a new one stops the one before, and waits until its processes are gone.
//!
//! Sending a message fails only when the workbench is being left; nobody wants to know then.

use std::{
    any::Any,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    thread::{self, JoinHandle},
};

use grader::{
    Classroom, Submissions, build,
    check::{self, Sweep, SweepProgress},
    race,
    report::{Report, Verdict},
};

use crate::{
    message::Message,
    model::{Compiled, Objects, Stream},
    progress::{PassingNotKept, Store},
};

/// Runs checks and sweeps.
pub(super) struct Checker {
    classroom: Arc<Classroom>,
    store: Store,
    messages: Sender<Message>,
    running: Option<Running>,
}

struct Running {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Checker {
    pub(super) fn new(classroom: Arc<Classroom>, store: Store, messages: Sender<Message>) -> Self {
        Self { classroom, store, messages, running: None }
    }

    /// Builds what every exercise needs.
    pub(super) fn prepare(&mut self) {
        self.begin(|classroom, stop, messages| {
            // What is wrong here is wrong with the check that follows as well, and said there.
            let _ = caught(|| prepare(classroom, stop, messages));
            let _ = messages.send(Message::Prepared);
        });
    }

    /// Checks an exercise.
    pub(super) fn check(&mut self, id: u64, exercise: String) {
        let store = self.store.clone();
        self.begin(move |classroom, stop, messages| {
            let source = classroom.source(&exercise, Submissions::Exercises);
            let before = fs::read(&source).ok();
            if let Some(outcome) = caught(|| check(classroom, &exercise, id, stop, messages)).transpose() {
                let now = fs::read(&source).ok();
                if let Err(error) = keep_what_passed(&store, &outcome, before, now) {
                    let _ = messages.send(Message::Trouble(error.to_string()));
                }
                let _ = messages.send(Message::Checked { check: id, outcome });
            }
        });
    }

    /// Runs an exercise with each value of a knob; the others have those of `settings`.
    pub(super) fn sweep(&mut self, id: u64, exercise: String, knob: usize, settings: Vec<u64>) {
        self.begin(move |classroom, stop, messages| {
            if let Some(outcome) = caught(|| {
                let tell = &mut |progress| {
                    let _ = messages.send(Message::Swept { sweep: id, progress });
                };
                sweep(classroom, &exercise, knob, &settings, stop, tell)
            })
            .transpose()
            {
                let _ = messages.send(Message::SweepOver { sweep: id, outcome });
            }
        });
    }

    /// Stops what runs; its processes are gone soon.
    pub(super) fn stop(&self) {
        if let Some(running) = &self.running {
            running.stop.store(true, Ordering::Relaxed);
        }
    }

    fn begin(&mut self, work: impl FnOnce(&Classroom, &AtomicBool, &Sender<Message>) + Send + 'static) {
        self.stop();
        let before = self.running.take();
        let stop = Arc::new(AtomicBool::new(false));
        let (classroom, messages, stopped) = (Arc::clone(&self.classroom), self.messages.clone(), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            if let Some(before) = before {
                let _ = before.thread.join();
            }
            if !stopped.load(Ordering::Relaxed) {
                work(&classroom, &stopped, &messages);
            }
        });
        self.running = Some(Running { stop, thread });
    }
}

impl Drop for Checker {
    fn drop(&mut self) {
        self.stop();
        if let Some(running) = self.running.take() {
            let _ = running.thread.join();
        }
    }
}

fn prepare(classroom: &Classroom, stop: &AtomicBool, messages: &Sender<Message>) -> anyhow::Result<()> {
    build::warm(classroom, stop, &mut |step| {
        // What does not compile yet is said when it is checked.
        if let build::Step::Compiled { done, total, name } = step {
            let _ = messages.send(Message::Preparing(Compiled { done, total, name }));
        }
    })?;
    Ok(())
}

/// Keeps the source of a program that has passed, if it was the same before the check and after it: otherwise nobody knows which of
/// the two was built, and another check is about to begin.
fn keep_what_passed(
    store: &Store,
    outcome: &Result<Report, String>,
    before: Option<Vec<u8>>,
    now: Option<Vec<u8>>,
) -> Result<(), PassingNotKept> {
    match (outcome, before) {
        (Ok(Report { name, verdict: Verdict::Pass, .. }), Some(source)) if now.as_ref() == Some(&source) => {
            store.keep_passing(name, &source)
        }
        _ => Ok(()),
    }
}

/// `None`: it was stopped.
fn check(
    classroom: &Classroom,
    exercise: &str,
    id: u64,
    stop: &AtomicBool,
    messages: &Sender<Message>,
) -> anyhow::Result<Option<Report>> {
    let exercise = classroom.course.find(exercise)?;
    let options = check::Options { submissions: Submissions::Exercises, rounds: None, film: true, seed: None };
    check::check(classroom, exercise, &options, stop, &mut |progress| {
        let (stream, objects) = (Stream::of_progress(&progress), Objects::of_progress(&progress));
        let _ = messages.send(Message::Told { check: id, progress, stream, objects });
    })
}

/// `None`: it was stopped.
fn sweep(
    classroom: &Classroom,
    exercise: &str,
    knob: usize,
    settings: &[u64],
    stop: &AtomicBool,
    tell: &mut dyn FnMut(SweepProgress),
) -> anyhow::Result<Option<Sweep>> {
    let exercise = classroom.course.find(exercise)?;
    let mut case = race::fresh_case(exercise.sizes.graded, check::workers());
    exercise.knobs.iter().zip(settings).for_each(|(knob, &value)| knob.turn(&mut case, value));
    check::sweep(classroom, exercise, Submissions::Exercises, (&exercise.knobs[knob], &case), stop, tell)
}

/// The result of `work`, its error in words. A panic is an error too: the workbench goes on.
fn caught<T>(work: impl FnOnce() -> anyhow::Result<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| format!("{error:#}")),
        Err(panic) => Err(format!("the grader itself failed, which is a mistake in Parlings: {}", message_of(&*panic))),
    }
}

fn message_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn only_what_has_passed_and_is_still_there_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path().join("progress.json"));
        let kept = || fs::read_to_string(store.passing("pi").unwrap()).ok();
        let keep = |verdict, before: &str, now: &str| {
            let source = |text: &str| Some(text.as_bytes().to_vec());
            keep_what_passed(&store, &Ok(samples::report(verdict, 10)), source(before), source(now)).unwrap();
        };
        keep(Verdict::TooSlow, "slow", "slow");
        keep(Verdict::Pass, "passes", "was saved meanwhile");
        assert_eq!(kept(), None);
        keep(Verdict::Pass, "passes", "passes");
        keep(Verdict::Wrong, "wrong", "wrong");
        assert_eq!(kept().as_deref(), Some("passes"));
        keep_what_passed(&store, &Err("no cargo".to_owned()), None, None).unwrap();
        assert_eq!(kept().as_deref(), Some("passes"));
    }
}
