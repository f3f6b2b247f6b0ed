//! The real loop over a terminal in memory, with messages from other threads.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Sender},
    },
    thread,
};

use grader::check::Progress;
use ratatui::{
    Terminal,
    backend::TestBackend,
    crossterm::event::{KeyCode, KeyEvent},
    layout::Size,
};
use trace::{Status, lanes::Span};

use super::*;
use crate::{
    model::{Overlay, Role, Row, Stream},
    samples,
};

/// A terminal in memory; what is shown there is told to `seen`, with the number of messages that the model has taken in.
struct Glass<S> {
    terminal: Terminal<TestBackend>,
    seen: S,
}

impl<S: FnMut(&Model)> Glass<S> {
    fn new(size: Size, seen: S) -> Self {
        Self { terminal: Terminal::new(TestBackend::new(size.width, size.height)).unwrap(), seen }
    }
}

impl<S: FnMut(&Model)> Face for Glass<S> {
    fn show(&mut self, model: &Model) -> io::Result<()> {
        let Ok(_) = self.terminal.draw(|frame| frame.render_widget(model, frame.area()));
        (self.seen)(model);
        Ok(())
    }

    fn say(&mut self, _text: &str) -> io::Result<()> {
        Ok(())
    }

    fn listen(&mut self) {}

    fn capture_mouse(&mut self, _: bool) -> io::Result<()> {
        Ok(())
    }

    fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        Ok(work())
    }
}

/// Leaves on the effect to leave, and does nothing else.
fn leave<F>(effect: Effect, _face: &mut F) -> io::Result<Then> {
    Ok(if effect == Effect::Quit { Then::Leave } else { Then::Continue })
}

fn key(code: KeyCode) -> Message {
    Message::Key(KeyEvent::from(code))
}

/// Two workers that ran so many tasks between them, as short as they are many.
fn busy_stream(tasks: u64) -> Stream {
    let row = |worker: u64| {
        let span = |task: u64| Span {
            task: 2 * task + worker,
            site: 0,
            start: 1_000 * task,
            end: 1_000 * task + 900,
            status: Some(Status::Done),
            waiting: false,
        };
        Row::new(Role::Worker, format!("worker {worker}"), (0..tasks / 2).map(span).collect())
    };
    Stream { tasks, rows: vec![row(0), row(1)], to: 500 * tasks, ..Stream::default() }
}

#[test]
fn keys_are_answered_at_once_while_a_run_produces_a_million_events() {
    const KEYS: usize = 40;
    const REPEAT: Duration = Duration::from_millis(33);
    /// Only a failure waits this long.
    const DEADLINE: Duration = Duration::from_secs(600);
    let model = samples::ready(120, 40);
    let (check, size) = (model.check.id, model.size);
    let (sender, messages) = mpsc::channel();
    let over = Arc::new(AtomicBool::new(false));
    // A million tasks are on the screen from the beginning, and more is told as fast as it can be sent.
    let run = {
        let (sender, over) = (sender.clone(), Arc::clone(&over));
        thread::spawn(move || {
            let mut stream = Some(busy_stream(1_000_000));
            let mut sent = 0;
            while !over.load(Ordering::Relaxed) {
                let progress = match sent % 2 {
                    0 => Progress::Compiled { done: sent, total: sent + 1, name: "a crate".to_owned() },
                    _ => samples::tried(None),
                };
                let stream = stream.take();
                if sender.send(Message::Told { check, progress, stream, objects: None }).is_err() {
                    break;
                }
                sent += 1;
            }
            sent
        })
    };
    // The student holds a key down, as fast as keyboards repeat it; each answer is looked for on the screen.
    let (answered, answers) = mpsc::channel();
    let pressed = Arc::new(Mutex::new(None));
    let student = {
        let (pressed, over) = (Arc::clone(&pressed), Arc::clone(&over));
        thread::spawn(move || {
            let answer = || answers.recv_timeout(DEADLINE).inspect_err(|_| over.store(true, Ordering::Relaxed));
            answer().expect("the beginning is shown");
            let mut seen = Vec::new();
            for _ in 0..KEYS {
                thread::sleep(REPEAT);
                // No frame is counted between the two, however long this thread is held up there.
                let mut pressed = pressed.lock().unwrap();
                *pressed = Some((Instant::now(), 0));
                sender.send(key(KeyCode::Char('?'))).unwrap();
                drop(pressed);
                seen.push(answer().expect("a key is answered"));
            }
            sender.send(Message::Terminated).unwrap();
            seen
        })
    };
    let mut shown = None;
    let glass = Glass::new(size, move |model: &Model| {
        let mut pressed = pressed.lock().unwrap();
        if let Some((_, frames)) = pressed.as_mut() {
            *frames += 1;
        }
        let help = model.overlay == Some(Overlay::Help);
        if model.check.stream.is_some() && shown != Some(help) {
            shown = Some(help);
            let (since, frames) = pressed.take().unwrap_or((Instant::now(), 0));
            answered.send((frames, since.elapsed())).unwrap();
        }
    });
    live(model, &messages, glass);
    over.store(true, Ordering::Relaxed);
    drop(messages);
    let sent = run.join().unwrap();
    let (mut frames, mut times): (Vec<usize>, Vec<Duration>) = student.join().unwrap().into_iter().unzip();
    frames.sort_unstable();
    times.sort_unstable();
    println!(
        "{sent} messages beside {KEYS} keys; a key was answered within {:?}, half of them within {:?}",
        times[KEYS - 1],
        times[KEYS / 2]
    );
    assert!(sent > 1_000, "the run was held up: {sent}");
    // The frame that was being drawn, and the next one.
    assert!(frames[KEYS / 2] <= 2, "{frames:?}");
    assert!(frames[KEYS - 1] <= 3, "{frames:?}");
    // What is built for tests is slow, and says nothing about the program that students have.
    if !cfg!(debug_assertions) {
        assert!(times[KEYS / 2] < Duration::from_millis(16), "{times:?}");
    }
}

fn live(mut model: Model, messages: &Receiver<Message>, mut glass: impl Face) {
    run(&mut model, Vec::new(), messages, &mut glass, leave).unwrap();
}

/// The frames that are drawn while `act` sends messages, and then says how many there must be before it ends.
fn frames(model: Model, act: impl FnOnce(&Sender<Message>)) -> usize {
    let (sender, messages) = mpsc::channel();
    act(&sender);
    drop(sender);
    let mut frames = 0;
    let size = model.size;
    live(model, &messages, Glass::new(size, |_: &Model| frames += 1));
    frames
}

#[test]
fn a_key_overtakes_what_has_piled_up_and_of_one_kind_the_newest_is_left() {
    let check = 1;
    let compiled = |done| {
        let progress = Progress::Compiled { done, total: 100, name: String::new() };
        Message::Told { check, progress, stream: None, objects: None }
    };
    let told = Message::Told { check, progress: samples::tried(None), stream: None, objects: None };
    let mut inbox = Inbox::default();
    let messages =
        (1..=50).map(compiled).chain([told]).chain((51..=99).map(compiled)).chain([key(KeyCode::Tab), compiled(100)]);
    let mut messages = messages.into_iter();
    assert!(matches!(inbox.take_in(&mut messages), Some(Message::Key(_))));
    assert!(inbox.take_in(&mut messages).is_none());
    let left: Vec<_> = inbox
        .waiting
        .iter()
        .map(|message| match message {
            Message::Told { progress: Progress::Compiled { done, .. }, .. } => *done,
            _ => 0,
        })
        .collect();
    assert_eq!(left, [50, 0, 100]);
}

#[test]
fn without_news_there_is_no_frame_and_no_waking_up() {
    // Nothing goes on any more: after its first frame the loop only waits. The messages end much later than many ticks.
    let model = samples::passed(80, 24);
    assert!(!model.busy());
    let (sender, messages) = mpsc::channel();
    let silence = thread::spawn(move || {
        let (_never, silent) = mpsc::channel::<()>();
        let _ = silent.recv_timeout(5 * TICK);
        drop(sender);
    });
    let mut frames = 0;
    let size = model.size;
    live(model, &messages, Glass::new(size, |_: &Model| frames += 1));
    silence.join().unwrap();
    assert_eq!(frames, 1);
}

#[test]
fn what_has_piled_up_is_one_frame() {
    let model = samples::ready(80, 24);
    let check = model.check.id;
    let begun = Instant::now();
    let drawn = frames(model, |sender| {
        for _ in 0..500 {
            sender
                .send(Message::Told { check, progress: samples::round(1, 0.2), stream: None, objects: None })
                .unwrap();
        }
        sender.send(Message::Trouble("the last one".to_owned())).unwrap();
    });
    // The first, the last, and on a slow machine those that were due in between.
    let due = begun.elapsed().div_duration_f64(BY_ITSELF) as usize;
    assert!(drawn <= 3 + due, "{drawn} frames, {due} due");
}

#[test]
fn never_more_than_sixty_frames_in_any_second() {
    // Time is made up here: whoever may draw does, and the pace decides when that is.
    for kinds in [[Unseen::Answer; 3], [Unseen::Change; 3], [Unseen::Change, Unseen::Answer, Unseen::Answer]] {
        let mut frames = Frames::default();
        let mut drawn: Vec<Duration> = Vec::new();
        let mut now = Duration::from_secs(10);
        for kind in kinds.into_iter().cycle().take(1_000) {
            now = now.max(frames.due(kind));
            frames.count(now);
            drawn.push(now);
        }
        let most = drawn
            .iter()
            .map(|&from| drawn.iter().filter(|&&at| at >= from && at < from + Duration::from_secs(1)).count());
        let most = most.max().unwrap();
        assert!((25..=60).contains(&most), "{kinds:?}: {most}");
    }
}

#[test]
fn an_answer_need_not_wait_for_what_happens_by_itself() {
    let mut frames = Frames::default();
    let mut now = Duration::from_secs(10);
    for _ in 0..100 {
        now = now.max(frames.due(Unseen::Change));
        frames.count(now);
        assert!(frames.due(Unseen::Answer) <= now);
    }
}
