//! Starting points where a model knows none, or more of them where one is not enough.

use rand::{RngExt, SeedableRng};

use crate::data::Sample;
use crate::objective::Objective;
use crate::space::Domain;

/// Searches look at this many rows at most.
pub(crate) const PILOT_ROWS: usize = 1000;

/// A point at which the log-likelihood of the pilot rows is as good as a coarse search finds.
///
/// One coordinate at a time, over a ladder of free values: magnitudes of the parameter, and for a real parameter the
/// location of the data too.
pub(crate) fn search(pilot: &Objective, sample: &Sample) -> Vec<f64> {
    let coordinates = pilot.coordinates();
    let domains: Vec<Domain> = coordinates
        .space()
        .blocks()
        .iter()
        .flat_map(|block| std::iter::repeat_n(block.domain().clone(), block.names().len()))
        .collect();
    let natural: Vec<f64> = coordinates
        .space()
        .blocks()
        .iter()
        .flat_map(|block| {
            let middle = block.typical().map(|(low, high)| 0.5 * (low + high));
            block.natural(&vec![0.0; block.free_len()]).into_iter().map(move |value| middle.unwrap_or(value))
        })
        .collect();
    let mut best = coordinates.global(&natural).unwrap_or_else(|| vec![0.0; coordinates.len()]);
    let value = |free: &[f64]| {
        let value = pilot.slope(free).value;
        if value.is_nan() { f64::NEG_INFINITY } else { value }
    };
    let mut best_value = value(&best);
    let landmarks = landmarks(sample);
    for _ in 0..4 {
        let before = best_value;
        for place in 0..best.len() {
            let centre = best[place];
            let ladder = [-16.0, -8.0, -4.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0].map(|step| centre + step);
            let is_real = domains.len() != best.len() || domains[place] == Domain::Real;
            let further: &[f64] = if is_real { &landmarks.0 } else { &landmarks.1 };
            for &trial in ladder.iter().chain(further) {
                let mut point = best.clone();
                point[place] = trial;
                let trial_value = value(&point);
                if trial_value > best_value {
                    (best, best_value) = (point, trial_value);
                }
            }
        }
        if best_value == before {
            break;
        }
    }
    best
}

/// Where a location, and the logarithm of a scale, may be, going by the data.
fn landmarks(sample: &Sample) -> (Vec<f64>, Vec<f64>) {
    let (mut locations, mut scales) = (vec![0.0], vec![]);
    for column in 0..sample.width() {
        if sample.rows() == 0 {
            continue;
        }
        let (mean, deviation) = (sample.mean(column), sample.variance(column).sqrt());
        locations.extend([mean, sample.quantile(column, 0.5), mean - deviation, mean + deviation]);
        let sizes = [deviation, mean.abs(), 1.0 / mean.abs(), 1.0 / deviation];
        scales.extend(sizes.into_iter().map(f64::ln).filter(|u| u.is_finite()));
    }
    (locations, scales)
}

/// Up to `more` points scattered around these, at which the log-likelihood is finite.
pub(crate) fn scatter(objective: &Objective, around: &[Vec<f64>], more: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rng = rand::rngs::SmallRng::seed_from_u64(seed);
    let normal = rand_distr::StandardNormal;
    let mut points = Vec::with_capacity(more);
    for attempt in 0..10 * more {
        if points.len() == more {
            break;
        }
        let centre = &around[attempt % around.len()];
        let point: Vec<f64> =
            centre.iter().map(|u| u + rng.sample::<f64, _>(normal) * u.abs().max(1.0) * 0.5).collect();
        if objective.evaluate(&point).is_finite() {
            points.push(point);
        }
    }
    points
}
