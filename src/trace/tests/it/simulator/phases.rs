//! The phases in which one task waits for results.

use std::collections::{BTreeMap, BTreeSet};

use super::program::Asked;

#[derive(Default)]
pub(crate) struct Phases {
    pub(crate) count: u64,
    has_waited: bool,
    chosen_from: BTreeSet<usize>,
    got: BTreeMap<u64, BTreeSet<usize>>,
}

impl Phases {
    pub(crate) fn submit(&mut self) {
        self.has_waited = false;
    }

    pub(crate) fn ask(&mut self, asked: &Asked, done: &[bool]) {
        let found = |task: &usize| self.chosen_from.contains(task) && done[*task];
        let begins = match asked.wanted {
            Some(wanted) => wanted == asked.tasks.len() || self.count == 0,
            None => asked.tasks.is_empty() || !asked.tasks.iter().all(found),
        };
        if begins {
            self.count += u64::from(!self.has_waited);
            self.has_waited = true;
        }
        match asked.wanted {
            Some(_) => self.chosen_from.extend(&asked.tasks),
            None => self.got.entry(self.count).or_default().extend(&asked.tasks),
        }
    }

    /// What was got in each phase.
    pub(crate) fn got(&self) -> impl Iterator<Item = &BTreeSet<usize>> {
        self.got.values()
    }
}
