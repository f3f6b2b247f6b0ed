use parlings::prelude::*;

#[remote]
fn total(values: &Vec<f64>) -> f64 {
    values.iter().sum()
}

fn main() {
    let values = vec![1.0, 2.0];
    let _ = total::remote(&values);
}
