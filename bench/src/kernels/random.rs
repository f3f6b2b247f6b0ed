//! Words of the course's random sequence, several at a time.
//!
//! The state of `SplitMix64` grows by the same number from word to word, so the compiler can turn a loop over words into vector
//! instructions by itself. A word takes two multiplications of 64 bits, for which x86-64 has such instructions since
//! AVX-512; without these, one word after the other is as fast or faster, and [`worthwhile`] says so.

/// Whether this machine multiplies lanes of 64 bits.
#[must_use]
pub(super) fn worthwhile() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx512dq") && is_x86_feature_detected!("avx512vl");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
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
    use problems::random::SplitMix64;

    use super::*;

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
