//! A thread with a channel: what an actor is made of.

use std::{
    sync::mpsc::{Sender, channel},
    thread,
    time::{Duration, Instant},
};

use crate::actors::{ASKS, TELLS};

enum Call {
    Increment,
    Value(Sender<u64>),
}

pub(in crate::actors) fn tell() -> Duration {
    with_counter(|counter| {
        for _ in 0..TELLS {
            counter.send(Call::Increment).expect("the thread listens");
        }
        assert_eq!(value(counter), TELLS);
    })
}

pub(in crate::actors) fn ask() -> Duration {
    with_counter(|counter| (0..ASKS).for_each(|_| assert_eq!(value(counter), 0)))
}

fn with_counter(work: impl FnOnce(&Sender<Call>)) -> Duration {
    let (counter, calls) = channel();
    let thread = thread::spawn(move || {
        let mut count = 0;
        for call in calls {
            match call {
                Call::Increment => count += 1,
                Call::Value(answer) => answer.send(count).expect("the caller waits"),
            }
        }
    });
    value(&counter); // The thread is there.
    let start = Instant::now();
    work(&counter);
    let time = start.elapsed();
    drop(counter);
    thread.join().expect("nothing panics");
    time
}

fn value(counter: &Sender<Call>) -> u64 {
    let (answer, answers) = channel();
    counter.send(Call::Value(answer)).expect("the thread listens");
    answers.recv().expect("the thread answers")
}
