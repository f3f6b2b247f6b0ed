//! One actor was busy nearly all the time: whatever the others do, they wait for it.

use super::seen::{Seen, at_line};
use super::{Finding, Rule};
use crate::Actor;
use crate::text::{count, percent};

/// From this share of the run on, the actor sets the pace: more workers would make the run a tenth faster at most.
const BUSY: f64 = 0.9;

/// One or two calls are not a queue, but a long piece of work that was put into an actor on purpose.
const CALLS: u64 = 3;

/// Up to this many nanoseconds, a call does little more than to be one: fewer calls are the mend. Longer ones do work that tasks
/// could do.
const SHORT: f64 = 10_000.0;

pub(super) fn find(seen: &Seen) -> Option<Finding> {
    let actor = seen.actors.iter().max_by_key(|actor| actor.busy)?;
    let busy = actor.busy as f64 / seen.wall();
    // Where the run took no time, this is not a number, and nobody was busy.
    let is_busy = busy >= BUSY;
    if !is_busy || actor.calls < CALLS {
        return None;
    }
    let site = seen.site(actor.site);
    let text = format!(
        "The actor `{}`{} was busy {} of the run and served {} calls one at a time: everybody waits for it. {}",
        actor.name(seen.record),
        at_line(site.as_ref()),
        percent(busy.min(1.0)),
        count(actor.calls),
        mend(actor),
    );
    Some(Finding { rule: Rule::ActorBottleneck, site, text, gain: seen.gain(seen.wall() - without(seen, actor)) })
}

fn mend(actor: &Actor) -> &'static str {
    if actor.busy as f64 <= SHORT * actor.calls as f64 {
        "Let tasks add up first, and send it one call each."
    } else {
        "Let tasks do that work and the actor only keep what they return, or share the calls out to several actors."
    }
}

/// Nanoseconds of the run if the workers did what the actor does: evenly spread, or as long as the next actor takes.
fn without(seen: &Seen, actor: &Actor) -> f64 {
    let in_tasks: f64 = seen.measures.busy.iter().map(|&busy| busy as f64).sum();
    let others = seen.actors.iter().filter(|other| other.id != actor.id).map(|other| other.busy);
    let next = others.max().unwrap_or(0) as f64;
    ((in_tasks + actor.busy as f64) / seen.workers()).max(next)
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Finding, Rule, advise};
    use crate::script::Script;
    use crate::{DRIVER, ROOT};

    const US: u64 = 1_000;
    const CONTEXT: Context =
        Context { serial: 0.04, parallel: 0.05, cpu: None, threshold: 1.6, units: (1_000, "darts") };

    /// Four tasks of 100 us on two workers, each of which makes a share of so many calls at its end; then the actor serves all,
    /// for so many nanoseconds each, and the driver has waited for it.
    fn findings(calls: u64, length: u64, pause: u64) -> Vec<Finding> {
        let mut script = Script::new(2).actor(0, ROOT, 100, "Counter", 7);
        for task in 1..=4 {
            let (worker, begin) = ((task % 2) as u16, (task - 1) / 2 * 110 * US + 100);
            script = script.submit(task, ROOT, task, "throw", 11).run(worker, task, begin, begin + 100 * US);
        }
        for call in 0..calls {
            let begin = 101 * US + call * (length + pause);
            script = script.call(100 * US, call % 4 + 1, 101 + call, 100, "add", 9);
            script = script.run(DRIVER, 101 + call, begin, begin + length);
        }
        let end = 102 * US + calls * (length + pause);
        advise(&script.get_begin(50, DRIVER, ROOT, 12, &[1, 2, 3, 4]).get_end(end, DRIVER, ROOT).record(), &CONTEXT)
    }

    #[test]
    fn many_short_calls_are_to_be_added_up() {
        let findings = findings(40_000, 1_000, 10);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].rule, Rule::ActorBottleneck);
        assert_eq!(
            findings[0].text,
            "The actor `Counter` (line 7) was busy 99 % of the run and served 40,000 calls one at a time: everybody waits \
             for it. Let tasks add up first, and send it one call each."
        );
        assert!((1.9..2.1).contains(&findings[0].gain), "{}", findings[0].gain);
    }

    #[test]
    fn long_calls_are_work_for_tasks() {
        let findings = findings(100, 300 * US, 10 * US);
        assert_eq!(findings[0].rule, Rule::ActorBottleneck, "{findings:?}");
        assert!(findings[0].text.contains("served 100 calls one at a time"), "{findings:?}");
        assert!(findings[0].text.ends_with(
            "Let tasks do that work and the actor only keep what they return, or share the calls out to several actors."
        ));
    }

    #[test]
    fn an_actor_with_time_to_spare_is_none() {
        let findings = findings(40_000, 1_000, 500);
        assert!(findings.iter().all(|finding| finding.rule != Rule::ActorBottleneck), "{findings:?}");
    }

    #[test]
    fn an_actor_beside_workers_that_are_busy_too_costs_nothing() {
        let mut script =
            Script::new(2).actor(0, ROOT, 100, "Log", 7).submit(0, ROOT, 1, "f", 1).submit(0, ROOT, 2, "f", 1);
        script = script.run(0, 1, 10, 1_000 * US).run(1, 2, 10, 1_000 * US);
        for call in 0..99 {
            script = script.call(20, 1, 101 + call, 100, "write", 9);
            script = script.run(DRIVER, 101 + call, (call + 1) * 10 * US, (call + 2) * 10 * US);
        }
        assert_eq!(advise(&script.record(), &Context { serial: 0.003, parallel: 0.001, ..CONTEXT }), []);
    }

    #[test]
    fn a_run_without_length_has_no_bottleneck() {
        let mut script = Script::new(2).actor(5, ROOT, 100, "Counter", 7);
        for call in 101..200 {
            script = script.call(5, ROOT, call, 100, "add", 9).run(DRIVER, call, 5, 5);
        }
        let findings = advise(&script.record(), &CONTEXT);
        assert!(findings.iter().all(|finding| finding.rule != Rule::ActorBottleneck), "{findings:?}");
    }
}
