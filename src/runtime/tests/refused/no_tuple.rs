use parlings::prelude::*;

#[remote(returns)]
fn half(x: f64) -> f64 {
    x / 2.0
}

#[remote(returns)]
fn nothing() {}

#[remote(returns)]
fn one() -> Result<(u64,), String> {
    Ok((1,))
}

fn main() {}
