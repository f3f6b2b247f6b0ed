//! Random task graphs give the answer of the serial program, on any number of workers.

use std::sync::Arc;

use parlings::prelude::*;
use proptest::prelude::*;

/// A node adds its number to the sum of the nodes it points back to, each as an argument or by a get inside the task.
#[derive(Clone, Debug)]
struct Node {
    number: u64,
    arguments: Vec<usize>,
    inner_gets: Vec<usize>,
    children: u64,
}

fn graph() -> impl Strategy<Value = Vec<Node>> {
    let node = (
        any::<u64>(),
        prop::collection::vec(any::<prop::sample::Index>(), 0..3),
        prop::collection::vec(any::<prop::sample::Index>(), 0..3),
        0..3_u64,
    );
    prop::collection::vec(node, 1..80).prop_map(|nodes| {
        nodes
            .into_iter()
            .enumerate()
            .map(|(place, (number, arguments, inner_gets, children))| {
                let back = |indices: Vec<prop::sample::Index>| match place {
                    0 => Vec::new(),
                    _ => indices.iter().map(|index| index.index(place)).collect(),
                };
                Node { number, arguments: back(arguments), inner_gets: back(inner_gets), children }
            })
            .collect()
    })
}

fn serial(nodes: &[Node]) -> Vec<u64> {
    let mut values: Vec<u64> = Vec::new();
    for node in nodes {
        let back = node.arguments.iter().chain(&node.inner_gets).map(|&place| values[place]);
        let children = (0..node.children).map(|child| node.number.wrapping_mul(child));
        values.push(back.chain(children).fold(node.number, u64::wrapping_add));
    }
    values
}

#[remote]
fn product(a: u64, b: u64) -> u64 {
    a.wrapping_mul(b)
}

#[remote]
fn add(a: u64, b: &u64) -> u64 {
    a.wrapping_add(*b)
}

#[remote]
fn node(number: u64, inner: Vec<ObjectRef<u64>>, children: u64) -> Result<u64, TaskError> {
    let children: Vec<_> = (0..children).map(|child| product::remote(number, child)).collect();
    let one_by_one = inner.iter().map(|object| object.get().map(|value| *value)).collect::<Result<Vec<_>, _>>()?;
    let at_once = get_all(&children)?;
    Ok(one_by_one.into_iter().chain(at_once.iter().map(|value| **value)).fold(number, u64::wrapping_add))
}

fn parallel(nodes: &[Node]) -> Result<Vec<u64>, TaskError> {
    let mut refs: Vec<ObjectRef<u64>> = Vec::new();
    for each in nodes {
        let inner = each.inner_gets.iter().map(|&place| refs[place].clone()).collect::<Vec<_>>();
        let own = node::remote(each.number, inner, each.children);
        let sum = each.arguments.iter().fold(own, |sum, &place| add::remote(sum, &refs[place]));
        refs.push(sum);
    }
    Ok(get_all(&refs)?.into_iter().map(|value| *value).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_random_graph_gives_the_serial_answer(nodes in graph(), workers in 1..=8_usize) {
        let runtime = Runtime::builder().num_cpus(workers).start().unwrap();
        let _entered = runtime.enter();
        prop_assert_eq!(parallel(&nodes).unwrap(), serial(&nodes));
    }

    #[test]
    fn a_tree_keeps_the_order_and_is_as_shallow_as_can_be(count in 1..300_usize, workers in 1..=4_usize) {
        let runtime = Runtime::builder().num_cpus(workers).start().unwrap();
        let _entered = runtime.enter();
        let leaves = (0..count).map(|leaf| put((leaf.to_string(), 0_u32)));
        let root = tree_reduce(leaves, join::remote).unwrap().get().unwrap();
        prop_assert_eq!(&root.0, &(0..count).map(|leaf| leaf.to_string()).collect::<String>());
        prop_assert_eq!(root.1, count.next_power_of_two().ilog2());
    }

    #[test]
    fn a_parallel_sum_has_the_same_bits_on_any_number_of_workers(length in 0..5000_u64, workers in 2..=8_usize) {
        let inverse = Kernel::new(|k: u64| 1.0 / (k + 1) as f64);
        let sum = |workers: usize| -> f64 {
            let runtime = Runtime::builder().num_cpus(workers).start().unwrap();
            let _entered = runtime.enter();
            inverse.par_sum(0..length)
        };
        prop_assert_eq!(sum(1).to_bits(), sum(workers).to_bits());
    }
}

#[remote]
fn join(left: (String, u32), right: &(String, u32)) -> (String, u32) {
    (left.0 + &right.0, left.1.max(right.1) + 1)
}

#[test]
fn nothing_cannot_be_reduced() {
    let error = tree_reduce(Vec::<ObjectRef<u64>>::new(), |left, _| left).unwrap_err();
    assert!(matches!(error, TaskError::InvalidArgument { .. }), "{error}");
}

#[test]
fn map_keeps_the_order_of_the_items() {
    let runtime = Runtime::builder().num_cpus(3).start().unwrap();
    let _entered = runtime.enter();
    let squares = get_all(&map(0..1000_u64, |x| x * x)).unwrap();
    assert!(squares.iter().enumerate().all(|(x, square)| **square == (x * x) as u64));
}

#[test]
fn kernels_fill_places_in_order_on_one_thread_and_on_all() {
    let runtime = Runtime::builder().num_cpus(2).start().unwrap();
    let _entered = runtime.enter();
    let square = Kernel::new(|x: u64| x * x);
    let (mut serial, mut parallel) = (vec![0; 12_345], vec![0; 12_345]);
    square.map_into(5..12_350, &mut serial);
    square.par_map_into(5..=12_349, &mut parallel);
    assert_eq!(serial, parallel);
    assert_eq!((serial[0], square.sum::<u64>(1..=3), square.boxed().sum::<u64>(1..4)), (25, 14, 14));
    assert_eq!(square.par_sum::<u64>(7..7), 0);
    let one = Kernel::new(|_| 1_u64);
    let last = u64::MAX - 4_999..=u64::MAX;
    assert_eq!((one.sum::<u64>(last.clone()), one.par_sum::<u64>(last)), (5_000, 5_000));
}

#[test]
fn an_object_is_one_for_all_who_get_it() {
    let runtime = Runtime::builder().num_cpus(2).start().unwrap();
    let _entered = runtime.enter();
    let object = put(vec![1, 2, 3]);
    assert!(Arc::ptr_eq(&object.get().unwrap(), &object.get().unwrap()));
}
