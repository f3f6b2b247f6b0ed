//! What the mouse does: what it points to is what it means.

use ratatui::{
    crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind},
    layout::Position,
};

use crate::{
    model::{Held, Model, Screen},
    view::{self, Target},
};

/// How many lines a turn of the wheel scrolls.
const LINES: isize = 3;

pub(super) fn take(model: &mut Model, event: MouseEvent) {
    let at = Position::new(event.column, event.row);
    let sideways = event.modifiers.contains(KeyModifiers::SHIFT);
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => press(model, at),
        MouseEventKind::Drag(MouseButton::Left) => drag(model, at),
        MouseEventKind::Up(_) => model.held = None,
        MouseEventKind::ScrollUp if sideways => wheel(model, at, -1, true),
        MouseEventKind::ScrollDown if sideways => wheel(model, at, 1, true),
        MouseEventKind::ScrollUp => wheel(model, at, -1, false),
        MouseEventKind::ScrollDown => wheel(model, at, 1, false),
        MouseEventKind::ScrollLeft => wheel(model, at, -1, true),
        MouseEventKind::ScrollRight => wheel(model, at, 1, true),
        MouseEventKind::Down(_) | MouseEventKind::Drag(_) | MouseEventKind::Moved => {}
    }
}

/// A click gives the keys to what it is on, and selects there. What lies over the screens is closed by a click beside it.
fn press(model: &mut Model, at: Position) {
    model.troubles.clear();
    model.held = None;
    let target = view::target(model, at);
    match target {
        Target::Nothing | Target::Overlay => {}
        Target::Beside => model.overlay = None,
        Target::Slider { knob, place } => {
            model.sweep.slide(knob, place);
            model.held = Some(Held::Slider(knob));
        }
        Target::Knob(knob) => model.sweep.chosen = knob,
        Target::Tab(screen) => model.show(screen),
        Target::Exercise(line) => {
            if model.screen != Screen::Course {
                model.show(Screen::Course);
            }
            model.cursor = line;
        }
        Target::Moment { row, share } => {
            model.show(Screen::Tasks);
            model.held = Some(Held::Moment(model.window.moment(share)));
            if let (Some(stream), Some(row)) = (&model.check.stream, row) {
                let (from, to) = stream.times(model.window);
                model.selected = stream.nearest(row, from + share * (to - from));
            }
        }
        Target::Screen(screen) => model.show(screen),
    }
}

/// What was taken hold of goes where the mouse goes.
fn drag(model: &mut Model, at: Position) {
    match model.held {
        Some(Held::Moment(moment)) => {
            if let Some(share) = view::share_of_tasks(model, at.x) {
                model.window = model.window.with(moment, share);
            }
        }
        Some(Held::Slider(knob)) => model.sweep.slide(knob, view::place_on_slider(model, knob, at.x)),
        None => {}
    }
}

fn wheel(model: &mut Model, at: Position, turn: isize, sideways: bool) {
    let by = |place: usize, end: usize, lines: isize| place.saturating_add_signed(turn * lines).min(end);
    match view::target(model, at) {
        Target::Overlay => model.scroll.overlay = by(model.scroll.overlay, view::overlay_end(model), LINES),
        Target::Moment { .. } if sideways => model.window = model.window.moved(0.1 * turn as f64),
        Target::Moment { share, .. } => {
            model.window = model.window.zoomed(if turn < 0 { 0.8 } else { 1.25 }, share);
        }
        Target::Exercise(_) | Target::Screen(Screen::Course) => {
            model.cursor = by(model.cursor, model.listed().len().saturating_sub(1), 1);
        }
        Target::Screen(screen) => {
            let end = view::scroll_end(model, screen);
            let place = model.scroll.of_mut(screen);
            *place = by(*place, end, LINES);
        }
        Target::Slider { knob, .. } | Target::Knob(knob) => {
            let place = model.sweep.sliders[knob].place;
            model.sweep.slide(knob, by(place, usize::MAX, 1));
        }
        Target::Nothing | Target::Tab(_) | Target::Beside => {}
    }
}
