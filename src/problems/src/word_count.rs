//! Word count: map, tree, and who owns the table.
//!
//! Each play is counted by itself, and tables of counts add up to one: in any order, as whole numbers do. So counting can be
//! shared among workers, and so can adding, if it is done in pairs.

use std::{collections::HashMap, hint::black_box, path::Path, sync::Arc};

use trace::Record;

use crate::{
    Case, Problem, Wire,
    film::Draw,
    harness::{Answer, Submission},
    picture::Picture,
};

mod corpus;
mod diagnosis;
mod drawing;
mod folder;

/// The problem; one for all, as it has no state.
pub struct WordCount;

/// How often each word occurs; words are in lower case.
///
/// The standard library's table, with its own hash function. A faster one would make the counting a third faster and the type
/// harder to read, and what is shared among workers stays the same.
pub type Counts = HashMap<String, u64>;

/// The answer `function` to this problem; [`submit!`](crate::submit) calls it.
///
/// The function gets the texts of the plays, and returns how often each word occurs in all of them.
pub fn submission<A: Answer<Counts> + 'static>(function: fn(Vec<String>) -> A) -> Submission {
    Submission::new(&WordCount, function)
}

/// How often each word occurs in a text.
///
/// A word is an unbroken run of letters, digits and `_`, of any script, in lower case: what the regular expression
/// `\b\w+\b` finds. So `don't` is two words, and `_Exit_` is one. Takes about 70 ns a word, and one allocation for each
/// that it has not seen before.
///
/// ```
/// use problems::word_count::count_words;
///
/// let counts = count_words("To be, or not to be? Don't say: ÉTÉ.");
/// assert_eq!((counts["to"], counts["be"], counts["or"]), (2, 2, 1));
/// assert_eq!((counts["don"], counts["t"], counts["été"]), (1, 1, 1));
/// ```
#[inline(never)]
#[must_use]
pub fn count_words(text: &str) -> Counts {
    let mut counts = Counts::new();
    let mut lower = String::new();
    for word in words(text) {
        lower.clear();
        if word.is_ascii() {
            lower.push_str(word);
            lower.make_ascii_lowercase();
        } else {
            lower.push_str(&word.to_lowercase());
        }
        match counts.get_mut(&lower) {
            Some(count) => *count += 1,
            None => {
                counts.insert(lower.clone(), 1);
            }
        }
    }
    counts
}

/// The words of a text, as they stand there.
#[inline]
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).filter(|word| !word.is_empty())
}

/// The sum of two tables, in the first of them: that one is taken over, not copied.
///
/// ```
/// use problems::word_count::{count_words, merge};
///
/// let (one, other) = (count_words("one two"), count_words("two three"));
/// assert_eq!(merge(one, &other), count_words("one two two three"));
/// ```
#[inline(never)]
#[must_use]
pub fn merge(mut a: Counts, b: &Counts) -> Counts {
    for (word, count) in b {
        match a.get_mut(word) {
            Some(sum) => *sum += count,
            None => {
                a.insert(word.clone(), *count);
            }
        }
    }
    a
}

/// How many words were counted.
fn total(counts: &Counts) -> u64 {
    counts.values().fold(0, |total, count| total.saturating_add(*count))
}

/// The most frequent words first; those that are as frequent by their letters.
fn by_frequency(counts: &Counts) -> Vec<(&str, u64)> {
    let mut words: Vec<(&str, u64)> = counts.iter().map(|(word, &count)| (word.as_str(), count)).collect();
    words.sort_unstable_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    words
}

/// For each word its length in bytes (four bytes, little-endian), the word, and its count (eight bytes); in any order.
impl Wire for Counts {
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.keys().map(|word| word.len() + 12).sum());
        for (word, count) in self {
            let length = u32::try_from(word.len()).expect("a word is shorter than four gigabytes");
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(word.as_bytes());
            bytes.extend_from_slice(&count.to_le_bytes());
        }
        bytes
    }

    fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let mut counts = Counts::new();
        while !bytes.is_empty() {
            let (&length, rest) = bytes.split_first_chunk()?;
            let (word, rest) = rest.split_at_checked(u32::from_le_bytes(length) as usize)?;
            let (&count, rest) = rest.split_first_chunk()?;
            let word = String::from_utf8(word.to_vec()).ok()?;
            let twice = counts.insert(word, u64::from_le_bytes(count)).is_some();
            if twice {
                return None;
            }
            bytes = rest;
        }
        Some(counts)
    }
}

impl Problem for WordCount {
    /// The texts of the plays.
    type Input = Vec<String>;
    /// How often each word occurs in all of them.
    type Output = Counts;

    const NAME: &'static str = "word_count";
    const UNITS: &'static str = "words";
    const SIZE: u64 = 1_000_000;

    fn units(&self, case: &Case) -> u64 {
        match &case.input {
            Some(folder) => {
                let texts = folder::texts(folder).unwrap_or_default();
                texts.iter().map(|text| words(text).count() as u64).sum()
            }
            None => case.size,
        }
    }

    fn check_input(&self, path: &Path) -> Result<(), String> {
        folder::texts(path).map(drop)
    }

    /// The plays; or the texts of the folder that is the case's input.
    fn input(&self, case: &Case) -> Self::Input {
        match &case.input {
            Some(folder) => folder::texts(folder).unwrap_or_else(|error| panic!("{error}")),
            None => corpus::plays(case.seed, case.size),
        }
    }

    fn serial(&self, plays: Self::Input) -> Counts {
        plays.iter().map(|play| count_words(play)).fold(Counts::new(), |total, play| merge(total, &play))
    }

    /// Pieces of equal length, as if the plays stood one behind the other.
    fn piece(&self, plays: &Self::Input, piece: u64, pieces: u64) {
        let all: usize = plays.iter().map(String::len).sum();
        let cut = |piece: u64| (all as u128 * u128::from(piece) / u128::from(pieces)) as usize;
        let (mut from, mut to) = (cut(piece), cut(piece + 1));
        for play in plays {
            let end = play.len();
            let part = &play[play.floor_char_boundary(from.min(end))..play.floor_char_boundary(to.min(end))];
            if !part.is_empty() {
                black_box(count_words(part));
            }
            (from, to) = (from.saturating_sub(end), to.saturating_sub(end));
        }
    }

    /// Equal, word by word: whole numbers add up to the same in any order.
    fn verify(&self, case: &Case, expected: &Counts, got: &Counts, _record: &Record) -> Result<(), String> {
        if got == expected {
            return Ok(());
        }
        Err(diagnosis::Mismatch { plays: &self.input(case), expected, got }.explain())
    }

    fn picture(&self, _case: &Case, counts: &Counts) -> Picture {
        drawing::picture(counts)
    }

    fn film(&'static self, case: &Case) -> Draw<Counts> {
        let counted = drawing::Counted::of(&self.input(case));
        Arc::new(move |moment| counted.picture(moment))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Clock;

    fn case(seed: u64) -> Case {
        Case { size: 50_003, seed, workers: 2, clock: Clock::Real, sweep: None, input: None }
    }

    /// Letter by letter, as the definition says it.
    fn counted_slowly(text: &str) -> Counts {
        let mut counts = Counts::new();
        let mut word = String::new();
        // The space ends the last word.
        for letter in text.chars().chain([' ']) {
            if letter.is_alphabetic() || letter.is_numeric() || letter == '_' {
                word.push(letter);
            } else if !word.is_empty() {
                *counts.entry(word.to_lowercase()).or_default() += 1;
                word.clear();
            }
        }
        counts
    }

    fn table() -> impl Strategy<Value = Counts> {
        proptest::collection::hash_map("[a-c]{1,2}", 0..1_000_u64, 0..10)
    }

    proptest! {
        #[test]
        fn counts_as_the_definition_says(text in "(\\PC|[a-zA-Z_ '.,\n]|[é-ö]|[Α-ω]|\u{130}|\u{307}){0,200}") {
            prop_assert_eq!(count_words(&text), counted_slowly(&text));
        }

        #[test]
        fn counts_any_text(text: String) {
            prop_assert_eq!(count_words(&text), counted_slowly(&text));
        }

        #[test]
        fn merging_may_be_done_in_any_order(a in table(), b in table(), c in table()) {
            prop_assert_eq!(merge(a.clone(), &b), merge(b.clone(), &a));
            prop_assert_eq!(merge(merge(a.clone(), &b), &c), merge(a, &merge(b, &c)));
        }

        #[test]
        fn texts_are_counted_as_their_parts(parts in proptest::collection::vec("[A-Za-zäÖ' ]{0,30}", 0..5)) {
            let whole = count_words(&parts.join("\n"));
            prop_assert_eq!(whole, WordCount.serial(parts));
        }

        #[test]
        fn tables_come_back(counts in proptest::collection::hash_map(any::<String>(), any::<u64>(), 0..20)) {
            let bytes = counts.to_bytes();
            for end in 0..bytes.len() {
                prop_assert!(Counts::from_bytes(&bytes[..end]).as_ref() != Some(&counts));
            }
            prop_assert_eq!(Counts::from_bytes(&bytes), Some(counts));
        }

        #[test]
        fn any_bytes_are_a_table_or_none(bytes: Vec<u8>) {
            let _ = Counts::from_bytes(&bytes);
        }
    }

    #[test]
    fn a_table_with_a_word_twice_or_without_letters_is_none() {
        let one = Counts::from([("word".to_owned(), 1)]).to_bytes();
        assert_eq!(Counts::from_bytes(&[one.clone(), one.clone()].concat()), None);
        assert_eq!(Counts::from_bytes(&[1, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0]), None);
        assert_eq!(Counts::from_bytes(&[255, 255, 255, 255, 0]), None);
        assert_eq!(Counts::from_bytes(&[]), Some(Counts::new()));
    }

    #[test]
    fn words_are_what_the_course_says() {
        let counts = count_words("Don't! _Exit_, naïve ÉLOÏSE; 1599 x2\u{a0}ΟΔΟΣ");
        let words: Vec<&str> = by_frequency(&counts).into_iter().map(|(word, _)| word).collect();
        assert_eq!(words, ["1599", "_exit_", "don", "naïve", "t", "x2", "éloïse", "οδος"]);
    }

    #[test]
    fn the_right_answer_passes_and_others_do_not() {
        for seed in [0, 12_345] {
            let case = case(seed);
            let expected = WordCount.serial(WordCount.input(&case));
            assert_eq!(total(&expected), Problem::units(&WordCount, &case));
            assert_eq!(WordCount.verify(&case, &expected, &expected.clone(), &Record::default()), Ok(()));
            let mut one_more = expected.clone();
            *one_more.get_mut("the").expect("it is a frequent word") += 1;
            let mut extra = expected.clone();
            extra.insert("extra".to_owned(), 0);
            for got in [one_more, extra, Counts::new()] {
                assert!(WordCount.verify(&case, &expected, &got, &Record::default()).is_err());
            }
        }
    }

    #[test]
    fn pieces_cope_with_any_texts() {
        for plays in [vec![], vec![String::new()], vec!["é".repeat(10), "ü a".to_owned()]] {
            for pieces in [1, 2, 7, 64] {
                (0..pieces).for_each(|piece| WordCount.piece(&plays, piece, pieces));
            }
        }
    }

    #[test]
    fn a_folder_is_counted_in_place_of_plays() {
        let folder = std::env::temp_dir().join(format!("parlings-word-count-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        assert!(WordCount.check_input(&folder).is_err());
        for (name, text) in [("a.txt", "one two"), ("b.txt", "Two, three!")] {
            std::fs::write(folder.join(name), text).expect("a file can be written");
        }
        assert_eq!(WordCount.check_input(&folder), Ok(()));
        let case = Case { input: Some(folder.clone()), ..case(1) };
        assert_eq!(Problem::units(&WordCount, &case), 4);
        assert_eq!(WordCount.serial(WordCount.input(&case)), count_words("one two two three"));
        std::fs::remove_dir_all(folder).expect("the folder can be removed");
    }
}
