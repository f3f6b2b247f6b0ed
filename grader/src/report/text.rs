//! Reports for people to read, with ANSI colours: whoever prints them takes the colours out where they do not belong.

use anstyle::{AnsiColor, Style};
use trace::text::{count, times};

use super::{Criterion, Report, Speedup, Verdict};
use crate::{child::folded, judge::median};

/// How many rounds stand in one line of the table of times.
const ROUNDS_PER_LINE: usize = 9;

/// How many characters a line of a message has at most, where its words allow it.
const LINE: usize = 96;

/// One exercise: verdict and message, what the compiler said, times, points, hints.
#[must_use]
pub fn render(report: &Report) -> String {
    let parts = [
        headline(report),
        indented(&wrapped(&report.message)),
        compile_errors(report),
        race(report),
        report.rubric.iter().map(criterion).collect(),
        report.hints.iter().map(|hint| indented(&wrapped(&format!("Hint: {hint}")))).collect(),
        output(report),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The last line, below all exercises.
///
/// ```
/// assert_eq!(grader::report::text::total(&[]), "0 of 0 exercises pass, 0 of 0 points\n");
/// ```
#[must_use]
pub fn total(reports: &[Report]) -> String {
    let count = |verdict| reports.iter().filter(|report| report.verdict == verdict).count();
    let points: u32 = reports.iter().map(|report| report.points).sum();
    let max_points: u32 = reports.iter().map(|report| report.max_points).sum();
    let exercises = if reports.len() == 1 { "exercise passes" } else { "exercises pass" };
    let unclear = match count(Verdict::Inconclusive) {
        0 => String::new(),
        unclear => format!(", {unclear} inconclusive"),
    };
    format!("{} of {} {exercises}, {points} of {max_points} points{unclear}\n", count(Verdict::Pass), reports.len())
}

/// The text in a colour or weight.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// The colour of a verdict: green is good, yellow is not there yet, red is broken.
pub(crate) fn style(verdict: Verdict) -> Style {
    let color = match verdict {
        Verdict::Pass => AnsiColor::Green,
        Verdict::TooSlow | Verdict::Unsolved | Verdict::Inconclusive => AnsiColor::Yellow,
        Verdict::Wrong | Verdict::Panicked | Verdict::TimedOut | Verdict::Crashed | Verdict::BuildFailed => {
            AnsiColor::Red
        }
    };
    color.on_default().bold()
}

fn headline(report: &Report) -> String {
    let name = paint(Style::new().bold(), &report.name);
    let verdict = paint(style(report.verdict), &report.verdict.to_string());
    format!("{name}: {verdict}, {} of {} points\n", report.points, report.max_points)
}

/// Each line two columns to the right; nothing for nothing.
pub(crate) fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect()
}

/// The same words in lines of at most [`LINE`] characters. Lines that are short enough stay as they are.
pub(crate) fn wrapped(text: &str) -> String {
    text.lines()
        .map(|line| if line.chars().count() <= LINE { line.to_owned() + "\n" } else { filled(line, LINE) })
        .collect()
}

/// The words of a line in as many lines as they need, none longer than `columns` unless a word is.
pub(crate) fn filled(line: &str, columns: usize) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in line.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > columns {
            text.push('\n');
            column = 0;
        }
        if column > 0 {
            text.push(' ');
            column += 1;
        }
        text += word;
        column += length;
    }
    text + "\n"
}

fn compile_errors(report: &Report) -> String {
    let errors = report.diagnostics.iter().filter(|diagnostic| diagnostic.level == "error");
    errors.map(|error| error.rendered.trim_end().to_owned() + "\n").collect::<Vec<_>>().join("\n")
}

fn race(report: &Report) -> String {
    let Some(speedup) = &report.speedup else { return String::new() };
    let verdict =
        [report.threshold.map(|threshold| format!("{} is asked for", times(threshold))), report.probe.map(probe)];
    let workers = if report.workers == 1 { "1 worker".to_owned() } else { format!("{} workers", report.workers) };
    let facts = [format!("{} as fast as serial on {workers}", times(speedup.median))].into_iter();
    let facts: Vec<_> = facts.chain(verdict.into_iter().flatten()).collect();
    let cpu = report.cpu_per_wall.map(|cpu| format!("  {cpu:.2} cores were busy on average\n"));
    format!("  {}\n{}{}", facts.join("; "), cpu.unwrap_or_default(), table(speedup))
}

fn probe(median: f64) -> String {
    format!("work that shares nothing gets {}", times(median))
}

/// Times in seconds, a row a program, and below them what the median is made of.
fn table(speedup: &Speedup) -> String {
    let column = |place: usize| speedup.rounds.iter().map(|times| times[place]).collect::<Vec<_>>();
    let ratios: Vec<_> = speedup.rounds.iter().map(|[serial, parallel, _]| serial / parallel).collect();
    let rows = [("serial", column(0)), ("parallel", column(1)), ("probe", column(2))];
    let rounds = if ratios.len() == 1 { "the round".to_owned() } else { format!("all {} rounds", ratios.len()) };
    let header = paint(Style::new().dimmed(), &format!("{:<10}{:>8}   {rounds}, in seconds", "", "median"));
    let seconds = |time: f64| format!("{time:.3}");
    let rows: String = rows
        .into_iter()
        .map(|(name, times)| row(name, &seconds(median(&times).unwrap_or(f64::NAN)), times.into_iter().map(seconds)))
        .collect();
    let ratio = |ratio: f64| format!("{ratio:.2}");
    format!("\n  {header}\n{rows}{}", row("ratio", &times(speedup.median), ratios.into_iter().map(ratio)))
}

fn row(name: &str, median: &str, rounds: impl Iterator<Item = String>) -> String {
    let cells: Vec<_> = rounds.map(|cell| format!("{cell:>6}")).collect();
    let lines: Vec<_> = cells.chunks(ROUNDS_PER_LINE).map(|cells| cells.join(" ")).collect();
    format!("  {name:<10}{median:>8}   {}\n", lines.join(&format!("\n{:23}", "")))
}

fn criterion(criterion: &Criterion) -> String {
    let Criterion { name, points, max_points, seen } = criterion;
    let color = if points == max_points { AnsiColor::Green } else { AnsiColor::Yellow };
    let points = paint(color.on_default(), &format!("{points:>2} of {max_points}"));
    let seen = if seen.is_empty() { String::new() } else { paint(Style::new().dimmed(), &format!(" ({seen})")) };
    format!("  {points}  {name}{seen}\n")
}

/// What the program printed, where it may help to find out what went wrong.
fn output(report: &Report) -> String {
    if report.verdict == Verdict::Pass { String::new() } else { printed(&report.output) }
}

/// What a program printed, lines that come again and again as one; nothing for nothing.
pub(crate) fn printed(output: &str) -> String {
    if output.trim().is_empty() {
        return String::new();
    }
    let line = |(line, times): (&str, usize)| match times {
        1 => format!("{line}\n"),
        _ => format!("{line} × {}\n", count(times as u64)),
    };
    let lines: String = folded(output.trim_end().lines()).into_iter().map(line).collect();
    format!("  What the program printed:\n{}", indented(&indented(&lines)))
}
