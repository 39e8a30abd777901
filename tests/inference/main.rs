//! What is asked of a fit: intervals, tests, resampling, comparison.

mod bootstrap;
mod comparison;
mod derived;
mod goodness;
mod hypothesis;
mod profile;
