use parlings::prelude::*;

#[remote]
fn push(values: &mut Vec<f64>) {
    values.push(1.0);
}

fn main() {}
