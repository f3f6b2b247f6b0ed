//! What the workbench wants done in the world outside.

use grader::picture::Picture;

use crate::progress::Progress;

/// Something for the engine to do. What comes of it comes back as a [`Message`](crate::message::Message).
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Read the lesson of an exercise.
    ReadLesson(String),
    /// Compare the file of an exercise with other versions of it.
    Compare {
        /// The number of the question; the answer carries it.
        id: u64,
        /// The exercise.
        exercise: String,
        /// The solution is one of them.
        solution: bool,
    },
    /// Tell when the file of this exercise changes, and no longer about any other's.
    Watch(String),
    /// Build what every exercise needs.
    Prepare,
    /// Stop the check that runs, if one does, and begin this one.
    Check {
        /// Its number; what it tells carries it.
        id: u64,
        /// The exercise.
        exercise: String,
    },
    /// Stop what runs, and begin this sweep.
    Sweep {
        /// Its number; what it tells carries it.
        id: u64,
        /// The exercise.
        exercise: String,
        /// What is varied: its place among the knobs of the exercise.
        knob: usize,
        /// The value of each knob, for those that are not varied.
        settings: Vec<u64>,
    },
    /// Stop the sweep that runs.
    StopSweep,
    /// Give the terminal to the student's editor, with the file of this exercise.
    Edit(String),
    /// Ask the terminal for the mouse, or give it back.
    Mouse(bool),
    /// Write the progress to its file.
    Keep(Progress),
    /// Write this for the student: the answer to a line that was typed.
    Say(String),
    /// Write the picture of an exercise to a file.
    SavePicture {
        /// The exercise.
        exercise: String,
        /// As it is seen now.
        picture: Picture,
    },
    /// Leave.
    Quit,
}
