//! The course's exercises that sleep instead of computing: under the virtual clock they take as long as on paper, to the
//! nanosecond, on any machine, and on one core too.

use std::{sync::Arc, time::Duration};

use parlings::{
    Clock, ObjectRef, Runtime, TaskError, cancel, get_all, map, put, remote,
    time::{Instant, sleep},
    tree_reduce, wait,
};

/// How long `program` takes on so many slots.
fn makespan(slots: usize, program: impl FnOnce() -> Result<(), TaskError>) -> Duration {
    let runtime = Runtime::builder().num_cpus(slots).clock(Clock::Virtual).start().unwrap();
    let _entered = runtime.enter();
    let start = Instant::now();
    program().unwrap();
    start.elapsed()
}

const fn tenths(tenths: u64) -> Duration {
    Duration::from_millis(100 * tenths)
}

fn values<T: Copy>(refs: &[ObjectRef<T>]) -> Result<Vec<T>, TaskError> {
    Ok(get_all(refs)?.iter().map(|value| **value).collect())
}

#[remote]
fn nap(length: Duration) -> Duration {
    sleep(length);
    length
}

#[test]
fn two_naps_side_by_side() {
    let taken = makespan(2, || {
        let naps = [nap::remote(tenths(2)), nap::remote(tenths(2))];
        get_all(&naps).map(|_| ())
    });
    assert_eq!(taken, tenths(2));
}

#[test]
fn four_naps_side_by_side_and_one_by_one() {
    let side_by_side = makespan(4, || {
        let naps: Vec<_> = (0..4).map(|_| nap::remote(tenths(10))).collect();
        get_all(&naps).map(|_| ())
    });
    assert_eq!(side_by_side, tenths(10));
    let a_get_per_item = makespan(4, || (0..4).try_for_each(|_| nap::remote(tenths(10)).get().map(|_| ())));
    assert_eq!(a_get_per_item, tenths(40));
}

#[test]
fn a_second_get_takes_no_time() {
    let taken = makespan(1, || {
        let nap = nap::remote(tenths(2));
        nap.get()?;
        nap.get().map(|_| ())
    });
    assert_eq!(taken, tenths(2));
}

type Table = Vec<Vec<f64>>;

const ROWS: usize = 1000;
const COLUMNS: usize = 100;

#[remote]
fn load_data(_file: &str) -> Table {
    sleep(tenths(1));
    vec![vec![1.0; COLUMNS]; ROWS]
}

#[remote]
fn normalize_data(mut data: Table) -> Table {
    sleep(tenths(1));
    for column in 0..COLUMNS {
        let mean = data.iter().map(|row| row[column]).sum::<f64>() / ROWS as f64;
        data.iter_mut().for_each(|row| row[column] -= mean);
    }
    data
}

#[remote]
fn extract_features(mut normalized: Table) -> Table {
    sleep(tenths(1));
    for row in &mut normalized {
        let squares: Vec<f64> = row.iter().map(|value| value * value).collect();
        row.extend(squares);
    }
    normalized
}

#[remote]
fn compute_loss(features: &Table) -> f64 {
    sleep(tenths(1));
    features.iter().map(|row| (row.iter().sum::<f64>() - 1.0).powi(2)).sum()
}

const FILES: [&str; 4] = ["file1", "file2", "file3", "file4"];

#[test]
fn pipelines_with_one_get() {
    let serial = makespan(4, || {
        let losses = FILES.map(|file| compute_loss(&extract_features(normalize_data(load_data(file)))));
        assert_eq!(losses.iter().sum::<f64>(), 4000.0);
        Ok(())
    });
    assert_eq!(serial, tenths(16));
    for (slots, expected) in [(1, 16), (2, 8), (3, 6), (4, 4), (8, 4)] {
        let parallel = makespan(slots, || {
            let losses = FILES.map(|file| {
                let data = load_data::remote(file.to_string());
                compute_loss::remote(extract_features::remote(normalize_data::remote(data)))
            });
            assert_eq!(values(&losses)?.iter().sum::<f64>(), 4000.0);
            Ok(())
        });
        assert_eq!(parallel, tenths(expected), "{slots} slots");
    }
}

#[remote]
fn compute_gradient(_data: u64, _model: u64) -> u64 {
    sleep(Duration::from_millis(30));
    1
}

#[remote]
fn train_model(_learning_rate: f64) -> Result<u64, TaskError> {
    let mut model = 0;
    for _ in 0..10 {
        let gradients: Vec<_> = (0..2).map(|data| compute_gradient::remote(data, model)).collect();
        model += values(&gradients)?.iter().sum::<u64>();
    }
    Ok(model)
}

#[remote]
fn train_model_alone(_learning_rate: f64) -> u64 {
    (0..10).fold(0, |model, _| model + (0..2).map(|data| compute_gradient(data, model)).sum::<u64>())
}

const LEARNING_RATES: [f64; 3] = [1e-1, 1e-2, 1e-3];

#[test]
fn trainings_of_gradients() {
    let serial = makespan(9, || {
        assert_eq!(LEARNING_RATES.map(train_model_alone), [20, 20, 20]);
        Ok(())
    });
    assert_eq!(serial, tenths(18));
    let only_outside = makespan(9, || {
        assert_eq!(values(&LEARNING_RATES.map(train_model_alone::remote))?, [20, 20, 20]);
        Ok(())
    });
    assert_eq!(only_outside, tenths(6));
    // Those that wait lend their slots, so six slots are enough.
    for (slots, expected) in [(9, 3), (6, 3), (3, 6), (2, 9), (1, 18)] {
        let nested = makespan(slots, || {
            assert_eq!(values(&LEARNING_RATES.map(train_model::remote))?, [20, 20, 20]);
            Ok(())
        });
        assert_eq!(nested, tenths(expected), "{slots} slots");
    }
}

#[remote]
fn returns_references() -> Vec<ObjectRef<Duration>> {
    (0..2).map(|_| nap::remote(tenths(10))).collect()
}

#[remote]
fn returns_values() -> Result<Vec<Duration>, TaskError> {
    values(&returns_references())
}

#[test]
fn a_task_that_returns_references_is_there_at_once() {
    let (mut there, mut all) = (Duration::ZERO, Duration::ZERO);
    makespan(4, || {
        let start = Instant::now();
        let references = returns_references::remote().get()?;
        there = start.elapsed();
        assert_eq!(values(&references)?, [tenths(10); 2]);
        all = start.elapsed();
        Ok(())
    });
    assert_eq!((there, all), (Duration::ZERO, tenths(10)));
    let of_values = makespan(4, || {
        assert_eq!(*returns_values::remote().get()?, [tenths(10); 2]);
        Ok(())
    });
    assert_eq!(of_values, tenths(10));
}

#[remote]
fn add(a: u64, b: u64, length: Duration) -> u64 {
    sleep(length);
    a + b
}

/// The sum of 1 to `count`, by a tree that waits for each of its levels.
fn with_a_barrier_per_level(count: u64, length: Duration) -> Result<u64, TaskError> {
    let mut level: Vec<u64> = (1..=count).collect();
    while level.len() > 1 {
        let pairs: Vec<_> = level
            .chunks(2)
            .map(|pair| match *pair {
                [left, right] => add::remote(left, right, length),
                _ => put(pair[0]),
            })
            .collect();
        level = values(&pairs)?;
    }
    Ok(level[0])
}

#[test]
fn a_tree_of_sums() {
    for (items, length, serial, tree) in
        [(10, tenths(3), tenths(27), tenths(12)), (9, tenths(10), tenths(80), tenths(40))]
    {
        let sum = items * (items + 1) / 2;
        let one_by_one = makespan(4, || {
            assert_eq!((2..=items).fold(1, |sum, item| add(sum, item, length)), sum);
            Ok(())
        });
        assert_eq!(one_by_one, serial);
        let chain = makespan(4, || {
            let sums = (2..=items).fold(put(1), |sum, item| add::remote(sum, item, length));
            assert_eq!(*sums.get()?, sum);
            Ok(())
        });
        assert_eq!(chain, serial, "a chain of tasks is no faster");
        let reduced = makespan(4, || {
            let total = tree_reduce((1..=items).map(put), |a, b| add::remote(a, b, length))?;
            assert_eq!(*total.get()?, sum);
            Ok(())
        });
        assert_eq!(reduced, tree);
    }
    let with_barriers = makespan(4, || {
        assert_eq!(with_a_barrier_per_level(10, tenths(3))?, 55);
        Ok(())
    });
    assert_eq!(with_barriers, tenths(15));
}

#[remote]
fn increment(x: i64) -> i64 {
    sleep(tenths(10));
    x + 1
}

#[remote]
fn decrement(x: i64) -> i64 {
    sleep(tenths(10));
    x - 1
}

#[remote]
fn sum(x: i64, y: i64) -> i64 {
    sleep(tenths(10));
    x + y
}

#[test]
fn a_graph_of_three() {
    let serial = makespan(2, || {
        assert_eq!(sum(increment(1), decrement(2)), 3);
        Ok(())
    });
    assert_eq!(serial, tenths(30));
    let graph = makespan(2, || {
        assert_eq!(*sum::remote(increment::remote(1), decrement::remote(2)).get()?, 3);
        Ok(())
    });
    assert_eq!(graph, tenths(20));
}

#[test]
fn the_first_that_finish() {
    let taken = makespan(20, || {
        // 1 to 20 seconds, in a mixed order.
        let naps: Vec<_> = (1..=20).map(|number| nap::remote(tenths(10) * (number * 8 % 21))).collect();
        let start = Instant::now();
        let (ready, pending) = wait(&naps, 1, None)?;
        assert_eq!((values(&ready)?, pending.len(), start.elapsed()), (vec![tenths(10)], 19, tenths(10)));
        let (ready, pending) = wait(&naps, 5, None)?;
        assert_eq!(values(&ready)?, [3, 1, 4, 2, 5].map(|seconds| tenths(10 * seconds)), "in the order of the list");
        assert_eq!((pending.len(), start.elapsed()), (15, tenths(50)));
        pending.iter().for_each(|nap| cancel(nap));
        assert!(pending.iter().all(|nap| matches!(nap.get(), Err(TaskError::Cancelled { .. }))));
        Ok(())
    });
    assert_eq!(taken, tenths(50));
}

#[test]
fn what_is_cancelled_takes_no_more_time() {
    let taken = makespan(4, || {
        let naps = map(1..=20, |length| nap(tenths(length)));
        assert_eq!(*naps[0].get()?, tenths(1));
        naps[1..].iter().for_each(|nap| cancel(nap));
        let outcomes: Vec<_> = naps[1..].iter().map(ObjectRef::get).collect::<Vec<Result<Arc<_>, _>>>();
        assert!(outcomes.iter().all(|nap| matches!(nap, Err(TaskError::Cancelled { .. }))));
        Ok(())
    });
    assert_eq!(taken, tenths(1));
}

#[test]
fn the_same_on_one_core() {
    let program = std::env::current_exe().unwrap();
    let here = ["it::makespans", "--skip", "the_same_on_one_core"];
    let pinned = std::process::Command::new("taskset").args(["-c", "0"]).arg(program).args(here).output();
    let output = pinned.expect("`taskset` is part of util-linux");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("test it::makespans::pipelines_with_one_get ... ok"), "{told}");
}
