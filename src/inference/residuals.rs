//! Probability integral transforms and quantile residuals.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::replicate::{check_model, parameters};
use crate::data::{Beside, Term};
use crate::error::{Error, Result};
use crate::fit::Fit;
use crate::model::{Cdf, Theta};
use crate::observation::{Numeric, Observation};
use crate::special::normal_quantile;

/// Where an observation lies in its fitted law: the logarithms of P(X ≤ x) and of P(X > x).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) ln_cdf: f64,
    pub(super) ln_sf: f64,
    /// ln P(X < x).
    pub(super) ln_below: f64,
    /// How many observations it stands for.
    pub(super) count: f64,
    /// The row, counted from 1.
    pub(super) row: usize,
}

/// The place of each observation of `terms`, whose laws have these parameters: those of a row, or of all.
pub(super) fn places<M: Cdf>(model: &M, terms: &[Term], theta: &[Vec<f64>]) -> Result<Vec<Place>>
where
    M::Of: Numeric,
{
    let mut places = Vec::new();
    for term in terms {
        let is_exact = term.kind == crate::data::Kind::Exact && term.beside == Beside::Nothing;
        if !is_exact || term.columns.len() != 1 {
            let message = "where a row lies in its law is only known of numbers that were observed exactly";
            return Err(Error::Model { message: message.to_string() });
        }
        for row in 0..term.rows() {
            let theta = Theta::new(theta.get(places.len()).unwrap_or(&theta[0]));
            let x = term.columns[0][row];
            let at = |x: f64| <M::Of as Observation>::read(&[x]);
            let (ln_cdf, ln_sf) = (model.ln_cdf::<f64>(theta, at(x)), model.ln_sf::<f64>(theta, at(x)));
            let ln_below = if term.is_discrete { model.ln_cdf::<f64>(theta, at(x - 1.0)) } else { ln_cdf };
            places.push(Place { ln_cdf, ln_sf, ln_below, count: term.weights.at(row), row: term.row_number(row) });
        }
    }
    if places.iter().any(|place| place.ln_cdf.is_nan() || place.ln_sf.is_nan()) {
        return Err(Error::Missing { capability: "distribution function".to_string() });
    }
    Ok(places)
}

impl Fit {
    /// The probability integral transform of each row: F(x), uniform if the model is true; of a discrete law a number
    /// drawn between P(X < x) and P(X ≤ x). Discrete rows that are equal were counted as one, and are one here.
    ///
    /// # Errors
    ///
    /// [`Error::Model`] if `model` is not the one fitted, or rows are not numbers observed exactly; [`Error::Missing`] if it
    /// has no distribution function.
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
        let drawn = |place: &Place, part: f64| {
            let (below, to) = (place.ln_below.exp(), place.ln_cdf.exp());
            below + part * (to - below)
        };
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
            // From the smaller tail, which has its digits.
            let upper = place.ln_sf.exp();
            if place.ln_below == place.ln_cdf && place.ln_cdf > place.ln_sf {
                return -normal_quantile(upper);
            }
            let (below, to) = (place.ln_below.exp(), place.ln_cdf.exp());
            if below > 0.5 {
                return -normal_quantile(upper + (1.0 - part) * (to - below));
            }
            normal_quantile(below + part * (to - below))
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
