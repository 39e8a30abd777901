//! What the engine is for: the estimate is the closed form where there is one, the minimum of cross-entropy always, and
//! comes to the truth at the rate that theory says.

mod calibration;
mod closed_forms;
mod convergence;
mod cross_entropy;
mod weights;

use rand::SeedableRng;
use rand::rngs::SmallRng;
use thetahat::prelude::*;

/// The seed makes a failure repeatable.
fn generator(seed: u64) -> SmallRng {
    SmallRng::seed_from_u64(seed)
}

fn estimates(fit: &Fit) -> Vec<f64> {
    fit.estimates().iter().map(|estimate| estimate.value).collect()
}

/// A sum whose rounding errors do not grow with the number of terms: of sums of blocks.
fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    let terms: Vec<f64> = terms.collect();
    match terms.len() {
        0..=16 => terms.iter().sum(),
        n => {
            let (first, rest) = terms.split_at(n / 2);
            sum(first.iter().copied()) + sum(rest.iter().copied())
        }
    }
}

/// Checks each estimate against its exact value, to 1e-12 of the value or of its standard error, the greater one.
#[track_caller]
fn is_exactly(fit: &Fit, exact: &[f64]) {
    assert_eq!(fit.estimates().len(), exact.len());
    for (found, exact) in fit.estimates().iter().zip(exact) {
        let error = (found.value - exact).abs() / exact.abs().max(found.std_error);
        assert!(error <= 1e-12, "{}: {} is {} and not {exact}, {error:e} off", fit.model(), found.name, found.value);
    }
}
