//! The whole terminal as the workbench's face: taken on entry, given back on every way out.

use std::{
    io::{self, Stdout},
    panic,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    thread,
};

use ratatui::{
    Terminal,
    backend::CrosstermBackend,
    crossterm::{
        cursor::Show,
        event::{DisableMouseCapture, EnableMouseCapture},
        execute,
        terminal::{Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
    },
    layout::Size,
};

use crate::{engine::Keyboard, event_loop::Face, message::Message, model::Model};

/// The terminal is in raw mode and shows the alternate screen.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The whole terminal, with its mouse. It is as it was before when this is dropped, and after a panic.
pub(crate) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    keyboard: Keyboard,
    mouse: bool,
}

impl Screen {
    /// Takes the terminal. Its keys and sizes are sent there.
    ///
    /// # Errors
    /// It cannot be switched to raw mode, or written to.
    pub(crate) fn enter(messages: Sender<Message>) -> io::Result<Self> {
        give_back_on_panic();
        take(true)?;
        match Terminal::new(CrosstermBackend::new(io::stdout())) {
            Ok(terminal) => Ok(Self { terminal, keyboard: Keyboard::new(messages), mouse: true }),
            Err(error) => {
                give_back();
                Err(error)
            }
        }
    }

    /// Its columns and rows.
    ///
    /// # Errors
    /// The terminal does not say.
    pub(crate) fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }
}

impl Face for Screen {
    fn show(&mut self, model: &Model) -> io::Result<()> {
        self.terminal.draw(|frame| frame.render_widget(model, frame.area()))?;
        Ok(())
    }

    /// No line is typed here, so there is nothing to say.
    fn say(&mut self, _text: &str) -> io::Result<()> {
        Ok(())
    }

    fn listen(&mut self) {
        self.keyboard.ask();
    }

    fn capture_mouse(&mut self, wanted: bool) -> io::Result<()> {
        self.mouse = wanted;
        if wanted { execute!(io::stdout(), EnableMouseCapture) } else { execute!(io::stdout(), DisableMouseCapture) }
    }

    fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        give_back();
        let result = work();
        take(self.mouse)?;
        // A new one believes the screen to be blank, as it is, and draws all of it.
        self.terminal = Terminal::new(CrosstermBackend::new(io::stdout()))?;
        Ok(result)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take(mouse: bool) -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, Clear(ClearType::All))?;
    if mouse { execute!(io::stdout(), EnableMouseCapture) } else { Ok(()) }
}

/// Once only: to leave the alternate screen twice would move the cursor back over what was printed since.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // Nothing better can be done where the terminal refuses.
        let _ = execute!(io::stdout(), DisableMouseCapture, LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
    }
}

/// A panic of this thread ends the workbench: its message is to be read on the normal screen. One of another thread is
/// caught where that thread was started; printed, it would only spoil the screen.
fn give_back_on_panic() {
    let screen_thread = thread::current().id();
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if thread::current().id() == screen_thread {
            give_back();
            print(panic);
        }
    }));
}
