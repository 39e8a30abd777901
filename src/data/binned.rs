//! [`Binned`]: how many observations fell between which edges.

use super::censored::Bounds;
use super::{Data, Term, Weighted};
use crate::error::{Error, Result};
use crate::model::Cdf;

/// Counts of observations in bins: a histogram. Bin i holds the values greater than edge i and not greater than edge
/// i + 1; an infinite edge leaves a bin open.
///
/// The likelihood of a bin is its probability, to the power of its count: no value is put in the middle of its bin.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let edges = [0.0, 1.0, 2.0, 4.0, f64::INFINITY];
/// let fit = Exponential.fit(Binned::new(&edges, &[39.0, 24.0, 23.0, 14.0]))?;
/// assert_eq!(fit.n(), 100.0);
/// assert!((fit["rate"].value - 0.5).abs() < 0.01);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Binned<'b> {
    edges: &'b [f64],
    counts: &'b [f64],
}

impl<'b> Binned<'b> {
    /// Bins between neighbouring `edges`, in data units and increasing, with a count each: one fewer than edges.
    pub fn new<E: AsRef<[f64]> + ?Sized, C: AsRef<[f64]> + ?Sized>(edges: &'b E, counts: &'b C) -> Binned<'b> {
        Binned { edges: edges.as_ref(), counts: counts.as_ref() }
    }
}

impl<M: Cdf> Data<M> for Binned<'_> {
    /// # Errors
    ///
    /// A row is a bin: [`Error::Length`] unless there is one edge more than counts, [`Error::EmptyInterval`] if edges do not
    /// increase, [`Error::Weight`] if a count is negative, [`Error::OutOfSupport`] for a bin where the model has no values.
    fn terms(self, model: &M) -> Result<Vec<Term>> {
        if self.edges.len() != self.counts.len() + 1 {
            let (what, expected) = ("the edges of the bins".to_string(), self.counts.len() + 1);
            return Err(Error::Length { what, expected, found: self.edges.len() });
        }
        Weighted::frequency(Bins(self.edges), self.counts).terms(model)
    }
}

/// The bins between edges, once each.
struct Bins<'b>(&'b [f64]);

impl<M: Cdf> Data<M> for Bins<'_> {
    fn terms(self, model: &M) -> Result<Vec<Term>> {
        let mut bounds = Bounds::of(model);
        for (place, edges) in self.0.windows(2).enumerate() {
            bounds.interval(place, edges[0], edges[1])?;
        }
        bounds.terms(model)
    }
}
