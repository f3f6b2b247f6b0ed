//! A record in the Chrome trace format, which ui.perfetto.dev and chrome://tracing open.
//!
//! One process; a thread for each worker slot, numbered from 1, one for the driver, one for each actor, and one for each
//! thread of the parallel kernels that did something. Tasks are slices (`X`), those run inline nested in the task around
//! them, and calls are slices of their actor; an argument is a flow (`s`, `f`) from the task that made it to the task that
//! takes it; waiting for a worker or an actor and being blocked without a slot are asynchronous intervals (`b`, `e`). A
//! cancelled task has a mark (`i`), a progress bar is a counter (`C`). What took no time is no slice. Times are microseconds since the runtime started, with three decimals; process, thread and flow numbers are numbers, as viewers want them.

mod marks;
mod slices;

use std::fmt::{self, Display, Formatter, Write as _};

use crate::lanes::{self, Row};
use crate::replay::in_order;
use crate::{Event, Kind, ROOT, Record, Status, Task, Tasks};
use crate::{actors, kernels};
use slices::{Slice, nested};

/// Viewers keep the numbers of flows and intervals in 31 bits; what comes after so many is left out.
const MOST_NUMBERS: u32 = i32::MAX as u32;

/// The record as Chrome trace JSON.
///
/// ```
/// let json = trace::perfetto::to_json(&trace::Record { workers: 2, ..Default::default() });
/// assert!(json.starts_with(r#"{"displayTimeUnit":"ns","traceEvents":["#));
/// ```
#[must_use]
pub fn to_json(record: &Record) -> String {
    let events = in_order(record);
    let tasks = Tasks::gather(record, &events);
    let mut export = Export::new(record, &tasks);
    export.names(&events);
    export.slices(&events);
    export.driver(&events);
    export.kernels(&events);
    export.flows();
    export.queued();
    export.blocked(&events);
    export.cancelled();
    export.progress(&events);
    export.finish()
}

struct Export<'a> {
    record: &'a Record,
    tasks: &'a Tasks,
    /// The names of the sites as JSON strings.
    functions: Vec<String>,
    /// Where each task first and last was on a lane.
    ends: Vec<Option<[Place; 2]>>,
    /// How many flows and intervals there are.
    numbers: u32,
    json: String,
}

/// A moment inside a slice.
#[derive(Clone, Copy)]
struct Place {
    thread: u32,
    time: u64,
}

impl<'a> Export<'a> {
    fn new(record: &'a Record, tasks: &'a Tasks) -> Self {
        Self {
            record,
            tasks,
            functions: record.sites.iter().map(|site| quoted(&site.function)).collect(),
            ends: vec![None; tasks.list.len()],
            numbers: 0,
            json: r#"{"displayTimeUnit":"ns","traceEvents":["#.to_owned(),
        }
    }

    fn finish(mut self) -> String {
        // Every entry ends with a comma, and JSON has none behind the last.
        if self.json.ends_with(',') {
            self.json.pop();
        }
        self.json.push_str("]}");
        self.json
    }

    fn names(&mut self, events: &[Event]) {
        self.name("process_name", 0, "parlings");
        for worker in 0..self.record.workers {
            let thread = thread_of(worker);
            self.name("thread_name", thread, &format!("worker {thread}"));
        }
        self.name("thread_name", self.driver_thread(), "driver");
        for (number, actor) in (1..).zip(actors::of_tasks(self.record, events, self.tasks)) {
            self.name("thread_name", self.driver_thread() + number, &actor.name(self.record));
        }
    }

    fn name(&mut self, kind: &str, thread: u32, name: &str) {
        let name = quoted(name);
        let entry = format_args!(r#"{{"ph":"M","pid":1,"tid":{thread},"name":"{kind}","args":{{"name":{name}}}}},"#);
        write(&mut self.json, entry);
    }

    fn driver_thread(&self) -> u32 {
        thread_of(self.record.workers)
    }

    /// The thread of an actor, by its index among the actors.
    fn actor_thread(&self, index: usize) -> u32 {
        self.driver_thread() + 1 + index as u32
    }

    /// The thread that a task began on, or is to begin on; the driver's where that was none of them.
    fn thread_of_task(&self, task: &Task) -> u32 {
        let actor = task.actor.and_then(|actor| self.tasks.actors.binary_search(&actor).ok());
        match actor {
            Some(index) => self.actor_thread(index),
            None if task.worker < self.record.workers => thread_of(task.worker),
            None => self.driver_thread(),
        }
    }

    fn slices(&mut self, events: &[Event]) {
        let mut actors = 0;
        for lane in lanes::of_tasks(self.record, events, self.tasks) {
            let thread = match lane.row {
                Row::Worker(worker) => thread_of(worker),
                Row::Actor(_) => {
                    actors += 1;
                    self.actor_thread(actors - 1)
                }
            };
            for slice in nested(&lane, self.tasks) {
                self.slice(thread, &slice);
            }
            for span in lane.spans {
                let Some(index) = self.tasks.index(span.task) else { continue };
                let first = Place { thread, time: span.start };
                // The end itself is outside the slice, the nanosecond before is not.
                let last = Place { thread, time: span.end - 1 };
                let [earliest, latest] = self.ends[index].get_or_insert([first, last]);
                if first.time < earliest.time {
                    *earliest = first;
                }
                if last.time > latest.time {
                    *latest = last;
                }
            }
        }
    }

    fn slice(&mut self, thread: u32, slice: &Slice) {
        let task = &self.tasks.list[slice.task];
        let name = if slice.waiting { r#""waiting""# } else { name_of(&self.functions, task) };
        let (start, length) = (Microseconds(slice.start), Microseconds(slice.end - slice.start));
        let (id, line) = (task.id, self.line(task.site));
        let status = match task.status {
            None => "running",
            Some(Status::Done) => "done",
            Some(Status::Failed) => "failed",
            Some(Status::Panicked) => "panicked",
            Some(Status::Cancelled) => "cancelled",
        };
        let entry = format_args!(
            r#"{{"ph":"X","pid":1,"tid":{thread},"ts":{start},"dur":{length},"cat":"task","name":{name},"args":{{"task":{id},"line":{line},"status":"{status}"}}}},"#
        );
        write(&mut self.json, entry);
    }

    /// The driver's gets and waits. Several threads of the program may wait at once; then it is one wait from the first to the last.
    fn driver(&mut self, events: &[Event]) {
        let thread = self.driver_thread();
        let mut open = 0_u64;
        let mut begin = (0, 0, "get");
        for event in events.iter().filter(|event| event.a == ROOT) {
            match event.kind {
                Kind::GetBegin | Kind::WaitBegin => {
                    if open == 0 {
                        let name = if event.kind == Kind::GetBegin { "get" } else { "wait" };
                        begin = (event.time, self.line(event.site), name);
                    }
                    open += 1;
                }
                Kind::GetEnd | Kind::WaitEnd if open > 0 => {
                    open -= 1;
                    if open == 0 {
                        let (start, length) = (Microseconds(begin.0), Microseconds(event.time - begin.0));
                        let (_, line, name) = begin;
                        let entry = format_args!(
                            r#"{{"ph":"X","pid":1,"tid":{thread},"ts":{start},"dur":{length},"cat":"{name}","name":"{name}","args":{{"line":{line}}}}},"#
                        );
                        write(&mut self.json, entry);
                    }
                }
                _ => {}
            }
        }
    }

    /// The threads of the parallel kernels, numbered as they come, whatever the record calls them.
    fn kernels(&mut self, events: &[Event]) {
        let stretches = kernels::stretches(self.record, events);
        let threads = stretches.chunk_by(|one, other| one.thread == other.thread);
        for (number, stretches) in (1..).zip(threads) {
            let thread = self.actor_thread(self.tasks.actors.len()) + number - 1;
            self.name("thread_name", thread, &format!("kernel {number}"));
            for stretch in stretches {
                let (start, length) = (Microseconds(stretch.start), Microseconds(stretch.end - stretch.start));
                let line = self.line(stretch.site);
                let entry = format_args!(
                    r#"{{"ph":"X","pid":1,"tid":{thread},"ts":{start},"dur":{length},"cat":"kernel","name":"kernel","args":{{"line":{line}}}}},"#
                );
                write(&mut self.json, entry);
            }
        }
    }

    fn flows(&mut self) {
        for (consumer, task) in self.tasks.list.iter().enumerate() {
            for producer in task.arguments.iter().filter_map(|&object| self.tasks.producer(object)) {
                let (Some([_, from]), Some([to, _])) = (self.ends[producer], self.ends[consumer]) else { continue };
                if from.time > to.time {
                    continue;
                }
                let Some(id) = self.number() else { return };
                for (phase, extra, place) in [("s", "", from), ("f", r#","bp":"e""#, to)] {
                    let (thread, time) = (place.thread, Microseconds(place.time));
                    let entry = format_args!(
                        r#"{{"ph":"{phase}"{extra},"pid":1,"tid":{thread},"ts":{time},"id":{id},"cat":"dependency","name":"argument"}},"#
                    );
                    write(&mut self.json, entry);
                }
            }
        }
    }

    fn queued(&mut self) {
        for task in &self.tasks.list {
            if let (Some(ready), Some(started)) = (task.ready, task.started) {
                self.interval("queued", task, ready, started);
            }
        }
    }

    fn blocked(&mut self, events: &[Event]) {
        let mut released: Vec<Option<u64>> = vec![None; self.tasks.list.len()];
        for event in events {
            let Some(index) = self.tasks.index(event.a) else { continue };
            match event.kind {
                Kind::SlotReleased => released[index] = Some(event.time),
                Kind::SlotAcquired => {
                    if let Some(begin) = released[index].take() {
                        self.interval("blocked", &self.tasks.list[index], begin, event.time);
                    }
                }
                _ => {}
            }
        }
    }

    fn interval(&mut self, kind: &str, task: &Task, begin: u64, end: u64) {
        if begin >= end {
            return;
        }
        let Some(id) = self.number() else { return };
        let thread = self.thread_of_task(task);
        for (phase, time) in [("b", begin), ("e", end)] {
            let (time, name, number) = (Microseconds(time), name_of(&self.functions, task), task.id);
            let entry = format_args!(
                r#"{{"ph":"{phase}","pid":1,"tid":{thread},"ts":{time},"id":{id},"cat":"{kind}","name":{name},"args":{{"task":{number}}}}},"#
            );
            write(&mut self.json, entry);
        }
    }

    fn number(&mut self) -> Option<u32> {
        if self.numbers == MOST_NUMBERS {
            return None;
        }
        self.numbers += 1;
        Some(self.numbers)
    }

    fn line(&self, site: u32) -> u32 {
        self.record.sites.get(site as usize).map_or(0, |site| site.line)
    }
}

/// Thread 0 is the process.
fn thread_of(worker: u16) -> u32 {
    u32::from(worker) + 1
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string is always JSON")
}

/// The task's function as a JSON string.
fn name_of<'a>(functions: &'a [String], task: &Task) -> &'a str {
    functions.get(task.site as usize).map_or(r#""task""#, String::as_str)
}

/// Nanoseconds, written as microseconds.
struct Microseconds(u64);

impl Display for Microseconds {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{:03}", self.0 / 1_000, self.0 % 1_000)
    }
}

fn write(json: &mut String, entry: fmt::Arguments<'_>) {
    json.write_fmt(entry).expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::DRIVER;
    use crate::script::Script;

    fn entries(record: &Record) -> Vec<Value> {
        let json: Value = serde_json::from_str(&to_json(record)).expect("valid JSON");
        json["traceEvents"].as_array().expect("a list").clone()
    }

    fn of_phase<'a>(entries: &'a [Value], phase: &str) -> Vec<&'a Value> {
        entries.iter().filter(|entry| entry["ph"] == phase).collect()
    }

    #[test]
    fn a_dependency_is_a_flow_from_slice_to_slice() {
        let record = Script::new(2)
            .submit(1_000, ROOT, 1, "make", 1)
            .submit(1_100, ROOT, 2, "take", 2)
            .argument(1_100, 2, 1)
            .get_begin(1_200, DRIVER, ROOT, 3, &[2])
            .run(0, 1, 2_000, 5_500)
            .event(5_500, 0, Kind::Ready, 2, 0)
            .run(1, 2, 6_001, 7_000)
            .get_end(7_500, DRIVER, ROOT)
            .record();
        let entries = entries(&record);

        let slices = of_phase(&entries, "X");
        let summary: Vec<(&str, u64, f64, f64)> = slices
            .iter()
            .map(|slice| {
                let time = |key: &str| slice[key].as_f64().unwrap();
                (slice["name"].as_str().unwrap(), slice["tid"].as_u64().unwrap(), time("ts"), time("dur"))
            })
            .collect();
        assert_eq!(summary, [("make", 1, 2.0, 3.5), ("take", 2, 6.001, 0.999), ("get", 3, 1.2, 6.3)]);

        let (from, to) = (of_phase(&entries, "s")[0], of_phase(&entries, "f")[0]);
        assert_eq!((from["tid"].as_u64(), from["ts"].as_f64()), (Some(1), Some(5.499)));
        assert_eq!((to["tid"].as_u64(), to["ts"].as_f64()), (Some(2), Some(6.001)));
        assert_eq!(to["bp"], "e");
        for key in ["cat", "name", "id"] {
            assert_eq!(from[key], to[key]);
        }

        let queued: Vec<f64> = of_phase(&entries, "b").iter().map(|begin| begin["ts"].as_f64().unwrap()).collect();
        assert_eq!(queued, [1.0, 5.5]);
    }

    #[test]
    fn kernel_threads_come_behind_the_driver() {
        let record = Script::new(2).kernel(5, 1_000, 3_000).kernel(0, 1_500, 2_000).kernel(5, 3_000, 3_500).record();
        let entries = entries(&record);
        let slices: Vec<_> =
            of_phase(&entries, "X").iter().map(|slice| (slice["tid"].as_u64(), slice["ts"].as_f64())).collect();
        assert_eq!(slices, [(Some(4), Some(1.5)), (Some(5), Some(1.0)), (Some(5), Some(3.0))]);
        let names: Vec<_> = of_phase(&entries, "M").iter().map(|name| name["args"]["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["parlings", "worker 1", "worker 2", "driver", "kernel 1", "kernel 2"]);
    }

    #[test]
    fn actors_are_threads_between_the_driver_and_the_kernels() {
        let record = Script::new(1)
            .submit(0, ROOT, 1, "make", 1)
            .actor(0, ROOT, 8, "Counter", 1)
            .actor(0, ROOT, 9, "\"Log\"", 1)
            .call(10, ROOT, 2, 9, "write", 5)
            .argument(10, 2, 1)
            .run(0, 1, 1_000, 2_000)
            .event(2_000, 0, Kind::Ready, 2, 0)
            .start(4_000, DRIVER, 2)
            .get_begin(5_000, DRIVER, 2, 7, &[1])
            .get_end(6_000, DRIVER, 2)
            .end(8_000, DRIVER, 2)
            .kernel(0, 9_000, 9_500)
            .record();
        let entries = entries(&record);
        let names: Vec<_> = of_phase(&entries, "M").iter().map(|name| name["args"]["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["parlings", "worker 1", "driver", "Counter", "\"Log\"", "kernel 1"]);
        let slices: Vec<_> = of_phase(&entries, "X")
            .iter()
            .map(|slice| {
                (slice["name"].as_str().unwrap(), slice["tid"].as_u64().unwrap(), slice["dur"].as_f64().unwrap())
            })
            .collect();
        assert_eq!(slices, [("make", 1, 1.0), ("write", 4, 4.0), ("waiting", 4, 1.0), ("kernel", 5, 0.5)]);
        let (from, to) = (of_phase(&entries, "s")[0], of_phase(&entries, "f")[0]);
        assert_eq!((from["tid"].as_u64(), to["tid"].as_u64(), to["ts"].as_f64()), (Some(1), Some(4), Some(4.0)));
        let queued: Vec<_> = of_phase(&entries, "b").iter().map(|begin| begin["tid"].as_u64().unwrap()).collect();
        assert_eq!(queued, [1, 4]);
    }

    #[test]
    fn a_wait_of_the_driver_is_a_slice() {
        let record = Script::new(1).wait_begin(0, ROOT, 3, 1, &[1, 2]).wait_end(500, ROOT, 1).record();
        let entries = entries(&record);
        assert_eq!(of_phase(&entries, "X")[0]["name"], "wait");
    }

    #[test]
    fn names_are_escaped_and_unknown_sites_have_one() {
        let mut record = Script::new(1)
            .submit(0, ROOT, 1, "a \"quoted\" \\ name\n", 1)
            .run(0, 1, 10, 20)
            .submit(20, ROOT, 2, "f", 1)
            .run(0, 2, 30, 40)
            .record();
        record.sites.truncate(1);
        let entries = entries(&record);
        let names: Vec<&str> = of_phase(&entries, "X").iter().map(|slice| slice["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["a \"quoted\" \\ name\n", "task"]);
    }

    #[test]
    fn a_blocked_task_is_an_interval_and_an_empty_record_is_valid() {
        let record = Script::new(1)
            .submit(0, ROOT, 1, "outer", 1)
            .start(0, 0, 1)
            .get_begin(10, 0, 1, 2, &[2])
            .event(11, 0, Kind::SlotReleased, 1, 0)
            .event(30, 0, Kind::SlotAcquired, 1, 0)
            .get_end(31, 0, 1)
            .end(40, 0, 1)
            .record();
        let entries = entries(&record);
        let times = |phase| of_phase(&entries, phase)[0]["ts"].as_f64();
        assert_eq!((times("b"), times("e")), (Some(0.011), Some(0.03)));
        assert_eq!(of_phase(&entries, "b")[0]["cat"], "blocked");

        assert!(serde_json::from_str::<Value>(&to_json(&Record::default())).is_ok());
    }
}
