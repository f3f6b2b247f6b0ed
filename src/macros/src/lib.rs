//! The attribute macros of Parlings. Use them through the `parlings` crate, which documents what they make.

mod actor;
mod remote;
mod signature;

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
///
/// # Options
///
/// `options()` begins a call that differs from the usual, and `remote(..)` ends it:
///
/// - `name("..")`: what records and errors call the task. Each name is kept as long as the program runs: a few names, not one
///   a task.
/// - `num_cpus(n)`: how many worker slots it holds while it runs. With 0 it needs none, and does not wait for one: for a task
///   that itself only waits. More than the runtime has is an error, `TaskError::Unschedulable`.
/// - `max_retries(n)`: after a panic or an error it is called again, up to `n` more times; the last error is the result. It is not
///   called again after it was cancelled, nor for an argument that is an error. Each attempt takes a copy of the arguments, so
///   those that are taken by value must be `Clone`.
///
/// Source: `ray.remote`'s `.options(..)`; in Ray, `retry_exceptions` says whether an error of the function's own is tried again.
///
/// ```
/// use parlings::prelude::*;
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// static CALLS: AtomicU32 = AtomicU32::new(0);
///
/// #[remote]
/// fn fetch(page: u32) -> Result<String, String> {
///     match CALLS.fetch_add(1, Ordering::Relaxed) {
///         0 | 1 => Err("the line is busy".to_string()),
///         _ => Ok(format!("page {page}")),
///     }
/// }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// let page = fetch::options().name("download").num_cpus(0).max_retries(5).remote(7);
/// assert_eq!(*page.get()?, "page 7");
/// assert_eq!(CALLS.load(Ordering::Relaxed), 3);
/// # Ok(())
/// # }
/// ```
///
/// # Several results
///
/// With `#[remote(returns)]`, each part of the tuple that the function returns (of two to eight parts, or a `Result` of
/// such a tuple) is an object of its own. An error is that of every part, and `cancel` of one cancels the task.
///
/// Source: Ray's `num_returns`.
///
/// ```
/// use parlings::prelude::*;
///
/// #[remote(returns)]
/// fn divide(a: u64, b: u64) -> (u64, u64) {
///     (a / b, a % b)
/// }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// let (quotient, rest) = divide::remote(7, 2);
/// assert_eq!((*quotient.get()?, *rest.get()?), (3, 1));
/// # Ok(())
/// # }
/// ```
///
/// # Streams
///
/// With `#[remote(stream)]`, a function that returns an iterator gives an `ObjectStream<T>`: an iterator over references, one an
/// item, while the task goes on to make the next. It runs ahead by two items, or as many as `options().buffer(n)` says, and
/// then waits until one is taken. Items that are a `Result` give an `ObjectRef` of the value or the error, and the stream goes on.
///
/// Source: Ray's streaming generators.
///
/// ```
/// use parlings::prelude::*;
///
/// #[remote(stream)]
/// fn words(text: &str) -> impl Iterator<Item = String> {
///     text.split(' ').map(str::to_string)
/// }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// let mut lengths = vec![];
/// for word in words::remote("to be or not".to_string()) {
///     lengths.push(word.get()?.len());
/// }
/// assert_eq!(lengths, [2, 2, 2, 3]);
/// # Ok(())
/// # }
/// ```
#[proc_macro_attribute]
pub fn remote(attribute: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    remote::expand(attribute.into(), item.into()).into()
}

/// Makes a type one that can be called as an actor: a state of its own, that one call after the other works on.
///
/// It goes on the `impl` block that has the type's `new` and the methods that callers may call; what is not for callers goes to
/// another block. The block itself stays as it is. Beside it are made
///
/// ```text
/// Counter::remote(arguments of new..) -> ActorRef<Counter>
/// Counter::options().name("votes").max_pending_calls(100).max_restarts(2).remote(..) -> ActorRef<Counter>
/// ```
///
/// and each method with `&self` or `&mut self` can be called on an `ActorRef<Counter>`. That gives an `ObjectRef` at once, of what
/// the method will return; a `Result<T, E>` gives an `ObjectRef<T>`. Parameters take what those of a
/// [`#[remote]`](macro@remote) function take, with references to objects as dependencies: a call that waits for its arguments keeps
/// its place, and those after it wait too. There is no need to keep the `ObjectRef` of a call.
///
/// - Calls are served one at a time, those of one caller in the order in which it made them. An actor takes no worker slot.
/// - A method's `Err` is that call's result. A *panic* ends the actor: its call, and all later ones, have the error
///   `ActorDied`, which says why; or, with `max_restarts`, it is made anew with the arguments of its `new`.
/// - Its `new` runs on the actor's thread, too. If it fails, or panics, the actor has died.
/// - When the last `ActorRef` is dropped, the actor serves the calls that it has, and is dropped.
///
/// Source: Ray's actors.
///
/// ```
/// use std::collections::BTreeMap;
/// use parlings::prelude::*;
///
/// /// Who is how rich.
/// struct Bank {
///     accounts: BTreeMap<String, u64>,
/// }
///
/// #[actor]
/// impl Bank {
///     pub fn new(names: &[String]) -> Self {
///         Self { accounts: names.iter().map(|name| (name.clone(), 0)).collect() }
///     }
///
///     pub fn pay_in(&mut self, name: &str, amount: u64) -> Result<u64, String> {
///         let balance = self.accounts.get_mut(name).ok_or(format!("{name} has no account"))?;
///         *balance += amount;
///         Ok(*balance)
///     }
///
///     pub fn total(&self) -> u64 {
///         self.accounts.values().sum()
///     }
/// }
///
/// #[remote]
/// fn earn(hours: u64) -> u64 { 20 * hours }
///
/// #[remote]
/// fn work(bank: ActorRef<Bank>, name: String, hours: u64) -> Result<u64, TaskError> {
///     let wage = earn::remote(hours);
///     Ok(*bank.pay_in(name, wage).get()?)
/// }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(2).start()?;
/// # let _entered = runtime.enter();
/// let bank = Bank::remote(vec!["Ada".to_string(), "Alan".to_string()]);
/// let ada = work::remote(bank.clone(), "Ada".to_string(), 8);
/// let alan = work::remote(bank.clone(), "Alan".to_string(), 4);
/// assert_eq!((*ada.get()?, *alan.get()?), (160, 80));
/// bank.pay_in("Ada".to_string(), 10);
/// assert_eq!(*bank.total().get()?, 250); // served after the payment before it
///
/// let error = bank.pay_in("Bob".to_string(), 1).get().unwrap_err();
/// assert_eq!(error.to_string(), "task `Bank::pay_in` failed: Bob has no account");
///
/// let mut plain = Bank::new(&["Ada".to_string()]); // the plain type is still there
/// assert_eq!(plain.pay_in("Ada", 5), Ok(5));
/// # Ok(())
/// # }
/// ```
#[proc_macro_attribute]
pub fn actor(options: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    actor::expand(options.into(), item.into()).into()
}
