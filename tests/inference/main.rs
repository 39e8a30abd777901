//! What is asked of a fit: intervals, tests, resampling, comparison.

mod derived;
mod hypothesis;
mod profile;
