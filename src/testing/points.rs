//! Points of spaces and of supports to try laws at.

use rand::{Rng, RngExt};

use crate::any_model::AnyModel;
use crate::model::{Draw, Model};
use crate::space::{Block, Domain, Space};

/// A point of the space, each parameter from its typical range ([`Space::typical`]), or one usual for its domain.
pub fn typical_parameters<R: Rng + ?Sized>(space: &Space, rng: &mut R) -> Vec<f64> {
    space.blocks().iter().flat_map(|block| typical_of(block, rng)).collect()
}

fn typical_of<R: Rng + ?Sized>(block: &Block, rng: &mut R) -> Vec<f64> {
    let length = block.names().len();
    let mut each =
        |low: f64, high: f64| -> Vec<f64> { (0..length).map(|_| low + (high - low) * rng.random::<f64>()).collect() };
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
            let dimension = (1..=length).find(|d| d * (d + 1) / 2 >= length).unwrap_or(1);
            let entries = (0..dimension).flat_map(|i| (0..=i).map(move |j| (i, j)));
            entries.map(|(i, j)| (0..=j).map(|k| entry(i, k) * entry(j, k)).sum()).collect()
        }
        (Domain::Ordered, None) => {
            let mut values = each(-3.0, 3.0);
            values.sort_by(f64::total_cmp);
            values
        }
    }
}

/// An observation in the support of the model: a draw at `theta`, or a random point of the support if it cannot be
/// drawn from.
pub fn typical_observation<R: Rng + ?Sized>(model: &AnyModel, theta: &[f64], rng: &mut R) -> Vec<f64> {
    if model.has_sampler() && model.support().width() == 1 {
        return model.draw(theta, rng);
    }
    let support = model.support();
    let mut row: Vec<f64> = Vec::new();
    for range in support.ranges() {
        let (low, high) = match (range.lower().is_finite(), range.upper().is_finite()) {
            (true, true) => (range.lower(), range.upper()),
            (true, false) => (range.lower(), range.lower() + 8.0),
            (false, true) => (range.upper() - 8.0, range.upper()),
            (false, false) => (-4.0, 4.0),
        };
        let x = low + (high - low) * rng.random_range(0.02..0.98);
        row.push(if range.is_integer() { x.round() } else { x });
    }
    // Successes are not more than their trials.
    if support.is_trials() {
        row[1] += row[0];
    }
    // Draws are of as many trials, if that is what the columns are.
    if model.has_sampler() { model.draw_like(theta, row, rng) } else { row }
}
