//! [`Sums`]: a log-likelihood with its derivatives, as sums over rows that can be merged.

use crate::program::Merge;

/// The value, gradient and Hessian of a part of a log-likelihood.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sums {
    pub(crate) value: f64,
    pub(crate) gradient: Vec<f64>,
    /// Row by row, symmetric.
    pub(crate) hessian: Vec<f64>,
}

impl Sums {
    pub(crate) fn zero(len: usize) -> Sums {
        Sums { value: 0.0, gradient: vec![0.0; len], hessian: vec![0.0; len * len] }
    }

    pub(crate) fn is_finite(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().chain(&self.hessian).all(|x| x.is_finite())
    }
}

impl Merge for Sums {
    fn merge(self, other: Sums) -> Sums {
        Sums {
            value: self.value + other.value,
            gradient: self.gradient.merge(other.gradient),
            hessian: self.hessian.merge(other.hessian),
        }
    }
}
