//! The layers of a plot on a grid of dots, be a dot a part of a character or of a pixel.

use problems::picture::{Layer, Plot, Shape};

use super::axis::share;

/// So few points are drawn large: each of them means something.
const FEW: usize = 40;

/// A grid of dots, the first at the top left.
pub(super) struct Dots {
    width: usize,
    height: usize,
    /// The number of the layer that was drawn there last.
    layers: Vec<Option<u16>>,
}

/// How thick things are drawn: radii, in dots. Nothing is thinner than one dot.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    pub(super) line: usize,
    pub(super) point: usize,
    /// Points of which there are few.
    pub(super) mark: usize,
}

impl Dots {
    /// The points and lines of a plot. Columns are areas: see [`heights`].
    pub(super) fn of(plot: &Plot, width: usize, height: usize, pen: Pen) -> Self {
        let mut dots = Self { width, height, layers: vec![None; width * height] };
        for (number, layer) in (0..).zip(&plot.layers) {
            let places = layer.points.iter().map(|&(x, y)| Some((share(&plot.x, x)?, share(&plot.y, y)?)));
            match layer.shape {
                Shape::Points | Shape::Dots => {
                    let few = layer.shape == Shape::Points && layer.points.len() <= FEW;
                    let radius = if few { pen.mark } else { pen.point };
                    let inside = places.flatten().filter(|(x, y)| (0.0..=1.0).contains(x) && (0.0..=1.0).contains(y));
                    inside.for_each(|place| dots.point(place, radius, number));
                }
                Shape::Line => {
                    let places: Vec<_> = places.collect();
                    for ends in places.windows(2) {
                        let Some((from, to)) = ends[0].zip(ends[1]) else { continue };
                        dots.line(from, to, pen.line, number);
                    }
                }
                Shape::Columns => {}
            }
        }
        dots
    }

    /// The number of the layer that is seen there.
    pub(super) fn at(&self, x: usize, y: usize) -> Option<u16> {
        self.layers[y * self.width + x]
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), radius: usize, layer: u16) {
        let Some((from, to)) = clipped(from, to) else { return };
        let reach = ((to.0 - from.0) * self.width as f64).abs().max(((to.1 - from.1) * self.height as f64).abs());
        let steps = reach.ceil().max(1.0);
        for step in 0..=steps as usize {
            let along = step as f64 / steps;
            self.point((from.0 + along * (to.0 - from.0), from.1 + along * (to.1 - from.1)), radius, layer);
        }
    }

    /// A disc around a place, which is given as shares of width and height from the lower left.
    fn point(&mut self, (x, y): (f64, f64), radius: usize, layer: u16) {
        if self.layers.is_empty() {
            return;
        }
        let middle_x = (x * (self.width - 1) as f64).round() as usize;
        let middle_y = ((1.0 - y) * (self.height - 1) as f64).round() as usize;
        for dot_y in middle_y.saturating_sub(radius)..(middle_y + radius + 1).min(self.height) {
            for dot_x in middle_x.saturating_sub(radius)..(middle_x + radius + 1).min(self.width) {
                if dot_x.abs_diff(middle_x).pow(2) + dot_y.abs_diff(middle_y).pow(2) <= radius.pow(2) {
                    self.layers[dot_y * self.width + dot_x] = Some(layer);
                }
            }
        }
    }
}

/// The part of a line that lies in the square from 0 to 1.
fn clipped(from: (f64, f64), to: (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
    let (across, up) = (to.0 - from.0, to.1 - from.1);
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    // For each side of the square: how far inside it the line begins, and how fast it goes out.
    for (inside, outwards) in [(from.0, -across), (1.0 - from.0, across), (from.1, -up), (1.0 - from.1, up)] {
        match inside / outwards {
            _ if outwards == 0.0 && inside < 0.0 => return None,
            _ if outwards == 0.0 => {}
            at if outwards < 0.0 => enters = enters.max(at),
            at => leaves = leaves.min(at),
        }
    }
    let at = |along: f64| (from.0 + along * across, from.1 + along * up);
    (enters <= leaves).then(|| (at(enters), at(leaves)))
}

/// How high a layer's columns stand, as shares of the height, in each of so many stripes of the width: on average, where
/// several stand in one stripe.
pub(super) fn heights(layer: &Layer, plot: &Plot, stripes: usize) -> Vec<f64> {
    let mut columns: Vec<(f64, f64)> =
        layer.points.iter().filter_map(|&(x, y)| Some((share(&plot.x, x)?, share(&plot.y, y)?.max(0.0)))).collect();
    columns.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let gaps = columns.windows(2).map(|pair| pair[1].0 - pair[0].0).filter(|&gap| gap > 0.0);
    let half = gaps.fold(1.0, f64::min) / 2.0;
    let mut heights = vec![0.0; stripes];
    for (middle, height) in columns {
        let (from, to) = ((middle - half) * stripes as f64, (middle + half) * stripes as f64);
        let touched = (from.max(0.0) as usize).min(stripes)..(to.ceil().max(0.0) as usize).min(stripes);
        for stripe in touched {
            let covered = to.min(stripe as f64 + 1.0) - from.max(stripe as f64);
            heights[stripe] += height * covered.max(0.0);
        }
    }
    heights
}

#[cfg(test)]
mod tests {
    use problems::picture::{Axis, Ink};

    use super::*;

    fn plot(shape: Shape, points: &[(f64, f64)]) -> Plot {
        let axis = || Axis { title: String::new(), bounds: [0.0, 10.0], labels: Vec::new() };
        let layer = Layer { ink: Ink::Main, shape, points: points.to_vec() };
        Plot { title: String::new(), x: axis(), y: axis(), layers: vec![layer] }
    }

    fn drawn(shape: Shape, points: &[(f64, f64)], mark: usize) -> Vec<String> {
        let dots = Dots::of(&plot(shape, points), 11, 6, Pen { line: 0, point: 0, mark });
        let row = |y| (0..11).map(|x| if dots.at(x, y).is_some() { '#' } else { '.' }).collect();
        (0..6).map(row).collect()
    }

    #[test]
    fn points_are_at_their_place_and_few_are_large() {
        let many = vec![(0.0, 0.0); FEW];
        assert_eq!(
            drawn(Shape::Points, &[&many[..], &[(10.0, 10.0), (5.0, 6.0), (10.1, 5.0)]].concat(), 1),
            ["..........#", "...........", ".....#.....", "...........", "...........", "#.........."]
        );
        assert_eq!(
            drawn(Shape::Points, &[(0.0, 0.0), (5.0, 6.0)], 1),
            ["...........", ".....#.....", "....###....", ".....#.....", "#..........", "##........."]
        );
    }

    #[test]
    fn dots_are_small_however_few_there_are() {
        assert_eq!(drawn(Shape::Dots, &[(5.0, 6.0)], 1).concat().matches('#').count(), 1);
    }

    #[test]
    fn lines_end_at_the_border() {
        let seen = |points: &[(f64, f64)]| drawn(Shape::Line, points, 0);
        let columns = |rows: Vec<String>| rows.concat().matches('#').count();
        assert_eq!(
            seen(&[(0.0, 0.0), (10.0, 10.0)]),
            [".........##", ".......##..", ".....##....", "....##.....", "..##.......", "##........."]
        );
        assert_eq!(seen(&[(-100.0, -100.0), (100.0, 100.0)]), seen(&[(0.0, 0.0), (10.0, 10.0)]));
        assert_eq!(columns(seen(&[(-1.0, 5.0), (-1.0, 9.0)])), 0);
        assert_eq!(columns(seen(&[(-5.0, 5.0), (5.0, 25.0)])), 0);
        assert_eq!(columns(seen(&[(0.0, 0.0), (f64::NAN, 1.0), (10.0, f64::INFINITY)])), 0);
    }

    #[test]
    fn columns_keep_their_area() {
        let plot = plot(Shape::Columns, &[(1.25, 4.0), (3.75, 8.0), (6.25, 2.0), (8.75, -3.0)]);
        let close = |heights: Vec<f64>, expected: &[f64]| {
            assert!(heights.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{heights:?}");
            assert_eq!(heights.len(), expected.len());
        };
        close(heights(&plot.layers[0], &plot, 8), &[0.4, 0.4, 0.8, 0.8, 0.2, 0.2, 0.0, 0.0]);
        close(heights(&plot.layers[0], &plot, 2), &[0.6, 0.1]);
        close(heights(&plot.layers[0], &plot, 3), &[0.5, 0.5, 0.05]);
        close(heights(&plot.layers[0], &plot, 0), &[]);
    }
}
