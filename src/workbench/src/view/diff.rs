//! The student's file beside the version that passed last, or beside the solution.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

use super::{text, text_screen, theme};
use crate::{
    model::{Against, Comparison, DiffLine, Model, Screen, Side},
    progress::State,
};

/// The comparison.
pub(super) struct View<'a>(pub(super) &'a Model);

impl Widget for View<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let model = self.0;
        let title = format!(" Diff: your file and {} ", model.diff.against.name());
        text_screen(model, Screen::Diff, title, area, buffer);
    }
}

/// The comparison as lines of a width.
pub(super) fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let against = model.diff.against;
    let solved = model.progress.of(&model.exercise().name).state == State::Solved;
    let said = |text: &str, style: Style| text::wrap([Line::from(text.to_owned()).style(style)], width);
    if against == Against::Solution && !solved {
        return said(
            "The solution is for afterwards: once a check of yours has passed, it is compared here.",
            theme::QUIET,
        );
    }
    let Some(versions) = &model.diff.versions else { return said("Reading the files.", theme::QUIET) };
    let comparison = match against {
        Against::Passing => &versions.passing,
        Against::Solution => &versions.solution,
    };
    match (comparison, against) {
        (Comparison::Nothing, Against::Passing) => said(
            "No version of yours has passed yet. The first that does is kept, and you see here what you change after it.",
            theme::QUIET,
        ),
        (Comparison::Nothing, Against::Solution) => {
            said("There are no solutions in this copy of the course: ask whoever gave it to you.", theme::QUIET)
        }
        (Comparison::Unreadable(reason), _) => said(&format!("✗ {reason}"), theme::BAD),
        (Comparison::Lines(lines), _) if lines.is_empty() => {
            said(&format!("✓ Your file is {}: no line differs.", against.name()), theme::GOOD)
        }
        (Comparison::Lines(lines), _) => compared(lines, against, width),
    }
}

fn compared(lines: &[DiffLine], against: Against, width: usize) -> Vec<Line<'static>> {
    let digits = lines.iter().map(|line| if let DiffLine::Line { number, .. } = line { *number } else { 0 }).max();
    let digits = digits.unwrap_or(0).to_string().len();
    let legend = Line::from(vec![
        Span::styled("+ your file".to_owned(), theme::GOOD),
        "   ".into(),
        Span::styled(format!("- {}", against.name()), theme::BAD),
    ]);
    let mut shown = vec![legend, Line::default()];
    for line in lines {
        shown.extend(compared_line(line, digits, width));
    }
    shown
}

/// `  12 + let batch = 1_000;`: the number, the side, the text, of which only that is wrapped.
fn compared_line(line: &DiffLine, digits: usize, width: usize) -> Vec<Line<'static>> {
    let gap = |lines: usize, what: &str| {
        let lines = text::plural(lines as u64, "line", "lines");
        vec![Line::from(format!("{:>digits$} ··· {lines} {what}", "")).style(theme::QUIET)]
    };
    let (side, number, pieces) = match line {
        DiffLine::Same(lines) => return gap(*lines, "the same"),
        DiffLine::More(lines) => return gap(*lines, "more, not shown"),
        DiffLine::Line { side, number, pieces } => (*side, *number, pieces),
    };
    let (sign, style) = match side {
        Side::Both => (" ", Style::new()),
        Side::Yours => ("+", theme::GOOD),
        Side::Other => ("-", theme::BAD),
    };
    let emphasis = |differs: bool| if differs { style.bold().underlined() } else { style };
    let spans = pieces.iter().map(|(differs, text)| Span::styled(text.clone(), emphasis(*differs)));
    let wrapped = text::wrap([Line::from_iter(spans)], width.saturating_sub(digits + 4));
    let number = number.to_string();
    let first = (number.as_str(), sign);
    let margins = std::iter::once(first).chain(std::iter::repeat(("", " ")));
    let line = |(line, (number, sign)): (Line<'static>, (&str, &str))| {
        let mut spans = vec![
            Span::styled(format!("{number:>digits$}"), theme::QUIET),
            Span::styled(format!(" {sign} "), style.bold()),
        ];
        spans.extend(line.spans);
        Line::from(spans)
    };
    wrapped.into_iter().zip(margins).map(line).collect()
}

#[cfg(test)]
mod tests {
    use ratatui::{crossterm::event::KeyCode, style::Modifier};

    use super::{
        super::tests::{press, screen, style_of},
        *,
    };
    use crate::{message::Message, model::Versions, samples, update::update};

    /// The comparison over the panes of a student who has passed.
    fn shown(width: u16, height: u16, passing: Comparison, solution: Comparison) -> Model {
        let mut model = samples::passed(width, height);
        press(&mut model, KeyCode::Char('8'));
        let id = model.diff.asked;
        update(&mut model, Message::Compared { id, versions: Versions { passing, solution } });
        model
    }

    #[test]
    fn what_differs_is_marked_by_signs_and_not_by_colour_alone() {
        insta::assert_snapshot!(screen(&shown(80, 24, samples::comparison(), Comparison::Nothing)), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
         1 Course  2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output [8 Diff]
        ┏ Diff: your file and the version that passed last ━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃+ your file   - the version that passed last                                  ┃
        ┃                                                                              ┃
        ┃   ··· 5 lines the same                                                       ┃
        ┃ 6   }                                                                        ┃
        ┃ 7                                                                            ┃
        ┃ 8   pub fn pi(seed: u64, darts: u64) -> Result<u64, TaskError> {             ┃
        ┃ 9 -     let batch = 100_000;                                                 ┃
        ┃ 9 +     let batch = sweep(1_000);                                            ┃
        ┃10       let refs: Vec<_> = (0..darts.div_ceil(batch)).map(|b|                ┃
        ┃         throw::remote(seed, b)).collect();                                   ┃
        ┃11 +     // All at once, and then the sum of them: the driver waits a single  ┃
        ┃         time.                                                                ┃
        ┃12       Ok(get_all(&refs)?.len() as u64)                                     ┃
        ┃13   }                                                                        ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         x the solution  ↑↓ scroll  e edit  r check  h hint  / find  ? keys  Esc back
        ");
        let mut model = shown(120, 40, Comparison::Nothing, samples::comparison());
        press(&mut model, KeyCode::Char('x'));
        insta::assert_snapshot!(screen(&model), @"
         Parlings  Parallel programming                                                             pi: ✓ Pass, 10 of 10 points
         1 Course  2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output [8 Diff]
        ┏ Diff: your file and the solution ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃+ your file   - the solution                                                                                          ┃
        ┃                                                                                                                      ┃
        ┃   ··· 5 lines the same                                                                                               ┃
        ┃ 6   }                                                                                                                ┃
        ┃ 7                                                                                                                    ┃
        ┃ 8   pub fn pi(seed: u64, darts: u64) -> Result<u64, TaskError> {                                                     ┃
        ┃ 9 -     let batch = 100_000;                                                                                         ┃
        ┃ 9 +     let batch = sweep(1_000);                                                                                    ┃
        ┃10       let refs: Vec<_> = (0..darts.div_ceil(batch)).map(|b| throw::remote(seed, b)).collect();                     ┃
        ┃11 +     // All at once, and then the sum of them: the driver waits a single time.                                    ┃
        ┃12       Ok(get_all(&refs)?.len() as u64)                                                                             ┃
        ┃13   }                                                                                                                ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         x the version that passed last  ↑↓ scroll  e edit  r check  h hint  / find  Tab next  ? keys  Esc back
        ");
    }

    #[test]
    fn the_words_that_differ_stand_out() {
        let model = shown(80, 24, samples::comparison(), Comparison::Nothing);
        assert!(style_of(&model, "sweep(").add_modifier.contains(Modifier::UNDERLINED), "{}", screen(&model));
        assert!(!style_of(&model, "let batch").add_modifier.contains(Modifier::UNDERLINED));
    }

    #[test]
    fn what_is_not_there_is_said_in_words() {
        let model = shown(80, 24, Comparison::Nothing, Comparison::Nothing);
        assert!(screen(&model).contains("No version of yours has passed yet."));
        let mut model = shown(80, 24, Comparison::Lines(Vec::new()), Comparison::Nothing);
        assert!(screen(&model).contains("✓ Your file is the version that passed last: no line differs."));
        press(&mut model, KeyCode::Char('x'));
        assert!(screen(&model).contains("There are no solutions in this copy of the course"));
        let model = shown(80, 24, Comparison::Unreadable("failed to read it".to_owned()), Comparison::Nothing);
        assert!(screen(&model).contains("✗ failed to read it"));
    }

    #[test]
    fn the_solution_is_not_seen_before_the_pass() {
        let mut model = samples::ready(80, 24);
        press(&mut model, KeyCode::Char('8'));
        press(&mut model, KeyCode::Char('x'));
        let id = model.diff.asked;
        let versions = Versions { passing: Comparison::Nothing, solution: samples::comparison() };
        update(&mut model, Message::Compared { id, versions });
        assert!(screen(&model).contains("The solution is for afterwards"), "{}", screen(&model));
    }
}
