//! Calls that differ from the usual: another name, more slots or none, another try.

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, Location, catch_unwind},
};

use trace::Kind;

use crate::{
    TaskError,
    argument::Arguments,
    context,
    object::ObjectRef,
    scope::check_cancelled,
    sync::Mutex,
    task::{Demands, Function, error_of_panic, submit_with},
};

/// How a call is to be run. What the builders that `#[remote]` makes are wrapped around.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    demands: Demands,
    /// The line where the function is written.
    written: &'static Location<'static>,
    retries: u32,
    pub(crate) buffer: usize,
}

/// How far a stream runs ahead of its consumer, unless said.
const BUFFER: usize = 2;

impl Options {
    /// Those of a call without options.
    #[must_use]
    #[inline]
    pub fn of(function: &'static Function) -> Self {
        let demands = Demands { name: function.name, slots: 1 };
        Self { demands, written: function.at, retries: 0, buffer: BUFFER }
    }

    /// What records and errors call the task.
    #[must_use]
    pub fn with_name(self, name: &str) -> Self {
        Self { demands: Demands { name: intern(name), ..self.demands }, ..self }
    }

    /// How many worker slots it holds.
    #[must_use]
    pub fn with_slots(self, slots: usize) -> Self {
        let slots = u16::try_from(slots).unwrap_or(u16::MAX);
        Self { demands: Demands { slots, ..self.demands }, ..self }
    }

    /// How often it is called again after it failed.
    #[must_use]
    pub fn with_retries(self, retries: u32) -> Self {
        Self { retries, ..self }
    }

    /// How far a stream runs ahead.
    #[must_use]
    pub fn with_buffer(self, items: usize) -> Self {
        Self { buffer: items, ..self }
    }

    /// How often it is called again after it failed.
    #[must_use]
    pub fn retries(self) -> u32 {
        self.retries
    }

    #[inline]
    pub(crate) fn demands(self) -> Demands {
        self.demands
    }
}

/// Submits a task with options.
#[track_caller]
#[inline]
pub fn submit_as<A, F, T>(options: Options, arguments: A, body: F) -> ObjectRef<T>
where
    A: Arguments,
    F: FnOnce(A) -> Result<T, TaskError> + Send + 'static,
    T: Send + Sync + 'static,
{
    submit_with(options.demands, options.written, arguments, body)
}

/// What the running task is called.
#[must_use]
pub fn running() -> &'static str {
    context::function()
}

/// A name that lives as long as the program. Each is kept once, and for ever.
pub(crate) fn intern(name: &str) -> &'static str {
    static NAMES: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut names = NAMES.lock().expect("no code panics under this lock");
    let names = names.get_or_insert_default();
    if let Some(known) = names.get(name) {
        return known;
    }
    let name: &'static str = Box::leak(name.into());
    names.insert(name);
    name
}

/// Calls until there is a value, or there have been `retries` more attempts after the first: then the last error is the
/// result. A task that was asked to stop is not called again.
///
/// # Errors
/// That of the last attempt.
pub fn retry<T>(retries: u32, mut call: impl FnMut() -> Result<T, TaskError>) -> Result<T, TaskError> {
    let mut attempt = 1;
    loop {
        let called = catch_unwind(AssertUnwindSafe(&mut call));
        let outcome = called.unwrap_or_else(|payload| Err(error_of_panic(context::function(), payload)));
        let is_last = attempt > u64::from(retries) || check_cancelled().is_err();
        match outcome {
            Err(error) if !is_last && is_worth_another_attempt(&error) => {}
            outcome => return outcome,
        }
        attempt += 1;
        context::record(Kind::Retry, 0, attempt);
    }
}

fn is_worth_another_attempt(error: &TaskError) -> bool {
    !matches!(error, TaskError::Cancelled { .. } | TaskError::RuntimeStopped { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_once() {
        let (one, other) = (intern("a name"), intern(&["a ", "name"].concat()));
        assert!(std::ptr::eq(one, other));
        assert_eq!(one, "a name");
        assert_ne!(intern("another"), one);
    }

    #[test]
    fn there_are_more_slots_to_ask_for_than_any_runtime_has() {
        static F: Function = Function::new("f");
        assert_eq!(Options::of(&F).with_slots(70_000).demands().slots, u16::MAX);
        assert_eq!(Options::of(&F).with_slots(0).demands().slots, 0);
    }
}
