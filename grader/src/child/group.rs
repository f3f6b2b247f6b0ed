//! A process and all that it starts: one group, which ends with the value that owns it.

use std::{
    io,
    os::unix::process::CommandExt as _,
    process::{Child, Command, ExitStatus},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// A process that leads its own group. Whichever way this value goes, the group is killed and the process reaped.
///
/// The order is always the same, first the kill and then the reaping: until it is reaped the process keeps its number,
/// so the signal cannot reach a stranger who was given the number anew.
#[derive(Debug)]
pub(crate) struct Group {
    leader: Child,
    status: Option<ExitStatus>,
}

impl Group {
    /// Starts `command` as the leader of a new group.
    ///
    /// # Errors
    /// Those of the start.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Self> {
        Ok(Self { leader: command.process_group(0).spawn()?, status: None })
    }

    /// The process, to take its pipes from.
    pub(crate) fn leader(&mut self) -> &mut Child {
        &mut self.leader
    }

    /// The number of the process, which is also that of its group.
    pub(crate) fn id(&self) -> Pid {
        Pid::from_child(&self.leader)
    }

    /// Whether the process has ended. Its group may live on.
    pub(crate) fn has_ended(&self) -> bool {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        self.status.is_some() || matches!(waitid(WaitId::Pid(self.id()), look), Ok(Some(_)))
    }

    /// Gives the process until `patience` is over to end by itself; whether it did.
    pub(crate) fn ends_within(&self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        while !self.has_ended() {
            if Instant::now() >= deadline {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }

    /// Kills what is left of the group.
    pub(crate) fn kill(&self) {
        if self.status.is_none() {
            // The group may be gone already; then there is nothing to kill.
            let _ = kill_process_group(self.id(), Signal::KILL);
        }
    }

    /// Kills what is left of the group and reaps the process. Its status is its own if it had ended before.
    ///
    /// # Errors
    /// Those of the reaping.
    pub(crate) fn end(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.status {
            return Ok(status);
        }
        self.kill();
        let status = self.leader.wait()?;
        self.status = Some(status);
        Ok(status)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = self.end();
    }
}
