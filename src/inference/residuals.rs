//! Probability integral transforms and quantile residuals.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::replicate::{check_model, parameters};
use crate::data::{Beside, Kind, Term, ln_between, with_digits};
use crate::error::{Error, Result};
use crate::fit::Fit;
use crate::model::{Cdf, Theta};
use crate::observation::{Numeric, Observation};
use crate::special::normal_quantile;

/// The logarithms of P(X ≤ x) and of P(X > x).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tails {
    pub(super) ln_cdf: f64,
    pub(super) ln_sf: f64,
}

impl Tails {
    const NOTHING_BELOW: Tails = Tails { ln_cdf: f64::NEG_INFINITY, ln_sf: 0.0 };
    const NOTHING_ABOVE: Tails = Tails { ln_cdf: 0.0, ln_sf: f64::NEG_INFINITY };

    /// The probability of lying between here and `to`.
    pub(super) fn up_to(self, to: Tails) -> f64 {
        // On the side where probabilities are small.
        if self.ln_cdf > -std::f64::consts::LN_2 {
            self.ln_sf.exp() - to.ln_sf.exp()
        } else {
            to.ln_cdf.exp() - self.ln_cdf.exp()
        }
    }
}

/// Where an observation lies in its fitted law, given its window: between two places, which are one where it is a number
/// of a continuous law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) kind: Kind,
    pub(super) below: Tails,
    pub(super) to: Tails,
    /// How many observations it stands for.
    pub(super) count: f64,
    /// The row, counted from 1.
    pub(super) row: usize,
}

/// The tails of the law at parameters `theta` beyond x, given the window of a row.
pub(super) fn tails<M: Cdf>(model: &M, theta: &[f64], x: f64, (lower, upper): (f64, f64)) -> Tails
where
    M::Of: Numeric,
{
    let (theta, at) = (Theta::new(theta), |x: f64| <M::Of as Observation>::read::<f64>(&[x]));
    // Beyond the numbers there is nothing; a law may not say so.
    if x == f64::NEG_INFINITY || x <= lower {
        return Tails::NOTHING_BELOW;
    }
    if x == f64::INFINITY || x >= upper {
        return Tails::NOTHING_ABOVE;
    }
    let (has_lower, has_upper) = (lower > f64::NEG_INFINITY, upper < f64::INFINITY);
    let below = if has_lower { ln_between(model, theta, at(lower), at(x)) } else { model.ln_cdf::<f64>(theta, at(x)) };
    let above = if has_upper { ln_between(model, theta, at(x), at(upper)) } else { model.ln_sf::<f64>(theta, at(x)) };
    let mass: f64 = match (has_lower, has_upper) {
        (false, false) => return Tails { ln_cdf: below, ln_sf: above },
        (true, false) => model.ln_sf(theta, at(lower)),
        (false, true) => model.ln_cdf(theta, at(upper)),
        (true, true) => ln_between(model, theta, at(lower), at(upper)),
    };
    let (ln_cdf, ln_sf) = with_digits(below - mass, above - mass);
    Tails { ln_cdf, ln_sf }
}

/// The place of each observation of `terms`, whose laws have these parameters: those of a row, or of all.
pub(super) fn places<M: Cdf>(model: &M, terms: &[Term], theta: &[Vec<f64>]) -> Result<Vec<Place>>
where
    M::Of: Numeric,
{
    let mut places = Vec::new();
    for term in terms {
        if term.beside == Beside::Precision || model.support().width() != 1 {
            let message = "where a row lies in its law is only known of single numbers without precisions";
            return Err(Error::Model { message: message.to_string() });
        }
        for row in 0..term.rows() {
            let theta = theta.get(places.len()).unwrap_or(&theta[0]);
            let window = term.window(row);
            let at = |x: f64| tails(model, theta, x, window);
            let value = |column: usize| term.columns[column][row];
            let (below, to) = match term.kind {
                Kind::Exact if term.is_discrete() => (at(value(0) - 1.0), at(value(0))),
                Kind::Exact => (at(value(0)), at(value(0))),
                Kind::After => (at(value(0)), Tails::NOTHING_ABOVE),
                Kind::Before => (Tails::NOTHING_BELOW, at(value(0))),
                Kind::Between => (at(value(0)), at(value(1))),
                Kind::Anywhere => (Tails::NOTHING_BELOW, Tails::NOTHING_ABOVE),
            };
            let (count, row) = (term.weights.at(row), term.row_number(row));
            places.push(Place { kind: term.kind, below, to, count, row });
        }
    }
    if places.iter().any(|place| place.to.ln_cdf.is_nan() || place.below.ln_sf.is_nan()) {
        return Err(Error::Missing { capability: "distribution function".to_string() });
    }
    Ok(places)
}

impl Fit {
    /// The probability integral transform of each row: F(x), given its window if it has one, uniform if the model is true.
    /// Of a discrete law it is a number drawn between P(X < x) and P(X ≤ x), of a censored row one drawn between what its
    /// bounds leave. Discrete rows that are equal were counted as one, and are one here.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if `model` is not the one fitted, or rows are not single numbers; [`Error::Missing`] if it has no
    /// distribution function.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Exponential.fit(&[1.0, 2.0, 3.0])?;
    /// let uniform = fit.pit(&Exponential, 7)?;
    /// assert!((uniform[1] - (1.0 - (-1.0_f64).exp())).abs() < 1e-12);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn pit<M: Cdf>(&self, model: &M, seed: u64) -> Result<Vec<f64>>
    where
        M::Of: Numeric,
    {
        let drawn = |place: &Place, part: f64| place.below.ln_cdf.exp() + part * place.below.up_to(place.to);
        self.by_place(model, seed, drawn)
    }

    /// The quantile residual of each row: the normal quantile of its [`pit`](Fit::pit), standard normal if the model is
    /// true (Dunn and Smyth, "Randomized quantile residuals", 1996).
    ///
    /// # Errors
    ///
    /// As [`pit`](Fit::pit).
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Normal.fit(&[1.0, 2.0, 6.0])?;
    /// let residuals = fit.quantile_residuals(&Normal, 7)?;
    /// assert!((residuals[2] - 3.0 / fit["sigma"].value).abs() < 1e-9);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn quantile_residuals<M: Cdf>(&self, model: &M, seed: u64) -> Result<Vec<f64>>
    where
        M::Of: Numeric,
    {
        let residual = |place: &Place, part: f64| {
            let Place { below, to, .. } = place;
            // From the smaller tail, which has its digits.
            if below.ln_cdf > -std::f64::consts::LN_2 {
                -normal_quantile(to.ln_sf.exp() + (1.0 - part) * below.up_to(*to))
            } else {
                normal_quantile(below.ln_cdf.exp() + part * below.up_to(*to))
            }
        };
        self.by_place(model, seed, residual)
    }

    fn by_place<M: Cdf>(&self, model: &M, seed: u64, of: impl Fn(&Place, f64) -> f64) -> Result<Vec<f64>>
    where
        M::Of: Numeric,
    {
        check_model(self, model)?;
        let mut rng = SmallRng::seed_from_u64(seed);
        let mut places = places(model, &self.terms(), &parameters(self)?)?;
        places.sort_by_key(|place| place.row);
        Ok(places.iter().map(|place| of(place, rng.random::<f64>())).collect())
    }
}
