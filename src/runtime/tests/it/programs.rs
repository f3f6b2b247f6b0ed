//! Random programs, by both clocks: the same each time, none hangs, nothing is left.
//!
//! A program is data: a list of steps that the driver takes, some of which submit tasks with lists of their own. A reference can
//! only be used by who was given it or made it, and by those submitted later, and actors wait for nobody; so no program can wait
//! for itself, and none may be told that it does.
//!
//! A program is *calm* when nothing in it depends on time: no cancellations, no timeouts, and no calls that see what others
//! did. Then it has one answer, in whatever order its tasks run. `PROGRAMS` sets how many are tried.

use std::{
    error::Error,
    io::Write as _,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use parlings::{
    ActorRef, Clock, ObjectRef, Runtime, TaskError, actor, cancel, check_cancelled, get_all, put, remote,
    time::{Instant, sleep},
    wait,
};
use proptest::{prelude::*, test_runner::TestRunner};
use trace::Record;

/// One of the references that a task has, counted round and round.
type Which = usize;

#[derive(Clone, Debug)]
enum Step {
    /// Submits a task; its reference is one more that this one has.
    Submit {
        body: Arc<[Step]>,
        /// References that it waits for; two at most.
        arguments: Vec<Which>,
        /// References that it is given, to use as it likes.
        kept: Vec<Which>,
    },
    Put(u64),
    /// Makes an actor; its handle is one more that this one has.
    Actor,
    /// Calls an actor; the result is one more reference.
    Call {
        actor: Which,
        number: u64,
        /// How long it sleeps.
        length: u64,
        how: Call,
    },
    /// Gets one reference, and goes on whatever comes.
    Get(Which),
    /// Gets one reference, and fails as it did.
    Pass(Which),
    GetAll,
    GetTimeout(Which, u64),
    /// Waits for so many of its references.
    Wait {
        count: Which,
        timeout: Option<u64>,
    },
    Sleep(u64),
    Cancel(Which),
    CheckCancelled,
    Fail,
    Panic,
}

/// What a call does with the actor's state.
#[derive(Clone, Copy, Debug)]
enum Call {
    /// Changes it, and returns nothing of it: it does not matter who calls first.
    Add,
    /// Changes it, and returns it.
    Read,
    /// Ends the actor.
    Panic,
}

#[derive(Clone, Debug)]
struct Program {
    slots: usize,
    steps: Arc<[Step]>,
}

/// Steps; those that make the answer depend on time only where they are not to be `calm`.
fn steps(calm: bool) -> impl Strategy<Value = Arc<[Step]>> {
    let which = || 0..12_usize;
    let leaf = prop_oneof![
        3 => which().prop_map(Step::Get),
        1 => which().prop_map(Step::Pass),
        1 => Just(Step::GetAll),
        1 => any::<u64>().prop_map(Step::Put),
        1 => Just(Step::Actor),
        2 => (which(), any::<u64>(), 0..10_u64, 0..8).prop_map(move |(actor, number, length, how)| {
            let how = match how {
                0 if !calm => Call::Panic,
                1..4 if !calm => Call::Read,
                _ => Call::Add,
            };
            Step::Call { actor, number, length, how }
        }),
        3 => (0..20_u64).prop_map(Step::Sleep),
        1 => prop_oneof![4 => Just(Step::CheckCancelled), 1 => Just(Step::Fail), 1 => Just(Step::Panic)],
        3 => (which(), 0..30_u64, 0..4).prop_map(move |(which, length, how)| match how {
            _ if calm => Step::Get(which),
            0 => Step::Cancel(which),
            1 => Step::GetTimeout(which, length),
            2 => Step::Wait { count: which, timeout: Some(length) },
            _ => Step::Wait { count: which, timeout: None },
        }),
    ];
    let list = |step: BoxedStrategy<Step>| prop::collection::vec(step, 0..7).prop_map(Arc::from);
    let step = leaf.clone().prop_recursive(4, 40, 6, move |inner| {
        let some = || prop::collection::vec(which(), 0..=2);
        let submit = (list(prop_oneof![1 => inner.clone(), 1 => leaf.clone()].boxed()), some(), some());
        submit.prop_map(|(body, arguments, kept)| Step::Submit { body, arguments, kept })
    });
    prop::collection::vec(step, 1..8).prop_map(Arc::from)
}

fn program(calm: bool) -> impl Strategy<Value = Program> {
    (1..=4_usize, steps(calm)).prop_map(|(slots, steps)| Program { slots, steps })
}

/// What all tasks of one run share.
#[derive(Debug, Default)]
struct Run {
    /// How long a sleep of length one is.
    unit: Duration,
    /// Values and arguments that live.
    alive: AtomicUsize,
    /// Waits that were told of a deadlock.
    deadlocks: AtomicUsize,
}

/// Counts itself as long as it lives.
#[derive(Debug)]
struct Counted(Arc<Run>);

impl Counted {
    fn new(run: &Arc<Run>) -> Self {
        run.alive.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(run))
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(Clone, Debug)]
struct Value {
    number: u64,
    _counted: Counted,
}

/// An actor with a number.
struct Tally(u64, Counted);

#[actor]
impl Tally {
    fn new(counted: Counted) -> Self {
        Self(0, counted)
    }

    fn call(&mut self, number: u64, length: Duration, how: Call) -> Value {
        sleep(length);
        self.0 = mix(self.0, number);
        let number = match how {
            Call::Add => mix(number, 1),
            Call::Read => self.0,
            Call::Panic => std::panic::resume_unwind(Box::new("it panicked")),
        };
        Value { number, _counted: self.1.clone() }
    }
}

/// A task's arguments, beside those that it waits for.
#[derive(Clone)]
struct Body {
    steps: Arc<[Step]>,
    references: Vec<ObjectRef<Value>>,
    actors: Vec<ActorRef<Tally>>,
    counted: Counted,
}

#[remote]
fn none(body: Body) -> Result<Value, Box<dyn Error + Send + Sync>> {
    body.take_steps(0)
}

#[remote]
fn one(body: Body, first: &Value) -> Result<Value, Box<dyn Error + Send + Sync>> {
    body.take_steps(first.number)
}

#[remote]
fn two(body: Body, first: Value, second: &Value) -> Result<Value, Box<dyn Error + Send + Sync>> {
    body.take_steps(mix(first.number, second.number))
}

fn mix(seen: u64, next: u64) -> u64 {
    (seen ^ next).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
}

fn hash(text: &str) -> u64 {
    text.bytes().fold(1, |seen, byte| mix(seen, byte.into()))
}

impl Body {
    fn take_steps(mut self, seen: u64) -> Result<Value, Box<dyn Error + Send + Sync>> {
        let run = Arc::clone(&self.counted.0);
        let mut number = seen;
        for step in &*Arc::clone(&self.steps) {
            number = mix(number, self.take(step, &run)?);
        }
        Ok(Value { number, _counted: Counted::new(&run) })
    }

    /// Takes a step, and returns what it saw.
    fn take(&mut self, step: &Step, run: &Arc<Run>) -> Result<u64, Box<dyn Error + Send + Sync>> {
        match step {
            Step::Submit { body, arguments, kept } => {
                let inner = Body {
                    steps: Arc::clone(body),
                    references: kept.iter().filter_map(|which| self.reference(which).cloned()).collect(),
                    actors: self.actors.clone(),
                    counted: Counted::new(run),
                };
                let arguments: Vec<_> = arguments.iter().filter_map(|which| self.reference(which)).collect();
                let submitted = match arguments[..] {
                    [] => none::remote(inner),
                    [first] => one::remote(inner, first),
                    [first, second, ..] => two::remote(inner, first, second),
                };
                self.references.push(submitted);
            }
            Step::Put(number) => self.references.push(put(Value { number: *number, _counted: Counted::new(run) })),
            Step::Actor => self.actors.push(Tally::remote(Counted::new(run))),
            Step::Call { actor, number, length, how } => {
                if let Some(place) = actor.checked_rem(self.actors.len()) {
                    let call = self.actors[place].call(*number, run.unit * *length as u32, *how);
                    self.references.push(call);
                }
            }
            Step::Get(which) => return Ok(self.reference(which).map_or(0, |object| seen(run, object.get()))),
            Step::Pass(which) => {
                if let Some(object) = self.reference(which) {
                    return Ok(object.get().inspect_err(|error| note(run, error))?.number);
                }
            }
            // Which of several errors it tells is a matter of time.
            Step::GetAll => match get_all(&self.references) {
                Ok(values) => return Ok(values.iter().fold(0, |seen, value| mix(seen, value.number))),
                Err(error) => note(run, &error),
            },
            Step::GetTimeout(which, length) => {
                let timeout = run.unit * *length as u32;
                return Ok(self.reference(which).map_or(0, |object| seen(run, object.get_timeout(timeout))));
            }
            Step::Wait { count, timeout } => {
                // To wait for none of several is refused, and so is to wait for one twice: both are answers too.
                let count = count.checked_rem(self.references.len()).unwrap_or_default();
                let timeout = timeout.map(|length| run.unit * length as u32);
                return Ok(match wait(&self.references, count, timeout) {
                    Ok((ready, pending)) => mix(ready.len() as u64, pending.len() as u64),
                    Err(error) => {
                        note(run, &error);
                        hash(&error.to_string())
                    }
                });
            }
            Step::Sleep(length) => sleep(run.unit * *length as u32),
            Step::Cancel(which) => self.reference(which).into_iter().for_each(cancel),
            Step::CheckCancelled => check_cancelled()?,
            Step::Fail => return Err("it failed".into()),
            // As a panic does, without the message on the screen.
            Step::Panic => std::panic::resume_unwind(Box::new("it panicked")),
        }
        Ok(0)
    }

    fn reference(&self, which: &Which) -> Option<&ObjectRef<Value>> {
        self.references.get(which.checked_rem(self.references.len())?)
    }
}

fn seen(run: &Run, outcome: Result<Arc<Value>, TaskError>) -> u64 {
    match outcome {
        Ok(value) => value.number,
        Err(error) => {
            note(run, &error);
            hash(&error.to_string())
        }
    }
}

fn note(run: &Run, error: &TaskError) {
    if matches!(error, TaskError::Deadlock { .. }) {
        run.deadlocks.fetch_add(1, Ordering::SeqCst);
    }
}

/// What a run of a program gave.
struct Given {
    /// What the driver saw, and each of its references in the end.
    answers: Vec<Result<u64, String>>,
    makespan: Duration,
    record: Record,
}

impl Given {
    /// Fails at the first difference; a whole record is too long to read.
    #[track_caller]
    fn assert_same(&self, other: &Given) {
        assert_eq!((&self.answers, self.makespan), (&other.answers, other.makespan));
        for (number, events) in self.record.events.iter().zip(&other.record.events).enumerate() {
            assert_eq!(events.0, events.1, "event {number}");
        }
        assert!(self.record == other.record, "other places in the source, or fewer events");
    }
}

/// By which clock a program is run.
#[derive(Clone, Copy, Debug)]
enum Order {
    Machine,
    Virtual,
    Seed(u64),
}

/// Runs the program to its end, and looks whether anything is left.
fn run(program: &Program, order: Order) -> Given {
    let (clock, unit) = match order {
        Order::Machine => (Clock::Real, Duration::from_micros(5)),
        Order::Virtual | Order::Seed(_) => (Clock::Virtual, Duration::from_millis(1)),
    };
    let run = Arc::new(Run { unit, ..Run::default() });
    let builder = Runtime::builder().num_cpus(program.slots).clock(clock).record_capacity(1 << 12);
    let builder = if let Order::Seed(seed) = order { builder.seed(seed) } else { builder };
    let runtime = builder.start().unwrap();
    let given = {
        let _entered = runtime.enter();
        let start = Instant::now();
        let answers = drive(program, &run);
        Given { answers, makespan: start.elapsed(), record: runtime.record() }
    };
    drop(runtime);
    assert_eq!(run.deadlocks.load(Ordering::SeqCst), 0, "it cannot wait for itself, and was told that it does");
    assert_eq!(run.alive.load(Ordering::SeqCst), 0, "values are left");
    given
}

fn drive(program: &Program, run: &Arc<Run>) -> Vec<Result<u64, String>> {
    let mut driver =
        Body { steps: Arc::from([]), references: Vec::new(), actors: Vec::new(), counted: Counted::new(run) };
    let mut answers = Vec::new();
    for step in &*program.steps {
        let taken = catch_unwind(AssertUnwindSafe(|| driver.take(step, run)));
        answers.push(
            taken.map_or_else(
                |_| Err("a panic of the driver".to_string()),
                |seen| seen.map_err(|error| error.to_string()),
            ),
        );
    }
    answers.extend(driver.references.iter().map(|object| Ok(seen(run, object.get()))));
    answers
}

/// How long a program may take before it is said to hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program that is tried now, and since when.
type Current = Mutex<Option<(std::time::Instant, Program)>>;

/// Until `ends` ends: if a program does not, prints it and ends the process.
fn watch(current: &Current, ends: &mpsc::Receiver<()>) {
    while ends.recv_timeout(Duration::from_secs(1)) == Err(mpsc::RecvTimeoutError::Timeout) {
        if let Some((since, program)) = &*current.lock().unwrap()
            && since.elapsed() > PATIENCE
        {
            // Not by `eprintln!`: what a test prints is kept until it ends.
            let _ = writeln!(std::io::stderr(), "it hangs: {program:#?}");
            std::process::abort();
        }
    }
}

/// Tries `test` on as many programs as `PROGRAMS` says, or `count`; a failing one is made as short as can be, and printed.
fn programs(count: u32, calm: bool, test: impl Fn(&Program)) {
    let asked = std::env::var("PROGRAMS").ok();
    let cases = asked.map_or(count, |asked| asked.parse().expect("PROGRAMS is a number"));
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let current = Current::default();
    let tried = std::thread::scope(|scope| {
        let (ended, ends) = mpsc::channel::<()>();
        let current = &current;
        scope.spawn(move || watch(current, &ends));
        let tried = TestRunner::new(config).run(&program(calm), |program| {
            *current.lock().unwrap() = Some((std::time::Instant::now(), program.clone()));
            test(&program);
            Ok(())
        });
        drop(ended);
        tried
    });
    if let Err(error) = tried {
        panic!("{error}");
    }
}

#[test]
fn a_program_is_the_same_each_time() {
    programs(5_000, false, |program| run(program, Order::Virtual).assert_same(&run(program, Order::Virtual)));
}

#[test]
fn a_seed_is_the_same_each_time() {
    programs(5_000, false, |program| {
        let seed = program.steps.len() as u64;
        run(program, Order::Seed(seed)).assert_same(&run(program, Order::Seed(seed)));
    });
}

#[test]
fn a_calm_program_has_one_answer() {
    programs(1_000, true, |program| {
        let answers = run(program, Order::Virtual).answers;
        let on_more = Program { slots: program.slots + 3, steps: Arc::clone(&program.steps) };
        for (program, order) in [
            (program, Order::Seed(1)),
            (program, Order::Seed(2)),
            (program, Order::Machine),
            (&on_more, Order::Virtual),
            (&on_more, Order::Machine),
        ] {
            assert_eq!(run(program, order).answers, answers, "{order:?}, {} slots", program.slots);
        }
    });
}

#[test]
fn none_hangs_or_leaves_anything() {
    // Threads are counted, so it is done in a process of its own.
    let program = std::env::current_exe().unwrap();
    let only = ["--exact", "it::programs::alone_by_the_machines_clock", "--ignored", "--test-threads=1"];
    let output = std::process::Command::new(program).args(only).output().unwrap();
    let told = [output.stdout, output.stderr].map(|told| String::from_utf8_lossy(&told).into_owned()).concat();
    assert!(output.status.success(), "{told}");
}

#[test]
#[ignore = "run in a process of its own by `none_hangs_or_leaves_anything`"]
fn alone_by_the_machines_clock() {
    let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
    let before = threads();
    programs(2_000, false, |program| {
        run(program, Order::Machine);
    });
    // A joined thread may stand in the list for a moment until the kernel has cleaned up.
    let left = (0..1_000_000).map(|_| {
        std::thread::yield_now();
        threads()
    });
    assert!(left.into_iter().any(|left| left == before));
}
