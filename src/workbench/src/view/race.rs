//! The race: its rounds as dots, the ratio against the threshold, the times as bars, and how busy the cores were.

use grader::report::Verdict;
use ratatui::{
    style::{Style, Stylize},
    text::{Line, Span},
};

use super::{text, theme};
use crate::model::{Model, Race};

/// Columns for a name,
const NAME: usize = 9;
/// and for numbers.
const NUMBERS: usize = 16;

/// The race as lines of a width; none before the first round, and none of a program that is not solved: without tasks, what it
/// wins or loses is chance.
pub(super) fn lines(model: &Model, width: usize) -> Vec<Line<'static>> {
    let share = model.exercise().rubric.share;
    if model.check.report().is_some_and(|report| report.verdict == Verdict::Unsolved) {
        return Vec::new();
    }
    let Some(race) = model.check.race(share) else { return Vec::new() };
    let width = width.saturating_sub(NAME + NUMBERS).max(1);
    let mut lines = vec![dots(model, share), ratio(&race, width)];
    lines.extend(times(&race, width));
    lines.extend(cores(model, width));
    lines.extend(memory(model, width));
    lines
}

/// A dot a round: full for one that was as fast as asked, empty for one that was not, small for one to come.
fn dots(model: &Model, share: f64) -> Line<'static> {
    let check = &model.check;
    let rounds = check.rounds_so_far();
    let won = |&&[_, parallel, probe]: &&[f64; 3]| parallel * share <= probe;
    let dot = |round: &[f64; 3]| {
        if won(&round) { Span::styled("●", theme::GOOD) } else { Span::styled("○", theme::HALF) }
    };
    let to_come = if check.running() { check.planned.saturating_sub(rounds.len()) } else { 0 };
    let mut line = Line::from(format!("{:<NAME$}", "rounds"));
    line.extend(rounds.iter().map(dot));
    line.push_span(Span::styled("·".repeat(to_come), theme::QUIET));
    line.push_span(format!("  {} of {} won", rounds.iter().filter(won).count(), rounds.len()));
    line
}

/// The ratio as a bar, with a mark where the threshold is.
fn ratio(race: &Race, width: usize) -> Line<'static> {
    let most = [race.speedup, race.threshold, race.probe_speedup].into_iter().fold(0.0, f64::max);
    let (style, sign) = if race.speedup >= race.threshold { (theme::GOOD, "≥") } else { (theme::HALF, "<") };
    let bar = text::bar(race.speedup / most, width);
    let mark = ((race.threshold / most * width as f64) as usize).min(width - 1);
    let part = |from: usize, to: usize| bar.chars().skip(from).take(to - from).collect::<String>();
    let numbers = format!("{:.2}x {sign} {:.2}x", race.speedup, race.threshold);
    Line::from(vec![
        format!("{:<NAME$}", "ratio").into(),
        Span::styled(part(0, mark), style),
        Span::styled("┃", theme::ASKED),
        Span::styled(part(mark + 1, width), style),
        format!("{numbers:>NUMBERS$}").bold(),
    ])
}

/// The times, all on one scale: the parallel one must not be longer than the one asked for.
fn times(race: &Race, width: usize) -> [Line<'static>; 4] {
    let asked = race.serial / race.threshold;
    let longest = [race.serial, race.parallel, asked, race.probe].into_iter().fold(0.0, f64::max);
    let row = |name: &str, seconds: f64, speedup: Option<f64>, style: Style| {
        let speedup = speedup.map_or(String::new(), |speedup| format!("{speedup:.2}x"));
        Line::from(vec![
            format!("{name:<NAME$}").into(),
            Span::styled(text::bar(seconds / longest, width), style),
            format!(" {seconds:>6.3} s").into(),
            format!("{speedup:>7}").bold(),
        ])
    };
    let parallel = if race.speedup >= race.threshold { theme::GOOD } else { theme::HALF };
    [
        row("serial", race.serial, None, theme::SERIAL),
        row("parallel", race.parallel, Some(race.speedup), parallel),
        row("asked", asked, Some(race.threshold), theme::ASKED),
        row("probe", race.probe, Some(race.probe_speedup), theme::ASKED.dim()),
    ]
}

/// CPU time by wall time, of as many cores as there are workers; known at the end.
fn cores(model: &Model, width: usize) -> Option<Line<'static>> {
    let report = model.check.report()?;
    let busy = report.cpu_per_wall?;
    let numbers = format!("{busy:.2} of {} cores", report.workers);
    Some(Line::from(vec![
        format!("{:<NAME$}", "CPU/wall").into(),
        Span::styled(text::bar(busy / f64::from(report.workers.max(1)), width), theme::FOCUS),
        format!("{numbers:>NUMBERS$}").into(),
    ]))
}

/// The most memory of a run, as a share of what it may have; known at the end. The record of its tasks is in it, too.
fn memory(model: &Model, width: usize) -> Option<Line<'static>> {
    let most = model.check.report()?.memory?;
    let limit = model.exercise().limits.megabytes.saturating_mul(1_000_000);
    let numbers = text::bytes(most);
    Some(Line::from(vec![
        format!("{:<NAME$}", "memory").into(),
        Span::styled(text::bar(most as f64 / limit.max(1) as f64, width), theme::FOCUS),
        format!("{numbers:>NUMBERS$}").into(),
    ]))
}
