//! How results come together: as arguments of further tasks, or got by one waiter that folds them.

use super::waits::Waits;
use crate::Tasks;

/// How many levels it took to make one result of several, beside those of a balanced tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reduction {
    /// Levels: the results went through so many combinations, each after the one before.
    pub levels: u64,
    /// What a balanced tree of as many first results has: the logarithm to base 2, rounded up.
    pub tree: u64,
}

impl Reduction {
    /// Levels beyond those of a balanced tree.
    #[must_use]
    pub fn excess(&self) -> u64 {
        self.levels.saturating_sub(self.tree)
    }

    /// So many results, one by one added to what is there.
    fn fold(levels_before: u64, results: u64, first_tasks: u64) -> Self {
        Self { levels: levels_before + results.saturating_sub(1), tree: levels_of_tree(first_tasks) }
    }

    /// The reduction of a record that is farthest from a balanced tree.
    ///
    /// Tasks that are connected by arguments are one reduction, as deep as its longest chain. Results that one waiter got
    /// together, in one phase, are taken as folded by it, one by one; so are those that one actor took. Where no results meet
    /// in any of these ways, the waiter is taken to fold all of them.
    pub(super) fn of(tasks: &Tasks, depths: &[u64], waits: &Waits) -> Self {
        let mut groups = Groups::of(tasks);
        let shapes = groups.shapes(tasks, depths);
        let connected = shapes
            .iter()
            .filter(|shape| shape.depth > 1)
            .map(|shape| Self::fold(shape.depth - 1, 1, shape.first_tasks));

        let together = waits.got.chunk_by(|one, other| (one.waiter, one.phase) == (other.waiter, other.phase));
        let folded: Vec<Self> = together
            .filter(|got| got.len() > 1)
            .map(|got| {
                let deepest = got.iter().map(|got| depths[got.task]).max().unwrap_or(1).max(1);
                let mut roots: Vec<usize> = got.iter().map(|got| groups.root(got.task)).collect();
                roots.sort_unstable();
                roots.dedup();
                let first_tasks = roots.into_iter().map(|root| shapes[root].first_tasks).sum();
                Self::fold(deepest - 1, got.len() as u64, first_tasks)
            })
            .collect();

        let all = tasks.list.iter().filter(|task| task.actor.is_none()).count() as u64;
        let worst = connected.chain(folded).max_by_key(|reduction| (reduction.excess(), reduction.levels));
        worst.unwrap_or_else(|| Self::fold(0, all, all))
    }
}

/// The levels of a balanced tree over so many leaves.
fn levels_of_tree(leaves: u64) -> u64 {
    leaves.max(1).next_power_of_two().ilog2().into()
}

/// The tasks whose results a task takes. What it takes was there before it, so their numbers are smaller.
pub(super) fn producers(tasks: &Tasks, task: usize) -> impl Iterator<Item = usize> {
    let arguments = tasks.list[task].arguments.iter();
    arguments.filter_map(|&object| tasks.producer(object)).filter(move |&producer| producer < task)
}

/// Whether a task of some depth takes no other task's result.
pub(super) fn is_first(tasks: &Tasks, task: usize, depth: u64) -> bool {
    depth == 1 && tasks.list[task].actor.is_none()
}

/// Tasks that are connected by arguments: a forest of links towards the root of each group.
struct Groups {
    links: Vec<usize>,
}

/// What is known of a group, kept at its root.
#[derive(Clone, Copy, Default)]
struct Shape {
    depth: u64,
    /// Tasks that take no other task's result.
    first_tasks: u64,
}

impl Groups {
    fn of(tasks: &Tasks) -> Self {
        let mut groups = Self { links: (0..tasks.list.len()).collect() };
        for task in 0..tasks.list.len() {
            for producer in producers(tasks, task) {
                let (one, other) = (groups.root(task), groups.root(producer));
                groups.links[one] = other;
            }
        }
        groups
    }

    fn root(&mut self, mut task: usize) -> usize {
        while self.links[task] != task {
            // Every second link is shortened on the way, so that ways stay short.
            self.links[task] = self.links[self.links[task]];
            task = self.links[task];
        }
        task
    }

    fn shapes(&mut self, tasks: &Tasks, depths: &[u64]) -> Vec<Shape> {
        let mut shapes = vec![Shape::default(); tasks.list.len()];
        for (task, &depth) in depths.iter().enumerate() {
            let shape = &mut shapes[self.root(task)];
            shape.depth = shape.depth.max(depth);
            shape.first_tasks += u64::from(is_first(tasks, task, depth));
        }
        shapes
    }
}

#[cfg(test)]
mod tests {
    use crate::script::Script;
    use crate::{DRIVER, Measures, ROOT, Reduction};

    fn leaves(number: u64) -> Script {
        (1..=number).fold(Script::new(2), |script, task| script.submit(task, ROOT, task, "count", 1))
    }

    /// Levels of the reduction and of a tree, and the first tasks.
    fn reduction(script: Script) -> (u64, u64, u64) {
        let measures = Measures::of(&script.record());
        let Reduction { levels, tree } = measures.reduction;
        (levels, tree, measures.first_tasks)
    }

    /// A merge with the number `task` of two earlier tasks.
    fn merge(script: Script, task: u64, [one, other]: [u64; 2]) -> Script {
        script.submit(task, ROOT, task, "merge", 2).argument(task, task, one).argument(task, task, other)
    }

    #[test]
    fn results_got_together_are_folded() {
        let all: Vec<u64> = (1..=33).collect();
        let script = leaves(33).get_begin(50, DRIVER, ROOT, 3, &all).get_end(60, DRIVER, ROOT);
        assert_eq!(reduction(script), (32, 6, 33));
    }

    #[test]
    fn results_got_one_by_one_in_one_phase_are_folded() {
        let get = |script: Script, task| script.get_begin(50, DRIVER, ROOT, 3, &[task]).get_end(60, DRIVER, ROOT);
        assert_eq!(reduction((1..=33).fold(leaves(33), get)), (32, 6, 33));
    }

    #[test]
    fn a_get_in_the_loop_is_a_fold() {
        let script = (1..=5).fold(Script::new(2), |script, task| {
            script.submit(10 * task, ROOT, task, "f", 1).get_begin(10 * task + 1, DRIVER, ROOT, 2, &[task])
        });
        assert_eq!(reduction(script), (4, 3, 5));
    }

    #[test]
    fn a_chain_of_merges_is_a_fold() {
        let script = (34..=65).fold(leaves(33), |script, task| {
            merge(script, task, if task == 34 { [1, 2] } else { [task - 1, task - 32] })
        });
        assert_eq!(reduction(script), (32, 6, 33));
    }

    #[test]
    fn a_balanced_tree_has_no_level_too_many() {
        let tree = |script| {
            (34..=65).fold(script, |script, task| merge(script, task, [2 * (task - 34) + 1, 2 * (task - 34) + 2]))
        };
        let script = tree(leaves(33)).get_begin(100, DRIVER, ROOT, 3, &[65]).get_end(200, DRIVER, ROOT);
        assert_eq!(reduction(script), (6, 6, 33));
    }

    #[test]
    fn half_a_tree_and_half_a_fold_are_no_tree() {
        let script = (0..4).fold(leaves(8), |script, pair| merge(script, 9 + pair, [2 * pair + 1, 2 * pair + 2]));
        let script = script.get_begin(100, DRIVER, ROOT, 3, &[9, 10, 11, 12]).get_end(200, DRIVER, ROOT);
        assert_eq!(reduction(script), (4, 3, 8));
    }

    #[test]
    fn every_round_is_a_reduction_of_its_own() {
        let mut script = Script::new(2);
        for round in 0..30 {
            let (time, task) = (1_000 * round, 3 * round + 1);
            script = script.submit(time, ROOT, task, "classify", 1).submit(time, ROOT, task + 1, "classify", 1);
            script = script
                .submit(time + 1, ROOT, task + 2, "merge", 2)
                .argument(time + 1, task + 2, task)
                .argument(time + 1, task + 2, task + 1)
                .get_begin(time + 2, DRIVER, ROOT, 3, &[task + 2])
                .get_end(time + 900, DRIVER, ROOT);
        }
        assert_eq!(reduction(script), (1, 1, 60));
    }

    #[test]
    fn tasks_that_get_their_two_halves_are_a_tree() {
        // 1 gets 2 and 3; 2 gets 4 and 5; 3 gets 6 and 7.
        let mut script = Script::new(2).submit(0, ROOT, 1, "half", 1);
        for task in 1..=3 {
            script = script
                .submit(task, task, 2 * task, "half", 1)
                .submit(task, task, 2 * task + 1, "half", 1)
                .get_begin(10 + task, 0, task, 2, &[2 * task, 2 * task + 1]);
        }
        assert_eq!(reduction(script), (1, 1, 7));
    }

    #[test]
    fn nothing_and_one_task_are_no_reduction() {
        assert_eq!(reduction(Script::new(1)), (0, 0, 0));
        assert_eq!(reduction(leaves(1)), (0, 0, 1));
    }
}
