//! [`Empirical`]: the distribution p̂ that a sample is.

use std::fmt;

use super::Probabilities;
use crate::error::{Error, Result};

/// The empirical distribution p̂ of discrete data: the distinct values, in increasing order, with how often each occurs.
///
/// # Example
///
/// ```
/// use thetahat::information::{Empirical, entropy};
///
/// let eyes = Empirical::of(&["brown", "blue", "brown", "green"])?;
/// assert_eq!(eyes.probability(&"brown"), 0.5);
/// assert_eq!(entropy(&eyes.probabilities()).bits(), 1.5);
/// assert_eq!(eyes.to_string(), "blue   1  0.2500\nbrown  2  0.5000\ngreen  1  0.2500");
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Empirical<T> {
    values: Vec<T>,
    counts: Vec<u64>,
}

impl<T: Ord + Clone> Empirical<T> {
    /// The empirical distribution of these data: integers, truth values, texts, or anything else with an order.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] if there are none.
    pub fn of(data: &[T]) -> Result<Empirical<T>> {
        if data.is_empty() {
            return Err(Error::Empty);
        }
        let mut sorted: Vec<&T> = data.iter().collect();
        sorted.sort_unstable();
        let (values, counts) = sorted.chunk_by(|a, b| a == b).map(|run| (run[0].clone(), run.len() as u64)).unzip();
        Ok(Empirical { values, counts })
    }

    /// The distinct values, in increasing order.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// How often each value occurs, in the order of [`values`](Empirical::values).
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// The number of observations.
    pub fn n(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The share of observations of this value; 0 if it does not occur.
    pub fn probability(&self, value: &T) -> f64 {
        self.count(value) as f64 / self.n() as f64
    }

    /// The shares, in the order of [`values`](Empirical::values).
    pub fn probabilities(&self) -> Probabilities {
        self.probabilities_over(&self.values)
    }

    /// The shares of this and of another empirical distribution, over the values that occur in either.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::information::{Empirical, relative_entropy};
    ///
    /// let (a, b) = (Empirical::of(&[0, 0, 1, 1])?, Empirical::of(&[0, 1, 1, 2])?);
    /// let (p, q) = a.aligned(&b);
    /// assert_eq!((p.as_slice(), q.as_slice()), (&[0.5, 0.5, 0.0][..], &[0.25, 0.5, 0.25][..]));
    /// assert_eq!(relative_entropy(&p, &q)?.bits(), 0.5);
    /// # Ok::<(), thetahat::Error>(())
    /// ```
    pub fn aligned(&self, other: &Empirical<T>) -> (Probabilities, Probabilities) {
        let mut all: Vec<T> = self.values.iter().chain(&other.values).cloned().collect();
        all.sort_unstable();
        all.dedup();
        (self.probabilities_over(&all), other.probabilities_over(&all))
    }

    fn count(&self, value: &T) -> u64 {
        self.values.binary_search(value).map_or(0, |place| self.counts[place])
    }

    fn probabilities_over(&self, values: &[T]) -> Probabilities {
        let counts = values.iter().map(|value| self.count(value) as f64);
        Probabilities::from_counts(counts).expect("every count is finite and one is positive")
    }
}

impl<T: Ord + Clone + fmt::Display> fmt::Display for Empirical<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<String> = self.values.iter().map(T::to_string).collect();
        let counts: Vec<String> = self.counts.iter().map(u64::to_string).collect();
        let width = |texts: &[String]| texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
        let (wide, long) = (width(&values), width(&counts));
        let lines = values.iter().zip(&counts).zip(&self.values);
        for (at, ((value, count), key)) in lines.enumerate() {
            let end = if at == 0 { "" } else { "\n" };
            write!(f, "{end}{value:<wide$}  {count:>long$}  {:.4}", self.probability(key))?;
        }
        Ok(())
    }
}
