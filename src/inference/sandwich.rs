//! Covariances that hold where the model does not, and how much each row matters.

use std::collections::HashMap;
use std::hash::Hash;

use nalgebra::{DMatrix, DVector};

use super::replicate::check_model;
use crate::data::{Data, Term};
use crate::error::{Error, Result};
use crate::fit::{Covariance, CovarianceKind, Fit, Outcome, sandwich_root};
use crate::model::Model;
use crate::objective::Objective;
use crate::solver::Quadratic;

/// How much a row matters to a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Influence {
    /// The row of the data, counted from 1. Discrete rows that are equal were counted as one, and are one here.
    pub row: usize,
    /// How far each estimate would move if one observation like this were left out, to first order, in its own unit.
    pub shifts: Vec<f64>,
    /// Twice how far the log-likelihood would fall at those estimates, to second order: Cook's likelihood distance, to be
    /// held against χ² with as many degrees of freedom as parameters.
    pub distance: f64,
}

impl Fit {
    /// The sandwich covariance of the estimates, which holds also where the model is wrong, if rows are independent.
    ///
    /// # Errors
    ///
    /// [`Error::Withheld`] where the estimate is no interior maximum, or the usual theory does not hold.
    pub fn sandwich(&self) -> Result<Covariance> {
        let quadratic = self.smooth("sandwich")?;
        let p = self.free().len();
        let scores = DMatrix::from_row_slice(p, p, &self.objective().score_products(self.free()));
        Ok(self.covariance_of_estimates(&sandwich_root(&quadratic, scores), CovarianceKind::Sandwich))
    }

    /// The sandwich covariance of the estimates where rows of one cluster may depend on each other: one label for each row
    /// of the data that were fitted. Few clusters make it too small, also with its factor G/(G − 1).
    ///
    /// # Errors
    ///
    /// As [`sandwich`](Fit::sandwich), [`Error::Length`] if there are fewer labels than rows, and [`Error::Model`] for less
    /// than two clusters, or data that were not fitted.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let litters = ["a", "a", "b", "b", "c", "c"];
    /// let weights = [6.1, 6.3, 5.2, 5.0, 7.1, 7.4];
    /// let fit = Normal.fit(&weights)?;
    /// let clustered = fit.clustered(&Normal, &weights, &litters)?;
    /// assert!(clustered.std_error("mu").unwrap() > 1.3 * fit["mu"].std_error);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn clustered<M: Model, D: Data<M>, L: Eq + Hash>(
        &self,
        model: &M,
        data: D,
        clusters: &[L],
    ) -> Result<Covariance> {
        check_model(self, model)?;
        let quadratic = self.smooth("sandwich")?;
        let objective = self.same_rows(data.terms(model)?)?;
        if let Some(row) = objective.row_numbers().into_iter().find(|row| *row > clusters.len()) {
            let what = "the labels of clusters".to_string();
            return Err(Error::Length { what, expected: row, found: clusters.len() });
        }
        let p = self.free().len();
        let mut sums: HashMap<&L, Vec<f64>> = HashMap::new();
        objective.scores(self.free(), |row, weight, _, score| {
            let sum = sums.entry(&clusters[row - 1]).or_insert_with(|| vec![0.0; p]);
            sum.iter_mut().zip(score).for_each(|(sum, slope)| *sum += weight * slope);
        });
        let count = sums.len();
        if count < 2 {
            let message = "the rows are of one cluster: nothing says how much clusters differ".to_string();
            return Err(Error::Model { message });
        }
        let mut products = DMatrix::zeros(p, p);
        // In the order of their sums, so that the order of a table of hashes changes no bit.
        let mut sums: Vec<Vec<f64>> = sums.into_values().collect();
        sums.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
        for sum in sums {
            let sum = DVector::from_vec(sum);
            products += &sum * sum.transpose();
        }
        products *= count as f64 / (count as f64 - 1.0);
        let kind = CovarianceKind::Clustered { clusters: count };
        Ok(self.covariance_of_estimates(&sandwich_root(&quadratic, products), kind))
    }

    /// How much each row matters: the empirical influence function, one Newton step from the estimate towards that without
    /// the row, in the order of the rows.
    ///
    /// # Errors
    ///
    /// As [`sandwich`](Fit::sandwich).
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Exponential.fit(&[1.0, 2.0, 3.0, 30.0])?;
    /// let influence = fit.influence()?;
    /// let most = influence.iter().max_by(|a, b| a.distance.total_cmp(&b.distance)).unwrap();
    /// assert_eq!(most.row, 4);
    /// assert!(most.shifts[0] > 0.0);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    ///
    /// # References
    ///
    /// Cook, "Assessment of local influence", 1986.
    pub fn influence(&self) -> Result<Vec<Influence>> {
        let root = self.smooth("influence of rows")?.inverse_root();
        let (values, jacobian) = self.objective().coordinates().reported(self.free());
        let jacobian = DMatrix::from_fn(values.len(), self.free().len(), |i, j| jacobian[i][j]);
        let mut rows = Vec::with_capacity(self.objective().rows());
        let sampling = self.objective().has_sampling_weights();
        self.objective().scores(self.free(), |row, weight, _, score| {
            let factor = if sampling { weight } else { 1.0 };
            let away = root.transpose() * DVector::from_column_slice(score) * -factor;
            let shifts = (&jacobian * (&root * &away)).iter().copied().collect();
            rows.push(Influence { row, shifts, distance: away.norm_squared() });
        });
        rows.sort_by_key(|influence| influence.row);
        Ok(rows)
    }

    /// The log-likelihood of these rows, each by itself, if they are those that were fitted.
    pub(super) fn same_rows(&self, terms: Vec<Term>) -> Result<Objective> {
        let own = self.objective();
        let objective = own.anew(own.coordinates().space().clone(), terms)?;
        let difference = objective.slope(self.free()).value - own.slope(self.free()).value;
        if difference.abs() > 1e-9 * (1.0 + self.log_likelihood().abs()) || objective.n() != own.n() {
            let message = format!("the rows given are not those that {} was fitted to", self.model());
            return Err(Error::Model { message });
        }
        Ok(objective)
    }

    /// The second-order picture at the estimate, where the usual theory holds there.
    pub(super) fn smooth(&self, what: &str) -> Result<Quadratic> {
        let why = match (self.irregularity(), self.outcome()) {
            (Some(why), _) => format!("the usual theory does not hold: {why}"),
            (None, Outcome::Interior) => {
                return Ok(Quadratic::of(&self.objective().for_errors(self.free()), 1.0));
            }
            (None, outcome) => format!("the estimate is {outcome}"),
        };
        Err(Error::Withheld { message: format!("no {what} of {}: {why}", self.model()) })
    }
}

impl Objective {
    /// Whether the information at an interior maximum is what is expected: there are as many sufficient statistics as
    /// parameters, so that their means are their expectations, and Σ ∂²f (t̄ − E t) is 0.
    pub(super) fn is_full_exponential_family(&self) -> bool {
        let count = self.sufficient_statistics().and_then(|parts| match &parts[..] {
            [statistics] => Some(statistics.len()),
            _ => None,
        });
        self.is_exact() && count == Some(self.coordinates().len())
    }
}
