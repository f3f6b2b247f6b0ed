//! "Did you mean ..?"

/// The candidate that `word` was probably meant to be; `None` where none is near.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Below this similarity (0: nothing in common, 1: equal) a guess is more confusing than helpful.
    const NEAR: f64 = 0.75;
    let similarity = |candidate: &str| strsim::jaro_winkler(&word.to_lowercase(), candidate);
    candidates
        .into_iter()
        .map(|candidate| (similarity(candidate), candidate))
        .filter(|&(similarity, _)| similarity >= NEAR)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_a_slip_of_the_finger_and_no_more() {
        let known = ["pi", "julia", "word_count", "k_means"];
        assert_eq!(nearest("jula", known), Some("julia"));
        assert_eq!(nearest("wordcount", known), Some("word_count"));
        assert_eq!(nearest("PI", known), Some("pi"));
        assert_eq!(nearest("sort", known), None);
        assert_eq!(nearest("pi", []), None);
    }
}
