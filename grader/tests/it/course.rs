//! `course.yaml`: what is read, and what is said about each mistake.

use grader::course::{Course, KnobKind, Surroundings};

/// A sound course of three exercises. The tests below change a word or a line of it.
const SOUND: &str = r#"title: Parlings
exercises:
  - name: pi
    title: How much work makes a task worth its price
    sizes: {small: 1000, graded: 100000}
    limits: {seconds: 10, megabytes: 2048}
    rounds: 9
    knobs: [{name: batch, values: [10, 100], usual: 10}, {name: n, values: [1000, 100000]}]
    hints:
      - Think.
    rubric:
      correct: 4
      structure:
        - measure: get_phases
          at_most: 1
          points: 3
          text: one phase of gets
      speed: 3
      share: 0.85

  # After pi, because it builds on grain.
  - name: julia
    title: Equal areas are not equal work
    after: [pi]
    sizes:
      small: 100
      graded: 2000
    limits: {seconds: 10, megabytes: 2048}
    rounds: 9
    hints: [Think., Think more.]
    rubric: {correct: 4, structure: [], speed: 6, share: 0.85}

  - name: word_count
    title: Reduction
    after:
      - pi
      - julia
    sizes: {small: 1, graded: 33}
    limits: {seconds: 10, megabytes: 2048}
    rounds: 9
    hints: []
    rubric: {correct: 10, structure: [], speed: 0, share: 1}
"#;

fn parse(text: &str, has_file: &dyn Fn(&str) -> bool) -> Result<Course, String> {
    let surroundings = Surroundings { problems: vec!["pi", "julia", "word_count", "k_means"], has_file };
    Course::parse(text, &surroundings).map_err(|error| error.to_string())
}

fn sound() -> Course {
    parse(SOUND, &|_| true).expect("the course of these tests is sound")
}

/// The message about the sound course with its first `from` changed to `to`.
#[track_caller]
fn mistake(from: &str, to: &str) -> String {
    assert!(SOUND.contains(from), "nothing to change: {from:?}");
    parse(&SOUND.replacen(from, to, 1), &|_| true).expect_err("this course is not sound")
}

#[test]
fn a_sound_course_is_read() {
    let course = sound();
    let names: Vec<_> = course.exercises.iter().map(|exercise| exercise.name.as_str()).collect();
    assert_eq!(names, ["pi", "julia", "word_count"]);
    assert_eq!(course.exercises[2].after, ["pi", "julia"]);
    let knobs = &course.exercises[0].knobs;
    assert_eq!((knobs[0].name.as_str(), &knobs[0].values[..], knobs[0].usual), ("batch", &[10, 100][..], Some(10)));
    assert_eq!((knobs[1].kind(), knobs[1].usual_on(2, &course.exercises[0])), (KnobKind::Size, 100_000));
    assert_eq!(course.exercises[0].rubric.max_points(), 10);
    assert_eq!(course.exercises[1].rubric.max_points(), 10);
}

#[test]
fn text_that_is_no_yaml() {
    insta::assert_snapshot!(mistake("title: Parlings", "title: Parlings: the course"), @"
    mapping values are not allowed in this context
      --> exercises/course.yaml:1:16
       |
     1 | title: Parlings: the course
       |                ^
       = help: this is not valid YAML: compare the indentation, quotes and colons here and on the lines above
    ");
    insta::assert_snapshot!(mistake("    rounds: 9", "   rounds: 9"), @"
    the key `rounds` is missing
      --> exercises/course.yaml:3:5
       |
     3 |   - name: pi
       |     ^
       = help: add a line `rounds: ..`, indented like the keys beside it
    ");
    insta::assert_snapshot!(mistake("100], usual: 10}", "100, usual: 10}"), @"
    expected a whole number from 0 up, found map
      --> exercises/course.yaml:8:45
       |
     8 |     knobs: [{name: batch, values: [10, 100, usual: 10}, {name: n, values: [1000, 100000]}]
       |                                             ^
       = help: write a number such as 9, without quotes
    ");
    insta::assert_snapshot!(parse("", &|_| true).unwrap_err(), @"
    the key `title` is missing
      --> exercises/course.yaml:1:1
       |
     1 |
       | ^
       = help: add a line `title: ..`, indented like the keys beside it
    ");
}

#[test]
fn an_unknown_key_gets_the_nearest_and_the_list() {
    insta::assert_snapshot!(mistake("    rounds: 9", "    round: 9"), @"
    unknown key `round`
      --> exercises/course.yaml:7:5
       |
     7 |     round: 9
       |     ^
       = help: did you mean `rounds`? known keys: `name`, `title`, `chapter`, `after`, `sizes`, `limits`, `rounds`, `knobs`, `hints`, `rubric`
    ");
    insta::assert_snapshot!(mistake("speed: 3", "velocity: 3"), @"
    unknown key `velocity`
       --> exercises/course.yaml:18:7
        |
     18 |       velocity: 3
        |       ^
        = help: known keys: `correct`, `structure`, `speed`, `share`
    ");
}

#[test]
fn an_unknown_measure_gets_the_nearest_and_the_list() {
    insta::assert_snapshot!(mistake("measure: get_phases", "measure: get_phase"), @"
    unknown value `get_phase`
       --> exercises/course.yaml:14:20
        |
     14 |         - measure: get_phase
        |                    ^
        = help: did you mean `get_phases`? known values: `mean_task_microseconds`, `tasks`, `tasks_per_worker`, `first_tasks`, `longest_task_share`, `get_phases`, `puts`, `late_puts`, `excess_depth`
    ");
}

#[test]
fn a_missing_key_is_named() {
    insta::assert_snapshot!(mistake("    rounds: 9\n", ""), @"
    the key `rounds` is missing
      --> exercises/course.yaml:3:5
       |
     3 |   - name: pi
       |     ^
       = help: add a line `rounds: ..`, indented like the keys beside it
    ");
    insta::assert_snapshot!(mistake("{small: 1000, graded: 100000}", "{small: 1000}"), @"
    the key `graded` is missing
      --> exercises/course.yaml:5:12
       |
     5 |     sizes: {small: 1000}
       |            ^
       = help: add a line `graded: ..`, indented like the keys beside it
    ");
}

#[test]
fn a_key_that_stands_twice() {
    insta::assert_snapshot!(mistake("    rounds: 9\n", "    rounds: 9\n    rounds: 8\n"), @"
    the key `rounds` stands twice in what begins here
      --> exercises/course.yaml:3:5
       |
     3 |   - name: pi
       |     ^
       = help: take one of the two out
    ");
}

#[test]
fn a_value_of_the_wrong_type() {
    insta::assert_snapshot!(mistake("rounds: 9", "rounds: nine"), @r#"
    expected a whole number from 0 up, found string "nine"
      --> exercises/course.yaml:7:13
       |
     7 |     rounds: nine
       |             ^
       = help: write a number such as 9, without quotes
    "#);
    insta::assert_snapshot!(mistake("rounds: 9", "rounds: -9"), @"
    expected a whole number from 0 up, found integer `-9`
      --> exercises/course.yaml:7:13
       |
     7 |     rounds: -9
       |             ^
       = help: write a number such as 9, without quotes
    ");
    insta::assert_snapshot!(mistake("correct: 4", "correct: 4.5"), @"
    expected a whole number from 0 up, found floating point `4.5`
       --> exercises/course.yaml:12:16
        |
     12 |       correct: 4.5
        |                ^
        = help: write a number such as 9, without quotes
    ");
    insta::assert_snapshot!(mistake("seconds: 10", "seconds: ten"), @r#"
    expected a number, found string "ten"
      --> exercises/course.yaml:6:23
       |
     6 |     limits: {seconds: ten, megabytes: 2048}
       |                       ^
       = help: write a number such as 10 or 0.85, without quotes
    "#);
    insta::assert_snapshot!(mistake("after: [pi]", "after: pi"), @r#"
    expected a list, found string "pi"
       --> exercises/course.yaml:24:12
        |
     24 |     after: pi
        |            ^
        = help: write `[one, two]`, or each part on a line of its own after `- `
    "#);
    insta::assert_snapshot!(mistake("{seconds: 10, megabytes: 2048}", "10"), @"
    expected keys with values, found integer `10`
      --> exercises/course.yaml:6:13
       |
     6 |     limits: 10
       |             ^
       = help: write its keys below, indented, or in braces: `{key: value}`
    ");
    insta::assert_snapshot!(mistake("title: How much work makes a task worth its price", "title: [1]"), @"
    expected a text, found sequence
      --> exercises/course.yaml:4:12
       |
     4 |     title: [1]
       |            ^
       = help: write a text, in quotes where it looks like something else
    ");
}

#[test]
fn a_course_without_exercises() {
    insta::assert_snapshot!(parse("title: Parlings\nexercises: []\n", &|_| true).unwrap_err(), @"
    the course has no exercise
      --> exercises/course.yaml:2:12
       |
     2 | exercises: []
       |            ^
       = help: describe at least one
    ");
}

#[test]
fn two_exercises_of_one_name_are_both_shown() {
    insta::assert_snapshot!(mistake("name: word_count", "name: pi"), @"
    a second exercise with the name `pi`
       --> exercises/course.yaml:33:11
        |
     33 |   - name: pi
        |           ^
        = help: the first one is at exercises/course.yaml:3:11; rename one of them, or take it out
    ");
}

#[test]
fn a_problem_that_does_not_exist() {
    insta::assert_snapshot!(mistake("name: word_count", "name: wordcount"), @"
    there is no problem `wordcount`
       --> exercises/course.yaml:33:11
        |
     33 |   - name: wordcount
        |           ^
        = help: did you mean `word_count`?
    ");
    insta::assert_snapshot!(mistake("name: pi", "name: sorting"), @"
    there is no problem `sorting`
      --> exercises/course.yaml:3:11
       |
     3 |   - name: sorting
       |           ^
       = help: a new problem is added in `src/problems`; so far there are `pi`, `julia`, `word_count`, `k_means`
    ");
}

#[test]
fn a_source_file_that_is_not_there() {
    let error = parse(SOUND, &|file| file != "exercises/julia.rs").unwrap_err();
    insta::assert_snapshot!(error, @"
    the exercise `julia` has no file exercises/julia.rs
       --> exercises/course.yaml:22:11
        |
     22 |   - name: julia
        |           ^
        = help: restore it with `git checkout exercises/julia.rs`, or take the exercise out of the course
    ");
}

#[test]
fn a_prerequisite_that_does_not_exist() {
    insta::assert_snapshot!(mistake("      - julia", "      - julai"), @"
    there is no exercise `julai` to come before `word_count`
       --> exercises/course.yaml:37:9
        |
     37 |       - julai
        |         ^
        = help: did you mean `julia`?
    ");
    insta::assert_snapshot!(mistake("after: [pi]", "after: [sorting]"), @"
    there is no exercise `sorting` to come before `julia`
       --> exercises/course.yaml:24:13
        |
     24 |     after: [sorting]
        |             ^
        = help: name one of `pi`, `word_count`, or none
    ");
}

#[test]
fn prerequisites_in_a_circle() {
    insta::assert_snapshot!(mistake("    rounds: 9", "    after: [word_count]\n    rounds: 9"), @"
    prerequisites in a circle: pi after word_count after pi
      --> exercises/course.yaml:7:13
       |
     7 |     after: [word_count]
       |             ^
       = help: take one of these prerequisites out
    ");
    insta::assert_snapshot!(mistake("after: [pi]", "after: [julia]"), @"
    prerequisites in a circle: julia after julia
       --> exercises/course.yaml:24:13
        |
     24 |     after: [julia]
        |             ^
        = help: take one of these prerequisites out
    ");
}

#[test]
fn a_prerequisite_that_comes_later() {
    let text = SOUND.replacen("after: [pi]", "after: [word_count]", 1).replacen(
        "      - pi\n      - julia\n",
        "      - pi\n",
        1,
    );
    insta::assert_snapshot!(parse(&text, &|_| true).unwrap_err(), @"
    `julia` stands before its prerequisite `word_count`
       --> exercises/course.yaml:24:13
        |
     24 |     after: [word_count]
        |             ^
        = help: move `word_count` above `julia`: exercises stand in the order of the course
    ");
}

#[test]
fn numbers_that_make_no_sense() {
    insta::assert_snapshot!(mistake("rounds: 9", "rounds: 0"), @"
    a race of 0 rounds tells nothing
      --> exercises/course.yaml:7:13
       |
     7 |     rounds: 0
       |             ^
       = help: write at least 1; 9 is a good number
    ");
    insta::assert_snapshot!(mistake("small: 1000,", "small: 0,"), @"
    the small size is 0
      --> exercises/course.yaml:5:20
       |
     5 |     sizes: {small: 0, graded: 100000}
       |                    ^
       = help: write at least 1
    ");
    insta::assert_snapshot!(mistake("graded: 2000", "graded: 0"), @"
    the graded size is 0
       --> exercises/course.yaml:27:15
        |
     27 |       graded: 0
        |               ^
        = help: write at least 1
    ");
    insta::assert_snapshot!(mistake("small: 1000,", "small: 1000000,"), @"
    the small size is larger than the graded one
      --> exercises/course.yaml:5:20
       |
     5 |     sizes: {small: 1000000, graded: 100000}
       |                    ^
       = help: exchange them
    ");
    insta::assert_snapshot!(mistake("seconds: 10", "seconds: 0"), @"
    a run cannot end within 0 seconds
      --> exercises/course.yaml:6:23
       |
     6 |     limits: {seconds: 0, megabytes: 2048}
       |                       ^
       = help: write a number above 0, such as 10
    ");
    insta::assert_snapshot!(mistake("seconds: 10", "seconds: .nan"), @"
    a run cannot end within NaN seconds
      --> exercises/course.yaml:6:23
       |
     6 |     limits: {seconds: .nan, megabytes: 2048}
       |                       ^
       = help: write a number above 0, such as 10
    ");
    insta::assert_snapshot!(mistake("megabytes: 2048", "megabytes: 0"), @"
    a run cannot do without memory
      --> exercises/course.yaml:6:38
       |
     6 |     limits: {seconds: 10, megabytes: 0}
       |                                      ^
       = help: write a number such as 2048
    ");
    insta::assert_snapshot!(mistake("share: 0.85", "share: 85"), @"
    a share of 85 of what the probe gives cannot be asked for
       --> exercises/course.yaml:19:14
        |
     19 |       share: 85
        |              ^
        = help: write a number above 0 and at most 1, such as 0.85
    ");
    insta::assert_snapshot!(mistake("share: 0.85", "share: 0"), @"
    a share of 0 of what the probe gives cannot be asked for
       --> exercises/course.yaml:19:14
        |
     19 |       share: 0
        |              ^
        = help: write a number above 0 and at most 1, such as 0.85
    ");
}

#[test]
fn knobs_that_make_no_sense() {
    insta::assert_snapshot!(mistake("values: [10, 100]", "values: [10]"), @"
    `batch` has only one value to try
      --> exercises/course.yaml:8:35
       |
     8 |     knobs: [{name: batch, values: [10], usual: 10}, {name: n, values: [1000, 100000]}]
       |                                   ^
       = help: write two or more, such as `[1, 10, 100]`
    ");
    insta::assert_snapshot!(mistake("values: [10, 100]", "values: []"), @"
    `batch` has no value to try
      --> exercises/course.yaml:8:35
       |
     8 |     knobs: [{name: batch, values: [], usual: 10}, {name: n, values: [1000, 100000]}]
       |                                   ^
       = help: write two or more, such as `[1, 10, 100]`
    ");
    insta::assert_snapshot!(mistake("values: [10, 100]", "values: [10, 100, 50]"), @"
    `batch` goes from 100 to 50
      --> exercises/course.yaml:8:45
       |
     8 |     knobs: [{name: batch, values: [10, 100, 50], usual: 10}, {name: n, values: [1000, 100000]}]
       |                                             ^
       = help: write the values from small to large, each of them once
    ");
    insta::assert_snapshot!(mistake("values: [10, 100]", "values: [0, 10]"), @"
    `batch` cannot be 0
      --> exercises/course.yaml:8:36
       |
     8 |     knobs: [{name: batch, values: [0, 10], usual: 10}, {name: n, values: [1000, 100000]}]
       |                                    ^
       = help: begin with 1 or more
    ");
    insta::assert_snapshot!(mistake("values: [10, 100]", "values: [10, many]"), @r#"
    expected a whole number from 0 up, found string "many"
      --> exercises/course.yaml:8:40
       |
     8 |     knobs: [{name: batch, values: [10, many], usual: 10}, {name: n, values: [1000, 100000]}]
       |                                        ^
       = help: write a number such as 9, without quotes
    "#);
    insta::assert_snapshot!(mistake("usual: 10}", "usual: 50}"), @"
    the usual 50 is not among the values of `batch`
      --> exercises/course.yaml:8:53
       |
     8 |     knobs: [{name: batch, values: [10, 100], usual: 50}, {name: n, values: [1000, 100000]}]
       |                                                     ^
       = help: add it there, or choose one of them
    ");
    insta::assert_snapshot!(mistake(", usual: 10}", "}"), @"
    nothing says which value of `batch` is the usual one
      --> exercises/course.yaml:8:13
       |
     8 |     knobs: [{name: batch, values: [10, 100]}, {name: n, values: [1000, 100000]}]
       |             ^
       = help: add a line `usual: ..` with one of its values
    ");
    insta::assert_snapshot!(mistake("name: batch", "name: the size of a batch"), @"
    a knob's name of 19 letters
      --> exercises/course.yaml:8:20
       |
     8 |     knobs: [{name: the size of a batch, values: [10, 100], usual: 10}, {name: n, values: [1000, 100000]}]
       |                    ^
       = help: write one of 1 to 12 letters, such as `batch`
    ");
    insta::assert_snapshot!(mistake("[1000, 100000]", "[1000, 10000]"), @"
    the graded size, 100000, is not among the values of `n`
      --> exercises/course.yaml:8:76
       |
     8 |     knobs: [{name: batch, values: [10, 100], usual: 10}, {name: n, values: [1000, 10000]}]
       |                                                                            ^
       = help: add it there
    ");
    insta::assert_snapshot!(mistake("[1000, 100000]", "[1000, 100000], usual: 1000"), @"
    the usual value of `n` cannot be chosen: it is what is graded
      --> exercises/course.yaml:8:99
       |
     8 |     knobs: [{name: batch, values: [10, 100], usual: 10}, {name: n, values: [1000, 100000], usual: 1000}]
       |                                                                                                   ^
       = help: take this line out
    ");
    insta::assert_snapshot!(mistake("name: n,", "name: batch,"), @"
    `batch` and `batch` cannot both be the program's own number
      --> exercises/course.yaml:8:65
       |
     8 |     knobs: [{name: batch, values: [10, 100], usual: 10}, {name: batch, values: [1000, 100000]}]
       |                                                                 ^
       = help: take one of the two out; the knobs of the run are called `workers` and `n`, any other name is what `sweep(..)` returns
    ");
    insta::assert_snapshot!(mistake("name: n, values: [1000, 100000]", "name: tasks, values: [1, 2], usual: 1"), @"
    `batch` and `tasks` cannot both be the program's own number
      --> exercises/course.yaml:8:65
       |
     8 |     knobs: [{name: batch, values: [10, 100], usual: 10}, {name: tasks, values: [1, 2], usual: 1}]
       |                                                                 ^
       = help: take one of the two out; the knobs of the run are called `workers` and `n`, any other name is what `sweep(..)` returns
    ");
    insta::assert_snapshot!(mistake("name: n, values: [1000, 100000]", "name: workers, values: [1, 1000]"), @"
    1000 workers are more than a runtime has
      --> exercises/course.yaml:8:86
       |
     8 |     knobs: [{name: batch, values: [10, 100], usual: 10}, {name: workers, values: [1, 1000]}]
       |                                                                                      ^
       = help: end with 256 or fewer
    ");
    insta::assert_snapshot!(mistake("knobs: [", "sweep: [10, 100]\n    knobs: ["), @"
    unknown key `sweep`
      --> exercises/course.yaml:8:5
       |
     8 |     sweep: [10, 100]
       |     ^
       = help: known keys: `name`, `title`, `chapter`, `after`, `sizes`, `limits`, `rounds`, `knobs`, `hints`, `rubric`
    ");
}

#[test]
fn a_rubric_that_makes_no_sense() {
    insta::assert_snapshot!(mistake("          at_most: 1\n", ""), @"
    a measure without a bound
       --> exercises/course.yaml:14:11
        |
     14 |         - measure: get_phases
        |           ^
        = help: add `at_least: ..` or `at_most: ..`, or both
    ");
    insta::assert_snapshot!(mistake("at_most: 1\n", "at_most: 1\n          at_least: 2\n"), @"
    no number is at least 2 and at most 1
       --> exercises/course.yaml:16:21
        |
     16 |           at_least: 2
        |                     ^
        = help: exchange them
    ");
    insta::assert_snapshot!(mistake("correct: 10,", "correct: 0,"), @"
    there are no points to win
       --> exercises/course.yaml:42:13
        |
     42 |     rubric: {correct: 0, structure: [], speed: 0, share: 1}
        |             ^
        = help: give points for `correct`, `structure` or `speed`
    ");
}

#[test]
fn a_name_is_found_whole_or_by_its_beginning() {
    let course = sound();
    for name in ["word_count", "word", "w"] {
        assert_eq!(course.find(name).map(|exercise| exercise.name.as_str()), Ok("word_count"), "{name}");
    }
}

#[test]
fn a_whole_name_is_not_ambiguous() {
    let text = SOUND.replace("name: word_count", "name: pi_again");
    let surroundings = Surroundings { problems: vec!["pi", "julia", "pi_again"], has_file: &|_| true };
    let course = Course::parse(&text, &surroundings).unwrap();
    assert_eq!(course.find("pi").map(|exercise| exercise.name.as_str()), Ok("pi"));
    insta::assert_snapshot!(course.find("p").unwrap_err(), @"`p` is short for more than one exercise: `pi`, `pi_again`; write one more letter or two");
}

#[test]
fn an_unknown_name_gets_the_nearest_or_the_list() {
    let course = sound();
    insta::assert_snapshot!(course.find("jullia").unwrap_err(), @"there is no exercise `jullia`: did you mean `julia`?");
    insta::assert_snapshot!(course.find("sorting").unwrap_err(), @"there is no exercise `sorting`: the exercises are `pi`, `julia`, `word_count`");
    insta::assert_snapshot!(course.find("").unwrap_err(), @"there is no exercise ``: the exercises are `pi`, `julia`, `word_count`");
}
