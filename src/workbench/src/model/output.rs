//! What the student's program printed, for the screen.

use ansi_to_tui::IntoText;
use grader::child::{Printed, folded};
use ratatui::{
    style::{Color, Modifier, Style},
    text::Line,
};

/// What was printed in one check.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    /// The beginning of what the try-out printed, or all of it.
    pub first: Vec<OutputLine>,
    /// Bytes left out between that and the end.
    pub left_out: u64,
    /// The end; empty where nothing was left out.
    pub last: Vec<OutputLine>,
    /// Bytes that the try-out printed.
    pub bytes: u64,
    /// Bytes printed in each round of the race.
    pub rounds: Vec<u64>,
}

/// A line, and how often it came in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputLine {
    /// The line in its colours.
    pub line: Line<'static>,
    /// How often, from 1.
    pub times: usize,
}

impl Output {
    /// The output of a try-out.
    #[must_use]
    pub fn of(printed: &Printed) -> Self {
        Self {
            first: lines(&printed.first),
            left_out: printed.left_out,
            last: lines(&printed.last),
            bytes: printed.bytes,
            rounds: Vec::new(),
        }
    }

    /// What the try-out printed, in words alone.
    #[must_use]
    pub fn plain(&self) -> String {
        let line = |OutputLine { line, times }: &OutputLine| match times {
            1 => format!("{line}\n"),
            times => format!("{line} (x {times})\n"),
        };
        let mut text: String = self.first.iter().map(line).collect();
        if self.left_out > 0 {
            text += &format!("[... {} bytes left out ...]\n", self.left_out);
            text.extend(self.last.iter().map(line));
        }
        text
    }
}

fn lines(text: &str) -> Vec<OutputLine> {
    if text.is_empty() {
        return Vec::new();
    }
    let text = text.replace('\t', "    ");
    let mut styled = match text.as_str().into_text() {
        Ok(text) => text.lines,
        Err(_) => text.lines().map(|line| Line::from(line.to_owned())).collect(),
    };
    for span in styled.iter_mut().flat_map(|line| &mut line.spans) {
        span.style = tame(span.style);
    }
    folded(styled).into_iter().map(|(line, times)| OutputLine { line, times }).collect()
}

/// The colours and weights of a style. What blinks would never let the screen rest, what is hidden nobody would see; and the
/// terminal's own colours are those of the screen around it.
fn tame(style: Style) -> Style {
    const WEIGHTS: [Modifier; 5] =
        [Modifier::BOLD, Modifier::DIM, Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED];
    let own = |color: Option<Color>| color.filter(|&color| color != Color::Reset);
    let modifiers = style.add_modifier & Modifier::from_iter(WEIGHTS);
    Style { fg: own(style.fg), bg: own(style.bg), ..Style::new() }.add_modifier(modifiers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> Output {
        Output::of(&Printed { first: text.to_owned(), bytes: text.len() as u64, ..Printed::default() })
    }

    fn shown(output: &Output) -> Vec<(String, usize)> {
        output.first.iter().map(|line| (line.line.to_string(), line.times)).collect()
    }

    #[test]
    fn lines_that_come_again_and_again_are_one() {
        let output = printed(&format!("begin\n{}\n\nend", "batch\n".repeat(1_203)));
        let expected = [("begin", 1), ("batch", 1_203), ("", 1), ("", 1), ("end", 1)];
        assert_eq!(shown(&output), expected.map(|(line, times)| (line.to_owned(), times)));
        assert_eq!(shown(&printed("")), []);
    }

    #[test]
    fn colours_go_on_over_lines_and_differ_for_the_fold() {
        let output = printed("\x1b[31mred\nred\nred\x1b[0m\nred\n");
        let colours: Vec<_> = output
            .first
            .iter()
            .map(|line| (line.times, line.line.spans.last().and_then(|span| span.style.fg)))
            .collect();
        assert_eq!(colours, [(3, Some(Color::Red)), (1, None)]);
    }

    #[test]
    fn nothing_blinks_and_nothing_is_hidden() {
        let output = printed("\x1b[1;5;8;9;42mtext\x1b[49m");
        let style = output.first[0].line.spans[0].style;
        assert_eq!(style, Style::new().bg(Color::Green).add_modifier(Modifier::BOLD));
    }

    #[test]
    fn colours_that_make_no_sense_are_read_to_the_end() {
        let numbers =
            ["", ";", ";;;", "0", "38", "38;2", "38;5", "38;5;999", "48;2;1;2", "38;2;1;2;300", "99999999999", "1;;4"];
        for one in numbers {
            for other in numbers {
                let output = printed(&format!("a\x1b[{one}m\x1b[{other}mb\nc\x1b[{one}m"));
                let text: String = shown(&output).into_iter().map(|(line, _)| line).collect();
                assert!(text.starts_with('a') && text.contains('b') && text.contains('c'), "{one} {other}: {text:?}");
            }
        }
    }
}
