use parlings::prelude::*;

struct Table {
    rows: Vec<String>,
}

#[actor]
impl Table {
    pub fn new() -> Self {
        Self { rows: Vec::new() }
    }

    pub fn sort_into(&self, place: &mut Vec<String>) {
        place.clone_from(&self.rows);
    }

    pub fn first(&self) -> &String {
        &self.rows[0]
    }

    pub fn into_rows(self) -> Vec<String> {
        self.rows
    }

    pub async fn load(&mut self) {}

    pub unsafe fn touch(&mut self) {}

    pub fn longest<'a>(&self, one: &'a str) -> usize {
        one.len()
    }

    pub fn clone(&self) -> usize {
        self.rows.len()
    }
}

fn main() {}
