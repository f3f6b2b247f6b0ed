//! The keys of the picture: save it, and play the run that led to it.

use crate::{effect::Effect, keys::Step, model::Model};

/// Plays the run again, or holds it.
pub(super) fn play(model: &mut Model) {
    if model.check.replay.is_some() {
        model.player.toggle();
    }
}

/// Goes through the run by steps, or to one of its ends.
pub(super) fn travel(model: &mut Model, step: Step) {
    if model.check.replay.is_none() {
        return;
    }
    match step {
        Step::Left => model.player.step(-1.0),
        Step::Right => model.player.step(1.0),
        Step::First => model.player.rewind(),
        Step::Last => model.player.finish(),
        Step::Up | Step::Down | Step::HalfPageUp | Step::HalfPageDown | Step::PageUp | Step::PageDown => {}
    }
}

/// What is seen now is saved, be it in the middle of the replay.
pub(super) fn save(model: &mut Model) -> Vec<Effect> {
    let Some(picture) = model.picture() else { return Vec::new() };
    model.notice = Some("The picture is being saved.".to_owned());
    vec![Effect::SavePicture { exercise: model.exercise().name.clone(), picture }]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ratatui::crossterm::event::KeyCode;

    use super::*;
    use crate::{
        message::Message,
        model::{Player, REPLAY},
        samples,
        update::update,
    };

    fn press(model: &mut Model, code: KeyCode) -> Vec<Effect> {
        update(model, Message::Key(code.into()))
    }

    /// So much later.
    fn wait(model: &mut Model, time: Duration) {
        let now = model.now + time;
        update(model, Message::Tick(now));
    }

    #[test]
    fn a_replay_plays_while_it_is_seen_and_stops_at_the_answer() {
        let mut model = samples::replayed(80, 24);
        wait(&mut model, REPLAY);
        assert_eq!((model.player, model.replays(), model.busy()), (Player::default(), false, false), "nobody looks");
        press(&mut model, KeyCode::Char('6'));
        assert!(model.replays() && model.busy());
        wait(&mut model, REPLAY / 4);
        assert_eq!(model.player.place, 0.25);
        press(&mut model, KeyCode::Esc);
        wait(&mut model, REPLAY);
        press(&mut model, KeyCode::Char('6'));
        assert_eq!(model.player.place, 0.25, "it goes on where it was left");
        wait(&mut model, REPLAY);
        assert!(!model.replays() && !model.busy());
        assert_eq!(model.picture(), model.check.picture);
    }

    #[test]
    fn space_and_arrows_hold_it_and_move_it() {
        let mut model = samples::replayed(80, 24);
        press(&mut model, KeyCode::Char('6'));
        press(&mut model, KeyCode::Char(' '));
        wait(&mut model, REPLAY);
        assert_eq!((model.player.place, model.busy()), (0.0, false));
        press(&mut model, KeyCode::Right);
        assert!(model.player.place > 0.0);
        press(&mut model, KeyCode::Left);
        press(&mut model, KeyCode::End);
        assert!(model.player.is_over());
        press(&mut model, KeyCode::Home);
        press(&mut model, KeyCode::Char(' '));
        assert!(model.replays());
    }

    #[test]
    fn a_new_run_is_seen_from_its_beginning() {
        let mut model = samples::replayed(80, 24);
        press(&mut model, KeyCode::Char('6'));
        wait(&mut model, REPLAY);
        press(&mut model, KeyCode::Char('r'));
        assert!(model.picture().is_none() && !model.replays());
        samples::tell(&mut model, samples::tried(None));
        samples::tell(&mut model, samples::filmed());
        assert!(model.replays() && model.player.place == 0.0);
    }

    #[test]
    fn what_is_seen_is_saved_and_where_it_went_is_told() {
        let mut model = samples::replayed(80, 24);
        press(&mut model, KeyCode::Char('6'));
        press(&mut model, KeyCode::Right);
        let picture = model.picture().expect("there is one");
        assert_ne!(Some(&picture), model.check.picture.as_ref());
        assert_eq!(press(&mut model, KeyCode::Char('p')), [Effect::SavePicture { exercise: "pi".to_owned(), picture }]);
        assert_eq!(model.notice.as_deref(), Some("The picture is being saved."));
        update(&mut model, Message::PictureSaved("exercises/pictures/pi.png".to_owned()));
        assert_eq!(model.notice.as_deref(), Some("The picture is in exercises/pictures/pi.png."));
        press(&mut model, KeyCode::Esc);
        assert_eq!(model.notice, None);

        let mut nothing = samples::ready(80, 24);
        assert_eq!(press(&mut nothing, KeyCode::Char('6')), []);
        assert_eq!(press(&mut nothing, KeyCode::Char('p')), [], "there is nothing to save");
    }
}
