//! The whole way of a student through an exercise, up to the pass.

use std::fs;

use super::{classroom::Classroom, session::Session};

#[test]
fn a_student_opens_pi_makes_it_parallel_sees_the_pass_and_quits() {
    // The place in which the tests of the grader build: much is there already when they have run.
    let classroom = Classroom::new("workshop/verify");
    let (pi, solution) = (classroom.file("exercises/pi.rs"), classroom.file("solutions/pi.rs"));
    let mut session = Session::start(&classroom, [100, 30], &["pi"], &[]);

    session.wait_for("the course and its exercise", |screen| screen.contains("Course") && screen.contains("○ pi"));
    session.press("\r");
    session.wait_for("the starter to be right, and not solved", |screen| {
        screen.contains("✓ Right on the small case") && screen.contains("Not solved yet")
    });

    // As many editors save: another file takes the name.
    let other = classroom.file("exercises/pi.rs.new");
    fs::write(&other, fs::read_to_string(&pi).unwrap() + "\nfn broken() -> u64 { \"text\" }\n").unwrap();
    fs::rename(&other, &pi).unwrap();
    session.wait_for("the compiler's words, with the student's own path", |screen| {
        screen.contains("Does not compile")
            && screen.contains("mismatched types")
            && screen.contains("exercises/pi.rs:")
    });
    assert!(!session.screen().contains("main/../"), "{}", session.screen());

    fs::copy(solution, pi).unwrap();
    session.wait_for("the small case", |screen| screen.contains("✓ Right on the small case"));
    // Nothing is raced on one core.
    session.wait_for("the first round", |screen| screen.contains("parallel █") || screen.contains("? Inconclusive"));
    let passed = see_the_pass(&mut session);
    session.wait_for("all of the verdict", |screen| {
        // Where nothing can be said, the reasons need the room.
        screen.contains("worker 0") && (!passed || screen.contains("asked    █"))
    });
    session.press("8");
    session.wait_for("the comparison", |screen| {
        let expected =
            if passed { "✓ Your file is the version that passed last" } else { "No version of yours has passed yet" };
        screen.contains(expected)
    });
    session.press("x");
    session.wait_for("the solution, after a pass", |screen| {
        screen.contains(if passed { "+ // BEGIN SOLUTION" } else { "The solution is for afterwards" })
    });
    session.press("q");
    session.press("5");
    session.wait_for("the objects", |screen| screen.contains("hits_task") && screen.contains("made by"));
    session.press("q");
    session.press("7");
    session.wait_for("the output", |screen| screen.contains("On the small case your program printed nothing."));
    session.press("q");
    session.press("6");
    session.wait_for("the replay", |screen| screen.contains("▶") && screen.contains("darts thrown so far"));
    session.wait_for("its end", |screen| screen.contains("■") && screen.contains("pi is about 3.1"));
    session.press("p");
    session
        .wait_for("where the picture went", |screen| screen.contains("The picture is in exercises/pictures/pi.png."));
    assert!(fs::read(classroom.file("exercises/pictures/pi.png")).unwrap().starts_with(b"\x89PNG"));
    session.press("q");

    session.press("s");
    session.wait_for("the sliders", |screen| screen.contains("› batch") && screen.contains(" 100,000,001 darts"));
    session.press("\r");
    session.wait_for("the sweep", |screen| screen.contains("Fastest with batch"));
    let screen = session.screen();
    assert!(screen.contains("time against batch") && screen.contains("70,000,000"), "{screen}");
    session.press("j");
    session.wait_for("another knob", |screen| screen.contains("› workers") && !screen.contains("time against"));
    session.press("s");
    session.wait_for("the next sweep", |screen| screen.contains("time against workers"));
    session.press("q");
    session.wait_for("the overview", |screen| screen.contains("Course ─"));

    session.press("q");
    assert_eq!(session.end(), 0);
    let state = if passed { "\"state\": \"solved\"" } else { "\"state\": \"tried\"" };
    assert!(classroom.progress().contains(state), "{}", classroom.progress());
}

/// Waits for the pass. On a machine that is busy with other things, or has one core, the honest verdict is that nothing can
/// be said, or something has no end within its limit; a student would check again, and so does this, four times.
/// Returns whether it was a pass.
fn see_the_pass(session: &mut Session) -> bool {
    const ENDS: [&str; 5] =
        ["✓ Pass", "◐ Right, too slow", "? Inconclusive", "✗ Out of time", "✗ could not be checked"];
    for _ in 0..4 {
        session.wait_for("a verdict", |screen| ENDS.iter().any(|end| screen.contains(end)));
        if session.screen().contains("✓ Pass") {
            return true;
        }
        session.press("r");
        session.wait_for("the next check", |screen| !ENDS.iter().any(|end| screen.contains(end)));
    }
    session.wait_for("a verdict", |screen| ENDS.iter().any(|end| screen.contains(end)));
    let screen = session.screen();
    let passed = screen.contains("✓ Pass");
    assert!(passed || screen.contains("? Inconclusive"), "{screen}");
    passed
}
