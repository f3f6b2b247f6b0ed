//! What may be passed to a task: values, references to objects, shared values.
//!
//! A parameter `T` takes an [`IntoArg<T>`], a parameter `&T` an [`IntoShared<T>`]. Both accept a `T`, an `ObjectRef<T>`,
//! a `&ObjectRef<T>` and an `Arc<T>`. A reference to an object is a dependency: the task begins when the object is there.

/// Calls a macro with the names of the types of 1 to 12 arguments.
macro_rules! for_each_arity {
    ($tuples:ident) => {
        $tuples!(A B C D E F G H I J K L);
        $tuples!(A B C D E F G H I J K);
        $tuples!(A B C D E F G H I J);
        $tuples!(A B C D E F G H I);
        $tuples!(A B C D E F G H);
        $tuples!(A B C D E F G);
        $tuples!(A B C D E F);
        $tuples!(A B C D E);
        $tuples!(A B C D);
        $tuples!(A B C);
        $tuples!(A B);
        $tuples!(A);
    };
}

mod again;

use std::sync::Arc;

use crate::{
    TaskError,
    object::{AnyObject, ObjectRef},
    shared::Shared,
};

pub use again::{Again, IntoAgain};

/// What the scheduler asks of an argument.
pub enum View<'a> {
    /// It is an object, perhaps not there yet.
    Object(&'a dyn Reference),
    /// It is a value, of that many bytes by itself.
    Value(usize),
}

/// A reference to an object, whatever its type.
pub trait Reference {
    /// The object.
    fn any(&self) -> &dyn AnyObject;
    /// The object, to be kept.
    fn to_any(&self) -> Shared<dyn AnyObject>;
}

impl<T> Reference for ObjectRef<T> {
    fn any(&self) -> &dyn AnyObject {
        self.any()
    }

    fn to_any(&self) -> Shared<dyn AnyObject> {
        self.to_any()
    }
}

/// One argument of a submitted task.
pub trait Argument: Send + 'static {
    /// The argument as the scheduler sees it.
    fn view(&self) -> View<'_>;
}

/// All arguments of a submitted task: a tuple of them.
pub trait Arguments: Send + 'static {
    /// Shows each argument, in order.
    fn each(&self, see: &mut dyn FnMut(View<'_>));
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: Argument),*> Arguments for ($($name,)*) {
            #[expect(non_snake_case, reason = "one name serves as type and as value")]
            #[inline]
            fn each(&self, see: &mut dyn FnMut(View<'_>)) {
                let ($($name,)*) = self;
                $(see($name.view());)*
            }
        }
    };
}

for_each_arity!(tuples);

impl Arguments for () {
    #[inline]
    fn each(&self, _: &mut dyn FnMut(View<'_>)) {}
}

/// An argument for a parameter that is taken by value.
pub struct Arg<T>(Passed<T>, fn(Arc<T>) -> T);

/// An argument for a parameter that is lent.
pub struct Held<T>(Passed<T>);

enum Passed<T> {
    Value(T),
    Shared(Arc<T>),
    Object(ObjectRef<T>),
}

impl<T> Passed<T> {
    fn view(&self) -> View<'_> {
        match self {
            Passed::Value(_) => View::Value(size_of::<T>()),
            Passed::Shared(_) => View::Value(size_of::<Arc<T>>()),
            Passed::Object(object) => View::Object(object),
        }
    }
}

impl<T: Send + 'static> Argument for Arg<T>
where
    Passed<T>: Send,
{
    #[inline]
    fn view(&self) -> View<'_> {
        self.0.view()
    }
}

impl<T: Send + 'static> Argument for Held<T>
where
    Passed<T>: Send,
{
    #[inline]
    fn view(&self) -> View<'_> {
        self.0.view()
    }
}

impl<T> Arg<T> {
    /// The value: moved where this was its last owner, cloned where it was not.
    ///
    /// # Errors
    /// The error that the object holds instead of a value.
    #[inline]
    pub fn take(self) -> Result<T, TaskError> {
        match self.0 {
            Passed::Value(value) => Ok(value),
            Passed::Shared(shared) => Ok((self.1)(shared)),
            Passed::Object(object) => object.into_shared().map(self.1),
        }
    }

    /// The argument as one that is lent, to be copied from as often as it is needed.
    pub(crate) fn into_held(self) -> Held<T> {
        Held(self.0)
    }
}

/// A parameter `U` that can be lent from what is held: `T` from a `T`, `[T]` from a `Vec<T>`, `str` from a `String`.
pub trait Lend<U: ?Sized> {
    /// The loan, for as long as the task runs.
    ///
    /// # Errors
    /// The error that the object holds instead of a value.
    fn lend(&mut self) -> Result<&U, TaskError>;
}

impl<T> Held<T> {
    fn whole(&mut self) -> Result<&T, TaskError> {
        if let Passed::Object(object) = &self.0 {
            self.0 = Passed::Shared(object.shared()?);
        }
        match &self.0 {
            Passed::Value(value) => Ok(value),
            Passed::Shared(shared) => Ok(shared),
            Passed::Object(_) => unreachable!("an object was just exchanged for its value"),
        }
    }
}

impl<T> Lend<T> for Held<T> {
    #[inline]
    fn lend(&mut self) -> Result<&T, TaskError> {
        self.whole()
    }
}

impl<T> Lend<[T]> for Held<Vec<T>> {
    #[inline]
    fn lend(&mut self) -> Result<&[T], TaskError> {
        self.whole().map(Vec::as_slice)
    }
}

impl Lend<str> for Held<String> {
    #[inline]
    fn lend(&mut self) -> Result<&str, TaskError> {
        self.whole().map(String::as_str)
    }
}

/// What a parameter of type `T` takes: a `T`, an `ObjectRef<T>` or `&ObjectRef<T>` (`T: Clone`), or an `Arc<T>` (`T: Clone`).
///
/// An object is moved into the task where the task is its last owner, and cloned where it is not.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed for a parameter of type `{T}`",
    label = "expected `{T}`, `ObjectRef<{T}>` or `&ObjectRef<{T}>`",
    note = "pass the value itself or a reference to an object of that type; an object passed by value must be `Clone`, \
            or the function must take `&{T}`"
)]
pub trait IntoArg<T> {
    /// The argument.
    fn into_arg(self) -> Arg<T>;
}

impl<T: Send + 'static> IntoArg<T> for T {
    #[inline]
    fn into_arg(self) -> Arg<T> {
        Arg(Passed::Value(self), |_| unreachable!("a plain value is not shared"))
    }
}

impl<T: Clone + Send + Sync + 'static> IntoArg<T> for ObjectRef<T> {
    #[inline]
    fn into_arg(self) -> Arg<T> {
        Arg(Passed::Object(self), Arc::unwrap_or_clone)
    }
}

impl<T: Clone + Send + Sync + 'static> IntoArg<T> for &ObjectRef<T> {
    #[inline]
    fn into_arg(self) -> Arg<T> {
        self.clone().into_arg()
    }
}

impl<T: Clone + Send + Sync + 'static> IntoArg<T> for Arc<T> {
    #[inline]
    fn into_arg(self) -> Arg<T> {
        Arg(Passed::Shared(self), Arc::unwrap_or_clone)
    }
}

/// What a parameter of type `&T` takes: a `T`, an `ObjectRef<T>`, a `&ObjectRef<T>` or an `Arc<T>`. Nothing is copied.
///
/// A parameter `&[T]` takes the same of a `Vec<T>`, a parameter `&str` the same of a `String`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be lent to a parameter of type `&{T}`",
    label = "expected an owned value, `ObjectRef<_>`, `&ObjectRef<_>` or `Arc<_>` of it",
    note = "a task may outlive the caller, so a plain `&` borrow cannot be passed: `put` the value and pass the reference"
)]
pub trait IntoShared<T: ?Sized> {
    /// What holds the value while the task runs.
    type Holder: Argument + Lend<T>;
    /// The argument.
    fn into_shared(self) -> Self::Holder;
}

macro_rules! shared {
    ([$($generics:tt)*] $lent:ty, $owned:ty) => {
        impl<$($generics)*> IntoShared<$lent> for $owned {
            type Holder = Held<$owned>;
            #[inline]
            fn into_shared(self) -> Held<$owned> {
                Held(Passed::Value(self))
            }
        }

        impl<$($generics)*> IntoShared<$lent> for ObjectRef<$owned> {
            type Holder = Held<$owned>;
            #[inline]
            fn into_shared(self) -> Held<$owned> {
                Held(Passed::Object(self))
            }
        }

        impl<$($generics)*> IntoShared<$lent> for &ObjectRef<$owned> {
            type Holder = Held<$owned>;
            #[inline]
            fn into_shared(self) -> Held<$owned> {
                Held(Passed::Object(self.clone()))
            }
        }

        impl<$($generics)*> IntoShared<$lent> for Arc<$owned> {
            type Holder = Held<$owned>;
            #[inline]
            fn into_shared(self) -> Held<$owned> {
                Held(Passed::Shared(self))
            }
        }
    };
}

shared!([T: Send + Sync + 'static] T, T);
shared!([T: Send + Sync + 'static] [T], Vec<T>);
shared!([] str, String);
