//! Rust code in colours: words of the language, types, calls, literals, comments. Good enough for lessons; what it does not know
//! stays plain.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::theme;

/// Words of the language.
const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false", "fn",
    "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "Self",
    "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where", "while",
];

/// Rust code as lines.
pub(super) fn rust(code: &str) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    let mut rest = code;
    while !rest.is_empty() {
        let (length, style) = token(rest);
        let (text, after) = rest.split_at(length);
        // Comments and literals may go over several lines.
        for (place, part) in text.split('\n').enumerate() {
            if place > 0 {
                lines.push(Line::default());
            }
            if let (Some(line), false) = (lines.last_mut(), part.is_empty()) {
                line.push_span(Span::styled(part.to_owned(), style));
            }
        }
        rest = after;
    }
    lines
}

/// The length of the first token, in bytes and never 0, and how it looks.
fn token(code: &str) -> (usize, Style) {
    let first = code.chars().next().unwrap_or(' ');
    if code.starts_with("//") {
        return (until(code, |letter| letter == '\n'), theme::QUIET);
    }
    if code.starts_with("/*") {
        return (code.find("*/").map_or(code.len(), |end| end + 2), theme::QUIET);
    }
    if code.starts_with("#[") || code.starts_with("#![") {
        return (code.find(']').map_or(code.len(), |end| end + 1), theme::MACRO);
    }
    if first == '"' {
        return (quoted(code, '"'), theme::LITERAL);
    }
    if first == '\'' {
        return match lifetime(code) {
            Some(length) => (length, theme::TYPE),
            None => (quoted(code, '\''), theme::LITERAL),
        };
    }
    if first.is_ascii_digit() {
        let length = until(code, |letter| !letter.is_ascii_alphanumeric() && letter != '_' && letter != '.');
        // The end of `0..n` and of `1.max(n)` is not of the number.
        let length = code[..length].find("..").unwrap_or(length);
        return (length, theme::LITERAL);
    }
    if first.is_alphabetic() || first == '_' {
        let length = until(code, |letter| !letter.is_alphanumeric() && letter != '_');
        return (length, word(&code[..length], &code[length..]));
    }
    (first.len_utf8(), Style::new())
}

fn word(word: &str, after: &str) -> Style {
    if KEYWORDS.contains(&word) {
        theme::KEYWORD
    } else if after.starts_with('!') && !after.starts_with("!=") {
        theme::MACRO
    } else if word.starts_with(char::is_uppercase) || PRIMITIVES.contains(&word) {
        theme::TYPE
    } else if after.starts_with('(') || after.starts_with("::<") {
        theme::CALL
    } else {
        Style::new()
    }
}

/// Types with small letters.
const PRIMITIVES: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

/// Bytes before the first letter that is so, or all.
fn until(code: &str, is: impl Fn(char) -> bool) -> usize {
    code.find(is).unwrap_or(code.len())
}

/// Bytes of a literal with its quotes; what is escaped does not end it.
fn quoted(code: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, letter) in code.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            letter if letter == quote => return place + 1,
            _ => {}
        }
    }
    code.len()
}

/// Bytes of a lifetime; `None` where a letter stands in quotes.
fn lifetime(code: &str) -> Option<usize> {
    let name = &code[1..];
    let length = until(name, |letter| !letter.is_alphanumeric() && letter != '_');
    (length > 0 && !name[length..].starts_with('\'')).then_some(length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each span that is not plain, with its style's name.
    fn marked(code: &str) -> Vec<(String, &'static str)> {
        let names = [
            (theme::KEYWORD, "keyword"),
            (theme::TYPE, "type"),
            (theme::CALL, "call"),
            (theme::LITERAL, "literal"),
            (theme::MACRO, "macro"),
            (theme::QUIET, "comment"),
        ];
        let named = |span: Span<'static>| {
            let name = names.iter().find(|(style, _)| *style == span.style)?.1;
            Some((span.content.into_owned(), name))
        };
        rust(code).into_iter().flat_map(|line| line.spans).filter_map(named).collect()
    }

    #[test]
    fn each_kind_of_word_has_its_style() {
        let code = "#[remote]\nfn hits<'a>(n: u64) -> Vec<u8> { vec![b'x'; 1_000] } // darts";
        let expected = [
            ("#[remote]", "macro"),
            ("fn", "keyword"),
            ("'a", "type"),
            ("u64", "type"),
            ("Vec", "type"),
            ("u8", "type"),
            ("vec", "macro"),
            ("'x'", "literal"),
            ("1_000", "literal"),
            ("// darts", "comment"),
        ];
        assert_eq!(marked(code), expected.map(|(text, name)| (text.to_owned(), name)));
        assert_eq!(marked("get_all(&refs)?")[0], ("get_all".to_owned(), "call"));
        assert_eq!(marked("0..n")[0], ("0".to_owned(), "literal"));
        assert_eq!(marked(r#"("a \" b", '\'')"#).len(), 2);
    }

    #[test]
    fn no_letter_is_lost_and_lines_stay() {
        for code in ["let a = 1;\n\n    b(\"x\ny\");\n/* open", "", "'", "\"", "#[", "é λ(…) 'é'", "a\n", "1..=2.5e3"]
        {
            let lines: Vec<String> = rust(code).iter().map(ToString::to_string).collect();
            assert_eq!(lines.join("\n"), code);
        }
    }
}
