//! Parallel kernels: which of their threads was at work when.
//!
//! Kernel threads hold no slot and run no tasks, so the walk over the slots knows nothing of them.

use std::collections::HashMap;

use crate::replay::end_of;
use crate::{Event, Kind, Record};

/// A stretch of time in which one kernel thread did parts of one kernel. Never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stretch {
    /// The thread's number, whatever the record calls it.
    pub(crate) thread: u64,
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// The line of the call, an index into [`Record::sites`].
    pub(crate) site: u32,
}

/// The stretches of all kernel threads, thread by thread in the order of time; those of one thread do not overlap.
///
/// A lost end gives way to the next beginning. Without one, the stretch goes on until the record was taken; but where events
/// were lost, its end may be among them, and nothing is made up.
pub(crate) fn stretches(record: &Record, events: &[Event]) -> Vec<Stretch> {
    let mut open: HashMap<u64, &Event> = HashMap::new();
    let mut stretches = Vec::new();
    let mut close = |begin: &Event, end: u64| {
        if begin.time < end {
            stretches.push(Stretch { thread: begin.b, start: begin.time, end, site: begin.site });
        }
    };
    for event in events {
        let begun = match event.kind {
            Kind::KernelBegin => open.insert(event.b, event),
            Kind::KernelEnd => open.remove(&event.b),
            _ => continue,
        };
        if let Some(begin) = begun {
            close(begin, event.time);
        }
    }
    if record.dropped == 0 {
        let end = end_of(record, events);
        open.into_values().for_each(|begin| close(begin, end));
    }
    stretches.sort_unstable();
    stretches
}

/// Nanoseconds in which two kernel threads or more were at work.
pub(crate) fn overlap(stretches: &[Stretch]) -> u64 {
    let begins = stretches.iter().map(|stretch| (stretch.start, 1));
    let ends = stretches.iter().map(|stretch| (stretch.end, -1));
    let mut steps: Vec<(u64, i64)> = begins.chain(ends).collect();
    steps.sort_unstable();
    let (mut at_work, mut overlap, mut before) = (0, 0, 0);
    for (time, change) in steps {
        if at_work >= 2 {
            overlap += time - before;
        }
        (at_work, before) = (at_work + change, time);
    }
    overlap
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::Script;
    use crate::{DRIVER, ROOT};

    fn times(record: &Record) -> Vec<(u64, u64, u64)> {
        stretches(record, &record.events).iter().map(|s| (s.thread, s.start, s.end)).collect()
    }

    #[test]
    fn threads_that_are_at_work_at_once_overlap() {
        let record = Script::new(2).kernel(0, 10, 50).kernel(1, 20, 40).kernel(2, 30, 35).kernel(1, 50, 60).record();
        assert_eq!(times(&record), [(0, 10, 50), (1, 20, 40), (1, 50, 60), (2, 30, 35)]);
        assert_eq!(overlap(&stretches(&record, &record.events)), 20);
    }

    #[test]
    fn one_thread_after_the_other_do_not_overlap() {
        let record = Script::new(2).kernel(0, 10, 20).kernel(1, 20, 40).kernel(0, 40, 41).record();
        assert_eq!(overlap(&stretches(&record, &record.events)), 0);
    }

    #[test]
    fn what_still_runs_runs_until_the_taking_unless_its_end_may_be_lost() {
        let script = Script::new(2).event(10, DRIVER, Kind::KernelBegin, ROOT, 7);
        let mut record = script.event(30, DRIVER, Kind::KernelBegin, ROOT, 7).record();
        record.taken = 50;
        assert_eq!(times(&record), [(7, 10, 30), (7, 30, 50)]);
        record.dropped = 1;
        assert_eq!(times(&record), [(7, 10, 30)]);
    }
}
