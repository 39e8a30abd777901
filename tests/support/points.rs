//! Reproducible random points in the domains of a space.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use thetahat::Space;
use thetahat::space::{Block, Domain};

/// The generator of these tests; the seed makes a failure repeatable.
pub(crate) fn generator(seed: u64) -> SmallRng {
    SmallRng::seed_from_u64(seed)
}

/// A number between `low` and `high`.
pub(crate) fn between(rng: &mut SmallRng, low: f64, high: f64) -> f64 {
    low + (high - low) * rng.random::<f64>()
}

/// A point of the space, each parameter from its typical range, or one usual for its domain.
pub(crate) fn typical(space: &Space, rng: &mut SmallRng) -> Vec<f64> {
    space.blocks().iter().flat_map(|block| typical_of(block, rng)).collect()
}

fn typical_of(block: &Block, rng: &mut SmallRng) -> Vec<f64> {
    let length = block.names().len();
    let mut each = |low, high| -> Vec<f64> { (0..length).map(|_| between(rng, low, high)).collect() };
    match (block.domain(), block.typical()) {
        (_, Some((low, high))) => each(low, high),
        (Domain::Real, None) => each(-2.0, 2.0),
        (Domain::Positive, None) => each(0.2, 5.0),
        (Domain::Above { lower }, None) => each(lower + 0.2, lower + 5.0),
        (Domain::Unit, None) => each(0.1, 0.9),
        (Domain::Interval { lower, upper }, None) => each(*lower, *upper),
        (Domain::Simplex, None) => {
            let parts = each(0.1, 1.0);
            let total: f64 = parts.iter().sum();
            parts.iter().map(|part| part / total).collect()
        }
        (Domain::Covariance, None) => {
            // L Lᵀ of a random lower triangle with a diagonal away from 0.
            let factor = each(-1.0, 1.0);
            let place = |i: usize, j: usize| i * (i + 1) / 2 + j;
            let entry = |i, j| factor[place(i, j)] + if i == j { 1.5 } else { 0.0 };
            let dimension = (1..=length).find(|d| d * (d + 1) / 2 == length).expect("a triangle");
            let entries = (0..dimension).flat_map(|i| (0..=i).map(move |j| (i, j)));
            entries.map(|(i, j)| (0..=j).map(|k| entry(i, k) * entry(j, k)).sum()).collect()
        }
        (Domain::Ordered, None) => {
            let mut values = each(-3.0, 3.0);
            values.sort_by(f64::total_cmp);
            values
        }
        (other, None) => panic!("{other:?} is new: give it a usual range here"),
    }
}
