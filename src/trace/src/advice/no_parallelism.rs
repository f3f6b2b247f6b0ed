//! No tasks at all, or never two at a time.

use super::seen::Seen;
use super::{Finding, Rule};
use crate::text::{count, percent};

/// Where the CPU time is so many times the time, somebody else than tasks made it parallel.
const PARALLEL_ANYWAY: f64 = 1.3;

/// Less than this share of the time with two tasks at once is as good as none: two tasks met at a change.
const OVERLAP: f64 = 0.02;

/// Where all tasks together fill less than this share of the time, the work is done elsewhere.
const WORK_ELSEWHERE: f64 = 0.2;

pub(super) fn find(seen: &Seen) -> Option<Finding> {
    let context = seen.context;
    let fast_enough = context.serial / context.parallel >= context.threshold;
    let several_cpus = context.cpu.is_some_and(|cpu| cpu >= PARALLEL_ANYWAY * context.parallel);
    let overlaps = |nanoseconds: u64| nanoseconds as f64 > OVERLAP * seen.wall();
    if fast_enough || several_cpus || overlaps(seen.measures.kernel_overlap) {
        return None;
    }

    let workers = seen.workers();
    let in_tasks = seen.measures.busy.iter().map(|&busy| busy as f64).sum::<f64>() / seen.wall();
    if overlaps(seen.measures.actor_overlap) {
        return None;
    }
    let (text, gain) = match seen.measures.tasks {
        0 if seen.measures.calls > 0 => (
            format!(
                "{} calls on actors, and no tasks: an actor serves one call at a time. What can run at once belongs into tasks, \
                 or to several actors.",
                count(seen.measures.calls)
            ),
            workers,
        ),
        0 => (
            "Nothing was submitted: one thread did all the work. Make the loop's body a #[remote] function, submit it for \
             each piece with `remote`, then get_all."
                .to_owned(),
            workers,
        ),
        1 if seen.measures.calls == 0 => (
            "One task did everything, on one worker. Cut the work into several pieces a worker, a task each.".to_owned(),
            workers,
        ),
        _ if overlaps(seen.measures.overlap) => return None,
        tasks if in_tasks < WORK_ELSEWHERE => (
            format!(
                "{}, but only {} of the time was spent in {}: the work is done outside. Move it into the tasks.",
                if tasks == 1 { "One task".to_owned() } else { format!("{} tasks", count(tasks)) },
                percent(in_tasks),
                if tasks == 1 { "it" } else { "them" },
            ),
            workers,
        ),
        tasks => (
            format!(
                "{} tasks, but never two at a time. Submit all before the first get, and pass on only results that the \
                 next task needs.",
                count(tasks)
            ),
            seen.gain(seen.wall() * in_tasks * (1.0 - 1.0 / workers)),
        ),
    };
    let site = seen.tasks.list.first().and_then(|task| seen.site(task.site));
    Some(Finding { rule: Rule::NoParallelism, site, text, gain })
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Finding, Rule, advise};
    use crate::script::Script;
    use crate::{DRIVER, ROOT, Record};

    const CONTEXT: Context =
        Context { serial: 0.4, parallel: 0.41, cpu: Some(0.4), threshold: 1.6, units: (1_000, "darts") };
    const MS: u64 = 1_000_000;

    /// Exactly one finding, and that by this rule.
    fn only(record: &Record) -> Finding {
        let findings = advise(record, &CONTEXT);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].rule, Rule::NoParallelism);
        findings[0].clone()
    }

    /// Four tasks one after the other, of a length in milliseconds, submitted and awaited in pairs.
    fn in_turn(length: u64) -> Record {
        let mut script = Script::new(2);
        for pair in 0..2 {
            let (time, one, other) = (pair * 200 * MS, pair * 2 + 1, pair * 2 + 2);
            script = script
                .submit(time, ROOT, one, "f", 2)
                .submit(time, ROOT, other, "g", 3)
                .argument(time, other, one)
                .get_begin(time, DRIVER, ROOT, 4, &[other])
                .run(0, one, time + 10, time + length * MS)
                .event(time + length * MS, 0, crate::Kind::Ready, other, 0)
                .run(1, other, time + length * MS + 10, time + 2 * length * MS)
                .get_end(time + 199 * MS, DRIVER, ROOT);
        }
        script.record()
    }

    #[test]
    fn nothing_submitted() {
        let finding = only(&Record { workers: 2, ..Record::default() });
        assert!(finding.text.starts_with("Nothing was submitted: one thread did all the work."));
        assert_eq!((finding.gain, finding.site), (2.0, None));
    }

    #[test]
    fn one_task() {
        let record = Script::new(2).submit(0, ROOT, 1, "f", 7).run(0, 1, 10, 400 * MS).record();
        let finding = only(&record);
        assert!(finding.text.starts_with("One task did everything"));
        assert_eq!(finding.site.unwrap().line, 7);
    }

    #[test]
    fn never_two_at_a_time() {
        let finding = only(&in_turn(99));
        assert!(finding.text.starts_with("4 tasks, but never two at a time."));
        assert!((1.9..2.0).contains(&finding.gain));
    }

    #[test]
    fn work_outside_the_tasks() {
        assert!(only(&in_turn(5)).text.starts_with("4 tasks, but only 5 % of the time was spent in them"));
    }

    #[test]
    fn kernels_that_share_the_work_are_parallel() {
        let shared = Script::new(2).kernel(0, 0, 200 * MS).kernel(1, 0, 200 * MS).record();
        assert_eq!(advise(&shared, &Context { cpu: None, ..CONTEXT }), []);
        let alone = Script::new(2).kernel(0, 0, 200 * MS).kernel(1, 200 * MS, 400 * MS).record();
        assert!(only(&alone).text.starts_with("Nothing was submitted"));
    }

    #[test]
    fn calls_without_tasks() {
        let script = Script::new(2).actor(0, ROOT, 1, "Counter", 1);
        let script = (2..10).fold(script, |script, call| {
            script.call(call, ROOT, call, 1, "add", 1).run(DRIVER, call, call * 10 * MS, call * 10 * MS + MS)
        });
        let finding = only(&script.record());
        assert!(finding.text.starts_with("8 calls on actors, and no tasks: an actor serves one call at a time."));
        let script = Script::new(2).actor(0, ROOT, 1, "Counter", 1).actor(0, ROOT, 2, "Counter", 1);
        let script = script.call(0, ROOT, 3, 1, "add", 1).call(0, ROOT, 4, 2, "add", 1);
        let record = script.run(DRIVER, 3, 10, 200 * MS).run(DRIVER, 4, 10, 200 * MS).record();
        assert_eq!(advise(&record, &CONTEXT), [], "two actors that serve at once are parallel");
    }

    #[test]
    fn a_run_that_is_fast_or_keeps_two_cpus_busy_is_parallel() {
        let record = Record { workers: 2, ..Record::default() };
        let fast = Context { parallel: 0.2, ..CONTEXT };
        let busy = Context { cpu: Some(0.8), ..CONTEXT };
        assert_eq!(advise(&record, &fast), []);
        assert_eq!(advise(&record, &busy), []);
        assert_eq!(advise(&Record { workers: 1, ..record }, &CONTEXT), [], "one worker can do no better");
    }
}
