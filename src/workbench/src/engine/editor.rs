//! The student's own editor.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// The exit status with which a shell says that there is no such program.
const NOT_FOUND: i32 = 127;

/// What opens a file in `$VISUAL`, or else `$EDITOR`. The variable may hold arguments, and quotes around them.
///
/// # Errors
/// A sentence with the mend: no editor is set.
pub(super) fn command(file: &Path) -> Result<Editor, String> {
    let set =
        ["VISUAL", "EDITOR"].into_iter().find_map(|name| env::var(name).ok().filter(|value| !value.trim().is_empty()));
    match set {
        Some(name) => Ok(Editor { name, file: file.to_owned() }),
        None => Err(format!(
            "no editor is set: leave, and start again after `export EDITOR=nano` (or `vim`, or `\"code --wait\"`). \
             Or open {} in any editor beside this window.",
            file.display()
        )),
    }
}

/// An editor with the file it is to open.
pub(super) struct Editor {
    name: String,
    file: PathBuf,
}

impl Editor {
    /// Runs it until it is closed. A shell takes its arguments apart, as it does for other programs that start an editor.
    ///
    /// # Errors
    /// A sentence with the mend: it is not installed, or it ended with an error.
    pub(super) fn run(self) -> Result<(), String> {
        let Self { name, file } = self;
        match Command::new("sh").arg("-c").arg(format!("{name} \"$@\"")).arg(&name).arg(file).status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) if status.code() == Some(NOT_FOUND) => {
                Err(format!("the editor `{name}` was not found; set VISUAL or EDITOR to one that is installed"))
            }
            Ok(status) => Err(format!("the editor `{name}` ended with an error ({status})")),
            Err(error) => Err(format!("failed to start a shell for the editor `{name}`: {error}")),
        }
    }
}
