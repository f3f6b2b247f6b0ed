//! Each screen alone, at three sizes.

use super::*;

/// A pass of `pi`, with what the screens show of it: prerequisites, a best ratio, hints taken.
fn passed([width, height]: [u16; 2]) -> Model {
    let mut model = samples::passed(width, height);
    model.course.exercises[1].after = vec!["bootstrap".to_owned()];
    model.course.exercises[2].after = vec!["bootstrap".to_owned(), "pi".to_owned()];
    model.progress.take_hint("pi");
    model
}

fn alone(screen: Screen, size: [u16; 2]) -> Model {
    let mut model = passed(size);
    model.show(screen);
    press(&mut model, KeyCode::Char('z'));
    model
}

mod course {
    use super::*;

    fn at(size: [u16; 2]) -> String {
        let mut model = alone(Screen::Course, size);
        prepare(&mut model);
        screen(&model)
    }

    fn prepare(model: &mut Model) {
        press(model, KeyCode::Down);
    }

    #[test]
    fn in_a_small_terminal() {
        insta::assert_snapshot!(at([80, 24]), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
        [1 Course] 2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
        ┏ Course ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃   exercise   state       points    best  comes after                         ┃
        ┃ ○ bootstrap  not begun     0/10                                              ┃
        ┃▶✓ pi         solved       10/10   1.91x  ○ bootstrap                         ┃
        ┃ ○ julia      locked        0/10          ○ bootstrap, ✓ pi                   ┃
        ┃                                                                              ┃
        ┃julia                                                                         ┃
        ┃Balance                                                                       ┃
        ┃locked: solve bootstrap first, or open it all the same                        ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┃                                                                              ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 10/30 points ┛
         Enter open  ↑↓ move  e edit  r check  h hint  z overview  ? keys  Esc back
        ");
    }

    #[test]
    fn in_a_middle_one() {
        insta::assert_snapshot!(at([120, 40]), @"
         Parlings  Parallel programming                                                             pi: ✓ Pass, 10 of 10 points
        [1 Course] 2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
        ┏ Course ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃   exercise   state       points    best  comes after         what it teaches                                         ┃
        ┃ ○ bootstrap  not begun     0/10                              Tasks and order                                         ┃
        ┃▶✓ pi         solved       10/10   1.91x  ○ bootstrap         Grain: how much work makes a task worth its price       ┃
        ┃ ○ julia      locked        0/10          ○ bootstrap, ✓ pi   Balance                                                 ┃
        ┃                                                                                                                      ┃
        ┃julia                                                                                                                 ┃
        ┃Balance                                                                                                               ┃
        ┃locked: solve bootstrap first, or open it all the same                                                                ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 10/30 points ┛
         Enter open  ↑↓ move  e edit  r check  h hint  z overview  / find  Tab next  ? keys  Esc back
        ");
    }

    #[test]
    fn in_a_large_one() {
        insta::assert_snapshot!(at([200, 60]), @"
         Parlings  Parallel programming                                                                                                                                             pi: ✓ Pass, 10 of 10 points
        [1 Course] 2 Lesson  3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
        ┏ Course ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃   exercise   state       points    best  comes after         what it teaches                                                                                                                         ┃
        ┃ ○ bootstrap  not begun     0/10                              Tasks and order                                                                                                                         ┃
        ┃▶✓ pi         solved       10/10   1.91x  ○ bootstrap         Grain: how much work makes a task worth its price                                                                                       ┃
        ┃ ○ julia      locked        0/10          ○ bootstrap, ✓ pi   Balance                                                                                                                                 ┃
        ┃                                                                                                                                                                                                      ┃
        ┃julia                                                                                                                                                                                                 ┃
        ┃Balance                                                                                                                                                                                               ┃
        ┃locked: solve bootstrap first, or open it all the same                                                                                                                                                ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 10/30 points ┛
         Enter open  ↑↓ move  e edit  r check  h hint  z overview  / find  Tab next  ? keys  Esc back
        ");
    }
}

mod lesson {
    use super::*;

    fn at(size: [u16; 2]) -> String {
        let mut model = alone(Screen::Lesson, size);
        prepare(&mut model);
        screen(&model)
    }

    fn prepare(model: &mut Model) {
        let table = "| batch | time |\n|---|---:|\n| 1 | 40 s |\n| 100,000 | 0.2 s |\n";
        model.lesson = Ok(format!("{}\n{table}", samples::LESSON));
    }

    #[test]
    fn in_a_small_terminal() {
        insta::assert_snapshot!(at([80, 24]), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
         1 Course [2 Lesson] 3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
        ┏ Grain: how much work makes a task worth its price ━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃Pi by darts                                                                   ▐
        ┃                                                                              ▐
        ┃Throw darts at the unit square. pi / 4 of them hit the circle, and no dart    ▐
        ┃knows of another.                                                             ▐
        ┃                                                                              ▐
        ┃Steps                                                                         ▐
        ┃                                                                              ▐
        ┃1. The obvious way, with a million darts: one task per dart. Read a task's    ▐
        ┃   length in the task stream.                                                 ▐
        ┃2. Batches of 1,000; explain both ends of the U.                              ▐
        ┃                                                                              ▐
        ┃let refs: Vec<_> = (0..batches)                                               ▐
        ┃    .map(|batch| hits_task::remote(seed, batch))                              ▐
        ┃    .collect();                                                               ▐
        ┃                                                                              ▐
        ┃Use get_all once.                                                             ▐
        ┃                                                                              ┃
        ┃┌─────────┬───────┐                                                           ┃
        ┃│ batch   │  time │                                                           ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ↑↓ scroll  e edit  r check  h hint  z overview  / find  ? keys  Esc back
        ");
    }

    #[test]
    fn in_a_middle_one() {
        insta::assert_snapshot!(at([120, 40]), @"
         Parlings  Parallel programming                                                             pi: ✓ Pass, 10 of 10 points
         1 Course [2 Lesson] 3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
        ┏ Grain: how much work makes a task worth its price ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃Pi by darts                                                                                                           ┃
        ┃                                                                                                                      ┃
        ┃Throw darts at the unit square. pi / 4 of them hit the circle, and no dart knows of another.                          ┃
        ┃                                                                                                                      ┃
        ┃Steps                                                                                                                 ┃
        ┃                                                                                                                      ┃
        ┃1. The obvious way, with a million darts: one task per dart. Read a task's length in the task                         ┃
        ┃   stream.                                                                                                            ┃
        ┃2. Batches of 1,000; explain both ends of the U.                                                                      ┃
        ┃                                                                                                                      ┃
        ┃let refs: Vec<_> = (0..batches)                                                                                       ┃
        ┃    .map(|batch| hits_task::remote(seed, batch))                                                                      ┃
        ┃    .collect();                                                                                                       ┃
        ┃                                                                                                                      ┃
        ┃Use get_all once.                                                                                                     ┃
        ┃                                                                                                                      ┃
        ┃┌─────────┬───────┐                                                                                                   ┃
        ┃│ batch   │  time │                                                                                                   ┃
        ┃├─────────┼───────┤                                                                                                   ┃
        ┃│ 1       │  40 s │                                                                                                   ┃
        ┃│ 100,000 │ 0.2 s │                                                                                                   ┃
        ┃└─────────┴───────┘                                                                                                   ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ↑↓ scroll  e edit  r check  h hint  z overview  / find  Tab next  ? keys  Esc back
        ");
    }

    #[test]
    fn in_a_large_one() {
        insta::assert_snapshot!(at([200, 60]), @"
         Parlings  Parallel programming                                                                                                                                             pi: ✓ Pass, 10 of 10 points
         1 Course [2 Lesson] 3 Run  4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
        ┏ Grain: how much work makes a task worth its price ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃Pi by darts                                                                                                                                                                                           ┃
        ┃                                                                                                                                                                                                      ┃
        ┃Throw darts at the unit square. pi / 4 of them hit the circle, and no dart knows of another.                                                                                                          ┃
        ┃                                                                                                                                                                                                      ┃
        ┃Steps                                                                                                                                                                                                 ┃
        ┃                                                                                                                                                                                                      ┃
        ┃1. The obvious way, with a million darts: one task per dart. Read a task's length in the task                                                                                                         ┃
        ┃   stream.                                                                                                                                                                                            ┃
        ┃2. Batches of 1,000; explain both ends of the U.                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃let refs: Vec<_> = (0..batches)                                                                                                                                                                       ┃
        ┃    .map(|batch| hits_task::remote(seed, batch))                                                                                                                                                      ┃
        ┃    .collect();                                                                                                                                                                                       ┃
        ┃                                                                                                                                                                                                      ┃
        ┃Use get_all once.                                                                                                                                                                                     ┃
        ┃                                                                                                                                                                                                      ┃
        ┃┌─────────┬───────┐                                                                                                                                                                                   ┃
        ┃│ batch   │  time │                                                                                                                                                                                   ┃
        ┃├─────────┼───────┤                                                                                                                                                                                   ┃
        ┃│ 1       │  40 s │                                                                                                                                                                                   ┃
        ┃│ 100,000 │ 0.2 s │                                                                                                                                                                                   ┃
        ┃└─────────┴───────┘                                                                                                                                                                                   ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ↑↓ scroll  e edit  r check  h hint  z overview  / find  Tab next  ? keys  Esc back
        ");
    }
}

mod run {
    use super::*;

    fn at(size: [u16; 2]) -> String {
        let mut model = alone(Screen::Run, size);
        prepare(&mut model);
        screen(&model)
    }

    fn prepare(model: &mut Model) {
        let report = grader::report::Report {
            message: "Right, but 1.51x, and 1.68x is asked for. Half of the time no task ran: submit first, get later."
                .to_owned(),
            hints: vec!["The first batch took twice as long as the others.".to_owned()],
            speedup: Some(grader::report::Speedup {
                median: 1.51,
                rounds: [0.248, 0.249, 0.222, 0.251, 0.248].map(|parallel| [0.375, parallel, 0.190]).to_vec(),
            }),
            ..samples::report(Verdict::TooSlow, 8)
        };
        model.check.outcome = Some(Ok(report));
    }

    #[test]
    fn in_a_small_terminal() {
        insta::assert_snapshot!(at([80, 24]), @"
         Parlings  Parallel programming           pi: ◐ Right, too slow, 8 of 10 points
         1 Course  2 Lesson [3 Run] 4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
        ┏ Run ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃◐ Right, too slow, 8 of 10 points                                             ▐
        ┃                                                                              ▐
        ┃Right, but 1.51x, and 1.68x is asked for. Half of the time no task ran: submit▐
        ┃first, get later.                                                             ▐
        ┃                                                                              ▐
        ┃✓ Right on the small case, after 1.2 s                                        ▐
        ┃                                                                              ▐
        ┃rounds   ○○●○○  1 of 5 won                                                    ▐
        ┃ratio    ████████████████████████████████████████▋    ┃          1.51x < 1.68x▐
        ┃serial   █████████████████████████████████████████████████████  0.375 s       ▐
        ┃parallel ███████████████████████████████████                    0.248 s  1.51x▐
        ┃asked    ███████████████████████████████▌                       0.223 s  1.68x▐
        ┃probe    ██████████████████████████▉                            0.190 s  1.97x▐
        ┃CPU/wall ██████████████████████████████████████████████████▍   1.90 of 2 cores▐
        ┃memory   ██                                                            38.4 MB▐
        ┃                                                                              ▐
        ┃✓ 4 of 4  right, from shared work (2 tasks overlapped)                        ▐
        ┃✓ 3 of 3  4 tasks or more a worker (1,001 tasks on 2 workers)                 ┃
        ┃◐ 1 of 3  speed                                                               ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ↑↓ scroll  e edit  r check  h hint  z overview  / find  ? keys  Esc back
        ");
    }

    #[test]
    fn in_a_middle_one() {
        insta::assert_snapshot!(at([120, 40]), @"
         Parlings  Parallel programming                                                   pi: ◐ Right, too slow, 8 of 10 points
         1 Course  2 Lesson [3 Run] 4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
        ┏ Run ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃◐ Right, too slow, 8 of 10 points                                                                                     ┃
        ┃                                                                                                                      ┃
        ┃Right, but 1.51x, and 1.68x is asked for. Half of the time no task ran: submit first, get later.                      ┃
        ┃                                                                                                                      ┃
        ┃✓ Right on the small case, after 1.2 s                                                                                ┃
        ┃                                                                                                                      ┃
        ┃rounds   ○○●○○  1 of 5 won                                                                                            ┃
        ┃ratio    █████████████████████████████████████████████████████████▌     ┃              1.51x < 1.68x                  ┃
        ┃serial   ███████████████████████████████████████████████████████████████████████████  0.375 s                         ┃
        ┃parallel █████████████████████████████████████████████████▋                           0.248 s  1.51x                  ┃
        ┃asked    ████████████████████████████████████████████▋                                0.223 s  1.68x                  ┃
        ┃probe    ██████████████████████████████████████                                       0.190 s  1.97x                  ┃
        ┃CPU/wall ███████████████████████████████████████████████████████████████████████▎    1.90 of 2 cores                  ┃
        ┃memory   ██▉                                                                                 38.4 MB                  ┃
        ┃                                                                                                                      ┃
        ┃✓ 4 of 4  right, from shared work (2 tasks overlapped)                                                                ┃
        ┃✓ 3 of 3  4 tasks or more a worker (1,001 tasks on 2 workers)                                                         ┃
        ┃◐ 1 of 3  speed                                                                                                       ┃
        ┃                                                                                                                      ┃
        ┃Good to know: The first batch took twice as long as the others.                                                       ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ↑↓ scroll  e edit  r check  h hint  z overview  / find  Tab next  ? keys  Esc back
        ");
    }

    #[test]
    fn in_a_large_one() {
        insta::assert_snapshot!(at([200, 60]), @"
         Parlings  Parallel programming                                                                                                                                   pi: ◐ Right, too slow, 8 of 10 points
         1 Course  2 Lesson [3 Run] 4 Tasks  5 Objects  6 Picture  7 Output  8 Diff
        ┏ Run ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃◐ Right, too slow, 8 of 10 points                                                                                                                                                                     ┃
        ┃                                                                                                                                                                                                      ┃
        ┃Right, but 1.51x, and 1.68x is asked for. Half of the time no task ran: submit first, get later.                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃✓ Right on the small case, after 1.2 s                                                                                                                                                                ┃
        ┃                                                                                                                                                                                                      ┃
        ┃rounds   ○○●○○  1 of 5 won                                                                                                                                                                            ┃
        ┃ratio    █████████████████████████████████████████████████████████▌     ┃              1.51x < 1.68x                                                                                                  ┃
        ┃serial   ███████████████████████████████████████████████████████████████████████████  0.375 s                                                                                                         ┃
        ┃parallel █████████████████████████████████████████████████▋                           0.248 s  1.51x                                                                                                  ┃
        ┃asked    ████████████████████████████████████████████▋                                0.223 s  1.68x                                                                                                  ┃
        ┃probe    ██████████████████████████████████████                                       0.190 s  1.97x                                                                                                  ┃
        ┃CPU/wall ███████████████████████████████████████████████████████████████████████▎    1.90 of 2 cores                                                                                                  ┃
        ┃memory   ██▉                                                                                 38.4 MB                                                                                                  ┃
        ┃                                                                                                                                                                                                      ┃
        ┃✓ 4 of 4  right, from shared work (2 tasks overlapped)                                                                                                                                                ┃
        ┃✓ 3 of 3  4 tasks or more a worker (1,001 tasks on 2 workers)                                                                                                                                         ┃
        ┃◐ 1 of 3  speed                                                                                                                                                                                       ┃
        ┃                                                                                                                                                                                                      ┃
        ┃Good to know: The first batch took twice as long as the others.                                                                                                                                       ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ↑↓ scroll  e edit  r check  h hint  z overview  / find  Tab next  ? keys  Esc back
        ");
    }
}

mod tasks {
    use super::*;

    fn at(size: [u16; 2]) -> String {
        let mut model = alone(Screen::Tasks, size);
        prepare(&mut model);
        screen(&model)
    }

    fn prepare(model: &mut Model) {
        press(model, KeyCode::Right);
        press(model, KeyCode::Right);
    }

    #[test]
    fn in_a_small_terminal() {
        insta::assert_snapshot!(at([80, 24]), @"
         Parlings  Parallel programming                     pi: ✓ Pass, 10 of 10 points
         1 Course  2 Lesson  3 Run [4 Tasks] 5 Objects  6 Picture  7 Output  8 Diff
        ┏ Tasks, round 5: 405 tasks, 187 us each ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃worker 0  ██████████████████▉███████████▉      [━━━━━]█████████████████▉  80 %┃
        ┃          ██████████████████▉███████████▉      [━━━━━]█████████████████▉      ┃
        ┃          ██████████████████▉███████████▉      [━━━━━]█████████████████▉      ┃
        ┃                                                                              ┃
        ┃worker 1        ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░░░░░░░░░░  ▏██×  49 %┃
        ┃                ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░░░░░░░░░░  ▏██×      ┃
        ┃                ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░░░░░░░░░░  ▏██×      ┃
        ┃                                                                              ┃
        ┃driver         ·························································      ┃
        ┃               ·························································      ┃
        ┃               ·························································      ┃
        ┃                                                                              ┃
        ┃          ╵0 ms       ╵20 ms       ╵40 ms      ╵60 ms       ╵80 ms            ┃
        ┃                                                                              ┃
        ┃task       hits_task #3, done                                                 ┃
        ┃source     exercises/pi.rs:34, submitted by the driver                        ┃
        ┃arguments  1 object and 24 bytes of plain values                              ┃
        ┃times      submitted 6.00 ms, ready 6.00 ms, began 60.0 ms, ended 70.0 ms     ┃
        ┃own work   10.0 ms; it waited 54.0 ms for worker 0                            ┃
        ┗ █ hits_task ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ←→ task  ↑↓ row  +- zoom  <> move  e edit  r check  i hint  ? keys  Esc back
        ");
    }

    #[test]
    fn in_a_middle_one() {
        insta::assert_snapshot!(at([120, 40]), @"
         Parlings  Parallel programming                                                             pi: ✓ Pass, 10 of 10 points
         1 Course  2 Lesson  3 Run [4 Tasks] 5 Objects  6 Picture  7 Output  8 Diff
        ┏ Tasks, round 5: 405 tasks, 187 us each ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃worker 0  ██████████████████████████████▉███████████████████▉          [━━━━━━━━━]█████████████████████████████▉  80 %┃
        ┃          ██████████████████████████████▉███████████████████▉          [━━━━━━━━━]█████████████████████████████▉      ┃
        ┃          ██████████████████████████████▉███████████████████▉          [━━━━━━━━━]█████████████████████████████▉      ┃
        ┃                                                                                                                      ┃
        ┃worker 1            ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    ▏████×  49 %┃
        ┃                    ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    ▏████×      ┃
        ┃                    ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░    ▏████×      ┃
        ┃                                                                                                                      ┃
        ┃driver             ·····························································································      ┃
        ┃                   ·····························································································      ┃
        ┃                   ·····························································································      ┃
        ┃                                                                                                                      ┃
        ┃          ╵0 ms               ╵20 ms               ╵40 ms              ╵60 ms               ╵80 ms                    ┃
        ┃                                                                                                                      ┃
        ┃task       hits_task #3, done                                                                                         ┃
        ┃source     exercises/pi.rs:34, submitted by the driver                                                                ┃
        ┃arguments  1 object and 24 bytes of plain values                                                                      ┃
        ┃times      submitted 6.00 ms, ready 6.00 ms, began 60.0 ms, ended 70.0 ms                                             ┃
        ┃own work   10.0 ms; it waited 54.0 ms for worker 0                                                                    ┃
        ┃                                                                                                                      ┃
        ┃function                       tasks    own work        mean     longest  failed                                      ┃
        ┃█ hits_task                      405     75.9 ms      187 us     30.0 ms       1                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┃                                                                                                                      ┃
        ┗ █ hits_task ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ←→ task  ↑↓ row  +- zoom  <> move  0 all  e edit  r check  i hint  z overview  / find  Tab next  ? keys  Esc back
        ");
    }

    #[test]
    fn in_a_large_one() {
        insta::assert_snapshot!(at([200, 60]), @"
         Parlings  Parallel programming                                                                                                                                             pi: ✓ Pass, 10 of 10 points
         1 Course  2 Lesson  3 Run [4 Tasks] 5 Objects  6 Picture  7 Output  8 Diff
        ┏ Tasks, round 5: 405 tasks, 187 us each ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓
        ┃worker 0  ██████████████████████████████████████████████████████▉███████████████████████████████████▉                  [━━━━━━━━━━━━━━━━━]█████████████████████████████████████████████████████▉  80 %┃
        ┃          ██████████████████████████████████████████████████████▉███████████████████████████████████▉                  [━━━━━━━━━━━━━━━━━]█████████████████████████████████████████████████████▉      ┃
        ┃          ██████████████████████████████████████████████████████▉███████████████████████████████████▉                  [━━━━━━━━━━━━━━━━━]█████████████████████████████████████████████████████▉      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃worker 1                    ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░▎        ▏████████×  49 %┃
        ┃                            ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░▎        ▏████████×      ┃
        ┃                            ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░▎        ▏████████×      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃driver                    ······································································································································································      ┃
        ┃                          ······································································································································································      ┃
        ┃                          ······································································································································································      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃          ╵0 ms             ╵10 ms            ╵20 ms             ╵30 ms            ╵40 ms            ╵50 ms            ╵60 ms            ╵70 ms             ╵80 ms            ╵90 ms                  ┃
        ┃                                                                                                                                                                                                      ┃
        ┃task       hits_task #3, done                                                                                                                                                                         ┃
        ┃source     exercises/pi.rs:34, submitted by the driver                                                                                                                                                ┃
        ┃arguments  1 object and 24 bytes of plain values                                                                                                                                                      ┃
        ┃times      submitted 6.00 ms, ready 6.00 ms, began 60.0 ms, ended 70.0 ms                                                                                                                             ┃
        ┃own work   10.0 ms; it waited 54.0 ms for worker 0                                                                                                                                                    ┃
        ┃                                                                                                                                                                                                      ┃
        ┃function                       tasks    own work        mean     longest  failed                                                                                                                      ┃
        ┃█ hits_task                      405     75.9 ms      187 us     30.0 ms       1                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┃                                                                                                                                                                                                      ┃
        ┗ █ hits_task ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛
         ←→ task  ↑↓ row  +- zoom  <> move  0 all  e edit  r check  i hint  z overview  / find  Tab next  ? keys  Esc back
        ");
    }
}

#[test]
fn chapters_have_a_column_where_there_is_room_and_are_found_by_typing() {
    let mut model = samples::passed(120, 40);
    model.course.exercises[1].chapter = Some("Compute".to_owned());
    press(&mut model, KeyCode::Char('z'));
    assert!(screen(&model).contains("chapter  ") && screen(&model).contains("chapter: Compute"), "{}", screen(&model));
    for letter in "/compu".chars() {
        press(&mut model, KeyCode::Char(letter));
    }
    assert_eq!(model.listed(), [1]);
}
