//! What the `grader` command's exit code says. Scripts and CI may rely on these numbers.

use crate::report::Verdict;

/// Every exercise passes; or the command did what it was asked for.
pub const PASS: u8 = 0;
/// An exercise does not pass.
pub const FAIL: u8 = 1;
/// The tool could not do its work: a wrong command line, no course, a mistake in `course.yaml`, no cargo.
pub const ERROR: u8 = 2;
/// Nothing fails, but the machine could not tell for at least one exercise: try again when it is less busy.
pub const INCONCLUSIVE: u8 = 3;

/// The exit code of a check with these verdicts.
///
/// ```
/// use grader::{exit_codes, report::Verdict};
/// assert_eq!(exit_codes::of([Verdict::Pass, Verdict::Pass]), exit_codes::PASS);
/// assert_eq!(exit_codes::of([Verdict::Inconclusive, Verdict::TooSlow]), exit_codes::FAIL);
/// assert_eq!(exit_codes::of([Verdict::Pass, Verdict::Inconclusive]), exit_codes::INCONCLUSIVE);
/// ```
#[must_use]
pub fn of(verdicts: impl IntoIterator<Item = Verdict>) -> u8 {
    verdicts.into_iter().fold(PASS, |code, verdict| match verdict {
        Verdict::Pass => code,
        Verdict::Inconclusive if code == PASS => INCONCLUSIVE,
        Verdict::Inconclusive => code,
        _ => FAIL,
    })
}

#[cfg(test)]
mod tests {
    use super::{FAIL, INCONCLUSIVE, PASS, of};
    use crate::report::Verdict::{
        BuildFailed, Crashed, Inconclusive, Panicked, Pass, TimedOut, TooSlow, Unsolved, Wrong,
    };

    #[test]
    fn nothing_checked_is_nothing_failed() {
        assert_eq!(of([]), PASS);
    }

    #[test]
    fn every_verdict_but_pass_and_inconclusive_fails() {
        for verdict in [Wrong, TooSlow, Panicked, TimedOut, Crashed, BuildFailed, Unsolved] {
            assert_eq!(of([verdict]), FAIL, "{verdict:?}");
            assert_eq!(of([Pass, verdict, Pass]), FAIL, "{verdict:?}");
        }
    }

    #[test]
    fn a_failure_outweighs_an_inconclusive_one_in_any_order() {
        assert_eq!(of([Inconclusive, Wrong]), FAIL);
        assert_eq!(of([Wrong, Inconclusive]), FAIL);
        assert_eq!(of([Pass, Inconclusive, Pass]), INCONCLUSIVE);
    }
}
