//! Who did the work of a right answer: what the record shows, and what the parent saw.

use trace::Measures;

use super::speed;
use crate::race::Attempt;

/// Who did the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sharing {
    /// Tasks, actors, or threads of a parallel kernel, two or more at a time, on more than one core.
    Shared,
    /// Tasks, but never two at a time, and no parallel kernel.
    OneAtATime,
    /// Two of them did overlap somewhere, but one core could have done it all.
    OneCore,
    /// No task and no parallel kernel, and no more CPU time than one thread can use.
    NoTasks,
    /// No task and no parallel kernel, but threads of the student's own.
    OwnThreads,
}

impl Sharing {
    /// What `measures`, counted in the record of one of the `attempts`, and the CPU times of all of them say.
    ///
    /// The busiest attempt counts: a machine with other things to do takes CPU time away, but nothing gives a single thread
    /// more than one second of it a second.
    pub(super) fn of(measures: &Measures, attempts: &[Attempt], workers: u16) -> Self {
        let most = attempts.iter().filter_map(cpu_per_wall).fold(0.0, f64::max);
        let several_cores = most >= least_cpu_per_wall(workers);
        let tasks_shared = measures.tasks > 0 && measures.overlap > 0;
        let shared = tasks_shared || measures.actor_overlap > 0 || measures.kernel_overlap > 0;
        match (shared, several_cores) {
            (true, true) => Self::Shared,
            (true, false) => Self::OneCore,
            (false, _) if measures.tasks > 0 => Self::OneAtATime,
            (false, true) => Self::OwnThreads,
            (false, false) => Self::NoTasks,
        }
    }
}

/// CPU seconds a second that show shared work: clearly more than one worker can use.
fn least_cpu_per_wall(workers: u16) -> f64 {
    (0.5 * f64::from(workers)).max(1.3)
}

fn cpu_per_wall(attempt: &Attempt) -> Option<f64> {
    Some(speed::ratio(attempt.run.cpu?, attempt.run.seconds))
}

/// Whether the CPU times are to be believed that say that one core did it all: there are several, and none of them is less than
/// a single thread uses that computes. A program that had less was not let run, and could not show what it does.
pub(super) fn are_undisturbed(attempts: &[Attempt]) -> bool {
    attempts.len() >= 3 && attempts.iter().filter_map(cpu_per_wall).all(|cores| cores >= 0.9)
}

/// The median over the attempts, where CPU times are known.
pub(super) fn median_cpu_per_wall(attempts: &[Attempt]) -> Option<f64> {
    let seen: Vec<f64> = attempts.iter().filter_map(cpu_per_wall).collect();
    speed::median(&seen)
}
