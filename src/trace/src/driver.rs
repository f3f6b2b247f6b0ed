//! What the program's own thread waited for: the driver has no slot and no lane, and its gets are where a program stands still.

use crate::replay::{end_of, in_order};
use crate::{Event, Kind, ROOT, Record};

/// A stretch of time in which code outside all tasks waited. Times are nanoseconds since the runtime started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// How it began: [`Kind::GetBegin`], [`Kind::WaitBegin`] or [`Kind::SleepBegin`].
    pub kind: Kind,
    /// The line, an index into [`Record::sites`]; of a sleep it means nothing.
    pub site: u32,
    /// From.
    pub start: u64,
    /// To; where the record was taken, for one that was not over.
    pub end: u64,
    /// For how many objects.
    pub objects: u64,
}

/// The waits of the program's own thread, in the order of time, without overlap, none of them empty. One whose end was
/// lost, or that another thread outside all tasks interrupts, ends where the next begins.
#[must_use]
pub fn driver_waits(record: &Record) -> Vec<Wait> {
    let events = in_order(record);
    let mut waits = Vec::new();
    let mut open: Option<Wait> = None;
    let mut close = |open: Option<Wait>, end: u64| waits.extend(open.map(|wait| Wait { end, ..wait }));
    for event in events.iter().filter(|event| event.a == ROOT) {
        match event.kind {
            Kind::GetBegin | Kind::WaitBegin | Kind::SleepBegin => close(open.replace(begun(event)), event.time),
            Kind::GetObject => {
                if let Some(wait) = &mut open {
                    wait.objects += 1;
                }
            }
            Kind::GetEnd | Kind::WaitEnd | Kind::SleepEnd => close(open.take(), event.time),
            _ => {}
        }
    }
    // Where events were lost, its end may be among them.
    if record.dropped == 0 {
        close(open, end_of(record, &events));
    }
    waits.retain(|wait| wait.start < wait.end);
    waits
}

fn begun(event: &Event) -> Wait {
    Wait { kind: event.kind, site: event.site, start: event.time, end: event.time, objects: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DRIVER;
    use crate::script::Script;

    fn spans(record: &Record) -> Vec<(Kind, u64, u64, u64)> {
        driver_waits(record).iter().map(|wait| (wait.kind, wait.start, wait.end, wait.objects)).collect()
    }

    #[test]
    fn gets_waits_and_sleeps_of_the_driver_are_found_and_no_others() {
        let record = Script::new(1)
            .submit(0, ROOT, 1, "f", 1)
            .get_begin(5, DRIVER, ROOT, 7, &[1, 2])
            .get_begin(6, 0, 1, 8, &[2])
            .get_end(7, 0, 1)
            .get_end(20, DRIVER, ROOT)
            .wait_begin(20, ROOT, 9, 1, &[3])
            .wait_end(20, ROOT, 1)
            .event(30, DRIVER, Kind::SleepBegin, ROOT, 10)
            .event(40, DRIVER, Kind::SleepEnd, ROOT, 0)
            .record();
        assert_eq!(spans(&record), [(Kind::GetBegin, 5, 20, 2), (Kind::SleepBegin, 30, 40, 0)]);
        assert_eq!(record.sites[driver_waits(&record)[0].site as usize].line, 7);
    }

    #[test]
    fn a_lost_end_gives_way_and_an_open_wait_goes_on() {
        let script = || {
            Script::new(1).get_begin(5, DRIVER, ROOT, 7, &[1]).get_begin(8, DRIVER, ROOT, 7, &[2]).event(
                12,
                0,
                Kind::Park,
                0,
                0,
            )
        };
        let record = script().record();
        assert_eq!(spans(&record), [(Kind::GetBegin, 5, 8, 1), (Kind::GetBegin, 8, 12, 1)]);
        let record = Record { dropped: 1, ..script().record() };
        assert_eq!(spans(&record), [(Kind::GetBegin, 5, 8, 1)]);
    }
}
