//! The work itself became slower.
//!
//! A record cannot tell why. Two clocks help: time inside tasks grows with whatever slows them, CPU time only with what
//! keeps a core at it. Both above the serial time is a fight over memory; only the first is waiting.

use super::seen::Seen;
use super::{Finding, Rule};
use crate::text::{nanoseconds, percent};

/// The work has grown when it takes more than so many times the serial time. Two threads on one core's caches and a
/// lower clock with all cores at work explain up to a fifth.
const GROWN: f64 = 1.2;

/// Tasks shorter than this, in nanoseconds, mostly measure the clock that measures them.
const MEASURABLE: f64 = 1_000.0;

pub(super) fn find(seen: &Seen) -> Option<Finding> {
    let serial = seen.context.serial * 1e9;
    let work = seen.measures.work as f64;
    let has_grown = serial > 0.0 && work > GROWN * serial;
    if seen.measures.mean_task < MEASURABLE || !has_grown {
        return None;
    }
    let (spent, alone) = (nanoseconds(work), nanoseconds(serial));
    let text = match seen.context.cpu.filter(|cpu| cpu.is_finite()).map(|seconds| seconds * 1e9) {
        Some(cpu) if cpu <= GROWN * serial => format!(
            "The tasks took {spent} together, and only {} of that on a CPU: {} of the time they waited, for a lock \
             that all of them want or for a CPU that another program had. Let each task own what it changes, and return it.",
            nanoseconds(cpu),
            percent(1.0 - cpu.clamp(0.0, work) / work),
        ),
        cpu => format!(
            "The work itself became slower: the workers spent {} on what takes {alone} alone. Often they fight \
             over one cache line (a shared atomic, a lock). Count in a local variable, return it, add once per task.",
            cpu.map_or(spent, |cpu| format!("{} of CPU", nanoseconds(cpu))),
        ),
    };
    let gain = seen.gain((work - serial) / seen.workers());
    Some(Finding { rule: Rule::WorkInflation, site: busiest_site(seen), text, gain })
}

/// The call whose tasks did most of the work.
fn busiest_site(seen: &Seen) -> Option<crate::Site> {
    let mut work = vec![0_u64; seen.record.sites.len()];
    for task in &seen.tasks.list {
        if let Some(work) = work.get_mut(task.site as usize) {
            *work = work.saturating_add(task.own);
        }
    }
    let busiest = (0..work.len()).max_by_key(|&site| work[site])?;
    seen.site(busiest as u32)
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Finding, Rule, advise};
    use crate::ROOT;
    use crate::script::Script;

    /// Ten tasks on two workers, 190 ms each.
    fn findings(serial: f64, cpu: Option<f64>) -> Vec<Finding> {
        let mut script = Script::new(2);
        for task in 0..10 {
            let start = 10_000 + task / 2 * 190_000_000;
            let worker = (task % 2) as u16;
            script =
                script.submit(task * 300, ROOT, task + 1, "f", 5).run(worker, task + 1, start, start + 190_000_000);
        }
        let context = Context { serial, parallel: 0.95, cpu, threshold: 1.6, units: (100, "darts") };
        advise(&script.record(), &context)
    }

    #[test]
    fn more_cpu_than_alone_is_a_fight_over_memory() {
        let findings = findings(0.38, Some(1.88));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].rule, Rule::WorkInflation);
        assert_eq!(
            findings[0].text,
            "The work itself became slower: the workers spent 1.9 s of CPU on what takes 380 ms alone. Often \
             they fight over one cache line (a shared atomic, a lock). Count in a local variable, return it, add once per \
             task."
        );
        assert!((4.9..5.1).contains(&findings[0].gain));
        assert_eq!(findings[0].site.as_ref().unwrap().line, 5);
    }

    #[test]
    fn time_without_cpu_is_waiting() {
        let findings = findings(0.38, Some(0.4));
        assert!(
            findings[0]
                .text
                .starts_with("The tasks took 1.9 s together, and only 400 ms of that on a CPU: 79 % of the time")
        );
    }

    #[test]
    fn without_the_cpu_time_the_time_in_tasks_has_to_do() {
        assert!(findings(0.38, None)[0].text.contains("the workers spent 1.9 s on what takes 380 ms alone"));
    }

    #[test]
    fn work_that_takes_as_long_as_alone_is_fine() {
        assert_eq!(findings(1.85, Some(1.9)), []);
    }
}
