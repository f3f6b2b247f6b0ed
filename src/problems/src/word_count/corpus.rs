//! Plays that nobody wrote: words out of a fixed vocabulary, as often as in English, between acts and speakers.
//!
//! The word of rank r is drawn in proportion to 1 / r (Zipf's law). Each play is made from the seed and its own number
//! alone, and has exactly as many words as it is meant to have.

use crate::random::SplitMix64;

/// An odd number: in a tree of pairs one table is left over on the first level.
pub(super) const PLAYS: u64 = 33;

/// How many words there are to draw from, not counting headings and names.
const VOCABULARY: usize = 20_000;

/// The most frequent words, in the order of their rank; more of them are made of syllables.
const FREQUENT: &str = "the and i to of a you my in that is not with me it for be his this your but he have as thou so \
    him will what her thy all no by do shall if are we thee our on now lord good king from come sir or which more then at \
    she would let was they here how their them love well when there man one go say may us make like upon yet am must \
    should such know o than give why these see where most time some were first death take night true";

/// Words as they stand in English texts without being of the alphabet alone, each with the number of words that it is.
const ODD: [(&str, u64); 8] = [
    ("don't ", 2),
    ("_Exeunt_ ", 1),
    ("Éloïse ", 1),
    ("café ", 1),
    ("naïve ", 1),
    ("o'er ", 2),
    ("_Alarum_ ", 1),
    ("'tis ", 1),
];

/// The plays of a seed, with so many words together.
pub(super) fn plays(seed: u64, words: u64) -> Vec<String> {
    let dictionary = Dictionary::new();
    lengths(seed, words).into_iter().zip(0..).map(|(words, number)| play(&dictionary, seed, number, words)).collect()
}

/// How many words each play has: about half of the mean to one and a half of it.
fn lengths(seed: u64, words: u64) -> Vec<u64> {
    let mut random = SplitMix64::at(seed, 0);
    let shares: Vec<f64> = (0..PLAYS).map(|_| 0.5 + random.next_unit()).collect();
    let all: f64 = shares.iter().sum();
    let mut left = words;
    let mut lengths: Vec<u64> = shares[1..].iter().map(|share| (share / all * words as f64) as u64).collect();
    lengths.iter().for_each(|length| left -= length);
    lengths.push(left);
    lengths
}

/// A little more than there are, with spaces and marks: a text that outgrows its room is copied.
const BYTES_PER_WORD: usize = 6;

/// Room for the longest word of the dictionary with its space.
const ROOM: usize = 16;

/// Words to draw from.
struct Dictionary {
    /// Each word with a space behind it, and how long that is.
    words: Vec<([u8; ROOM], usize)>,
    /// Ranks, each as often as its share of all words: an even draw from here is a draw by Zipf's law.
    ranks: Vec<u16>,
}

impl Dictionary {
    /// As many places as 18 random bits can name. The rarest of 20,000 words has a share of 1 / 210,000.
    const PLACES: usize = 1 << 18;

    fn new() -> Self {
        let frequent = FREQUENT.split_whitespace().map(str::to_owned);
        let words = frequent.chain((0..).map(made_word)).take(VOCABULARY).map(|word| entry(&word)).collect();

        let all: f64 = (1..=VOCABULARY).map(|rank| 1.0 / rank as f64).sum();
        let mut ranks = Vec::with_capacity(Self::PLACES);
        let mut share = 0.0;
        for rank in 0..VOCABULARY {
            share += 1.0 / (rank + 1) as f64;
            ranks.resize((share / all * Self::PLACES as f64).round() as usize, rank as u16);
        }
        Self { words, ranks }
    }

    /// A word with its space, by Zipf's law; looks at the lowest 18 bits.
    #[inline]
    fn draw(&self, random: u64) -> &([u8; ROOM], usize) {
        let rank = self.ranks[random as usize % Self::PLACES];
        &self.words[usize::from(rank)]
    }
}

fn entry(word: &str) -> ([u8; ROOM], usize) {
    let mut room = [b' '; ROOM];
    room[..word.len()].copy_from_slice(word.as_bytes());
    (room, word.len() + 1)
}

/// Two or three syllables, others for each number.
fn made_word(number: usize) -> String {
    const SYLLABLES: [&str; 48] = [
        "ba", "be", "bo", "ca", "co", "da", "de", "di", "fa", "fe", "gi", "gu", "ha", "he", "hu", "la", "le", "li",
        "lo", "ma", "me", "mi", "mo", "na", "ne", "no", "pa", "po", "ra", "re", "ri", "ro", "sa", "se", "si", "so",
        "ta", "te", "ti", "tu", "va", "ve", "wa", "we", "wi", "ya", "ye", "yo",
    ];
    let mut number = number + SYLLABLES.len();
    let mut word = String::new();
    loop {
        word.push_str(SYLLABLES[number % SYLLABLES.len()]);
        number /= SYLLABLES.len();
        if number == 0 {
            return word;
        }
    }
}

fn play(dictionary: &Dictionary, seed: u64, number: u64, words: u64) -> String {
    // More numbers than a play can need lie between two plays, and before the first those of the lengths.
    /// The dictionary has none of these: each play has names of its own.
    const FIRST_NAME: u64 = 300_000;
    const NAMES: u64 = 12;
    let names = (0..NAMES).map(|name| made_word((FIRST_NAME + NAMES * number + name) as usize).to_uppercase());
    let random = SplitMix64::at(seed, (number + 1) << 40);
    let text = Vec::with_capacity(words as usize * BYTES_PER_WORD + 1_000);
    let mut page = Page { dictionary, random, text, left: words };
    page.write(&names.collect::<Vec<_>>());
    String::from_utf8(page.text).expect("whole words were written")
}

/// A play that is being written.
struct Page<'a> {
    dictionary: &'a Dictionary,
    random: SplitMix64,
    text: Vec<u8>,
    /// How many words are still to come.
    left: u64,
}

impl Page<'_> {
    fn write(&mut self, names: &[String]) {
        for scene in 0_u64.. {
            self.heading(scene);
            for _ in 0..40 {
                if self.left == 0 {
                    return;
                }
                self.speech(names);
            }
        }
    }

    fn heading(&mut self, scene: u64) {
        const SCENES: u64 = 5;
        let numeral = |number: u64| ["I", "II", "III", "IV", "V"][(number % SCENES) as usize];
        if scene.is_multiple_of(SCENES) {
            self.words(&format!("\nACT {}.\n", numeral(scene / SCENES)), 2);
        }
        self.words(&format!("\nSCENE {}.\n", numeral(scene)), 2);
    }

    fn speech(&mut self, names: &[String]) {
        let name = &names[self.random.next_below(names.len() as u64) as usize];
        self.words(&format!("\n{name}.\n"), 1);
        for _ in 0..=self.random.next_below(6) {
            self.sentence();
        }
    }

    /// Words that are not drawn; none of them where there is no room for all.
    fn words(&mut self, text: &str, words: u64) {
        if words <= self.left {
            self.text.extend_from_slice(text.as_bytes());
            self.left -= words;
        }
    }

    /// From a capital to a full stop.
    fn sentence(&mut self) {
        if self.left == 0 {
            return;
        }
        let shape = self.random.next_word();
        let first = self.text.len();
        let length = (4 + shape % 16).min(self.left);
        for left in (0..length).rev() {
            let random = self.random.next_word();
            let (word, length) = self.dictionary.draw(random);
            // A fixed number of bytes is copied faster than the right number.
            self.text.extend_from_slice(word);
            self.text.truncate(self.text.len() - (ROOM - length));
            if random >> 61 == 0 && left > 0 {
                self.punctuate(b", ");
            }
        }
        self.left -= length;
        self.text[first].make_ascii_uppercase();
        if shape >> 60 == 0 {
            let (text, words) = ODD[(shape >> 32) as usize % ODD.len()];
            self.words(text, words);
        }
        self.punctuate(if shape >> 59 & 7 == 0 { b"!\n" } else { b".\n" });
    }

    /// In place of the last space.
    fn punctuate(&mut self, mark: &[u8]) {
        self.text.pop();
        self.text.extend_from_slice(mark);
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{count_words, words},
        *,
    };

    #[test]
    fn there_are_as_many_words_as_asked_for() {
        for seed in [0, 1, 12_345, u64::MAX] {
            for size in [1, 32, 500, 100_003] {
                let plays = plays(seed, size);
                assert_eq!(plays.len() as u64, PLAYS);
                assert_eq!(plays.iter().map(|play| words(play).count() as u64).sum::<u64>(), size);
            }
        }
    }

    #[test]
    fn plays_differ_in_length() {
        let lengths = lengths(1, 330_000);
        assert_eq!(lengths.iter().sum::<u64>(), 330_000);
        assert!(lengths.iter().all(|length| (4_500..16_000).contains(length)), "{lengths:?}");
        assert!(lengths.iter().max() > lengths.iter().min().map(|shortest| shortest * 2).as_ref());
    }

    #[test]
    fn a_seed_gives_the_same_plays_each_time_and_others_than_the_next() {
        assert_eq!(plays(7, 10_000), plays(7, 10_000));
        assert_ne!(plays(7, 10_000), plays(8, 10_000));
    }

    #[test]
    fn frequencies_fall_as_ranks_rise() {
        let text = plays(3, 1_000_000).concat();
        let counts = count_words(&text);
        let share = |word: &str| counts[word] as f64 / 1e6;
        let harmonic: f64 = (1..=VOCABULARY).map(|rank| 1.0 / rank as f64).sum();
        for (word, rank) in [("the", 1.0), ("and", 2.0), ("not", 12.0)] {
            let expected = 1.0 / rank / harmonic;
            assert!((share(word) / expected - 1.0).abs() < 0.1, "{word}: {} of {expected}", share(word));
        }
        assert!(counts.len() > 15_000, "{}", counts.len());
    }

    #[test]
    fn what_makes_words_hard_to_tell_is_there() {
        let text = plays(3, 300_000).concat();
        for odd in ["don't", "_Exeunt_", "Éloïse", "The ", ", the", "ACT II.", "SCENE V."] {
            assert!(text.contains(odd), "{odd}");
        }
        assert!(!text.contains(",."));
    }

    #[test]
    fn each_play_has_names_of_its_own() {
        let speakers = |play: &str| -> Vec<String> {
            let lines = play.lines().filter(|line| !line.contains(' ') && line.ends_with('.'));
            lines
                .filter(|line| line[..line.len() - 1].bytes().all(|b| b.is_ascii_uppercase()))
                .map(str::to_owned)
                .collect()
        };
        let plays = plays(1, 300_000);
        let first = speakers(&plays[0]);
        assert!(first.len() > 100);
        assert!(plays[1..].iter().all(|play| first.iter().all(|name| !play.contains(name.as_str()))));
    }
}
