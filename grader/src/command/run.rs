//! `grader run`: one look at a program, without a verdict.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::{Args, value_parser};
use problems::{
    Case, Clock, Given,
    picture::{Panel, Picture},
};
use trace::{
    Measures, Record,
    text::{count, nanoseconds, times},
};

use super::{
    check::{stopped_by_signals, submissions},
    picture, print,
    progress::Ticker,
    stream,
};
use crate::{
    Classroom, Submissions,
    check::{self, Point, Progress, Run as Finished, Sweep, SweepProgress, Table},
    course::{self, Exercise, Knob, KnobKind, list},
    exit_codes,
    report::{
        Verdict,
        text::{indented, paint, printed, style, wrapped},
    },
};

/// How many columns of time the task stream has.
const STREAM_COLUMNS: u32 = 50;

/// How many columns the longest bar of a sweep has.
const BAR_COLUMNS: usize = 40;

/// Run one program once, and show what its tasks did
///
/// It shows whether the answer is right, how long the program and the serial one took, what the answer looks like, and a row
/// a worker with the time spent at tasks. One run is no fair race: `grader check` is.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  grader run pi                     at the size that is graded
  grader run pi --size 1000000      a million darts
  grader run pi --sweep             the first knob of the exercise varied: its batch
  grader run pi --sweep workers     1, 2 and more workers
  grader run pi --png pi.png        and the picture in a file
  grader run pi --trace pi.json     and a file for https://ui.perfetto.dev")]
pub(super) struct Run {
    /// Which exercise
    name: String,
    /// Run the course's solution, not your file
    #[arg(long)]
    solutions: bool,
    /// Read the input from a file or folder, where the exercise takes one
    #[arg(long, value_name = "PATH")]
    input: Option<PathBuf>,
    /// How many workers; without it, one for each core, at most 8
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=256))]
    workers: Option<u16>,
    /// How large, in the units of the exercise (darts, rows, words); without it, as large as is graded or usually shown
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    size: Option<u64>,
    /// What the random numbers are made from; the same seed gives the same input everywhere. Without it, what is usually shown
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Run with each value of a knob that the course has for the exercise: `workers`, `n` (the size), or the number that `sweep(..)`
    /// gives to the program. Without a name, the first of them
    #[arg(long, value_name = "KNOB", num_args = 0..=1)]
    sweep: Option<Option<String>>,
    /// Write what the tasks did to a file that https://ui.perfetto.dev opens
    #[arg(long, value_name = "FILE", conflicts_with = "sweep")]
    trace: Option<PathBuf>,
    /// Write what the answer looks like, or the times of a sweep, to a PNG file
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
}

impl Run {
    pub(super) fn execute(&self, classroom: &Classroom) -> anyhow::Result<u8> {
        let exercise = classroom.course.find(&self.name)?;
        let name = exercise.name.as_str();
        let problem = problems::find(name).with_context(|| format!("there is no problem {name}"))?;
        let input = self.input.as_deref().map(|path| input(problem, path)).transpose()?;
        let graded = (exercise.sizes.graded, self.seed.unwrap_or(1));
        // What is nice to look at may be too easy to vary anything in.
        let (size, seed) = problem.shown().filter(|_| self.seed.is_none() && self.sweep.is_none()).unwrap_or(graded);
        let varied = match &self.sweep {
            Some(knob) => Some(self.knob(exercise, knob.as_deref())?),
            None => None,
        };
        let mut case = Case {
            size: self.size.unwrap_or(size),
            seed,
            workers: self.workers.unwrap_or_else(check::workers),
            clock: Clock::Real,
            sweep: None,
            input,
        };
        let submissions = submissions(classroom, self.solutions)?;
        if varied.is_some()
            && let Some(knob) = program_knob(exercise)
        {
            knob.turn(&mut case, knob.usual_on(check::cores(), exercise));
        }
        let session = Session { classroom, exercise, problem, submissions, case, varied };
        let png = self.png.as_deref();
        match varied {
            Some(knob) => session.sweep(knob, png),
            None => session.once(self.trace.as_deref(), png),
        }
    }

    /// The knob of that name, or the first. What it turns must not be given as well.
    fn knob<'a>(&self, exercise: &'a Exercise, name: Option<&str>) -> anyhow::Result<&'a Knob> {
        let Exercise { knobs, .. } = exercise;
        let Some(first) = knobs.first() else {
            bail!("there is nothing to sweep in {}: {} has no `knobs` for it", exercise.name, course::FILE);
        };
        let knob = match name {
            None => first,
            Some(name) => knobs.iter().find(|knob| knob.name == name).with_context(|| {
                let names = list(knobs.iter().map(|knob| knob.name.as_str()));
                format!("{} has no knob `{name}`: it has {names}", exercise.name)
            })?,
        };
        let given = match knob.kind() {
            KnobKind::Workers => self.workers.map(|_| "--workers"),
            KnobKind::Size => self.size.map(|_| "--size").or(self.input.as_ref().map(|_| "--input")),
            KnobKind::Program => None,
        };
        match given {
            Some(option) => bail!("the sweep varies `{}`, so {option} would say nothing: leave it out", knob.name),
            None => Ok(knob),
        }
    }
}

/// The input at that path, if it is one for this problem.
fn input(problem: &dyn Given, path: &Path) -> anyhow::Result<PathBuf> {
    problem.check_input(path).map_err(anyhow::Error::msg)?;
    let path = path.canonicalize().with_context(|| format!("failed to find {}", path.display()))?;
    if path.to_str().is_none() {
        bail!("the name {} cannot be sent to a program, as it is not UTF-8: rename it, or link to it", path.display());
    }
    Ok(path)
}

/// The knob of the program's own number.
fn program_knob(exercise: &Exercise) -> Option<&Knob> {
    exercise.knobs.iter().find(|knob| knob.kind() == KnobKind::Program)
}

/// One exercise and the case that it is run on.
struct Session<'a> {
    classroom: &'a Classroom,
    exercise: &'a Exercise,
    problem: &'static dyn Given,
    submissions: Submissions,
    case: Case,
    /// What a sweep varies in it.
    varied: Option<&'a Knob>,
}

impl Session<'_> {
    fn once(&self, trace: Option<&Path>, png: Option<&Path>) -> anyhow::Result<u8> {
        let run = self.run(&self.case, &mut Ticker::new(&self.exercise.name))?;
        let serial = match &run.outcome {
            Ok(_) => Some(check::serial_once(self.exercise, &self.case)?),
            Err(_) => None,
        };
        let (verdict, message) = self.verdict(&self.case, &run, serial.as_ref().map(|(output, _)| output.as_slice()));
        let drawn = run.outcome.as_ref().ok().and_then(|output| self.problem.picture(&self.case, output));
        let parts = [
            self.headline(verdict, &message),
            serial.as_ref().map(|(_, serial)| comparison(*serial, run.seconds)).unwrap_or_default(),
            drawn.as_ref().map(picture::text).unwrap_or_default(),
            if verdict == Verdict::BuildFailed { String::new() } else { tasks(&run.record) },
            printed(&run.output),
            trace.map(|path| save_trace(path, &run.record)).transpose()?.unwrap_or_default(),
            png.map(|path| self.save_picture(path, drawn)).transpose()?.unwrap_or_default(),
        ];
        print(&parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n"))?;
        Ok(exit_code(verdict))
    }

    fn sweep(&self, knob: &Knob, png: Option<&Path>) -> anyhow::Result<u8> {
        let stop = stopped_by_signals()?;
        let table = Table { knob, cores: check::cores() };
        let mut ticker = Ticker::new(&self.exercise.name);
        let mut printed = Ok(());
        let mut swept = Sweep::default();
        let mut tell = |progress: SweepProgress| {
            ticker.clear();
            let first = swept.serial.is_none();
            swept.hear(progress.clone());
            let text = match progress {
                SweepProgress::Building => return ticker.tell(&Progress::Building),
                SweepProgress::Serial(_) if first => format!("{}\n{}", self.subject(), sweep_head(&table, &swept)),
                SweepProgress::Serial(_) => return,
                SweepProgress::Point(point) => sweep_row(&table, &point),
            };
            if printed.is_ok() {
                printed = print(&text);
            }
        };
        let Self { classroom, exercise, submissions, case, .. } = self;
        let swept = check::sweep(classroom, exercise, *submissions, (knob, case), &stop, &mut tell);
        ticker.clear();
        printed?;
        let Some(sweep) = swept? else { bail!("stopped before the sweep of {} was over", exercise.name) };
        if let Some((verdict, message)) = &sweep.mistake {
            print(&self.headline(*verdict, message))?;
            return Ok(exit_codes::FAIL);
        }
        let said = match table.conclusion(&sweep) {
            Ok(conclusion) => [conclusion, table.note(&sweep)].join("\n"),
            Err(odd) => odd,
        };
        print(&format!("\n{}", indented(&wrapped(&said))))?;
        if let Some(path) = png {
            let picture = Picture { caption: Vec::new(), panels: vec![Panel::Plot(table.plot(&sweep, None))] };
            print(&format!("\n{}", self.save_picture(path, Some(picture))?))?;
        }
        Ok(exit_codes::PASS)
    }

    /// Writes the picture to a file, with what it is a picture of.
    fn save_picture(&self, path: &Path, picture: Option<Picture>) -> anyhow::Result<String> {
        let Some(mut picture) = picture else {
            return Ok(format!("  There is no answer to draw: {} was not written.\n", path.display()));
        };
        picture.caption.insert(0, anstream::adapter::strip_str(&self.subject()).to_string());
        picture::save(path, &picture)
    }

    fn run(&self, case: &Case, ticker: &mut Ticker) -> anyhow::Result<Finished> {
        ticker.tell(&Progress::Building);
        let run = check::run_once(self.classroom, self.exercise, self.submissions, case);
        ticker.clear();
        run
    }

    /// The verdict on one run, as far as one run can tell, and the message that explains it.
    fn verdict(&self, case: &Case, run: &Finished, expected: Option<&[u8]>) -> (Verdict, String) {
        match (&run.outcome, expected) {
            (Ok(output), Some(expected)) => match self.problem.verify(case, expected, output, &run.record) {
                Ok(()) => (Verdict::Pass, String::new()),
                Err(mistake) => (Verdict::Wrong, mistake),
            },
            (Ok(_), None) => (Verdict::Inconclusive, "There is nothing to compare the output with.".to_owned()),
            (Err((verdict, message)), _) => (*verdict, message.clone()),
        }
    }

    fn headline(&self, verdict: Verdict, message: &str) -> String {
        let word = if verdict == Verdict::Pass { "right".to_owned() } else { verdict.to_string() };
        format!("{}: {}\n{}", self.subject(), paint(style(verdict), &word), explanation(verdict, message))
    }

    /// What is run: `pi, 100,000,002 darts, 2 workers, seed 1`; without what is varied in it.
    fn subject(&self) -> String {
        let stays = |kind: KnobKind| self.varied.is_none_or(|knob| knob.kind() != kind);
        let mut parts = vec![paint(anstyle::Style::new().bold(), &self.exercise.name)];
        if stays(KnobKind::Size) {
            let (units, unit_name) = self.problem.units(&self.case);
            parts.push(format!("{} {unit_name}", count(units)));
        }
        if stays(KnobKind::Workers) {
            parts.push(format!("{} {}", self.case.workers, if self.case.workers == 1 { "worker" } else { "workers" }));
        }
        if let (Some(knob), Some(number)) = (program_knob(self.exercise), self.case.sweep)
            && stays(KnobKind::Program)
        {
            parts.push(format!("{} {}", knob.name, count(number)));
        }
        parts.push(match &self.case.input {
            Some(path) => path.display().to_string(),
            None => format!("seed {}", self.case.seed),
        });
        parts.join(", ")
    }
}

fn explanation(verdict: Verdict, message: &str) -> String {
    // What the compiler says is laid out in columns already.
    if verdict == Verdict::BuildFailed { message.trim_end().to_owned() + "\n" } else { indented(&wrapped(message)) }
}

fn exit_code(verdict: Verdict) -> u8 {
    if verdict == Verdict::Pass { exit_codes::PASS } else { exit_codes::FAIL }
}

fn comparison(serial: f64, parallel: f64) -> String {
    format!("  serial    {serial:.3} s\n  parallel  {parallel:.3} s   {}\n", times(serial / parallel))
}

/// The task stream, and what can be counted in it.
fn tasks(record: &Record) -> String {
    let measures = Measures::of(record);
    if measures.tasks + measures.calls == 0 {
        return "  There were no tasks: everything ran on the program's own thread.\n".to_owned();
    }
    let stream = stream::render(record, STREAM_COLUMNS);
    let mean = nanoseconds(measures.mean_task);
    let longest = nanoseconds(measures.longest_task as f64);
    let (work, span) = (nanoseconds(measures.work as f64), nanoseconds(measures.span as f64));
    let phases = if measures.get_phases == 1 { "phase" } else { "phases" };
    let mut text =
        format!("{stream}\n  tasks     {}, {mean} on average, the longest {longest}\n", count(measures.tasks));
    if measures.calls > 0 {
        let queue = trace::actors(record).iter().map(|actor| actor.longest_queue).max().unwrap_or(0);
        let _ = writeln!(text, "  calls     {} on actors, the longest queue {}", count(measures.calls), count(queue));
    }
    let _ = writeln!(text, "  work      {work}, all tasks together");
    let _ = writeln!(text, "  span      {span}, the longest chain: no number of workers is faster");
    let _ = writeln!(text, "  waits     for results, in {} {phases}", count(measures.get_phases));
    let _ = writeln!(text, "  objects   {} stored with `put`", count(measures.puts));
    if record.dropped > 0 {
        let _ = writeln!(
            text,
            "  {} events found no room in the record, so these counts and times are too low.",
            count(record.dropped)
        );
    }
    text
}

fn save_trace(path: &Path, record: &Record) -> anyhow::Result<String> {
    std::fs::write(path, trace::perfetto::to_json(record))
        .with_context(|| format!("failed to write the trace to {}", path.display()))?;
    Ok(format!("  The trace is in {}: open it at https://ui.perfetto.dev\n", path.display()))
}

/// The head of a sweep's table, with the row of the serial program where there is one for all.
fn sweep_head(table: &Table, sweep: &Sweep) -> String {
    let serial = table.serial(sweep).map(|cells| line(table, &cells, &bar(1.0))).unwrap_or_default();
    line(table, &table.head(), "") + &serial
}

fn sweep_row(table: &Table, point: &Point) -> String {
    let mut cells = table.row(point);
    let bar = match point.outcome {
        Ok(seconds) => bar(seconds / point.serial),
        Err(verdict) => {
            let cell = &mut cells[table.time()];
            *cell = paint(style(verdict), cell);
            String::new()
        }
    };
    line(table, &cells, &bar)
}

/// Cells of a table, and a bar behind the last column.
fn line(table: &Table, cells: &[String], bar: &str) -> String {
    let missing: usize = table.head()[cells.len()..].iter().map(String::len).sum();
    format!("{}{}  {bar}", cells.concat(), " ".repeat(missing)).trim_end().to_owned() + "\n"
}

/// A time as a bar; the serial program's has half of the columns, and what is more than all of them ends in an arrow.
fn bar(share_of_serial: f64) -> String {
    let columns = (share_of_serial * BAR_COLUMNS as f64 / 2.0).round().max(1.0) as usize;
    if columns > BAR_COLUMNS { "█".repeat(BAR_COLUMNS - 1) + "→" } else { "█".repeat(columns) }
}

#[cfg(test)]
mod tests {
    use trace::Record;

    use super::{bar, comparison, printed, sweep_head, sweep_row, tasks};
    use crate::{
        check::{Point, Sweep, Table},
        course::Knob,
        report::Verdict,
    };

    #[test]
    fn a_sweep_is_a_table_with_bars() {
        let knob = Knob { name: "batch".to_owned(), values: vec![1, 1_000, 100_000, 10_000_000], usual: Some(1_000) };
        let table = Table { knob: &knob, cores: 2 };
        let row = |value, tasks, outcome| sweep_row(&table, &Point { value, serial: 0.4, outcome, tasks });
        let rows = [
            sweep_head(&table, &Sweep { serial: Some(0.4), ..Sweep::default() }),
            row(1, 3_100_000, Err(Verdict::TimedOut)),
            row(1_000, 100_001, Ok(4.0)),
            row(100_000, 1_001, Ok(0.2)),
            row(10_000_000, 10, Err(Verdict::Wrong)),
        ];
        insta::assert_snapshot!(anstream::adapter::strip_str(&rows.concat()), @"
             batch      time       tasks
            serial    400 ms              ████████████████████
                 1 timed out   3,100,000
             1,000       4 s     100,001  ███████████████████████████████████████→
           100,000    200 ms       1,001  ██████████
        10,000,000     wrong          10
        ");
    }

    #[test]
    fn bars_are_in_proportion_and_end() {
        assert_eq!([0.0, 0.5, 1.0, 2.0].map(|share| bar(share).chars().count()), [1, 10, 20, 40]);
        assert!(bar(2.1).ends_with('→') && bar(f64::INFINITY).chars().count() == 40);
    }

    #[test]
    fn times_stand_below_each_other() {
        assert_eq!(comparison(0.375, 0.194), "  serial    0.375 s\n  parallel  0.194 s   1.93x\n");
    }

    #[test]
    fn a_program_without_tasks_is_told_so() {
        assert_eq!(tasks(&Record::default()), "  There were no tasks: everything ran on the program's own thread.\n");
    }

    #[test]
    fn silence_is_not_shown() {
        assert_eq!(printed(" \n"), "");
        assert_eq!(printed("one\ntwo\n"), "  What the program printed:\n    one\n    two\n");
    }
}
