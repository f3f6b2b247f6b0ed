//! The key of the sweep, and when a sweep begins and ends. It goes on only while it is seen.

use crate::{
    effect::Effect,
    model::{Model, Overlay, Sweep, SweepStep},
};

/// The first press shows the last sweep, or begins one where there is none; a further one measures again.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let shown = model.overlay == Some(Overlay::Sweep);
    model.overlay = Some(Overlay::Sweep);
    model.scroll.overlay = 0;
    match model.sweep.step {
        SweepStep::Absent => begin(model),
        SweepStep::Over if shown => begin(model),
        SweepStep::Over | SweepStep::Waiting | SweepStep::Running => Vec::new(),
    }
}

fn begin(model: &mut Model) -> Vec<Effect> {
    if model.exercise().sweep.is_empty() {
        return Vec::new();
    }
    model.sweep = Sweep { id: model.sweep.id + 1, step: SweepStep::Waiting, ..Sweep::default() };
    if model.preparing.is_some() || model.check.running() { Vec::new() } else { begin_waiting(model) }
}

/// The check is over: a sweep that waits for that begins.
pub(super) fn begin_waiting(model: &mut Model) -> Vec<Effect> {
    if model.sweep.step != SweepStep::Waiting {
        return Vec::new();
    }
    model.sweep.step = SweepStep::Running;
    vec![Effect::Sweep { id: model.sweep.id, exercise: model.exercise().name.clone() }]
}

/// Ends a sweep that is no longer seen.
pub(super) fn stop_unseen(model: &mut Model) -> Vec<Effect> {
    if model.overlay == Some(Overlay::Sweep) || !model.sweep.running() {
        return Vec::new();
    }
    let begun = model.sweep.step == SweepStep::Running;
    model.sweep.forget();
    if begun { vec![Effect::StopSweep] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use grader::{
        check::{self, Point, SweepProgress},
        report::Verdict,
    };
    use ratatui::crossterm::event::KeyCode;

    use super::*;
    use crate::{message::Message, samples, update::update};

    fn press(model: &mut Model, code: KeyCode) -> Vec<Effect> {
        update(model, Message::Key(code.into()))
    }

    fn press_s(model: &mut Model) -> Vec<Effect> {
        press(model, KeyCode::Char('s'))
    }

    /// A program that passed, of an exercise with numbers to try.
    fn passed() -> Model {
        let mut model = samples::passed(80, 24);
        model.course.exercises[1].sweep = vec![1_000, 100_000];
        model
    }

    fn point(number: u64) -> Point {
        Point { number, outcome: Ok(0.2), tasks: number }
    }

    fn sweep(id: u64) -> Effect {
        Effect::Sweep { id, exercise: "pi".to_owned() }
    }

    #[test]
    fn it_fills_row_by_row_until_it_is_over() {
        let mut model = passed();
        let begun = press_s(&mut model);
        let id = model.sweep.id;
        assert_eq!(begun, [sweep(id)]);
        assert!(model.busy());
        update(&mut model, Message::Swept { sweep: id, progress: SweepProgress::Serial(0.4) });
        update(&mut model, Message::Swept { sweep: id, progress: SweepProgress::Point(point(1_000)) });
        assert_eq!((model.sweep.swept.serial, model.sweep.swept.points.len()), (Some(0.4), 1));
        let all = check::Sweep { serial: Some(0.4), points: vec![point(1_000), point(100_000)], mistake: None };
        update(&mut model, Message::SweepOver { sweep: id, outcome: Ok(all.clone()) });
        assert_eq!((&model.sweep.swept, model.sweep.step), (&all, SweepStep::Over));
        assert!(!model.busy());
    }

    #[test]
    fn closing_it_stops_it() {
        for close in [KeyCode::Esc, KeyCode::Char('q'), KeyCode::Tab, KeyCode::Char('?'), KeyCode::Char('6')] {
            let mut model = passed();
            press_s(&mut model);
            let id = model.sweep.id;
            assert_eq!(press(&mut model, close), [Effect::StopSweep], "{close}");
            let late = Message::Swept { sweep: id, progress: SweepProgress::Point(point(1_000)) };
            update(&mut model, late);
            assert_eq!((&model.sweep.swept, model.busy()), (&check::Sweep::default(), false));
            assert_ne!(press_s(&mut model), [sweep(id)], "a new one has a number of its own");
        }
    }

    #[test]
    fn what_is_measured_is_shown_again_and_a_further_press_measures_again() {
        let mut model = passed();
        press_s(&mut model);
        assert_eq!(press_s(&mut model), [], "it goes on");
        let id = model.sweep.id;
        update(&mut model, Message::SweepOver { sweep: id, outcome: Ok(check::Sweep::default()) });
        assert_eq!(press(&mut model, KeyCode::Esc), []);
        assert_eq!(press_s(&mut model), []);
        assert_eq!((model.overlay, model.sweep.step), (Some(Overlay::Sweep), SweepStep::Over));
        assert_eq!(press_s(&mut model), [sweep(id + 1)]);
    }

    #[test]
    fn a_save_ends_it_for_a_check() {
        let mut model = passed();
        press_s(&mut model);
        let effects = update(&mut model, Message::Saved { exercise: "pi".to_owned() });
        // The check takes the place of whatever runs.
        assert_eq!(effects, [Effect::Check { id: model.check.id, exercise: "pi".to_owned() }]);
        assert_eq!((model.overlay, model.sweep.step), (None, SweepStep::Absent));
    }

    #[test]
    fn it_waits_for_a_check() {
        let mut model = passed();
        update(&mut model, Message::Saved { exercise: "pi".to_owned() });
        assert_eq!(press_s(&mut model), []);
        assert_eq!(model.sweep.step, SweepStep::Waiting);
        update(&mut model, Message::Saved { exercise: "pi".to_owned() });
        assert_eq!((model.overlay, model.sweep.step), (Some(Overlay::Sweep), SweepStep::Waiting), "for the new one");
        let (check, id) = (model.check.id, model.sweep.id);
        let outcome = Ok(samples::report(Verdict::Pass, 10));
        assert_eq!(update(&mut model, Message::Checked { check, outcome }), [sweep(id)]);

        update(&mut model, Message::Saved { exercise: "pi".to_owned() });
        press_s(&mut model);
        assert_eq!(press(&mut model, KeyCode::Esc), [], "there is nothing to stop yet");
        assert_eq!(model.sweep.step, SweepStep::Absent);
    }

    #[test]
    fn it_waits_for_the_first_build() {
        let mut model = samples::opened(80, 24);
        model.course.exercises[1].sweep = vec![1_000];
        assert_eq!(press_s(&mut model), []);
        update(&mut model, Message::Prepared);
        assert_eq!(model.sweep.step, SweepStep::Waiting);
        let check = model.check.id;
        let effects = update(&mut model, Message::Checked { check, outcome: Err("no cargo".to_owned()) });
        assert_eq!(effects, [sweep(model.sweep.id)]);
    }

    #[test]
    fn without_numbers_nothing_is_begun() {
        let mut model = samples::passed(80, 24);
        assert_eq!(press_s(&mut model), []);
        assert_eq!((model.overlay, model.sweep.step), (Some(Overlay::Sweep), SweepStep::Absent));
        assert!(!model.busy());
    }

    #[test]
    fn what_the_tool_could_not_do_is_kept() {
        let mut model = passed();
        press_s(&mut model);
        let id = model.sweep.id;
        update(&mut model, Message::SweepOver { sweep: id, outcome: Err("no room on the disk".to_owned()) });
        assert_eq!(model.sweep.failure.as_deref(), Some("no room on the disk"));
    }
}
