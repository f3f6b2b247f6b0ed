//! Comparisons on a machine that others use too: all sides in turn, again and again, and a ratio from each round.
//!
//! What disturbs a machine lasts longer than a round, so it disturbs both sides of a round alike and their ratio little;
//! two medians that were taken one after the other it would pull apart. So the ratio of a comparison is the median of the
//! rounds' ratios, and who begins changes from round to round.

use std::time::{Duration, Instant};

/// One side of a comparison.
pub struct Contender {
    /// What it is called in the table.
    pub name: &'static str,
    /// How many operations a run is made of.
    pub operations: u64,
    run: Box<dyn FnMut() -> Duration>,
}

impl Contender {
    /// A side that takes the time itself, so that what it prepares does not count.
    pub fn new(name: &'static str, operations: u64, run: impl FnMut() -> Duration + 'static) -> Self {
        Self { name, operations, run: Box::new(run) }
    }

    /// A side of which all counts.
    pub fn timed(name: &'static str, operations: u64, mut work: impl FnMut() + 'static) -> Self {
        Self::new(name, operations, move || {
            let start = Instant::now();
            work();
            start.elapsed()
        })
    }

    /// Runs once, and says how long that took.
    pub fn run(&mut self) -> Duration {
        (self.run)()
    }
}

/// What is asked of the first contender.
#[derive(Clone, Copy, Debug)]
pub enum Asked {
    /// At most so many times as long as the second.
    AtMost(f64),
    /// At least so many times as fast as the second.
    AtLeast(f64),
    /// At most so many nanoseconds an operation.
    Nanoseconds(f64),
}

/// A row of the table: the first contender is ours, the second the one that it is measured by, others stand beside.
pub struct Comparison {
    /// What is compared.
    pub what: &'static str,
    /// What an operation is, as in "a task".
    pub unit: &'static str,
    /// What is asked of ours.
    pub asked: Asked,
    /// All sides.
    pub contenders: Vec<Contender>,
}

/// A comparison by its name: made when it is its turn, and dropped after.
pub struct Row {
    /// The name.
    pub name: &'static str,
    /// Makes the comparison.
    pub comparison: fn() -> Comparison,
}

/// What a program of comparisons is told on its command line: part of a name and how many rounds, in any order.
///
/// `cargo bench` adds options that do not concern it.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// The rows whose name has this in it.
    pub filter: String,
    /// How many rounds.
    pub rounds: usize,
}

impl Wanted {
    /// From the command line's arguments, without the program's name.
    pub fn from_arguments(arguments: impl IntoIterator<Item = String>) -> Self {
        let mut wanted = Self { filter: String::new(), rounds: 15 };
        for argument in arguments.into_iter().filter(|argument| !argument.starts_with('-')) {
            match argument.parse() {
                Ok(rounds) => wanted.rounds = rounds,
                Err(_) => wanted.filter = argument,
            }
        }
        wanted.rounds = wanted.rounds.max(1);
        wanted
    }

    /// Runs the rows that are wanted, and prints each as soon as it is there.
    pub fn print(&self, rows: &[Row]) {
        for row in rows.iter().filter(|row| row.name.contains(&self.filter)) {
            let mut comparison = (row.comparison)();
            let outcome = comparison.run(self.rounds);
            println!("{}", comparison.row(&outcome));
        }
    }
}

/// What came out of a comparison's rounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The median of each contender, in nanoseconds an operation.
    pub nanoseconds: Vec<f64>,
    /// The median over the rounds of ours divided by the second; 1 when there is none.
    pub ratio: f64,
}

impl Comparison {
    /// Runs all contenders in turn, so many rounds, after one that is not counted.
    ///
    /// # Panics
    /// When there are no contenders or no rounds.
    pub fn run(&mut self, rounds: usize) -> Outcome {
        let sides = self.contenders.len();
        let mut times = vec![Vec::with_capacity(rounds); sides];
        for round in 0..=rounds {
            for turn in 0..sides {
                let side = (round + turn) % sides;
                let contender = &mut self.contenders[side];
                let time = contender.run().as_secs_f64() * 1e9 / contender.operations as f64;
                if round > 0 {
                    times[side].push(time);
                }
            }
        }
        let mut ratios: Vec<f64> = match &times[..] {
            [ours, peers, ..] => ours.iter().zip(peers).map(|(ours, peer)| ours / peer).collect(),
            _ => vec![1.0],
        };
        Outcome { nanoseconds: times.iter_mut().map(|times| median(times)).collect(), ratio: median(&mut ratios) }
    }

    /// The row of the table.
    #[must_use]
    pub fn row(&self, Outcome { nanoseconds, ratio }: &Outcome) -> String {
        let peer = self.contenders.get(1).map_or("", |peer| peer.name);
        let (figure, asked, reached) = match self.asked {
            Asked::AtMost(most) => (format!("{ratio:.2}x {peer}"), format!("<= {most}x"), *ratio <= most),
            Asked::AtLeast(least) => {
                (format!("{:.2}x as fast as {peer}", 1.0 / ratio), format!(">= {least}x"), 1.0 / ratio >= least)
            }
            Asked::Nanoseconds(most) => {
                (duration(nanoseconds[0]), format!("<= {}", duration(most)), nanoseconds[0] <= most)
            }
        };
        let mark = if reached { "" } else { " MISSED" };
        let mut sides = self.contenders.iter().zip(nanoseconds);
        let ours = sides.next().map_or(String::new(), |(_, time)| format!("{} {}", duration(*time), self.unit));
        let others: String = sides.map(|(side, time)| format!(", {} {}", side.name, duration(*time))).collect();
        format!("{:<58} {figure} (asked: {asked}){mark}   {ours}{others}", self.what)
    }
}

/// Nanoseconds in the unit that gives one to three digits before the point.
fn duration(nanoseconds: f64) -> String {
    match nanoseconds {
        ..1e1 => format!("{nanoseconds:.2} ns"),
        ..1e3 => format!("{nanoseconds:.0} ns"),
        ..1e6 => format!("{:.1} us", nanoseconds / 1e3),
        _ => format!("{:.1} ms", nanoseconds / 1e6),
    }
}

/// The value in the middle, or the mean of the two.
///
/// # Panics
/// When there are no values.
pub fn median(values: &mut [f64]) -> f64 {
    assert!(!values.is_empty(), "nothing has no median");
    values.sort_unstable_by(f64::total_cmp);
    let (lower, upper) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
    f64::midpoint(lower, upper)
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use super::*;

    fn comparison(asked: Asked, times: [u64; 2]) -> Comparison {
        let side = |name, time| Contender::new(name, 10, move || Duration::from_nanos(time));
        Comparison {
            what: "work",
            unit: "a task",
            asked,
            contenders: vec![side("ours", times[0]), side("rayon", times[1])],
        }
    }

    #[test]
    fn a_median_is_in_the_middle() {
        assert_eq!([median(&mut [3.0, 1.0, 2.0]), median(&mut [4.0, 1.0, 2.0, 3.0])], [2.0, 2.5]);
    }

    #[test]
    fn arguments_are_a_name_and_a_number() {
        let wanted = |arguments: &[&str]| {
            let Wanted { filter, rounds } = Wanted::from_arguments(arguments.iter().map(ToString::to_string));
            (filter, rounds)
        };
        assert_eq!(wanted(&["--bench"]), (String::new(), 15));
        assert_eq!(wanted(&["fib", "30", "--bench"]), ("fib".to_owned(), 30));
        assert_eq!(wanted(&["0"]), (String::new(), 1));
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        // The machine is slower from round to round; both sides feel it.
        let slower = |factor: u64| {
            let mut round = 0;
            move || {
                round += 1;
                Duration::from_nanos(factor * round * round)
            }
        };
        let mut comparison = comparison(Asked::AtMost(3.0), [0, 0]);
        comparison.contenders = vec![Contender::new("ours", 1, slower(30)), Contender::new("peer", 1, slower(10))];
        assert_eq!(comparison.run(9).ratio, 3.0);
    }

    #[test]
    fn who_begins_changes() {
        let log = Rc::new(RefCell::new(String::new()));
        let side = |name: &'static str| {
            let log = Rc::clone(&log);
            Contender::timed(name, 1, move || log.borrow_mut().push_str(name))
        };
        let mut comparison = comparison(Asked::AtMost(1.0), [0, 0]);
        comparison.contenders = vec![side("a"), side("b"), side("c")];
        comparison.run(3);
        assert_eq!(*log.borrow(), "abcbcacababc");
    }

    #[test]
    fn rows_say_what_was_asked_and_whether_it_was_reached() {
        let row = |asked, times| {
            let mut comparison = comparison(asked, times);
            let outcome = comparison.run(1);
            comparison.row(&outcome).split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            row(Asked::AtMost(3.0), [3_000, 1_000]),
            "work 3.00x rayon (asked: <= 3x) 300 ns a task, rayon 100 ns"
        );
        assert_eq!(
            row(Asked::AtLeast(1.9), [1_000, 1_800]),
            "work 1.80x as fast as rayon (asked: >= 1.9x) MISSED 100 ns a task, rayon 180 ns"
        );
        assert_eq!(
            row(Asked::Nanoseconds(250.0), [2_510, 10]),
            "work 251 ns (asked: <= 250 ns) MISSED 251 ns a task, rayon 1.00 ns"
        );
    }
}
