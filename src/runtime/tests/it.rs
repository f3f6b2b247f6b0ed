//! The runtime from outside, as programs use it.

mod it {
    mod actors;
    mod cancel;
    mod clock;
    mod completed;
    mod deadlock;
    mod errors;
    mod graphs;
    mod life;
    mod macros;
    mod makespans;
    mod nesting;
    mod options;
    mod ownership;
    mod programs;
    mod progress;
    mod record;
    mod returns;
    mod streams;
    mod waits;
}
