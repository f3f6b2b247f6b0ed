//! Time stamps for events: the processor's counter, some 10 ns a reading, against 25 for the operating system's clock.

use std::time::Instant;

/// A moment, in ticks of unknown length; [`Stamps`] knows the length.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[expect(unsafe_code, reason = "the time stamp counter has no safe reading")]
#[inline]
pub(crate) fn ticks() -> u64 {
    // SAFETY: RDTSC exists on every x86-64 processor and reads no memory.
    unsafe { core::arch::x86_64::_rdtsc() }
}

/// A moment, in nanoseconds since the first call, where the processor has no counter that can be read.
#[cfg(not(all(target_arch = "x86_64", not(miri))))]
pub(crate) fn ticks() -> u64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

/// Turns ticks into nanoseconds. The length of a tick is measured over the runtime's life so far, so starting costs nothing.
#[derive(Debug)]
pub(crate) struct Stamps {
    started: Instant,
    first: u64,
}

impl Stamps {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), first: ticks() }
    }

    /// A function from ticks to nanoseconds since the start. Ticks before the start become 0.
    pub(crate) fn scale(&self) -> impl Fn(u64) -> u64 + use<> {
        // A young runtime would measure the tick too coarsely: two clock readings are some 50 ns apart.
        let mut elapsed = self.started.elapsed();
        while elapsed.as_micros() < 1_000 {
            std::hint::spin_loop();
            elapsed = self.started.elapsed();
        }
        let first = self.first;
        let per_tick = elapsed.as_nanos() as f64 / (ticks().saturating_sub(first)).max(1) as f64;
        move |at| (at.saturating_sub(first) as f64 * per_tick) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_become_the_nanoseconds_of_the_operating_system() {
        let stamps = Stamps::start();
        let (ticked, told) = (ticks(), Instant::now());
        while told.elapsed().as_millis() < 20 {
            std::hint::spin_loop();
        }
        let (ticked_later, elapsed) = (ticks(), told.elapsed().as_nanos() as f64);
        let scale = stamps.scale();
        let measured = (scale(ticked_later) - scale(ticked)) as f64;
        assert!((measured / elapsed - 1.0).abs() < 0.05, "{measured} ns by ticks, {elapsed} ns by the clock");
        assert_eq!(scale(0), 0);
    }
}
