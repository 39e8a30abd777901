//! [`Covariance`]: how sure estimates are, and what says so.

use std::fmt;

use nalgebra::DMatrix;

use super::{Estimate, Fit, length};
use crate::error::{Error, Result};
use crate::number::significant;

/// The covariance matrix of estimates, by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance {
    pub(super) names: Vec<String>,
    /// Row by row.
    pub(super) entries: Vec<f64>,
    errors: Vec<f64>,
    kind: CovarianceKind,
}

/// What a covariance matrix is made of.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CovarianceKind {
    /// The inverse of the observed information, −∂² ln L.
    Observed,
    /// The inverse of the expected information.
    Expected(Expectation),
    /// The sandwich V B V of the inverse observed information V and the sum B of products of the scores of rows: it holds
    /// also where the model does not (White, "Maximum likelihood estimation of misspecified models", 1982).
    Sandwich,
    /// The sandwich of scores summed over clusters, whose rows may depend on each other (Liang and Zeger, "Longitudinal data
    /// analysis using generalized linear models", 1986), times G/(G − 1) for G clusters.
    Clustered {
        /// How many clusters there are.
        clusters: usize,
    },
}

/// How an expectation was computed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Expectation {
    /// In closed form: in a full exponential family the expected information is the observed one, at the estimate.
    Closed,
    /// A sum over the values of a discrete law, up to a tail of probability 1e-12.
    Sum,
    /// An integral by the double-exponential rule.
    Integral,
    /// A mean over data sets drawn from the fit.
    MonteCarlo {
        /// How many were drawn.
        datasets: usize,
        /// The Monte-Carlo error of each standard error.
        errors: Vec<f64>,
    },
}

impl fmt::Display for CovarianceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CovarianceKind::Observed => f.write_str("observed information"),
            CovarianceKind::Expected(Expectation::Closed) => {
                f.write_str("expected information, which is the observed one in a full exponential family")
            }
            CovarianceKind::Expected(Expectation::Sum) => f.write_str("expected information, by a sum"),
            CovarianceKind::Expected(Expectation::Integral) => f.write_str("expected information, by an integral"),
            CovarianceKind::Expected(Expectation::MonteCarlo { datasets, errors }) => {
                let greatest = errors.iter().copied().fold(0.0, f64::max);
                write!(
                    f,
                    "expected information, from {datasets} data sets; Monte-Carlo errors up to {}",
                    significant(greatest, 2)
                )
            }
            CovarianceKind::Sandwich => f.write_str("sandwich"),
            CovarianceKind::Clustered { clusters } => write!(f, "sandwich of {clusters} clusters"),
        }
    }
}

impl CovarianceKind {
    /// One word for programs: `observed`, `expected`, `sandwich` or `clustered`.
    pub fn word(&self) -> &'static str {
        match self {
            CovarianceKind::Observed => "observed",
            CovarianceKind::Expected(_) => "expected",
            CovarianceKind::Sandwich => "sandwich",
            CovarianceKind::Clustered { .. } => "clustered",
        }
    }
}

impl Covariance {
    /// R Rᵀ, whose roots of the diagonal do not overflow where its squares do.
    pub(crate) fn of_root(names: Vec<String>, root: &DMatrix<f64>, kind: CovarianceKind) -> Covariance {
        let errors = root.row_iter().map(|row| length(row.iter().copied())).collect();
        let matrix = root * root.transpose();
        Covariance { names, entries: matrix.transpose().iter().copied().collect(), errors, kind }
    }

    /// Known variances, and nothing known of the rest.
    pub(super) fn uncorrelated(estimates: &[Estimate]) -> Covariance {
        let entry = |i: usize, j: usize| if i == j { estimates[i].std_error.powi(2) } else { f64::NAN };
        let k = estimates.len();
        Covariance {
            names: estimates.iter().map(|estimate| estimate.name.clone()).collect(),
            entries: (0..k).flat_map(|i| (0..k).map(move |j| entry(i, j))).collect(),
            errors: estimates.iter().map(|estimate| estimate.std_error).collect(),
            kind: CovarianceKind::Observed,
        }
    }

    /// The same without what is known of one estimate.
    pub(super) fn without(mut self, at: usize) -> Covariance {
        let k = self.names.len();
        self.errors[at] = f64::NAN;
        for other in 0..k {
            self.entries[at * k + other] = f64::NAN;
            self.entries[other * k + at] = f64::NAN;
        }
        self
    }

    /// The names of its rows and columns, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What it is made of.
    pub fn kind(&self) -> &CovarianceKind {
        &self.kind
    }

    /// The covariance of two estimates; the variance of one with itself. None if there is no such estimate.
    pub fn between(&self, a: &str, b: &str) -> Option<f64> {
        let place = |name: &str| self.names.iter().position(|other| other == name);
        Some(self.entries[place(a)? * self.names.len() + place(b)?])
    }

    /// The standard error of an estimate. None if there is no such estimate.
    pub fn std_error(&self, name: &str) -> Option<f64> {
        Some(self.errors[self.names.iter().position(|other| other == name)?])
    }

    /// The standard errors, in order.
    pub(super) fn std_errors(&self) -> &[f64] {
        &self.errors
    }

    /// The entries, row by row.
    pub fn rows(&self) -> impl Iterator<Item = &[f64]> {
        self.entries.chunks(self.names.len().max(1))
    }
}

impl Fit {
    /// The same fit with standard errors, intervals and what is derived from another covariance matrix of its estimates.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if it is of other estimates.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Poisson.fit(&[3, 1, 4, 1, 5, 9, 2, 6])?;
    /// let robust = fit.clone().with_covariance(fit.sandwich()?)?;
    /// // √(Σ(x − x̄)²)/n, not √(x̄/n)
    /// assert!((robust["lambda"].std_error - 52.875_f64.sqrt() / 8.0).abs() < 1e-12);
    /// assert!(robust["lambda"].std_error > fit["lambda"].std_error);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn with_covariance(mut self, covariance: Covariance) -> Result<Fit> {
        if covariance.names != self.covariance.names {
            let message = format!("a covariance matrix of {} is not of this fit", covariance.names.join(", "));
            return Err(Error::Model { message });
        }
        for (estimate, error) in self.estimates.iter_mut().zip(&covariance.errors) {
            estimate.std_error = *error;
        }
        Ok(Fit { covariance, ..self })
    }

    /// A covariance matrix of free coordinates, given by a root of it, as one of the estimates.
    pub(crate) fn covariance_of_estimates(&self, root: &DMatrix<f64>, kind: CovarianceKind) -> Covariance {
        let (values, jacobian) = self.objective.coordinates().reported(&self.free);
        let jacobian = DMatrix::from_fn(values.len(), self.free.len(), |i, j| jacobian[i][j]);
        let names = self.objective.coordinates().reported_names();
        Covariance::of_root(names, &(jacobian * root), kind)
    }
}
