//! Phrases that occur in many messages.

use trace::text;

/// A number of things: `1 task`, `12,000 tasks`.
pub(super) fn some(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", text::count(number), if number == 1 { "" } else { "s" })
}

/// A speedup: `1.93x as fast as serial`, `2.50x slower than serial`.
pub(super) fn beside_serial(ratio: f64) -> String {
    // From here on it is written as 1.00x.
    if ratio >= 0.995 {
        return format!("{} as fast as serial", text::times(ratio));
    }
    format!("{} slower than serial", text::times(1.0 / ratio))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_has_no_plural() {
        assert_eq!([0, 1, 12_000].map(|number| some(number, "task")), ["0 tasks", "1 task", "12,000 tasks"]);
    }

    #[test]
    fn ratios_below_one_are_slower() {
        let table = [
            (1.934, "1.93x as fast as serial"),
            (0.999, "1.00x as fast as serial"),
            (0.4, "2.50x slower than serial"),
            (0.01, "100x slower than serial"),
        ];
        for (ratio, phrase) in table {
            assert_eq!(beside_serial(ratio), phrase);
        }
    }
}
