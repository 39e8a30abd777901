//! The built command, run as a user runs it.

mod families;
mod fit;
mod penalty;
mod questions;
mod readme;
mod run;
mod usage;
