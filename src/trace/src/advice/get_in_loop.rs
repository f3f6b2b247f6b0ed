//! Each task was awaited before the next was submitted.

use super::seen::{Seen, at_line};
use super::{Finding, Rule};
use crate::text::{count, percent};
use crate::{Event, Kind};

/// So many in a row, from the same two lines, are a loop. One or two are also what a program without loops does.
const ROUNDS: u64 = 3;

/// From this share of the time on, one worker alone did the work, and saying so is the clearest picture.
const ALONE: f64 = 0.8;

pub(super) fn find(seen: &Seen) -> Option<Finding> {
    let streak = longest_streak(seen)?;
    let site = seen.site(streak.get_site);
    let text = format!(
        "{} was awaited before the next began{}: {}. Submit all, then get_all.",
        if streak.rounds == seen.measures.tasks {
            "Each task".to_owned()
        } else {
            format!("Each of {} tasks", count(streak.rounds))
        },
        at_line(site.as_ref()),
        shares(seen),
    );
    Some(Finding { rule: Rule::GetInLoop, site, text, gain: seen.gain(streak.lost) })
}

/// Rounds of submit, get, submit, get by one caller.
#[derive(Clone, Copy, Default)]
struct Streak {
    submit_site: u32,
    get_site: u32,
    rounds: u64,
    /// Idle nanoseconds in these rounds, per worker.
    lost: f64,
}

/// Where a caller is in its round.
#[derive(Clone, Copy, Default)]
enum Round {
    #[default]
    Open,
    Submitted {
        task: u64,
        site: u32,
        since: u64,
    },
    Awaited {
        task: u64,
        site: u32,
        since: u64,
        get_site: u32,
    },
    /// Something else: more than one task under way, a wait for something older, or for some of several results.
    Other,
}

#[derive(Clone, Default)]
struct Caller {
    round: Round,
    streak: Streak,
}

fn longest_streak(seen: &Seen) -> Option<Streak> {
    let mut callers: Vec<Caller> = seen.for_each_caller();
    let mut longest: Option<Streak> = None;
    // A call is served in its turn, whether it is awaited or not.
    let is_call = |event: &Event| event.kind == Kind::Submit && seen.tasks.is_call(event.a);
    for event in seen.events.iter().filter(|event| !is_call(event)) {
        let by = if event.kind == Kind::Submit { event.b } else { event.a };
        let Some(caller) = seen.place(by).map(|place| &mut callers[place]) else { continue };
        if let Some(since) = caller.follow(event) {
            caller.streak.lost += seen.idle(since, event.time);
            if caller.streak.rounds >= ROUNDS && longest.is_none_or(|longest| longest.lost < caller.streak.lost) {
                longest = Some(caller.streak);
            }
        }
    }
    longest
}

impl Caller {
    /// Takes in what the caller did next; when a round is complete, since when it lasted.
    fn follow(&mut self, event: &Event) -> Option<u64> {
        self.round = match (self.round, event.kind) {
            (Round::Open, Kind::Submit) => Round::Submitted { task: event.a, site: event.site, since: event.time },
            (Round::Submitted { task, site, since }, Kind::GetBegin) if event.b == 1 => {
                Round::Awaited { task, site, since, get_site: event.site }
            }
            (Round::Awaited { task, .. }, Kind::GetObject) if task == event.b => return None,
            (Round::Awaited { site, since, get_site, .. }, Kind::GetEnd) => {
                self.round = Round::Open;
                self.count(site, get_site);
                return Some(since);
            }
            (Round::Other, Kind::GetEnd | Kind::WaitEnd) => Round::Open,
            (_, Kind::Submit | Kind::GetBegin | Kind::GetObject | Kind::WaitBegin) => {
                self.streak = Streak::default();
                Round::Other
            }
            (round, _) => round,
        };
        None
    }

    fn count(&mut self, submit_site: u32, get_site: u32) {
        if self.streak.rounds == 0 || (self.streak.submit_site, self.streak.get_site) != (submit_site, get_site) {
            self.streak = Streak { submit_site, get_site, ..Streak::default() };
        }
        self.streak.rounds += 1;
    }
}

fn shares(seen: &Seen) -> String {
    let mut shares: Vec<f64> = seen.measures.busy.iter().map(|&busy| busy as f64 / seen.wall()).collect();
    shares.sort_by(|one, other| other.total_cmp(one));
    match shares[..] {
        [most, rest] if most >= ALONE => format!("one worker busy {}, the other {}", percent(most), percent(rest)),
        [most, rest, ..] if most >= ALONE => {
            format!("one worker busy {}, the others {} at most", percent(most), percent(rest))
        }
        [most, ..] => format!("the workers took turns, none busy more than {}", percent(most)),
        [] => "no worker at all".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Context, Rule, advise};
    use crate::script::Script;
    use crate::{DRIVER, ROOT};

    const CONTEXT: Context =
        Context { serial: 0.4, parallel: 0.4, cpu: Some(0.4), threshold: 1.6, units: (1_000_000, "darts") };

    /// Both workers busy all the time.
    const BUSY: Context = Context { serial: 0.8, cpu: Some(0.8), ..CONTEXT };

    /// Ten tasks of 40 ms, each awaited at once, on a worker that the test names.
    fn loop_on(worker_of: impl Fn(u64) -> u16) -> Script {
        loop_on_from(0, worker_of)
    }

    fn loop_on_from(begin: u64, worker_of: impl Fn(u64) -> u16) -> Script {
        let mut script = Script::new(2);
        for round in 0..10 {
            let (time, task) = (begin + round * 40_400_000, round + 1);
            script = script
                .submit(time, ROOT, task, "hits_task", 30)
                .get_begin(time + 100, DRIVER, ROOT, 31, &[task])
                .run(worker_of(round), task, time + 200_000, time + 40_200_000)
                .get_end(time + 40_300_000, DRIVER, ROOT);
        }
        script
    }

    #[test]
    fn a_get_in_the_loop_is_the_only_cause() {
        let findings = advise(&loop_on(|_| 0).record(), &CONTEXT);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].rule, Rule::GetInLoop);
        assert_eq!(
            findings[0].text,
            "Each task was awaited before the next began (line 31): one worker busy 99 %, the other 0 %. \
             Submit all, then get_all."
        );
        assert_eq!(findings[0].site.as_ref().unwrap().line, 31);
        assert!((1.9..2.1).contains(&findings[0].gain), "{}", findings[0].gain);
    }

    #[test]
    fn workers_that_take_turns_are_described_as_such() {
        let findings = advise(&loop_on(|round| (round % 2) as u16).record(), &CONTEXT);
        assert_eq!(
            findings[0].text,
            "Each task was awaited before the next began (line 31): the workers took turns, none busy more than 50 %. \
             Submit all, then get_all."
        );
    }

    #[test]
    fn a_loop_after_another_phase_is_found() {
        let warm_up = |script: Script| {
            script
                .submit(0, ROOT, 11, "f", 5)
                .submit(0, ROOT, 12, "f", 5)
                .run(0, 11, 1, 2)
                .run(1, 12, 1, 2)
                .get_begin(3, DRIVER, ROOT, 6, &[11, 12])
                .get_end(4, DRIVER, ROOT)
        };
        let findings = advise(&warm_up(loop_on_from(5, |_| 0)).record(), &CONTEXT);
        assert!(findings[0].text.starts_with("Each of 10 tasks was awaited before the next began (line 31)"));
    }

    #[test]
    fn a_wait_for_the_first_of_several_is_no_such_loop() {
        let mut script = Script::new(2).submit(0, ROOT, 1, "f", 30).submit(0, ROOT, 2, "f", 30);
        for round in 0..10 {
            let (time, task) = (round * 40_000_000, round + 1);
            script = script
                .run((round % 2) as u16, task, time + 100, time + 40_000_000)
                .wait_begin(time + 200, ROOT, 31, 1, &[task, task + 1])
                .wait_end(time + 40_000_000, ROOT, 1)
                .get_begin(time + 40_000_000, DRIVER, ROOT, 32, &[task])
                .get_end(time + 40_000_000, DRIVER, ROOT)
                .submit(time + 40_000_000, ROOT, task + 2, "f", 30);
        }
        let findings = advise(&script.record(), &CONTEXT);
        assert!(findings.iter().all(|finding| finding.rule != Rule::GetInLoop), "{findings:?}");

        let mut script = Script::new(2);
        for round in 0..10 {
            let (time, task) = (round * 40_000_000, round + 1);
            script = script
                .submit(time, ROOT, task, "f", 30)
                .wait_begin(time + 100, ROOT, 31, 1, &[task])
                .run(0, task, time + 200, time + 39_000_000)
                .wait_end(time + 39_000_000, ROOT, 1);
        }
        let findings = advise(&script.record(), &CONTEXT);
        assert!(findings.iter().all(|finding| finding.rule != Rule::GetInLoop), "{findings:?}");
    }

    #[test]
    fn calls_that_are_awaited_are_none_either_and_calls_beside_the_loop_do_not_hide_it() {
        let calls = |script: Script, awaited: bool| {
            (0..10).fold(script.actor(0, ROOT, 100, "Log", 9), |script, round| {
                let (time, call) = (round * 40_400_000 + 40_300_100, 101 + round);
                let script = script.call(time, ROOT, call, 100, "write", 33).run(DRIVER, call, time + 100, time + 200);
                if awaited {
                    script.get_begin(time, DRIVER, ROOT, 34, &[call]).get_end(time + 250, DRIVER, ROOT)
                } else {
                    script
                }
            })
        };
        let findings = advise(&calls(Script::new(2), true).record(), &CONTEXT);
        assert!(findings.iter().all(|finding| finding.rule != Rule::GetInLoop), "{findings:?}");
        let findings = advise(&calls(loop_on(|_| 0), false).record(), &CONTEXT);
        assert_eq!(findings[0].rule, Rule::GetInLoop, "{findings:?}");
    }

    #[test]
    fn two_gets_after_two_submissions_are_no_such_loop() {
        let mut script = Script::new(2);
        for round in 0..10 {
            let (time, task) = (round * 40_400_000, 2 * round + 1);
            script = script
                .submit(time, ROOT, task, "f", 30)
                .submit(time + 50, ROOT, task + 1, "f", 30)
                .get_begin(time + 100, DRIVER, ROOT, 31, &[task])
                .run(0, task, time + 200, time + 40_000_000)
                .run(1, task + 1, time + 200, time + 40_100_000)
                .get_end(time + 40_000_100, DRIVER, ROOT)
                .get_begin(time + 40_000_200, DRIVER, ROOT, 32, &[task + 1])
                .get_end(time + 40_100_100, DRIVER, ROOT);
        }
        assert_eq!(advise(&script.record(), &BUSY), []);
    }

    #[test]
    fn awaited_tasks_that_keep_all_workers_busy_cost_nothing() {
        let mut script = Script::new(2);
        for round in 0..10 {
            let (time, task) = (round * 40_000_000, 3 * round + 1);
            script = script
                .submit(time, ROOT, task, "outer", 30)
                .get_begin(time + 100, DRIVER, ROOT, 31, &[task])
                .start(time + 200, 0, task)
                .submit(time + 300, task, task + 1, "half", 5)
                .run(1, task + 1, time + 400, time + 39_000_000)
                .end(time + 39_000_000, 0, task)
                .get_end(time + 39_000_100, DRIVER, ROOT);
        }
        assert_eq!(advise(&script.record(), &BUSY), []);
    }
}
