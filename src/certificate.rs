//! Whether a point is a maximum that may be trusted: checks made on the exact derivatives, never a solver's verdict.

mod check;

use std::fmt;

pub use check::Check;

use crate::number::{nats, significant};
use crate::objective::{Objective, Sums};
use crate::solver::Quadratic;

/// Why an estimate may be trusted.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// Estimated distance of the log-likelihood from its maximum, ½ gᵀH⁻¹g, in nats. The error of the estimate in
    /// standard errors is about √(2 · edm).
    pub edm: f64,
    /// Condition number of the scaled Hessian: 1 if the parameters are independent.
    pub condition: f64,
    /// How much the log-likelihood falls, in nats, one standard error along the directions in which it is flattest: the
    /// least over both ways; ½ if it is quadratic.
    pub least_fall: f64,
    /// Iterations of the solver that found it.
    pub iterations: u64,
    /// Passes over the data, over all starts.
    pub passes: u64,
    /// How many starts were tried.
    pub starts: usize,
    /// How many of them ended at this maximum.
    pub starts_agree: usize,
}

/// What is known about a point that is not certified.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The best point found: the names and values of what was to be estimated.
    pub point: Vec<(String, f64)>,
    /// The log-likelihood there, in nats.
    pub log_likelihood: f64,
    /// The check that it does not pass.
    pub failed: Check,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let point: Vec<String> =
            self.point.iter().map(|(name, value)| format!("{name} = {}", significant(*value, 6))).collect();
        write!(f, "{}; the best point found is {}", self.failed, point.join(", "))?;
        write!(f, " with log-likelihood {}", nats(self.log_likelihood))
    }
}

/// What the checks of a maximum in the interior found.
pub(crate) struct Interior {
    pub(crate) edm: f64,
    pub(crate) least_fall: f64,
    pub(crate) quadratic: Quadratic,
}

/// Distances to the maximum that are as good as none: the error is 1e-7 standard errors.
const NO_DISTANCE: f64 = 5e-15;

/// However large the rounding errors, a distance of this many nats (0.001 standard errors) is not certified.
const GREATEST_FLOOR: f64 = 5e-7;

/// A log-likelihood is not certified with a greater rounding error than this, in nats and as a part of it.
const GREATEST_ROUNDING: (f64, f64) = (1e-5, 1e-9);

/// No more than this part of the curvature, twice that of a standard error, may be rounding.
const GREATEST_BEND: f64 = 1e-2;

/// What sums of large numbers may lose of a log-likelihood that is made of them, in nats and as a part of it.
const GREATEST_LOSS: (f64, f64) = (1e-2, 1e-8);

/// The chance that is left to rounding errors to be too great and to happen to be small wherever they are looked at.
const LUCK: f64 = 1e-4;

/// A scaled Hessian with a worse condition than this is singular to working precision.
const LEAST_CURVATURE: f64 = 1e-14;

/// A scaled Hessian with a worse condition than this is looked at once more, a Newton step closer to the maximum.
const DOUBTFUL_CURVATURE: f64 = 1e-7;

/// One standard error away the log-likelihood falls by this at least, in nats.
pub(crate) const LEAST_FALL: f64 = 0.02;

/// So much and less added to the logarithm of a number that is certified leads to no infinity.
const LONG_LOGARITHM: f64 = 100.0;

/// A standard error of fewer units in the last place than this is made of rounding errors.
const LEAST_UNITS: f64 = 64.0;

/// Checks whether the log-likelihood has an interior maximum at `free`, whose sums are `sums`.
pub(crate) fn check_interior(objective: &Objective, free: &[f64], sums: &Sums) -> Result<Interior, Check> {
    let interior = check_stationary(objective, free, sums)?;
    if reaches_beyond_numbers(objective, free, &interior.quadratic) {
        return Err(Check::Curvature(interior.quadratic.least_curvature()));
    }
    // A quadratic falls by ½. A summable slope towards infinity falls by nothing.
    if interior.least_fall < LEAST_FALL { Err(Check::Fall(interior.least_fall)) } else { Ok(interior) }
}

/// The same but for how far it falls around: where there is one stationary point at most, it is the maximum though the
/// log-likelihood hardly falls towards infinity.
pub(crate) fn check_stationary(objective: &Objective, free: &[f64], sums: &Sums) -> Result<Interior, Check> {
    if !sums.is_finite() {
        return Err(Check::Finite);
    }
    let quadratic = Quadratic::of(sums, 1.0);
    let positive_diagonal = (0..free.len()).all(|j| sums.hessian[j * (free.len() + 1)] < 0.0);
    if !positive_diagonal || quadratic.least_curvature() <= LEAST_CURVATURE {
        return Err(Check::Curvature(quadratic.least_curvature()));
    }
    if quadratic.least_curvature() < DOUBTFUL_CURVATURE {
        // What curves so little may be the way that is left to a ridge, which does not curve: there it would vanish.
        let nearer: Vec<f64> = free.iter().zip(quadratic.newton_step()).map(|(u, step)| u + step).collect();
        let there = objective.evaluate(&nearer);
        if there.is_finite() {
            let least = Quadratic::of(&there, 1.0).least_curvature();
            if least <= LEAST_CURVATURE {
                return Err(Check::Curvature(least));
            }
        }
    }
    let edm = quadratic.distance_to_minimum();
    let nat = objective.nat();
    if edm > NO_DISTANCE * nat {
        let floor = quadratic.distance_of_errors(&gradient_errors(objective, free, sums));
        if edm > floor || edm > GREATEST_FLOOR * nat {
            return Err(Check::Distance { edm, floor });
        }
    }
    let moves = quadratic.newton_step().into_iter().zip(free).map(|(step, u)| step.abs() / u.abs().max(1.0));
    let greatest = moves.fold(0.0, f64::max);
    if greatest > 1e-4 {
        return Err(Check::Step(greatest));
    }
    let least_units = least_units(objective, free, &quadratic);
    if least_units < LEAST_UNITS {
        return Err(Check::Resolution(least_units));
    }
    // The gradient may vanish by luck where it is mostly rounding.
    check_rounding(objective, free, sums, &quadratic)?;
    let lost = objective.lost_by_statistics();
    if lost > GREATEST_LOSS.0 * nat + GREATEST_LOSS.1 * sums.value.abs() {
        return Err(Check::Rounding(lost));
    }
    let least_fall = least_fall(objective, free, sums.value, &quadratic);
    Ok(Interior { edm, least_fall, quadratic })
}

/// Checks that rounding is small, at as many points as are needed for a chance of `LUCK` at most that it only seems so.
fn check_rounding(objective: &Objective, free: &[f64], sums: &Sums, quadratic: &Quadratic) -> Result<(), Check> {
    let nat = objective.nat();
    let greatest = GREATEST_ROUNDING.0 * nat + GREATEST_ROUNDING.1 * sums.value.abs();
    let floor = GREATEST_FLOOR * nat;
    // Where the search came from saves a pass, if it is so near that nothing else than rounding strays; if only the curvature
    // strays by somewhat more, some of the rows are looked at besides.
    if let Some((rounding, hessian)) = objective.rounding_seen(free, sums) {
        let blur = quadratic.distance_of_gradient(&rounding.gradient);
        let is_small = rounding.value <= LUCK * greatest && blur <= LUCK * LUCK * floor;
        let bend = quadratic.part_of_curvature(&hessian);
        let is_seen = || bend <= LUCK.sqrt() * GREATEST_BEND && bends_little(objective.pilot(), free);
        if is_small && (bend <= LUCK * GREATEST_BEND || is_seen()) {
            return Ok(());
        }
    }
    let (mut blur, mut stray, mut bend) = (0.0_f64, 0.0_f64, 0.0_f64);
    for ((rounding, hessian), points) in objective.rounding_of_all(free, sums).zip(1..) {
        let distance = quadratic.distance_of_gradient(&rounding.gradient);
        blur = if distance.is_nan() { f64::INFINITY } else { blur.max(distance) };
        stray = stray.max(rounding.value);
        if blur > floor {
            return Err(Check::Rounding(blur));
        }
        if stray > greatest {
            return Err(Check::Rounding(stray));
        }
        bend = bend.max(quadratic.part_of_curvature(&hessian));
        if bend > GREATEST_BEND {
            return Err(Check::CurvatureRounding(bend));
        }
        // Of rounding that is too great, so small a part is seen at all of these points with this chance; distances are squares.
        let part = LUCK.powf(1.0 / f64::from(points));
        let is_small = stray <= part * greatest && blur <= part * part * floor;
        if is_small && bend <= part * GREATEST_BEND {
            break;
        }
    }
    Ok(())
}

/// Whether next to this point little of the curvature of some rows is rounding: as much as may be at each of two looks.
fn bends_little(some: Option<&Objective>, free: &[f64]) -> bool {
    let Some(some) = some else { return false };
    let sums = some.evaluate(free);
    if !sums.is_finite() {
        return false;
    }
    let quadratic = Quadratic::of(&sums, 1.0);
    let near = some.rounding_of_all(free, &sums).next();
    near.is_some_and(|(_, hessian)| quadratic.part_of_curvature(&hessian) <= LUCK.sqrt() * GREATEST_BEND)
}

/// Whether one standard error of a coordinate leads to infinity, as hundreds of a logarithm do: what curves so little may be a
/// ridge that is flat, with errors of the formula in place of its curvature.
fn reaches_beyond_numbers(objective: &Objective, free: &[f64], quadratic: &Quadratic) -> bool {
    let is_far = |j: &usize| quadratic.std_error(*j) > LONG_LOGARITHM;
    (0..free.len()).filter(is_far).any(|j| {
        [1.0, -1.0].into_iter().any(|way| {
            let mut there = free.to_vec();
            there[j] += way * quadratic.std_error(j);
            objective.coordinates().reported(&there).0.iter().any(|value| value.is_infinite())
        })
    })
}

/// The least standard error in units in the last place of what it is of: of each coordinate, and of each value that is
/// reported, which may have fewer digits than its coordinate: next to an end of a domain, and among numbers next to 0.
fn least_units(objective: &Objective, free: &[f64], quadratic: &Quadratic) -> f64 {
    let unit = |value: f64| f64::EPSILON * value.abs().max(f64::MIN_POSITIVE);
    let errors: Vec<f64> = (0..free.len()).map(|j| quadratic.std_error(j)).collect();
    let own = free.iter().zip(&errors).map(|(u, error)| error / unit(*u));
    let (values, slopes) = objective.coordinates().reported(free);
    let inside = objective.coordinates().reported_inside();
    let reported =
        values.iter().zip(&slopes).zip(inside).filter(|(_, is_inside)| *is_inside).map(|((value, slopes), _)| {
            let error = slopes.iter().zip(&errors).map(|(slope, error)| (slope * error).abs()).fold(0.0, f64::max);
            error / unit(*value)
        });
    own.chain(reported).fold(f64::INFINITY, f64::min)
}

/// How far rounding may have moved each part of the gradient: a few units in the last place of its terms, and what a
/// unit in the last place of each coordinate makes.
fn gradient_errors(objective: &Objective, free: &[f64], sums: &Sums) -> Vec<f64> {
    let magnitudes = objective.magnitudes(free).gradient;
    let p = free.len();
    // A unit in the last place of a positive parameter is one of 1 in its logarithm.
    let (values, slopes) = objective.coordinates().reported(free);
    let is_logarithm = |k: usize| values.iter().zip(&slopes).any(|(value, slopes)| slopes[k] == *value && *value > 0.0);
    let sizes: Vec<f64> =
        (0..p).map(|k| if is_logarithm(k) { free[k].abs().max(1.0) } else { free[k].abs() }).collect();
    let by_coordinates = |j: usize| (0..p).map(|k| (sums.hessian[j * p + k] * sizes[k]).abs()).sum::<f64>();
    (0..p).map(|j| f64::EPSILON * (4.0 * magnitudes[j] + by_coordinates(j))).collect()
}

/// The least fall of the log-likelihood one standard error along the two flattest directions, both ways. Where it is
/// not finite that far, it is looked at closer by and scaled up as a quadratic.
fn least_fall(objective: &Objective, free: &[f64], top: f64, quadratic: &Quadratic) -> f64 {
    let mut least = f64::INFINITY;
    // The unit of sampling weights says nothing of standard errors, and what weighs less than a row for each row has such
    // large ones that nothing is quadratic that far: as far as if weights summed to the number of rows.
    let unit = objective.nat().sqrt();
    if free.len() > 1 {
        // Along both at once a quadratic falls by 1, half of it for each; along one that does not fall, by ½ at most.
        let (one, other) = (quadratic.unit_rise(0), quadratic.unit_rise(1));
        let ends = [unit, -unit].map(|length| -> Vec<f64> {
            free.iter().zip(one.iter().zip(&other)).map(|(u, (a, b))| u + length * (a + b)).collect()
        });
        let falls = objective.values([&ends[0], &ends[1]]).map(|value| (top - value) / (unit * unit));
        if falls.iter().all(|fall| (0.75..1.25).contains(fall)) {
            return 0.5 * falls[0].min(falls[1]);
        }
    }
    for k in 0..free.len().min(2) {
        let direction = quadratic.unit_rise(k);
        for way in [1.0, -1.0] {
            let fall = (0..5).map(|halvings| way * unit * 0.25_f64.powi(halvings)).find_map(|length| {
                let there: Vec<f64> = free.iter().zip(&direction).map(|(u, d)| u + length * d).collect();
                let value = objective.value(&there);
                value.is_finite().then(|| (top - value) / (length * length))
            });
            least = least.min(fall.unwrap_or(0.0));
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    #[test]
    fn some_rows_show_a_curvature_of_rounding() {
        fn of<M: Model<Of = f64>>(model: &M, rows: &[f64]) -> Objective {
            Objective::on(model.space(), rows.terms(model).expect("rows"), Some(1)).expect("a likelihood")
        }
        let spread: Vec<f64> = (1..200).map(|k| f64::from(k).sqrt()).collect();
        let estimate = Weibull.fit(&spread).expect("a fit").free().to_vec();
        assert!(bends_little(Some(&of(&Weibull, &spread)), &estimate));
        assert!(!bends_little(None, &estimate));
        // Of a share of laws that are nearly one, nothing but rounding curves.
        let nearly_constant: Vec<f64> = (0..200).map(|k| 1.0 + 1e-14 * f64::from(k % 7)).collect();
        let model = Mixture([Exponential, Exponential]);
        let rounded = of(&model, &nearly_constant);
        let free = rounded.coordinates().global(&[0.5, 0.5, 1.0, 1.0 + 1e-9]).expect("inside the space");
        assert!(!bends_little(Some(&rounded), &free));
    }
}
