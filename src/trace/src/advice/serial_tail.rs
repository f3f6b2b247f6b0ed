//! After its last get, the driver worked alone: it merged or joined what the tasks had made.

use super::seen::{Seen, at_line, limit};
use super::{FELT, Finding, LIMITING, Rule};
use crate::text::{count, nanoseconds, percent};
use crate::{Event, Kind, ROOT};

pub(super) fn find(seen: &Seen) -> Option<Finding> {
    let Tail { run, alone, waited_by, site } = tail(seen)?;
    if seen.workers() < 2.0 || alone <= 0.0 {
        return None;
    }
    let gain = run / (run - alone * (1.0 - 1.0 / seen.workers()));
    let share = alone / (alone + seen.measures.work as f64);
    let reduction = seen.measures.reduction;
    // Joining pieces in order is not a reduction and has no better way, so it has to cost something to be found.
    let folds = reduction.excess() > 1 && share >= LIMITING;
    if gain < FELT && !folds {
        return None;
    }

    let site = seen.site(site);
    let mut text = format!(
        "After the last {waited_by}{} one thread worked alone for {}, {} of the work: at most {}, however many cores.",
        at_line(site.as_ref()),
        nanoseconds(alone),
        percent(share),
        limit(share),
    );
    text += &match reduction.excess() {
        0 | 1 => " Let tasks do that as well.".to_owned(),
        _ => format!(
            " If it merges results, let tasks do that, neighbours in pairs, as tree_reduce does: depth {}, where a tree has {}.",
            count(reduction.levels),
            count(reduction.tree)
        ),
    };
    Some(Finding { rule: Rule::SerialTail, site, text, gain })
}

/// What came after the driver's last get or wait. Times are nanoseconds.
struct Tail {
    /// From the first submission to the answer.
    run: f64,
    /// How long workers had nothing to do after the get, on average.
    alone: f64,
    /// How it waited, and where.
    waited_by: &'static str,
    site: u32,
}

/// The answer is there when the record is taken, but not every record is taken at once: the time that the parent saw is
/// another bound.
fn tail(seen: &Seen) -> Option<Tail> {
    let first = seen.events.iter().find(|event| event.kind == Kind::Submit)?.time;
    let last_of =
        |kinds: [Kind; 2]| seen.events.iter().rfind(|event: &&Event| kinds.contains(&event.kind) && event.a == ROOT);
    let got = last_of([Kind::GetEnd, Kind::WaitEnd])?.time;
    let begin = last_of([Kind::GetBegin, Kind::WaitBegin])?;
    let waited_by = if begin.kind == Kind::GetBegin { "get" } else { "wait" };
    let shared_by_a_kernel = seen.events.iter().any(|event| event.kind == Kind::KernelBegin && event.time >= got);
    if shared_by_a_kernel {
        return None;
    }
    let waited = got.saturating_sub(first);
    // A cast from a float saturates, and takes what is not a number as nothing.
    let seen_by_parent = ((seen.context.parallel * 1e9) as u64).saturating_sub(waited);
    let length = seen.record.taken.saturating_sub(got).min(seen_by_parent);
    Some(Tail { run: (waited + length) as f64, alone: seen.idle(got, got + length), waited_by, site: begin.site })
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Finding, Rule, advise};
    use crate::script::Script;
    use crate::{DRIVER, ROOT};

    const MS: u64 = 1_000_000;

    /// 32 tasks of 10 ms on two workers, all got after 160 ms; then so many milliseconds until the answer.
    fn script() -> Script {
        let mut script = Script::new(2);
        for task in 0..32 {
            let start = 1_000 + task / 2 * 10 * MS;
            script = script.submit(task, ROOT, task + 1, "count", 4).run(
                (task % 2) as u16,
                task + 1,
                start,
                start + 10 * MS,
            );
        }
        let all: Vec<u64> = (1..=32).collect();
        script.get_begin(900, DRIVER, ROOT, 9, &all).get_end(160 * MS + 2_000, DRIVER, ROOT)
    }

    /// The record is taken some milliseconds after the get; the parent saw some milliseconds in all.
    fn findings(script: Script, taken_after: u64, parallel: f64) -> Vec<Finding> {
        let mut record = script.record();
        record.taken += taken_after * MS;
        let context =
            Context { serial: 0.344, parallel: parallel / 1e3, cpu: Some(0.344), threshold: 1.5, units: (33, "plays") };
        advise(&record, &context)
    }

    #[test]
    fn a_fold_after_the_last_get_is_found() {
        let findings = findings(script(), 24, 185.0);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].rule, Rule::SerialTail);
        assert_eq!(
            findings[0].text,
            "After the last get (line 9) one thread worked alone for 24 ms, 7 % of the work: at most 14x, however many cores. \
             If it merges results, let tasks do that, neighbours in pairs, as tree_reduce does: depth 31, where a tree has 5."
        );
        assert!((1.06..1.08).contains(&findings[0].gain), "{}", findings[0].gain);
    }

    #[test]
    fn joining_what_tasks_made_is_fine() {
        assert_eq!(findings(script(), 5, 165.0), []);
    }

    #[test]
    fn a_record_that_is_taken_late_is_not_a_tail() {
        assert_eq!(findings(script(), 500, 165.0), []);
    }

    #[test]
    fn a_parallel_kernel_is_not_alone() {
        let script = script().kernel(0, 161 * MS, 184 * MS).kernel(1, 161 * MS, 184 * MS);
        assert_eq!(findings(script, 1, 185.0), []);
    }

    #[test]
    fn another_long_tail_is_found_by_what_it_costs() {
        let record = (1..=2).fold(Script::new(2), |script, task| {
            script.submit(task, ROOT, task, "f", 4).run((task % 2) as u16, task, 1_000, 100 * MS)
        });
        let record = record.get_begin(900, DRIVER, ROOT, 9, &[1, 2]).get_end(101 * MS, DRIVER, ROOT);
        let findings = findings(record, 100, 201.0);
        assert_eq!(findings[0].rule, Rule::SerialTail);
        assert!(
            findings[0].text.ends_with("33 % of the work: at most 3x, however many cores. Let tasks do that as well.")
        );
    }
}
