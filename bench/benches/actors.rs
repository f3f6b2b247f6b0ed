//! The table of what a call of an actor costs, in rounds as in `--bench runtime`.
//!
//! `cargo bench --bench actors -- ask 30` runs the rows whose name has `ask` in it, for 30 rounds.

use bench::{actors::ROWS, rounds::Wanted, runtime::cores};

fn main() {
    let wanted = Wanted::from_arguments(std::env::args().skip(1));
    println!("{} cores, {} rounds; recording is on\n", cores(), wanted.rounds);
    wanted.print(&ROWS);
}
