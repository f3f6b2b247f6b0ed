//! Random programs, and what their records must say that does not depend on how they run.

use std::collections::BTreeSet;

pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (word ^ (word >> 31)) % bound
    }
}

/// What each task does, step by step. Task 0 is the driver. Tasks without children may be calls, fail, or be cancelled; what is
/// cancelled is nobody's argument.
pub(crate) struct Program {
    pub(crate) tasks: Vec<Vec<Step>>,
    pub(crate) arguments: Vec<Vec<usize>>,
    /// The actor that a task is a call on.
    pub(crate) actors: Vec<Option<usize>>,
    /// How often a task fails before it succeeds.
    pub(crate) failures: Vec<u64>,
}

#[derive(Clone)]
pub(crate) enum Step {
    Work(u64),
    Put,
    Submit(usize),
    /// Begins to wait for some of the tasks it submitted.
    Ask(Asked),
    /// Waits until enough of them are there.
    Await(Asked),
    Doze(u64),
    Wake,
    Cancel(usize),
    /// Gives one of several results.
    Give,
    /// Moves the progress bar.
    Progress,
}

/// Some tasks, all of which a `get` is for, or so many of which a `wait` is for.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) tasks: Vec<usize>,
    pub(crate) wanted: Option<usize>,
}

impl Asked {
    pub(crate) fn count(&self) -> usize {
        self.wanted.unwrap_or(self.tasks.len())
    }
}

/// How many actors there are.
pub(crate) const ACTORS: usize = 2;

impl Program {
    pub(crate) fn random(random: &mut Random, tasks: usize) -> Self {
        let mut children = vec![Vec::new(); tasks + 1];
        for task in 1..=tasks {
            let parent = if random.below(2) == 0 { 0 } else { random.below(task as u64) as usize };
            children[parent].push(task);
        }
        let mut program = Self {
            tasks: vec![Vec::new(); tasks + 1],
            arguments: vec![Vec::new(); tasks + 1],
            actors: vec![None; tasks + 1],
            failures: vec![0; tasks + 1],
        };
        let has_actors = random.below(2) == 0;
        for task in (1..=tasks).filter(|&task| children[task].is_empty()) {
            match random.below(6) {
                0 | 1 if has_actors => program.actors[task] = Some(random.below(ACTORS as u64) as usize),
                2 => program.failures[task] = random.below(3),
                _ => {}
            }
        }
        for (task, of_task) in children.iter().enumerate() {
            program.write(random, task, of_task, &children);
        }
        program
    }

    fn write(&mut self, random: &mut Random, task: usize, children: &[usize], all: &[Vec<usize>]) {
        let mut steps = vec![Step::Work(random.below(200))];
        let mut cancelled = BTreeSet::new();
        for (index, &child) in children.iter().enumerate() {
            for &earlier in &children[..index] {
                // A call that waits for an argument holds up all behind it, perhaps what the argument waits for.
                if random.below(4) == 0 && self.actors[child].is_none() && !cancelled.contains(&earlier) {
                    self.arguments[child].push(earlier);
                }
            }
            steps.push(Step::Submit(child));
            let mut some =
                || -> Vec<usize> { children[..=index].iter().copied().filter(|_| random.below(2) == 0).collect() };
            let (some, choice) = (some(), random.below(9));
            match choice {
                0 => steps.push(Step::Work(random.below(300))),
                1 => steps.extend([Step::Doze(random.below(100)), Step::Wake]),
                2 => steps.push(Step::Put),
                3..=5 => {
                    let wanted = (choice == 5).then(|| random.below(some.len() as u64 + 1) as usize);
                    let asked = Asked { tasks: some, wanted };
                    steps.extend([Step::Ask(asked.clone()), Step::Await(asked)]);
                }
                6 if all[child].is_empty() => {
                    cancelled.insert(child);
                    steps.extend([Step::Work(random.below(100)), Step::Cancel(child)]);
                }
                7 => steps.push(Step::Progress),
                _ => {}
            }
        }
        if children.is_empty() && task != 0 {
            match random.below(4) {
                0 => steps.extend([Step::Doze(random.below(100)), Step::Wake]),
                1 => steps.push(Step::Give),
                _ => {}
            }
        }
        steps.push(Step::Work(random.below(200)));
        self.tasks[task] = steps;
    }

    /// How many tasks lie on the longest chain of arguments to each; calls are none. An argument comes before its task.
    pub(crate) fn depths(&self) -> Vec<u64> {
        let mut depths = vec![0; self.tasks.len()];
        for task in 1..self.tasks.len() {
            let before = self.arguments[task].iter().map(|&argument| depths[argument]).max().unwrap_or(0);
            depths[task] = before + u64::from(self.actors[task].is_none());
        }
        depths
    }

    /// Which tasks take no other task's result.
    pub(crate) fn first_tasks(&self) -> BTreeSet<usize> {
        let depths = self.depths();
        (1..self.tasks.len()).filter(|&task| depths[task] == 1 && self.actors[task].is_none()).collect()
    }

    /// Levels of the worst reduction beyond those of a balanced tree, by what was got together.
    pub(crate) fn excess_levels<'a>(&self, got_together: impl Iterator<Item = &'a BTreeSet<usize>>) -> u64 {
        let (depths, first_tasks) = (self.depths(), self.first_tasks());
        let deepest = |tasks: &BTreeSet<usize>| tasks.iter().map(|&task| depths[task]).max().unwrap();
        let first = |tasks: &BTreeSet<usize>| tasks.intersection(&first_tasks).count() as u64;
        let mut excesses = Vec::new();
        let mut met = false;
        for group in self.groups() {
            let levels = deepest(&group).saturating_sub(1);
            met |= levels > 0;
            excesses.push(beyond_tree(levels, first(&group)));
        }
        for got in got_together {
            let got: BTreeSet<usize> = got.iter().copied().filter(|&task| self.actors[task].is_none()).collect();
            if got.len() < 2 {
                continue;
            }
            met = true;
            let groups: BTreeSet<BTreeSet<usize>> =
                self.groups().into_iter().filter(|group| !group.is_disjoint(&got)).collect();
            let first_tasks = groups.iter().map(first).sum();
            excesses.push(beyond_tree(deepest(&got) - 1 + got.len() as u64 - 1, first_tasks));
        }
        let all = (1..self.tasks.len()).filter(|&task| self.actors[task].is_none()).count() as u64;
        if !met {
            excesses.push(beyond_tree(all.saturating_sub(1), all));
        }
        excesses.into_iter().max().unwrap_or(0)
    }

    /// Tasks that are connected by arguments.
    fn groups(&self) -> Vec<BTreeSet<usize>> {
        let mut groups: Vec<BTreeSet<usize>> = Vec::new();
        for task in 1..self.tasks.len() {
            let mut group = BTreeSet::from([task]);
            group.extend(&self.arguments[task]);
            let (touched, apart) = groups.into_iter().partition(|other| !group.is_disjoint(other));
            group.extend(Vec::into_iter(touched).flatten());
            groups = apart;
            groups.push(group);
        }
        groups
    }
}

/// So many levels, beyond those of a balanced tree.
fn beyond_tree(levels: u64, leaves: u64) -> u64 {
    let tree = (0..).find(|&height| 1 << height >= leaves).unwrap();
    levels.saturating_sub(tree)
}
