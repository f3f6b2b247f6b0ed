//! What the last check says: what goes on, the compiler's words, right or wrong, the race, the points.

use ansi_to_tui::IntoText;
use grader::{
    build::Diagnostic,
    report::{Criterion, Report, Verdict},
};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};

use super::{race, text, text_screen, theme};
use crate::model::{Check, Compiled, Model, Screen, Step};

/// The run.
pub(super) struct View<'a>(pub(super) &'a Model);

impl Widget for View<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        text_screen(self.0, Screen::Run, " Run ", area, buffer);
    }
}

/// Where the check stands, in a few words.
pub(super) fn headline(model: &Model) -> Line<'static> {
    let check = &model.check;
    if let Some(preparing) = &model.preparing {
        let building = match &preparing.compiled {
            Some(Compiled { done, total, .. }) if *total > 0 => format!("first build, {done} of {total} crates"),
            _ => "first build".to_owned(),
        };
        return busy(model, building);
    }
    match check.step {
        Step::Starting => busy(model, "starting"),
        Step::Building => busy(model, "building"),
        Step::Trying => busy(model, "running the small case"),
        Step::Racing if check.planned > 0 => {
            busy(model, format!("racing, {} of {} rounds", check.rounds.len(), check.planned))
        }
        Step::Racing => busy(model, "racing"),
        Step::Over => match &check.outcome {
            Some(Ok(report)) => Line::from(vec![
                verdict(report.verdict),
                format!(", {} of {} points", report.points, report.max_points).into(),
            ]),
            Some(Err(_)) | None => Line::from("✗ could not be checked").style(theme::BAD),
        },
    }
}

pub(super) fn verdict(verdict: Verdict) -> Span<'static> {
    let (symbol, name, style) = theme::verdict(verdict);
    Span::styled(format!("{symbol} {name}"), style.bold())
}

/// What goes on.
pub(super) fn busy(model: &Model, what: impl Into<Span<'static>>) -> Line<'static> {
    Line::from(vec![Span::styled(spinner(model), theme::HALF), " ".into(), what.into()])
}

pub(super) fn spinner(model: &Model) -> &'static str {
    const FRAMES: [&str; 8] = ["⠋", "⠙", "⠸", "⠴", "⠦", "⠧", "⠇", "⠏"];
    FRAMES[(model.now.as_millis() / 100) as usize % FRAMES.len()]
}

/// The run as lines of a width.
pub(super) fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    let check = &model.check;
    let width = usize::from(width.min(text::READABLE));
    let mut sections = vec![vec![headline(model)]];
    match &check.outcome {
        Some(Ok(report)) => sections.push(paragraph(&report.message)),
        Some(Err(reason)) => sections.push(paragraph(reason)),
        None => {}
    }
    sections.push(building(model, width));
    sections.extend(check.diagnostics.iter().map(diagnostic));
    sections.push(right_or_wrong(check));
    sections.push(race::lines(model, width));
    match check.report() {
        Some(report) => sections.extend(details(report)),
        None if check.tried.is_some() => sections.push(asked(model)),
        None => {}
    }
    sections.retain(|section| !section.is_empty());
    text::wrap(sections.join(&Line::default()), width)
}

/// The first build while it goes on, and what waits for it; or that of a check.
fn building(model: &Model, width: usize) -> Vec<Line<'static>> {
    let Some(preparing) = &model.preparing else {
        return match &model.check.compiled {
            Some(compiled) if model.check.step == Step::Building => progress(compiled, width),
            _ => Vec::new(),
        };
    };
    let mut lines = preparing.compiled.as_ref().map_or(Vec::new(), |compiled| progress(compiled, width));
    let first = "The first build compiles what all exercises need. After it, a save is checked within seconds.";
    lines.extend([Line::default(), Line::from(first).style(theme::QUIET)]);
    if preparing.saved {
        let waits = "◐ Your save is seen. It is checked as soon as this build is over.";
        lines.extend([Line::default(), Line::from(waits).style(theme::HALF)]);
    }
    lines
}

fn progress(compiled: &Compiled, width: usize) -> Vec<Line<'static>> {
    let Compiled { done, total, name } = compiled;
    if *total == 0 {
        return Vec::new();
    }
    let bar = text::bar(*done as f64 / *total as f64, width.saturating_sub(2).min(40));
    vec![
        Line::from(vec!["▕".into(), Span::styled(bar, theme::FOCUS), "▏".into()]),
        Line::from(format!(" {done} of {total} crates: {name}")),
    ]
}

/// As the compiler prints it, in its colours.
fn diagnostic(diagnostic: &Diagnostic) -> Vec<Line<'static>> {
    match diagnostic.rendered.trim_end().into_text() {
        Ok(text) => text.lines,
        Err(_) => paragraph(&diagnostic.message),
    }
}

fn right_or_wrong(check: &Check) -> Vec<Line<'static>> {
    let Some(tried) = &check.tried else { return Vec::new() };
    let (sign, style) =
        if tried.mistake.is_none() { ("✓ Right", theme::GOOD) } else { ("✗ Not right", theme::BAD) };
    let after = format!(" on the small case, after {:.1} s", tried.after.as_secs_f64());
    let mut lines = vec![Line::from(vec![Span::styled(sign, style.bold()), Span::styled(after, theme::QUIET)])];
    // The report has the same message, and stands first.
    if let (Some(mistake), None) = (&tried.mistake, &check.outcome) {
        lines.extend(paragraph(mistake));
    }
    lines
}

/// What points can be won with, until it is known which are.
fn asked(model: &Model) -> Vec<Line<'static>> {
    let rubric = &model.exercise().rubric;
    let structure = rubric.structure.iter().map(|structure| (structure.points, structure.text.as_str()));
    let all =
        [(rubric.correct, "right, from shared work")].into_iter().chain(structure).chain([(rubric.speed, "speed")]);
    all.filter(|&(points, _)| points > 0)
        .map(|(points, name)| Line::from(format!("· {} for {name}", text::plural(points.into(), "point", "points"))))
        .map(|line| line.style(theme::QUIET))
        .collect()
}

/// What the points are made of, what is good to know, and what the program printed.
fn details(report: &Report) -> Vec<Vec<Line<'static>>> {
    let mut sections = vec![report.rubric.iter().map(criterion).collect()];
    sections.extend(report.hints.iter().map(|hint| paragraph(&format!("Good to know: {hint}"))));
    if !report.output.trim().is_empty() {
        let mut lines = vec![Line::from("Your program printed:").style(theme::HEADING)];
        lines.extend(paragraph(report.output.trim_end()));
        sections.push(lines);
    }
    sections
}

/// `✓ 4 of 4  right, from shared work: 1,001 tasks on 2 workers`
fn criterion(criterion: &Criterion) -> Line<'static> {
    let (symbol, style) = match criterion.points {
        points if points >= criterion.max_points => ("✓", theme::GOOD),
        0 => ("✗", theme::BAD),
        _ => ("◐", theme::HALF),
    };
    let seen = if criterion.seen.is_empty() { String::new() } else { format!(" ({})", criterion.seen) };
    Line::from(vec![
        Span::styled(symbol, style),
        format!(" {} of {}  ", criterion.points, criterion.max_points).into(),
        criterion.name.clone().into(),
        Span::styled(seen, theme::QUIET),
    ])
}

fn paragraph(text: &str) -> Vec<Line<'static>> {
    text.lines().map(|line| Line::from(line.replace('\t', "    "))).collect()
}
