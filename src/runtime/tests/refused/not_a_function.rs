use parlings::prelude::*;

#[remote]
struct Square;

fn main() {}
