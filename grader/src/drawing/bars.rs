//! Numbers as horizontal bars.

use problems::picture::{Bars, Ink};
use trace::text::digits;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::{Line, Paint};

/// A bar of `share` of `columns`, to an eighth of a column; the rest is blank.
///
/// ```
/// assert_eq!(grader::drawing::bar(0.53, 4), "██▏ ");
/// ```
#[must_use]
pub fn bar(share: f64, columns: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share.clamp(0.0, 1.0) * columns as f64 * 8.0).round() as usize;
    let blanks = columns - eighths.div_ceil(8);
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8] + &" ".repeat(blanks)
}

/// The largest number, by which the others are measured.
pub(super) fn largest(bars: &Bars) -> f64 {
    bars.rows.iter().map(|&(_, number)| number).filter(|number| number.is_finite()).fold(f64::MIN_POSITIVE, f64::max)
}

/// A bar a line, with its name and number before it; and how many there was no room for.
pub(super) fn lines(bars: &Bars, width: usize, height: usize) -> Vec<Line> {
    let shown = if bars.rows.len() <= height { bars.rows.len() } else { height.saturating_sub(1) };
    let rows: Vec<_> =
        bars.rows[..shown].iter().map(|(name, number)| (clipped(name, width / 2), digits(*number), number)).collect();
    let name_columns = rows.iter().map(|(name, ..)| name.width()).max().unwrap_or(0);
    let number_columns = rows.iter().map(|(_, written, _)| written.width()).max().unwrap_or(0);
    let bar_columns = width.saturating_sub(name_columns + number_columns + 2);
    let largest = largest(bars);
    let mut lines: Vec<Line> = rows
        .into_iter()
        .map(|(name, written, number)| {
            let mut line = Line::of(&name, Paint::Plain);
            line.pad(name_columns + 1 + number_columns - written.width());
            line.push(&format!("{written} "), Paint::Plain);
            line.push(bar(number / largest, bar_columns).trim_end(), Paint::Ink(Ink::Main));
            line
        })
        .collect();
    if shown < bars.rows.len() && height > 0 {
        lines.push(Line::of(&format!("and {} more", bars.rows.len() - shown), Paint::Quiet));
    }
    lines
}

/// The text, or as much of it as there is room for, with a sign that there is more.
fn clipped(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |letter: &char| {
        used += letter.width().unwrap_or(0);
        used <= columns
    };
    text.chars().take_while(fits).collect::<String>() + "…"
}
