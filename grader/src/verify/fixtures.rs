//! Wrong attempts as students make them, each with what it deserves.
//!
//! A file in [`FIXTURES`]`/EXERCISE/` is one. Its first lines say what is expected: `//! verdict: TooSlow`, or a choice
//! `//! verdict: TimedOut or Crashed`; and `//! message: part of the message`. `//! hint: part of one of the hints` and
//! `//! points: 7` may follow.

use std::fs;

use anyhow::Context as _;

use super::desk::{TO_DO, entries};
use crate::{
    classroom::Classroom,
    course::Exercise,
    nearest::nearest,
    report::{Report, Verdict},
};

/// Where they are, from the root of the checkout.
pub const FIXTURES: &str = "grader/tests/fixtures";

/// An attempt.
pub(super) struct Fixture {
    /// `three_batches`.
    pub(super) name: String,
    /// Its file, from the root of the checkout.
    pub(super) file: String,
    pub(super) source: String,
    /// What it deserves; or why that is not known.
    pub(super) expected: Result<Expected, String>,
}

/// Reads the attempts at an exercise, in the order of their names.
pub(super) fn read(classroom: &Classroom, exercise: &Exercise) -> anyhow::Result<Vec<Fixture>> {
    let folder = format!("{FIXTURES}/{}", exercise.name);
    let mut fixtures = Vec::new();
    for entry in entries(&classroom.root.join(&folder))? {
        let file = format!("{folder}/{entry}");
        let source =
            fs::read_to_string(classroom.root.join(&file)).with_context(|| format!("failed to read {file}"))?;
        let name = entry.strip_suffix(".rs").unwrap_or(&entry).to_owned();
        fixtures.push(Fixture { expected: Expected::parse(&source), name, file, source });
    }
    Ok(fixtures)
}

/// What a check has to come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expected {
    /// One of these.
    pub(super) verdicts: Vec<Verdict>,
    /// All of these are in the message.
    messages: Vec<String>,
    /// Each of these is in one of the hints.
    hints: Vec<String>,
    /// That many points, where it is said.
    points: Option<u32>,
}

impl Expected {
    /// What every solution has to come to: it passes, with all points.
    pub(super) fn of_solution(exercise: &Exercise) -> Self {
        let points = Some(exercise.rubric.max_points());
        Self { verdicts: vec![Verdict::Pass], messages: Vec::new(), hints: Vec::new(), points }
    }

    /// What every starter has to come to.
    pub(super) fn of_starter() -> Self {
        Self { verdicts: vec![Verdict::Unsolved], messages: Vec::new(), hints: Vec::new(), points: None }
    }

    /// Reads what an attempt says of itself.
    fn parse(source: &str) -> Result<Self, String> {
        let values = |key: &str| -> Vec<String> {
            let lines = source.lines().filter_map(|line| line.strip_prefix("//! ")?.strip_prefix(key));
            lines.map(|value| value.trim().to_owned()).collect()
        };
        let (verdicts, messages, hints) = (values("verdict:"), values("message:"), values("hint:"));
        if let Some(unwritten) = verdicts.iter().chain(&messages).chain(&hints).find(|value| value.contains(TO_DO)) {
            return Err(format!("not written yet: {unwritten:?}"));
        }
        if verdicts.is_empty() || messages.is_empty() {
            return Err(
                "its first lines have to say `//! verdict: ..` and `//! message: part of the message`".to_owned()
            );
        }
        let verdicts = verdicts.iter().flat_map(|value| value.split(" or ")).map(|word| verdict(word.trim()));
        let points = values("points:").first().map(|points| points.parse()).transpose();
        let points = points.map_err(|_| "its points are no whole number".to_owned())?;
        Ok(Self { verdicts: verdicts.collect::<Result<_, _>>()?, messages, hints, points })
    }

    /// What is not as expected; `None` when all is.
    pub(super) fn mismatch(&self, report: &Report) -> Option<String> {
        let found = format!("{:?}: {}", report.verdict, report.message);
        if !self.verdicts.contains(&report.verdict) {
            return Some(format!("{} expected, got {found}", self.choice()));
        }
        if let Some(part) = self.messages.iter().find(|part| !report.message.contains(part.as_str())) {
            return Some(format!("{part:?} expected in the message, got {found}"));
        }
        if let Some(part) = self.hints.iter().find(|part| !report.hints.iter().any(|hint| hint.contains(part.as_str())))
        {
            return Some(format!("{part:?} expected in a hint, got {:?}", report.hints));
        }
        if let Some(points) = self.points.filter(|&points| points != report.points) {
            let lost = report.rubric.iter().filter(|line| line.points < line.max_points);
            let lost: Vec<String> = lost.map(|line| format!("{} ({})", line.name, line.seen)).collect();
            return Some(format!("{points} points expected, got {}; lost: {}", report.points, lost.join(", ")));
        }
        let rewarded = report.verdict == Verdict::Wrong && report.points > 0;
        rewarded.then(|| format!("{} points for a wrong answer", report.points))
    }

    /// Whether a busy machine may be the reason for a mismatch.
    pub(super) fn depends_on_time(&self, report: &Report) -> bool {
        use Verdict::{BuildFailed, Inconclusive, Panicked, Pass, TimedOut, TooSlow, Wrong};
        let timed = |verdict: &Verdict| matches!(verdict, Pass | TooSlow | TimedOut | Inconclusive);
        let by_noise = !matches!(report.verdict, Wrong | Panicked | BuildFailed);
        by_noise && (timed(&report.verdict) || self.verdicts.iter().any(timed))
    }

    /// Whether an answer that is right at the small size is no contradiction.
    pub(super) fn may_be_right(&self) -> bool {
        self.verdicts.iter().any(|verdict| matches!(verdict, Verdict::Pass | Verdict::TooSlow))
    }

    fn choice(&self) -> String {
        self.verdicts.iter().map(|verdict| format!("{verdict:?}")).collect::<Vec<_>>().join(" or ")
    }
}

/// The verdict of that name.
fn verdict(word: &str) -> Result<Verdict, String> {
    const ALL: [Verdict; 9] = [
        Verdict::Pass,
        Verdict::Wrong,
        Verdict::TooSlow,
        Verdict::Panicked,
        Verdict::TimedOut,
        Verdict::Crashed,
        Verdict::BuildFailed,
        Verdict::Unsolved,
        Verdict::Inconclusive,
    ];
    let names = ALL.map(|verdict| format!("{verdict:?}"));
    if let Some(index) = names.iter().position(|name| name == word) {
        return Ok(ALL[index]);
    }
    let lower_case = names.each_ref().map(|name| name.to_lowercase());
    let near = nearest(word, lower_case.iter().map(String::as_str));
    let near = near.and_then(|near| names.iter().find(|name| name.to_lowercase() == near));
    let mend = near.map_or_else(|| format!("they are {}", names.join(", ")), |name| format!("did you mean {name}?"));
    Err(format!("there is no verdict {word}: {mend}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(verdict: Verdict, points: u32) -> Report {
        let hints = vec!["Cut finer.".to_owned()];
        Report { points, max_points: 10, hints, ..Report::unmeasured("pi", 2, verdict, "Right, but slow.") }
    }

    #[test]
    fn an_attempt_says_what_it_deserves() {
        let source =
            "//! What it does.\n//! verdict: TooSlow or Crashed\n//! message: slow\n//! hint: finer\n\nfn a() {}\n";
        let expected = Expected::parse(source).unwrap();
        assert_eq!(expected.verdicts, [Verdict::TooSlow, Verdict::Crashed]);
        assert_eq!(expected.mismatch(&report(Verdict::TooSlow, 5)), None);
        let complaint = expected.mismatch(&report(Verdict::Pass, 10)).unwrap();
        assert_eq!(complaint, "TooSlow or Crashed expected, got Pass: Right, but slow.");
    }

    #[test]
    fn every_part_counts() {
        let complaint = |lines: &str| Expected::parse(lines).unwrap().mismatch(&report(Verdict::TooSlow, 5)).unwrap();
        let message = complaint("//! verdict: TooSlow\n//! message: slow\n//! message: fast\n");
        assert_eq!(message, "\"fast\" expected in the message, got TooSlow: Right, but slow.");
        let hint = complaint("//! verdict: TooSlow\n//! message: slow\n//! hint: coarser\n");
        assert_eq!(hint, "\"coarser\" expected in a hint, got [\"Cut finer.\"]");
        let points = complaint("//! verdict: TooSlow\n//! message: slow\n//! points: 7\n");
        assert!(points.starts_with("7 points expected, got 5; lost: "), "{points}");
        let wrong = Expected { verdicts: vec![Verdict::Wrong], ..Expected::of_starter() };
        assert_eq!(wrong.mismatch(&report(Verdict::Wrong, 1)).as_deref(), Some("1 points for a wrong answer"));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let error = |lines: &str| Expected::parse(lines).unwrap_err();
        assert!(error("fn a() {}").contains("`//! verdict: ..`"));
        assert!(error("//! verdict: Wrong\n").contains("`//! message: part of the message`"));
        assert!(error("//! verdict: Wrong\n//! message: TODO: part of it\n").contains("not written yet"));
        assert_eq!(
            error("//! verdict: Tooslow\n//! message: a\n"),
            "there is no verdict Tooslow: did you mean TooSlow?"
        );
        assert!(error("//! verdict: xyz\n//! message: a\n").contains("they are Pass, Wrong, "));
    }

    #[test]
    fn only_times_depend_on_time() {
        let wrong = Expected { verdicts: vec![Verdict::Wrong], ..Expected::of_starter() };
        assert!(!wrong.depends_on_time(&report(Verdict::Panicked, 0)));
        assert!(wrong.depends_on_time(&report(Verdict::Inconclusive, 0)));
        let slow = Expected { verdicts: vec![Verdict::TooSlow], ..Expected::of_starter() };
        assert!(slow.depends_on_time(&report(Verdict::Unsolved, 0)) && slow.depends_on_time(&report(Verdict::Pass, 0)));
        assert!(!slow.depends_on_time(&report(Verdict::Wrong, 0)));
    }
}
