//! The table of what the runtime costs: each row's sides run in turn, and a row is the median of the rounds' ratios.
//!
//! Criterion measures one function after the other, seconds apart, and on a machine that others use too the ratio of two
//! such figures says little; so the table has rounds of its own. Criterion's absolute figures of the same functions, with its
//! comparison to the run before, are `cargo bench --bench absolute`.
//!
//! `cargo bench --bench runtime -- fib 30` runs the rows whose name has `fib` in it, for 30 rounds.

use std::process::Command;

use bench::{
    rounds::Wanted,
    runtime::{ROWS, cores},
};

fn main() {
    let wanted = Wanted::from_arguments(std::env::args().skip(1));
    println!("{} cores, {} rounds; recording is on\n", cores(), wanted.rounds);
    wanted.print(&ROWS);
    if "memory".contains(&wanted.filter) {
        let status = Command::new(env!("CARGO_BIN_EXE_memory")).status().expect("the program was built with this one");
        assert!(status.success(), "the program that counts memory failed");
    }
}
