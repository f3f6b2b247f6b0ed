//! Where things are: the checkout that the course lives in.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::{
    assign,
    course::{self, Course},
    files::{Files, WORKSPACE},
    reset,
};

/// Whose programs are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Submissions {
    /// `exercises/`, what a student edits.
    #[default]
    Exercises,
    /// `solutions/`, how it may be done.
    Solutions,
}

impl Submissions {
    /// The package, which is also its folder in the checkout.
    #[must_use]
    pub fn package(self) -> &'static str {
        match self {
            Submissions::Exercises => "exercises",
            Submissions::Solutions => "solutions",
        }
    }

    /// The program of an exercise in that package.
    ///
    /// ```
    /// use grader::Submissions;
    /// assert_eq!(Submissions::Exercises.program("pi"), "pi");
    /// assert_eq!(Submissions::Solutions.program("pi"), "pi-solution");
    /// ```
    #[must_use]
    pub fn program(self, exercise: &str) -> String {
        match self {
            Submissions::Exercises => exercise.to_owned(),
            Submissions::Solutions => format!("{exercise}-solution"),
        }
    }

    /// The file that the program is made from, from the root of the checkout: what a student calls it.
    ///
    /// ```
    /// assert_eq!(grader::Submissions::Exercises.file("pi"), "exercises/pi.rs");
    /// ```
    #[must_use]
    pub fn file(self, exercise: &str) -> String {
        format!("{}/{exercise}.rs", self.package())
    }
}

/// A checkout with its course read.
#[derive(Clone, Debug)]
pub struct Classroom {
    /// The checkout's root: the folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// `exercises/course.yaml`.
    pub course: Course,
    /// Where its programs are built; `None`: where cargo builds by itself.
    pub target: Option<PathBuf>,
}

impl Classroom {
    /// Finds the checkout from `start` upwards and reads its course.
    ///
    /// # Errors
    /// There is none, or its `course.yaml` cannot be read; the message names the place and the mend.
    pub fn find(start: &Path) -> anyhow::Result<Self> {
        let root = find_root(start)?;
        Ok(Self { course: Course::read(&root)?, root, target: None })
    }

    /// As [`find`](Self::find), but exercises may lack their files: for whoever puts them there.
    ///
    /// # Errors
    /// There is no checkout, or its `course.yaml` cannot be read.
    pub fn find_unfinished(start: &Path) -> anyhow::Result<Self> {
        let root = find_root(start)?;
        Ok(Self { course: Course::read_unfinished(&root)?, root, target: None })
    }

    /// Whether the solutions are here. They are not in a student's repository.
    #[must_use]
    pub fn has_solutions(&self) -> bool {
        self.root.join(Submissions::Solutions.package()).is_dir()
    }

    /// Makes `place` a copy of this checkout, as far as programs are built from it, with the starters in the place of whatever
    /// students have in their files. What is the same in an older copy is left alone, and so is what was built there: the
    /// copy has a folder of its own for that.
    ///
    /// An exercise whose starter cannot be made has no file in the copy.
    ///
    /// # Errors
    /// A file cannot be read or written.
    pub fn copy_to(&self, place: &Path) -> anyhow::Result<Self> {
        let mut files = Files::read(&self.root, &WORKSPACE)?;
        files.retain(|path| !path.starts_with(reset::BACKUP));
        for exercise in &self.course.exercises {
            let file = Submissions::Exercises.file(&exercise.name);
            match assign::starter(self, exercise) {
                Ok(starter) => files.put(&file, starter),
                Err(_) => files.retain(|path| path != file),
            }
        }
        files.mirror_to(place)?;
        Ok(Self { root: place.to_owned(), course: self.course.clone(), target: Some(place.join("target")) })
    }

    /// The file that a student edits (or the solution's).
    #[must_use]
    pub fn source(&self, exercise: &str, submissions: Submissions) -> PathBuf {
        self.root.join(submissions.file(exercise))
    }

    /// The lesson of an exercise: the `//!` lines at the top of its file, as Markdown. Empty where there are none.
    ///
    /// # Errors
    /// The file cannot be read; the message names it.
    pub fn lesson(&self, exercise: &str) -> anyhow::Result<String> {
        let file = Submissions::Exercises.file(exercise);
        let bytes = std::fs::read(self.root.join(&file))
            .with_context(|| format!("failed to read {file}; restore it with `git checkout {file}`"))?;
        let Ok(text) = String::from_utf8(bytes) else {
            bail!(
                "{file} is not UTF-8 text; save it as UTF-8 in your editor, or restore it with `git checkout {file}`"
            );
        };
        Ok(doc_of(&text))
    }
}

fn find_root(start: &Path) -> anyhow::Result<PathBuf> {
    let start = start.canonicalize().with_context(|| {
        format!("failed to open the folder {}; name a clone of the course with --course DIR", start.display())
    })?;
    let Some(root) = start.ancestors().find(|folder| folder.join(course::FILE).is_file()) else {
        bail!(
            "no course in {} or a folder above it: there is no {}\n  = help: run it inside a clone of the course, or name \
             it with --course DIR",
            start.display(),
            course::FILE
        );
    };
    Ok(root.to_owned())
}

/// The `//!` lines at the top of a source text, without their marks. Lines that are empty may stand between.
pub(crate) fn doc_of(source: &str) -> String {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let doc_line = |line: &str| {
        line.trim_start().strip_prefix("//!").map(|rest| rest.strip_prefix(' ').unwrap_or(rest).to_owned())
    };
    let top = source.lines().take_while(|line| line.trim().is_empty() || doc_line(line).is_some());
    top.filter_map(doc_line).map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::{Classroom, Submissions, doc_of};
    use crate::course::Course;

    #[test]
    fn the_lesson_is_the_doc_comment_at_the_top() {
        let source = "//! # Pi\n//!\n//!     code\n\n//! More.\nuse parlings::prelude::*;\n//! Not this.\n";
        assert_eq!(doc_of(source), "# Pi\n\n    code\nMore.\n");
        assert_eq!(doc_of("fn pi() {}\n//! late\n"), "");
        assert_eq!(doc_of(""), "");
    }

    #[test]
    fn windows_line_ends_and_a_byte_order_mark_are_no_part_of_a_lesson() {
        assert_eq!(doc_of("\u{feff}//! # Pi\r\n//!\r\n//! Text.\r\n\r\nfn pi() {}\r\n"), "# Pi\n\nText.\n");
    }

    fn classroom(root: &Path) -> Classroom {
        let course = Course { title: "Course".to_owned(), exercises: Vec::new() };
        Classroom { root: root.to_owned(), course, target: None }
    }

    #[test]
    fn a_file_that_is_no_text_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("exercises")).unwrap();
        fs::write(folder.path().join("exercises/pi.rs"), b"//! caf\xe9\n").unwrap();
        let error = classroom(folder.path()).lesson("pi").unwrap_err();
        insta::assert_snapshot!(error, @"exercises/pi.rs is not UTF-8 text; save it as UTF-8 in your editor, or restore it with `git checkout exercises/pi.rs`");
        let error = classroom(folder.path()).lesson("tau").unwrap_err();
        insta::assert_snapshot!(error, @"failed to read exercises/tau.rs; restore it with `git checkout exercises/tau.rs`");
    }

    #[test]
    fn sources_are_named_after_their_exercise() {
        let classroom = classroom(Path::new("/course"));
        assert_eq!(classroom.source("pi", Submissions::Exercises), Path::new("/course/exercises/pi.rs"));
        assert_eq!(classroom.source("pi", Submissions::Solutions), Path::new("/course/solutions/pi.rs"));
    }
}
