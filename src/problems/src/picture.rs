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

/// The U of a sweep: seconds against the number that was varied, both axes logarithmic, the fastest marked. The serial
/// program's time is a line across, if it is known.
///
/// `points` are `(number, seconds)`, in any order; those that have no logarithm are left out.
///
/// ```
/// let plot = problems::picture::sweep_plot(&[(1_000, 0.25), (100_000, 0.19), (50_000_000, 0.38)], Some(0.37));
/// assert_eq!(plot.x.labels, ["1,000", "10,000", "100,000", "1,000,000", "10,000,000", "100,000,000"]);
/// assert_eq!(plot.y.labels, ["100 ms", "1 s"]);
/// assert_eq!(plot.layers.last().unwrap().points, [(5.0, 0.19_f64.log10())]);
/// ```
#[must_use]
pub fn sweep_plot(points: &[(u64, f64)], serial: Option<f64>) -> Plot {
    let has_logarithm = |seconds: f64| seconds > 0.0 && seconds.is_finite();
    let mut points: Vec<(f64, f64)> = points
        .iter()
        .filter(|&&(number, seconds)| number > 0 && has_logarithm(seconds))
        .map(|&(number, seconds)| ((number as f64).log10(), seconds.log10()))
        .collect();
    points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let serial = serial.filter(|&seconds| has_logarithm(seconds)).map(f64::log10);
    let fastest: Vec<_> = points.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).into_iter().collect();
    let number = |decade: i32| {
        u32::try_from(decade).ok().and_then(|power| 10_u64.checked_pow(power)).map_or_else(String::new, count)
    };
    let seconds = |decade: i32| nanoseconds(10_f64.powi(decade + 9));
    let x = decades("sweep", points.iter().map(|point| point.0), number);
    let y = decades("time", points.iter().map(|point| point.1).chain(serial), seconds);
    let across = serial.into_iter().flat_map(|serial| x.bounds.map(|end| (end, serial))).collect();
    Plot {
        title: "time against the number that is varied".to_owned(),
        layers: vec![
            Layer { ink: Ink::Guide, shape: Shape::Line, points: across },
            Layer { ink: Ink::Main, shape: Shape::Line, points: points.clone() },
            Layer { ink: Ink::Main, shape: Shape::Points, points },
            Layer { ink: Ink::Other, shape: Shape::Points, points: fastest },
        ],
        x,
        y,
    }
}

/// A logarithmic axis from one power of ten to another, so that its evenly spaced labels are powers of ten.
pub(crate) fn decades(
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
            let plot = sweep_plot(points, points.first().map(|point| point.1));
            assert!(plot.x.bounds[0] < plot.x.bounds[1] && plot.y.bounds[0] < plot.y.bounds[1], "{points:?}");
            assert_eq!(plot.x.labels.len() as f64, plot.x.bounds[1] - plot.x.bounds[0] + 1.0);
        }
    }
}
