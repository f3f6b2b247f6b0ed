//! The keys that matter most now, from the key map; or what went wrong, or was done.

use ratatui::{style::Stylize, text::Line};

use super::{text, theme};
use crate::{
    keys::{self, Place},
    model::Model,
};

/// The footer as lines of a width.
pub(super) fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    if !model.troubles.is_empty() {
        let line = |trouble: &String| Line::from(vec![" ! ".bold().reversed(), " ".into(), trouble.clone().into()]);
        return text::wrap(model.troubles.iter().map(|trouble| line(trouble).style(theme::BAD)), usize::from(width));
    }
    if let Some(notice) = &model.notice {
        let line = Line::from(vec![" ✓ ".bold().reversed(), " ".into(), notice.clone().into()]);
        return text::wrap([line.style(theme::GOOD)], usize::from(width));
    }
    let mut entries = entries(model);
    while line_of(&entries).width() > usize::from(width) {
        // What is left out is tried without being told, or found in the help.
        let Some(last) = entries.iter().rposition(|entry| entry.spared) else { break };
        entries.remove(last);
    }
    vec![line_of(&entries)]
}

/// Some keys, and what they do.
#[derive(Debug)]
pub(super) struct Entry {
    /// Their names.
    pub(super) keys: Vec<String>,
    /// In a word or two.
    pub(super) word: &'static str,
    /// It can be left out.
    spared: bool,
}

/// What can be pressed now and does something. Neighbours that do the same are one entry.
pub(super) fn entries(model: &Model) -> Vec<Entry> {
    let place = Place::of(model);
    let mut entries: Vec<Entry> = Vec::new();
    let mut told = Vec::new();
    for binding in keys::at(place) {
        let (Some(word), Some(key)) = (binding.word_now(model), binding.key_at(place, model.look.ascii)) else {
            continue;
        };
        // Another key for the same is in the help.
        if told.contains(&binding.action) {
            continue;
        }
        told.push(binding.action);
        match entries.last_mut() {
            Some(last) if last.word == word => last.keys.push(key.name()),
            _ => entries.push(Entry { keys: vec![key.name()], word, spared: binding.spared }),
        }
    }
    entries
}

fn line_of(entries: &[Entry]) -> Line<'static> {
    let spans =
        entries.iter().flat_map(|entry| ["  ".into(), entry.keys.concat().bold(), " ".into(), entry.word.dim()]);
    // One space before the first key, two between keys.
    Line::from_iter([" ".into()].into_iter().chain(spans.skip(1)))
}
