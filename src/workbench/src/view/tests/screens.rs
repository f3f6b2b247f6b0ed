//! Every screen at three sizes and in every theme, each in a file of `snapshots/`: its text, its styles in the dark theme, and what
//! the other themes make of these. A theme only exchanges styles, and ASCII only characters, one by one; so a line for each
//! says all that there is to see of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    time::Duration,
};

use grader::report::{Report, Speedup};
use ratatui::buffer::Cell;

use super::*;
use crate::{
    look::Theme,
    model::{Compiled, Output, Versions},
};

const SIZES: [[u16; 2]; 3] = [[80, 24], [120, 40], [200, 60]];

/// The name of a snapshot, and what is seen there.
type Shown = (&'static str, fn(u16, u16) -> Model);

const SCREENS: [Shown; 22] = [
    ("overview", passed),
    ("course", |width, height| after_keys(passed(width, height), "zj")),
    ("course_find", |width, height| after_keys(passed(width, height), "/bo")),
    ("lesson", |width, height| {
        let mut model = passed(width, height);
        let table = "| batch | time |\n|---|---:|\n| 1 | 40 s |\n| 100,000 | 0.2 s |\n";
        model.lesson = Ok(format!("{}\n{table}", samples::LESSON));
        after_keys(model, "2z")
    }),
    ("run", |width, height| after_keys(passed(width, height), "3z")),
    ("run_first_build", |width, height| {
        let mut model = samples::opened(width, height);
        after(&mut model, 250, Message::Preparing(Compiled { done: 12, total: 57, name: "serde".to_owned() }));
        after(&mut model, 300, Message::Saved { exercise: "pi".to_owned() });
        after_keys(model, "3")
    }),
    ("run_does_not_compile", |width, height| {
        let report = Report {
            message: "It does not compile.".to_owned(),
            diagnostics: vec![samples::diagnostic()],
            rubric: Vec::new(),
            speedup: None,
            ..samples::report(Verdict::BuildFailed, 0)
        };
        after_keys(ended(samples::ready(width, height), report), "3")
    }),
    ("run_wrong", |width, height| {
        let mistake = "785,104 hits, 785,421 expected: the last 317 darts are missing.";
        let mut model = samples::ready(width, height);
        tell(&mut model, samples::tried(Some(mistake)));
        let report = Report {
            message: mistake.to_owned(),
            rubric: Vec::new(),
            speedup: None,
            ..samples::report(Verdict::Wrong, 0)
        };
        after_keys(ended(model, report), "3")
    }),
    ("run_too_slow", |width, height| {
        let report = Report {
            message: "Right, but 1.51x, and 1.68x is asked for. Half of the time no task ran: submit first, get later."
                .to_owned(),
            hints: vec!["The first batch took twice as long as the others.".to_owned()],
            speedup: Some(Speedup {
                median: 1.51,
                rounds: [0.248, 0.249, 0.222, 0.251, 0.248].map(|parallel| [0.375, parallel, 0.190]).to_vec(),
            }),
            ..samples::report(Verdict::TooSlow, 8)
        };
        after_keys(ended(passed(width, height), report), "3z")
    }),
    ("tasks", |width, height| after_keys(passed(width, height), "4z")),
    ("tasks_selected", |width, height| after_keys(passed(width, height), "4zll")),
    ("tasks_crowded", |width, height| after_keys(samples::crowded(width, height, 100), "4JJ")),
    ("objects", |width, height| {
        let mut model = passed(width, height);
        model.check.objects = Some(samples::objects(3));
        after_keys(model, "5")
    }),
    ("picture", |width, height| after_keys(passed(width, height), "6")),
    ("picture_replay", |width, height| {
        let mut model = after_keys(samples::replayed(width, height), "6");
        let later = model.now + Duration::from_secs(1);
        update(&mut model, Message::Tick(later));
        model
    }),
    ("output", |width, height| {
        let mut model = passed(width, height);
        model.check.output = Some(Output { rounds: vec![0, 120, 7], ..Output::of(&samples::printed()) });
        after_keys(model, "7")
    }),
    ("output_live", |width, height| {
        let mut model = after_keys(samples::ready(width, height), "7");
        tell(&mut model, Told::Built { seconds: 0.5 });
        tell(&mut model, samples::printing(100));
        model
    }),
    ("diff", |width, height| {
        let mut model = after_keys(passed(width, height), "8");
        let (id, versions) =
            (model.diff.asked, Versions { passing: samples::comparison(), solution: samples::comparison() });
        update(&mut model, Message::Compared { id, versions });
        model
    }),
    ("help", |width, height| after_keys(passed(width, height), "?")),
    ("hints", |width, height| after_keys(passed(width, height), "hh")),
    ("welcome", |width, height| {
        let mut model = samples::opened(width, height);
        model.overlay = Some(Overlay::Welcome);
        model
    }),
    ("trouble", |width, height| {
        let mut model = passed(width, height);
        update(&mut model, Message::Trouble("failed to keep your progress: the disk is full".to_owned()));
        model
    }),
];

/// A pass of `pi`, with what the screens show of it: prerequisites, a best ratio, hints taken.
fn passed(width: u16, height: u16) -> Model {
    let mut model = samples::passed(width, height);
    model.course.exercises[1].after = vec!["bootstrap".to_owned()];
    model.course.exercises[2].after = vec!["bootstrap".to_owned(), "pi".to_owned()];
    model.progress.take_hint("pi");
    model
}

fn ended(mut model: Model, report: Report) -> Model {
    let check = model.check.id;
    update(&mut model, Message::Checked { check, outcome: Ok(report) });
    model
}

fn after_keys(mut model: Model, letters: &str) -> Model {
    letters.chars().for_each(|letter| press(&mut model, KeyCode::Char(letter)));
    model
}

#[test]
fn every_screen_in_every_theme() {
    for (name, model) in SCREENS {
        for [width, height] in SIZES {
            let shown = shown(&model(width, height));
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(format!("{name}_{width}x{height}"), shown);
            });
        }
    }
}

/// A screen as a snapshot has it.
fn shown(model: &Model) -> String {
    let themes = Theme::ALL.map(|theme| {
        let mut model = model.clone();
        model.look.theme = theme;
        drawn(&model)
    });
    let mut ascii = model.clone();
    ascii.look.ascii = true;
    let ascii = drawn(&ascii);
    let [dark, others @ ..] = &themes;
    for other in others {
        assert_eq!(text(other), text(dark), "a theme exchanges colours alone");
    }

    let mut shown = numbered(text(dark));
    shown += "\nIts styles: how many cells have each, row by row\n";
    shown += &numbered(dark.content.chunks(dark.area.width.into()).map(styles).collect());
    shown += "\nIts styles in each theme\n";
    let buffers = || themes.iter().chain([&ascii]);
    let names = Theme::ALL.map(Theme::name).into_iter().chain(["ASCII"]);
    shown += &columns(names.map(ToOwned::to_owned));
    let looks: BTreeSet<Vec<String>> =
        (0..dark.content.len()).map(|place| buffers().map(|buffer| style(&buffer.content[place])).collect()).collect();
    looks.into_iter().for_each(|look| shown += &columns(look));
    shown += "\nIts characters in ASCII\n";
    for (character, those) in in_ascii(dark, &ascii) {
        let _ = writeln!(shown, "{character}  {}", those.into_iter().collect::<String>());
    }
    shown
}

fn text(buffer: &Buffer) -> Vec<String> {
    let rows = buffer.content.chunks(buffer.area.width.into());
    rows.map(|row| row.iter().map(Cell::symbol).collect::<String>().trim_end().to_owned()).collect()
}

/// Rows with their numbers; neighbours that are the same, once.
fn numbered(rows: Vec<String>) -> String {
    let mut numbered = String::new();
    let mut first = 1;
    for same in rows.chunk_by(PartialEq::eq) {
        let last = first + same.len() - 1;
        let number = if same.len() == 1 { first.to_string() } else { format!("{first}-{last}") };
        let _ = writeln!(numbered, "{number:>5} {}", same[0]);
        first = last + 1;
    }
    numbered
}

/// The styles of a row, and of how many cells each is.
fn styles(row: &[Cell]) -> String {
    let same = row.chunk_by(|one, next| style(one) == style(next));
    let runs: Vec<String> = same.map(|run| format!("{} {}", run.len(), style(&run[0]))).collect();
    runs.join(", ")
}

/// The style of a cell in words.
fn style(cell: &Cell) -> String {
    let mut words: Vec<String> = Vec::new();
    if cell.fg != Color::Reset {
        words.push(cell.fg.to_string().to_lowercase());
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {}", cell.bg).to_lowercase());
    }
    words.extend(cell.modifier.iter_names().map(|(name, _)| name.to_lowercase()));
    if words.is_empty() { "plain".to_owned() } else { words.join(" ") }
}

fn columns(texts: impl IntoIterator<Item = String>) -> String {
    let line: String = texts.into_iter().map(|text| format!("{text:<26}")).collect();
    line.trim_end().to_owned() + "\n"
}

/// The characters that each of ASCII stands for.
fn in_ascii<'a>(whole: &'a Buffer, ascii: &'a Buffer) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut characters: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (one, other) in whole.content.iter().zip(&ascii.content) {
        if one.symbol().is_ascii() {
            assert_eq!(other.symbol(), one.symbol(), "what is in ASCII stays");
        } else {
            characters.entry(other.symbol()).or_default().insert(one.symbol());
        }
    }
    characters
}

#[test]
fn chapters_have_a_column_where_there_is_room_and_are_found_by_typing() {
    let mut model = samples::passed(120, 40);
    model.course.exercises[1].chapter = Some("Compute".to_owned());
    press(&mut model, KeyCode::Char('z'));
    assert!(screen(&model).contains("chapter  ") && screen(&model).contains("chapter: Compute"), "{}", screen(&model));
    for letter in "/compu".chars() {
        press(&mut model, KeyCode::Char(letter));
    }
    assert_eq!(model.listed(), [1]);
}
