//! Random numbers that do not depend on who draws them.
//!
//! A sequential generator hands out its numbers in the order of asking, so two workers that share one get other
//! numbers in each run. Here a number is a function of the seed and of its place in the sequence: whoever needs word
//! one million jumps there, and a parallel result is bit for bit the serial one.

/// The sequence of 64-bit words that belongs to a seed: splitmix64.
///
/// Its state is a counter with the step [`SplitMix64::STEP`], and each word is a mix of the state's bits; so jumping to
/// any place takes one multiplication. The words pass the usual statistical tests, and they are no secret: not for
/// cryptography.
///
/// Source: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
///
/// ```
/// use problems::random::SplitMix64;
///
/// let mut from_the_start = SplitMix64::at(7, 0);
/// from_the_start.next_word();
/// from_the_start.next_word();
/// assert_eq!(from_the_start.next_word(), SplitMix64::at(7, 2).next_word());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// 2^64 divided by the golden ratio, and odd: the counter visits all 2^64 states, and near seeds lie far apart.
    pub const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

    /// The sequence of `seed`, from word number `index` on, counted from 0.
    #[inline]
    #[must_use]
    pub const fn at(seed: u64, index: u64) -> Self {
        Self { state: seed.wrapping_add(index.wrapping_mul(Self::STEP)) }
    }

    /// The next word; each of the 2^64 values is as likely.
    #[inline]
    pub const fn next_word(&mut self) -> u64 {
        self.state = self.state.wrapping_add(Self::STEP);
        let word = self.state;
        let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// The next word as a whole number below `limit`, each as likely as any other but for one part in 2^64 / `limit`: the high
    /// half of the word times the limit.
    #[inline]
    pub const fn next_below(&mut self, limit: u64) -> u64 {
        ((self.next_word() as u128 * limit as u128) >> 64) as u64
    }

    /// The next word as a number in `0.0..1.0`: its top 53 bits, as many as an `f64` holds exactly, divided by 2^53.
    #[inline]
    pub const fn next_unit(&mut self) -> f64 {
        const SCALE: f64 = 1.0 / (1u64 << 53) as f64;
        (self.next_word() >> 11) as f64 * SCALE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_published_words() {
        let mut words = SplitMix64::at(1_234_567, 0);
        let first: [u64; 5] = std::array::from_fn(|_| words.next_word());
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821
            ]
        );
    }

    #[test]
    fn jumps_to_where_walking_leads() {
        for seed in [0, 1, u64::MAX] {
            let mut walking = SplitMix64::at(seed, 0);
            for index in 0..100 {
                assert_eq!(walking, SplitMix64::at(seed, index));
                walking.next_word();
            }
        }
    }

    #[test]
    fn whole_numbers_stay_below_their_limit_and_reach_all_below_it() {
        let mut words = SplitMix64::at(3, 0);
        let mut seen = [0; 10];
        for _ in 0..10_000 {
            seen[words.next_below(10) as usize] += 1;
        }
        assert!(seen.iter().all(|times| (850..1_150).contains(times)), "{seen:?}");
        assert_eq!((words.next_below(1), words.next_below(0)), (0, 0));
    }

    #[test]
    fn units_stay_below_one() {
        let mut words = SplitMix64::at(3, 0);
        assert!((0..10_000).map(|_| words.next_unit()).all(|unit| (0.0..1.0).contains(&unit)));
        assert_eq!((u64::MAX >> 11) as f64 / (1u64 << 53) as f64, 1.0 - f64::EPSILON / 2.0);
    }
}
