//! What goes wrong arrives at `get`, names where it began, and kills nothing else.

use parlings::prelude::*;

#[remote]
fn fragile(x: i32) -> i32 {
    assert!(x != 13, "thirteen");
    x
}

#[remote]
fn parse(text: &str) -> Result<i32, std::num::ParseIntError> {
    text.parse()
}

#[remote]
fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[remote]
fn nested(text: String) -> Result<i32, TaskError> {
    Ok(*parse::remote(text).get()? + 1)
}

fn started() -> Runtime {
    Runtime::builder().num_cpus(2).start().unwrap()
}

#[test]
fn a_panic_reaches_get_with_its_message_task_and_line() {
    let runtime = started();
    let _entered = runtime.enter();
    let refs: Vec<_> = (10..20).map(fragile::remote).collect();
    let line = 1 + include_str!("errors.rs").lines().position(|line| line.contains("\"thirteen\");")).unwrap();
    match refs[3].get() {
        Err(TaskError::Panic { task, message, place }) => {
            assert_eq!((task.as_str(), message.as_str()), ("fragile", "thirteen"));
            assert!(place.ends_with(&format!("errors.rs:{line}")), "{place}");
        }
        other => panic!("{other:?}"),
    }
    let others = refs.iter().filter(|object| object.get().is_ok()).count();
    assert_eq!(others, 9);
    assert_eq!(*add::remote(1, 2).get().unwrap(), 3);
}

#[test]
fn an_error_passes_through_dependants_and_gets_and_names_where_it_began() {
    let runtime = started();
    let _entered = runtime.enter();
    let bad = parse::remote("x".to_string());
    let far = add::remote(add::remote(&bad, 1), fragile::remote(2));
    let inside = nested::remote("y".to_string());
    for (object, task) in [(far, "parse"), (inside, "parse")] {
        match object.get() {
            Err(TaskError::User { task: named, message, source }) => {
                assert_eq!((named.as_str(), message.as_str()), (task, "invalid digit found in string"));
                assert!(source.downcast_ref::<std::num::ParseIntError>().is_some());
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn get_all_gives_the_first_error_without_waiting_for_the_rest() {
    let runtime = started();
    let _entered = runtime.enter();
    let (open, gate) = std::sync::mpsc::channel::<i32>();
    let gate = std::sync::Mutex::new(gate);
    let slow = map([()], move |()| gate.lock().unwrap().recv().unwrap()).pop().unwrap();
    let refs = [slow, fragile::remote(13)];
    assert!(matches!(get_all(&refs), Err(TaskError::Panic { .. })));
    open.send(1).unwrap();
    assert_eq!(*refs[0].get().unwrap(), 1);
}

#[test]
fn a_panic_in_the_drop_of_an_argument_or_of_its_message_is_an_error_too() {
    struct Bad;
    impl Drop for Bad {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                panic!("dropped");
            }
        }
    }
    let runtime = started();
    let _entered = runtime.enter();
    let dropped = map([Bad], drop).pop().unwrap();
    assert!(dropped.get().unwrap_err().to_string().contains("dropped"));
    let thrown = map([()], |()| -> () { std::panic::panic_any(Bad) }).pop().unwrap();
    assert!(thrown.get().unwrap_err().to_string().contains("without a message"));
    assert_eq!(*add::remote(1, 2).get().unwrap(), 3);
}

#[test]
fn a_panic_in_a_kernel_is_told_with_its_line() {
    let runtime = Runtime::builder().num_cpus(2).start().unwrap();
    let _entered = runtime.enter();
    let line = line!() + 1;
    let broken = |x: u64| if x == 700 { panic!("on purpose") } else { x };
    let sums = map([()], move |()| Kernel::new(broken).par_sum::<u64>(0..1_000));
    match sums[0].get() {
        Err(TaskError::Panic { message, place, .. }) => {
            assert_eq!(message, "on purpose");
            assert!(place.ends_with(&format!("errors.rs:{line}")), "{place}, not line {line}");
        }
        other => panic!("{other:?}"),
    }
}
