//! [`Penalised`]: a penalty with its derivatives by free coordinates.

use std::sync::Arc;

use super::information::Information;
use super::part::Part;
use super::{Detail, Sums};
use crate::graph::{Graph, Node};

/// A formula of free coordinates and of ln |I|, which comes after them: its slopes, and the lower triangle of its Hessian,
/// row by row.
#[derive(Debug)]
pub(super) struct Penalised {
    value: Graph,
    slopes: Vec<Graph>,
    curvatures: Vec<Vec<Graph>>,
    /// Where the formula reads ln |I|.
    information: Option<Information>,
}

impl Penalised {
    pub(super) fn new(value: Graph, parts: &[Arc<Part>]) -> Penalised {
        let slopes = value.gradient();
        let triangle = |(j, slope): (usize, &Graph)| slope.gradient().into_iter().take(j + 1).collect();
        let curvatures = slopes.iter().enumerate().map(triangle).collect();
        let p = value.parameters() - 1;
        let reads = value.nodes().contains(&Node::Parameter(p as u32));
        Penalised { value, slopes, curvatures, information: reads.then(|| Information::new(parts, p)) }
    }

    pub(super) fn reads_information(&self) -> bool {
        self.information.is_some()
    }

    /// Whether nothing but the information counts.
    pub(super) fn is_of_information(&self) -> bool {
        let own = self.value.parameters() as u32 - 1;
        !self.value.nodes().iter().any(|node| matches!(node, Node::Parameter(place) if *place != own))
    }

    /// Its value alone, where the log-likelihood of all rows has this Hessian.
    pub(super) fn value(&self, free: &[f64], hessian: &[f64]) -> f64 {
        let ln_information =
            self.information.as_ref().map_or(0.0, |_| Information::ln_determinant(hessian, free.len()));
        self.value.replay(&[free, &[ln_information]].concat(), &[])
    }

    /// The log-likelihood `rows`, whose Hessian must be there if the information is read, with the penalty: value, gradient
    /// and, unless a slope is all that is asked for, Hessian.
    pub(super) fn added_to(&self, rows: Sums, free: &[f64], has_hessian: bool, threads: Option<usize>) -> Sums {
        let p = free.len();
        let ln_information = match &self.information {
            Some(information) => information.sums(free, &rows.hessian, has_hessian, threads),
            None => Sums::zero(p, Detail::Hessian),
        };
        let own = self.sums(free, &ln_information);
        let rows = if has_hessian { rows } else { Sums { hessian: vec![], ..rows } };
        rows.plus(&own)
    }

    /// The same as if the information did not vary.
    pub(super) fn with_information_held(&self, rows: Sums, free: &[f64]) -> Sums {
        let value = Information::ln_determinant(&rows.hessian, free.len());
        let own = self.sums(free, &Sums { value, ..Sums::zero(free.len(), Detail::Hessian) });
        rows.plus(&own)
    }

    /// What rounding errors of the gradient scale with.
    pub(super) fn magnitudes(&self, free: &[f64], hessian: &[f64], threads: Option<usize>) -> Option<Sums> {
        self.information.as_ref().map(|information| information.magnitudes(free, hessian, threads))
    }

    /// Value, gradient and Hessian, by the chain rule through ln |I|.
    fn sums(&self, free: &[f64], ln_information: &Sums) -> Sums {
        let p = free.len();
        let point = [free, &[ln_information.value]].concat();
        let slopes: Vec<f64> = self.slopes.iter().map(|slope| slope.replay(&point, &[])).collect();
        let mut sums = Sums::zero(p, Detail::Hessian);
        sums.value = self.value.replay(&point, &[]);
        let last: Vec<f64> = self.curvatures[p].iter().map(|curvature| curvature.replay(&point, &[])).collect();
        let by = &ln_information.gradient;
        for j in 0..p {
            sums.gradient[j] = slopes[j] + slopes[p] * by[j];
            for k in 0..=j {
                let through = last[j] * by[k] + last[k] * by[j] + last[p] * by[j] * by[k];
                let value =
                    self.curvatures[j][k].replay(&point, &[]) + through + slopes[p] * ln_information.hessian[j * p + k];
                (sums.hessian[j * p + k], sums.hessian[k * p + j]) = (value, value);
            }
        }
        sums
    }
}
