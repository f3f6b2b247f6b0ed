use parlings::prelude::*;

struct Counter(u64);

#[actor]
impl Counter {
    pub fn value(&self) -> u64 {
        self.0
    }
}

struct Meter(u64);

#[actor]
impl Meter {
    pub fn new() -> u64 {
        0
    }
}

struct View<'a>(&'a str);

#[actor]
impl<'a> View<'a> {
    pub fn new(text: &'a str) -> Self {
        Self(text)
    }
}

struct Votes(u64);

#[actor(max_restarts = 2)]
impl Votes {
    pub fn new() -> Self {
        Self(0)
    }
}

#[actor]
impl Default for Votes {
    fn default() -> Self {
        Self(0)
    }
}

#[actor]
struct Loose;

fn main() {}
