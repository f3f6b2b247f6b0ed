use std::rc::Rc;

use parlings::prelude::*;

pub struct Shared(Rc<u64>);

#[actor]
impl Shared {
    pub fn new() -> Self {
        Self(Rc::new(0))
    }

    pub fn value(&self) -> u64 {
        *self.0
    }
}

fn main() {}
