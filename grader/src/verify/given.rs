//! The given half of an exercise, tried: does its verifier tell right from wrong, and does its picture show anything?

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::anyhow;
use problems::{
    Case, Given,
    picture::{Panel, Picture},
};
use trace::Record;

use crate::{check, course::Exercise, race};

/// The seeds of the cases that are tried: a few, as two of them may have the same answer by chance.
const SEEDS: [u64; 3] = [1, 2, 3];

/// What was looked at, and what is to be mended.
type Looked = (&'static str, anyhow::Result<Vec<String>>);

/// Runs the serial baseline on a few small cases, and looks at what becomes of its answers.
pub(super) fn look(exercise: &Exercise) -> Vec<Looked> {
    let outputs = outputs(exercise);
    let (Ok(outputs), Some(problem)) = (&outputs, problems::find(&exercise.name)) else {
        return vec![("baseline", outputs.map(|_| Vec::new()))];
    };
    vec![("verifier", verifier(problem, outputs)), ("picture", picture(problem, outputs))]
}

type Answered = (Case, Vec<u8>);

fn outputs(exercise: &Exercise) -> anyhow::Result<Vec<Answered>> {
    let case = |seed| Case { seed, ..race::fresh_case(exercise.sizes.small, check::workers()) };
    SEEDS.map(case).into_iter().map(|case| Ok((case.clone(), check::serial_once(exercise, &case)?.0))).collect()
}

fn verifier(problem: &dyn Given, outputs: &[Answered]) -> anyhow::Result<Vec<String>> {
    let (case, right) = &outputs[0];
    let verify = |got: &[u8]| caught("verify", || problem.verify(case, right, got, &Record::default()));
    let mut complaints = Vec::new();
    if let Err(message) = verify(right)? {
        complaints.push(format!("`verify` refuses the serial baseline's own answer: {message}"));
    }
    let mut refusals = Vec::new();
    for (_, other) in &outputs[1..] {
        refusals.extend(verify(other)?.err());
    }
    if refusals.is_empty() {
        complaints.push("`verify` takes the answers of other seeds for right".to_owned());
    }
    complaints.extend(refusals.iter().any(String::is_empty).then(|| "`verify` refuses without a message".to_owned()));
    Ok(complaints)
}

fn picture(problem: &dyn Given, outputs: &[Answered]) -> anyhow::Result<Vec<String>> {
    let (case, output) = &outputs[0];
    let picture = caught("picture", || problem.picture(case, output))?;
    Ok(match picture {
        None => vec!["there is none for the serial baseline's answer".to_owned()],
        Some(picture) => complaints_about(&picture),
    })
}

fn complaints_about(picture: &Picture) -> Vec<String> {
    let mut complaints = Vec::new();
    if !picture.panels.iter().any(draws) {
        complaints.push("it draws nothing".to_owned());
    }
    if picture.caption.iter().all(|line| line.trim().is_empty()) {
        complaints.push("it has no caption: a line or two that say what the numbers mean".to_owned());
    }
    complaints
}

fn draws(panel: &Panel) -> bool {
    match panel {
        Panel::Plot(plot) => plot.layers.iter().any(|layer| !layer.points.is_empty()),
        Panel::Bars(bars) => !bars.rows.is_empty(),
        Panel::Image(image) => !image.pixels.is_empty(),
    }
}

/// Runs a part of the given half that may not be finished.
fn caught<T>(part: &str, run: impl FnOnce() -> T) -> anyhow::Result<T> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        anyhow!("`{part}` panics: {}", text.unwrap_or("without a message"))
    })
}

#[cfg(test)]
mod tests {
    use problems::picture::Image;

    use super::*;

    #[test]
    fn an_empty_picture_draws_nothing() {
        assert_eq!(complaints_about(&Picture::default()).len(), 2);
        let image =
            |pixels: Vec<[u8; 3]>| Panel::Image(Image { title: String::new(), width: 1, pixels, marks: Vec::new() });
        let picture = |panel| Picture { caption: vec!["A dot.".to_owned()], panels: vec![panel] };
        assert_eq!(complaints_about(&picture(image(Vec::new()))), ["it draws nothing"]);
        assert_eq!(complaints_about(&picture(image(vec![[0; 3]]))), [""; 0]);
    }

    #[test]
    fn a_part_that_is_not_finished_is_told() {
        assert_eq!(caught("verify", || 7).unwrap(), 7);
        let error = caught("picture", || -> u64 { panic!("not yet") }).unwrap_err();
        assert_eq!(error.to_string(), "`picture` panics: not yet");
    }
}
