//! Sequences of messages, and what they lead to. No test waits, reads a file or looks at a clock.

use std::time::Duration;

use grader::{check::Progress as Told, report::Verdict};

use super::*;
use crate::{
    model::{Compiled, Step},
    progress::{Progress, State},
    samples,
};

fn key(code: KeyCode) -> Message {
    Message::Key(code.into())
}

fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    keys.chars().flat_map(|letter| update(model, key(KeyCode::Char(letter)))).collect()
}

fn saved(exercise: &str) -> Message {
    Message::Saved { exercise: exercise.to_owned() }
}

fn check(id: u64, exercise: &str) -> Effect {
    Effect::Check { id, exercise: exercise.to_owned() }
}

fn checked(model: &Model, verdict: Verdict, points: u32) -> Message {
    Message::Checked { check: model.check.id, outcome: Ok(samples::report(verdict, points)) }
}

mod opening {
    use super::*;

    fn names(progress: Progress, open: Option<&str>) -> (String, Vec<Effect>) {
        let (model, effects) = Model::new(samples::course(), progress, open, Size::new(80, 24));
        (model.exercise().name.clone(), effects)
    }

    #[test]
    fn the_first_time_the_first_exercise_is_opened_and_the_first_build_begins() {
        let (name, effects) = names(Progress::default(), None);
        assert_eq!(name, "bootstrap");
        let [prepare, lesson, watch, keep] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!(*prepare, Effect::Prepare);
        assert_eq!(*lesson, Effect::ReadLesson("bootstrap".to_owned()));
        assert_eq!(*watch, Effect::Watch("bootstrap".to_owned()));
        assert!(matches!(keep, Effect::Keep(progress) if progress.last.as_deref() == Some("bootstrap")));
    }

    #[test]
    fn the_exercise_of_last_time_is_opened_again() {
        let (name, effects) = names(samples::left_at("pi"), None);
        assert_eq!(name, "pi");
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Keep(_))), "nothing has changed");
    }

    #[test]
    fn one_that_was_named_comes_first_and_one_that_is_gone_is_passed_over() {
        assert_eq!(names(samples::left_at("pi"), Some("julia")).0, "julia");
        assert_eq!(names(samples::left_at("renamed"), None).0, "bootstrap");
    }

    #[test]
    fn solved_ones_are_passed_over() {
        let mut progress = Progress::default();
        progress.count(&grader::report::Report { name: "bootstrap".to_owned(), ..samples::report(Verdict::Pass, 10) });
        assert_eq!(names(progress, None).0, "pi");
    }

    #[test]
    fn enter_opens_what_the_cursor_is_on() {
        let mut model = samples::ready(80, 24);
        assert_eq!(update(&mut model, key(KeyCode::Down)), []);
        let effects = update(&mut model, key(KeyCode::Enter));
        assert_eq!(model.exercise().name, "julia");
        assert_eq!(model.focus, Pane::Lesson);
        assert_eq!(effects[..2], [Effect::ReadLesson("julia".to_owned()), Effect::Watch("julia".to_owned())]);
        assert_eq!(effects.last(), Some(&check(2, "julia")));
    }

    #[test]
    fn enter_on_what_is_open_goes_to_its_lesson() {
        let mut model = samples::ready(80, 24);
        assert_eq!(update(&mut model, key(KeyCode::Enter)), []);
        assert_eq!(model.focus, Pane::Lesson);
    }

    #[test]
    fn a_lesson_that_comes_late_is_not_shown_for_another_exercise() {
        let mut model = samples::opened(80, 24);
        let lesson = Ok("# Julia".to_owned());
        update(&mut model, Message::LessonRead { exercise: "julia".to_owned(), lesson });
        assert_eq!(model.lesson.as_deref(), Ok(samples::LESSON));
    }
}

mod the_first_build {
    use super::*;

    #[test]
    fn a_check_begins_when_it_is_over() {
        let mut model = samples::opened(80, 24);
        let compiled = Compiled { done: 3, total: 9, name: "serde".to_owned() };
        assert_eq!(update(&mut model, Message::Preparing(compiled.clone())), []);
        assert_eq!(model.preparing.as_ref().and_then(|preparing| preparing.compiled.clone()), Some(compiled));
        assert_eq!(update(&mut model, Message::Prepared), [check(1, "pi")]);
        assert_eq!(model.preparing, None);
    }

    #[test]
    fn a_save_waits_for_it_and_is_seen() {
        let mut model = samples::opened(80, 24);
        assert_eq!(update(&mut model, saved("pi")), []);
        assert!(model.preparing.as_ref().is_some_and(|preparing| preparing.saved));
        assert_eq!(press(&mut model, "r"), []);
        assert_eq!(update(&mut model, Message::Prepared), [check(1, "pi")], "one check for all of them");
    }

    #[test]
    fn what_is_open_at_its_end_is_checked() {
        let mut model = samples::opened(80, 24);
        update(&mut model, key(KeyCode::Down));
        let effects = update(&mut model, key(KeyCode::Enter));
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::Check { .. })));
        assert_eq!(update(&mut model, Message::Prepared), [check(1, "julia")]);
    }
}

mod checking {
    use super::*;

    #[test]
    fn a_save_begins_a_new_check_in_place_of_the_one_that_runs() {
        let mut model = samples::ready(80, 24);
        samples::tell(&mut model, samples::tried(None));
        assert_eq!(update(&mut model, saved("pi")), [check(2, "pi")]);
        assert_eq!(model.check.step, Step::Starting);
        assert_eq!(model.check.tried, None);
    }

    #[test]
    fn what_a_stopped_check_still_says_is_not_heard() {
        let mut model = samples::ready(80, 24);
        update(&mut model, saved("pi"));
        let late = Message::Told { check: 1, progress: samples::tried(Some("wrong")), stream: None, objects: None };
        assert_eq!(update(&mut model, late), []);
        assert_eq!(model.check.tried, None);
        let outcome = Ok(samples::report(Verdict::Pass, 10));
        assert_eq!(update(&mut model, Message::Checked { check: 1, outcome }), []);
        assert_eq!(model.progress.of("pi").state, State::NotBegun);
    }

    #[test]
    fn a_save_of_another_exercise_is_no_reason_to_check() {
        let mut model = samples::ready(80, 24);
        assert_eq!(update(&mut model, saved("julia")), []);
    }

    #[test]
    fn r_checks_again() {
        let mut model = samples::passed(80, 24);
        assert_eq!(press(&mut model, "r"), [check(2, "pi")]);
    }

    #[test]
    fn the_steps_are_followed_with_their_times() {
        let mut model = samples::ready(80, 24);
        samples::tell(&mut model, Told::Building);
        assert_eq!(model.check.step, Step::Building);
        samples::tell(&mut model, Told::Built { seconds: 0.4 });
        assert_eq!((model.check.step, model.check.built), (Step::Trying, Some(0.4)));
        update(&mut model, Message::Tick(Duration::from_millis(2_500)));
        samples::tell(&mut model, samples::tried(None));
        assert_eq!(model.check.step, Step::Racing);
        let tried = model.check.tried.clone().expect("it was tried");
        assert_eq!((tried.after, tried.mistake), (Duration::from_millis(1_500), None));
        samples::tell(&mut model, samples::round(1, 0.2));
        assert_eq!((model.check.rounds.len(), model.check.planned), (1, 5));
        let last = checked(&model, Verdict::Pass, 10);
        update(&mut model, last);
        assert_eq!(model.check.step, Step::Over);
        assert!(!model.busy());
    }

    #[test]
    fn the_race_is_medians_until_the_report_says_more() {
        let mut model = samples::ready(80, 24);
        assert_eq!(model.check.race(0.85), None);
        for (done, parallel) in [(1, 0.375), (2, 0.1875), (3, 0.25)] {
            samples::tell(&mut model, samples::round(done, parallel));
        }
        let race = model.check.race(0.85).expect("three rounds");
        assert_eq!((race.rounds, race.serial, race.parallel, race.speedup), (3, 0.375, 0.25, 1.5));
        assert_eq!(race.threshold, 0.85 * 0.375 / 0.190);

        let report = checked(&model, Verdict::TooSlow, 7);
        update(&mut model, report);
        let race = model.check.race(0.85).expect("five rounds");
        assert_eq!((race.rounds, race.threshold, race.probe_speedup), (5, 1.68, 1.97));
    }

    #[test]
    fn a_better_result_is_kept_once() {
        let mut model = samples::ready(80, 24);
        let message = checked(&model, Verdict::TooSlow, 7);
        let effects = update(&mut model, message);
        assert!(matches!(&effects[..], [Effect::Keep(progress)] if progress.of("pi").points == 7));
        press(&mut model, "r");
        let message = checked(&model, Verdict::Wrong, 0);
        assert_eq!(update(&mut model, message), []);
        assert_eq!(model.progress.of("pi").points, 7);
    }

    #[test]
    fn a_check_that_cannot_be_done_says_why() {
        let mut model = samples::ready(80, 24);
        let outcome = Err("no cargo".to_owned());
        assert_eq!(update(&mut model, Message::Checked { check: 1, outcome }), []);
        assert_eq!(model.check.outcome, Some(Err("no cargo".to_owned())));
        assert!(!model.busy());
    }

    #[test]
    fn where_lesson_and_result_share_a_page_a_save_turns_it() {
        let mut narrow = samples::ready(80, 24);
        update(&mut narrow, saved("pi"));
        assert_eq!(narrow.focus, Pane::Result);
        let mut wide = samples::ready(120, 40);
        update(&mut wide, saved("pi"));
        assert_eq!(wide.focus, Pane::Course);
    }
}

mod keys {
    use super::*;

    #[test]
    fn q_and_control_c_leave() {
        let mut model = samples::ready(80, 24);
        assert_eq!(press(&mut model, "q"), [Effect::Quit]);
        let control_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        model.overlay = Some(Overlay::Help);
        assert_eq!(update(&mut model, Message::Key(control_c)), [Effect::Quit]);
        assert_eq!(update(&mut model, Message::Terminated), [Effect::Quit]);
    }

    #[test]
    fn q_and_escape_close_what_lies_over_the_panes() {
        for close in [KeyCode::Char('q'), KeyCode::Esc] {
            for open in ["?", "h", "p"] {
                let mut model = samples::ready(80, 24);
                press(&mut model, open);
                assert!(model.overlay.is_some());
                assert_eq!(update(&mut model, key(close)), []);
                assert_eq!(model.overlay, None);
            }
        }
        assert_eq!(update(&mut samples::ready(80, 24), key(KeyCode::Esc)), []);
    }

    #[test]
    fn a_key_that_is_let_go_does_nothing() {
        let mut model = samples::ready(80, 24);
        let released = KeyEvent::new_with_kind(KeyCode::Char('q'), KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(update(&mut model, Message::Key(released)), []);
    }

    #[test]
    fn other_keys_with_control_do_nothing() {
        let mut model = samples::ready(80, 24);
        for letter in ['q', 'e', 'r', 'h'] {
            let pressed = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL);
            assert_eq!(update(&mut model, Message::Key(pressed)), []);
        }
    }

    #[test]
    fn tab_goes_around() {
        let mut model = samples::ready(80, 24);
        let mut visited = Vec::new();
        for _ in 0..4 {
            update(&mut model, key(KeyCode::Tab));
            visited.push(model.focus);
        }
        assert_eq!(visited, [Pane::Lesson, Pane::Result, Pane::Stream, Pane::Course]);
        update(&mut model, key(KeyCode::BackTab));
        assert_eq!(model.focus, Pane::Stream);
    }

    #[test]
    fn e_edits_what_is_open() {
        assert_eq!(press(&mut samples::ready(80, 24), "e"), [Effect::Edit("pi".to_owned())]);
    }

    #[test]
    fn the_cursor_stays_in_the_course() {
        let mut model = samples::ready(80, 24);
        let table = [
            (KeyCode::Up, 0),
            (KeyCode::Up, 0),
            (KeyCode::End, 2),
            (KeyCode::Down, 2),
            (KeyCode::Char('k'), 1),
            (KeyCode::Home, 0),
            (KeyCode::PageDown, 2),
        ];
        for (code, cursor) in table {
            update(&mut model, key(code));
            assert_eq!(model.cursor, cursor, "{code:?}");
        }
        assert_eq!(model.exercise().name, "pi", "moving opens nothing");
    }

    #[test]
    fn hints_are_taken_one_at_a_time_and_counted() {
        let mut model = samples::ready(80, 24);
        let effects = press(&mut model, "h");
        assert!(matches!(&effects[..], [Effect::Keep(progress)] if progress.of("pi").hints == 1));
        assert_eq!(model.hints().len(), 1);
        assert_eq!(press(&mut model, "hh").len(), 2);
        assert_eq!(press(&mut model, "h"), [], "there are no more");
        assert_eq!(model.hints().len(), 3);
    }

    #[test]
    fn hints_taken_before_are_shown_first() {
        let mut model = samples::ready(80, 24);
        press(&mut model, "h");
        update(&mut model, key(KeyCode::Esc));
        assert_eq!(press(&mut model, "h"), []);
        assert_eq!((model.hints().len(), model.overlay), (1, Some(Overlay::Hints)));
        assert_eq!(press(&mut model, "h").len(), 1);
    }

    #[test]
    fn a_closer_look_at_the_stream_stays_within_it() {
        let mut model = samples::passed(120, 40);
        model.focus = Pane::Stream;
        press(&mut model, "++");
        assert_eq!(model.window, Window { from: 0.375, to: 0.625 });
        update(&mut model, key(KeyCode::Left));
        assert_eq!(model.window, Window { from: 0.3125, to: 0.5625 });
        update(&mut model, key(KeyCode::End));
        assert_eq!(model.window, Window { from: 0.75, to: 1.0 });
        update(&mut model, key(KeyCode::Right));
        assert_eq!(model.window, Window { from: 0.75, to: 1.0 });
        press(&mut model, "---");
        assert_eq!(model.window, Window::default());
        press(&mut model, &"+".repeat(100));
        assert!(model.window.width() > 0.0);
        press(&mut model, "0");
        assert_eq!(model.window, Window::default());
    }

    #[test]
    fn a_key_takes_the_message_away() {
        let mut model = samples::ready(80, 24);
        for trouble in ["no editor is set", "your progress could not be written"] {
            update(&mut model, Message::Trouble(trouble.to_owned()));
        }
        assert_eq!(model.troubles.len(), 2, "none pushes another away");
        update(&mut model, key(KeyCode::Down));
        assert!(model.troubles.is_empty());
    }

    #[test]
    fn a_smaller_window_scrolls_no_further_than_its_text() {
        let mut model = samples::opened(80, 24);
        model.focus = Pane::Lesson;
        model.lesson = Ok("word ".repeat(1_000));
        update(&mut model, key(KeyCode::End));
        let end = model.scroll.lesson;
        assert!(end > 0);
        update(&mut model, Message::Resized(300, 100));
        assert!(model.scroll.lesson < end);
    }

    #[test]
    fn no_keys_in_any_order_break_anything() {
        let codes: Vec<KeyCode> = "qe?phrz+-0 jk".chars().map(KeyCode::Char).collect();
        let others =
            [KeyCode::Tab, KeyCode::BackTab, KeyCode::Enter, KeyCode::Esc, KeyCode::Up, KeyCode::Down, KeyCode::Left];
        let more = [KeyCode::Right, KeyCode::Home, KeyCode::End, KeyCode::PageUp, KeyCode::PageDown, KeyCode::F(1)];
        let codes = [codes, others.to_vec(), more.to_vec()].concat();
        // A fixed walk that meets every pair of keys in many states.
        let mut state = 1_u64;
        let mut model = samples::passed(80, 24);
        for _ in 0..5_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            update(&mut model, key(codes[(state >> 33) as usize % codes.len()]));
            assert!(model.cursor < 3 && model.open < 3);
            assert!(model.window.from >= 0.0 && model.window.to <= 1.0 + 1e-9);
        }
    }
}

mod comparing {
    use super::*;
    use crate::model::{Against, Comparison, Versions};

    fn compare(id: u64, solution: bool) -> Effect {
        Effect::Compare { id, exercise: "pi".to_owned(), solution }
    }

    #[test]
    fn files_are_read_where_the_comparison_is_seen_and_only_there() {
        let mut model = samples::ready(80, 24);
        assert_eq!(update(&mut model, saved("pi")), [check(2, "pi")]);
        let before = model.diff.asked;
        assert_eq!(press(&mut model, "d"), [compare(before + 1, false)]);
        assert_eq!(update(&mut model, saved("pi")), [compare(before + 2, false), check(3, "pi")]);
        let passed = checked(&model, Verdict::Pass, 10);
        let effects = update(&mut model, passed);
        assert_eq!(effects.last(), Some(&compare(before + 3, true)), "the solution may be seen now");
        assert_eq!(press(&mut model, "d"), [], "closed");
        assert_eq!(update(&mut model, saved("pi")), [check(4, "pi")]);
    }

    #[test]
    fn a_key_turns_to_the_solution_and_back_to_its_top() {
        let mut model = samples::passed(80, 24);
        press(&mut model, "d");
        model.scroll.overlay = 3;
        assert_eq!(press(&mut model, "x"), []);
        assert_eq!((model.diff.against, model.scroll.overlay), (Against::Solution, 0));
        press(&mut model, "x");
        assert_eq!(model.diff.against, Against::Passing);
        press(&mut model, "dx");
        assert_eq!(model.diff.against, Against::Passing, "the key is for the comparison alone");
    }

    #[test]
    fn only_the_answer_to_the_last_question_is_shown() {
        let mut model = samples::ready(80, 24);
        press(&mut model, "d");
        let versions = Versions { passing: Comparison::Nothing, solution: Comparison::Nothing };
        let answer = |id| Message::Compared { id, versions: versions.clone() };
        let first = model.diff.asked;
        update(&mut model, saved("pi"));
        update(&mut model, answer(first));
        assert_eq!(model.diff.versions, None, "of the file as it was before the save");
        update(&mut model, answer(first + 1));
        assert_eq!(model.diff.versions, Some(versions.clone()));
        model.open(2);
        update(&mut model, answer(first + 1));
        assert_eq!(model.diff.versions, None, "of another exercise");
    }
}

mod printing {
    use super::*;
    use grader::child::Printed;

    #[test]
    fn what_the_try_out_prints_stays_beside_how_much_the_rounds_print() {
        let mut model = samples::ready(80, 24);
        let Told::Tried { seconds, mistake, record, picture, .. } = samples::tried(None) else { unreachable!() };
        let printed = Printed { first: "one\n".to_owned(), bytes: 4, ..Printed::default() };
        samples::tell(&mut model, Told::Tried { seconds, mistake, record, picture, printed });
        let Told::Round { times, done, rounds, record, .. } = samples::round(1, 0.2) else { unreachable!() };
        samples::tell(&mut model, Told::Round { times, done, rounds, record, printed: 40 });
        let output = model.check.output.as_ref().expect("it has run");
        assert_eq!((output.first.len(), output.bytes, output.rounds.as_slice()), (1, 4, &[40][..]));
        assert_eq!(model.check.objects.as_ref().map(|objects| objects.label.as_str()), Some("round 1"));
        press(&mut model, "r");
        assert_eq!((model.check.output.is_none(), model.check.objects.is_none()), (true, true), "of the check before");
    }
}
