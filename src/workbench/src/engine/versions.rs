//! Reads a student's file and the versions that it is compared with, and compares them.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
    time::{Duration, Instant},
};

use grader::{Classroom, Submissions, assign};
use similar::{ChangeTag, DiffOp, TextDiff};

use crate::{
    model::{Comparison, DiffLine, Side, Versions},
    progress::Store,
};

/// Lines that are the same are shown as far as this from those that are not.
const CONTEXT: usize = 3;

/// What two files have in common is looked for so long; what was not found by then counts as different.
const PATIENCE: Duration = Duration::from_millis(500);

/// Lines beyond these are not shown: nobody reads so many.
const MOST_LINES: usize = 5_000;

/// Bytes that a file may have.
const LARGEST: u64 = 1 << 20;

/// The student's file of an exercise beside the version that passed last and, where `solution` says so, the solution.
pub(super) fn versions(classroom: &Classroom, store: &Store, exercise: &str, solution: bool) -> Versions {
    let name = Submissions::Exercises.file(exercise);
    let yours = match read(&classroom.root.join(&name), &name) {
        Ok(yours) => yours,
        Err(reason) => {
            let unreadable = Comparison::Unreadable(reason);
            return Versions { passing: unreadable.clone(), solution: unreadable };
        }
    };
    let against = |other: Result<Option<String>, String>| match other {
        Ok(Some(other)) => Comparison::Lines(compare(&yours, &other)),
        Ok(None) => Comparison::Nothing,
        Err(reason) => Comparison::Unreadable(reason),
    };
    let passing = match store.passing(exercise) {
        Some(path) if path.is_file() => read(&path, "the version that passed last").map(Some),
        _ => Ok(None),
    };
    let solution = match solution && classroom.has_solutions() {
        true => {
            let name = Submissions::Solutions.file(exercise);
            read(&classroom.root.join(&name), &name).map(|text| Some(assign::without_marks(&text)))
        }
        false => Ok(None),
    };
    Versions { passing: against(passing), solution: against(solution) }
}

fn read(path: &Path, name: &str) -> Result<String, String> {
    let all = || -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = all().map_err(|error| format!("failed to read {name}: {error}"))?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!("{name} is too large to be compared"));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Compares two texts line by line. How their lines end makes no difference.
pub(crate) fn compare(yours: &str, other: &str) -> Vec<DiffLine> {
    let deadline = Instant::now() + PATIENCE;
    let (yours, other) = (with_plain_ends(yours), with_plain_ends(other));
    let diff = TextDiff::configure().deadline(deadline).diff_lines(&other, &yours);
    let mut lines = Vec::new();
    let mut next = 0;
    let mut left_out = 0;
    for group in diff.grouped_ops(CONTEXT) {
        let begin = group.first().map_or(next, |op| op.new_range().start);
        if begin > next && left_out == 0 {
            lines.push(DiffLine::Same(begin - next));
        }
        for op in &group {
            next = op.new_range().end;
            let room = MOST_LINES.saturating_sub(lines.len());
            if room == 0 {
                left_out += op.old_range().len().max(op.new_range().len());
                continue;
            }
            let shown = lines_of(&diff, op, deadline);
            left_out += shown.len().saturating_sub(room);
            lines.extend(shown.into_iter().take(room));
        }
    }
    if left_out > 0 {
        lines.push(DiffLine::More(left_out));
    } else if !lines.is_empty() && diff.new_len() > next {
        lines.push(DiffLine::Same(diff.new_len() - next));
    }
    lines
}

fn lines_of(diff: &TextDiff<'_, '_, str>, op: &DiffOp, deadline: Instant) -> Vec<DiffLine> {
    let line = |change: similar::InlineChange<'_, str>| {
        let (side, index) = match change.tag() {
            ChangeTag::Equal => (Side::Both, change.new_index()),
            ChangeTag::Insert => (Side::Yours, change.new_index()),
            ChangeTag::Delete => (Side::Other, change.old_index()),
        };
        let piece = |&(differs, text): &(bool, &str)| (differs, text.trim_end_matches('\n').replace('\t', "    "));
        let pieces = change.values().iter().map(piece).filter(|(_, text)| !text.is_empty()).collect();
        DiffLine::Line { side, number: index.unwrap_or(0) + 1, pieces }
    };
    diff.iter_inline_changes_deadline(op, Some(deadline)).map(line).collect()
}

fn with_plain_ends(text: &str) -> String {
    text.lines().flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use grader::course::Course;

    use super::*;

    /// The comparison as text: what differs within a line is in brackets.
    fn shown(yours: &str, other: &str) -> String {
        let piece = |(differs, text): &(bool, String)| if *differs { format!("[{text}]") } else { text.clone() };
        let line = |line: DiffLine| match line {
            DiffLine::Same(lines) => format!("... {lines} the same\n"),
            DiffLine::More(lines) => format!("... {lines} more\n"),
            DiffLine::Line { side, number, pieces } => {
                let sign = match side {
                    Side::Both => ' ',
                    Side::Yours => '+',
                    Side::Other => '-',
                };
                format!("{number:>2} {sign} {}\n", pieces.iter().map(piece).collect::<String>())
            }
        };
        compare(yours, other).into_iter().map(line).collect()
    }

    const OTHER: &str = "one\ntwo\nthree\nfour\nfive\nlet batch = sweep(100);\nseven\neight\nnine\nten\neleven\n";

    #[test]
    fn what_is_the_same_has_no_lines() {
        assert_eq!(compare(OTHER, OTHER), []);
        assert_eq!(compare("", ""), []);
    }

    #[test]
    fn a_changed_word_is_seen_in_its_line_and_far_lines_are_left_out() {
        insta::assert_snapshot!(shown(&OTHER.replace("100", "2_000"), OTHER), @r"
        ... 2 the same
         3   three
         4   four
         5   five
         6 - let batch = [sweep(100);]
         6 + let batch = [sweep(2_000);]
         7   seven
         8   eight
         9   nine
        ... 2 the same
        ");
    }

    #[test]
    fn lines_are_added_and_removed_and_their_ends_do_not_count() {
        insta::assert_snapshot!(shown("zero\r\none\r\nthree", "one\ntwo\nthree\n"), @r"
         1 + zero
         2   one
         2 - two
         3   three
        ");
        insta::assert_snapshot!(shown("", "one\n"), @" 1 - one");
        assert_eq!(shown("a\tb\r\n", ""), " 1 + a    b\n");
    }

    #[test]
    fn of_very_many_lines_the_first_are_shown() {
        let many: String = (0..20_000).map(|line| format!("{line}\n")).collect();
        for (yours, other) in [(many.as_str(), ""), ("", &many), (&many, &many.replace('7', "x"))] {
            let lines = compare(yours, other);
            assert!((MOST_LINES..MOST_LINES + 2).contains(&lines.len()), "{}", lines.len());
            assert!(matches!(lines.last(), Some(DiffLine::More(5_000..))), "{:?}", lines.last());
        }
    }

    fn classroom() -> (tempfile::TempDir, Classroom) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("exercises")).unwrap();
        let course = Course { title: String::new(), exercises: Vec::new() };
        let classroom = Classroom { root: folder.path().to_owned(), course, target: None };
        (folder, classroom)
    }

    #[test]
    fn what_is_not_there_is_not_compared_and_what_cannot_be_read_is_told() {
        let (folder, classroom) = classroom();
        let store = Store::at(folder.path().join("progress.json"));
        let Versions { passing, solution } = versions(&classroom, &store, "pi", true);
        let Comparison::Unreadable(reason) = passing else { panic!("{passing:?}") };
        assert!(reason.starts_with("failed to read exercises/pi.rs"), "{reason}");
        assert!(matches!(solution, Comparison::Unreadable(_)));

        fs::write(folder.path().join("exercises/pi.rs"), "fn pi() {}\n").unwrap();
        let none = Versions { passing: Comparison::Nothing, solution: Comparison::Nothing };
        assert_eq!(versions(&classroom, &store, "pi", true), none);

        fs::write(folder.path().join("exercises/pi.rs"), vec![b'a'; LARGEST as usize + 1]).unwrap();
        let Comparison::Unreadable(reason) = versions(&classroom, &store, "pi", true).passing else { panic!("large") };
        assert_eq!(reason, "exercises/pi.rs is too large to be compared");
    }

    #[test]
    fn the_solution_is_read_only_where_it_may_be_seen_and_without_its_marks() {
        let (folder, classroom) = classroom();
        let store = Store::at(folder.path().join("progress.json"));
        fs::create_dir(folder.path().join("solutions")).unwrap();
        fs::write(folder.path().join("exercises/pi.rs"), "fn pi() {}\n").unwrap();
        let solution = "// BEGIN SOLUTION\nfn pi() {}\n// STARTER: todo!()\n// END SOLUTION\n";
        fs::write(folder.path().join("solutions/pi.rs"), solution).unwrap();
        assert_eq!(versions(&classroom, &store, "pi", false).solution, Comparison::Nothing);
        assert_eq!(versions(&classroom, &store, "pi", true).solution, Comparison::Lines(Vec::new()));

        store.keep_passing("pi", b"fn pi() { 3 }\n").unwrap();
        let Comparison::Lines(lines) = versions(&classroom, &store, "pi", false).passing else { panic!("kept") };
        assert_eq!(lines.len(), 2);
    }
}
