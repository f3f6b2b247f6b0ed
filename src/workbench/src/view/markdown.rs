//! Markdown as lines of a width.

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use tui_markdown::{Options, StyleSheet};

use super::{text, theme};

/// Markdown, wrapped to a width in columns.
pub(super) fn lines(markdown: &str, width: u16) -> Vec<Line<'static>> {
    let options = Options::new(Styles).table_width(width);
    let text = tui_markdown::from_str_with_options(markdown, &options);
    let owned = text.lines.into_iter().map(|line| {
        let spans = line.spans.into_iter().map(|span| Span::styled(span.content.into_owned(), span.style));
        Line::from_iter(spans).style(line.style)
    });
    text::wrap(owned, usize::from(width))
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
