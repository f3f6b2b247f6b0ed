//! Where did the lost speedup go? Small independent rules over a record, each naming the source line and the mend.
//!
//! A rule is a function from what was seen to a finding, one in a file. It judges by its own documented thresholds and
//! says what the flaw costs by a what-if: the time of the run without it. What costs too little to be felt is left out, unless
//! it would be felt with more workers, and so is what another finding already explains.

mod actor_bottleneck;
mod chain;
mod get_in_loop;
mod no_parallelism;
mod overhead;
mod preparation;
mod seen;
mod serial_tail;
mod tasks_too_small;
mod uneven;
mod work_inflation;

pub use overhead::overhead;

use crate::{Record, Site};
use seen::Seen;

/// What the grader knows of a race that the record does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// Serial time of the same case, seconds.
    pub serial: f64,
    /// Time of the run that the record is of, seconds.
    pub parallel: f64,
    /// CPU time that the parent saw the child use in that time, seconds, when it could.
    pub cpu: Option<f64>,
    /// The speedup asked for.
    pub threshold: f64,
    /// How many units of work there were, and what they are called: `(100_000_317, "darts")`.
    pub units: (u64, &'static str),
}

/// Which rule found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Each task was awaited before the next was submitted.
    GetInLoop,
    /// Starting tasks costs more than what they do.
    TasksTooSmall,
    /// So few pieces that they do not come out even on the workers.
    TooFewTasks,
    /// A few tasks are much longer than the others, and workers idle at the end.
    Imbalance,
    /// The work itself became slower: CPU time grew with the workers.
    WorkInflation,
    /// A chain of tasks: each needs the one before.
    Chain,
    /// After the last get, one thread worked alone.
    SerialTail,
    /// The same values were stored again in every round.
    PutInLoop,
    /// Between submissions the driver copied or computed, and workers waited.
    SerialPreparation,
    /// No tasks at all, or never two at a time.
    NoParallelism,
    /// One actor was busy nearly all the time, and everybody waited for it.
    ActorBottleneck,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The line it is about.
    pub site: Option<Site>,
    /// For the student: the cause with its numbers, then the mend.
    pub text: String,
    /// How much faster the run could be without it, by a what-if; 1.0 is nothing.
    pub gain: f64,
}

/// From this [`Finding::gain`] on, a finding is a warning; below, a hint. A fifth is more than a race varies by itself.
pub const WARNING: f64 = 1.2;

/// What gains less is not reported: a race between two runs cannot tell it from noise.
const FELT: f64 = 1.05;

/// What only one worker can do limits a run on any number of them. From this share of the work on, that is said even where
/// the few workers of this run do not feel it: twenty workers cannot be used.
const LIMITING: f64 = 0.05;

const RULES: [fn(&Seen) -> Option<Finding>; 9] = [
    get_in_loop::find,
    tasks_too_small::find,
    uneven::find,
    work_inflation::find,
    chain::find,
    serial_tail::find,
    preparation::find,
    no_parallelism::find,
    actor_bottleneck::find,
];

/// What slowed this run down, the largest gain first.
#[must_use]
pub fn advise(record: &Record, context: &Context) -> Vec<Finding> {
    let seen = Seen::new(record, context);
    let mut findings: Vec<Finding> = RULES.iter().filter_map(|rule| rule(&seen)).collect();
    findings.retain(|finding| finding.gain >= FELT || judges_by_share(finding.rule));
    let found: Vec<Rule> = findings.iter().map(|finding| finding.rule).collect();
    findings.retain(|finding| !found.iter().any(|&cause| explains(cause, finding.rule)));
    findings.sort_by(|one, other| other.gain.total_cmp(&one.gain));
    findings
}

/// Whether a rule itself sees to it that its findings matter, here or with more workers.
fn judges_by_share(rule: Rule) -> bool {
    matches!(rule, Rule::Chain | Rule::SerialTail)
}

/// Whether `effect` would be gone if `cause` were mended, or cannot be judged before it is.
fn explains(cause: Rule, effect: Rule) -> bool {
    use Rule::{
        ActorBottleneck, Chain, GetInLoop, Imbalance, NoParallelism, PutInLoop, SerialPreparation, SerialTail,
        TasksTooSmall, TooFewTasks, WorkInflation,
    };
    match cause {
        GetInLoop => matches!(effect, Chain | TooFewTasks | Imbalance | NoParallelism),
        // What lasts a few nanoseconds is at the mercy of the clock and of what happened to run before it.
        TasksTooSmall => matches!(effect, Chain | TooFewTasks | Imbalance | WorkInflation | NoParallelism),
        // A driver that copies submits slowly, and takes a core, and the memory, away from the workers.
        PutInLoop | SerialPreparation => matches!(effect, TasksTooSmall | WorkInflation | NoParallelism),
        Chain | TooFewTasks | Imbalance => effect == NoParallelism,
        // Workers have nothing to do while they wait for an actor.
        ActorBottleneck => matches!(effect, TooFewTasks | Imbalance | NoParallelism),
        WorkInflation | SerialTail | NoParallelism => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ROOT;
    use crate::script::Script;

    #[test]
    fn an_even_run_gets_no_advice() {
        let mut script = Script::new(2);
        for task in 0..16 {
            let start = 10_000 + task / 2 * 1_000_000;
            let worker = (task % 2) as u16;
            script = script.submit(task * 300, ROOT, task + 1, "f", 1).run(worker, task + 1, start, start + 990_000);
        }
        let script = script.get_begin(5_000, crate::DRIVER, ROOT, 2, &(1..=16).collect::<Vec<_>>());
        let record = script.get_end(8_010_000, crate::DRIVER, ROOT).record();
        let context =
            Context { serial: 0.0158, parallel: 0.00801, cpu: Some(0.016), threshold: 1.6, units: (1_000, "darts") };
        assert_eq!(advise(&record, &context), []);
    }

    #[test]
    fn an_empty_record_and_a_mad_context_are_no_trouble() {
        let numbers = [0.0, -1.0, f64::NAN, f64::INFINITY];
        for number in numbers {
            let context =
                Context { serial: number, parallel: number, cpu: Some(number), threshold: number, units: (0, "") };
            assert!(advise(&Record::default(), &context).len() <= 1);
        }
    }

    #[test]
    fn no_two_rules_explain_each_other() {
        let rules = [
            Rule::GetInLoop,
            Rule::TasksTooSmall,
            Rule::TooFewTasks,
            Rule::Imbalance,
            Rule::WorkInflation,
            Rule::Chain,
            Rule::SerialTail,
            Rule::PutInLoop,
            Rule::SerialPreparation,
            Rule::NoParallelism,
            Rule::ActorBottleneck,
        ];
        for one in rules {
            for other in rules {
                assert!(!(explains(one, other) && explains(other, one)), "{one:?} and {other:?}");
            }
        }
    }
}
