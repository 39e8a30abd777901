//! [`Fit`]: what was learned, and a certificate that says whether to trust it.

mod covariance;
mod display;
mod outcome;

use std::ops::Index;
use std::sync::Arc;

pub use covariance::{Covariance, CovarianceKind, Expectation};
use nalgebra::DMatrix;
pub use outcome::{Outcome, Scope};

use crate::certificate::Certificate;
use crate::data::Term;
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::limit::Limit;
use crate::model::Edge;
use crate::objective::{Objective, Sums};
use crate::solver::Quadratic;
use crate::special::normal_quantile;

/// The estimate of a model from data, with its uncertainty and its certificate.
///
/// A fit is not generic and owns what it needs: it can be kept, sent to another thread, and asked more later.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Normal.fit(&[4.9, 5.1, 4.7, 5.6, 5.0])?;
/// let sigma = &fit["sigma"];
/// println!("{:.3} ± {:.3}", sigma.value, sigma.std_error);
/// assert!((fit["mu"].value - 5.06).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Clone)]
pub struct Fit {
    model: String,
    objective: Arc<Objective>,
    /// The estimate in the coordinates of the objective.
    free: Vec<f64>,
    estimates: Vec<Estimate>,
    covariance: Covariance,
    log_likelihood: f64,
    certificate: Certificate,
    outcome: Outcome,
    scope: Scope,
    dimension: usize,
    /// What was added to the log-likelihood on purpose, at the estimate.
    penalty: Option<f64>,
    /// Why the usual theory of large samples does not hold.
    irregular: Option<String>,
    /// The laws that the model declares to approach.
    limits: Arc<Vec<Limit>>,
    /// Of a limit: the data as evidence about the model that approaches it.
    family: Option<Arc<Objective>>,
}

/// One estimated quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The parameter's name.
    pub name: String,
    /// Its estimate.
    pub value: f64,
    /// Its standard error, from the observed information unless asked otherwise; NaN where theory gives none.
    pub std_error: f64,
}

impl Estimate {
    /// The Wald interval at a confidence `level`, a probability: estimate ∓ quantile · standard error.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if the level is not strictly between 0 and 1.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Poisson.fit(&[3, 1, 4, 1, 5])?;
    /// let (lower, upper) = fit["lambda"].interval(0.95)?;
    /// assert!(lower < 2.8 && 2.8 < upper);
    /// assert!(fit["lambda"].interval(95.0).is_err());
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn interval(&self, level: f64) -> Result<(f64, f64)> {
        check_level(level)?;
        let half_width = normal_quantile(0.5 + 0.5 * level) * self.std_error;
        Ok((self.value - half_width, self.value + half_width))
    }
}

impl Fit {
    /// A fit at a smooth maximum, whose log-likelihood has these sums.
    pub(crate) fn new(
        model: String,
        objective: Objective,
        free: Vec<f64>,
        sums: &Sums,
        quadratic: &Quadratic,
        certificate: Certificate,
    ) -> Fit {
        let (names, held) = (objective.coordinates().reported_names(), objective.coordinates().held());
        let (values, jacobian) = objective.coordinates().reported(&free);
        // At a stationary point the observed information changes coordinates like a tensor: no second-order term.
        let jacobian = DMatrix::from_fn(values.len(), free.len(), |i, j| jacobian[i][j]);
        let for_errors = objective.reads_information().then(|| Quadratic::of(&objective.for_errors(&free), 1.0));
        let quadratic = for_errors.as_ref().unwrap_or(quadratic);
        let (root, kind) = if objective.has_sampling_weights() {
            let scores = DMatrix::from_row_slice(free.len(), free.len(), &objective.score_products(&free));
            (sandwich_root(quadratic, scores), CovarianceKind::Sandwich)
        } else {
            (quadratic.inverse_root(), CovarianceKind::Observed)
        };
        let mut covariance = Covariance::of_root(names.clone(), &(&jacobian * root), kind);
        for (at, _) in names.iter().enumerate().filter(|(_, name)| held.contains(name)) {
            covariance = covariance.without(at);
        }
        let estimate = |(at, name): (usize, &String)| {
            let std_error = covariance.std_errors()[at];
            Estimate { name: name.clone(), value: values[at], std_error }
        };
        let estimates = names.iter().enumerate().map(estimate).collect();
        let dimension = free.len();
        let penalty = objective.penalty(&free);
        Fit {
            model,
            objective: Arc::new(objective),
            free,
            estimates,
            covariance,
            log_likelihood: sums.value - penalty.unwrap_or(0.0),
            penalty,
            certificate,
            outcome: Outcome::Interior,
            scope: Scope::BestOf { agree: 1, starts: 1 },
            dimension,
            irregular: None,
            limits: Arc::default(),
            family: None,
        }
    }

    /// A fit at an edge or a kink, with the errors that theory gives.
    pub(crate) fn at_edge(
        model: String,
        objective: Objective,
        log_likelihood: f64,
        free: Vec<f64>,
        edge: &Edge,
        certificate: Certificate,
    ) -> Fit {
        let all = objective.coordinates().space().blocks().iter().flat_map(|block| block.names());
        let told = objective.coordinates().reported_names();
        let estimates: Vec<Estimate> = (all.zip(edge.theta.iter().zip(&edge.std_errors)))
            .filter(|(name, _)| told.contains(name))
            .map(|(name, (&value, &std_error))| Estimate { name: name.clone(), value, std_error })
            .collect();
        Fit {
            model,
            covariance: Covariance::uncorrelated(&estimates),
            dimension: objective.coordinates().len(),
            objective: Arc::new(objective),
            free,
            estimates,
            log_likelihood,
            certificate,
            outcome: Outcome::Edge { at: edge.at.clone() },
            scope: Scope::BestOf { agree: 1, starts: 1 },
            penalty: None,
            irregular: None,
            limits: Arc::default(),
            family: None,
        }
    }

    /// The same fit with its outcome, its scope, and how many parameters the model has.
    pub(crate) fn with(self, outcome: Outcome, scope: Scope, dimension: usize) -> Fit {
        Fit { outcome, scope, dimension, ..self }
    }

    /// The same fit without what the usual theory gives, if there is a reason to withhold it.
    pub(crate) fn without_theory(mut self, why: Option<String>) -> Fit {
        if why.is_some() {
            self.estimates.iter_mut().for_each(|estimate| estimate.std_error = f64::NAN);
            self.covariance = Covariance::uncorrelated(&self.estimates);
            self.irregular = why;
        }
        self
    }

    /// The same fit of a model that approaches these laws.
    pub(crate) fn approaching(self, limits: Arc<Vec<Limit>>) -> Fit {
        Fit { limits, ..self }
    }

    /// The laws that the model approaches.
    pub(crate) fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// The same fit in the parameters of another model, whose likelihood of the data is `family`.
    pub(crate) fn told_as(self, model: String, estimates: Vec<Estimate>, family: Objective) -> Fit {
        let covariance = Covariance::uncorrelated(&estimates);
        Fit { model, covariance, estimates, family: Some(Arc::new(family)), ..self }
    }

    /// The data as evidence about the model that was fitted.
    pub(crate) fn terms(&self) -> Vec<Term> {
        self.of_data().terms()
    }

    /// The log-likelihood of the data under the model that was fitted, which at a limit is not the one that has the estimate.
    pub(crate) fn of_data(&self) -> &Arc<Objective> {
        self.family.as_ref().unwrap_or(&self.objective)
    }

    /// The log-likelihood of the data as a function of [`free`](Fit::free) coordinates.
    pub(crate) fn objective(&self) -> &Objective {
        &self.objective
    }

    /// The parameters of the model's space, where none varies by row and the estimate is inside.
    pub(crate) fn natural(&self) -> Option<Vec<f64>> {
        let coordinates = self.objective.coordinates();
        let is_plain = matches!(self.outcome, Outcome::Interior) && !coordinates.has_predictors();
        is_plain.then(|| coordinates.natural(&coordinates.local(&self.free)))
    }

    /// The estimate in free coordinates.
    pub(crate) fn free(&self) -> &[f64] {
        &self.free
    }

    /// The fitted model, in the model language.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The number of observations: the sum of their frequencies.
    pub fn n(&self) -> f64 {
        self.objective.n()
    }

    /// How many parameters the model has that are free: its degrees of freedom.
    pub fn free_parameters(&self) -> usize {
        self.dimension
    }

    /// Where the estimate lies.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Of how much of the likelihood it is the maximum.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// What was estimated, in the order of the model's parameters.
    pub fn estimates(&self) -> &[Estimate] {
        &self.estimates
    }

    /// The estimate of this name.
    pub fn get(&self, name: &str) -> Option<&Estimate> {
        self.estimates.iter().find(|estimate| estimate.name == name)
    }

    /// The parameters that were known, with their values.
    pub fn known(&self) -> Vec<(String, f64)> {
        self.objective.coordinates().known()
    }

    /// The covariance matrix of the estimates: the inverse of the observed information, a sandwich for sampling weights, or
    /// what was [asked for](Fit::with_covariance).
    pub fn covariance(&self) -> &Covariance {
        &self.covariance
    }

    /// The log-likelihood at the estimate, in nats, with every constant of the density.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// The penalty at the estimate, in nats, if one was asked for: the estimate maximises the sum of it and the
    /// log-likelihood.
    pub fn penalty(&self) -> Option<f64> {
        self.penalty
    }

    /// What the penalty is [called](crate::penalty::Penalty::name), if one was asked for.
    pub fn penalty_name(&self) -> Option<String> {
        self.penalty?;
        self.objective.penalty_formula().map(|formula| formula.called())
    }

    /// What the estimate maximises, at the estimate: the log-likelihood with the penalty, if there is one.
    pub(crate) fn maximum(&self) -> f64 {
        self.log_likelihood + self.penalty.unwrap_or(0.0)
    }

    /// One line about what was fitted: the model, the number of observations, and the penalty, if there is one.
    pub fn heading(&self) -> String {
        let penalty = self.penalty_name().map_or_else(String::new, |name| format!(", penalty {name}"));
        format!("{} fitted to {} observations{penalty}", self.model, self.n())
    }

    /// Why the usual theory of large samples does not hold at the estimate, by the model's
    /// [`regular_at`](crate::Model::regular_at): then standard errors, covariances and criteria are withheld.
    pub fn irregularity(&self) -> Option<&str> {
        self.irregular.as_deref()
    }

    /// Akaike's criterion, 2k − 2 ln L; withheld for sampling weights, which have no likelihood, at a limit, which is not
    /// in the model, after a penalty, and where the usual theory does not hold.
    pub fn aic(&self) -> Option<f64> {
        self.has_criteria().then_some(2.0 * self.dimension as f64 - 2.0 * self.log_likelihood)
    }

    /// Schwarz's criterion, k ln n − 2 ln L, n the number of observations; withheld where AIC is.
    pub fn bic(&self) -> Option<f64> {
        self.has_criteria().then(|| self.dimension as f64 * self.n().ln() - 2.0 * self.log_likelihood)
    }

    fn has_criteria(&self) -> bool {
        let is_limit = matches!(self.outcome, Outcome::Limit { .. });
        !self.objective.has_sampling_weights() && !is_limit && self.irregular.is_none() && self.penalty.is_none()
    }

    /// The cross-entropy from the data to the fitted model, −(1/Σw) ln L, in nats: what the estimate minimises.
    pub fn cross_entropy(&self) -> f64 {
        (0.0 - self.log_likelihood) / self.objective.total_weight()
    }

    /// The sufficient statistics that stood in for the rows, as formulas of an observation `x` (or `x1`, `x2`, …), about
    /// the centres that were used; none if the model is not an exponential family in this form.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Poisson.fit(&[3, 1, 4, 1, 5])?;
    /// assert!(fit.sufficient_statistics().unwrap().contains(&"x".to_string()));
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn sufficient_statistics(&self) -> Option<Vec<String>> {
        let text = |graph: Graph| {
            let names: Vec<String> = match graph.columns() {
                1 => vec!["x".to_string()],
                several => (1..=several).map(|k| format!("x{k}")).collect(),
            };
            graph.formula(&[], &names.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let statistics = self.objective.sufficient_statistics()?;
        Some(statistics.into_iter().flatten().map(text).collect())
    }

    /// Why the estimate may be trusted.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }
}

impl Index<&str> for Fit {
    type Output = Estimate;

    /// # Panics
    ///
    /// If nothing of this name was estimated; [`Fit::get`] asks first.
    fn index(&self, name: &str) -> &Estimate {
        self.get(name).unwrap_or_else(|| {
            let names: Vec<&str> = self.estimates.iter().map(|estimate| estimate.name.as_str()).collect();
            panic!("{} has no estimate `{name}`; it has {}", self.model, names.join(", "))
        })
    }
}

/// Fails unless this is a confidence level.
pub(crate) fn check_level(level: f64) -> Result<()> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    let message = format!("a confidence level is a probability between 0 and 1, and {level} is not; 95 % is 0.95");
    Err(Error::Model { message })
}

/// V √B, a root of the sandwich V B V with V the inverse of a Hessian and B of sums of products of scores.
pub(crate) fn sandwich_root(quadratic: &Quadratic, scores: DMatrix<f64>) -> DMatrix<f64> {
    let eigen = scores.symmetric_eigen();
    let half = DMatrix::from_diagonal(&eigen.eigenvalues.map(|value| value.max(0.0).sqrt()));
    quadratic.inverse() * eigen.eigenvectors * half
}

/// The Euclidean length of a vector, whose squares may overflow.
fn length(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let greatest = values.clone().fold(0.0_f64, |m, x| m.max(x.abs()));
    if greatest == 0.0 || !greatest.is_finite() {
        return greatest;
    }
    greatest * values.map(|x| (x / greatest).powi(2)).sum::<f64>().sqrt()
}
