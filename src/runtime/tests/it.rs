//! The runtime from outside, as programs use it.

mod it {
    mod actors;
    mod cancel;
    mod clock;
    mod deadlock;
    mod errors;
    mod graphs;
    mod life;
    mod macros;
    mod nesting;
    mod ownership;
    mod record;
}
