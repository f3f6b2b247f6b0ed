//! Cargo, and what the compiler says.
//!
//! A program that does not compile is an outcome; cargo that cannot do its work is an error. Messages are passed on as they come,
//! those of the student's own package alone, with the path that the student knows.

mod explain;
mod message;
mod origin;

use std::{
    collections::HashSet,
    fmt,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    time::Duration,
};

use anyhow::{Context as _, bail};
use serde::Serialize;

use self::{message::Message, origin::Origin};
use crate::{
    child::Group,
    classroom::{Classroom, Submissions},
};

/// A message of the compiler, with the student's own path in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// `"error"` or `"warning"`.
    pub level: String,
    /// The message alone: `"cannot find value `x` in this scope"`.
    pub message: String,
    /// The file, relative to the checkout; `None` for a message about no place.
    pub file: Option<String>,
    /// Line, counted from 1; 0 for a message about no place, or a whole file.
    pub line: usize,
    /// Column, counted from 1; 0 where the line is.
    pub column: usize,
    /// As the compiler prints it, with ANSI colours.
    pub rendered: String,
}

/// On one line and without colours: `exercises/pi.rs:3:5: mismatched types`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), 0) => write!(formatter, "{file}: ")?,
            (Some(file), line) => write!(formatter, "{file}:{line}:{}: ", self.column)?,
            (None, _) => {}
        }
        formatter.write_str(&self.message)
    }
}

/// What a build tells while it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A crate is there: `done` of about `total`. `total` is 0 while it is not known, and stays 0 when nothing but
    /// the student's own package has to be built.
    Compiled {
        /// Crates done, those that were there already included.
        done: usize,
        /// Crates in all.
        total: usize,
        /// The crate.
        name: String,
    },
    /// A message of the compiler.
    Diagnosed(Diagnostic),
}

/// How a build ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Built {
    /// With a program.
    Program {
        /// Where it is.
        executable: PathBuf,
        /// What the compiler has to remark all the same.
        warnings: Vec<Diagnostic>,
    },
    /// It does not compile: everything the compiler said, errors first.
    Broken(Vec<Diagnostic>),
    /// The caller asked to stop.
    Stopped,
}

/// Builds one program for grading.
///
/// `tell` is called on this thread. When `stop` becomes true, cargo and its compilers are killed.
///
/// # Errors
/// Cargo is not there or cannot work (lock file, crates that were never fetched, no permission), the linker is missing,
/// or the course itself does not compile.
pub fn build(
    classroom: &Classroom,
    exercise: &str,
    submissions: Submissions,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(Step),
) -> anyhow::Result<Built> {
    let program = submissions.program(exercise);
    let job = Job { classroom, package: submissions.package(), stop };
    let origin = Origin::of(classroom.source(exercise, submissions));
    let mut ended = job.run(&["--bin", &program], tell)?;
    if let (Some(origin), Some(found)) = (&origin, ended.executable(&program)) {
        let executable = found.path.clone();
        if found.fresh && !origin.made(&executable) {
            let source = || {
                format!(
                    "failed to have {} built anew, as it is not what was built last",
                    classroom.source(exercise, submissions).display()
                )
            };
            origin.touch().with_context(source)?;
            ended = job.run(&["--bin", &program], tell)?;
        }
        origin.note(&executable).with_context(|| format!("failed to write beside {}", executable.display()))?;
    }
    if ended.stopped {
        return Ok(Built::Stopped);
    }
    if let Some(found) = ended.executable(&program) {
        return Ok(Built::Program { executable: found.path.clone(), warnings: ended.diagnostics });
    }
    let mut diagnostics = ended.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.level != "error");
    if ended.foreign_error.is_none() && diagnostics.first().is_some_and(|first| first.level == "error") {
        return Ok(Built::Broken(diagnostics));
    }
    match ended.foreign_error {
        Some(error) => bail!("failed to build what {program} needs:\n{error}"),
        None => bail!("{}", explain::cargo_failure(&ended.ran, &ended.stderr)),
    }
}

/// Builds ahead of time: every crate that the exercises need, and the exercises as they are, so that the first save of a student
/// costs no more than the next. Exercises that do not compile are passed over.
///
/// Returns whether it was finished, rather than stopped.
///
/// # Errors
/// Those of [`build`], apart from what is wrong with the exercises themselves.
pub fn warm(classroom: &Classroom, stop: &AtomicBool, tell: &mut dyn FnMut(Step)) -> anyhow::Result<bool> {
    let job = Job { classroom, package: Submissions::Exercises.package(), stop };
    let names = classroom.course.exercises.iter().map(|exercise| exercise.name.as_str());
    let origins: Vec<_> =
        names.map(|name| (name, Origin::of(classroom.source(name, Submissions::Exercises)))).collect();
    let ended = job.run(&["--bins", "--keep-going"], tell)?;
    for (name, origin) in &origins {
        if let (Some(origin), Some(found)) = (origin, ended.executable(&Submissions::Exercises.program(name)))
            && !found.fresh
        {
            origin.note(&found.path).with_context(|| format!("failed to write beside {}", found.path.display()))?;
        }
    }
    if let Some(error) = ended.foreign_error {
        bail!("failed to build what the exercises need:\n{error}");
    }
    if !ended.success && !ended.stopped && ended.diagnostics.is_empty() {
        bail!("{}", explain::cargo_failure(&ended.ran, &ended.stderr));
    }
    Ok(!ended.stopped)
}

/// The path that a student knows: a student's file is a module of the course's own main, so the compiler calls it
/// `exercises/main/../pi.rs`.
///
/// ```
/// assert_eq!(grader::build::tidy("panicked at exercises/main/../pi.rs:3:5"), "panicked at exercises/pi.rs:3:5");
/// ```
#[must_use]
pub fn tidy(text: &str) -> String {
    text.replace("exercises/main/../", "exercises/").replace("solutions/main/../", "solutions/")
}

/// One call of cargo.
struct Job<'a> {
    classroom: &'a Classroom,
    package: &'a str,
    stop: &'a AtomicBool,
}

/// What came out of it.
#[derive(Default)]
struct Ended {
    success: bool,
    stopped: bool,
    executables: Vec<Executable>,
    diagnostics: Vec<Diagnostic>,
    /// The first error in a package that is not the student's.
    foreign_error: Option<String>,
    /// What was run, and how it ended.
    ran: String,
    stderr: String,
}

/// A program that is there.
struct Executable {
    name: String,
    path: PathBuf,
    /// Cargo took the one that was there for up to date.
    fresh: bool,
}

impl Ended {
    fn executable(&self, name: &str) -> Option<&Executable> {
        self.executables.iter().find(|executable| executable.name == name)
    }
}

impl Job<'_> {
    fn run(&self, what: &[&str], tell: &mut dyn FnMut(Step)) -> anyhow::Result<Ended> {
        let mut command = Command::new(cargo());
        command
            .args(["build", "--profile", "grade", "--offline", "--message-format", "json-diagnostic-rendered-ansi"])
            .args(["--package", self.package])
            .args(self.classroom.target.iter().flat_map(|target| ["--target-dir".as_ref(), target.as_os_str()]))
            .args(what)
            .current_dir(&self.classroom.root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut cargo = Group::spawn(&mut command).with_context(|| {
            format!("failed to start {}: is Rust installed, and its `cargo` on the PATH?", cargo().display())
        })?;
        let lines = read_lines(cargo.leader().stdout.take().context("cargo has no standard output")?);
        let stderr = read_all(cargo.leader().stderr.take().context("cargo has no standard error")?);

        let mut ended = Ended::default();
        let mut crates = Crates { own: self.classroom.root.join(self.package).join("Cargo.toml"), ..Crates::default() };
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Ok(Ended { stopped: true, ..ended });
            }
            match lines.recv_timeout(Duration::from_millis(20)) {
                Ok(line) => self.read(&line, &mut crates, &mut ended, tell),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        // Standard output is closed: cargo is ending. Only a stop is a reason to kill it.
        while !cargo.ends_within(Duration::from_millis(20)) {
            if self.stop.load(Ordering::Relaxed) {
                return Ok(Ended { stopped: true, ..ended });
            }
        }
        let status = cargo.end().context("failed to reap cargo")?;
        ended.success = status.success();
        ended.ran = format!("`{}` ended with {status}", in_words(&command));
        ended.stderr = stderr.join().unwrap_or_default();
        Ok(ended)
    }

    fn read(&self, line: &str, crates: &mut Crates, ended: &mut Ended, tell: &mut dyn FnMut(Step)) {
        // A line that is no message is something a build script printed.
        let Ok(message) = serde_json::from_str::<Message>(line) else { return };
        match message {
            Message::Built(artifact) => {
                if let Some(executable) = &artifact.executable {
                    ended.executables.push(Executable {
                        name: artifact.target.name.clone(),
                        path: executable.clone(),
                        fresh: artifact.fresh,
                    });
                }
                if let Some(step) = crates.count(self, &artifact) {
                    tell(step);
                }
            }
            Message::Said { message, manifest_path } if manifest_path == crates.own => {
                if message.is_about_the_machine() {
                    ended.foreign_error.get_or_insert_with(|| explain::linker_failure(&message.message));
                } else if let Some(diagnostic) = message.diagnostic(self.package) {
                    let diagnostic = explain::diagnostic(diagnostic, self.package);
                    ended.diagnostics.push(diagnostic.clone());
                    tell(Step::Diagnosed(diagnostic));
                }
            }
            Message::Said { message, .. } if message.level.starts_with("error") => {
                ended.foreign_error.get_or_insert(message.rendered.unwrap_or(message.message));
            }
            Message::Said { .. } | Message::Other => {}
        }
    }
}

/// Counts crates as they are done.
#[derive(Default)]
struct Crates {
    /// The manifest of the student's package.
    own: PathBuf,
    done: HashSet<String>,
    /// How many there will be; asked for only when a crate had to be compiled that is not the student's.
    total: Option<mpsc::Receiver<usize>>,
    known_total: usize,
}

impl Crates {
    fn count(&mut self, job: &Job<'_>, artifact: &message::Artifact) -> Option<Step> {
        if artifact.target.kind.iter().any(|kind| kind == "custom-build") {
            return None;
        }
        if !artifact.fresh && artifact.manifest_path != self.own {
            self.total.get_or_insert_with(|| count_crates(&job.classroom.root, job.package));
        }
        if let Some(total) = self.total.as_ref().and_then(|total| total.try_recv().ok()) {
            self.known_total = total;
        }
        self.done.insert(artifact.package_id.clone());
        let done = self.done.len();
        let total = if self.known_total == 0 { 0 } else { self.known_total.max(done) };
        Some(Step::Compiled { done, total, name: artifact.target.name.clone() })
    }
}

/// Asks cargo how many crates a package is built from, without waiting for the answer.
fn count_crates(root: &Path, package: &str) -> mpsc::Receiver<usize> {
    let (answer, asked) = mpsc::channel();
    let mut tree = Command::new(cargo());
    tree.args([
        "tree",
        "--offline",
        "--edges",
        "normal,build",
        "--prefix",
        "none",
        "--format",
        "{p}",
        "--package",
        package,
    ])
    .current_dir(root)
    .stdin(Stdio::null());
    std::thread::spawn(move || {
        let Ok(output) = tree.output() else { return };
        let text = String::from_utf8_lossy(&output.stdout);
        let crates: HashSet<&str> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
        // Nobody waits for it any more when the build is over.
        let _ = answer.send(crates.len());
    });
    asked
}

/// The cargo that runs this program, if one does; otherwise the one on the `PATH`.
pub(crate) fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// What is run, as it could be typed.
fn in_words(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn read_lines(pipe: impl std::io::Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

fn read_all(mut pipe: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = Vec::new();
        // What was read before an error is worth having.
        let _ = pipe.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    })
}
