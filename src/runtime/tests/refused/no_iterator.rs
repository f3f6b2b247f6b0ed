use parlings::prelude::*;

#[remote(stream)]
fn pair() -> (u64, u64) {
    (1, 2)
}

#[remote(stream)]
fn several() -> impl IntoIterator<Item = u64> {
    vec![1, 2]
}

#[remote]
fn numbers() -> impl Iterator<Item = u64> {
    0..3
}

fn main() {}
