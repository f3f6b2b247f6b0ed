//! The workbench in a pseudo-terminal: what is typed, and what is seen.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::classroom::{Classroom, Deadline};

/// A running workbench.
pub(crate) struct Session {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    terminal: vt100::Parser,
    /// Closed with the session; the workbench would lose its terminal before.
    _master: Box<dyn MasterPty + Send>,
}

impl Session {
    /// Starts the workbench in a classroom, in a terminal with so many columns and rows.
    pub(crate) fn start(
        classroom: &Classroom,
        size: [u16; 2],
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let [columns, rows] = size;
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_parlings"));
        command.args(arguments);
        command.cwd(classroom.root());
        command.env("CARGO_TARGET_DIR", classroom.target());
        command.env("PARLINGS_STATE_DIR", classroom.state());
        command.env("TERM", "xterm-256color");
        for variable in ["NO_COLOR", "COLORFGBG", "LC_CTYPE", "LANG"] {
            command.env_remove(variable);
        }
        command.env("LC_ALL", "C.UTF-8");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        // With the last copy of the slave, the reader below ends.
        drop(pair.slave);

        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        let [rows, columns] = [rows, columns].map(|length| NonZeroU16::new(length).unwrap());
        Self {
            child,
            keys: pair.master.take_writer().unwrap(),
            output,
            terminal: vt100::Parser::new(rows, columns, 0),
            _master: pair.master,
        }
    }

    /// Types.
    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// What is on the screen, as far as it was read.
    pub(crate) fn screen(&self) -> String {
        self.terminal.screen().contents()
    }

    pub(crate) fn alternate_screen(&self) -> bool {
        self.terminal.screen().alternate_screen()
    }

    /// Clicks and the wheel are sent to the workbench.
    pub(crate) fn mouse(&self) -> bool {
        self.terminal.screen().mouse_protocol_mode() != vt100::MouseProtocolMode::None
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Reads until the screen is as expected.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, what: &str, expected: impl Fn(&str) -> bool) {
        let deadline = Deadline::from_now();
        while !expected(&self.screen()) {
            match deadline.next(&self.output) {
                Ok(bytes) => self.terminal.process(&bytes),
                Err(error) => panic!("waited for {what}: {error}\n{}", self.screen()),
            }
        }
    }

    /// Reads to the end, which the workbench must come to by itself: its exit code. The terminal is as it was before:
    /// the normal screen, with a cursor.
    #[track_caller]
    pub(crate) fn end(mut self) -> u32 {
        let deadline = Deadline::from_now();
        loop {
            match deadline.next(&self.output) {
                Ok(bytes) => self.terminal.process(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end:\n{}", self.screen()),
            }
        }
        let screen = self.terminal.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was not left");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse was not given back");
        self.child.wait().unwrap().exit_code()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // After a failed expectation it still runs.
        let _ = self.child.kill();
    }
}
