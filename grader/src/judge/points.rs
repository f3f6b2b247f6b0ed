//! Points, line by line of the rubric.

use trace::{Measures, text};

use super::{
    sharing::Sharing,
    speed::{Speed, Standing},
    words,
};
use crate::{
    course::{Exercise, Measure, Rubric, Structure},
    report::Criterion,
};

/// What is known about a right answer.
pub(super) struct Merits<'a> {
    /// Who did the work.
    pub(super) sharing: Sharing,
    /// What was counted in the record of a typical run.
    pub(super) measures: &'a Measures,
    /// The race; `None` where there was none.
    pub(super) speed: Option<&'a Speed>,
}

/// The points of a right answer. An answer by one worker is the untouched starter's and wins nothing for being right or fast;
/// how a program waits and how long its tasks are says something only about a program with tasks.
pub(super) fn of_right(exercise: &Exercise, merits: &Merits<'_>) -> Vec<Criterion> {
    let rubric = &exercise.rubric;
    let shared = merits.sharing == Sharing::Shared;
    let correct = Criterion {
        name: CORRECT.to_owned(),
        points: if shared { rubric.correct } else { 0 },
        max_points: rubric.correct,
        seen: correct_seen(merits).to_owned(),
    };
    let structure = rubric.structure.iter().map(|line| structure(line, merits.measures));
    let speed = Criterion {
        name: speed_name(rubric),
        points: merits.speed.filter(|_| shared).map_or(0, |speed| speed_points(rubric.speed, speed)),
        max_points: rubric.speed,
        seen: merits.speed.map_or_else(String::new, speed_seen),
    };
    [correct].into_iter().chain(structure).chain([speed]).collect()
}

/// No points: the answer was wrong, or there was none.
pub(super) fn of_none(exercise: &Exercise, seen: &str) -> Vec<Criterion> {
    let rubric = &exercise.rubric;
    let line =
        |name: String, max_points: u32, seen: &str| Criterion { name, points: 0, max_points, seen: seen.to_owned() };
    let structure = rubric.structure.iter().map(|structure| line(structure.text.clone(), structure.points, ""));
    [line(CORRECT.to_owned(), rubric.correct, seen)]
        .into_iter()
        .chain(structure)
        .chain([line(speed_name(rubric), rubric.speed, "")])
        .collect()
}

const CORRECT: &str = "right, with the work shared";

fn correct_seen(merits: &Merits<'_>) -> &'static str {
    let unclear = merits.speed.is_none_or(|speed| speed.standing == Standing::Unclear);
    match merits.sharing {
        // The line says it all.
        Sharing::Shared => "",
        Sharing::NoTasks => "right, by one worker",
        Sharing::OwnThreads => "right, without tasks",
        Sharing::OneAtATime => "right, one task at a time",
        Sharing::OneCore if unclear => "right, but cores were too busy or too few to see who worked",
        Sharing::OneCore => "right, nearly all by one worker",
    }
}

fn speed_name(rubric: &Rubric) -> String {
    format!("{} of the speedup that this machine gives", text::percent(rubric.share))
}

fn speed_points(all: u32, speed: &Speed) -> u32 {
    match (speed.standing, speed.halfway) {
        (Standing::Enough, _) => all,
        (_, Standing::Enough) => all.min(1),
        _ => 0,
    }
}

fn speed_seen(speed: &Speed) -> String {
    let seen = format!("{}; {} is asked", text::times(speed.ratio), text::times(speed.threshold));
    if speed.standing == Standing::Unclear { format!("{seen}; not to be trusted here") } else { seen }
}

fn structure(line: &Structure, measures: &Measures) -> Criterion {
    let (value, seen) = measured(line.measure, measures);
    let within = line.at_least.is_none_or(|least| value >= least) && line.at_most.is_none_or(|most| value <= most);
    Criterion {
        name: line.text.clone(),
        points: if within && measures.tasks > 0 { line.points } else { 0 },
        max_points: line.points,
        seen: if measures.tasks > 0 { seen } else { "no tasks".to_owned() },
    }
}

/// The number that is held against the bounds, and what to say of it.
fn measured(measure: Measure, measures: &Measures) -> (f64, String) {
    let workers = f64::from(measures.workers.max(1));
    let number = |number: u64, seen: String| (number as f64, seen);
    match measure {
        Measure::MeanTaskMicroseconds => {
            (measures.mean_task / 1e3, format!("{} a task on average", text::nanoseconds(measures.mean_task)))
        }
        Measure::Tasks => number(measures.tasks, words::some(measures.tasks, "task")),
        Measure::TasksPerWorker => {
            let (tasks, on) = (words::some(measures.tasks, "task"), words::some(measures.workers.into(), "worker"));
            (measures.tasks as f64 / workers, format!("{tasks} on {on}"))
        }
        Measure::FirstTasks => {
            let first = words::some(measures.first_tasks, "task");
            number(measures.first_tasks, format!("{first} on the first level"))
        }
        Measure::LongestTaskShare => {
            let share = measures.longest_task as f64 * workers / measures.work.max(1) as f64;
            (share, format!("the longest task is {} of a worker's share", text::percent(share)))
        }
        Measure::GetPhases => {
            let phases = words::some(measures.get_phases, "phase");
            number(measures.get_phases, format!("waited for results in {phases}"))
        }
        Measure::Puts => number(measures.puts, words::some(measures.puts, "stored value")),
        Measure::LatePuts => late_puts(measures),
        Measure::ExcessDepth => number(measures.reduction.excess(), depth(measures)),
    }
}

/// Whoever stores nothing hands all of it over with every task, again and again: that is within no bound.
fn late_puts(measures: &Measures) -> (f64, String) {
    let stored = words::some(measures.puts, "stored value");
    match (measures.puts, measures.late_puts) {
        (0, _) => (f64::INFINITY, "nothing stored".to_owned()),
        (_, 0) => (0.0, stored),
        (_, late) => (late as f64, format!("{stored}, {} of them after the first get", text::count(late))),
    }
}

fn depth(measures: &Measures) -> String {
    let (levels, tree) = (text::count(measures.reduction.levels), text::count(measures.reduction.tree));
    match measures.reduction.excess() {
        0 => format!("depth {levels}, as in a tree"),
        _ => format!("depth {levels}, where a tree has {tree}"),
    }
}

#[cfg(test)]
mod tests {
    use trace::Reduction;

    use super::*;

    fn line(measure: Measure, at_least: Option<f64>, at_most: Option<f64>) -> Structure {
        Structure { measure, at_least, at_most, points: 1, text: "asked".to_owned() }
    }

    #[test]
    fn bounds_are_inclusive() {
        let measures = Measures {
            workers: 2,
            tasks: 8,
            mean_task: 5_000.0,
            longest_task: 12_200,
            work: 40_000,
            get_phases: 1,
            puts: 5,
            late_puts: 4,
            first_tasks: 7,
            reduction: Reduction { levels: 32, tree: 6 },
            ..Measures::default()
        };
        let table = [
            (line(Measure::MeanTaskMicroseconds, Some(5.0), None), 1, "5 us a task on average"),
            (line(Measure::MeanTaskMicroseconds, Some(5.1), None), 0, "5 us a task on average"),
            (line(Measure::Tasks, Some(8.0), None), 1, "8 tasks"),
            (line(Measure::Tasks, Some(9.0), None), 0, "8 tasks"),
            (line(Measure::TasksPerWorker, Some(4.0), None), 1, "8 tasks on 2 workers"),
            (line(Measure::TasksPerWorker, Some(4.5), None), 0, "8 tasks on 2 workers"),
            (line(Measure::FirstTasks, Some(7.0), None), 1, "7 tasks on the first level"),
            (line(Measure::FirstTasks, Some(8.0), None), 0, "7 tasks on the first level"),
            (line(Measure::LongestTaskShare, None, Some(0.62)), 1, "the longest task is 61 % of a worker's share"),
            (line(Measure::LongestTaskShare, None, Some(0.5)), 0, "the longest task is 61 % of a worker's share"),
            (line(Measure::GetPhases, None, Some(1.0)), 1, "waited for results in 1 phase"),
            (line(Measure::GetPhases, None, Some(0.0)), 0, "waited for results in 1 phase"),
            (line(Measure::Puts, Some(1.0), Some(5.0)), 1, "5 stored values"),
            (line(Measure::Puts, Some(1.0), Some(1.0)), 0, "5 stored values"),
            (line(Measure::LatePuts, None, Some(4.0)), 1, "5 stored values, 4 of them after the first get"),
            (line(Measure::LatePuts, None, Some(0.0)), 0, "5 stored values, 4 of them after the first get"),
            (line(Measure::ExcessDepth, None, Some(26.0)), 1, "depth 32, where a tree has 6"),
            (line(Measure::ExcessDepth, None, Some(1.0)), 0, "depth 32, where a tree has 6"),
        ];
        for (asked, points, seen) in table {
            let criterion = structure(&asked, &measures);
            assert_eq!((criterion.points, criterion.seen.as_str()), (points, seen), "{asked:?}");
        }
    }

    #[test]
    fn what_is_as_it_should_be_is_said_shortly() {
        let measures =
            Measures { tasks: 65, puts: 1, reduction: Reduction { levels: 6, tree: 6 }, ..Measures::default() };
        let seen = |measure| structure(&line(measure, None, Some(1.0)), &measures).seen;
        assert_eq!(seen(Measure::ExcessDepth), "depth 6, as in a tree");
        assert_eq!(seen(Measure::LatePuts), "1 stored value");
        assert_eq!(seen(Measure::LongestTaskShare), "the longest task is 0 % of a worker's share", "an empty record");
    }

    #[test]
    fn whoever_stores_nothing_has_not_stored_it_early() {
        let criterion =
            structure(&line(Measure::LatePuts, None, Some(0.0)), &Measures { tasks: 8, ..Measures::default() });
        assert_eq!((criterion.points, criterion.seen.as_str()), (0, "nothing stored"));
    }

    #[test]
    fn a_program_without_tasks_has_no_structure() {
        let criterion = structure(&line(Measure::GetPhases, None, Some(1.0)), &Measures::default());
        assert_eq!((criterion.points, criterion.seen.as_str()), (0, "no tasks"));
    }
}
