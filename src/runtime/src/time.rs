//! Time as programs see it. Use these instead of `std`'s: they are recorded, and they follow the runtime's clock.

use std::{
    ops::{Add, AddAssign, Sub, SubAssign},
    panic::Location,
    sync::OnceLock,
    time::Duration,
};

use trace::Kind;

use crate::{context, waiter::Ended, waiter::Waiter};

/// Sleeps like [`std::thread::sleep`], and is seen in the record. A sleeping task keeps its worker slot.
///
/// Under the [virtual clock](crate::Clock::Virtual) it takes no time at all: the clock jumps. A cancelled task ends here.
///
/// ```
/// use parlings::time::{Instant, sleep};
/// let before = Instant::now();
/// sleep(std::time::Duration::from_millis(2));
/// assert!(before.elapsed().as_millis() >= 2);
/// ```
#[track_caller]
pub fn sleep(duration: Duration) {
    let Some(scheduler) = context::runtime() else { return std::thread::sleep(duration) };
    context::stop_if_cancelled(&scheduler);
    let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    context::record(Kind::SleepBegin, 0, nanoseconds);
    let waiter = Waiter::new(&scheduler, Location::caller(), false);
    let ended = scheduler.sleep(&waiter, duration);
    context::record(Kind::SleepEnd, 0, 0);
    if ended == Ended::Cancelled {
        context::stop_if_cancelled(&scheduler);
    }
}

/// A moment, like [`std::time::Instant`]: of the virtual clock, where that is the runtime's.
///
/// ```
/// use parlings::{Clock, Runtime, time::{Instant, sleep}};
/// use std::time::Duration;
/// # fn main() -> Result<(), parlings::TaskError> {
/// let runtime = Runtime::builder().clock(Clock::Virtual).start()?;
/// let _entered = runtime.enter();
/// let start = Instant::now();
/// sleep(Duration::from_secs(3600)); // at once
/// assert_eq!(start.elapsed(), Duration::from_secs(3600));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// Since the first moment that this process asked for; under the virtual clock since the runtime started.
    since: Duration,
}

impl Instant {
    /// The present moment.
    #[must_use]
    pub fn now() -> Self {
        static FIRST: OnceLock<std::time::Instant> = OnceLock::new();
        let now = context::runtime().and_then(|scheduler| scheduler.virtual_now());
        let since = match now {
            Some(nanoseconds) => Duration::from_nanos(nanoseconds),
            None => FIRST.get_or_init(std::time::Instant::now).elapsed(),
        };
        Self { since }
    }

    /// How long ago it was.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        Self::now().duration_since(*self)
    }

    /// How long after `earlier` it is; zero when it is before it.
    #[must_use]
    pub fn duration_since(&self, earlier: Self) -> Duration {
        self.since.saturating_sub(earlier.since)
    }

    /// How long after `earlier` it is; zero when it is before it.
    #[must_use]
    pub fn saturating_duration_since(&self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }

    /// How long after `earlier` it is; `None` when it is before it.
    #[must_use]
    pub fn checked_duration_since(&self, earlier: Self) -> Option<Duration> {
        self.since.checked_sub(earlier.since)
    }

    /// The moment so much later, if there is one.
    #[must_use]
    pub fn checked_add(&self, duration: Duration) -> Option<Self> {
        Some(Self { since: self.since.checked_add(duration)? })
    }

    /// The moment so much earlier, if there is one.
    #[must_use]
    pub fn checked_sub(&self, duration: Duration) -> Option<Self> {
        Some(Self { since: self.since.checked_sub(duration)? })
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self { since: self.since + duration }
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self { since: self.since - duration }
    }
}

impl SubAssign<Duration> for Instant {
    fn sub_assign(&mut self, duration: Duration) {
        *self = *self - duration;
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }
}
