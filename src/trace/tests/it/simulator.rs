//! A tiny runtime on paper: random programs, run by an event queue on a few slots, recorded as a real one would be. What
//! the record must say is worked out from the program and the queue, apart from all code under test.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

use trace::{DRIVER, Event, Kind, ROOT, Record, Site, Status};

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
    /// Levels of the worst reduction beyond those of a balanced tree.
    pub(crate) excess_levels: u64,
    pub(crate) kernel_overlap: u64,
}

/// Runs a random program of about so many tasks.
pub(crate) fn simulate(seed: u64, tasks: usize, workers: u16) -> (Record, Truth) {
    let mut random = Random(seed);
    let program = Program::random(&mut random, tasks);
    let mut simulator = Simulator::new(&program, random, workers);
    simulator.run();
    simulator.run_kernels();
    let mut truth = simulator.truth;
    truth.own = simulator.ids.iter().map(|(&task, &id)| (id, program.work(task))).collect();
    let mut chains = Chains { program: &program, ends: BTreeMap::new(), depths: BTreeMap::new() };
    let root = chains.follow(0, 0);
    truth.span = chains.ends.values().copied().max().unwrap_or(0).max(root);
    truth.depth = chains.depths.values().copied().max().unwrap_or(0);
    truth.first_tasks = program.arguments[1..].iter().filter(|arguments| arguments.is_empty()).count() as u64;
    truth.excess_levels = Reductions { program: &program, depths: &chains.depths }.excess();
    (simulator.record, truth)
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (word ^ (word >> 31)) % bound
    }
}

/// What a task does, step by step. Task 0 is the driver.
struct Program {
    tasks: Vec<Vec<Step>>,
    arguments: Vec<Vec<usize>>,
}

#[derive(Clone)]
enum Step {
    Work(u64),
    Put,
    Submit(usize),
    /// Begins a wait for some of the tasks it submitted.
    Ask(Vec<usize>),
    /// Waits until they are there.
    Await(Vec<usize>),
    Doze(u64),
    Wake,
}

impl Program {
    fn random(random: &mut Random, tasks: usize) -> Self {
        let mut children = vec![Vec::new(); tasks + 1];
        for task in 1..=tasks {
            let parent = if random.below(2) == 0 { 0 } else { random.below(task as u64) as usize };
            children[parent].push(task);
        }
        let mut program = Self { tasks: vec![Vec::new(); tasks + 1], arguments: vec![Vec::new(); tasks + 1] };
        for (task, children) in children.iter().enumerate() {
            program.write(random, task, children);
        }
        program
    }

    fn write(&mut self, random: &mut Random, task: usize, children: &[usize]) {
        let mut steps = vec![Step::Work(random.below(200))];
        for (index, &child) in children.iter().enumerate() {
            for &earlier in &children[..index] {
                if random.below(4) == 0 {
                    self.arguments[child].push(earlier);
                }
            }
            steps.push(Step::Submit(child));
            match random.below(6) {
                0 => steps.push(Step::Work(random.below(300))),
                1 => steps.extend([Step::Doze(random.below(100)), Step::Wake]),
                2 => steps.push(Step::Put),
                3 | 4 => {
                    let some: Vec<usize> =
                        children[..=index].iter().copied().filter(|_| random.below(2) == 0).collect();
                    steps.extend([Step::Ask(some.clone()), Step::Await(some)]);
                }
                _ => {}
            }
        }
        steps.push(Step::Work(random.below(200)));
        self.tasks[task] = steps;
    }

    fn work(&self, task: usize) -> u64 {
        let lengths = self.tasks[task].iter().map(|step| if let Step::Work(length) = step { *length } else { 0 });
        lengths.sum()
    }
}

/// Longest chains by the program alone: what is submitted, taken as an argument and waited for is known without a run.
struct Chains<'a> {
    program: &'a Program,
    ends: BTreeMap<usize, u64>,
    depths: BTreeMap<usize, u64>,
}

impl Chains<'_> {
    fn follow(&mut self, task: usize, mut length: u64) -> u64 {
        for step in &self.program.tasks[task] {
            match step {
                // The driver's own work is not recorded.
                Step::Work(work) if task != 0 => length += work,
                Step::Submit(child) => {
                    let arguments = &self.program.arguments[*child];
                    let begin = arguments.iter().map(|argument| self.ends[argument]).max().unwrap_or(0).max(length);
                    let depth = 1 + arguments.iter().map(|argument| self.depths[argument]).max().unwrap_or(0);
                    let end = self.follow(*child, begin);
                    self.ends.insert(*child, end);
                    self.depths.insert(*child, depth);
                }
                Step::Await(children) => {
                    length = children.iter().map(|child| self.ends[child]).max().unwrap_or(0).max(length);
                }
                _ => {}
            }
        }
        length
    }
}

/// How results come together, by the program alone.
struct Reductions<'a> {
    program: &'a Program,
    depths: &'a BTreeMap<usize, u64>,
}

impl Reductions<'_> {
    fn excess(&self) -> u64 {
        let mut excesses = Vec::new();
        let mut met = false;
        for group in self.groups() {
            let depth = self.deepest(&group);
            met |= depth > 1;
            excesses.push(beyond_tree(depth - 1, self.first_tasks(&group)));
        }
        for got in self.got_together() {
            met = true;
            let groups: BTreeSet<BTreeSet<usize>> =
                self.groups().into_iter().filter(|group| !group.is_disjoint(&got)).collect();
            let first_tasks = groups.iter().map(|group| self.first_tasks(group)).sum();
            excesses.push(beyond_tree(self.deepest(&got) - 1 + got.len() as u64 - 1, first_tasks));
        }
        let all = self.program.tasks.len() as u64 - 1;
        if !met {
            excesses.push(beyond_tree(all.saturating_sub(1), all));
        }
        excesses.into_iter().max().unwrap_or(0)
    }

    fn deepest(&self, tasks: &BTreeSet<usize>) -> u64 {
        tasks.iter().map(|task| self.depths[task]).max().unwrap()
    }

    fn first_tasks(&self, tasks: &BTreeSet<usize>) -> u64 {
        tasks.iter().filter(|&&task| self.program.arguments[task].is_empty()).count() as u64
    }

    /// Tasks that are connected by arguments.
    fn groups(&self) -> Vec<BTreeSet<usize>> {
        let mut groups: Vec<BTreeSet<usize>> = Vec::new();
        for task in 1..self.program.tasks.len() {
            let mut group = BTreeSet::from([task]);
            group.extend(&self.program.arguments[task]);
            let (touched, apart) = groups.into_iter().partition(|other| !group.is_disjoint(other));
            group.extend(Vec::into_iter(touched).flatten());
            groups = apart;
            groups.push(group);
        }
        groups
    }

    /// The results that one task waits for between two submissions, where there are several.
    fn got_together(&self) -> Vec<BTreeSet<usize>> {
        let mut phases = Vec::new();
        for steps in &self.program.tasks {
            let mut got = BTreeSet::new();
            for step in steps {
                match step {
                    Step::Submit(_) => phases.push(std::mem::take(&mut got)),
                    Step::Ask(children) => got.extend(children.iter().copied()),
                    _ => {}
                }
            }
            phases.push(got);
        }
        phases.retain(|got| got.len() > 1);
        phases
    }
}

/// So many levels, beyond those of a balanced tree.
fn beyond_tree(levels: u64, leaves: u64) -> u64 {
    let tree = (0..).find(|&height| 1 << height >= leaves).unwrap();
    levels.saturating_sub(tree)
}

/// A thread: the tasks that it is in, from the outermost in, with the next step of each.
struct Thread {
    frames: Vec<(usize, usize)>,
    slot: Option<u16>,
    waits_for: Option<Vec<usize>>,
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
    done: Vec<bool>,
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
        Self {
            program,
            random,
            record: Record { workers, sites: vec![site("", 1), site("one", 2), site("other", 3)], ..Record::default() },
            truth: Truth { busy: vec![0; usize::from(workers)], ..Truth::default() },
            now: 1_000,
            last_number: 0,
            ids: BTreeMap::new(),
            lacks: BTreeMap::new(),
            queue: VecDeque::new(),
            done: vec![false; program.tasks.len()],
            threads: vec![Thread { frames: vec![(0, 0)], slot: None, waits_for: None }],
            agenda: BinaryHeap::new(),
            agenda_count: 0,
            free: (0..workers).collect(),
            returning: VecDeque::new(),
        }
    }

    fn run(&mut self) {
        self.later(0, 0);
        while let Some(Reverse((time, _, thread))) = self.agenda.pop() {
            self.pass_until(time);
            while self.step(thread) {}
            self.hand_out();
        }
        assert!(self.done[1..].iter().all(|&done| done), "the simulator left a task");
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
        let free = &self.free;
        for worker in (0..self.record.workers).filter(|worker| !free.contains(worker)) {
            self.truth.busy[usize::from(worker)] += time - self.now;
        }
        if usize::from(self.record.workers) - free.len() >= 2 {
            self.truth.overlap += time - self.now;
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
        let Some(step) = self.program.tasks[task].get(place).cloned() else { return self.finish(thread, task) };
        let id = self.id(task);
        self.threads[thread].frames.last_mut().unwrap().1 += 1;
        match step {
            Step::Work(length) => {
                self.later(thread, length);
                return false;
            }
            Step::Put => {
                let object = self.number();
                self.truth.puts += 1;
                let before = &self.program.tasks[task][..place];
                self.truth.late_puts += u64::from(before.iter().any(|step| matches!(step, Step::Ask(_))));
                self.emit(thread, Kind::Put, 0, object, 8);
            }
            Step::Submit(child) => self.submit(thread, id, child),
            Step::Ask(children) => {
                self.emit(thread, Kind::GetBegin, 0, id, children.len() as u64);
                for child in children {
                    let object = self.ids[&child];
                    self.emit(thread, Kind::GetObject, 0, id, object);
                }
            }
            Step::Await(children) => return self.wait(thread, id, children),
            Step::Doze(length) => {
                self.emit(thread, Kind::SleepBegin, 0, id, length);
                self.later(thread, length);
                return false;
            }
            Step::Wake => self.emit(thread, Kind::SleepEnd, 0, id, 0),
        }
        true
    }

    fn submit(&mut self, thread: usize, parent: u64, child: usize) {
        let id = self.number();
        let site = 1 + self.random.below(2) as u32;
        self.ids.insert(child, id);
        self.record.tasks += 1;
        self.emit(thread, Kind::Submit, site, id, parent);
        self.emit(thread, Kind::Value, 0, id, 8);
        let program = self.program;
        for argument in &program.arguments[child] {
            let object = self.ids[argument];
            self.emit(thread, Kind::Argument, 0, id, object);
        }
        let lacks = program.arguments[child].iter().filter(|&&argument| !self.done[argument]).count();
        self.lacks.insert(child, lacks);
        if lacks == 0 {
            self.queue.push_back(child);
            self.hand_out();
        }
    }

    fn wait(&mut self, thread: usize, id: u64, children: Vec<usize>) -> bool {
        if children.iter().all(|&child| self.done[child]) {
            self.emit(thread, Kind::GetEnd, 0, id, children.len() as u64);
            return true;
        }
        self.threads[thread].frames.last_mut().unwrap().1 -= 1;
        if id != ROOT && self.random.below(3) > 0 {
            let unstarted = self.queue.iter().position(|task| children.contains(task));
            if let Some(task) = unstarted.and_then(|place| self.queue.remove(place)) {
                let inline = self.ids[&task];
                self.emit(thread, Kind::Start, 0, inline, 1);
                self.threads[thread].frames.push((task, 0));
                return true;
            }
        }
        if let Some(slot) = self.threads[thread].slot {
            self.emit(thread, Kind::SlotReleased, 0, id, 0);
            self.threads[thread].slot = None;
            self.free.push(slot);
        }
        self.threads[thread].waits_for = Some(children);
        false
    }

    fn finish(&mut self, thread: usize, task: usize) -> bool {
        self.threads[thread].frames.pop();
        if task == 0 {
            return false;
        }
        let id = self.ids[&task];
        self.emit(thread, Kind::End, 0, id, Status::Done as u64);
        self.done[task] = true;
        self.enable(thread, task);
        self.wake();
        if !self.threads[thread].frames.is_empty() {
            return true;
        }
        let slot = self.threads[thread].slot.take().expect("a task ends on a slot");
        self.free.push(slot);
        false
    }

    /// Queues the tasks that lacked nothing but this one.
    fn enable(&mut self, thread: usize, task: usize) {
        let submitted: Vec<(usize, u64)> = self.ids.iter().map(|(&task, &id)| (task, id)).collect();
        for (dependant, id) in submitted {
            let times = self.program.arguments[dependant].iter().filter(|&&argument| argument == task).count();
            let lacks = self.lacks.get_mut(&dependant).unwrap();
            if times > 0 && *lacks > 0 {
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
            let over = |children: &Vec<usize>| children.iter().all(|&child| self.done[child]);
            if self.threads[thread].waits_for.as_ref().is_some_and(over) {
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

    /// Gives free slots away: to blocked tasks first, then to queued ones. Sometimes a slot is left free for a moment.
    fn hand_out(&mut self) {
        while let Some(slot) = self.free.pop() {
            if let Some(thread) = self.returning.pop_front() {
                self.threads[thread].slot = Some(slot);
                let id = self.id(self.threads[thread].frames.last().unwrap().0);
                self.emit(thread, Kind::SlotAcquired, 0, id, 0);
                self.later(thread, 0);
            } else if let Some(task) = self.queue.pop_front() {
                self.threads.push(Thread { frames: vec![(task, 0)], slot: Some(slot), waits_for: None });
                let (thread, id) = (self.threads.len() - 1, self.ids[&task]);
                self.emit(thread, Kind::Start, 0, id, 0);
                self.later(thread, 0);
            } else {
                self.free.push(slot);
                return;
            }
        }
    }
}
