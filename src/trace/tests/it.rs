//! Properties of everything that is read from a record, over simulated and over senseless records.

mod it {
    mod properties;
    mod simulator;
}
