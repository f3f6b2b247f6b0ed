//! Actors: a state that one call after the other works on.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
    mpsc::{self, Receiver, Sender},
};

use parlings::prelude::*;

mod ends;
mod models;
mod records;
mod stops;

#[derive(Debug)]
struct Counter(u64);

#[actor]
impl Counter {
    fn new(start: u64) -> Self {
        Self(start)
    }

    fn increment(&mut self) {
        self.0 += 1;
    }

    fn add(&mut self, numbers: &[u64]) -> Result<u64, String> {
        if numbers.is_empty() {
            return Err("nothing to add".to_string());
        }
        self.0 += numbers.iter().sum::<u64>();
        Ok(self.0)
    }

    fn fail_at(&mut self, limit: u64) {
        assert!(self.0 < limit, "{} is too much", self.0);
        self.0 += 1;
    }

    fn value(&self) -> u64 {
        self.0
    }
}

/// Remembers who called, and can be made to wait.
struct Diary(Vec<(usize, usize)>);

#[actor]
impl Diary {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn note(&mut self, caller: usize, what: usize) {
        self.0.push((caller, what));
    }

    fn wait(&mut self, gate: Gate) {
        gate.pass();
    }

    fn entries(&self) -> Vec<(usize, usize)> {
        self.0.clone()
    }
}

/// Something to wait for where the runtime does not see it: says that it has come, and waits for the word to go on.
struct Gate {
    come: Sender<()>,
    go: Mutex<Receiver<()>>,
}

/// The other side of a [`Gate`].
struct Keeper {
    come: Receiver<()>,
    go: Sender<()>,
}

impl Gate {
    fn new() -> (Self, Keeper) {
        let ((come, has_come), (go, may_go)) = (mpsc::channel(), mpsc::channel());
        (Self { come, go: Mutex::new(may_go) }, Keeper { come: has_come, go })
    }

    fn pass(&self) {
        self.come.send(()).unwrap();
        self.go.lock().unwrap().recv().unwrap();
    }
}

impl Keeper {
    fn wait_until_somebody_has_come(&self) {
        self.come.recv().unwrap();
    }

    fn open(&self) {
        self.go.send(()).unwrap();
    }
}

/// Counts how many of it there are.
#[derive(Debug)]
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(count))
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn started() -> Runtime {
    Runtime::builder().num_cpus(2).start().unwrap()
}

/// A result that is there when the gate has been passed.
fn behind<T: Send + Sync + 'static>(gate: Gate, value: impl FnOnce() -> T + Send + Sync + 'static) -> ObjectRef<T> {
    let work = Mutex::new(Some(value));
    map([gate], move |gate| {
        gate.pass();
        (work.lock().unwrap().take().unwrap())()
    })
    .pop()
    .unwrap()
}

#[test]
fn eight_threads_count_together() {
    let runtime = started();
    let _entered = runtime.enter();
    let counter = Counter::remote(0);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let counter = counter.clone();
            scope.spawn(move || (0..10_000).for_each(|_| drop(counter.increment())));
        }
    });
    assert_eq!(*counter.value().get().unwrap(), 80_000);
}

#[test]
fn calls_of_one_caller_are_served_in_order() {
    let runtime = started();
    let _entered = runtime.enter();
    let diary = Diary::remote();
    std::thread::scope(|scope| {
        for caller in 0..4 {
            let diary = diary.clone();
            scope.spawn(move || (0..5_000).for_each(|what| drop(diary.note(caller, what))));
        }
    });
    let entries = diary.entries().get().unwrap();
    assert_eq!(entries.len(), 20_000);
    for caller in 0..4 {
        let own: Vec<_> = entries.iter().filter(|entry| entry.0 == caller).map(|entry| entry.1).collect();
        assert!(own.iter().copied().eq(0..5_000), "caller {caller}");
    }
}

#[test]
fn arguments_are_what_those_of_tasks_are() {
    let runtime = started();
    let _entered = runtime.enter();
    let numbers = put(vec![1_u64, 2]);
    let start = put(10);
    let counter = Counter::remote(&start);
    assert_eq!(*counter.add(&numbers).get().unwrap(), 13);
    assert_eq!(*counter.add(numbers.get().unwrap()).get().unwrap(), 16);
    assert_eq!(*counter.add(vec![4]).get().unwrap(), 20);
    let mut plain = Counter::new(1);
    plain.increment();
    assert_eq!((plain.add(&[3]), plain.value()), (Ok(5), 5));
}

#[test]
fn an_error_of_a_method_is_that_calls_result_and_the_actor_lives_on() {
    let runtime = started();
    let _entered = runtime.enter();
    let counter = Counter::remote(1);
    let error = counter.add(vec![]).get().unwrap_err();
    assert!(matches!(error, TaskError::User { .. }), "{error:?}");
    assert_eq!(error.to_string(), "task `Counter::add` failed: nothing to add");
    assert_eq!(*counter.value().get().unwrap(), 1);
}

#[test]
fn a_call_with_a_pending_argument_keeps_its_place() {
    let runtime = started();
    let _entered = runtime.enter();
    let diary = Diary::remote();
    let (gate, keeper) = Gate::new();
    let pending = behind(gate, || 7_usize);
    let calls = [diary.note(0, 1), diary.note(0, pending), diary.note(0, 3)];
    calls[0].get().unwrap();
    keeper.wait_until_somebody_has_come();
    assert_eq!(format!("{:?}", calls[2]).rsplit(", ").next(), Some("pending)"));
    keeper.open();
    get_all(&calls).unwrap();
    assert_eq!(*diary.entries().get().unwrap(), [(0, 1), (0, 7), (0, 3)]);
}

#[test]
fn an_argument_that_failed_is_the_calls_result_and_the_call_does_not_run() {
    let runtime = started();
    let _entered = runtime.enter();
    let diary = Diary::remote();
    let (gate, keeper) = Gate::new();
    let failing = behind(gate, || -> usize { panic!("no number") });
    let there = map([()], |()| -> usize { panic!("never was") }).pop().unwrap();
    let _ = there.get();
    let (late, early) = (diary.note(0, &failing), diary.note(there, 1));
    keeper.open();
    for (call, message) in [(late, "no number"), (early, "never was")] {
        match call.get() {
            Err(TaskError::Panic { task, message: said, .. }) => {
                assert_eq!((task.as_str(), said.as_str()), ("map", message))
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(diary.entries().get().unwrap().is_empty());
}

#[remote]
fn count(counter: ActorRef<Counter>, times: u64) -> Result<u64, TaskError> {
    let calls: Vec<_> = (0..times).map(|_| counter.increment()).collect();
    get_all(&calls)?;
    Ok(*counter.value().get()?)
}

#[test]
fn handles_are_passed_to_tasks_and_calls_made_in_them() {
    for workers in [1, 3] {
        let runtime = Runtime::builder().num_cpus(workers).start().unwrap();
        let _entered = runtime.enter();
        let counter = Counter::remote(0);
        let tasks: Vec<_> = (0..20).map(|_| count::remote(counter.clone(), 50)).collect();
        get_all(&tasks).unwrap();
        assert_eq!(*counter.value().get().unwrap(), 1_000);
    }
}

/// Hands on what it is told, to an actor of its own.
struct Relay(ActorRef<Counter>);

#[actor]
impl Relay {
    fn new(start: u64) -> Self {
        Self(Counter::remote(start))
    }

    fn hand_on(&self) -> Result<u64, TaskError> {
        self.0.increment();
        Ok(*self.0.value().get()?)
    }

    fn counter(&self) -> ActorRef<Counter> {
        self.0.clone()
    }
}

/// A chain of actors, each asking the next.
enum Link {
    Last,
    Before(ActorRef<Link>),
}

#[actor]
impl Link {
    fn new(length: usize) -> Self {
        if length == 0 { Link::Last } else { Link::Before(Link::remote(length - 1)) }
    }

    fn length(&self) -> Result<usize, TaskError> {
        match self {
            Link::Last => Ok(0),
            Link::Before(next) => Ok(*next.length().get()? + 1),
        }
    }
}

#[test]
fn actors_make_actors_and_call_them() {
    let runtime = started();
    let _entered = runtime.enter();
    let relay = Relay::remote(5);
    assert_eq!(*relay.hand_on().get().unwrap(), 6);
    let counter = relay.counter().get().unwrap();
    counter.increment();
    assert_eq!(*relay.hand_on().get().unwrap(), 8);
}

#[test]
fn every_actor_of_a_chain_may_wait_at_once() {
    let runtime = Runtime::builder().num_cpus(1).start().unwrap();
    let _entered = runtime.enter();
    assert_eq!(*Link::remote(300).length().get().unwrap(), 300);
}

#[test]
fn an_actor_takes_no_worker_slot() {
    let runtime = Runtime::builder().num_cpus(1).start().unwrap();
    let _entered = runtime.enter();
    let diaries: Vec<_> = (0..5).map(|_| Diary::remote()).collect();
    let keepers: Vec<_> = diaries
        .iter()
        .map(|diary| {
            let (gate, keeper) = Gate::new();
            diary.wait(gate);
            keeper.wait_until_somebody_has_come();
            keeper
        })
        .collect();
    assert_eq!(*map([20], |x| x + 1)[0].get().unwrap(), 21, "five actors are busy, and the one slot is free");
    keepers.iter().for_each(Keeper::open);
}

/// A last-in, first-out store of anything.
#[derive(Debug)]
struct Stack<T> {
    items: Vec<T>,
}

#[actor]
impl<T: Clone + Send + Sync + 'static> Stack<T> {
    fn new() -> Self {
        Self { items: Self::none() }
    }

    fn none() -> Vec<T> {
        Vec::new()
    }

    fn push(&mut self, item: T) -> usize {
        self.items.push(item);
        self.items.len()
    }

    fn pop(&mut self) -> Option<T> {
        self.items.pop()
    }

    fn extend<I: IntoIterator<Item = T> + Send + Sync + 'static>(&mut self, items: I) {
        self.items.extend(items);
    }

    fn copy(&self) -> Result<Self, TaskError> {
        Ok(Self { items: self.items.clone() })
    }
}

#[test]
fn generic_types_are_actors_too() {
    let runtime = started();
    let _entered = runtime.enter();
    let stack: ActorRef<Stack<String>> = Stack::remote();
    assert_eq!(*stack.push("a".to_string()).get().unwrap(), 1);
    stack.extend(vec!["b".to_string(), "c".to_string()]);
    assert_eq!(stack.pop().get().unwrap().as_deref(), Some("c"));
    assert_eq!(stack.copy().get().unwrap().items, ["a", "b"]);
    let numbers = Stack::<u8>::remote();
    assert_eq!(*numbers.push(1).get().unwrap(), 1);
    assert!(Stack::<u8>::none().is_empty());
}

mod elsewhere {
    use parlings::prelude::*;

    pub(super) struct Lamp(bool);

    #[actor]
    impl Lamp {
        pub(super) fn new() -> Self {
            Self(false)
        }

        pub(super) fn switch(&mut self) -> bool {
            self.0 = !self.0;
            self.0
        }
    }
}

#[test]
fn methods_are_called_from_other_modules_without_an_import() {
    let runtime = started();
    let _entered = runtime.enter();
    let lamp = elsewhere::Lamp::remote();
    assert!(*lamp.switch().get().unwrap());
    assert!(!*lamp.switch().get().unwrap());
}

#[test]
fn a_handle_is_shown_and_compared_by_what_it_is_a_handle_to() {
    let runtime = started();
    let _entered = runtime.enter();
    let (one, other) = (Diary::remote(), Diary::options().name("secrets").remote());
    assert!(one == one.clone() && one != other);
    let (gate, keeper) = Gate::new();
    other.wait(gate);
    keeper.wait_until_somebody_has_come();
    other.note(1, 1);
    assert_eq!(format!("{other:?}"), "ActorRef(secrets, 1 call waiting)");
    other.note(1, 2);
    assert_eq!(format!("{other:?}"), "ActorRef(secrets, 2 calls waiting)");
    keeper.open();
    other.entries().get().unwrap();
    assert_eq!(format!("{other:?}"), "ActorRef(secrets, 0 calls waiting)");
}

#[test]
fn a_full_mailbox_refuses_at_once() {
    let runtime = started();
    let _entered = runtime.enter();
    let diary = Diary::options().max_pending_calls(3).remote();
    let (gate, keeper) = Gate::new();
    diary.wait(gate);
    keeper.wait_until_somebody_has_come();
    let calls: Vec<_> = (0..5).map(|what| diary.note(0, what)).collect();
    for call in &calls[3..] {
        let error = call.get().unwrap_err();
        assert!(matches!(&error, TaskError::MailboxFull { actor, limit: 3 } if actor == "Diary"), "{error}");
    }
    keeper.open();
    get_all(&calls[..3]).unwrap();
    assert_eq!(*diary.entries().get().unwrap(), [(0, 0), (0, 1), (0, 2)]);
}

#[test]
fn a_call_that_was_cancelled_before_its_turn_does_not_run() {
    let runtime = started();
    let _entered = runtime.enter();
    let diary = Diary::remote();
    let (gate, keeper) = Gate::new();
    diary.wait(gate);
    keeper.wait_until_somebody_has_come();
    let calls: Vec<_> = (0..3).map(|what| diary.note(0, what)).collect();
    cancel(&calls[1]);
    let error = calls[1].get().unwrap_err();
    assert!(matches!(&error, TaskError::Cancelled { task } if task == "Diary::note"), "{error}");
    keeper.open();
    assert_eq!(*diary.entries().get().unwrap(), [(0, 0), (0, 2)]);
}

/// Asks the one that it was told of.
#[derive(Default)]
struct Asker(Option<ActorRef<Asker>>);

#[actor]
impl Asker {
    fn new() -> Self {
        Self::default()
    }

    fn know(&mut self, other: ActorRef<Asker>) {
        self.0 = Some(other);
    }

    fn forget(&mut self) {
        self.0 = None;
    }

    fn ask(&self, depth: u32) -> Result<u32, TaskError> {
        match &self.0 {
            Some(other) if depth > 0 => Ok(*other.ask(depth - 1).get()? + 1),
            _ => Ok(0),
        }
    }
}

#[test]
fn two_actors_that_ask_each_other_are_told_of_their_deadlock() {
    for clock in [Clock::Real, Clock::Virtual] {
        let runtime = Runtime::builder().num_cpus(2).clock(clock).start().unwrap();
        let _entered = runtime.enter();
        let (one, other) = (Asker::options().name("one").remote(), Asker::remote());
        one.know(other.clone());
        other.know(one.clone());
        match one.ask(2).get() {
            Err(TaskError::Deadlock { chain }) => {
                assert!(chain.contains("`Asker::ask`") && chain.contains("`one`"), "{chain}")
            }
            result => panic!("{result:?}"),
        }
        assert_eq!(*one.ask(1).get().unwrap(), 1, "both live on");
        get_all(&[one.forget(), other.forget()]).unwrap();
    }
}

/// Naps in its calls.
struct Sleeper;

#[actor]
impl Sleeper {
    fn new() -> Self {
        Self
    }

    fn nap(&self, milliseconds: u64) {
        parlings::time::sleep(std::time::Duration::from_millis(milliseconds));
    }
}

#[test]
fn by_the_virtual_clock_actors_sleep_side_by_side_and_their_calls_one_after_the_other() {
    let runtime = Runtime::builder().num_cpus(1).clock(Clock::Virtual).start().unwrap();
    let _entered = runtime.enter();
    let sleepers = [Sleeper::remote(), Sleeper::remote(), Sleeper::remote()];
    let begin = parlings::time::Instant::now();
    let naps: Vec<_> = (0..4).flat_map(|_| sleepers.iter().map(|sleeper| sleeper.nap(250))).collect();
    get_all(&naps).unwrap();
    assert_eq!(begin.elapsed().as_nanos(), 1_000_000_000);
}
