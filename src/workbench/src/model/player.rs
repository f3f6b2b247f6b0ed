//! Where the replay of a run is, and whether it goes on.

use std::time::Duration;

use grader::{film::Replay, picture::Picture};

use super::{Check, Model, Screen, Step};

/// How long a replay takes, however long the run was: most runs are over before anybody has seen them.
pub const REPLAY: Duration = Duration::from_secs(3);

/// Into so many steps the arrow keys cut it.
const STEPS: f64 = 40.0;

/// A replay in the picture of the answer. It goes on only while it is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Player {
    /// The share of the run that is over, from 0 to 1; at 1 the answer is seen.
    pub place: f64,
    /// It goes on by itself.
    pub playing: bool,
}

/// A new run is to be seen from its beginning.
impl Default for Player {
    fn default() -> Self {
        Self { place: 0.0, playing: true }
    }
}

impl Player {
    /// For a run that has just ended. One that took longer than a replay was seen while it went on.
    #[must_use]
    pub fn of(replay: &Replay) -> Self {
        let mut player = Self::default();
        if replay.length() > REPLAY {
            player.finish();
        }
        player
    }

    /// So much time has gone by.
    pub fn advance(&mut self, elapsed: Duration) {
        self.go_to(self.place + elapsed.as_secs_f64() / REPLAY.as_secs_f64());
    }

    /// Plays or stops; from the beginning, where it was at the end.
    pub fn toggle(&mut self) {
        *self = if self.is_over() { Self::default() } else { Self { playing: !self.playing, ..*self } };
    }

    /// Stops so many steps further, or back.
    pub fn step(&mut self, steps: f64) {
        let at = (self.place * STEPS).round();
        self.go_to((at + steps) / STEPS);
        self.playing = false;
    }

    /// Stops at the beginning.
    pub fn rewind(&mut self) {
        *self = Self { place: 0.0, playing: false };
    }

    /// Stops at the answer.
    pub fn finish(&mut self) {
        self.go_to(1.0);
    }

    /// The answer is seen.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.place >= 1.0
    }

    fn go_to(&mut self, place: f64) {
        self.place = place.clamp(0.0, 1.0);
        self.playing &= !self.is_over();
    }
}

impl Model {
    /// The replay is seen, and goes on by itself.
    #[must_use]
    pub fn replays(&self) -> bool {
        self.screen == Screen::Picture && self.overlay.is_none() && self.player.playing && self.check.replay.is_some()
    }

    /// The picture as it is to be seen now: of the answer, of a moment of the replay, or of a run that goes on.
    #[must_use]
    pub fn picture(&self) -> Option<Picture> {
        match &self.check.replay {
            Some(replay) if !self.player.is_over() => Some(replay.frame(self.player.place)),
            _ => self.check.picture.clone(),
        }
    }
}

impl Check {
    /// The picture is of a run that goes on.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.step == Step::Trying && self.picture.is_some()
    }
}

/// How many times slower than the run a replay is; below 1 it is faster.
#[must_use]
pub fn slowness(replay: &Replay) -> f64 {
    REPLAY.as_secs_f64() / replay.length().as_secs_f64().max(1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plays_to_the_end_and_again_from_the_beginning() {
        let mut player = Player::default();
        player.advance(REPLAY / 2);
        assert_eq!(player, Player { place: 0.5, playing: true });
        player.toggle();
        assert!(!player.playing);
        player.toggle();
        player.advance(REPLAY);
        assert_eq!(player, Player { place: 1.0, playing: false });
        player.toggle();
        assert_eq!(player, Player::default());
    }

    #[test]
    fn what_was_slow_enough_to_be_seen_is_not_shown_again_by_itself() {
        let of = |seconds| Player::of(&Replay::new(Duration::from_secs(seconds), |_| Picture::default()));
        assert!(of(1).playing && of(1).place == 0.0);
        assert!(!of(5).playing && of(5).is_over());
    }

    #[test]
    fn steps_stay_within_the_run() {
        let mut player = Player::default();
        player.step(-1.0);
        assert_eq!(player, Player { place: 0.0, playing: false });
        player.step(3.0);
        assert_eq!(player.place, 3.0 / STEPS);
        player.finish();
        assert!(player.is_over());
        player.step(1.0);
        assert!(player.is_over());
        player.step(-1.0);
        assert_eq!(player.place, 1.0 - 1.0 / STEPS);
        player.rewind();
        assert_eq!(player.place, 0.0);
    }
}
