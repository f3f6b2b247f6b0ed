//! The key map: which key does what, where, and what the footer and the help say of it. Nothing else knows a key.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::{
    model::{Model, Overlay, Screen, SweepStep},
    view,
};

/// What a key asks for. What that means can depend on where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Go back towards the overview: close, stop, show what was there before.
    Back,
    /// The same; where there is nothing to go back from, leave.
    Leave,
    /// Leave at once.
    Quit,
    /// Give the keys to a screen.
    Show(Screen),
    /// Give them to the next screen,
    Next,
    /// or to the one before.
    Previous,
    /// Give the screen of the overview the whole body, and take it back.
    Zoom,
    /// Open the exercise under the cursor.
    Open,
    /// Find an exercise by typing.
    Filter,
    /// A letter of what is typed.
    Type(char),
    /// Take the last letter back.
    Erase,
    /// Open the student's editor.
    Edit,
    /// Check again.
    Check,
    /// Show the hints, or take the next.
    Hint,
    /// Show the sweep; there, run with each value of the knob.
    Sweep,
    /// Show the help, or close it.
    Help,
    /// Give the mouse to the terminal, and take it back.
    Mouse,
    /// Go on to the next theme.
    Theme,
    /// Compare with the other version.
    Compare,
    /// Save the picture.
    Save,
    /// Play the run again, or hold it.
    Play,
    /// Move the cursor, the text or the selection.
    Move(Step),
    /// Look at another part of the run.
    Look(Look),
}

/// A way to move. In a list and a text, left and right are nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Step {
    Up,
    Down,
    Left,
    Right,
    HalfPageUp,
    HalfPageDown,
    PageUp,
    PageDown,
    First,
    Last,
}

/// A change of the part of the run that is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Look {
    Closer,
    Farther,
    Earlier,
    Later,
    PageEarlier,
    PageLater,
    Whole,
    Above,
    Below,
}

/// What has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The greeting.
    Welcome,
    /// What is typed to find an exercise.
    Typing,
    /// The help.
    Help,
    /// The hints.
    Hints,
    /// The sweep.
    Sweep,
    /// A screen, with nothing over it.
    Screen(Screen),
}

impl Place {
    /// What has the keys now.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        match model.overlay {
            Some(Overlay::Welcome) => Self::Welcome,
            Some(Overlay::Help) => Self::Help,
            Some(Overlay::Hints) => Self::Hints,
            Some(Overlay::Sweep) => Self::Sweep,
            None if model.filter.is_some() => Self::Typing,
            None => Self::Screen(model.screen),
        }
    }
}

/// A key of the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    code: KeyCode,
    control: bool,
}

impl Key {
    fn is(self, pressed: KeyEvent) -> bool {
        self.code == pressed.code && self.control == pressed.modifiers.contains(KeyModifiers::CONTROL)
    }

    /// What people call it: `↑`, `Space`, `Ctrl-D`.
    #[must_use]
    pub fn name(self) -> String {
        let name = match self.code {
            KeyCode::Up => "↑".to_owned(),
            KeyCode::Down => "↓".to_owned(),
            KeyCode::Left => "←".to_owned(),
            KeyCode::Right => "→".to_owned(),
            KeyCode::PageUp => "PgUp".to_owned(),
            KeyCode::PageDown => "PgDn".to_owned(),
            KeyCode::BackTab => "Shift-Tab".to_owned(),
            KeyCode::Char(' ') => "Space".to_owned(),
            KeyCode::Char(letter) if self.control => letter.to_uppercase().to_string(),
            KeyCode::Char(letter) => letter.to_string(),
            code => code.to_string(),
        };
        if self.control { format!("Ctrl-{name}") } else { name }
    }
}

const fn key(code: KeyCode) -> Key {
    Key { code, control: false }
}

const fn letter(letter: char) -> Key {
    key(KeyCode::Char(letter))
}

const fn control(letter: char) -> Key {
    Key { code: KeyCode::Char(letter), control: true }
}

/// What one or more keys do.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Each of them does it.
    pub keys: &'static [Key],
    /// What.
    pub action: Action,
    /// What it does, in a word or two for the footer; empty for one that is only in the help.
    pub word: &'static str,
    /// What it does, for the help. Neighbours that say the same are one line there.
    pub help: &'static str,
    /// The footer leaves it out where there is no room.
    pub spared: bool,
}

/// Bindings that hold in the same places.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// The heading in the help.
    pub title: &'static str,
    /// Where they hold.
    pub places: &'static [Place],
    /// In the order of the footer and the help.
    pub bindings: &'static [Binding],
}

const fn told(keys: &'static [Key], action: Action, word: &'static str, help: &'static str) -> Binding {
    Binding { keys, action, word, help, spared: false }
}

const fn spared(keys: &'static [Key], action: Action, word: &'static str, help: &'static str) -> Binding {
    Binding { keys, action, word, help, spared: true }
}

const fn untold(keys: &'static [Key], action: Action, help: &'static str) -> Binding {
    Binding { keys, action, word: "", help, spared: true }
}

const COURSE: Place = Place::Screen(Screen::Course);
const LESSON: Place = Place::Screen(Screen::Lesson);
const RUN: Place = Place::Screen(Screen::Run);
const TASKS: Place = Place::Screen(Screen::Tasks);
const OBJECTS: Place = Place::Screen(Screen::Objects);
const PICTURE: Place = Place::Screen(Screen::Picture);
const OUTPUT: Place = Place::Screen(Screen::Output);
const DIFF: Place = Place::Screen(Screen::Diff);

const MOVE: &str = "move, scroll";
const PAGES: &str = "by pages";
const HALF_PAGES: &str = "by half pages";
const ENDS: &str = "all the way";
const SCREENS: &str = "the screens, by their numbers";
const CHOOSE: &str = "choose a knob";
const SLIDE: &str = "move it: its value while another is varied";
const SELECT: &str = "select a task: the one before, the one after";
const SELECT_ROW: &str = "select a task on the row above, on the row below";
const STEPS: &str = "step through the run";
const ROWS: &str = "scroll the rows, where not all of them fit";
const LOOK: &str = "closer and farther, earlier and later, all of it";

/// All of them. Of two bindings for a key in one place the first counts.
pub const MAP: &[Section] = &[
    Section {
        title: "",
        places: &[Place::Welcome],
        bindings: &[untold(&[control('c')], Action::Quit, ""), untold(&[key(KeyCode::Esc)], Action::Back, "")],
    },
    Section {
        title: "Course",
        places: &[COURSE],
        bindings: &[told(&[key(KeyCode::Enter)], Action::Open, "open", "open the exercise under the cursor")],
    },
    Section {
        title: "Typing after /",
        places: &[Place::Typing],
        bindings: &[
            untold(&[control('c')], Action::Quit, ""),
            told(&[key(KeyCode::Enter)], Action::Open, "open", "open the exercise under the cursor"),
            told(&[key(KeyCode::Up)], Action::Move(Step::Up), "move", "move"),
            told(&[key(KeyCode::Down)], Action::Move(Step::Down), "move", "move"),
            untold(&[key(KeyCode::Tab)], Action::Next, ""),
            untold(&[key(KeyCode::BackTab)], Action::Previous, ""),
            untold(&[key(KeyCode::Backspace)], Action::Erase, "take a letter back"),
            told(&[key(KeyCode::Esc)], Action::Back, "all exercises", "show all exercises again"),
        ],
    },
    Section {
        title: "Tasks",
        places: &[TASKS],
        bindings: &[
            told(&[key(KeyCode::Left), letter('h')], Action::Move(Step::Left), "task", SELECT),
            told(&[key(KeyCode::Right), letter('l')], Action::Move(Step::Right), "task", SELECT),
            told(&[key(KeyCode::Up), letter('k')], Action::Move(Step::Up), "row", SELECT_ROW),
            told(&[key(KeyCode::Down), letter('j')], Action::Move(Step::Down), "row", SELECT_ROW),
            told(&[letter('+'), letter('=')], Action::Look(Look::Closer), "zoom", LOOK),
            told(&[letter('-')], Action::Look(Look::Farther), "zoom", LOOK),
            spared(&[letter('<'), letter(','), letter('H')], Action::Look(Look::Earlier), "move", LOOK),
            spared(&[letter('>'), letter('.'), letter('L')], Action::Look(Look::Later), "move", LOOK),
            spared(&[letter('0')], Action::Look(Look::Whole), "all", LOOK),
            told(&[letter('K')], Action::Look(Look::Above), "scroll", ROWS),
            told(&[letter('J')], Action::Look(Look::Below), "scroll", ROWS),
            untold(&[letter('g'), key(KeyCode::Home)], Action::Move(Step::First), "the first, the last of the row"),
            untold(&[letter('G'), key(KeyCode::End)], Action::Move(Step::Last), "the first, the last of the row"),
            untold(
                &[key(KeyCode::PageUp), control('u')],
                Action::Look(Look::PageEarlier),
                "a whole window earlier, later",
            ),
            untold(
                &[key(KeyCode::PageDown), control('d')],
                Action::Look(Look::PageLater),
                "a whole window earlier, later",
            ),
        ],
    },
    Section {
        title: "Diff",
        places: &[DIFF],
        bindings: &[told(
            &[letter('x')],
            Action::Compare,
            "other",
            "compare with the solution, with your version that passed",
        )],
    },
    Section {
        title: "Picture",
        places: &[PICTURE],
        bindings: &[
            told(&[letter(' ')], Action::Play, "play", "play the run again, hold it"),
            told(&[key(KeyCode::Left)], Action::Move(Step::Left), "step", STEPS),
            told(&[key(KeyCode::Right), letter('l')], Action::Move(Step::Right), "step", STEPS),
            untold(&[key(KeyCode::Home), letter('g')], Action::Move(Step::First), "its beginning, the answer"),
            untold(&[key(KeyCode::End), letter('G')], Action::Move(Step::Last), "its beginning, the answer"),
            told(&[letter('p')], Action::Save, "save as PNG", "save it to exercises/pictures/"),
        ],
    },
    Section {
        title: "Sweep",
        places: &[Place::Sweep],
        bindings: &[
            told(&[key(KeyCode::Up), letter('k')], Action::Move(Step::Up), "knob", CHOOSE),
            told(&[key(KeyCode::Down), letter('j')], Action::Move(Step::Down), "knob", CHOOSE),
            told(&[key(KeyCode::Left), letter('h')], Action::Move(Step::Left), "value", SLIDE),
            told(&[key(KeyCode::Right), letter('l')], Action::Move(Step::Right), "value", SLIDE),
            untold(&[key(KeyCode::Home), letter('g')], Action::Move(Step::First), "its smallest value, its largest"),
            untold(&[key(KeyCode::End), letter('G')], Action::Move(Step::Last), "its smallest value, its largest"),
            told(&[key(KeyCode::Enter), letter('s')], Action::Sweep, "measure", "run with each value of the knob"),
        ],
    },
    Section {
        title: "Lists and texts",
        places: &[COURSE, LESSON, RUN, OBJECTS, OUTPUT, DIFF, Place::Help, Place::Hints],
        bindings: &[
            spared(&[key(KeyCode::Up), letter('k')], Action::Move(Step::Up), "scroll", MOVE),
            spared(&[key(KeyCode::Down), letter('j')], Action::Move(Step::Down), "scroll", MOVE),
            untold(&[key(KeyCode::PageUp)], Action::Move(Step::PageUp), PAGES),
            untold(&[key(KeyCode::PageDown), letter(' ')], Action::Move(Step::PageDown), PAGES),
            untold(&[control('u')], Action::Move(Step::HalfPageUp), HALF_PAGES),
            untold(&[control('d')], Action::Move(Step::HalfPageDown), HALF_PAGES),
            untold(&[key(KeyCode::Home), letter('g')], Action::Move(Step::First), ENDS),
            untold(&[key(KeyCode::End), letter('G')], Action::Move(Step::Last), ENDS),
        ],
    },
    Section {
        title: "Everywhere",
        places: &[COURSE, LESSON, RUN, TASKS, OBJECTS, PICTURE, OUTPUT, DIFF, Place::Help, Place::Hints, Place::Sweep],
        bindings: &[
            told(&[letter('e')], Action::Edit, "edit", "open the exercise in your editor ($VISUAL or $EDITOR)"),
            told(&[letter('r')], Action::Check, "check", "check it again; saving the file does that by itself"),
            told(&[letter('h'), letter('i')], Action::Hint, "hint", "show the next hint (in Tasks, Sweep: i)"),
            spared(&[letter('s')], Action::Sweep, "sweep", "vary a knob of the run, and draw time against it"),
            spared(
                &[letter('z'), key(KeyCode::Enter)],
                Action::Zoom,
                "enlarge",
                "give a screen of the overview all the room",
            ),
            spared(&[letter('/')], Action::Filter, "find", "find an exercise by typing"),
            untold(&[letter('1')], Action::Show(Screen::Course), SCREENS),
            untold(&[letter('2')], Action::Show(Screen::Lesson), SCREENS),
            untold(&[letter('3')], Action::Show(Screen::Run), SCREENS),
            untold(&[letter('4')], Action::Show(Screen::Tasks), SCREENS),
            untold(&[letter('5')], Action::Show(Screen::Objects), SCREENS),
            untold(&[letter('6')], Action::Show(Screen::Picture), SCREENS),
            untold(&[letter('7')], Action::Show(Screen::Output), SCREENS),
            untold(&[letter('8')], Action::Show(Screen::Diff), SCREENS),
            spared(&[key(KeyCode::Tab)], Action::Next, "next", "the next screen, the one before"),
            untold(&[key(KeyCode::BackTab)], Action::Previous, "the next screen, the one before"),
            untold(&[letter('t')], Action::Theme, "the next theme: dark, light, for any colour vision, none"),
            untold(&[letter('m')], Action::Mouse, "let the terminal have the mouse to select text, or take it"),
            told(&[letter('?')], Action::Help, "keys", "show this, close this"),
            told(&[key(KeyCode::Esc)], Action::Back, "back", "back: close, stop, show the overview again"),
            told(&[letter('q')], Action::Leave, "quit", "the same; in the overview quit. Your progress is kept"),
            untold(&[control('c')], Action::Quit, "quit at once"),
        ],
    },
];

/// The bindings of a place.
pub fn at(place: Place) -> impl Iterator<Item = &'static Binding> {
    let sections = MAP.iter().filter(move |section| section.places.contains(&place));
    sections.flat_map(|section| section.bindings)
}

/// What a key does now.
#[must_use]
pub fn action(model: &Model, pressed: KeyEvent) -> Option<Action> {
    let place = Place::of(model);
    if pressed.modifiers.contains(KeyModifiers::ALT) {
        return None;
    }
    let bound = at(place).find(|binding| binding.keys.iter().any(|key| key.is(pressed)));
    match pressed.code {
        _ if bound.is_some() => bound.map(|binding| binding.action),
        _ if place == Place::Welcome => Some(Action::Back),
        KeyCode::Char(letter) if place == Place::Typing && !pressed.modifiers.contains(KeyModifiers::CONTROL) => {
            Some(Action::Type(letter))
        }
        _ => None,
    }
}

impl Binding {
    /// What the footer says of it now; `None` where it is not worth a word, because it would do nothing.
    #[must_use]
    pub fn word_now(&self, model: &Model) -> Option<&'static str> {
        let exercise = model.exercise();
        let place = Place::of(model);
        let over = model.overlay.is_some();
        match self.action {
            _ if self.word.is_empty() => None,
            Action::Open if model.listed().is_empty() => None,
            Action::Back if place == Place::Sweep && model.sweep.running().is_some() => Some("stop"),
            Action::Back if place == Place::Typing => Some(self.word),
            Action::Back if over => Some("close"),
            Action::Back | Action::Leave if model.at_rest() == (self.action == Action::Back) => None,
            Action::Hint if place == Place::Hints => {
                (model.hints().len() < exercise.hints.len()).then_some("next hint")
            }
            Action::Sweep | Action::Move(_) if place == Place::Sweep && exercise.knobs.is_empty() => None,
            Action::Sweep if exercise.knobs.is_empty() || model.sweep.running().is_some() => None,
            Action::Sweep if place == Place::Sweep => {
                let over = model.sweep.chosen().is_some_and(|slider| slider.swept.step == SweepStep::Over);
                Some(if over { "measure again" } else { "measure" })
            }
            Action::Move(_) if place == COURSE => Some("move"),
            Action::Save if model.check.picture.is_none() => None,
            Action::Play | Action::Move(_) if place == PICTURE && model.check.replay.is_none() => None,
            Action::Play if model.player.playing => Some("hold"),
            Action::Look(_) | Action::Move(_) if place == TASKS && model.check.stream.is_none() => None,
            Action::Look(Look::Above | Look::Below) if !view::rows_are_hidden(model) => None,
            Action::Compare => Some(model.diff.against.other().name()),
            Action::Edit | Action::Check | Action::Hint | Action::Sweep if over => None,
            Action::Next | Action::Help | Action::Leave | Action::Filter | Action::Zoom if over => None,
            Action::Zoom if !model.screen.in_overview() => None,
            Action::Zoom if model.zoomed => Some("overview"),
            _ => Some(self.word),
        }
    }

    /// The key that is named where there is room for one: where another binding of the place has taken the first, the next. The
    /// same where an arrow would look like another key of the place in ASCII.
    #[must_use]
    pub fn key_at(&self, place: Place, ascii: bool) -> Option<Key> {
        let first = |key: &Key| at(place).find(|binding| binding.keys.contains(key));
        let own = || self.keys.iter().filter(|key| first(key).is_some_and(|binding| binding.action == self.action));
        let mistaken = |key: &Key| {
            let seen = view::ascii_text(&key.name());
            ascii && at(place).flat_map(|binding| binding.keys).any(|other| other != key && other.name() == seen)
        };
        own().find(|key| !mistaken(key)).or_else(|| own().next()).copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn places() -> impl Iterator<Item = Place> {
        let screens = Screen::ALL.map(Place::Screen);
        [Place::Welcome, Place::Typing, Place::Help, Place::Hints, Place::Sweep].into_iter().chain(screens)
    }

    #[test]
    fn a_key_that_two_bindings_want_is_known() {
        for place in places() {
            let mut taken: HashMap<String, Action> = HashMap::new();
            let mut twice = Vec::new();
            for binding in at(place) {
                for key in binding.keys {
                    if taken.insert(key.name(), binding.action).is_some() {
                        twice.push(key.name());
                    }
                }
            }
            // Enter opens in the course; in Tasks and Sweep `h` is to the left, as vim has it.
            let expected: &[&str] = match place {
                COURSE => &["Enter"],
                TASKS => &["h"],
                Place::Sweep => &["h", "s", "Enter"],
                _ => &[],
            };
            assert_eq!(twice, expected, "{place:?}");
        }
    }

    #[test]
    fn every_binding_can_be_reached_and_has_a_way_back() {
        for place in places() {
            for binding in at(place) {
                assert!(binding.key_at(place, true).is_some(), "{place:?}: {binding:?}");
            }
            assert!(at(place).any(|binding| binding.action == Action::Back), "{place:?}");
            assert!(at(place).any(|binding| binding.action == Action::Quit), "{place:?}");
        }
    }

    #[test]
    fn arrows_give_way_where_they_would_be_mistaken_for_other_keys_in_ascii() {
        let named = |step: Step, ascii: bool| {
            let binding = at(TASKS).find(|binding| binding.action == Action::Move(step)).unwrap();
            binding.key_at(TASKS, ascii).unwrap().name()
        };
        assert_eq!([Step::Left, Step::Right, Step::Up].map(|step| named(step, false)), ["←", "→", "↑"]);
        assert_eq!([Step::Left, Step::Right, Step::Up].map(|step| named(step, true)), ["h", "l", "↑"]);
    }

    #[test]
    fn every_screen_has_its_number() {
        for (number, screen) in ('1'..).zip(Screen::ALL) {
            let bound = at(Place::Help).find(|binding| binding.keys.contains(&letter(number)));
            assert_eq!(bound.map(|binding| binding.action), Some(Action::Show(screen)));
        }
    }

    #[test]
    fn keys_have_names_for_people() {
        let names =
            [key(KeyCode::Up), key(KeyCode::BackTab), control('d'), letter(' '), key(KeyCode::Enter)].map(Key::name);
        assert_eq!(names, ["↑", "Shift-Tab", "Ctrl-D", "Space", "Enter"]);
    }
}
