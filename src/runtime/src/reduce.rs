//! Many at once: a task an item, and results in pairs until one is left.

use std::{panic::Location, sync::Arc};

use crate::{
    TaskError, context,
    object::ObjectRef,
    task::{Function, submit},
};

/// Submits a task an item, all at once; the references come in the order of the items.
///
/// A task costs a fraction of a microsecond: an item should be worth more than that. `f` is shared by all tasks.
///
/// # Panics
/// When no runtime is entered on this thread.
///
/// Source: Dask's `Client.map`.
///
/// ```
/// use parlings::prelude::*;
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// let lengths = map(["one", "three"], |word| word.len());
/// assert_eq!(get_all(&lengths)?.iter().map(|length| **length).collect::<Vec<_>>(), [3, 5]);
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn map<T, U, F>(items: impl IntoIterator<Item = T>, f: F) -> Vec<ObjectRef<U>>
where
    T: Send + 'static,
    U: Send + Sync + 'static,
    F: Fn(T) -> U + Send + Sync + 'static,
{
    static MAP: Function = Function::new("map");
    let f = Arc::new(f);
    let mut refs = Vec::new();
    // A loop, not an iterator's `map`: inside a closure the caller's line would be lost.
    for item in items {
        let f = Arc::clone(&f);
        refs.push(submit(&MAP, (), move |()| Ok(f(item))));
    }
    refs
}

/// Combines neighbours in pairs, the results again, until one is left: ceil(log2 n) combinations deep, all submitted at once.
///
/// An odd one out is carried over to the next level, so the order of the items is kept: `combine` must be associative, but
/// need not be commutative. One item is its own result.
///
/// # Errors
/// [`TaskError::InvalidArgument`] when there is nothing to combine.
///
/// Source: the course's tree reduction; Dask's `tree_reduction`.
///
/// ```
/// use parlings::prelude::*;
///
/// #[remote]
/// fn join(a: String, b: &str) -> String { a + b }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// let letters = ["a", "b", "c"].map(|letter| put(letter.to_string()));
/// assert_eq!(*tree_reduce(letters, join::remote)?.get()?, "abc");
/// # Ok(())
/// # }
/// ```
#[track_caller]
pub fn tree_reduce<T>(
    refs: impl IntoIterator<Item = ObjectRef<T>>,
    combine: impl Fn(ObjectRef<T>, ObjectRef<T>) -> ObjectRef<T>,
) -> Result<ObjectRef<T>, TaskError> {
    let at = Location::caller();
    let mut level: Vec<_> = refs.into_iter().collect();
    while level.len() > 1 {
        let mut above = Vec::with_capacity(level.len().div_ceil(2));
        let mut rest = level.into_iter();
        while let Some(left) = rest.next() {
            above.push(match rest.next() {
                Some(right) => context::called_from(at, || combine(left, right)),
                None => left,
            });
        }
        level = above;
    }
    level
        .pop()
        .ok_or_else(|| TaskError::invalid("tree_reduce was given nothing to combine: it needs one reference or more"))
}
