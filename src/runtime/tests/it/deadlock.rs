//! Programs that would wait for ever are told so, with the cycle in words.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use parlings::{Clock, ObjectRef, Runtime, TaskError, cancel, put, remote, time::sleep, wait};

fn runtime(clock: Clock) -> Runtime {
    Runtime::builder().num_cpus(2).clock(clock).start().unwrap()
}

fn chain(error: &TaskError) -> &str {
    match error {
        TaskError::Deadlock { chain } => chain,
        other => panic!("{other}"),
    }
}

type Mailbox = Mutex<Option<ObjectRef<u64>>>;

fn wait_for(mailbox: &Mailbox) -> ObjectRef<u64> {
    loop {
        if let Some(object) = mailbox.lock().unwrap().take() {
            return object;
        }
        sleep(Duration::from_micros(20));
    }
}

#[test]
fn a_task_that_waits_for_itself() {
    static MAILBOX: Mailbox = Mailbox::new(None);
    #[remote]
    fn ouroboros() -> Result<u64, TaskError> {
        Ok(*wait_for(&MAILBOX).get()?)
    }
    for clock in [Clock::Real, Clock::Virtual] {
        let runtime = runtime(clock);
        let _entered = runtime.enter();
        let snake = ouroboros::remote();
        *MAILBOX.lock().unwrap() = Some(snake.clone());
        let error = snake.get().unwrap_err();
        let chain = chain(&error);
        assert!(chain.starts_with("`ouroboros` (at src/runtime/tests/it/deadlock.rs:"), "{chain}");
        assert!(chain.ends_with(") waits for `ouroboros`"), "{chain}");
    }
}

#[test]
fn two_tasks_that_wait_for_each_other() {
    static LEFT: Mailbox = Mailbox::new(None);
    static RIGHT: Mailbox = Mailbox::new(None);
    #[remote]
    fn left() -> Result<u64, TaskError> {
        Ok(*wait_for(&LEFT).get()?)
    }
    #[remote]
    fn right() -> Result<u64, TaskError> {
        Ok(*wait_for(&RIGHT).get()?)
    }
    for clock in [Clock::Real, Clock::Virtual] {
        let runtime = runtime(clock);
        let _entered = runtime.enter();
        let (one, other) = (left::remote(), right::remote());
        *LEFT.lock().unwrap() = Some(other.clone());
        *RIGHT.lock().unwrap() = Some(one.clone());
        let error = one.get().unwrap_err();
        assert_eq!(chain(&error), chain(&other.get().unwrap_err()), "one was told, and its error passed on");
        let chain = chain(&error);
        // Where one ran inside the get of the other, its line is not told: it is that of the get.
        assert!(chain.contains("waits for `left`; `left`") || chain.contains("waits for `right`; `right`"), "{chain}");
    }
}

#[test]
fn a_cycle_through_arguments() {
    static MAILBOX: Mailbox = Mailbox::new(None);
    #[remote]
    fn first() -> Result<u64, TaskError> {
        Ok(*wait_for(&MAILBOX).get()?)
    }
    #[remote]
    fn next(value: u64) -> u64 {
        value + 1
    }
    for clock in [Clock::Real, Clock::Virtual] {
        let runtime = runtime(clock);
        let _entered = runtime.enter();
        let start = first::remote();
        let end = (0..1_000).fold(start.clone(), |before, _| next::remote(before));
        *MAILBOX.lock().unwrap() = Some(end.clone());
        let error = end.get().unwrap_err();
        assert!(chain(&error).contains("and so on through"), "{error}");
        assert!(chain(&error).contains("`first`"), "{error}");
        assert!(chain(&error).contains("waits for `next`"), "{error}");
        assert!(error.to_string().len() < 1_500, "{} bytes", error.to_string().len());
    }
}

#[test]
fn waits_that_end_are_none() {
    #[remote]
    fn one(value: &u64) -> u64 {
        *value
    }
    #[remote]
    fn many() -> Result<u64, TaskError> {
        let start = put(1);
        let mut sum = 0;
        for _ in 0..50 {
            sum += *one::remote(one::remote(&start)).get()?;
        }
        Ok(sum)
    }
    for clock in [Clock::Real, Clock::Virtual] {
        let runtime = runtime(clock);
        let _entered = runtime.enter();
        let all: Vec<_> = (0..20).map(|_| many::remote()).collect();
        for object in all {
            assert_eq!(*object.get().unwrap(), 50);
        }
    }
}

/// Runs `test` by both clocks, and in some of the orders that seeds give.
fn in_many_orders(slots: usize, test: impl Fn()) {
    let builder = || Runtime::builder().num_cpus(slots);
    let by_clock = [Clock::Real, Clock::Virtual].map(|clock| builder().clock(clock));
    let by_seed = (0..20).map(|seed| builder().clock(Clock::Virtual).seed(seed));
    for builder in by_clock.into_iter().chain(by_seed) {
        let runtime = builder.start().unwrap();
        let _entered = runtime.enter();
        test();
    }
}

/// Where a task finds the reference that it is to wait for.
type Place = Arc<Mailbox>;

fn places(count: usize) -> Vec<Place> {
    (0..count).map(|_| Place::default()).collect()
}

fn give(place: &Place, object: &ObjectRef<u64>) {
    *place.lock().unwrap() = Some(object.clone());
}

/// Waits for what it finds in its place, so many gets deep: each but the last waits for a task of its own.
#[remote]
fn member(place: Place, depth: u64) -> Result<u64, TaskError> {
    if depth > 0 {
        return Ok(*member::remote(place, depth - 1).get()? + 1);
    }
    Ok(*wait_for(&place).get()?)
}

/// Members of a ring, each waiting for the next, and the places where they find it.
fn ring(count: usize, depth: u64) -> Vec<ObjectRef<u64>> {
    let places = places(count);
    let members: Vec<_> = places.iter().map(|place| member::remote(Arc::clone(place), depth)).collect();
    for (number, place) in places.iter().enumerate() {
        give(place, &members[(number + 1) % count]);
    }
    members
}

#[test]
fn a_ring_of_tasks_with_tasks_inside() {
    for (count, depth) in [(1, 3), (2, 1), (3, 2), (5, 4)] {
        in_many_orders(count + 1, || {
            let members = ring(count, depth);
            let error = members[0].get().unwrap_err();
            let told = chain(&error).to_string();
            assert!(told.contains("`member` (at src/runtime/tests/it/deadlock.rs:"), "{told}");
            assert!(told.contains("waits for `member`"), "{told}");
            for other in &members {
                assert_eq!(chain(&other.get().unwrap_err()), told, "one was told, and its error passed on");
            }
        });
    }
}

#[test]
fn each_of_several_rings_is_told() {
    in_many_orders(8, || {
        let rings = [ring(2, 0), ring(3, 1), ring(1, 0)];
        let outside = member::remote(Arc::new(Mutex::new(Some(put(5)))), 2);
        for member in rings.iter().flatten() {
            chain(&member.get().unwrap_err());
        }
        assert_eq!(*outside.get().unwrap(), 7, "who is in no ring goes on");
    });
}

#[test]
fn a_ring_with_a_cancelled_member_comes_apart() {
    in_many_orders(4, || {
        let places = places(3);
        let members: Vec<_> = places.iter().map(|place| member::remote(Arc::clone(place), 0)).collect();
        // The first waits for the second, and that for the third, which has nothing to wait for yet.
        give(&places[0], &members[1]);
        give(&places[1], &members[2]);
        cancel(&members[1]);
        give(&places[2], &members[0]);
        for member in &members {
            match member.get() {
                Err(TaskError::Cancelled { task }) => assert_eq!(task, "member"),
                other => panic!("{other:?}"),
            }
        }
    });
}

#[test]
fn who_waits_from_outside_is_in_no_cycle() {
    in_many_orders(6, || {
        let members = ring(2, 1);
        let outside: Vec<_> =
            (0..3).map(|_| member::remote(Arc::new(Mutex::new(Some(members[0].clone()))), 1)).collect();
        let told = chain(&members[0].get().unwrap_err()).to_string();
        for object in outside {
            assert_eq!(chain(&object.get().unwrap_err()), told);
        }
    });
}

#[test]
fn a_wait_for_some_that_too_few_are_left_for() {
    static LEFT: Mutex<Vec<ObjectRef<u64>>> = Mutex::new(Vec::new());
    static RIGHT: Mailbox = Mailbox::new(None);
    #[remote]
    fn some(k: usize) -> Result<u64, TaskError> {
        loop {
            let refs = std::mem::take(&mut *LEFT.lock().unwrap());
            if !refs.is_empty() {
                return wait(&refs, k, None).map(|(ready, _)| ready.len() as u64);
            }
            sleep(Duration::from_micros(20));
        }
    }
    #[remote]
    fn back() -> Result<u64, TaskError> {
        Ok(*wait_for(&RIGHT).get()?)
    }
    #[remote]
    fn after(number: u64) -> u64 {
        number
    }
    #[remote]
    fn nap() -> u64 {
        sleep(Duration::from_millis(5));
        7
    }
    for (clock, k) in [(Clock::Real, 2), (Clock::Virtual, 2), (Clock::Real, 3), (Clock::Virtual, 3)] {
        let runtime = Runtime::builder().num_cpus(4).clock(clock).start().unwrap();
        let _entered = runtime.enter();
        let (some, back) = (some::remote(k), back::remote());
        let behind = after::remote(&back);
        *RIGHT.lock().unwrap() = Some(some.clone());
        // Two come in any case; the two others, one of them by way of an argument, only after the wait.
        *LEFT.lock().unwrap() = vec![back.clone(), nap::remote(), behind, nap::remote()];
        match (k, some.get()) {
            (2, ready) => assert_eq!(*ready.unwrap(), 2),
            (_, ready) => {
                // Whoever begins to wait last is told; what failed is ready, too.
                let error = ready.and_then(|_| back.get()).unwrap_err();
                let chain = chain(&error);
                assert!(chain.contains("`some` (at src/runtime/tests/it/deadlock.rs:"), "{chain}");
                assert!(chain.contains("waits for `back`") && chain.contains("waits for `some`"), "{chain}");
            }
        }
    }
}

#[test]
fn what_comes_next_when_none_can() {
    static MAILBOX: Mailbox = Mailbox::new(None);
    #[remote]
    fn gather() -> Result<u64, TaskError> {
        let own = wait_for(&MAILBOX);
        let refs = [after::remote(&own), after::remote(put(1)), after::remote(&own)];
        parlings::as_completed(refs).map(|number| number.get().map(|number| *number)).sum()
    }
    #[remote]
    fn after(number: u64) -> u64 {
        number
    }
    for clock in [Clock::Real, Clock::Virtual] {
        let runtime = runtime(clock);
        let _entered = runtime.enter();
        let gather = gather::remote();
        *MAILBOX.lock().unwrap() = Some(gather.clone());
        let error = gather.get().unwrap_err();
        let chain = chain(&error);
        assert!(chain.ends_with("waits for `after`; `after` waits for `gather`"), "{chain}");
    }
}
