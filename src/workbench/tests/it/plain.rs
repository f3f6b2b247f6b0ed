//! The workbench as lines, over pipes.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
};

use super::classroom::{Classroom, Deadline};

/// A running `parlings --plain`.
struct Conversation {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<String>,
    heard: Vec<String>,
}

impl Conversation {
    fn start(classroom: &Classroom, arguments: &[&str], cargo: Option<&str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parlings"));
        command.arg("--plain").args(arguments).current_dir(classroom.root());
        command.env("CARGO_TARGET_DIR", classroom.target()).env("PARLINGS_STATE_DIR", classroom.state());
        command.env("LC_ALL", "C.UTF-8");
        if let Some(cargo) = cargo {
            command.env("CARGO", cargo);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, output) = mpsc::channel();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, input, output, heard: Vec::new() }
    }

    fn type_line(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Reads up to a line with these words in it.
    #[track_caller]
    fn hear(&mut self, words: &str) {
        let deadline = Deadline::from_now();
        loop {
            match deadline.next(&self.output) {
                Ok(line) => self.heard.push(line),
                Err(error) => panic!("waited for `{words}`: {error}:\n{}", self.heard.join("\n")),
            }
            if self.heard.last().is_some_and(|line| line.contains(words)) {
                return;
            }
        }
    }

    /// Reads to the end, and says how it ended.
    #[track_caller]
    fn end(mut self) -> (Option<i32>, String) {
        self.input = None;
        let deadline = Deadline::from_now();
        loop {
            match deadline.next(&self.output) {
                Ok(line) => self.heard.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end:\n{}", self.heard.join("\n")),
            }
        }
        (self.child.wait().unwrap().code(), self.heard.join("\n"))
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // After a failed expectation it still runs.
        let _ = self.child.kill();
    }
}

#[test]
fn a_student_who_reads_lines_goes_through_the_course() {
    let classroom = Classroom::new("workbench-plain");
    let mut talk = Conversation::start(&classroom, &["pi"], Some("false"));
    talk.hear("Exercise pi: ");
    talk.hear("It could not be checked: ");
    talk.type_line("lesson");
    talk.hear("darts");
    talk.type_line("hint");
    talk.hear("Hint 1 of ");
    talk.type_line("open jul");
    talk.hear("Exercise julia: ");
    talk.type_line("course");
    talk.hear("julia: not begun, open");
    talk.type_line("opne pi");
    talk.hear("`opne pi` is no command. `help` lists them.");
    talk.type_line("help");
    talk.hear("quit");
    // A save is heard of, without any key.
    let file = classroom.file("exercises/julia.rs");
    fs::write(&file, fs::read_to_string(&file).unwrap() + "\n").unwrap();
    talk.hear("Checking julia");
    talk.type_line("quit");
    let (code, heard) = talk.end();
    assert_eq!(code, Some(0));
    assert!(!heard.contains('\u{1b}'), "neither colours nor a moving cursor: {heard}");
    assert!(classroom.progress().contains("\"hints\": 1"), "{}", classroom.progress());
}

#[test]
fn a_list_of_commands_is_done_to_its_end() {
    let classroom = Classroom::new("workbench-plain-list");
    let mut talk = Conversation::start(&classroom, &["--ascii"], Some("false"));
    talk.type_line("next");
    talk.type_line("check");
    let (code, heard) = talk.end();
    assert_eq!(code, Some(0));
    assert!(heard.is_ascii() && heard.contains("It could not be checked"), "{heard}");
}

// It needs a solution, which a student's repository has not.
// BEGIN SOLUTION
#[test]
fn a_save_stops_the_check_that_runs_even_in_the_middle_of_a_race() {
    if grader::check::workers() < 2 {
        // Nothing is raced on one core.
        return;
    }
    let classroom = Classroom::new("workbench-plain-race");
    // So long a race that the save below is in its middle, however late the test or the workbench may be.
    let course = classroom.file("exercises/course.yaml");
    let text = fs::read_to_string(&course).unwrap();
    let (before, pi) = text.split_once("  - name: pi\n").unwrap();
    let pi = pi.replacen("100000001", "1100000001", 2).replacen("seconds: ", "seconds: 1", 1);
    fs::write(&course, format!("{before}  - name: pi\n{pi}")).unwrap();
    let pi = classroom.file("exercises/pi.rs");
    let solution = fs::read_to_string(classroom.file("solutions/pi.rs")).unwrap();
    fs::write(&pi, &solution).unwrap();
    let mut talk = Conversation::start(&classroom, &["pi"], None);
    talk.hear("Round 1 of at most");
    // Whatever the race says of the first version is no longer wanted.
    fs::write(&pi, format!("{solution}\nfn broken() -> u64 {{ \"text\" }}\n")).unwrap();
    talk.hear("Checking pi, and no longer what was there before.");
    talk.hear("does not compile");
    talk.hear("mismatched types");
    talk.type_line("quit");
    let (code, heard) = talk.end();
    assert_eq!(code, Some(0));
    assert!(!heard.contains("pi: pass"), "{heard}");
    assert!(!heard.contains('\u{1b}'), "the compiler's colours are for terminals: {heard}");
}
// END SOLUTION
