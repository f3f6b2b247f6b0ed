//! What can be varied about a run: a sweep tries the values of one knob, while the others stay as they are.

use problems::Case;
use serde::Deserialize;

use super::Exercise;

/// The knob of that name is how many workers there are.
pub(super) const WORKERS: &str = "workers";
/// The knob of that name is the size of the case.
pub(super) const SIZE: &str = "n";

/// Runs are graded on no more workers than this, so that a large machine asks for no more than a good laptop.
const MOST_GRADED: u16 = 8;

/// More workers than so many for each core are not worth a try.
const WORKERS_PER_CORE: u64 = 4;

/// A number that can be varied, and the values to try.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Knob {
    /// What it is called. `workers` and `n` are numbers of the run; any other name is the program's own number's.
    pub name: String,
    /// Rising.
    pub values: Vec<u64>,
    /// The one that the program's own number has where another is varied. What the others have is known without it.
    #[serde(default)]
    pub usual: Option<u64>,
}

/// What a knob turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnobKind {
    /// The program's own number: what `parlings::sweep` gives to it.
    Program,
    /// How many worker slots the runtime has.
    Workers,
    /// How large the case is, in the problem's own units.
    Size,
}

impl Knob {
    /// What it turns.
    #[must_use]
    pub fn kind(&self) -> KnobKind {
        match self.name.as_str() {
            WORKERS => KnobKind::Workers,
            SIZE => KnobKind::Size,
            _ => KnobKind::Program,
        }
    }

    /// The values to try on a machine of so many cores. It makes no sense to try every number of workers everywhere.
    #[must_use]
    pub fn values_on(&self, cores: u16) -> Vec<u64> {
        let mut values = self.values.clone();
        if self.kind() == KnobKind::Workers {
            values.retain(|&workers| workers <= WORKERS_PER_CORE * u64::from(cores));
            let usual = u64::from(graded_workers(cores));
            if let Err(place) = values.binary_search(&usual) {
                values.insert(place, usual);
            }
        }
        values
    }

    /// The value that it has in a check of that exercise, or for the program's own number: where another is varied. It is among
    /// [`values_on`](Self::values_on).
    #[must_use]
    pub fn usual_on(&self, cores: u16, exercise: &Exercise) -> u64 {
        match self.kind() {
            KnobKind::Program => self.usual.unwrap_or(self.values[0]),
            KnobKind::Workers => graded_workers(cores).into(),
            KnobKind::Size => exercise.sizes.graded,
        }
    }

    /// Gives it a value in a case.
    pub fn turn(&self, case: &mut Case, value: u64) {
        match self.kind() {
            KnobKind::Program => case.sweep = Some(value),
            KnobKind::Workers => case.workers = u16::try_from(value).unwrap_or(u16::MAX),
            KnobKind::Size => case.size = value,
        }
    }
}

/// How many workers a program is graded with on a machine of so many cores.
#[must_use]
pub fn graded_workers(cores: u16) -> u16 {
    cores.min(MOST_GRADED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workers() -> Knob {
        Knob { name: WORKERS.to_owned(), values: vec![1, 2, 4, 8, 16, 32], usual: None }
    }

    #[test]
    fn workers_are_as_many_as_make_sense_on_the_machine() {
        assert_eq!(workers().values_on(2), [1, 2, 4, 8]);
        assert_eq!(workers().values_on(1), [1, 2, 4]);
        assert_eq!(workers().values_on(6), [1, 2, 4, 6, 8, 16], "those of a check are among them");
        assert_eq!(workers().values_on(64), [1, 2, 4, 8, 16, 32]);
    }
}
