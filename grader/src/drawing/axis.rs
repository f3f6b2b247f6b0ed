//! Where values and labels lie along an axis.

use problems::picture::Axis;

/// How far along the axis a value is: 0 at its first end, 1 at the other. `None` for what has no place on any axis.
pub(super) fn share(axis: &Axis, value: f64) -> Option<f64> {
    let [from, to] = axis.bounds;
    Some((value - from) / (to - from)).filter(|share| share.is_finite())
}

/// Two axes of the same length measure the same thing: a circle must look round.
pub(super) fn same_scale(x: &Axis, y: &Axis) -> bool {
    let length = |axis: &Axis| axis.bounds[1] - axis.bounds[0];
    (length(x) - length(y)).abs() <= 1e-9 * length(x).abs()
}

/// A label and its place along an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label<'a> {
    pub(super) text: &'a str,
    /// What it stands at.
    pub(super) place: usize,
    /// Where it begins.
    pub(super) start: usize,
}

/// The labels of an axis of that length, `gap` apart at least: all of them, or each second, third and so on.
pub(super) fn spread(labels: &[String], length: usize, gap: usize, size: impl Fn(&str) -> usize) -> Vec<Label<'_>> {
    let last = labels.len().saturating_sub(1).max(1);
    let label = |(number, text): (usize, &'_ String)| {
        let place = length.saturating_sub(1) * number / last;
        let size = size(text);
        (place, place.saturating_sub(size / 2).min(length.saturating_sub(size)), size)
    };
    let all: Vec<_> = labels.iter().enumerate().map(label).collect();
    let fits = |step: &usize| {
        let kept: Vec<_> = all.iter().step_by(*step).collect();
        kept.windows(2).all(|pair| pair[0].1 + pair[0].2 + gap <= pair[1].1)
    };
    let step = (1..=labels.len()).find(fits).unwrap_or(1);
    let kept = labels.iter().zip(&all).step_by(step);
    kept.map(|(text, &(place, start, _))| Label { text, place, start }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(labels: &[&str], length: usize) -> Vec<(String, usize, usize)> {
        let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
        let spread = spread(&labels, length, 1, str::len);
        spread.iter().map(|label| (label.text.to_owned(), label.place, label.start)).collect()
    }

    #[test]
    fn labels_stand_at_their_place_and_inside() {
        let expected = [("0", 0, 0), ("50", 10, 9), ("100", 20, 18)];
        assert_eq!(starts(&["0", "50", "100"], 21), expected.map(|(text, at, start)| (text.to_owned(), at, start)));
        assert_eq!(starts(&[], 10), []);
        assert_eq!(starts(&["wide"], 2), [("wide".to_owned(), 0, 0)]);
    }

    #[test]
    fn labels_without_room_are_left_out_evenly() {
        let labels = ["1,000", "10,000", "100,000", "1,000,000", "10,000,000"];
        let kept = |length| starts(&labels, length).into_iter().map(|label| label.0).collect::<Vec<_>>();
        assert_eq!(kept(60), labels);
        assert_eq!(kept(30), ["1,000", "100,000", "10,000,000"]);
        assert_eq!(kept(20), ["1,000", "1,000,000"]);
        assert_eq!(kept(5), ["1,000"]);
    }
}
