//! What a thread knows of itself: which runtime it is in, which worker slots it holds, which task it runs.

use std::{
    cell::{Cell, RefCell},
    panic::Location,
    rc::Rc,
    sync::Once,
};

use trace::{DRIVER, Kind, ROOT};

use crate::{
    TaskError,
    log::Lease,
    scheduler::Scheduler,
    scope::{Place, Scope, Stop},
    stamp::ticks,
    sync::{Arc, thread_local},
    workers::Slot,
};

/// What needs to be dropped when the thread ends.
struct Context {
    runtime: RefCell<Entered>,
    slot: RefCell<Option<Slot>>,
    /// The buffer of events of a thread without a slot.
    lease: RefCell<Option<Lease>>,
    panicked_at: RefCell<Option<String>>,
}

/// What need not: to reach it takes no look whether that has happened, which costs about as much as what is done here.
struct Marks {
    /// The runtime and the number of this thread's slot.
    worker: Cell<(u64, u16)>,
    /// The number of the runtime that this thread is in; 0 is none.
    entered: Cell<u64>,
    /// The innermost task that runs on this thread.
    frame: Cell<*const Frame>,
    /// When this thread last recorded something, or looked at the clock, in ticks.
    moment: Cell<u64>,
    /// Numbers set aside for tasks of this thread: the runtime, the next, the end.
    numbers: Cell<(u64, u64, u64)>,
    /// The numbers of places that were asked for lately, each where its address puts it.
    sites: [Cell<KnownSite>; SITES],
    called_from: Cell<Option<&'static Location<'static>>>,
}

thread_local! {
    static CONTEXT: Context = const {
        Context {
            runtime: RefCell::new(None),
            slot: RefCell::new(None),
            lease: RefCell::new(None),
            panicked_at: RefCell::new(None),
        }
    };
    static MARKS: Marks = const {
        Marks {
            worker: Cell::new((0, DRIVER)),
            entered: Cell::new(0),
            frame: Cell::new(std::ptr::null()),
            moment: Cell::new(0),
            numbers: Cell::new((0, 0, 0)),
            sites: [const { Cell::new(KnownSite { runtime: 0, function: 0, at: 0, number: 0 }) }; SITES],
            called_from: Cell::new(None),
        }
    };
}

/// How many places a thread remembers: more than a loop has calls.
const SITES: usize = 16;

/// A place in the source, and its number in a runtime's record.
#[derive(Clone, Copy)]
struct KnownSite {
    runtime: u64,
    function: usize,
    at: usize,
    number: u32,
}

/// A task that runs on this thread, on its stack.
struct Frame {
    /// The number of its runtime. A task that enters another runtime is no task there: numbers of tasks are each runtime's own.
    runtime: u64,
    id: u64,
    function: &'static str,
    /// Its place among what may be cancelled; as long as the frame is reachable, it lives.
    place: *const Place,
    /// Whether a get in it may run its target on this thread.
    inline: bool,
    depth: u32,
    /// The task that runs this one in a get.
    outer: *const Frame,
}

/// How many tasks may run inside one another on a thread's stack before a get blocks instead.
const DEEPEST: u32 = 64;

/// Runs `f` as the body of a task. Whether `f` returns or panics, the thread is then in the task that it was in before.
#[inline]
pub(crate) fn in_task<R>(id: u64, function: &'static str, place: &Place, inline: bool, f: impl FnOnce() -> R) -> R {
    struct Leave<'a>(&'a Cell<*const Frame>, *const Frame);
    impl Drop for Leave<'_> {
        fn drop(&mut self) {
            self.0.set(self.1);
        }
    }
    MARKS.with(|marks| {
        let outer = marks.frame.get();
        let depth = with_frame(|frame| frame.map_or(0, |frame| frame.depth + 1));
        let frame = Frame { runtime: marks.entered.get(), id, function, place, inline, depth, outer };
        marks.frame.set(&raw const frame);
        let _leave = Leave(&marks.frame, outer);
        f()
    })
}

#[inline]
#[expect(unsafe_code, reason = "the frame is on this thread's stack, not behind a count of owners")]
fn with_frame<R>(read: impl FnOnce(Option<&Frame>) -> R) -> R {
    let (frame, entered) = MARKS.with(|marks| (marks.frame.get(), marks.entered.get()));
    // SAFETY: the pointer is null, or it was set by an `in_task` of this thread that has not returned: it takes the pointer
    // back as it ends, also when it unwinds. So the frame is alive for as long as `read` runs, and nobody changes it.
    read(unsafe { frame.as_ref() }.filter(|frame| frame.runtime == entered))
}

#[inline]
#[expect(unsafe_code, reason = "the place belongs to the task that runs on this thread")]
fn with_place<R>(read: impl FnOnce(&Place) -> R) -> Option<R> {
    // SAFETY: `in_task` borrows the place for as long as its frame is reachable.
    with_frame(|frame| Some(read(unsafe { &*frame?.place })))
}

/// The task that this thread runs, or [`ROOT`].
#[inline]
pub(crate) fn task() -> u64 {
    with_frame(|frame| frame.map_or(ROOT, |frame| frame.id))
}

/// The function of the running task; empty outside tasks.
pub(crate) fn function() -> &'static str {
    with_frame(|frame| frame.map_or("", |frame| frame.function))
}

/// The running task and its function, and those that wait for it on this thread, the innermost first.
#[expect(unsafe_code, reason = "as in `with_frame`")]
pub(crate) fn tasks() -> Vec<(u64, &'static str)> {
    let mut tasks = Vec::new();
    let (mut frame, entered) = MARKS.with(|marks| (marks.frame.get(), marks.entered.get()));
    // SAFETY: as in `with_frame`; the outer frames are further down on the same stack.
    while let Some(inner) = unsafe { frame.as_ref() }.filter(|frame| frame.runtime == entered) {
        tasks.push((inner.id, inner.function));
        frame = inner.outer;
    }
    tasks
}

/// Whether a get on this thread may run its target here: only inside a task that allows it, and not too deep.
#[inline]
pub(crate) fn may_run_inline() -> bool {
    with_frame(|frame| frame.is_some_and(|frame| frame.inline && frame.depth < DEEPEST))
}

/// The scope of the running task.
#[inline]
pub(crate) fn scope() -> Option<Arc<Scope>> {
    with_place(|place| Arc::clone(place.scope()))
}

/// Whether the running task was asked to stop.
#[inline]
pub(crate) fn is_cancelled(runtime: &Scheduler) -> bool {
    runtime.has_cancelled() && with_place(Place::is_cancelled) == Some(true)
}

/// The error of the running task, which was cancelled.
pub(crate) fn cancelled() -> TaskError {
    TaskError::Cancelled { task: function().to_string() }
}

/// Ends the running task, if it was asked to stop, where no result can tell it.
#[inline]
pub(crate) fn stop_if_cancelled(runtime: &Scheduler) {
    if is_cancelled(runtime) && !std::thread::panicking() {
        std::panic::resume_unwind(Box::new(Stop));
    }
}

/// A runtime as one thread knows it. The thread's own count is not shared with others, and so costs next to nothing.
pub(crate) type Entered = Option<Rc<Arc<Scheduler>>>;

/// Makes `runtime` this thread's, and returns the one that was before.
pub(crate) fn enter(runtime: Entered) -> Entered {
    MARKS.with(|marks| marks.entered.set(runtime.as_ref().map_or(0, |runtime| runtime.number)));
    CONTEXT.with(|context| context.runtime.replace(runtime))
}

/// This thread's runtime, if it is in one.
#[inline]
pub(crate) fn runtime() -> Entered {
    CONTEXT.with(|context| context.runtime.borrow().clone())
}

/// Calls `f` with this thread's runtime.
///
/// # Panics
/// When none was entered: the caller's line is named, with the mend.
#[track_caller]
#[inline]
pub(crate) fn with_runtime<R>(f: impl FnOnce(&Arc<Scheduler>) -> R) -> R {
    match runtime() {
        Some(runtime) => f(&runtime),
        None => no_runtime(),
    }
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
    let (owner, worker) = MARKS.with(|marks| marks.worker.get());
    if owner == runtime.number { worker } else { DRIVER }
}

/// Gives this thread a slot. It must hold none.
pub(crate) fn hold(slot: Slot) {
    MARKS.with(|marks| marks.worker.set((slot.owner, slot.number)));
    CONTEXT.with(|context| {
        let before = context.slot.replace(Some(slot));
        debug_assert!(before.is_none(), "a thread holds one slot, and with it others");
    });
}

/// Takes this thread's slot, if it holds one.
pub(crate) fn release() -> Option<Slot> {
    MARKS.with(|marks| marks.worker.set((0, DRIVER)));
    CONTEXT.with(|context| context.slot.take())
}

/// Calls `f` with this thread's slot, if it holds one.
#[inline]
pub(crate) fn with_slot<R>(f: impl FnOnce(Option<&Slot>) -> R) -> R {
    CONTEXT.with(|context| f(context.slot.borrow().as_ref()))
}

/// Now, in ticks.
#[inline]
pub(crate) fn moment() -> u64 {
    let now = ticks();
    MARKS.with(|marks| marks.moment.set(now));
    now
}

/// When this thread last recorded something, or looked at the clock, in ticks.
#[inline]
pub(crate) fn last_moment() -> u64 {
    MARKS.with(|marks| marks.moment.get())
}

/// Calls `f` with the buffer of events that this thread has of `runtime`, as it holds no slot.
#[inline]
pub(crate) fn with_lease<R>(runtime: &Scheduler, f: impl FnOnce(&Lease) -> R) -> R {
    CONTEXT.with(|context| {
        let mut lease = context.lease.borrow_mut();
        if lease.as_ref().is_none_or(|lease| lease.owner != runtime.number) {
            // First the old one goes back, so that the next thread finds it.
            *lease = None;
            *lease = Some(runtime.log.lease(runtime.number));
        }
        f(lease.as_ref().expect("it was just made sure"))
    })
}

/// The next number for a task or an object; `more` sets `count` of them aside for this thread.
#[inline]
pub(crate) fn next_number(runtime: u64, count: u64, more: impl FnOnce(u64) -> u64) -> u64 {
    MARKS.with(|marks| {
        let (owner, next, end) = marks.numbers.get();
        if owner == runtime && next < end {
            marks.numbers.set((owner, next + 1, end));
            return next;
        }
        let first = more(count);
        marks.numbers.set((runtime, first + 1, first + count));
        first
    })
}

/// Records an event about the running task in this thread's runtime, if it is in one.
pub(crate) fn record(kind: Kind, site: u32, word: u64) {
    CONTEXT.with(|context| {
        if let Some(runtime) = &*context.runtime.borrow() {
            runtime.record(kind, site, task(), word);
        }
    });
}

/// Runs `f`, in which all submissions count as made from the line `at`: a function that submits for its caller.
pub(crate) fn called_from<R>(at: &'static Location<'static>, f: impl FnOnce() -> R) -> R {
    struct Reset(Option<&'static Location<'static>>);
    impl Drop for Reset {
        fn drop(&mut self) {
            MARKS.with(|marks| marks.called_from.set(self.0));
        }
    }
    let _reset = Reset(MARKS.with(|marks| marks.called_from.replace(Some(at))));
    f()
}

/// The line that a submission made at `at` counts as made from.
#[inline]
pub(crate) fn caller(at: &'static Location<'static>) -> &'static Location<'static> {
    MARKS.with(|marks| marks.called_from.get()).unwrap_or(at)
}

/// The line of a call that seems to be made at `at`. Where a function was given to an iterator, to be called for each item, it is the
/// standard library that calls it, which says nothing: then it is the line where the function is written.
pub(crate) fn line_of_call(
    at: &'static Location<'static>,
    written: &'static Location<'static>,
) -> &'static Location<'static> {
    if at.file().starts_with("/rustc/") { written } else { at }
}

/// The number of a place in the source.
#[inline]
pub(crate) fn site(runtime: &Scheduler, function: &'static str, at: &'static Location<'static>) -> u32 {
    site_of_call(runtime, function, at, at)
}

/// The number of the place where a function is called that is written at `written`, from this thread's memory where it has it.
#[inline]
pub(crate) fn site_of_call(
    runtime: &Scheduler,
    function: &'static str,
    at: &'static Location<'static>,
    written: &'static Location<'static>,
) -> u32 {
    let (function_at, at_at) = (function.as_ptr().addr(), std::ptr::from_ref(at).addr());
    MARKS.with(|marks| {
        let place = &marks.sites[(at_at / align_of::<Location<'_>>()) % SITES];
        let known = place.get();
        if (known.runtime, known.function, known.at) == (runtime.number, function_at, at_at) {
            return known.number;
        }
        let number = runtime.log.site(function, line_of_call(at, written));
        place.set(KnownSite { runtime: runtime.number, function: function_at, at: at_at, number });
        number
    })
}

/// Makes panics leave their place for [`panic_place`]; what they print stays as it was.
pub(crate) fn watch_panics() {
    static ONCE: Once = Once::new();
    // In a proof the panic may be shuttle's own, of no thread that has a context.
    if cfg!(all(test, shuttle)) {
        return;
    }
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            note_panic_place(panic.location().map(|at| format!("{}:{}", at.file(), at.line())));
            before(panic);
        }));
    });
}

/// That this thread's last panic was raised there, `file:line`.
pub(crate) fn note_panic_place(place: Option<String>) {
    // A thread that is ending may panic, too.
    let _ = CONTEXT.try_with(|context| context.panicked_at.replace(place));
}

/// Where this thread's last panic was raised, `file:line`, unless somebody has asked since.
pub(crate) fn panic_place() -> Option<String> {
    CONTEXT.with(|context| context.panicked_at.take())
}
