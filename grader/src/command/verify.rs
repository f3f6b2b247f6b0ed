//! `grader verify`.

use std::io::{self, IsTerminal as _};

use anstyle::{AnsiColor, Style};
use anyhow::bail;
use clap::Args;
use serde::Serialize;

use super::{
    check::{Format, exercises, stopped_by_signals},
    print,
    progress::Ticker,
};
use crate::{
    Classroom,
    check::Progress,
    exit_codes,
    report::text::{indented, paint, wrapped},
    verify::{self, Check, Event, Options, Outcome},
};

/// For instructors: say whether the course is sound
///
/// Every solution has to pass with all points, no starter may, every wrong attempt in grader/tests/fixtures/ has to get its
/// verdict and message, and nothing may be missing or left over. Programs are built in a copy of the workspace, with
/// starters made from the solutions: what is in exercises/ is compared with them, and never run.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes:
  0  everything is as it should be
  1  something is to be mended
  2  the tool could not do its work

Examples:
  grader verify              the whole course
  grader verify pi           one exercise
  grader verify --quick      what can be told without a race")]
pub(super) struct Verify {
    /// Which exercises; all of them when none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Build and try out, but do not race
    #[arg(long)]
    quick: bool,
    /// How to write the checks; progress goes to standard error in any case
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Verify {
    pub(super) fn execute(&self, classroom: &Classroom) -> anyhow::Result<u8> {
        let exercises = exercises(&classroom.course, &self.names)?;
        let options = Options { quick: self.quick };
        let stop = stopped_by_signals()?;
        let mut display = Display { format: self.format, ticker: None, unwritten: None };
        let checks = verify::verify(classroom, &exercises, options, &stop, &mut |event| display.show(&event))?;
        let Some(checks) = checks else { bail!("the verification was stopped before its end") };
        if let Some(error) = display.unwritten {
            return Err(error);
        }
        match self.format {
            Format::Text => print(&summary(&checks))?,
            Format::Json => print(&json(&checks)?)?,
        }
        let failed = checks.iter().any(|check| check.outcome == Outcome::Failed);
        Ok(if failed { exit_codes::FAIL } else { exit_codes::PASS })
    }
}

/// Shows checks as they are done, and on a terminal what is going on.
struct Display {
    format: Format,
    ticker: Option<Ticker>,
    /// The first check that could not be printed.
    unwritten: Option<anyhow::Error>,
}

impl Display {
    fn show(&mut self, event: &Event) {
        match event {
            Event::Waiting(place) => eprintln!("waiting for another verification in {} to end", place.display()),
            Event::Begun(exercise, name) => {
                self.ticker = io::stderr().is_terminal().then(|| Ticker::new(&format!("{exercise}, {name}")));
            }
            // What the compiler remarks about wrong attempts is nobody's business.
            Event::Progress(Progress::Diagnosed(_)) => {}
            Event::Progress(progress) => {
                if let Some(ticker) = &mut self.ticker {
                    ticker.tell(progress);
                }
            }
            Event::Done(check) => {
                if let Some(mut ticker) = self.ticker.take() {
                    ticker.clear();
                }
                if self.format == Format::Text {
                    self.unwritten = self.unwritten.take().or(print(&line(check)).err());
                }
            }
        }
    }
}

/// One check: what became of it, and what was found.
fn line(check: &Check) -> String {
    let outcome = match check.outcome {
        Outcome::Ok => paint(AnsiColor::Green.on_default(), "ok  "),
        Outcome::Failed => paint(AnsiColor::Red.on_default().bold(), "FAIL"),
        Outcome::Skipped => paint(AnsiColor::Yellow.on_default(), "skip"),
    };
    let subject = paint(Style::new().bold(), &check.subject);
    let raced = if check.races > 1 { format!(" (raced {} times)", check.races) } else { String::new() };
    let found = match (check.outcome, check.message.as_str()) {
        (_, "") => "\n".to_owned(),
        (Outcome::Ok, message) if !message.contains('\n') => format!(": {message}\n"),
        (_, message) => format!("\n{}", indented(&indented(&wrapped(message)))),
    };
    format!("{outcome} {subject}: {}{raced}{found}", check.name)
}

/// The last lines: how many of each, and what failed.
fn summary(checks: &[Check]) -> String {
    let those = |outcome| checks.iter().filter(move |check| check.outcome == outcome);
    let counts = [("ok", Outcome::Ok), ("skipped", Outcome::Skipped), ("failed", Outcome::Failed)];
    let counts = counts.map(|(word, outcome)| (word, those(outcome).count())).into_iter();
    let counts: Vec<_> =
        counts.filter(|(_, count)| *count > 0).map(|(word, count)| format!("{count} {word}")).collect();
    let again = match checks.iter().filter(|check| check.races > 1).count() {
        0 => String::new(),
        again => format!("; {again} raced more than once, as the machine may have been busy"),
    };
    let failed: String = those(Outcome::Failed).map(|check| format!("  {}: {}\n", check.subject, check.name)).collect();
    format!("\n{} checks: {}{again}\n{failed}", checks.len(), counts.join(", "))
}

fn json(checks: &[Check]) -> anyhow::Result<String> {
    #[derive(Serialize)]
    struct Document<'a> {
        checks: &'a [Check],
    }
    Ok(serde_json::to_string_pretty(&Document { checks })? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, outcome: Outcome, message: &str, races: usize) -> Check {
        Check { subject: "pi".to_owned(), name: name.to_owned(), outcome, message: message.to_owned(), races }
    }

    #[test]
    fn checks_are_lines_and_a_summary() {
        let checks = [
            check("lesson", Outcome::Ok, "", 0),
            check(
                "course entry",
                Outcome::Failed,
                "exercises/course.yaml: 2 hints\nexercises/course.yaml: 9 points",
                0,
            ),
            check("solution", Outcome::Ok, "pass, 10 of 10 points\nrace 1 of 3 rounds: Inconclusive: too busy", 2),
            check("starter", Outcome::Ok, "not solved yet, 0 of 10 points", 1),
            check("fixture endless", Outcome::Skipped, "right at the small size: only a race can tell", 0),
        ];
        let text = checks.iter().map(line).collect::<String>() + &summary(&checks);
        insta::assert_snapshot!(anstream::adapter::strip_str(&text), @"
        ok   pi: lesson
        FAIL pi: course entry
            exercises/course.yaml: 2 hints
            exercises/course.yaml: 9 points
        ok   pi: solution (raced 2 times)
            pass, 10 of 10 points
            race 1 of 3 rounds: Inconclusive: too busy
        ok   pi: starter: not solved yet, 0 of 10 points
        skip pi: fixture endless
            right at the small size: only a race can tell

        5 checks: 3 ok, 1 skipped, 1 failed; 1 raced more than once, as the machine may have been busy
          pi: course entry
        ");
    }
}
