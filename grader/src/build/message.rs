//! Cargo's messages, as far as they are read here: one JSON object a line.

use std::path::PathBuf;

use serde::Deserialize;

use super::{Diagnostic, tidy};

/// One line.
#[derive(Debug, Deserialize)]
#[serde(tag = "reason")]
pub(super) enum Message {
    #[serde(rename = "compiler-artifact")]
    Built(Artifact),
    #[serde(rename = "compiler-message")]
    Said { manifest_path: PathBuf, message: CompilerMessage },
    #[serde(other)]
    Other,
}

/// Something was built, or was there already.
#[derive(Debug, Deserialize)]
pub(super) struct Artifact {
    pub(super) package_id: String,
    pub(super) manifest_path: PathBuf,
    pub(super) target: Target,
    pub(super) executable: Option<PathBuf>,
    pub(super) fresh: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Target {
    pub(super) name: String,
    pub(super) kind: Vec<String>,
}

/// What the compiler says.
#[derive(Debug, Deserialize)]
pub(super) struct CompilerMessage {
    pub(super) level: String,
    pub(super) message: String,
    pub(super) rendered: Option<String>,
    spans: Vec<Span>,
}

#[derive(Debug, Deserialize)]
struct Span {
    file_name: String,
    is_primary: bool,
    line_start: usize,
    column_start: usize,
    expansion: Option<Box<Expansion>>,
}

#[derive(Debug, Deserialize)]
struct Expansion {
    span: Span,
}

impl CompilerMessage {
    /// Whether it is not about any program: the linker is missing or failed.
    pub(super) fn is_about_the_machine(&self) -> bool {
        self.level.starts_with("error") && self.message.starts_with("link")
    }

    /// The message for a student; `None` for a mere summary of others.
    pub(super) fn diagnostic(self, package: &str) -> Option<Diagnostic> {
        let level = match self.level.as_str() {
            "warning" => "warning",
            level if level.starts_with("error") => "error",
            _ => return None,
        };
        let primary = self.spans.iter().find(|span| span.is_primary);
        let summary = primary.is_none()
            && (self.message.starts_with("aborting due to")
                || self.message.ends_with(" emitted")
                || self.message.starts_with("could not compile"));
        if summary {
            return None;
        }
        let place = primary.map(|span| span.within(package));
        Some(Diagnostic {
            level: level.to_owned(),
            file: place.map(|span| tidy(&span.file_name)),
            line: place.map_or(0, |span| span.line_start),
            column: place.map_or(0, |span| span.column_start),
            rendered: tidy(self.rendered.as_deref().unwrap_or(&self.message)),
            message: self.message,
        })
    }
}

impl Span {
    /// This place, or where the macro that it is in was called from in `package`.
    fn within(&self, package: &str) -> &Span {
        let mut span = self;
        while !span.file_name.contains(&format!("{package}/")) {
            match &span.expansion {
                Some(expansion) => span = &expansion.span,
                None => return self,
            }
        }
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagnostic(json: &str) -> Option<Diagnostic> {
        let Message::Said { message, .. } = serde_json::from_str(json).unwrap() else { panic!("{json}") };
        message.diagnostic("exercises")
    }

    #[test]
    fn a_message_gets_the_path_that_the_student_knows() {
        let read = diagnostic(
            r#"{"reason":"compiler-message","manifest_path":"/c/exercises/Cargo.toml","message":{"level":"error",
            "message":"mismatched types","rendered":"\u001b[1m--> \u001b[0mexercises/main/../pi.rs:3:5","spans":[
            {"file_name":"exercises/main/../pi.rs","is_primary":true,"line_start":3,"column_start":5,"expansion":null}]}}"#,
        );
        let expected = Diagnostic {
            level: "error".to_owned(),
            message: "mismatched types".to_owned(),
            file: Some("exercises/pi.rs".to_owned()),
            line: 3,
            column: 5,
            rendered: "\u{1b}[1m--> \u{1b}[0mexercises/pi.rs:3:5".to_owned(),
        };
        assert_eq!(read, Some(expected));
    }

    #[test]
    fn a_place_inside_a_macro_is_where_the_student_called_it() {
        let read = diagnostic(
            r#"{"reason":"compiler-message","manifest_path":"/c/exercises/Cargo.toml","message":{"level":"error",
            "message":"mismatched types","rendered":"","spans":[{"file_name":"src/problems/src/lib.rs","is_primary":true,
            "line_start":60,"column_start":1,"expansion":{"span":{"file_name":"exercises/main/../pi.rs","is_primary":true,
            "line_start":9,"column_start":1,"expansion":null}}}]}}"#,
        )
        .unwrap();
        assert_eq!((read.file.as_deref(), read.line), (Some("exercises/pi.rs"), 9));
    }

    #[test]
    fn summaries_are_left_out() {
        for (level, text) in [
            ("error", "aborting due to 1 previous error"),
            ("warning", "2 warnings emitted"),
            ("failure-note", "For more"),
        ] {
            let json = format!(
                r#"{{"reason":"compiler-message","manifest_path":"","message":{{"level":"{level}","message":"{text}",
                "rendered":null,"spans":[]}}}}"#
            );
            assert_eq!(diagnostic(&json), None, "{text}");
        }
    }

    #[test]
    fn other_messages_are_passed_over() {
        for json in [r#"{"reason":"build-finished","success":true}"#, r#"{"reason":"build-script-executed","env":[]}"#]
        {
            assert!(matches!(serde_json::from_str(json), Ok(Message::Other)), "{json}");
        }
    }
}
