//! The mailbox of an actor, and the turns in which it serves it.
//!
//! Callers put calls into a queue that never blocks them. The actor takes *turns*: in one it serves calls until there is none, on
//! whatever thread the scheduler gives it. `turn` says whether it has one, and changes by these read-modify-writes alone, so that
//! all threads see its values in one order:
//!
//! ```text
//! a caller:       push the call;  turn = CALLED;  if it was IDLE: schedule a turn
//! a turn:         turn = SERVING;  serve until the queue is empty;  perhaps look on for a while
//! its end:        turn: SERVING -> IDLE by compare-exchange;  if that fails, somebody called: begin again
//! ```
//!
//! A caller's exchange releases its push. If it comes before the turn's, that acquires it, and the turn finds the call. If it
//! comes after, the turn's end finds CALLED instead of SERVING, and begins again. If it comes after the end, it finds IDLE, and
//! the caller schedules the next turn. So no call is left behind, there is never more than one turn, and callers wake nobody
//! while the actor is at work.
//!
//! The last handle that is dropped, and a runtime that stops, call in the same way. A turn that sees one of these *before*
//! it finds the queue empty ends the actor: whoever has no handle makes no calls.

use std::{
    borrow::Cow,
    fmt::{Display, Formatter},
};

use crossbeam_deque::{Injector, Steal};
use crossbeam_utils::CachePadded;
use trace::{Kind, ROOT, Status};

use super::{
    Actor,
    call::{Message, Service},
    constructor::Constructor,
    living::AnyActor,
};
use crate::{
    TaskError,
    scheduler::{Scheduler, Turn},
    sync::{Arc, AtomicU8, AtomicU64, AtomicUsize, Mutex, OnceLock, Ordering, thread},
    task::drop_quietly,
};

const IDLE: u8 = 0;
const CALLED: u8 = 1;
const SERVING: u8 = 2;

/// How often a turn looks for more calls before it ends, for those that are a moment away: first at once, for a microsecond,
/// then letting others run in between.
const LOOKS: u32 = 20;
const YIELDS: u32 = 4;

/// See the module.
pub(super) struct Mailbox<A: Actor> {
    pub(super) id: u64,
    pub(super) home: Arc<Scheduler>,
    name: Cow<'static, str>,
    /// How many calls may wait, if not any number.
    limit: Option<usize>,
    /// How many do, where there is a limit.
    waiting: AtomicUsize,
    handles: AtomicUsize,
    end: OnceLock<End>,
    calls: Injector<Arc<dyn Message<A>>>,
    turn: CachePadded<AtomicU8>,
    /// The call that is being served, or [`ROOT`].
    running: CachePadded<AtomicU64>,
    /// Locked by the turn alone.
    state: Mutex<State<A>>,
}

struct State<A> {
    life: Life<A>,
    constructor: Box<dyn Constructor<A>>,
    /// How often it has been made anew.
    restarts: usize,
    most_restarts: usize,
}

/// Why an actor has ended.
enum End {
    /// The error of all later calls.
    Died(Arc<TaskError>),
    /// Nobody has a handle to it any more, or the runtime was stopped.
    Over,
}

enum Life<A> {
    Unborn,
    Alive(A),
    Ended,
}

impl<A: Actor> Mailbox<A> {
    pub(super) fn new(
        home: Arc<Scheduler>,
        id: u64,
        name: Option<String>,
        limit: Option<usize>,
        most_restarts: usize,
        constructor: Box<dyn Constructor<A>>,
    ) -> Self {
        Self {
            id,
            home,
            name: name.map_or(Cow::Borrowed(A::NAME), Cow::Owned),
            limit,
            waiting: AtomicUsize::new(0),
            handles: AtomicUsize::new(0),
            end: OnceLock::new(),
            calls: Injector::new(),
            // Its first turn is scheduled by whoever makes it.
            turn: CachePadded::new(AtomicU8::new(CALLED)),
            running: CachePadded::new(AtomicU64::new(ROOT)),
            state: Mutex::new(State { life: Life::Unborn, constructor, restarts: 0, most_restarts }),
        }
    }

    pub(super) fn add_handle(&self) {
        self.handles.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn drop_handle(self: &Arc<Self>) {
        if self.handles.fetch_sub(1, Ordering::AcqRel) == 1 && self.end.get().is_none() {
            self.call();
        }
    }

    /// Why a call is not even put into the mailbox; else it counts as waiting.
    #[inline]
    pub(super) fn refusal(&self, method: &str) -> Option<(Arc<TaskError>, Status)> {
        if self.home.is_stopping() {
            return Some((Arc::new(TaskError::RuntimeStopped { task: method.to_string() }), Status::Cancelled));
        }
        if let Some(End::Died(death)) = self.end.get() {
            return Some((Arc::clone(death), Status::Failed));
        }
        let limit = self.limit?;
        let one_more = |waiting| (waiting < limit).then_some(waiting + 1);
        let refused = self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).is_err();
        refused.then(|| (Arc::new(TaskError::MailboxFull { actor: self.name.to_string(), limit }), Status::Failed))
    }

    /// Adds a call that was not refused.
    #[inline]
    pub(super) fn put(self: &Arc<Self>, call: Arc<dyn Message<A>>) {
        self.calls.push(call);
        self.call();
    }

    /// Makes sure that a turn looks at what there is now.
    #[inline]
    fn call(self: &Arc<Self>) {
        if self.turn.swap(CALLED, Ordering::AcqRel) == IDLE {
            self.home.schedule_turn(Arc::clone(self) as Arc<dyn Turn>);
        }
    }

    fn next(&self) -> Option<Arc<dyn Message<A>>> {
        loop {
            match self.calls.steal() {
                Steal::Success(call) => {
                    if self.limit.is_some() {
                        self.waiting.fetch_sub(1, Ordering::Relaxed);
                    }
                    return Some(call);
                }
                Steal::Empty => return None,
                Steal::Retry => std::hint::spin_loop(),
            }
        }
    }

    /// Serves what is there; how many calls that were, or `None` when the actor has ended.
    fn serve(&self, scheduler: &Arc<Scheduler>) -> Option<usize> {
        let mut state = self.state.lock().expect("panics of actors are caught");
        let state = &mut *state;
        let is_abandoned = self.handles.load(Ordering::Acquire) == 0;
        if matches!(state.life, Life::Unborn) {
            self.make(state, scheduler);
        }
        let mut served = 0;
        while let Some(call) = self.next() {
            self.serve_call(state, call, scheduler, served > 0);
            served += 1;
        }
        if matches!(state.life, Life::Ended) {
            return None;
        }
        if is_abandoned || scheduler.is_stopping() {
            self.end(state, End::Over);
            return None;
        }
        Some(served)
    }

    #[inline]
    fn serve_call(&self, state: &mut State<A>, call: Arc<dyn Message<A>>, scheduler: &Arc<Scheduler>, follows: bool) {
        let Life::Alive(actor) = &mut state.life else {
            return match self.end.get() {
                Some(End::Died(death)) => call.fail(scheduler, Arc::clone(death)),
                Some(End::Over) | None => call.drop_out(scheduler),
            };
        };
        self.running.store(call.id(), Ordering::Relaxed);
        let served = call.serve(actor, Service { scheduler, name: &self.name, follows });
        self.running.store(ROOT, Ordering::Relaxed);
        if let Err(death) = served {
            self.panicked(state, death, scheduler);
        }
    }

    /// After a panic in a call: it is made anew, if it may be, or it is dead.
    fn panicked(&self, state: &mut State<A>, death: Arc<TaskError>, scheduler: &Arc<Scheduler>) {
        if state.restarts == state.most_restarts || scheduler.is_stopping() {
            return self.die(state, death);
        }
        state.restarts += 1;
        scheduler.record(Kind::ActorEnd, 0, self.id, Status::Failed as u64);
        drop_quietly(std::mem::replace(&mut state.life, Life::Unborn));
        self.make(state, scheduler);
    }

    fn make(&self, state: &mut State<A>, scheduler: &Arc<Scheduler>) {
        let is_last = state.restarts == state.most_restarts;
        self.running.store(state.constructor.id(), Ordering::Relaxed);
        let made = state.constructor.make(scheduler, state.restarts as u64, is_last);
        self.running.store(ROOT, Ordering::Relaxed);
        match made {
            Ok(actor) => state.life = Life::Alive(actor),
            Err(_) if scheduler.is_stopping() => self.end(state, End::Over),
            Err(cause) => {
                let death = TaskError::ActorDied { actor: self.name.to_string(), cause };
                self.die(state, Arc::new(death));
            }
        }
    }

    fn die(&self, state: &mut State<A>, death: Arc<TaskError>) {
        self.end(state, End::Died(death));
    }

    fn end(&self, state: &mut State<A>, end: End) {
        let status = if matches!(end, End::Died(_)) { Status::Panicked } else { Status::Done };
        let set = self.end.set(end);
        debug_assert!(set.is_ok(), "an actor ends once");
        drop_quietly(std::mem::replace(&mut state.life, Life::Ended));
        state.constructor.forget();
        self.home.record(Kind::ActorEnd, 0, self.id, status as u64);
        self.home.actors.remove(self.id);
    }

    /// Looks for calls that are a moment away, unless others need this thread; whether there are some.
    fn look_on(&self, scheduler: &Scheduler) -> bool {
        for look in 0..LOOKS + YIELDS {
            if self.turn.load(Ordering::Relaxed) == CALLED {
                return true;
            }
            if scheduler.has_turns() {
                return false;
            }
            if look < LOOKS {
                std::hint::spin_loop();
            } else {
                thread::yield_now();
            }
        }
        false
    }
}

impl<A: Actor> Turn for Mailbox<A> {
    fn take(self: Arc<Self>, scheduler: &Arc<Scheduler>) {
        // A caller that waits for each answer is better served by a thread that gets out of its way; one that does not will
        // call again in a moment.
        let mut is_stream = false;
        loop {
            self.turn.swap(SERVING, Ordering::AcqRel);
            if let Some(served) = self.serve(scheduler) {
                is_stream = (is_stream || served > 1) && scheduler.spins() && self.look_on(scheduler);
            }
            if self.turn.compare_exchange(SERVING, IDLE, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
                return;
            }
        }
    }
}

impl<A: Actor> AnyActor for Mailbox<A> {
    fn name(&self) -> &str {
        &self.name
    }

    fn running(&self) -> u64 {
        self.running.load(Ordering::Relaxed)
    }

    fn wake(self: Arc<Self>) {
        self.call();
    }
}

/// `votes, 3 calls waiting`
impl<A: Actor> Display for Mailbox<A> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        match (self.end.get(), self.calls.len()) {
            (Some(_), _) => write!(formatter, "{}, ended", self.name),
            (None, 1) => write!(formatter, "{}, 1 call waiting", self.name),
            (None, calls) => write!(formatter, "{}, {calls} calls waiting", self.name),
        }
    }
}
