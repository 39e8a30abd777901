//! [`Fit`]: what was learned, and a certificate that says whether to trust it.

mod display;

use std::ops::Index;
use std::sync::Arc;

use nalgebra::DMatrix;

use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::objective::Objective;
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
#[derive(Debug, Clone)]
pub struct Fit {
    model: String,
    objective: Arc<Objective>,
    /// The estimate in the coordinates of the objective.
    free: Vec<f64>,
    estimates: Vec<Estimate>,
    covariance: Covariance,
    log_likelihood: f64,
    certificate: Certificate,
}

/// One estimated quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The parameter's name.
    pub name: String,
    /// Its estimate.
    pub value: f64,
    /// Its standard error, from the observed information.
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
        if !(level > 0.0 && level < 1.0) {
            let message =
                format!("a confidence level is a probability between 0 and 1, and {level} is not; 95 % is 0.95");
            return Err(Error::Model { message });
        }
        let half_width = normal_quantile(0.5 + 0.5 * level) * self.std_error;
        Ok((self.value - half_width, self.value + half_width))
    }
}

/// The covariance matrix of estimates, by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance {
    names: Vec<String>,
    /// Row by row.
    entries: Vec<f64>,
}

impl Covariance {
    /// The names of its rows and columns, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The covariance of two estimates; the variance of one with itself. None if there is no such estimate.
    pub fn between(&self, a: &str, b: &str) -> Option<f64> {
        let place = |name: &str| self.names.iter().position(|other| other == name);
        Some(self.entries[place(a)? * self.names.len() + place(b)?])
    }

    /// The entries, row by row.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.entries.chunks(self.names.len().max(1))
    }
}

impl Fit {
    pub(crate) fn new(
        model: String,
        objective: Objective,
        free: Vec<f64>,
        log_likelihood: f64,
        free_covariance: &DMatrix<f64>,
        certificate: Certificate,
    ) -> Fit {
        let names = objective.coordinates().reported_names();
        let (values, jacobian) = objective.coordinates().reported(&free);
        // At a stationary point the observed information changes coordinates like a tensor: no second-order term.
        let jacobian = DMatrix::from_fn(values.len(), free.len(), |i, j| jacobian[i][j]);
        let matrix = &jacobian * free_covariance * jacobian.transpose();
        let estimates = names.iter().zip(&values).enumerate().map(|(i, (name, &value))| Estimate {
            name: name.clone(),
            value,
            std_error: matrix[(i, i)].sqrt(),
        });
        let estimates = estimates.collect();
        let covariance = Covariance { names, entries: matrix.transpose().iter().copied().collect() };
        Fit { model, objective: Arc::new(objective), free, estimates, covariance, log_likelihood, certificate }
    }

    /// The log-likelihood of the data as a function of [`free`](Fit::free) coordinates.
    pub(crate) fn objective(&self) -> &Objective {
        &self.objective
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

    /// How many parameters were free: the degrees of freedom of the model.
    pub fn free_parameters(&self) -> usize {
        self.objective.coordinates().len()
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

    /// The covariance matrix of the estimates: the inverse of the observed information.
    pub fn covariance(&self) -> &Covariance {
        &self.covariance
    }

    /// The log-likelihood at the estimate, in nats, with every constant of the density.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// Akaike's criterion, 2k − 2 ln L.
    pub fn aic(&self) -> f64 {
        2.0 * self.free_parameters() as f64 - 2.0 * self.log_likelihood
    }

    /// Schwarz's criterion, k ln n − 2 ln L, n the number of observations.
    pub fn bic(&self) -> f64 {
        self.free_parameters() as f64 * self.n().ln() - 2.0 * self.log_likelihood
    }

    /// The cross-entropy from the data to the fitted model, −(1/n) ln L, in nats: what the estimate minimises.
    pub fn cross_entropy(&self) -> f64 {
        -self.log_likelihood / self.n()
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
