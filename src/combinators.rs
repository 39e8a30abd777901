//! Models made of models: the density of each part is untouched.

mod bound;
mod hurdle;
mod log;
mod mixture;
mod shifted;
mod truncated;
mod zero_inflated;

pub use bound::{Bound, Fixed, Regress, Tied};
pub use hurdle::Hurdle;
pub use log::Log;
pub use mixture::{Components, Mixture};
pub use shifted::Shifted;
pub use truncated::Truncated;
pub use zero_inflated::ZeroInflated;
