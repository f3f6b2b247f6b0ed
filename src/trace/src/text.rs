//! Numbers as people read them.

/// A whole number with thousands separators.
///
/// ```
/// assert_eq!(trace::text::count(1_000_001), "1,000,001");
/// ```
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A length of time in its own unit, given in nanoseconds: two digits below ten, whole numbers above.
///
/// ```
/// use trace::text::nanoseconds;
/// assert_eq!(nanoseconds(4.0), "4 ns");
/// assert_eq!(nanoseconds(1_340.0), "1.3 us");
/// assert_eq!(nanoseconds(260e6), "260 ms");
/// assert_eq!(nanoseconds(1.94e9), "1.9 s");
/// ```
#[must_use]
pub fn nanoseconds(length: f64) -> String {
    const UNITS: [(f64, &str); 4] = [(1.0, "ns"), (1e3, "us"), (1e6, "ms"), (1e9, "s")];
    // 999.6 of a unit would be written as 1,000 of it; it belongs to the next.
    let place = UNITS.iter().position(|(unit, _)| length / unit < 999.5).unwrap_or(UNITS.len() - 1);
    let (unit, name) = UNITS[place];
    format!("{} {name}", digits(length.max(0.0) / unit))
}

/// A ratio of two times, as in "1.85x".
///
/// ```
/// use trace::text::times;
/// assert_eq!(times(1.853), "1.85x");
/// assert_eq!(times(14.04), "14.0x");
/// ```
#[must_use]
pub fn times(ratio: f64) -> String {
    match ratio {
        _ if ratio < 9.995 => format!("{ratio:.2}x"),
        _ if ratio < 99.95 => format!("{ratio:.1}x"),
        _ => format!("{}x", digits(ratio)),
    }
}

/// A share of one, in per cent.
///
/// ```
/// assert_eq!(trace::text::percent(0.994), "99 %");
/// ```
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A number with two digits below ten, whole above.
///
/// ```
/// use trace::text::digits;
/// assert_eq!(digits(2.04), "2");
/// assert_eq!(digits(2.5), "2.5");
/// assert_eq!(digits(1_234.4), "1,234");
/// ```
#[must_use]
pub fn digits(number: f64) -> String {
    if number >= 9.95 {
        return count(number.round() as u64);
    }
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        let texts: Vec<String> = [0, 999, 1_000, 12_345, 123_456, u64::MAX].into_iter().map(count).collect();
        assert_eq!(texts, ["0", "999", "1,000", "12,345", "123,456", "18,446,744,073,709,551,615"]);
    }

    #[test]
    fn the_unit_changes_where_rounding_does() {
        let lengths = [0.0, 0.44, 9.94, 9.96, 999.4, 999.6, 999_600.0, 59e9, 7_200e9];
        let texts: Vec<String> = lengths.into_iter().map(nanoseconds).collect();
        assert_eq!(texts, ["0 ns", "0.4 ns", "9.9 ns", "10 ns", "999 ns", "1 us", "1 ms", "59 s", "7,200 s"]);
    }

    #[test]
    fn nonsense_is_written_without_a_panic() {
        for number in [f64::NAN, f64::INFINITY, -1.0] {
            assert!(!nanoseconds(number).is_empty() && !times(number).is_empty() && !percent(number).is_empty());
        }
    }

    #[test]
    fn large_ratios_need_no_decimals() {
        assert_eq!([1.0, 9.999, 99.96].map(times), ["1.00x", "10.0x", "100x"]);
    }
}
