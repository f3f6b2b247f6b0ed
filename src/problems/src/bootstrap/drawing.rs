//! The means as a histogram, beside some that are drawn again one after the other; or beside the grades, while they are drawn.

use trace::text::count;

use super::mean_of_resample;
use crate::{
    film::Moment,
    picture::{Axis, Ink, Layer, Panel, Picture, Plot, Shape},
};

const BINS: usize = 60;

/// So many are drawn again for the picture; it takes some milliseconds. A histogram of more looks the same.
const DRAWN_AGAIN: usize = 20_000;

/// The axis goes so many standard deviations to each side of the mean.
const REACH: f64 = 4.0;

/// The picture of `means`. They are the student's: any number of anything.
pub(super) fn picture(grades: &[f64], seed: u64, resamples: usize, means: &[f64]) -> Picture {
    let again: Vec<f64> = (0..resamples.min(DRAWN_AGAIN)).map(|r| mean_of_resample(grades, seed, r)).collect();
    let same = again.iter().zip(means).filter(|(again, mean)| again.to_bits() == mean.to_bits()).count();
    let (serial, parallel) = (Summary::of(&again), Summary::of(means));
    let which = if again.len() == resamples { String::new() } else { "the first ".to_owned() };
    let axis = serial.axis();
    Picture {
        caption: vec![
            format!(
                "{} means: {:.3} on average, 95 % of them between {:.3} and {:.3}",
                count(means.len() as u64),
                parallel.mean,
                parallel.low,
                parallel.high
            ),
            format!(
                "{} of {which}{} differ from the serial program's.",
                count((again.len() - same) as u64),
                count(again.len() as u64)
            ),
        ],
        panels: vec![
            Panel::Plot(histogram(
                format!("serial, {which}{}", count(again.len() as u64)),
                Sample { measure: MEAN, ink: Ink::Other, values: &again, all: again.len() },
                &serial,
                &axis,
            )),
            Panel::Plot(histogram(
                format!("yours, {}", count(means.len() as u64)),
                Sample { measure: MEAN, ink: Ink::Main, values: means, all: means.len() },
                &parallel,
                &axis,
            )),
        ],
    }
}

/// What the means measure.
const MEAN: &str = "mean grade";

/// The means of a case: to see them arrive as the tasks draw them.
pub(super) struct Drawn {
    grades: Vec<f64>,
    resamples: usize,
    /// Those that are shown while there is no output to take them from.
    again: Vec<f64>,
}

impl Drawn {
    pub(super) fn of(grades: Vec<f64>, seed: u64, resamples: usize) -> Self {
        let again = (0..resamples.min(DRAWN_AGAIN)).map(|r| mean_of_resample(&grades, seed, r)).collect();
        Self { grades, resamples, again }
    }

    /// The picture of a moment.
    pub(super) fn picture(&self, moment: &Moment<'_, Vec<f64>>) -> Picture {
        let means = moment.output.unwrap_or(&self.again);
        let there: Vec<f64> = (0..means.len()).filter(|&r| moment.is_done(r, means.len())).map(|r| means[r]).collect();
        let (of_grades, by_now) = (Summary::of(&self.grades), Summary::of(&there));
        let done = (self.resamples as f64 * there.len() as f64 / means.len().max(1) as f64).round();
        let mut caption =
            vec![format!("{} of {} resamples are drawn.", count(done as u64), count(self.resamples as u64))];
        caption.push(match there.len() {
            0 => format!("The {} grades have a mean of {:.3}.", self.grades.len(), of_grades.mean),
            _ => format!("So far, 95 % of their means lie between {:.3} and {:.3}.", by_now.low, by_now.high),
        });
        let grades = Sample { measure: "grade", ink: Ink::Other, values: &self.grades, all: self.grades.len() };
        let sample = Sample { measure: MEAN, ink: Ink::Main, values: &there, all: means.len() };
        Picture {
            caption,
            panels: vec![
                Panel::Plot(histogram(format!("{} grades", self.grades.len()), grades, &of_grades, &of_grades.axis())),
                Panel::Plot(histogram(
                    "their resamples' means".to_owned(),
                    sample,
                    &by_now,
                    &Summary::of(&self.again).axis(),
                )),
            ],
        }
    }
}

/// What a histogram is marked with.
struct Summary {
    mean: f64,
    spread: f64,
    /// Below it are 2.5 % of the values.
    low: f64,
    /// Above it are 2.5 % of the values.
    high: f64,
}

impl Summary {
    /// Of the finite ones among the values; zeros where there are none.
    fn of(values: &[f64]) -> Self {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let number = sorted.len().max(1) as f64;
        let mean = sorted.iter().map(|value| value / number).sum::<f64>();
        let variance = sorted.iter().map(|value| (value - mean).powi(2) / number).sum::<f64>();
        let at = |share: f64| sorted.get((share * number) as usize).copied().unwrap_or_default();
        Self { mean, spread: variance.sqrt(), low: at(0.025), high: at(0.975) }
    }

    fn axis(&self) -> [f64; 2] {
        // Few or equal values have no spread of their own.
        let reach = REACH * self.spread.max(0.01);
        [self.mean - reach, self.mean + reach]
    }
}

/// What a histogram is of.
struct Sample<'a> {
    measure: &'a str,
    ink: Ink,
    values: &'a [f64],
    /// How many values there will be: the shares are of these.
    all: usize,
}

/// The share of the values in each bin of the axis, with the marks. What lies beside the axis is not drawn.
fn histogram(title: String, sample: Sample<'_>, summary: &Summary, bounds: &[f64; 2]) -> Plot {
    let Sample { measure, ink, values, all } = sample;
    let [left, right] = *bounds;
    let width = (right - left) / BINS as f64;
    let mut bins = [0_u64; BINS];
    for value in values.iter().filter(|value| (left..right).contains(*value)) {
        bins[(((value - left) / width) as usize).min(BINS - 1)] += 1;
    }
    let percent = |bin: u64| 100.0 * bin as f64 / all.max(1) as f64;
    let columns = (0_u32..).zip(bins).map(|(bin, inside)| (left + (f64::from(bin) + 0.5) * width, percent(inside)));
    // A normal distribution cut into so many bins reaches 5.3 %; the axis is the same for both, so that they can be compared.
    let top = bins.into_iter().map(percent).fold(6.0, f64::max).ceil();
    let mark = |place: f64| Layer { ink: Ink::Guide, shape: Shape::Line, points: vec![(place, 0.0), (place, top)] };
    let places = [summary.low, summary.mean, summary.high].into_iter().filter(|place| (left..right).contains(place));
    let marks = places.map(mark).filter(|_| !values.is_empty());
    Plot {
        title,
        x: Axis {
            title: measure.to_owned(),
            bounds: *bounds,
            labels: [left, f64::midpoint(left, right), right].iter().map(|place| format!("{place:.1}")).collect(),
        },
        y: Axis { title: "share".to_owned(), bounds: [0.0, top], labels: vec!["0 %".to_owned(), format!("{top} %")] },
        layers: [Layer { ink, shape: Shape::Columns, points: columns.collect() }].into_iter().chain(marks).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::grades, *};

    fn plots(picture: Picture) -> [Plot; 2] {
        let [Panel::Plot(serial), Panel::Plot(parallel)] = <[Panel; 2]>::try_from(picture.panels).expect("two panels")
        else {
            panic!("two plots are drawn")
        };
        [serial, parallel]
    }

    #[test]
    fn draws_both_with_their_marks() {
        let grades = grades(1);
        let means: Vec<f64> = (0..3_003).map(|r| mean_of_resample(&grades, 1, r)).collect();
        let picture = picture(&grades, 1, 3_003, &means);
        assert!(picture.caption[0].starts_with("3,003 means: 7"), "{:?}", picture.caption);
        assert_eq!(picture.caption[1], "0 of 3,003 differ from the serial program's.");
        let [serial, parallel] = plots(picture);
        assert_eq!(serial.layers[0].points, parallel.layers[0].points);
        for plot in [serial, parallel] {
            let [columns, low, mean, high] = &plot.layers[..] else { panic!("columns and three marks: {plot:?}") };
            assert_eq!((columns.shape, columns.points.len()), (Shape::Columns, BINS));
            assert!(columns.points.iter().map(|column| column.1).sum::<f64>() > 99.9);
            let places = [low, mean, high].map(|mark| mark.points[0].0);
            assert!(
                (0.7..1.1).contains(&(places[1] - places[0])) && (0.7..1.1).contains(&(places[2] - places[1])),
                "{places:?}"
            );
        }
    }

    #[test]
    fn says_how_many_were_drawn_again() {
        let grades = grades(2);
        let mut means: Vec<f64> = (0..25_000).map(|r| mean_of_resample(&grades, 2, r)).collect();
        means[7] = 0.0;
        means[24_000] = 0.0;
        let picture = picture(&grades, 2, 25_000, &means);
        assert_eq!(picture.caption[1], "1 of the first 20,000 differ from the serial program's.");
        assert_eq!(plots(picture).map(|plot| plot.title), ["serial, the first 20,000", "yours, 25,000"]);
    }

    #[test]
    fn draws_anything() {
        let grades = grades(3);
        let lists = [vec![], vec![f64::NAN; 10], vec![f64::INFINITY, 1e300, -1e300, 75.0], vec![75.0; 3]];
        for (means, resamples) in lists.iter().flat_map(|means| [1, 2, 100].map(|resamples| (means, resamples))) {
            for plot in plots(picture(&grades, 3, resamples, means)) {
                assert!(plot.x.bounds[0] < plot.x.bounds[1] && plot.y.bounds[0] < plot.y.bounds[1]);
                assert!(
                    plot.layers.iter().flat_map(|layer| &layer.points).all(|(x, y)| x.is_finite() && y.is_finite())
                );
            }
        }
    }
}
