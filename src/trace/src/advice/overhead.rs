//! What a task costs besides its own work.

use super::seen::Seen;
use crate::replay::in_order;
use crate::{DRIVER, Event, Kind, Record, Tasks};

/// A median of fewer gaps than this is chance.
const SAMPLES: usize = 8;

/// Nanoseconds that a task costs around its own work: submitting it, and getting from the end of one to the beginning of
/// the next. `None` where the record has too few tasks in a row to tell.
///
/// Both are medians, so a worker that slept or a driver that was interrupted now and then does not count. Between two
/// tasks of a worker it is overhead only if the next one was there to be run; between two submissions, if the caller did
/// not wait in between.
#[must_use]
pub fn overhead(record: &Record) -> Option<f64> {
    let events = in_order(record);
    let tasks = Tasks::gather(record, &events);
    of_tables(record, &events, &tasks)
}

pub(super) fn of_seen(seen: &Seen) -> Option<f64> {
    of_tables(seen.record, &seen.events, &seen.tasks)
}

fn of_tables(record: &Record, events: &[Event], tasks: &Tasks) -> Option<f64> {
    let submitting = median(&mut between_submissions(events, tasks));
    let changing = median(&mut between_tasks(record, events, tasks));
    match (submitting, changing) {
        (None, None) => None,
        (submitting, changing) => Some(submitting.unwrap_or(0.0) + changing.unwrap_or(0.0)),
    }
}

/// The times between two submissions by one caller that did nothing else in between. Where several threads submit at
/// once, only neighbours in the record by the same one are taken. A call is something else.
fn between_submissions(events: &[Event], tasks: &Tasks) -> Vec<u64> {
    let mut gaps = Vec::new();
    let mut last: Option<&Event> = None;
    for event in events {
        match event.kind {
            Kind::Submit if tasks.is_call(event.a) => last = None,
            Kind::Submit => {
                if let Some(last) = last.filter(|last| (last.worker, last.b) == (event.worker, event.b)) {
                    gaps.push(event.time - last.time);
                }
                last = Some(event);
            }
            Kind::GetBegin | Kind::WaitBegin | Kind::SleepBegin if last.is_some_and(|last| last.b == event.a) => {
                last = None
            }
            _ => {}
        }
    }
    gaps
}

/// The times between the end of a task and the beginning of the next on its slot, where that was ready by then.
fn between_tasks(record: &Record, events: &[Event], tasks: &Tasks) -> Vec<u64> {
    let mut gaps = Vec::new();
    let mut ended: Vec<Option<u64>> = vec![None; usize::from(record.workers)];
    for event in events.iter().filter(|event| event.worker != DRIVER) {
        let Some(ended) = ended.get_mut(usize::from(event.worker)) else { continue };
        match event.kind {
            Kind::Start => {
                let end = ended.take();
                let ready = tasks.get(event.a).and_then(|task| task.ready);
                if let (Some(end), Some(ready), 0) = (end, ready, event.b)
                    && ready <= end
                {
                    gaps.push(event.time - end);
                }
            }
            Kind::End => *ended = Some(event.time),
            Kind::SlotReleased | Kind::SlotAcquired => *ended = None,
            _ => {}
        }
    }
    gaps
}

fn median(gaps: &mut [u64]) -> Option<f64> {
    if gaps.len() < SAMPLES {
        return None;
    }
    let middle = gaps.len() / 2;
    Some(*gaps.select_nth_unstable(middle).1 as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ROOT;
    use crate::script::Script;

    #[test]
    fn it_is_what_lies_between_submissions_and_between_tasks() {
        let mut script = Script::new(1);
        for task in 0..20 {
            script = script.submit(task * 150, ROOT, task + 1, "f", 1).run(
                0,
                task + 1,
                10_000 + task * 1_080,
                11_000 + task * 1_080,
            );
        }
        assert_eq!(overhead(&script.record()), Some(150.0 + 80.0));
    }

    #[test]
    fn waiting_for_the_next_submission_is_not_overhead_of_a_task() {
        let mut script = Script::new(1);
        for task in 0..20 {
            script = script.submit(task * 1_000, ROOT, task + 1, "f", 1).run(
                0,
                task + 1,
                task * 1_000 + 100,
                task * 1_000 + 200,
            );
        }
        assert_eq!(overhead(&script.record()), Some(1_000.0), "the driver alone sets the pace");
    }

    #[test]
    fn a_few_tasks_tell_nothing() {
        let record = Script::new(1).submit(0, ROOT, 1, "f", 1).submit(5, ROOT, 2, "f", 1).record();
        assert_eq!(overhead(&record), None);
    }
}
