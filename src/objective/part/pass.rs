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
    /// Sums over chunks of products by pairs of what multiplies coefficients; zeros between passes.
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

/// Two local coordinates, and where the program has the second derivative by both.
struct Pair<'p> {
    left: &'p Local,
    right: &'p Local,
    at: usize,
    is_of_one: bool,
    /// Whether its mirror image is in no pair of its own.
    is_mirrored: bool,
}

/// One pass over the rows of a part, at one point: chunk by chunk.
pub(super) struct Pass<'p> {
    part: &'p Part,
    bound: &'p Bound,
    compiled: &'p Compiled,
    /// The row of the Hessian that the program has, if it has one at a time.
    along: Option<usize>,
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
        Pass { part, bound, compiled, along, free, room, forced: None, from: 0, rows: 0 }
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

    /// Keeps the second derivatives of the chunk that was run, to be added by [`add_kept`](Pass::add_kept): by pairs of what
    /// multiplies coefficients, each a number or a matrix.
    pub(super) fn keep_hessian(&mut self) {
        let mut products = std::mem::take(&mut self.room.products);
        let mut from = 0;
        for pair in self.pairs() {
            let (left, right) = (self.design(pair.left), self.design(pair.right));
            let size = left.len() * right.len();
            if products.len() < from + size {
                products.resize(from + size, 0.0);
            }
            let into = &mut products[from..from + size];
            from += size;
            let output = self.output(pair.at);
            if matches!(output, Output::Same(0.0)) {
                continue;
            }
            if [pair.left, pair.right].into_iter().all(|local| local.places() == [None]) {
                into[0] += self.weighted_sum(output, [None, None], false);
            } else {
                add_products(output, self.weights(), left, (!pair.is_of_one).then_some(right), into);
            }
        }
        self.room.products = products;
    }

    /// Adds the second derivatives that were kept, if any were, and keeps none.
    pub(super) fn add_kept(&mut self, sums: &mut Places<'_>) {
        if self.room.products.is_empty() {
            return;
        }
        let (mut from, len) = (0, sums.gradient.len());
        for pair in self.pairs() {
            let [(row, rows), (column, columns)] =
                [pair.left, pair.right].map(|local| (local.first(), local.places().len()));
            for i in 0..rows {
                // Of one with itself what is above the diagonal is not there.
                for l in 0..if pair.is_of_one { i + 1 } else { columns } {
                    let product = self.room.products[from + i * columns + l];
                    sums.hessian[(row + i) * len + column + l] += product;
                    if pair.is_mirrored || (pair.is_of_one && l < i) {
                        sums.hessian[(column + l) * len + row + i] += product;
                    }
                }
            }
            from += rows * columns;
        }
        self.room.products.fill(0.0);
    }

    /// The pairs of local coordinates whose second derivatives the program has: all of the lower triangle, or one row.
    fn pairs(&self) -> impl Iterator<Item = Pair<'p>> + use<'p> {
        let (locals, along) = (&self.part.locals[..], self.along);
        let p = locals.len();
        let pair = move |(j, k, at): (usize, usize, usize)| Pair {
            left: &locals[j],
            right: &locals[k],
            at,
            is_of_one: j == k,
            is_mirrored: along.is_none() && j != k,
        };
        let all = (0..p).flat_map(|j| (0..=j).map(move |k| (j, k))).zip(1 + p..).map(|((j, k), at)| (j, k, at));
        let row = along.into_iter().flat_map(move |j| (0..p).map(move |k| (j, k, k)));
        all.take(if along.is_none() { usize::MAX } else { 0 }).chain(row).map(pair)
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
