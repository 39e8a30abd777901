//! The laws by name, and what is said of one that is broken.

use std::fmt;

use crate::any_model::AnyModel;
use crate::graph::Graph;
use crate::model::Model;

/// A law that every model obeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Law {
    /// The density integrates, or sums, to one.
    Total,
    /// The log-density is finite in the tails, where the density itself underflows.
    Tails,
    /// The mean score is zero.
    MeanScore,
    /// The variance of the score is minus the mean Hessian.
    Information,
    /// θ minimises the cross-entropy from its own law.
    CrossEntropy,
    /// The distribution function is the integral of the density, from either side.
    Distribution,
    /// Quantiles invert the distribution function.
    Quantile,
    /// Mean, variance and entropy are those of the density.
    Moments,
    /// Draws follow the density.
    Draws,
    /// Traced formulas and their derivatives are those of the formula.
    Derivatives,
    /// Parameters survive the way to free coordinates and back.
    Coordinates,
    /// The log-likelihood of parts sums to that of the whole.
    Parts,
    /// What is outside the support, or outside the domain, is an error that says where.
    Refusal,
    /// A declared limit is approached.
    Limit,
}

/// A law that a model breaks: where, and by how much.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// The law.
    pub law: Law,
    /// The model's name.
    pub model: String,
    /// The parameters, by name.
    pub parameters: Vec<(String, f64)>,
    /// The observation, column by column, if there is one.
    pub observation: Option<Vec<f64>>,
    /// What was found, and what the law says.
    pub message: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.model)?;
        let parameters: Vec<String> =
            self.parameters.iter().map(|(name, value)| format!("{name} = {value:?}")).collect();
        if !parameters.is_empty() {
            write!(f, " at {}", parameters.join(", "))?;
        }
        match self.observation.as_deref() {
            Some([x]) => write!(f, ", x = {x:?}")?,
            Some(x) => write!(f, ", x = {x:?}")?,
            None => {}
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for Broken {}

/// A model at a point of its space.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) model: &'a AnyModel,
    pub(super) theta: &'a [f64],
    /// Its log-density, a formula of the observation alone.
    pub(super) density: &'a Graph,
}

impl At<'_> {
    pub(super) fn ln_density(&self, x: &[f64]) -> f64 {
        self.density.replay(&[], x)
    }

    /// What is said when `law` is broken here, at the observation `x`.
    pub(super) fn broken(&self, law: Law, x: Option<&[f64]>, message: String) -> Broken {
        let parameters = self.model.space().names().map(str::to_string).zip(self.theta.iter().copied()).collect();
        Broken { law, model: self.model.name(), parameters, observation: x.map(<[f64]>::to_vec), message }
    }
}

/// Whether an error is more than allowed; NaN is more than anything.
pub(super) fn exceeds(error: f64, allowed: f64) -> bool {
    error.is_nan() || allowed.is_nan() || error > allowed
}
