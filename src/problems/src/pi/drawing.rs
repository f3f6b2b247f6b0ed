//! The darts, and how the estimate settles: all at once, or as they are thrown.

use std::f64::consts::{FRAC_PI_2, PI};

use trace::text::count;

use super::{hits, is_hit, standard_error, throw};
use crate::{
    film::Moment,
    picture::{Axis, Ink, Layer, Panel, Picture, Plot, Shape},
    random::SplitMix64,
};

/// So many darts are drawn one by one.
const DRAWN: u64 = 2_000;

/// The running estimate is followed so far; it is enough to see the band shrink, and takes some milliseconds.
const FOLLOWED: u64 = 2_000_000;

/// Steps of the running estimate for each factor of ten.
const STEPS_PER_DECADE: i32 = 20;

/// The picture of `hits` among that many darts. The count is the student's: it may be anything.
pub(super) fn picture(seed: u64, darts: u64, hits: u64) -> Picture {
    let estimate = estimate(hits, darts);
    let error = standard_error(darts as f64);
    let off = (estimate - PI).abs() / error;
    let side = if estimate < PI { "below" } else { "above" };
    Picture {
        caption: vec![
            format!("{} hits of {} darts: pi is about {estimate:.6}", count(hits), count(darts)),
            format!("Its standard error is {error:.6}; it lies {off:.1} of these {side} pi."),
        ],
        panels: vec![
            Panel::Plot(square(format!("{} of the darts", count(darts.min(DRAWN))), chosen(seed, darts))),
            Panel::Plot(settling(darts, |steps| running(seed, darts, steps), vec![((darts as f64).log10(), estimate)])),
        ],
    }
}

fn estimate(hits: u64, darts: u64) -> f64 {
    4.0 * hits as f64 / darts as f64
}

/// Some of the darts, evenly chosen: every batch has its share of them.
fn chosen(seed: u64, darts: u64) -> Vec<(f64, f64)> {
    let shown = darts.min(DRAWN);
    let number = |place: u64| (u128::from(darts) * u128::from(place) / u128::from(shown)) as u64;
    (0..shown).map(|place| throw(&mut SplitMix64::at(seed, number(place).wrapping_mul(2)))).collect()
}

/// Some darts, and the arc.
fn square(title: String, darts: Vec<(f64, f64)>) -> Plot {
    let (inside, outside) = darts.into_iter().partition(|&dart| is_hit(dart));
    let arc = (0..=90).map(|degree| f64::from(degree) / 90.0 * FRAC_PI_2).map(|angle| (angle.cos(), angle.sin()));
    let unit = || Axis { title: String::new(), bounds: [0.0, 1.0], labels: vec!["0".into(), "1".into()] };
    Plot {
        title,
        x: unit(),
        y: unit(),
        layers: vec![
            Layer { ink: Ink::Other, shape: Shape::Dots, points: outside },
            Layer { ink: Ink::Main, shape: Shape::Dots, points: inside },
            Layer { ink: Ink::Guide, shape: Shape::Line, points: arc.collect() },
        ],
    }
}

/// The first number of darts that has an estimate worth drawing, as a power of ten.
const FIRST_DECADE: i32 = 3;

/// The estimate against the number of darts on a logarithmic axis, in a band of two standard errors around pi. `way` makes the line
/// for the places on the axis that it is given.
fn settling(darts: u64, way: impl FnOnce(&[f64]) -> Vec<(f64, f64)>, last: Vec<(f64, f64)>) -> Plot {
    let end = (darts as f64).log10().max(f64::from(FIRST_DECADE));
    // A little above a power of ten is still that power.
    let last_decade = ((end - 0.01).ceil() as i32).max(FIRST_DECADE + 1);
    let steps: Vec<f64> = (FIRST_DECADE * STEPS_PER_DECADE..=last_decade * STEPS_PER_DECADE)
        .map(|step| f64::from(step) / f64::from(STEPS_PER_DECADE))
        .collect();
    let band = |sign: f64| Layer {
        ink: Ink::Guide,
        shape: Shape::Line,
        points: steps.iter().map(|&step| (step, PI + sign * 2.0 * standard_error(10_f64.powf(step)))).collect(),
    };
    let half = 2.5 * standard_error(10_f64.powi(FIRST_DECADE));
    Plot {
        title: "the estimate as darts arrive, in a band of 2 standard errors".to_owned(),
        x: Axis {
            title: "darts".to_owned(),
            bounds: [f64::from(FIRST_DECADE), f64::from(last_decade).max(end)],
            labels: (FIRST_DECADE..=last_decade).map(|decade| count(10_u64.pow(decade as u32))).collect(),
        },
        y: Axis {
            title: "pi".to_owned(),
            bounds: [PI - half, PI + half],
            labels: [-half, 0.0, half].iter().map(|off| format!("{:.3}", PI + off)).collect(),
        },
        layers: vec![
            band(-1.0),
            band(1.0),
            Layer { ink: Ink::Main, shape: Shape::Line, points: way(&steps) },
            Layer { ink: Ink::Main, shape: Shape::Points, points: last },
        ],
    }
}

/// The estimate after 10^step darts for each of the rising steps, as far as it is followed.
fn running(seed: u64, darts: u64, steps: &[f64]) -> Vec<(f64, f64)> {
    let mut thrown = 0;
    let mut total = 0;
    let mut points = Vec::new();
    for &step in steps {
        let end = 10_f64.powf(step).round() as u64;
        if end > darts.min(FOLLOWED) {
            break;
        }
        total += hits(seed, thrown..end);
        thrown = end;
        points.push((step, estimate(total, end)));
    }
    points
}

/// The darts of a case are counted in so many groups.
const GROUPS: u64 = 500;

/// Darts, and hits among them, in the order of their numbers: to see them arrive as the tasks throw them.
pub(super) struct Thrown {
    darts: u64,
    chosen: Vec<(f64, f64)>,
    /// How many darts each group has, and how many of them hit, as far as they are followed.
    groups: Vec<(u64, f64)>,
}

impl Thrown {
    pub(super) fn of(seed: u64, darts: u64) -> Self {
        let groups = darts.min(GROUPS);
        let cut = |group: u64| (u128::from(darts) * u128::from(group) / u128::from(groups)) as u64;
        let group = |group: u64| {
            let (first, length) = (cut(group), cut(group + 1) - cut(group));
            let followed = length.min(FOLLOWED / GROUPS);
            (length, hits(seed, first..first + followed) as f64 * length as f64 / followed as f64)
        };
        Self { darts, chosen: chosen(seed, darts), groups: (0..groups).map(group).collect() }
    }

    /// The picture of a moment.
    pub(super) fn picture(&self, moment: &Moment<'_, u64>) -> Picture {
        let way = self.way(moment);
        let by_now = |place: usize, all: usize| moment.is_done(place, all);
        let shown = self.chosen.len();
        let darts: Vec<_> = (0..shown).filter(|&place| by_now(place, shown)).map(|place| self.chosen[place]).collect();
        let last = way.last().copied();
        let caption = match last {
            Some((thrown, estimate)) => vec![
                format!(
                    "{} of {} darts are thrown: so far, pi is about {estimate:.5}",
                    count(thrown as u64),
                    count(self.darts)
                ),
                format!("Of so many, the standard error is {:.5}; pi is {PI:.5}.", standard_error(thrown)),
            ],
            None => vec![format!("{} darts are to be thrown.", count(self.darts)), format!("pi is {PI:.5}.")],
        };
        let drawn: Vec<_> = way
            .into_iter()
            .map(|(thrown, estimate)| (thrown.log10(), estimate))
            .filter(|(step, _)| *step >= f64::from(FIRST_DECADE))
            .collect();
        let last = drawn.last().copied().into_iter().collect();
        Picture {
            caption,
            panels: vec![
                Panel::Plot(square(format!("{} of the darts thrown so far", count(darts.len() as u64)), darts)),
                Panel::Plot(settling(self.darts, |_| drawn, last)),
            ],
        }
    }

    /// How many darts were thrown, and the estimate from these, after each group that was done by then.
    fn way(&self, moment: &Moment<'_, u64>) -> Vec<(f64, f64)> {
        let groups = self.groups.len();
        let mut done: Vec<(f64, usize)> =
            (0..groups).filter_map(|group| Some((moment.done_at(group, groups)?, group))).collect();
        done.sort_unstable_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        let (mut thrown, mut hit) = (0.0, 0.0);
        let mut after = |(_, group): (f64, usize)| {
            let (darts, hits) = self.groups[group];
            (thrown, hit) = (thrown + darts as f64, hit + hits);
            (thrown, 4.0 * hit / thrown)
        };
        done.into_iter().map(&mut after).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_the_darts_and_the_settling_estimate() {
        let (seed, darts) = (1, 1_000_002);
        let picture = picture(seed, darts, hits(seed, 0..darts));
        let [Panel::Plot(square), Panel::Plot(settling)] = &picture.panels[..] else { panic!("two plots are drawn") };

        let [outside, inside, arc] = &square.layers[..] else { panic!("three layers: {square:?}") };
        assert_eq!((outside.points.len() + inside.points.len()) as u64, DRAWN);
        assert_eq!(square.title, "2,000 of the darts");
        let share = inside.points.len() as f64 / DRAWN as f64;
        assert!((share - PI / 4.0).abs() < 0.03, "{share}");
        assert!(arc.points.iter().all(|(x, y)| (x * x + y * y - 1.0).abs() < 1e-12));

        assert_eq!(settling.x.labels, ["1,000", "10,000", "100,000", "1,000,000"]);
        let estimates = &settling.layers[2].points;
        assert_eq!(estimates.last(), Some(&(6.0, estimate(hits(seed, 0..1_000_000), 1_000_000))));
        assert!(picture.caption[0].contains("1,000,002 darts: pi is about 3.1"), "{:?}", picture.caption);
    }

    #[test]
    fn draws_any_count_of_any_number_of_darts() {
        for darts in [1, 999, 12_345, 3_000_000] {
            for hits in [0, darts, u64::MAX] {
                for panel in picture(5, darts, hits).panels {
                    let Panel::Plot(plot) = panel else { panic!("only plots are drawn") };
                    assert!(plot.x.bounds[0] < plot.x.bounds[1] && plot.y.bounds[0] < plot.y.bounds[1]);
                    let points = plot.layers.iter().flat_map(|layer| &layer.points);
                    assert!(points.flat_map(|&(x, y)| [x, y]).all(f64::is_finite));
                }
            }
        }
    }
}
