//! Lines that are typed where there are lines in the place of panes: what each leads to, and what is answered.

use std::fmt::Write as _;

use crate::{effect::Effect, model::Model, progress::State};

/// What can be typed, and what it does.
const COMMANDS: [(&str, &str); 9] = [
    ("check", "check the exercise again; saving its file does that by itself"),
    ("hint", "the next hint"),
    ("lesson", "the lesson of the exercise"),
    ("output", "what your program printed on the small case"),
    ("course", "all exercises, and how they stand"),
    ("next", "open the next exercise that is not solved"),
    ("open NAME", "open that exercise"),
    ("help", "this"),
    ("quit", "leave; your progress is kept"),
];

/// Does what a line says.
pub(super) fn typed(model: &mut Model, line: &str) -> Vec<Effect> {
    model.troubles.clear();
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        [] => Vec::new(),
        ["check"] => check(model),
        ["hint"] => hint(model),
        ["lesson"] => vec![Effect::Say(match &model.lesson {
            Ok(lesson) => lesson.clone(),
            Err(reason) => reason.clone(),
        })],
        ["output"] => vec![Effect::Say(output(model))],
        ["course"] => vec![Effect::Say(course(model))],
        ["next"] => match unsolved(model) {
            Some(place) => open(model, place),
            None => vec![Effect::Say("Every other exercise is solved.".to_owned())],
        },
        ["open", name] => match model.course.find(name).map(|exercise| exercise.name.clone()) {
            Ok(name) => {
                let place = model.course.exercises.iter().position(|exercise| exercise.name == name);
                place.map_or(Vec::new(), |place| open(model, place))
            }
            Err(unknown) => vec![Effect::Say(unknown.to_string())],
        },
        ["help"] => vec![Effect::Say(help())],
        ["quit"] => vec![Effect::Quit],
        _ => vec![Effect::Say(format!("`{line}` is no command. `help` lists them."))],
    }
}

/// What is going on is still waited for: a list of commands may have come at once.
pub(super) fn typed_all(model: &mut Model) -> Vec<Effect> {
    model.leaving = true;
    leave_when_done(model)
}

/// Leaves when nothing more can be typed and nothing goes on.
pub(super) fn leave_when_done(model: &Model) -> Vec<Effect> {
    if model.leaving && !model.busy() { vec![Effect::Quit] } else { Vec::new() }
}

/// The next exercise after the open one that is not solved, round about the course.
pub(crate) fn unsolved(model: &Model) -> Option<usize> {
    let places = model.course.exercises.len();
    let others = (1..places).map(|step| (model.open + step) % places);
    others.into_iter().find(|&place| model.progress.of(&model.course.exercises[place].name).state != State::Solved)
}

fn check(model: &mut Model) -> Vec<Effect> {
    if model.preparing.is_some() {
        return vec![Effect::Say("It is checked as soon as the first build is over.".to_owned())];
    }
    model.begin_check()
}

fn open(model: &mut Model, place: usize) -> Vec<Effect> {
    model.end_filter();
    model.cursor = place;
    model.open(place)
}

/// The next hint; when all are taken, all of them.
fn hint(model: &mut Model) -> Vec<Effect> {
    let (taken, all) = (model.hints().len(), model.exercise().hints.len());
    if all == 0 {
        return vec![Effect::Say("This exercise has no hints.".to_owned())];
    }
    let text = |model: &Model, places: std::ops::Range<usize>| {
        let hint = |place: usize| format!("Hint {} of {all}: {}", place + 1, model.exercise().hints[place].trim());
        Effect::Say(places.map(hint).collect::<Vec<_>>().join("\n\n"))
    };
    if taken == all {
        return vec![text(model, 0..all)];
    }
    let name = model.exercise().name.clone();
    model.progress.take_hint(&name);
    vec![text(model, taken..taken + 1), Effect::Keep(model.progress.clone())]
}

fn output(model: &Model) -> String {
    match &model.check.output {
        Some(output) if output.bytes > 0 => output.plain(),
        Some(_) => "Your program printed nothing on the small case.".to_owned(),
        None => "Your program has not run on the small case yet.".to_owned(),
    }
}

fn course(model: &Model) -> String {
    let mut text = model.course.title.clone();
    for (place, exercise) in model.course.exercises.iter().enumerate() {
        let reached = model.progress.of(&exercise.name);
        let state = match reached.state {
            State::NotBegun => "not begun",
            State::Tried => "tried",
            State::Solved => "solved",
        };
        let open = if place == model.open { ", open" } else { "" };
        let points = exercise.rubric.max_points();
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n{}: {state}{open}, {} of {points} points. {}",
            exercise.name, reached.points, exercise.title
        );
    }
    text
}

fn help() -> String {
    COMMANDS.map(|(command, does)| format!("{command:<10} {does}")).join("\n")
}

#[cfg(test)]
mod tests {
    use grader::{check::Progress as Told, child::Printed};
    use ratatui::layout::Size;

    use super::*;
    use crate::{message::Message, progress::Progress, samples, update::update};

    fn said(model: &mut Model, line: &str) -> String {
        let effects = update(model, Message::Typed(line.to_owned()));
        let said = effects.iter().find_map(|effect| match effect {
            Effect::Say(text) => Some(text.clone()),
            _ => None,
        });
        said.unwrap_or_else(|| format!("{effects:?}"))
    }

    #[test]
    fn each_command_that_help_names_is_known() {
        let mut model = samples::ready(80, 24);
        for (command, _) in COMMANDS {
            let answer = said(&mut model, &command.replace("NAME", "pi"));
            assert!(!answer.contains("is no command"), "{command}");
        }
        assert_eq!(said(&mut model, "chekc"), "`chekc` is no command. `help` lists them.");
        assert_eq!(update(&mut model, Message::Typed("  ".to_owned())), []);
    }

    #[test]
    fn what_was_printed_is_said_when_it_is_asked_for() {
        let mut model = samples::ready(80, 24);
        assert_eq!(said(&mut model, "output"), "Your program has not run on the small case yet.");
        samples::tell(&mut model, samples::tried(None));
        assert_eq!(said(&mut model, "output"), "Your program printed nothing on the small case.");
        let first = format!("\u{1b}[31mbegin\u{1b}[0m\n{}", "batch\n".repeat(1_203));
        let printed = Printed { first, left_out: 7, last: "end\n".to_owned(), bytes: 7_235 };
        samples::tell(&mut model, Told::Printing { printed });
        assert_eq!(said(&mut model, "output"), "begin\nbatch (x 1203)\n[... 7 bytes left out ...]\nend\n");
    }

    #[test]
    fn hints_come_one_by_one_and_all_again_in_the_end() {
        let mut model = samples::ready(80, 24);
        let hints = [(); 4].map(|()| said(&mut model, "hint"));
        assert_eq!(hints[0], "Hint 1 of 3: A dart takes 4 ns, a task 0.4 us.");
        assert!(hints[2].starts_with("Hint 3 of 3: ") && hints[3] == hints[..3].join("\n\n"));
        assert_eq!(model.progress.of("pi").hints, 3);
    }

    #[test]
    fn next_goes_round_about_the_course_and_passes_over_what_is_solved() {
        let mut model = samples::passed(80, 24);
        let mut opened = |line: &str| {
            update(&mut model, Message::Typed(line.to_owned()));
            model.exercise().name.clone()
        };
        assert_eq!([(); 3].map(|()| opened("next")), ["julia", "bootstrap", "julia"]);
        assert_eq!(opened("open p"), "pi");
    }

    #[test]
    fn the_course_as_lines() {
        insta::assert_snapshot!(said(&mut samples::passed(80, 24), "course"), @"
        Parallel programming
        bootstrap: not begun, 0 of 10 points. Tasks and order
        pi: solved, open, 10 of 10 points. Grain: how much work makes a task worth its price
        julia: not begun, 0 of 10 points. Balance
        ");
    }

    #[test]
    fn at_the_end_of_the_input_what_goes_on_is_waited_for() {
        let (mut model, _) = Model::new(samples::course(), Progress::default(), None, 2, Size::new(80, 24));
        assert_eq!(update(&mut model, Message::TypedAll), []);
        update(&mut model, Message::Prepared);
        let (check, outcome) = (model.check.id, Err("no cargo".to_owned()));
        assert_eq!(update(&mut model, Message::Checked { check, outcome }), [Effect::Quit]);
        assert_eq!(update(&mut model, Message::TypedAll), [Effect::Quit]);
    }
}
