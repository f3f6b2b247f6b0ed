//! Arguments that may be needed again: by another attempt of a task, or by an actor that is made anew.

use super::{Argument, Held, IntoArg, Lend, View};
use crate::TaskError;

/// An argument for a parameter that is taken by value: each call takes a copy of its own.
pub struct Again<T> {
    held: Held<T>,
    copy: fn(&T) -> T,
}

impl<T> Again<T> {
    /// A copy of the value.
    ///
    /// # Errors
    /// The error that the object holds instead of a value.
    pub fn take(&mut self) -> Result<T, TaskError> {
        Lend::<T>::lend(&mut self.held).map(self.copy)
    }
}

impl<T: Send + 'static> Argument for Again<T>
where
    Held<T>: Argument,
{
    fn view(&self) -> View<'_> {
        self.held.view()
    }
}

/// What a parameter of type `T` takes where it may be needed again: as without, but `T` must be `Clone`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed for a parameter of type `{T}` with `max_retries` or `max_restarts`",
    note = "each attempt takes a copy of its own, so `{T}` must be `Clone`; or the function must take `&{T}`"
)]
pub trait IntoAgain<T> {
    /// The argument.
    fn into_again(self) -> Again<T>;
}

#[diagnostic::do_not_recommend]
impl<T: Clone, X: IntoArg<T>> IntoAgain<T> for X {
    fn into_again(self) -> Again<T> {
        Again { held: self.into_arg().into_held(), copy: T::clone }
    }
}
