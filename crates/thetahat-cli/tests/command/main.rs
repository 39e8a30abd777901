//! The built command, run as a user runs it.

mod families;
mod fit;
mod readme;
mod run;
mod usage;
