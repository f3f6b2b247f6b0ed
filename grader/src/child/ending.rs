//! How a process ended, in words.

use std::{os::unix::process::ExitStatusExt as _, process::ExitStatus};

use super::Outcome;

/// What a child's own end means. Where memory was refused, the standard library says so and aborts.
pub(super) fn of(status: ExitStatus, output: &str) -> Outcome {
    let aborted = status.signal() == Some(rustix::process::Signal::ABORT.as_raw());
    if aborted && output.lines().any(|line| line.starts_with("memory allocation of ") && line.ends_with(" failed")) {
        return Outcome::OutOfMemory;
    }
    if aborted && output.contains("has overflowed its stack") {
        return Outcome::Ended("its stack overflowed".to_owned());
    }
    Outcome::Ended(match (status.code(), status.signal()) {
        (Some(code), _) => format!("it exited with code {code}"),
        (None, Some(signal)) => format!("it was ended by signal {signal} ({})", name(signal)),
        (None, None) => format!("it ended ({status})"),
    })
}

fn name(signal: i32) -> &'static str {
    use rustix::process::Signal;
    match Signal::from_named_raw(signal) {
        Some(Signal::ABORT) => "abort",
        Some(Signal::SEGV) => "segmentation fault",
        Some(Signal::BUS) => "bus error",
        Some(Signal::ILL) => "illegal instruction",
        Some(Signal::FPE) => "arithmetic error",
        Some(Signal::KILL) => "killed from outside, perhaps because the machine ran out of memory",
        Some(Signal::TERM | Signal::INT | Signal::HUP) => "asked to end from outside",
        _ => "see `man 7 signal`",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(raw: i32, output: &str) -> Outcome {
        of(ExitStatus::from_raw(raw), output)
    }

    #[test]
    fn every_end_has_its_words() {
        assert_eq!(ended(0, ""), Outcome::Ended("it exited with code 0".to_owned()));
        assert_eq!(ended(3 << 8, ""), Outcome::Ended("it exited with code 3".to_owned()));
        assert_eq!(ended(6, ""), Outcome::Ended("it was ended by signal 6 (abort)".to_owned()));
        assert_eq!(ended(11, ""), Outcome::Ended("it was ended by signal 11 (segmentation fault)".to_owned()));
        assert_eq!(ended(31, ""), Outcome::Ended("it was ended by signal 31 (see `man 7 signal`)".to_owned()));
    }

    #[test]
    fn refused_memory_and_deep_recursion_are_known_by_what_the_standard_library_prints() {
        assert_eq!(ended(6, "hello\nmemory allocation of 4096 bytes failed\n"), Outcome::OutOfMemory);
        let overflow = "\nthread 'main' has overflowed its stack\nfatal runtime error: stack overflow, aborting\n";
        assert_eq!(ended(6, overflow), Outcome::Ended("its stack overflowed".to_owned()));
        assert_ne!(ended(0, "memory allocation of 4096 bytes failed\n"), Outcome::OutOfMemory);
    }
}
