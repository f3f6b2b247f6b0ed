//! One check, as far as it has come.

use std::time::Duration;

use grader::{build::Diagnostic, check::Progress, judge::median, report::Report};
use grader::{film::Replay, picture::Picture};

use super::{Objects, Output, Stream};

/// Where a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing heard yet.
    Starting,
    /// The compiler runs.
    Building,
    /// The program runs on the small case.
    Trying,
    /// The program races the serial baseline.
    Racing,
    /// The report is there, or why there is none.
    Over,
}

/// How far a build is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// Crates compiled.
    pub done: usize,
    /// Of about how many; 0 while that is not known, and where it is not worth knowing.
    pub total: usize,
    /// The last one.
    pub name: String,
}

/// The small try-out's result.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// What was wrong, for the student; `None` when it was right.
    pub mistake: Option<String>,
    /// Time from the beginning of the check, which is the moment of the save, until this was known.
    pub after: Duration,
}

/// One check of an exercise.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its number; 0 is no check at all.
    pub id: u64,
    /// When it began.
    pub began: Duration,
    /// Where it is.
    pub step: Step,
    /// How far its build is; `None` while nothing had to be compiled.
    pub compiled: Option<Compiled>,
    /// How long the build took, in seconds, once it is over.
    pub built: Option<f64>,
    /// What the compiler said.
    pub diagnostics: Vec<Diagnostic>,
    /// The small try-out, once it is over.
    pub tried: Option<Tried>,
    /// The rounds of the race that are over: `[serial, parallel, probe]`, in seconds.
    pub rounds: Vec<[f64; 3]>,
    /// How many rounds there will be at most.
    pub planned: usize,
    /// The newest record of its tasks.
    pub stream: Option<Stream>,
    /// The objects of that record.
    pub objects: Option<Objects>,
    /// What its program printed in the small try-out, which may still go on.
    pub output: Option<Output>,
    /// What its answer looks like; or its run, as far as it has come.
    pub picture: Option<Picture>,
    /// How the small try-out came to its answer.
    pub replay: Option<Replay>,
    /// Its end: the report, or why there is none.
    pub outcome: Option<Result<Report, String>>,
}

impl Check {
    /// A check that has just begun.
    #[must_use]
    pub fn new(id: u64, began: Duration) -> Self {
        Self {
            id,
            began,
            step: Step::Starting,
            compiled: None,
            built: None,
            diagnostics: Vec::new(),
            tried: None,
            rounds: Vec::new(),
            planned: 0,
            stream: None,
            objects: None,
            output: None,
            picture: None,
            replay: None,
            outcome: None,
        }
    }

    /// It still goes on.
    #[must_use]
    pub fn running(&self) -> bool {
        self.id > 0 && self.step != Step::Over
    }

    /// The report, if it has come.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        self.outcome.as_ref()?.as_ref().ok()
    }

    /// Takes in what the check tells at time `now`, with the task stream of its record.
    pub fn hear(&mut self, progress: Progress, stream: Option<Stream>, now: Duration) {
        self.stream = stream.or(self.stream.take());
        match progress {
            Progress::Building => self.step = Step::Building,
            Progress::Compiled { done, total, name } => {
                self.step = Step::Building;
                self.compiled = Some(Compiled { done, total, name });
            }
            Progress::Diagnosed(diagnostic) => self.diagnostics.push(diagnostic),
            Progress::Built { seconds } => {
                self.step = Step::Trying;
                self.built = Some(seconds);
            }
            Progress::Trying { record: _, picture } => self.picture = Some(picture),
            Progress::Printing { printed } => self.output = Some(Output::of(&printed)),
            Progress::Tried { seconds: _, mistake, record: _, picture, printed } => {
                self.output = Some(Output::of(&printed));
                self.step = Step::Racing;
                self.tried = Some(Tried { mistake, after: now.saturating_sub(self.began) });
                self.picture = picture;
            }
            Progress::Filmed(replay) => self.replay = Some(replay),
            Progress::Round { times, done: _, rounds, record: _, printed } => {
                self.output.get_or_insert_default().rounds.push(printed);
                self.step = Step::Racing;
                self.rounds.push(times);
                self.planned = rounds;
            }
        }
    }

    /// The check is over.
    pub fn end(&mut self, outcome: Result<Report, String>) {
        self.step = Step::Over;
        if let Ok(report) = &outcome
            && !report.diagnostics.is_empty()
        {
            self.diagnostics.clone_from(&report.diagnostics);
        }
        self.outcome = Some(outcome);
    }

    /// The rounds that are over: `[serial, parallel, probe]`, in seconds.
    #[must_use]
    pub fn rounds_so_far(&self) -> &[[f64; 3]] {
        match self.report().and_then(|report| report.speedup.as_ref()) {
            Some(speedup) => &speedup.rounds,
            None => &self.rounds,
        }
    }

    /// The race as far as it has come; `share` is what the exercise asks of the probe's speedup. `None` before the first round.
    #[must_use]
    pub fn race(&self, share: f64) -> Option<Race> {
        let (report, rounds) = (self.report(), self.rounds_so_far());
        let median_of = |value: fn(&[f64; 3]) -> f64| median(&rounds.iter().map(value).collect::<Vec<_>>());
        let probe_speedup = median_of(|[serial, _, probe]| serial / probe)?;
        let probe_speedup = report.and_then(|report| report.probe).unwrap_or(probe_speedup);
        let speedup = median_of(|[serial, parallel, _]| serial / parallel)?;
        Some(Race {
            serial: median_of(|times| times[0])?,
            parallel: median_of(|times| times[1])?,
            probe: median_of(|times| times[2])?,
            speedup: report.and_then(|report| report.speedup.as_ref()).map_or(speedup, |speedup| speedup.median),
            threshold: report.and_then(|report| report.threshold).unwrap_or(share * probe_speedup),
            probe_speedup,
            rounds: rounds.len(),
        })
    }
}

/// A race in a few numbers: medians over its rounds. Times are seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Race {
    /// The serial baseline's time.
    pub serial: f64,
    /// The student's time.
    pub parallel: f64,
    /// The probe's time.
    pub probe: f64,
    /// Serial by parallel time.
    pub speedup: f64,
    /// The speedup asked for.
    pub threshold: f64,
    /// Serial by the probe's time.
    pub probe_speedup: f64,
    /// How many rounds these are medians of.
    pub rounds: usize,
}
