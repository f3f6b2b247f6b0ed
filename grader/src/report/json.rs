//! Reports for programs to read.

use serde::Serialize;

use super::Report;

/// What is written: an object, so that keys beside `exercises` can be added later.
#[derive(Serialize)]
struct Document<'a> {
    exercises: &'a [Report],
}

/// The reports as `{"exercises": [..]}`, indented. Times are in seconds; see [`Report`] for the keys.
#[must_use]
pub fn render(exercises: &[Report]) -> String {
    let document = serde_json::to_string_pretty(&Document { exercises });
    document.expect("a report has no keys that are not text, so writing it cannot fail") + "\n"
}
