//! What a command line says of itself: completions for shells, and a page of the manual. For `grader` and for the workbench.

use clap::{Arg, Command, builder::PossibleValuesParser};
pub use clap_complete::Shell;
use clap_mangen::Man;

use crate::Classroom;

/// The arguments that are names of exercises.
const NAMES: [&str; 3] = ["name", "names", "exercise"];

/// A script that makes a shell complete the words of a command. Where the course is known, its exercises' names are among
/// them.
#[must_use]
pub fn completions(command: Command, shell: Shell, classroom: Option<&Classroom>) -> Vec<u8> {
    let exercises = classroom.map_or(Vec::new(), |classroom| {
        classroom.course.exercises.iter().map(|exercise| exercise.name.clone()).collect()
    });
    let mut command = if exercises.is_empty() { command } else { with_names(command, &exercises) };
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, &name, &mut script);
    if shell == Shell::Fish && !exercises.is_empty() {
        script.extend(fish_names(&command, &name, &exercises.join(" ")).into_bytes());
    }
    script
}

/// The command with the names of exercises in the place of any word.
fn with_names(command: Command, exercises: &[String]) -> Command {
    let named = |argument: Arg| {
        if is_name(&argument) { argument.value_parser(PossibleValuesParser::new(exercises.to_vec())) } else { argument }
    };
    command.mut_args(named).mut_subcommands(|subcommand| with_names(subcommand, exercises))
}

fn is_name(argument: &Arg) -> bool {
    NAMES.contains(&argument.get_id().as_str())
}

/// What the script for fish lacks: it has options and subcommands alone.
fn fish_names(command: &Command, name: &str, exercises: &str) -> String {
    let takes_name = |command: &Command| command.get_positionals().any(is_name);
    let mut places = Vec::new();
    if takes_name(command) {
        places.push(format!("__fish_{name}_needs_command"));
    }
    let takers = command.get_subcommands().filter(|subcommand| takes_name(subcommand));
    places.extend(takers.map(|taker| format!("__fish_{name}_using_subcommand {}", taker.get_name())));
    places.iter().map(|place| format!("complete -c {name} -n \"{place}\" -f -a \"{exercises}\"\n")).collect()
}

/// The page of the manual, for `man`: the command, and then each of its subcommands.
#[must_use]
pub fn page(mut command: Command) -> Vec<u8> {
    command.build();
    let mut page = Vec::new();
    let man = Man::new(command.clone());
    // A vector takes everything.
    let _ = man.render_title(&mut page);
    let _ = man.render_name_section(&mut page);
    let _ = man.render_synopsis_section(&mut page);
    let _ = man.render_description_section(&mut page);
    let _ = man.render_options_section(&mut page);
    for subcommand in command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help") {
        let heading = subcommand.get_bin_name().unwrap_or(subcommand.get_name());
        page.extend(format!(".SH {}\n", heading.to_uppercase()).into_bytes());
        page.extend(sections(subcommand).into_bytes());
    }
    if command.get_after_help().is_some() {
        let _ = man.render_extra_section(&mut page);
    }
    let _ = man.render_version_section(&mut page);
    page
}

/// What is said of a subcommand, a step below its own heading.
fn sections(command: &Command) -> String {
    let (man, mut text) = (Man::new(command.clone()), Vec::new());
    let _ = man.render_synopsis_section(&mut text);
    let _ = man.render_description_section(&mut text);
    let _ = man.render_options_section(&mut text);
    if command.get_after_help().is_some() {
        let _ = man.render_extra_section(&mut text);
    }
    String::from_utf8_lossy(&text).replace(".SH ", ".SS ")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[derive(clap::Parser)]
    #[command(name = "tool", about = "Does what a tool does", version = "1.0")]
    struct Tool {
        #[command(subcommand)]
        _job: Job,
    }

    #[derive(clap::Subcommand)]
    enum Job {
        /// Check something.
        Check {
            /// Which ones.
            names: Vec<String>,
        },
        /// List all.
        List {
            /// How many.
            #[arg(long)]
            most: Option<u8>,
        },
    }

    fn classroom() -> Classroom {
        Classroom::find_unfinished(env!("CARGO_MANIFEST_DIR").as_ref()).unwrap()
    }

    #[test]
    fn each_shell_completes_names_where_names_belong() {
        let course = classroom();
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = |classroom: Option<&Classroom>| {
                String::from_utf8(completions(Tool::command(), shell, classroom)).unwrap()
            };
            assert_eq!(script(Some(&course)).matches("pi julia").count(), 1, "{shell}");
            assert!(!script(None).contains("julia") && script(None).contains("check"), "{shell}");
        }
        let script = String::from_utf8(completions(Tool::command(), Shell::Fish, Some(&course))).unwrap();
        assert!(script.contains("function __fish_tool_using_subcommand\n"), "the name is clap's, and may change");
    }

    #[test]
    fn the_page_has_the_command_and_its_subcommands() {
        let page = String::from_utf8(page(Tool::command())).unwrap();
        let headings: Vec<&str> = page.lines().filter(|line| line.starts_with(".S")).collect();
        assert_eq!(headings.iter().filter(|heading| heading.starts_with(".SH")).count(), 7, "{headings:?}");
        assert!(page.contains(".SH TOOL CHECK") && page.contains("\\-\\-most"), "{page}");
    }
}
