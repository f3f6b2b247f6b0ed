//! Starting tasks costs more than what they do.

use super::overhead::of_seen;
use super::seen::Seen;
use super::{Finding, Rule};
use crate::Kind;
use crate::text::{count, digits, nanoseconds, times};

/// Tasks are too small when less than this share of their cost is work: a fifth lost is more than what a race at 85 % of
/// the machine's best forgives.
const ENOUGH_WORK: f64 = 0.8;

/// At 95 % efficiency there is nineteen times as much work in a task as around it. More is not to be had by batching that
/// anyone would notice, and pieces should stay small enough to spread evenly.
const WORK_TO_OVERHEAD: f64 = 19.0;

/// Below this ratio a run counts as slower than serial.
const SLOWER: f64 = 1.05;

pub(super) fn find(seen: &Seen) -> Option<Finding> {
    let overhead = of_seen(seen)?;
    let small = sites(seen).into_iter().filter(|site| site.work < ENOUGH_WORK * (site.work + overhead));
    let Group { site, tasks: recorded, work } = small.max_by_key(|site| site.tasks)?;
    let tasks = if submitting_lines(seen) <= 1 { seen.measures.tasks.max(recorded) } else { recorded };

    // The tasks' own work at the efficiency aimed at is what would remain; the saving is never more than the overhead. Where
    // events were lost, the record may cover all of the time, or only that of the tasks in it.
    let lost = [recorded, tasks].map(|tasks| {
        let ideal = tasks as f64 * work / seen.workers() * (1.0 + 1.0 / WORK_TO_OVERHEAD);
        (tasks as f64 * overhead).min(seen.wall() - ideal)
    });

    let text = format!(
        "{} tasks, {} of work in each, {} around it{}. {}",
        count(tasks),
        nanoseconds(work),
        nanoseconds(overhead),
        result(seen),
        mend(seen, work, overhead),
    );
    Some(Finding { rule: Rule::TasksTooSmall, site: seen.site(site), text, gain: seen.gain(lost[0].max(lost[1])) })
}

/// The tasks of one call.
struct Group {
    site: u32,
    /// How many of them ran.
    tasks: u64,
    /// Nanoseconds of work in each, on average.
    work: f64,
}

fn sites(seen: &Seen) -> Vec<Group> {
    let mut lengths: Vec<(u32, u64)> = ran(seen).collect();
    lengths.sort_unstable();
    let of_site = lengths.chunk_by(|one, other| one.0 == other.0);
    of_site
        .map(|group| {
            let own: f64 = group.iter().map(|&(_, own)| own as f64).sum();
            let tasks = group.len() as u64;
            Group { site: group[0].0, tasks, work: (own / tasks as f64).min(alone(seen)) }
        })
        .collect()
}

/// The work per task by the serial time. The smallest tasks look longer than they are: reading the clock counts too.
fn alone(seen: &Seen) -> f64 {
    let alone = seen.context.serial * 1e9 / seen.measures.tasks.max(1) as f64;
    if alone > 0.0 { alone } else { f64::INFINITY }
}

/// The site and own work of every task that began and ended, calls left out.
fn ran(seen: &Seen) -> impl Iterator<Item = (u32, u64)> {
    let tasks = seen.tasks.list.iter().filter(|task| task.actor.is_none());
    let tasks = tasks.filter(|task| task.started.is_some() && task.ended.is_some());
    tasks.map(|task| (task.site, task.own))
}

/// How many lines submit tasks. Where there is one, all tasks are its own, also those whose submission found no room. Actors,
/// what is called on them and progress bars have names too.
fn submitting_lines(seen: &Seen) -> usize {
    let mut submits: Vec<bool> = seen.record.sites.iter().map(|site| !site.function.is_empty()).collect();
    for event in seen.events.iter() {
        let is_other = match event.kind {
            Kind::ActorStart | Kind::ProgressBegin => true,
            Kind::Submit => seen.tasks.is_call(event.a),
            _ => false,
        };
        if let Some(submits) = submits.get_mut(event.site as usize)
            && is_other
        {
            *submits = false;
        }
    }
    submits.into_iter().filter(|&submits| submits).count()
}

fn result(seen: &Seen) -> String {
    let slower = seen.context.parallel / seen.context.serial;
    match slower {
        _ if !slower.is_normal() || slower < 0.0 => String::new(),
        _ if slower >= SLOWER => format!(": {} times slower than serial", digits(slower)),
        _ => format!(": a speedup of {} only", times(slower.recip())),
    }
}

fn mend(seen: &Seen, work: f64, overhead: f64) -> String {
    let (units, name) = seen.context.units;
    let unit = seen.context.serial * 1e9 / units as f64;
    let needed = WORK_TO_OVERHEAD * overhead;
    if unit > 0.0 && unit.is_finite() && needed / unit >= 2.0 {
        return format!("Put about {} {name} or more in a task.", count(rounded_up(needed / unit)));
    }
    format!("Put about {} times as much in a task, or more.", count(rounded_up(needed / work.max(1.0))))
}

/// Up to one digit and zeros: an estimate that looks like one.
fn rounded_up(number: f64) -> u64 {
    let magnitude = 10_f64.powf(number.max(1.0).log10().floor());
    ((number / magnitude).ceil() * magnitude) as u64
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Rule, advise};
    use super::*;
    use crate::script::Script;
    use crate::{DRIVER, ROOT, Record};

    /// Tasks of one length on two workers, submitted 300 ns apart, 100 ns between two on a worker.
    fn tasks(number: u64, length: u64) -> Record {
        let mut script = Script::new(2);
        let all: Vec<u64> = (1..=number).collect();
        for &task in &all {
            let start = number * 310 + task / 2 * (length + 100);
            script =
                script.submit(task * 300, ROOT, task, "dart", 12).run((task % 2) as u16, task, start, start + length);
        }
        script.get_begin(number * 301, DRIVER, ROOT, 13, &all).get_end(number * (length + 500), DRIVER, ROOT).record()
    }

    fn context(parallel: f64) -> Context {
        Context { serial: 4e-6, parallel, cpu: None, threshold: 1.6, units: (1_001, "darts") }
    }

    #[test]
    fn one_dart_a_task_is_too_small() {
        let findings = advise(&tasks(1_001, 30), &context(4e-4));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].rule, Rule::TasksTooSmall);
        assert_eq!(
            findings[0].text,
            "1,001 tasks, 4 ns of work in each, 400 ns around it: 100 times slower than serial. \
             Put about 2,000 darts or more in a task."
        );
        assert_eq!(findings[0].site.as_ref().unwrap().line, 12);
        assert!(findings[0].gain > 3.0);
    }

    #[test]
    fn a_run_that_is_faster_all_the_same_is_described_as_such() {
        let context = Context { serial: 1e-3, parallel: 8e-4, cpu: None, threshold: 1.6, units: (0, "darts") };
        let findings = advise(&tasks(1_000, 1_000), &context);
        assert_eq!(
            findings[0].text,
            "1,000 tasks, 1 us of work in each, 400 ns around it: a speedup of 1.25x only. \
             Put about 8 times as much in a task, or more."
        );
    }

    #[test]
    fn tasks_with_enough_work_are_not_too_small() {
        let context =
            Context { serial: 4e-3, parallel: 2.4e-3, cpu: None, threshold: 1.6, units: (1_000_000, "darts") };
        assert!(advise(&tasks(200, 20_000), &context).iter().all(|finding| finding.rule != Rule::TasksTooSmall));
    }

    #[test]
    fn estimates_have_one_digit() {
        assert_eq!([1_900.0, 2_000.0, 2_001.0, 7.2, 0.0].map(rounded_up), [2_000, 2_000, 3_000, 8, 0]);
    }
}
