//! [`Pass`]: the rows of a part, chunk by chunk, with what is multiplied by covariates.

use super::local::Local;
use super::{Part, Places};
use crate::objective::bound::{Bound, Compiled};
use crate::program::{CHUNK, Inputs, ONES, Output, Workspace, add_combination, add_products, weighted_sum};

/// One pass over the rows of a part, at one point: chunk by chunk.
pub(super) struct Pass<'p> {
    part: &'p Part,
    bound: &'p Bound,
    compiled: &'p Compiled,
    free: &'p [f64],
    scalars: Vec<f64>,
    workspace: Workspace,
    /// For each local coordinate that varies by row, its values in the chunk.
    pub(super) predictors: Vec<Vec<f64>>,
    /// For each local coordinate, what multiplies the global coordinates that it is made of, in the chunk.
    designs: Vec<Vec<&'p [f64]>>,
    /// Sums of products by pairs of these.
    products: Vec<f64>,
    /// The linear predictor whose coefficients begin here has this value in every row.
    pub(super) forced: Option<(usize, f64)>,
    from: usize,
    pub(super) rows: usize,
}

impl<'p> Pass<'p> {
    pub(super) fn new(
        part: &'p Part,
        bound: &'p Bound,
        compiled: &'p Compiled,
        along: Option<usize>,
        free: &'p [f64],
    ) -> Pass<'p> {
        let (mut local, mut predictors) = (Vec::new(), Vec::new());
        for coordinate in &part.locals {
            let same = coordinate.same_for_all(free);
            local.push(same.unwrap_or(f64::NAN));
            predictors.push(same.map_or_else(|| vec![0.0; CHUNK], |_| vec![]));
        }
        if let Some(along) = along {
            local.extend((0..part.locals.len()).map(|j| f64::from(j == along)));
        }
        let (scalars, workspace) = (compiled.program.scalars(&local), Workspace::new(compiled.program.rows()));
        let (designs, products) = (vec![vec![]; part.locals.len()], vec![]);
        let (forced, from, rows) = (None, 0, 0);
        Pass { part, bound, compiled, free, scalars, workspace, predictors, designs, products, forced, from, rows }
    }

    pub(super) fn covariate(&self, place: usize) -> &'p [f64] {
        &self.part.term.covariates[place].1[self.from..self.from + self.rows]
    }

    /// The values of a covariate, or 1 if there is none.
    fn design(&self, place: Option<usize>) -> &'p [f64] {
        place.map_or(&ONES[..self.rows], |place| self.covariate(place))
    }

    /// Runs the program over the rows `from..to`, at most a chunk.
    pub(super) fn run(&mut self, from: usize, to: usize) {
        self.predict(from, to);
        let Compiled { program, columns } = self.compiled;
        let inputs = Inputs { scalars: &self.scalars, columns, predictors: &self.predictors, weights: None };
        self.workspace.run(program.rows(), inputs, from, to);
    }

    /// Computes the linear predictors of these rows.
    pub(super) fn predict(&mut self, from: usize, to: usize) {
        (self.from, self.rows) = (from, to - from);
        for (at, local) in self.part.locals.iter().enumerate() {
            let mut columns = std::mem::take(&mut self.designs[at]);
            columns.clear();
            columns.extend(local.coordinates().map(|(_, design)| self.design(design)));
            self.designs[at] = columns;
            if let Local::Predictor { first, offset, .. } = local {
                if let Some((_, value)) = self.forced.filter(|(forced, _)| forced == first) {
                    self.predictors[at].fill(value);
                    continue;
                }
                let mut values = std::mem::take(&mut self.predictors[at]);
                match offset {
                    Some(place) => values[..self.rows].copy_from_slice(self.covariate(*place)),
                    None => values.fill(0.0),
                }
                let columns = &self.designs[at];
                add_combination(&mut values[..self.rows], &self.free[*first..][..columns.len()], columns);
                self.predictors[at] = values;
            }
        }
    }

    fn inputs(&self) -> Inputs<'_> {
        Inputs { scalars: &self.scalars, columns: &self.compiled.columns, predictors: &self.predictors, weights: None }
    }

    /// An output of the program for the chunk that was run.
    pub(super) fn output(&self, at: usize) -> Output<'_> {
        let operand = self.compiled.program.rows().outputs()[at];
        self.workspace.values(operand, self.inputs())
    }

    /// Adds the value and slope of the chunk that was run, or of their absolute values.
    pub(super) fn add_slope(&self, sums: &mut Places<'_>, absolute: bool) {
        *sums.value += self.weighted_sum(self.output(0), [None, None], absolute);
        for (j, local) in self.part.locals.iter().enumerate() {
            match local {
                Local::Predictor { first, .. } if !absolute => {
                    let columns = &self.designs[j];
                    let slopes = &mut sums.gradient[*first..first + columns.len()];
                    let ones = [&ONES[..self.rows]];
                    add_products(self.output(1 + j), self.weights(), &ones, Some(columns), slopes);
                }
                _ => {
                    for (place, design) in local.coordinates() {
                        sums.gradient[place] += self.weighted_sum(self.output(1 + j), [design, None], absolute);
                    }
                }
            }
        }
    }

    /// Adds the Hessian of the chunk that was run, from the lower triangle by local coordinates.
    pub(super) fn add_entries(&mut self, sums: &mut Places<'_>) {
        let p = self.part.locals.len();
        let pairs = (0..p).flat_map(|j| (0..=j).map(move |k| (j, k)));
        for ((j, k), at) in pairs.zip(1 + p..) {
            self.add_pair(sums, j, k, at, j != k);
        }
    }

    /// Adds one row of the Hessian by local coordinates.
    pub(super) fn add_products(&mut self, sums: &mut Places<'_>, j: usize) {
        for k in 0..self.part.locals.len() {
            self.add_pair(sums, j, k, k, false);
        }
    }

    /// Adds the second derivative by two local coordinates, the output at this place, and its mirror image if that is not added
    /// apart.
    fn add_pair(&mut self, sums: &mut Places<'_>, j: usize, k: usize, at: usize, mirrored: bool) {
        let mut products = std::mem::take(&mut self.products);
        let output = self.output(at);
        if !matches!(output, Output::Same(0.0)) {
            let len = sums.gradient.len();
            let (left, right) = (&self.part.locals[j], &self.part.locals[k]);
            let (left_columns, right_columns) = (&self.designs[j][..], &self.designs[k][..]);
            let of_one = j == k;
            products.clear();
            products.resize(left_columns.len() * right_columns.len(), 0.0);
            if [left, right].into_iter().all(|local| local.coordinates().map(|(_, design)| design).eq([None])) {
                products[0] = self.weighted_sum(output, [None, None], false);
            } else {
                let other = (!of_one).then_some(right_columns);
                add_products(output, self.weights(), left_columns, other, &mut products);
            }
            let (first_row, first_column) = (left.first(), right.first());
            for i in 0..left_columns.len() {
                let known = if of_one { i + 1 } else { right_columns.len() };
                for l in 0..known {
                    let product = products[i * right_columns.len() + l];
                    let (row, column) = (first_row + i, first_column + l);
                    sums.hessian[row * len + column] += product;
                    if mirrored || (of_one && l < i) {
                        sums.hessian[column * len + row] += product;
                    }
                }
            }
        }
        self.products = products;
    }

    fn weights(&self) -> Option<&[f64]> {
        self.bound.weights.as_ref().map(|weights| &weights[self.from..self.from + self.rows])
    }

    /// Σ weight · output · factors over the chunk, or the sum of absolute values.
    pub(super) fn weighted_sum(&self, output: Output<'_>, factors: [Option<usize>; 2], absolute: bool) -> f64 {
        let weights = self.weights();
        let columns = factors.map(|factor| factor.map(|place| self.covariate(place)));
        weighted_sum(output, self.rows, [columns[0], columns[1], weights], absolute)
    }
}
