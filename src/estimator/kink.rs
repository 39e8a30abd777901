//! Kinks of a log-density near the estimate: of them the curvature knows nothing, and standard errors are made of it.

use super::Hunt;
use crate::model::Model;
use crate::objective::{Objective, Sums};

/// So many rows show whether the density has a kink; more are thinned out.
const ROWS: usize = 2000;

/// The slope may change by this much more or less than the curvature says, as it does where nothing is quadratic.
const SMOOTH: std::ops::Range<f64> = 0.8..1.25;

/// Halvings of the interval in which the slope changes by more than its curvature says. What is smooth changes by an eighth.
const HALVINGS: usize = 24;

/// The change of slope that is left has been there for so many halvings, and is more than rounding.
const LASTING: usize = 6;
const LEAST_PART: f64 = 1e-6;

impl<M: Model> Hunt<'_, M> {
    /// Why standard errors are not what the curvature at this maximum says, if the log-density has a kink within two of
    /// them.
    pub(super) fn kinked(&self, objective: &Objective, free: &[f64]) -> Option<String> {
        if !objective.has_cases() || objective.reads_information() {
            return None;
        }
        let rows = objective.rows();
        let thinned = if rows > ROWS {
            let terms = objective.terms().into_iter();
            let some = terms.map(|term| term.thinned((ROWS * term.rows()).div_ceil(rows), 1));
            Some(objective.anew(objective.coordinates().space().clone(), some.collect()).ok()?)
        } else {
            None
        };
        let some = thinned.as_ref().unwrap_or(objective);
        let name = (0..free.len())
            .find(|&j| has_kink(some, free, j))
            .map(|j| objective.coordinates().free_names().swap_remove(j).name);
        name.map(|name| {
            format!(
                "the log-density has a kink in {name}, of which the curvature knows nothing; take bootstrap intervals"
            )
        })
    }
}

/// A point along the coordinate.
#[derive(Clone, Copy)]
struct Point {
    at: f64,
    slope: f64,
    curvature: f64,
}

fn has_kink(objective: &Objective, free: &[f64], j: usize) -> bool {
    let point = |at: f64| {
        let mut there = free.to_vec();
        there[j] = at;
        let sums: Sums = objective.evaluate_anew(&there);
        // Where the support ends there is no kink, it is over.
        let slope = if sums.value.is_finite() { sums.gradient[j] } else { f64::NAN };
        Point { at, slope, curvature: sums.hessian[j * (free.len() + 1)] }
    };
    let curvature = -objective.evaluate(free).hessian[j * (free.len() + 1)];
    let reach = 2.0 * (objective.nat() / curvature).sqrt();
    if !(reach > 0.0 && reach.is_finite()) {
        return false;
    }
    let (mut left, mut right) = (point(free[j] - reach), point(free[j] + reach));
    let seen = (left.slope - right.slope) / (right.at - left.at);
    if !seen.is_finite() || SMOOTH.contains(&(seen / curvature)) {
        return false;
    }
    // What the slope changes by beyond its curvature at both ends.
    let excess = |a: &Point, b: &Point| (b.slope - a.slope - 0.5 * (a.curvature + b.curvature) * (b.at - a.at)).abs();
    let mut left_over = vec![excess(&left, &right)];
    for halving in 1..=HALVINGS {
        let middle = point(0.5 * left.at + 0.5 * right.at);
        let (one, other) = (excess(&left, &middle), excess(&middle, &right));
        if one >= other {
            right = middle
        } else {
            left = middle
        }
        left_over.push(one.max(other));
        // Smooth, with room for curvatures that are not.
        if halving == LASTING && left_over[halving] < LEAST_PART * left_over[0] {
            return false;
        }
    }
    let (last, before) = (left_over[HALVINGS], left_over[HALVINGS - LASTING]);
    last > LEAST_PART * left_over[0] && last > 0.9 * before
}
