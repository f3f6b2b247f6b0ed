use parlings::prelude::*;

#[remote]
async fn fetch() {}

#[remote(num_cpus = 2)]
fn wide() {}

fn main() {}
