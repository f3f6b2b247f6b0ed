//! Runs the first build, the checks and the sweeps, one at a time: a new one stops the one before, and waits until its processes are gone.
//!
//! Sending a message fails only when the workbench is being left; nobody wants to know then.

use std::{
    any::Any,
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
    check::{self, Sweep},
    race,
    report::Report,
};

use crate::{
    message::Message,
    model::{Compiled, Stream},
};

/// Runs checks and sweeps.
pub(super) struct Checker {
    classroom: Arc<Classroom>,
    messages: Sender<Message>,
    running: Option<Running>,
}

struct Running {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Checker {
    pub(super) fn new(classroom: Arc<Classroom>, messages: Sender<Message>) -> Self {
        Self { classroom, messages, running: None }
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
        self.begin(move |classroom, stop, messages| {
            if let Some(outcome) = caught(|| check(classroom, &exercise, id, stop, messages)).transpose() {
                let _ = messages.send(Message::Checked { check: id, outcome });
            }
        });
    }

    /// Runs an exercise with each of the course's numbers.
    pub(super) fn sweep(&mut self, id: u64, exercise: String) {
        self.begin(move |classroom, stop, messages| {
            if let Some(outcome) = caught(|| sweep(classroom, &exercise, id, stop, messages)).transpose() {
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

/// `None`: it was stopped.
fn check(
    classroom: &Classroom,
    exercise: &str,
    id: u64,
    stop: &AtomicBool,
    messages: &Sender<Message>,
) -> anyhow::Result<Option<Report>> {
    let exercise = classroom.course.find(exercise)?;
    let options = check::Options { submissions: Submissions::Exercises, rounds: None };
    check::check(classroom, exercise, &options, stop, &mut |progress| {
        let stream = Stream::of_progress(&progress);
        let _ = messages.send(Message::Told { check: id, progress, stream });
    })
}

/// `None`: it was stopped.
fn sweep(
    classroom: &Classroom,
    exercise: &str,
    id: u64,
    stop: &AtomicBool,
    messages: &Sender<Message>,
) -> anyhow::Result<Option<Sweep>> {
    let exercise = classroom.course.find(exercise)?;
    let case = race::fresh_case(exercise.sizes.graded, check::workers());
    check::sweep(classroom, exercise, Submissions::Exercises, &case, stop, &mut |progress| {
        let _ = messages.send(Message::Swept { sweep: id, progress });
    })
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
