//! Minimising the mean negative log-likelihood. argmin runs the iterations; it appears nowhere else.

mod quadratic;
mod trust_region;

use argmin::core::{Executor, State};

pub(crate) use quadratic::Quadratic;
use trust_region::TrustRegionNewton;

use crate::error::Result;
use crate::objective::Objective;

/// Where a search ended. It is a candidate: whether it is a maximum is for the certificate to say.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) free: Vec<f64>,
    /// The log-likelihood there.
    pub(crate) log_likelihood: f64,
    pub(crate) iterations: u64,
    /// Passes over the data.
    pub(crate) passes: u64,
}

/// Searches from `start` for a maximum of the likelihood.
pub(crate) fn maximise(objective: &Objective, start: Vec<f64>, max_iterations: u64) -> Result<Candidate> {
    let executor = Executor::new(objective, TrustRegionNewton::default())
        .configure(|state| state.param(start.clone()).max_iters(max_iterations).counting(true));
    let result = executor.run().map_err(|error| crate::Error::Model { message: error.to_string() })?;
    let state = result.state();
    let passes = state.get_func_counts().values().sum();
    // argmin's verdict is not asked for: it calls a stalled step converged.
    let free = state.get_param().cloned().unwrap_or(start);
    let log_likelihood = -state.get_cost() * objective.n();
    Ok(Candidate { free, log_likelihood, iterations: state.get_iter(), passes })
}
