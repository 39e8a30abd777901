//! The maximum of a likelihood among the points at which some quantities have given values.
//!
//! Newton's method on the Lagrangian within a trust region: a step towards the constraints and one along them, judged by
//! the exact penalty f + μ Σ|c| (Nocedal and Wright, *Numerical Optimization*, 2nd ed., sections 15.4, 18.3, 18.5), with
//! a second-order correction. Coordinates are in standard errors of the unconstrained estimate, so that a radius means the
//! same for all parameters.

use nalgebra::{DMatrix, DVector};

use super::quantity::Quantity;
use crate::objective::Objective;

/// A quantity and the value that it is held at, on its chart.
pub(crate) struct Constraint<'q> {
    pub(crate) quantity: &'q Quantity,
    pub(crate) target: f64,
}

/// A maximum under constraints.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) free: Vec<f64>,
    pub(crate) log_likelihood: f64,
    /// The slope of the maximal log-likelihood by each target.
    pub(crate) slopes: Vec<f64>,
    /// How the maximiser moves with each target.
    pub(crate) tangents: Vec<Vec<f64>>,
}

/// A maximum whose log-likelihood may be this many nats too low is found.
const DISTANCE: f64 = 1e-13;

/// What rounding may leave of it.
const GREATEST_DISTANCE: f64 = 1e-9;

/// A constraint is met within this, in standard errors.
const VIOLATION: f64 = 1e-11;

/// The maximum near `start`, at which the likelihood must be finite; `metric` is R with R Rᵀ the covariance of the
/// estimate in free coordinates. None if there is none nearby.
pub(crate) fn maximise_on(
    objective: &Objective,
    constraints: &[Constraint<'_>],
    start: Vec<f64>,
    metric: &DMatrix<f64>,
) -> Option<Held> {
    let mut at = State::new(objective, constraints, start, metric)?;
    let (mut radius, mut penalty) = (3.0_f64, 0.0_f64);
    for _ in 0..200 {
        if at.distance <= DISTANCE && at.is_feasible(VIOLATION) {
            return Some(at.into_held(metric));
        }
        let step = at.step(radius);
        penalty = penalty.max(2.0 * at.multipliers.amax() + 1e-3);
        let violation = at.violation.lp_norm(1);
        let left = (&at.violation + &at.slopes * &step).lp_norm(1);
        let quadratic = at.gradient.dot(&step) + 0.5 * step.dot(&(&at.curvature * &step));
        let predicted = penalty * (violation - left) - quadratic;
        let rounding = 1e-12 * (1.0 + at.value.abs());
        let judge = |step: &DVector<f64>| {
            let trial = at.moved(objective, constraints, step, metric)?;
            let merit = at.value - trial.value + penalty * (violation - trial.violation.lp_norm(1));
            let is_better = if predicted > 1e3 * rounding {
                (merit >= 1e-4 * predicted).then_some(merit / predicted)
            } else {
                (trial.residual() < 0.9 * at.residual()).then_some(1.0)
            };
            Some((trial, is_better))
        };
        let first = judge(&step);
        let corrected = || {
            let (trial, _) =
                first.as_ref().filter(|(trial, better)| better.is_none() && trial.violation.amax() > 0.0)?;
            let correction = at.towards(&trial.violation)?;
            judge(&(&step + correction))
        };
        let second = corrected();
        let length = step.norm();
        match [second, first].into_iter().flatten().find_map(|(trial, better)| Some((trial, better?))) {
            Some((trial, ratio)) => {
                at = trial;
                if ratio > 0.75 && length > 0.8 * radius {
                    radius *= 2.0;
                } else if ratio < 0.25 {
                    radius = 0.5 * length;
                }
            }
            None => radius = 0.25 * length,
        }
        if radius < 1e-10 || length < 1e-14 {
            break;
        }
    }
    (at.distance <= GREATEST_DISTANCE && at.is_feasible(1e3 * VIOLATION)).then(|| at.into_held(metric))
}

/// The problem at a point, in standard errors.
struct State {
    free: Vec<f64>,
    /// The negative log-likelihood and its gradient.
    value: f64,
    gradient: DVector<f64>,
    /// How far the constraints are from being met, in standard errors of each, and what rounding explains.
    violation: DVector<f64>,
    rounding: DVector<f64>,
    /// Their gradients, a row each, and the pseudo-inverse of that.
    slopes: DMatrix<f64>,
    inverse: DMatrix<f64>,
    /// By what the gradient of each was divided.
    norms: Vec<f64>,
    multipliers: DVector<f64>,
    /// The Hessian of the Lagrangian.
    curvature: DMatrix<f64>,
    /// Directions along the constraints, in which the curvature is diagonal, and that diagonal.
    along: DMatrix<f64>,
    along_curvature: Vec<f64>,
    /// How far the log-likelihood is from its maximum along the constraints, in nats: ∞ unless it curves downwards.
    distance: f64,
}

impl State {
    fn new(
        objective: &Objective,
        constraints: &[Constraint<'_>],
        free: Vec<f64>,
        metric: &DMatrix<f64>,
    ) -> Option<State> {
        let (p, m) = (free.len(), constraints.len());
        let sums = objective.evaluate(&free);
        if !sums.is_finite() || m > p {
            return None;
        }
        let gradient = -(metric.transpose() * DVector::from_column_slice(&sums.gradient));
        let mut curvature = -(metric.transpose() * DMatrix::from_row_slice(p, p, &sums.hessian) * metric);
        let (mut slopes, mut violation, mut rounding) = (DMatrix::zeros(m, p), DVector::zeros(m), DVector::zeros(m));
        let (mut norms, mut bends) = (vec![], vec![]);
        for (k, Constraint { quantity, target }) in constraints.iter().enumerate() {
            let local = quantity.at(&free);
            let slope = metric.transpose() * &local.gradient;
            let norm = slope.norm();
            if !(norm > 0.0 && norm.is_finite() && local.value.is_finite()) {
                return None;
            }
            slopes.set_row(k, &(slope / norm).transpose());
            violation[k] = (local.value - target) / norm;
            rounding[k] = 8.0 * f64::EPSILON * (local.value.abs() + target.abs()) / norm;
            bends.push(metric.transpose() * local.hessian * metric / norm);
            norms.push(norm);
        }
        let inverse = slopes.clone().pseudo_inverse(1e-10).ok()?;
        let multipliers = inverse.transpose() * &gradient;
        bends.iter().zip(multipliers.iter()).for_each(|(bend, multiplier)| curvature -= bend * *multiplier);
        if !curvature.iter().all(|x| x.is_finite()) {
            return None;
        }
        let complement = complement(&slopes, p - m);
        // nalgebra refuses an empty matrix.
        let (along, along_curvature): (_, Vec<f64>) = if p == m {
            (complement, vec![])
        } else {
            let eigen = (complement.transpose() * &curvature * &complement).symmetric_eigen();
            (&complement * eigen.eigenvectors, eigen.eigenvalues.iter().copied().collect())
        };
        let uphill = along.transpose() * &gradient;
        let terms = uphill.iter().zip(&along_curvature);
        let distance = terms.map(|(g, c)| if *c > 1e-12 { 0.5 * g * g / c } else { f64::INFINITY }).sum::<f64>();
        let value = -sums.value;
        Some(State {
            free,
            value,
            gradient,
            violation,
            rounding,
            slopes,
            inverse,
            norms,
            multipliers,
            curvature,
            along,
            along_curvature,
            distance,
        })
    }

    fn moved(
        &self,
        objective: &Objective,
        constraints: &[Constraint<'_>],
        step: &DVector<f64>,
        metric: &DMatrix<f64>,
    ) -> Option<State> {
        let moved = metric * step;
        let free = self.free.iter().zip(moved.iter()).map(|(u, d)| u + d).collect();
        State::new(objective, constraints, free, metric)
    }

    fn is_feasible(&self, tolerance: f64) -> bool {
        self.violation.iter().zip(self.rounding.iter()).all(|(c, rounding)| c.abs() <= tolerance.max(*rounding))
    }

    /// How far it is from a solution, in nats.
    fn residual(&self) -> f64 {
        self.distance + self.violation.norm_squared()
    }

    /// The shortest step that undoes this violation, if constraints were linear.
    fn towards(&self, violation: &DVector<f64>) -> Option<DVector<f64>> {
        let step = -(&self.inverse * violation);
        step.iter().all(|x| x.is_finite()).then_some(step)
    }

    /// The minimum of the quadratic along the constraints from a point that `normal` leads to.
    fn along(&self, normal: &DVector<f64>, gradient: &DVector<f64>, room: f64) -> DVector<f64> {
        let uphill = self.along.transpose() * (gradient + &self.curvature * normal);
        let parts = uphill.iter().zip(&self.along_curvature).map(|(g, c)| match c.abs() {
            // A saddle: downhill either way.
            size if *c <= 0.0 && g.abs() < 1e-8 * (1.0 + size) => 0.1 * room,
            size => -g / size.max(1e-8),
        });
        let step = &self.along * DVector::from_iterator(uphill.len(), parts);
        let length = step.norm();
        if length > room { step * (room / length) } else { step }
    }

    fn step(&self, radius: f64) -> DVector<f64> {
        let mut normal = -(&self.inverse * &self.violation);
        let length = normal.norm();
        if length > 0.8 * radius {
            normal *= 0.8 * radius / length;
        }
        let room = (radius * radius - normal.norm_squared()).max(0.0).sqrt();
        let along = self.along(&normal, &self.gradient, room);
        normal + along
    }

    fn into_held(self, metric: &DMatrix<f64>) -> Held {
        let slopes = (0..self.norms.len()).map(|k| -self.multipliers[k] / self.norms[k]).collect();
        let nothing = DVector::zeros(self.gradient.len());
        let tangent = |k: usize| {
            let normal = self.inverse.column(k) / self.norms[k];
            let along = self.along(&normal, &nothing, f64::INFINITY);
            (metric * (normal + along)).iter().copied().collect()
        };
        let tangents = (0..self.norms.len()).map(tangent).collect();
        Held { log_likelihood: -self.value, slopes, tangents, free: self.free }
    }
}

/// An orthonormal basis of what is orthogonal to the rows, of this dimension.
fn complement(rows: &DMatrix<f64>, dimension: usize) -> DMatrix<f64> {
    let p = rows.ncols();
    let mut basis: Vec<DVector<f64>> = Vec::with_capacity(p);
    let push = |basis: &mut Vec<DVector<f64>>, mut vector: DVector<f64>| {
        // Twice is enough (Kahan; Parlett, The Symmetric Eigenvalue Problem, section 6.9).
        for _ in 0..2 {
            for other in basis.iter() {
                let part = other.dot(&vector);
                vector.axpy(-part, other, 1.0);
            }
        }
        let length = vector.norm();
        basis.push(vector / length);
    };
    rows.row_iter().for_each(|row| push(&mut basis, row.transpose()));
    while basis.len() < rows.nrows() + dimension {
        // The unit vector of which least is spanned already.
        let spanned = |j: usize| basis.iter().map(|other| other[j] * other[j]).sum::<f64>();
        let least = (0..p).min_by(|&a, &b| spanned(a).total_cmp(&spanned(b))).unwrap_or(0);
        let unit = DVector::from_fn(p, |j, _| f64::from(j == least));
        push(&mut basis, unit);
    }
    DMatrix::from_fn(p, dimension, |i, k| basis[rows.nrows() + k][i])
}
