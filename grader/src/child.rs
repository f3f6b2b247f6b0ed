//! One run of one program: a fresh child process, the protocol over its standard input, its limits, its end.
//!
//! Nothing the child says or does is trusted, and none of it is an error here: a child that speaks rubbish, hangs, bursts or dies
//! has an [`Outcome`] like any other. The clock is the parent's, from just before the start signal is sent until the last
//! byte of the answer is there. What the answer is worth is not decided here.
//!
//! However a run ends, its whole process group is killed and the child reaped.

mod ending;
mod group;
mod line;
mod output;
mod printed;

use std::{
    fs, io,
    os::unix::net::UnixStream,
    path::PathBuf,
    process::Command,
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use nix::{sys::time::TimeSpec, time::clock_gettime, unistd::Pid};
use problems::{
    Case,
    protocol::{CHILD_FLAG, Failure, Kind},
};
use rustix::process::{Resource, Rlimit, getrlimit, prlimit};
use trace::Record;

pub(crate) use self::group::Group;
pub use self::printed::{Printed, folded};
use self::{
    line::{Break, Line},
    output::{Drain, News},
};

/// How long a child that hung up has to end by itself. On a busy machine even the end of a process takes its time, and how it
/// ended is what its student is told.
const TO_END: Duration = Duration::from_secs(5);

/// Bytes of a record that is still shown while the run goes on: some ten thousand tasks.
const LONGEST_SEEN: usize = 1 << 20;

/// What a child is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The file that is run.
    pub executable: PathBuf,
    /// Its command line arguments.
    pub arguments: Vec<String>,
}

impl Program {
    /// A student's program: what [`build`](crate::build) made.
    #[must_use]
    pub fn submission(executable: impl Into<PathBuf>) -> Self {
        Self::speaking(executable, &["submission"])
    }

    /// The serial baseline of a problem. `own` is an executable whose `main` begins with
    /// [`problems::harness::serve_given`].
    #[must_use]
    pub fn serial(own: impl Into<PathBuf>, problem: &str) -> Self {
        Self::speaking(own, &["serial", problem])
    }

    /// The probe of a problem, out of the same executable as the [baseline](Self::serial).
    #[must_use]
    pub fn probe(own: impl Into<PathBuf>, problem: &str) -> Self {
        Self::speaking(own, &["probe", problem])
    }

    fn speaking(executable: impl Into<PathBuf>, role: &[&str]) -> Self {
        let arguments = [CHILD_FLAG].iter().chain(role).map(|&word| word.to_owned()).collect();
        Self { executable: executable.into(), arguments }
    }
}

/// What a run may use, and how long each step of it is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// To make the input and start the workers.
    pub ready: Duration,
    /// To answer, from the start signal.
    pub answer: Duration,
    /// To send the record after the answer.
    pub trace: Duration,
    /// To send the record at a limit, before the child is killed.
    pub report: Duration,
    /// Bytes of memory, as many as are really occupied.
    pub memory: u64,
}

impl From<&crate::course::Limits> for Limits {
    fn from(limits: &crate::course::Limits) -> Self {
        Self {
            ready: Duration::from_secs(30),
            answer: Duration::from_secs_f64(limits.seconds),
            trace: Duration::from_secs(10),
            report: Duration::from_secs(1),
            memory: limits.megabytes * 1_000_000,
        }
    }
}

impl Limits {
    /// The parent looks every few milliseconds and has to get a word from the child before the memory is gone, so it
    /// acts a little early.
    fn memory_watched(&self) -> u64 {
        self.memory / 10 * 9
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With an answer, in the problem's wire form.
    Output(Vec<u8>),
    /// The program said why there is no answer.
    Failed(Failure),
    /// At the time limit.
    TimedOut,
    /// At the memory limit.
    OutOfMemory,
    /// The process was gone before it had answered: `"it exited with code 3"`.
    Ended(String),
    /// It broke the protocol: `"it sent a frame of unknown kind 7"`.
    Rubbish(String),
    /// The caller asked to stop.
    Stopped,
}

/// A run that is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// How it ended.
    pub outcome: Outcome,
    /// Wall time from the start signal to the answer, or to whatever came instead; 0 when it never was started.
    pub seconds: f64,
    /// CPU time of the process in that time, seconds; `None` where it could not be read.
    pub cpu: Option<f64>,
    /// The most memory that the process had had by then, bytes; `None` where it could not be read.
    pub memory: Option<u64>,
    /// What the runtime recorded; empty when there was no way to get it.
    pub record: Record,
    /// What the program wrote to standard output and error, the middle left out when it was long.
    pub output: Printed,
}

impl Finished {
    /// Whether a record arrived. A runtime has a worker or more, and only that which never came has none.
    #[must_use]
    pub fn has_record(&self) -> bool {
        self.record.workers > 0
    }
}

/// Runs `program` on `case` in a fresh process, and ends it.
///
/// When `stop` becomes true the run ends within a few hundredths of a second as [`Outcome::Stopped`].
///
/// # Errors
/// The process could not be started.
pub fn run(program: &Program, case: &Case, limits: &Limits, stop: &AtomicBool) -> anyhow::Result<Finished> {
    run_seen(program, case, limits, stop, None)
}

/// What is seen of a run while it goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// What its tasks have done so far.
    Record(Record),
    /// What it has printed so far.
    Printed(Printed),
}

/// Is shown a run as it goes on. It delays the clock of the run, so it has to be quick.
pub type Watch<'a> = &'a mut dyn FnMut(Seen);

/// [`run`], and shows `watch` some times a second what it has done and printed so far. That takes time from the program, so a
/// run whose time matters is not watched.
///
/// # Errors
/// The process could not be started.
pub fn run_seen(
    program: &Program,
    case: &Case,
    limits: &Limits,
    stop: &AtomicBool,
    watch: Option<Watch<'_>>,
) -> anyhow::Result<Finished> {
    let (mut child, stream, drain) =
        start(program).with_context(|| format!("failed to start {}", program.executable.display()))?;
    restrict(&child, limits).context("failed to set the limits of a run")?;
    let mut line = Line::new(stream, &child, stop).context("failed to set up the connection to a run")?;
    let watch = watch.map(|watch| (watch, drain.news()));
    let told = converse(&mut line, &child, case, limits, watch);
    // A child that hung up may show how it ended before it is killed.
    let ended_itself = matches!(told.end, Err(Break::End)) && child.ends_within(TO_END);
    // Killed before the connection goes, or it would still find the time to complain of that.
    child.kill();
    drop(line);
    let status = child.end().context("failed to reap a run")?;
    let output = tidied(drain.finish());

    let outcome = match told.end {
        Ok(outcome) => outcome,
        Err(Break::Stopped) => Outcome::Stopped,
        Err(Break::Late) => match told.step {
            Step::Preparing => Outcome::Rubbish(format!("it was not ready within {} s", limits.ready.as_secs_f64())),
            Step::Working => Outcome::TimedOut,
            Step::Recording => {
                Outcome::Rubbish(format!("it sent no record of its run within {} s", limits.trace.as_secs_f64()))
            }
        },
        Err(Break::Memory) => Outcome::OutOfMemory,
        Err(Break::Rubbish(what)) => Outcome::Rubbish(format!("it sent {what}")),
        Err(Break::End) if ended_itself => ending::of(status, &output.plain()),
        Err(Break::End) => Outcome::Ended("it closed its connection to the grader".to_owned()),
    };
    Ok(Finished { outcome, seconds: told.seconds, cpu: told.cpu, memory: told.memory, record: told.record, output })
}

/// Starts the process, with one end of a socket pair as its standard input and one pipe for all that it prints.
fn start(program: &Program) -> io::Result<(Group, UnixStream, Drain)> {
    let (ours, theirs) = UnixStream::pair()?;
    let (printed, print) = io::pipe()?;
    let mut command = Command::new(&program.executable);
    command
        .args(&program.arguments)
        .stdin(std::os::fd::OwnedFd::from(theirs))
        .stdout(print.try_clone()?)
        .stderr(print)
        .current_dir(std::env::temp_dir())
        .env_clear();
    // All that a program needs to be found and to start. Anything else would make runs differ from shell to shell.
    for name in ["PATH", "LD_LIBRARY_PATH", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let child = Group::spawn(&mut command)?;
    Ok((child, ours, Drain::start(printed)))
}

/// Sets the limits that the system keeps, before the child is told its case.
///
/// `DATA`, not `AS`: the address space counts what is only reserved or shared, above all the 64 MB that each thread's heap is
/// carved from, and a healthy program with many threads would hit it. `DATA` counts what may be written to, stacks
/// included, of which much is never touched: hence four times what may be occupied. It stops the one huge allocation that
/// is faster than the parent's look at the occupied memory, and that look is the real limit. No core files: they take
/// seconds to write.
fn restrict(child: &Group, limits: &Limits) -> io::Result<()> {
    for (resource, most) in [(Resource::Data, limits.memory.saturating_mul(4)), (Resource::Core, 0)] {
        let most = getrlimit(resource).maximum.map_or(most, |own| own.min(most));
        match prlimit(Some(child.id()), resource, Rlimit { current: Some(most), maximum: Some(most) }) {
            Ok(_) => {}
            // It has ended already; the conversation will show how.
            Err(rustix::io::Errno::SRCH) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// How far a run has come.
#[derive(Clone, Copy)]
enum Step {
    Preparing,
    Working,
    Recording,
}

/// What came out of the conversation with a child.
struct Told {
    step: Step,
    end: Result<Outcome, Break>,
    seconds: f64,
    cpu: Option<f64>,
    memory: Option<u64>,
    record: Record,
}

/// Case, ready, run, answer, record.
fn converse(
    line: &mut Line<'_>,
    child: &Group,
    case: &Case,
    limits: &Limits,
    watch: Option<(Watch<'_>, News<'_>)>,
) -> Told {
    if let Err(reason) = prepare(line, case, limits) {
        let (step, end, record) = (Step::Preparing, Err(reason), Record::default());
        return Told { step, end, seconds: 0.0, cpu: None, memory: None, record };
    }

    let cpu_before = cpu_time(child);
    let start = Instant::now();
    let answer = line.send(Kind::Run, &[]).and_then(|()| answer(line, start + limits.answer, limits, watch));
    let seconds = start.elapsed().as_secs_f64();
    let cpu = cpu_time(child).zip(cpu_before).map(|(after, before)| after - before);

    let memory = most_memory(child);

    let told = |step, end, record| Told { step, end, seconds, cpu, memory, record };
    match answer.and_then(outcome) {
        Ok(outcome @ Outcome::Output(_)) => match record(line, Instant::now() + limits.trace, limits) {
            Ok(record) => told(Step::Recording, Ok(outcome), record),
            Err(reason) => told(Step::Recording, Err(reason), Record::default()),
        },
        // The failure says what happened; the record only adds to it.
        Ok(outcome) => {
            let record = record(line, Instant::now() + limits.report, limits).unwrap_or_default();
            told(Step::Recording, Ok(outcome), record)
        }
        Err(reason @ (Break::Late | Break::Memory)) => {
            let record = last_words(line, limits).unwrap_or_default();
            told(Step::Working, Err(reason), record)
        }
        Err(reason) => told(Step::Working, Err(reason), Record::default()),
    }
}

fn prepare(line: &mut Line<'_>, case: &Case, limits: &Limits) -> Result<(), Break> {
    let body = postcard::to_stdvec(case).expect("a case has no maps of unknown length, so encoding it cannot fail");
    line.send(Kind::Case, &body)?;
    match line.receive(Instant::now() + limits.ready, limits.memory_watched())? {
        (Kind::Ready, _) => Ok(()),
        (kind, _) => Err(unexpected(kind, "Ready")),
    }
}

/// Waits for what is to be the answer, and meanwhile for what was asked and what is printed.
fn answer(
    line: &mut Line<'_>,
    deadline: Instant,
    limits: &Limits,
    watch: Option<(Watch<'_>, News<'_>)>,
) -> Result<(Kind, Vec<u8>), Break> {
    let Some((watch, mut news)) = watch else { return line.receive(deadline, limits.memory_watched()) };
    line.ask();
    let answer = loop {
        let mut show = || {
            if let Some(printed) = news.next() {
                watch(Seen::Printed(tidied(printed)));
            }
        };
        match line.receive_beside(deadline, limits.memory_watched(), &mut show) {
            // What is too long to be sent again and again is told once, at the end. And what cannot be read is not shown: it
            // is the last record that counts.
            Ok((Kind::Trace, body)) if line.answered() => match read_record(&body) {
                _ if body.len() > LONGEST_SEEN => line.ask_no_more(),
                Ok(record) => watch(Seen::Record(record)),
                Err(_) => line.ask_no_more(),
            },
            answer => break answer,
        }
    };
    line.ask_no_more();
    answer
}

fn outcome((kind, body): (Kind, Vec<u8>)) -> Result<Outcome, Break> {
    match kind {
        Kind::Output => Ok(Outcome::Output(body)),
        Kind::Failed => match postcard::from_bytes::<Failure>(&body) {
            Ok(Failure { message, task, place, unfinished }) => Ok(Outcome::Failed(Failure {
                message: printed::plain(&message),
                task: task.as_deref().map(printed::plain),
                place: place.as_deref().map(printed::plain),
                unfinished,
            })),
            Err(_) => Err(Break::Rubbish("a failure that cannot be read".to_owned())),
        },
        _ => Err(unexpected(kind, "an answer")),
    }
}

fn record(line: &mut Line<'_>, deadline: Instant, limits: &Limits) -> Result<Record, Break> {
    match line.receive(deadline, limits.memory)? {
        (Kind::Trace, body) => read_record(&body),
        (kind, _) => Err(unexpected(kind, "Trace")),
    }
}

/// Asks a child that is at a limit what it has been doing. An answer that comes now is too late and skipped.
fn last_words(line: &mut Line<'_>, limits: &Limits) -> Result<Record, Break> {
    let deadline = Instant::now() + limits.report;
    line.send(Kind::Report, &[])?;
    loop {
        match line.receive(deadline, limits.memory)? {
            (Kind::Trace, body) => return read_record(&body),
            (Kind::Output | Kind::Failed, _) => {}
            (kind, _) => return Err(unexpected(kind, "Trace")),
        }
    }
}

/// With the paths that the student knows.
fn tidied(printed: Printed) -> Printed {
    let [first, last] = [&printed.first, &printed.last].map(|text| crate::build::tidy(text));
    Printed { first, last, ..printed }
}

fn read_record(body: &[u8]) -> Result<Record, Break> {
    let mut record = Record::from_bytes(body).map_err(|error| Break::Rubbish(format!("what is {error}")))?;
    for site in &mut record.sites {
        site.file = crate::build::tidy(&site.file);
    }
    Ok(record)
}

fn unexpected(kind: Kind, due: &str) -> Break {
    Break::Rubbish(format!("{kind:?} where {due} was due"))
}

/// The most memory that a process has ever had resident, in bytes.
fn most_memory(child: &Group) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id().as_raw_nonzero())).ok()?;
    let kibibytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?;
    kibibytes.parse().ok().map(|kibibytes: u64| kibibytes.saturating_mul(1024))
}

/// CPU time of all threads of a process, ended ones included, in seconds.
fn cpu_time(child: &Group) -> Option<f64> {
    let clock = nix::time::clock_getcpuclockid(Pid::from_raw(child.id().as_raw_pid())).ok()?;
    clock_gettime(clock).ok().map(|time: TimeSpec| Duration::from(time).as_secs_f64())
}
