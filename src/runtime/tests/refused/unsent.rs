use std::rc::Rc;

use parlings::prelude::*;

#[remote]
fn shared() -> Rc<i64> {
    Rc::new(1)
}

fn main() {}
