//! What is different between the student's file and another version of it.

/// What the file is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Against {
    /// The version that passed last.
    #[default]
    Passing,
    /// The solution.
    Solution,
}

impl Against {
    /// What the file is compared with, in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Against::Passing => "the version that passed last",
            Against::Solution => "the solution",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Against::Passing => Against::Solution,
            Against::Solution => Against::Passing,
        }
    }
}

/// The comparison that is shown, and those that are there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diff {
    /// Which one is shown.
    pub against: Against,
    /// The number of the question that was asked last; only its answer counts.
    pub asked: u64,
    /// What was read last; `None` until then.
    pub versions: Option<Versions>,
}

/// A student's file, compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Versions {
    /// With the version that passed last.
    pub passing: Comparison,
    /// With the solution.
    pub solution: Comparison,
}

/// What comes of comparing.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    /// There is nothing to compare with.
    Nothing,
    /// A file could not be read, and why.
    Unreadable(String),
    /// The lines that differ, with those around them; empty where none do.
    Lines(Vec<DiffLine>),
}

/// A line of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    /// So many lines, the same in both, are left out here.
    Same(usize),
    /// So many lines, different or not, are left out at the end.
    More(usize),
    /// A line.
    Line {
        /// In which of the two it is.
        side: Side,
        /// Its number, from 1, in the student's file if it is there, in the other one otherwise.
        number: usize,
        /// Its text in pieces; with `true`, the piece is what differs from a line of the other side.
        pieces: Vec<(bool, String)>,
    },
}

/// In which version a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// In both.
    Both,
    /// In the student's file alone.
    Yours,
    /// In the other version alone.
    Other,
}
