//! Why a table of counts is wrong.
//!
//! Words that no text has tell how the texts were cut into words. Where the words are right and their counts are not, each
//! play has words of its own, and these tell how often its table went into the sum. To find that out takes one serial run.

use trace::text;

use super::{Counts, by_frequency, count_words, total, words};

/// A wrong table of counts.
pub(super) struct Mismatch<'a> {
    /// The texts.
    pub(super) plays: &'a [String],
    /// The right table.
    pub(super) expected: &'a Counts,
    /// The table that was returned.
    pub(super) got: &'a Counts,
}

type Hypothesis = fn(&Mismatch<'_>) -> Option<String>;

/// The first that fits is told.
const HYPOTHESES: [Hypothesis; 6] =
    [nothing_counted, other_words, capitals, cut_through_words, plays_not_once, counts_replaced];

/// How many words with a wrong count are shown.
const SHOWN: usize = 3;

impl Mismatch<'_> {
    /// The message for the student: what was seen, its cause where it is known, and the mend.
    pub(super) fn explain(&self) -> String {
        let seen = format!(
            "Got {} words, {} of them different; expected {}, {} of them different.",
            text::count(total(self.got)),
            text::count(self.got.len() as u64),
            text::count(total(self.expected)),
            text::count(self.expected.len() as u64),
        );
        let cause = HYPOTHESES.iter().find_map(|hypothesis| hypothesis(self)).unwrap_or_else(|| {
            format!(
                "{} Look at which plays each task counts (all of them, each once), and at how their tables are merged.",
                self.largest_differences()
            )
        });
        format!("{seen} {cause}")
    }

    fn expected_of(&self, word: &str) -> u64 {
        self.expected.get(word).copied().unwrap_or(0)
    }

    fn got_of(&self, word: &str) -> u64 {
        self.got.get(word).copied().unwrap_or(0)
    }

    /// Words whose count is wrong, by how much it is too large; the furthest off first.
    fn differences(&self) -> Vec<(&str, i128)> {
        let extra = self.got.keys().filter(|word| !self.expected.contains_key(*word));
        let off = |word: &str| i128::from(self.got_of(word)) - i128::from(self.expected_of(word));
        let mut differences: Vec<(&str, i128)> = self
            .expected
            .keys()
            .chain(extra)
            .map(|word| (word.as_str(), off(word)))
            .filter(|(_, off)| *off != 0)
            .collect();
        differences.sort_unstable_by(|one, other| other.1.abs().cmp(&one.1.abs()).then(one.0.cmp(other.0)));
        differences
    }

    fn largest_differences(&self) -> String {
        let differences = self.differences();
        let (mut missing, mut extra, mut wrong) = (0, 0, 0);
        for (word, _) in &differences {
            match (self.got_of(word), self.expected_of(word)) {
                (0, _) => missing += 1,
                (_, 0) => extra += 1,
                _ => wrong += 1,
            }
        }
        let shown = differences.iter().take(SHOWN).map(|(word, _)| {
            format!(
                "{} {} times instead of {}",
                quoted(word),
                text::count(self.got_of(word)),
                text::count(self.expected_of(word))
            )
        });
        let kinds = [(missing, "missing"), (extra, "too many"), (wrong, "counted wrongly")];
        let kinds = kinds.iter().filter(|(count, _)| *count > 0);
        let kinds: Vec<String> = kinds.map(|(count, kind)| format!("{} {kind}", text::count(*count))).collect();
        if kinds.is_empty() {
            return "Words stand in the table with a count of 0.".to_owned();
        }
        format!("Words: {}; the furthest off are {}.", kinds.join(", "), shown.collect::<Vec<_>>().join(", "))
    }
}

/// A word as it is shown: any text may come from a student, so not all of it.
fn quoted(word: &str) -> String {
    const LONGEST: usize = 40;
    let shown: String = word.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if word.chars().nth(LONGEST).is_some() { format!("`{shown}..`") } else { format!("`{shown}`") }
}

fn nothing_counted(run: &Mismatch<'_>) -> Option<String> {
    (total(run.got) == 0).then(|| "No count arrived in the sum: merge what the tasks return.".to_owned())
}

/// Words with marks in them, as `split_whitespace` and homemade rules find them.
fn other_words(run: &Mismatch<'_>) -> Option<String> {
    let odd = |word: &str| words(word).next() != Some(word);
    let mut found = by_frequency(run.got);
    found.retain(|(word, _)| odd(word));
    let bare = |word: &str| {
        let mut parts = words(word);
        parts.next().filter(|_| parts.next().is_none()).map(str::to_lowercase)
    };
    // A word with a mark behind it, beside the same without, says most.
    let beside = found.iter().find_map(|(word, _)| Some((word, bare(word).filter(|bare| run.got.contains_key(bare))?)));
    if let Some((word, bare)) = beside {
        return Some(format!(
            "{} and {} are two words here. Use the given `count_words`.",
            quoted(word),
            quoted(&bare)
        ));
    }
    let (word, _) = found.first()?;
    if word.is_empty() {
        return Some(
            "The empty word is counted: between two marks there is none. Use the given `count_words`.".to_owned(),
        );
    }
    Some(format!(
        "{} is one word here, but words are of letters, digits and `_` alone. Use the given `count_words`.",
        quoted(word)
    ))
}

fn capitals(run: &Mismatch<'_>) -> Option<String> {
    let (word, lower) = by_frequency(run.got).into_iter().find_map(|(word, _)| {
        let lower = word.to_lowercase();
        (lower != word).then_some((word, lower))
    })?;
    Some(format!(
        "{} and {} are two words here. Use the given `count_words`: its words are in lower case.",
        quoted(word),
        quoted(&lower)
    ))
}

/// Each cut makes one word fewer, and two parts of it more.
fn cut_through_words(run: &Mismatch<'_>) -> Option<String> {
    /// Texts that are cut into more pieces than this are cut for another reason.
    const MOST_CUTS: usize = 10_000;
    let differences = run.differences();
    let short: Vec<&str> = differences.iter().filter(|(_, off)| *off < 0).map(|(word, _)| *word).collect();
    if short.is_empty() || short.len() > MOST_CUTS || total(run.got) <= total(run.expected) {
        return None;
    }
    let too_many = |part: &str| run.got_of(part) > run.expected_of(part);
    let parts = |word: &str| {
        let mut cuts = word.char_indices().skip(1).map(|(place, _)| word.split_at(place));
        cuts.find(|(one, other)| too_many(one) && too_many(other))
            .map(|(one, other)| (one.to_owned(), other.to_owned()))
    };
    let cut: Vec<_> = short.iter().filter_map(|word| Some((*word, parts(word)?))).collect();
    // A part may be a word that is cut elsewhere, and so make up for it; most cuts are seen.
    if 2 * cut.len() < short.len() {
        return None;
    }
    let (word, (one, other)) = cut.iter().min_by_key(|(word, _)| (std::cmp::Reverse(word.len()), *word))?;
    Some(format!(
        "{} and {} are counted where {} stands: a cut went through a word. Cut between plays, or move the cut to a space.",
        quoted(one),
        quoted(other),
        quoted(word)
    ))
}

/// The sum is one of whole tables, but not of each of them once.
fn plays_not_once(run: &Mismatch<'_>) -> Option<String> {
    let tables: Vec<Counts> = run.plays.iter().map(|play| count_words(play)).collect();
    let times = tables.iter().map(|table| times_counted(run, table)).collect::<Option<Vec<u64>>>()?;
    let sum = |word: &str| -> u128 {
        let of_play =
            |(table, times): (&Counts, &u64)| u128::from(table.get(word).copied().unwrap_or(0)) * u128::from(*times);
        tables.iter().zip(&times).map(of_play).sum()
    };
    let all_fit = run.expected.keys().all(|word| sum(word) == u128::from(run.got_of(word)));
    if !all_fit || run.got.keys().any(|word| !run.expected.contains_key(word)) {
        return None;
    }
    Some(about_times(run, &times))
}

/// How many times a play's table is in the sum, told by the most frequent of the words that no other play has; an empty
/// play is taken as counted. `None` where there is no such word, or its count is no multiple.
fn times_counted(run: &Mismatch<'_>, table: &Counts) -> Option<u64> {
    if table.is_empty() {
        return Some(1);
    }
    let own = table.iter().filter(|(word, count)| run.expected_of(word) == **count);
    let (word, count) = own.max_by_key(|(word, count)| (**count, word.as_str()))?;
    let got = run.got_of(word);
    got.is_multiple_of(*count).then(|| got / count)
}

/// What to say of how often each play's table is in the sum; at least one of them not once.
fn about_times(run: &Mismatch<'_>, times: &[u64]) -> String {
    let numbered = |is: fn(u64) -> bool| -> Vec<usize> {
        times.iter().zip(1..).filter(|(times, _)| is(**times)).map(|(_, number)| number).collect()
    };
    let missing = numbered(|times| times == 0);
    let again = numbered(|times| times > 1);
    let last = times.len();
    let is_end = missing.iter().rev().zip(1..).all(|(number, place)| *number == last + 1 - place);
    match (&missing[..], &again[..]) {
        (&[only], []) if only == last => format!(
            "Words are short, by the counts of play {only}, the last one. An unpaired table goes on to the next level."
        ),
        (several, []) if is_end => format!(
            "Words are short, by the counts of the last {} plays. Let the last task take the remainder, and pass an unpaired \
             table on to the next level.",
            several.len()
        ),
        (several, []) => {
            format!("Words are short, by the counts of {}. Every table goes into one merge.", plays(several))
        }
        ([], all) if all.len() == last && times.iter().all(|&other| other == times[0]) => {
            format!("Every play is counted {}. Submit each play once, and merge each table once.", often(times[0]))
        }
        ([], several) => format!(
            "Words are counted {}, those of {}: {} words instead of {}. Once a table is merged into another, only their sum \
             goes on.",
            often_together(several.iter().map(|number| times[number - 1])),
            plays(several),
            text::count(total(run.got)),
            text::count(total(run.expected)),
        ),
        (missing, again) => format!(
            "The words of {} are counted {}, and those of {} not at all. Every table goes into one merge, once.",
            plays(again),
            often_together(again.iter().map(|number| times[number - 1])),
            plays(missing)
        ),
    }
}

fn often(times: u64) -> String {
    if times == 2 { "twice".to_owned() } else { format!("{} times", text::count(times)) }
}

fn often_together(times: impl Iterator<Item = u64> + Clone) -> String {
    match (times.clone().min(), times.max()) {
        (Some(least), Some(most)) if least == most => often(least),
        _ => "twice or more".to_owned(),
    }
}

/// Numbers of plays, as many as can be taken in.
fn plays(numbers: &[usize]) -> String {
    match numbers {
        [one] => format!("play {one}"),
        [one, other] => format!("plays {one} and {other}"),
        [first, .., last] => format!("{} plays, from number {first} to {last}", numbers.len()),
        [] => "no play".to_owned(),
    }
}

/// Each word has the count of one play, the first or the last that has the word.
fn counts_replaced(run: &Mismatch<'_>) -> Option<String> {
    let tables = || run.plays.iter().map(|play| count_words(play));
    let overwritten = tables().fold(Counts::new(), |mut all, table| {
        all.extend(table);
        all
    });
    if overwritten == *run.got {
        return Some(
            "Each word has the count of one play alone, the last one that has it: `insert` and `extend` replace what is there. \
             Add to it, as `merge` does."
                .to_owned(),
        );
    }
    let kept = tables().fold(Counts::new(), |mut all, table| {
        for (word, count) in table {
            all.entry(word).or_insert(count);
        }
        all
    });
    (kept == *run.got).then(|| {
        "Each word has the count of one play alone, the first one that has it: `or_insert` keeps what is there. Add to it, \
         as `merge` does."
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{corpus, merge},
        *,
    };

    fn plays_of(seed: u64) -> Vec<String> {
        corpus::plays(seed, 60_001)
    }

    fn sum<'a>(plays: impl IntoIterator<Item = &'a String>) -> Counts {
        plays.into_iter().map(|play| count_words(play)).fold(Counts::new(), |sum, play| merge(sum, &play))
    }

    fn told(plays: &[String], got: &Counts) -> String {
        Mismatch { plays, expected: &sum(plays), got }.explain()
    }

    #[test]
    fn sees_that_nothing_was_counted() {
        let message = told(&plays_of(1), &Counts::new());
        assert!(message.starts_with("Got 0 words, 0 of them different; expected 60,001, "), "{message}");
        assert!(message.ends_with("No count arrived in the sum: merge what the tasks return."), "{message}");
    }

    #[test]
    fn sees_words_with_marks() {
        for seed in [1, 2] {
            let plays = plays_of(seed);
            for lower in [true, false] {
                let mut got = Counts::new();
                for word in plays.iter().flat_map(|play| play.split_whitespace()) {
                    *got.entry(if lower { word.to_lowercase() } else { word.to_owned() }).or_default() += 1;
                }
                let message = told(&plays, &got);
                assert!(
                    message.contains("`the,` and `the` are two words here. Use the given `count_words`."),
                    "{message}"
                );
            }
        }
    }

    #[test]
    fn sees_words_by_other_rules() {
        let plays = plays_of(1);
        let by = |rule: fn(char) -> bool| {
            let mut got = Counts::new();
            for word in plays.iter().flat_map(|play| play.split(rule)).filter(|word| !word.is_empty()) {
                *got.entry(word.to_lowercase()).or_default() += 1;
            }
            told(&plays, &got)
        };
        let apostrophes = by(|letter| !(letter.is_alphanumeric() || "_'".contains(letter)));
        assert!(
            apostrophes.contains("`'tis` and `tis`") || apostrophes.contains(" is one word here, but"),
            "{apostrophes}"
        );
        assert!(by(|letter| !letter.is_alphanumeric()).contains("`_exeunt_` 0 times instead of"));

        let mut got = sum(&plays);
        got.insert(String::new(), 7);
        assert!(told(&plays, &got).contains("The empty word is counted"));
    }

    #[test]
    fn sees_capitals() {
        let plays = plays_of(1);
        let mut got = Counts::new();
        for word in plays.iter().flat_map(|play| words(play)) {
            *got.entry(word.to_owned()).or_default() += 1;
        }
        assert!(told(&plays, &got).contains("`The` and `the` are two words here."));
    }

    #[test]
    fn sees_cuts_through_words() {
        for seed in [1, 2, 3] {
            let plays = plays_of(seed);
            let text = plays.concat();
            for pieces in [2, 4, 7, 33, 1_000] {
                let cut = |piece: usize| text.floor_char_boundary(piece * text.len() / pieces);
                let parts: Vec<String> = (0..pieces).map(|piece| text[cut(piece)..cut(piece + 1)].to_owned()).collect();
                let got = sum(&parts);
                if got == sum(&plays) {
                    continue;
                }
                let message = told(&plays, &got);
                assert!(
                    message.contains("stands: a cut went through a word. Cut between plays"),
                    "{pieces}: {message}"
                );
            }
        }
    }

    #[test]
    fn sees_missing_plays() {
        for seed in [1, 2] {
            let plays = plays_of(seed);
            let without = |out: &[usize]| {
                let left = plays.iter().zip(1..).filter(|(_, number)| !out.contains(number)).map(|(play, _)| play);
                told(&plays, &sum(left))
            };
            let message = without(&[33]);
            assert!(
                message.ends_with(
                    "Words are short, by the counts of play 33, the last one. An unpaired table goes on to the next level."
                ),
                "{message}"
            );
            assert!(without(&[5]).contains("by the counts of play 5. Every table"));
            assert!(without(&[2, 32]).contains("by the counts of plays 2 and 32. Every table"));
            assert!(without(&[31, 32, 33]).contains("by the counts of the last 3 plays. Let the last task"));
            let even: Vec<usize> = (1..=16).map(|half| 2 * half).collect();
            assert!(without(&even).contains("by the counts of 16 plays, from number 2 to 32."), "{}", without(&even));
        }
    }

    #[test]
    fn sees_plays_that_are_counted_again() {
        let plays = plays_of(1);
        let with =
            |again: &[usize]| told(&plays, &sum(plays.iter().chain(again.iter().map(|number| &plays[number - 1]))));
        let message = with(&[4]);
        assert!(message.contains("Words are counted twice, those of play 4: "), "{message}");
        assert!(message.contains(" words instead of 60,001. Once a table is merged"), "{message}");
        assert!(with(&[4, 4, 9]).contains("are counted twice or more, those of plays 4 and 9:"));
        assert!(with(&(1..=16).collect::<Vec<_>>()).contains("those of 16 plays, from number 1 to 16:"));
        assert!(with(&(1..=33).collect::<Vec<_>>()).contains("Every play is counted twice."));
        let all_thrice: Vec<usize> = (1..=33).chain(1..=33).collect();
        assert!(with(&all_thrice).contains("Every play is counted 3 times."));

        let mut other = plays.clone();
        other[7] = plays[8].clone();
        let message = told(&plays, &sum(&other));
        assert!(
            message.contains("those of play 8 not at all") || message.contains("of play 9 are counted twice"),
            "{message}"
        );
    }

    #[test]
    fn sees_that_counts_were_replaced() {
        let plays = plays_of(1);
        let mut got = Counts::new();
        plays.iter().for_each(|play| got.extend(count_words(play)));
        assert!(told(&plays, &got).contains("the last one that has it: `insert` and `extend` replace"));

        let mut got = Counts::new();
        for (word, count) in plays.iter().flat_map(|play| count_words(play)) {
            got.entry(word).or_insert(count);
        }
        assert!(told(&plays, &got).contains("the first one that has it: `or_insert` keeps"));
    }

    #[test]
    fn shows_the_largest_differences() {
        let plays = ["a a a a b b b c c d", "a e"].map(str::to_owned);
        let got = Counts::from(
            [("a", 2), ("b", 3), ("c", 4), ("d", 1), ("f", 1)].map(|(word, count)| (word.to_owned(), count)),
        );
        let message = told(&plays, &got);
        assert_eq!(
            message,
            "Got 11 words, 5 of them different; expected 12, 5 of them different. Words: 1 missing, 1 too many, 2 counted \
             wrongly; the furthest off are `a` 2 times instead of 5, `c` 4 times instead of 2, `e` 0 times instead of 1. Look at \
             which plays each task counts (all of them, each once), and at how their tables are merged."
        );
    }

    #[test]
    fn copes_with_any_table() {
        let plays = plays_of(1);
        let mut got = sum(&plays);
        got.insert("\n".repeat(1_000), u64::MAX);
        assert!(told(&plays, &got).len() < 1_000);
        got.insert("the".to_owned(), u64::MAX);
        assert!(!told(&plays, &got).is_empty());
        let mut got = sum(&plays);
        got.insert("nothing".to_owned(), 0);
        assert!(told(&plays, &got).contains("with a count of 0"), "{}", told(&plays, &got));
        assert!(!told(&[], &sum(&plays)).is_empty());
        assert!(!told(&[String::new()], &sum(&plays)).is_empty());
    }
}
