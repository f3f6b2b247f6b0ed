//! Tasks with several results: each part of the tuple that the function returns is an object of its own.

use crate::{
    TaskError,
    argument::Arguments,
    cell::Listener,
    context,
    object::{AnyObject, ObjectRef},
    options::{Options, submit_as},
    scheduler::Scheduler,
    shared::Shared,
    sync::Arc,
    yielded::{Promise, Yielded},
};

/// What a function with several results returns: a tuple of two to eight.
pub trait Parts: Sized + Send + 'static {
    /// The parts before they are there.
    type Promised: Clone + Send + 'static;
    /// References to them.
    type Refs;
    /// Promises all parts.
    fn promised(scheduler: &Scheduler, name: &'static str) -> Self::Promised;
    /// References to the parts, and the parts whatever their types.
    fn shared(promised: &Self::Promised) -> (Self::Refs, Vec<Arc<dyn Promise>>);
    /// Keeps the promises.
    fn give(self, promised: Self::Promised);
}

macro_rules! parts {
    ($($name:ident $value:ident)*) => {
        impl<$($name: Send + Sync + 'static),*> Parts for ($($name,)*) {
            type Promised = ($(Arc<Yielded<$name>>,)*);
            type Refs = ($(ObjectRef<$name>,)*);

            fn promised(scheduler: &Scheduler, name: &'static str) -> Self::Promised {
                ($(Yielded::<$name>::promised(scheduler, name),)*)
            }

            fn shared(($($value,)*): &Self::Promised) -> (Self::Refs, Vec<Arc<dyn Promise>>) {
                let refs = ($(Yielded::reference(Arc::clone($value)),)*);
                (refs, vec![$(Arc::clone($value) as _),*])
            }

            #[expect(non_snake_case, reason = "one name serves as type and as value")]
            fn give(self, ($($value,)*): Self::Promised) {
                let ($($name,)*) = self;
                $($value.give($name);)*
            }
        }
    };
}

parts!(A a B b);
parts!(A a B b C c);
parts!(A a B b C c D d);
parts!(A a B b C c D d E e);
parts!(A a B b C c D d E e F f);
parts!(A a B b C c D d E e F f G g);
parts!(A a B b C c D d E e F f G g H h);

/// Submits a task with several results.
///
/// The parts are promised first; the task keeps the promises from inside, part by part. Where it ends without having done so
/// (it failed, panicked, was cancelled or refused, or an argument was an error), whoever ends it tells all parts why.
#[track_caller]
pub fn submit_parts<A, F, P>(options: Options, arguments: A, body: F) -> P::Refs
where
    A: Arguments,
    F: FnOnce(A) -> Result<P, TaskError> + Send + 'static,
    P: Parts,
{
    let promised = context::with_runtime(|scheduler| {
        context::stop_if_cancelled(scheduler);
        P::promised(scheduler, options.demands().name)
    });
    let (refs, parts) = P::shared(&promised);
    let task = submit_as(options, arguments, move |arguments| body(arguments).map(|parts| parts.give(promised)));
    parts.iter().for_each(|part| part.set_task(task.clone()));
    // Not counted as owners: a task that takes the last reference to a part is to get the value itself.
    let parts = parts.iter().map(Arc::downgrade).collect();
    task.listen(Arc::new(Ending { task: task.to_any(), parts }));
    refs
}

/// Tells the parts when their task has ended without them.
struct Ending {
    task: Shared<dyn AnyObject>,
    parts: Vec<std::sync::Weak<dyn Promise>>,
}

impl Listener for Ending {
    fn is_there(self: Arc<Self>) {
        if let Some(error) = self.task.error() {
            self.parts.iter().filter_map(std::sync::Weak::upgrade).for_each(|part| part.fail(Arc::clone(&error)));
        }
    }
}
