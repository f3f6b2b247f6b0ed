#![deny(unused_must_use)]

use parlings::prelude::*;

struct Counter(u64);

#[actor]
impl Counter {
    pub fn new() -> Self {
        Self(0)
    }

    pub fn increment(&mut self) {
        self.0 += 1;
    }
}

#[remote]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {
    let counter = Counter::remote();
    counter.increment(); // to forget a call is usual
    Counter::remote();
    Counter::options().name("votes");
    square::remote(3);
    put(3);
}
