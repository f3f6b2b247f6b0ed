//! The marks in a text: what stands between them is not for students.
//!
//! ```text
//! // BEGIN SOLUTION
//! let refs: Vec<_> = (0..parts).map(|part| work::remote(part)).collect();
//! // STARTER: Ok(work(0..parts))
//! // END SOLUTION
//! ```
//!
//! Students get everything outside of such blocks, and of a block the text after `// STARTER: `, at its indentation. In shell
//! and TOML files a mark begins with `#`, in Markdown it stands in `<!-- -->`.

/// A mark that cannot be meant so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}\n  = help: {mend}")]
pub struct MarkError {
    /// The file, from the root of the checkout.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// How to mend it.
    pub mend: String,
}

impl MarkError {
    fn new(file: &str, line: usize, problem: &str, mend: &str) -> Self {
        Self { file: file.to_owned(), line, problem: problem.to_owned(), mend: mend.to_owned() }
    }
}

/// The starter that is made from a solution. `file` is what the errors call it.
///
/// ```
/// let solution = "\
/// fn six() -> u64 {
///     // BEGIN SOLUTION
///     2 * 3
///     // STARTER: todo!(\"multiply\")
///     // END SOLUTION
/// }
/// ";
/// let starter = grader::assign::starter_of("solutions/six.rs", solution.as_bytes())?;
/// assert_eq!(starter, "fn six() -> u64 {\n    todo!(\"multiply\")\n}\n");
/// # Ok::<(), grader::assign::MarkError>(())
/// ```
///
/// # Errors
/// The solution is not UTF-8 text, a mark is misplaced or misspelt, or nothing of the solution is between marks.
pub fn starter_of(file: &str, solution: &[u8]) -> Result<String, MarkError> {
    let solution = std::str::from_utf8(solution).map_err(|error| {
        let line = 1 + solution[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
        MarkError::new(file, line, "this line is not UTF-8 text", "save the file as UTF-8 in your editor")
    })?;
    let starter = for_students(file, solution)?;
    if code(&starter).eq(code(solution)) {
        let first = solution.lines().position(|line| mark(line) == Ok(Some(Mark::Begin))).map_or(1, |index| index + 1);
        return Err(MarkError::new(
            file,
            first,
            "the starter would have all of the solution's code",
            "put the lines that a student is to write between `// BEGIN SOLUTION` and `// END SOLUTION`",
        ));
    }
    Ok(starter)
}

/// What students get of a text: it without its blocks, but with what these keep for them.
pub(super) fn for_students(file: &str, text: &str) -> Result<String, MarkError> {
    let mistake = |index: usize, problem: &str, mend: &str| MarkError::new(file, index + 1, problem, mend);
    let mut kept = Kept::default();
    let mut block = None;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let mark = mark(line).map_err(|mend| mistake(index, "this looks like a mark, but is none", mend))?;
        match (mark, block) {
            (Some(Mark::Begin), None) => block = Some(index),
            (Some(Mark::Begin), Some(outer)) => {
                let mend = format!("end the block of line {} before, with `END SOLUTION`", outer + 1);
                return Err(mistake(index, "a block inside of a block", &mend));
            }
            (Some(Mark::End), Some(_)) => {
                block = None;
                kept.end_block();
            }
            (Some(Mark::End), None) => {
                return Err(mistake(
                    index,
                    "the end of a block that has no beginning",
                    "begin it with `BEGIN SOLUTION`",
                ));
            }
            (Some(Mark::Starter(starter)), Some(_)) => kept.starter(&starter),
            (Some(Mark::Starter(_)), None) => {
                let mend = "move it between `BEGIN SOLUTION` and `END SOLUTION`; outside, every line stays anyway";
                return Err(mistake(index, "a line for the starter outside of a block", mend));
            }
            (None, Some(_)) => {}
            (None, None) => kept.line(line),
        }
    }
    match block {
        Some(index) => Err(mistake(index, "this block is not closed", "end it with `END SOLUTION`, alone on its line")),
        None => Ok(kept.finish()),
    }
}

/// A line that says what students get.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Mark {
    Begin,
    End,
    /// The line for the starter, with its indentation and its end.
    Starter(String),
}

/// The mark that a line is, if it is one; or how to mend a line that was probably meant to be one.
fn mark(line: &str) -> Result<Option<Mark>, &'static str> {
    const ALONE: &str =
        "write `BEGIN SOLUTION`, `END SOLUTION` or `STARTER: ..` in capitals, in a comment of its own line";
    let content = line.trim_end();
    let Some((indentation, comment)) = comment(content) else {
        let behind_code =
            ["// BEGIN SOLUTION", "// END SOLUTION", "// STARTER:"].iter().any(|mark| content.contains(mark));
        return if behind_code && !is_doc(content) { Err(ALONE) } else { Ok(None) };
    };
    if let Some(starter) = comment.strip_prefix("STARTER:") {
        let starter = starter.strip_prefix(' ').unwrap_or(starter);
        let starter = if starter.is_empty() { String::new() } else { format!("{indentation}{starter}") };
        return Ok(Some(Mark::Starter(starter + &line[content.len()..])));
    }
    let letters: String = comment.chars().filter(char::is_ascii_alphabetic).collect();
    match (comment, letters.to_ascii_uppercase().as_str()) {
        ("BEGIN SOLUTION", _) => Ok(Some(Mark::Begin)),
        ("END SOLUTION", _) => Ok(Some(Mark::End)),
        (_, "BEGINSOLUTION" | "ENDSOLUTION" | "BEGINSOLUTIONS" | "ENDSOLUTIONS" | "STARTER") => Err(ALONE),
        _ if comment.starts_with("STARTER ") || comment.to_ascii_uppercase().starts_with("STARTER:") => Err(ALONE),
        _ => Ok(None),
    }
}

/// The solution as one reads it: without the marks and without the lines of the starter.
///
/// ```
/// let solution = "fn six() -> u64 {\n    // BEGIN SOLUTION\n    2 * 3\n    // STARTER: todo!()\n    // END SOLUTION\n}\n";
/// assert_eq!(grader::assign::without_marks(solution), "fn six() -> u64 {\n    2 * 3\n}\n");
/// ```
#[must_use]
pub fn without_marks(solution: &str) -> String {
    solution.split_inclusive('\n').filter(|line| !matches!(mark(line), Ok(Some(_)))).collect()
}

/// The indentation and the text of a line that is nothing but a comment. Documentation is none.
fn comment(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start();
    let indentation = &line[..line.len() - text.len()];
    let comment = match text.strip_prefix("<!--") {
        Some(text) => text.strip_suffix("-->")?,
        None => text.strip_prefix("//").filter(|_| !is_doc(text)).or_else(|| text.strip_prefix("# "))?,
    };
    Some((indentation, comment.strip_prefix(' ').unwrap_or(comment).trim_end()))
}

fn is_doc(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("///") || line.starts_with("//!")
}

/// The lines that a program is made of, without the comments and spaces around them.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"))
}

/// Collects what students get, and takes care that a block which leaves nothing does not leave two empty lines either.
#[derive(Default)]
struct Kept {
    lines: Vec<String>,
    /// How many lines there were when the block began.
    starters: usize,
    gap: bool,
}

impl Kept {
    fn starter(&mut self, line: &str) {
        self.lines.push(line.to_owned());
        self.starters += 1;
    }

    fn end_block(&mut self) {
        self.gap |= self.starters == 0;
        self.starters = 0;
    }

    fn line(&mut self, line: &str) {
        let last = self.lines.last().map(|last| last.trim());
        let after_nothing = last.is_none_or(|last| last.is_empty() || last.ends_with('{'));
        if self.gap && line.trim().is_empty() && after_nothing {
            return;
        }
        if self.gap && line.trim_start().starts_with('}') {
            self.drop_empty_end();
        }
        self.gap = false;
        self.lines.push(line.to_owned());
    }

    fn drop_empty_end(&mut self) {
        while self.lines.last().is_some_and(|last| last.trim().is_empty()) {
            self.lines.pop();
        }
    }

    fn finish(mut self) -> String {
        if self.gap {
            self.drop_empty_end();
        }
        self.lines.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starter(solution: &str) -> Result<String, String> {
        starter_of("solutions/six.rs", solution.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_outside_stays_and_starters_keep_their_indentation() {
        let solution = "//! Lesson.\n\nfn six() -> u64 {\n    // BEGIN SOLUTION\n    // How: by threes.\n    let two = 2;\n    \
                        two * 3\n    // STARTER: if true {\n    // STARTER:     6\n    // STARTER:\n    // STARTER: }\n    \
                        // END SOLUTION\n}\n";
        let expected = "//! Lesson.\n\nfn six() -> u64 {\n    if true {\n        6\n\n    }\n}\n";
        assert_eq!(starter(solution).as_deref(), Ok(expected));
    }

    #[test]
    fn a_block_that_leaves_nothing_leaves_no_gap() {
        let solution = "use a;\n\n// BEGIN SOLUTION\nfn help() {}\n// END SOLUTION\n\nfn six() {\n    // BEGIN SOLUTION\n    one();\n    \
                        // END SOLUTION\n\n    two();\n\n    // BEGIN SOLUTION\n    three();\n    // END SOLUTION\n}\n\n\
                        // BEGIN SOLUTION\nfn more() {}\n// END SOLUTION\n";
        assert_eq!(starter(solution).as_deref(), Ok("use a;\n\nfn six() {\n    two();\n}\n"));
    }

    #[test]
    fn empty_lines_elsewhere_are_the_authors_business() {
        let solution = "a();\n\n\nb();\n// BEGIN SOLUTION\nc();\n// END SOLUTION\n\nd();\n\n\n";
        assert_eq!(starter(solution).as_deref(), Ok("a();\n\n\nb();\n\nd();\n\n\n"));
    }

    #[test]
    fn windows_line_ends_are_kept_and_a_last_line_needs_none() {
        let solution =
            "one();\r\n    // BEGIN SOLUTION\r\n    two();\r\n    // STARTER: 2;\r\n    // END SOLUTION\r\nthree();";
        assert_eq!(starter(solution).as_deref(), Ok("one();\r\n    2;\r\nthree();"));
    }

    #[test]
    fn other_files_have_marks_in_their_own_comments() {
        let manifest = "members = [\n    \"a\",\n    # BEGIN SOLUTION\n    \"b\",\n    # END SOLUTION\n]\n";
        assert_eq!(for_students("Cargo.toml", manifest).as_deref(), Ok("members = [\n    \"a\",\n]\n"));
        let page = "One.\n<!-- BEGIN SOLUTION -->\nTwo.\n<!-- END SOLUTION -->\nThree.\n";
        assert_eq!(for_students("README.md", page).as_deref(), Ok("One.\nThree.\n"));
    }

    #[test]
    fn misplaced_marks_are_errors_with_their_line_and_the_mend() {
        insta::assert_snapshot!(starter("a();\n// BEGIN SOLUTION\nb();\n").unwrap_err(), @"
        solutions/six.rs:2: this block is not closed
          = help: end it with `END SOLUTION`, alone on its line
        ");
        insta::assert_snapshot!(starter("// BEGIN SOLUTION\na();\n    // BEGIN SOLUTION\n").unwrap_err(), @"
        solutions/six.rs:3: a block inside of a block
          = help: end the block of line 1 before, with `END SOLUTION`
        ");
        insta::assert_snapshot!(starter("a();\n// END SOLUTION\n").unwrap_err(), @"
        solutions/six.rs:2: the end of a block that has no beginning
          = help: begin it with `BEGIN SOLUTION`
        ");
        insta::assert_snapshot!(starter("// STARTER: a();\n").unwrap_err(), @"
        solutions/six.rs:1: a line for the starter outside of a block
          = help: move it between `BEGIN SOLUTION` and `END SOLUTION`; outside, every line stays anyway
        ");
    }

    #[test]
    fn misspelt_marks_do_not_give_a_solution_away() {
        for line in [
            "//BEGIN solution",
            "// Begin Solution:",
            "// BEGIN-SOLUTION",
            "// end solution",
            "//  END SOLUTION",
            "// starter: a();",
            "// STARTER a();",
            "a(); // BEGIN SOLUTION",
            "a(); // STARTER: b();",
        ] {
            let error = starter(&format!("a();\n{line}\n")).unwrap_err();
            assert!(error.starts_with("solutions/six.rs:2: this looks like a mark, but is none\n"), "{line}: {error}");
        }
        for line in
            ["// the solution begins here", "/// // BEGIN SOLUTION", "//! // STARTER: x", "// The starter is serial."]
        {
            let text = format!("{line}\n// BEGIN SOLUTION\na();\n// END SOLUTION\n");
            assert_eq!(starter(&text), Ok(format!("{line}\n")));
        }
    }

    #[test]
    fn a_starter_with_all_of_the_solution_is_refused() {
        for (solution, line) in [
            ("fn a() {}\n", 1),
            ("fn a() {}\n// BEGIN SOLUTION\n// Nothing.\n// END SOLUTION\n", 2),
            ("\n\n// BEGIN SOLUTION\na();\n// STARTER: a();\n// END SOLUTION\n", 3),
        ] {
            let error = starter(solution).unwrap_err();
            let expected = format!("solutions/six.rs:{line}: the starter would have all of the solution's code\n");
            assert!(error.starts_with(&expected), "{error}");
        }
    }

    #[test]
    fn text_that_is_not_utf_8_is_an_error_with_its_line() {
        let error = starter_of("solutions/six.rs", b"fine\nfine\ncaf\xe9\n").unwrap_err();
        insta::assert_snapshot!(error, @"
        solutions/six.rs:3: this line is not UTF-8 text
          = help: save the file as UTF-8 in your editor
        ");
    }
}
