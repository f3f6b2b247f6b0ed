//! Time as programs see it. Use these instead of `std`'s: they are recorded, and they follow the runtime's clock.

use std::time::Duration;

pub use std::time::Instant;

use crate::context;

/// Sleeps like [`std::thread::sleep`], and is seen in the record. A sleeping task keeps its worker slot.
///
/// ```
/// use parlings::time::{Instant, sleep};
/// let before = Instant::now();
/// sleep(std::time::Duration::from_millis(2));
/// assert!(before.elapsed().as_millis() >= 2);
/// ```
pub fn sleep(duration: Duration) {
    let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    context::record(trace::Kind::SleepBegin, 0, nanoseconds);
    std::thread::sleep(duration);
    context::record(trace::Kind::SleepEnd, 0, 0);
}
