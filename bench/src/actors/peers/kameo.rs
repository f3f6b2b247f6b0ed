//! Kameo, on tokio's threads, with an unbounded mailbox.

use std::time::{Duration, Instant};

use kameo::{
    Actor,
    actor::{ActorRef, Spawn},
    mailbox,
    message::{Context, Message},
};

use crate::actors::{ASKS, TELLS, peers::in_tokio};

#[derive(Actor, Default)]
struct Counter {
    count: u64,
}

struct Increment;

struct Value;

impl Message<Increment> for Counter {
    type Reply = ();

    async fn handle(&mut self, _: Increment, _: &mut Context<Self, ()>) {
        self.count += 1;
    }
}

impl Message<Value> for Counter {
    type Reply = u64;

    async fn handle(&mut self, _: Value, _: &mut Context<Self, u64>) -> u64 {
        self.count
    }
}

pub(in crate::actors) fn tell() -> Duration {
    with_counter(async |counter| {
        for _ in 0..TELLS {
            counter.tell(Increment).try_send().expect("the actor lives");
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

fn with_counter(work: impl AsyncFnOnce(&ActorRef<Counter>)) -> Duration {
    in_tokio(async {
        let counter = Counter::spawn_with_mailbox(Counter::default(), mailbox::unbounded());
        value(&counter).await; // It is there.
        let start = Instant::now();
        work(&counter).await;
        let time = start.elapsed();
        counter.stop_gracefully().await.expect("the actor lives");
        counter.wait_for_shutdown().await;
        time
    })
}

async fn value(counter: &ActorRef<Counter>) -> u64 {
    counter.ask(Value).await.expect("the actor answers")
}
