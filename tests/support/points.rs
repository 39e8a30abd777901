//! Reproducible random numbers.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// The generator of these tests; the seed makes a failure repeatable.
pub(crate) fn generator(seed: u64) -> SmallRng {
    SmallRng::seed_from_u64(seed)
}

/// A number between `low` and `high`.
pub(crate) fn between(rng: &mut SmallRng, low: f64, high: f64) -> f64 {
    low + (high - low) * rng.random::<f64>()
}
