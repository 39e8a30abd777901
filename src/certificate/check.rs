//! [`Check`]: what a certified estimate passes, and how one that it does not is said.

use std::fmt;

use super::LEAST_CURVATURE;
use crate::objective::Objective;
use crate::solver::Quadratic;
use crate::space::Link;

/// A check that a certified estimate passes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Check {
    /// The log-likelihood and its derivatives are finite.
    Finite,
    /// The Hessian of the negative log-likelihood is positive definite; its least scaled eigenvalue is this.
    Curvature(f64),
    /// The estimated distance to the maximum, in nats, is at most the floor.
    Distance {
        /// Estimated distance to the maximum, in nats.
        edm: f64,
        /// What rounding of the gradient explains.
        floor: f64,
    },
    /// The Newton step vanishes; this is its greatest part.
    Step(f64),
    /// Numbers are fine enough for the estimate: a standard error is at least this many units in its last place.
    Resolution(f64),
    /// Numbers are fine enough for the data: their standard deviation is at least this many units in the last place of the
    /// greatest.
    Spread(f64),
    /// Rounding inside the density is small: this many nats of the log-likelihood, or of its distance to the maximum, are
    /// rounding.
    Rounding(f64),
    /// Rounding of the second derivatives is small: this part of the curvature, along a parameter or where it is least, is
    /// rounding.
    CurvatureRounding(f64),
    /// The log-likelihood falls both ways along its flattest directions; one way it falls by this, in nats.
    Fall(f64),
    /// This parameter is within the range of numbers.
    Range(String),
    /// The log-likelihood curves in this parameter, on its free scale, as its second derivative says.
    Smooth(String),
    /// A parameter is, in every row, within its domain, of which its link reaches an end.
    Link {
        /// The parameter.
        parameter: String,
        /// The link of its linear predictor.
        link: Link,
        /// The row, counted from 1, in which it is at the end.
        row: usize,
        /// The end of its domain.
        end: f64,
    },
}

impl Check {
    /// Whether it is about what numbers, formulas and links can do, so that it says nothing of whether there is a maximum.
    pub(crate) fn is_of_numbers(&self) -> bool {
        match self {
            Check::Resolution(_) | Check::Spread(_) | Check::Rounding(_) | Check::CurvatureRounding(_) => true,
            Check::Smooth(_) | Check::Link { .. } => true,
            Check::Finite | Check::Curvature(_) | Check::Distance { .. } => false,
            Check::Step(_) | Check::Fall(_) | Check::Range(_) => false,
        }
    }

    /// This check; but that of rounding, where another fails and rounding errors are too great for it to mean something.
    pub(crate) fn or_rounding(self, objective: &Objective, free: &[f64]) -> Check {
        let is_of_values = match self {
            Check::Curvature(least) => least.abs() <= 1e2 * LEAST_CURVATURE,
            Check::Fall(_) | Check::Step(_) | Check::Distance { .. } => true,
            _ => false,
        };
        let sums = objective.evaluate(free);
        if !is_of_values || !sums.is_finite() {
            return self;
        }
        if let Check::Distance { edm, .. } = self {
            let quadratic = Quadratic::of(&sums, 1.0);
            let blurs = objective.rounding(free, &sums).map(|stray| quadratic.distance_of_gradient(&stray.gradient));
            let blur = blurs.fold(0.0, f64::max);
            if blur > 0.1 * edm {
                return Check::Rounding(blur);
            }
        }
        let rounding = objective.rounding_of_value(free, &sums);
        if rounding > 1e-3 * objective.nat() { Check::Rounding(rounding) } else { self }
    }

    /// This check; but that of smoothness, where the log-likelihood has a kink or a cusp next to the point, so that no search
    /// by its derivatives could end there.
    pub(crate) fn or_kink(self, objective: &Objective, free: &[f64]) -> Check {
        let sums = objective.evaluate(free);
        let is_of_search =
            matches!(self, Check::Curvature(_) | Check::Fall(_) | Check::Step(_) | Check::Distance { .. });
        let is_rounding = matches!(self, Check::Rounding(_));
        if !(is_of_search || is_rounding) || !sums.is_finite() || !objective.has_cases() {
            return self;
        }
        // Rounding errors are rough, too, but at each distance by chance.
        let steps: &[f64] = if is_rounding { &[1e-3, 3e-4, 1e-4, 3e-5] } else { &[1e-3] };
        let names = objective.coordinates().free_names();
        let is_rough = |j: &usize| {
            let curvature = -sums.hessian[j * (free.len() + 1)];
            // As far as the curvature there says that the log-likelihood falls by little.
            let slope = |step: f64| {
                let mut there = free.to_vec();
                there[*j] += step;
                (objective.slope(&there).gradient[*j], there[*j])
            };
            let jump = |step: &f64| {
                let step = step / curvature.abs().sqrt();
                let ((after, right), (before, left)) = (slope(step), slope(-step));
                let seen = (before - after) / (right - left);
                let is_rough = curvature != 0.0 && seen.is_finite() && !(0.5..2.0).contains(&(seen / curvature));
                is_rough.then_some(before - after)
            };
            let jumps: Vec<f64> = steps.iter().map_while(jump).collect();
            let is_same = |pair: &[f64]| (0.4..2.5).contains(&(pair[1] / pair[0]));
            let is_rough = jumps.len() == steps.len() && jumps.windows(2).all(is_same);
            // Where the support ends it is not rough, it is over.
            let is_outside = |far: &f64| {
                let mut there = free.to_vec();
                there[*j] += far * steps[0] / curvature.abs().sqrt();
                !objective.value(&there).is_finite()
            };
            is_rough && ![-1e5, -1e3, -1e1, 1e1, 1e3, 1e5].iter().any(is_outside)
        };
        let rough = (0..free.len()).find(is_rough);
        rough.map_or(self, |j| Check::Smooth(names[j].name.clone()))
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Check::Finite => write!(f, "the log-likelihood or its derivatives are not finite there"),
            Check::Curvature(least) => {
                write!(
                    f,
                    "the log-likelihood does not curve downwards there (least scaled curvature {least:.1e}): the data do not identify the parameters, or it has no maximum"
                )
            }
            Check::Distance { edm, floor } => {
                write!(f, "the log-likelihood is still {edm:.1e} nats from its maximum (rounding explains {floor:.1e})")
            }
            Check::Step(step) => {
                write!(f, "the next step would still move a parameter by {step:.1e}: the maximum may lie at infinity")
            }
            Check::Resolution(units) => write!(
                f,
                "a standard error is only {units:.1} units in the last place of its parameter: the data agree to rounding, or it is next to an end that numbers do not tell it from"
            ),
            Check::Spread(units) => write!(
                f,
                "the standard deviation of the data is only {units:.1} units in their last place: they agree to rounding, and their spread is not resolved"
            ),
            Check::Rounding(nats) => write!(
                f,
                "{nats:.1e} nats there are rounding errors of the log-density: its terms cancel, as they do for data or parameters that are very large, and data that are almost constant"
            ),
            Check::CurvatureRounding(part) => write!(
                f,
                "{part:.1e} of the curvature of the log-likelihood there is rounding errors, and with it of the standard errors: data that agree so closely do not tell the parameters apart"
            ),
            Check::Range(name) => write!(
                f,
                "{name} is there at the end of the range of numbers, beyond which the maximum may lie; give the data in other units, or from another origin"
            ),
            Check::Smooth(name) => write!(
                f,
                "the log-likelihood is not smooth in {name} there, as where a location meets an observation: it may well be its maximum, and no derivative can tell; fix {name}, or the parameter that makes the kink"
            ),
            Check::Link { parameter, link, row, end } => write!(
                f,
                "in row {row} the {link} link takes {parameter} to {end}, an end of its domain, beyond which the maximum would lie; take a link that keeps {parameter} inside"
            ),
            Check::Fall(fall) => write!(
                f,
                "the log-likelihood falls by only {fall:.1e} nats one standard error away: the maximum may lie at infinity or at a boundary"
            ),
        }
    }
}
