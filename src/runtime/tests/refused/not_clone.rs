use parlings::prelude::*;

struct Table;

#[remote]
fn make() -> Table {
    Table
}

#[remote]
fn merge(_table: Table) {}

fn main() {
    let _ = merge::remote(make::remote());
}
