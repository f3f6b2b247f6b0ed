//! The sides of all comparisons by themselves, by criterion: absolute figures, how they spread, and what changed since the
//! last run. For ratios see `--bench runtime` and `--bench actors`.

use std::time::Duration;

use bench::{actors, runtime};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn all(criterion: &mut Criterion) {
    for row in runtime::ROWS.iter().chain(&actors::ROWS) {
        let mut group = criterion.benchmark_group(row.name);
        for contender in &mut (row.comparison)().contenders {
            group.throughput(Throughput::Elements(contender.operations));
            group.bench_function(contender.name, |bencher| {
                bencher.iter_custom(|times| (0..times).map(|_| contender.run()).sum::<Duration>());
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    targets = all
}
criterion_main!(benches);
