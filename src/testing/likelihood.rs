//! [`Likelihood`]: the sums over rows that a fit is made of, to be timed or looked at.

use crate::data::Data;
use crate::error::Result;
use crate::model::Model;
use crate::objective::Objective;

/// The log-likelihood of some data as a search sees it: at free coordinates, with exact derivatives.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
/// use thetahat::testing::Likelihood;
///
/// let likelihood = Likelihood::new(&Exponential, &[1.0, 3.0], 1)?;
/// let at = likelihood.free(&[0.5]).expect("inside the space");
/// let (value, gradient) = likelihood.slope(&at);
/// assert!((value - 2.0 * 0.5_f64.ln() + 2.0).abs() < 1e-15 && gradient[0].abs() < 1e-15);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Likelihood {
    objective: Objective,
}

impl Likelihood {
    /// The log-likelihood of `data`, evaluated on so many threads.
    ///
    /// # Errors
    ///
    /// What is wrong with the data or the space.
    pub fn new<M: Model, D: Data<M>>(model: &M, data: D, threads: usize) -> Result<Likelihood> {
        Ok(Likelihood { objective: Objective::on(model.space(), data.terms(model)?, Some(threads))? })
    }

    /// The free coordinates of natural parameters; none outside the space.
    pub fn free(&self, theta: &[f64]) -> Option<Vec<f64>> {
        self.objective.coordinates().global(theta)
    }

    /// The log-likelihood.
    pub fn value(&self, free: &[f64]) -> f64 {
        self.objective.value(free)
    }

    /// The value, in nats, and the gradient by free coordinates.
    pub fn slope(&self, free: &[f64]) -> (f64, Vec<f64>) {
        let sums = self.objective.slope(free);
        (sums.value, sums.gradient)
    }

    /// The value, the gradient, and the Hessian, row by row.
    pub fn curvature(&self, free: &[f64]) -> (f64, Vec<f64>, Vec<f64>) {
        let sums = self.objective.evaluate_anew(free);
        (sums.value, sums.gradient, sums.hessian)
    }
}
