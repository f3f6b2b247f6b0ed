//! The last pass over a finished screen: the theme's shades, and ASCII where the terminal has no more.
//!
//! Views paint in the terminal's sixteen colours, which stand for meanings ([`theme`](super::theme)), and in the
//! characters of UTF-8. Here, and only here, both are exchanged for what the terminal is to show; so what a compiler or a
//! student's program has coloured follows the theme as well.

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::{Color, Modifier},
};

use crate::look::{Look, Theme};

/// Exchanges colours and characters of an area.
pub(super) fn finish(look: Look, area: Rect, buffer: &mut Buffer) {
    for position in area.positions() {
        let cell = &mut buffer[position];
        match look.theme {
            Theme::Dark => {}
            Theme::Light => shade(cell, light, Color::Indexed(16), Color::Indexed(231)),
            Theme::Contrast => {
                if cell.modifier.contains(Modifier::DIM) {
                    cell.modifier.remove(Modifier::DIM);
                    if cell.fg == Color::Reset {
                        cell.fg = Color::Indexed(250);
                    }
                }
                shade(cell, contrast, Color::Indexed(231), Color::Indexed(16));
            }
            Theme::None => shade(cell, |_| None, Color::Reset, Color::Reset),
        }
        if look.ascii && !cell.symbol().is_ascii() {
            let character = cell.symbol().chars().next().map_or(' ', ascii);
            cell.set_char(character);
        }
    }
}

/// Exchanges a cell's colours; `None` stands for the ground's.
fn shade(cell: &mut Cell, exchange: fn(Color) -> Option<Color>, letters: Color, ground: Color) {
    cell.fg = exchange(cell.fg).unwrap_or(letters);
    cell.bg = exchange(cell.bg).unwrap_or(ground);
}

/// Shades of the sixteen that are read on white. Colours beyond the sixteen are a picture's, and stay.
fn light(color: Color) -> Option<Color> {
    Some(Color::Indexed(match color {
        Color::Reset => return None,
        Color::Green => 28,
        Color::Red => 160,
        Color::Yellow => 94,
        Color::Cyan => 30,
        Color::Blue => 26,
        Color::Magenta => 127,
        Color::LightGreen => 70,
        Color::LightRed => 196,
        Color::LightYellow => 136,
        Color::LightCyan => 37,
        Color::LightBlue => 69,
        Color::LightMagenta => 170,
        Color::Black => 16,
        Color::Gray => 244,
        Color::DarkGray | Color::White => 240,
        other => return Some(other),
    }))
}

/// Shades after Okabe and Ito's palette, the nearest of the 256, made bright enough for black: sky blue for green, vermilion for
/// red, and white for cyan.
fn contrast(color: Color) -> Option<Color> {
    Some(Color::Indexed(match color {
        Color::Reset => return None,
        Color::Green => 75,
        Color::Red => 208,
        Color::Yellow => 227,
        Color::Cyan | Color::White => 231,
        Color::Blue => 36,
        Color::Magenta => 175,
        Color::LightGreen => 117,
        Color::LightRed => 208,
        Color::LightYellow => 178,
        Color::LightCyan => 248,
        Color::LightBlue => 79,
        Color::LightMagenta => 218,
        Color::Black => 16,
        Color::Gray => 250,
        Color::DarkGray => 245,
        other => return Some(other),
    }))
}

/// A text in ASCII, a character for each of its own.
pub(crate) fn ascii_text(text: &str) -> String {
    text.chars().map(ascii).collect()
}

/// The ASCII character that stands for another. Signs that have to be told apart stay apart.
fn ascii(character: char) -> char {
    match character {
        '\0'..='\x7f' => character,
        // Signs.
        '✓' | '✔' => '+',
        '✗' | '✘' | '×' => 'x',
        '○' | '◌' | '◯' | '□' | '▫' | '◇' | '☆' => 'o',
        '◐' | '◑' | '≈' => '~',
        '●' | '◆' | '★' | '•' | '◉' | '■' | '▪' => '*',
        '▶' | '▸' | '►' | '→' | '›' | '»' | '⇒' | '≥' => '>',
        '◀' | '◂' | '◄' | '←' | '‹' | '«' | '⇐' | '≤' | '↵' | '⏎' => '<',
        '▲' | '▴' | '↑' => '^',
        '▼' | '▾' | '↓' => 'v',
        '…' | '⋯' | '·' | '⋅' => '.',
        '‘' | '’' | '′' | '╵' => '\'',
        '“' | '”' | '″' => '"',
        '–' | '—' | '−' | '‐' | '‑' => '-',
        'µ' | 'μ' => 'u',
        '²' => '2',
        '³' => '3',
        '\u{a0}' => ' ',
        // Blocks from the left: what is all but full ends a task.
        '█' => '#',
        '▉' | '▊' | '▋' => '|',
        '▌' | '▍' | '▎' => ':',
        '▏' | '▕' => '|',
        '▐' => '@',
        // Blocks from below.
        '▁' => '_',
        '▂' => '.',
        '▃' => ':',
        '▄' => '=',
        '▅' => '+',
        '▆' => '*',
        '▇' => '%',
        '▀' => '"',
        // Shades, the denser the darker.
        '░' => '-',
        '▒' => '+',
        '▓' => '%',
        // Frames: a thick one has the keys.
        '━' | '═' => '=',
        '┃' | '┏' | '┓' | '┗' | '┛' | '║' | '╔' | '╗' | '╚' | '╝' => '#',
        '─' | '╌' | '┄' | '┈' | '╴' | '╶' | '╼' | '╾' => '-',
        '│' | '╎' | '┆' | '┊' | '╷' | '┤' | '├' => '|',
        '\u{2500}'..='\u{257f}' => '+',
        '\u{2800}'..='\u{28ff}' => dots(character),
        _ => '?',
    }
}

/// A character of two by four dots, by where they are.
fn dots(character: char) -> char {
    // Dots of the two upper rows, of the two lower ones, of each column.
    let bits = u32::from(character) - 0x2800;
    let (above, below) = (bits & 0b0001_1011 != 0, bits & 0b1110_0100 != 0);
    let (left, right) = (bits & 0b0100_0111 != 0, bits & 0b1011_1000 != 0);
    match (above, below) {
        (false, false) => ' ',
        (true, false) => '\'',
        (false, true) => '.',
        (true, true) if left != right => '|',
        (true, true) => ':',
    }
}

#[cfg(test)]
mod tests;
