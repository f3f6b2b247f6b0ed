//! What is known of the selected task, or of the driver's wait; and of all tasks of a function together.

use ratatui::{
    style::{Style, Stylize},
    text::{Line, Span},
};
use trace::{Kind, ROOT, Site, Status};

use super::{text, theme};
use crate::model::{Detail, Function, Model, Selection, Stream};

/// How many lines it takes, with one between the stream and it.
pub(super) const HEIGHT: u16 = 6;

/// All of it, in at most [`HEIGHT`] lines.
pub(super) fn lines(model: &Model, stream: &Stream, width: u16) -> Vec<Line<'static>> {
    let Some(selected) = model.selected else {
        let how = "The arrow keys or a click select a task: its line, its arguments and its times are shown here.";
        return [Line::default()]
            .into_iter()
            .chain(text::wrap([Line::from(how).style(theme::QUIET)], width.into()))
            .collect();
    };
    let facts = facts(stream, selected);
    let line = |(name, value): (&'static str, String)| {
        Line::from(vec![
            Span::styled(format!("{name:<11}"), theme::QUIET),
            text::clip(&value, usize::from(width) - 11).into(),
        ])
    };
    [Line::default()].into_iter().chain(facts.into_iter().map(line)).collect()
}

/// A line a function: how many tasks, and how long they took.
pub(super) fn functions(stream: &Stream) -> Vec<Line<'static>> {
    let head =
        format!("{:<24}{:>12}{:>12}{:>12}{:>12}{:>8}", "function", "tasks", "own work", "mean", "longest", "failed");
    let line = |function: &Function| {
        let times = [function.own, function.own / function.tasks.max(1), function.longest].map(|time| time as f64);
        let [own, mean, longest] = times.map(text::duration);
        let numbers =
            format!("{:>12}{own:>12}{mean:>12}{longest:>12}{:>8}", text::count(function.tasks), function.failed);
        let name = text::clip(&function.name, 21);
        Line::from(vec![Span::styled("█ ", theme::task(function.site, 0)), format!("{name:<22}{numbers}").into()])
    };
    let lines = stream.functions.iter().map(line);
    [Line::default(), Line::from(head).style(theme::QUIET)].into_iter().chain(lines).collect()
}

/// The selected task in a line.
pub(super) fn summary(stream: &Stream, selected: Selection) -> Line<'static> {
    let Some(span) = stream.span(selected) else { return Line::default() };
    let place = place(stream.sites.get(span.site as usize));
    let length = text::duration((span.end - span.start) as f64);
    let (name, word, style) = match stream.detail(span.task) {
        Some(detail) => {
            let (word, style) = ended(detail);
            (called(stream, detail), word, style)
        }
        None => ("driver".to_owned(), "waits", Style::new()),
    };
    Line::from(vec![
        " ".into(),
        name.bold(),
        format!(", {place}, {length}, ").into(),
        Span::styled(word, style),
        " ".into(),
    ])
}

/// Names and values of what is known.
fn facts(stream: &Stream, selected: Selection) -> Vec<(&'static str, String)> {
    let Some(span) = stream.span(selected) else { return Vec::new() };
    let place = place(stream.sites.get(span.site as usize));
    let since = |time: u64| text::duration(time.saturating_sub(stream.from) as f64);
    let length = |from: u64, to: u64| text::duration(to.saturating_sub(from) as f64);
    let Some(detail) = stream.detail(span.task) else {
        let Some(wait) = stream.waits.get(selected.span).filter(|_| span.task == ROOT) else { return Vec::new() };
        let what = match wait.kind {
            Kind::SleepBegin => "the driver sleeps".to_owned(),
            Kind::WaitBegin => format!("the driver waits for some of {}", objects(wait.objects as usize)),
            _ => format!("the driver waits in a get, for {}", objects(wait.objects as usize)),
        };
        let times = format!("from {} to {}, {}", since(wait.start), since(wait.end), length(wait.start, wait.end));
        return vec![("wait", what), ("source", place), ("times", times)];
    };
    let by = if detail.parent == ROOT { "the driver".to_owned() } else { format!("task {}", detail.parent) };
    let retries = match detail.retries {
        0 => String::new(),
        again => format!(", tried {} again", text::plural(again, "time", "times")),
    };
    let task = format!("{}, {}{retries}", called(stream, detail), ended(detail).0);
    let times = [
        ("submitted", Some(detail.submitted)),
        ("ready", detail.ready),
        ("began", detail.started),
        ("ended", detail.ended),
    ];
    let times = times.map(|(name, time)| format!("{name} {}", time.map_or_else(|| "-".to_owned(), since))).join(", ");
    let queued = detail.ready.zip(detail.started).map_or(String::new(), |(ready, started)| {
        let where_run = if detail.inline { ", then ran inside the get of another task" } else { "" };
        format!("; it waited {} for {}{where_run}", length(ready, started), stream.rows[selected.row].name)
    });
    let values = format!("{} and {} bytes of plain values", objects(detail.objects), text::count(detail.value_bytes));
    vec![
        ("task", task),
        ("source", format!("{place}, submitted by {by}")),
        ("arguments", values),
        ("times", times),
        ("own work", format!("{}{queued}", text::duration(detail.own as f64))),
    ]
}

fn called(stream: &Stream, detail: &Detail) -> String {
    let function = stream.sites.get(detail.site as usize).map_or("task", |site| site.function.as_str());
    format!("{function} #{}", detail.task)
}

fn place(site: Option<&Site>) -> String {
    site.map_or_else(|| "source unknown".to_owned(), |site| format!("{}:{}", site.file, site.line))
}

fn objects(number: usize) -> String {
    text::plural(number as u64, "object", "objects")
}

fn ended(detail: &Detail) -> (&'static str, Style) {
    match detail.status {
        Some(Status::Done) => ("done", theme::GOOD),
        Some(Status::Failed) => ("× failed", theme::BAD),
        Some(Status::Panicked) => ("× panicked", theme::BAD),
        Some(Status::Cancelled) => ("cancelled", theme::HALF),
        None => ("still running", theme::HALF),
    }
}
