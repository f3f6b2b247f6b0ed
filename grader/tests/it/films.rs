//! What runs look like at their beginning, half way and at their end, as text without colours.

use grader::drawing::{Palette, lines};
use problems::{Case, Clock, find};
use trace::{DRIVER, Event, Kind, ROOT, Record, Site};

/// A run of so many tasks of 1 ms on two workers, all submitted at once. The second worker is twice as slow.
fn record(tasks: u64) -> Record {
    const MILLISECOND: u64 = 1_000_000;
    let site = Site { function: "part_task".to_owned(), file: "exercises/x.rs".to_owned(), line: 7 };
    let mut record = Record { workers: 2, tasks, sites: vec![site], ..Record::default() };
    let mut free = [0, 0];
    for task in 1..=tasks {
        let worker = usize::from(free[1] < free[0]);
        let (start, end) = (free[worker], free[worker] + (worker as u64 + 1) * MILLISECOND);
        free[worker] = end;
        let event = |time, worker, kind, a, b| Event { time, worker, kind, site: 0, a, b };
        record.events.push(event(0, DRIVER, Kind::Submit, task, ROOT));
        record.events.push(event(start, worker as u16, Kind::Start, task, 0));
        record.events.push(event(end, worker as u16, Kind::End, task, 0));
    }
    record.events.sort_by_key(|event| event.time);
    record.taken = free[0].max(free[1]);
    record
}

/// The picture of a problem's run of `tasks` tasks when a share of it is over.
fn frame(name: &str, size: u64, tasks: u64, share: f64) -> String {
    let problem = find(name).expect("it is in the course");
    let case = Case { size, seed: 1, workers: 2, clock: Clock::Real, sweep: None, input: None };
    let replay = problem.film(&case).replay(&record(tasks), &problem.serial(&case)()).expect("it has tasks");
    let lines = lines(&replay.frame(share), 78, 16, Palette::Mono);
    lines.iter().map(|line| line.to_string().trim_end().to_owned() + "\n").collect()
}

#[test]
fn bootstrap() {
    insta::assert_snapshot!(frame("bootstrap", 2001, 8, 0.0), @"
    500 grades                              their resamples' means
    share                                   share
    7 %┤        ⢸        ⡇       ⢸          6 %┤
       │        ⢸        ⡇       ⢸             │
       │        ⢸      ▆ ⡇       ⢸             │
       │        ⢸    ▇ ██⡇▅▇▅    ⢸             │
       │        ⢸    █▆██⡇███    ⢸             │
       │        ⢸  ▅ ████⡇███▂▂  ⢸             │
       │        ⢸ ▄██████⡇█████  ⢸             │
       │        ⢸▂███████⡇██████▃⢸             │
    0 %┤     ▁▃▅⢸████████⡇███████⢸█▇        0 %┤
       └┬───────────────┬────────────────┬     └┬───────────────┬────────────────┬
        34.4          74.8           115.3      73.0          74.8            76.6
                      grade                                 mean grade
    0 of 2,002 resamples are drawn.
    The 500 grades have a mean of 74.817.
    ");
    insta::assert_snapshot!(frame("bootstrap", 2001, 8, 0.5), @"
    500 grades                              their resamples' means
    share                                   share
    7 %┤        ⢸        ⡇       ⢸          6 %┤        ⡇       ⢸       ⢸
       │        ⢸        ⡇       ⢸             │        ⡇       ⢸       ⢸
       │        ⢸      ▆ ⡇       ⢸             │        ⡇       ⢸       ⢸
       │        ⢸    ▇ ██⡇▅▇▅    ⢸             │        ⡇       ⢸       ⢸
       │        ⢸    █▆██⡇███    ⢸             │        ⡇       ⢸▄▁ ▁   ⢸
       │        ⢸  ▅ ████⡇███▂▂  ⢸             │        ⡇     ▆▇⢸████   ⢸
       │        ⢸ ▄██████⡇█████  ⢸             │        ⡇  ▁▄▇██⢸████▄  ⢸
       │        ⢸▂███████⡇██████▃⢸             │        ⡇ ▅█████⢸█████▆▅⢸
    0 %┤     ▁▃▅⢸████████⡇███████⢸█▇        0 %┤   ▁ ▂▁▃⡇▅██████⢸███████⢸▃▂▂
       └┬───────────────┬────────────────┬     └┬───────────────┬────────────────┬
        34.4          74.8           115.3      73.0          74.8            76.6
                      grade                                 mean grade
    1,126 of 2,002 resamples are drawn.
    So far, 95 % of their means lie between 73.875 and 75.619.
    ");
    insta::assert_snapshot!(frame("bootstrap", 2001, 8, 1.0), @"
    serial, 2,002                           yours, 2,002
    share                                   share
    6 %┤        ⡇       ▅⡇       ⡇          6 %┤        ⡇       ▅⡇       ⡇
       │        ⡇       █⡇▅      ⡇             │        ⡇       █⡇▅      ⡇
       │        ⡇     ▄▆█⡇█▄▄    ⡇             │        ⡇     ▄▆█⡇█▄▄    ⡇
       │        ⡇    ▁███⡇███▁   ⡇             │        ⡇    ▁███⡇███▁   ⡇
       │        ⡇   ▅████⡇████   ⡇             │        ⡇   ▅████⡇████   ⡇
       │        ⡇  ▂█████⡇████   ⡇             │        ⡇  ▂█████⡇████   ⡇
       │        ⡇ ▆██████⡇█████▆ ⡇             │        ⡇ ▆██████⡇█████▆ ⡇
       │        ⡇▃███████⡇██████▄⡇             │        ⡇▃███████⡇██████▄⡇
    0 %┤   ▁▁▃▄▅⡇████████⡇███████⡇▅▅▂ ▁     0 %┤   ▁▁▃▄▅⡇████████⡇███████⡇▅▅▂ ▁
       └┬───────────────┬────────────────┬     └┬───────────────┬────────────────┬
        73.0          74.8            76.6      73.0          74.8            76.6
                    mean grade                              mean grade
    2,002 means: 74.801 on average, 95 % of them between 73.868 and 75.686
    0 of 2,002 differ from the serial program's.
    ");
}

#[test]
fn julia() {
    insta::assert_snapshot!(frame("julia", 101, 6, 0.0), @"
    the bands and their workers             milliseconds that each worker was at
                                            work
    a ░░░░░░░░░░░░░░░░░░░░░░                A  0 bands 0
      ░░░░░░░░░░░░░░░░░░░░░░                B  0 bands 0
    b ░░░░░░░░░░░░░░░░░░░░░░
      ░░░░░░░░░░░░░░░░░░░░░░
    .

    .

    .

    .
    0 of 6 bands are done, 2 in work: theirs are small letters.
    A letter is a worker. Bands are drawn in the order of submission, as if of
    equal height.
    ");
    insta::assert_snapshot!(frame("julia", 101, 6, 0.5), @"
    the bands and their workers             milliseconds that each worker was at
                                            work
    A ░░░░░░░░░░░░░░░░░░░░░░                A  2 bands 2 █████████████████████████
      ░░░░░░░░░░░░░░░░░░░░░░                B  1 bands 2 █████████████████████████
    B ░░▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░
      ░░░░░░░░░░▒▒▒▒▒▒▒░░░░░
    A ░▒▒░▒░░░░░░▒▒▒▒▒▒░░░░░
      ░░░░░░░░░░░░░░░░░░░░░░
    a ░░░░░░░░░░░░░░░░░░░░░░
      ░░░░░░░░░░░░░░░░░░░░░░
    b ░░░░░░░░░░░░░░░░░░░░░░
      ░░░░░░░░░░░░░░░░░░░░░░
    .
    3 of 6 bands are done, 2 in work: theirs are small letters.
    A letter is a worker. Bands are drawn in the order of submission, as if of
    equal height.
    ");
    insta::assert_snapshot!(frame("julia", 101, 6, 1.0), @"
    the brighter, the more steps            million steps in each band of rows
                                            rows 0 to 5   0 ▋
              ░░░░░░                        rows 6 to 11  0 ▋
      ░░░░░░░░░░░░░░░░░░                    rows 12 to 17 0 ▊
    ░░░░░░░░░░░░░▒▓▓░░░░░                   rows 18 to 24 0 █▎
    ░░░░░░░░░░░░░░▒▓▓▒▒░░░                  rows 25 to 30 0 ███▋
    ░▒▒▒▒▒░░▒▒░░▒▓▒▓▓▓░░░░░                 rows 31 to 36 0 ███▉
    ▓▓▓▓▓▓▒▒▓▒▒▒▒▒▒▒▒░░░░░░                 rows 37 to 43 0 █████████▎
    ▓▓▓▓▓▓▒▒▒▒▓▓▓▓▓▒▒░░░░░░                 rows 44 to 49 0 ███████████▌
    ▒▒▓▓▓▒▒▒▒▒▓▓██▓▒▒▓▒░░░░                 rows 50 to 55 0 ██████████████▌
    ▓▒▒▒▒▒▒▒░▒▓▒▒▓▒▒▒▒░░░░                  rows 56 to 62 0 ██████████████████████
    ▓▒▒▒░░░░░░░░░░▒░░░░░░                   rows 63 to 68 0 ███████████████████▉
    ▓▒░░░░░░░░░░░░░░░░░                     and 5 more
    0.3 million steps, 25 a pixel on average; 0.4 % of the pixels stay for 255
    steps.
    Upper half: 0.1 million steps. Lower half: 0.2 million.
    ");
}

#[test]
fn k_means() {
    insta::assert_snapshot!(frame("k_means", 5003, 12, 0.0), @"
    the first 2,000 points, and the way of  how far the centroids move in each
    the centroids                           round
     1.25┤                 ⡼                 1e0┤
         │                ⣸⠁                    │
         │       ⠠⣴⣶⣤⣤⡀  ⢠⠇                 1e-1┤
         │       ⣸⣿⣿⣿⣿⠧ ⣀⡏  ⣠⠞                  │
         │        ⠈⠉⠙⠉⢡⣴⣿⣿⣦⣞⠁               1e-2┤
         │             ⣻⠿⣿⣿⣿                1e-3┤
         │           ⣠⠞⠁ ⠉⠙⡇                    │
         │         ⣠⠞⠁     ⢸⡀               1e-4┤
         │      ⢀⣠⠞⠁        ⢧               1e-5┤
    -0.25┤     ⡴⠋           ⠸⡄                  └┬───────────────────────────────┬
         └┬──────────────────┬                   0                              30
          -0.25           1.25                                 round
    0 of 30 rounds are over.
    The centroids are where they begin.
    ");
    insta::assert_snapshot!(frame("k_means", 5003, 12, 0.5), @"
    the first 2,000 points, and the way of  how far the centroids move in each
    the centroids                           round
     1.25┤               ⢀⡼                  1e0┤ ⡀
         │              ⢀⡞   ⢀                  │⠈⢻
         │       ⠠⣴⣶⣤⣤⡀⢠⠞   ⣰⠋              1e-1┤ ⠠⣧
         │       ⣸⣿⣿⣿⣿⣧⠏⡀ ⢀⡼⠁                   │  ⠈⢶⣤⣀
         │        ⠈⠉⠙⣹⢫⣵⣿⣿⣾⣄                1e-2┤    ⠈⠙⠻⢶⣤⣀⣄⡀⡀⣀⣄⡀⢀
         │          ⣼⣡⠤⢿⠿⣿⣿⣿                1e-3┤        ⠈ ⠉⠋⠋⠋⠉⠋⠙⠁
         │        ⢀⡞⠉    ⠉⢻⠂                    │
         │       ⡴⠋       ⠘⡆                1e-4┤
         │     ⣠⠞⠁         ⢳                1e-5┤
    -0.25┤    ⡴⠃           ⠈⡆                   └┬───────────────────────────────┬
         └┬──────────────────┬                   0                              30
          -0.25           1.25                                 round
    15 of 30 rounds are over.
    In the last of these, no centroid moved by more than 1e-3.
    ");
    insta::assert_snapshot!(frame("k_means", 5003, 12, 1.0), @"
    the first 2,000 points, and the way of  how far the centroids move in each
    the centroids                           round
     1.25┤               ⢀⡞                  1e0┤ ⡀
         │              ⢀⡞                      │⠈⢻
         │       ⠠⣴⣶⣤⣤⡀⢠⠞   ⢠⠖              1e-1┤ ⠠⣧
         │       ⣸⣿⣿⣿⣿⣧⠏⡀  ⣰⠋                   │  ⠈⢶⣤⣀
         │        ⠈⠉⠙⣹⢫⣵⣿⣿⣾⣅                1e-2┤    ⠈⠙⠻⢶⣤⣀⣄⡀⡀⣀⣄⡀⢀⢀⢀⢀⣠⣀ ⡀
         │          ⣼⠥⠖⢻⠿⣿⣿⣿                1e-3┤        ⠈ ⠉⠋⠋⠋⠉⠋⠙⠙⠙⠙⠉⠙⠉⠫⣦⣄⣄     ⢀
         │        ⢀⡞⠁    ⠉⡟⠂                    │                         ⠁⢙⣤⡦⢴⡄⡾⠛
         │      ⢀⡴⠋       ⡇                 1e-4┤                           ⠁  ⠻⠂
         │     ⣠⠞         ⢹                 1e-5┤
    -0.25┤    ⡴⠃          ⢸                     └┬───────────────────────────────┬
         └┬──────────────────┬                   0                              30
          -0.25           1.25                                 round
    4 clusters after 30 rounds, of 680 to 2,480 points
    In the last round no centroid moved by more than 3e-4.
    ");
}

#[test]
fn pi() {
    insta::assert_snapshot!(frame("pi", 100001, 8, 0.0), @"
    0 of the darts thrown so far            the estimate as darts arrive, in a
                                            band of 2 standard errors
    1┤⠉⠉⠉⠑⠒⠢⠤⣀⡀                             pi
     │        ⠉⠓⠦⣀                          3.271┤⣀
     │           ⠈⠑⢤⡀                            │ ⠉⠒⠦⢤⣀⡀
     │              ⠙⢄                           │      ⠈⠉⠒⠒⠦⠤⢄⣀⣀⣀
     │               ⠈⢣                          │               ⠈⠉⠉⠉⠙⠒⠒⠒⠒⠒⠦⠤⠤⠤⠤⠤⠤
     │                 ⢳⡀                   3.142┤               ⢀⣀⣀⣀⣠⠤⠤⠤⠤⠤⠖⠒⠒⠒⠒⠒⠒
     │                  ⢣                        │      ⢀⣀⠤⠤⠖⠒⠊⠉⠉⠉
     │                  ⠈⡆                       │ ⣀⠤⠖⠚⠉⠁
     │                   ⢱                  3.012┤⠉
    0┤                   ⢸                       └┬──────────────┬───────────────┬
     └┬──────────────────┬                        1,000       10,000       100,000
      0                  1                                     darts
    100,002 darts are to be thrown.
    pi is 3.14159.
    ");
    insta::assert_snapshot!(frame("pi", 100001, 8, 0.5), @"
    1,125 of the darts thrown so far        the estimate as darts arrive, in a
                                            band of 2 standard errors
    1┤⢹⢫⢙⡱⡞⠪⣴⣫⡸⡶⢘⡐⣛⢞⣵⣔⣷⢄⠴⡀                  pi
     │⠜⠏⢀⣕⣮⢹⡏⣈⡉⣿⢿⣌⠥⣷⣉⡪⣽⢂⡫⡊                  3.271┤⣀
     │⠒⡣⡹⢆⡓⢢⢧⡁⡶⢡⡪⠞⡙⣯⣬⠑⡽⡸⡡⢕                       │⡀⠉⠒⣦⢤⣠⡤⠤⢆
     │⢠⠾⢊⡲⠖⠼⣓⡏⠶⡹⡶⢮⠬⢐⠙⣬⢟⣱⡖⠔                       │⠈⠓⠊⠁⠈⠁⠈⠉⠚⠲⣦⠤⢴⣤⣀⣀
     │⢥⣈⡇⠻⠦⠐⠫⣏⠬⠎⣻⣠⠻⢤⠊⣪⣻⠱⣞⣎                       │             ⠈⠙⠚⠛⠻⠽⠟⠶⢶⣒⡒⠒⠦⠤⠤⠤⠤⠤⠤
     │⢻⢎⢈⣬⢫⢠⠶⢸⢴⠓⠁⣾⣎⡶⡕⠘⢄⣳⣒⣀                  3.142┤               ⢀⣀⣀⣀⣠⠤⠤⠤⠭⠭⠟⠛⠻⠒⠒⠒⠒
     │⣀⣛⡜⡬⡷⢶⣌⣃⣬⡑⣍⢤⣾⡸⠗⣨⡒⠘⢳⡛                       │      ⢀⣀⠤⠤⠖⠒⠊⠉⠉⠉
     │⠲⣟⡆⣯⣺⠰⡞⣰⢶⢗⠋⢿⡌⣧⢖⣿⠊⠧⡞⡧                       │ ⣀⠤⠖⠚⠉⠁
     │⠔⡓⠵⠜⡖⠢⢞⡒⣄⠦⡧⡎⣎⣔⣏⣙⠲⣵⢱⢱                  3.012┤⠉
    0┤⠘⢬⠜⣮⠱⠶⠓⢏⡗⢹⡣⣡⡚⣃⡹⡳⢊⠓⠲⢻                       └┬──────────────┬───────────────┬
     └┬──────────────────┬                        1,000       10,000       100,000
      0                  1                                     darts
    56,201 of 100,002 darts are thrown: so far, pi is about 3.13261
    Of so many, the standard error is 0.00693; pi is 3.14159.
    ");
    insta::assert_snapshot!(frame("pi", 100001, 8, 1.0), @"
    2,000 of the darts                      the estimate as darts arrive, in a
                                            band of 2 standard errors
    1┤⢹⢯⣻⡳⣞⢮⣴⣫⡸⡶⣻⡐⣟⢟⣵⣶⣷⣗⠽⡞                  pi
     │⣝⠟⣆⣷⣮⣹⡟⣹⣻⣿⢿⣼⡯⣷⣽⡾⣿⣂⣻⡋                  3.271┤⣀
     │⣖⡷⡹⢶⣷⢯⢷⣙⡿⢫⡿⢾⡹⣿⣾⡱⡿⡺⣹⢗                       │ ⠉⠒⠦⢤⣀⡀
     │⢠⡾⣊⡿⣷⢼⣛⡿⡷⣻⡷⣯⣬⢱⢽⣽⢟⣻⡟⣵                       │⠔⠓⣄⠖⠚⠑⢎⢍⢲⠶⠦⢤⣄⣀⣀⣀
     │⢧⣏⣧⠻⠧⠼⠯⣏⣬⣎⣿⣥⠻⢥⢪⣪⣻⣿⣞⣟                       │        ⠁   ⠉⠉⠢⡨⠭⠭⠭⠽⠶⢖⣒⡒⠒⠦⠤⠤⠤⠤⠤⠤
     │⢻⣟⢽⣾⢯⣳⡷⢿⣾⣛⡥⣾⣾⣷⡽⢸⢷⣳⣟⣐                  3.142┤               ⢀⣀⣀⣀⣠⠤⠤⠤⠭⠭⠟⠛⠓⠒⠒⠒⠺
     │⣠⣻⡿⡾⣷⣿⣮⣣⣼⡗⣯⢦⣾⡺⢗⣬⣛⢺⣳⡛                       │      ⢀⣀⠤⠤⠖⠒⠊⠉⠉⠉
     │⢲⣟⡖⣿⣿⢽⡿⣷⣷⢗⢛⢿⡮⣯⢷⣿⠞⣷⣾⡷                       │ ⣀⠤⠖⠚⠉⠁
     │⢔⡛⠿⡼⡷⡦⣞⣺⣼⡦⡷⣟⣎⣖⣏⣛⠻⣿⣵⣳                  3.012┤⠉
    0┤⠺⢬⠜⣯⠹⠾⠳⢿⡿⣹⡯⣣⡾⣳⡻⡻⢚⠳⠶⢻                       └┬──────────────┬───────────────┬
     └┬──────────────────┬                        1,000       10,000       100,000
      0                  1                                     darts
    78,142 hits of 100,002 darts: pi is about 3.125617
    Its standard error is 0.005193; it lies 3.1 of these below pi.
    ");
}

#[test]
fn word_count() {
    insta::assert_snapshot!(frame("word_count", 20000, 33, 0.0), @"
    the most frequent words                 count against rank: Zipf's law is the
                                            straight line
                                            count
                                            10,000┤
                                                  │
                                             1,000┤
                                                  │
                                               100┤
                                                  │
                                                10┤
                                                 1┤⡀
                                                  └┬──────┬───────┬
                                                   1     100 10,000
                                                         rank
    0 of 33 plays are counted.
    In these, 0 different words of 0
    ");
    insta::assert_snapshot!(frame("word_count", 20000, 33, 0.5), @"
    the most frequent words                 count against rank: Zipf's law is the
                                            straight line
    the  937 █████████████████████████████  count
    and  434 █████████████▍                 10,000┤
    i    335 ██████████▍                          │
    to   249 ███████▊                        1,000┤⠑⣄⡀
    of   212 ██████▌                              │  ⠙⢄
    a    143 ████▍                             100┤    ⠙⢆⡀
    my   127 ███▉                                 │     ⠈⠙⢦⡀
    you  126 ███▉                               10┤        ⠙⢦⣀
    in   114 ███▌                                1┤          ⠑⢖⣀⣀
    that  89 ██▊                                  └┬──────┬───────┬
    is    83 ██▋                                   1     100 10,000
    and 9 more                                           rank
    16 of 33 plays are counted.
    In these, 3,408 different words of 10,197
    ");
    insta::assert_snapshot!(frame("word_count", 20000, 33, 1.0), @"
    the most frequent words                 count against rank: Zipf's law is the
                                            straight line
    the  1,847 ███████████████████████████  count
    and    894 █████████████▏               10,000┤
    i      671 █████████▊                         │⢄
    to     492 ███████▎                      1,000┤ ⠉⢢⡀
    of     386 █████▋                             │   ⠙⢦⡀
    a      304 ████▌                           100┤     ⠙⢦⡀
    you    246 ███▋                               │       ⠙⢦⡀
    my     243 ███▌                             10┤         ⠉⠦⣄
    in     193 ██▉                               1┤           ⠘⢖⣀⣀
    is     181 ██▋                                └┬──────┬───────┬
    that   171 ██▌                                 1     100 10,000
    and 9 more                                           rank
    5,494 different words of 20,000
    The 20 most frequent are 34 % of all.
    ");
}

#[test]
fn a_run_that_goes_on_is_drawn_up_to_now() {
    let case = Case { size: 101, seed: 1, workers: 2, clock: Clock::Real, sweep: None, input: None };
    let mut record = record(6);
    // The sixth task has not begun yet.
    record.events.retain(|event| event.time < 3_000_000);
    record.taken = 3_000_000;
    let julia = find("julia").expect("it is in the course").film(&case);
    assert_eq!(julia.live(&record).caption[0], "3 of 6 bands are done, 2 in work: theirs are small letters.");
    assert_eq!(julia.live(&Record::default()).caption[0], "No band has begun: there are no tasks yet.");
}
