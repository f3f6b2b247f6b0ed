//! What the workbench makes of what happens: no files, no threads, no clock. Times come in messages.

mod action;
mod mouse;
mod picture;
mod sweep;
pub(crate) mod typed;

use grader::{check::Progress, report::Report};
use ratatui::{crossterm::event::KeyEventKind, layout::Size};

use crate::{
    effect::Effect,
    keys,
    message::Message,
    model::{Model, Player, Screen, Selection},
    view,
};

/// Takes in one message, and says what is to be done in the world outside.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    if let Message::Tick(now) = message {
        if model.replays() {
            model.player.advance(now.saturating_sub(model.now));
        }
        model.now = now;
        return Vec::new();
    }
    let (screen, sight) = (model.screen, sight(model));
    let mut effects = take(model, message);
    if model.screen != screen {
        effects.extend(model.compare());
    }
    clamp_scroll(model);
    keep_selected_in_sight(model, sight);
    effects
}

fn take(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Tick(_) => {}
        Message::Key(key) if key.kind != KeyEventKind::Release => {
            model.troubles.clear();
            model.notice = None;
            let mut effects = keys::action(model, key).map_or(Vec::new(), |asked| action::act(model, asked));
            effects.extend(sweep::stop_unseen(model));
            return effects;
        }
        Message::Key(_) => {}
        Message::Mouse(event) => {
            mouse::take(model, event);
            return sweep::stop_unseen(model);
        }
        Message::Resized(width, height) => {
            model.size = Size { width, height };
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
        Message::Compared { id, versions } if id == model.diff.asked => model.diff.versions = Some(versions),
        Message::Told { check, progress, stream, objects } if check == model.check.id => {
            model.check.objects = objects.or(model.check.objects.take());
            if let Progress::Filmed(replay) = &progress {
                model.player = Player::of(replay);
            }
            let grows = match progress {
                Progress::Printing { .. } => true,
                // What was never seen to grow is read from its beginning.
                Progress::Tried { .. } | Progress::Round { printed: 1.., .. } => model.check.output.is_some(),
                _ => false,
            };
            let follows = grows && model.scroll.of(Screen::Output) == view::scroll_end(model, Screen::Output);
            if let Some(stream) = &stream {
                model.selected =
                    model.selected.and_then(|selected| stream.again(model.check.stream.as_ref()?, selected));
            }
            model.check.hear(progress, stream, model.now);
            if follows {
                *model.scroll.of_mut(Screen::Output) = view::scroll_end(model, Screen::Output);
            }
        }
        Message::Checked { check, outcome } if check == model.check.id => return checked(model, outcome),
        Message::Swept { sweep, progress } => {
            if let Some(swept) = model.sweep.heard(sweep) {
                swept.result.hear(progress);
            }
        }
        Message::SweepOver { sweep, outcome } => {
            if let Some(swept) = model.sweep.heard(sweep) {
                swept.end(outcome);
            }
        }
        Message::PictureSaved(file) => model.notice = Some(format!("The picture is in {file}.")),
        Message::Trouble(trouble) => model.troubles.push(trouble),
        Message::Typed(line) => return typed::typed(model, &line),
        Message::TypedAll => return typed::typed_all(model),
        // Of an exercise that is no longer open, or a check that was stopped.
        Message::LessonRead { .. } | Message::Saved { .. } | Message::Told { .. } | Message::Checked { .. } => {}
        Message::Compared { .. } => {}
    }
    Vec::new()
}

/// Whoever saves wants to see what comes of it.
fn saved(model: &mut Model) -> Vec<Effect> {
    if let Some(preparing) = &mut model.preparing {
        preparing.saved = true;
    }
    let hides_the_run = model.zoomed || view::paged(model.size);
    if hides_the_run && matches!(model.screen, Screen::Course | Screen::Lesson) && model.filter.is_none() {
        (model.screen, model.home) = (Screen::Run, Screen::Run);
    }
    model.forget_sweeps();
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

/// No text is scrolled farther than its end.
fn clamp_scroll(model: &mut Model) {
    // Most are at their beginning, and need not be laid out for this.
    for screen in Screen::ALL {
        if model.scroll.of(screen) == 0 {
            continue;
        }
        *model.scroll.of_mut(screen) = model.scroll.of(screen).min(view::scroll_end(model, screen));
    }
    if model.scroll.overlay > 0 {
        model.scroll.overlay = model.scroll.overlay.min(view::overlay_end(model));
    }
}

/// What decides whether the selected task is in sight, but for how far the student has scrolled.
type Sight = (Option<Selection>, Size, bool);

fn sight(model: &Model) -> Sight {
    (model.selected, model.size, model.whole())
}

/// The row of the selected task comes into sight when it is selected, and when there is more or less room. Nothing but that: the
/// student may scroll away from it.
fn keep_selected_in_sight(model: &mut Model, before: Sight) {
    if let Some(selected) = model.selected
        && sight(model) != before
    {
        let (first, seen) = (model.scroll.of(Screen::Tasks), view::rows_seen(model).max(1));
        *model.scroll.of_mut(Screen::Tasks) = first.clamp((selected.row + 1).saturating_sub(seen), selected.row);
    }
}

#[cfg(test)]
mod tests;
