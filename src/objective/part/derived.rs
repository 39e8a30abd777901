//! Sums over the rows of a part that the derivatives of its Hessian are made of.

use std::sync::{Arc, OnceLock};

use nalgebra::DMatrix;

use super::{Bound, Local, LocalFormula, Part};
use crate::data::Values;
use crate::graph::Node;
use crate::operation::Binary;

/// Σ C · Hessian of a part, for a matrix C by coordinates of the estimate that is still to be given: a formula whose
/// further columns are what C makes of the covariates of a row.
#[derive(Debug)]
pub(crate) struct Contraction {
    formula: Arc<LocalFormula>,
    /// The pairs of local coordinates that the columns are of.
    pairs: Vec<(usize, usize)>,
}

impl Part {
    /// Its score by the coordinate of the estimate at this place, row by row, to be summed like a log-density; none if it
    /// does not depend on that coordinate. Its Hessian is the derivative of this part's.
    pub(crate) fn score(&self, place: usize) -> Option<Part> {
        let bound = self.bound();
        let (mut builder, _, outputs) = bound.slopes();
        let mut root = builder.constant(0.0);
        let mut columns = bound.columns.clone();
        for (local, &slope) in self.locals.iter().zip(&outputs[1..]) {
            for (_, design) in local.coordinates().filter(|(own, _)| *own == place) {
                let own = match design {
                    None => slope,
                    Some(covariate) => {
                        let factor = builder.intern(Node::Column(columns.len() as u32));
                        columns.push(self.term.covariates[covariate].1.clone());
                        builder.binary(Binary::Multiply, slope, factor)
                    }
                };
                root = builder.binary(Binary::Add, root, own);
            }
        }
        let depends = builder.constant_value(root).is_none();
        let formula = LocalFormula::new(builder, root, self.formula.varying().to_vec(), columns.len());
        depends.then(|| self.with_formula(Arc::new(formula), columns))
    }

    pub(crate) fn contraction(&self) -> Contraction {
        let bound = self.bound();
        let (mut builder, parameters, outputs) = bound.slopes();
        let mut root = builder.constant(0.0);
        let mut pairs = Vec::new();
        for j in 0..parameters.len() {
            for (k, entry) in builder.gradient(outputs[1 + j], &parameters[..=j]).into_iter().enumerate() {
                if builder.constant_value(entry) == Some(0.0) {
                    continue;
                }
                let factor = builder.intern(Node::Column((bound.columns.len() + pairs.len()) as u32));
                let product = builder.binary(Binary::Multiply, entry, factor);
                root = builder.binary(Binary::Add, root, product);
                pairs.push((j, k));
            }
        }
        let columns = bound.columns.len() + pairs.len();
        let formula = Arc::new(LocalFormula::new(builder, root, self.formula.varying().to_vec(), columns));
        Contraction { formula, pairs }
    }

    /// The part whose sum is Σ C · Hessian, for this C: what varies with the estimate is the Hessian alone.
    pub(crate) fn contracted(&self, contraction: &Contraction, by: &DMatrix<f64>) -> Part {
        let further = contraction.pairs.iter().map(|&(j, k)| {
            let mut column = self.quadratic(&self.locals[j], &self.locals[k], by);
            if j != k {
                column.iter_mut().for_each(|entry| *entry *= 2.0);
            }
            column.into()
        });
        let columns = self.bound().columns.iter().cloned().chain(further).collect();
        self.with_formula(contraction.formula.clone(), columns)
    }

    /// uᵀ C v in each row, u and v what multiplies the coordinates of two local ones there.
    fn quadratic(&self, left: &Local, right: &Local, by: &DMatrix<f64>) -> Vec<f64> {
        let mut sums = vec![0.0; self.bound().rows()];
        let mut along = vec![0.0; sums.len()];
        for (row, design) in left.coordinates() {
            along.fill(0.0);
            for (column, other) in right.coordinates() {
                let factor = by[(row, column)];
                match other {
                    None => along.iter_mut().for_each(|sum| *sum += factor),
                    Some(at) => {
                        let values = &self.term.covariates[at].1;
                        along.iter_mut().zip(values.iter()).for_each(|(sum, x)| *sum += factor * x);
                    }
                }
            }
            match design {
                None => sums.iter_mut().zip(&along).for_each(|(sum, own)| *sum += own),
                Some(at) => {
                    let values = self.term.covariates[at].1.iter();
                    sums.iter_mut().zip(along.iter().zip(values)).for_each(|(sum, (own, x))| *sum += own * x);
                }
            }
        }
        sums
    }

    /// Another formula of the same rows, over these columns.
    fn with_formula(&self, formula: Arc<LocalFormula>, columns: Vec<Values>) -> Part {
        let bound = Bound::new(formula.clone(), columns, self.bound().weights.clone());
        let (locals, term) = (self.locals.clone(), self.term.clone());
        Part { locals, term, formula, summary: None, rows: OnceLock::from(bound) }
    }
}
