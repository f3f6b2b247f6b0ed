//! Long random sequences of keys, mouse events and messages: nothing breaks, what must hold holds, and there is a way back.

use grader::{
    check::{self, Point, SweepProgress},
    report::Verdict,
};
use proptest::prelude::*;
use ratatui::{
    Terminal,
    backend::TestBackend,
    crossterm::event::{MouseButton, MouseEvent, MouseEventKind},
};

use super::*;

/// How many are over each other at most: what is typed or shown over a screen, the screen, the zoom.
const DEEPEST: usize = 3;

fn any_key() -> impl Strategy<Value = KeyEvent> {
    let named = [
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::F(1),
    ];
    let code = prop_oneof![
        2 => prop::char::range(' ', '~').prop_map(KeyCode::Char),
        1 => prop::sample::select("12345678zss?h/+-ljhk".chars().map(KeyCode::Char).collect::<Vec<_>>()),
        1 => prop::sample::select(named.to_vec()),
    ];
    let modifiers = prop_oneof![8 => Just(KeyModifiers::NONE), 1 => Just(KeyModifiers::CONTROL)];
    (code, modifiers).prop_map(|(code, modifiers)| KeyEvent::new(code, modifiers))
}

fn any_mouse() -> impl Strategy<Value = MouseEvent> {
    let kinds = [
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::Drag(MouseButton::Left),
        MouseEventKind::Up(MouseButton::Left),
        MouseEventKind::Down(MouseButton::Right),
        MouseEventKind::ScrollUp,
        MouseEventKind::ScrollDown,
        MouseEventKind::ScrollLeft,
        MouseEventKind::ScrollRight,
    ];
    let place = prop_oneof![8 => 0..130_u16, 1 => any::<u16>()];
    (prop::sample::select(kinds.to_vec()), place.clone(), place).prop_map(|(kind, column, row)| MouseEvent {
        kind,
        column,
        row: if row < 130 { row / 3 } else { row },
        modifiers: KeyModifiers::NONE,
    })
}

/// What happens; the messages of checks and sweeps are given their numbers when they come.
#[derive(Clone, Debug)]
enum Event {
    Key(KeyEvent),
    Mouse(MouseEvent),
    Size(u16, u16),
    Say(Message),
    Tell(Told, Option<Stream>),
    End(Verdict),
    Fail,
    Swept(SweepProgress),
    SweepOver,
    /// Of a check that was stopped.
    Stale,
}

fn any_event() -> impl Strategy<Value = Event> {
    let name = prop::sample::select(vec!["bootstrap", "pi", "julia"]).prop_map(ToOwned::to_owned);
    let empty = Stream { rows: samples::stream().rows.split_off(2), ..Stream::default() };
    let stream = prop::sample::select(vec![None, Some(samples::stream()), Some(empty), Some(Stream::default())]);
    let lesson = (name.clone(), 0..200_usize)
        .prop_map(|(exercise, words)| Message::LessonRead { exercise, lesson: Ok("word ".repeat(words)) });
    let told = prop_oneof![
        Just(Told::Building),
        Just(Told::Built { seconds: 1.0 }),
        Just(Told::Diagnosed(samples::diagnostic())),
        Just(samples::tried(Some("Not so."))),
        Just(samples::tried(None)),
        (0..200_usize).prop_map(samples::printing),
        (1..9_usize).prop_map(|done| samples::round(done, 0.2)),
    ];
    prop_oneof![
        12 => any_key().prop_map(Event::Key),
        6 => any_mouse().prop_map(Event::Mouse),
        1 => (1..310_u16, 1..110_u16).prop_map(|(width, height)| Event::Size(width, height)),
        1 => Just(Event::Size(80, 24)),
        1 => lesson.prop_map(Event::Say),
        1 => name.prop_map(|exercise| Event::Say(Message::Saved { exercise })),
        1 => Just(Event::Say(Message::Prepared)),
        1 => (0..60_usize).prop_map(|done| {
            Event::Say(Message::Preparing(Compiled { done, total: 57, name: "serde".to_owned() }))
        }),
        1 => prop::sample::select(vec!["check", "hint", "next", "open pi", "open x", "lesson", "help", "course", "é"])
            .prop_map(|line| Event::Say(Message::Typed(line.to_owned()))),
        1 => Just(Event::Say(Message::LessonRead { exercise: "pi".to_owned(), lesson: Err("no such file".to_owned()) })),
        1 => Just(Event::Say(Message::Trouble("The disk is full.".to_owned()))),
        3 => (told, stream).prop_map(|(told, stream)| Event::Tell(told, stream)),
        1 => prop::sample::select(vec![Verdict::Pass, Verdict::Wrong, Verdict::TooSlow]).prop_map(Event::End),
        1 => Just(Event::Fail),
        1 => Just(Event::Swept(SweepProgress::Serial(0.4))),
        2 => (1..9_u64, prop::sample::select(vec![Ok(0.2), Err(Verdict::TimedOut)])).prop_map(|(value, outcome)| {
            Event::Swept(SweepProgress::Point(Point { value, serial: 0.4, outcome, tasks: value }))
        }),
        1 => Just(Event::SweepOver),
        1 => Just(Event::Stale),
    ]
}

fn happen(model: &mut Model, event: Event) -> Vec<Effect> {
    let check = model.check.id;
    let message = match event {
        Event::Key(key) => Message::Key(key),
        Event::Mouse(mouse) => Message::Mouse(mouse),
        Event::Size(width, height) => Message::Resized(width, height),
        Event::Say(message) => message,
        Event::Tell(progress, stream) => Message::Told { check, progress, stream, objects: None },
        Event::End(verdict) => Message::Checked { check, outcome: Ok(samples::report(verdict, 7)) },
        Event::Fail => Message::Checked { check, outcome: Err("no cargo".to_owned()) },
        Event::Swept(progress) => Message::Swept { sweep: model.sweep.id, progress },
        Event::SweepOver => Message::SweepOver { sweep: model.sweep.id, outcome: Ok(check::Sweep::default()) },
        Event::Stale => Message::Told {
            check: check.saturating_sub(1),
            progress: samples::tried(None),
            stream: Some(samples::stream()),
            objects: None,
        },
    };
    update(model, message)
}

fn check_invariants(model: &Model) -> Result<(), TestCaseError> {
    let exercises = model.course.exercises.len();
    prop_assert!(model.open < exercises);
    prop_assert!(model.cursor < model.listed().len().max(1), "{} of {:?}", model.cursor, model.listed());
    prop_assert!(model.filter.is_none() || model.screen == Screen::Course);
    prop_assert!(model.home.in_overview() && (!model.screen.in_overview() || model.home == model.screen));
    prop_assert!(model.hints().len() <= model.exercise().hints.len());
    prop_assert!(model.preparing.is_none() || !model.check.running(), "a check waits for the first build");
    prop_assert_eq!(model.progress.last.as_deref(), Some(model.exercise().name.as_str()));
    let Window { from, to } = model.window;
    prop_assert!(0.0 <= from && from < to && to <= 1.0 + 1e-9, "{from} {to}");
    if let Some(selected) = model.selected {
        prop_assert!(model.check.stream.as_ref().and_then(|stream| stream.span(selected)).is_some(), "{selected:?}");
    }
    let sweep = &model.sweep;
    prop_assert!(sweep.chosen < sweep.sliders.len().max(1));
    prop_assert_eq!(sweep.sliders.len(), model.exercise().knobs.len());
    prop_assert!(sweep.sliders.iter().all(|slider| slider.place < slider.values.len()));
    prop_assert!(sweep.sliders.iter().filter(|slider| slider.running()).count() <= 1, "one at a time");
    prop_assert!(sweep.running().is_none() || model.overlay == Some(Overlay::Sweep), "it goes on unseen");
    for screen in Screen::ALL {
        let place = model.scroll.of(screen);
        prop_assert!(place == 0 || place <= view::scroll_end(model, screen), "{screen:?}");
    }
    let place = model.scroll.overlay;
    prop_assert!(place == 0 || place <= view::overlay_end(model));
    Ok(())
}

fn draw(model: &Model) {
    let mut terminal = Terminal::new(TestBackend::new(model.size.width, model.size.height)).unwrap();
    terminal.draw(|frame| frame.render_widget(model, frame.area())).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_happens_breaks_anything(events in prop::collection::vec(any_event(), 1..200)) {
        let mut model = samples::ready(80, 24);
        samples::give_knobs(&mut model);
        for event in events {
            let shown = format!("{event:?}");
            happen(&mut model, event);
            check_invariants(&model).map_err(|error| error.to_string()).map_err(|error| {
                TestCaseError::fail(format!("{error} after {shown}"))
            })?;
        }
        draw(&model);
        // From everywhere there is a way back, and from there one out.
        let depth = (0..=DEEPEST).find(|_| {
            let back = model.at_rest();
            if !back {
                assert_eq!(happen(&mut model, Event::Key(KeyCode::Esc.into())).iter().filter(|&effect| *effect == Effect::Quit).count(), 0);
            }
            back
        });
        prop_assert!(depth.is_some(), "{:?} {:?}", model.screen, model.overlay);
        prop_assert_eq!(happen(&mut model, Event::Key(KeyCode::Char('q').into())), [Effect::Quit]);
    }
}
