//! What an answer looks like, on standard output and in a file.

use std::{fs, io, path::Path};

use anstyle::{AnsiColor, Style};
use anyhow::Context as _;
use problems::picture::{Ink, Picture};

use crate::{
    drawing::{self, Color, Line, Paint, Palette},
    report::text::paint,
};

/// How many lines a picture has at most: it is seen at once in a small terminal.
const LINES: usize = 24;

/// How many columns it has: those of the terminal, within reason.
const COLUMNS: std::ops::RangeInclusive<usize> = 60..=120;

/// The picture as lines of text with ANSI colours, a little to the right.
pub(super) fn text(picture: &Picture) -> String {
    const INDENT: &str = "  ";
    let colored = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
    let lines = drawing::lines(picture, columns() - INDENT.len(), LINES, Palette::of_terminal(colored));
    lines.iter().map(|line| format!("{INDENT}{}", painted(line)).trim_end().to_owned() + "\n").collect()
}

/// Writes it as PNG, and says where it is.
pub(super) fn save(path: &Path, picture: &Picture) -> anyhow::Result<String> {
    fs::write(path, drawing::png(picture))
        .with_context(|| format!("failed to write the picture to {}", path.display()))?;
    Ok(format!("  The picture is in {}\n", path.display()))
}

fn columns() -> usize {
    let terminal = rustix::termios::tcgetwinsize(io::stdout()).map_or(0, |size| usize::from(size.ws_col));
    // What is no terminal, and one that does not know its size, says 0 or nothing.
    if terminal == 0 { 80 } else { terminal.clamp(*COLUMNS.start(), *COLUMNS.end()) }
}

fn painted(line: &Line) -> String {
    line.spans
        .iter()
        .map(|span| match style(span.paint) {
            Some(style) => paint(style, &span.text),
            None => span.text.clone(),
        })
        .collect()
}

fn style(paint: Paint) -> Option<Style> {
    let color = |color: Color| match color {
        Color::Rgb([red, green, blue]) => anstyle::RgbColor(red, green, blue).into(),
        Color::Indexed(index) => anstyle::Color::Ansi256(index.into()),
    };
    match paint {
        Paint::Plain => None,
        Paint::Quiet | Paint::Ink(Ink::Guide) => Some(Style::new().dimmed()),
        Paint::Title => Some(Style::new().bold()),
        Paint::Ink(Ink::Main) => Some(AnsiColor::Cyan.on_default()),
        Paint::Ink(Ink::Other) => Some(AnsiColor::Yellow.on_default()),
        Paint::Over(Ink::Other) => Some(AnsiColor::Black.on(AnsiColor::Yellow)),
        Paint::Over(_) => Some(AnsiColor::Black.on(AnsiColor::Cyan)),
        Paint::Pixels(upper, lower) => Some(Style::new().fg_color(Some(color(upper))).bg_color(Some(color(lower)))),
    }
}

#[cfg(test)]
mod tests {
    use problems::picture::{Bars, Panel};

    use super::*;

    #[test]
    fn where_it_was_written_is_said_and_where_it_could_not_be() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.png");
        assert!(save(&path, &Picture::default()).unwrap().contains(path.to_str().unwrap()));
        assert!(fs::read(&path).unwrap().starts_with(b"\x89PNG"));
        let error = save(&folder.path().join("no/picture.png"), &Picture::default()).unwrap_err();
        assert!(format!("{error:#}").starts_with("failed to write the picture to /"), "{error:#}");
    }

    #[test]
    fn a_picture_is_coloured_text_that_can_be_read_without_colours() {
        let bars = Bars { title: "words".to_owned(), rows: vec![("the".to_owned(), 3.0)] };
        let picture = Picture { caption: vec!["3 words".to_owned()], panels: vec![Panel::Bars(bars)] };
        let text = text(&picture);
        assert!(text.contains("\u{1b}[36m█"), "{text}");
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert!(plain.starts_with("  words\n  the 3 ██") && plain.ends_with("█\n  3 words\n"), "{plain}");
    }
}
