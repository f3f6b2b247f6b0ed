//! A chain of tasks of one function, each taking the result of the one before, where a tree would do.

use super::seen::{Seen, at_line, limit};
use super::{FELT, Finding, LIMITING, Rule};
use crate::text::{count, percent};

/// Chains shorter than this are as deep as small trees are.
const LONG: u64 = 8;

/// A chain is linear when it is this many times as deep as a tree of all tasks of its function; an unbalanced tree is not a chain.
const DEEPER: u64 = 2;

pub(super) fn find(seen: &Seen) -> Option<Finding> {
    let functions = functions(seen);
    let chains = chains(seen, &functions);
    let last = (0..chains.len()).max_by_key(|&task| chains[task].length)?;
    let Chain { length, work } = chains[last];
    let siblings = functions.iter().filter(|&&function| function == functions[last]).count();
    if length < LONG || length <= DEEPER * levels_of_tree(siblings as u64) {
        return None;
    }
    let tree = levels_of_tree(length);

    // In a tree, the work of the chain is shared, but the path from a leaf to the root remains.
    let shared = (work / seen.workers()).max(work / length as f64 * tree as f64);
    let ideal = seen.measures.work as f64 / seen.workers();
    let gain = seen.gain((work - shared).min(seen.wall() - ideal));
    let share = work / seen.measures.work.max(1) as f64;
    if seen.workers() < 2.0 || (gain < FELT && share < LIMITING) {
        return None;
    }

    let site = seen.site(seen.tasks.list[last].site);
    let name = site.as_ref().map_or(String::new(), |site| format!("`{}` ", site.function));
    let text = format!(
        "A chain of {} {name}tasks{}, each waiting for the one before; a tree has {tree} levels. They are {} of the work: at \
         most {}, however many cores. Pair neighbours instead, as tree_reduce does.",
        count(length),
        at_line(site.as_ref()),
        percent(share),
        limit(share),
    );
    Some(Finding { rule: Rule::Chain, site, text, gain })
}

/// The levels of a tree of so many two-to-one tasks, which join one more thing than they are.
fn levels_of_tree(tasks: u64) -> u64 {
    (tasks + 1).next_power_of_two().ilog2().into()
}

/// The function of each task, by the site that stands for it.
fn functions(seen: &Seen) -> Vec<u32> {
    let functions = seen.functions();
    seen.tasks.list.iter().map(|task| functions.get(task.site as usize).copied().unwrap_or(task.site)).collect()
}

/// The longest chain of tasks of one function that ends in a task.
#[derive(Clone, Copy)]
struct Chain {
    length: u64,
    /// Nanoseconds of own work along it.
    work: f64,
}

/// For each task. What a task takes has a smaller number, so one pass in the order of numbers does.
fn chains(seen: &Seen, functions: &[u32]) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::with_capacity(functions.len());
    for (index, task) in seen.tasks.list.iter().enumerate() {
        if task.actor.is_some() {
            // An actor serves its calls one after the other anyway.
            chains.push(Chain { length: 0, work: 0.0 });
            continue;
        }
        let producers = task.arguments.iter().filter_map(|&object| seen.tasks.producer(object));
        let same = |&producer: &usize| producer < index && functions[producer] == functions[index];
        let before = producers.filter(same).map(|producer| chains[producer]).max_by_key(|chain| chain.length);
        let before = before.unwrap_or(Chain { length: 0, work: 0.0 });
        chains.push(Chain { length: before.length + 1, work: before.work + task.own as f64 });
    }
    chains
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Rule, advise};
    use crate::script::Script;
    use crate::{ROOT, Record};

    const CONTEXT: Context = Context { serial: 0.4, parallel: 0.4, cpu: None, threshold: 1.6, units: (33, "plays") };
    const MS: u64 = 1_000_000;

    /// The arguments of the merges of a fold: the first is task 34.
    fn fold(merge: u64) -> [u64; 2] {
        if merge == 34 { [1, 2] } else { [merge - 1, merge - 32] }
    }

    /// 33 leaves of 1 ms, then 32 merges of 10 ms by the pairs that a function names; all run one after the other.
    fn merges(arguments: impl Fn(u64) -> [u64; 2]) -> Record {
        let mut script = Script::new(2);
        for leaf in 1..=33 {
            let start = leaf / 2 * MS;
            script = script.submit(leaf, ROOT, leaf, "count", 3).run((leaf % 2) as u16, leaf, start + 100, start + MS);
        }
        for merge in 34..=65 {
            let start = 20 * MS + (merge - 34) * 10 * MS;
            let [one, other] = arguments(merge);
            script = script
                .submit(merge, ROOT, merge, "merge_task", 8)
                .argument(merge, merge, one)
                .argument(merge, merge, other)
                .event(start, 0, crate::Kind::Ready, merge, 0)
                .run(0, merge, start, start + 10 * MS);
        }
        script.record()
    }

    #[test]
    fn a_fold_is_a_chain() {
        let record = merges(fold);
        let findings = advise(&record, &CONTEXT);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].rule, Rule::Chain);
        assert_eq!(
            findings[0].text,
            "A chain of 32 `merge_task` tasks (line 8), each waiting for the one before; a tree has 6 levels. They \
             are 91 % of the work: at most 1.1x, however many cores. Pair neighbours instead, as tree_reduce does."
        );
        assert!((1.7..2.0).contains(&findings[0].gain), "{}", findings[0].gain);
    }

    /// 33 leaves of 10 ms on one worker; beside them, on the other, each merge as soon as its leaf is there.
    fn merges_beside_the_leaves(length: u64) -> Record {
        let mut script = Script::new(2);
        for leaf in 1..=33 {
            script = script.submit(leaf, ROOT, leaf, "count", 3).run(0, leaf, leaf * 10 * MS, leaf * 10 * MS + 10 * MS);
        }
        for merge in 34..=65 {
            let start = (merge - 30) * 10 * MS;
            let [one, other] = fold(merge);
            script = script
                .submit(merge, ROOT, merge, "merge_task", 8)
                .argument(merge, merge, one)
                .argument(merge, merge, other)
                .event(start, 0, crate::Kind::Ready, merge, 0)
                .run(1, merge, start, start + length);
        }
        script.record()
    }

    #[test]
    fn a_chain_that_would_limit_more_workers_is_at_least_a_hint() {
        let context = Context { threshold: 1.0, ..CONTEXT };
        let chain = |length| advise(&merges_beside_the_leaves(length), &context);
        let findings = chain(MS);
        let found = findings.iter().find(|finding| finding.rule == Rule::Chain).expect("a chain");
        assert!(found.text.contains("They are 9 % of the work: at most 11x, however many cores."), "{found:?}");
        assert!(chain(MS / 10).iter().all(|finding| finding.rule != Rule::Chain), "one per cent limits nobody");
    }

    #[test]
    fn a_high_tree_is_none() {
        let mut script = (1..=1_024).fold(Script::new(2), |script, leaf| script.submit(leaf, ROOT, leaf, "count", 3));
        for merge in 1_025..=2_047 {
            let (one, start) = (2 * (merge - 1_025) + 1, merge * MS);
            script = script
                .submit(merge, ROOT, merge, "merge_task", 8)
                .argument(merge, merge, one)
                .argument(merge, merge, one + 1)
                .run(0, merge, start, start + MS);
        }
        assert!(advise(&script.record(), &CONTEXT).iter().all(|finding| finding.rule != Rule::Chain));
    }

    #[test]
    fn a_tree_is_none() {
        let record = merges(|merge| [2 * (merge - 34) + 1, 2 * (merge - 34) + 2]);
        assert!(advise(&record, &CONTEXT).iter().all(|finding| finding.rule != Rule::Chain));
    }
}
