use parlings::prelude::*;

#[remote]
fn square(x: i64) -> i64 {
    x * x
}

#[remote(stream)]
fn numbers() -> impl Iterator<Item = u64> {
    0..3
}

fn main() {
    let _ = square::options().num_gpus(1).remote(3);
    let _ = numbers::options().max_retries(1).remote();
}
