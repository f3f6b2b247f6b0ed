//! What a thread knows of itself: which runtime it is in, which worker slot it holds, which task it runs.

use std::{
    cell::{Cell, RefCell},
    panic::Location,
    sync::{Arc, Once},
};

use trace::{DRIVER, Kind, ROOT};

use crate::scheduler::{Scheduler, Slot};

thread_local! {
    static RUNTIME: RefCell<Option<Arc<Scheduler>>> = const { RefCell::new(None) };
    static SLOT: RefCell<Option<Slot>> = const { RefCell::new(None) };
    static WORKER: Cell<(u64, u16)> = const { Cell::new((0, DRIVER)) };
    static TASK: Cell<(u64, &'static str)> = const { Cell::new((ROOT, "")) };
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static SITE: Cell<((u64, usize, usize), u32)> = const { Cell::new(((0, 0, 0), 0)) };
    static CALLED_FROM: Cell<Option<&'static Location<'static>>> = const { Cell::new(None) };
    static PANICKED_AT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Makes `runtime` this thread's, and returns the one that was before.
pub(crate) fn enter(runtime: Option<Arc<Scheduler>>) -> Option<Arc<Scheduler>> {
    RUNTIME.replace(runtime)
}

/// Whether a runtime is entered on this thread.
pub(crate) fn is_entered() -> bool {
    RUNTIME.with_borrow(Option::is_some)
}

/// Calls `f` with this thread's runtime.
///
/// # Panics
/// When none was entered: the caller's line is named, with the mend.
#[track_caller]
#[inline]
pub(crate) fn with_runtime<R>(f: impl FnOnce(&Arc<Scheduler>) -> R) -> R {
    RUNTIME.with_borrow(|runtime| match runtime {
        Some(runtime) => f(runtime),
        None => no_runtime(),
    })
}

#[cold]
#[track_caller]
fn no_runtime() -> ! {
    panic!(
        "no runtime is entered on this thread: start one with `let runtime = Runtime::builder().start()?;` \
         and keep `let _entered = runtime.enter();` alive while you use it"
    )
}

/// The number of the slot of `runtime` that this thread holds, or [`DRIVER`]: a task may enter another runtime than its own.
#[inline]
pub(crate) fn worker(runtime: &Scheduler) -> u16 {
    let (owner, worker) = WORKER.get();
    if owner == runtime.number { worker } else { DRIVER }
}

/// The task that this thread runs, or [`ROOT`].
#[inline]
pub(crate) fn task() -> u64 {
    TASK.get().0
}

/// The function of the running task; empty outside tasks.
pub(crate) fn function() -> &'static str {
    TASK.get().1
}

/// How many tasks may run inside one another on a thread's stack before a get blocks instead.
const DEEPEST: u32 = 64;

/// Whether a get on this thread may run its target here: only inside a task, and not too deep.
#[inline]
pub(crate) fn may_run_inline() -> bool {
    task() != ROOT && DEPTH.get() < DEEPEST
}

/// Runs `f`, which does not panic, as the body of task number `task`.
#[inline]
pub(crate) fn in_task<R>(task: u64, function: &'static str, f: impl FnOnce() -> R) -> R {
    let outer = TASK.replace((task, function));
    DEPTH.set(DEPTH.get() + 1);
    let result = f();
    DEPTH.set(DEPTH.get() - 1);
    TASK.set(outer);
    result
}

/// Gives this thread a slot. It must hold none.
pub(crate) fn hold(slot: Slot) {
    WORKER.set((slot.owner, slot.number));
    let before = SLOT.replace(Some(slot));
    debug_assert!(before.is_none(), "a thread holds one slot at a time");
}

/// Takes this thread's slot, if it holds one.
pub(crate) fn release() -> Option<Slot> {
    WORKER.set((0, DRIVER));
    SLOT.take()
}

/// Calls `f` with this thread's slot, if it holds one.
#[inline]
pub(crate) fn with_slot<R>(f: impl FnOnce(Option<&Slot>) -> R) -> R {
    SLOT.with_borrow(|slot| f(slot.as_ref()))
}

/// Records an event about the running task in this thread's runtime, if it is in one.
pub(crate) fn record(kind: Kind, site: u32, word: u64) {
    RUNTIME.with_borrow(|runtime| {
        if let Some(runtime) = runtime {
            runtime.record([(kind, site, task(), word)]);
        }
    });
}

/// Runs `f`, in which all submissions count as made from the line `at`: a function that submits for its caller.
pub(crate) fn called_from<R>(at: &'static Location<'static>, f: impl FnOnce() -> R) -> R {
    struct Reset(Option<&'static Location<'static>>);
    impl Drop for Reset {
        fn drop(&mut self) {
            CALLED_FROM.set(self.0);
        }
    }
    let _reset = Reset(CALLED_FROM.replace(Some(at)));
    f()
}

/// The line that a submission made at `at` counts as made from.
#[inline]
pub(crate) fn caller(at: &'static Location<'static>) -> &'static Location<'static> {
    CALLED_FROM.get().unwrap_or(at)
}

/// The number of a place in the source, through a memory of the last one: loops submit from one line.
#[inline]
pub(crate) fn site(runtime: &Scheduler, function: &'static str, at: &'static Location<'static>) -> u32 {
    let key = (runtime.number, function.as_ptr().addr(), std::ptr::from_ref(at).addr());
    let (last, number) = SITE.get();
    if last == key {
        return number;
    }
    let number = runtime.log.site(function, at);
    SITE.set((key, number));
    number
}

/// Makes panics inside tasks leave their place for [`panic_place`]; what they print stays as it was.
pub(crate) fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if task() != ROOT {
                let place = panic.location().map(|at| format!("{}:{}", at.file(), at.line()));
                PANICKED_AT.set(place);
            }
            before(panic);
        }));
    });
}

/// Where this thread's last panic inside a task was raised, `file:line`.
pub(crate) fn panic_place() -> String {
    PANICKED_AT.take().unwrap_or_else(|| "an unknown place".to_string())
}
