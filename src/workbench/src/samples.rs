//! Models and reports for tests.

use std::time::Duration;

use grader::picture::{Axis, Ink, Layer, Panel, Picture, Plot, Shape};
use grader::{
    build::Diagnostic,
    check::{self, Point, Progress as Told},
    child::Printed,
    course::{Course, Knob},
    film::Replay,
    report::{Criterion, Report, Speedup, Verdict},
};
use ratatui::layout::Size;
use trace::{DRIVER, Event, Kind, ROOT, Record, Site, Status, Wait, lanes::Span};

use crate::{
    engine::compare,
    message::Message,
    model::{Comparison, Detail, Function, Model, Objects, Role, Row, Stream, Sweep},
    progress::Progress,
    update::update,
};

/// A course of three exercises.
pub(crate) fn course() -> Course {
    let exercise = |name: &str, title: &str| {
        serde_json::json!({
            "name": name,
            "title": title,
            "sizes": { "small": 1_000, "graded": 1_000_000 },
            "limits": { "seconds": 10.0, "megabytes": 1_000 },
            "rounds": 5,
            "hints": ["A dart takes 4 ns, a task 0.4 us.", "Batches of `2_000` or more.", "Sum `get_all(&refs)?`."],
            "rubric": {
                "correct": 4,
                "structure": [{ "measure": "tasks_per_worker", "at_least": 4.0, "points": 3, "text": "4 tasks a worker" }],
                "speed": 3,
                "share": 0.85,
            },
        })
    };
    let exercises = [
        exercise("bootstrap", "Tasks and order"),
        exercise("pi", "Grain: how much work makes a task worth its price"),
        exercise("julia", "Balance"),
    ];
    serde_json::from_value(serde_json::json!({ "title": "Parallel programming", "exercises": exercises }))
        .expect("the sample is a course")
}

/// Gives the open exercise a knob of each kind.
pub(crate) fn give_knobs(model: &mut Model) {
    let knob = |name: &str, values: &[u64], usual| Knob { name: name.to_owned(), values: values.to_vec(), usual };
    model.course.exercises[model.open].knobs = vec![
        knob("batch", &[300, 10_000, 1_000_000, 10_000_000, 70_000_000], Some(1_000_000)),
        knob("workers", &[1, 2, 3, 4, 8], None),
        knob("n", &[1_000, 100_000, 1_000_000], None),
    ];
    model.sweep = Sweep::of(model.exercise(), model.cores, model.sweep.id);
}

/// What the sweep of one of [`give_knobs`] may tell, in the order of its values.
pub(crate) fn points(knob: &str) -> Vec<Point> {
    let timed_out = Err(Verdict::TimedOut);
    let runs: &[(u64, f64, Result<f64, Verdict>)] = match knob {
        "batch" => &[
            (300, 0.375, timed_out),
            (10_000, 0.375, Ok(0.25)),
            (1_000_000, 0.375, Ok(0.19)),
            (10_000_000, 0.375, Ok(0.2)),
            (70_000_000, 0.375, Ok(0.38)),
        ],
        "workers" => &[
            (1, 0.375, Ok(0.38)),
            (2, 0.375, Ok(0.19)),
            (3, 0.375, Ok(0.2)),
            (4, 0.375, Ok(0.192)),
            (8, 0.375, Ok(0.195)),
        ],
        _ => &[(1_000, 4e-6, Ok(3e-5)), (100_000, 4e-4, Ok(4.2e-4)), (1_000_000, 0.004, Ok(0.0022))],
    };
    let point = |&(value, serial, outcome)| Point { value, serial, outcome, tasks: 100_000_000_u64.div_ceil(value) };
    runs.iter().map(point).collect()
}

/// The sweep that goes on is over, and has told all of it.
pub(crate) fn swept(model: &mut Model) {
    let knob = &model.sweep.sliders[model.sweep.running().expect("a sweep goes on")].knob.name;
    let points = points(knob);
    let swept = check::Sweep { serial: points.last().map(|point| point.serial), points, mistake: None };
    let sweep = model.sweep.id;
    update(model, Message::SweepOver { sweep, outcome: Ok(swept) });
}

/// A lesson with everything that lessons have.
pub(crate) const LESSON: &str = "\
# Pi by darts

Throw darts at the unit square. **pi / 4** of them hit the circle, and no dart knows of another.

## Steps

1. The obvious way, with a million darts: one task per dart. Read a task's length in the task stream.
2. Batches of 1,000; explain *both* ends of the U.

```rust
let refs: Vec<_> = (0..batches)
    .map(|batch| hits_task::remote(seed, batch))
    .collect();
```

Use `get_all` once.
";

/// The progress of a student who had that exercise open last.
pub(crate) fn left_at(exercise: &str) -> Progress {
    let mut progress = Progress::default();
    progress.last = Some(exercise.to_owned());
    progress
}

/// A workbench with `pi` open, at a size; its first build goes on.
pub(crate) fn opened(width: u16, height: u16) -> Model {
    let (mut model, _) = Model::new(course(), Progress::default(), Some("pi"), 2, Size { width, height });
    update(&mut model, Message::LessonRead { exercise: "pi".to_owned(), lesson: Ok(LESSON.to_owned()) });
    model
}

/// The same after the first build; check 1 has begun.
pub(crate) fn ready(width: u16, height: u16) -> Model {
    let mut model = opened(width, height);
    after(&mut model, 1_000, Message::Prepared);
    model
}

/// The message arrives so many milliseconds after the workbench was opened.
pub(crate) fn after(model: &mut Model, milliseconds: u64, message: Message) {
    update(model, Message::Tick(Duration::from_millis(milliseconds)));
    update(model, message);
}

/// The check that goes on tells this.
pub(crate) fn tell(model: &mut Model, progress: Told) {
    let check = model.check.id;
    let (stream, objects) = (Stream::of_progress(&progress), Objects::of_progress(&progress));
    update(model, Message::Told { check, progress, stream, objects });
}

/// The try-out was right or not.
pub(crate) fn tried(mistake: Option<&str>) -> Told {
    Told::Tried {
        seconds: 0.01,
        mistake: mistake.map(ToOwned::to_owned),
        record: trace::Record { workers: 2, taken: 1_000, ..Default::default() },
        picture: Some(picture()),
        printed: Printed::default(),
    }
}

/// The try-out goes on, and has printed so many numbers, a line each.
pub(crate) fn printing(numbers: usize) -> Told {
    Told::Printing { printed: printed_numbers(numbers) }
}

/// The try-out was right, and has printed so many numbers before anybody saw them.
pub(crate) fn tried_and_printed(numbers: usize) -> Told {
    match tried(None) {
        Told::Tried { seconds, mistake, record, picture, .. } => {
            Told::Tried { seconds, mistake, record, picture, printed: printed_numbers(numbers) }
        }
        other => other,
    }
}

fn printed_numbers(numbers: usize) -> Printed {
    let first: String = (0..numbers).map(|number| format!("{number}\n")).collect();
    Printed { bytes: first.len() as u64, first, ..Printed::default() }
}

/// How a try-out of 8 ms came to its answer: at first nothing of the arc is there.
pub(crate) fn filmed() -> Told {
    let frame = |share: f64| match picture() {
        whole if share >= 1.0 => whole,
        mut part => {
            part.caption = vec![format!("{:.0} % of the darts are thrown.", 100.0 * share)];
            if let Some(Panel::Plot(plot)) = part.panels.first_mut() {
                let points = &mut plot.layers[0].points;
                points.truncate((share * points.len() as f64) as usize);
            }
            part
        }
    };
    Told::Filmed(Replay::new(Duration::from_millis(8), frame))
}

/// A check that passed, with a replay of its try-out that nobody has seen yet.
pub(crate) fn replayed(width: u16, height: u16) -> Model {
    let mut model = passed(width, height);
    tell(&mut model, filmed());
    model
}

/// One round with that parallel time.
pub(crate) fn round(done: usize, parallel: f64) -> Told {
    let record = trace::Record { workers: 2, taken: 1_000, ..Default::default() };
    Told::Round { times: [0.375, parallel, 0.190], done, rounds: 5, record, printed: 0 }
}

/// A check that passed, seen from its beginning to its end.
pub(crate) fn passed(width: u16, height: u16) -> Model {
    let mut model = ready(width, height);
    tell(&mut model, Told::Building);
    tell(&mut model, Told::Built { seconds: 0.5 });
    update(&mut model, Message::Tick(Duration::from_millis(2_234)));
    tell(&mut model, tried(None));
    (1..=5).for_each(|done| tell(&mut model, round(done, 0.196)));
    let check = model.check.id;
    let outcome = Ok(Report { message: String::new(), ..report(Verdict::Pass, 10) });
    update(&mut model, Message::Checked { check, outcome });
    model.check.stream = Some(stream());
    model
}

/// A report on `pi`.
pub(crate) fn report(verdict: Verdict, points: u32) -> Report {
    let criterion = |name: &str, points: u32, max_points: u32, seen: &str| Criterion {
        name: name.to_owned(),
        points,
        max_points,
        seen: seen.to_owned(),
    };
    Report {
        points,
        max_points: 10,
        rubric: vec![
            criterion("right, from shared work", points.min(4), 4, "2 tasks overlapped"),
            criterion("4 tasks or more a worker", points.saturating_sub(4).min(3), 3, "1,001 tasks on 2 workers"),
            criterion("speed", points.saturating_sub(7), 3, ""),
        ],
        speedup: Some(Speedup { median: 0.375 / 0.196, rounds: vec![[0.375, 0.196, 0.190]; 5] }),
        threshold: Some(1.68),
        probe: Some(1.97),
        cpu_per_wall: Some(1.9),
        memory: Some(38_400_000),
        ..Report::unmeasured("pi", 2, verdict, "The first cause, then how to mend it.")
    }
}

/// An error as the compiler prints it.
pub(crate) fn diagnostic() -> Diagnostic {
    Diagnostic {
        level: "error".to_owned(),
        message: "mismatched types".to_owned(),
        file: Some("exercises/pi.rs".to_owned()),
        line: 12,
        column: 5,
        rendered: "\u{1b}[1m\u{1b}[91merror[E0308]\u{1b}[0m\u{1b}[1m: mismatched types\u{1b}[0m\n \
                   \u{1b}[94m--> \u{1b}[0mexercises/pi.rs:12:5\n"
            .to_owned(),
    }
}

/// Two workers over 100 ms: one has four tasks of a function with a pause, the other many tiny ones and a failure. The
/// driver waits for all of them.
pub(crate) fn stream() -> Stream {
    let millisecond = 1_000_000;
    let span = |task, start, end, waiting, status| Span { task, site: 0, start, end, status: Some(status), waiting };
    let long = [(1, 0, 30, false), (2, 30, 50, false), (3, 60, 70, true), (4, 70, 100, false)]
        .map(|(task, start, end, waiting)| span(task, start * millisecond, end * millisecond, waiting, Status::Done));
    let mut short: Vec<Span> = (0..400)
        .map(|task| {
            let start = 10 * millisecond + task * millisecond / 5;
            span(10 + task, start, start + millisecond / if task < 200 { 6 } else { 18 }, false, Status::Done)
        })
        .collect();
    short.push(span(500, 95 * millisecond, 100 * millisecond, false, Status::Panicked));
    let details = long.iter().chain(&short).map(|span| Detail {
        task: span.task,
        parent: ROOT,
        site: span.site,
        submitted: span.start / 10,
        ready: Some(span.start / 10),
        started: Some(span.start),
        ended: Some(span.end),
        own: span.end - span.start,
        objects: 1,
        value_bytes: 24,
        inline: false,
        retries: 0,
        status: span.status,
    });
    let wait = Wait { kind: Kind::GetBegin, site: 1, start: 9 * millisecond, end: 100 * millisecond, objects: 405 };
    let driver = Span { task: ROOT, site: 1, start: wait.start, end: wait.end, status: None, waiting: true };
    let row = |role, name: &str, spans| Row::new(role, name.to_owned(), spans);
    let site = |function: &str, line| Site { function: function.to_owned(), file: "exercises/pi.rs".to_owned(), line };
    Stream {
        label: "round 5".to_owned(),
        tasks: 405,
        mean_task: 187_345.0,
        dropped: 0,
        details: details.collect(),
        rows: vec![
            row(Role::Worker, "worker 0", long.to_vec()),
            row(Role::Worker, "worker 1", short),
            row(Role::Driver, "driver", vec![driver]),
        ],
        waits: vec![wait],
        sites: vec![site("hits_task", 34), site("", 37)],
        functions: vec![Function {
            site: 0,
            name: "hits_task".to_owned(),
            tasks: 405,
            own: 75_874_000,
            longest: 30_000_000,
            failed: 1,
        }],
        from: 0,
        to: 100 * millisecond,
    }
}

/// A check that passed, with so many actors that take turns.
pub(crate) fn crowded(width: u16, height: u16, actors: u64) -> Model {
    let millisecond = 1_000_000;
    let span = |task, start| Span {
        task,
        site: 0,
        start: start * millisecond,
        end: (start + 1) * millisecond,
        status: Some(Status::Done),
        waiting: false,
    };
    let row = |actor| {
        let calls = (0..3).map(|call| call * actors + actor).map(|place| span(place + 1, place)).collect();
        Row::new(Role::Actor, format!("actor {actor}"), calls)
    };
    let mut model = passed(width, height);
    let (rows, to) = ((0..actors).map(row).collect(), 3 * actors * millisecond);
    model.check.stream = Some(Stream { rows, to, waits: Vec::new(), ..stream() });
    model
}

/// An arc in a square, and a falling line.
pub(crate) fn picture() -> Picture {
    let axis = |title: &str, labels: [&str; 3], high: f64| Axis {
        title: title.to_owned(),
        bounds: [0.0, high],
        labels: labels.map(ToOwned::to_owned).to_vec(),
    };
    let arc = (0..=90).map(|degree| f64::from(degree).to_radians()).map(|angle| (angle.cos(), angle.sin())).collect();
    Picture {
        caption: vec!["100,000,317 darts, 78,539,000 hits: pi is about 3.14151".to_owned()],
        panels: vec![
            Panel::Plot(Plot {
                title: "The first 2,000 darts".to_owned(),
                x: axis("x", ["0", "0.5", "1"], 1.0),
                y: axis("", ["0", "0.5", "1"], 1.0),
                layers: vec![
                    Layer { ink: Ink::Guide, shape: Shape::Line, points: arc },
                    Layer { ink: Ink::Main, shape: Shape::Points, points: vec![(0.5, 0.5), (0.2, 0.7)] },
                ],
            }),
            Panel::Plot(Plot {
                title: "The estimate".to_owned(),
                x: axis("darts", ["0", "50", "100"], 100.0),
                y: axis("pi", ["3", "3.15", "3.3"], 0.3),
                layers: vec![Layer { ink: Ink::Other, shape: Shape::Line, points: vec![(0.0, 0.3), (100.0, 0.1)] }],
            }),
        ],
    }
}

/// What a program printed that printed too much: colours, a line again and again, a long one.
pub(crate) fn printed() -> Printed {
    let first = format!(
        "\u{1b}[1;32mbatches:\u{1b}[0m 1,001\n{}a line that is far longer than the others, so that it goes on in the next one\n",
        "throwing\n".repeat(1_203)
    );
    Printed { first, left_out: 2_345_678, last: "the last words\n".to_owned(), bytes: 2_368_010 }
}

/// A stored value that 1,200 tasks take, whose results are got, but for one that failed.
pub(crate) fn objects(dropped: u64) -> Objects {
    let event = |time, kind, site, a, b| Event { time, worker: DRIVER, kind, site, a, b };
    let mut events = vec![event(1_000, Kind::Put, 0, 1, 40_000_000)];
    for task in 2..1_202 {
        events.push(event(task * 1_000, Kind::Submit, 1, task, ROOT));
        events.push(event(task * 1_000, Kind::Argument, 0, task, 1));
        let status = if task == 9 { Status::Failed } else { Status::Done };
        events.push(event(task * 2_000_000, Kind::End, 48, task, status as u64));
        events.push(event(4_000_000_000, Kind::GetObject, 0, ROOT, task));
    }
    events.push(event(4_000_000_000, Kind::GetObject, 0, ROOT, 5_000));
    let site =
        |function: &str, line| Site { function: function.to_owned(), file: "exercises/bootstrap.rs".to_owned(), line };
    let sites = vec![site("", 41), site("a_function_with_a_rather_long_name", 44)];
    let record = Record { workers: 2, tasks: 1_200, taken: 0, dropped, sites, events };
    Objects::of(&record, "round 5".to_owned())
}

/// Two versions of a program.
pub(crate) fn comparison() -> Comparison {
    const OTHER: &str = "\
use parlings::prelude::*;

#[remote]
fn throw(seed: u64, first: u64) -> u64 {
    first + seed
}

pub fn pi(seed: u64, darts: u64) -> Result<u64, TaskError> {
    let batch = 100_000;
    let refs: Vec<_> = (0..darts.div_ceil(batch)).map(|b| throw::remote(seed, b)).collect();
    Ok(get_all(&refs)?.len() as u64)
}
";
    let yours = OTHER.replace("100_000", "sweep(1_000)").replace(
        "    Ok(get_all",
        "    // All at once, and then the sum of them: the driver waits a single time.\n    Ok(get_all",
    );
    Comparison::Lines(compare(&yours, OTHER))
}
