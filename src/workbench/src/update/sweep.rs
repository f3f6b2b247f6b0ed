//! The keys of the sweep, and when a sweep begins and ends. It goes on only while it is seen.

use crate::{
    effect::Effect,
    keys::Step,
    model::{Model, Overlay, SweepStep, Swept},
};

/// The first press shows the sliders and what was measured; a further one measures with each value of the chosen knob.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    if model.overlay == Some(Overlay::Sweep) {
        return begin(model);
    }
    model.overlay = Some(Overlay::Sweep);
    model.scroll.overlay = 0;
    Vec::new()
}

fn begin(model: &mut Model) -> Vec<Effect> {
    let settings = model.sweep.settings();
    if model.sweep.running().is_some() {
        return Vec::new();
    }
    let Some(slider) = model.sweep.sliders.get_mut(model.sweep.chosen) else { return Vec::new() };
    slider.swept = Swept { step: SweepStep::Waiting, settings, ..Swept::default() };
    model.sweep.id += 1;
    if model.preparing.is_some() || model.check.running() { Vec::new() } else { begin_waiting(model) }
}

/// The check is over: a sweep that waits for that begins.
pub(super) fn begin_waiting(model: &mut Model) -> Vec<Effect> {
    let Some(knob) = model.sweep.running() else { return Vec::new() };
    let (id, exercise) = (model.sweep.id, model.exercise().name.clone());
    let swept = &mut model.sweep.sliders[knob].swept;
    if swept.step != SweepStep::Waiting {
        return Vec::new();
    }
    swept.step = SweepStep::Running;
    vec![Effect::Sweep { id, exercise, knob, settings: swept.settings.clone() }]
}

/// Ends a sweep that is no longer seen.
pub(super) fn stop_unseen(model: &mut Model) -> Vec<Effect> {
    let Some(knob) = model.sweep.running().filter(|_| model.overlay != Some(Overlay::Sweep)) else { return Vec::new() };
    let begun = model.sweep.sliders[knob].swept.step == SweepStep::Running;
    model.sweep.give_up();
    if begun { vec![Effect::StopSweep] } else { Vec::new() }
}

/// Up and down choose a slider, left and right move it.
pub(super) fn slide(model: &mut Model, step: Step) {
    let chosen = model.sweep.chosen;
    let Some(place) = model.sweep.chosen().map(|slider| slider.place) else { return };
    match step {
        Step::Up => model.sweep.chosen = chosen.saturating_sub(1),
        Step::Down => model.sweep.chosen = (chosen + 1).min(model.sweep.sliders.len() - 1),
        Step::Left => model.sweep.slide(chosen, place.saturating_sub(1)),
        Step::Right => model.sweep.slide(chosen, place + 1),
        Step::First => model.sweep.slide(chosen, 0),
        Step::Last => model.sweep.slide(chosen, usize::MAX),
        Step::HalfPageUp | Step::HalfPageDown | Step::PageUp | Step::PageDown => {}
    }
}

#[cfg(test)]
mod tests {
    use grader::{
        check::{self, Point, SweepProgress},
        report::Verdict,
    };
    use ratatui::crossterm::event::KeyCode;

    use super::*;
    use crate::{message::Message, model::Slider, samples, update::update};

    fn press(model: &mut Model, code: KeyCode) -> Vec<Effect> {
        update(model, Message::Key(code.into()))
    }

    fn press_s(model: &mut Model) -> Vec<Effect> {
        press(model, KeyCode::Char('s'))
    }

    /// The sliders of a program that passed.
    fn shown() -> Model {
        let mut model = samples::passed(80, 24);
        samples::give_knobs(&mut model);
        assert_eq!(press_s(&mut model), [], "nothing is run before that is asked for");
        model
    }

    fn point(value: u64) -> Point {
        Point { value, serial: 0.4, outcome: Ok(0.2), tasks: value }
    }

    fn result(values: &[u64]) -> check::Sweep {
        check::Sweep { serial: Some(0.4), points: values.iter().map(|&value| point(value)).collect(), mistake: None }
    }

    fn over(model: &mut Model, result: &check::Sweep) {
        let sweep = model.sweep.id;
        update(model, Message::SweepOver { sweep, outcome: Ok(result.clone()) });
    }

    fn sweep(id: u64, knob: usize, settings: [u64; 3]) -> Effect {
        Effect::Sweep { id, exercise: "pi".to_owned(), knob, settings: settings.to_vec() }
    }

    const USUAL: [u64; 3] = [1_000_000, 2, 1_000_000];

    fn chosen(model: &Model) -> &Slider {
        model.sweep.chosen().unwrap()
    }

    #[test]
    fn it_fills_row_by_row_until_it_is_over() {
        let mut model = shown();
        let begun = press(&mut model, KeyCode::Enter);
        let id = model.sweep.id;
        assert_eq!(begun, [sweep(id, 0, USUAL)]);
        assert!(model.busy());
        update(&mut model, Message::Swept { sweep: id, progress: SweepProgress::Serial(0.4) });
        update(&mut model, Message::Swept { sweep: id, progress: SweepProgress::Point(point(300)) });
        assert_eq!(chosen(&model).swept.result, result(&[300]));
        let all = result(&[300, 10_000]);
        over(&mut model, &all);
        assert_eq!((&chosen(&model).swept.result, chosen(&model).swept.step), (&all, SweepStep::Over));
        assert!(!model.busy());
    }

    #[test]
    fn keys_choose_a_knob_and_move_it() {
        let mut model = shown();
        let mut after = |code: KeyCode| {
            press(&mut model, code);
            (model.sweep.chosen, model.sweep.settings())
        };
        assert_eq!(after(KeyCode::Right), (0, vec![10_000_000, 2, 1_000_000]));
        assert_eq!(after(KeyCode::Char('j')), (1, vec![10_000_000, 2, 1_000_000]));
        assert_eq!(after(KeyCode::Char('h')), (1, vec![10_000_000, 1, 1_000_000]));
        assert_eq!(after(KeyCode::Left), (1, vec![10_000_000, 1, 1_000_000]), "this is its end");
        assert_eq!(after(KeyCode::End), (1, vec![10_000_000, 8, 1_000_000]));
        assert_eq!(after(KeyCode::Down), (2, vec![10_000_000, 8, 1_000_000]));
        assert_eq!(after(KeyCode::Down).0, 2);
        assert_eq!(after(KeyCode::Char('g')), (2, vec![10_000_000, 8, 1_000]));
        assert_eq!(after(KeyCode::Char('k')).0, 1);
        let id = model.sweep.id;
        assert_eq!(press_s(&mut model), [sweep(id + 1, 1, [10_000_000, 8, 1_000])]);
    }

    #[test]
    fn what_each_knob_has_told_is_kept_and_one_sweep_goes_on_at_a_time() {
        let mut model = shown();
        press_s(&mut model);
        assert_eq!(press_s(&mut model), [], "it goes on");
        press(&mut model, KeyCode::Down);
        assert_eq!(press_s(&mut model), [], "one at a time");
        over(&mut model, &result(&[300]));
        assert_eq!(chosen(&model).swept.step, SweepStep::Absent, "it was of the other knob");
        let id = model.sweep.id;
        assert_eq!(press_s(&mut model), [sweep(id + 1, 1, USUAL)]);
        over(&mut model, &result(&[1, 2]));
        press(&mut model, KeyCode::Esc);
        assert_eq!((press_s(&mut model), model.overlay), (vec![], Some(Overlay::Sweep)));
        assert_eq!(chosen(&model).swept.result, result(&[1, 2]));
        press(&mut model, KeyCode::Up);
        assert_eq!(chosen(&model).swept.result, result(&[300]));
        assert_eq!(press_s(&mut model), [sweep(id + 2, 0, USUAL)], "a further press measures again");
        assert_eq!(chosen(&model).swept.result, check::Sweep::default());
    }

    #[test]
    fn closing_it_stops_it_and_nothing_else_is_forgotten() {
        for close in [KeyCode::Esc, KeyCode::Char('q'), KeyCode::Tab, KeyCode::Char('?'), KeyCode::Char('6')] {
            let mut model = shown();
            press_s(&mut model);
            over(&mut model, &result(&[300]));
            press(&mut model, KeyCode::Down);
            press_s(&mut model);
            let id = model.sweep.id;
            assert_eq!(press(&mut model, close), [Effect::StopSweep], "{close}");
            update(&mut model, Message::Swept { sweep: id, progress: SweepProgress::Point(point(1)) });
            let kept: Vec<_> = model.sweep.sliders.iter().map(|slider| slider.swept.result.points.len()).collect();
            assert_eq!((kept, model.busy()), (vec![1, 0, 0], false));
            press_s(&mut model);
            assert_ne!(press_s(&mut model), [sweep(id, 1, USUAL)], "a new one has a number of its own");
        }
    }

    #[test]
    fn a_save_ends_it_for_a_check_and_all_results_are_of_another_program() {
        let mut model = shown();
        press_s(&mut model);
        over(&mut model, &result(&[300]));
        press(&mut model, KeyCode::Right);
        press(&mut model, KeyCode::Down);
        press_s(&mut model);
        let effects = update(&mut model, Message::Saved { exercise: "pi".to_owned() });
        // The check takes the place of whatever runs.
        assert_eq!(effects, [Effect::Check { id: model.check.id, exercise: "pi".to_owned() }]);
        assert_eq!(model.overlay, None);
        assert!(model.sweep.sliders.iter().all(|slider| slider.swept == Swept::default()));
        assert_eq!((model.sweep.chosen, model.sweep.settings()), (1, vec![10_000_000, 2, 1_000_000]), "these stay");
    }

    #[test]
    fn a_check_of_the_same_program_leaves_the_results() {
        let mut model = shown();
        press_s(&mut model);
        over(&mut model, &result(&[300]));
        press(&mut model, KeyCode::Char('r'));
        assert_eq!((model.overlay, &chosen(&model).swept.result), (None, &result(&[300])));
    }

    #[test]
    fn another_exercise_has_its_own_knobs() {
        let mut model = shown();
        press(&mut model, KeyCode::Right);
        model.open(0);
        assert!(model.sweep.sliders.is_empty());
        model.open(1);
        assert_eq!(model.sweep.settings(), USUAL);
    }

    #[test]
    fn it_waits_for_a_check() {
        let mut model = shown();
        update(&mut model, Message::Saved { exercise: "pi".to_owned() });
        assert_eq!((press_s(&mut model), press_s(&mut model)), (vec![], vec![]));
        assert_eq!(chosen(&model).swept.step, SweepStep::Waiting);
        update(&mut model, Message::Saved { exercise: "pi".to_owned() });
        assert_eq!(
            (model.overlay, chosen(&model).swept.step),
            (Some(Overlay::Sweep), SweepStep::Waiting),
            "of the new one"
        );
        let (check, id) = (model.check.id, model.sweep.id);
        let outcome = Ok(samples::report(Verdict::Pass, 10));
        assert_eq!(update(&mut model, Message::Checked { check, outcome }), [sweep(id, 0, USUAL)]);

        update(&mut model, Message::Saved { exercise: "pi".to_owned() });
        press_s(&mut model);
        press_s(&mut model);
        assert_eq!(press(&mut model, KeyCode::Esc), [], "there is nothing to stop yet");
        assert_eq!(chosen(&model).swept.step, SweepStep::Absent);
    }

    #[test]
    fn it_waits_for_the_first_build() {
        let mut model = samples::opened(80, 24);
        samples::give_knobs(&mut model);
        press_s(&mut model);
        assert_eq!(press_s(&mut model), []);
        update(&mut model, Message::Prepared);
        assert_eq!(chosen(&model).swept.step, SweepStep::Waiting);
        let check = model.check.id;
        let effects = update(&mut model, Message::Checked { check, outcome: Err("no cargo".to_owned()) });
        assert_eq!(effects, [sweep(model.sweep.id, 0, USUAL)]);
    }

    #[test]
    fn without_knobs_nothing_is_begun() {
        let mut model = samples::passed(80, 24);
        assert_eq!((press_s(&mut model), press_s(&mut model)), (vec![], vec![]));
        assert_eq!((model.overlay, model.sweep.running()), (Some(Overlay::Sweep), None));
        assert!(!model.busy());
    }

    #[test]
    fn what_the_tool_could_not_do_is_kept() {
        let mut model = shown();
        press_s(&mut model);
        let id = model.sweep.id;
        update(&mut model, Message::SweepOver { sweep: id, outcome: Err("no room on the disk".to_owned()) });
        assert_eq!(chosen(&model).swept.failure.as_deref(), Some("no room on the disk"));
    }
}
