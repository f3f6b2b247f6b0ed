//! Actix: the actor in an arbiter, a thread of its own.

use std::time::{Duration, Instant};

use actix::{Actor, Addr, Arbiter, Context, Handler, Message, System};

use crate::actors::{ASKS, TELLS};

#[derive(Default)]
struct Counter {
    count: u64,
}

#[derive(Message)]
#[rtype(result = "()")]
struct Increment;

#[derive(Message)]
#[rtype(result = "u64")]
struct Value;

impl Actor for Counter {
    type Context = Context<Self>;
}

impl Handler<Increment> for Counter {
    type Result = ();

    fn handle(&mut self, _: Increment, _: &mut Self::Context) {
        self.count += 1;
    }
}

impl Handler<Value> for Counter {
    type Result = u64;

    fn handle(&mut self, _: Value, _: &mut Self::Context) -> u64 {
        self.count
    }
}

pub(in crate::actors) fn tell() -> Duration {
    with_counter(async |counter| {
        for _ in 0..TELLS {
            counter.do_send(Increment);
        }
        assert_eq!(value(counter).await, TELLS);
    })
}

pub(in crate::actors) fn ask() -> Duration {
    with_counter(async |counter| {
        for _ in 0..ASKS {
            assert_eq!(value(counter).await, 0);
        }
    })
}

fn with_counter(work: impl AsyncFnOnce(&Addr<Counter>)) -> Duration {
    System::new().block_on(async {
        let arbiter = Arbiter::new();
        let counter = Counter::start_in_arbiter(&arbiter.handle(), |_| Counter::default());
        value(&counter).await; // The thread is there.
        let start = Instant::now();
        work(&counter).await;
        let time = start.elapsed();
        arbiter.stop();
        arbiter.join().expect("nothing panics");
        time
    })
}

async fn value(counter: &Addr<Counter>) -> u64 {
    counter.send(Value).await.expect("the actor answers")
}
