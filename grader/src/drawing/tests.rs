//! Whole pictures: they fit, and nothing that can be in one breaks them.

use problems::{
    Case, Clock,
    picture::{Axis, Bars, Image, Layer, Plot, Shape},
};

use super::*;

const SIZES: [(usize, usize); 6] = [(78, 20), (118, 36), (60, 24), (20, 5), (3, 3), (0, 0)];

fn axis(bounds: [f64; 2], labels: &[&str]) -> Axis {
    Axis { title: "title".to_owned(), bounds, labels: labels.iter().map(|&label| label.to_owned()).collect() }
}

fn plot(x: [f64; 2], y: [f64; 2], points: &[(f64, f64)]) -> Panel {
    let layer = |shape| Layer { ink: Ink::Main, shape, points: points.to_vec() };
    Panel::Plot(Plot {
        title: "a plot".to_owned(),
        x: axis(x, &["0", "1"]),
        y: axis(y, &["low", "middle", "high"]),
        layers: [Shape::Columns, Shape::Line, Shape::Points].map(layer).to_vec(),
    })
}

fn odd_panels() -> Vec<Panel> {
    let endless = [(f64::NAN, 1.0), (0.5, f64::INFINITY), (-1e300, 1e300), (1e300, -1e300), (0.2, 0.2)];
    let rows = |numbers: &[f64]| numbers.iter().map(|&number| ("漢字 and more".to_owned(), number)).collect();
    let bars = |numbers: &[f64]| Panel::Bars(Bars { title: "bars".to_owned(), rows: rows(numbers) });
    let image = |width, pixels: usize| {
        Panel::Image(Image { title: String::new(), width, pixels: vec![[250, 120, 0]; pixels], marks: Vec::new() })
    };
    vec![
        plot([0.0, 1.0], [0.0, 1.0], &endless),
        plot([0.0, 1.0], [0.0, 9.0], &[]),
        plot([1.0, 1.0], [2.0, 2.0], &endless),
        plot([0.0, f64::NAN], [0.0, f64::INFINITY], &endless),
        bars(&[]),
        bars(&[0.0; 50]),
        bars(&[f64::NAN, f64::INFINITY, 1e300, 3.0]),
        image(1, 0),
        image(1, 1),
        image(1_000, 1_000),
        image(1, 1_000),
        image(400, 160_000),
    ]
}

fn fits(picture: &Picture) {
    for (width, height) in SIZES {
        for palette in [Palette::Mono, Palette::Indexed, Palette::True] {
            let lines = lines(picture, width, height, palette);
            assert!(lines.len() <= height, "{} lines of {height}: {picture:?}", lines.len());
            // Words are not cut, so a very narrow area is another thing.
            let widest = lines.iter().map(Line::width).max().unwrap_or(0);
            assert!(width < 60 || widest <= width, "{widest} columns of {width}: {picture:?}");
        }
    }
}

#[test]
fn pictures_of_anything_fit() {
    for panel in odd_panels() {
        let picture = Picture { caption: vec!["one line".to_owned()], panels: vec![panel] };
        fits(&picture);
        let _ = png(&picture);
    }
    fits(&Picture { caption: vec!["all of them".to_owned()], panels: odd_panels().split_off(4) });
    fits(&Picture::default());
    let _ = png(&Picture::default());
}

#[test]
fn the_courses_pictures_fit() {
    for problem in problems::ALL {
        let case = Case { size: 500, seed: 1, workers: 2, clock: Clock::Real, sweep: None, input: None };
        let picture = problem.picture(&case, &problem.serial(&case)()).expect("the baseline's output can be read");
        assert!(lines(&picture, 78, 20, Palette::True).len() > 10, "{}", problem.name());
        fits(&picture);
        let _ = png(&picture);
    }
}

#[test]
fn wide_letters_and_long_names_keep_the_bars_in_line() {
    let rows = [("漢字", 4.0), ("a name that is far too long", 2.0), ("", 1.0)];
    let bars = Bars { title: String::new(), rows: rows.map(|(name, number)| (name.to_owned(), number)).to_vec() };
    let text: Vec<String> = bars::lines(&bars, 20, 3).iter().map(ToString::to_string).collect();
    assert_eq!(text, ["漢字       4 ███████", "a name th… 2 ███▌", "           1 █▊"]);
}

#[test]
fn a_round_thing_is_round() {
    let panel = plot([0.0, 1.0], [0.0, 1.0], &[]);
    let drawn = draw(&panel, 78, 20, Palette::True);
    let [rows, columns] = ['│', '─'].map(|mark| drawn.iter().map(|line| line.to_string().matches(mark).count()).sum());
    let (rows, columns): (usize, usize) = (rows, columns);
    // Without the ticks: three of them above each other, two beside each other.
    assert_eq!((rows + 3) * 2, columns + 2);
}

/// The width, the height and the pixels of a PNG file.
fn decoded(bytes: &[u8]) -> (usize, Vec<[u8; 3]>) {
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("it is a PNG file");
    let mut pixels = vec![0; reader.output_buffer_size().expect("it is small")];
    reader.next_frame(&mut pixels).expect("it has a frame");
    (reader.info().width as usize, pixels.as_chunks::<3>().0.to_vec())
}

#[test]
fn a_png_has_the_panels_beside_each_other() {
    let pixels = (0..100 * 100).map(|place| if place < 100 * 50 { [200, 0, 0] } else { [0, 0, 200] }).collect();
    let image = Panel::Image(Image { title: "an image".to_owned(), width: 100, pixels, marks: Vec::new() });
    let bars = Bars { title: "bars".to_owned(), rows: vec![("one".to_owned(), 1.0), ("two".to_owned(), 2.0)] };
    let caption = vec!["What the numbers say.".to_owned()];
    let (width, pixels) = decoded(&png(&Picture { caption, panels: vec![image, Panel::Bars(bars)] }));
    assert_eq!(width, 30 + 400 + 30 + 600 + 30);
    let count = |color: [u8; 3]| pixels.iter().filter(|&&pixel| pixel == color).count();
    assert_eq!((count([200, 0, 0]), count([0, 0, 200])), (400 * 200, 400 * 200));
    // The image is on the left, the bars are on the right: one of them is twice as long.
    let blue = |row: usize| pixels[row * width..][..width].iter().filter(|&&pixel| pixel == [0, 114, 178]).count();
    let lengths: Vec<usize> = (0..pixels.len() / width).map(blue).filter(|&length| length > 0).collect();
    let (short, long) = (lengths.iter().min().unwrap(), lengths.iter().max().unwrap());
    assert!(long.abs_diff(2 * short) <= 1, "{short} and {long} pixels");
}

#[test]
fn a_png_shows_every_layer_in_its_own_colour() {
    let layer = |ink, shape, points: &[(f64, f64)]| Layer { ink, shape, points: points.to_vec() };
    let plot = Panel::Plot(Plot {
        title: String::new(),
        x: axis([0.0, 10.0], &["0", "10"]),
        y: axis([0.0, 4.0], &["0", "4"]),
        layers: vec![
            layer(Ink::Main, Shape::Columns, &[(2.5, 2.0), (7.5, 4.0)]),
            layer(Ink::Guide, Shape::Line, &[(0.0, 1.0), (10.0, 1.0)]),
            layer(Ink::Other, Shape::Points, &[(5.0, 3.0)]),
        ],
    });
    let (_, pixels) = decoded(&png(&Picture { caption: Vec::new(), panels: vec![plot] }));
    let count = |color: [u8; 3]| pixels.iter().filter(|&&pixel| pixel == color).count();
    let (main, other, guide) = (count([0, 114, 178]), count([230, 140, 0]), count([130, 130, 130]));
    assert!(main > 100_000 && (50..150).contains(&other) && (500..2_000).contains(&guide), "{main} {other} {guide}");
}
