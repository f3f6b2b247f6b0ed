//! Every screen at three sizes and in every theme, in the files of `snapshots/`. A theme only exchanges styles, and ASCII only
//! characters, one by one. So a screen's file has its text and its styles in the dark theme, and `themes.snap` has a line for
//! each style and each character, with what it is elsewhere: that is all there is to see of the other themes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    time::Duration,
};

use grader::report::{Report, Speedup};
use ratatui::buffer::Cell;

use super::*;
use crate::{
    look::{Look, Theme},
    model::{Compiled, Output, Versions},
};

const SIZES: [[u16; 2]; 3] = [[80, 24], [120, 40], [200, 60]];

/// The name of a snapshot, and what is seen there.
type Shown = (&'static str, fn(u16, u16) -> Model);

const SCREENS: [Shown; 25] = [
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
    ("sweep", |width, height| swept(width, height, "ss")),
    ("sweep_workers", |width, height| after_keys(swept(width, height, "sjs"), "Gkhj")),
    ("sweep_sizes", |width, height| swept(width, height, "sjjs")),
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

/// The same with knobs, and the sweep that the keys begin, to its end.
fn swept(width: u16, height: u16, letters: &str) -> Model {
    let mut model = passed(width, height);
    samples::give_knobs(&mut model);
    let mut model = after_keys(model, letters);
    samples::swept(&mut model);
    model
}

fn after_keys(mut model: Model, letters: &str) -> Model {
    letters.chars().for_each(|letter| press(&mut model, KeyCode::Char(letter)));
    model
}

#[test]
fn every_screen_in_every_theme() {
    let mut exchanged = Exchanged::default();
    for (name, model) in SCREENS {
        for [width, height] in SIZES {
            let model = model(width, height);
            let themes = Theme::ALL.map(|theme| in_look(&model, Look { theme, ..model.look }));
            let ascii = in_look(&model, Look { ascii: true, ..model.look });
            exchanged.add(&themes, &ascii);
            assert_snapshot(&format!("{name}_{width}x{height}"), &shown(&themes[0]));
        }
    }
    assert_snapshot("themes", &exchanged.shown());
}

fn assert_snapshot(name: &str, shown: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shown);
    });
}

fn in_look(model: &Model, look: Look) -> Buffer {
    drawn(&Model { look, ..model.clone() })
}

/// A screen's text, and its styles.
fn shown(buffer: &Buffer) -> String {
    let styles = numbered(buffer.content.chunks(buffer.area.width.into()).map(styles).collect());
    format!("{}\nHow many cells have which style, row by row\n{styles}", numbered(text(buffer)))
}

/// What the themes and ASCII have in the place of styles and characters.
#[derive(Default)]
struct Exchanged {
    /// The same style in each theme, and in ASCII.
    styles: BTreeSet<Vec<String>>,
    /// The characters that each of ASCII stands for.
    characters: BTreeMap<String, BTreeSet<String>>,
}

impl Exchanged {
    fn add(&mut self, themes: &[Buffer], ascii: &Buffer) {
        let dark = &themes[0];
        for theme in themes {
            assert_eq!(text(theme), text(dark), "a theme exchanges styles alone");
        }
        for (place, cell) in dark.content.iter().enumerate() {
            self.styles.insert(themes.iter().chain([ascii]).map(|buffer| style(&buffer.content[place])).collect());
            let (one, other) = (cell.symbol(), ascii.content[place].symbol());
            if one.is_ascii() {
                assert_eq!(other, one, "what is in ASCII stays");
            } else {
                self.characters.entry(other.to_owned()).or_default().insert(one.to_owned());
            }
        }
    }

    fn shown(&self) -> String {
        let columns = |texts: &[String]| {
            let line: String = texts.iter().map(|text| format!("{text:<30}")).collect();
            line.trim_end().to_owned() + "\n"
        };
        let names: Vec<String> =
            Theme::ALL.iter().map(|theme| theme.name()).chain(["ASCII"]).map(str::to_owned).collect();
        let mut shown = columns(&names) + "\n";
        shown.extend(self.styles.iter().map(|styles| columns(styles)));
        shown += "\nASCII, and what it stands for\n\n";
        for (ascii, characters) in &self.characters {
            shown += &format!("{ascii}  {}\n", characters.iter().map(String::as_str).collect::<String>());
        }
        shown
    }
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
