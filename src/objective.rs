//! [`Objective`]: the log-likelihood of all rows, with its exact gradient and Hessian by free coordinates.
//!
//! It is a sum of terms over one space. Each term is differentiated with respect to the local coordinates that its
//! density sees, a handful, and chained to the coordinates of the estimate: constants, equalities, or Xᵀs and XᵀWX for
//! linear predictors.

mod counted;
mod part;
mod sums;

use crate::data::Term;
use crate::error::{Error, Result};
use crate::space::{Coordinates, Space};
pub(crate) use counted::Counted;
use part::Part;
pub(crate) use sums::Sums;

/// The log-likelihood of some data under a model, ready to evaluate.
#[derive(Debug)]
pub(crate) struct Objective {
    coordinates: Coordinates,
    parts: Vec<Part>,
    n: f64,
}

impl Objective {
    /// # Errors
    ///
    /// [`Error::Empty`] if there are no rows, and whatever is wrong with the space.
    pub(crate) fn new(space: Space, terms: Vec<Term>) -> Result<Objective> {
        let coordinates = Coordinates::new(space)?;
        let parts: Vec<Part> = terms.into_iter().map(|term| Part::new(term, &coordinates)).collect::<Result<_>>()?;
        let n = parts.iter().map(Part::n).sum();
        if n > 0.0 { Ok(Objective { coordinates, parts, n }) } else { Err(Error::Empty) }
    }

    /// The number of observations: the sum of the frequencies.
    pub(crate) fn n(&self) -> f64 {
        self.n
    }

    pub(crate) fn coordinates(&self) -> &Coordinates {
        &self.coordinates
    }

    /// The log-likelihood with gradient and Hessian at these free coordinates.
    pub(crate) fn evaluate(&self, free: &[f64]) -> Sums {
        self.parts.iter().fold(Sums::zero(free.len()), |sums, part| sums.merge(part.evaluate(free, false)))
    }

    /// Σ |term| over rows, of the log-likelihood and each part of its gradient: what rounding errors scale with.
    pub(crate) fn magnitudes(&self, free: &[f64]) -> Sums {
        self.parts.iter().fold(Sums::zero(free.len()), |sums, part| sums.merge(part.evaluate(free, true)))
    }

    /// Whether the observations have probabilities, not densities.
    pub(crate) fn is_discrete(&self) -> bool {
        self.filled().all(Part::is_discrete)
    }

    /// Whether all observations are of one kind, known exactly.
    pub(crate) fn is_exact(&self) -> bool {
        self.filled().count() == 1 && self.filled().all(Part::is_exact)
    }

    /// Whether rows differ in their parameters.
    pub(crate) fn has_covariates(&self) -> bool {
        self.filled().any(Part::has_covariates)
    }

    /// The distinct observations, with how often each occurs and its log-density at these free coordinates.
    pub(crate) fn counted(&self, free: &[f64]) -> Vec<Counted> {
        self.filled().flat_map(|part| part.counted(free)).collect()
    }

    /// The parts that have rows.
    fn filled(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.n() > 0.0)
    }

    /// The first row, counted from 1, whose log-density is not finite.
    pub(crate) fn first_not_finite(&self, free: &[f64]) -> Option<usize> {
        self.parts.iter().filter_map(|part| part.first_not_finite(free)).min()
    }
}
