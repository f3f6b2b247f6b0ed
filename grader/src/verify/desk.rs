//! What reading shows: the files of an exercise, its entry in the course, and what belongs to none.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use super::{
    STARTER_FILE,
    fixtures::{self, FIXTURES},
    manifests::Program,
};
use crate::{
    assign::{self, Standing},
    classroom::{Classroom, Submissions, doc_of},
    course::{self, Exercise},
    reset,
};

/// How many hints an exercise has: a nudge, the way, almost the answer.
const HINTS: usize = 3;

/// How many points an exercise has.
const POINTS: u32 = 10;

/// What a scaffold has where something is to be written.
pub(crate) const TO_DO: &str = "TODO";

/// One exercise, with all that is on its author's desk.
pub(super) struct Desk<'a> {
    pub(super) classroom: &'a Classroom,
    pub(super) exercise: &'a Exercise,
    /// The programs in the manifests.
    pub(super) programs: &'a [Program],
}

/// Looks at one thing and says what is to be mended; nothing where all is well.
type Look = fn(&Desk) -> anyhow::Result<Vec<String>>;

/// What is looked at, in this order.
pub(super) const LOOKS: [(&str, Look); 7] = [
    ("course entry", course_entry),
    (STARTER_FILE, starter_file),
    ("lesson", lesson),
    ("mains", mains),
    ("programs", programs),
    ("problem", problem),
    ("fixtures", fixtures),
];

fn course_entry(desk: &Desk) -> anyhow::Result<Vec<String>> {
    let Exercise { title, chapter, hints, rubric, .. } = desk.exercise;
    let mut complaints = Vec::new();
    if hints.len() != HINTS {
        complaints
            .push(format!("{} hints, where there should be {HINTS}: a nudge, the way, almost the answer", hints.len()));
    }
    if rubric.max_points() != POINTS {
        complaints.push(format!("{} points in all, where there should be {POINTS}", rubric.max_points()));
    }
    let hints = hints.iter().enumerate().map(|(index, hint)| (format!("hint {}", index + 1), hint));
    let criteria = rubric.structure.iter().map(|part| ("a text of the rubric".to_owned(), &part.text));
    let chapter = chapter.iter().map(|chapter| ("the chapter".to_owned(), chapter));
    for (what, text) in [("the title".to_owned(), title)].into_iter().chain(chapter).chain(hints).chain(criteria) {
        if text.trim().is_empty() || text.contains(TO_DO) {
            complaints.push(format!("{what} is not written yet: {:?}", text.trim()));
        }
    }
    Ok(complaints.into_iter().map(|complaint| format!("{}: {complaint}", course::FILE)).collect())
}

fn starter_file(desk: &Desk) -> anyhow::Result<Vec<String>> {
    let name = &desk.exercise.name;
    let file = Submissions::Exercises.file(name);
    let solution = Submissions::Solutions.file(name);
    if !desk.classroom.root.join(&solution).is_file() {
        return Ok(vec![format!("there is no {solution} to make the starter from")]);
    }
    Ok(match assign::standing(desk.classroom, desk.exercise)? {
        Standing::Starter => Vec::new(),
        Standing::Missing => vec![format!("{file} is missing: `grader assign {name}` makes it from {solution}")],
        Standing::Changed => vec![format!(
            "{file} is not what is made from {solution}: `grader assign {name} --force` makes it anew, and keeps this one in {}",
            reset::BACKUP
        )],
    })
}

fn lesson(desk: &Desk) -> anyhow::Result<Vec<String>> {
    let name = &desk.exercise.name;
    let file = Submissions::Solutions.file(name);
    let lesson = doc_of(&assign::starter(desk.classroom, desk.exercise)?);
    if !lesson.trim_start().starts_with("# ") {
        return Ok(vec![format!(
            "{file}: the lesson is missing: `//!` lines at the top, the first one `//! # {name}: ..`"
        )]);
    }
    Ok(if lesson.contains(TO_DO) { vec![format!("{file}: the lesson is not written yet")] } else { Vec::new() })
}

fn mains(desk: &Desk) -> anyhow::Result<Vec<String>> {
    let name = &desk.exercise.name;
    let demanded =
        [format!("#[path = \"../{name}.rs\"]"), "problems::harness::main(submission::submission())".to_owned()];
    let mut complaints = Vec::new();
    for submissions in [Submissions::Exercises, Submissions::Solutions] {
        let file = format!("{}/main/{name}.rs", submissions.package());
        match fs::read_to_string(desk.classroom.root.join(&file)) {
            Err(error) => complaints.push(format!("{file}: {error}")),
            Ok(text) => {
                let missing = demanded.iter().filter(|line| !text.contains(line.as_str()));
                complaints.extend(missing.map(|line| format!("{file}: there is no `{line}` in it")));
            }
        }
    }
    Ok(complaints)
}

fn programs(desk: &Desk) -> anyhow::Result<Vec<String>> {
    let name = &desk.exercise.name;
    let mut complaints = Vec::new();
    for submissions in [Submissions::Exercises, Submissions::Solutions] {
        let (package, program) = (submissions.package(), submissions.program(name));
        let main = desk.classroom.root.join(package).join("main").join(name).with_extension("rs");
        let entry = format!("[[bin]] with name = \"{program}\", path = \"main/{name}.rs\", test = false, doc = false");
        match desk.programs.iter().find(|found| found.package == package && found.name == program) {
            None => complaints.push(format!("{package}/Cargo.toml: there is no {entry}")),
            Some(found) if found.main != main || found.test || found.doc => {
                complaints.push(format!("{package}/Cargo.toml: the program {program} should be a {entry}"));
            }
            Some(_) => {}
        }
    }
    Ok(complaints)
}

/// That there is a problem of the name is known since the course was read.
fn problem(desk: &Desk) -> anyhow::Result<Vec<String>> {
    let module = format!("src/problems/src/{}", desk.exercise.name);
    let solution = Submissions::Solutions.file(&desk.exercise.name);
    let root = &desk.classroom.root;
    let mut files = vec![format!("{module}.rs")];
    files.extend(entries(&root.join(&module))?.into_iter().map(|name| format!("{module}/{name}")));
    files.extend(root.join(&solution).is_file().then(|| solution.clone()));
    let mut complaints = Vec::new();
    for file in files {
        let text = fs::read_to_string(root.join(&file)).with_context(|| format!("failed to read {file}"))?;
        // The lesson has a check of its own.
        let is_lesson = |line: &str| file == solution && line.starts_with("//!");
        let to_do = text.lines().enumerate().filter(|(_, line)| line.contains(TO_DO) && !is_lesson(line));
        complaints.extend(to_do.map(|(index, line)| format!("{file}:{}: {}", index + 1, line.trim())));
    }
    Ok(complaints)
}

fn fixtures(desk: &Desk) -> anyhow::Result<Vec<String>> {
    let fixtures = fixtures::read(desk.classroom, desk.exercise)?;
    let mut complaints: Vec<String> = fixtures
        .iter()
        .filter_map(|fixture| Some(format!("{}: {}", fixture.file, fixture.expected.as_ref().err()?)))
        .collect();
    let wrong = |expected: &fixtures::Expected| expected.verdicts.contains(&crate::report::Verdict::Wrong);
    // One that cannot be read may be it.
    if complaints.is_empty() && !fixtures.iter().any(|fixture| fixture.expected.as_ref().is_ok_and(wrong)) {
        complaints.push(format!(
            "{FIXTURES}/{}: there is no attempt that is `Wrong`; add what students usually get wrong, a file each",
            desk.exercise.name
        ));
    }
    Ok(complaints)
}

/// Files, programs and problems of exercises that are not in the course.
pub(super) fn strays(classroom: &Classroom, programs: &[Program]) -> anyhow::Result<Vec<String>> {
    let known: BTreeSet<&str> = classroom.course.exercises.iter().map(|exercise| exercise.name.as_str()).collect();
    let mut complaints = Vec::new();
    for submissions in [Submissions::Exercises, Submissions::Solutions] {
        let package = submissions.package();
        let others: &[&str] = match submissions {
            Submissions::Exercises => &["Cargo.toml", "course.yaml", "main", "backup", "pictures", "starters"],
            Submissions::Solutions => &["Cargo.toml", "main"],
        };
        for (folder, others) in [(package.to_owned(), others), (format!("{package}/main"), &[])] {
            let names = entries(&classroom.root.join(&folder))?;
            let stray = names.into_iter().filter(|name| {
                !others.contains(&name.as_str()) && !name.strip_suffix(".rs").is_some_and(|stem| known.contains(stem))
            });
            complaints.extend(stray.map(|name| format!("{folder}/{name} belongs to no exercise")));
        }
        let of_course: BTreeSet<String> = known.iter().map(|name| submissions.program(name)).collect();
        let stray = programs.iter().filter(|program| program.package == package && !of_course.contains(&program.name));
        complaints.extend(
            stray.map(|program| format!("{package}/Cargo.toml: the program {} belongs to no exercise", program.name)),
        );
    }
    let folders = entries(&classroom.root.join(FIXTURES))?;
    let stray = folders.into_iter().filter(|name| !known.contains(name.as_str()));
    complaints.extend(stray.map(|name| format!("{FIXTURES}/{name} belongs to no exercise")));
    let stray = problems::ALL.iter().map(|problem| problem.name()).filter(|name| !known.contains(name));
    complaints.extend(stray.map(|name| format!("the problem `{name}` has no entry in {}", course::FILE)));
    Ok(complaints)
}

/// The names in a folder in alphabetical order, hidden ones apart; none where there is no folder.
pub(super) fn entries(folder: &Path) -> anyhow::Result<Vec<String>> {
    let failed = || format!("failed to list {}", folder.display());
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(failed)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let path: PathBuf = entry.with_context(failed)?.file_name().into();
        names.push(path.to_string_lossy().into_owned());
    }
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    Ok(names)
}
