//! What is left of actors: nothing, however they and their runtime end.

use super::*;

/// Holds something counted, and takes and gives more of it.
struct Keeping(Vec<Counted>);

#[actor]
impl Keeping {
    fn new(first: Counted) -> Self {
        Self(vec![first])
    }

    fn keep(&mut self, one: Counted) -> Counted {
        self.0.push(one.clone());
        one
    }

    fn look(&self, one: &Counted) -> usize {
        one.0.load(Ordering::SeqCst)
    }

    fn wait(&mut self, gate: Gate, _held: Counted) {
        gate.pass();
    }

    fn panic(&mut self, _held: Counted) -> Counted {
        panic!("on purpose");
    }
}

#[test]
fn nothing_is_left_of_states_calls_arguments_and_results() {
    let count = Arc::new(AtomicUsize::new(0));
    let one = || Counted::new(&count);
    let runtime = started();
    {
        let _entered = runtime.enter();
        for restarts in 0..3 {
            let keeping = Keeping::options().max_restarts(restarts).remote(one());
            let kept: Vec<_> = (0..10).map(|_| keeping.keep(one())).collect();
            get_all(&kept).unwrap();
            let passed = keeping.keep(&kept[0]);
            assert!(*keeping.look(&passed).get().unwrap() > 12);
            for _ in 0..4 {
                keeping.panic(one());
                keeping.keep(one());
                keeping.look(passed.clone());
            }
            assert!(keeping.keep(one()).get().is_err());
        }
        let full = Keeping::options().max_pending_calls(1).remote(one());
        let (gate, keeper) = Gate::new();
        full.wait(gate, one());
        keeper.wait_until_somebody_has_come();
        let calls: Vec<_> = (0..3).map(|_| full.keep(one())).collect();
        cancel(&calls[0]);
        keeper.open();
    }
    drop(runtime);
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[test]
fn ten_thousand_actors_come_and_go() {
    let count = Arc::new(AtomicUsize::new(0));
    let runtime = started();
    let _entered = runtime.enter();
    let actors: Vec<_> = (0..10_000_u64)
        .map(|_| {
            let keeping = Keeping::remote(Counted::new(&count));
            let object = keeping.keep(Counted::new(&count));
            (keeping, object)
        })
        .collect();
    for (_, object) in &actors {
        object.get().unwrap();
    }
    assert_eq!(count.load(Ordering::SeqCst), 30_000);
    drop(actors);
    while count.load(Ordering::SeqCst) > 0 {
        std::thread::yield_now();
    }
}

#[test]
fn a_runtime_that_stops_lets_the_running_call_end_and_cancels_the_others() {
    let count = Arc::new(AtomicUsize::new(0));
    let runtime = started();
    let entered = runtime.enter();
    let actors: Vec<_> = (0..5).map(|_| Keeping::remote(Counted::new(&count))).collect();
    let mut keepers = Vec::new();
    let mut running = Vec::new();
    let mut waiting = Vec::new();
    for actor in &actors {
        let (gate, keeper) = Gate::new();
        running.push(actor.wait(gate, Counted::new(&count)));
        waiting.extend((0..100).map(|_| actor.keep(Counted::new(&count))));
        keeper.wait_until_somebody_has_come();
        keepers.push(keeper);
    }
    let idle = Keeping::remote(Counted::new(&count));
    drop(entered);
    let stopper = std::thread::spawn(move || drop(runtime));
    // A call that is refused is the sign that it stops.
    loop {
        let call = idle.keep(Counted::new(&count));
        if format!("{call:?}").contains("failed") && matches!(call.get(), Err(TaskError::RuntimeStopped { .. })) {
            break;
        }
        std::thread::yield_now();
    }
    keepers.iter().for_each(Keeper::open);
    stopper.join().unwrap();
    assert!(running.iter().all(|call| call.get().is_ok()));
    for call in &waiting {
        let error = call.get().unwrap_err();
        assert!(matches!(&error, TaskError::Cancelled { task } if task == "Keeping::keep"), "{error}");
    }
    assert!(matches!(actors[0].keep(Counted::new(&count)).get(), Err(TaskError::RuntimeStopped { .. })));
    assert_eq!(count.load(Ordering::SeqCst), 0, "the handles are still there, the states are not");
}

#[test]
fn by_either_clock_a_runtime_leaves_no_state_behind() {
    for clock in [Clock::Real, Clock::Virtual] {
        let count = Arc::new(AtomicUsize::new(0));
        let runtime = Runtime::builder().num_cpus(2).clock(clock).start().unwrap();
        let entered = runtime.enter();
        let actors: Vec<_> = (0..50).map(|_| Keeping::remote(Counted::new(&count))).collect();
        let calls: Vec<_> = actors.iter().map(|actor| actor.keep(Counted::new(&count))).collect();
        calls[0].get().unwrap();
        drop(entered);
        drop(runtime);
        assert!(
            calls
                .iter()
                .all(|call| call.get().map_or_else(|error| matches!(error, TaskError::Cancelled { .. }), |_| true))
        );
        drop(calls);
        assert_eq!(count.load(Ordering::SeqCst), 0);
        assert!(matches!(actors[0].panic(Counted::new(&count)).get(), Err(TaskError::RuntimeStopped { .. })));
    }
}
