//! Screens as text at several sizes, and what their colours and styles must tell apart.

use grader::{check::Progress as Told, report::Verdict};
use ratatui::{Terminal, backend::TestBackend, crossterm::event::KeyCode, style::Color};

use super::*;
use crate::{
    message::Message,
    model::{Selection, Window},
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
    insta::assert_snapshot!(screen(&model), @"
     Parlings  Parallel programming              pi: ⠸ first build, 12 of 57 crates
    [1 Course] 2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
    ┏ Course ━━━━━━━━━━┓┌ Grain: how much work makes a task worth its price ───────┐
    ┃ ○ bootstrap  0/10┃│Pi by darts                                               │
    ┃▶○ pi         0/10┃│                                                          │
    ┃ ○ julia      0/10┃│Throw darts at the unit square. pi / 4 of them hit the    │
    ┃                  ┃│circle, and no dart knows of another.                     │
    ┃pi                ┃│                                                          │
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
    ┗━━━━━ 0/30 points ┛└──────────────────────────────────────────────────────────┘
     Enter open  ↑↓ move  e edit  r check  h hint  z enlarge  / find  ? keys  q quit
    ");
    after(&mut model, 300, Message::Saved { exercise: "pi".to_owned() });
    insta::assert_snapshot!(screen(&model), @"
     Parlings  Parallel programming              pi: ⠴ first build, 12 of 57 crates
     1 Course  2 Lesson [3 Run] 4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
    ┌ Course ──────────┐┏ Run ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
    │ ○ bootstrap  0/10│┃⠴ first build, 12 of 57 crates                            ┃
    │▶○ pi         0/10│┃                                                          ┃
    │ ○ julia      0/10│┃▕████████▍                               ▏                ┃
    │                  │┃ 12 of 57 crates: serde                                   ┃
    │pi                │┃                                                          ┃
    │                  │┃The first build compiles what all exercises need. After   ┃
    │                  │┃it, a save is checked within seconds.                     ┃
    │                  │┃                                                          ┃
    │                  │┃◐ Your save is seen. It is checked as soon as this build  ┃
    │                  │┃  is over.                                                ┃
    │                  │┃                                                          ┃
    │                  │┃                                                          ┃
    │                  │┃                                                          ┃
    │                  │┃                                                          ┃
    │                  │┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
    │                  │┌ Tasks ───────────────────────────────────────────────────┐
    │                  ││What your tasks do is seen here once the program has run. │
    │                  ││                                                          │
    │                  ││                                                          │
    └───── 0/30 points ┘└──────────────────────────────────────────────────────────┘
     ↑↓ scroll  e edit  r check  h hint  z enlarge  / find  Tab next  ? keys  q quit
    ");
}

#[test]
fn a_pass_in_a_small_terminal() {
    let mut model = samples::passed(80, 24);
    model.screen = Screen::Run;
    insta::assert_snapshot!(screen(&model), @"
     Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
     1 Course  2 Lesson [3 Run] 4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
    ┌ Course ──────────┐┏ Run ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
    │ ○ bootstrap  0/10│┃✓ Pass, 10 of 10 points                                   ▐
    │▶✓ pi        10/10│┃                                                          ▐
    │ ○ julia      0/10│┃✓ Right on the small case, after 1.2 s                    ▐
    │                  │┃                                                          ▐
    │pi                │┃rounds   ●●●●●  5 of 5 won                                ▐
    │best ratio 1.91x  │┃ratio    ████████████████████████████┃███    1.91x ≥ 1.68x▐
    │                  │┃serial   █████████████████████████████████  0.375 s       ▐
    │                  │┃parallel █████████████████▎                 0.196 s  1.91x▐
    │                  │┃asked    ███████████████████▋               0.223 s  1.68x▐
    │                  │┃probe    ████████████████▊                  0.190 s  1.97x▐
    │                  │┃CPU/wall ███████████████████████████████▍  1.90 of 2 cores┃
    │                  │┃memory   █▎                                        38.4 MB┃
    │                  │┃                                                          ┃
    │                  │┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
    │                  │┌ Tasks, round 5: 405 tasks, mean 187 us ──────────────────┐
    │                  ││worker 0  ████████████▉███████▉    ····▌███████████▉  80 %│
    │                  ││worker 1      ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░░ ▏█×  49 %│
    │                  ││driver       ·······································      │
    │                  ││          ╵0 ms                ╵50 ms                     │
    └──── 10/30 points ┘└ █ hits_task ─────────────────────────────────────────────┘
     ↑↓ scroll  e edit  r check  h hint  z enlarge  / find  Tab next  ? keys  q quit
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
    insta::assert_snapshot!(screen(&model), @"
     Parlings  Parallel programming                              pi: ✗ Does not compile, 0 of 10 points
    [1 Course] 2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
    ┏ Course ━━━━━━━━━━┓┌ Grain: how much work makes a task w… ┐┌ Run ─────────────────────────────────┐
    ┃ ○ bootstrap  0/10┃│Pi by darts                           ▐│✗ Does not compile, 0 of 10 points    │
    ┃▶◐ pi         0/10┃│                                      ▐│                                      │
    ┃ ○ julia      0/10┃│Throw darts at the unit square. pi / 4▐│It does not compile.                  │
    ┃                  ┃│of them hit the circle, and no dart   ▐│                                      │
    ┃pi                ┃│knows of another.                     ▐│error[E0308]: mismatched types        │
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
    ┃                  ┃│    hits_task::remote(seed, batch))   ││                                      │
    ┃                  ┃│    .collect();                       ││                                      │
    ┗━━━━━ 0/30 points ┛└──────────────────────────────────────┘└──────────────────────────────────────┘
    ┌ Tasks ───────────────────────────────────────────────────────────────────────────────────────────┐
    │What your tasks do is seen here once the program has run.                                         │
    │                                                                                                  │
    │                                                                                                  │
    └──────────────────────────────────────────────────────────────────────────────────────────────────┘
     Enter open  ↑↓ move  e edit  r check  h hint  z enlarge  / find  Tab next  ? keys  q quit
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
    insta::assert_snapshot!(screen(&model), @"
     Parlings  Parallel programming                                         pi: ✗ Wrong, 0 of 10 points
    [1 Course] 2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
    ┏ Course ━━━━━━━━━━┓┌ Grain: how much work makes a task w… ┐┌ Run ─────────────────────────────────┐
    ┃ ○ bootstrap  0/10┃│Pi by darts                           ▐│✗ Wrong, 0 of 10 points               │
    ┃▶◐ pi         0/10┃│                                      ▐│                                      │
    ┃ ○ julia      0/10┃│Throw darts at the unit square. pi / 4▐│The last 317 darts are missing; round │
    ┃                  ┃│of them hit the circle, and no dart   ▐│up and clip the last batch.           │
    ┃pi                ┃│knows of another.                     ▐│                                      │
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
    ┃                  ┃│    hits_task::remote(seed, batch))   ││                                      │
    ┃                  ┃│    .collect();                       ││                                      │
    ┗━━━━━ 0/30 points ┛└──────────────────────────────────────┘└──────────────────────────────────────┘
    ┌ Tasks, small case: no tasks, the driver did it all ──────────────────────────────────────────────┐
    │worker 0                                                                                       0 %│
    │worker 1                                                                                       0 %│
    │          ╵0 ns           ╵200 ns          ╵400 ns         ╵600 ns          ╵800 ns               │
    └──────────────────────────────────────────────────────────────────────────────────────────────────┘
     Enter open  ↑↓ move  e edit  r check  h hint  z enlarge  / find  Tab next  ? keys  q quit
    ");
}

#[test]
fn a_race_half_way() {
    let mut model = samples::ready(100, 28);
    tell(&mut model, samples::tried(None));
    tell(&mut model, samples::round(1, 0.37));
    tell(&mut model, samples::round(2, 0.36));
    insta::assert_snapshot!(screen(&model), @"
     Parlings  Parallel programming                                         pi: ⠸ racing, 2 of 5 rounds
    [1 Course] 2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
    ┏ Course ━━━━━━━━━━┓┌ Grain: how much work makes a task w… ┐┌ Run ─────────────────────────────────┐
    ┃ ○ bootstrap  0/10┃│Pi by darts                           ▐│⠸ racing, 2 of 5 rounds               │
    ┃▶○ pi         0/10┃│                                      ▐│                                      │
    ┃ ○ julia      0/10┃│Throw darts at the unit square. pi / 4▐│✓ Right on the small case, after 0.0 s│
    ┃                  ┃│of them hit the circle, and no dart   ▐│                                      │
    ┃pi                ┃│knows of another.                     ▐│rounds   ○○···  0 of 2 won            │
    ┃                  ┃│                                      ▐│ratio    ██████▊    ┃    1.03x < 1.68x│
    ┃                  ┃│Steps                                 ▐│serial   █████████████  0.375 s       │
    ┃                  ┃│                                      ▐│parallel ████████████▋  0.365 s  1.03x│
    ┃                  ┃│1. The obvious way, with a million    ▐│asked    ███████▊       0.224 s  1.68x│
    ┃                  ┃│   darts: one task per dart. Read a   ▐│probe    ██████▋        0.190 s  1.97x│
    ┃                  ┃│   task's length in the task stream.  ▐│                                      │
    ┃                  ┃│2. Batches of 1,000; explain both ends▐│· 4 points for right, from shared work│
    ┃                  ┃│   of the U.                          ▐│· 3 points for 4 tasks a worker       │
    ┃                  ┃│                                      ▐│· 3 points for speed                  │
    ┃                  ┃│let refs: Vec<_> = (0..batches)       ▐│                                      │
    ┃                  ┃│    .map(|batch|                      ▐│                                      │
    ┃                  ┃│    hits_task::remote(seed, batch))   ││                                      │
    ┃                  ┃│    .collect();                       ││                                      │
    ┗━━━━━ 0/30 points ┛└──────────────────────────────────────┘└──────────────────────────────────────┘
    ┌ Tasks, round 2: no tasks, the driver did it all ─────────────────────────────────────────────────┐
    │worker 0                                                                                       0 %│
    │worker 1                                                                                       0 %│
    │          ╵0 ns           ╵200 ns          ╵400 ns         ╵600 ns          ╵800 ns               │
    └──────────────────────────────────────────────────────────────────────────────────────────────────┘
     Enter open  ↑↓ move  e edit  r check  h hint  z enlarge  / find  Tab next  ? keys  q quit
    ");
}

#[test]
fn without_tasks_there_is_no_race_to_be_won() {
    let mut model = samples::ready(80, 24);
    tell(&mut model, samples::tried(None));
    tell(&mut model, samples::round(1, 0.1));
    press(&mut model, KeyCode::Char('3'));
    assert!(screen(&model).contains("1 of 1 won"));
    let (check, outcome) = (model.check.id, Ok(samples::report(Verdict::Unsolved, 0)));
    update(&mut model, Message::Checked { check, outcome });
    assert!(screen(&model).contains("Not solved yet") && !screen(&model).contains("won"), "{}", screen(&model));
}

#[test]
fn hints_one_at_a_time() {
    let mut model = samples::passed(80, 24);
    press(&mut model, KeyCode::Char('h'));
    press(&mut model, KeyCode::Char('h'));
    insta::assert_snapshot!(screen(&model), @"
     Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
    [1 Course] 2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
    ┌ Course ──────────┐┌ Grain: how much work makes a task worth its price ───────┐
    │ ○ bootstrap  0/10││Pi by darts                                               │
    │▶✓ pi        10/10││                                                          │
    │ ○ julia      0/10││Throw darts at the unit square. pi / 4 of them hit the    │
    │                  ││circle, and no dart knows of another.                     │
    │pi                ││                                                          │
    │best ratio 1.91x  ││Steps                                                     │
    │2 ┏ Hints: 2 of 3 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓  │
    │  ┃Hint 1. A dart takes 4 ns, a task 0.4 us.                               ┃  │
    │  ┃                                                                        ┃  │
    │  ┃Hint 2. Batches of 2_000 or more.                                       ┃  │
    │  ┃                                                                        ┃  │
    │  ┃h shows the last hint, Esc closes this.                                 ┃  │
    │  ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛  │
    │                  ││    .collect();                                           │
    │                  ││                                                          │
    │                  ││Use get_all once.                                         │
    │                  ││                                                          │
    │                  ││                                                          │
    │                  ││                                                          │
    └──── 10/30 points ┘└──────────────────────────────────────────────────────────┘
     ↑↓ scroll  h next hint  Esc close
    ");
}

#[test]
fn the_lines_of_the_help_fit() {
    assert!(
        help::lines().iter().all(|line| line.width() <= usize::from(inside(help::area(Rect::new(0, 0, 80, 40))).width))
    );
}

#[test]
fn the_picture() {
    let mut model = samples::passed(100, 28);
    press(&mut model, KeyCode::Char('6'));
    insta::assert_snapshot!(screen(&model), @"
     Parlings  Parallel programming                                         pi: ✓ Pass, 10 of 10 points
     1 Course  2 Lesson  3 Run  4 Tasks  5 Objects [6 Picture] 7 Output  8 Diff
    ┏ Picture: Grain: how much work makes a task worth its price ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
    ┃The first 2,000 darts                             The estimate                                    ┃
    ┃  1┤⠉⠉⠉⠉⠑⠒⠒⠢⠤⢄⣀⡀                                  pi                                              ┃
    ┃   │           ⠈⠙⠒⠤⣀⡀                              3.3┤⠑⠢⢄⡀                                       ┃
    ┃   │                ⠉⠒⠤⣀                              │   ⠈⠑⠢⢄⡀                                   ┃
    ┃   │                   ⠈⠑⠤⡀                           │       ⠈⠑⠢⢄⡀                               ┃
    ┃   │                      ⠈⠒⡄                         │           ⠈⠑⠤⣀                            ┃
    ┃   │      ⠐⠗                ⠈⠢⣀                       │               ⠉⠒⠤⣀                        ┃
    ┃   │                           ⠣⡀                     │                   ⠉⠒⢤⡀                    ┃
    ┃   │                            ⠘⢄                    │                      ⠈⠑⠢⢄                 ┃
    ┃   │                  ⡀          ⠈⢣                   │                          ⠉⠒⠤⣀             ┃
    ┃0.5┤                 ⠈⠋           ⠈⢣⡀             3.15┤                              ⠉⠒⠤⣀         ┃
    ┃   │                                ⢣                 │                                  ⠉⠒⠤⣀     ┃
    ┃   │                                 ⢧                │                                      ⠑⠢⢄⡀ ┃
    ┃   │                                 ⠈⡆               │                                         ⠈⠑┃
    ┃   │                                  ⢱               │                                           ┃
    ┃   │                                  ⠈⡆              │                                           ┃
    ┃   │                                   ⢇              │                                           ┃
    ┃   │                                   ⢸              │                                           ┃
    ┃  0┤                                   ⢸             3┤                                           ┃
    ┃   └┬────────────────┬─────────────────┬              └┬────────────────────┬────────────────────┬┃
    ┃    0               0.5                1               0                   50                  100┃
    ┃                     x                                                    darts                   ┃
    ┃100,000,317 darts, 78,539,000 hits: pi is about 3.14151                                           ┃
    ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
     p save as PNG  e edit  r check  h hint  / find  Tab next  ? keys  Esc back
    ");
}

#[test]
fn the_footer_has_the_sweep_where_there_is_one_and_fits() {
    let footers = |width: u16, knobs: bool| {
        let mut model = samples::passed(width, 28);
        if knobs {
            samples::give_knobs(&mut model);
        }
        let lines = Screen::ALL.map(|screen| {
            model.screen = screen;
            let lines = footer::lines(&model, width);
            assert!(lines.len() == 1 && lines[0].width() <= usize::from(width), "{width}: {lines:?}");
            lines[0].to_string()
        });
        lines.join("\n")
    };
    insta::assert_snapshot!(footers(80, true), @"
    Enter open  ↑↓ move  e edit  r check  h hint  s sweep  ? keys  q quit
    ↑↓ scroll  e edit  r check  h hint  s sweep  z enlarge  / find  ? keys  q quit
    ↑↓ scroll  e edit  r check  h hint  s sweep  z enlarge  / find  ? keys  q quit
    ←→ task  ↑↓ row  +- zoom  <> move  e edit  r check  i hint  ? keys  q quit
    ↑↓ scroll  e edit  r check  h hint  s sweep  / find  Tab next  ? keys  Esc back
    p save as PNG  e edit  r check  h hint  s sweep  / find  ? keys  Esc back
    ↑↓ scroll  e edit  r check  h hint  s sweep  / find  Tab next  ? keys  Esc back
    x the solution  ↑↓ scroll  e edit  r check  h hint  s sweep  ? keys  Esc back
    ");
    insta::assert_snapshot!(footers(100, true), @"
    Enter open  ↑↓ move  e edit  r check  h hint  s sweep  z enlarge  / find  Tab next  ? keys  q quit
    ↑↓ scroll  e edit  r check  h hint  s sweep  z enlarge  / find  Tab next  ? keys  q quit
    ↑↓ scroll  e edit  r check  h hint  s sweep  z enlarge  / find  Tab next  ? keys  q quit
    ←→ task  ↑↓ row  +- zoom  <> move  0 all  e edit  r check  i hint  s sweep  ? keys  q quit
    ↑↓ scroll  e edit  r check  h hint  s sweep  / find  Tab next  ? keys  Esc back
    p save as PNG  e edit  r check  h hint  s sweep  / find  Tab next  ? keys  Esc back
    ↑↓ scroll  e edit  r check  h hint  s sweep  / find  Tab next  ? keys  Esc back
    x the solution  ↑↓ scroll  e edit  r check  h hint  s sweep  / find  Tab next  ? keys  Esc back
    ");
    assert!(!footers(80, false).contains("sweep"));
}

#[test]
fn every_key_of_the_footer_does_something() {
    let code = |key: &str| match key {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "↑" => KeyCode::Up,
        "↓" => KeyCode::Down,
        "←" => KeyCode::Left,
        "→" => KeyCode::Right,
        letter => KeyCode::Char(letter.chars().next().unwrap()),
    };
    let overlays = [None, Some(Overlay::Help), Some(Overlay::Hints), Some(Overlay::Sweep)];
    for (screen, overlay) in Screen::ALL.iter().flat_map(|&screen| overlays.map(|overlay| (screen, overlay))) {
        for (knobs, hints) in [(true, 0), (false, 3)] {
            let mut model = samples::passed(80, 24);
            if knobs {
                samples::give_knobs(&mut model);
                model.sweep.slide(1, 1);
            }
            (0..hints).for_each(|_| model.progress.take_hint("pi"));
            // From the middle, there is a way in every direction.
            (model.screen, model.overlay, model.window) = (screen, overlay, Window::default().zoomed(0.5, 0.5));
            model.selected = Some(Selection { row: 1, span: 200 });
            // How far a text scrolls is up to its length.
            for entry in footer::entries(&model).iter().filter(|entry| entry.word != "scroll") {
                for key in &entry.keys {
                    let mut after = model.clone();
                    let effects = update(&mut after, Message::Key(code(key).into()));
                    let changed = format!("{after:?}") != format!("{model:?}");
                    assert!(changed || !effects.is_empty(), "{screen:?}, {overlay:?}: {key} {}", entry.word);
                }
            }
        }
    }
}

#[test]
fn a_terminal_that_is_too_small_is_told_so() {
    insta::assert_snapshot!(screen(&samples::passed(60, 20)), @"
    Parlings needs 80 x 24 characters; this window has 60 x 20.
    Make it larger, or its letters smaller. Ctrl-C quits.
    ");
}

#[test]
fn no_size_and_no_state_breaks_the_screen() {
    for (width, height) in [(1, 1), (20, 3), (79, 24), (80, 23), (80, 24), (99, 60), (100, 28), (101, 27), (300, 100)] {
        for mut model in [samples::opened(width, height), samples::ready(width, height), samples::passed(width, height)]
        {
            samples::give_knobs(&mut model);
            for screen in Screen::ALL {
                for overlay in [None, Some(Overlay::Help), Some(Overlay::Hints), Some(Overlay::Sweep)] {
                    (model.screen, model.overlay) = (screen, overlay);
                    drawn(&model);
                    assert!(scroll_end(&model, Screen::Lesson) < 1_000);
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
    model.screen = Screen::Lesson;
    model.lesson = Ok(format!("{}\n\nThe very last line.", samples::LESSON.repeat(3)));
    assert!(!screen(&model).contains("The very last line."));
    press(&mut model, KeyCode::End);
    assert!(screen(&model).contains("The very last line."));
    let end = model.scroll.of(Screen::Lesson);
    press(&mut model, KeyCode::Down);
    assert_eq!(model.scroll.of(Screen::Lesson), end);
    press(&mut model, KeyCode::Up);
    assert_eq!(model.scroll.of(Screen::Lesson), end - 1);
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
        let lines = run::lines(model, 60);
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
    model.screen = Screen::Tasks;
    (0..7).for_each(|_| press(&mut model, KeyCode::Char('+')));
    let text = screen(&model);
    let stream: Vec<&str> = text.lines().skip(34).collect();
    insta::assert_snapshot!(stream.join("\n"), @"
    ┃worker 0  ██████████████████████████████████████████████████▉                                                     50 %┃
    ┃worker 1  ████████████████████▌   ▏█████████████████████▌    ███████▎                  ▉██████▎                   56 %┃
    ┃driver    ······································································································      ┃
    ┃                      ╵49,700 us   ╵49,800 us   ╵49,900 us   ╵50,000 us   ╵50,100 us   ╵50,200 us   ╵50,300 us        ┃
    ┗ █ hits_task ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
     ←→ task  ↑↓ row  +- zoom  <> move  0 all  e edit  r check  i hint  z enlarge  / find  Tab next  ? keys  q quit
    ");
}

#[test]
fn a_zoomed_screen_has_the_whole_screen() {
    let mut model = samples::passed(80, 24);
    for (screen, words) in [
        (Screen::Course, "bootstrap"),
        (Screen::Lesson, "Throw darts"),
        (Screen::Run, "✓ Right on the small case"),
        (Screen::Tasks, "worker 1"),
    ] {
        (model.screen, model.zoomed) = (screen, false);
        press(&mut model, KeyCode::Char('z'));
        let text = self::screen(&model);
        let width = text.lines().nth(2).map(|top| top.chars().count());
        assert!(text.contains(words) && width == Some(80), "{text}");
        assert_eq!(text.matches('┏').count(), 1, "{text}");
    }
}

mod screens;
