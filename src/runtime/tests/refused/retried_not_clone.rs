use parlings::prelude::*;

struct Table;

#[remote]
fn read(_table: Table) {}

fn main() {
    let _ = read::options().remote(Table);
    let _ = read::options().max_retries(3).remote(Table);
}
