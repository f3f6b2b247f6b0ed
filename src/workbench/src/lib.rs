//! The workbench of Parlings: the course in a terminal.
//!
//! What happens (keys, saved files, steps of a check) comes as a [`message`]. [`update::update`] takes it into the
//! [`model`] and answers with [`effect`]s, which the engine does on threads of its own and reports in messages again.
//! The [`view`] shows the model. Only the engine and the two faces, the terminal's panes and plain lines, touch the world
//! outside; everything else is a function of its arguments, and is tested as one.

pub mod effect;
pub mod keys;
pub mod look;
pub mod message;
pub mod model;
pub mod progress;
pub mod update;
pub mod view;

mod engine;
mod event_loop;
mod plain;
#[cfg(test)]
mod samples;
mod terminal;

use std::{
    env,
    io::{self, IsTerminal, Write as _},
    path::PathBuf,
    process::ExitCode,
    sync::mpsc::{self, Receiver},
};

use anyhow::{Context, bail};
use clap::{CommandFactory as _, Parser, Subcommand};
use grader::{Classroom, check, drawing::Palette, manual, reset};
use ratatui::layout::Size;

use crate::{
    effect::Effect,
    engine::Engine,
    event_loop::Face,
    look::{Look, Theme},
    message::Message,
    model::{Model, Overlay},
    plain::Lines,
    progress::Store,
    terminal::Screen,
};

/// The workbench could not be opened.
pub const EXIT_UNUSABLE: u8 = 2;

/// Learn parallel programming by making serial programs parallel, and see what their tasks do.
#[derive(Debug, Parser)]
#[command(name = "parlings", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
struct Arguments {
    /// The exercise to open; without it, the one of last time.
    exercise: Option<String>,
    /// The checkout of the course; without it, the one around the current folder.
    #[arg(long, global = true, value_name = "DIR")]
    course: Option<PathBuf>,
    /// The same as lines: for screen readers and logs. `help` lists what can be typed.
    #[arg(long)]
    plain: bool,
    /// Show ASCII alone; without it, where the locale is not UTF-8.
    #[arg(long)]
    ascii: bool,
    /// The colours; without it, those chosen last, or what fits the terminal.
    #[arg(long, value_enum, value_name = "THEME")]
    theme: Option<Theme>,
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
    /// Write what a shell needs to complete the words of this command.
    ///
    /// For instance: parlings completions bash > ~/.local/share/bash-completion/completions/parlings
    Completions {
        /// Which shell.
        shell: manual::Shell,
    },
    /// Write the manual page: parlings man | man -l -
    Man,
}

/// Opens the workbench, and says how it ended: 0, or [`EXIT_UNUSABLE`] with the reason on standard error.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.command {
        Some(Command::Reset { name }) => put_back(&arguments, name),
        Some(Command::Completions { shell }) => {
            let course = arguments.start().and_then(|start| Classroom::find_unfinished(&start));
            print(&manual::completions(Arguments::command(), *shell, course.as_ref().ok()))
        }
        Some(Command::Man) => print(&manual::page(Arguments::command())),
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

/// Writes to standard output; a reader that has seen enough is no error.
fn print(bytes: &[u8]) -> anyhow::Result<()> {
    match io::stdout().write_all(bytes) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("failed to write"),
        _ => Ok(()),
    }
}

fn open(arguments: &Arguments) -> anyhow::Result<()> {
    if !arguments.plain && (!io::stdin().is_terminal() || !io::stdout().is_terminal()) {
        bail!(
            "this is the workbench, and it needs an interactive terminal. `parlings --plain` does the same in lines, and \
             `cargo grader check` checks once."
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
    let variables = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let theme = Theme::at_start(arguments.theme, progress.theme.as_deref(), &variables);
    let look =
        Look { theme, ascii: arguments.ascii || look::ascii_only(&variables), palette: Palette::of_terminal(true) };

    let (sender, messages) = mpsc::channel();
    let course = classroom.course.clone();
    // Declared before the face, so that the terminal is given back before a running check is waited for.
    let engine = Engine::new(classroom, store, sender.clone()).context("failed to wait for signals")?;
    let opening = |size: Size| {
        // Whoever has never opened an exercise has never been here.
        let first_time = progress.last.is_none();
        let (mut model, effects) = Model::new(course, progress, exercise.as_deref(), check::cores(), size);
        model.troubles.extend(trouble);
        model.look = look;
        model.overlay = first_time.then_some(Overlay::Welcome);
        (model, effects)
    };
    if arguments.plain {
        let (model, effects) = opening(view::SMALLEST);
        return match live(model, effects, &messages, engine, Lines::new(look, sender)) {
            // Whoever reads the lines has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            ended => Ok(ended?),
        };
    }
    let screen = Screen::enter(sender).context("failed to take over the terminal")?;
    let (model, effects) = opening(screen.size()?);
    Ok(live(model, effects, &messages, engine, screen)?)
}

/// From the first frame to the last. The face is given back before the engine is waited for.
fn live(
    mut model: Model,
    effects: Vec<Effect>,
    messages: &Receiver<Message>,
    mut engine: Engine,
    mut face: impl Face,
) -> io::Result<()> {
    event_loop::run(&mut model, effects, messages, &mut face, |effect, face| engine.perform(effect, face))
}
