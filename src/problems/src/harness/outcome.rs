//! How a run ended, in words that can be sent.

use std::{
    any::Any,
    cell::RefCell,
    panic::{self, AssertUnwindSafe},
    path::{Component, Path, PathBuf},
    sync::Once,
};

use parlings::TaskError;

use super::Attempt;
use crate::protocol::Failure;

/// Runs it on this thread. A panic is caught, after the usual message on standard error.
pub(super) fn run(attempt: Attempt) -> Result<Vec<u8>, Failure> {
    note_places_of_panics();
    PLACE.take();
    match panic::catch_unwind(AssertUnwindSafe(attempt)) {
        Ok(Ok(output)) => Ok(output),
        Ok(Err(error)) => Err(of_error(error)),
        Err(payload) => Err(of_panic(message(payload.as_ref()), None, PLACE.take())),
    }
}

thread_local! {
    /// Where this thread's last panic began, `file:line`.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A caught panic has a message but no place; a hook sees both.
fn note_places_of_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            PLACE.set(panic.location().map(|place| format!("{}:{}", place.file(), place.line())));
            previous(panic);
        }));
    });
}

fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        return (*text).to_owned();
    }
    payload.downcast_ref::<String>().cloned().unwrap_or_else(|| "a panic without a message".to_owned())
}

fn of_error(error: TaskError) -> Failure {
    match error {
        TaskError::Panic { task, message, place } => of_panic(message, Some(task), Some(place)),
        TaskError::User { task, message, .. } => failure(message, Some(task), None),
        other => failure(other.to_string(), None, None),
    }
}

/// A panic by the `unwrap` of a failed task's error is that task's, if the task is not done yet: nothing else is to be mended.
fn of_panic(message: String, task: Option<String>, place: Option<String>) -> Failure {
    match unwrapped(&message) {
        Some((task, message, place)) if is_unfinished(&message) => failure(message, Some(task), Some(place)),
        _ => failure(message, task, place),
    }
}

/// Task, message and place of the [`TaskError::Panic`] that a panic's message quotes, as those of `unwrap` and `expect` do; the
/// first cause, where one task unwraps the error of another.
fn unwrapped(message: &str) -> Option<(String, String, String)> {
    // A quotation in a quotation has backslashes before its quotation marks.
    let text = message.replace('\\', "");
    let (_, error) = text.rsplit_once("Panic { task: \"")?;
    let (task, error) = error.split_once("\", message: \"")?;
    let (message, error) = error.split_once("\", place: \"")?;
    let (place, _) = error.split_once('"')?;
    Some((task.to_owned(), message.to_owned(), place.to_owned()))
}

/// What std's `todo!` and `unimplemented!` say.
fn is_unfinished(message: &str) -> bool {
    ["not yet implemented", "not implemented"].iter().any(|start| message.starts_with(start))
}

fn failure(message: String, task: Option<String>, place: Option<String>) -> Failure {
    let unfinished = is_unfinished(&message);
    Failure { message, task, place: place.filter(|place| !place.is_empty()).map(|place| tidy(&place)), unfinished }
}

/// The path without detours. A submission is a module of a main in another folder, so the compiler calls it
/// `exercises/main/../pi.rs`; its author calls it `exercises/pi.rs`.
fn tidy(place: &str) -> String {
    let mut path = PathBuf::new();
    for component in Path::new(place).components() {
        if component == Component::ParentDir && matches!(path.components().next_back(), Some(Component::Normal(_))) {
            path.pop();
        } else {
            path.push(component);
        }
    }
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn an_output_passes_through() {
        assert_eq!(run(Box::new(|| Ok(vec![1, 2, 3]))), Ok(vec![1, 2, 3]));
    }

    #[test]
    fn a_panic_has_its_message_and_its_place() {
        let line = line!() + 1;
        let failure = run(Box::new(|| panic!("batch {} is empty", 7))).expect_err("it panics");
        assert_eq!(failure.message, "batch 7 is empty");
        assert_eq!(failure.task, None);
        assert!(!failure.unfinished);
        let place = failure.place.expect("a panic has a place");
        assert!(place.ends_with(&format!("outcome.rs:{line}")), "{place}");
    }

    #[test]
    fn a_panic_that_passes_no_hook_has_no_place() {
        let failure = run(Box::new(|| panic::resume_unwind(Box::new(5)))).expect_err("it panics");
        assert_eq!((failure.message.as_str(), failure.place), ("a panic without a message", None));
    }

    #[test]
    fn an_exercise_not_begun_is_unfinished() {
        for attempt in [(|| todo!()) as fn() -> _, || todo!("batches"), || unimplemented!()] {
            assert!(run(Box::new(attempt)).expect_err("it panics").unfinished);
        }
        let in_a_task = TaskError::Panic {
            task: "hits_task".to_owned(),
            message: "not yet implemented".to_owned(),
            place: "exercises/main/../pi.rs:12".to_owned(),
        };
        assert_eq!(
            run(Box::new(move || Err(in_a_task))),
            Err(Failure {
                message: "not yet implemented".to_owned(),
                task: Some("hits_task".to_owned()),
                place: Some("exercises/pi.rs:12".to_owned()),
                unfinished: true,
            })
        );
    }

    #[test]
    fn a_task_not_begun_is_unfinished_also_where_its_error_is_unwrapped() {
        let failed = |message: &str| {
            let (task, place) = ("hits_task".to_owned(), "exercises/main/../pi.rs:12".to_owned());
            Err::<u64, _>(TaskError::Panic { task, message: message.to_owned(), place })
        };
        let unwrap = |message: &str| {
            let failed = failed(message);
            run(Box::new(move || Ok(vec![failed.unwrap() as u8]))).expect_err("it panics")
        };
        for message in ["not yet implemented", "not implemented: batches of 'darts'"] {
            let failure = unwrap(message);
            let place = failure.place.as_deref();
            assert_eq!((failure.task.as_deref(), place), (Some("hits_task"), Some("exercises/pi.rs:12")), "{message}");
            assert!(failure.unfinished && failure.message == message, "{failure:?}");
        }

        // A task that unwraps the error of another.
        let quoted = unwrap("not yet implemented").message;
        let quotation =
            panic::catch_unwind(|| failed("not yet implemented").expect("all darts")).expect_err("it panics");
        let outer =
            TaskError::Panic { task: "sum".to_owned(), message: message(quotation.as_ref()), place: String::new() };
        let failure = run(Box::new(move || Err(outer))).expect_err("it fails");
        assert_eq!((failure.task.as_deref(), failure.message, failure.unfinished), (Some("hits_task"), quoted, true));

        // Any other panic is told where the program met it.
        let failure = unwrap("no darts");
        assert!(!failure.unfinished && failure.task.is_none() && failure.message.contains("no darts"), "{failure:?}");
        assert!(failure.place.is_some_and(|place| place.contains("outcome.rs:")));
    }

    #[test]
    fn an_error_of_a_task_names_the_task() {
        let error = TaskError::User {
            task: "hits_task".to_owned(),
            message: "no darts left".to_owned(),
            source: Arc::new(std::io::Error::other("no darts left")),
        };
        let failure = run(Box::new(move || Err(error))).expect_err("it returns an error");
        assert_eq!((failure.message.as_str(), failure.task.as_deref()), ("no darts left", Some("hits_task")));
    }

    #[test]
    fn paths_are_tidied() {
        assert_eq!(tidy("exercises/main/../pi.rs:3"), "exercises/pi.rs:3");
        assert_eq!(tidy("../a/./b/../../c.rs:1"), "../c.rs:1");
        assert_eq!(tidy("/x/main/../pi.rs:3"), "/x/pi.rs:3");
    }
}
