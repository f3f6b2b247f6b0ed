//! The driver prepares the next tasks while workers wait: it stores or copies the same values in every round, or has work of
//! its own for each task.

use std::collections::HashMap;

use super::seen::{Seen, at_line};
use super::{Finding, Rule};
use crate::text::{count, nanoseconds};
use crate::{DRIVER, Event, Kind, ROOT};

/// So many rounds, and what happens in each of them is in a loop.
const ROUNDS: u64 = 3;

/// Storing a value or submitting a task costs a fraction of a microsecond. What takes ten, in nanoseconds, does more than that.
const MORE_THAN_SUBMITTING: f64 = 10_000.0;

pub(super) fn find(seen: &Seen) -> Option<Finding> {
    let preparations = preparations(seen);
    put_in_loop(seen, &preparations).or_else(|| serial_preparation(seen, &preparations))
}

/// The driver's time between a wait for results and the last step before the next.
#[derive(Default)]
struct Preparation {
    from: u64,
    to: u64,
    steps: HashMap<Step, Taken>,
}

/// Something that the driver did, and at which site.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Step {
    what: What,
    site: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum What {
    Submit,
    Call,
    Put,
}

/// How often a step was taken, and the nanoseconds that led up to it.
#[derive(Clone, Copy, Default)]
struct Taken {
    times: u64,
    length: u64,
}

impl Preparation {
    fn length(&self) -> f64 {
        (self.to - self.from) as f64
    }

    fn take(&mut self, step: Step, time: u64) {
        let taken = self.steps.entry(step).or_default();
        taken.times += 1;
        taken.length += time - self.to;
        self.to = time;
    }
}

/// In the order of time. The first begins with the first submission: what is prepared only once has to be.
fn preparations(seen: &Seen) -> Vec<Preparation> {
    let mut preparations = Vec::new();
    let mut open: Option<Preparation> = None;
    let from = |time| Preparation { from: time, to: time, ..Preparation::default() };
    // Calls store values too, and the record does not tell whose a value is that no worker stored.
    let mut serving = 0_u64;
    for &Event { time, worker, kind, site, a, b } in seen.events.iter() {
        match kind {
            Kind::Submit if b == ROOT => {
                let what = if seen.tasks.is_call(a) { What::Call } else { What::Submit };
                open.get_or_insert_with(|| from(time)).take(Step { what, site }, time);
            }
            Kind::Put if worker == DRIVER && serving == 0 => {
                if let Some(preparation) = &mut open {
                    preparation.take(Step { what: What::Put, site }, time);
                }
            }
            Kind::GetBegin | Kind::WaitBegin if a == ROOT => preparations.extend(open.take()),
            Kind::GetEnd | Kind::WaitEnd if a == ROOT => open = Some(from(time)),
            Kind::Start if seen.tasks.is_call(a) => serving += 1,
            Kind::End if seen.tasks.is_call(a) => serving = serving.saturating_sub(1),
            _ => {}
        }
    }
    preparations.extend(open);
    preparations.retain(|preparation| preparation.steps.keys().any(|step| step.what == What::Submit));
    preparations
}

/// All steps of some preparations, with the number of preparations that each is part of.
fn steps(preparations: &[Preparation]) -> HashMap<Step, (u64, Taken)> {
    let mut steps: HashMap<Step, (u64, Taken)> = HashMap::new();
    for (&step, taken) in preparations.iter().flat_map(|preparation| &preparation.steps) {
        let (rounds, sum) = steps.entry(step).or_default();
        *rounds += 1;
        sum.times += taken.times;
        sum.length += taken.length;
    }
    steps
}

/// The same `put`, again after each wait.
fn put_in_loop(seen: &Seen, preparations: &[Preparation]) -> Option<Finding> {
    // What is stored before the first wait is there for all rounds.
    let rounds = preparations.get(1..)?;
    let in_loop = steps(rounds).into_iter().filter(|(step, (rounds, _))| step.what == What::Put && *rounds >= ROUNDS);
    let (step, (_, stored)) = in_loop.max_by_key(|&(step, (_, stored))| (stored.times, step))?;
    let cost = Cost::of(seen, rounds)?;
    let site = seen.site(step.site);
    let text = format!(
        "{} values were stored anew in {} rounds{}: {} in which workers waited or shared their cores with the driver. What does \
         not change is stored once: move the `put` before the loop.",
        count(stored.times),
        count(rounds.len() as u64),
        at_line(site.as_ref()),
        nanoseconds(cost.length),
    );
    Some(Finding { rule: Rule::PutInLoop, site, text, gain: cost.gain })
}

fn serial_preparation(seen: &Seen, preparations: &[Preparation]) -> Option<Finding> {
    let cost = Cost::of(seen, preparations)?;
    let (step, (_, taken)) = steps(preparations).into_iter().max_by_key(|&(step, (_, taken))| (taken.length, step))?;
    let site = seen.site(step.site);
    let what = match step.what {
        What::Submit => "tasks that it submitted",
        What::Call => "calls that it made",
        What::Put => "values that it stored",
    };
    let when = if preparations.len() as u64 >= ROUNDS { "once, before the loop," } else { "once" };
    let text = format!(
        "The driver took {} for each of {} {what}{}: does it copy what the tasks read, or compute what they could? `put` \
         {when} what they share, and pass the reference.",
        nanoseconds(taken.length as f64 / taken.times as f64),
        count(taken.times),
        at_line(site.as_ref()),
    );
    Some(Finding { rule: Rule::SerialPreparation, site, text, gain: cost.gain })
}

/// What preparations cost the run.
struct Cost {
    /// The driver's time in them, nanoseconds.
    length: f64,
    gain: f64,
}

impl Cost {
    /// Nothing where the driver did no more than to store and to submit.
    fn of(seen: &Seen, preparations: &[Preparation]) -> Option<Self> {
        let length: f64 = preparations.iter().map(Preparation::length).sum();
        let steps: u64 =
            preparations.iter().flat_map(|preparation| preparation.steps.values()).map(|taken| taken.times).sum();
        if length < MORE_THAN_SUBMITTING * steps as f64 {
            return None;
        }
        // Where workers idle, their time is lost; where they do not, the driver takes one core away from them.
        let lost = preparations
            .iter()
            .map(|preparation| seen.idle(preparation.from, preparation.to).max(preparation.length() / seen.workers()))
            .sum();
        Some(Self { length, gain: seen.gain(lost) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Finding, Rule, advise};
    use crate::script::Script;
    use crate::{DRIVER, ROOT};

    const US: u64 = 1_000;

    /// What the driver does in a round.
    struct Round {
        /// Microseconds before each task is submitted.
        copying: u64,
        stores: bool,
    }

    /// Thirty rounds of eight tasks, 1.7 ms each, on two workers.
    fn rounds(round: &Round) -> Vec<Finding> {
        let mut script = Script::new(2);
        let mut now = 0;
        let mut number = 0;
        for _ in 0..30 {
            let mut tasks = Vec::new();
            let mut free = [now; 2];
            for index in 0..8 {
                now += round.copying * US;
                if round.stores {
                    number += 1;
                    script = script.put(now, number, 12);
                }
                number += 1;
                now += 300;
                script = script.submit(now, ROOT, number, "classify_task", 13);
                let start = free[index % 2].max(now);
                free[index % 2] = start + 1_700 * US;
                script = script.run(index as u16 % 2, number, start + 100, free[index % 2]);
                tasks.push(number);
            }
            script = script.get_begin(now + 100, DRIVER, ROOT, 15, &tasks);
            now = free[0].max(free[1]) + US;
            script = script.get_end(now, DRIVER, ROOT);
        }
        let parallel = now as f64 / 1e9;
        advise(
            &script.record(),
            &Context { serial: 0.41, parallel, cpu: None, threshold: 1.6, units: (1_000_003, "points") },
        )
    }

    #[test]
    fn batches_stored_in_every_round() {
        let findings = rounds(&Round { copying: 500, stores: true });
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].rule, Rule::PutInLoop);
        assert_eq!(
            findings[0].text,
            "232 values were stored anew in 29 rounds (line 12): 116 ms in which workers waited or shared their cores with the \
             driver. What does not change is stored once: move the `put` before the loop."
        );
        assert_eq!(findings[0].site.as_ref().unwrap().line, 12);
        assert!((1.2..1.5).contains(&findings[0].gain), "{}", findings[0].gain);
    }

    #[test]
    fn batches_copied_into_the_tasks_of_every_round() {
        let findings = rounds(&Round { copying: 500, stores: false });
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].rule, Rule::SerialPreparation);
        assert_eq!(
            findings[0].text,
            "The driver took 498 us for each of 240 tasks that it submitted (line 13): does it copy what the tasks read, or compute what \
             they could? `put` once, before the loop, what they share, and pass the reference."
        );
    }

    #[test]
    fn submitting_and_storing_what_is_small_is_fine() {
        assert_eq!(rounds(&Round { copying: 0, stores: false }), []);
        assert_eq!(rounds(&Round { copying: 2, stores: true }), []);
    }

    #[test]
    fn a_large_copy_for_each_of_some_tasks_is_found_without_rounds() {
        let mut script = Script::new(2);
        for task in 1..=10 {
            let time = task * 8_000 * US;
            script = script.submit(time, ROOT, task, "resample", 13).run(
                (task % 2) as u16,
                task,
                time + 500,
                time + 9_000 * US,
            );
        }
        let all: Vec<u64> = (1..=10).collect();
        let script = script.get_begin(80_001 * US, DRIVER, ROOT, 15, &all).get_end(89_001 * US, DRIVER, ROOT);
        let context = Context { serial: 0.09, parallel: 0.09, cpu: None, threshold: 1.6, units: (0, "resamples") };
        let findings = advise(&script.record(), &context);
        assert_eq!(findings[0].rule, Rule::SerialPreparation, "{findings:?}");
        assert!(
            findings[0].text.starts_with("The driver took 7.2 ms for each of 10 tasks that it submitted (line 13)"),
            "{findings:?}"
        );
    }
}
