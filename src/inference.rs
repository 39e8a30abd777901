//! What a fit says about what was estimated, how sure it is, and against what: derived quantities, profile likelihood.
//!
//! These are questions to a [`Fit`](crate::Fit), which holds its likelihood and needs nothing more.

mod constrained;
mod derived;
mod hypothesis;
mod profile;
mod quantity;

pub use hypothesis::{Null, Test, Verdict, drop_column, fix, tie};
pub use profile::{Profile, ProfilePoint};
