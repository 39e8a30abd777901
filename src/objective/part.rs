//! [`Part`]: one term of the log-likelihood, compiled and bound to its columns.

mod canonical;
mod derived;

use std::sync::{Arc, OnceLock};

use super::bound::{Bound, Compiled};
use super::formula::{Hessian, LocalFormula};
use super::summary::Summary;
use super::sums::{Places, Sums};
use crate::data::{Beside, Kind, Term, Values, Weights};
use crate::error::{Error, Result};
use crate::graph::{Dependence, Graph, Node};
use crate::operation::Binary;
use crate::program::{CHUNK, Inputs, ONES, Output, Workspace, add_combination, add_products, blocks, weighted_sum};
use crate::space::{Chain, Coordinates};
pub(crate) use canonical::NotCanonical;
pub(crate) use derived::Contraction;

/// Σ weight · ln density over rows of one kind.
#[derive(Debug)]
pub(crate) struct Part {
    locals: Vec<Local>,
    term: Term,
    formula: Arc<LocalFormula>,
    /// The sufficient statistics in place of the rows, where there are any.
    summary: Option<Summary>,
    /// The rows, compiled when they are first needed.
    rows: OnceLock<Bound>,
}

/// What an evaluation is to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The value; the rest is zero.
    Value,
    /// Value and gradient; the Hessian is zero.
    Slope,
    /// Value, gradient and Hessian.
    Hessian,
    /// The sums of the absolute values of the terms of value and gradient.
    Magnitudes,
}

/// How one local coordinate is made of those of the estimate, with the covariates it needs, by place in the term.
#[derive(Debug, Clone)]
enum Local {
    Global(usize),
    /// Σₖ global[first + k] · designₖ + offset; a design that is none is all ones.
    Predictor {
        first: usize,
        designs: Vec<Option<usize>>,
        offset: Option<usize>,
    },
}

impl Part {
    pub(crate) fn new(mut term: Term, coordinates: &Coordinates, threads: usize) -> Result<Part> {
        let read = coordinates.read_by(&term.formula);
        let locals: Vec<Local> = coordinates
            .chains()
            .iter()
            .zip(read)
            .map(|(chain, read)| if read { Local::new(chain, &term) } else { Ok(Local::unread(chain)) })
            .collect::<Result<_>>()?;
        let varying = locals.iter().map(|local| matches!(local, Local::Predictor { .. })).collect();
        let formula = LocalFormula::of(&term, varying, coordinates)?;
        let summary = Summary::of(&formula, &term, threads);
        if let Some(unchecked) = term.unchecked.take()
            && !summary.as_ref().is_some_and(|summary| summary.implies(&unchecked))
        {
            unchecked.check(&term.columns[0])?;
        }
        Ok(Part { locals, term, formula, summary, rows: OnceLock::new() })
    }

    /// The program over rows.
    fn by_rows(&self) -> &Bound {
        self.rows
            .get_or_init(|| Bound::new(self.formula.clone(), self.term.columns.clone(), self.term.weights.shared()))
    }

    /// What is run to evaluate: the sufficient statistics if there are any, else the rows.
    fn bound(&self) -> &Bound {
        self.summary.as_ref().map_or_else(|| self.by_rows(), |summary| &summary.bound)
    }

    /// The sufficient statistics as formulas of the columns, if there are any.
    pub(crate) fn sufficient_statistics(&self) -> Option<Vec<Graph>> {
        self.summary.as_ref().map(Summary::statistics)
    }

    /// Whether an evaluation reads every row.
    pub(crate) fn reads_rows(&self) -> bool {
        self.summary.is_none()
    }

    /// Whether its formula compares parameters with data.
    pub(crate) fn has_cases(&self) -> bool {
        let nodes = self.formula.builder().nodes();
        let depends = Graph::dependence(nodes);
        let is_case = |(node, depends): (&Node, &Dependence)| {
            matches!(node, Node::Binary(Binary::Less | Binary::Equal, ..)) && depends.parameters && depends.data
        };
        nodes.iter().zip(&depends).any(is_case)
    }

    /// What rounding may have made of the part of its statistics that no parameter enters, in nats.
    pub(crate) fn lost_by_statistics(&self) -> f64 {
        self.summary.as_ref().map_or(0.0, |summary| summary.lost)
    }

    pub(crate) fn term(&self) -> Term {
        self.term.clone()
    }

    /// The number of observations: the sum of frequencies, or the number of rows.
    pub(crate) fn n(&self) -> f64 {
        match &self.term.weights {
            Weights::Frequency(values) => values.iter().sum(),
            Weights::None | Weights::Sampling(_) => self.term.rows() as f64,
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.term.rows()
    }

    /// Whether its rows have the linear predictor whose coefficients begin at this place.
    pub(crate) fn reads_predictor(&self, place: usize) -> bool {
        self.locals.iter().any(|local| matches!(local, Local::Predictor { first, .. } if *first == place))
    }

    /// The values of a covariate.
    pub(crate) fn covariate(&self, name: &str) -> Option<Vec<f64>> {
        self.term.covariates.iter().find(|(other, _)| other == name).map(|(_, values)| values.to_vec())
    }

    pub(crate) fn kind(&self) -> Kind {
        self.term.kind
    }

    pub(crate) fn is_discrete(&self) -> bool {
        self.term.is_discrete()
    }

    /// Whether a local coordinate differs from row to row.
    pub(crate) fn has_covariates(&self) -> bool {
        let differs = |local: &Local| match local {
            Local::Global(_) => false,
            Local::Predictor { designs, offset, .. } => offset.is_some() || designs.iter().any(Option::is_some),
        };
        self.locals.iter().any(differs)
    }

    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.term.weights.at(row)
    }

    /// The row of the data, counted from 1, that a row is.
    pub(crate) fn row_number(&self, row: usize) -> usize {
        self.term.row_number(row)
    }

    pub(crate) fn is_exact(&self) -> bool {
        self.term.kind == Kind::Exact && self.term.beside == Beside::Nothing
    }

    pub(crate) fn has_sampling_weights(&self) -> bool {
        matches!(self.term.weights, Weights::Sampling(_))
    }

    /// The sums over all rows, on so many threads.
    pub(crate) fn evaluate(&self, free: &[f64], detail: Detail, threads: usize) -> Sums {
        // Statistics have cancelled already: what rounding scales with is in the rows.
        let bound = if detail == Detail::Magnitudes { self.by_rows() } else { self.bound() };
        let varies = self.formula.varying().contains(&true);
        if detail == Detail::Value {
            if !varies {
                return self.sums_of_outputs(bound, bound.value(threads), free, threads);
            }
            return self.sums(bound, bound.value(threads), free, threads, |pass, block| {
                *block.value += pass.weighted_sum(pass.output(0), [None, None], false);
            });
        }
        if detail != Detail::Hessian {
            if detail == Detail::Slope {
                return self.slope_by(bound, bound.slope(threads), free, threads);
            }
            return self.sums(bound, bound.slope(threads), free, threads, |pass, block| pass.add_slope(block, true));
        }
        match bound.hessian(threads) {
            Hessian::Entries(compiled) if !varies => self.sums_of_outputs(bound, compiled, free, threads),
            Hessian::Entries(compiled) => self.sums(bound, compiled, free, threads, |pass, block| {
                pass.add_slope(block, false);
                pass.add_entries(block);
            }),
            Hessian::Products(compiled) => {
                let slope = self.evaluate(free, Detail::Slope, threads);
                slope.plus(&self.products(bound, compiled, free, threads))
            }
        }
    }

    /// Value and gradient, by this program.
    fn slope_by(&self, bound: &Bound, compiled: &Compiled, free: &[f64], threads: usize) -> Sums {
        if self.formula.varying().contains(&true) {
            return self.sums(bound, compiled, free, threads, |pass, block| pass.add_slope(block, false));
        }
        self.sums_of_outputs(bound, compiled, free, threads)
    }

    /// Value and gradient if what is computed from data alone were a unit in its last place larger or smaller, each row by
    /// chance this way or that, `turned` about or not. None if it varies so much that this is nothing.
    pub(crate) fn blurred(&self, free: &[f64], turned: bool, threads: usize) -> Option<Sums> {
        // What statistics lose is looked at apart.
        if self.summary.is_some() {
            return None;
        }
        let bound = self.by_rows();
        let Compiled { program, columns } = bound.slope(threads);
        let (data, computed) = columns.split_at(bound.columns.len());
        if !computed.iter().any(|column| is_nearly_constant(column)) {
            return None;
        }
        let blur = |column: &Values| -> Values {
            let units = |row: usize| if is_up(row) == turned { f64::EPSILON } else { -f64::EPSILON };
            column.iter().enumerate().map(|(row, value)| value * (1.0 + units(row))).collect::<Vec<f64>>().into()
        };
        let columns = data.iter().cloned().chain(computed.iter().map(blur)).collect();
        let blurred = Compiled { program: program.clone(), columns };
        Some(self.slope_by(bound, &blurred, free, threads))
    }

    /// The same where every local coordinate is one of the estimate: nothing is multiplied by covariates, and what is linear
    /// in the values of rows is computed once.
    fn sums_of_outputs(&self, bound: &Bound, compiled: &Compiled, free: &[f64], threads: usize) -> Sums {
        let places: Vec<usize> =
            self.locals.iter().flat_map(|local| local.coordinates().map(|(place, _)| place)).collect();
        let local: Vec<f64> = places.iter().map(|&place| free[place]).collect();
        let weights = bound.weights.as_deref();
        let outputs = compiled.program.sums(&local, &compiled.columns, weights, bound.rows(), threads);
        let (value, entries) = outputs.split_first().expect("the first output is the value");
        let (slopes, entries) = entries.split_at(places.len().min(entries.len()));
        let mut sums = Sums::zero(free.len());
        sums.value = *value;
        places.iter().zip(slopes).for_each(|(&place, slope)| sums.gradient[place] += slope);
        let pairs = (0..places.len()).flat_map(|j| (0..=j).map(move |k| (j, k)));
        for ((j, k), entry) in pairs.zip(entries) {
            sums.hessian[places[j] * free.len() + places[k]] += entry;
            if j != k {
                sums.hessian[places[k] * free.len() + places[j]] += entry;
            }
        }
        sums
    }

    /// The Hessian of all rows, one direction after the other into the same block: a matrix for each would be the work.
    fn products(&self, bound: &Bound, compiled: &Compiled, free: &[f64], threads: usize) -> Sums {
        let passes = || (0..self.locals.len()).map(|j| Pass::new(self, bound, compiled, Some(j), free)).collect();
        let add = |passes: &mut Vec<Pass<'_>>, from: usize, to: usize, sums: &mut [f64]| {
            let mut block = Places::of(sums, free.len());
            for (j, pass) in passes.iter_mut().enumerate() {
                for from in (from..to).step_by(CHUNK) {
                    pass.run(from, to.min(from + CHUNK));
                    pass.add_products(&mut block, j);
                }
            }
        };
        let width = Sums::width(free.len());
        Sums::of(&blocks(bound.rows(), 1, threads, width, passes, add), free.len())
    }

    /// What `add` adds up over the rows of a compiled program, at one point.
    fn sums(
        &self,
        bound: &Bound,
        compiled: &Compiled,
        free: &[f64],
        threads: usize,
        add: impl Fn(&mut Pass<'_>, &mut Places<'_>) + Sync,
    ) -> Sums {
        let pass = || Pass::new(self, bound, compiled, None, free);
        // Compiled before there are threads.
        compiled.program.rows();
        let width = Sums::width(free.len());
        let sums = blocks(bound.rows(), 1, threads, width, pass, |pass, from, to, sums| {
            let mut block = Places::of(sums, free.len());
            for from in (from..to).step_by(CHUNK) {
                pass.run(from, to.min(from + CHUNK));
                add(pass, &mut block);
            }
        });
        Sums::of(&sums, free.len())
    }

    /// A pass over the rows for their values and slopes.
    fn pass_by_row<'p>(&'p self, free: &'p [f64]) -> Pass<'p> {
        let bound = self.by_rows();
        Pass::new(self, bound, bound.slope(1), None, free)
    }

    /// The sum of the weights, whatever they mean.
    pub(crate) fn total_weight(&self) -> f64 {
        self.term.weights.values().map_or(self.term.rows() as f64, |values| values.iter().sum())
    }

    /// Shows each row, from 0, with the log-density and the score of one observation of it.
    pub(crate) fn scores(&self, free: &[f64], mut visit: impl FnMut(usize, f64, &[f64])) {
        let mut pass = self.pass_by_row(free);
        let mut score = vec![0.0; free.len()];
        for from in (0..self.term.rows()).step_by(CHUNK) {
            pass.run(from, self.term.rows().min(from + CHUNK));
            for row in 0..pass.rows {
                score.fill(0.0);
                for (j, local) in self.locals.iter().enumerate() {
                    let slope = pass.output(1 + j).at(row);
                    for (place, design) in local.coordinates() {
                        score[place] += slope * design.map_or(1.0, |column| pass.covariate(column)[row]);
                    }
                }
                visit(from + row, pass.output(0).at(row), &score);
            }
        }
    }

    /// The first answer to the local coordinates of a row.
    pub(crate) fn find_local<T>(&self, free: &[f64], ask: impl Fn(&[f64]) -> Option<T>) -> Option<T> {
        let mut pass = self.pass_by_row(free);
        let mut local: Vec<f64> =
            self.locals.iter().map(|local| local.same_for_all(free).unwrap_or(f64::NAN)).collect();
        for from in (0..self.term.rows()).step_by(CHUNK) {
            pass.predict(from, self.term.rows().min(from + CHUNK));
            for row in 0..pass.rows {
                for (value, predicted) in local.iter_mut().zip(&pass.predictors).filter(|(_, own)| !own.is_empty()) {
                    *value = predicted[row];
                }
                if let Some(answer) = ask(&local) {
                    return Some(answer);
                }
            }
        }
        None
    }

    /// Adds each row's log-density with its slope by the linear predictor whose coefficients begin at `first`, where that
    /// predictor has this value.
    pub(crate) fn along_predictor(&self, free: &[f64], first: usize, value: f64, rows: &mut Vec<(f64, f64)>) {
        let mut pass = self.pass_by_row(free);
        pass.forced = Some((first, value));
        let is_its = |local: &Local| matches!(local, Local::Predictor { first: own, .. } if *own == first);
        let its: Vec<usize> = (0..self.locals.len()).filter(|&j| is_its(&self.locals[j])).collect();
        for from in (0..self.term.rows()).step_by(CHUNK) {
            pass.run(from, self.term.rows().min(from + CHUNK));
            let slope = |row: usize| its.iter().map(|&j| pass.output(1 + j).at(row)).sum();
            rows.extend((0..pass.rows).map(|row| (pass.output(0).at(row), slope(row))));
        }
    }

    /// Adds each row of the data, counted from 1, with its part of the log-likelihood.
    pub(crate) fn by_row(&self, free: &[f64], rows: &mut Vec<(usize, f64)>) {
        let mut pass = self.pass_by_row(free);
        for from in (0..self.term.rows()).step_by(CHUNK) {
            pass.run(from, self.term.rows().min(from + CHUNK));
            let value = pass.output(0);
            let weighted =
                |row: usize| (self.term.row_number(from + row), self.term.weights.at(from + row) * value.at(row));
            rows.extend((0..pass.rows).map(weighted));
        }
    }
}

/// A column that varies by less than this part of itself has few digits left for how.
const LEAST_PART: f64 = 1e-6;

/// A coin for each row: of rounding errors that only alternated, the sum would be nothing.
fn is_up(row: usize) -> bool {
    let mixed = (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed ^ (mixed >> 29)).count_ones().is_multiple_of(2)
}

/// Whether a column varies by little, as seen in some of its rows.
fn is_nearly_constant(column: &[f64]) -> bool {
    let some = || column.iter().step_by(column.len().div_ceil(1000).max(1));
    let (least, greatest) = some().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
    greatest - least < LEAST_PART * greatest.abs().max(least.abs())
}

impl Local {
    fn new(chain: &Chain, term: &Term) -> Result<Local> {
        let place = |name: &String| {
            term.covariates.iter().position(|(other, _)| other == name).ok_or_else(|| Error::Unknown {
                kind: "covariate",
                name: name.clone(),
                known: term.covariates.iter().map(|(known, _)| known.clone()).collect(),
            })
        };
        match chain {
            Chain::Global(at) => Ok(Local::Global(*at)),
            Chain::Linear { first, predictor } => {
                let named = predictor.columns.iter().map(|name| place(name).map(Some));
                let designs =
                    predictor.intercept.then_some(Ok(None)).into_iter().chain(named).collect::<Result<_>>()?;
                let offset = predictor.offset.as_ref().map(place).transpose()?;
                Ok(Local::Predictor { first: *first, designs, offset })
            }
        }
    }

    /// One that the formula does not read: nothing is asked of the rows for it.
    fn unread(chain: &Chain) -> Local {
        match chain {
            Chain::Global(at) | Chain::Linear { first: at, .. } => Local::Global(*at),
        }
    }

    /// Its value, unless it differs from row to row.
    fn same_for_all(&self, free: &[f64]) -> Option<f64> {
        match self {
            Local::Global(at) => Some(free[*at]),
            Local::Predictor { .. } => None,
        }
    }

    /// The first of the global coordinates that it is made of, which follow one another.
    fn first(&self) -> usize {
        match self {
            Local::Global(at) | Local::Predictor { first: at, .. } => *at,
        }
    }

    /// The global coordinates that it is made of, with what multiplies each: a covariate, or 1 if none.
    fn coordinates(&self) -> impl Iterator<Item = (usize, Option<usize>)> {
        let (single, designs) = match self {
            Local::Global(at) => (Some((*at, None)), None),
            Local::Predictor { first, designs, .. } => (None, Some((*first, designs))),
        };
        let several = designs
            .into_iter()
            .flat_map(|(first, designs)| designs.iter().enumerate().map(move |(k, design)| (first + k, *design)));
        single.into_iter().chain(several)
    }
}

/// One pass over the rows of a part, at one point: chunk by chunk.
struct Pass<'p> {
    part: &'p Part,
    bound: &'p Bound,
    compiled: &'p Compiled,
    free: &'p [f64],
    scalars: Vec<f64>,
    workspace: Workspace,
    /// For each local coordinate that varies by row, its values in the chunk.
    predictors: Vec<Vec<f64>>,
    /// For each local coordinate, what multiplies the global coordinates that it is made of, in the chunk.
    designs: Vec<Vec<&'p [f64]>>,
    /// Sums of products by pairs of these.
    products: Vec<f64>,
    /// The linear predictor whose coefficients begin here has this value in every row.
    forced: Option<(usize, f64)>,
    from: usize,
    rows: usize,
}

impl<'p> Pass<'p> {
    fn new(
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

    fn covariate(&self, place: usize) -> &'p [f64] {
        &self.part.term.covariates[place].1[self.from..self.from + self.rows]
    }

    /// The values of a covariate, or 1 if there is none.
    fn design(&self, place: Option<usize>) -> &'p [f64] {
        place.map_or(&ONES[..self.rows], |place| self.covariate(place))
    }

    /// Runs the program over the rows `from..to`, at most a chunk.
    fn run(&mut self, from: usize, to: usize) {
        self.predict(from, to);
        let Compiled { program, columns } = self.compiled;
        let inputs = Inputs { scalars: &self.scalars, columns, predictors: &self.predictors, weights: None };
        self.workspace.run(program.rows(), inputs, from, to);
    }

    /// Computes the linear predictors of these rows.
    fn predict(&mut self, from: usize, to: usize) {
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
    fn output(&self, at: usize) -> Output<'_> {
        let operand = self.compiled.program.rows().outputs()[at];
        self.workspace.values(operand, self.inputs())
    }

    /// Adds the value and slope of the chunk that was run, or of their absolute values.
    fn add_slope(&self, sums: &mut Places<'_>, absolute: bool) {
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
    fn add_entries(&mut self, sums: &mut Places<'_>) {
        let p = self.part.locals.len();
        let pairs = (0..p).flat_map(|j| (0..=j).map(move |k| (j, k)));
        for ((j, k), at) in pairs.zip(1 + p..) {
            self.add_pair(sums, j, k, at, j != k);
        }
    }

    /// Adds one row of the Hessian by local coordinates.
    fn add_products(&mut self, sums: &mut Places<'_>, j: usize) {
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
    fn weighted_sum(&self, output: Output<'_>, factors: [Option<usize>; 2], absolute: bool) -> f64 {
        let weights = self.weights();
        let columns = factors.map(|factor| factor.map(|place| self.covariate(place)));
        weighted_sum(output, self.rows, [columns[0], columns[1], weights], absolute)
    }
}
