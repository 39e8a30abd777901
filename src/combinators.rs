//! Models made of models: the density of each part is untouched.

mod bound;
mod mixture;

pub use bound::{Bound, Fixed, Regress};
pub use mixture::{Components, Mixture};
