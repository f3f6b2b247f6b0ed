//! A sweep in words, numbers and a plot: what is shown of it depends on what is varied.

use problems::picture::{Plot, sweep_plot};
use trace::text::{count, nanoseconds, percent, times};

use super::{Point, Sweep};
use crate::course::{Knob, KnobKind};

/// A speedup that is no more than this may be chance.
const PAYS: f64 = 1.05;

/// How the sweep of a knob is shown on a machine of so many cores.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// What is varied.
    pub knob: &'a Knob,
    /// More workers than these are marked.
    pub cores: u16,
}

impl Table<'_> {
    /// What the columns are called. The first has the values.
    #[must_use]
    pub fn head(&self) -> Vec<String> {
        let titles: &[&str] = match self.knob.kind() {
            KnobKind::Program => &["time", "tasks"],
            KnobKind::Workers => &["time", "speedup", "efficiency"],
            KnobKind::Size => &["serial", "time", "speedup"],
        };
        self.laid_out([self.knob.name.as_str()].iter().chain(titles).map(|&title| title.to_owned()))
    }

    /// The serial baseline's row, where there is one for all values.
    #[must_use]
    pub fn serial(&self, sweep: &Sweep) -> Option<Vec<String>> {
        let serial = sweep.serial.filter(|_| self.knob.kind() != KnobKind::Size)?;
        Some(self.laid_out(["serial".to_owned(), seconds(serial)]))
    }

    /// A run's row. What became of it stands in the place of its [`time`](Self::time).
    #[must_use]
    pub fn row(&self, point: &Point) -> Vec<String> {
        let time = point.outcome.map_or_else(|verdict| verdict.to_string(), seconds);
        let speedup = point.speedup();
        let ratio = speedup.map_or_else(String::new, times);
        let rest = match self.knob.kind() {
            KnobKind::Program => vec![time, count(point.tasks)],
            KnobKind::Workers => {
                vec![time, ratio, speedup.map_or_else(String::new, |speedup| percent(speedup / point.value as f64))]
            }
            KnobKind::Size => vec![seconds(point.serial), time, ratio],
        };
        self.laid_out([self.value(point.value)].into_iter().chain(rest))
    }

    /// The row of a run that goes on, up to its time.
    #[must_use]
    pub fn begun(&self, value: u64) -> Vec<String> {
        let blank = std::iter::repeat_n(String::new(), self.time() - 1);
        self.laid_out([self.value(value)].into_iter().chain(blank))
    }

    /// The column of the program's time.
    #[must_use]
    pub fn time(&self) -> usize {
        if self.knob.kind() == KnobKind::Size { 2 } else { 1 }
    }

    /// A value, with a star where it is more workers than cores.
    #[must_use]
    pub fn value(&self, value: u64) -> String {
        count(value) + if self.is_beyond(value) { "*" } else { "" }
    }

    /// It is more workers than cores.
    #[must_use]
    pub fn is_beyond(&self, value: u64) -> bool {
        self.knob.kind() == KnobKind::Workers && value > self.cores.into()
    }

    /// What is said of more workers than cores.
    #[must_use]
    pub fn beyond(&self) -> String {
        format!("more than the {} {}", self.cores, if self.cores == 1 { "core" } else { "cores" })
    }

    fn laid_out(&self, cells: impl IntoIterator<Item = String>) -> Vec<String> {
        let widths = match self.knob.kind() {
            KnobKind::Program => [12, 10, 12, 0],
            KnobKind::Workers => [8, 10, 8, 11],
            KnobKind::Size => [12, 7, 10, 8],
        };
        cells.into_iter().zip(widths).map(|(cell, width)| format!("{cell:>width$}")).collect()
    }

    /// What came of a sweep that is over: a sentence, or what is odd about it.
    ///
    /// # Errors
    /// Nothing can be said of the values, and this is why.
    pub fn conclusion(&self, sweep: &Sweep) -> Result<String, String> {
        let Some((fastest, time)) = sweep.fastest() else {
            return Err("None of the runs was done within the limits.".to_owned());
        };
        let kind = self.knob.kind();
        if kind == KnobKind::Program && sweep.is_flat() {
            let odd = "The number of tasks is always the same. Is there a number in your program that `sweep(..)` \
                       returns, and does it decide how many tasks there are?";
            return Err(odd.to_owned());
        }
        let nowhere_faster = sweep.points.iter().filter_map(Point::speedup).all(|speedup| speedup <= PAYS);
        if nowhere_faster && sweep.points.iter().all(|point| point.tasks == 0) {
            return Err(
                "There are no tasks, and nothing is faster than serial: does your program share its work?".to_owned()
            );
        }
        let (value, ratio) = (self.value(fastest.value), fastest.serial / time);
        Ok(match kind {
            KnobKind::Program => format!(
                "Fastest with {} {value}: {}, {} as fast as serial.",
                self.knob.name,
                seconds(time),
                times(ratio)
            ),
            KnobKind::Workers => format!(
                "Fastest with {value} {}: {}, speedup {}, efficiency {} ({ratio:.2} / {}).",
                if fastest.value == 1 { "worker" } else { "workers" },
                seconds(time),
                times(ratio),
                percent(ratio / fastest.value as f64),
                fastest.value
            ),
            KnobKind::Size => where_it_pays(sweep),
        })
    }

    /// What else has to be known to read it.
    #[must_use]
    pub fn note(&self, sweep: &Sweep) -> String {
        let once = "Each value ran once, or thrice if short: small differences mean nothing.";
        if sweep.points.iter().any(|point| self.is_beyond(point.value)) {
            return format!("{once} * is {}.", self.beyond());
        }
        once.to_owned()
    }

    /// Seconds against the value. The serial program's are a line; a guide stands `at` a value.
    #[must_use]
    pub fn plot(&self, sweep: &Sweep, at: Option<u64>) -> Plot {
        let values = self.knob.values_on(self.cores);
        let points: Vec<_> = sweep.points.iter().filter_map(|point| Some((point.value, point.outcome.ok()?))).collect();
        let serial: Vec<_> = match (self.knob.kind(), sweep.serial) {
            (KnobKind::Size, _) => sweep.points.iter().map(|point| (point.value, point.serial)).collect(),
            (_, serial) => {
                serial.into_iter().flat_map(|serial| values.iter().map(move |&value| (value, serial))).collect()
            }
        };
        sweep_plot(&self.knob.name, &values, &points, &serial, at)
    }
}

/// From which size on the program was faster than the serial one.
fn where_it_pays(sweep: &Sweep) -> String {
    let speedup = |point: &Point| point.speedup().unwrap_or(0.0);
    let paying = sweep.points.iter().rev().take_while(|point| speedup(point) > PAYS).count();
    let (unpaid, paid) = sweep.points.split_at(sweep.points.len() - paying);
    let (Some(first), Some(last)) = (paid.first(), paid.last()) else {
        return "Parallel does not pay, not even at the largest n: serial was as fast or faster there.".to_owned();
    };
    let ratio = times(speedup(last));
    match unpaid {
        [] => format!("Parallel pays at every n; at {} it is {ratio} as fast as serial.", count(last.value)),
        _ if paying == 1 => format!("Parallel pays at the largest n alone, {ratio} as fast as serial."),
        _ => {
            let [first, last] = [first, last].map(|point| count(point.value));
            format!("Parallel begins to pay at n = {first}; at {last} it is {ratio} as fast as serial.")
        }
    }
}

fn seconds(seconds: f64) -> String {
    nanoseconds(seconds * 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Verdict;

    fn knob(name: &str) -> Knob {
        Knob { name: name.to_owned(), values: vec![1, 2, 4, 1_000], usual: None }
    }

    fn sweep(points: &[(u64, f64, Result<f64, Verdict>)]) -> Sweep {
        let point = |&(value, serial, outcome): &_| Point { value, serial, outcome, tasks: 100 / value + 1 };
        Sweep { serial: Some(0.4), points: points.iter().map(point).collect(), mistake: None }
    }

    /// All that is said of it, as lines.
    fn shown(name: &str, sweep: &Sweep) -> String {
        let knob = knob(name);
        let table = Table { knob: &knob, cores: 2 };
        let rows = sweep.points.iter().map(|point| table.row(point));
        let rows = [table.head()].into_iter().chain(table.serial(sweep)).chain(rows).map(|row| row.concat());
        let conclusion = table.conclusion(sweep).unwrap_or_else(|odd| format!("? {odd}"));
        rows.chain([conclusion, table.note(sweep)]).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_number_of_the_program_has_its_tasks() {
        let sweep = sweep(&[(1, 0.4, Err(Verdict::TimedOut)), (2, 0.4, Ok(0.2)), (4, 0.4, Ok(0.3))]);
        insta::assert_snapshot!(shown("batch", &sweep), @"
               batch      time       tasks
              serial    400 ms
                   1 timed out         101
                   2    200 ms          51
                   4    300 ms          26
        Fastest with batch 2: 200 ms, 2.00x as fast as serial.
        Each value ran once, or thrice if short: small differences mean nothing.
        ");
    }

    #[test]
    fn workers_have_speedup_and_efficiency() {
        let sweep = sweep(&[(1, 0.4, Ok(0.42)), (2, 0.4, Ok(0.21)), (4, 0.4, Ok(0.2))]);
        insta::assert_snapshot!(shown("workers", &sweep), @"
         workers      time speedup efficiency
          serial    400 ms
               1    420 ms   0.95x       95 %
               2    210 ms   1.90x       95 %
              4*    200 ms   2.00x       50 %
        Fastest with 4* workers: 200 ms, speedup 2.00x, efficiency 50 % (2.00 / 4).
        Each value ran once, or thrice if short: small differences mean nothing. * is more than the 2 cores.
        ");
    }

    #[test]
    fn each_size_has_its_serial_time_and_it_is_said_where_parallel_pays() {
        let sizes = [(1, 1e-6, Ok(9e-6)), (2, 0.002, Ok(0.003)), (4, 0.03, Ok(0.02)), (1_000, 0.4, Ok(0.21))];
        insta::assert_snapshot!(shown("n", &sweep(&sizes)), @"
                   n serial      time speedup
                   1   1 us      9 us   0.11x
                   2   2 ms      3 ms   0.67x
                   4  30 ms     20 ms   1.50x
               1,000 400 ms    210 ms   1.90x
        Parallel begins to pay at n = 4; at 1,000 it is 1.90x as fast as serial.
        Each value ran once, or thrice if short: small differences mean nothing.
        ");
        let concluded = |sizes: &[_]| shown("n", &sweep(sizes)).lines().rev().nth(1).unwrap().to_owned();
        insta::assert_snapshot!(concluded(&sizes[2..]), @"Parallel pays at every n; at 1,000 it is 1.90x as fast as serial.");
        insta::assert_snapshot!(concluded(&sizes[1..3]), @"Parallel pays at the largest n alone, 1.50x as fast as serial.");
        insta::assert_snapshot!(concluded(&sizes[..2]), @"Parallel does not pay, not even at the largest n: serial was as fast or faster there.");
    }

    #[test]
    fn what_is_odd_is_said_in_the_place_of_a_conclusion() {
        let concluded = |name, sweep: &Sweep| Table { knob: &knob(name), cores: 2 }.conclusion(sweep).unwrap_err();
        let late = sweep(&[(1, 0.4, Err(Verdict::TimedOut))]);
        assert_eq!(concluded("batch", &late), "None of the runs was done within the limits.");
        let mut serial = sweep(&[(1, 0.4, Ok(0.4)), (2, 0.4, Ok(0.4))]);
        serial.points.iter_mut().for_each(|point| point.tasks = 0);
        assert!(concluded("batch", &serial).starts_with("The number of tasks is always the same."));
        assert!(concluded("workers", &serial).starts_with("There are no tasks"));
        assert!(concluded("n", &serial).starts_with("There are no tasks"));
    }

    #[test]
    fn what_gave_no_answer_is_not_plotted() {
        let sweep = sweep(&[(1, 0.4, Err(Verdict::TimedOut)), (2, 0.4, Ok(0.2)), (4, 0.4, Ok(0.3))]);
        let plot = Table { knob: &knob("batch"), cores: 2 }.plot(&sweep, Some(4));
        let y: Vec<_> = plot.layers.iter().map(|layer| layer.points.len()).collect();
        // The serial line has all four values, the guide its two ends.
        assert_eq!(y, [4, 2, 2, 2, 1]);
    }
}
