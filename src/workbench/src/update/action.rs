//! What each action of the key map does.

use super::{picture, sweep};
use crate::{
    effect::Effect,
    keys::{Action, Look, Place, Step},
    model::{Direction, Model, Overlay, Screen, Window},
    view,
};

pub(super) fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    match action {
        Action::Quit => return vec![Effect::Quit],
        Action::Leave if model.at_rest() => return vec![Effect::Quit],
        Action::Leave | Action::Back => back(model),
        Action::Show(screen) => model.show(screen),
        Action::Next => model.show(model.screen.after(1)),
        Action::Previous => model.show(model.screen.after(Screen::ALL.len() - 1)),
        Action::Zoom => zoom(model),
        Action::Open => return open(model),
        Action::Filter => filter(model),
        Action::Type(letter) => search(model, |typed| typed.push(letter)),
        Action::Erase => search(model, |typed| {
            typed.pop();
        }),
        Action::Edit => return vec![Effect::Edit(model.exercise().name.clone())],
        Action::Check => return model.begin_check(),
        Action::Hint => return hint(model),
        Action::Sweep => return sweep::ask(model),
        Action::Help => {
            model.scroll.overlay = 0;
            model.overlay = (model.overlay != Some(Overlay::Help)).then_some(Overlay::Help);
        }
        Action::Mouse => {
            model.mouse = !model.mouse;
            model.held = None;
            return vec![Effect::Mouse(model.mouse)];
        }
        Action::Theme => return turn_theme(model),
        Action::Compare => {
            model.diff.against = model.diff.against.other();
            *model.scroll.of_mut(Screen::Diff) = 0;
        }
        Action::Save => return picture::save(model),
        Action::Play => picture::play(model),
        Action::Move(step) => travel(model, step),
        Action::Look(Look::Above) => look_at_rows(model, -1),
        Action::Look(Look::Below) => look_at_rows(model, 1),
        Action::Look(look) => model.window = looked(model, look),
    }
    Vec::new()
}

/// The next theme, which is the student's choice from now on.
fn turn_theme(model: &mut Model) -> Vec<Effect> {
    model.look.theme = model.look.theme.next();
    model.progress.theme = Some(model.look.theme.name().to_owned());
    vec![Effect::Keep(model.progress.clone())]
}

/// One step towards the overview.
fn back(model: &mut Model) {
    if model.overlay.is_some() {
        model.overlay = None;
    } else if model.filter.is_some() {
        model.end_filter();
    } else if !model.screen.in_overview() {
        model.show(model.home);
    } else if model.zoomed {
        zoom(model);
    }
}

/// Only the screens of the overview have two sizes.
fn zoom(model: &mut Model) {
    if model.screen.in_overview() {
        model.overlay = None;
        model.zoomed = !model.zoomed;
    }
}

/// Opens what the cursor is on.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(&place) = model.listed().get(model.cursor) else { return Vec::new() };
    model.show(Screen::Lesson);
    if place == model.open { Vec::new() } else { model.open(place) }
}

fn filter(model: &mut Model) {
    model.show(Screen::Course);
    model.filter = Some(String::new());
}

/// Changes what is typed. The cursor goes to the first exercise whose name begins so, since most people type a name. Where there is
/// none it stays on its exercise as long as that is listed, and is on the first otherwise.
fn search(model: &mut Model, change: impl FnOnce(&mut String)) {
    let place = model.listed().get(model.cursor).copied();
    if let Some(typed) = &mut model.filter {
        change(typed);
    }
    let typed = model.filter.as_deref().unwrap_or_default().to_lowercase();
    let listed = model.listed();
    let named =
        |&listed: &usize| !typed.is_empty() && model.course.exercises[listed].name.to_lowercase().starts_with(&typed);
    let same = |&listed: &usize| Some(listed) == place;
    model.cursor = listed.iter().position(named).or_else(|| listed.iter().position(same)).unwrap_or(0);
}

/// The first press shows the hints taken before, if there are any; each further one takes the next.
fn hint(model: &mut Model) -> Vec<Effect> {
    let taken = model.hints().len();
    let shown = model.overlay == Some(Overlay::Hints);
    if !shown {
        model.scroll.overlay = 0;
        model.overlay = Some(Overlay::Hints);
    }
    if taken == model.exercise().hints.len() || (taken > 0 && !shown) {
        return Vec::new();
    }
    let name = model.exercise().name.clone();
    model.progress.take_hint(&name);
    model.scroll.overlay = view::overlay_end(model);
    vec![Effect::Keep(model.progress.clone())]
}

/// Moves within what has the keys.
fn travel(model: &mut Model, step: Step) {
    let page = view::page(model);
    match Place::of(model) {
        Place::Typing | Place::Screen(Screen::Course) => {
            model.cursor = moved(model.cursor, step, model.listed().len().saturating_sub(1), page);
        }
        Place::Screen(Screen::Tasks) => select(model, step),
        Place::Screen(Screen::Picture) => picture::travel(model, step),
        Place::Screen(screen) => {
            let end = view::scroll_end(model, screen);
            let place = model.scroll.of_mut(screen);
            *place = moved(*place, step, end, page);
        }
        Place::Sweep => sweep::slide(model, step),
        Place::Welcome | Place::Help | Place::Hints => {
            model.scroll.overlay = moved(model.scroll.overlay, step, view::overlay_end(model), page);
        }
    }
}

fn moved(place: usize, step: Step, end: usize, page: usize) -> usize {
    let place = place.min(end);
    let place = match step {
        Step::Up => place.saturating_sub(1),
        Step::Down => place + 1,
        Step::HalfPageUp => place.saturating_sub(page.div_ceil(2)),
        Step::HalfPageDown => place + page.div_ceil(2),
        Step::PageUp => place.saturating_sub(page),
        Step::PageDown => place + page,
        Step::First => 0,
        Step::Last => end,
        Step::Left | Step::Right => place,
    };
    place.min(end)
}

/// The first step selects a task in the middle of what is seen.
fn select(model: &mut Model, step: Step) {
    let direction = match step {
        Step::Left => Direction::Earlier,
        Step::Right => Direction::Later,
        Step::Up => Direction::Above,
        Step::Down => Direction::Below,
        Step::First => Direction::First,
        Step::Last => Direction::Last,
        Step::HalfPageUp | Step::HalfPageDown | Step::PageUp | Step::PageDown => return,
    };
    let Some(stream) = &model.check.stream else { return };
    model.selected = match model.selected {
        Some(selected) => Some(stream.next(selected, direction)),
        None => stream.first(model.window),
    };
    if let Some(selected) = model.selected {
        model.window = stream.following(model.window, selected);
    }
}

/// A closer look is around what is selected, if that is seen, and around the middle otherwise.
fn looked(model: &Model, look: Look) -> Window {
    let window = model.window;
    let seen = model.check.stream.as_ref().zip(model.selected);
    let around = seen.and_then(|(stream, selected)| stream.place_in(window, selected)).unwrap_or(0.5);
    match look {
        Look::Closer => window.zoomed(0.5, around),
        Look::Farther => window.zoomed(2.0, around),
        Look::Earlier => window.moved(-0.25),
        Look::Later => window.moved(0.25),
        Look::PageEarlier => window.moved(-1.0),
        Look::PageLater => window.moved(1.0),
        Look::Whole => Window::default(),
        Look::Above | Look::Below => window,
    }
}

/// As for moments, a quarter of what is seen is a step.
fn look_at_rows(model: &mut Model, turn: isize) {
    let step = (view::rows_seen(model) / 4).max(1) as isize;
    let first = model.scroll.of_mut(Screen::Tasks);
    *first = first.saturating_add_signed(turn * step);
}
