//! The points and their clusters, and how the centroids come to rest: all the way at once, or round by round.

use trace::text::count;

use super::{Clusters, Input, Point, cluster, nearest};
use crate::{
    film::Moment,
    picture::{Axis, Ink, Layer, Panel, Picture, Plot, Shape, powers},
};

/// So many points are drawn.
const DRAWN: usize = 2_000;

/// What is seen of the plane, in both directions; few points lie outside.
const VIEW: [f64; 2] = [-0.25, 1.25];

/// Borders of clusters are looked for on so many lines in each direction.
const LINES: usize = 160;

/// The picture of clusters. They are the student's: they may be anything. The way of the centroids is the baseline's.
pub(super) fn picture(input: &Input, clusters: &Clusters) -> Picture {
    let Rounds { points, all, steps, shifts } = Rounds::of(input);
    let (smallest, largest) = (clusters.sizes.iter().min().unwrap_or(&0), clusters.sizes.iter().max().unwrap_or(&0));
    let last = match shifts.last() {
        Some(0.0) => "In the last round no centroid moved.".to_owned(),
        Some(shift) => format!("In the last round no centroid moved by more than {shift:.0e}."),
        None => "There was no round.".to_owned(),
    };
    Picture {
        caption: vec![
            format!(
                "{} clusters after {} rounds, of {} to {} points",
                clusters.centroids.len(),
                count(clusters.rounds as u64),
                count(*smallest),
                count(*largest)
            ),
            last,
        ],
        panels: vec![
            Panel::Plot(map(points, all, &clusters.centroids, &steps)),
            Panel::Plot(settling(&shifts, shifts.len())),
        ],
    }
}

/// The rounds of the baseline: to see the centroids move.
pub(super) struct Rounds {
    /// Those that are drawn.
    points: Vec<(f64, f64)>,
    /// How many points those are chosen from.
    all: usize,
    /// The centroids at first, and after each round. There is one step at least.
    steps: Vec<Vec<Point>>,
    /// The longest way of a centroid in each round.
    shifts: Vec<f64>,
}

impl Rounds {
    pub(super) fn of(input: &Input) -> Self {
        let mut steps = vec![input.start.clone()];
        cluster(input, |centroids| steps.push(centroids.to_vec()));
        Self {
            points: input.points.iter().take(DRAWN).filter_map(|point| seen(*point)).collect(),
            all: input.points.len(),
            shifts: steps.windows(2).map(|pair| longest_way(&pair[0], &pair[1])).collect(),
            steps,
        }
    }

    /// The picture of a moment: so many rounds are over as the share of the work that is done. Between two rounds the centroids
    /// are on their way.
    pub(super) fn picture(&self, moment: &Moment<'_, Clusters>) -> Picture {
        let rounds = self.shifts.len();
        let place = moment.parts.done(moment.time) * rounds as f64;
        let round = (place as usize).min(rounds);
        let (from, to) = (&self.steps[round], &self.steps[(round + 1).min(rounds)]);
        let between =
            |(from, to): (&Point, &Point)| [0, 1].map(|axis| from[axis] + place.fract() * (to[axis] - from[axis]));
        let centroids: Vec<Point> = from.iter().zip(to).map(between).collect();
        let way: Vec<Vec<Point>> = self.steps[..=round].iter().chain([&centroids]).cloned().collect();
        let last = match round.checked_sub(1).map(|last| self.shifts[last]) {
            Some(shift) => format!("In the last of these, no centroid moved by more than {shift:.0e}."),
            None => "The centroids are where they begin.".to_owned(),
        };
        Picture {
            caption: vec![format!("{round} of {rounds} rounds are over."), last],
            panels: vec![
                Panel::Plot(map(self.points.clone(), self.all, &centroids, &way)),
                Panel::Plot(settling(&self.shifts, round)),
            ],
        }
    }
}

/// How far the centroid goes that goes furthest.
fn longest_way(from: &[Point], to: &[Point]) -> f64 {
    from.iter().zip(to).map(|(from, to)| (to[0] - from[0]).hypot(to[1] - from[1])).fold(0.0, f64::max)
}

/// Points, the borders of the clusters, and the centroids with the way that they came.
fn map(points: Vec<(f64, f64)>, all: usize, centroids: &[Point], steps: &[Vec<Point>]) -> Plot {
    let axis = || Axis { title: String::new(), bounds: VIEW, labels: vec![VIEW[0].to_string(), VIEW[1].to_string()] };
    let layer = |ink, shape, points: Vec<(f64, f64)>| Layer { ink, shape, points };
    let ways = (0..steps.first().map_or(0, Vec::len)).map(|number| {
        let way = steps.iter().filter_map(|centroids| seen(centroids[number])).collect();
        layer(Ink::Main, Shape::Line, way)
    });
    let title = format!("the first {} points, and the way of the centroids", count(all.min(DRAWN) as u64));
    let mut layers = vec![layer(Ink::Other, Shape::Dots, points), layer(Ink::Guide, Shape::Dots, borders(centroids))];
    layers.extend(ways);
    layers.push(layer(Ink::Main, Shape::Points, centroids.iter().filter_map(|point| seen(*point)).collect()));
    Plot { title, x: axis(), y: axis(), layers }
}

/// The point, if it is in view.
fn seen([x, y]: Point) -> Option<(f64, f64)> {
    let in_view = |coordinate: f64| (VIEW[0]..=VIEW[1]).contains(&coordinate);
    (in_view(x) && in_view(y)).then_some((x, y))
}

/// Where the nearest centroid changes from one place to the next.
fn borders(centroids: &[Point]) -> Vec<(f64, f64)> {
    let place = |line: usize| VIEW[0] + (VIEW[1] - VIEW[0]) * line as f64 / LINES as f64;
    let owner = |column: usize, row: usize| nearest(&[place(column), place(row)], centroids);
    let mut borders = Vec::new();
    for row in 0..LINES {
        for column in 0..LINES {
            let here = owner(column, row);
            if owner(column + 1, row) != here || owner(column, row + 1) != here {
                borders.push((place(column), place(row)));
            }
        }
    }
    borders
}

/// The longest way of a centroid in each of the rounds that are over; no way at all has no place on a logarithmic axis.
fn settling(shifts: &[f64], over: usize) -> Plot {
    let points: Vec<(f64, f64)> = shifts
        .iter()
        .zip(1..)
        .filter(|(shift, _)| **shift > 0.0 && shift.is_finite())
        .map(|(shift, round)| (f64::from(round), shift.log10()))
        .collect();
    let seen: Vec<_> = points.iter().copied().take_while(|(round, _)| *round <= over as f64).collect();
    let rounds = shifts.len().max(1);
    Plot {
        title: "how far the centroids move in each round".to_owned(),
        x: Axis {
            title: "round".to_owned(),
            bounds: [0.0, rounds as f64],
            labels: vec!["0".to_owned(), rounds.to_string()],
        },
        y: powers("", points.iter().map(|(_, shift)| *shift), |decade| format!("1e{decade}")),
        layers: vec![
            Layer { ink: Ink::Main, shape: Shape::Line, points: seen.clone() },
            Layer { ink: Ink::Main, shape: Shape::Points, points: seen },
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::{super::KMeans, *};
    use crate::{Case, Clock, Problem};

    fn input(size: u64) -> Input {
        KMeans.input(&Case { size, seed: 1, workers: 2, clock: Clock::Real, sweep: None, input: None })
    }

    #[test]
    fn draws_points_clusters_and_ways() {
        let input = input(30_011);
        let clusters = cluster(&input, |_| {});
        let picture = picture(&input, &clusters);
        let [Panel::Plot(map), Panel::Plot(settling)] = &picture.panels[..] else { panic!("two plots are drawn") };

        assert_eq!(map.layers.len(), 2 + 16 + 1);
        assert!(map.layers[0].points.len() > DRAWN * 9 / 10);
        assert!(map.layers[1].points.len() > LINES);
        let (way, ends) = (&map.layers[2], &map.layers[18]);
        assert_eq!((way.points.len(), way.points.last()), (31, ends.points.first()));

        assert_eq!(settling.layers[0].points.len(), 30);
        assert_eq!(settling.x.labels, ["0", "30"]);
        assert!(picture.caption[0].starts_with("16 clusters after 30 rounds, of 1,"), "{:?}", picture.caption);
    }

    #[test]
    fn tells_that_the_centroids_are_at_rest() {
        let input = input(1_000);
        let picture = picture(&input, &cluster(&input, |_| {}));
        assert_eq!(picture.caption[1], "In the last round no centroid moved.");
    }

    #[test]
    fn draws_any_clusters() {
        let odd = vec![[f64::NAN, 0.5], [f64::INFINITY, 9.0], [0.5, 0.5]];
        for centroids in [vec![], odd] {
            for size in [0, 1, 100] {
                let clusters = Clusters { centroids: centroids.clone(), ..Clusters::default() };
                for panel in picture(&input(size), &clusters).panels {
                    let Panel::Plot(plot) = panel else { panic!("only plots are drawn") };
                    assert!(plot.x.bounds[0] < plot.x.bounds[1] && plot.y.bounds[0] < plot.y.bounds[1]);
                    let points = plot.layers.iter().flat_map(|layer| &layer.points);
                    assert!(points.flat_map(|&(x, y)| [x, y]).all(f64::is_finite));
                }
            }
        }
    }
}
