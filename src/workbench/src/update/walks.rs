//! Long random walks: keys, lines and messages of every kind in any order. Whatever comes, nothing panics, the model holds
//! together, its screen can be drawn, and there is a way back.

use std::time::Duration;

use grader::{
    check::{Point, Sweep, SweepProgress},
    report::Verdict,
};
use ratatui::{
    Terminal,
    backend::TestBackend,
    crossterm::event::{KeyCode, KeyEvent, KeyModifiers},
};

use super::update;
use crate::{
    effect::Effect,
    message::Message,
    model::{Compiled, Model, Stream},
    samples,
};

/// Steps of each walk.
const STEPS: usize = 2_000;

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// Something that can happen: mostly of what is open and running, now and then of what was.
fn happening(dice: &mut Dice, model: &Model) -> Message {
    const NAMES: [&str; 4] = ["bootstrap", "pi", "julia", "gone"];
    const LINES: [&str; 9] = ["check", "hint", "next", "open pi", "open x", "lesson", "help", "course", "é"];
    const VERDICTS: [Verdict; 4] = [Verdict::Pass, Verdict::TooSlow, Verdict::Wrong, Verdict::BuildFailed];
    let check = model.check.id.saturating_sub(dice.below(8) as u64 / 7);
    let sweep = model.sweep.id.saturating_sub(dice.below(8) as u64 / 7);
    let exercise = dice.one_of(&NAMES).to_owned();
    match dice.below(40) {
        0 => Message::Resized(1 + dice.below(300) as u16, 1 + dice.below(100) as u16),
        1 => Message::Resized(80, 24),
        2 => Message::LessonRead { exercise, lesson: Ok(samples::LESSON.repeat(dice.below(4))) },
        3 => Message::LessonRead { exercise, lesson: Err("it cannot be read".to_owned()) },
        4 | 5 => Message::Saved { exercise },
        6 => Message::Preparing(Compiled { done: dice.below(60), total: dice.below(60), name: "serde".to_owned() }),
        7 => Message::Prepared,
        8..=11 => {
            let progress = match dice.below(4) {
                0 => samples::tried(None),
                1 => samples::tried(Some("7 is not 8")),
                _ => samples::round(1, 0.1),
            };
            let stream = match dice.below(3) {
                0 => Some(samples::stream()),
                1 => Some(Stream::default()),
                _ => None,
            };
            Message::Told { check, progress, stream, objects: None }
        }
        12 => Message::Checked { check, outcome: Ok(samples::report(dice.one_of(&VERDICTS), 5)) },
        13 => Message::Checked { check, outcome: Err("no cargo".to_owned()) },
        14 => Message::Swept { sweep, progress: SweepProgress::Serial(0.4) },
        15 => {
            let point = Point { number: 1 + dice.below(9) as u64, outcome: Ok(0.2), tasks: dice.below(9) as u64 };
            Message::Swept { sweep, progress: SweepProgress::Point(point) }
        }
        16 => Message::SweepOver { sweep, outcome: Ok(Sweep::default()) },
        17 => Message::Trouble("the disk is full. ".repeat(dice.below(30))),
        18 | 19 => Message::Typed(dice.one_of(&LINES).to_owned()),
        20 => Message::Tick(model.now + Duration::from_millis(dice.below(500) as u64)),
        _ => Message::Key(key(dice)),
    }
}

fn key(dice: &mut Dice) -> KeyEvent {
    use KeyCode::{
        BackTab, Backspace, Delete, Down, End, Enter, Esc, Home, Insert, Left, PageDown, PageUp, Right, Tab, Up,
    };
    const NAMED: [KeyCode; 15] =
        [Up, Down, Left, Right, Home, End, PageUp, PageDown, Enter, Esc, Tab, BackTab, Backspace, Delete, Insert];
    let letter = (b' ' + dice.below(95) as u8) as char;
    let code = if dice.below(2) == 0 { KeyCode::Char(letter) } else { dice.one_of(&NAMED) };
    let modifiers = dice.one_of(&[KeyModifiers::NONE, KeyModifiers::NONE, KeyModifiers::SHIFT, KeyModifiers::ALT]);
    KeyEvent::new(code, modifiers)
}

fn hold_together(model: &Model) {
    assert!(model.open < model.course.exercises.len() && model.cursor < model.course.exercises.len());
    assert!(model.window.from >= 0.0 && model.window.from < model.window.to && model.window.to <= 1.0 + 1e-9);
    assert!(model.hints().len() <= model.exercise().hints.len());
    assert!(model.preparing.is_none() || !model.check.running(), "a check waits for the first build");
    assert_eq!(model.progress.last.as_deref(), Some(model.exercise().name.as_str()));
}

/// What is over the panes closes, and the workbench can be left.
fn find_the_way_back(mut model: Model) {
    for _ in 0..5 {
        update(&mut model, Message::Key(KeyCode::Esc.into()));
    }
    assert_eq!(model.overlay, None);
    let leave = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    assert_eq!(update(&mut model, Message::Key(leave)), [Effect::Quit]);
}

#[test]
fn nothing_that_happens_in_any_order_breaks_anything() {
    for seed in 1..=5 {
        let mut dice = Dice(seed);
        let mut model = samples::opened(80, 24);
        model.course.exercises[1].sweep = vec![1, 10, 100];
        for step in 0..STEPS {
            let message = happening(&mut dice, &model);
            let effects = update(&mut model, message);
            hold_together(&model);
            let begun =
                effects.iter().filter(|effect| matches!(effect, Effect::Check { id, .. } if *id == model.check.id));
            assert!(begun.count() <= 1, "{effects:?}");
            if step % 40 == 0 {
                find_the_way_back(model.clone());
                let mut terminal = Terminal::new(TestBackend::new(model.size.width, model.size.height)).unwrap();
                terminal.draw(|frame| frame.render_widget(&model, frame.area())).unwrap();
            }
        }
    }
}
