//! The built command, run as a user runs it.

mod answers;
mod families;
mod fit;
mod influence;
mod penalty;
mod questions;
mod readme;
mod run;
mod usage;
