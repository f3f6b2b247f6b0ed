//! Which stretch of the right answer stands where in a wrong one: how a joined result is told that was joined wrongly.

use std::{collections::HashMap, hash::Hash};

/// A stretch of the right answer: `length` items from `at` on are those that belong to `from` and on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) at: usize,
    pub(crate) from: usize,
    pub(crate) length: usize,
}

/// Cuts `got` into stretches of `right`, each as long as can be. `None` where something in `got` is nowhere in `right`.
///
/// A stretch is recognised by its first `key` items: so many that no two places of the right answer begin with the same
/// ones, or the earlier place is taken. Takes one pass over each list.
pub(crate) fn runs<T: Eq + Hash>(right: &[T], got: &[T], key: usize) -> Option<Vec<Run>> {
    let mut places = HashMap::with_capacity(right.len());
    for (place, items) in right.windows(key).enumerate() {
        places.entry(items).or_insert(place);
    }
    let place_of = |at: usize| {
        let items = &got[at..got.len().min(at + key)];
        if right.get(at..at + items.len()) == Some(items) {
            return Some(at);
        }
        if items.len() < key {
            return right.windows(items.len()).position(|others| others == items);
        }
        places.get(items).copied()
    };

    let mut runs: Vec<Run> = Vec::new();
    let mut next = 0;
    while next < got.len() {
        let mut run = Run { at: next, from: place_of(next)?, length: 0 };
        // By chance the run before goes on into this one, whose beginning then counts as its end.
        while let Some(before) = runs.last_mut().filter(|_| run.from > 0 && got[run.at - 1] == right[run.from - 1]) {
            (run.at, run.from) = (run.at - 1, run.from - 1);
            before.length -= 1;
            if before.length == 0 {
                runs.pop();
            }
        }
        run.length = right[run.from..].iter().zip(&got[run.at..]).take_while(|(right, got)| right == got).count();
        next = run.at + run.length;
        runs.push(run);
    }
    Some(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(right: &[u8], got: &[u8], key: usize) -> Option<Vec<(usize, usize, usize)>> {
        let runs = runs(right, got, key)?;
        Some(runs.iter().map(|run| (run.at, run.from, run.length)).collect())
    }

    #[test]
    fn finds_where_stretches_come_from() {
        assert_eq!(found(b"abcdefgh", b"abcdefgh", 2), Some(vec![(0, 0, 8)]));
        assert_eq!(found(b"abcdefgh", b"defabcgh", 2), Some(vec![(0, 3, 3), (3, 0, 3), (6, 6, 2)]));
        assert_eq!(found(b"abcdefgh", b"abcabca", 2), Some(vec![(0, 0, 3), (3, 0, 3), (6, 0, 1)]));
        assert_eq!(found(b"abcdefgh", b"", 2), Some(vec![]));
    }

    #[test]
    fn gives_up_where_something_is_new() {
        assert_eq!(found(b"abcdefgh", b"abcxefgh", 2), None);
        assert_eq!(found(b"abcdefgh", b"abcdefghi", 2), None);
        assert_eq!(found(b"", b"a", 2), None);
    }

    #[test]
    fn gives_a_beginning_back_to_the_run_it_belongs_to() {
        // The second a could also be the one that follows the first bc.
        assert_eq!(found(b"abcadefgh", b"abcabcadefgh", 3), Some(vec![(0, 0, 3), (3, 0, 9)]));
    }

    #[test]
    fn same_items_stay_where_they_are_or_go_with_what_follows() {
        assert_eq!(found(b"xxaxxb", b"xxaxxb", 1), Some(vec![(0, 0, 6)]));
        assert_eq!(found(b"xxaxxb", b"xxbxxa", 1), Some(vec![(0, 3, 3), (3, 0, 3)]));
    }
}
