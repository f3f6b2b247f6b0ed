//! What has a moment and no length: cancelled tasks, and how far progress bars are.

use std::collections::HashMap;

use super::{Export, Microseconds, name_of, quoted, write};
use crate::{Event, Kind, Status};

impl Export<'_> {
    /// A mark where a task was cancelled: on its own thread, where it ran on one.
    pub(super) fn cancelled(&mut self) {
        for task in self.tasks.list.iter().filter(|task| task.status == Some(Status::Cancelled)) {
            let Some(time) = task.ended.map(Microseconds) else { continue };
            let (thread, name, number) = (self.thread_of_task(task), name_of(&self.functions, task), task.id);
            let line = self.line(task.site);
            let entry = format_args!(
                r#"{{"ph":"i","s":"t","pid":1,"tid":{thread},"ts":{time},"cat":"cancelled","name":{name},"args":{{"task":{number},"line":{line},"status":"cancelled"}}}},"#
            );
            write(&mut self.json, entry);
        }
    }

    /// A counter for each progress bar; bars of one name are numbered.
    pub(super) fn progress(&mut self, events: &[Event]) {
        let mut names: HashMap<u64, String> = HashMap::new();
        let mut of_name: HashMap<&str, u64> = HashMap::new();
        for event in events {
            let done = match event.kind {
                Kind::ProgressBegin => {
                    names.entry(event.a).or_insert_with(|| {
                        let name = self.record.sites.get(event.site as usize).map_or("", |site| site.function.as_str());
                        let name = if name.is_empty() { "progress" } else { name };
                        let count = of_name.entry(name).or_default();
                        *count += 1;
                        quoted(&if *count == 1 { name.to_owned() } else { format!("{name} {count}") })
                    });
                    0
                }
                Kind::Progress => event.b,
                _ => continue,
            };
            if let Some(name) = names.get(&event.a) {
                let time = Microseconds(event.time);
                let entry = format_args!(
                    r#"{{"ph":"C","pid":1,"tid":0,"ts":{time},"cat":"progress","name":{name},"args":{{"done":{done}}}}},"#
                );
                write(&mut self.json, entry);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::script::Script;
    use crate::{DRIVER, ROOT, Record, Status, perfetto};

    fn entries(record: &Record, phase: &str) -> Vec<Value> {
        let json: Value = serde_json::from_str(&perfetto::to_json(record)).expect("valid JSON");
        let entries = json["traceEvents"].as_array().expect("a list");
        entries.iter().filter(|entry| entry["ph"] == phase).cloned().collect()
    }

    #[test]
    fn cancelled_tasks_are_marked_where_they_ran_or_on_the_driver() {
        let record = Script::new(2)
            .submit(0, ROOT, 1, "f", 7)
            .submit(0, ROOT, 2, "g", 8)
            .run(0, 3, 1, 2)
            .start(1_000, 1, 1)
            .cancel(2_000, ROOT, 1)
            .cancel(2_000, ROOT, 2)
            .end_as(2_000, DRIVER, 2, Status::Cancelled)
            .end_as(3_000, 1, 1, Status::Cancelled)
            .record();
        let marks: Vec<_> = entries(&record, "i")
            .iter()
            .map(|mark| (mark["name"].clone(), mark["tid"].as_u64(), mark["ts"].as_f64()))
            .collect();
        assert_eq!(marks, [("f".into(), Some(2), Some(3.0)), ("g".into(), Some(3), Some(2.0))]);
        assert_eq!(entries(&record, "X")[1]["args"]["status"], "cancelled");
    }

    #[test]
    fn a_progress_bar_is_a_counter() {
        let record = Script::new(1)
            .bar(0, 1, "pages", 10)
            .bar(1_000, 2, "pages", 5)
            .progress(2_000, 1, 4)
            .progress(3_000, 2, 5)
            .progress(3_000, 9, 5)
            .record();
        let counts: Vec<_> = entries(&record, "C")
            .iter()
            .map(|count| (count["name"].clone(), count["ts"].as_f64(), count["args"]["done"].as_u64()))
            .collect();
        let expected = [("pages", 0.0, 0), ("pages 2", 1.0, 0), ("pages", 2.0, 4), ("pages 2", 3.0, 5)];
        assert_eq!(counts, expected.map(|(name, time, done)| (name.into(), Some(time), Some(done))));
    }
}
