//! What the program prints: on the small case all of it, as it comes; in the race only how much.

use grader::drawing::Palette;
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Stylize,
    text::{Line, Span},
    widgets::Widget,
};

use super::{text, text_screen, theme};
use crate::model::{Model, Output, OutputLine, Screen, Step};

/// The output.
pub(super) struct View<'a>(pub(super) &'a Model);

impl Widget for View<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        text_screen(self.0, Screen::Output, " Output ", area, buffer);
    }
}

/// The output as lines of a width.
pub(super) fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let Some(output) = &model.check.output else {
        let missing = match model.check.step {
            Step::Over => "Your program did not run: there is nothing that it printed. The result says why.",
            Step::Trying => "Your program runs on the small case, and has printed nothing so far.",
            _ => "What your program prints is seen here while it runs on the small case.",
        };
        return text::wrap([Line::from(missing).style(theme::QUIET)], width);
    };
    let said = std::iter::once(summary(output, model.check.step)).chain(rounds(&output.rounds));
    let mut lines: Vec<Line<'static>> = said.map(|line| Line::from(line).style(theme::QUIET)).collect();
    lines.push(Line::default());
    lines.extend(output.first.iter().map(|line| printed(line, model.look.palette())));
    if output.left_out > 0 {
        let left_out = format!(" ··· {} left out ··· ", text::plural(output.left_out, "byte", "bytes"));
        lines.push(Line::from(left_out.reversed()));
        lines.extend(output.last.iter().map(|line| printed(line, model.look.palette())));
    }
    text::wrap(lines, width)
}

fn summary(output: &Output, step: Step) -> String {
    let bytes = text::plural(output.bytes, "byte", "bytes");
    match output.bytes {
        0 => "On the small case your program printed nothing. What it prints, with println! or dbg!, is seen here."
            .to_owned(),
        _ if step == Step::Trying => format!("Your program runs on the small case, and has printed {bytes} so far:"),
        _ => format!("On the small case your program printed {bytes}:"),
    }
}

/// What the rounds printed, where there is anything to say.
fn rounds(rounds: &[u64]) -> Option<String> {
    let most = rounds.iter().copied().max().filter(|&most| most > 0)?;
    let bytes = text::plural(most, "byte", "bytes");
    Some(format!("In each round of the race up to {bytes}, which are not shown. Printing takes time there."))
}

/// A line in its colours, if the screen has any, and how often it came.
fn printed(line: &OutputLine, palette: Palette) -> Line<'static> {
    let mut shown = line.line.clone();
    if palette == Palette::Mono {
        for span in &mut shown.spans {
            (span.style.fg, span.style.bg) = (None, None);
        }
    }
    if line.times > 1 {
        shown.spans.push(Span::styled(format!(" × {}", text::count(line.times as u64)), theme::HALF.bold()));
    }
    shown
}

#[cfg(test)]
mod tests {
    use grader::{check::Progress as Told, child::Printed};
    use ratatui::{crossterm::event::KeyCode, style::Color};

    use super::{
        super::tests::{press, screen, style_of},
        *,
    };
    use crate::samples;

    /// The output over the panes, of a program that printed this on the small case and in each round.
    fn shown(width: u16, height: u16, printed: &Printed, rounds: &[u64]) -> Model {
        let mut model = samples::passed(width, height);
        model.check.output = Some(Output { rounds: rounds.to_vec(), ..Output::of(printed) });
        press(&mut model, KeyCode::Char('7'));
        model
    }

    /// The output over the panes, of a program that has begun to run on the small case.
    fn running() -> Model {
        let mut model = samples::ready(80, 24);
        press(&mut model, KeyCode::Char('7'));
        samples::tell(&mut model, Told::Built { seconds: 0.5 });
        model
    }

    #[test]
    fn repeated_lines_are_folded_and_both_ends_of_much_are_seen() {
        insta::assert_snapshot!(screen(&shown(80, 24, &samples::printed(), &[0, 120, 7])), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
         1 Course  2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture [7 Output] 8 Diff
        ┏ Output ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃On the small case your program printed 2,368,010 bytes:                       ┃
        ┃In each round of the race up to 120 bytes, which are not shown. Printing takes┃
        ┃time there.                                                                   ┃
        ┃                                                                              ┃
        ┃batches: 1,001                                                                ┃
        ┃throwing × 1,203                                                              ┃
        ┃a line that is far longer than the others, so that it goes on in the next one ┃
        ┃ ··· 2,345,678 bytes left out ···                                             ┃
        ┃the last words                                                                ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ↑↓ scroll  e edit  r check  h hint  / find  Tab next  ? keys  Esc back
        ");
    }

    #[test]
    fn colours_stay_unless_the_screen_has_none() {
        let mut model = shown(80, 24, &samples::printed(), &[]);
        assert_eq!(style_of(&model, "batches:").fg, Some(Color::Green));
        model.look.theme = crate::look::Theme::None;
        assert_eq!(style_of(&model, "batches:").fg, Some(Color::Reset));
        assert!(style_of(&model, "batches:").add_modifier.contains(ratatui::style::Modifier::BOLD));
    }

    #[test]
    fn where_nothing_was_printed_that_is_said() {
        let model = shown(80, 24, &Printed::default(), &[]);
        assert!(screen(&model).contains("On the small case your program printed nothing."));
        let mut model = samples::ready(80, 24);
        press(&mut model, KeyCode::Char('7'));
        assert!(screen(&model).contains("while it runs on the small case"));
    }

    #[test]
    fn what_is_printed_is_seen_as_it_comes() {
        let mut model = running();
        assert!(screen(&model).contains("Your program runs on the small case, and has printed nothing so far."));
        samples::tell(&mut model, samples::printing(2));
        let seen = screen(&model);
        assert!(seen.contains("has printed 4 bytes so far:") && seen.contains("┃1 "), "{seen}");
        samples::tell(&mut model, samples::tried(None));
        assert!(screen(&model).contains("On the small case your program printed nothing."), "the last word counts");
    }

    #[test]
    fn what_was_printed_at_a_stroke_is_read_from_its_beginning() {
        let mut model = samples::ready(80, 24);
        press(&mut model, KeyCode::Char('7'));
        samples::tell(&mut model, samples::tried_and_printed(300));
        assert_eq!(model.scroll.of(Screen::Output), 0);
        samples::tell(&mut model, samples::round(1, 0.2));
        assert!(screen(&model).contains("On the small case your program printed 1,090 bytes:"));
    }

    #[test]
    fn at_the_end_it_follows_what_comes_and_elsewhere_it_stays() {
        let mut model = running();
        for end in [3, 100, 300] {
            samples::tell(&mut model, samples::printing(end));
            assert!(screen(&model).contains(&format!("┃{} ", end - 1)), "{}", screen(&model));
        }
        press(&mut model, KeyCode::PageUp);
        let (before, place) = (screen(&model), model.scroll.of(Screen::Output));
        samples::tell(&mut model, samples::printing(301));
        assert_eq!(model.scroll.of(Screen::Output), place, "{before}");
        press(&mut model, KeyCode::End);
        samples::tell(&mut model, samples::printing(302));
        assert!(screen(&model).contains("┃301 "));
        // The next run begins with nothing, and is followed again.
        press(&mut model, KeyCode::Home);
        press(&mut model, KeyCode::Char('r'));
        for end in [10, 50] {
            samples::tell(&mut model, samples::printing(end));
        }
        assert!(screen(&model).contains("┃49 "));
    }

    #[test]
    fn very_much_can_be_scrolled_to_its_end() {
        let first: String = (0..4_000).map(|line| format!("{line}\n")).collect();
        let mut model = shown(80, 24, &Printed { bytes: first.len() as u64, first, ..Printed::default() }, &[]);
        press(&mut model, KeyCode::End);
        assert!(screen(&model).contains("3999"), "{}", screen(&model));
    }
}
