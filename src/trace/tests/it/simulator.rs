//! A tiny runtime on paper: random programs, run by an event queue on a few slots, recorded as a real one would be. What
//! the record must say is worked out from the program and the queue, apart from all code under test.

mod phases;
mod program;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

use trace::{DRIVER, Event, Kind, ROOT, Record, Site, Status};

use phases::Phases;
use program::{ACTORS, Asked, Program, Random, Step};

/// What the tables of a record must say. Tasks by their number.
#[derive(Debug, Default)]
pub(crate) struct Truth {
    pub(crate) own: BTreeMap<u64, u64>,
    pub(crate) busy: Vec<u64>,
    pub(crate) overlap: u64,
    pub(crate) span: u64,
    pub(crate) depth: u64,
    pub(crate) puts: u64,
    pub(crate) late_puts: u64,
    pub(crate) first_tasks: u64,
    pub(crate) get_phases: u64,
    /// Levels of the worst reduction beyond those of a balanced tree.
    pub(crate) excess_levels: u64,
    pub(crate) kernel_overlap: u64,
    pub(crate) actor_overlap: u64,
    pub(crate) calls: u64,
    pub(crate) retries: u64,
    pub(crate) cancelled: u64,
    pub(crate) actors: [Served; ACTORS],
    /// How far the progress bar is.
    pub(crate) progress: u64,
}

/// What an actor did.
#[derive(Debug, Default)]
pub(crate) struct Served {
    pub(crate) calls: u64,
    pub(crate) busy: u64,
    pub(crate) longest_queue: u64,
}

/// Where the progress bar ends.
pub(crate) const TOTAL: u64 = 100;

/// Runs a random program of about so many tasks.
pub(crate) fn simulate(seed: u64, tasks: usize, workers: u16) -> (Record, Truth) {
    let mut random = Random(seed);
    let program = Program::random(&mut random, tasks);
    let mut simulator = Simulator::new(&program, random, workers);
    simulator.run();
    simulator.run_kernels();
    let mut truth = simulator.truth;
    truth.own = simulator.ids.iter().map(|(&task, &id)| (id, simulator.own[task])).collect();
    truth.span = simulator.chains.into_iter().max().unwrap_or(0);
    truth.depth = program.depths().into_iter().max().unwrap_or(0);
    truth.first_tasks = program.first_tasks().len() as u64;
    truth.get_phases = simulator.phases.iter().map(|phases| phases.count).max().unwrap_or(0);
    truth.excess_levels = program.excess_levels(simulator.phases.iter().flat_map(Phases::got));
    (simulator.record, truth)
}

/// A thread: the tasks that it is in, from the outermost in, with the next step of each.
struct Thread {
    frames: Vec<(usize, usize)>,
    slot: Option<u16>,
    /// The actor that it serves for.
    actor: Option<usize>,
    waits_for: Option<Asked>,
}

/// An actor: calls that it is to serve, and the last one that it began.
#[derive(Default)]
struct Actor {
    id: u64,
    mailbox: VecDeque<usize>,
    serves: bool,
    last: Option<usize>,
}

struct Simulator<'a> {
    program: &'a Program,
    random: Random,
    record: Record,
    truth: Truth,
    now: u64,
    last_number: u64,
    /// The numbers of the tasks submitted so far.
    ids: BTreeMap<usize, u64>,
    /// How many arguments each submitted task lacks.
    lacks: BTreeMap<usize, usize>,
    queue: VecDeque<usize>,
    actors: [Actor; ACTORS],
    started: BTreeSet<usize>,
    to_stop: BTreeSet<usize>,
    attempts: Vec<u64>,
    done: Vec<bool>,
    /// In the order of their ends.
    ended: Vec<usize>,
    /// The longest chain of work up to where each task is.
    chains: Vec<u64>,
    own: Vec<u64>,
    phases: Vec<Phases>,
    threads: Vec<Thread>,
    /// When which thread goes on.
    agenda: BinaryHeap<Reverse<(u64, u64, usize)>>,
    agenda_count: u64,
    free: Vec<u16>,
    returning: VecDeque<usize>,
}

impl<'a> Simulator<'a> {
    fn new(program: &'a Program, random: Random, workers: u16) -> Self {
        let site = |function: &str, line| Site { function: function.to_owned(), file: "program.rs".to_owned(), line };
        let sites = vec![site("", 1), site("one", 2), site("other", 3), site("Counter", 4), site("pages", 5)];
        let tasks = program.tasks.len();
        Self {
            program,
            random,
            record: Record { workers, sites, ..Record::default() },
            truth: Truth { busy: vec![0; usize::from(workers)], ..Truth::default() },
            now: 1_000,
            last_number: 0,
            ids: BTreeMap::new(),
            lacks: BTreeMap::new(),
            queue: VecDeque::new(),
            actors: Default::default(),
            started: BTreeSet::new(),
            to_stop: BTreeSet::new(),
            attempts: vec![1; tasks],
            done: vec![false; tasks],
            ended: Vec::new(),
            chains: vec![0; tasks],
            own: vec![0; tasks],
            phases: (0..tasks).map(|_| Phases::default()).collect(),
            threads: vec![Thread { frames: vec![(0, 0)], slot: None, actor: None, waits_for: None }],
            agenda: BinaryHeap::new(),
            agenda_count: 0,
            free: (0..workers).collect(),
            returning: VecDeque::new(),
        }
    }

    fn run(&mut self) {
        for actor in 0..ACTORS {
            self.actors[actor].id = self.number();
            self.emit(0, Kind::ActorStart, 3, self.actors[actor].id, ROOT);
        }
        self.emit(0, Kind::ProgressBegin, 4, 1, TOTAL);
        self.later(0, 0);
        while let Some(Reverse((time, _, thread))) = self.agenda.pop() {
            self.pass_until(time);
            while self.step(thread) {}
            self.hand_out();
        }
        assert!(self.done[1..].iter().all(|&done| done), "the simulator left a task");
        for actor in 0..ACTORS {
            self.emit(0, Kind::ActorEnd, 0, self.actors[actor].id, Status::Done as u64);
        }
        self.record.taken = self.now;
    }

    /// Kernel threads at work at some times of the run, each stretch after the one before it on its thread.
    fn run_kernels(&mut self) {
        let mut at_work = vec![0_u64; self.now as usize + 1];
        for thread in 0..self.random.below(4) {
            let mut time = self.random.below(self.now);
            while self.random.below(4) > 0 {
                let end = (time + self.random.below(200)).min(self.now);
                for (kind, time) in [(Kind::KernelBegin, time), (Kind::KernelEnd, end)] {
                    self.record.events.push(Event { time, worker: DRIVER, kind, site: 0, a: ROOT, b: thread });
                }
                at_work[time as usize..end as usize].iter_mut().for_each(|threads| *threads += 1);
                time = (end + self.random.below(50)).min(self.now);
            }
        }
        self.record.events.sort_by_key(|event| event.time);
        self.truth.kernel_overlap = at_work.iter().filter(|&&threads| threads >= 2).count() as u64;
    }

    fn pass_until(&mut self, time: u64) {
        let passes = time - self.now;
        let free = &self.free;
        for worker in (0..self.record.workers).filter(|worker| !free.contains(worker)) {
            self.truth.busy[usize::from(worker)] += passes;
        }
        let at_work = usize::from(self.record.workers) - free.len();
        if at_work >= 2 {
            self.truth.overlap += passes;
        }
        let serving = self.actors.iter().filter(|actor| actor.serves).count();
        if serving >= 1 && serving + at_work >= 2 {
            self.truth.actor_overlap += passes;
        }
        if passes > 0 {
            for (actor, truth) in self.actors.iter().zip(&mut self.truth.actors) {
                truth.busy += if actor.serves { passes } else { 0 };
                truth.longest_queue = truth.longest_queue.max(actor.mailbox.len() as u64);
            }
        }
        self.now = time;
    }

    fn later(&mut self, thread: usize, wait: u64) {
        self.agenda_count += 1;
        self.agenda.push(Reverse((self.now + wait, self.agenda_count, thread)));
    }

    fn emit(&mut self, thread: usize, kind: Kind, site: u32, a: u64, b: u64) {
        let worker = self.threads[thread].slot.unwrap_or(DRIVER);
        self.record.events.push(Event { time: self.now, worker, kind, site, a, b });
    }

    fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    fn id(&self, task: usize) -> u64 {
        if task == 0 { ROOT } else { self.ids[&task] }
    }

    /// The thread's next step; whether it can go on at once.
    fn step(&mut self, thread: usize) -> bool {
        let Some(&(task, place)) = self.threads[thread].frames.last() else { return false };
        if self.to_stop.contains(&task) {
            return self.finish(thread, task, Status::Cancelled);
        }
        let Some(step) = self.program.tasks[task].get(place).cloned() else {
            return self.succeed_or_retry(thread, task);
        };
        let id = self.id(task);
        self.threads[thread].frames.last_mut().unwrap().1 += 1;
        match step {
            Step::Work(length) => {
                // The driver's own work is not recorded.
                let recorded = if task == 0 { 0 } else { length };
                self.own[task] += recorded;
                self.chains[task] += recorded;
                self.later(thread, length);
                return false;
            }
            Step::Put => self.put(thread, task, place),
            Step::Submit(child) => self.submit(thread, task, child),
            Step::Ask(asked) => self.ask(thread, task, &asked),
            Step::Await(asked) => return self.wait(thread, task, asked),
            Step::Doze(length) => {
                self.emit(thread, Kind::SleepBegin, 0, id, length);
                self.later(thread, length);
                return false;
            }
            Step::Wake => self.emit(thread, Kind::SleepEnd, 0, id, 0),
            Step::Cancel(child) => self.cancel(thread, id, child),
            Step::Give => {
                let object = self.number();
                self.emit(thread, Kind::Yield, 0, id, object);
            }
            Step::Progress => {
                self.truth.progress += 1;
                self.emit(thread, Kind::Progress, 0, 1, self.truth.progress);
            }
        }
        true
    }

    fn put(&mut self, thread: usize, task: usize, place: usize) {
        let object = self.number();
        self.truth.puts += 1;
        let has_waited = self.program.tasks[task][..place].iter().any(|step| matches!(step, Step::Ask(_)));
        let perhaps_of_a_call = task == 0 && self.actors.iter().any(|actor| actor.serves);
        self.truth.late_puts += u64::from(has_waited && !perhaps_of_a_call);
        self.emit(thread, Kind::Put, 0, object, 8);
    }

    fn submit(&mut self, thread: usize, task: usize, child: usize) {
        let (id, parent) = (self.number(), self.id(task));
        let site = 1 + self.random.below(2) as u32;
        self.ids.insert(child, id);
        self.record.tasks += 1;
        self.chains[child] = self.chains[task];
        self.phases[task].submit();
        self.emit(thread, Kind::Submit, site, id, parent);
        if let Some(actor) = self.program.actors[child] {
            self.truth.calls += 1;
            self.emit(thread, Kind::Call, 0, id, self.actors[actor].id);
        }
        self.emit(thread, Kind::Value, 0, id, 8);
        let program = self.program;
        for argument in &program.arguments[child] {
            let object = self.ids[argument];
            self.emit(thread, Kind::Argument, 0, id, object);
        }
        let lacks = program.arguments[child].iter().filter(|&&argument| !self.done[argument]).count();
        self.lacks.insert(child, lacks);
        if lacks == 0 {
            match program.actors[child] {
                Some(actor) => self.actors[actor].mailbox.push_back(child),
                None => self.queue.push_back(child),
            }
            self.hand_out();
        }
    }

    fn ask(&mut self, thread: usize, task: usize, asked: &Asked) {
        self.phases[task].ask(asked, &self.done);
        let kind = if asked.wanted.is_some() { Kind::WaitBegin } else { Kind::GetBegin };
        let id = self.id(task);
        self.emit(thread, kind, 0, id, asked.count() as u64);
        for child in &asked.tasks {
            let object = self.ids[child];
            self.emit(thread, Kind::GetObject, 0, id, object);
        }
    }

    /// The tasks that a wait ends with, if enough are there: the first that ended.
    fn found(&self, asked: &Asked) -> Option<Vec<usize>> {
        let there = self.ended.iter().copied().filter(|task| asked.tasks.contains(task));
        let found: Vec<usize> = there.take(asked.count()).collect();
        (found.len() == asked.count()).then_some(found)
    }

    fn wait(&mut self, thread: usize, task: usize, asked: Asked) -> bool {
        let id = self.id(task);
        if let Some(found) = self.found(&asked) {
            let kind = if asked.wanted.is_some() { Kind::WaitEnd } else { Kind::GetEnd };
            self.emit(thread, kind, 0, id, found.len() as u64);
            for result in found {
                self.chains[task] = self.chains[task].max(self.chains[result]);
            }
            return true;
        }
        self.threads[thread].frames.last_mut().unwrap().1 -= 1;
        if id != ROOT && asked.wanted.is_none() && self.random.below(3) > 0 {
            let unstarted = self.queue.iter().position(|task| asked.tasks.contains(task));
            if let Some(task) = unstarted.and_then(|place| self.queue.remove(place)) {
                self.threads[thread].frames.push((task, 0));
                self.start(thread, task, true);
                return true;
            }
        }
        if let Some(slot) = self.threads[thread].slot {
            self.emit(thread, Kind::SlotReleased, 0, id, 0);
            self.threads[thread].slot = None;
            self.free.push(slot);
        }
        self.threads[thread].waits_for = Some(asked);
        false
    }

    fn start(&mut self, thread: usize, task: usize, inline: bool) {
        let program = self.program;
        let before = program.arguments[task].iter().map(|&argument| self.chains[argument]).max().unwrap_or(0);
        self.chains[task] = self.chains[task].max(before);
        self.started.insert(task);
        self.emit(thread, Kind::Start, 0, self.ids[&task], u64::from(inline));
    }

    fn cancel(&mut self, thread: usize, by: u64, task: usize) {
        let id = self.ids[&task];
        self.emit(thread, Kind::Cancel, 0, id, by);
        if self.done[task] {
            return;
        }
        if self.started.contains(&task) {
            self.to_stop.insert(task);
            return;
        }
        self.queue.retain(|&queued| queued != task);
        for actor in &mut self.actors {
            actor.mailbox.retain(|&call| call != task);
        }
        self.end(thread, task, Status::Cancelled);
    }

    fn succeed_or_retry(&mut self, thread: usize, task: usize) -> bool {
        if self.attempts[task] > self.program.failures[task] {
            return self.finish(thread, task, Status::Done);
        }
        self.attempts[task] += 1;
        self.truth.retries += 1;
        self.emit(thread, Kind::Retry, 0, self.ids[&task], self.attempts[task]);
        self.threads[thread].frames.last_mut().unwrap().1 = 0;
        true
    }

    fn finish(&mut self, thread: usize, task: usize, status: Status) -> bool {
        self.threads[thread].frames.pop();
        if task == 0 {
            return false;
        }
        self.end(thread, task, status);
        if !self.threads[thread].frames.is_empty() {
            return true;
        }
        match (self.threads[thread].actor, self.threads[thread].slot.take()) {
            (Some(actor), _) => self.actors[actor].serves = false,
            (None, slot) => self.free.push(slot.expect("a task ends on a slot")),
        }
        false
    }

    fn end(&mut self, thread: usize, task: usize, status: Status) {
        let id = self.ids[&task];
        self.emit(thread, Kind::End, 0, id, status as u64);
        self.truth.cancelled += u64::from(status == Status::Cancelled);
        self.done[task] = true;
        self.ended.push(task);
        self.enable(thread, task);
        self.wake();
    }

    /// Queues the tasks that lacked nothing but this one.
    fn enable(&mut self, thread: usize, task: usize) {
        let submitted: Vec<(usize, u64)> = self.ids.iter().map(|(&task, &id)| (task, id)).collect();
        for (dependant, id) in submitted {
            let times = self.program.arguments[dependant].iter().filter(|&&argument| argument == task).count();
            let lacks = self.lacks.get_mut(&dependant).unwrap();
            if times > 0 && *lacks > 0 && !self.done[dependant] {
                *lacks -= times;
                if *lacks == 0 {
                    self.emit(thread, Kind::Ready, 0, id, 0);
                    self.queue.push_back(dependant);
                }
            }
        }
    }

    /// Lets the threads go on whose wait is over: the driver at once, a task when there is a slot.
    fn wake(&mut self) {
        for thread in 0..self.threads.len() {
            let over = self.threads[thread].waits_for.as_ref().is_some_and(|asked| self.found(asked).is_some());
            if over {
                self.threads[thread].waits_for = None;
                if thread == 0 {
                    let wait = self.random.below(5);
                    self.later(0, wait);
                } else {
                    self.returning.push_back(thread);
                }
            }
        }
    }

    /// Gives free slots away: to blocked tasks first, then to queued ones; and calls to actors.
    fn hand_out(&mut self) {
        while let Some(slot) = self.free.pop() {
            if let Some(thread) = self.returning.pop_front() {
                self.threads[thread].slot = Some(slot);
                let id = self.id(self.threads[thread].frames.last().unwrap().0);
                self.emit(thread, Kind::SlotAcquired, 0, id, 0);
                self.later(thread, 0);
            } else if let Some(task) = self.queue.pop_front() {
                self.begin(task, Some(slot), None);
            } else {
                self.free.push(slot);
                break;
            }
        }
        for actor in 0..ACTORS {
            let free = !self.actors[actor].serves;
            if let Some(call) = self.actors[actor].mailbox.pop_front_if(|_| free) {
                self.actors[actor].serves = true;
                self.truth.actors[actor].calls += 1;
                let before = self.actors[actor].last.replace(call).map_or(0, |before| self.chains[before]);
                self.chains[call] = self.chains[call].max(before);
                self.begin(call, None, Some(actor));
            }
        }
    }

    fn begin(&mut self, task: usize, slot: Option<u16>, actor: Option<usize>) {
        self.threads.push(Thread { frames: vec![(task, 0)], slot, actor, waits_for: None });
        let thread = self.threads.len() - 1;
        self.start(thread, task, false);
        self.later(thread, 0);
    }
}
