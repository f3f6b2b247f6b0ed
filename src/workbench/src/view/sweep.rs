//! The sliders of an exercise's knobs, and of the chosen one: a table of times that fills row by row, and the plot of it.

use grader::{
    check::{self, Point, Table},
    course::KnobKind,
    picture::{Panel, Picture},
};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Margin, Position, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

use super::{
    Target, cover, frame, inside, picture,
    run::{self, spinner},
    scrolled, text, theme,
};
use crate::model::{Model, Slider, SweepStep, Swept};

/// Columns of the table, with the mark before each row.
const TABLE: u16 = 38;

/// Columns for the value of a slider, behind its track.
const VALUE: u16 = 28;

/// A track longer than this is no easier to move along.
const LONGEST_TRACK: u16 = 60;

/// Stands before the knob that has the keys, and before the row of the value that it stands at.
const MARK: &str = "›";

/// The sweep.
pub(super) struct View<'a>(pub(super) &'a Model);

impl Widget for View<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let model = self.0;
        cover(area, buffer);
        frame(format!(" Sweep: {} ", model.exercise().title), true).render(area, buffer);
        let inner = inside(area);
        let words = text::wrap(words(model), usize::from(inner.width));
        let [sliders, middle, below] = Layout::vertical([
            Constraint::Length(model.sweep.sliders.len() as u16),
            Constraint::Fill(1),
            Constraint::Length(words.len() as u16),
        ])
        .spacing(1)
        .areas(inner);
        for (knob, row) in sliders.rows().enumerate() {
            Line::from(slider(model, knob, inner)).render(row, buffer);
        }
        for (row, line) in below.rows().zip(words) {
            line.render(row, buffer);
        }
        let Some(slider) = model.sweep.chosen() else { return };
        let [left, right] =
            Layout::horizontal([Constraint::Length(TABLE), Constraint::Fill(1)]).spacing(1).areas(middle);
        let head = head(model, slider);
        let [above, values] =
            Layout::vertical([Constraint::Length(head.len() as u16), Constraint::Fill(1)]).areas(left);
        for (row, line) in above.rows().zip(head) {
            line.render(row, buffer);
        }
        let from = in_view(slider).saturating_sub(usize::from(values.height) / 2);
        // The scroll bar stands between the table and the plot.
        scrolled(body(model, slider), from, values.outer(Margin::new(1, 1)), buffer);
        if slider.swept.result.serial.is_some() {
            let plot = Panel::Plot(model.table(slider).plot(&slider.swept.result, Some(slider.value())));
            picture::draw(&Picture { caption: Vec::new(), panels: vec![plot] }, model, right, buffer);
        }
    }
}

/// What is at a place of the body.
pub(super) fn target(model: &Model, body: Rect, at: Position) -> Target {
    let inner = inside(body);
    let knob = usize::from(at.y.saturating_sub(inner.y));
    if !inner.contains(at) || knob >= model.sweep.sliders.len() {
        return Target::Overlay;
    }
    let track = track(model, inner);
    if (track.x..track.right()).contains(&at.x) {
        return Target::Slider { knob, place: place_at(model, body, knob, at.x) };
    }
    Target::Knob(knob)
}

/// The value of a slider that is nearest to a column, by its place.
pub(super) fn place_at(model: &Model, body: Rect, knob: usize, column: u16) -> usize {
    let track = track(model, inside(body));
    let values = model.sweep.sliders.get(knob).map_or(0, |slider| slider.values.len());
    let along = usize::from(column.saturating_sub(track.x));
    (0..values).min_by_key(|&place| on_track(place, values, track.width).abs_diff(along)).unwrap_or(0)
}

/// Columns of the longest name.
fn name_width(model: &Model) -> usize {
    model.sweep.sliders.iter().map(|slider| slider.knob.name.chars().count()).max().unwrap_or(0)
}

/// The columns of the tracks.
fn track(model: &Model, inner: Rect) -> Rect {
    let before = (name_width(model) + 3) as u16;
    let width = inner.width.saturating_sub(before + VALUE).clamp(1, LONGEST_TRACK);
    Rect { x: inner.x + before, width, ..inner }
}

/// Where on a track the value of that place is.
fn on_track(place: usize, values: usize, width: u16) -> usize {
    usize::from(width.saturating_sub(1)) * place / values.saturating_sub(1).max(1)
}

/// The mark, the name, the track with its thumb, and the value.
fn slider(model: &Model, knob: usize, inner: Rect) -> Vec<Span<'static>> {
    let slider = &model.sweep.sliders[knob];
    let chosen = model.sweep.chosen == knob;
    let width = track(model, inner).width;
    let mut track = vec!['─'; width.into()];
    for place in 0..slider.values.len() {
        track[on_track(place, slider.values.len(), width)] = '·';
    }
    let thumb = on_track(slider.place, slider.values.len(), width);
    let part = |range: std::ops::Range<usize>| Span::styled(track[range].iter().collect::<String>(), theme::QUIET);
    let (mark, style) = if chosen { (MARK, Style::new().bold()) } else { (" ", Style::new()) };
    let name = format!("{mark} {:<width$} ", slider.knob.name, width = name_width(model));
    let busy = if slider.running() { format!(" {}", spinner(model)) } else { String::new() };
    vec![
        Span::styled(name, style),
        part(0..thumb),
        Span::styled("●", if chosen { theme::FOCUS.bold() } else { theme::FOCUS }),
        part(thumb + 1..track.len()),
        Span::styled(format!(" {}", value(model, slider)), style),
        Span::styled(busy, theme::HALF),
    ]
}

/// The value that a slider stands at, and what it means.
fn value(model: &Model, slider: &Slider) -> String {
    let (table, value) = (model.table(slider), slider.value());
    let number = table.value(value);
    match slider.knob.kind() {
        KnobKind::Workers if table.is_beyond(value) => format!("{number} {}", table.beyond()),
        KnobKind::Workers | KnobKind::Program => number,
        KnobKind::Size => match check::units(model.exercise(), value) {
            Some((units, name)) if units == value => format!("{number} {name}"),
            Some((units, name)) => format!("{number}: {} {name}", text::count(units)),
            None => number,
        },
    }
}

/// The head of the table, and a row for the serial program.
fn head(model: &Model, slider: &Slider) -> Vec<Line<'static>> {
    let table = model.table(slider);
    let head = Line::from(format!(" {}", table.head().concat())).style(theme::QUIET);
    let serial = table.serial(&slider.swept.result).map(|serial| Line::from(format!(" {}", serial.concat())));
    [head].into_iter().chain(serial).collect()
}

/// The row that is seen, even if not all are: of the run that goes on, or of the slider's value.
fn in_view(slider: &Slider) -> usize {
    if slider.swept.step == SweepStep::Running { slider.swept.result.points.len() } else { slider.place }
}

/// The rest of the table: a row a value.
fn body(model: &Model, slider: &Slider) -> Vec<Line<'static>> {
    let (table, swept) = (model.table(slider), &slider.swept);
    let done = swept.result.points.len();
    let line = |(place, &value): (usize, &u64)| {
        let mark = if place == slider.place { MARK } else { " " };
        let cells = match swept.result.points.get(place) {
            Some(point) => row(&table, point, swept),
            None if place == done && swept.step == SweepStep::Running => {
                let before = table.begun(value).concat();
                let time = table.head()[table.time()].len();
                vec![before.into(), Span::styled(format!("{:>time$}", spinner(model)), theme::HALF)]
            }
            None => vec![Span::styled(table.begun(value).concat(), theme::QUIET)],
        };
        Line::from_iter([Span::styled(mark, Style::new().bold())].into_iter().chain(cells))
    };
    slider.values.iter().enumerate().map(line).collect()
}

fn row(table: &Table, point: &Point, swept: &Swept) -> Vec<Span<'static>> {
    let fastest = swept.result.fastest().is_some_and(|(fastest, _)| fastest.value == point.value);
    let style = match point.outcome {
        Ok(_) if fastest && table.knob.kind() != KnobKind::Size => theme::GOOD.bold(),
        Ok(_) => Style::new(),
        Err(_) => theme::BAD,
    };
    let cells = table.row(point).into_iter().enumerate();
    cells.map(|(column, cell)| Span::styled(cell, if column == table.time() { style } else { Style::new() })).collect()
}

/// How far it is, and what came of it.
fn words(model: &Model) -> Vec<Line<'static>> {
    let Some(slider) = model.sweep.chosen() else {
        return vec![Line::from("There is nothing to vary in this exercise: the course has no knobs for it.")];
    };
    let (swept, name) = (&slider.swept, &slider.knob.name);
    let busy = |what: String| vec![run::busy(model, what)];
    let mut words = match swept.step {
        SweepStep::Absent => match model.sweep.running() {
            Some(other) => busy(format!(
                "`{}` is varied now; `{name}` can be when that is over.",
                model.sweep.sliders[other].knob.name
            )),
            None => {
                let others = if model.sweep.sliders.len() > 1 { "; the other sliders stay" } else { "" };
                let values = slider.values.len();
                vec![
                    Line::from(format!("`{name}` is {}.", meaning(slider.knob.kind()))),
                    Line::from(format!("Enter runs your program with each of its {values} values{others}.")),
                ]
            }
        },
        SweepStep::Waiting => busy("It begins when the check is over: each would take the other's time.".to_owned()),
        SweepStep::Running if swept.result.serial.is_none() => busy("The serial program runs first.".to_owned()),
        SweepStep::Running => {
            let given = match slider.knob.kind() {
                KnobKind::Program => ", each in place of the number in your `sweep(..)`",
                KnobKind::Workers | KnobKind::Size => "",
            };
            busy(format!("{} of {} values{given}.", swept.result.points.len(), slider.values.len()))
        }
        SweepStep::Over => conclusion(model, slider),
    };
    words.extend(moved_since(model, slider));
    words
}

fn meaning(kind: KnobKind) -> &'static str {
    match kind {
        KnobKind::Program => "the number that `sweep(..)` gives to your program",
        KnobKind::Workers => "how many tasks can run at a time",
        KnobKind::Size => "how large the problem is",
    }
}

fn conclusion(model: &Model, slider: &Slider) -> Vec<Line<'static>> {
    let (table, result) = (model.table(slider), &slider.swept.result);
    if let Some(failure) = &slider.swept.failure {
        return vec![Line::from(format!("✗ It could not be measured: {failure}")).style(theme::BAD)];
    }
    if let Some((verdict, message)) = &result.mistake {
        let mut lines = vec![Line::from(run::verdict(*verdict))];
        lines.extend(message.lines().map(|line| Line::from(line.to_owned())));
        return lines;
    }
    match table.conclusion(result) {
        Ok(conclusion) => vec![Line::from(conclusion), Line::from(table.note(result)).style(theme::QUIET)],
        Err(odd) => vec![Line::from(format!("? {odd}")).style(theme::HALF)],
    }
}

/// With which values of the other knobs it was measured, where these stand elsewhere now.
fn moved_since(model: &Model, slider: &Slider) -> Option<Line<'static>> {
    let others = model.sweep.sliders.iter().zip(&slider.swept.settings);
    let moved: Vec<String> = others
        .filter(|(other, then)| other.knob.name != slider.knob.name && other.value() != **then)
        .map(|(other, &then)| format!("{} {}", other.knob.name, model.table(other).value(then)))
        .collect();
    let line = Line::from(format!("! Measured with {}; the sliders have moved since.", moved.join(" and ")));
    (!moved.is_empty()).then(|| line.style(theme::HALF))
}

#[cfg(test)]
mod tests {
    use grader::{
        check::{Sweep, SweepProgress},
        report::Verdict,
    };
    use ratatui::{crossterm::event::KeyCode, style::Color};

    use super::{
        super::tests::{press, screen, style_of},
        *,
    };
    use crate::{
        message::Message,
        samples::{self, points},
        update::update,
    };

    /// The sliders of a program that passed, after some keys.
    fn shown(width: u16, height: u16, keys: &str) -> Model {
        let mut model = samples::passed(width, height);
        samples::give_knobs(&mut model);
        press(&mut model, KeyCode::Char('s'));
        keys.chars().for_each(|key| press(&mut model, KeyCode::Char(key)));
        model
    }

    fn tell(model: &mut Model, progress: SweepProgress) {
        let sweep = model.sweep.id;
        update(model, Message::Swept { sweep, progress });
    }

    fn end(model: &mut Model, outcome: Result<Sweep, String>) {
        let sweep = model.sweep.id;
        update(model, Message::SweepOver { sweep, outcome });
    }

    #[test]
    fn sliders_before_anything_is_measured() {
        insta::assert_snapshot!(screen(&shown(80, 24, "jl")), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
        [1 Course] 2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
        ┏ Sweep: Grain: how much work makes a task worth its price ━━━━━━━━━━━━━━━━━━━━┓
        ┃  batch   ·────────·─────────●─────────·─────────· 1,000,000                  ┃
        ┃› workers ·────────·─────────●─────────·─────────· 3* more than the 2 cores   ┃
        ┃  n       ·──────────────────·───────────────────● 1,000,000 darts            ┃
        ┃                                                                              ┃
        ┃  workers      time speedup efficiency                                        ┃
        ┃        1                                                                     ┃
        ┃        2                                                                     ┃
        ┃›      3*                                                                     ┃
        ┃       4*                                                                     ┃
        ┃       8*                                                                     ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃`workers` is how many tasks can run at a time.                                ┃
        ┃Enter runs your program with each of its 5 values; the other sliders stay.    ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ↑↓ knob  ←→ value  Enter measure  Esc close
        ");
    }

    #[test]
    fn the_table_fills_row_by_row() {
        let mut model = shown(80, 24, "s");
        assert!(screen(&model).contains("The serial program runs first."));
        tell(&mut model, SweepProgress::Serial(0.375));
        for point in &points("batch")[..3] {
            tell(&mut model, SweepProgress::Point(point.clone()));
        }
        insta::assert_snapshot!(screen(&model), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
        [1 Course] 2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
        ┏ Sweep: Grain: how much work makes a task worth its price ━━━━━━━━━━━━━━━━━━━━┓
        ┃› batch   ·────────·─────────●─────────·─────────· 1,000,000 ⠇                ┃
        ┃  workers ·────────●─────────·─────────·─────────· 2                          ┃
        ┃  n       ·──────────────────·───────────────────● 1,000,000 darts            ┃
        ┃                                                                              ┃
        ┃        batch      time       tasks    time against batch; no dots: serial    ┃
        ┃       serial    375 ms                400 ms┤                     ⡇          ┃
        ┃          300 timed out     333,334          │  ⠈⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⡏⠉⠉⠉⠉⠉⠉⠉⠉⠉ ┃
        ┃       10,000    250 ms      10,000    350 ms┤                     ⡇          ┃
        ┃›   1,000,000    190 ms         100          │                     ⡇          ┃
        ┃   10,000,000         ⠇                300 ms┤                     ⡇          ┃
        ┃   70,000,000                                │          ⣠⡀         ⡇          ┃
        ┃                                       250 ms┤          ⠈⠉⠒⠤⢄⡀     ⡇          ┃
        ┃                                             │               ⠈⠓⠢⢄⣀ ⡇          ┃
        ┃                                       200 ms┤                    ⠙⡗          ┃
        ┃                                       150 ms┤                     ⡇          ┃
        ┃                                             └┬──────────────┬───────────────┬┃
        ┃                                              100         100,000  100,000,000┃
        ┃                                                                              ┃
        ┃⠇ 3 of 5 values, each in place of the number in your `sweep(..)`.             ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ↑↓ knob  ←→ value  Esc stop
        ");
        assert_eq!(style_of(&model, "timed out").fg, Some(Color::Red));
        press(&mut model, KeyCode::Char('j'));
        assert!(
            screen(&model).contains("`batch` is varied now; `workers` can be when that is over."),
            "{}",
            screen(&model)
        );
    }

    #[test]
    fn the_fastest_stands_out() {
        let mut model = shown(120, 40, "s");
        samples::swept(&mut model);
        assert_eq!(style_of(&model, "190 ms").fg, Some(Color::Green));
        assert_eq!(style_of(&model, "200 ms").fg, Some(Color::Reset));
    }

    #[test]
    fn sliders_are_read_in_ascii_too() {
        let mut model = shown(80, 24, "l");
        model.look.ascii = true;
        let screen = screen(&model);
        assert!(screen.is_ascii(), "{screen}");
        assert!(screen.contains("> batch   .--------.---------.---------*---------. 10,000,000"), "{screen}");
        assert!(screen.contains("  workers .--------*"), "{screen}");
        assert!(screen.contains("#>  10,000,000"), "{screen}");
    }

    #[test]
    fn where_the_rows_do_not_fit_those_around_the_slider_are_seen() {
        let mut model = samples::passed(80, 24);
        samples::give_knobs(&mut model);
        let slider = &mut model.sweep.sliders[0];
        slider.values = (1..100).collect();
        slider.place = 50;
        press(&mut model, KeyCode::Char('s'));
        let rows = |model: &Model| -> Vec<u64> {
            let screen = screen(model);
            let values = screen.lines().map(|line| line.chars().skip(2).take(12).collect::<String>());
            values.filter_map(|value| value.trim().parse().ok()).collect()
        };
        assert!(rows(&model).contains(&51) && rows(&model).contains(&48), "{}", screen(&model));
        assert!(screen(&model).contains("▐"), "a scroll bar says that there are more");
        press(&mut model, KeyCode::End);
        assert_eq!(rows(&model).last(), Some(&99));
        press(&mut model, KeyCode::Home);
        assert_eq!(rows(&model).first(), Some(&1));
        press(&mut model, KeyCode::Char('s'));
        tell(&mut model, SweepProgress::Serial(0.375));
        let point = |value| Point { value, serial: 0.375, outcome: Ok(0.2), tasks: value };
        (1..80).for_each(|value| tell(&mut model, SweepProgress::Point(point(value))));
        assert!(rows(&model).contains(&79), "{}", screen(&model));
    }

    #[test]
    fn a_program_in_which_nothing_is_varied_is_told_so() {
        let mut model = shown(80, 24, "s");
        let points = points("batch").into_iter().map(|point| Point { tasks: 0, ..point }).collect();
        end(&mut model, Ok(Sweep { serial: Some(0.375), points, mistake: None }));
        let screen = screen(&model);
        assert!(screen.contains("? The number of tasks is always the same."), "{screen}");
    }

    #[test]
    fn what_ends_it_early_is_said() {
        let mistake = Some((Verdict::Wrong, "785,104 hits, 785,421 expected.".to_owned()));
        let swept = |runs, mistake| Sweep { serial: Some(0.375), points: points("batch")[..runs].to_vec(), mistake };
        let (wrong, slow) = (swept(2, mistake), swept(1, None));
        for (outcome, words) in [
            (Ok(wrong), "785,104 hits, 785,421 expected."),
            (Ok(slow), "None of the runs was done within the limits."),
            (Err("cargo was not found".to_owned()), "It could not be measured: cargo was not found"),
        ] {
            let mut model = shown(80, 24, "s");
            end(&mut model, outcome);
            assert!(screen(&model).contains(words), "{}", screen(&model));
        }
    }

    #[test]
    fn an_exercise_without_knobs_and_a_check_that_goes_on_are_reasons_not_to_begin() {
        let mut model = samples::passed(80, 24);
        press(&mut model, KeyCode::Char('s'));
        assert!(screen(&model).contains("There is nothing to vary in this exercise"), "{}", screen(&model));
        let mut model = shown(80, 24, "");
        update(&mut model, Message::Saved { exercise: "pi".to_owned() });
        press(&mut model, KeyCode::Char('s'));
        press(&mut model, KeyCode::Char('s'));
        assert!(screen(&model).contains("It begins when the check is over"), "{}", screen(&model));
    }

    #[test]
    fn every_size_of_the_terminal_has_room_for_it() {
        for (width, height) in [(80, 24), (99, 25), (120, 40), (300, 100)] {
            for knob in ["s", "js", "jjs"] {
                let mut model = shown(width, height, knob);
                samples::swept(&mut model);
                let screen = screen(&model);
                assert!(screen.contains("› ") && screen.contains("time against"), "{screen}");
            }
        }
    }
}
