//! How actors end: by a panic, by a constructor that fails, with their last handle; and how they are made anew.

use super::*;

/// Tells a channel where it is dropped.
struct Mortal {
    dropped: Sender<String>,
    panics: bool,
}

#[actor]
impl Mortal {
    fn new(dropped: Sender<String>, panics: bool) -> Self {
        Self { dropped, panics }
    }

    fn thread(&self) -> String {
        std::thread::current().name().unwrap_or_default().to_string()
    }

    fn wait(&self, gate: Gate) {
        gate.pass();
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        self.dropped.send(std::thread::current().name().unwrap_or_default().to_string()).unwrap();
        if self.panics {
            panic!("in its drop");
        }
    }
}

fn line_of(text: &str) -> usize {
    1 + include_str!("../actors.rs").lines().position(|line| line.contains(text)).unwrap()
}

fn died<T: std::fmt::Debug>(call: &ObjectRef<T>) -> (String, String) {
    match call.get() {
        Err(TaskError::ActorDied { actor, cause }) => (actor, cause),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_panic_ends_the_actor_and_names_the_call_and_the_line() {
    let runtime = started();
    let _entered = runtime.enter();
    let counter = Counter::options().name("votes").remote(0);
    let calls: Vec<_> = (0..4).map(|_| counter.fail_at(2)).collect();
    get_all(&calls[..2]).unwrap();
    let (actor, cause) = died(&calls[2]);
    assert_eq!(actor, "votes");
    let place = format!("actors.rs:{}: 2 is too much", line_of("is too much\""));
    assert!(cause.starts_with("call `fail_at` panicked at ") && cause.ends_with(&place), "{cause}");
    assert_eq!(died(&calls[3]).1, cause, "what waited");
    assert_eq!(died(&counter.value()).1, cause, "what comes later");
    assert_eq!(format!("{counter:?}"), "ActorRef(votes, ended)");
}

#[test]
fn an_error_that_a_method_passes_on_is_no_panic_of_its_actor() {
    struct Passing;
    #[actor]
    impl Passing {
        fn new() -> Self {
            Self
        }

        fn pass_on(&self) -> Result<u64, TaskError> {
            Ok(*map([()], |()| panic!("elsewhere"))[0].get()?)
        }
    }
    let runtime = started();
    let _entered = runtime.enter();
    let passing = Passing::remote();
    for _ in 0..2 {
        assert!(matches!(passing.pass_on().get(), Err(TaskError::Panic { task, .. }) if task == "map"));
    }
}

#[test]
fn after_a_panic_it_is_made_anew_so_many_times() {
    let runtime = started();
    let _entered = runtime.enter();
    let counter = Counter::options().max_restarts(2).remote(1);
    let calls: Vec<_> = (0..8).map(|_| counter.fail_at(3)).collect();
    let values = [counter.value()];
    let failed: Vec<_> = calls.iter().map(|call| call.get().is_err()).collect();
    assert_eq!(failed, [false, false, true, false, false, true, false, false]);
    assert_eq!(*values[0].get().unwrap(), 3);
    assert!(died(&calls[2]).1.contains("3 is too much"));
    let last = counter.fail_at(3);
    assert!(died(&last).1.contains("3 is too much"));
    assert_eq!(died(&counter.value()).1, died(&last).1, "two restarts, and no third");
}

#[test]
fn it_is_made_anew_from_the_same_arguments() {
    struct Table(Vec<u64>, usize);
    #[actor]
    impl Table {
        fn new(values: Vec<u64>, words: &[Unclonable], length: &usize) -> Self {
            Self(values, words.len() + length)
        }

        fn spoil(&mut self) {
            self.0.clear();
            panic!("spoilt");
        }

        fn sum(&self) -> u64 {
            self.0.iter().sum::<u64>() + self.1 as u64
        }
    }
    struct Unclonable;
    let runtime = started();
    let _entered = runtime.enter();
    let options = Table::options().max_restarts(3);
    for table in [
        options.remote(vec![1, 2], vec![Unclonable], 4),
        options.remote(put(vec![1, 2]), put(vec![Unclonable]), map([2], |x| x + 2).pop().unwrap()),
    ] {
        for _ in 0..3 {
            table.spoil();
            assert_eq!(*table.sum().get().unwrap(), 8);
        }
        table.spoil();
        assert!(table.sum().get().is_err());
    }
}

#[test]
fn a_constructor_runs_on_the_actors_thread_before_all_calls() {
    struct First(String, mpsc::Sender<&'static str>);
    #[actor]
    impl First {
        fn new(gate: Gate, told: mpsc::Sender<&'static str>) -> Self {
            gate.pass();
            told.send("made").unwrap();
            Self(std::thread::current().name().unwrap_or_default().to_string(), told)
        }

        fn thread(&self) -> String {
            self.1.send("called").unwrap();
            self.0.clone()
        }
    }
    let runtime = started();
    let _entered = runtime.enter();
    let ((gate, keeper), (told, tells)) = (Gate::new(), mpsc::channel());
    let first = First::remote(gate, told);
    let thread = first.thread();
    keeper.wait_until_somebody_has_come();
    keeper.open();
    assert_eq!(thread.get().unwrap().as_str(), "parlings-actor");
    assert_eq!([tells.recv().unwrap(), tells.recv().unwrap()], ["made", "called"]);
}

#[test]
fn a_constructor_that_fails_is_the_actors_death() {
    struct Picky;
    #[actor]
    impl Picky {
        fn new(x: i32) -> Result<Self, String> {
            assert!(x != 13, "thirteen");
            if x < 0 { Err(format!("{x} is negative")) } else { Ok(Self) }
        }

        fn live(&self) {}
    }
    let runtime = started();
    let _entered = runtime.enter();
    assert!(Picky::remote(1).live().get().is_ok());
    let picky = Picky::remote(-1);
    let (actor, cause) = died(&picky.live());
    assert_eq!((actor.as_str(), cause.as_str()), ("Picky", "its constructor failed: -1 is negative"));
    let cause = died(&Picky::options().max_restarts(5).remote(13).live()).1;
    assert!(cause.starts_with("its constructor panicked at ") && cause.ends_with(": thirteen"), "{cause}");
    let lost = map([()], |()| -> i32 { panic!("no number") }).pop().unwrap();
    let cause = died(&Picky::remote(lost).live()).1;
    assert!(cause.starts_with("its constructor failed: task `map` panicked"), "{cause}");
}

#[test]
fn without_handles_it_serves_what_it_has_and_is_dropped_on_its_thread() {
    let runtime = started();
    let _entered = runtime.enter();
    let (dropped, is_dropped) = mpsc::channel();
    let mortal = Mortal::remote(dropped, false);
    let (gate, keeper) = Gate::new();
    mortal.wait(gate);
    let thread = mortal.thread();
    keeper.wait_until_somebody_has_come();
    let other = mortal.clone();
    drop(mortal);
    let last = other.thread();
    drop(other);
    assert!(is_dropped.try_recv().is_err());
    keeper.open();
    assert_eq!(*thread.get().unwrap(), *last.get().unwrap());
    assert_eq!(is_dropped.recv().unwrap(), "parlings-actor");
}

#[test]
fn a_panic_in_the_drop_of_its_state_harms_nobody() {
    let runtime = started();
    let _entered = runtime.enter();
    for _ in 0..10 {
        let (dropped, is_dropped) = mpsc::channel();
        let mortal = Mortal::remote(dropped, true);
        mortal.thread().get().unwrap();
        drop(mortal);
        is_dropped.recv().unwrap();
    }
    assert_eq!(*Counter::remote(3).value().get().unwrap(), 3);
}

#[test]
fn an_actor_may_hold_the_last_handle_to_itself() {
    struct Selfish {
        own: Option<ActorRef<Selfish>>,
        _counted: Counted,
    }
    #[actor]
    impl Selfish {
        fn new(counted: Counted) -> Self {
            Self { own: None, _counted: counted }
        }

        fn keep(&mut self, own: ActorRef<Selfish>) {
            self.own = Some(own);
        }

        fn let_go(&mut self, gate: Gate) {
            gate.pass();
            self.own = None;
        }
    }
    let count = Arc::new(AtomicUsize::new(0));
    let runtime = started();
    let entered = runtime.enter();
    let (one, other) = (Selfish::remote(Counted::new(&count)), Selfish::remote(Counted::new(&count)));
    one.keep(one.clone());
    other.keep(other.clone());
    let (gate, keeper) = Gate::new();
    let gone = one.let_go(gate);
    drop((one, other));
    keeper.wait_until_somebody_has_come();
    keeper.open();
    gone.get().unwrap();
    drop(entered);
    drop(runtime);
    assert_eq!(count.load(Ordering::SeqCst), 0, "the runtime ends also those that nobody else would");
}
