use parlings::prelude::*;

pub struct Votes(Vec<String>);

#[actor]
impl Votes {
    pub fn new() -> Self {
        Self(Vec::new())
    }

    pub fn add(&mut self, vote: &str) {
        self.0.push(vote.to_string());
    }
}

fn main() {
    let votes = Votes::remote();
    let text = "yes".to_string();
    votes.add(&text);
    votes.add(1);
    votes.total();
}
