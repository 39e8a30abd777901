//! What is asked of a fit: intervals, tests, resampling, comparison.

mod bootstrap;
mod comparison;
mod covariance;
mod coverage;
mod derived;
mod goodness;
mod hypothesis;
mod profile;
mod vuong;
