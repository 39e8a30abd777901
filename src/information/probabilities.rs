//! [`Probabilities`]: a distribution over finitely many outcomes, known by their places.

use crate::error::{Error, Result};
use crate::special::compensated_sum;

/// A probability for each of finitely many outcomes, which are known by their places: none negative, together 1.
///
/// # Example
///
/// ```
/// use thetahat::information::Probabilities;
///
/// let p = Probabilities::new([0.5, 0.25, 0.25])?;
/// assert_eq!(p, Probabilities::from_counts([2, 1, 1])?);
/// assert_eq!(p.as_slice(), [0.5, 0.25, 0.25]);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Probabilities {
    values: Vec<f64>,
}

impl Probabilities {
    /// How far from 1 the probabilities given to [`Probabilities::new`] may sum.
    pub const TOLERANCE: f64 = 1e-9;

    /// These probabilities. A sum within [`TOLERANCE`](Probabilities::TOLERANCE) of 1 is rounding: it is divided out.
    ///
    /// # Errors
    ///
    /// [`Error::Probability`] if one is negative or not finite, [`Error::NotNormalised`] if they do not sum to 1,
    /// [`Error::Empty`] if there are none.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::information::Probabilities;
    /// use thetahat::Error;
    ///
    /// assert!(Probabilities::new([0.1; 10]).is_ok());
    /// assert_eq!(Probabilities::new([1.5, -0.5]), Err(Error::Probability { outcome: 2, value: -0.5 }));
    /// assert_eq!(Probabilities::new([0.25, 0.25]), Err(Error::NotNormalised { sum: 0.5 }));
    /// ```
    pub fn new(values: impl Into<Vec<f64>>) -> Result<Probabilities> {
        let values = values.into();
        if values.is_empty() {
            return Err(Error::Empty);
        }
        if let Some((place, value)) = not_allowed(&values) {
            return Err(Error::Probability { outcome: place + 1, value });
        }
        let sum = compensated_sum(values.iter().copied());
        if (sum - 1.0).abs() > Probabilities::TOLERANCE {
            return Err(Error::NotNormalised { sum });
        }
        Ok(Probabilities::divided(values, sum))
    }

    /// The shares of these counts, or frequencies, in their sum.
    ///
    /// # Errors
    ///
    /// [`Error::Weight`] if one is negative or not finite, [`Error::Empty`] if none is positive.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::information::Probabilities;
    /// use thetahat::Error;
    ///
    /// assert_eq!(Probabilities::from_counts([3, 0, 1])?.as_slice(), [0.75, 0.0, 0.25]);
    /// assert_eq!(Probabilities::from_counts([2.5, 7.5])?.as_slice(), [0.25, 0.75]);
    /// assert_eq!(Probabilities::from_counts([0, 0]), Err(Error::Empty));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn from_counts<C: Into<f64>>(counts: impl IntoIterator<Item = C>) -> Result<Probabilities> {
        let counts: Vec<f64> = counts.into_iter().map(Into::into).collect();
        if let Some((place, value)) = not_allowed(&counts) {
            return Err(Error::Weight { row: place + 1, value });
        }
        let sum = compensated_sum(counts.iter().copied());
        if sum > 0.0 { Ok(Probabilities::divided(counts, sum)) } else { Err(Error::Empty) }
    }

    fn divided(values: Vec<f64>, sum: f64) -> Probabilities {
        Probabilities { values: values.into_iter().map(|value| value / sum).collect() }
    }

    /// The probabilities, by the place of their outcome.
    pub fn as_slice(&self) -> &[f64] {
        &self.values
    }

    /// The probabilities of each outcome under both.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] if they do not have as many outcomes as each other.
    pub(super) fn pairs(&self, other: &Probabilities) -> Result<impl Iterator<Item = (f64, f64)>> {
        let (expected, found) = (self.values.len(), other.values.len());
        if expected != found {
            return Err(Error::Length { what: "the second distribution".to_string(), expected, found });
        }
        Ok(self.values.iter().copied().zip(other.values.iter().copied()))
    }
}

/// The first value that is negative or not finite, with its place from 0.
fn not_allowed(values: &[f64]) -> Option<(usize, f64)> {
    let refused = |value: f64| !(value.is_finite() && value >= 0.0);
    values.iter().copied().enumerate().find(|(_, value)| refused(*value))
}
