//! Pictures as data: what to draw, not how. The grader draws them, as text and as PNG.

use trace::text::{count, nanoseconds};

/// A picture: panels side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// What the numbers say, a line each.
    pub caption: Vec<String>,
    /// Drawn from left to right.
    pub panels: Vec<Panel>,
}

/// One part of a picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Panel {
    /// Points, lines and columns over two axes.
    Plot(Plot),
    /// Numbers as horizontal bars, each with its name.
    Bars(Bars),
    /// Pixels.
    Image(Image),
}

/// Points, lines and columns over two axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// What is seen.
    pub title: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// Drawn one over the other.
    pub layers: Vec<Layer>,
}

/// Numbers as horizontal bars, from the top down. The longest bar is the largest number.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// What is seen.
    pub title: String,
    /// Each bar's name and number; a number is zero or more.
    pub rows: Vec<(String, f64)>,
}

/// Pixels, row by row from the top left.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// What is seen.
    pub title: String,
    /// Pixels in a row; above zero.
    pub width: usize,
    /// Red, green and blue of each pixel; a whole number of rows.
    pub pixels: Vec<[u8; 3]>,
    /// Letters left of rows of pixels: the row, counted from the top, and its letter. What colours tell is to be readable without
    /// them, too.
    pub marks: Vec<(usize, char)>,
}

/// An axis: its ends, in the units of the points (the logarithm, where the axis is logarithmic), and what is written beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it measures; may be empty.
    pub title: String,
    /// Left or lower end, right or upper end.
    pub bounds: [f64; 2],
    /// What is written along it, evenly spaced from end to end.
    pub labels: Vec<String>,
}

/// Something drawn in one colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Its colour.
    pub ink: Ink,
    /// How the points are drawn.
    pub shape: Shape,
    /// Where.
    pub points: Vec<(f64, f64)>,
}

/// How the points of a layer are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One by one; where there are few, large: each of them means something.
    Points,
    /// One by one, each as small as can be, however few there are: they are a sample of many.
    Dots,
    /// As a line from point to point.
    Line,
    /// As columns that stand on the horizontal axis, one a point: a histogram.
    Columns,
}

/// Colours by their meaning; the reader of the picture picks the shade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The result.
    Main,
    /// What it is set against.
    Other,
    /// Bounds, arcs, guides.
    Guide,
}

/// A sweep: seconds against the value of the knob `name`, the fastest marked. `values` are all that are tried, rising, and say how
/// wide the plot is; `points` and `serial`, the serial program's line, are `(value, seconds)`; a guide stands `at` a value.
///
/// Values stand in decades, or in doublings where they are near each other; times stand evenly, or in decades where they differ
/// more than tenfold. What has no place on such axes is left out.
///
/// ```
/// use problems::picture::sweep_plot;
/// let values = [1_000, 100_000, 50_000_000];
/// let serial = values.map(|value| (value, 0.37));
/// let plot = sweep_plot("batch", &values, &[(1_000, 0.25), (100_000, 0.19), (50_000_000, 0.38)], &serial, None);
/// assert_eq!(plot.x.labels, ["1,000", "10,000", "100,000", "1,000,000", "10,000,000", "100,000,000"]);
/// assert_eq!(plot.y.labels, ["150 ms", "200 ms", "250 ms", "300 ms", "350 ms", "400 ms"]);
/// assert_eq!(plot.layers.last().unwrap().points, [(5.0, 0.19)]);
/// ```
#[must_use]
pub fn sweep_plot(name: &str, values: &[u64], points: &[(u64, f64)], serial: &[(u64, f64)], at: Option<u64>) -> Plot {
    let (x, across) = axis_of_values(values);
    let seconds = |&(value, seconds): &(u64, f64)| (value > 0 && has_logarithm(seconds)).then_some(seconds);
    let (y, up) = axis_of_times(points.iter().chain(serial).filter_map(seconds));
    let placed = |points: &[(u64, f64)]| -> Vec<(f64, f64)> {
        points.iter().filter_map(|point| Some((across(point.0), up(seconds(point)?)))).collect()
    };
    let (points, serial) = (placed(points), placed(serial));
    let guide = at.filter(|&value| value > 0).into_iter();
    let guide = guide.flat_map(|value| y.bounds.map(|end| (across(value), end))).collect();
    let fastest = points.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).into_iter().collect();
    Plot {
        title: format!("time against {name}; no dots: serial"),
        layers: vec![
            Layer { ink: Ink::Guide, shape: Shape::Line, points: serial },
            Layer { ink: Ink::Guide, shape: Shape::Line, points: guide },
            Layer { ink: Ink::Main, shape: Shape::Line, points: points.clone() },
            Layer { ink: Ink::Main, shape: Shape::Points, points },
            Layer { ink: Ink::Other, shape: Shape::Points, points: fastest },
        ],
        x,
        y,
    }
}

/// The axis of a knob's values, and where on it each is.
fn axis_of_values(values: &[u64]) -> (Axis, fn(u64) -> f64) {
    let [low, high] = [values.first(), values.last()].map(|end| end.copied().unwrap_or(1).max(1));
    let logarithm: fn(u64) -> f64 =
        if high / low < 100 { |value| (value as f64).log2() } else { |value| (value as f64).log10() };
    let base: u64 = if high / low < 100 { 2 } else { 10 };
    let label = |power: i32| {
        u32::try_from(power).ok().and_then(|power| base.checked_pow(power)).map_or_else(String::new, count)
    };
    (powers("", [low, high].map(logarithm).into_iter(), label), logarithm)
}

/// The axis of these times, and where on it each is.
fn axis_of_times(seconds: impl Iterator<Item = f64>) -> (Axis, fn(f64) -> f64) {
    let text = |seconds: f64| nanoseconds(seconds * 1e9);
    let (low, high) = seconds.fold((f64::INFINITY, 0.0_f64), |(low, high), time| (low.min(time), high.max(time)));
    if high / low > 10.0 {
        let logarithms = [low, high].map(f64::log10).into_iter();
        return (powers("", logarithms, |power| text(10_f64.powi(power))), f64::log10);
    }
    let (low, high) = if low < high { (low, high) } else { (0.0, if high > 0.0 { high } else { 1.0 }) };
    let step = round_step((high - low) / 5.0);
    let (first, last) = ((low / step).floor(), (high / step).ceil());
    let labels = (0..=(last - first) as u32).map(|number| text((first + f64::from(number)) * step)).collect();
    (Axis { title: String::new(), bounds: [first * step, last * step], labels }, |seconds| seconds)
}

/// The smallest of .., 0.5, 1, 2, 5, 10, 20, 50, .. that is not below `least`: what is from mark to mark of an even axis.
///
/// ```
/// let steps = [0.03, 1.0, 1.1, 7.0, 2_300_000.0].map(problems::picture::round_step);
/// assert_eq!(steps, [0.05, 1.0, 2.0, 10.0, 5_000_000.0]);
/// ```
#[must_use]
pub fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0].map(|factor| factor * power);
    steps.into_iter().find(|&step| step >= least * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

fn has_logarithm(seconds: f64) -> bool {
    seconds > 0.0 && seconds.is_finite()
}

/// A logarithmic axis from one power of the base to another, so that its evenly spaced labels are powers.
pub(crate) fn powers(
    title: &str,
    logarithms: impl Iterator<Item = f64> + Clone,
    label: impl Fn(i32) -> String,
) -> Axis {
    let low = logarithms.clone().min_by(f64::total_cmp).map_or(0, |low| low.floor() as i32);
    let high = logarithms.max_by(f64::total_cmp).map_or(1, |high| high.ceil() as i32).max(low + 1);
    Axis {
        title: title.to_owned(),
        bounds: [f64::from(low), f64::from(high)],
        labels: (low..=high).map(label).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_copes_with_few_and_odd_points() {
        for points in [&[][..], &[(1, 1.0)], &[(0, 0.1), (10, 0.0), (100, f64::NAN)], &[(u64::MAX, 1e-12), (1, 1e12)]] {
            for values in [&[][..], &[1, 2], &[0, u64::MAX]] {
                let plot = sweep_plot("n", values, points, points, points.first().map(|point| point.0));
                for axis in [&plot.x, &plot.y] {
                    assert!(axis.bounds[0] < axis.bounds[1] && axis.labels.len() > 1, "{points:?} {axis:?}");
                }
                assert!(
                    plot.layers.iter().flat_map(|layer| &layer.points).all(|(x, y)| x.is_finite() && y.is_finite())
                );
            }
        }
    }

    #[test]
    fn few_values_stand_in_doublings_and_times_that_differ_much_in_decades() {
        let plot = sweep_plot("workers", &[1, 2, 3, 8], &[(1, 0.4), (2, 0.02)], &[], Some(2));
        assert_eq!((plot.x.labels, plot.x.bounds), (["1", "2", "4", "8"].map(str::to_owned).to_vec(), [0.0, 3.0]));
        assert_eq!(plot.y.labels, ["10 ms", "100 ms", "1 s"]);
        assert_eq!(plot.layers[1].points, [(1.0, -2.0), (1.0, 0.0)]);
    }
}
