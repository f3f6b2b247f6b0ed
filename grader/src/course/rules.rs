//! What makes a course sound, beyond the types of its values.

use super::{Course, CourseError, Exercise, Knob, KnobKind, Structure, Surroundings, knob, list};
use crate::nearest::nearest;

/// The name of a knob has so many letters at most, or there is no room for it beside its slider.
const LONGEST_NAME: usize = 12;

/// A runtime has no more workers than this.
const MOST_WORKERS: u64 = 256;

/// Looks for the first mistake.
pub(super) fn check(course: &Course, text: &str, surroundings: &Surroundings) -> Result<(), CourseError> {
    if course.exercises.is_empty() {
        return Err(CourseError::at("exercises", text, "the course has no exercise", "describe at least one"));
    }
    names_differ(course, text)?;
    for (number, exercise) in course.exercises.iter().enumerate() {
        let entry = Entry { course, number, exercise, text };
        entry.problem_exists(surroundings)?;
        entry.prerequisites_come_first()?;
        entry.numbers_make_sense()?;
        entry.knobs_make_sense()?;
        entry.rubric_makes_sense()?;
    }
    Ok(())
}

fn names_differ(course: &Course, text: &str) -> Result<(), CourseError> {
    for (second, exercise) in course.exercises.iter().enumerate() {
        let Some(first) = course.exercises[..second].iter().position(|earlier| earlier.name == exercise.name) else {
            continue;
        };
        let place_of_first = super::Place::of(&format!("exercises/{first}/name"), text);
        let first = place_of_first.map(|place| place.to_string()).unwrap_or_default();
        return Err(CourseError::at(
            &format!("exercises/{second}/name"),
            text,
            format!("a second exercise with the name `{}`", exercise.name),
            format!("the first one is at {first}; rename one of them, or take it out"),
        ));
    }
    Ok(())
}

/// One exercise in its course.
struct Entry<'a> {
    course: &'a Course,
    number: usize,
    exercise: &'a Exercise,
    text: &'a str,
}

impl Entry<'_> {
    /// A mistake at a value of this exercise.
    fn mistake(&self, path: &str, problem: impl Into<String>, mend: impl Into<String>) -> CourseError {
        CourseError::at(&format!("exercises/{}/{path}", self.number), self.text, problem, mend)
    }

    /// Refuses a value of this exercise that is not `sound`.
    fn demand(&self, sound: bool, path: &str, problem: impl Into<String>, mend: &str) -> Result<(), CourseError> {
        if sound { Ok(()) } else { Err(self.mistake(path, problem, mend)) }
    }

    fn problem_exists(&self, surroundings: &Surroundings) -> Result<(), CourseError> {
        let name = self.exercise.name.as_str();
        let problems = &surroundings.problems;
        if !problems.contains(&name) {
            let mend = match nearest(name, problems.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "a new problem is added in `src/problems`; so far there are {}",
                    list(problems.iter().copied())
                ),
            };
            return Err(self.mistake("name", format!("there is no problem `{name}`"), mend));
        }
        let source = format!("exercises/{name}.rs");
        if !(surroundings.has_file)(&source) {
            let mend = format!("restore it with `git checkout {source}`, or take the exercise out of the course");
            return Err(self.mistake("name", format!("the exercise `{name}` has no file {source}"), mend));
        }
        Ok(())
    }

    fn prerequisites_come_first(&self) -> Result<(), CourseError> {
        let name = self.exercise.name.as_str();
        for (index, earlier) in self.exercise.after.iter().enumerate() {
            let path = format!("after/{index}");
            let Some(position) = self.position(earlier) else {
                let others =
                    self.course.exercises.iter().map(|other| other.name.as_str()).filter(|&other| other != name);
                let mend = match nearest(earlier, others.clone()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("name one of {}, or none", list(others)),
                };
                return Err(self.mistake(
                    &path,
                    format!("there is no exercise `{earlier}` to come before `{name}`"),
                    mend,
                ));
            };
            if let Some(circle) = self.circle_through(earlier) {
                let problem = format!("prerequisites in a circle: {}", circle.join(" after "));
                return Err(self.mistake(&path, problem, "take one of these prerequisites out"));
            }
            let mend = format!("move `{earlier}` above `{name}`: exercises stand in the order of the course");
            self.demand(
                position < self.number,
                &path,
                format!("`{name}` stands before its prerequisite `{earlier}`"),
                &mend,
            )?;
        }
        Ok(())
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.course.exercises.iter().position(|exercise| exercise.name == name)
    }

    /// The names along a circle that begins with this exercise and its prerequisite `first`, if there is one.
    fn circle_through<'a>(&'a self, first: &'a str) -> Option<Vec<&'a str>> {
        let goal = self.exercise.name.as_str();
        let mut seen = vec![first];
        let mut paths = vec![vec![goal, first]];
        while let Some(path) = paths.pop() {
            let last = path[path.len() - 1];
            if last == goal {
                return Some(path);
            }
            let Some(position) = self.position(last) else { continue };
            for next in &self.course.exercises[position].after {
                if !seen.contains(&next.as_str()) {
                    seen.push(next);
                    paths.push(path.iter().copied().chain([next.as_str()]).collect());
                }
            }
        }
        None
    }

    fn numbers_make_sense(&self) -> Result<(), CourseError> {
        let Exercise { sizes, limits, rounds, .. } = self.exercise;
        self.demand(sizes.small > 0, "sizes/small", "the small size is 0", "write at least 1")?;
        self.demand(sizes.graded > 0, "sizes/graded", "the graded size is 0", "write at least 1")?;
        self.demand(
            sizes.small <= sizes.graded,
            "sizes/small",
            "the small size is larger than the graded one",
            "exchange them",
        )?;
        let time_to_run = limits.seconds.is_finite() && limits.seconds > 0.0;
        let problem = format!("a run cannot end within {} seconds", limits.seconds);
        self.demand(time_to_run, "limits/seconds", problem, "write a number above 0, such as 10")?;
        self.demand(
            limits.megabytes > 0,
            "limits/megabytes",
            "a run cannot do without memory",
            "write a number such as 2048",
        )?;
        self.demand(*rounds > 0, "rounds", "a race of 0 rounds tells nothing", "write at least 1; 9 is a good number")
    }

    fn knobs_make_sense(&self) -> Result<(), CourseError> {
        let knobs = &self.exercise.knobs;
        for (index, knob) in knobs.iter().enumerate() {
            let path = format!("knobs/{index}");
            if let Some(first) = knobs[..index].iter().find(|earlier| earlier.kind() == knob.kind()) {
                let problem = match knob.kind() {
                    KnobKind::Program => {
                        format!("`{}` and `{}` cannot both be the program's own number", first.name, knob.name)
                    }
                    _ => format!("a second knob `{}`", knob.name),
                };
                let mend = format!(
                    "take one of the two out; the knobs of the run are called `{}` and `{}`, any other name is what `sweep(..)` returns",
                    knob::WORKERS,
                    knob::SIZE
                );
                return Err(self.mistake(&format!("{path}/name"), problem, mend));
            }
            let length = knob.name.chars().count();
            self.demand(
                (1..=LONGEST_NAME).contains(&length),
                &format!("{path}/name"),
                format!("a knob's name of {length} letters"),
                &format!("write one of 1 to {LONGEST_NAME} letters, such as `batch`"),
            )?;
            self.values_make_sense(knob, &path)?;
            self.usual_value_makes_sense(knob, &path)?;
        }
        Ok(())
    }

    fn values_make_sense(&self, knob: &Knob, path: &str) -> Result<(), CourseError> {
        let Knob { name, values, .. } = knob;
        let at = |index: usize| format!("{path}/values/{index}");
        let few = format!("`{name}` has {} to try", if values.is_empty() { "no value" } else { "only one value" });
        self.demand(values.len() > 1, &format!("{path}/values"), few, "write two or more, such as `[1, 10, 100]`")?;
        if let Some(index) = (1..values.len()).find(|&index| values[index - 1] >= values[index]) {
            let problem = format!("`{name}` goes from {} to {}", values[index - 1], values[index]);
            return Err(self.mistake(&at(index), problem, "write the values from small to large, each of them once"));
        }
        self.demand(values[0] > 0, &at(0), format!("`{name}` cannot be 0"), "begin with 1 or more")?;
        let last = values.len() - 1;
        let sound = knob.kind() != KnobKind::Workers || values[last] <= MOST_WORKERS;
        let problem = format!("{} workers are more than a runtime has", values[last]);
        self.demand(sound, &at(last), problem, &format!("end with {MOST_WORKERS} or fewer"))
    }

    /// The program's own number has to have one, which for the others follows from what is graded.
    fn usual_value_makes_sense(&self, knob: &Knob, path: &str) -> Result<(), CourseError> {
        let Knob { name, values, usual, .. } = knob;
        let graded = self.exercise.sizes.graded;
        match (knob.kind(), usual) {
            (KnobKind::Program, None) => {
                let problem = format!("nothing says which value of `{name}` is the usual one");
                Err(self.mistake(path, problem, "add a line `usual: ..` with one of its values"))
            }
            (KnobKind::Program, Some(usual)) => {
                let problem = format!("the usual {usual} is not among the values of `{name}`");
                self.demand(
                    values.contains(usual),
                    &format!("{path}/usual"),
                    problem,
                    "add it there, or choose one of them",
                )
            }
            (KnobKind::Workers | KnobKind::Size, Some(_)) => {
                let problem = format!("the usual value of `{name}` cannot be chosen: it is what is graded");
                Err(self.mistake(&format!("{path}/usual"), problem, "take this line out"))
            }
            (KnobKind::Size, None) => {
                let problem = format!("the graded size, {graded}, is not among the values of `{name}`");
                self.demand(values.contains(&graded), &format!("{path}/values"), problem, "add it there")
            }
            (KnobKind::Workers, None) => Ok(()),
        }
    }

    fn rubric_makes_sense(&self) -> Result<(), CourseError> {
        let rubric = &self.exercise.rubric;
        let is_share = rubric.share > 0.0 && rubric.share <= 1.0;
        let problem = format!("a share of {} of what the probe gives cannot be asked for", rubric.share);
        self.demand(is_share, "rubric/share", problem, "write a number above 0 and at most 1, such as 0.85")?;
        for (index, part) in rubric.structure.iter().enumerate() {
            self.bounds_make_sense(part, &format!("rubric/structure/{index}"))?;
        }
        let points = "give points for `correct`, `structure` or `speed`";
        self.demand(rubric.max_points() > 0, "rubric", "there are no points to win", points)
    }

    fn bounds_make_sense(&self, part: &Structure, path: &str) -> Result<(), CourseError> {
        match (part.at_least, part.at_most) {
            (None, None) => {
                Err(self.mistake(path, "a measure without a bound", "add `at_least: ..` or `at_most: ..`, or both"))
            }
            (Some(least), Some(most)) => {
                let problem = format!("no number is at least {least} and at most {most}");
                self.demand(least <= most, &format!("{path}/at_least"), problem, "exchange them")
            }
            _ => Ok(()),
        }
    }
}
