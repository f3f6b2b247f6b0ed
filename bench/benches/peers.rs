//! The works of other tools' users, as fast as this runtime can do them here, beside the best figure of those tools.
//!
//! The figures of the others were measured on another machine (two cores of an AMD EPYC with AVX2): they say what order of
//! magnitude to beat, not by how much. `cargo bench --bench peers -- julia` runs the rows whose name has that in it.

use std::{hint::black_box, sync::Arc, time::Instant};

use bench::{
    kernels::{bootstrap, column_sums, integral, julia, k_means, pi, slow_series, tree, word_count},
    rounds::median,
};
use parlings::{Runtime, TaskError};
use problems::{Case, Clock, Problem, julia::View, random::SplitMix64, word_count::WordCount};

/// How often each work is done.
const RUNS: usize = 9;

/// A work, and the best that another tool needs for it.
struct Row {
    name: &'static str,
    peer: &'static str,
    /// In `unit`.
    peers_figure: f64,
    unit: Unit,
    prepare: fn() -> Work,
}

/// One run of a work whose input is there.
type Work = Box<dyn Fn() -> Result<(), TaskError>>;

/// What a figure says.
#[derive(Clone, Copy)]
enum Unit {
    Milliseconds,
    /// For so many points in so many rounds.
    NanosecondsPerPoint(f64),
    /// For so many bytes.
    MegabytesPerSecond(f64),
}

impl Unit {
    fn figure(self, seconds: f64) -> f64 {
        match self {
            Unit::Milliseconds => seconds * 1e3,
            Unit::NanosecondsPerPoint(points) => seconds * 1e9 / points,
            Unit::MegabytesPerSecond(bytes) => bytes / seconds / 1e6,
        }
    }

    /// How many times as fast `ours` is.
    fn ratio(self, ours: f64, peers: f64) -> f64 {
        match self {
            Unit::MegabytesPerSecond(_) => ours / peers,
            _ => peers / ours,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Unit::Milliseconds => "ms",
            Unit::NanosecondsPerPoint(_) => "ns a point and round",
            Unit::MegabytesPerSecond(_) => "MB/s",
        }
    }
}

const POINTS: usize = 1_000_000;
const ROUNDS: usize = 20;
const TEXT: usize = 100_000_000;

const ROWS: [Row; 11] = [
    Row {
        name: "slow series, n = 1e8",
        peer: "Numba prange",
        peers_figure: 227.0,
        unit: Unit::Milliseconds,
        prepare: series,
    },
    Row {
        name: "julia, 2000 x 2000",
        peer: "Numba prange",
        peers_figure: 192.0,
        unit: Unit::Milliseconds,
        prepare: || picture((0.355, 0.355)),
    },
    Row {
        name: "julia, 2000 x 2000, c = -0.8 + 0.156i",
        peer: "Numba prange, another c",
        peers_figure: 192.0,
        unit: Unit::Milliseconds,
        prepare: || picture((-0.8, 0.156)),
    },
    Row {
        name: "Monte Carlo pi, 1e8 darts",
        peer: "Numba prange, splitmix64",
        peers_figure: 136.0,
        unit: Unit::Milliseconds,
        prepare: darts,
    },
    Row {
        name: "Monte Carlo integral, 1e8 points",
        peer: "Numba prange, splitmix64",
        peers_figure: 980.0,
        unit: Unit::Milliseconds,
        prepare: points_under_curve,
    },
    Row {
        name: "bootstrap, 500,000 x 100 draws",
        peer: "Numba prange, splitmix64",
        peers_figure: 45.0,
        unit: Unit::Milliseconds,
        prepare: resamples,
    },
    Row {
        name: "k-means, 1e6 points, k = 4, d = 2",
        peer: "Numba prange",
        peers_figure: 1.9,
        unit: Unit::NanosecondsPerPoint((POINTS * ROUNDS) as f64),
        prepare: clusters::<4, 2>,
    },
    Row {
        name: "k-means, 1e6 points, k = 16, d = 8",
        peer: "scikit-learn",
        peers_figure: 20.3,
        unit: Unit::NanosecondsPerPoint((POINTS * ROUNDS) as f64),
        prepare: clusters::<16, 8>,
    },
    Row {
        name: "word count, 100 MB",
        peer: "polars",
        peers_figure: 67.0,
        unit: Unit::MegabytesPerSecond(TEXT as f64),
        prepare: words,
    },
    Row {
        name: "sums of 2^19 x 2^6 columns",
        peer: "Numba prange",
        peers_figure: 7.3,
        unit: Unit::Milliseconds,
        prepare: columns,
    },
    Row {
        name: "tree reduce of 1,024",
        peer: "Dask threads",
        peers_figure: 168.0,
        unit: Unit::Milliseconds,
        prepare: numbers,
    },
];

fn series() -> Work {
    Box::new(|| {
        black_box(slow_series::series(black_box(100_000_000)));
        Ok(())
    })
}

fn picture(c: (f64, f64)) -> Work {
    let view = View { size: 2_000, c, centre: (0.0, 0.0), half_width: 1.2 };
    Box::new(move || julia::pixels(black_box(view)).map(drop))
}

fn darts() -> Work {
    Box::new(|| pi::hits(black_box(7), 100_000_000).map(drop))
}

fn points_under_curve() -> Work {
    Box::new(|| integral::hits(black_box(7), 100_000_000).map(drop))
}

fn resamples() -> Work {
    let mut random = SplitMix64::at(1, 0);
    let grades: Vec<f64> = (0..100).map(|_| random.next_below(201) as f64 / 2.0).collect();
    Box::new(move || bootstrap::means(&grades, black_box(7), 500_000).map(drop))
}

/// Points around `K` middles, the first `K` of them the start.
fn clusters<const K: usize, const D: usize>() -> Work {
    let mut random = SplitMix64::at(3, 0);
    let middles: [[f64; D]; K] = std::array::from_fn(|_| std::array::from_fn(|_| random.next_unit()));
    let point = |_| {
        let middle = middles[random.next_below(K as u64) as usize];
        middle.map(|middle| middle + 0.2 * (random.next_unit() + random.next_unit() - 1.0))
    };
    let points: Vec<[f64; D]> = (0..POINTS).map(point).collect();
    let start = std::array::from_fn(|cluster| points[cluster]);
    let points = k_means::chunks(points);
    Box::new(move || k_means::cluster::<K, D>(&points, start, ROUNDS).map(drop))
}

/// Plays of the course, cut to the size at a space.
fn words() -> Work {
    /// A word is shorter with its space than this on average.
    const BYTES_PER_WORD: usize = 5;
    let size = (TEXT / BYTES_PER_WORD) as u64;
    let case = Case { size, seed: 1, workers: 2, clock: Clock::Real, sweep: None, input: None };
    let mut left = TEXT;
    let mut texts = WordCount.input(&case);
    for text in &mut texts {
        let end = text.floor_char_boundary(left.min(text.len()));
        text.truncate(end);
        left -= end;
    }
    assert!(left < 4, "{left} bytes of text are missing");
    let texts = Arc::new(texts);
    Box::new(move || word_count::counts(&texts).map(drop))
}

fn columns() -> Work {
    let mut random = SplitMix64::at(9, 0);
    let table: Vec<column_sums::Row> =
        (0..1 << 19).map(|_| std::array::from_fn(|_| random.next_below(100) as i64)).collect();
    let table = Arc::new(table);
    Box::new(move || column_sums::column_sums(&table).map(drop))
}

fn numbers() -> Work {
    Box::new(|| tree::sum(1_024).map(drop))
}

fn main() -> Result<(), TaskError> {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).unwrap_or_default();
    let runtime = Runtime::builder().start()?;
    let _entered = runtime.enter();
    println!("{} workers; medians of {RUNS} runs; the others' figures are of another machine\n", runtime.workers());
    for Row { name, peer, peers_figure, unit, prepare } in ROWS.iter().filter(|row| row.name.contains(&filter)) {
        let work = prepare();
        work()?; // The first run is not counted: memory is new to it.
        let mut seconds = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            let start = Instant::now();
            work()?;
            seconds.push(start.elapsed().as_secs_f64());
        }
        let ours = unit.figure(median(&mut seconds));
        println!(
            "{name:<40} {ours:>8.2} {unit}   {peer} {peers_figure} {unit}   {ratio:.1}x",
            unit = unit.name(),
            ratio = unit.ratio(ours, *peers_figure)
        );
    }
    Ok(())
}
