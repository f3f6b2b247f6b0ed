//! The workbench of Parlings: the course in a terminal.
//!
//! What happens (keys, saved files, steps of a check) comes as a [`message`]. [`update::update`] takes it into the
//! [`model`] and answers with [`effect`]s, which the engine does on threads of its own and reports in messages again.
//! The [`view`] shows the model. Only the engine and the terminal touch the world outside; everything else is a
//! function of its arguments, and is tested as one.

pub mod effect;
pub mod message;
pub mod model;
pub mod progress;
pub mod update;
pub mod view;

mod engine;
#[cfg(test)]
mod samples;
mod terminal;

use std::{
    env,
    io::{self, IsTerminal},
    path::PathBuf,
    process::ExitCode,
    sync::mpsc,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use clap::{Parser, Subcommand};
use grader::{Classroom, drawing::Palette, reset};

use crate::{
    engine::{Engine, Keyboard, Then},
    message::Message,
    model::Model,
    progress::Store,
    terminal::Screen,
};

/// The workbench could not be opened.
pub const EXIT_UNUSABLE: u8 = 2;

/// How often the screen moves while something goes on.
const TICK: Duration = Duration::from_millis(100);

/// Learn parallel programming by making serial programs parallel, and see what their tasks do.
#[derive(Debug, Parser)]
#[command(name = "parlings", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
struct Arguments {
    /// The exercise to open; without it, the one of last time.
    exercise: Option<String>,
    /// The checkout of the course; without it, the one around the current folder.
    #[arg(long, global = true, value_name = "DIR")]
    course: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Put the starter of an exercise back, and keep your version in exercises/backup/.
    Reset {
        /// Which exercise.
        name: String,
    },
}

/// Opens the workbench, and says how it ended: 0, or [`EXIT_UNUSABLE`] with the reason on standard error.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.command {
        Some(Command::Reset { name }) => put_back(&arguments, name),
        None => open(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("parlings: {error:#}");
            ExitCode::from(EXIT_UNUSABLE)
        }
    }
}

impl Arguments {
    /// The folder that is in the checkout.
    fn start(&self) -> anyhow::Result<PathBuf> {
        match &self.course {
            Some(folder) => Ok(folder.clone()),
            None => {
                env::current_dir().context("the current folder cannot be found; name the checkout with --course DIR")
            }
        }
    }
}

fn put_back(arguments: &Arguments, name: &str) -> anyhow::Result<()> {
    let classroom = Classroom::find_unfinished(&arguments.start()?)?;
    let exercise = classroom.course.find(name)?;
    let assigned = reset::reset(&classroom, exercise)?;
    println!("{}", reset::describe(&exercise.name, &assigned));
    Ok(())
}

fn open(arguments: &Arguments) -> anyhow::Result<()> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        bail!(
            "this is the workbench, and it needs an interactive terminal. `cargo grader check` says the same in plain text."
        );
    }
    let classroom = Classroom::find(&arguments.start()?)?;
    if classroom.course.exercises.is_empty() {
        bail!("{} has no exercises", classroom.root.join("exercises/course.yaml").display());
    }
    let exercise = match &arguments.exercise {
        Some(name) => Some(classroom.course.find(name)?.name.clone()),
        None => None,
    };
    let mut store = Store::of_checkout(&classroom.root);
    let (progress, trouble) = store.load();

    let (sender, messages) = mpsc::channel();
    let course = classroom.course.clone();
    // Declared before the screen, so that the terminal is given back before a running check is waited for.
    let mut engine = Engine::new(classroom, store, sender.clone()).context("failed to wait for signals")?;
    let mut screen = Screen::enter().context("failed to take over the terminal")?;
    let keyboard = Keyboard::new(sender);
    let opened = Instant::now();
    let (mut model, mut effects) = Model::new(course, progress, exercise.as_deref(), screen.size()?);
    model.troubles.extend(trouble);
    model.palette = Palette::of_terminal(env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()));
    let mut typed = true;
    loop {
        for effect in effects.drain(..) {
            if engine.perform(effect, &mut screen)? == Then::Leave {
                return Ok(());
            }
        }
        if typed {
            // Not before: one of the effects may have been the editor, and the keys were its own.
            keyboard.ask();
        }
        screen.draw(&model)?;
        let first = if model.busy() { messages.recv_timeout(TICK).ok() } else { messages.recv().ok() };
        effects.extend(update::update(&mut model, Message::Tick(opened.elapsed())));
        typed = false;
        for message in first.into_iter().chain(messages.try_iter()) {
            typed |= matches!(message, Message::Key(_) | Message::Resized(..));
            effects.extend(update::update(&mut model, message));
        }
    }
}
