//! What is clicked, dragged and scrolled.

use ratatui::crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::*;

fn mouse(model: &mut Model, kind: MouseEventKind, [column, row]: [u16; 2]) -> Vec<Effect> {
    update(model, Message::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
}

fn click(model: &mut Model, at: [u16; 2]) {
    mouse(model, MouseEventKind::Down(MouseButton::Left), at);
    mouse(model, MouseEventKind::Up(MouseButton::Left), at);
}

#[test]
fn a_click_on_a_tab_shows_its_screen() {
    let mut model = samples::passed(80, 24);
    press(&mut model, "?");
    click(&mut model, [50, 1]);
    assert_eq!((model.screen, model.overlay), (Screen::Picture, None));
    click(&mut model, [79, 1]);
    assert_eq!(model.screen, Screen::Picture, "there is no tab");
}

#[test]
fn a_click_gives_the_keys_to_a_screen_and_the_cursor_to_an_exercise() {
    let mut model = samples::passed(120, 40);
    click(&mut model, [90, 10]);
    assert_eq!(model.screen, Screen::Run);
    click(&mut model, [30, 10]);
    assert_eq!(model.screen, Screen::Lesson);
    click(&mut model, [5, 5]);
    assert_eq!((model.screen, model.cursor, model.open), (Screen::Course, 2, 1));
    click(&mut model, [5, 20]);
    assert_eq!(model.cursor, 2, "below the list is no exercise");
}

#[test]
fn a_click_on_a_task_selects_it_and_dragging_moves_the_window() {
    let mut model = samples::passed(120, 40);
    // The first row of the stream: with the driver's there are three, the axis and the frame.
    let row = 40 - 1 - 5;
    click(&mut model, [20, row]);
    assert_eq!((model.screen, model.selected), (Screen::Tasks, Some(Selection { row: 0, span: 0 })));
    click(&mut model, [20, row + 1]);
    assert_eq!(model.selected.map(|selected| selected.row), Some(1));

    press(&mut model, "++");
    let before = model.window;
    mouse(&mut model, MouseEventKind::Down(MouseButton::Left), [60, row]);
    mouse(&mut model, MouseEventKind::Drag(MouseButton::Left), [70, row]);
    assert!(model.window.from < before.from && (model.window.width() - before.width()).abs() < 1e-9);
    mouse(&mut model, MouseEventKind::Drag(MouseButton::Left), [60, row]);
    assert!((model.window.from - before.from).abs() < 1e-9, "back to where it was");
    mouse(&mut model, MouseEventKind::Up(MouseButton::Left), [60, row]);
    mouse(&mut model, MouseEventKind::Drag(MouseButton::Left), [90, row]);
    assert!((model.window.from - before.from).abs() < 1e-9, "nothing is held");
}

#[test]
fn the_wheel_scrolls_what_is_under_it() {
    let mut model = samples::passed(120, 40);
    model.lesson = Ok("word ".repeat(2_000));
    mouse(&mut model, MouseEventKind::ScrollDown, [30, 10]);
    assert_eq!((model.scroll.of(Screen::Lesson), model.screen), (3, Screen::Course));
    mouse(&mut model, MouseEventKind::ScrollUp, [5, 10]);
    assert_eq!(model.cursor, 0);
    mouse(&mut model, MouseEventKind::ScrollUp, [60, 35]);
    assert!((model.window.width() - 0.8).abs() < 1e-9);
    mouse(&mut model, MouseEventKind::ScrollLeft, [60, 35]);
    assert!(model.window.from < 0.1);
    press(&mut model, "?");
    mouse(&mut model, MouseEventKind::ScrollDown, [60, 20]);
    assert!(model.scroll.overlay > 0);
}

#[test]
fn sliders_are_clicked_dragged_and_turned() {
    let mut model = samples::passed(80, 24);
    samples::give_knobs(&mut model);
    press(&mut model, "s");
    // The name has 7 letters at most, with the frame and the mark before it; the track ends before the value.
    let (left, right) = (11, 50);
    let places = |model: &Model| model.sweep.sliders.iter().map(|slider| slider.place).collect::<Vec<_>>();
    assert_eq!(places(&model), [2, 1, 2]);
    mouse(&mut model, MouseEventKind::Down(MouseButton::Left), [left, 4]);
    assert_eq!((model.sweep.chosen, places(&model)), (1, vec![2, 0, 2]), "one worker");
    // The hand need not stay on the line.
    mouse(&mut model, MouseEventKind::Drag(MouseButton::Left), [right, 15]);
    assert_eq!(places(&model), [2, 4, 2]);
    mouse(&mut model, MouseEventKind::Up(MouseButton::Left), [right, 15]);
    mouse(&mut model, MouseEventKind::Drag(MouseButton::Left), [left, 4]);
    assert_eq!(places(&model), [2, 4, 2], "nothing is held");
    mouse(&mut model, MouseEventKind::ScrollUp, [60, 3]);
    assert_eq!((model.sweep.chosen, places(&model)), (0, vec![1, 4, 2]));
    click(&mut model, [4, 5]);
    assert_eq!((model.sweep.chosen, places(&model)), (2, vec![1, 4, 2]), "its name");
    click(&mut model, [40, 15]);
    assert_eq!((model.overlay, places(&model)), (Some(Overlay::Sweep), vec![1, 4, 2]));
}

#[test]
fn the_wheel_beside_the_tasks_scrolls_their_rows() {
    let mut model = samples::crowded(120, 40, 50);
    let whole = model.window;
    mouse(&mut model, MouseEventKind::ScrollDown, [5, 30]);
    assert_eq!((model.scroll.of(Screen::Tasks), model.window), (3, whole));
    click(&mut model, [60, 23]);
    assert_eq!(model.selected.map(|selected| selected.row), Some(4), "the second of those that are seen");
    mouse(&mut model, MouseEventKind::ScrollUp, [5, 30]);
    assert_eq!(model.scroll.of(Screen::Tasks), 0);
}

#[test]
fn a_click_beside_the_help_closes_it_and_one_on_it_does_not() {
    let mut model = samples::passed(120, 40);
    press(&mut model, "?");
    click(&mut model, [60, 20]);
    assert_eq!(model.overlay, Some(Overlay::Help));
    click(&mut model, [2, 20]);
    assert_eq!(model.overlay, None);
}
