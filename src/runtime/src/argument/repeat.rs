//! Arguments that can be passed more than once: to the constructor of an actor that may be made again.

use std::sync::Arc;

use super::{Arg, Argument, Held, IntoArg, Passed, View};
use crate::TaskError;

/// An argument, or a tuple of them, that can be passed again.
pub trait Repeat: Sized {
    /// The same twice.
    fn twice(self) -> (Self, Self);
}

impl<T> Passed<T> {
    fn twice(self) -> (Self, Self) {
        match self {
            Passed::Value(value) => Passed::Shared(Arc::new(value)).twice(),
            Passed::Shared(shared) => (Passed::Shared(Arc::clone(&shared)), Passed::Shared(shared)),
            Passed::Object(object) => (Passed::Object(object.clone()), Passed::Object(object)),
        }
    }
}

/// What is lent is not copied to be lent again.
impl<T> Repeat for Held<T> {
    fn twice(self) -> (Self, Self) {
        let (one, other) = self.0.twice();
        (Held(one), Held(other))
    }
}

/// An argument for a parameter that is taken by value, by each call as a clone.
pub struct Cloned<T>(Arg<T>);

impl<T> Cloned<T> {
    /// The value: cloned, but for the last time.
    ///
    /// # Errors
    /// The error that the object holds instead of a value.
    pub fn take(self) -> Result<T, TaskError> {
        self.0.take()
    }
}

impl<T: Send + 'static> Argument for Cloned<T>
where
    Arg<T>: Argument,
{
    fn view(&self) -> View<'_> {
        self.0.view()
    }
}

impl<T> Repeat for Cloned<T> {
    fn twice(self) -> (Self, Self) {
        let Cloned(Arg(passed, own)) = self;
        let (one, other) = passed.twice();
        (Cloned(Arg(one, own)), Cloned(Arg(other, own)))
    }
}

/// What a parameter of type `T` takes where it may have to be passed again: what [`IntoArg<T>`] is, with a `T` that is `Clone`.
pub trait IntoArgAgain<T>: IntoArg<T> {
    /// The argument.
    fn into_arg_again(self) -> Cloned<T>;
}

impl<T: Clone + Send + Sync + 'static, I: IntoArg<T>> IntoArgAgain<T> for I {
    fn into_arg_again(self) -> Cloned<T> {
        let Arg(passed, _) = self.into_arg();
        Cloned(Arg(passed, Arc::unwrap_or_clone))
    }
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: Repeat),*> Repeat for ($($name,)*) {
            #[expect(non_snake_case, reason = "one name serves as type and as value")]
            fn twice(self) -> (Self, Self) {
                let ($($name,)*) = self;
                $(let $name = $name.twice();)*
                (($($name.0,)*), ($($name.1,)*))
            }
        }
    };
}

for_each_arity!(tuples);

impl Repeat for () {
    fn twice(self) -> (Self, Self) {
        ((), ())
    }
}
