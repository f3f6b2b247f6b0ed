//! Tasks that give their results one after the other.

use std::{collections::VecDeque, iter::FusedIterator, panic::Location};

use trace::Kind;

use crate::{
    TaskError,
    argument::Arguments,
    cell::Listener,
    check_cancelled, context,
    log::shallow_size,
    object::{AnyObject, ObjectRef},
    options::{Options, submit_as},
    scheduler::Scheduler,
    shared::Shared,
    sync::Arc,
    waiter::{Ended, Waiter},
    watched::{Watched, wait_for},
    yielded::Yielded,
};

/// The results of a `#[remote(stream)]` function: an iterator that waits for each.
///
/// The task runs ahead by a few items, two unless `options().buffer(n)` says otherwise, and then waits, lending its worker
/// slot, until one is taken. With a buffer of 0 it makes each item when it is asked for. An item that is an error, and a
/// panic in the function, arrive as an object that holds the error. Dropping the stream cancels the task at its next item.
///
/// Source: Ray's streaming generators, `ObjectRefGenerator` and its back-pressure.
///
/// ```
/// use parlings::prelude::*;
///
/// #[remote(stream)]
/// fn multiples(of: u64) -> impl Iterator<Item = u64> {
///     (1..).map(move |factor| factor * of)
/// }
///
/// # fn main() -> Result<(), TaskError> {
/// # let runtime = Runtime::builder().num_cpus(1).start()?;
/// # let _entered = runtime.enter();
/// let mut found = vec![];
/// for multiple in multiples::remote(7).take(3) {
///     found.push(*multiple.get()?);
/// }
/// assert_eq!(found, [7, 14, 21]);
/// # Ok(())
/// # }
/// ```
#[must_use = "dropping a stream cancels its task"]
pub struct ObjectStream<T> {
    task: ObjectRef<()>,
    channel: Arc<Channel<T>>,
}

/// What the task and the consumer share.
struct Channel<T> {
    items: Watched<Items<T>>,
    buffer: usize,
    scheduler: Arc<Scheduler>,
    /// What the task is called.
    name: &'static str,
    /// The line of the submission.
    at: &'static Location<'static>,
}

struct Items<T> {
    there: VecDeque<ObjectRef<T>>,
    /// Whether the consumer waits.
    is_asked: bool,
    /// Whether the task has ended.
    is_closed: bool,
    /// Whether the consumer is gone.
    is_unwanted: bool,
}

/// Submits a task with a stream of results: `body` gives them.
#[track_caller]
pub fn submit_stream<A, F, T>(options: Options, arguments: A, body: F) -> ObjectStream<T>
where
    A: Arguments,
    F: FnOnce(A, &Giver<T>) -> Result<(), TaskError> + Send + 'static,
    T: Send + Sync + 'static,
{
    let items = Items { there: VecDeque::new(), is_asked: false, is_closed: false, is_unwanted: false };
    let channel = Arc::new(Channel {
        items: Watched::new(items),
        buffer: options.buffer,
        scheduler: context::with_runtime(Arc::clone),
        name: options.demands().name,
        at: context::caller(Location::caller()),
    });
    let giver = Giver { channel: Arc::clone(&channel) };
    let task = submit_as(options, arguments, move |arguments| {
        if giver.channel.items.look(|items| items.is_unwanted) {
            return Err(context::cancelled());
        }
        body(arguments, &giver)
    });
    task.listen(Arc::new(Ending { task: task.to_any(), channel: Arc::clone(&channel) }));
    ObjectStream { task, channel }
}

/// The task's end of a stream.
pub struct Giver<T> {
    channel: Arc<Channel<T>>,
}

impl<T: Send + Sync + 'static> Giver<T> {
    /// Gives one item after the other, each when there is room for it.
    ///
    /// # Errors
    /// That the task was cancelled, or that nobody wants the items any more.
    pub fn give_all(&self, items: impl IntoIterator<Item = Result<T, TaskError>>) -> Result<(), TaskError> {
        let mut items = items.into_iter();
        loop {
            self.wait_for_room()?;
            let Some(item) = items.next() else { return Ok(()) };
            let item = self.channel.object(item);
            context::record(Kind::Yield, shallow_size::<T>(), item.any().id());
            self.channel.items.change(|items| items.there.push_back(item));
        }
    }

    fn wait_for_room(&self) -> Result<(), TaskError> {
        check_cancelled()?;
        let Channel { items, buffer, scheduler, at, .. } = &*self.channel;
        let room = items.take(
            scheduler,
            || Waiter::idle(scheduler, at),
            |items| {
                let room = usize::from(items.is_asked).max(*buffer);
                (items.is_unwanted || items.there.len() < room).then_some(!items.is_unwanted)
            },
        );
        match room {
            Ok(true) => Ok(()),
            Ok(false) => Err(context::cancelled()),
            Err(ended) => ended.into_result(),
        }
    }
}

impl<T: Send + Sync + 'static> Channel<T> {
    fn object(&self, item: Result<T, TaskError>) -> ObjectRef<T> {
        Yielded::reference(Yielded::given(&self.scheduler, self.name, item))
    }
}

/// Closes the stream when its task has ended.
struct Ending<T> {
    task: Shared<dyn AnyObject>,
    channel: Arc<Channel<T>>,
}

impl<T: Send + Sync + 'static> Listener for Ending<T> {
    fn is_there(self: Arc<Self>) {
        let error = self.task.error().map(|error| self.channel.object(Err((*error).clone())));
        let unwanted = self.channel.items.change(|items| {
            items.is_closed = true;
            if items.is_unwanted {
                return error;
            }
            items.there.extend(error);
            None
        });
        drop(unwanted);
    }
}

impl<T> ObjectStream<T> {
    fn wait(&self, scheduler: &Arc<Scheduler>) -> Result<Option<ObjectRef<T>>, Ended> {
        let Channel { items, at, .. } = &*self.channel;
        let take = |items: &mut Items<T>| {
            let item = items.there.pop_front();
            items.is_asked = item.is_none();
            (item.is_some() || items.is_closed).then_some(item)
        };
        if let Some(item) = items.change(take) {
            return Ok(item);
        }
        items.take(scheduler, || wait_for(scheduler, at, vec![self.task.to_any()]), take)
    }
}

impl<T: Send + Sync + 'static> Iterator for ObjectStream<T> {
    type Item = ObjectRef<T>;

    /// Waits for the next item.
    ///
    /// # Panics
    /// When no runtime is entered on this thread.
    #[track_caller]
    fn next(&mut self) -> Option<ObjectRef<T>> {
        let scheduler = context::with_runtime(Arc::clone);
        context::stop_if_cancelled(&scheduler);
        let (site, task) = (context::site(&scheduler, "", self.channel.at), context::task());
        scheduler.record(Kind::WaitBegin, site, task, 1);
        let waited = self.wait(&scheduler);
        // It waits for the next item or the end of the task, whichever is first.
        let item = waited.as_ref().ok().and_then(Option::as_ref);
        scheduler.record_with(|writer| {
            for named in item.map(ObjectRef::any).into_iter().chain([self.task.any()]) {
                writer.write(Kind::GetObject, site, task, named.id());
            }
            writer.write(Kind::WaitEnd, site, task, u64::from(waited.is_ok()));
        });
        // It may have ended because it was cancelled with the task that waits.
        context::stop_if_cancelled(&scheduler);
        match waited {
            Ok(item) => item,
            Err(ended) => {
                // The item says so, and is the last: a loop over the stream comes to its end.
                let error = ended.into_result().err()?;
                self.close();
                Some(self.channel.object(Err(error)))
            }
        }
    }
}

impl<T: Send + Sync + 'static> FusedIterator for ObjectStream<T> {}

impl<T> ObjectStream<T> {
    /// Tells the task that nobody wants its items any more.
    fn close(&self) {
        let left = self.channel.items.change(|items| {
            items.is_unwanted = true;
            items.is_closed = true;
            std::mem::take(&mut items.there)
        });
        drop(left);
    }
}

impl<T> Drop for ObjectStream<T> {
    fn drop(&mut self) {
        self.close();
    }
}

impl<T> std::fmt::Debug for ObjectStream<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (there, is_closed) = self.channel.items.look(|items| (items.there.len(), items.is_closed));
        write!(formatter, "ObjectStream({there} there{})", if is_closed { ", ended" } else { "" })
    }
}
