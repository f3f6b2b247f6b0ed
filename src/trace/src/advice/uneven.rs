//! Pieces that do not come out even: too few of them, or some much longer than others.
//!
//! Tasks that one caller submits at one call between two waits are a *wave*, unless one takes the result of another: they
//! could all run at once, and their caller waits for the last. In its *tail*, when its last task has begun, nothing is
//! left to hand out: workers without a task idle until the wave is over. Spread evenly, each would have an equal part of
//! that time to work in.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::seen::Seen;
use super::{Finding, Rule};
use crate::lanes::{self, Row};
use crate::text::{count, nanoseconds, times};
use crate::{Event, Kind, Task};

/// Tails matter when workers idle for more than this share of the waves: the rest of what a race at 85 % of the
/// machine's best forgives.
const IDLE: f64 = 0.15;

/// Pieces count as equal until the longest exceeds the mean by more than this share of itself; a machine that does
/// something else now and then makes equal work look up to that unequal.
const UNEQUAL: f64 = 0.3;

/// "The others 80 ms at most" tells something only if they are this much shorter than the longest.
const MUCH_SHORTER: f64 = 0.7;

/// With so many pieces a worker, the tail is a twentieth of the work or less.
const PIECES_PER_WORKER: usize = 8;

/// From so many waves at one call on, they are the rounds of a loop.
const ROUNDS: usize = 3;

pub(super) fn find(seen: &Seen) -> Option<Finding> {
    let waves = waves(seen);
    let groups = waves.chunk_by(|one, other| one.site == other.site);
    let costliest = groups.max_by(|one, other| idle(one).total_cmp(&idle(other)))?;
    let (idle, lasted) = (idle(costliest), costliest.iter().map(|wave| wave.lasted()).sum::<f64>());
    if idle <= IDLE * lasted {
        return None;
    }

    let worst = costliest.iter().max_by(|one, other| one.idle.total_cmp(&other.idle))?;
    let workers = usize::from(seen.record.workers);
    let (rule, text) = if costliest.len() >= ROUNDS && worst.tasks() == workers {
        (Rule::TooFewTasks, none_in_reserve(costliest, worst))
    } else if worst.longest() as f64 - worst.mean() > UNEQUAL * worst.longest() as f64 {
        (Rule::Imbalance, in_the_worst(costliest, imbalance(seen, costliest, worst)))
    } else {
        (Rule::TooFewTasks, in_the_worst(costliest, too_few(worst, workers)?))
    };
    Some(Finding { rule, site: seen.site(worst.site), text, gain: seen.gain(idle) })
}

fn in_the_worst(waves: &[Wave], text: String) -> String {
    match waves.len() {
        1 => text,
        rounds => format!("In the worst of {} rounds: {text}", count(rounds as u64)),
    }
}

/// Tasks that could all run at once. Times are nanoseconds.
struct Wave {
    site: u32,
    /// The tasks' own work, in the order of submission.
    works: Vec<u64>,
    first_start: u64,
    last_start: u64,
    end: u64,
    /// Idle time in the tail, per worker.
    idle: f64,
}

impl Wave {
    fn lasted(&self) -> f64 {
        (self.end - self.first_start) as f64
    }

    fn tasks(&self) -> usize {
        self.works.len()
    }

    fn longest(&self) -> u64 {
        self.works.iter().copied().max().unwrap_or(0)
    }

    fn mean(&self) -> f64 {
        self.works.iter().map(|&work| work as f64).sum::<f64>() / self.tasks() as f64
    }
}

fn idle(waves: &[Wave]) -> f64 {
    waves.iter().map(|wave| wave.idle).sum()
}

/// The waves of two tasks or more that ran to their end, in the order of their sites.
fn waves(seen: &Seen) -> Vec<Wave> {
    let mut members = members(seen);
    members.sort_unstable();
    let groups =
        members.chunk_by(|one, other| (one.site, one.caller, one.phase) == (other.site, other.caller, other.phase));
    groups.filter_map(|group| wave(seen, group)).collect()
}

/// A task's place in a wave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Member {
    /// The first call of its function: pieces that are submitted from several lines are pieces all the same.
    site: u32,
    caller: usize,
    /// How many waits of the caller came before it.
    phase: u32,
    task: usize,
}

fn members(seen: &Seen) -> Vec<Member> {
    let functions = seen.functions();
    let function = |site: u32| functions.get(site as usize).copied().unwrap_or(site);
    let mut phases: Vec<u32> = seen.for_each_caller();
    let mut members = Vec::new();
    for &Event { kind, site, a, b, .. } in seen.events.iter() {
        match kind {
            Kind::GetBegin => {
                if let Some(caller) = seen.place(a) {
                    phases[caller] += 1;
                }
            }
            Kind::Submit => {
                if let (Some(caller), Some(task)) = (seen.place(b), seen.tasks.index(a))
                    && seen.tasks.list[task].actor.is_none()
                    && is_independent(seen, task, function)
                {
                    members.push(Member { site: function(site), caller, phase: phases[caller], task });
                }
            }
            _ => {}
        }
    }
    members
}

/// Takes no result of a task of the same function, as the merges of a tree do: those cannot be cut finer.
fn is_independent(seen: &Seen, task: usize, function: impl Fn(u32) -> u32) -> bool {
    let Task { site, arguments, .. } = &seen.tasks.list[task];
    let mut producers = arguments.iter().filter_map(|&object| seen.tasks.producer(object));
    producers.all(|producer| function(seen.tasks.list[producer].site) != function(*site))
}

fn wave(seen: &Seen, members: &[Member]) -> Option<Wave> {
    let mut wave = Wave {
        site: members.first()?.site,
        works: Vec::with_capacity(members.len()),
        first_start: u64::MAX,
        last_start: 0,
        end: 0,
        idle: 0.0,
    };
    for member in members {
        let task = &seen.tasks.list[member.task];
        let (Some(started), Some(ended)) = (task.started, task.ended) else { continue };
        wave.works.push(task.own);
        wave.first_start = wave.first_start.min(started);
        wave.last_start = wave.last_start.max(started);
        wave.end = wave.end.max(ended);
    }
    if wave.tasks() < 2 {
        return None;
    }
    wave.idle = seen.idle(wave.last_start, wave.end);
    Some(wave)
}

fn none_in_reserve(waves: &[Wave], worst: &Wave) -> String {
    format!(
        "Each of {} rounds waits for the slowest of its {} tasks, one a worker. Two to four tasks a worker even it out.",
        count(waves.len() as u64),
        count(worst.tasks() as u64),
    )
}

fn too_few(wave: &Wave, workers: usize) -> Option<String> {
    let tasks = wave.tasks();
    let pieces = count(tasks as u64);
    if tasks.is_multiple_of(workers) {
        // Equal pieces that come out even, and still workers idled: the machine, not the program.
        return None;
    }
    let share = if tasks < workers {
        format!("{pieces} equal pieces are too few for {} workers", count(workers as u64))
    } else {
        format!("{} of {pieces} equal pieces end up on one worker", count(tasks.div_ceil(workers) as u64))
    };
    Some(format!("{share}. Use several times as many pieces as workers."))
}

fn imbalance(seen: &Seen, waves: &[Wave], worst: &Wave) -> String {
    let mut works: Vec<(u64, usize)> = worst.works.iter().copied().zip(1..).collect();
    works.sort_unstable_by(|one, other| other.cmp(one));
    let ((longest, number), second) = (works[0], works[1].0);
    let others = match worst.tasks() {
        2 => format!("the other {}", nanoseconds(second as f64)),
        _ if second as f64 <= MUCH_SHORTER * longest as f64 => {
            format!("the others {} at most", nanoseconds(second as f64))
        }
        _ => format!("all of them {} on average", nanoseconds(worst.mean())),
    };
    let (worker, idled) = idlest_worker(seen, worst);
    format!(
        "Task {} of {} took {}, {others}: worker {} idled {}. {}",
        count(number as u64),
        count(worst.tasks() as u64),
        nanoseconds(longest as f64),
        worker + 1,
        nanoseconds(idled),
        cut_finer(seen, waves, worst),
    )
}

/// The mend, with what it would give: each task cut into equal parts, which workers take in order as they get free.
fn cut_finer(seen: &Seen, waves: &[Wave], worst: &Wave) -> String {
    let workers = usize::from(seen.record.workers).max(1);
    let parts = (PIECES_PER_WORKER * workers).div_ceil(worst.tasks()).max(2);
    let saved = waves.iter().map(|wave| (wave.lasted() - handed_out(&wave.works, parts, workers)).max(0.0)).sum();
    let speedup = seen.context.serial / seen.context.parallel * seen.gain(saved);
    let pieces = count((parts * worst.tasks()) as u64);
    if speedup.is_finite() && speedup > 0.0 {
        return format!("Cut finer: {pieces} pieces would give about {}.", times(speedup));
    }
    format!("Cut finer, into {pieces} pieces or more.")
}

/// Nanoseconds until all is done, when each work is cut into equal parts and whoever is free takes the next one.
fn handed_out(works: &[u64], parts: usize, workers: usize) -> f64 {
    let mut free: BinaryHeap<Reverse<u64>> = (0..workers).map(|_| Reverse(0)).collect();
    let mut end = 0;
    for work in works {
        for _ in 0..parts {
            let Some(Reverse(begin)) = free.pop() else { break };
            let done = begin.saturating_add(work / parts as u64);
            end = end.max(done);
            free.push(Reverse(done));
        }
    }
    end as f64
}

/// Which worker idled most in the tail of a wave, and for how many nanoseconds.
fn idlest_worker(seen: &Seen, wave: &Wave) -> (u16, f64) {
    let lanes = lanes::of_tasks(seen.record, &seen.events, &seen.tasks);
    let of_workers = lanes.iter().filter_map(|lane| match lane.row {
        Row::Worker(worker) => Some((worker, lane)),
        Row::Actor(_) => None,
    });
    let idle = of_workers.map(|(worker, lane)| {
        let inside =
            lane.spans.iter().map(|span| span.end.min(wave.end).saturating_sub(span.start.max(wave.last_start)));
        (worker, (wave.end - wave.last_start - inside.sum::<u64>()) as f64)
    });
    idle.max_by(|one, other| one.1.total_cmp(&other.1)).unwrap_or((0, 0.0))
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Rule, advise};
    use crate::script::Script;
    use crate::{DRIVER, ROOT, Record};

    const MS: u64 = 1_000_000;

    /// One wave of tasks: (worker, start, end) in milliseconds.
    fn wave(workers: u16, runs: &[(u16, u64, u64)]) -> Record {
        let mut script = Script::new(workers);
        for (task, &(worker, start, end)) in (1..).zip(runs) {
            script = script.submit(task, ROOT, task, "rows_task", 40).run(worker, task, 1_000 + start * MS, end * MS);
        }
        let all: Vec<u64> = (1..=runs.len() as u64).collect();
        let end = runs.iter().map(|run| run.2).max().unwrap() * MS;
        script.get_begin(900, DRIVER, ROOT, 41, &all).get_end(end + 1_000, DRIVER, ROOT).record()
    }

    fn context(serial: f64, parallel: f64) -> Context {
        Context { serial, parallel, cpu: None, threshold: 1.6, units: (2_003, "rows") }
    }

    #[test]
    fn three_pieces_on_two_workers_are_too_few() {
        let findings = advise(&wave(2, &[(0, 0, 100), (1, 0, 101), (0, 100, 199)]), &context(0.3, 0.2));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].rule, Rule::TooFewTasks);
        assert_eq!(
            findings[0].text,
            "2 of 3 equal pieces end up on one worker. Use several times as many pieces as workers."
        );
        assert!((1.3..1.35).contains(&findings[0].gain), "{}", findings[0].gain);
    }

    #[test]
    fn pieces_submitted_from_several_lines_are_pieces_all_the_same() {
        let mut script = Script::new(2);
        for (task, worker, start) in [(1, 0, 0), (2, 1, 0), (3, 0, 100)] {
            let line = 40 + task as u32;
            let (start, end) = (1_000 + start * MS, (start + 100) * MS);
            script = script.submit(task, ROOT, task, "third", line).run(worker, task, start, end);
        }
        let record = script.get_begin(900, DRIVER, ROOT, 50, &[1, 2, 3]).get_end(200 * MS, DRIVER, ROOT).record();
        assert_eq!(advise(&record, &context(0.3, 0.2))[0].rule, Rule::TooFewTasks);
    }

    #[test]
    fn fewer_pieces_than_workers_are_too_few() {
        let findings = advise(&wave(4, &[(0, 0, 100), (1, 0, 100), (3, 0, 100)]), &context(0.3, 0.1));
        assert_eq!(
            findings[0].text,
            "3 equal pieces are too few for 4 workers. Use several times as many pieces as workers."
        );
    }

    #[test]
    fn a_long_band_leaves_the_other_worker_idle() {
        let findings = advise(&wave(2, &[(0, 0, 260), (1, 0, 80)]), &context(0.34, 0.26));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].rule, Rule::Imbalance);
        assert_eq!(
            findings[0].text,
            "Task 1 of 2 took 260 ms, the other 80 ms: worker 2 idled 180 ms. Cut finer: 16 pieces would give about 2.00x."
        );
        assert_eq!(findings[0].site.as_ref().unwrap().line, 40);
    }

    #[test]
    fn a_long_task_that_begins_last_is_named() {
        let mut runs: Vec<_> = (0..6).map(|piece| (piece as u16 % 2, piece / 2 * 20, piece / 2 * 20 + 20)).collect();
        runs.push((0, 60, 160));
        let findings = advise(&wave(2, &runs), &context(0.22, 0.16));
        assert_eq!(
            findings[0].text,
            "Task 7 of 7 took 100 ms, the others 20 ms at most: worker 2 idled 100 ms. \
             Cut finer: 21 pieces would give about 1.74x."
        );
    }

    #[test]
    fn a_long_task_that_begins_early_harms_nobody() {
        let short = (0..8).map(|piece| (1, 25 * piece, 25 * piece + 25));
        let runs: Vec<_> = [(0, 0, 200)].into_iter().chain(short).collect();
        assert_eq!(advise(&wave(2, &runs), &context(0.4, 0.2)), []);
    }

    #[test]
    fn equal_pieces_that_come_out_even_are_enough() {
        assert_eq!(advise(&wave(2, &[(0, 0, 100), (1, 0, 75)]), &context(0.175, 0.1)), []);
    }

    #[test]
    fn the_root_of_a_tree_runs_alone_and_cannot_be_cut() {
        let mut script = Script::new(2);
        for (merge, start, end) in [(1, 0, 100), (2, 0, 100), (3, 100, 300)] {
            script = script.submit(merge, ROOT, merge, "merge", 8).run(
                (merge % 2) as u16,
                merge,
                start * MS + 1_000,
                end * MS,
            );
        }
        let record = script.argument(3, 3, 1).argument(3, 3, 2).record();
        assert_eq!(advise(&record, &context(0.4, 0.3)), []);
    }

    #[test]
    fn rounds_with_one_task_a_worker_wait_for_the_slowest() {
        let mut script = Script::new(2);
        for round in 0..30 {
            let (time, task) = (round * 10 * MS, round * 2 + 1);
            for piece in 0..2 {
                let end = time + if piece == round % 2 { 9 } else { 5 } * MS;
                script = script.submit(time, ROOT, task + piece, "classify", 7).run(
                    piece as u16,
                    task + piece,
                    time + 1_000,
                    end,
                );
            }
            script =
                script.get_begin(time + 500, DRIVER, ROOT, 9, &[task, task + 1]).get_end(time + 9 * MS, DRIVER, ROOT);
        }
        let findings = advise(&script.record(), &context(0.4, 0.3));
        assert_eq!(
            findings[0].text,
            "Each of 30 rounds waits for the slowest of its 2 tasks, one a worker. Two to four tasks a worker even it out."
        );
    }

    #[test]
    fn rounds_add_up() {
        let mut script = Script::new(2);
        for round in 0..5 {
            let (time, task) = (round * 200 * MS, round * 3 + 1);
            for piece in 0..3 {
                let start = time + 1_000 + piece / 2 * 100 * MS;
                script = script.submit(time, ROOT, task + piece, "classify", 7).run(
                    (piece % 2) as u16,
                    task + piece,
                    start,
                    start + 99 * MS,
                );
            }
            script = script.get_begin(time + 500, DRIVER, ROOT, 9, &[task, task + 1, task + 2]).get_end(
                time + 200 * MS - 1,
                DRIVER,
                ROOT,
            );
        }
        let findings = advise(&script.record(), &context(1.5, 1.0));
        assert_eq!(
            findings[0].text,
            "In the worst of 5 rounds: 2 of 3 equal pieces end up on one worker. \
             Use several times as many pieces as workers."
        );
        assert!((1.3..1.35).contains(&findings[0].gain), "{}", findings[0].gain);
    }
}
