//! The mailbox of an actor, and the turns in which it serves it.
//!
//! Callers put calls into an inbox behind a lock. The actor takes *turns*: in one it takes all calls out at once and serves
//! them, again and again until there are none, on whatever thread the scheduler gives it. The two lists of calls change places,
//! so that the lock is held for a moment and nothing is allocated for long. What decides who schedules a turn is in the inbox, too:
//!
//! ```text
//! a caller:       add the call;  called = true;  if there is no turn: there is one, and it is to be scheduled
//! a turn:         called = false;  take the calls out;  serve them;  begin again, unless there were none
//! its end:        perhaps look on for a while;  if called: begin again;  else there is no turn
//! ```
//!
//! So no call is left behind, there is never more than one turn, and callers wake nobody while the actor is at work.
//!
//! The last handle that is dropped, and a runtime that stops, call in the same way, without a call to add. A turn that sees one of
//! these *before* it finds the inbox empty ends the actor: whoever has no handle makes no calls. One that sees it only afterwards
//! takes the calls out once more: there may be some from before, and it may have been this that it was called for.

use std::{
    fmt::{Display, Formatter},
    time::Duration,
};

use crossbeam_utils::CachePadded;
use trace::{Kind, ROOT, Status};

use super::{
    Actor,
    call::{Message, Served, Service},
    constructor::Constructor,
    living::AnyActor,
};
use crate::{
    TaskError,
    scheduler::{LOOK, Scheduler, Turn, look},
    shared::Shared,
    sync::{Arc, AtomicBool, AtomicU64, AtomicUsize, Mutex, MutexGuard, OnceLock, Ordering},
    task::drop_quietly,
};

/// How long a turn lets calls gather that nobody waits for. One at a time would go from the cache of the caller's core to that of
/// the actor's while both are at work on them.
const GATHERING: Duration = if cfg!(all(test, shuttle)) { Duration::ZERO } else { Duration::from_micros(4) };

/// What is kept of the memory of a long list of calls when it has been served.
const KEPT: usize = 1 << 10;

/// See the module.
pub(super) struct Mailbox<A: Actor> {
    pub(super) id: u64,
    pub(super) home: Arc<Scheduler>,
    name: &'static str,
    /// How many calls may wait, if not any number.
    limit: Option<usize>,
    /// How many do, where there is a limit.
    waiting: AtomicUsize,
    handles: AtomicUsize,
    end: OnceLock<End>,
    inbox: CachePadded<Mutex<Inbox<A>>>,
    /// Whether somebody has called since the turn last took calls out; for a look without the lock.
    called: CachePadded<AtomicBool>,
    /// What only the turn writes, and others may read.
    serving: CachePadded<Serving>,
    /// Locked by the turn alone. The actor is in it, whose calls write to it: far from what callers read.
    state: CachePadded<Mutex<State<A>>>,
}

type Call<A> = Shared<dyn Message<A>>;

struct Inbox<A: Actor> {
    calls: Vec<Call<A>>,
    /// Whether a turn is scheduled, or goes on.
    has_turn: bool,
}

struct Serving {
    /// The call that is being served, or [`ROOT`].
    running: AtomicU64,
    /// Calls that were taken out and are not served yet.
    left: AtomicUsize,
}

struct State<A: Actor> {
    life: Life<A>,
    /// The list that the inbox's changes places with.
    taken: Vec<Call<A>>,
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
        name: &'static str,
        limit: Option<usize>,
        most_restarts: usize,
        constructor: Box<dyn Constructor<A>>,
    ) -> Self {
        Self {
            id,
            home,
            name,
            limit,
            waiting: AtomicUsize::new(0),
            handles: AtomicUsize::new(0),
            end: OnceLock::new(),
            // Its first turn is scheduled by whoever makes it.
            inbox: CachePadded::new(Mutex::new(Inbox { calls: Vec::new(), has_turn: true })),
            called: CachePadded::new(AtomicBool::new(true)),
            serving: CachePadded::new(Serving { running: AtomicU64::new(ROOT), left: AtomicUsize::new(0) }),
            state: CachePadded::new(Mutex::new(State {
                life: Life::Unborn,
                taken: Vec::new(),
                constructor,
                restarts: 0,
                most_restarts,
            })),
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
    pub(super) fn put(self: &Arc<Self>, call: Call<A>) {
        self.add(|calls| calls.push(call));
    }

    /// Makes sure that a turn looks at what there is now.
    fn call(self: &Arc<Self>) {
        self.add(|_| ());
    }

    #[inline]
    fn add(self: &Arc<Self>, add: impl FnOnce(&mut Vec<Call<A>>)) {
        let mut inbox = self.inbox();
        add(&mut inbox.calls);
        self.called.store(true, Ordering::Relaxed);
        let had_turn = std::mem::replace(&mut inbox.has_turn, true);
        drop(inbox);
        if !had_turn {
            self.home.schedule_turn(Arc::clone(self) as Arc<dyn Turn>);
        }
    }

    fn inbox(&self) -> MutexGuard<'_, Inbox<A>> {
        self.inbox.lock().expect("no code panics under this lock")
    }

    /// Whether nobody will call any more.
    fn is_over(&self, scheduler: &Scheduler) -> bool {
        self.handles.load(Ordering::Acquire) == 0 || scheduler.is_stopping()
    }

    /// Takes all calls out.
    fn take_out(&self, taken: &mut Vec<Call<A>>) {
        taken.shrink_to(KEPT);
        let mut inbox = self.inbox();
        self.called.store(false, Ordering::Relaxed);
        std::mem::swap(&mut inbox.calls, taken);
    }

    /// Serves what is there; whether the actor lives on.
    fn serve(&self, scheduler: &Arc<Scheduler>) -> bool {
        let mut state = self.state.lock().expect("panics of actors are caught");
        let state = &mut *state;
        if matches!(state.life, Life::Unborn) {
            self.make(state, scheduler);
        }
        loop {
            let is_over = self.is_over(scheduler);
            let mut taken = std::mem::take(&mut state.taken);
            self.take_out(&mut taken);
            if taken.is_empty() {
                state.taken = taken;
                if !is_over && self.is_over(scheduler) {
                    continue;
                }
                let lives = !matches!(state.life, Life::Ended);
                if lives && is_over {
                    self.end(state, End::Over);
                }
                return lives && !is_over;
            }
            let mut left = taken.len();
            // Calls that were taken out later may have been submitted after the end of the last one.
            let mut follows = false;
            let mut is_awaited = false;
            for call in taken.drain(..) {
                left -= 1;
                self.serving.left.store(left, Ordering::Relaxed);
                if self.limit.is_some() {
                    self.waiting.fetch_sub(1, Ordering::Relaxed);
                }
                is_awaited |= self.serve_call(state, call, scheduler, follows);
                follows = true;
            }
            state.taken = taken;
            if !is_awaited && scheduler.spins() {
                look(GATHERING, || scheduler.has_turns());
            }
        }
    }

    /// Whether somebody may ask for the call's result.
    #[inline]
    fn serve_call(&self, state: &mut State<A>, call: Call<A>, scheduler: &Arc<Scheduler>, follows: bool) -> bool {
        let is_awaited = Shared::count(&call) > 1;
        let Life::Alive(actor) = &mut state.life else {
            match self.end.get() {
                Some(End::Died(death)) => call.fail(scheduler, Arc::clone(death)),
                Some(End::Over) | None => call.drop_out(scheduler),
            }
            return is_awaited;
        };
        self.serving.running.store(call.id(), Ordering::Relaxed);
        let Served { told, death } = call.serve(actor, Service { scheduler, name: self.name, follows, is_awaited });
        self.serving.running.store(ROOT, Ordering::Relaxed);
        drop(call);
        told.tell();
        if let Some(death) = death {
            self.panicked(state, death, scheduler);
        }
        is_awaited
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
        self.serving.running.store(state.constructor.id(), Ordering::Relaxed);
        let made = state.constructor.make(scheduler, state.restarts as u64);
        self.serving.running.store(ROOT, Ordering::Relaxed);
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
}

impl<A: Actor> Turn for Mailbox<A> {
    fn take(self: Arc<Self>, scheduler: &Arc<Scheduler>) {
        loop {
            if self.serve(scheduler) && scheduler.spins() {
                // Who has called will mostly call again in a moment, unless others need this thread.
                look(LOOK, || self.called.load(Ordering::Relaxed) || scheduler.has_turns());
            }
            let mut inbox = self.inbox();
            if !self.called.load(Ordering::Relaxed) {
                inbox.has_turn = false;
                return;
            }
        }
    }
}

impl<A: Actor> AnyActor for Mailbox<A> {
    fn name(&self) -> &str {
        self.name
    }

    fn running(&self) -> u64 {
        self.serving.running.load(Ordering::Relaxed)
    }

    fn wake(self: Arc<Self>) {
        self.call();
    }
}

/// `votes, 3 calls waiting`
impl<A: Actor> Display for Mailbox<A> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        let waiting = self.inbox().calls.len() + self.serving.left.load(Ordering::Relaxed);
        match (self.end.get(), waiting) {
            (Some(_), _) => write!(formatter, "{}, ended", self.name),
            (None, 1) => write!(formatter, "{}, 1 call waiting", self.name),
            (None, calls) => write!(formatter, "{}, {calls} calls waiting", self.name),
        }
    }
}
