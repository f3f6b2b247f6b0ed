//! For the tests: a child that misbehaves as its first argument says. Whatever a child may do, the grader must survive.

use std::{
    io::{Read as _, Write as _},
    os::{
        fd::AsFd as _,
        unix::{net::UnixStream, process::CommandExt as _},
    },
    process::{Command, Stdio},
    time::Duration,
};

use problems::{
    Case,
    protocol::{Failure, Kind, read_frame, write_frame},
};
use trace::Record;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [behaviour, rest @ ..] = words.as_slice() else { return };
    if behaviour == "hold" {
        hold(&rest[0]);
    }
    let parent = std::io::stdin().as_fd().try_clone_to_owned().expect("standard input can be shared");
    let mut parent = Parent(UnixStream::from(parent));
    match behaviour.as_str() {
        "silent at first" => wait(),
        "rubbish at first" => parent.write(b"hello, grader! what a day."),
        "answer before the start" => parent.say(Kind::Output, &7_u64.to_le_bytes()),
        _ => answer(&mut parent, behaviour, rest),
    }
    wait();
}

/// What happens between the start signal and the answer.
fn answer(parent: &mut Parent, behaviour: &str, rest: &[String]) {
    let case = parent.get_ready();
    match behaviour {
        "well" => parent.answer(case.seed),
        "fail" => {
            let (message, task, place) = ("\x1b[2Joh \x1b[31mno\x1b[m".to_owned(), Some("throw\x07".to_owned()), None);
            let failure = Failure { message, task, place, unfinished: false };
            parent.say(Kind::Failed, &postcard::to_stdvec(&failure).expect("a failure can be encoded"));
            parent.say(Kind::Trace, &record(5).to_bytes());
        }
        "silent" => {}
        "report what it does" => {
            assert_eq!(parent.hear(), Kind::Report);
            parent.say(Kind::Trace, &record(12_345_678).to_bytes());
        }
        "show how far it is" => {
            for tasks in 1..=3 {
                assert_eq!(parent.hear(), Kind::Report);
                parent.say(Kind::Trace, &record(tasks).to_bytes());
            }
            parent.answer(case.seed);
        }
        "show rubbish" => {
            assert_eq!(parent.hear(), Kind::Report);
            parent.say(Kind::Trace, &[0xff; 11]);
            parent.answer(case.seed);
        }
        "show far too much" => {
            assert_eq!(parent.hear(), Kind::Report);
            let file = "x".repeat(2 << 20);
            let site = trace::Site { file, ..trace::Site::default() };
            parent.say(Kind::Trace, &Record { sites: vec![site], ..record(1) }.to_bytes());
            parent.answer(case.seed);
        }
        "answer what was asked late" => {
            assert_eq!(parent.hear(), Kind::Report);
            parent.answer(case.seed);
        }
        "answer too late" => {
            assert_eq!(parent.hear(), Kind::Report);
            parent.say(Kind::Output, &7_u64.to_le_bytes());
            parent.say(Kind::Trace, &record(3).to_bytes());
        }
        "spin" => loop {
            std::hint::spin_loop();
        },
        "rubbish" => parent.write(b"hello, grader! what a day."),
        "half a head" => parent.write(&[17, 8]),
        "half a frame" => parent.write(&[17, 8, 0, 0, 0, 1, 2]),
        "half a frame, then the end" => {
            parent.write(&[17, 8, 0, 0, 0, 1, 2]);
            std::process::exit(0);
        }
        "huge length" => parent.write(&[17, 255, 255, 255, 255, 1, 2]),
        "long length, few bytes" => parent.write(&[17, 0, 0, 0, 10, 1, 2]),
        "drip" => {
            parent.write(&[17, 0, 0, 1, 0]);
            while parent.0.write_all(&[0]).is_ok() {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        "hang up" => parent.0.shutdown(std::net::Shutdown::Both).expect("a connection can be closed"),
        "exit" => std::process::exit(rest[0].parse().expect("an exit code")),
        "abort" => std::process::abort(),
        "overflow the stack" => {
            println!("{}", deep(1));
        }
        "output twice" => {
            parent.say(Kind::Output, &7_u64.to_le_bytes());
            parent.say(Kind::Output, &8_u64.to_le_bytes());
        }
        "ready twice" => parent.say(Kind::Ready, &[]),
        "record before the answer" => {
            parent.say(Kind::Trace, &record(1).to_bytes());
            parent.answer(case.seed);
        }
        "no record" => parent.say(Kind::Output, &7_u64.to_le_bytes()),
        "rubbish for a record" => {
            parent.say(Kind::Output, &7_u64.to_le_bytes());
            parent.say(Kind::Trace, &[0xff; 11]);
        }
        "unreadable failure" => parent.say(Kind::Failed, &[0xff; 11]),
        "exit after the answer" => {
            parent.say(Kind::Output, &7_u64.to_le_bytes());
            std::process::exit(0);
        }
        "print a lot" => {
            let line = [b'x'; 64 * 1024];
            println!("first words");
            for _ in 0..1_600 {
                std::io::stdout().write_all(&line).expect("the parent reads");
            }
            println!("\nlast words");
            parent.answer(case.seed);
        }
        "print in colours" => {
            println!("out");
            eprintln!("err");
            let mut out = std::io::stdout();
            out.write_all(
                b"\x1b[2J\x1b[32mgreen\x1b[0m\x1b]0;title\x07 \xff\x07 at exercises/main/../pi.rs:3:5, no end of line",
            )
            .and_then(|()| out.flush())
            .expect("the parent reads");
            parent.answer(case.seed);
        }
        "print, and go on when that is seen" => {
            let mut test = UnixStream::connect(&rest[0]).expect("the test listens");
            println!("begun at exercises/main/../pi.rs:3:5");
            // The test says nothing, but hangs up.
            let _ = test.read(&mut [0]);
            println!("done");
            parent.answer(case.seed);
        }
        "allocate without end" => {
            let mut all = Vec::new();
            loop {
                all.push(vec![1_u8; 1 << 20]);
                std::hint::black_box(&all);
            }
        }
        "allocate all at once" => {
            std::hint::black_box(vec![1_u8; 1 << 40]);
        }
        "leave a grandchild" => {
            leave_grandchild(Command::new(own_executable()).args(["hold", &rest[0]]));
            std::process::exit(0);
        }
        "answer beside a grandchild" => {
            leave_grandchild(Command::new(own_executable()).args(["hold", &rest[0]]).stdin(Stdio::null()));
            parent.answer(case.seed);
        }
        "leave a grandchild in its own group" => {
            leave_grandchild(
                Command::new(own_executable()).args(["hold", &rest[0]]).stdin(Stdio::null()).process_group(0),
            );
            parent.answer(case.seed);
        }
        other => panic!("what is `{other}`?"),
    }
}

/// The connection to the parent.
struct Parent(UnixStream);

impl Parent {
    fn get_ready(&mut self) -> Case {
        let (kind, body) = read_frame(&mut self.0).expect("a case");
        assert_eq!(kind, Kind::Case);
        self.say(Kind::Ready, &[]);
        assert_eq!(self.hear(), Kind::Run);
        postcard::from_bytes(&body).expect("a case")
    }

    fn hear(&mut self) -> Kind {
        read_frame(&mut self.0).expect("a frame").0
    }

    fn say(&mut self, kind: Kind, body: &[u8]) {
        write_frame(&mut self.0, kind, body).expect("the parent reads");
    }

    fn answer(&mut self, number: u64) {
        self.say(Kind::Output, &number.to_le_bytes());
        self.say(Kind::Trace, &record(2).to_bytes());
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).expect("the parent reads");
    }
}

fn record(tasks: u64) -> Record {
    let file = "exercises/main/../pi.rs".to_owned();
    let site = trace::Site { function: "throw".to_owned(), file, line: 7 };
    Record { workers: 2, tasks, sites: vec![site], ..Record::default() }
}

/// Until somebody kills this process.
fn wait() {
    loop {
        std::thread::park();
    }
}

/// Lives until the test hangs up. The test sees that it lives by the connection, which the system closes at its death.
fn hold(path: &str) {
    let mut test = UnixStream::connect(path).expect("the test listens");
    println!("here");
    // The test says nothing, but hangs up.
    let _ = test.read(&mut [0]);
    std::process::exit(0);
}

#[expect(clippy::zombie_processes, reason = "to be left behind is what the grandchild is for")]
fn leave_grandchild(command: &mut Command) {
    let mut grandchild = command.stdout(Stdio::piped()).spawn().expect("it starts");
    // When it has printed something, its connection to the test stands.
    grandchild.stdout.take().expect("a pipe").read_exact(&mut [0]).expect("a word");
}

fn own_executable() -> std::path::PathBuf {
    std::env::current_exe().expect("a process knows its file")
}

#[expect(unconditional_recursion, reason = "the stack is to overflow")]
fn deep(number: u64) -> u64 {
    let room = [number; 512];
    deep(std::hint::black_box(room)[3] + 1) + room[7]
}
