//! The screens, and how far each is scrolled.

/// What the keys go to. The first four stand side by side in the overview; each of the others has the whole body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The exercises, and how each stands.
    Course,
    /// The open exercise's lesson.
    Lesson,
    /// What its last check says.
    Run,
    /// What its tasks did.
    Tasks,
    /// What was stored, and who refers to it.
    Objects,
    /// What the program's answer looks like.
    Picture,
    /// What the program printed.
    Output,
    /// What has changed in the student's file.
    Diff,
}

impl Screen {
    /// In the order of their numbers, which begin at 1, and of the Tab key.
    pub const ALL: [Self; 8] =
        [Self::Course, Self::Lesson, Self::Run, Self::Tasks, Self::Objects, Self::Picture, Self::Output, Self::Diff];

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Course => "Course",
            Self::Lesson => "Lesson",
            Self::Run => "Run",
            Self::Tasks => "Tasks",
            Self::Objects => "Objects",
            Self::Picture => "Picture",
            Self::Output => "Output",
            Self::Diff => "Diff",
        }
    }

    /// It is seen beside others, unless it is zoomed.
    #[must_use]
    pub fn in_overview(self) -> bool {
        matches!(self, Self::Course | Self::Lesson | Self::Run | Self::Tasks)
    }

    /// The screen so many places further on, around the end.
    #[must_use]
    pub fn after(self, steps: usize) -> Self {
        Self::ALL[(self as usize + steps) % Self::ALL.len()]
    }
}

/// How far the texts are scrolled, in lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scroll {
    screens: [usize; Screen::ALL.len()],
    /// The hints or the help, whichever lies over the screens.
    pub overlay: usize,
}

impl Scroll {
    /// How far a screen is scrolled.
    #[must_use]
    pub fn of(&self, screen: Screen) -> usize {
        self.screens[screen as usize]
    }

    /// The same, to be changed.
    pub fn of_mut(&mut self, screen: Screen) -> &mut usize {
        &mut self.screens[screen as usize]
    }
}
