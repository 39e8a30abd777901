//! [`Pass`]: the rows of a part, chunk by chunk, with what is multiplied by covariates.

use super::local::Local;
use super::{Part, Places};
use crate::objective::bound::{Bound, Compiled};
use crate::program::{
    CHUNK, Design, Inputs, Output, Tree, Workspace, add_combination, add_products, blocks, weighted_sum,
};
use crate::spare::Lent;

/// What a pass works in.
#[derive(Debug, Default)]
pub(crate) struct Room {
    local: Vec<f64>,
    scalars: Vec<f64>,
    workspace: Workspace,
    /// For each local coordinate that varies by row, its values in the chunk.
    predictors: Vec<Vec<f64>>,
    /// Sums of products by pairs of what multiplies coefficients.
    products: Vec<f64>,
}

/// The sums over all rows of what passes add, and what they are computed in.
#[derive(Debug, Default)]
pub(crate) struct Total {
    tree: Tree,
    sums: Vec<f64>,
}

impl Total {
    /// Adds up so many numbers, to which `run` adds those of some rows.
    pub(super) fn over<S>(
        &mut self,
        rows: usize,
        threads: usize,
        width: usize,
        state: impl Fn() -> S + Sync,
        run: impl Fn(&mut S, usize, usize, &mut [f64]) + Sync,
    ) -> &[f64] {
        self.sums.resize(width, 0.0);
        blocks(rows, 1, threads, &mut self.tree, &mut self.sums, state, run);
        &self.sums
    }
}

/// One pass over the rows of a part, at one point: chunk by chunk.
pub(super) struct Pass<'p> {
    part: &'p Part,
    bound: &'p Bound,
    compiled: &'p Compiled,
    free: &'p [f64],
    room: Lent<'p, Room>,
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
        let new = || Room {
            workspace: Workspace::new(compiled.program.rows()),
            predictors: part.locals.iter().map(|local| vec![0.0; if local.varies() { CHUNK } else { 0 }]).collect(),
            ..Room::default()
        };
        let mut room = compiled.rooms.take(new);
        let Room { local, scalars, .. } = &mut *room;
        local.clear();
        local.extend(part.locals.iter().map(|local| local.same_for_all(free).unwrap_or(f64::NAN)));
        if let Some(along) = along {
            local.extend((0..part.locals.len()).map(|j| f64::from(j == along)));
        }
        compiled.program.scalars_into(local, scalars);
        Pass { part, bound, compiled, free, room, forced: None, from: 0, rows: 0 }
    }

    pub(super) fn covariate(&self, place: usize) -> &'p [f64] {
        &self.part.term.covariates[place].1[self.from..self.from + self.rows]
    }

    /// What multiplies the global coordinates that a local one is made of.
    fn design(&self, local: &'p Local) -> Design<'p> {
        let (covariates, places) = (&self.part.term.covariates[..], local.places());
        Design { covariates, places, from: self.from, rows: self.rows }
    }

    /// The values in the chunk of a local coordinate that varies by row; of another, none.
    pub(super) fn predictor(&self, at: usize) -> &[f64] {
        &self.room.predictors[at][..self.rows.min(self.room.predictors[at].len())]
    }

    /// Runs the program over the rows `from..to`, at most a chunk.
    pub(super) fn run(&mut self, from: usize, to: usize) {
        self.predict(from, to);
        let Compiled { program, columns, .. } = self.compiled;
        let Room { scalars, predictors, workspace, .. } = &mut *self.room;
        workspace.run(program.rows(), Inputs { scalars, columns, predictors, weights: None }, from, to);
    }

    /// Computes the linear predictors of these rows.
    pub(super) fn predict(&mut self, from: usize, to: usize) {
        (self.from, self.rows) = (from, to - from);
        for (at, local) in self.part.locals.iter().enumerate() {
            let Local::Predictor { first, offset, .. } = local else { continue };
            let (design, offset) = (self.design(local), offset.map(|place| self.covariate(place)));
            let values = &mut self.room.predictors[at][..to - from];
            if let Some((_, value)) = self.forced.filter(|(forced, _)| forced == first) {
                values.fill(value);
                continue;
            }
            match offset {
                Some(offset) => values.copy_from_slice(offset),
                None => values.fill(0.0),
            }
            add_combination(values, &self.free[*first..][..design.len()], design);
        }
    }

    fn inputs(&self) -> Inputs<'_> {
        let Room { scalars, predictors, .. } = &*self.room;
        Inputs { scalars, columns: &self.compiled.columns, predictors, weights: None }
    }

    /// An output of the program for the chunk that was run.
    pub(super) fn output(&self, at: usize) -> Output<'_> {
        let operand = self.compiled.program.rows().outputs()[at];
        self.room.workspace.values(operand, self.inputs())
    }

    /// Adds the value and slope of the chunk that was run, or of their absolute values.
    pub(super) fn add_slope(&self, sums: &mut Places<'_>, absolute: bool) {
        *sums.value += self.weighted_sum(self.output(0), [None, None], absolute);
        for (j, local) in self.part.locals.iter().enumerate() {
            match local {
                Local::Predictor { first, .. } if !absolute => {
                    let design = self.design(local);
                    let slopes = &mut sums.gradient[*first..first + design.len()];
                    let one = Design { places: &[None], ..design };
                    add_products(self.output(1 + j), self.weights(), one, Some(design), slopes);
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
        let mut products = std::mem::take(&mut self.room.products);
        let output = self.output(at);
        if !matches!(output, Output::Same(0.0)) {
            let len = sums.gradient.len();
            let (left, right) = (&self.part.locals[j], &self.part.locals[k]);
            let (left_design, right_design) = (self.design(left), self.design(right));
            let of_one = j == k;
            products.clear();
            products.resize(left_design.len() * right_design.len(), 0.0);
            if [left, right].into_iter().all(|local| local.places() == [None]) {
                products[0] = self.weighted_sum(output, [None, None], false);
            } else {
                let other = (!of_one).then_some(right_design);
                add_products(output, self.weights(), left_design, other, &mut products);
            }
            let (first_row, first_column) = (left.first(), right.first());
            for i in 0..left_design.len() {
                let known = if of_one { i + 1 } else { right_design.len() };
                for l in 0..known {
                    let product = products[i * right_design.len() + l];
                    let (row, column) = (first_row + i, first_column + l);
                    sums.hessian[row * len + column] += product;
                    if mirrored || (of_one && l < i) {
                        sums.hessian[column * len + row] += product;
                    }
                }
            }
        }
        self.room.products = products;
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
