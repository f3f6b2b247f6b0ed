//! Random programs of calls, panics and restarts against a model.

use super::*;
use proptest::prelude::*;

/// What a program does next, with one of its actors.
#[derive(Clone, Debug)]
enum Step {
    Add(u64),
    /// Adds a number that is there when the steps before it are at work.
    AddPending(u64),
    /// Adds what a task failed to give.
    AddNothing,
    Refuse,
    Panic,
    Value,
    /// Lets go of it, and makes another in its place.
    Replace,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..100_u64).prop_map(Step::Add),
        2 => (0..100_u64).prop_map(Step::AddPending),
        1 => Just(Step::AddNothing),
        1 => Just(Step::Refuse),
        1 => Just(Step::Panic),
        3 => Just(Step::Value),
        1 => Just(Step::Replace),
    ]
}

struct Account {
    start: u64,
    balance: u64,
}

#[actor]
impl Account {
    fn new(start: u64) -> Self {
        Self { start, balance: start }
    }

    fn add(&mut self, amount: u64) -> u64 {
        self.balance += amount;
        self.balance
    }

    fn refuse(&mut self) -> Result<u64, String> {
        self.balance += 1;
        Err(format!("{} was refused", self.start))
    }

    fn panic(&mut self) -> u64 {
        panic!("on purpose");
    }

    fn value(&self) -> u64 {
        self.balance
    }
}

/// What a call gives, as far as the model knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    Value(u64),
    Refused,
    Missing,
    Died,
}

struct Model {
    balance: u64,
    restarts: usize,
    is_dead: bool,
}

const START: u64 = 1_000;

impl Model {
    fn new(restarts: usize) -> Self {
        Self { balance: START, restarts, is_dead: false }
    }

    fn call(&mut self, step: &Step) -> Given {
        if self.is_dead {
            return Given::Died;
        }
        match step {
            Step::Add(amount) | Step::AddPending(amount) => {
                self.balance += amount;
                Given::Value(self.balance)
            }
            Step::AddNothing => Given::Missing,
            Step::Refuse => {
                self.balance += 1;
                Given::Refused
            }
            Step::Panic => {
                self.is_dead = self.restarts == 0;
                self.restarts = self.restarts.saturating_sub(1);
                self.balance = START;
                Given::Died
            }
            Step::Value | Step::Replace => Given::Value(self.balance),
        }
    }
}

#[remote]
fn later(amount: u64) -> u64 {
    std::thread::yield_now();
    amount
}

#[remote]
fn nothing() -> Result<u64, String> {
    Err("nothing".to_string())
}

fn call(account: &ActorRef<Account>, step: &Step) -> ObjectRef<u64> {
    match step {
        Step::Add(amount) => account.add(*amount),
        Step::AddPending(amount) => account.add(later::remote(later::remote(*amount))),
        Step::AddNothing => account.add(nothing::remote()),
        Step::Refuse => account.refuse(),
        Step::Panic => account.panic(),
        Step::Value | Step::Replace => account.value(),
    }
}

fn given(call: &ObjectRef<u64>) -> Given {
    match call.get() {
        Ok(value) => Given::Value(*value),
        Err(TaskError::User { task, .. }) if task == "Account::refuse" => Given::Refused,
        Err(TaskError::User { task, .. }) if task == "nothing" => Given::Missing,
        Err(TaskError::ActorDied { actor, cause }) => {
            assert!(actor == "Account" && cause.contains("call `panic` panicked"), "{actor}: {cause}");
            Given::Died
        }
        Err(other) => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_random_program_gives_what_the_model_says(
        steps in prop::collection::vec((0..3_usize, step(), any::<bool>()), 1..60),
        restarts in 0..3_usize,
        is_virtual in any::<bool>(),
    ) {
        let clock = if is_virtual { Clock::Virtual } else { Clock::Real };
        let runtime = Runtime::builder().num_cpus(2).clock(clock).record_capacity(1_000).start().unwrap();
        let _entered = runtime.enter();
        let options = Account::options().max_restarts(restarts);
        let mut accounts: Vec<_> = (0..3).map(|_| options.remote(START)).collect();
        let mut models: Vec<_> = (0..3).map(|_| Model::new(restarts)).collect();
        let mut calls = Vec::new();
        for (place, step, waits) in &steps {
            let made = call(&accounts[*place], step);
            if *waits {
                let _ = made.get();
            }
            calls.push((made, models[*place].call(step)));
            if let Step::Replace = step {
                accounts[*place] = options.remote(START);
                models[*place] = Model::new(restarts);
            }
        }
        for (made, expected) in &calls {
            prop_assert_eq!(given(made), *expected);
        }
    }
}
