//! Word count as in the course, byte by byte: what a word is, is the same, and so is every count.
//!
//! Words of up to 15 bytes of ASCII, nearly all of an English text, are two machine words: they are hashed and compared as
//! such, in a table of their own without strings. A stretch of text that has other letters, and a longer word, is left to
//! `problems::word_count::count_words`. Each task has a table of its own; the tables are added up at the end, when there
//! are as few words in them as the vocabulary has.

use std::{collections::HashMap, ops::Range, sync::Arc};

use parlings::{TaskError, get_all, map};
use problems::word_count::{Counts, count_words};
use rustc_hash::FxBuildHasher;

use crate::kernels::parts;

/// The counts of all words of some texts, as tasks.
///
/// # Errors
/// None but those of the runtime.
///
/// # Panics
/// When no runtime is entered on this thread.
pub fn counts(texts: &Arc<Vec<String>>) -> Result<Counts, TaskError> {
    let length = texts.iter().map(String::len).sum::<usize>();
    let texts = Arc::clone(texts);
    let tables = get_all(&map(parts(length as u64), move |range| count_range(&texts, range)))?;
    let mut total = Table::default();
    for table in &tables {
        total.add(table);
    }
    Ok(total.into_counts())
}

/// Counts the words that begin in a range of the texts, as if they stood one behind the other.
fn count_range(texts: &[String], range: Range<u64>) -> Table {
    let mut table = Table::default();
    let (mut from, mut to) = (range.start as usize, range.end as usize);
    for text in texts {
        let end = text.len();
        let part = &text[cut(text, from.min(end))..cut(text, to.min(end))];
        table.count(part);
        (from, to) = (from.saturating_sub(end), to.saturating_sub(end));
    }
    table
}

/// The first place from `place` on that is not in the middle of a word: after a space, or at an end.
fn cut(text: &str, place: usize) -> usize {
    if place == 0 {
        return 0;
    }
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    text.as_bytes()[place - 1..].iter().position(is_space).map_or(text.len(), |spaces| place + spaces)
}

/// A word of up to 15 bytes in lower case, padded with zeroes, as a number.
type Short = u128;

/// The longest word that is a [`Short`].
const MOST: usize = 15;

/// Counts while words are being counted.
#[derive(Default)]
struct Table {
    short: HashMap<Short, u64, FxBuildHasher>,
    others: Counts,
}

/// What a byte is to a word: its lower case where it belongs to one, [`NONE`] where it does not, [`FOREIGN`] where the byte
/// alone does not tell.
static KINDS: [u8; 256] = kinds();

const NONE: u8 = 0;
const FOREIGN: u8 = 0xFF;

const fn kinds() -> [u8; 256] {
    let mut kinds = [NONE; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = byte as u8;
        kinds[byte] = if letter.is_ascii_alphanumeric() || letter == b'_' {
            letter.to_ascii_lowercase()
        } else if letter.is_ascii() {
            NONE
        } else {
            FOREIGN
        };
        byte += 1;
    }
    kinds
}

impl Table {
    fn count(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut place = 0;
        while place < bytes.len() {
            let start = place;
            let mut word: Short = 0;
            let mut kind = KINDS[usize::from(bytes[place])];
            while kind != NONE && kind != FOREIGN && place - start < MOST {
                word |= Short::from(kind) << (8 * (place - start));
                place += 1;
                kind = bytes.get(place).map_or(NONE, |byte| KINDS[usize::from(*byte)]);
            }
            if kind != NONE {
                place = self.count_other(text, start);
                continue;
            }
            if word != 0 {
                *self.short.entry(word).or_default() += 1;
            }
            place += 1;
        }
    }

    /// Counts from the start of a word to the next space that is ASCII, and returns where that is.
    #[cold]
    fn count_other(&mut self, text: &str, start: usize) -> usize {
        let is_space = |byte: &u8| byte.is_ascii_whitespace();
        let length = text.as_bytes()[start..].iter().position(is_space).unwrap_or(text.len() - start);
        for (word, count) in count_words(&text[start..start + length]) {
            *self.others.entry(word).or_default() += count;
        }
        start + length
    }

    fn add(&mut self, other: &Table) {
        for (&word, count) in &other.short {
            *self.short.entry(word).or_default() += count;
        }
        for (word, count) in &other.others {
            *self.others.entry(word.clone()).or_default() += count;
        }
    }

    fn into_counts(self) -> Counts {
        let mut counts = self.others;
        counts.reserve(self.short.len());
        for (word, count) in self.short {
            let bytes = word.to_le_bytes();
            let length = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
            let word = String::from_utf8_lossy(&bytes[..length]).into_owned();
            *counts.entry(word).or_default() += count;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::in_runtime;

    proptest! {
        #[test]
        fn counts_are_the_plain_ones(text in "(\\PC|[a-zA-Z_ '.,\n]{1,20}|[é-ö]|[Α-ω]|\u{130}|\u{307}){0,200}") {
            let mut table = Table::default();
            table.count(&text);
            prop_assert_eq!(table.into_counts(), count_words(&text));
        }

        #[test]
        fn cuts_lose_no_word(texts in proptest::collection::vec("[A-Za-zäÖ' \u{a0}]{0,60}", 0..5)) {
            let plain = count_words(&texts.join("\n"));
            prop_assert_eq!(in_runtime(|| counts(&Arc::new(texts))), plain);
        }
    }
}
