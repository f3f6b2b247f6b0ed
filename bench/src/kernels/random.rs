//! Words of the course's random sequence, several at a time.
//!
//! The state of `SplitMix64` grows by the same number from word to word, so the compiler can turn a loop over words into vector
//! instructions by itself. The two multiplications of 64 bits in each word are single ones since AVX-512; with AVX2, each is made
//! of three of 32 bits, and four words at a time are still faster than one after the other. Without these they are not.

use problems::random::SplitMix64;

/// Whether several words at a time are faster on this machine.
#[must_use]
pub(super) fn worthwhile() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

/// [`SplitMix64::next_unit`] in lanes.
///
/// Before AVX-512 no instruction makes several floating point numbers of whole ones of 64 bits. So where the code is not for a machine
/// that `converts`, the 21 upper and 32 lower bits of the 53 become the last bits of two numbers, 2^31 and 1/2. What is taken away from
/// their sum, and the sum itself, are exact.
#[inline(always)]
#[must_use]
pub(super) fn next_unit(words: &mut SplitMix64, converts: bool) -> f64 {
    if converts { words.next_unit() } else { unit_of_halves(words.next_word()) }
}

#[inline(always)]
fn unit_of_halves(word: u64) -> f64 {
    const UPPER: f64 = 2_147_483_648.0;
    const LOWER: f64 = 0.5;
    let upper = f64::from_bits(UPPER.to_bits() | (word >> 43));
    let lower = f64::from_bits(LOWER.to_bits() | ((word >> 11) & 0xFFFF_FFFF));
    (upper - (UPPER + LOWER)) + lower
}

/// A word as a whole number below `limit`, as `SplitMix64::next_below` makes it: the high half of a
/// product, put together from smaller ones, since there are no vector instructions for it.
#[inline(always)]
#[must_use]
pub(super) fn below(limit: u32, word: u64) -> u64 {
    let limit = u64::from(limit);
    let (high, low) = (word >> 32, word & 0xFFFF_FFFF);
    (high * limit + ((low * limit) >> 32)) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_the_sequence() {
        let mut words = SplitMix64::at(3, 0);
        for word in (0..100_000).map(|_| words.next_word()).chain([0, 1 << 11, u64::MAX, 1 << 43, (1 << 43) - 1]) {
            let expected = (word >> 11) as f64 / (1_u64 << 53) as f64;
            assert_eq!(unit_of_halves(word), expected);
        }
        for converts in [false, true] {
            let (mut ours, mut theirs) = (SplitMix64::at(3, 5), SplitMix64::at(3, 5));
            for _ in 0..100_000 {
                assert_eq!(next_unit(&mut ours, converts), theirs.next_unit());
            }
        }
    }

    #[test]
    fn numbers_below_a_limit_are_those_of_the_sequence() {
        for limit in [1, 2, 100, 511, u32::MAX] {
            for place in 0..1_000 {
                let word = SplitMix64::at(3, place).next_word();
                assert_eq!(below(limit, word), SplitMix64::at(3, place).next_below(u64::from(limit)));
            }
        }
    }
}
