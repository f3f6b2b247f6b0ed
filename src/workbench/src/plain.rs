//! The workbench as lines, for screen readers, logs and whoever likes it so: the same model, another face.
//!
//! Each thing is said once, when it happens, in words alone. Nothing moves the cursor, and colours are for terminals.

use std::{
    io::{self, BufRead as _, Stdout, Write as _},
    sync::mpsc::Sender,
    thread,
};

use anstream::{AutoStream, ColorChoice};
use grader::report::{Verdict, text};

use crate::{
    event_loop::Face,
    look::{Look, Theme},
    message::Message,
    model::{Model, Step},
    update::typed::unsolved,
    view::ascii_text,
};

/// Standard input and output, line by line.
pub(crate) struct Lines {
    output: AutoStream<Stdout>,
    ascii: bool,
    told: Told,
}

impl Lines {
    /// Each line of standard input is sent there, and its end.
    pub(crate) fn new(look: Look, messages: Sender<Message>) -> Self {
        thread::spawn(move || {
            for line in io::stdin().lock().lines() {
                let Ok(line) = line else { break };
                if messages.send(Message::Typed(line)).is_err() {
                    return;
                }
            }
            let _ = messages.send(Message::TypedAll);
        });
        let colors = if look.theme == Theme::None { ColorChoice::Never } else { ColorChoice::Auto };
        Self { output: AutoStream::new(io::stdout(), colors), ascii: look.ascii, told: Told::default() }
    }
}

impl Face for Lines {
    fn show(&mut self, model: &Model) -> io::Result<()> {
        let news = self.told.news(model);
        news.iter().try_for_each(|text| self.say(text))
    }

    fn say(&mut self, text: &str) -> io::Result<()> {
        let text = text.trim_end();
        if self.ascii {
            writeln!(self.output, "{}", ascii_text(text))?;
        } else {
            writeln!(self.output, "{text}")?;
        }
        self.output.flush()
    }

    /// Lines come by themselves.
    fn listen(&mut self) {}

    fn capture_mouse(&mut self, _: bool) -> io::Result<()> {
        Ok(())
    }

    fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        Ok(work())
    }
}

/// What was said so far.
#[derive(Debug, Default)]
struct Told {
    open: Option<usize>,
    troubles: usize,
    /// Quarters of the first build; `None` before it.
    preparing: Option<usize>,
    saved: bool,
    check: u64,
    over: bool,
    diagnostics: usize,
    tried: bool,
    rounds: usize,
}

impl Told {
    /// What the model has that was not said yet; then it was.
    fn news(&mut self, model: &Model) -> Vec<String> {
        let mut news = Vec::new();
        if self.open.replace(model.open) != Some(model.open) {
            news.push(heading(model));
        }
        // An answer to the student takes them away.
        let new = model.troubles.get(self.troubles..).unwrap_or(&model.troubles);
        news.extend(new.iter().map(|trouble| format!("Trouble: {trouble}")));
        self.troubles = model.troubles.len();
        self.first_build(model, &mut news);
        self.check(model, &mut news);
        news
    }

    fn first_build(&mut self, model: &Model, news: &mut Vec<String>) {
        let Some(preparing) = &model.preparing else { return };
        let quarters = preparing
            .compiled
            .as_ref()
            .map_or(0, |compiled| (4 * compiled.done).checked_div(compiled.total).unwrap_or(0));
        if self.preparing.is_none() {
            news.push("The first build compiles what all exercises need. It takes a minute or two.".to_owned());
        } else if self.preparing < Some(quarters)
            && let Some(compiled) = &preparing.compiled
        {
            news.push(format!("First build: {} of {} crates.", compiled.done, compiled.total));
        }
        self.preparing = self.preparing.max(Some(quarters));
        if preparing.saved && !self.saved {
            news.push("Your save is seen. It is checked as soon as this build is over.".to_owned());
        }
        self.saved = preparing.saved;
    }

    fn check(&mut self, model: &Model, news: &mut Vec<String>) {
        let check = &model.check;
        if check.id == 0 {
            return;
        }
        if check.id != self.check {
            let again = if self.check > 0 && !self.over { ", and no longer what was there before" } else { "" };
            news.push(format!("\nChecking {}{again}.", model.exercise().name));
            let Self { open, troubles, preparing, saved, .. } = *self;
            *self = Self { open, troubles, preparing, saved, check: check.id, ..Self::default() };
        }
        // Errors are part of the report.
        let warnings = check.diagnostics.iter().skip(self.diagnostics).filter(|said| said.level != "error");
        news.extend(warnings.map(|warning| warning.rendered.clone()));
        self.diagnostics = self.diagnostics.max(check.diagnostics.len());
        if let Some(tried) = &check.tried
            && !self.tried
        {
            self.tried = true;
            let right = if tried.mistake.is_none() { "Right" } else { "Not right" };
            let printed = if check.output.as_ref().is_some_and(|output| output.bytes > 0) {
                " It also printed something: `output` tells what."
            } else {
                ""
            };
            news.push(format!("{right} on the small case, after {:.1} s.{printed}", tried.after.as_secs_f64()));
        }
        for (number, [serial, parallel, probe]) in (1..).zip(&check.rounds).skip(self.rounds) {
            news.push(format!(
                "Round {number} of at most {}: serial {serial:.3} s, parallel {parallel:.3} s, probe {probe:.3} s; {:.2}x.",
                check.planned,
                serial / parallel
            ));
        }
        self.rounds = check.rounds.len();
        if check.step == Step::Over && !self.over {
            self.over = true;
            news.push(match &check.outcome {
                Some(Ok(report)) => format!("\n{}\n{}", text::render(report).trim_end(), next(model, report.verdict)),
                Some(Err(reason)) => format!("It could not be checked: {reason}"),
                None => "It could not be checked.".to_owned(),
            });
        }
    }
}

fn heading(model: &Model) -> String {
    let exercise = model.exercise();
    let reached = model.progress.of(&exercise.name);
    format!(
        "\nExercise {}: {}. {} of {} points so far.\nSave exercises/{0}.rs, and it is checked. `lesson` tells what is asked, \
         `help` what else can be typed.",
        exercise.name,
        exercise.title,
        reached.points,
        exercise.rubric.max_points()
    )
}

/// What the student may do now.
fn next(model: &Model, verdict: Verdict) -> String {
    let exercise = model.exercise();
    if verdict == Verdict::Pass {
        return match unsolved(model) {
            Some(place) => format!("Next: `next` opens {}.", model.course.exercises[place].name),
            None => "Every exercise is solved.".to_owned(),
        };
    }
    let hint = match exercise.hints.len() - model.hints().len() {
        0 => String::new(),
        left => format!(" `hint` gives a hint; {left} are left."),
    };
    match verdict {
        Verdict::Inconclusive => {
            "Next: `check` tries again, better when the machine has nothing else to do.".to_owned()
        }
        _ => format!("Next: change exercises/{}.rs, and save it.{hint}", exercise.name),
    }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use grader::{check::Progress, report::Report};

    use super::*;
    use crate::{
        model::Compiled,
        samples::{self, after, tell},
        update::update,
    };

    fn said(told: &mut Told, model: &Model) -> String {
        let news = told.news(model).join("\n");
        strip_str(&news).to_string()
    }

    #[test]
    fn a_check_is_told_step_by_step_and_each_step_once() {
        let mut told = Told::default();
        let mut model = samples::opened(80, 24);
        let mut spoken = vec![said(&mut told, &model)];
        let mut step = |model: &Model| spoken.push(said(&mut told, model));
        for done in [3, 20, 25, 57] {
            update(&mut model, Message::Preparing(Compiled { done, total: 57, name: "serde".to_owned() }));
            step(&model);
        }
        after(&mut model, 300, Message::Saved { exercise: "pi".to_owned() });
        step(&model);
        after(&mut model, 1_000, Message::Prepared);
        tell(&mut model, Progress::Building);
        step(&model);
        tell(&mut model, samples::tried(None));
        tell(&mut model, samples::round(1, 0.3));
        step(&model);
        tell(&mut model, samples::round(2, 0.3));
        step(&model);
        let check = model.check.id;
        update(&mut model, Message::Checked { check, outcome: Ok(samples::report(Verdict::TooSlow, 7)) });
        step(&model);
        step(&model);
        spoken.retain(|said| !said.is_empty());
        insta::assert_snapshot!(spoken.join("\n"), @"
        Exercise pi: Grain: how much work makes a task worth its price. 0 of 10 points so far.
        Save exercises/pi.rs, and it is checked. `lesson` tells what is asked, `help` what else can be typed.
        The first build compiles what all exercises need. It takes a minute or two.
        First build: 20 of 57 crates.
        First build: 57 of 57 crates.
        Your save is seen. It is checked as soon as this build is over.

        Checking pi.
        Right on the small case, after 0.0 s.
        Round 1 of at most 5: serial 0.375 s, parallel 0.300 s, probe 0.190 s; 1.25x.
        Round 2 of at most 5: serial 0.375 s, parallel 0.300 s, probe 0.190 s; 1.25x.

        pi: too slow, 7 of 10 points

          The first cause, then how to mend it.

          1.91x as fast as serial on 2 workers; 1.68x is asked for; work that shares nothing gets 1.97x
          1.90 cores were busy on average

                      median   all 5 rounds, in seconds
          serial       0.375    0.375  0.375  0.375  0.375  0.375
          parallel     0.196    0.196  0.196  0.196  0.196  0.196
          probe        0.190    0.190  0.190  0.190  0.190  0.190
          ratio        1.91x     1.91   1.91   1.91   1.91   1.91

           4 of 4  right, from shared work (2 tasks overlapped)
           3 of 3  4 tasks or more a worker (1,001 tasks on 2 workers)
           0 of 3  speed
        Next: change exercises/pi.rs, and save it. `hint` gives a hint; 3 are left.
        ");
    }

    #[test]
    fn a_save_during_a_check_is_told() {
        let mut told = Told::default();
        let mut model = samples::ready(80, 24);
        said(&mut told, &model);
        update(&mut model, Message::Saved { exercise: "pi".to_owned() });
        assert_eq!(said(&mut told, &model), "\nChecking pi, and no longer what was there before.");
    }

    #[test]
    fn a_pass_leads_on_and_trouble_is_said() {
        let mut told = Told::default();
        let mut model = samples::passed(80, 24);
        assert!(said(&mut told, &model).ends_with("Next: `next` opens julia."));
        for number in 1..3 {
            update(&mut model, Message::Trouble(format!("number {number}")));
            assert_eq!(said(&mut told, &model), format!("Trouble: number {number}"));
        }
        let (check, outcome) = (model.check.id, Ok(Report { hints: Vec::new(), ..samples::report(Verdict::Pass, 10) }));
        update(&mut model, Message::Checked { check, outcome });
        assert_eq!(said(&mut told, &model), "");
    }
}
