//! [`Penalised`]: a penalty with its derivatives by free coordinates.

use super::Sums;
use crate::graph::Graph;

/// A formula of free coordinates, its slopes, and the lower triangle of its Hessian, row by row.
#[derive(Debug)]
pub(super) struct Penalised {
    value: Graph,
    slopes: Vec<Graph>,
    curvatures: Vec<Vec<Graph>>,
}

impl Penalised {
    pub(super) fn new(value: Graph) -> Penalised {
        let slopes = value.gradient();
        let triangle = |(j, slope): (usize, &Graph)| slope.gradient().into_iter().take(j + 1).collect();
        let curvatures = slopes.iter().enumerate().map(triangle).collect();
        Penalised { value, slopes, curvatures }
    }

    pub(super) fn value(&self, free: &[f64]) -> f64 {
        self.value.replay(free, &[])
    }

    /// Value, gradient and Hessian.
    pub(super) fn sums(&self, free: &[f64]) -> Sums {
        let p = free.len();
        let mut sums = Sums::zero(p);
        sums.value = self.value(free);
        for (j, (slope, row)) in self.slopes.iter().zip(&self.curvatures).enumerate() {
            sums.gradient[j] = slope.replay(free, &[]);
            for (k, curvature) in row.iter().enumerate() {
                let value = curvature.replay(free, &[]);
                (sums.hessian[j * p + k], sums.hessian[k * p + j]) = (value, value);
            }
        }
        sums
    }
}
