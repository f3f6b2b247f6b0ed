//! What a program printed, as it may be shown: colours and weights are kept, everything else that steers a terminal is not.

use std::str::Chars;

/// What a program wrote to standard output and error, in the order in which it came. Of much only both ends are there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// The beginning, or all of it. Besides text it holds line ends, tabs and the escape sequences of colours and weights (`ESC [ … m`).
    pub first: String,
    /// Bytes left out between the two.
    pub left_out: u64,
    /// The end, alike; empty where nothing was left out.
    pub last: String,
    /// Bytes printed in all.
    pub bytes: u64,
}

impl Printed {
    /// All that is there, without colours; a line between both ends says what was left out.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut text = anstream::adapter::strip_str(&self.first).to_string();
        if self.left_out > 0 {
            if !text.ends_with('\n') {
                text.push('\n');
            }
            text += &format!("[... {} bytes left out ...]\n", self.left_out);
        }
        text + &anstream::adapter::strip_str(&self.last).to_string()
    }

    /// Both ends of what was printed, made harmless; `left_out` bytes were between them, or none.
    pub(super) fn of(first: &[u8], left_out: u64, last: &[u8]) -> Self {
        let bytes = first.len() as u64 + left_out + last.len() as u64;
        if left_out == 0 {
            return Self { first: harmless(&[first, last].concat()), left_out, last: String::new(), bytes };
        }
        let (first, last) = (&first[..whole_lines(first)], &last[first_line(last)..]);
        let left_out = bytes - first.len() as u64 - last.len() as u64;
        Self { first: harmless(first), left_out, last: harmless(last), bytes }
    }
}

/// A text of a program on its way into a sentence: harmless, and without colours.
pub(super) fn plain(text: &str) -> String {
    anstream::adapter::strip_str(&harmless(text.as_bytes())).to_string()
}

/// A line that was cut through is left out as a whole, unless it is longer than this.
const LONG_LINE: usize = 1_024;

/// Where the last whole line ends; in a long line, where its last character begins, which may not be whole.
fn whole_lines(bytes: &[u8]) -> usize {
    let line = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |place| place + 1);
    if line > 0 && bytes.len() - line < LONG_LINE {
        return line;
    }
    let character = bytes.iter().rposition(|&byte| !goes_on(byte)).unwrap_or(0);
    if bytes.get(character).is_some_and(u8::is_ascii) { bytes.len() } else { character }
}

/// Where the first whole line begins; in a long line, its first whole character.
fn first_line(bytes: &[u8]) -> usize {
    let line = bytes.iter().take(LONG_LINE).position(|&byte| byte == b'\n').map(|place| place + 1);
    line.unwrap_or_else(|| bytes.iter().take(3).take_while(|&&byte| goes_on(byte)).count())
}

/// Whether a byte goes on with a character of UTF-8 rather than beginning one.
fn goes_on(byte: u8) -> bool {
    byte >> 6 == 0b10
}

/// The text without anything that moves a cursor, changes a title, rings a bell or turns letters around.
fn harmless(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '\x1b' => escape_sequence(&mut rest, &mut kept),
            '\u{9b}' => control_sequence(&mut rest, &mut kept),
            // Whoever returns to the line's beginning writes another state of it.
            '\r' if rest.as_str().starts_with('\n') => {}
            '\r' => kept.push('\n'),
            '\n' | '\t' => kept.push(character),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => kept.push('\u{fffd}'),
            _ if character.is_control() => kept.push('\u{fffd}'),
            _ => kept.push(character),
        }
    }
    kept
}

/// Takes away what follows an escape character and belongs to it. Colours are kept.
fn escape_sequence(rest: &mut Chars<'_>, kept: &mut String) {
    let after = rest.clone();
    match rest.next() {
        Some('[') => control_sequence(rest, kept),
        // A text for the terminal itself, such as a title. One without an end must not take away all that follows.
        Some(']' | 'P' | 'X' | '^' | '_') => {
            skip_while(rest, |character| !matches!(character, '\x07' | '\x1b' | '\u{9c}' | '\n'));
            if rest.as_str().starts_with("\x1b\\") {
                rest.next();
            }
            if !rest.as_str().starts_with('\n') {
                rest.next();
            }
        }
        Some(' '..='/') => {
            skip_while(rest, |character| matches!(character, ' '..='/'));
            if rest.as_str().starts_with(|character| matches!(character, '0'..='~')) {
                rest.next();
            }
        }
        Some('0'..='~') => {}
        _ => *rest = after,
    }
}

/// Takes away a control sequence: parameters, and a letter that says what they are for. With an `m` they are colours.
fn control_sequence(rest: &mut Chars<'_>, kept: &mut String) {
    let parameters = rest.as_str();
    skip_while(rest, |character| matches!(character, ' '..='?'));
    let parameters = &parameters[..parameters.len() - rest.as_str().len()];
    let Some(letter @ '@'..='~') = rest.clone().next() else { return };
    rest.next();
    let is_plain = parameters.len() < 40 && parameters.chars().all(|character| matches!(character, '0'..='9' | ';'));
    if letter == 'm' && is_plain {
        *kept += &format!("\x1b[{parameters}m");
    }
}

fn skip_while(rest: &mut Chars<'_>, skipped: impl Fn(char) -> bool) {
    *rest = rest.as_str().trim_start_matches(skipped).chars();
}

/// Lines, and how often each comes in a row. Two alike stay two lines: a number tells no more of them.
///
/// ```
/// use grader::child::folded;
/// assert_eq!(folded("a b b b c c".split(' ')), [("a", 1), ("b", 3), ("c", 1), ("c", 1)]);
/// ```
#[must_use]
pub fn folded<T: Clone + PartialEq>(lines: impl IntoIterator<Item = T>) -> Vec<(T, usize)> {
    let lines: Vec<T> = lines.into_iter().collect();
    let run = |run: &[T]| match run.len() {
        times @ 3.. => vec![(run[0].clone(), times)],
        _ => run.iter().map(|line| (line.clone(), 1)).collect(),
    };
    lines.chunk_by(PartialEq::eq).flat_map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8]) -> String {
        Printed::of(bytes, 0, b"").first
    }

    #[test]
    fn what_goes_into_a_sentence_has_no_colours_and_all_its_letters() {
        assert_eq!(plain("\x1b[2Joh \x1b[31mno\x1b[m: café ✓ 漢"), "oh no: café ✓ 漢");
        assert_eq!(plain("a\x07b \u{fffd}c\x07"), "a\u{fffd}b \u{fffd}c\u{fffd}");
    }

    #[test]
    fn colours_stay_and_nothing_else_steers_the_terminal() {
        assert_eq!(
            shown(b"\x1b[1;31mred\x1b[0m \x1b[38;5;200mpink\x1b[m"),
            "\x1b[1;31mred\x1b[0m \x1b[38;5;200mpink\x1b[m"
        );
        let steering: [&[u8]; 12] = [
            b"\x1b[2J",
            b"\x1b[10;10H",
            b"\x1b[?1049h",
            b"\x1b[>4;2m",
            b"\x1b]0;title\x07",
            b"\x1b]8;;https://example.org\x1b\\",
            b"\x1bP1$r0m\x1b\\",
            b"\x1b(B",
            b"\x1bc",
            b"\x1b7",
            "\u{9b}2J".as_bytes(),
            b"\x1b[6n",
        ];
        for sequence in steering {
            assert_eq!(shown(&[b"a", sequence, b"b"].concat()), "ab", "{sequence:?}");
        }
    }

    #[test]
    fn what_has_no_end_takes_nothing_with_it() {
        assert_eq!(shown(b"\x1b]0;title\nnext"), "\nnext");
        assert_eq!(shown(b"\x1b[31\nnext"), "\nnext");
        assert_eq!(shown("\x1bé".as_bytes()), "é");
        assert_eq!([shown(b"\x1b"), shown(b"\x1b["), shown(b"\x1b]0;")].concat(), "");
        assert_eq!(shown(format!("\x1b[{}mx", "1;".repeat(100)).as_bytes()), "x");
    }

    #[test]
    fn other_control_characters_are_seen_as_such() {
        assert_eq!(shown(b"\x07\tok\r\n10 %\r20 %\n\xff\0"), "\u{fffd}\tok\n10 %\n20 %\n\u{fffd}\u{fffd}");
        assert_eq!(shown("a\u{202e}b".as_bytes()), "a\u{fffd}b");
    }

    #[test]
    fn what_was_cut_through_is_left_out() {
        let printed = Printed::of(b"one\ntw", 10, b"e\nfour\n");
        assert_eq!((printed.first.as_str(), printed.last.as_str()), ("one\n", "four\n"));
        assert_eq!((printed.left_out, printed.bytes), (2 + 10 + 2, 6 + 10 + 7));
        assert_eq!(printed.plain(), "one\n[... 14 bytes left out ...]\nfour\n");

        // A euro sign has three bytes.
        let euros = "€".repeat(600);
        let printed = Printed::of(&euros.as_bytes()[..1_700], 1, &euros.as_bytes()[1..]);
        assert!((printed.first + &printed.last).chars().all(|character| character == '€'));
    }

    #[test]
    fn plain_text_has_no_colours() {
        assert_eq!(Printed::of(b"\x1b[31mred\x1b[0m\n", 0, b"").plain(), "red\n");
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_printed_is_harmless_and_counted(
            bytes in proptest::collection::vec(proptest::prop_oneof![
                proptest::sample::select(&b"\x1b[]m;1\n\r\x07\x9b\xc2\\"[..]),
                proptest::num::u8::ANY,
            ], 0..200),
            cut in 0..200_usize,
            left_out in 0..3_u64,
        ) {
            let (first, last) = bytes.split_at(cut.min(bytes.len()));
            let printed = Printed::of(first, left_out, last);
            proptest::prop_assert_eq!(printed.bytes, bytes.len() as u64 + left_out);
            proptest::prop_assert!(printed.left_out >= left_out && printed.left_out <= printed.bytes);
            let colourless = printed.plain();
            let harmful = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
            proptest::prop_assert!(!colourless.contains(harmful), "{:?}", colourless);
        }
    }
}
