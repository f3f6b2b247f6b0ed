//! The attribute macros of Parlings. Use them through the `parlings` crate, which documents what they make.

mod remote;

/// Makes a function one that can be called as a task.
///
/// The function itself stays as it is. Beside it, in the namespace of types, stands a struct of the same name with
///
/// ```text
/// fn remote(arguments..) -> ObjectRef<T>
/// ```
///
/// which submits a call of the function and returns at once. A parameter of type `T` takes a `T`, an `ObjectRef<T>`, an
/// `&ObjectRef<T>` or an `Arc<T>`; so does a parameter `&T` (and `&[T]` of a `Vec<T>`, `&str` of a `String`), without a copy. A
/// reference to an object is a dependency: the task begins when the object is there. A function that returns
/// `Result<T, E>` gives an `ObjectRef<T>`; its error arrives at `get`.
///
/// ```
/// use parlings::prelude::*;
///
/// #[remote]
/// fn mean(values: &[f64]) -> Result<f64, String> {
///     if values.is_empty() {
///         return Err("the mean of nothing".to_string());
///     }
///     Ok(values.iter().sum::<f64>() / values.len() as f64)
/// }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// assert_eq!(mean(&[1.0, 3.0]), Ok(2.0)); // the plain function is still there
/// assert_eq!(*mean::remote(vec![1.0, 3.0]).get()?, 2.0);
/// assert!(mean::remote(vec![]).get().is_err());
/// # Ok(())
/// # }
/// ```
#[proc_macro_attribute]
pub fn remote(options: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    remote::expand(options.into(), item.into()).into()
}
