use parlings::prelude::*;

struct Counter(u64);

impl Counter {
    #[remote]
    fn value(&self) -> u64 {
        self.0
    }
}

fn main() {}
