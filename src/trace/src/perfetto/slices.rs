//! Slices that nest: the pieces of a lane, joined where one task was inside another.

use crate::Tasks;
use crate::lanes::Lane;

/// A stretch of time on one thread. Two slices of a thread are one inside the other, or apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slice {
    /// The task's place in [`Tasks::list`].
    pub(crate) task: usize,
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// Asleep, or an actor in a get or a wait.
    pub(crate) waiting: bool,
}

/// The slices of a lane, each before those inside it.
///
/// A piece that goes on where the one before ended belongs to it in one of three ways: it is more of the same task; it is
/// a task run inline, which began there and is inside it; or it is the task around it, which goes on. After a gap (a
/// blocked task gave its slot away, say) slices begin anew, without nesting.
pub(crate) fn nested(lane: &Lane, tasks: &Tasks) -> Vec<Slice> {
    let mut slices: Vec<Slice> = Vec::with_capacity(lane.spans.len());
    // The slices that may go on, from the outermost in. An outer one ends for now where the next inner one begins.
    let mut open: Vec<usize> = Vec::new();
    let mut until = None;
    for span in &lane.spans {
        let Some(task) = tasks.index(span.task) else { continue };
        let joined = until.replace(span.end) == Some(span.start);
        let began = tasks.list[task].started == Some(span.start);
        let depth_of_same = |open: &[usize], above: usize| {
            open.len().checked_sub(1 + above).filter(|&depth| slices[open[depth]].task == task)
        };
        let same = depth_of_same(&open, 0).or_else(|| depth_of_same(&open, 1));
        match same {
            Some(depth) if joined && !began => {
                open.truncate(depth + 1);
                slices[open[depth]].end = span.end;
            }
            _ => {
                if !(joined && began && tasks.list[task].inline) {
                    open.clear();
                }
                open.push(slices.len());
                slices.push(Slice { task, start: span.start, end: span.end, waiting: false });
            }
        }
        if span.waiting {
            slices.push(Slice { task, start: span.start, end: span.end, waiting: true });
        }
    }
    slices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::lanes;
    use crate::script::Script;
    use crate::{Kind, ROOT};

    #[test]
    fn inline_tasks_and_sleeps_lie_inside() {
        let record = Script::new(1)
            .submit(0, ROOT, 1, "outer", 1)
            .submit(5, 1, 2, "inner", 2)
            .submit(5, 1, 3, "next", 2)
            .submit(5, ROOT, 4, "after", 2)
            .start(0, 0, 1)
            .start_inline(10, 0, 2)
            .event(12, 0, Kind::SleepBegin, 2, 5)
            .event(17, 0, Kind::SleepEnd, 2, 0)
            .end(20, 0, 2)
            .start_inline(30, 0, 3)
            .end(40, 0, 3)
            .end(50, 0, 1)
            .run(0, 4, 50, 60)
            .record();
        let tasks = Tasks::of(&record);
        let slices = nested(&lanes(&record)[0], &tasks);
        let summary: Vec<_> = slices.iter().map(|s| (tasks.list[s.task].id, s.start, s.end, s.waiting)).collect();
        assert_eq!(
            summary,
            [(1, 0, 50, false), (2, 10, 20, false), (2, 12, 17, true), (3, 30, 40, false), (4, 50, 60, false)]
        );
    }

    #[test]
    fn a_blocked_task_begins_anew() {
        let record = Script::new(1)
            .submit(0, ROOT, 1, "f", 1)
            .start(0, 0, 1)
            .event(10, 0, Kind::SlotReleased, 1, 0)
            .event(30, 0, Kind::SlotAcquired, 1, 0)
            .end(40, 0, 1)
            .record();
        let slices = nested(&lanes(&record)[0], &Tasks::of(&record));
        let times: Vec<_> = slices.iter().map(|slice| (slice.start, slice.end)).collect();
        assert_eq!(times, [(0, 10), (30, 40)]);
    }
}
