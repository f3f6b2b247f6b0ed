//! What a check is doing, on standard error.

use std::io::{self, IsTerminal, Write};

use trace::text::{count, nanoseconds, times};

use crate::check::Progress;

/// Back to the first column, and the line is empty.
const CLEAR_LINE: &str = "\r\x1b[2K";

/// Shows the steps of a check: in one line that is overwritten on a terminal, in a line each elsewhere.
pub(super) struct Ticker {
    /// What is checked.
    subject: String,
    terminal: bool,
    /// The last line of a log: the same is not said twice.
    last: String,
}

impl Ticker {
    pub(super) fn new(subject: &str) -> Self {
        Self { subject: subject.to_owned(), terminal: io::stderr().is_terminal(), last: String::new() }
    }

    /// Shows one step. That it cannot be written anywhere is no reason to end a check.
    pub(super) fn tell(&mut self, progress: &Progress) {
        if let Progress::Diagnosed(diagnostic) = progress {
            // The report has the errors.
            if diagnostic.level == "warning" {
                self.clear();
                let _ = writeln!(anstream::stderr(), "{}\n", diagnostic.rendered.trim_end());
            }
            return;
        }
        let line = format!("{}: {}", self.subject, line(progress));
        let _ = match progress {
            _ if self.terminal => write!(io::stderr(), "{CLEAR_LINE}{line}").and_then(|()| io::stderr().flush()),
            // A log has no use for a line a crate.
            Progress::Compiled { .. } => Ok(()),
            _ if line == self.last => Ok(()),
            _ => writeln!(io::stderr(), "{line}"),
        };
        self.last = line;
    }

    /// Takes the line off the terminal again.
    pub(super) fn clear(&mut self) {
        if self.terminal {
            let _ = write!(io::stderr(), "{CLEAR_LINE}");
        }
    }
}

/// A step in less than a line.
fn line(progress: &Progress) -> String {
    match progress {
        Progress::Building => "building".to_owned(),
        Progress::Compiled { done, total: 0, name } => format!("building, crate {done}: {name}"),
        Progress::Compiled { done, total, name } => format!("building, crate {done} of {total}: {name}"),
        Progress::Diagnosed(diagnostic) => diagnostic.message.clone(),
        Progress::Trying { record, .. } => format!("trying, {} tasks so far", count(record.tasks)),
        Progress::Printing { printed } => format!("trying, {} bytes printed so far", count(printed.bytes)),
        Progress::Built { seconds } => format!("built in {}", nanoseconds(seconds * 1e9)),
        Progress::Tried { seconds, mistake: None, .. } => format!("right, in {}", nanoseconds(seconds * 1e9)),
        Progress::Tried { mistake: Some(mistake), .. } => format!("not right: {}", shortened(mistake, 60)),
        Progress::Filmed(_) => "the film is there".to_owned(),
        Progress::Round { times: [serial, parallel, probe], done, rounds, .. } => format!(
            "round {done} of {rounds}: serial {serial:.3} s, parallel {parallel:.3} s, probe {probe:.3} s, {}",
            times(serial / parallel)
        ),
    }
}

/// The first line, or as much of it as there is room for.
fn shortened(text: &str, room: usize) -> String {
    let first = text.lines().next().unwrap_or_default();
    if first.chars().count() <= room {
        return first.to_owned();
    }
    first.chars().take(room - 2).collect::<String>() + ".."
}

#[cfg(test)]
mod tests {
    use trace::Record;

    use super::{line, shortened};
    use crate::check::Progress;

    #[test]
    fn every_step_is_one_short_line() {
        let tried = |mistake: Option<&str>| Progress::Tried {
            seconds: 0.02,
            mistake: mistake.map(str::to_owned),
            record: Record::default(),
            picture: None,
            printed: crate::child::Printed::default(),
        };
        let steps = [
            Progress::Building,
            Progress::Compiled { done: 3, total: 0, name: "rayon".to_owned() },
            Progress::Compiled { done: 3, total: 70, name: "rayon".to_owned() },
            Progress::Built { seconds: 12.34 },
            tried(None),
            tried(Some("785,104 hits, 785,421 expected: the last 317 darts are missing, and 104 more.\nRound up.")),
            Progress::Round { times: [0.375, 0.194, 0.192], done: 2, rounds: 9, record: Record::default(), printed: 0 },
        ];
        let lines: Vec<_> = steps.iter().map(line).collect();
        assert!(lines.iter().all(|line| line.len() < 75), "{lines:?}");
        insta::assert_snapshot!(lines.join("\n"), @"
        building
        building, crate 3: rayon
        building, crate 3 of 70: rayon
        built in 12 s
        right, in 20 ms
        not right: 785,104 hits, 785,421 expected: the last 317 darts are mis..
        round 2 of 9: serial 0.375 s, parallel 0.194 s, probe 0.192 s, 1.93x
        ");
    }

    #[test]
    fn what_fits_is_not_cut() {
        assert_eq!(shortened("twelve chars", 12), "twelve chars");
        assert_eq!(shortened("thirteen char", 12), "thirteen c..");
        assert_eq!(shortened("", 12), "");
    }
}
