//! [`Weighted`]: what a row counts for.

use super::{Beside, Data, Kind, Term, Values};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::model::{Model, Theta};
use crate::observation::Observation;

/// Data with a weight for each row. A weight of 0 is as if the row were absent.
///
/// A row is checked whatever its weight: a value that the model cannot have produced is an error even at weight 0, so
/// that a mistake in the data is not hidden by it.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let weighted = Poisson.fit(Weighted::frequency(&[0, 1, 2], &[3.0, 5.0, 2.0]))?;
/// let written_out = Poisson.fit(&[0, 0, 0, 1, 1, 1, 1, 1, 2, 2])?;
/// assert_eq!(weighted["lambda"].value, written_out["lambda"].value);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Weighted<'w, D> {
    data: D,
    meaning: Meaning,
    weights: &'w [f64],
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Meaning {
    Frequency,
    Sampling,
    Precision,
}

impl<'w, D> Weighted<'w, D> {
    /// Frequencies: a row of weight 3 is three observations. n is the sum of the weights.
    pub fn frequency<W: AsRef<[f64]> + ?Sized>(data: D, weights: &'w W) -> Weighted<'w, D> {
        Weighted { data, meaning: Meaning::Frequency, weights: weights.as_ref() }
    }

    /// Sampling weights: how many of the population a row stands for, one over its probability of selection. The
    /// estimate maximises Σ w ln f, n is the number of rows, standard errors are the sandwich's, and what needs a
    /// likelihood (AIC, BIC) is withheld.
    ///
    /// Source: Binder, "On the variances of asymptotically normal estimators from complex surveys", 1983.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Normal.fit(Weighted::sampling(&[4.9, 5.1, 4.7, 5.6], &[10.0, 12.5, 40.0, 8.0]))?;
    /// assert_eq!((fit.n(), fit.aic()), (4.0, None));
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn sampling<W: AsRef<[f64]> + ?Sized>(data: D, weights: &'w W) -> Weighted<'w, D> {
        Weighted { data, meaning: Meaning::Sampling, weights: weights.as_ref() }
    }

    /// Precisions: a row of weight 4 was measured with half the standard deviation. The model must have a
    /// [`scale`](Model::scale), which is divided by √w for each row. n is the number of rows.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// let fit = Normal.fit(Weighted::precision(&[1.0, 4.0, 2.0], &[1.0, 2.0, 1.0]))?;
    /// assert!((fit["mu"].value - 11.0 / 4.0).abs() < 1e-9);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn precision<W: AsRef<[f64]> + ?Sized>(data: D, weights: &'w W) -> Weighted<'w, D> {
        Weighted { data, meaning: Meaning::Precision, weights: weights.as_ref() }
    }
}

impl<M: Model, D: Data<M>> Data<M> for Weighted<'_, D> {
    /// # Errors
    ///
    /// Besides those of the data: [`Error::Weight`] if a weight is negative or not finite, [`Error::Length`] if there
    /// are not as many weights as rows.
    fn terms(self, model: &M) -> Result<Vec<Term>> {
        let mut terms = self.data.terms(model)?;
        let expected = terms.iter().map(Term::rows).sum();
        if self.weights.len() != expected {
            let what = "the column of weights".to_string();
            return Err(Error::Length { what, expected, found: self.weights.len() });
        }
        if let Some(at) = self.weights.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
            return Err(Error::Weight { row: at + 1, value: self.weights[at] });
        }
        for term in &mut terms {
            let own: Vec<f64> = (0..term.rows()).map(|row| self.weights[term.row_number(row) - 1]).collect();
            let positive: Vec<usize> = (0..own.len()).filter(|&row| own[row] > 0.0).collect();
            let all = positive.len() == own.len();
            let own = Values::from(own);
            match self.meaning {
                Meaning::Frequency => term.weights = Weights::Frequency(own),
                Meaning::Sampling => term.weights = Weights::Sampling(own),
                Meaning::Precision => scale_by_precision(term, own, model)?,
            }
            if !all {
                *term = term.select(&positive);
            }
        }
        Ok(terms)
    }
}

/// The same rows, each with the model's scale divided by the square root of its precision.
fn scale_by_precision<M: Model>(term: &mut Term, precisions: Values, model: &M) -> Result<()> {
    let missing = || Error::Missing { capability: "scale parameter".to_string() };
    let scale = model.scale().ok_or_else(missing)?;
    let place = model.space().names().position(|name| name == scale).ok_or_else(missing)?;
    if term.kind != Kind::Exact || term.beside != Beside::Nothing {
        let message = "precision weights need exactly observed rows, from no window".to_string();
        return Err(Error::Model { message });
    }
    let width = term.columns.len();
    term.formula = Graph::trace(model.space().len(), width + 1, |theta, x| {
        use crate::scalar::Scalar;
        let mut theta = theta.to_vec();
        theta[place] = theta[place] / x[width].sqrt();
        model.ln_density(Theta::new(&theta), M::Of::read(&x[..width]))
    })?;
    term.columns.push(precisions);
    term.beside = Beside::Precision;
    Ok(())
}

/// What the rows of a term count for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Weights {
    /// One each.
    None,
    /// How many observations each is.
    Frequency(Values),
    /// How many of the population each stands for.
    Sampling(Values),
}

impl Weights {
    pub(crate) fn values(&self) -> Option<&[f64]> {
        match self {
            Weights::None => None,
            Weights::Frequency(values) | Weights::Sampling(values) => Some(values),
        }
    }

    pub(crate) fn shared(&self) -> Option<Values> {
        match self {
            Weights::None => None,
            Weights::Frequency(values) | Weights::Sampling(values) => Some(values.clone()),
        }
    }

    pub(crate) fn at(&self, row: usize) -> f64 {
        self.values().map_or(1.0, |values| values[row])
    }

    pub(crate) fn map(&self, f: impl Fn(&Values) -> Values) -> Weights {
        match self {
            Weights::None => Weights::None,
            Weights::Frequency(values) => Weights::Frequency(f(values)),
            Weights::Sampling(values) => Weights::Sampling(f(values)),
        }
    }
}
