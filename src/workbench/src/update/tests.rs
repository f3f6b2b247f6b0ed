//! Sequences of messages, and what they lead to. No test waits, reads a file or looks at a clock.

use std::time::Duration;

use grader::{check::Progress as Told, report::Verdict};

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::*;
use crate::{
    model::{Compiled, Overlay, Selection, Step, Stream, Window},
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
        let (model, effects) = Model::new(samples::course(), progress, open, 2, Size::new(80, 24));
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
        assert_eq!(model.screen, Screen::Lesson);
        assert_eq!(effects[..2], [Effect::ReadLesson("julia".to_owned()), Effect::Watch("julia".to_owned())]);
        assert_eq!(effects.last(), Some(&check(2, "julia")));
    }

    #[test]
    fn enter_on_what_is_open_goes_to_its_lesson() {
        let mut model = samples::ready(80, 24);
        assert_eq!(update(&mut model, key(KeyCode::Enter)), []);
        assert_eq!(model.screen, Screen::Lesson);
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
        assert_eq!(narrow.screen, Screen::Run);
        let mut wide = samples::ready(120, 40);
        update(&mut wide, saved("pi"));
        assert_eq!(wide.screen, Screen::Course);
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
    fn q_and_escape_lead_back_step_by_step_and_only_q_leaves() {
        for close in [KeyCode::Char('q'), KeyCode::Esc] {
            for open in ["?", "h", "/", "6", "z", "8?", "zh", "z5?"] {
                let mut model = samples::ready(80, 24);
                model.screen = Screen::Lesson;
                press(&mut model, open);
                assert!(!model.at_rest(), "{open}");
                // What is typed takes the letter.
                let close = if model.filter.is_some() { KeyCode::Esc } else { close };
                let steps = (1..=3).find(|_| {
                    assert_eq!(update(&mut model, key(close)), [], "{open}");
                    model.at_rest()
                });
                assert_eq!(steps, Some(open.len()), "{open}");
            }
        }
        assert_eq!(update(&mut samples::ready(80, 24), key(KeyCode::Esc)), []);
    }

    #[test]
    fn the_way_back_leads_to_where_one_was() {
        let mut model = samples::ready(80, 24);
        press(&mut model, "367");
        update(&mut model, key(KeyCode::Esc));
        assert_eq!(model.screen, Screen::Run);
    }

    #[test]
    fn a_key_that_is_let_go_does_nothing() {
        let mut model = samples::ready(80, 24);
        let released = KeyEvent::new_with_kind(KeyCode::Char('q'), KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(update(&mut model, Message::Key(released)), []);
    }

    #[test]
    fn keys_with_control_or_alt_are_others() {
        let mut model = samples::ready(80, 24);
        for letter in ['q', 'e', 'r', 'h'] {
            for modifier in [KeyModifiers::CONTROL, KeyModifiers::ALT] {
                let pressed = KeyEvent::new(KeyCode::Char(letter), modifier);
                assert_eq!(update(&mut model, Message::Key(pressed)), []);
            }
        }
        assert_eq!(model.overlay, None);
    }

    #[test]
    fn tab_and_numbers_go_through_all_screens() {
        let mut model = samples::ready(80, 24);
        let mut visited = Vec::new();
        for _ in Screen::ALL {
            update(&mut model, key(KeyCode::Tab));
            visited.push(model.screen);
        }
        visited.rotate_right(1);
        assert_eq!(visited, Screen::ALL);
        update(&mut model, key(KeyCode::BackTab));
        assert_eq!(model.screen, Screen::Diff);
        for (number, screen) in ('1'..='8').zip(Screen::ALL) {
            update(&mut model, key(KeyCode::Char(number)));
            assert_eq!(model.screen, screen);
        }
    }

    #[test]
    fn m_gives_the_mouse_to_the_terminal_and_takes_it_back() {
        let mut model = samples::ready(80, 24);
        assert_eq!(press(&mut model, "m"), [Effect::Mouse(false)]);
        assert_eq!(press(&mut model, "m"), [Effect::Mouse(true)]);
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
        model.screen = Screen::Tasks;
        press(&mut model, "++");
        assert_eq!(model.window, Window { from: 0.375, to: 0.625 });
        press(&mut model, "<");
        assert_eq!(model.window, Window { from: 0.3125, to: 0.5625 });
        update(&mut model, key(KeyCode::PageDown));
        update(&mut model, key(KeyCode::PageDown));
        assert_eq!(model.window, Window { from: 0.75, to: 1.0 });
        press(&mut model, ">");
        assert_eq!(model.window, Window { from: 0.75, to: 1.0 });
        press(&mut model, "---");
        assert_eq!(model.window, Window::default());
        press(&mut model, &"+".repeat(100));
        assert!(model.window.width() > 0.0);
        press(&mut model, "0");
        assert_eq!(model.window, Window::default());
    }

    #[test]
    fn a_task_is_selected_and_a_closer_look_is_around_it() {
        let mut model = samples::passed(120, 40);
        press(&mut model, "4l");
        assert_eq!(model.selected, Some(Selection { row: 0, span: 1 }));
        press(&mut model, "ll");
        assert_eq!(model.selected, Some(Selection { row: 0, span: 3 }));
        press(&mut model, "+++");
        let stream = model.check.stream.as_ref().unwrap();
        assert!(stream.place_in(model.window, Selection { row: 0, span: 3 }).is_some(), "{:?}", model.window);
        // The window goes with the selection.
        press(&mut model, "g");
        assert_eq!(model.selected, Some(Selection { row: 0, span: 0 }));
        assert!(model.window.from < 0.1, "{:?}", model.window);
        press(&mut model, "jj");
        assert_eq!(model.selected.map(|selected| selected.row), Some(2));
    }

    #[test]
    fn the_selected_task_is_selected_in_the_next_round_too_and_forgotten_with_the_program() {
        let mut model = samples::passed(120, 40);
        press(&mut model, "4ll");
        let (check, told) = (model.check.id, samples::round(6, 0.2));
        let mut stream = samples::stream();
        stream.rows.swap(0, 1);
        update(&mut model, Message::Told { check, progress: told.clone(), stream: Some(stream), objects: None });
        assert_eq!(model.selected, Some(Selection { row: 1, span: 2 }));
        update(&mut model, Message::Told { check, progress: told, stream: Some(Stream::default()), objects: None });
        assert_eq!(model.selected, None);
    }

    #[test]
    fn typing_finds_an_exercise_and_enter_opens_it() {
        let mut model = samples::ready(80, 24);
        press(&mut model, "4/JU");
        assert_eq!((model.screen, model.filter.as_deref()), (Screen::Course, Some("JU")));
        assert_eq!((model.listed(), model.cursor), (vec![2], 0));
        update(&mut model, key(KeyCode::Enter));
        assert_eq!((model.exercise().name.as_str(), model.filter.as_deref(), model.cursor), ("julia", None, 2));
    }

    #[test]
    fn a_name_that_begins_so_is_found_before_a_title_that_has_it() {
        let mut model = samples::ready(80, 24);
        model.course.exercises[0].title = "The price of julia".to_owned();
        press(&mut model, "/ju");
        assert_eq!((model.listed(), model.cursor), (vec![0, 2], 1));
    }

    #[test]
    fn what_is_typed_is_no_command_and_can_be_taken_back() {
        let mut model = samples::ready(80, 24);
        assert_eq!(press(&mut model, "/qre"), []);
        assert!(model.listed().is_empty());
        assert_eq!(update(&mut model, key(KeyCode::Enter)), [], "there is nothing to open");
        (0..9).for_each(|_| drop(update(&mut model, key(KeyCode::Backspace))));
        assert_eq!(model.listed(), [0, 1, 2]);
        press(&mut model, "grain");
        assert_eq!(model.listed(), [1], "the title counts too");
        update(&mut model, key(KeyCode::Esc));
        assert_eq!((model.filter.as_deref(), model.cursor), (None, 1));
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
        model.screen = Screen::Lesson;
        model.lesson = Ok("word ".repeat(1_000));
        update(&mut model, key(KeyCode::End));
        let end = model.scroll.of(Screen::Lesson);
        assert!(end > 0);
        update(&mut model, Message::Resized(300, 100));
        assert!(model.scroll.of(Screen::Lesson) < end);
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
        assert_eq!(press(&mut model, "8"), [compare(before + 1, false)]);
        assert_eq!(update(&mut model, saved("pi")), [compare(before + 2, false), check(3, "pi")]);
        let passed = checked(&model, Verdict::Pass, 10);
        let effects = update(&mut model, passed);
        assert_eq!(effects.last(), Some(&compare(before + 3, true)), "the solution may be seen now");
        assert_eq!(press(&mut model, "7"), [], "another screen");
        assert_eq!(update(&mut model, saved("pi")), [check(4, "pi")]);
    }

    #[test]
    fn a_key_turns_to_the_solution_and_back_to_its_top() {
        let mut model = samples::passed(80, 24);
        press(&mut model, "8");
        *model.scroll.of_mut(Screen::Diff) = 3;
        assert_eq!(press(&mut model, "x"), []);
        assert_eq!((model.diff.against, model.scroll.of(Screen::Diff)), (Against::Solution, 0));
        press(&mut model, "x");
        assert_eq!(model.diff.against, Against::Passing);
        press(&mut model, "7x");
        assert_eq!(model.diff.against, Against::Passing, "the key is for the comparison alone");
    }

    #[test]
    fn only_the_answer_to_the_last_question_is_shown() {
        let mut model = samples::ready(80, 24);
        press(&mut model, "8");
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

mod mouse;
mod properties;
