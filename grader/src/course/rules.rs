//! What makes a course sound, beyond the types of its values.

use super::{Course, CourseError, Exercise, Structure, Surroundings, list};
use crate::nearest::nearest;

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
