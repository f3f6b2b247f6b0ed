//! Markdown as lines of a width.

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use tui_markdown::{Options, StyleSheet};

use super::{highlight, text, theme};

/// Markdown, wrapped to a width in columns; Rust code in colours.
pub(super) fn lines(markdown: &str, width: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for part in parts(markdown) {
        match part {
            Part::Prose(text) => lines.extend(prose(text, width)),
            Part::Code(code) => {
                // A blank line around it, but not two.
                if lines.last().is_some_and(|line: &Line| line.width() > 0) {
                    lines.push(Line::default());
                }
                lines.extend(highlight::rust(&narrowed(code.trim_end(), usize::from(width))));
                lines.push(Line::default());
            }
        }
    }
    text::wrap(lines, usize::from(width))
}

/// The code; where a line does not fit, with all comments above their lines and not behind them: that is easier to read than
/// broken lines.
fn narrowed(code: &str, width: usize) -> String {
    if code.lines().all(|line| line.chars().count() <= width) {
        return code.to_owned();
    }
    let line = |line: &str| match line.rsplit_once("  //") {
        Some((statement, comment)) if !statement.trim().is_empty() => {
            let statement = statement.trim_end();
            let indent = statement.len() - statement.trim_start().len();
            format!("{}//{comment}\n{statement}", " ".repeat(indent))
        }
        _ => line.to_owned(),
    };
    let code = code.lines().map(line).collect::<Vec<_>>().join("\n");
    code.lines().flat_map(|line| comments(line, width)).collect::<Vec<_>>().join("\n")
}

/// A line; a comment that does not fit, as several comments: broken, its end would look like code.
fn comments(line: &str, width: usize) -> Vec<String> {
    match line.split_once("// ") {
        Some((indent, words)) if indent.trim().is_empty() && line.chars().count() > width => {
            let words = text::wrap([Line::from(words.to_owned())], width.saturating_sub(indent.len() + 3));
            words.iter().map(|words| format!("{indent}// {words}")).collect()
        }
        _ => vec![line.to_owned()],
    }
}

/// A part of a text in Markdown.
#[derive(Debug, PartialEq)]
enum Part<'a> {
    Prose(&'a str),
    /// Rust code without its fences.
    Code(&'a str),
}

/// Cuts out the fenced blocks of Rust that begin at the left. Those inside a list stay with it, without colours.
fn parts(markdown: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = markdown;
    while let Some((before, code, after)) = first_code(rest) {
        parts.extend([Part::Prose(before), Part::Code(code)]);
        rest = after;
    }
    parts.push(Part::Prose(rest));
    parts.retain(|part| !matches!(part, Part::Prose(text) if text.trim().is_empty()));
    parts
}

/// What is before the first block, what is in it, and what comes after it.
fn first_code(markdown: &str) -> Option<(&str, &str, &str)> {
    const FENCE: &str = "```";
    let opening = lines_with_places(markdown).find(|(_, line)| {
        line.strip_prefix(FENCE).is_some_and(|language| language.trim().split(',').next() == Some("rust"))
    })?;
    let inside = opening.0 + opening.1.len();
    let code = &markdown[inside..];
    match lines_with_places(code).find(|(_, line)| line.trim_end() == FENCE) {
        Some((end, line)) => Some((&markdown[..opening.0], &code[..end], &code[end + line.len()..])),
        None => Some((&markdown[..opening.0], code, "")),
    }
}

/// The lines with their ends, and where each begins.
fn lines_with_places(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |end, line| {
        let start = *end;
        *end += line.len();
        Some((start, line))
    })
}

fn prose(markdown: &str, width: u16) -> Vec<Line<'static>> {
    let options = Options::new(Styles).table_width(width);
    let text = tui_markdown::from_str_with_options(markdown, &options);
    text.lines.into_iter().map(owned).collect()
}

fn owned(line: Line<'_>) -> Line<'static> {
    let spans = line.spans.into_iter().map(|span| Span::styled(span.content.into_owned(), span.style));
    Line::from_iter(spans).style(line.style)
}

#[derive(Clone)]
struct Styles;

impl StyleSheet for Styles {
    fn heading(&self, level: u8) -> Style {
        if level == 1 { theme::HEADING.underlined() } else { theme::HEADING }
    }

    fn heading_marker(&self, _level: u8) -> &str {
        ""
    }

    fn code(&self) -> Style {
        theme::CODE
    }

    fn code_block_fence(&self) -> &str {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(markdown: &str, width: u16) -> Vec<String> {
        lines(markdown, width).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn rust_is_coloured_and_other_code_is_not() {
        let lines = lines("Before.\n\n```rust\nlet a = 1;\n```\nAfter.\n\n```text\nlet b\n```\n", 40);
        let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(text[..5], ["Before.", "", "let a = 1;", "", "After."]);
        assert_eq!(lines[2].spans[0], Span::styled("let", theme::KEYWORD));
        assert!(!lines.iter().any(|line| line.spans.contains(&Span::styled("let", theme::KEYWORD)) && line.to_string().contains('b')));
    }

    #[test]
    fn a_fence_that_is_not_closed_ends_with_the_text() {
        assert_eq!(texts("```rust\nlet a = 1;", 40), ["let a = 1;", ""]);
        assert_eq!(texts("```rust", 40), ["", ""]);
        assert!(texts("", 40).is_empty());
    }

    #[test]
    fn comments_stand_above_lines_that_are_too_long_with_them() {
        let code = "```rust\nlet a = square::remote(3);   // does not wait\nlet b = 1;  // one\n```";
        assert_eq!(texts(code, 60)[0], "let a = square::remote(3);   // does not wait");
        assert_eq!(texts(code, 30)[..4], ["// does not wait", "let a = square::remote(3);", "// one", "let b = 1;"]);
    }

    #[test]
    fn comments_that_do_not_fit_go_on_as_comments() {
        let code = "```rust\nfn f() {\n    put(1);   // stored once, borrowed by all\n}\n```\n";
        let expected = ["fn f() {", "    // stored once,", "    // borrowed by all", "    put(1);", "}"];
        assert_eq!(texts(code, 24)[..5], expected);
    }

    #[test]
    fn tables_have_borders_and_fit() {
        let table = "| batch | time |\n|---|---:|\n| 1 | 40 s |\n| 100,000 | 0.2 s |\n";
        let lines = texts(table, 30);
        assert!(lines.iter().any(|line| line == "│ 100,000 │ 0.2 s │"), "{lines:?}");
        assert!(texts(table, 10).iter().all(|line| line.chars().count() <= 10));
    }
}
