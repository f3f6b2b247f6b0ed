//! The darts, and how the estimate settles.

use std::f64::consts::{FRAC_PI_2, PI};

use trace::text::count;

use super::{hits, is_hit, standard_error, throw};
use crate::{
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
        panels: vec![Panel::Plot(square(seed, darts)), Panel::Plot(settling(seed, darts, estimate))],
    }
}

fn estimate(hits: u64, darts: u64) -> f64 {
    4.0 * hits as f64 / darts as f64
}

/// The first darts, and the arc.
fn square(seed: u64, darts: u64) -> Plot {
    let shown = darts.min(DRAWN);
    let mut words = SplitMix64::at(seed, 0);
    let (inside, outside) = (0..shown).map(|_| throw(&mut words)).partition(|&dart| is_hit(dart));
    let arc = (0..=90).map(|degree| f64::from(degree) / 90.0 * FRAC_PI_2).map(|angle| (angle.cos(), angle.sin()));
    let unit = || Axis { title: String::new(), bounds: [0.0, 1.0], labels: vec!["0".into(), "1".into()] };
    Plot {
        title: format!("the first {} darts", count(shown)),
        x: unit(),
        y: unit(),
        layers: vec![
            Layer { ink: Ink::Other, shape: Shape::Points, points: outside },
            Layer { ink: Ink::Main, shape: Shape::Points, points: inside },
            Layer { ink: Ink::Guide, shape: Shape::Line, points: arc.collect() },
        ],
    }
}

/// The estimate against the number of darts on a logarithmic axis, in a band of two standard errors around pi.
fn settling(seed: u64, darts: u64, last: f64) -> Plot {
    const FIRST_DECADE: i32 = 3;
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
            Layer { ink: Ink::Main, shape: Shape::Line, points: running(seed, darts, &steps) },
            Layer { ink: Ink::Main, shape: Shape::Points, points: vec![((darts as f64).log10(), last)] },
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
        assert_eq!(inside.points.len() as u64, hits(seed, 0..DRAWN));
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
