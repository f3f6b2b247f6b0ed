//! A run on behalf of a parent that holds the clock.
//!
//! Two threads share the connection. The *listener* reads all that the parent says: it passes `Run` on, and answers
//! `Report` while the run goes on. The *runner*, the thread of the caller, prepares, waits for `Run`, runs, and speaks the
//! result. A frame is written under a lock, so frames never mix; with the result the runner also ends the listener's right
//! to speak, so nothing comes between the result and the record, and nothing after it.

use std::{
    io,
    os::{fd::AsFd, unix::net::UnixStream},
    process::{self, ExitCode},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
};

use parlings::{Builder, Recorder, Runtime};
use trace::Record;

use super::{Attempt, EXIT_DONE, EXIT_NO_RUN, outcome};
use crate::{
    Case,
    protocol::{Failure, Kind, read_frame, write_frame},
};

/// Events a buffer of the record holds, 16 MiB: the whole story of a hundred thousand tasks, made before the clock runs.
const RECORD_CAPACITY: usize = 1 << 19;

/// Serves the parent on standard input, and ends the process when all is said: tasks that still run are not waited for.
/// Returns only where there was no run.
pub(super) fn main(builder: Option<Builder>, prepare: impl FnOnce(&Case) -> Attempt) -> ExitCode {
    let connection = io::stdin().as_fd().try_clone_to_owned().map(UnixStream::from);
    match connection.and_then(|stream| serve(stream, builder, prepare, || process::exit(EXIT_NO_RUN.into()))) {
        Ok(_running) => process::exit(EXIT_DONE.into()),
        Err(error) => {
            eprintln!("failed to run on behalf of a parent on standard input: {error}");
            ExitCode::from(EXIT_NO_RUN)
        }
    }
}

/// Speaks the protocol to its end. The runtime that is returned may still be at work.
///
/// With a `builder` there is a runtime of the case's workers, entered around the attempt. `hung_up` is called, on
/// another thread, when the parent goes away or talks nonsense before it has the result.
fn serve(
    stream: UnixStream,
    builder: Option<Builder>,
    prepare: impl FnOnce(&Case) -> Attempt,
    hung_up: impl FnOnce() + Send + 'static,
) -> io::Result<Option<Runtime>> {
    let mut listening = stream.try_clone()?;
    let case = read_case(&mut listening)?;
    let start = |builder: Builder| {
        builder.num_cpus(case.workers.into()).sweep(case.sweep).record_capacity(RECORD_CAPACITY).start()
    };
    let runtime = builder.map(start).transpose().map_err(io::Error::other)?;
    let attempt = prepare(&case);

    let voice = Arc::new(Voice::new(stream, runtime.as_ref().map(Runtime::recorder)));
    let (begin, begun) = mpsc::channel();
    let listener = Arc::clone(&voice);
    thread::Builder::new().name("listener".to_owned()).spawn(move || {
        let error = listener.answer(&mut listening, &begin);
        // A parent that has the result may leave.
        if !listener.line().over {
            // One that leaves early has seen enough: nothing to complain of.
            if error.kind() != io::ErrorKind::UnexpectedEof {
                eprintln!("failed to understand the parent: {error}");
            }
            hung_up();
        }
    })?;

    voice.line().say(Kind::Ready, &[])?;
    begun.recv().map_err(|_| io::Error::new(io::ErrorKind::UnexpectedEof, "the parent left before the run"))?;
    let entered = runtime.as_ref().map(Runtime::enter);
    let result = outcome::run(attempt);
    drop(entered);
    voice.conclude(result)?;
    Ok(runtime)
}

fn read_case(stream: &mut UnixStream) -> io::Result<Case> {
    let (kind, body) = read_frame(stream)?;
    if kind != Kind::Case {
        return Err(unexpected("a case", kind));
    }
    postcard::from_bytes(&body)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("a case that cannot be read: {error}")))
}

fn unexpected(wanted: &str, kind: Kind) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the parent said {kind:?} where {wanted} was to come"))
}

/// What the child says with.
struct Voice {
    recorder: Option<Recorder>,
    line: Mutex<Line>,
}

/// The way to the parent.
struct Line {
    stream: UnixStream,
    /// The result is said.
    over: bool,
}

impl Line {
    fn say(&mut self, kind: Kind, body: &[u8]) -> io::Result<()> {
        write_frame(&mut self.stream, kind, body)
    }
}

impl Voice {
    fn new(stream: UnixStream, recorder: Option<Recorder>) -> Self {
        Self { recorder, line: Mutex::new(Line { stream, over: false }) }
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has happened so far; an empty record where there is no runtime.
    fn record(&self) -> Vec<u8> {
        self.recorder.as_ref().map_or_else(Record::default, Recorder::record).to_bytes()
    }

    /// Answers until the parent goes away or says what it may not; returns which.
    fn answer(&self, listening: &mut UnixStream, begin: &mpsc::Sender<()>) -> io::Error {
        let mut running = false;
        loop {
            let said = match read_frame(listening) {
                Ok((Kind::Run, _)) if !running => {
                    running = true;
                    // It fails when the runner is gone, and then there is nothing to begin.
                    let _ = begin.send(());
                    Ok(())
                }
                Ok((Kind::Report, _)) => self.report(),
                Ok((kind, _)) => Err(unexpected("`Run` once or `Report`", kind)),
                Err(error) => Err(error),
            };
            if let Err(error) = said {
                return error;
            }
        }
    }

    /// The record is taken before the lock, so that a result never waits for it.
    fn report(&self) -> io::Result<()> {
        let record = self.record();
        let mut line = self.line();
        if line.over { Ok(()) } else { line.say(Kind::Trace, &record) }
    }

    /// The result, at once; then the record, which no clock waits for.
    fn conclude(&self, result: Result<Vec<u8>, Failure>) -> io::Result<()> {
        {
            let mut line = self.line();
            line.over = true;
            match result {
                Ok(output) => line.say(Kind::Output, &output)?,
                Err(failure) => {
                    let body =
                        postcard::to_stdvec(&failure).expect("a failure has no maps, so encoding it cannot fail");
                    line.say(Kind::Failed, &body)?;
                }
            }
        }
        let record = self.record();
        self.line().say(Kind::Trace, &record)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
        time::{Duration, Instant},
    };

    use super::*;
    use crate::{Clock, Wire, find, pi::hits};

    /// Only a failure waits this long.
    const DEADLINE: Duration = Duration::from_secs(300);

    fn case() -> Case {
        Case { size: 10_001, seed: 5, workers: 2, clock: Clock::Real, sweep: Some(1_234), input: None }
    }

    /// A child on a thread of its own, and the parent's end of the line.
    struct Parent {
        stream: UnixStream,
        child: Receiver<Result<(), String>>,
        hung_up: Receiver<()>,
    }

    impl Parent {
        fn of(builder: Option<Builder>, prepare: impl FnOnce(&Case) -> Attempt + Send + 'static) -> Self {
            let (stream, theirs) = UnixStream::pair().expect("a socket pair can be made");
            stream.set_read_timeout(Some(DEADLINE)).expect("a time limit");
            let (hang_up, hung_up) = channel();
            let (end, child) = channel();
            thread::spawn(move || {
                let told = move || hang_up.send(()).expect("the test listens");
                end.send(serve(theirs, builder, prepare, told).map(drop).map_err(|error| error.to_string()))
            });
            Self { stream, child, hung_up }
        }

        fn with_attempt(attempt: impl FnOnce() -> Result<Vec<u8>, parlings::TaskError> + Send + 'static) -> Self {
            Self::of(Some(Runtime::builder()), move |_| Box::new(attempt))
        }

        fn say(&mut self, kind: Kind, body: &[u8]) {
            write_frame(&mut self.stream, kind, body).expect("the child listens");
        }

        fn say_case(&mut self) {
            self.say(Kind::Case, &postcard::to_stdvec(&case()).expect("a case can be encoded"));
        }

        fn hear(&mut self, kind: Kind) -> Vec<u8> {
            let (heard, body) = read_frame(&mut self.stream).expect("the child speaks");
            assert_eq!(heard, kind);
            body
        }

        fn hear_record(&mut self) -> Record {
            Record::from_bytes(&self.hear(Kind::Trace)).expect("a record")
        }

        fn begin(&mut self) {
            self.say_case();
            self.hear(Kind::Ready);
            self.say(Kind::Run, &[]);
        }

        /// Is gone, for the child.
        fn leave(&self) {
            self.stream.shutdown(std::net::Shutdown::Both).expect("the line is open");
        }

        /// How the child ended.
        fn ended(&self) -> Result<(), String> {
            self.child.recv_timeout(DEADLINE).expect("the child ends, and does not panic")
        }

        fn end(self) {
            assert_eq!(self.ended(), Ok(()));
            drop(self.stream);
            // The listener ends without a complaint, and drops its end of the channel.
            assert_eq!(self.hung_up.recv_timeout(DEADLINE), Err(RecvTimeoutError::Disconnected));
        }
    }

    #[test]
    fn says_ready_then_the_output_then_the_record() {
        let mut parent = Parent::with_attempt(|| {
            let parts = parlings::map(0..4_u64, |part| part + parlings::sweep(0));
            let sum: u64 = parlings::get_all(&parts)?.iter().map(|part| **part).sum();
            Ok(sum.to_bytes())
        });
        parent.begin();
        assert_eq!(u64::from_bytes(&parent.hear(Kind::Output)), Some(6 + 4 * 1_234));
        let record = parent.hear_record();
        assert_eq!((record.workers, record.tasks), (2, 4));
        parent.end();
    }

    #[test]
    fn runs_baselines_without_a_runtime_and_probes_with_one() {
        let pi = find("pi").expect("pi is a problem");
        let mut parent = Parent::of(None, |case| super::super::attempt(pi.serial(case)));
        parent.begin();
        assert_eq!(u64::from_bytes(&parent.hear(Kind::Output)), Some(hits(5, 0..10_006)));
        assert_eq!(parent.hear_record(), Record::default());
        parent.end();

        let mut parent = Parent::of(Some(Runtime::builder()), |case| super::super::attempt(pi.probe(case)));
        parent.begin();
        assert!(parent.hear(Kind::Output).is_empty());
        assert_eq!(parent.hear_record().tasks, 64);
        parent.end();
    }

    #[test]
    fn says_why_there_is_no_output() {
        let mut parent = Parent::with_attempt(|| panic!("no darts"));
        parent.begin();
        let failure: Failure = postcard::from_bytes(&parent.hear(Kind::Failed)).expect("a failure");
        assert_eq!((failure.message.as_str(), failure.task, failure.unfinished), ("no darts", None, false));
        assert!(failure.place.is_some_and(|place| place.contains("child.rs:")));
        parent.hear_record();
        parent.end();
    }

    #[test]
    fn names_the_task_that_panicked() {
        let mut parent = Parent::with_attempt(|| {
            let parts = parlings::map(0..4, |part| if part == 2 { todo!() } else { part });
            parlings::get_all(&parts).map(|_| Vec::new())
        });
        parent.begin();
        let failure: Failure = postcard::from_bytes(&parent.hear(Kind::Failed)).expect("a failure");
        assert!(failure.unfinished && failure.task.is_some(), "{failure:?}");
        assert!(failure.place.as_ref().is_some_and(|place| place.contains("child.rs:")), "{failure:?}");
        assert_eq!(parent.hear_record().tasks, 4);
        parent.end();
    }

    #[test]
    fn a_task_not_begun_is_unfinished_also_when_all_are_unwrapped() {
        let mut parent = Parent::with_attempt(|| {
            let parts = parlings::map(0..4, |part| if part == 2 { unimplemented!("part {part}") } else { part });
            drop(parlings::get_all(&parts).unwrap());
            Ok(Vec::new())
        });
        parent.begin();
        let failure: Failure = postcard::from_bytes(&parent.hear(Kind::Failed)).expect("a failure");
        assert!(failure.unfinished && failure.task.is_some(), "{failure:?}");
        assert_eq!(failure.message, "not implemented: part 2");
        parent.hear_record();
        parent.end();
    }

    #[test]
    fn reports_while_it_runs_and_is_silent_afterwards() {
        let (go_on, wait): (Sender<()>, Receiver<()>) = channel();
        let mut parent = Parent::with_attempt(move || {
            let done = parlings::map(0..3, |part| part);
            parlings::get_all(&done)?;
            let _ = wait.recv();
            Ok(vec![42])
        });
        parent.say_case();
        parent.hear(Kind::Ready);
        parent.say(Kind::Report, &[]);
        assert_eq!(parent.hear_record().tasks, 0, "it may be asked before the run");
        parent.say(Kind::Run, &[]);
        let tasks = |parent: &mut Parent| {
            parent.say(Kind::Report, &[]);
            parent.hear_record().tasks
        };
        let deadline = Instant::now() + DEADLINE;
        while tasks(&mut parent) < 3 {
            assert!(Instant::now() < deadline, "it does not get as far as three tasks");
            thread::yield_now();
        }
        drop(go_on);
        assert_eq!(parent.hear(Kind::Output), [42]);
        // Asked too late; the only record that comes is the last.
        parent.say(Kind::Report, &[]);
        parent.hear_record();
        parent.stream.shutdown(std::net::Shutdown::Write).expect("the line is open");
        assert!(read_frame(&mut parent.stream).is_err());
        parent.end();
    }

    #[test]
    fn does_not_wait_for_tasks_that_nobody_asked_for() {
        let (go_on, wait): (Sender<()>, Receiver<()>) = channel();
        let mut parent = Parent::with_attempt(move || {
            let wait = Mutex::new(wait);
            let _straggler = parlings::map([()], move |()| drop(wait.lock().map(|wait| wait.recv())));
            Ok(vec![1])
        });
        parent.begin();
        assert_eq!(parent.hear(Kind::Output), [1]);
        assert_eq!(parent.hear_record().tasks, 1);
        drop(go_on);
        parent.end();
    }

    #[test]
    fn refuses_a_beginning_that_is_no_case() {
        let mut parent = Parent::with_attempt(|| Ok(Vec::new()));
        parent.say(Kind::Run, &[]);
        assert!(parent.ended().expect_err("no run").contains("said Run where a case"));

        let mut parent = Parent::with_attempt(|| Ok(Vec::new()));
        parent.say(Kind::Case, &[]);
        assert!(parent.ended().expect_err("no run").contains("cannot be read"));

        let parent = Parent::with_attempt(|| Ok(Vec::new()));
        parent.leave();
        assert!(parent.ended().is_err());
    }

    #[test]
    fn ends_when_the_parent_leaves_before_the_run() {
        let mut parent = Parent::with_attempt(|| Ok(Vec::new()));
        parent.say_case();
        parent.hear(Kind::Ready);
        parent.leave();
        assert!(parent.ended().expect_err("no run").contains("left before the run"));
        assert_eq!(parent.hung_up.recv_timeout(DEADLINE), Ok(()));
    }

    #[test]
    fn notices_nonsense_and_a_lost_parent_during_the_run() {
        for nonsense in [true, false] {
            let (go_on, wait): (Sender<()>, Receiver<()>) = channel();
            let mut parent = Parent::with_attempt(move || {
                let _ = wait.recv();
                Ok(Vec::new())
            });
            parent.begin();
            if nonsense {
                parent.say(Kind::Run, &[]);
            } else {
                parent.leave();
            }
            assert_eq!(parent.hung_up.recv_timeout(DEADLINE), Ok(()));
            drop(go_on);
            let _ = parent.ended();
        }
    }
}
