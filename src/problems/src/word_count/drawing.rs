//! The most frequent words, and Zipf's straight line: of all plays, or of those that are counted so far.

use std::{cmp::Reverse, collections::HashMap};

use trace::text::{count, percent};

use super::{Counts, by_frequency, count_words, total};
use crate::{
    film::Moment,
    picture::{Axis, Bars, Ink, Layer, Panel, Picture, Plot, Shape, powers},
};

/// So many words have a bar.
const BARS: usize = 20;

/// Of the ranks in each factor of ten, so many are drawn.
const RANKS_PER_DECADE: f64 = 40.0;

/// The picture of a table. It is the student's: it may be anything.
pub(super) fn picture(counts: &Counts) -> Picture {
    let words = by_frequency(counts);
    let total = total(counts);
    let mut caption = vec![format!("{} different words of {}", count(words.len() as u64), count(total))];
    if words.len() > BARS {
        let most = words[..BARS].iter().map(|(_, count)| *count as f64).sum::<f64>() / total.max(1) as f64;
        caption.push(format!("The {BARS} most frequent are {} of all.", percent(most)));
    }
    let panels = vec![Panel::Bars(bars(&words)), Panel::Plot(zipf(&words, axes(&words)))];
    Picture { caption, panels }
}

fn bars(words: &[(&str, u64)]) -> Bars {
    Bars {
        title: "the most frequent words".to_owned(),
        rows: words.iter().take(BARS).map(|(word, count)| ((*word).to_owned(), *count as f64)).collect(),
    }
}

/// The plays of a case, counted one by one: to see the table grow.
pub(super) struct Counted {
    /// All words, the most frequent of all plays first.
    words: Vec<String>,
    /// For each play the places of its words in that list, and how often it has them.
    plays: Vec<Vec<(usize, u64)>>,
    axes: [Axis; 2],
}

impl Counted {
    pub(super) fn of(plays: &[String]) -> Self {
        let tables: Vec<Counts> = plays.iter().map(|play| count_words(play)).collect();
        let mut all = Counts::new();
        tables.iter().flatten().for_each(|(word, count)| *all.entry(word.clone()).or_default() += count);
        let words = by_frequency(&all);
        let places: HashMap<&str, usize> = words.iter().enumerate().map(|(place, (word, _))| (*word, place)).collect();
        let play = |table: &Counts| table.iter().map(|(word, &count)| (places[word.as_str()], count)).collect();
        Self {
            plays: tables.iter().map(play).collect(),
            axes: axes(&words),
            words: words.iter().map(|(word, _)| (*word).to_owned()).collect(),
        }
    }

    /// The picture of a moment: of the plays that are counted, whether or not their tables are merged yet.
    pub(super) fn picture(&self, moment: &Moment<'_, Counts>) -> Picture {
        let all = self.plays.len();
        let counted: Vec<_> = (0..all).filter(|&play| moment.is_done(play, all)).collect();
        let mut sums = vec![0; self.words.len()];
        for &(place, count) in counted.iter().flat_map(|&play| &self.plays[play]) {
            sums[place] += count;
        }
        let mut words: Vec<(&str, u64)> =
            self.words.iter().map(String::as_str).zip(sums).filter(|(_, count)| *count > 0).collect();
        words.sort_by_key(|(_, count)| Reverse(*count));
        let total = words.iter().map(|(_, count)| count).sum();
        Picture {
            caption: vec![
                match counted.len() {
                    counted if counted < all => format!("{counted} of {all} plays are counted."),
                    _ => format!("All {all} plays are counted; what is left is to add up their tables."),
                },
                format!("In these, {} different words of {}", count(words.len() as u64), count(total)),
            ],
            panels: vec![Panel::Bars(bars(&words)), Panel::Plot(zipf(&words, self.axes.clone()))],
        }
    }
}

/// Counts against ranks, both on logarithmic axes. By Zipf's law the word of rank r is a rth as frequent as the first: a
/// straight line.
fn zipf(words: &[(&str, u64)], [x, y]: [Axis; 2]) -> Plot {
    let drawn = drawn(words);
    let first = drawn.first().map_or(0.0, |(_, count)| *count);
    let end = drawn.last().map_or(0.0, |(rank, _)| *rank).min(first);
    Plot {
        title: "count against rank: Zipf's law is the straight line".to_owned(),
        x,
        y,
        layers: vec![
            Layer { ink: Ink::Guide, shape: Shape::Line, points: vec![(0.0, first), (end, first - end)] },
            Layer { ink: Ink::Main, shape: Shape::Points, points: drawn },
        ],
    }
}

/// The logarithms of some ranks and of their counts.
fn drawn(words: &[(&str, u64)]) -> Vec<(f64, f64)> {
    ranks(words.len())
        .map(|rank| (rank as f64, words[rank - 1].1 as f64))
        .filter(|(_, count)| *count > 0.0)
        .map(|(rank, count)| (rank.log10(), count.log10()))
        .collect()
}

/// The axes for ranks and counts.
fn axes(words: &[(&str, u64)]) -> [Axis; 2] {
    let drawn = drawn(words);
    let power_of_ten = |decade: i32| {
        u32::try_from(decade).ok().and_then(|power| 10_u64.checked_pow(power)).map_or_else(String::new, count)
    };
    [
        powers("rank", drawn.iter().map(|(rank, _)| *rank), power_of_ten),
        powers("count", drawn.iter().map(|(_, count)| *count).chain([0.0]), power_of_ten),
    ]
}

/// Ranks from 1 to the last, further and further apart.
fn ranks(last: usize) -> impl Iterator<Item = usize> {
    let mut next = 1;
    std::iter::from_fn(move || {
        let rank = next;
        next = rank + ((rank as f64 * (10_f64.powf(1.0 / RANKS_PER_DECADE) - 1.0)) as usize).max(1);
        (rank <= last).then_some(rank)
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{corpus, count_words},
        *,
    };

    #[test]
    fn draws_the_most_frequent_words_and_their_law() {
        let counts = count_words(&corpus::plays(1, 200_000).concat());
        let picture = picture(&counts);
        let [Panel::Bars(bars), Panel::Plot(plot)] = &picture.panels[..] else { panic!("bars and a plot are drawn") };

        assert_eq!(bars.rows.len(), BARS);
        assert_eq!((bars.rows[0].0.as_str(), bars.rows[0].1), ("the", counts["the"] as f64));
        assert!(bars.rows.is_sorted_by(|one, other| one.1 >= other.1));

        let [line, points] = &plot.layers[..] else { panic!("a line and points: {plot:?}") };
        assert_eq!(line.points[0].1, (counts["the"] as f64).log10());
        assert!(points.points.len() > 100 && points.points.is_sorted_by(|one, other| one.0 < other.0));
        // A word is never far from the line where words are frequent.
        for (rank, count) in points.points.iter().take(30) {
            assert!((count + rank - line.points[0].1).abs() < 0.15, "{rank}: {count}");
        }
        assert!(picture.caption[0].ends_with("different words of 200,000"), "{:?}", picture.caption);
    }

    #[test]
    fn draws_any_table() {
        for words in [vec![], vec![("", 0)], vec![("one", 1)], vec![("a", u64::MAX), ("b", u64::MAX), ("c", 0)]] {
            let counts = words.into_iter().map(|(word, count)| (word.to_owned(), count)).collect();
            for panel in picture(&counts).panels {
                let Panel::Plot(plot) = panel else { continue };
                assert!(plot.x.bounds[0] < plot.x.bounds[1] && plot.y.bounds[0] < plot.y.bounds[1]);
                let points = plot.layers.iter().flat_map(|layer| &layer.points);
                assert!(points.flat_map(|&(x, y)| [x, y]).all(f64::is_finite));
            }
        }
    }
}
