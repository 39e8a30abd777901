//! [`Vuong`]: which of two models is nearer to what produced the data, where neither holds the other.

use std::collections::HashMap;

use nalgebra::{DMatrix, DVector};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand_distr::{Distribution, StandardNormal};

use super::embedding;
use super::hypothesis::Verdict;
use super::replicate::check_model;
use crate::data::Data;
use crate::error::{Error, Result};
use crate::fit::Fit;
use crate::model::Model;
use crate::special::ln_normal_cdf;

/// Vuong's tests of two models of the same rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Vuong {
    /// Whether the models differ at all: n ω², ω² the variance of the rows' log-ratios of densities. Its law, a sum of
    /// weighted χ², is drawn 99,999 times.
    pub distinguishable: Verdict,
    /// Whether one model is nearer: (ln L₁ − ln L₂) / (ω √n), positive if the first is. Its p-value, two-sided, holds of
    /// models that overlap only if they are distinguishable.
    pub nearer: Verdict,
    /// ln L₁ − ln L₂.
    pub difference: f64,
}

impl Vuong {
    /// That of the tests one after the other: the greater of both, which is right whether or not the models overlap.
    pub fn p_value(&self) -> f64 {
        self.distinguishable.p_value.max(self.nearer.p_value)
    }
}

/// So many draws say what law the variance has.
const DRAWS: usize = 99_999;

/// A variance of log-ratios that is no more, per observation, is rounding.
const ROUNDING: f64 = 1e-20;

/// What a row says under a fit: how often it was observed, its log-density and its score, in units of standard errors.
type Rows = HashMap<usize, (f64, f64, DVector<f64>)>;

impl Fit {
    /// Tests whether this fit of `model` is nearer to what produced `data` than `other`, a fit of `alternative` to the
    /// same rows. Neither model may hold the other: that is a question for [`test`](Fit::test).
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if a model is not the one fitted, or fitted to other rows or weights; [`Error::NoTest`] if one law
    /// is known to hold the other, or both fits are the same; [`Error::Withheld`] where an estimate is no interior maximum,
    /// for mixtures, which may hold the other model where their parameters are not identified, for sampling weights and
    /// for penalties.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let hours = [0.4, 3.1, 1.2, 1.9, 2.2, 0.9, 5.4, 1.4, 2.8, 1.1, 0.7, 2.0];
    /// let (gamma, normal) = (Gamma.fit(&hours)?, LogNormal.fit(&hours)?);
    /// let vuong = gamma.vuong(&Gamma, &normal, &LogNormal, &hours)?;
    /// assert!(vuong.difference.abs() < 1.0 && vuong.p_value() > 0.2);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    ///
    /// # References
    ///
    /// Vuong, "Likelihood ratio tests for model selection and non-nested hypotheses", 1989, theorems 3.3 and 4.1 and
    /// equation 6.4.
    pub fn vuong<M: Model, A: Model, D: Data<M> + Data<A> + Clone>(
        &self,
        model: &M,
        other: &Fit,
        alternative: &A,
        data: D,
    ) -> Result<Vuong> {
        let different = |difference: &str| {
            let (first, second) = (self.model().to_string(), other.model().to_string());
            Err(Error::DifferentData { first, second, difference: difference.to_string() })
        };
        if model.support().measure() != alternative.support().measure() {
            return different("their densities have no common measure");
        }
        if let Some(fit) = [self, other].into_iter().find(|fit| fit.model().contains("Mixture(")) {
            let message = format!(
                "no Vuong's test of {}: a mixture may hold the other model where its shares and components are not \
                 identified; draw the ratio of likelihoods by a parametric bootstrap (`Bootstrap::likelihood_ratio`, \
                 test --bootstrap)",
                fit.model()
            );
            return Err(Error::Withheld { message });
        }
        let no_test = |why: String| Err(Error::NoTest { model: self.model().to_string(), why });
        for (whole, part) in [(self, other), (other, self)] {
            if embedding::holds(whole, part) {
                return no_test(format!(
                    "{} holds {}, and Vuong's test is of models of which neither holds the other; test the null, \
                     `test` with `special_case` or --null",
                    whole.model(),
                    part.model()
                ));
            }
        }
        let (first, second) = (rows_of(self, model, data.clone())?, rows_of(other, alternative, data)?);
        let same = |(row, (weight, ..)): (&usize, &(f64, f64, DVector<f64>))| {
            second.get(row).is_some_and(|(other, ..)| other == weight)
        };
        if first.len() != second.len() || !first.iter().all(same) {
            return different("rows or weights are not the same");
        }
        let mut order: Vec<usize> = first.keys().copied().collect();
        order.sort_unstable();
        let (p, q) = (self.free().len(), other.free().len());
        let mut products = DMatrix::zeros(p + q, p + q);
        let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for row in &order {
            let ((weight, ln_first, score), (_, ln_second, own)) = (&first[row], &second[row]);
            let both = DVector::from_iterator(p + q, score.iter().chain(own.iter()).copied());
            products += &both * both.transpose() * *weight;
            let ratio = ln_first - ln_second;
            n += weight;
            sum += weight * ratio;
            squares += weight * ratio * ratio;
        }
        let mean = sum / n;
        let centred = |row: &usize| first[row].0 * (first[row].1 - second[row].1 - mean).powi(2);
        // n ω², by its deviations: the difference of two sums of squares has no digits left where models are alike.
        let spread: f64 = order.iter().map(centred).sum();
        if spread <= ROUNDING * (n + squares) {
            return no_test(format!("it and {} give every row the same density", other.model()));
        }
        let statistic = sum / spread.sqrt();
        let nearer = Verdict { statistic, p_value: 2.0 * ln_normal_cdf(-statistic.abs()).exp() };
        let distinguishable = Verdict { statistic: spread, p_value: p_of_spread(products, p, spread) };
        Ok(Vuong { distinguishable, nearer, difference: sum })
    }
}

/// What each row says under this fit.
fn rows_of<M: Model, D: Data<M>>(fit: &Fit, model: &M, data: D) -> Result<Rows> {
    check_model(fit, model)?;
    let root = fit.smooth("Vuong's test")?.inverse_root();
    if fit.objective().has_sampling_weights() || fit.penalty().is_some() {
        let message =
            format!("no Vuong's test of {}: it is of likelihoods, without sampling weights or penalty", fit.model());
        return Err(Error::Withheld { message });
    }
    let objective = fit.same_rows(data.terms(model)?)?;
    let mut rows = Rows::new();
    objective.scores(fit.free(), |row, weight, ln_density, score| {
        let score = root.transpose() * DVector::from_column_slice(score);
        rows.insert(row, (weight, ln_density, score));
    });
    Ok(rows)
}

/// How often Σ λ² χ²₁ is as great as this, λ the eigenvalues of the joint law of both estimates.
fn p_of_spread(products: DMatrix<f64>, first: usize, spread: f64) -> f64 {
    let size = products.nrows();
    let eigen = products.symmetric_eigen();
    let roots = DMatrix::from_diagonal(&eigen.eigenvalues.map(|value| value.max(0.0).sqrt()));
    let root = &eigen.eigenvectors * roots * eigen.eigenvectors.transpose();
    let signs = DVector::from_fn(size, |at, _| if at < first { 1.0 } else { -1.0 });
    let weights = (&root * DMatrix::from_diagonal(&signs) * &root).symmetric_eigenvalues();
    let mut rng = SmallRng::seed_from_u64(0);
    let mut draw = || -> f64 {
        let term = |weight: &f64| (weight * Distribution::<f64>::sample(&StandardNormal, &mut rng)).powi(2);
        weights.iter().map(term).sum()
    };
    let greater = (0..DRAWS).filter(|_| draw() >= spread).count();
    (1 + greater) as f64 / (1 + DRAWS) as f64
}
