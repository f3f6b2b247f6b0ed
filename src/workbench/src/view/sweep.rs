//! The program's time against the number that is varied: a table that fills row by row, and the plot of it.

use grader::{
    check::Point,
    picture::{Panel, Picture},
};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    style::{Style, Stylize},
    text::{Line, Span},
    widgets::Widget,
};

use super::{cover, frame, picture, run::spinner, text, theme};
use crate::model::{Model, SweepStep};

/// Columns of the table.
const TABLE: u16 = 36;

/// The sweep.
pub(super) struct View<'a>(pub(super) &'a Model);

impl Widget for View<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let model = self.0;
        cover(area, buffer);
        let block = frame(format!(" Sweep: {} ", model.exercise().title), true);
        let inner = block.inner(area);
        block.render(area, buffer);
        let words = text::wrap(words(model), usize::from(inner.width));
        let [above, below] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(words.len() as u16)]).spacing(1).areas(inner);
        let [left, right] =
            Layout::horizontal([Constraint::Length(TABLE), Constraint::Fill(1)]).spacing(2).areas(above);
        for (row, line) in left.rows().zip(table(model)) {
            line.render(row, buffer);
        }
        if model.sweep.swept.serial.is_some() {
            let plot = Panel::Plot(model.sweep.swept.plot());
            picture::draw(&Picture { caption: Vec::new(), panels: vec![plot] }, model, right, buffer);
        }
        for (row, line) in below.rows().zip(words) {
            line.render(row, buffer);
        }
    }
}

/// A row for the serial program and one a number; the number that is running has none of the rest yet.
fn table(model: &Model) -> Vec<Line<'static>> {
    let swept = &model.sweep.swept;
    let Some(serial) = swept.serial else { return Vec::new() };
    let head = format!("{:>13} {:>10} {:>11}", "sweep", "time", "tasks");
    let mut lines = vec![Line::from(head).style(theme::QUIET), Line::from(format!("{:>13} {serial:>8.3} s", "serial"))];
    let fastest = swept.fastest().map(|(number, _)| number);
    lines.extend(swept.points.iter().map(|point| row(point, fastest == Some(point.number))));
    if model.sweep.step == SweepStep::Running
        && let Some(&next) = model.exercise().sweep.get(swept.points.len())
    {
        let waits = vec![format!("{:>13} ", text::count(next)).into(), format!("{:>10}", spinner(model)).into()];
        lines.push(Line::from(waits).style(theme::HALF));
    }
    lines
}

fn row(point: &Point, fastest: bool) -> Line<'static> {
    let number = format!("{:>13} ", text::count(point.number));
    let tasks = format!(" {:>11}", text::count(point.tasks));
    let (time, style) = match point.outcome {
        Ok(seconds) if fastest => (format!("{seconds:.3} s"), theme::GOOD.bold()),
        Ok(seconds) => (format!("{seconds:.3} s"), Style::new()),
        Err(verdict) => (verdict.to_string(), theme::BAD),
    };
    Line::from(vec![number.into(), Span::styled(format!("{time:>10}"), style), tasks.into()])
}

/// How far it is, and what came of it.
fn words(model: &Model) -> Vec<Line<'static>> {
    let (sweep, exercise) = (&model.sweep, model.exercise());
    let busy =
        |what: String| vec![Line::from(vec![Span::styled(spinner(model), theme::HALF), " ".into(), what.into()])];
    match sweep.step {
        SweepStep::Absent => {
            vec![Line::from("There is nothing to vary in this exercise: the course has no numbers for it.")]
        }
        SweepStep::Waiting => busy("It begins when the check is over: each would take the other's time.".to_owned()),
        SweepStep::Running if sweep.swept.serial.is_none() => busy("The serial program runs first.".to_owned()),
        SweepStep::Running => busy(format!(
            "{} of {} numbers, each in place of the one that your program gives to `sweep`.",
            sweep.swept.points.len(),
            exercise.sweep.len()
        )),
        SweepStep::Over => conclusion(model),
    }
}

fn conclusion(model: &Model) -> Vec<Line<'static>> {
    let swept = &model.sweep.swept;
    if let Some(failure) = &model.sweep.failure {
        return vec![Line::from(format!("✗ It could not be measured: {failure}")).style(theme::BAD)];
    }
    if let Some((verdict, message)) = &swept.mistake {
        let (symbol, name, style) = theme::verdict(*verdict);
        let mut lines = vec![Line::from(Span::styled(format!("{symbol} {name}"), style.bold()))];
        lines.extend(message.lines().map(|line| Line::from(line.to_owned())));
        return lines;
    }
    if swept.is_flat() {
        let flat = "? The number of tasks is always the same. Is there a number in your program that `sweep(..)` returns, \
                    and does it decide how many tasks there are?";
        return vec![Line::from(flat).style(theme::HALF)];
    }
    let (Some((number, seconds)), Some(serial)) = (swept.fastest(), swept.serial) else {
        return vec![Line::from("✗ None of the runs was done within the limits.").style(theme::BAD)];
    };
    vec![
        Line::from(vec![
            "Fastest with ".into(),
            text::count(number).bold(),
            format!(": {seconds:.3} s, {:.2}x. The line across is the serial program.", serial / seconds).into(),
        ]),
        Line::from("Each number ran once: small differences mean nothing.").style(theme::QUIET),
    ]
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
    use crate::{message::Message, samples, update::update};

    const NUMBERS: [u64; 5] = [300, 10_000, 1_000_000, 10_000_000, 70_000_000];

    /// The sweep of a program that passed has begun.
    fn begun(width: u16, height: u16) -> Model {
        let mut model = samples::passed(width, height);
        model.course.exercises[1].sweep = NUMBERS.to_vec();
        press(&mut model, KeyCode::Char('s'));
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

    fn points() -> Vec<Point> {
        let outcomes = [Err(Verdict::TimedOut), Ok(0.25), Ok(0.19), Ok(0.2), Ok(0.38)];
        let point = |(number, outcome)| Point { number, outcome, tasks: 100_000_000_u64.div_ceil(number) };
        NUMBERS.into_iter().zip(outcomes).map(point).collect()
    }

    #[test]
    fn the_table_fills_row_by_row() {
        let mut model = begun(80, 24);
        assert!(screen(&model).contains("The serial program runs first."));
        tell(&mut model, SweepProgress::Serial(0.375));
        for point in &points()[..3] {
            tell(&mut model, SweepProgress::Point(point.clone()));
        }
        insta::assert_snapshot!(screen(&model), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
        [1 Course] 2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
        ┏ Sweep: Grain: how much work makes a task worth its price ━━━━━━━━━━━━━━━━━━━━┓
        ┃        sweep       time       tasks  time against the number that is varied  ┃
        ┃       serial    0.375 s              time                                    ┃
        ┃          300  timed out     333,334     1 s┤                                 ┃
        ┃       10,000    0.250 s      10,000        │                                 ┃
        ┃    1,000,000    0.190 s         100        │                                 ┃
        ┃   10,000,000          ⠇                    │                                 ┃
        ┃                                            │                                 ┃
        ┃                                            │⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉┃
        ┃                                            │⡀                                ┃
        ┃                                            │⠋⠑⠒⠒⠒⠒⠒⠢⠤⠤⠤⠤⠤⣀⣀⣀⣀⣀⡀              ┃
        ┃                                            │                  ⠈⠉⠉⠉⠉⠉⠑⠒⠒⠒⠒⠒⠢⠤⢴┃
        ┃                                            │                                 ┃
        ┃                                            │                                 ┃
        ┃                                      100 ms┤                                 ┃
        ┃                                            └┬───────────────┬───────────────┬┃
        ┃                                             10,000       100,000    1,000,000┃
        ┃                                                           sweep              ┃
        ┃                                                                              ┃
        ┃⠇ 3 of 5 numbers, each in place of the one that your program gives to `sweep`.┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         Esc stop
        ");
        assert_eq!(style_of(&model, "timed out").fg, Some(Color::Red));
    }

    #[test]
    fn the_fastest_is_named_in_the_end() {
        let mut model = begun(120, 40);
        end(&mut model, Ok(Sweep { serial: Some(0.375), points: points(), mistake: None }));
        insta::assert_snapshot!(screen(&model), @"
         Parlings  Parallel programming                                                             pi: ✓ Pass, 10 of 10 points
        [1 Course] 2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
        ┏ Sweep: Grain: how much work makes a task worth its price ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃        sweep       time       tasks  time against the number that is varied                                          ┃
        ┃       serial    0.375 s              time                                                                            ┃
        ┃          300  timed out     333,334     1 s┤                                                                         ┃
        ┃       10,000    0.250 s      10,000        │                                                                         ┃
        ┃    1,000,000    0.190 s         100        │                                                                         ┃
        ┃   10,000,000    0.200 s          10        │                                                                         ┃
        ┃   70,000,000    0.380 s           2        │                                                                         ┃
        ┃                                            │                                                                         ┃
        ┃                                            │                                                                         ┃
        ┃                                            │                                                                         ┃
        ┃                                            │                                                                         ┃
        ┃                                            │                                                                         ┃
        ┃                                            │                                                                         ┃
        ┃                                            │⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⢤⠾⠦⠤⠤┃
        ┃                                            │                                                                  ⢀⠔⠁    ┃
        ┃                                            │                                                                 ⡔⠁      ┃
        ┃                                            │                                                              ⢀⠔⠊        ┃
        ┃                                            │⡀                                                           ⢀⠔⠁          ┃
        ┃                                            │⠛⠒⠒⠢⠤⠤⣀⣀⣀                                                 ⢀⠔⠁            ┃
        ┃                                            │         ⠉⠉⠉⠒⠒⠒⠤⠤⢄⣀⣀⡀                                   ⢀⠔⠁              ┃
        ┃                                            │                    ⠈⠉⠉⠑⠒⠒⠤⠤⠤⣀⣀⣀                 ⣀⣀⣀⣀⣀⣠⡔⠁                ┃
        ┃                                            │                                ⠉⠉⠉⠒⠺⠒⠒⠒⠒⠊⠉⠉⠉⠉⠉⠉⠉     ⠈                  ┃
        ┃                                            │                                                                         ┃
        ┃                                            │                                                                         ┃
        ┃                                            │                                                                         ┃
        ┃                                            │                                                                         ┃
        ┃                                            │                                                                         ┃
        ┃                                            │                                                                         ┃
        ┃                                      100 ms┤                                                                         ┃
        ┃                                            └┬─────────────────┬─────────────────┬─────────────────┬─────────────────┬┃
        ┃                                             10,000         100,000          1,000,000        10,000,000   100,000,000┃
        ┃                                                                               sweep                                  ┃
        ┃                                                                                                                      ┃
        ┃Fastest with 1,000,000: 0.190 s, 1.97x. The line across is the serial program.                                        ┃
        ┃Each number ran once: small differences mean nothing.                                                                 ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         s measure again  Esc close
        ");
        assert_eq!(style_of(&model, "0.190 s").fg, Some(Color::Green));
        assert_eq!(style_of(&model, "0.200 s").fg, Some(Color::Reset));
    }

    #[test]
    fn a_program_in_which_nothing_is_varied_is_told_so() {
        let mut model = begun(80, 24);
        let points = points().into_iter().map(|point| Point { tasks: 0, ..point }).collect();
        end(&mut model, Ok(Sweep { serial: Some(0.375), points, mistake: None }));
        let screen = screen(&model);
        assert!(screen.contains("? The number of tasks is always the same."), "{screen}");
    }

    #[test]
    fn what_ends_it_early_is_said() {
        let mistake = Some((Verdict::Wrong, "785,104 hits, 785,421 expected.".to_owned()));
        let wrong = Sweep { serial: Some(0.375), points: points()[..2].to_vec(), mistake };
        let slow = Sweep { serial: Some(0.375), points: points()[..1].to_vec(), mistake: None };
        for (outcome, words) in [
            (Ok(wrong), "785,104 hits, 785,421 expected."),
            (Ok(slow), "None of the runs was done within the limits."),
            (Err("cargo was not found".to_owned()), "It could not be measured: cargo was not found"),
        ] {
            let mut model = begun(80, 24);
            end(&mut model, outcome);
            assert!(screen(&model).contains(words), "{}", screen(&model));
        }
    }

    #[test]
    fn an_exercise_without_numbers_and_a_check_that_goes_on_are_reasons_not_to_begin() {
        let mut model = samples::passed(80, 24);
        press(&mut model, KeyCode::Char('s'));
        assert!(screen(&model).contains("There is nothing to vary in this exercise"), "{}", screen(&model));
        let mut model = begun(80, 24);
        update(&mut model, Message::Saved { exercise: "pi".to_owned() });
        press(&mut model, KeyCode::Char('s'));
        assert!(screen(&model).contains("It begins when the check is over"), "{}", screen(&model));
    }
}
