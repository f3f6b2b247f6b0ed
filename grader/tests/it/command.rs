//! The real program: what it says on each stream, and its exit codes.

use std::{fs, path::Path, process::Command};

use grader::exit_codes;

use super::support::{COURSE, folder, grader, output_of};

/// What a command that works prints, without spaces at the ends of lines; there is nothing on standard error.
#[track_caller]
fn answer(arguments: &str) -> String {
    let output = grader(folder(COURSE).path(), arguments);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(exit_codes::PASS.into()));
    let lines = String::from_utf8(output.stdout).expect("an answer is text");
    lines.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// What a command that cannot work says; there is nothing on standard output.
#[track_caller]
fn refusal_in(folder: &Path, arguments: &str) -> String {
    let output = grader(folder, arguments);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert_eq!(output.status.code(), Some(exit_codes::ERROR.into()));
    String::from_utf8(output.stderr).unwrap()
}

#[track_caller]
fn refusal(arguments: &str) -> String {
    refusal_in(folder(COURSE).path(), arguments)
}

#[test]
fn the_list_has_names_points_and_titles() {
    insta::assert_snapshot!(answer("list"), @"
    Parlings
      pi  10 points  How much work makes a task worth its price
    ");
}

#[test]
fn hints_come_one_at_a_time() {
    insta::assert_snapshot!(answer("hint pi"), @"
    Hint 1 of 3

    Think.

    The next one says more: grader hint pi 2
    ");
    insta::assert_snapshot!(answer("hint p 3"), @"
    Hint 3 of 3

    This is almost it.
    ");
}

#[test]
fn a_hint_that_does_not_exist() {
    insta::assert_snapshot!(refusal("hint pi 4"), @"error: pi has no hint 4: its hints are numbered from 1 to 3");
    insta::assert_snapshot!(refusal("hint pi 0"), @"
    error: invalid value '0' for '[NUMBER]': 0 is not in 1..=65535

    For more information, try '--help'.
    ");
}

#[test]
fn an_exercise_that_does_not_exist() {
    insta::assert_snapshot!(refusal("check pie"), @"error: there is no exercise `pie`: did you mean `pi`?");
    insta::assert_snapshot!(refusal("run julia"), @"error: there is no exercise `julia`: the exercises are `pi`");
}

#[test]
fn pi_reads_no_file() {
    insta::assert_snapshot!(refusal("run pi --input darts.txt"), @"error: pi takes no --input: it makes its own from --size and --seed");
}

#[test]
fn what_cannot_be_swept() {
    insta::assert_snapshot!(refusal("run pi --sweep"), @"error: there is nothing to sweep in pi: exercises/course.yaml has no `knobs` for it");
    let knobs = "    knobs: [{name: workers, values: [1, 2]}, {name: n, values: [1000, 100000]}]\n    rounds:";
    let folder = folder(&COURSE.replacen("    rounds:", knobs, 1));
    let refusal = |arguments: &str| refusal_in(folder.path(), arguments);
    insta::assert_snapshot!(refusal("run pi --sweep batch"), @"error: pi has no knob `batch`: it has `workers`, `n`");
    insta::assert_snapshot!(refusal("run pi --sweep n --size 1000"), @"error: the sweep varies `n`, so --size would say nothing: leave it out");
    insta::assert_snapshot!(refusal("run pi --sweep --workers 2"), @"error: the sweep varies `workers`, so --workers would say nothing: leave it out");
}

#[test]
fn usage_errors() {
    insta::assert_snapshot!(refusal("chek"), @"
    error: unrecognized subcommand 'chek'

      tip: a similar subcommand exists: 'check'

    Usage: grader [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refusal("check --rounds 0"), @"
    error: invalid value '0' for '--rounds <N>': 0 is not in 1..=1000

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refusal("check --format xml"), @"
    error: invalid value 'xml' for '--format <FORMAT>'
      [possible values: text, json]

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refusal("run"), @"
    error: the following required arguments were not provided:
      <NAME>

    Usage: grader run <NAME>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refusal("run pi --workers 0"), @"
    error: invalid value '0' for '--workers <N>': 0 is not in 1..=256

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refusal("run pi --sweep --trace pi.json"), @"
    error: the argument '--sweep [<KNOB>]' cannot be used with '--trace <FILE>'

    Usage: grader run --sweep [<KNOB>] <NAME>

    For more information, try '--help'.
    ");
}

#[test]
fn without_a_command_the_help_is_shown_as_an_error() {
    assert!(refusal("").contains("Usage: grader"));
}

#[test]
fn help_says_what_there_is() {
    insta::assert_snapshot!(answer("--help"), @"
    Builds, runs and times your programs, and says what they are worth

    Usage: grader [OPTIONS] <COMMAND>

    Commands:
      check        Say whether exercises are right and fast enough, and how many points they win
      run          Run one program once, and show what its tasks did
      list         List the exercises in the order of the course
      hint         Show a hint, the first or the one of that number
      reset        Put the starter of an exercise back, and keep your version
      assign       For instructors: make the starters in exercises/ from the solutions
      verify       For instructors: say whether the course is sound
      new          For instructors: add an exercise, with all of its files, to the course
      completions  Write what a shell needs to complete the words of this command
      man          Write the manual page: grader man | man -l -
      help         Print this message or the help of the given subcommand(s)

    Options:
          --course <DIR>  The clone of the course; without it, this folder or the nearest above it that has a course
      -h, --help          Print help
      -V, --version       Print version

    Names can be shortened: `pi` is also found as `p` while no other exercise begins so.

    Exit codes:
      0  every exercise passes, or the command did what it was asked for
      1  an exercise does not pass
      2  the tool could not do its work
      3  nothing fails, but the machine was too busy to tell for at least one exercise

    Example: grader check pi
    ");
    insta::assert_snapshot!(answer("check --help"), @r#"
    Say whether exercises are right and fast enough, and how many points they win

    Each exercise is built, tried out on a small case, and then raced against the serial program: round after round, in turn, each time in a fresh process with a fresh case. The median of the rounds counts.

    Usage: grader check [OPTIONS] [NAME]...

    Arguments:
      [NAME]...
              Which exercises; all of them when none is named

    Options:
          --course <DIR>
              The clone of the course; without it, this folder or the nearest above it that has a course

          --solutions
              Check the course's solutions, not your files

          --format <FORMAT>
              How to write the report; progress goes to standard error in any case

              Possible values:
              - text: For people
              - json: For programs: {"exercises": [..]}

              [default: text]

          --rounds <N>
              How many rounds to race at most; without it, as many as the course says

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      grader check              every exercise of the course
      grader check pi           one exercise
      grader check --solutions  the course's own solutions: what an instructor runs
      grader check --format json > report.json
    "#);
    insta::assert_snapshot!(answer("run --help"), @"
    Run one program once, and show what its tasks did

    It shows whether the answer is right, how long the program and the serial one took, what the answer looks like, and a row a worker with the time spent at tasks. One run is no fair race: `grader check` is.

    Usage: grader run [OPTIONS] <NAME>

    Arguments:
      <NAME>
              Which exercise

    Options:
          --course <DIR>
              The clone of the course; without it, this folder or the nearest above it that has a course

          --solutions
              Run the course's solution, not your file

          --input <PATH>
              Read the input from a file or folder, where the exercise takes one

          --workers <N>
              How many workers; without it, one for each core, at most 8

          --size <N>
              How large, in the units of the exercise (darts, rows, words); without it, as large as is graded or usually shown

          --seed <N>
              What the random numbers are made from; the same seed gives the same input everywhere. Without it, what is usually shown

          --sweep [<KNOB>]
              Run with each value of a knob that the course has for the exercise: `workers`, `n` (the size), or the number that `sweep(..)` gives to the program. Without a name, the first of them

          --trace <FILE>
              Write what the tasks did to a file that https://ui.perfetto.dev opens

          --png <FILE>
              Write what the answer looks like, or the times of a sweep, to a PNG file

      -h, --help
              Print help (see a summary with '-h')

    Examples:
      grader run pi                     at the size that is graded
      grader run pi --size 1000000      a million darts
      grader run pi --sweep             the first knob of the exercise varied: its batch
      grader run pi --sweep workers     1, 2 and more workers
      grader run pi --png pi.png        and the picture in a file
      grader run pi --trace pi.json     and a file for https://ui.perfetto.dev
    ");
    insta::assert_snapshot!(answer("hint --help"), @"
    Show a hint, the first or the one of that number

    Usage: grader hint [OPTIONS] <NAME> [NUMBER]

    Arguments:
      <NAME>    Which exercise
      [NUMBER]  Which hint, counted from 1; the last one is almost the answer [default: 1]

    Options:
          --course <DIR>  The clone of the course; without it, this folder or the nearest above it that has a course
      -h, --help          Print help

    Examples:
      grader hint pi      the first hint, a nudge
      grader hint pi 2    the second one, which says more
    ");
}

#[test]
fn outside_of_a_course() {
    let folder = tempfile::tempdir().unwrap();
    let message = refusal_in(folder.path(), "list");
    let root = folder.path().canonicalize().unwrap();
    insta::assert_snapshot!(message.replace(root.to_str().unwrap(), "FOLDER"), @"
    error: no course in FOLDER or a folder above it: there is no exercises/course.yaml
      = help: run it inside a clone of the course, or name it with --course DIR
    ");
}

#[test]
fn a_course_is_found_from_a_folder_in_it_and_by_name() {
    let course = folder(COURSE);
    let elsewhere = tempfile::tempdir().unwrap();
    let inside = grader(&course.path().join("exercises"), "list");
    let named = grader(elsewhere.path(), &format!("list --course {}", course.path().display()));
    for output in [inside, named] {
        assert_eq!(String::from_utf8_lossy(&output.stdout), answer("list"));
    }
}

#[test]
fn a_course_folder_that_does_not_exist() {
    insta::assert_snapshot!(refusal("--course nowhere list"), @"error: failed to open the folder nowhere; name a clone of the course with --course DIR: No such file or directory (os error 2)");
}

#[test]
fn a_mistake_in_the_course_is_shown_with_its_line() {
    let folder = folder(&COURSE.replace("share: 0.85", "share: 85"));
    insta::assert_snapshot!(refusal_in(folder.path(), "check"), @"
    error: a share of 85 of what the probe gives cannot be asked for
      --> exercises/course.yaml:9:58
       |
     9 |     rubric: {correct: 4, structure: [], speed: 6, share: 85}
       |                                                          ^
       = help: write a number above 0 and at most 1, such as 0.85
    ");
}

#[test]
fn an_exercise_without_its_file() {
    let folder = folder(COURSE);
    fs::remove_file(folder.path().join("exercises/pi.rs")).unwrap();
    insta::assert_snapshot!(refusal_in(folder.path(), "list"), @"
    error: the exercise `pi` has no file exercises/pi.rs
      --> exercises/course.yaml:3:11
       |
     3 |   - name: pi
       |           ^
       = help: restore it with `git checkout exercises/pi.rs`, or take the exercise out of the course
    ");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = folder(COURSE);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_grader"));
    let status = command.arg("list").current_dir(folder.path()).stdout(writer).status().unwrap();
    assert_eq!(status.code(), Some(exit_codes::PASS.into()));
}

#[test]
fn without_cargo_nothing_can_be_checked() {
    let folder = folder(COURSE);
    let mut command = Command::new(env!("CARGO_BIN_EXE_grader"));
    let output = output_of(command.args(["check", "pi"]).current_dir(folder.path()).env("CARGO", "/nowhere/cargo"));
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(exit_codes::ERROR.into()), "{told}");
    assert!(told.contains("is Rust installed"), "{told}");
}

#[test]
fn a_students_repository_has_no_solutions_to_check() {
    for arguments in
        ["check --solutions", "run pi --solutions", "verify", "assign", "assign --export x", "new prefix_sum"]
    {
        let message = refusal(arguments);
        assert!(message.starts_with("error: ") && message.contains("a student's repository"), "{message}");
    }
}
