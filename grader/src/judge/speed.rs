//! From the times of a race to: fast enough, too slow, or not to be told.

use std::slice;

/// What the times say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As fast as asked.
    Enough,
    /// Slower than asked.
    Short,
    /// The machine has too few cores, or was too busy, to tell.
    Unclear,
}

/// A race in numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Median over the rounds of serial by parallel time.
    pub ratio: f64,
    /// The same of the fastest runs: the best serial by the best parallel time.
    pub fastest: f64,
    /// Median over the rounds of serial by probe time; no more than there are workers.
    pub probe: f64,
    /// The ratio asked for: a share of what the probe gave.
    pub threshold: f64,
    /// The race against the threshold.
    pub standing: Standing,
    /// The race against the point halfway from serial to the threshold.
    pub halfway: Standing,
}

/// The least that the probe has to give before times mean something: each worker after the first adds 0.3 of a core or more.
/// Quiet machines are well above, also those whose workers are two to a core.
#[must_use]
pub fn least_probe(workers: u16) -> f64 {
    1.0 + 0.3 * f64::from(workers.saturating_sub(1))
}

/// What the probe gives on a machine that has nothing else to do: each worker after the first adds 0.8 of a core or more.
/// Where it gives less, workers are two to a core, or something else runs.
#[must_use]
pub fn quiet_probe(workers: u16) -> f64 {
    1.0 + 0.8 * f64::from(workers.saturating_sub(1))
}

/// Judges a race: `rounds` has `[serial, parallel, probe]` in seconds, and the threshold is `share` of what the probe gave.
///
/// The rule: the race is looked at twice. Once by medians: each round has its ratios, of runs that stood next to each other, and
/// the medians of these are compared. Once by the fastest serial, parallel and probe run of all rounds: other programs can only
/// slow a run down, so these are the least disturbed. Where the two disagree about the threshold, it was the machine that
/// decided, and the standing is unclear.
///
/// The probe says what the machine could give:
/// - [`quiet_probe`] or more: the rule decides alone.
/// - Less: a program with much to wait for may suffer more from the rest of the machine than the probe does. It is called
///   short only if, beside that, its best round is below what even the probe's worst round asks.
/// - Less than [`least_probe`]: the threshold is too near to serial speed to mean anything, so nobody passes, and a
///   program is called short only if its best round is below half of what the probe's worst round asks.
/// - More than there are workers: serial runs were disturbed. No machine gives that, and it is not asked for.
///
/// One worker tells nothing.
///
/// # Panics
/// Without rounds.
#[must_use]
pub fn compare(rounds: &[[f64; 3]], workers: u16, share: f64) -> Speed {
    let ratios: Vec<f64> = rounds.iter().map(|[serial, parallel, _]| ratio(*serial, *parallel)).collect();
    let probes: Vec<f64> = rounds.iter().map(|[serial, _, probe]| ratio(*serial, *probe)).collect();
    let possible = f64::from(workers);
    let median = |values: &[f64]| median(values).expect("a race has a round");
    let typical = Estimate { ratio: median(&ratios), probe: median(&probes).min(possible) };
    let [serial, parallel, probe] =
        [0, 1, 2].map(|lane| rounds.iter().map(|times| times[lane]).fold(f64::INFINITY, f64::min));
    let fastest = Estimate { ratio: ratio(serial, parallel), probe: ratio(serial, probe).min(possible) };

    let standing = |asked_of: fn(f64) -> f64| {
        if workers < 2 {
            return Standing::Unclear;
        }
        let best = ratios.iter().copied().fold(0.0, f64::max);
        let weakest = probes.iter().copied().fold(f64::INFINITY, f64::min);
        let quiet = typical.probe >= quiet_probe(workers);
        let busy = typical.probe < least_probe(workers);
        match [typical, fastest].map(|estimate| estimate.ratio >= asked_of(share * estimate.probe)) {
            [true, true] if !busy => Standing::Enough,
            [false, false] if quiet => Standing::Short,
            [false, false] if !busy && best < asked_of(share * weakest) => Standing::Short,
            [false, false] if best < share * weakest / 2.0 => Standing::Short,
            _ => Standing::Unclear,
        }
    };
    Speed {
        ratio: typical.ratio,
        fastest: fastest.ratio,
        probe: typical.probe,
        threshold: share * typical.probe,
        standing: standing(|threshold| threshold),
        halfway: standing(|threshold| 1.0 + (threshold - 1.0) / 2.0),
    }
}

/// Whether a race may end: at least five rounds, and each of them, judged alone, says clearly the same. More of them would only
/// cost time; where they differ, more of them help.
#[must_use]
pub fn settled(rounds: &[[f64; 3]], workers: u16, share: f64) -> bool {
    let alone = |round: &[f64; 3]| compare(slice::from_ref(round), workers, share).standing;
    let Some(first) = rounds.first().map(alone) else { return false };
    rounds.len() >= 5 && first != Standing::Unclear && rounds.iter().all(|round| alone(round) == first)
}

/// A race seen in one way: how many times faster than serial the program and the probe were.
#[derive(Clone, Copy)]
struct Estimate {
    ratio: f64,
    probe: f64,
}

/// How many times faster `seconds` is than `serial`. No run takes no time at all, whatever a coarse clock says.
pub(crate) fn ratio(serial: f64, seconds: f64) -> f64 {
    serial / seconds.max(1e-9)
}

/// The middle one; the mean of the two middle ones of an even number; `None` of none.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (sorted[sorted.len().checked_sub(1)? / 2], sorted[sorted.len() / 2]);
    Some(f64::midpoint(low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rounds with a serial time of one second, from pairs of ratios.
    fn rounds(ratios: &[(f64, f64)]) -> Vec<[f64; 3]> {
        ratios.iter().map(|(parallel, probe)| [1.0, 1.0 / parallel, 1.0 / probe]).collect()
    }

    #[test]
    fn the_median_stands_in_the_middle() {
        let table = [(&[][..], None), (&[3.0], Some(3.0)), (&[9.0, 1.0], Some(5.0)), (&[7.0, 1.0, 2.0], Some(2.0))];
        for (values, expected) in table {
            assert_eq!(median(values), expected);
        }
    }

    #[test]
    fn the_table_of_standings() {
        use Standing::{Enough, Short, Unclear};
        let good = (1.9, 2.0);
        let table = [
            ("well above", 2, vec![good; 3], Enough, Enough),
            ("one bad round of three", 2, vec![good, (0.5, 2.0), good], Enough, Enough),
            ("between half and all", 2, vec![(1.5, 2.0); 3], Short, Enough),
            ("just below half", 2, vec![(1.34, 2.0); 3], Short, Short),
            ("three pieces on two workers", 2, vec![(1.5, 1.95); 3], Short, Enough),
            ("one worker", 1, vec![(1.0, 1.0); 3], Unclear, Unclear),
            ("serial on a busy machine", 2, vec![(1.0, 1.1); 3], Unclear, Unclear),
            ("fast on a busy machine", 2, vec![(1.25, 1.25); 3], Unclear, Unclear),
            ("hopeless on a busy machine", 2, vec![(0.1, 1.1), (0.2, 1.2), (0.1, 0.9)], Short, Short),
            ("disturbed more than the probe", 2, vec![(0.8, 1.04), (0.75, 1.17), (0.7, 1.1)], Unclear, Unclear),
            ("one good round on a rather busy machine", 2, vec![(1.1, 1.6), (1.1, 1.6), (1.3, 1.5)], Unclear, Unclear),
            ("serial, two workers a core", 2, vec![(1.0, 1.35); 3], Short, Short),
            ("two workers a core", 8, vec![(4.5, 5.0); 3], Enough, Enough),
            ("noise in most rounds, but not in the best", 2, vec![(1.3, 2.0), (1.3, 2.0), good], Unclear, Unclear),
            ("a quota of two cores for eight workers", 8, vec![(1.9, 2.0); 3], Unclear, Unclear),
        ];
        for (name, workers, ratios, standing, halfway) in table {
            let speed = compare(&rounds(&ratios), workers, 0.85);
            assert_eq!((speed.standing, speed.halfway), (standing, halfway), "{name}: {speed:?}");
        }
    }

    #[test]
    fn a_disturbed_serial_run_makes_no_impossible_threshold() {
        // The serial runs took 15 % longer than they should have: the probe seems to give 2.3x on two workers.
        let speed = compare(&[[1.15, 0.61, 0.5], [1.15, 0.61, 0.5], [1.15, 0.61, 0.5]], 2, 0.85);
        assert_eq!((speed.probe, speed.threshold, speed.standing), (2.0, 1.7, Standing::Enough));
    }

    #[test]
    fn a_race_settles_when_five_rounds_agree() {
        let settled = |ratios: &[(f64, f64)]| settled(&rounds(ratios), 2, 0.85);
        let (good, short, noisy) = ((1.9, 2.0), (1.2, 2.0), (1.1, 1.1));
        assert!(!settled(&[]));
        assert!(!settled(&[good; 4]));
        assert!(settled(&[good; 5]));
        assert!(settled(&[short; 7]));
        assert!(!settled(&[noisy; 9]));
        assert!(!settled(&[good, good, good, good, good, short]));
    }

    #[test]
    fn exactly_at_the_threshold_is_enough() {
        let speed = compare(&[[1.0, 0.5, 0.5]], 2, 1.0);
        assert_eq!((speed.threshold, speed.standing), (2.0, Standing::Enough));
    }
}
