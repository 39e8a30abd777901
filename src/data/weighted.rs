//! [`Weighted`]: rows that stand for several observations.

use super::{Data, Term};
use crate::error::{Error, Result};

/// Data with a frequency for each row: a row of weight 3 is three rows, one of weight 0 is none.
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
    frequencies: &'w [f64],
}

impl<'w, D> Weighted<'w, D> {
    /// These data, each row as often as its frequency says.
    pub fn frequency<W: AsRef<[f64]> + ?Sized>(data: D, frequencies: &'w W) -> Weighted<'w, D> {
        Weighted { data, frequencies: frequencies.as_ref() }
    }
}

impl<M, D: Data<M>> Data<M> for Weighted<'_, D> {
    /// # Errors
    ///
    /// Besides those of the data: [`Error::Weight`] if a frequency is negative or not finite, [`Error::Length`] if there
    /// are not as many frequencies as rows.
    fn terms(self, model: &M) -> Result<Vec<Term>> {
        let mut terms = self.data.terms(model)?;
        let expected = terms.iter().map(Term::rows).sum();
        if self.frequencies.len() != expected {
            let what = "the column of weights".to_string();
            return Err(Error::Length { what, expected, found: self.frequencies.len() });
        }
        if let Some(at) = self.frequencies.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
            return Err(Error::Weight { row: at + 1, value: self.frequencies[at] });
        }
        for term in &mut terms {
            let own: Vec<f64> = (0..term.rows()).map(|row| self.frequencies[term.row_number(row) - 1]).collect();
            let positive: Vec<usize> = (0..own.len()).filter(|&row| own[row] > 0.0).collect();
            let all = positive.len() == own.len();
            term.weights = Some(own);
            if !all {
                *term = term.select(&positive);
            }
        }
        Ok(terms)
    }
}
