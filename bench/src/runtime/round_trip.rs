//! One task at a time, when everybody sleeps: what it takes to wake a worker and be woken by it.

use std::{sync::mpsc, thread, time::Duration};

use parlings::Runtime;

use crate::{
    rounds::{Asked, Comparison, Contender},
    runtime::{cores, empty, in_runtime, timed},
};

const TRIPS: u64 = 300;

/// Long enough for a thread that looks for work to give up and park, and the same for both sides.
const REST: Duration = Duration::from_micros(300);

pub(super) fn parked() -> Comparison {
    Comparison {
        what: "submit + get from a driver, workers parked before each",
        unit: "a round trip",
        asked: Asked::AtMost(1.2),
        contenders: vec![
            Contender::new("ours", TRIPS, || {
                let builder = Runtime::builder().num_cpus(cores());
                in_runtime(builder, |_| trips(|| empty::remote().get().map(drop).expect("nothing fails")))
            }),
            Contender::new("thread ping-pong", TRIPS, ping_pong),
        ],
    }
}

fn trips(mut trip: impl FnMut()) -> Duration {
    let rested = |_| {
        thread::sleep(REST);
        timed(&mut trip)
    };
    (0..TRIPS).map(rested).sum()
}

fn ping_pong() -> Duration {
    let (ping, pings) = mpsc::channel::<()>();
    let (pong, pongs) = mpsc::channel::<()>();
    let player = thread::spawn(move || pings.into_iter().try_for_each(|()| pong.send(())));
    let time = trips(|| {
        ping.send(()).expect("the player listens");
        pongs.recv().expect("the player answers");
    });
    drop(ping);
    player.join().expect("nothing panics").expect("the driver listens to the last");
    time
}
