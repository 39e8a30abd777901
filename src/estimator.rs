//! [`Estimator`]: how to look for an estimate.

mod search;

use crate::certificate::{Certificate, Evidence, check_interior};
use crate::data::{Data, Sample, Term};
use crate::error::{Error, Result};
use crate::fit::Fit;
use crate::model::{Model, Start};
use crate::objective::Objective;
use crate::solver::{self, Candidate};
use crate::space::{Binding, Coordinates};

/// A model and how to look for its estimate.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let waits = [1.8, 2.0, 1.9, 2.2, 2.1, 4.1, 4.3, 3.9, 4.4, 4.0];
/// let fit = Estimator::new(Mixture([Normal, Normal])).starts(20).seed(7).fit(&waits)?;
/// assert!((fit["mu2"].value - 4.14).abs() < 1e-6);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Estimator<M> {
    model: M,
    settings: Settings,
}

impl<M: Model> Estimator<M> {
    /// Looks for the estimate of `model` from the model's own starts.
    pub fn new(model: M) -> Estimator<M> {
        Estimator { model, settings: Settings::default() }
    }

    /// Looks from at least this many points: the model's own, then others drawn around them.
    pub fn starts(mut self, starts: usize) -> Self {
        self.settings.starts = starts;
        self
    }

    /// The seed of what is drawn: the same seed gives the same fit.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Looks from this point first: a value for each parameter of the model's space, in its order.
    pub fn start_at(mut self, theta: impl Into<Vec<f64>>) -> Self {
        self.settings.at = Some(theta.into());
        self
    }

    /// Stops each search after this many iterations.
    pub fn max_iterations(mut self, iterations: u64) -> Self {
        self.settings.max_iterations = iterations;
        self
    }

    /// Fits the model to data.
    ///
    /// # Errors
    ///
    /// [`Error`] says what is wrong with the data or the model, or why there is no certified estimate.
    pub fn fit<D: Data<M>>(&self, data: D) -> Result<Fit> {
        self.settings.fit(&self.model, data)
    }
}

/// How to look, whatever the model.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    starts: usize,
    seed: u64,
    at: Option<Vec<f64>>,
    max_iterations: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { starts: 1, seed: 0, at: None, max_iterations: 300 }
    }
}

/// Log-likelihoods that differ by less than this, in nats, are of the same maximum.
const SAME_MAXIMUM: f64 = 1e-6;

impl Settings {
    pub(crate) fn fit<M: Model, D: Data<M>>(&self, model: &M, data: D) -> Result<Fit> {
        let terms = data.terms(model)?;
        let sample = Sample::of(&terms);
        let pilot: Vec<Term> = terms.iter().map(|term| term.thinned(search::PILOT_ROWS)).collect();
        let objective = Objective::new(model.space(), terms)?;
        let candidates = self.candidates(model, &objective, &sample, pilot)?;
        let passes = candidates.iter().map(|candidate| candidate.passes).sum::<u64>();
        let mut failed: Option<(Candidate, crate::certificate::Check)> = None;
        // The best that can be certified. A better point that cannot is at an end of the space, not the estimate.
        for best in &candidates {
            let free = canonical(model, objective.coordinates(), &best.free);
            let sums = objective.evaluate(&free);
            match check_interior(&objective, &free, &sums) {
                Ok(interior) => {
                    let same = |other: &&Candidate| (best.log_likelihood - other.log_likelihood).abs() < SAME_MAXIMUM;
                    let certificate = Certificate {
                        edm: interior.edm,
                        condition: interior.quadratic.condition(),
                        least_fall: interior.least_fall,
                        iterations: best.iterations,
                        passes,
                        starts: candidates.len(),
                        starts_agree: candidates.iter().filter(same).count(),
                    };
                    let covariance = interior.quadratic.inverse();
                    return Ok(Fit::new(model.name(), objective, free, sums.value, &covariance, certificate));
                }
                Err(check) => failed = failed.or_else(|| Some((best.clone(), check))),
            }
        }
        let (best, check) = failed.expect("there is at least one candidate");
        let (values, _) = objective.coordinates().reported(&best.free);
        let point = objective.coordinates().reported_names().into_iter().zip(values).collect();
        let evidence = Evidence { point, log_likelihood: best.log_likelihood, failed: check };
        Err(Error::NotCertified(Box::new(evidence)))
    }

    /// Where searches from all starts ended, best first.
    fn candidates<M: Model>(
        &self,
        model: &M,
        objective: &Objective,
        sample: &Sample,
        pilot: Vec<Term>,
    ) -> Result<Vec<Candidate>> {
        let space = model.space();
        let all_free = space.blocks().iter().all(|block| *block.binding() == Binding::Free);
        let start = self.at.clone().map_or_else(|| model.start(sample), Start::At);
        let (points, exact) = match start {
            Start::Exact(point) => (vec![point], all_free),
            Start::At(point) => (vec![point], false),
            Start::Several(points) => (points, false),
            Start::Search => (vec![], false),
        };
        if let Some(point) = points.iter().find(|point| point.len() != space.len()) {
            let message = format!(
                "a start of {} has {} values where its space has {} parameters",
                model.name(),
                point.len(),
                space.len()
            );
            return Err(Error::Model { message });
        }
        let inside = points.iter().filter_map(|point| objective.coordinates().global(point));
        let mut starts: Vec<Vec<f64>> = inside.filter(|free| objective.evaluate(free).is_finite()).collect();
        if let ([free], true) = (&starts[..], exact) {
            let sums = objective.evaluate(free);
            if check_interior(objective, free, &sums).is_ok() {
                let log_likelihood = sums.value;
                return Ok(vec![Candidate { free: free.clone(), log_likelihood, iterations: 0, passes: 2 }]);
            }
        }
        if starts.is_empty() {
            let pilot = Objective::new(space, pilot)?;
            let found = search::search(&pilot, sample);
            let sums = objective.evaluate(&found);
            if !sums.is_finite() {
                return Err(Error::NoStart { model: model.name(), row: objective.first_not_finite(&found) });
            }
            starts.push(found);
        }
        let more = self.starts.saturating_sub(starts.len());
        starts.extend(search::scatter(objective, &starts, more, self.seed));
        let runs = starts.into_iter().map(|free| solver::maximise(objective, free, self.max_iterations));
        let mut candidates: Vec<Candidate> = runs.collect::<Result<_>>()?;
        candidates.sort_by(|a, b| b.log_likelihood.total_cmp(&a.log_likelihood));
        Ok(candidates)
    }
}

/// The equivalent point that the model reports, in free coordinates.
fn canonical<M: Model>(model: &M, coordinates: &Coordinates, free: &[f64]) -> Vec<f64> {
    if coordinates.chains().len() != coordinates.len() || coordinates.has_predictors() {
        return free.to_vec();
    }
    let natural = coordinates.natural(free);
    let ordered = model.canonical(natural.clone());
    if ordered == natural { free.to_vec() } else { coordinates.global(&ordered).unwrap_or_else(|| free.to_vec()) }
}
