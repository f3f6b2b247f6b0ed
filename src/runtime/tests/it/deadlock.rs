//! Programs that would wait for ever are told so, with the cycle in words.

use std::{sync::Mutex, time::Duration};

use parlings::{Clock, ObjectRef, Runtime, TaskError, put, remote, time::sleep};

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
