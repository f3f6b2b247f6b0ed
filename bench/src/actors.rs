//! What a call of an actor costs: one counter, behind each library's mailbox, on a thread that is not the caller's.
//!
//! *Tell* is a burst of calls that nobody waits for, until the last of them has been carried out; *ask* is one call and its
//! answer at a time. The mailboxes are unbounded where a library leaves the choice.

use crate::rounds::{Asked, Comparison, Contender, Row};

mod ours;
mod peers;

/// Calls of a burst.
const TELLS: u64 = 100_000;

/// Calls with an answer in a run.
const ASKS: u64 = 2_000;

/// The rows of the table.
pub const ROWS: [Row; 2] = [Row { name: "tell", comparison: tell }, Row { name: "ask", comparison: ask }];

fn tell() -> Comparison {
    Comparison {
        what: "actor call, no waiting, processing included",
        unit: "a call",
        asked: Asked::Nanoseconds(150.0),
        contenders: vec![
            Contender::new("ours", TELLS, ours::tell),
            Contender::new("std mpsc", TELLS, peers::channel::tell),
            Contender::new("actix", TELLS, peers::actix::tell),
            Contender::new("ractor", TELLS, peers::ractor::tell),
            Contender::new("kameo", TELLS, peers::kameo::tell),
        ],
    }
}

fn ask() -> Comparison {
    Comparison {
        what: "actor call and answer",
        unit: "a call",
        asked: Asked::AtMost(1.2),
        contenders: vec![
            Contender::new("ours", ASKS, ours::ask),
            Contender::new("std mpsc", ASKS, peers::channel::ask),
            Contender::new("actix", ASKS, peers::actix::ask),
            Contender::new("ractor", ASKS, peers::ractor::ask),
            Contender::new("kameo", ASKS, peers::kameo::ask),
        ],
    }
}
