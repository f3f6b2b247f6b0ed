//! What the workbench makes of what happens: no files, no threads, no clock. Times come in messages.

mod sweep;
pub(crate) mod typed;

use grader::report::Report;
use ratatui::{
    crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers},
    layout::Size,
};

use crate::{
    effect::Effect,
    message::Message,
    model::{Model, Overlay, Pane, Window},
    view,
};

/// Takes in one message, and says what is to be done in the world outside.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Tick(now) => model.now = now,
        Message::Key(key) if key.kind != KeyEventKind::Release => {
            let mut effects = press(model, key);
            effects.extend(sweep::stop_unseen(model));
            return effects;
        }
        Message::Key(_) => {}
        Message::Resized(width, height) => {
            model.size = Size { width, height };
            clamp_scroll(model);
        }
        Message::Terminated => return vec![Effect::Quit],
        Message::LessonRead { exercise, lesson } if exercise == model.exercise().name => model.lesson = lesson,
        Message::Saved { exercise } if exercise == model.exercise().name => return saved(model),
        Message::Preparing(compiled) => {
            if let Some(preparing) = &mut model.preparing {
                preparing.compiled = Some(compiled);
            }
        }
        Message::Prepared => {
            model.preparing = None;
            return model.begin_check();
        }
        Message::Compared { id, versions } if id == model.diff.asked => {
            model.diff.versions = Some(versions);
            clamp_scroll(model);
        }
        Message::Told { check, progress, stream, objects } if check == model.check.id => {
            model.check.objects = objects.or(model.check.objects.take());
            model.check.hear(progress, stream, model.now);
        }
        Message::Checked { check, outcome } if check == model.check.id => return checked(model, outcome),
        Message::Swept { sweep, progress } if sweep == model.sweep.id => model.sweep.swept.hear(progress),
        Message::SweepOver { sweep, outcome } if sweep == model.sweep.id => model.sweep.end(outcome),
        Message::Trouble(trouble) => model.troubles.push(trouble),
        Message::Typed(line) => return typed::typed(model, &line),
        Message::TypedAll => return typed::typed_all(model),
        // Of an exercise that is no longer open, or a check or sweep that was stopped.
        Message::LessonRead { .. } | Message::Saved { .. } | Message::Told { .. } | Message::Checked { .. } => {}
        Message::Compared { .. } | Message::Swept { .. } | Message::SweepOver { .. } => {}
    }
    Vec::new()
}

/// Whoever saves wants to see what comes of it.
fn saved(model: &mut Model) -> Vec<Effect> {
    if let Some(preparing) = &mut model.preparing {
        preparing.saved = true;
    }
    if view::paged(model.size) && model.focus != Pane::Stream {
        model.focus = Pane::Result;
    }
    let compare = model.compare();
    compare.into_iter().chain(model.begin_check()).collect()
}

fn checked(model: &mut Model, outcome: Result<Report, String>) -> Vec<Effect> {
    let changed = outcome.as_ref().is_ok_and(|report| model.progress.count(report));
    model.check.end(outcome);
    let mut effects = if changed { vec![Effect::Keep(model.progress.clone())] } else { Vec::new() };
    // Where it has passed, this is the version that passed last.
    effects.extend(model.compare());
    effects.extend(sweep::begin_waiting(model));
    effects.extend(typed::leave_when_done(model));
    effects
}

fn press(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    model.troubles.clear();
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match key.code {
            KeyCode::Char('c') => vec![Effect::Quit],
            _ => Vec::new(),
        };
    }
    if model.overlay == Some(Overlay::Welcome) {
        model.overlay = None;
        return Vec::new();
    }
    match key.code {
        KeyCode::Esc | KeyCode::Char('q') if model.overlay.is_some() => model.overlay = None,
        KeyCode::Char('q') => return vec![Effect::Quit],
        KeyCode::Char('?') => toggle(model, Overlay::Help),
        KeyCode::Char('z') => {
            model.zoomed = !model.zoomed;
            clamp_scroll(model);
        }
        KeyCode::Char('p') => toggle(model, Overlay::Picture),
        KeyCode::Char('v') => toggle(model, Overlay::Output),
        KeyCode::Char('o') => toggle(model, Overlay::Objects),
        KeyCode::Char('d') => {
            toggle(model, Overlay::Diff);
            return model.compare().into_iter().collect();
        }
        KeyCode::Char('x') if model.overlay == Some(Overlay::Diff) => {
            model.diff.against = model.diff.against.other();
            model.scroll.overlay = 0;
        }
        KeyCode::Char('s') => return sweep::ask(model),
        KeyCode::Char('h') => return hint(model),
        KeyCode::Char('t') => return turn_theme(model),
        KeyCode::Char('e') => return vec![Effect::Edit(model.exercise().name.clone())],
        KeyCode::Char('r') => return model.begin_check(),
        KeyCode::Enter if model.overlay.is_none() && model.focus == Pane::Course => return choose(model),
        KeyCode::Tab => turn(model, 1),
        KeyCode::BackTab => turn(model, Pane::ALL.len() - 1),
        code => travel(model, code),
    }
    Vec::new()
}

fn toggle(model: &mut Model, overlay: Overlay) {
    model.scroll.overlay = 0;
    model.overlay = if model.overlay == Some(overlay) { None } else { Some(overlay) };
}

/// The next theme, which is the student's choice from now on.
fn turn_theme(model: &mut Model) -> Vec<Effect> {
    model.look.theme = model.look.theme.next();
    model.progress.theme = Some(model.look.theme.name().to_owned());
    vec![Effect::Keep(model.progress.clone())]
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
    model.scroll.overlay = view::scroll_end(model).overlay;
    vec![Effect::Keep(model.progress.clone())]
}

fn choose(model: &mut Model) -> Vec<Effect> {
    model.focus = Pane::Lesson;
    if model.cursor == model.open { Vec::new() } else { model.open(model.cursor) }
}

fn turn(model: &mut Model, steps: usize) {
    let place = Pane::ALL.iter().position(|&pane| pane == model.focus).unwrap_or(0);
    model.focus = Pane::ALL[(place + steps) % Pane::ALL.len()];
    model.overlay = None;
}

/// Moves within what has the keys.
fn travel(model: &mut Model, code: KeyCode) {
    match (model.overlay, model.focus) {
        (None, Pane::Course) => {
            let last = model.course.exercises.len() - 1;
            model.cursor = moved(model.cursor, code, last, last.min(10));
        }
        (None, Pane::Stream) => model.window = looked(model.window, code),
        _ => {
            let end = view::scroll_end(model);
            let page = view::page(model);
            let (place, end) = match (model.overlay, model.focus) {
                (Some(_), _) => (&mut model.scroll.overlay, end.overlay),
                (None, Pane::Lesson) => (&mut model.scroll.lesson, end.lesson),
                (None, _) => (&mut model.scroll.result, end.result),
            };
            *place = moved(*place, code, end, page);
        }
    }
}

fn moved(place: usize, code: KeyCode, end: usize, page: usize) -> usize {
    let place = place.min(end);
    let place = match code {
        KeyCode::Up | KeyCode::Char('k') => place.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => place + 1,
        KeyCode::PageUp => place.saturating_sub(page),
        KeyCode::PageDown | KeyCode::Char(' ') => place + page,
        KeyCode::Home => 0,
        KeyCode::End => end,
        _ => place,
    };
    place.min(end)
}

fn looked(window: Window, code: KeyCode) -> Window {
    match code {
        KeyCode::Char('+' | '=') => window.zoomed(0.5),
        KeyCode::Char('-') => window.zoomed(2.0),
        KeyCode::Left => window.moved(-0.25),
        KeyCode::Right => window.moved(0.25),
        KeyCode::PageUp => window.moved(-1.0),
        KeyCode::PageDown => window.moved(1.0),
        KeyCode::End => window.moved(1.0 / window.width()),
        KeyCode::Home | KeyCode::Char('0') => Window::default(),
        _ => window,
    }
}

fn clamp_scroll(model: &mut Model) {
    let end = view::scroll_end(model);
    model.scroll.lesson = model.scroll.lesson.min(end.lesson);
    model.scroll.result = model.scroll.result.min(end.result);
    model.scroll.overlay = model.scroll.overlay.min(end.overlay);
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod walks;
