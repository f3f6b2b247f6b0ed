//! Ractor, on tokio's threads.

use std::time::{Duration, Instant};

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort, call};

use crate::actors::{ASKS, TELLS, peers::in_tokio};

struct Counter;

enum Call {
    Increment,
    Value(RpcReplyPort<u64>),
}

impl Actor for Counter {
    type Msg = Call;
    type State = u64;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Call>, (): ()) -> Result<u64, ActorProcessingErr> {
        Ok(0)
    }

    async fn handle(&self, _: ActorRef<Call>, call: Call, count: &mut u64) -> Result<(), ActorProcessingErr> {
        match call {
            Call::Increment => *count += 1,
            Call::Value(answer) => answer.send(*count)?,
        }
        Ok(())
    }
}

pub(in crate::actors) fn tell() -> Duration {
    with_counter(async |counter| {
        for _ in 0..TELLS {
            counter.send_message(Call::Increment).expect("the actor lives");
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

fn with_counter(work: impl AsyncFnOnce(&ActorRef<Call>)) -> Duration {
    in_tokio(async {
        let (counter, ended) = Actor::spawn(None, Counter, ()).await.expect("an actor can be started");
        value(&counter).await; // It is there.
        let start = Instant::now();
        work(&counter).await;
        let time = start.elapsed();
        counter.stop(None);
        ended.await.expect("nothing panics");
        time
    })
}

async fn value(counter: &ActorRef<Call>) -> u64 {
    call!(counter, Call::Value).expect("the actor answers")
}
