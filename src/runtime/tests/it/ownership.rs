//! Who owns a value: moved where the task is its last owner, cloned where it is not, lent where it asks for `&`.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use parlings::prelude::*;

/// Counts its clones.
#[derive(Debug)]
struct Table(Arc<AtomicUsize>);

impl Clone for Table {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(&self.0))
    }
}

#[remote]
fn pass(table: Table) -> Table {
    table
}

#[remote]
fn look(table: &Table) -> usize {
    Arc::strong_count(&table.0)
}

#[remote]
fn merge(left: Table, _right: &Table) -> Table {
    left
}

#[remote]
fn length(numbers: &[u64], text: &str) -> usize {
    numbers.len() + text.len()
}

fn clones(run: impl FnOnce(Table)) -> usize {
    let runtime = Runtime::builder().num_cpus(2).start().unwrap();
    let _entered = runtime.enter();
    let count = Arc::new(AtomicUsize::new(0));
    run(Table(Arc::clone(&count)));
    count.load(Ordering::SeqCst)
}

#[test]
fn the_last_owner_takes_the_value() {
    let moved = clones(|table| {
        let mut object = pass::remote(table);
        for _ in 0..200 {
            object = pass::remote(object);
        }
        object.get().unwrap();
    });
    assert_eq!(moved, 0);
}

#[test]
fn a_tree_that_owns_its_tables_copies_none() {
    let copied = clones(|table| {
        let tables: Vec<_> = (0..33).map(|_| put(Table(Arc::clone(&table.0)))).map(pass::remote).collect();
        tree_reduce(tables, merge::remote).unwrap().get().unwrap();
    });
    assert_eq!(copied, 0);
}

#[test]
fn whoever_keeps_a_reference_makes_it_a_clone() {
    let cloned = clones(|table| {
        let object = put(table);
        pass::remote(&object).get().unwrap();
        pass::remote(object.get().unwrap()).get().unwrap();
    });
    assert_eq!(cloned, 2);
}

#[test]
fn what_is_lent_is_not_copied() {
    let copied = clones(|table| {
        let object = put(table);
        let looks: Vec<_> = (0..100).map(|_| look::remote(&object)).collect();
        get_all(&looks).unwrap();
        look::remote(object.get().unwrap()).get().unwrap();
        look::remote(object).get().unwrap();
    });
    assert_eq!(copied, 0);
}

#[test]
fn slices_and_text_are_lent_from_their_owners() {
    let runtime = Runtime::builder().num_cpus(2).start().unwrap();
    let _entered = runtime.enter();
    let (numbers, text) = (put(vec![1_u64, 2]), put("abc".to_string()));
    assert_eq!(*length::remote(&numbers, &text).get().unwrap(), 5);
    assert_eq!(*length::remote(vec![1], Arc::new("a".to_string())).get().unwrap(), 2);
}

#[test]
fn arguments_are_dropped_when_the_task_has_run() {
    let runtime = Runtime::builder().num_cpus(1).start().unwrap();
    let _entered = runtime.enter();
    let held = Arc::new(());
    let object = map([Arc::clone(&held)], drop).pop().unwrap();
    object.get().unwrap();
    assert_eq!(Arc::strong_count(&held), 1);
}
