//! Text in a given width: wrapped lines, bars, numbers and times for people.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

pub(crate) use grader::drawing::bar;
pub(crate) use trace::text::count;

/// Lines longer than this are hard to read, however wide the terminal is.
pub(super) const READABLE: u16 = 100;

/// The lines, each wrapped at words to a width in columns. What continues a line stands under its text: after its
/// indentation and the mark of a list.
pub(crate) fn wrap(lines: impl IntoIterator<Item = Line<'static>>, width: usize) -> Vec<Line<'static>> {
    lines.into_iter().flat_map(|line| wrap_line(line, width.max(1))).collect()
}

fn wrap_line(line: Line<'static>, width: usize) -> Vec<Line<'static>> {
    if line.width() <= width {
        return vec![line];
    }
    let letters: Vec<Letter> = line
        .styled_graphemes(Style::default())
        .map(|grapheme| Letter {
            width: Span::raw(grapheme.symbol).width(),
            symbol: grapheme.symbol.to_owned(),
            style: grapheme.style,
        })
        .collect();
    let indent = Some(hanging(&letters)).filter(|&indent| indent * 2 < width).unwrap_or(0);
    let mut lines = Vec::new();
    let mut rest = &letters[..];
    while !rest.is_empty() {
        let indent = if lines.is_empty() { 0 } else { indent };
        let (row, after) = rest.split_at(fitting(rest, width - indent));
        // The spaces at which a line is broken are not shown, neither here nor at the start of the next.
        let end = row.iter().rposition(|letter| !letter.is_space()).map_or(0, |last| last + 1);
        let start = after.iter().take_while(|letter| letter.is_space()).count();
        lines.push(joined(indent, &row[..end]));
        rest = &after[start..];
    }
    lines
}

struct Letter {
    symbol: String,
    style: Style,
    width: usize,
}

impl Letter {
    fn is_space(&self) -> bool {
        self.symbol == " "
    }
}

/// How many of the letters go on a line of that width: up to the last word that fits, or as many letters as fit.
fn fitting(letters: &[Letter], width: usize) -> usize {
    let mut used = 0;
    let fit = letters
        .iter()
        .take_while(|letter| {
            used += letter.width;
            used <= width
        })
        .count()
        .max(1);
    if fit == letters.len() || letters[fit].is_space() {
        return fit;
    }
    let words = letters[..fit].iter().rposition(Letter::is_space).map_or(0, |space| space + 1);
    if letters[..words].iter().all(Letter::is_space) { fit } else { words }
}

/// How far a continuation is indented.
fn hanging(letters: &[Letter]) -> usize {
    let spaces = letters.iter().take_while(|letter| letter.is_space()).count();
    let word = letters[spaces..].iter().take_while(|letter| !letter.is_space()).count();
    let mark: String = letters[spaces..spaces + word].iter().map(|letter| letter.symbol.as_str()).collect();
    let number = mark.strip_suffix('.').is_some_and(|digits| digits.parse::<u32>().is_ok());
    let is_mark = number || ["-", "*", "•", "✓", "✗", "◐", "○", "·", "!", "?"].contains(&mark.as_str());
    if is_mark { spaces + word + 1 } else { spaces }
}

fn joined(indent: usize, letters: &[Letter]) -> Line<'static> {
    let mut spans = vec![Span::raw(" ".repeat(indent))];
    for run in letters.chunk_by(|left, right| left.style == right.style) {
        let text: String = run.iter().map(|letter| letter.symbol.as_str()).collect();
        spans.push(Span::styled(text, run[0].style));
    }
    Line::from(spans)
}

/// The text, or as much of it as fits, with a sign that there is more.
pub(crate) fn clip(text: &str, width: usize) -> String {
    if Span::raw(text).width() <= width {
        return text.to_owned();
    }
    let mut clipped = String::new();
    for letter in text.chars() {
        if Span::raw(&clipped).width() + Span::raw(letter.to_string()).width() >= width {
            break;
        }
        clipped.push(letter);
    }
    clipped + "…"
}

/// `one` task, `many` tasks.
pub(crate) fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A size in bytes, to three digits, in the unit of thousands that suits it.
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    let (mut value, mut unit) = (bytes as f64, 0);
    // 999.6 of a unit would be written as 1000 of it; it belongs to the next.
    while value >= 999.5 {
        value /= 1e3;
        unit += 1;
    }
    let digits = match value {
        _ if unit == 0 || value >= 99.95 => 0,
        _ if value >= 9.995 => 1,
        _ => 2,
    };
    format!("{value:.digits$} {}", UNITS[unit])
}

/// A length of time in nanoseconds, to three digits, in the unit that suits it.
pub(crate) fn duration(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        ns if ns < 1e3 => (ns, "ns"),
        ns if ns < 1e6 => (ns / 1e3, "us"),
        ns if ns < 1e9 => (ns / 1e6, "ms"),
        ns => (ns / 1e9, "s"),
    };
    let digits = if value >= 100.0 || unit == "ns" {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$} {unit}")
}

/// A moment on an axis whose marks are `step` nanoseconds apart: all marks of an axis in one unit, which
/// tells them apart in whole numbers.
pub(crate) fn moment(nanoseconds: f64, step: f64) -> String {
    let (size, unit) = match step {
        step if step < 1e3 => (1.0, "ns"),
        step if step < 1e6 => (1e3, "us"),
        step if step < 1e9 => (1e6, "ms"),
        _ => (1e9, "s"),
    };
    format!("{} {unit}", count((nanoseconds / size).round() as u64))
}

#[cfg(test)]
mod tests {
    use ratatui::style::Stylize;

    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        wrap([Line::from(text.to_owned())], width).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lines_break_at_words() {
        assert_eq!(wrapped("one two three", 20), ["one two three"]);
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("", 7), [""]);
    }

    #[test]
    fn what_has_no_spaces_breaks_anywhere() {
        assert_eq!(wrapped("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrapped("    abcdefghij", 4).concat().replace(' ', ""), "abcdefghij");
    }

    #[test]
    fn lists_and_indented_lines_hang() {
        assert_eq!(wrapped("- one two three", 10), ["- one two", "  three"]);
        assert_eq!(wrapped("12. one two three", 12), ["12. one two", "    three"]);
        assert_eq!(wrapped("  one two three", 10), ["  one two", "  three"]);
    }

    #[test]
    fn wide_letters_count_twice() {
        assert_eq!(wrapped("世界世界", 5), ["世界", "世界"]);
    }

    #[test]
    fn styles_survive() {
        let lines = wrap([Line::from(vec!["plain ".into(), "bold words".bold()])], 11);
        assert_eq!(lines[1].spans.last(), Some(&"words".bold()));
    }

    #[test]
    fn bars_have_their_width() {
        for (share, bar_text) in [(0.0, "    "), (0.5, "██  "), (0.53, "██▏ "), (1.0, "████"), (7.0, "████")]
        {
            assert_eq!(bar(share, 4), bar_text);
        }
    }

    #[test]
    fn numbers_are_for_people() {
        assert_eq!([0, 999, 1_000, 100_000_317].map(count), ["0", "999", "1,000", "100,000,317"]);
        assert_eq!(
            [0.0, 4.4, 187_345.0, 18_734_500.0, 1.5e9].map(duration),
            ["0 ns", "4 ns", "187 us", "18.7 ms", "1.50 s"]
        );
        assert_eq!([moment(150e6, 50e6), moment(49_700e3, 100e3)], ["150 ms", "49,700 us"]);
        assert_eq!(
            [0, 24, 999, 1_000, 40_000_000, 999_600_000, u64::MAX].map(bytes),
            ["0 B", "24 B", "999 B", "1.00 kB", "40.0 MB", "1.00 GB", "18.4 EB"]
        );
        assert_eq!(clip("a long title", 6), "a lon…");
        assert_eq!(clip("short", 6), "short");
        assert_eq!(plural(1, "task", "tasks"), "1 task");
        assert_eq!(plural(1_001, "task", "tasks"), "1,001 tasks");
    }
}
