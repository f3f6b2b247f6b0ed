//! Progress bars, moved by tasks.

use parlings::{Clock, Progress, Runtime, get_all, progress, remote};
use trace::{Kind, Record};

#[remote]
fn work(bar: Progress, steps: u64) {
    (0..steps).for_each(|_| bar.advance(1));
}

fn moves(record: &Record) -> Vec<u64> {
    record.events.iter().filter(|event| event.kind == Kind::Progress).map(|event| event.b).collect()
}

#[test]
fn tasks_move_one_bar() {
    for clock in [Clock::Real, Clock::Virtual] {
        let runtime = Runtime::builder().num_cpus(3).clock(clock).start().unwrap();
        let _entered = runtime.enter();
        let bar = progress("downloads", 100_000);
        let tasks: Vec<_> = (0..10).map(|_| work::remote(bar.clone(), 10_000)).collect();
        get_all(&tasks).unwrap();
        assert_eq!((bar.done(), bar.total()), (100_000, 100_000));
        let record = runtime.record();
        let begin = record.events.iter().find(|event| event.kind == Kind::ProgressBegin).unwrap();
        let site = &record.sites[begin.site as usize];
        assert_eq!((begin.b, &*site.function), (100_000, "downloads"));
        assert!(site.file.ends_with("progress.rs"), "{site:?}");
        let moves = moves(&record);
        assert!((2..=1_000).contains(&moves.len()), "{} events of 100,000 steps", moves.len());
        assert_eq!(moves.iter().max(), Some(&100_000));
        assert!(record.events.iter().filter(|event| event.kind == Kind::Progress).all(|event| event.a == begin.a));
    }
}

#[test]
fn a_bar_may_be_set_and_go_back_and_beyond() {
    let runtime = Runtime::builder().num_cpus(1).clock(Clock::Virtual).start().unwrap();
    let _entered = runtime.enter();
    let bar = progress("pages", 10);
    for done in [5, 5, 2, 10, 11, 1_000] {
        bar.set(done);
    }
    assert_eq!(bar.done(), 1_000);
    assert_eq!(moves(&runtime.record()), [5, 2, 10], "what a bar shows does not change beyond its end");
    assert_eq!(format!("{bar:?}"), "Progress(pages, 1000 of 10)");
    let empty = progress("nothing", 0);
    empty.advance(3);
    assert_eq!(moves(&runtime.record()).len(), 3);
}

#[test]
fn a_bar_may_outlive_its_runtime() {
    let runtime = Runtime::builder().num_cpus(1).start().unwrap();
    let bar = {
        let _entered = runtime.enter();
        progress("pages", 10)
    };
    let recorder = runtime.recorder();
    drop(runtime);
    std::thread::spawn(move || bar.advance(4)).join().unwrap();
    assert_eq!(moves(&recorder.record()), [4]);
}
