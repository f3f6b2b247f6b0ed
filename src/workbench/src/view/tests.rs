//! Screens as text at several sizes, and what their colours and styles must tell apart.

use grader::{check::Progress as Told, report::Verdict};
use ratatui::{Terminal, backend::TestBackend, crossterm::event::KeyCode, style::Color};

use super::*;
use crate::{
    message::Message,
    model::Window,
    samples::{self, after, tell},
    update::update,
};

pub(super) fn drawn(model: &Model) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(model.size.width, model.size.height)).unwrap();
    terminal.draw(|frame| frame.render_widget(model, frame.area())).unwrap();
    terminal.backend().buffer().clone()
}

pub(super) fn screen(model: &Model) -> String {
    let buffer = drawn(model);
    let width = usize::from(buffer.area.width);
    let rows = buffer.content.chunks(width).map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>());
    rows.map(|row| row.trim_end().to_owned() + "\n").collect()
}

pub(super) fn press(model: &mut Model, code: KeyCode) {
    update(model, Message::Key(code.into()));
}

/// The style of the first cell of a text on the screen.
pub(super) fn style_of(model: &Model, text: &str) -> ratatui::style::Style {
    let buffer = drawn(model);
    let width = usize::from(buffer.area.width);
    let rows: Vec<Vec<&str>> =
        buffer.content.chunks(width).map(|row| row.iter().map(|cell| cell.symbol()).collect()).collect();
    for (y, row) in rows.iter().enumerate() {
        for x in 0..width {
            if row[x..].concat().starts_with(text) {
                return buffer[(x as u16, y as u16)].style();
            }
        }
    }
    panic!("`{text}` is not on the screen:\n{}", screen(model))
}

#[test]
fn the_first_build_in_a_small_terminal() {
    let mut model = samples::opened(80, 24);
    let compiled = crate::model::Compiled { done: 12, total: 57, name: "serde".to_owned() };
    after(&mut model, 250, Message::Preparing(compiled));
    insta::assert_snapshot!(screen(&model), @r"
     Parlings  Parallel programming              pi: ⠸ first build, 12 of 57 crates
    ┏ Course ━━━━━━━━━━┓┌ Grain: how much work makes a task worth its price ───────┐
    ┃ ○ bootstrap  0/10┃│Pi by darts                                               │
    ┃▶○ pi         0/10┃│                                                          │
    ┃ ○ julia      0/10┃│Throw darts at the unit square. pi / 4 of them hit the    │
    ┃                  ┃│circle, and no dart knows of another.                     │
    ┃                  ┃│                                                          │
    ┃                  ┃│Steps                                                     │
    ┃                  ┃│                                                          │
    ┃                  ┃│1. The obvious way, with a million darts: one task per    │
    ┃                  ┃│   dart. Read a task's length in the task stream.         │
    ┃                  ┃│2. Batches of 1,000; explain both ends of the U.          │
    ┃                  ┃│                                                          │
    ┃                  ┃│let refs: Vec<_> = (0..batches)                           │
    ┃                  ┃│    .map(|batch| hits_task::remote(seed, batch))          │
    ┃                  ┃│    .collect();                                           │
    ┃                  ┃│                                                          │
    ┃                  ┃│Use get_all once.                                         │
    ┃                  ┃│                                                          │
    ┃                  ┃│                                                          │
    ┃                  ┃│                                                          │
    ┃                  ┃│                                                          │
    ┗━━━━━ 0/30 points ┛└──────────────────────────────────────────────────────────┘
     Enter open  e edit  r check  h hint  p picture  Tab next  ? keys  q quit
    ");
    after(&mut model, 300, Message::Saved { exercise: "pi".to_owned() });
    insta::assert_snapshot!(screen(&model), @r"
     Parlings  Parallel programming              pi: ⠴ first build, 12 of 57 crates
    ┌ Course ──────────┐┏ Result ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
    │ ○ bootstrap  0/10│┃⠴ first build, 12 of 57 crates                            ┃
    │▶○ pi         0/10│┃                                                          ┃
    │ ○ julia      0/10│┃▕████████▍                               ▏                ┃
    │                  │┃ 12 of 57 crates: serde                                   ┃
    │                  │┃                                                          ┃
    │                  │┃The first build compiles what all exercises need. After   ┃
    │                  │┃it, a save is checked within seconds.                     ┃
    │                  │┃                                                          ┃
    │                  │┃◐ Your save is seen. It is checked as soon as this build  ┃
    │                  │┃  is over.                                                ┃
    │                  │┃                                                          ┃
    │                  │┃                                                          ┃
    │                  │┃                                                          ┃
    │                  │┃                                                          ┃
    │                  │┃                                                          ┃
    │                  │┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
    │                  │┌ Task stream ─────────────────────────────────────────────┐
    │                  ││What your tasks do is seen here once the program has run. │
    │                  ││                                                          │
    │                  ││                                                          │
    └───── 0/30 points ┘└──────────────────────────────────────────────────────────┘
     ↑↓ scroll  e edit  r check  h hint  p picture  z zoom  Tab next  ? keys  q quit
    ");
}

#[test]
fn a_pass_in_a_wide_terminal() {
    insta::assert_snapshot!(screen(&samples::passed(120, 40)), @r"
     Parlings  Parallel programming                                                             pi: ✓ Pass, 10 of 10 points
    ┏ Course ━━━━━━━━━━┓┌ Grain: how much work makes a task worth its p… ┐┌ Result ────────────────────────────────────────┐
    ┃ ○ bootstrap  0/10┃│Pi by darts                                     ││✓ Pass, 10 of 10 points                         │
    ┃▶✓ pi        10/10┃│                                                ││                                                │
    ┃ ○ julia      0/10┃│Throw darts at the unit square. pi / 4 of them  ││✓ Right on the small case, after 1.2 s          │
    ┃                  ┃│hit the circle, and no dart knows of another.   ││                                                │
    ┃                  ┃│                                                ││serial   ███████████████████████  0.375 s       │
    ┃                  ┃│Steps                                           ││parallel ████████████             0.196 s  1.91x│
    ┃                  ┃│                                                ││asked    █████████████▊           0.223 s  1.68x│
    ┃                  ┃│1. The obvious way, with a million darts: one   ││probe    ███████████▋             0.190 s  1.97x│
    ┃                  ┃│   task per dart. Read a task's length in the   ││Medians of 5 rounds.                            │
    ┃                  ┃│   task stream.                                 ││                                                │
    ┃                  ┃│2. Batches of 1,000; explain both ends of the U.││✓ 4 of 4  right, from shared work (2 tasks      │
    ┃                  ┃│                                                ││  overlapped)                                   │
    ┃                  ┃│let refs: Vec<_> = (0..batches)                 ││✓ 3 of 3  4 tasks or more a worker (1,001 tasks │
    ┃                  ┃│    .map(|batch| hits_task::remote(seed, batch))││  on 2 workers)                                 │
    ┃                  ┃│    .collect();                                 ││✓ 3 of 3  speed                                 │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│Use get_all once.                               ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┃                  ┃│                                                ││                                                │
    ┗━━━━ 10/30 points ┛└────────────────────────────────────────────────┘└────────────────────────────────────────────────┘
    ┌ Task stream, round 5: 405 tasks, 187 us each ────────────────────────────────────────────────────────────────────────┐
    │worker 0  ██████████████████████████████▉███████████████████▉          ··········▌█████████████████████████████▉  80 %│
    │worker 1            ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    ▏████×  49 %│
    │          ╵0 ms               ╵20 ms               ╵40 ms              ╵60 ms               ╵80 ms                    │
    └ █ hits_task ─────────────────────────────────────────────────────────────────────────────────────────────────────────┘
     Enter open  e edit  r check  h hint  p picture  Tab next  ? keys  q quit
    ");
}

#[test]
fn a_pass_in_a_small_terminal() {
    let mut model = samples::passed(80, 24);
    model.focus = Pane::Result;
    insta::assert_snapshot!(screen(&model), @r"
     Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
    ┌ Course ──────────┐┏ Result ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
    │ ○ bootstrap  0/10│┃✓ Pass, 10 of 10 points                                   ┃
    │▶✓ pi        10/10│┃                                                          ┃
    │ ○ julia      0/10│┃✓ Right on the small case, after 1.2 s                    ┃
    │                  │┃                                                          ┃
    │                  │┃serial   █████████████████████████████████  0.375 s       ┃
    │                  │┃parallel █████████████████▎                 0.196 s  1.91x┃
    │                  │┃asked    ███████████████████▋               0.223 s  1.68x┃
    │                  │┃probe    ████████████████▊                  0.190 s  1.97x┃
    │                  │┃Medians of 5 rounds.                                      ┃
    │                  │┃                                                          ┃
    │                  │┃✓ 4 of 4  right, from shared work (2 tasks overlapped)    ┃
    │                  │┃✓ 3 of 3  4 tasks or more a worker (1,001 tasks on 2      ┃
    │                  │┃  workers)                                                ┃
    │                  │┃✓ 3 of 3  speed                                           ┃
    │                  │┃                                                          ┃
    │                  │┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
    │                  │┌ Task stream, round 5: 405 tasks, 187 us each ────────────┐
    │                  ││worker 0  ████████████▉███████▉    ····▌███████████▉  80 %│
    │                  ││worker 1      ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░░ ▏█×  49 %│
    │                  ││          ╵0 ms                ╵50 ms                     │
    └──── 10/30 points ┘└ █ hits_task ─────────────────────────────────────────────┘
     ↑↓ scroll  e edit  r check  h hint  p picture  z zoom  Tab next  ? keys  q quit
    ");
}

#[test]
fn a_compile_error_in_the_compilers_words() {
    let mut model = samples::ready(100, 28);
    tell(&mut model, Told::Building);
    tell(&mut model, Told::Diagnosed(samples::diagnostic()));
    let report = grader::report::Report {
        message: "It does not compile.".to_owned(),
        diagnostics: vec![samples::diagnostic()],
        rubric: Vec::new(),
        speedup: None,
        ..samples::report(Verdict::BuildFailed, 0)
    };
    let check = model.check.id;
    update(&mut model, Message::Checked { check, outcome: Ok(report) });
    insta::assert_snapshot!(screen(&model), @r"
     Parlings  Parallel programming                              pi: ✗ Does not compile, 0 of 10 points
    ┏ Course ━━━━━━━━━━┓┌ Grain: how much work makes a task w… ┐┌ Result ──────────────────────────────┐
    ┃ ○ bootstrap  0/10┃│Pi by darts                           ▐│✗ Does not compile, 0 of 10 points    │
    ┃▶◐ pi         0/10┃│                                      ▐│                                      │
    ┃ ○ julia      0/10┃│Throw darts at the unit square. pi / 4▐│It does not compile.                  │
    ┃                  ┃│of them hit the circle, and no dart   ▐│                                      │
    ┃                  ┃│knows of another.                     ▐│error[E0308]: mismatched types        │
    ┃                  ┃│                                      ▐│ --> exercises/pi.rs:12:5             │
    ┃                  ┃│Steps                                 ▐│                                      │
    ┃                  ┃│                                      ▐│                                      │
    ┃                  ┃│1. The obvious way, with a million    ▐│                                      │
    ┃                  ┃│   darts: one task per dart. Read a   ▐│                                      │
    ┃                  ┃│   task's length in the task stream.  ▐│                                      │
    ┃                  ┃│2. Batches of 1,000; explain both ends▐│                                      │
    ┃                  ┃│   of the U.                          ▐│                                      │
    ┃                  ┃│                                      ▐│                                      │
    ┃                  ┃│let refs: Vec<_> = (0..batches)       ▐│                                      │
    ┃                  ┃│    .map(|batch|                      ▐│                                      │
    ┃                  ┃│    hits_task::remote(seed, batch))   ▐│                                      │
    ┃                  ┃│    .collect();                       ▐│                                      │
    ┃                  ┃│                                      ││                                      │
    ┗━━━━━ 0/30 points ┛└──────────────────────────────────────┘└──────────────────────────────────────┘
    ┌ Task stream ─────────────────────────────────────────────────────────────────────────────────────┐
    │What your tasks do is seen here once the program has run.                                         │
    │                                                                                                  │
    │                                                                                                  │
    └──────────────────────────────────────────────────────────────────────────────────────────────────┘
     Enter open  e edit  r check  h hint  p picture  Tab next  ? keys  q quit
    ");
    assert_eq!(style_of(&model, "error[E0308]").fg, Some(Color::LightRed));
}

#[test]
fn a_wrong_answer_says_why_once() {
    let mut model = samples::ready(100, 28);
    let mistake = "The last 317 darts are missing; round up and clip the last batch.";
    tell(&mut model, samples::tried(Some(mistake)));
    let report = grader::report::Report {
        message: mistake.to_owned(),
        rubric: Vec::new(),
        speedup: None,
        ..samples::report(Verdict::Wrong, 0)
    };
    let check = model.check.id;
    update(&mut model, Message::Checked { check, outcome: Ok(report) });
    insta::assert_snapshot!(screen(&model), @r"
     Parlings  Parallel programming                                         pi: ✗ Wrong, 0 of 10 points
    ┏ Course ━━━━━━━━━━┓┌ Grain: how much work makes a task w… ┐┌ Result ──────────────────────────────┐
    ┃ ○ bootstrap  0/10┃│Pi by darts                           ▐│✗ Wrong, 0 of 10 points               │
    ┃▶◐ pi         0/10┃│                                      ▐│                                      │
    ┃ ○ julia      0/10┃│Throw darts at the unit square. pi / 4▐│The last 317 darts are missing; round │
    ┃                  ┃│of them hit the circle, and no dart   ▐│up and clip the last batch.           │
    ┃                  ┃│knows of another.                     ▐│                                      │
    ┃                  ┃│                                      ▐│✗ Not right on the small case, after  │
    ┃                  ┃│Steps                                 ▐│  0.0 s                               │
    ┃                  ┃│                                      ▐│                                      │
    ┃                  ┃│1. The obvious way, with a million    ▐│                                      │
    ┃                  ┃│   darts: one task per dart. Read a   ▐│                                      │
    ┃                  ┃│   task's length in the task stream.  ▐│                                      │
    ┃                  ┃│2. Batches of 1,000; explain both ends▐│                                      │
    ┃                  ┃│   of the U.                          ▐│                                      │
    ┃                  ┃│                                      ▐│                                      │
    ┃                  ┃│let refs: Vec<_> = (0..batches)       ▐│                                      │
    ┃                  ┃│    .map(|batch|                      ▐│                                      │
    ┃                  ┃│    hits_task::remote(seed, batch))   ▐│                                      │
    ┃                  ┃│    .collect();                       ▐│                                      │
    ┃                  ┃│                                      ││                                      │
    ┗━━━━━ 0/30 points ┛└──────────────────────────────────────┘└──────────────────────────────────────┘
    ┌ Task stream, small case: no tasks, the program's own thread did it all ──────────────────────────┐
    │worker 0                                                                                       0 %│
    │worker 1                                                                                       0 %│
    │          ╵0 ns           ╵200 ns          ╵400 ns         ╵600 ns          ╵800 ns               │
    └──────────────────────────────────────────────────────────────────────────────────────────────────┘
     Enter open  e edit  r check  h hint  p picture  Tab next  ? keys  q quit
    ");
}

#[test]
fn a_race_half_way() {
    let mut model = samples::ready(100, 28);
    tell(&mut model, samples::tried(None));
    tell(&mut model, samples::round(1, 0.37));
    tell(&mut model, samples::round(2, 0.36));
    insta::assert_snapshot!(screen(&model), @r"
     Parlings  Parallel programming                                         pi: ⠸ racing, 2 of 5 rounds
    ┏ Course ━━━━━━━━━━┓┌ Grain: how much work makes a task w… ┐┌ Result ──────────────────────────────┐
    ┃ ○ bootstrap  0/10┃│Pi by darts                           ▐│⠸ racing, 2 of 5 rounds               │
    ┃▶○ pi         0/10┃│                                      ▐│                                      │
    ┃ ○ julia      0/10┃│Throw darts at the unit square. pi / 4▐│✓ Right on the small case, after 0.0 s│
    ┃                  ┃│of them hit the circle, and no dart   ▐│                                      │
    ┃                  ┃│knows of another.                     ▐│serial   █████████████  0.375 s       │
    ┃                  ┃│                                      ▐│parallel ████████████▋  0.365 s  1.03x│
    ┃                  ┃│Steps                                 ▐│asked    ███████▊       0.224 s  1.68x│
    ┃                  ┃│                                      ▐│probe    ██████▋        0.190 s  1.97x│
    ┃                  ┃│1. The obvious way, with a million    ▐│Medians of 2 rounds.                  │
    ┃                  ┃│   darts: one task per dart. Read a   ▐│                                      │
    ┃                  ┃│   task's length in the task stream.  ▐│                                      │
    ┃                  ┃│2. Batches of 1,000; explain both ends▐│                                      │
    ┃                  ┃│   of the U.                          ▐│                                      │
    ┃                  ┃│                                      ▐│                                      │
    ┃                  ┃│let refs: Vec<_> = (0..batches)       ▐│                                      │
    ┃                  ┃│    .map(|batch|                      ▐│                                      │
    ┃                  ┃│    hits_task::remote(seed, batch))   ▐│                                      │
    ┃                  ┃│    .collect();                       ▐│                                      │
    ┃                  ┃│                                      ││                                      │
    ┗━━━━━ 0/30 points ┛└──────────────────────────────────────┘└──────────────────────────────────────┘
    ┌ Task stream, round 2: no tasks, the program's own thread did it all ─────────────────────────────┐
    │worker 0                                                                                       0 %│
    │worker 1                                                                                       0 %│
    │          ╵0 ns           ╵200 ns          ╵400 ns         ╵600 ns          ╵800 ns               │
    └──────────────────────────────────────────────────────────────────────────────────────────────────┘
     Enter open  e edit  r check  h hint  p picture  Tab next  ? keys  q quit
    ");
}

#[test]
fn hints_one_at_a_time() {
    let mut model = samples::passed(80, 24);
    press(&mut model, KeyCode::Char('h'));
    press(&mut model, KeyCode::Char('h'));
    insta::assert_snapshot!(screen(&model), @r"
     Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
    ┌ Course ──────────┐┌ Grain: how much work makes a task worth its price ───────┐
    │ ○ bootstrap  0/10││Pi by darts                                               │
    │▶✓ pi        10/10││                                                          │
    │ ○ julia      0/10││Throw darts at the unit square. pi / 4 of them hit the    │
    │                  ││circle, and no dart knows of another.                     │
    │                  ││                                                          │
    │                  ││Steps                                                     │
    │                  ││                                                          │
    │  ┏ Hints: 2 of 3 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓  │
    │  ┃Hint 1. A dart takes 4 ns, a task 0.4 us.                               ┃  │
    │  ┃                                                                        ┃  │
    │  ┃Hint 2. Batches of 2_000 or more.                                       ┃  │
    │  ┃                                                                        ┃  │
    │  ┃h shows the last hint, Esc closes this.                                 ┃  │
    │  ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛  │
    │                  ││                                                          │
    │                  ││Use get_all once.                                         │
    │                  ││                                                          │
    │                  ││                                                          │
    │                  ││                                                          │
    │                  ││                                                          │
    └──── 10/30 points ┘└──────────────────────────────────────────────────────────┘
     h next hint  ↑↓ scroll  Esc close
    ");
}

#[test]
fn the_help() {
    let mut model = samples::passed(80, 32);
    press(&mut model, KeyCode::Char('?'));
    insta::assert_snapshot!(screen(&model), @"
     Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
    ┌ Course ──────────┐┌ Grain: how much work makes a task worth its price ───────┐
    │┏ Keys and signs ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓│
    │┃Keys                                                                        ┃│
    │┃  e             open the exercise in your editor ($VISUAL or $EDITOR)       ┃│
    │┃  r             check it again; saving the file does that by itself         ┃│
    │┃  h             show the next hint                                          ┃│
    │┃  p             show what the program's answer looks like                   ┃│
    │┃  s             vary what `sweep` gives, and draw time against it           ┃│
    │┃  z             give the pane the whole screen, and take it back            ┃│
    │┃  Tab Shift-Tab go to the next pane, to the one before                      ┃│
    │┃  ↑ ↓ k j       move, scroll; PgUp PgDn Space by pages, Home End all the way┃│
    │┃  Enter         in the course: open the exercise under the cursor           ┃│
    │┃  + - ← → 0     in the task stream: closer, farther, move, all of it        ┃│
    │┃  t             the next theme: dark, light, for any colour vision, none    ┃│
    │┃  ? Esc         show this, close this                                       ┃│
    │┃  q Ctrl-C      quit; your progress is kept                                 ┃│
    │┃Course                                                                      ┃│
    │┃  ○ ◐ ✓         not begun, tried, solved; then the most points so far       ┃│
    │┃Result                                                                      ┃│
    │┃  serial        the serial program's time; bars are medians of the rounds   ┃│
    │┃  parallel      your program's time, and how many times faster it is        ┃│
    │┃  asked         the longest time that passes; a share of the probe's        ┃│
    │┃  probe         the same work, nothing shared: the best this machine gives  ┃│
    │┃Task stream: a row a worker, time from left to right                        ┃│
    │┃  █████▉███     a task is one block; the next has another shade             ┃│
    │┃  ░ ▒ ▓         many short tasks: the denser, the more work in that time    ┃│
    │┃  ·····         a task that sleeps; blank is a worker with nothing to do    ┃│
    │┃  ×             a task failed here                                          ┃│
    │┃  98 %          how much of the time shown the worker had work              ┃│
    └┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛┘
     ↑↓ scroll  Esc close
    ");
    assert!(
        help::lines().iter().all(|line| line.width() <= usize::from(inside(help::area(Rect::new(0, 0, 80, 40))).width))
    );
}

#[test]
fn the_picture() {
    let mut model = samples::passed(100, 28);
    press(&mut model, KeyCode::Char('p'));
    insta::assert_snapshot!(screen(&model), @r"
     Parlings  Parallel programming                                         pi: ✓ Pass, 10 of 10 points
    ┏ Picture: Grain: how much work makes a task worth its price ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
    ┃The first 2,000 darts                             The estimate                                    ┃
    ┃  1┤⠉⠉⠉⠉⠑⠒⠒⠢⠤⢤⣀⣀                                  pi                                              ┃
    ┃   │           ⠈⠉⠒⠢⢤⡀                              3.3┤⠑⠢⢄⡀                                       ┃
    ┃   │                ⠈⠙⠢⢄⡀                             │   ⠈⠑⠤⣀                                    ┃
    ┃   │                    ⠉⠢⢄                           │       ⠉⠒⠤⡀                                ┃
    ┃   │                       ⠙⠦⡀                        │          ⠈⠑⠢⢄⡀                            ┃
    ┃   │       ⣠⡀                ⠈⠢⡀                      │              ⠈⠒⠤⣀                         ┃
    ┃   │       ⠈                   ⠈⢢⡀                    │                  ⠉⠒⢄⡀                     ┃
    ┃   │                             ⠙⢄                   │                     ⠈⠒⠤⡀                  ┃
    ┃   │                              ⠈⢢⡀                 │                        ⠈⠑⠢⢄⡀              ┃
    ┃0.5┤                  ⠠⡦            ⠱⡀                │                            ⠈⠑⠤⣀           ┃
    ┃   │                                 ⠹⡀           3.15┤                                ⠉⠒⢄⡀       ┃
    ┃   │                                  ⠹⡀              │                                   ⠈⠑⠢⢄⡀   ┃
    ┃   │                                   ⢣              │                                       ⠈⠒⠤⣀┃
    ┃   │                                   ⠈⡇             │                                           ┃
    ┃   │                                    ⢹             │                                           ┃
    ┃   │                                    ⠈⡆            │                                           ┃
    ┃   │                                     ⢇            │                                           ┃
    ┃   │                                     ⢸            │                                           ┃
    ┃  0┤                                     ⢸           3┤                                           ┃
    ┃   └┬─────────────────┬──────────────────┬            └┬────────────────────┬────────────────────┬┃
    ┃    0                0.5                 1             0                   50                  100┃
    ┃                      x                                                   darts                   ┃
    ┃100,000,317 darts, 78,539,000 hits: pi is about 3.14151                                           ┃
    ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
     Esc close
    ");
}

#[test]
fn the_footer_has_the_sweep_where_there_is_one_and_fits() {
    let footers = |width: u16, numbers: &[u64]| {
        let mut model = samples::passed(width, 28);
        model.course.exercises[1].sweep = numbers.to_vec();
        let lines = Pane::ALL.map(|focus| {
            model.focus = focus;
            let lines = footer(&model, width);
            assert!(lines.len() == 1 && lines[0].width() <= usize::from(width), "{width}: {lines:?}");
            lines[0].to_string()
        });
        lines.join("\n")
    };
    insta::assert_snapshot!(footers(80, &[1_000]), @"
     Enter open  e edit  r check  h hint  p picture  s sweep  ? keys  q quit
     e edit  r check  h hint  p picture  s sweep  z zoom  Tab next  ? keys  q quit
     e edit  r check  h hint  p picture  s sweep  z zoom  Tab next  ? keys  q quit
     + - closer, farther  ← → move  0 all of it  z zoom  Tab next  ? keys  q quit
    ");
    insta::assert_snapshot!(footers(100, &[1_000]), @"
     Enter open  e edit  r check  h hint  p picture  s sweep  Tab next  ? keys  q quit
     ↑↓ scroll  e edit  r check  h hint  p picture  s sweep  z zoom  Tab next  ? keys  q quit
     ↑↓ scroll  e edit  r check  h hint  p picture  s sweep  z zoom  Tab next  ? keys  q quit
     + - closer, farther  ← → move  0 all of it  z zoom  Tab next  ? keys  q quit
    ");
    assert!(!footers(80, &[]).contains("sweep"));
}

#[test]
fn every_key_of_the_footer_does_something() {
    let codes = |key: &str| match key {
        "Enter" => vec![KeyCode::Enter],
        "Esc" => vec![KeyCode::Esc],
        "Tab" => vec![KeyCode::Tab],
        "← →" => vec![KeyCode::Left, KeyCode::Right],
        letters => letters.chars().filter(|&letter| letter != ' ').map(KeyCode::Char).collect(),
    };
    let overlays = [Overlay::Help, Overlay::Hints, Overlay::Picture, Overlay::Sweep].map(Some);
    for (focus, overlay) in
        Pane::ALL.iter().flat_map(|&focus| [None].into_iter().chain(overlays).map(move |o| (focus, o)))
    {
        for (numbers, hints) in [(vec![1_000], 0), (Vec::new(), 3)] {
            let mut model = samples::passed(80, 24);
            model.course.exercises[1].sweep = numbers;
            (0..hints).for_each(|_| model.progress.take_hint("pi"));
            // From the middle, there is a way in every direction.
            (model.focus, model.overlay, model.window) = (focus, overlay, Window::default().zoomed(0.5));
            // How far a text scrolls is up to its length.
            for (key, does) in keys(&model).into_iter().filter(|&key| key != SCROLL) {
                for code in codes(key) {
                    let mut after = model.clone();
                    let effects = update(&mut after, Message::Key(code.into()));
                    let changed = format!("{after:?}") != format!("{model:?}");
                    assert!(changed || !effects.is_empty(), "{focus:?}, {overlay:?}: {key} {does}");
                }
            }
        }
    }
}

#[test]
fn a_terminal_that_is_too_small_is_told_so() {
    insta::assert_snapshot!(screen(&samples::passed(60, 20)), @r"
    Parlings needs 80 x 24 characters; this window has 60 x 20.
    Make it larger, or its letters smaller. q quits.
    ");
}

#[test]
fn no_size_and_no_state_breaks_the_screen() {
    for (width, height) in [(1, 1), (20, 3), (79, 24), (80, 23), (80, 24), (99, 60), (100, 28), (101, 27), (300, 100)] {
        for mut model in [samples::opened(width, height), samples::ready(width, height), samples::passed(width, height)]
        {
            for focus in Pane::ALL {
                for overlay in [None, Some(Overlay::Help), Some(Overlay::Hints), Some(Overlay::Picture)] {
                    (model.focus, model.overlay) = (focus, overlay);
                    drawn(&model);
                    assert!(scroll_end(&model).lesson < 1_000);
                }
            }
        }
    }
}

#[test]
fn a_terminal_of_another_size_than_the_model_knows_breaks_nothing() {
    let model = samples::passed(120, 40);
    for (width, height) in [(1, 1), (80, 24), (300, 100)] {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| frame.render_widget(&model, frame.area())).unwrap();
    }
}

#[test]
fn what_went_wrong_outside_is_seen_in_full() {
    let mut model = samples::passed(80, 24);
    let trouble =
        "no editor is set: leave, and start again after `export EDITOR=nano`. Or open exercises/pi.rs in any editor.";
    update(&mut model, Message::Trouble(trouble.to_owned()));
    let text = screen(&model);
    let footer: Vec<&str> = text.lines().skip(22).collect();
    insta::assert_snapshot!(footer.join("\n"), @r"
    !  no editor is set: leave, and start again after `export EDITOR=nano`. Or open
      exercises/pi.rs in any editor.
    ");
    assert_eq!(style_of(&model, "no editor").fg, Some(Color::Red));
}

#[test]
fn a_long_lesson_scrolls_to_its_end_and_no_further() {
    let mut model = samples::opened(80, 24);
    model.focus = Pane::Lesson;
    model.lesson = Ok(format!("{}\n\nThe very last line.", samples::LESSON.repeat(3)));
    assert!(!screen(&model).contains("The very last line."));
    press(&mut model, KeyCode::End);
    assert!(screen(&model).contains("The very last line."));
    let end = model.scroll.lesson;
    press(&mut model, KeyCode::Down);
    assert_eq!(model.scroll.lesson, end);
    press(&mut model, KeyCode::Up);
    assert_eq!(model.scroll.lesson, end - 1);
}

#[test]
fn styles_tell_apart_what_they_should() {
    let mut model = samples::passed(120, 40);
    // The verdict.
    assert_eq!(style_of(&model, "✓ Pass").fg, Some(Color::Green));
    // Neighbouring tasks of a function: two shades.
    let shades: std::collections::HashSet<Color> = [1, 2].map(|task| theme::task(0, task).fg.unwrap()).into();
    assert_eq!(shades.len(), 2);
    let functions: std::collections::HashSet<Color> =
        [0, 1, 2, 3, 4].map(|site| theme::task(site, 1).fg.unwrap()).into();
    assert_eq!(functions.len(), 5);
    // The serial and the parallel bar.
    let bar = |model: &Model, name: &str| {
        let lines = result::lines(model, 60);
        let line = lines.iter().find(|line| line.to_string().starts_with(name)).expect("a bar").clone();
        line.spans[1].style.fg
    };
    assert_ne!(bar(&model, "serial"), bar(&model, "parallel"));
    assert_eq!(bar(&model, "parallel"), Some(Color::Green));
    // What has the keys: thick and bold, not only coloured.
    assert!(screen(&model).contains("┏ Course"));
    assert!(style_of(&model, "Course").add_modifier.contains(ratatui::style::Modifier::BOLD));
    // The line under the cursor.
    assert!(style_of(&model, "▶").add_modifier.contains(ratatui::style::Modifier::REVERSED));
    press(&mut model, KeyCode::Tab);
    assert!(!style_of(&model, "▶").add_modifier.contains(ratatui::style::Modifier::REVERSED));
}

#[test]
fn every_verdict_has_its_own_words() {
    use grader::report::Verdict::*;
    let all = [Pass, Wrong, TooSlow, Panicked, TimedOut, Crashed, BuildFailed, Unsolved, Inconclusive];
    let words: std::collections::HashSet<_> = all.map(|verdict| theme::verdict(verdict).1).into();
    assert_eq!(words.len(), all.len());
}

#[test]
fn a_closer_look_shows_single_tasks() {
    let mut model = samples::passed(120, 40);
    model.focus = Pane::Stream;
    (0..7).for_each(|_| press(&mut model, KeyCode::Char('+')));
    let text = screen(&model);
    let stream: Vec<&str> = text.lines().skip(34).collect();
    insta::assert_snapshot!(stream.join("\n"), @r"
    ┏ Task stream, round 5: 405 tasks, 187 us each ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
    ┃worker 0  ██████████████████████████████████████████████████▉                                                     50 %┃
    ┃worker 1  ████████████████████▌   ▏█████████████████████▌    ███████▎                  ▉██████▎                   56 %┃
    ┃                      ╵49,700 us   ╵49,800 us   ╵49,900 us   ╵50,000 us   ╵50,100 us   ╵50,200 us   ╵50,300 us        ┃
    ┗ █ hits_task ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
     + - closer, farther  ← → move  0 all of it  z zoom  Tab next  ? keys  q quit
    ");
}

#[test]
fn a_zoomed_pane_has_the_whole_screen() {
    let mut model = samples::passed(80, 24);
    for (focus, words) in [
        (Pane::Course, "bootstrap"),
        (Pane::Lesson, "Throw darts"),
        (Pane::Result, "✓ Right on the small case"),
        (Pane::Stream, "worker 1"),
    ] {
        (model.focus, model.zoomed) = (focus, false);
        press(&mut model, KeyCode::Char('z'));
        let text = screen(&model);
        let width = text.lines().nth(1).map(|top| top.chars().count());
        assert!(text.contains(words) && width == Some(80), "{text}");
        assert_eq!(text.matches('┏').count(), 1, "{text}");
    }
}
