use parlings::prelude::*;

#[remote]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {
    let _ = square::remote("three");
}
