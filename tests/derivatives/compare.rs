//! The comparison that every test here makes, for one formula over several rows.

use thetahat::graph::Graph;

use crate::support::dual::{Dual, derivatives};

/// Largest disagreement, relative to the sum of absolute terms.
const TOLERANCE: f64 = 1e-10;

/// A formula in the two readings that are compared.
pub(crate) struct Formula<'f> {
    /// What it is, for messages.
    pub(crate) name: &'f str,
    /// As the engine traced it.
    pub(crate) traced: Graph,
    /// As dual numbers run it.
    pub(crate) dual: &'f dyn Fn(&[Dual], &[Dual]) -> Dual,
}

impl Formula<'_> {
    /// Value, gradient and Hessian, summed over `rows`, agree at `theta`.
    pub(crate) fn agrees(&self, theta: &[f64], rows: &[Vec<f64>]) {
        let p = theta.len();
        let gradient = self.traced.gradient();
        let hessian: Vec<Vec<Graph>> = gradient.iter().map(Graph::gradient).collect();
        // The outputs in one list: value, gradient, Hessian row by row.
        let graphs: Vec<&Graph> =
            std::iter::once(&self.traced).chain(&gradient).chain(hessian.iter().flatten()).collect();
        let (mut difference, mut size) = (vec![0.0; graphs.len()], vec![0.0; graphs.len()]);
        for row in rows {
            let constants: Vec<Dual> = row.iter().map(|&x| Dual::from(x)).collect();
            let (value, slopes, curvatures) = derivatives(theta, |theta| (self.dual)(theta, &constants));
            let expected = std::iter::once(value).chain(slopes).chain(curvatures.into_iter().flatten());
            for (at, (graph, expected)) in graphs.iter().zip(expected).enumerate() {
                let found = graph.replay(theta, row);
                // Outside a support both are −∞.
                difference[at] += if found == expected { 0.0 } else { (found - expected).abs() };
                size[at] += if expected.is_finite() { expected.abs() } else { 0.0 };
            }
        }
        for (at, (difference, size)) in difference.iter().zip(&size).enumerate() {
            let output = match at {
                0 => "the value".to_string(),
                at if at <= p => format!("the slope by parameter {}", at - 1),
                at => format!("the curvature by parameters {} and {}", (at - 1 - p) / p, (at - 1 - p) % p),
            };
            assert!(
                *difference <= TOLERANCE * size.max(1e-3),
                "{}: {output} at {theta:?} is off by {difference:e}, the terms being {size:e}",
                self.name
            );
        }
    }
}
