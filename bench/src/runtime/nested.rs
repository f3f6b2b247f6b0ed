//! A task for each call of a recursive function, with a get inside.

use std::hint::black_box;

use parlings::{TaskError, remote};

use crate::{
    rounds::{Asked, Comparison, Contender},
    runtime::{cores, in_own_runtime, rayon_pool},
};

const N: u64 = 22;

/// How many calls of the function there are for 22.
const CALLS: u64 = 57_313;

/// Two submissions, their gets, two starts and ends for each call, should they all be on one thread.
const EVENTS: usize = 8 * CALLS as usize;

#[remote]
fn fibonacci(n: u64) -> Result<u64, TaskError> {
    if n < 2 {
        return Ok(n);
    }
    let (a, b) = (fibonacci::remote(n - 1), fibonacci::remote(n - 2));
    Ok(*a.get()? + *b.get()?)
}

pub(super) fn fib() -> Comparison {
    let pool = rayon_pool(cores());
    let chili = chili::ThreadPool::with_config(chili::Config {
        thread_count: std::num::NonZero::new(cores()),
        ..Default::default()
    });
    Comparison {
        what: "nested fib(22), a task a call, get inside",
        unit: "a task",
        asked: Asked::Nanoseconds(250.0),
        contenders: vec![
            Contender::new("ours", CALLS, || {
                in_own_runtime(cores(), EVENTS, || {
                    assert_eq!(*fibonacci::remote(N).get().expect("nothing fails"), 17_711);
                })
            }),
            Contender::timed("rayon join", CALLS, move || {
                assert_eq!(pool.install(|| with_rayon(black_box(N))), 17_711)
            }),
            Contender::timed("chili join", CALLS, move || {
                assert_eq!(with_chili(&mut chili.scope(), black_box(N)), 17_711);
            }),
        ],
    }
}

fn with_rayon(n: u64) -> u64 {
    if n < 2 {
        return n;
    }
    let (a, b) = rayon::join(|| with_rayon(n - 1), || with_rayon(n - 2));
    a + b
}

fn with_chili(scope: &mut chili::Scope<'_>, n: u64) -> u64 {
    if n < 2 {
        return n;
    }
    let (a, b) = scope.join(|scope| with_chili(scope, n - 1), |scope| with_chili(scope, n - 2));
    a + b
}
