//! Reports, as text and as JSON.

use anstream::adapter::strip_str;
use grader::{
    build::Diagnostic,
    report::{
        Criterion, Report, Speedup,
        Verdict::{self, BuildFailed, Inconclusive, Panicked, Pass, TooSlow, Unsolved, Wrong},
        json, text,
    },
};

fn criterion(name: &str, points: u32, max_points: u32, seen: &str) -> Criterion {
    Criterion { name: name.to_owned(), points, max_points, seen: seen.to_owned() }
}

/// A report with a message, and nothing measured.
fn unmeasured(verdict: Verdict, message: &str) -> Report {
    Report { max_points: 10, ..Report::unmeasured("pi", 2, verdict, message) }
}

fn passed() -> Report {
    Report {
        points: 10,
        rubric: vec![
            criterion("a right answer from shared work", 4, 4, ""),
            criterion("tasks of 5 us or more on average", 1, 1, "374 us"),
            criterion("one phase of gets", 2, 2, "1 phase"),
            criterion("speed", 3, 3, "1.93x; 1.66x is asked"),
        ],
        speedup: Some(Speedup {
            median: 1.9329,
            rounds: vec![[0.375, 0.194, 0.192], [0.371, 0.192, 0.191], [0.381, 0.199, 0.193]],
        }),
        threshold: Some(1.6588),
        probe: Some(1.9515),
        cpu_per_wall: Some(1.967),
        memory: Some(12_345_678),
        ..unmeasured(Pass, "")
    }
}

fn rendered(report: &Report) -> String {
    strip_str(&text::render(report)).to_string()
}

#[test]
fn a_pass_shows_times_and_points() {
    insta::assert_snapshot!(rendered(&passed()), @"
    pi: pass, 10 of 10 points

      1.93x as fast as serial on 2 workers; 1.66x is asked for; work that shares nothing gets 1.95x
      1.97 cores were busy on average

                  median   all 3 rounds, in seconds
      serial       0.375    0.375  0.371  0.381
      parallel     0.194    0.194  0.192  0.199
      probe        0.192    0.192  0.191  0.193
      ratio        1.93x     1.93   1.93   1.91

       4 of 4  a right answer from shared work
       1 of 1  tasks of 5 us or more on average (374 us)
       2 of 2  one phase of gets (1 phase)
       3 of 3  speed (1.93x; 1.66x is asked)
    ");
}

#[test]
fn a_slow_program_gets_its_message_first_and_hints_last() {
    let report = Report {
        points: 6,
        message: "2 of 3 equal pieces end up on one worker.\nUse several times as many pieces as workers.".to_owned(),
        hints: vec!["`put` the grades once.".to_owned(), "Try a few hundred tasks.".to_owned()],
        rubric: vec![
            criterion("a right answer from shared work", 4, 4, ""),
            criterion("4 batches or more a worker", 0, 1, "3 tasks on 2 workers"),
            criterion("speed", 2, 5, "1.50x; 1.66x is asked"),
        ],
        speedup: Some(Speedup { median: 1.5, rounds: vec![[0.375, 0.25, 0.192]; 20] }),
        verdict: TooSlow,
        ..passed()
    };
    insta::assert_snapshot!(rendered(&report), @"
    pi: too slow, 6 of 10 points

      2 of 3 equal pieces end up on one worker.
      Use several times as many pieces as workers.

      1.50x as fast as serial on 2 workers; 1.66x is asked for; work that shares nothing gets 1.95x
      1.97 cores were busy on average

                  median   all 20 rounds, in seconds
      serial       0.375    0.375  0.375  0.375  0.375  0.375  0.375  0.375  0.375  0.375
                            0.375  0.375  0.375  0.375  0.375  0.375  0.375  0.375  0.375
                            0.375  0.375
      parallel     0.250    0.250  0.250  0.250  0.250  0.250  0.250  0.250  0.250  0.250
                            0.250  0.250  0.250  0.250  0.250  0.250  0.250  0.250  0.250
                            0.250  0.250
      probe        0.192    0.192  0.192  0.192  0.192  0.192  0.192  0.192  0.192  0.192
                            0.192  0.192  0.192  0.192  0.192  0.192  0.192  0.192  0.192
                            0.192  0.192
      ratio        1.50x     1.50   1.50   1.50   1.50   1.50   1.50   1.50   1.50   1.50
                             1.50   1.50   1.50   1.50   1.50   1.50   1.50   1.50   1.50
                             1.50   1.50

       4 of 4  a right answer from shared work
       0 of 1  4 batches or more a worker (3 tasks on 2 workers)
       2 of 5  speed (1.50x; 1.66x is asked)

      Hint: `put` the grades once.
      Hint: Try a few hundred tasks.
    ");
}

#[test]
fn a_wrong_answer_shows_what_the_program_printed() {
    let output = "batch 0\nbatch 1\n".to_owned();
    let report =
        Report { output, ..unmeasured(Wrong, "The last 317 darts are missing; round up and clip the last batch.") };
    insta::assert_snapshot!(rendered(&report), @"
    pi: wrong, 0 of 10 points

      The last 317 darts are missing; round up and clip the last batch.

      What the program printed:
        batch 0
        batch 1
    ");
}

#[test]
fn a_long_message_is_cut_into_lines_at_words() {
    let line =
        "Each task was awaited before the next began: one worker busy 99 %, the other 1 %. Submit all, then get_all.";
    let report = unmeasured(TooSlow, &format!("{line}\n  exercises/pi.rs:{}\nA short line.", "0".repeat(110)));
    insta::assert_snapshot!(rendered(&report), @"
    pi: too slow, 0 of 10 points

      Each task was awaited before the next began: one worker busy 99 %, the other 1 %. Submit all,
      then get_all.
      exercises/pi.rs:00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      A short line.
    ");
}

#[test]
fn a_pass_does_not_show_what_the_program_printed() {
    let report = Report { output: "batch 0\n".to_owned(), ..passed() };
    assert_eq!(rendered(&report), rendered(&passed()));
}

#[test]
fn lines_that_a_program_prints_again_and_again_are_told_once() {
    let output = format!("begin\n{}end\n", "batch 0\n".repeat(1_203));
    let text = rendered(&Report { verdict: Verdict::Wrong, output, ..passed() });
    assert!(text.ends_with("  What the program printed:\n    begin\n    batch 0 × 1,203\n    end\n"), "{text}");
}

#[test]
fn compile_errors_are_shown_as_the_compiler_prints_them_and_warnings_are_not() {
    let diagnostic = |level: &str, rendered: &str| Diagnostic {
        level: level.to_owned(),
        message: "cannot find value `dart` in this scope".to_owned(),
        file: Some("exercises/pi.rs".to_owned()),
        line: 12,
        column: 5,
        rendered: rendered.to_owned(),
    };
    let error = "\x1b[31merror\x1b[0m: cannot find value `dart` in this scope\n  --> exercises/pi.rs:12:5\n\n";
    let diagnostics =
        vec![diagnostic("error", error), diagnostic("warning", "warning: unused"), diagnostic("error", error)];
    let report = Report { diagnostics, ..unmeasured(BuildFailed, "It does not compile.") };
    insta::assert_snapshot!(rendered(&report), @"
    pi: does not compile, 0 of 10 points

      It does not compile.

    error: cannot find value `dart` in this scope
      --> exercises/pi.rs:12:5

    error: cannot find value `dart` in this scope
      --> exercises/pi.rs:12:5
    ");
}

#[test]
fn every_verdict_has_its_own_words() {
    let verdicts =
        [Pass, Wrong, TooSlow, Panicked, Verdict::TimedOut, Verdict::Crashed, BuildFailed, Unsolved, Inconclusive];
    let words: Vec<_> = verdicts.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(words.join("\n"), @"
    pass
    wrong
    too slow
    panicked
    timed out
    crashed
    does not compile
    not solved yet
    inconclusive
    ");
}

#[test]
fn the_total_counts_exercises_and_points() {
    assert_eq!(text::total(&[passed()]), "1 of 1 exercise passes, 10 of 10 points\n");
    let reports = [passed(), unmeasured(Inconclusive, "Busy."), unmeasured(Unsolved, "Not yet.")];
    assert_eq!(text::total(&reports), "1 of 3 exercises pass, 10 of 30 points, 1 inconclusive\n");
}

#[test]
fn colours_are_in_the_text_until_they_are_taken_out() {
    assert!(text::render(&passed()).contains("\x1b[1m\x1b[32mpass\x1b[0m"));
}

#[test]
fn json_has_the_keys_that_others_rely_on() {
    let text = json::render(&[passed(), unmeasured(Unsolved, "Not solved yet.")]);
    insta::assert_snapshot!(text, @r#"
    {
      "exercises": [
        {
          "name": "pi",
          "verdict": "Pass",
          "points": 10,
          "max_points": 10,
          "message": "",
          "hints": [],
          "rubric": [
            {
              "name": "a right answer from shared work",
              "points": 4,
              "max_points": 4,
              "seen": ""
            },
            {
              "name": "tasks of 5 us or more on average",
              "points": 1,
              "max_points": 1,
              "seen": "374 us"
            },
            {
              "name": "one phase of gets",
              "points": 2,
              "max_points": 2,
              "seen": "1 phase"
            },
            {
              "name": "speed",
              "points": 3,
              "max_points": 3,
              "seen": "1.93x; 1.66x is asked"
            }
          ],
          "speedup": {
            "median": 1.9329,
            "rounds": [
              [
                0.375,
                0.194,
                0.192
              ],
              [
                0.371,
                0.192,
                0.191
              ],
              [
                0.381,
                0.199,
                0.193
              ]
            ]
          },
          "threshold": 1.6588,
          "probe": 1.9515,
          "workers": 2,
          "cpu_per_wall": 1.967,
          "memory": 12345678,
          "sandbox": "process",
          "diagnostics": [],
          "output": ""
        },
        {
          "name": "pi",
          "verdict": "Unsolved",
          "points": 0,
          "max_points": 10,
          "message": "Not solved yet.",
          "hints": [],
          "rubric": [],
          "speedup": null,
          "threshold": null,
          "probe": null,
          "workers": 2,
          "cpu_per_wall": null,
          "memory": null,
          "sandbox": "process",
          "diagnostics": [],
          "output": ""
        }
      ]
    }
    "#);
}

#[test]
fn json_of_no_report_is_an_empty_list() {
    let value: serde_json::Value = serde_json::from_str(&json::render(&[])).unwrap();
    assert_eq!(value, serde_json::json!({"exercises": []}));
}
