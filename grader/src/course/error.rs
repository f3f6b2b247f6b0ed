//! A mistake in `course.yaml`, shown as a compiler would.

use std::fmt;

use super::{Place, list};
use crate::nearest::nearest;

/// A mistake in `exercises/course.yaml`.
///
/// Displayed, it shows the place, the line with a caret under the mistake, and the mend:
///
/// ```text
/// unknown key `round`
///   --> exercises/course.yaml:9:5
///    |
///  9 |     round: 9
///    |     ^
///    = help: did you mean `rounds`? known keys: ..
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct CourseError {
    /// What is wrong.
    pub problem: String,
    /// Where; `None` when it is the file itself.
    pub place: Option<Place>,
    /// How to mend it.
    pub mend: String,
}

impl fmt::Display for CourseError {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { problem, place, mend } = self;
        let Some(place) = place else { return write!(formatter, "{problem}\n  = help: {mend}") };
        let margin = " ".repeat(place.line.to_string().len() + 1);
        let caret = " ".repeat(place.column - 1);
        writeln!(formatter, "{problem}")?;
        writeln!(formatter, "{margin}--> {place}")?;
        writeln!(formatter, "{margin} |")?;
        writeln!(formatter, "{}", format!(" {} | {}", place.line, place.text).trim_end())?;
        writeln!(formatter, "{margin} | {caret}^")?;
        write!(formatter, "{margin} = help: {mend}")
    }
}

impl CourseError {
    /// A mistake at the value that `path` leads to, as [`Place::of`] reads it.
    pub(super) fn at(path: &str, text: &str, problem: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { problem: problem.into(), place: Place::of(path, text), mend: mend.into() }
    }

    /// What the YAML reader or the types refused, in words for the author of a course.
    pub(super) fn from_yaml(error: &serde_yaml::Error, text: &str) -> Self {
        let (problem, mend) = explain(&error.to_string());
        Self { problem, place: Place::of_error(error, text), mend }
    }
}

/// The problem and the mend.
type Explanation = (String, String);

/// Reads a message of serde's, from where it says what kind of mistake it is about.
type Explain = fn(&str) -> Explanation;

/// The problem and the mend behind serde's message, which begins with the path of the value and ends with its place.
fn explain(message: &str) -> Explanation {
    let without_place = message.find(" at line ").map_or(message, |end| &message[..end]);
    let kinds: [(&str, Explain); 6] = [
        ("unknown field `", unknown_key),
        ("unknown variant `", unknown_value),
        ("missing field `", missing_key),
        ("duplicate field `", duplicate_key),
        ("invalid type: ", wrong_type),
        ("invalid value: ", wrong_type),
    ];
    let known = kinds.iter().find_map(|(start, explain)| Some(explain(&without_place[without_place.find(start)?..])));
    known.unwrap_or_else(|| {
        let mend = "this is not valid YAML: compare the indentation, quotes and colons here and on the lines above";
        (without_place.to_owned(), mend.to_owned())
    })
}

/// What stands in backticks, in order.
fn quoted(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

fn unknown_key(message: &str) -> Explanation {
    unknown(message, "key")
}

fn unknown_value(message: &str) -> Explanation {
    unknown(message, "value")
}

fn unknown(message: &str, what: &str) -> Explanation {
    let words = quoted(message);
    let (word, known) = (words[0], words[1..].iter().copied());
    let guess = nearest(word, known.clone()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    (format!("unknown {what} `{word}`"), format!("{guess}known {what}s: {}", list(known)))
}

fn missing_key(message: &str) -> Explanation {
    let key = quoted(message)[0];
    (format!("the key `{key}` is missing"), format!("add a line `{key}: ..`, indented like the keys beside it"))
}

fn duplicate_key(message: &str) -> Explanation {
    let key = quoted(message)[0];
    (format!("the key `{key}` stands twice in what begins here"), "take one of the two out".to_owned())
}

fn wrong_type(message: &str) -> Explanation {
    let (_, found) = message.split_once(": ").unwrap_or_default();
    let (found, expected) = found.split_once(", expected ").unwrap_or((found, "another value"));
    let (wanted, mend) = match expected {
        "u64" | "u32" | "usize" => ("a whole number from 0 up", "write a number such as 9, without quotes"),
        "f64" => ("a number", "write a number such as 10 or 0.85, without quotes"),
        "a string" => ("a text", "write a text, in quotes where it looks like something else"),
        "a sequence" => ("a list", "write `[one, two]`, or each part on a line of its own after `- `"),
        _ if expected.starts_with("struct ") => {
            ("keys with values", "write its keys below, indented, or in braces: `{key: value}`")
        }
        other => (other, "write that instead"),
    };
    (format!("expected {wanted}, found {found}"), mend.to_owned())
}
