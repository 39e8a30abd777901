//! [`Part`]: one term of the log-likelihood, compiled and bound to its columns.

use std::sync::{Arc, OnceLock};

use super::summary::Summary;
use super::sums::Sums;
use crate::data::{Kind, Term, Values, Weights};
use crate::error::{Error, Result};
use crate::graph::{Arena, Builder, Graph, Id, Node};
use crate::program::{BLOCK, CHUNK, Output, Program, Tree, Workspace, lanes};
use crate::space::{Chain, Coordinates};

/// Σ weight · ln density over rows of one kind.
#[derive(Debug)]
pub(crate) struct Part {
    locals: Vec<Local>,
    term: Term,
    formula: LocalFormula,
    /// The sufficient statistics in place of the rows, where there are any.
    summary: Option<Summary>,
    /// The rows, compiled when they are first needed.
    rows: OnceLock<Bound>,
}

/// A program with the columns that it runs over.
#[derive(Debug)]
pub(crate) struct Bound {
    /// Value, gradient, and the lower triangle of the Hessian, by local coordinates.
    program: Program,
    /// Those of the data, then those computed from data alone.
    columns: Vec<Values>,
    weights: Option<Values>,
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

/// The log-density of a term as a formula of local coordinates.
#[derive(Debug)]
pub(super) struct LocalFormula {
    pub(super) builder: Builder,
    pub(super) root: Id,
    pub(super) varying: Vec<bool>,
}

impl LocalFormula {
    fn new(term: &Term, locals: &[Local], coordinates: &Coordinates) -> Result<LocalFormula> {
        let arena = Arena::new();
        let symbols: Vec<_> = (0..locals.len() as u32).map(|i| arena.node(Node::Parameter(i))).collect();
        let data: Vec<_> = (0..term.columns.len() as u32).map(|i| arena.node(Node::Column(i))).collect();
        let root = arena.id_of(term.formula.replay(&coordinates.natural(&symbols), &data))?;
        let varying = locals.iter().map(|local| matches!(local, Local::Predictor { .. })).collect();
        Ok(LocalFormula { builder: arena.into_builder(), root, varying })
    }
}

impl Bound {
    /// Compiles a formula with its derivatives, and computes the columns that depend on data alone.
    pub(super) fn new(formula: &LocalFormula, columns: &[Values], weights: Option<Values>) -> Bound {
        let mut builder = formula.builder.clone();
        let p = formula.varying.len();
        let parameters: Vec<Id> = (0..p as u32).map(|i| builder.intern(Node::Parameter(i))).collect();
        let gradient = builder.gradient(formula.root, &parameters);
        let mut outputs = vec![formula.root];
        outputs.extend(&gradient);
        for (j, &slope) in gradient.iter().enumerate() {
            outputs.extend(builder.gradient(slope, &parameters[..=j]));
        }
        let program = Program::compile(builder.nodes(), &outputs, &formula.varying, columns.len());
        let rows = columns.first().map_or(0, |column| column.len());
        let prepared = program.prepare(columns, rows).into_iter().map(Arc::new);
        Bound { columns: columns.iter().cloned().chain(prepared).collect(), program, weights }
    }

    fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.len())
    }
}

impl Part {
    pub(crate) fn new(term: Term, coordinates: &Coordinates) -> Result<Part> {
        let locals: Vec<Local> =
            coordinates.chains().iter().map(|chain| Local::new(chain, &term)).collect::<Result<_>>()?;
        let formula = LocalFormula::new(&term, &locals, coordinates)?;
        let summary = Summary::of(&formula, &term);
        Ok(Part { locals, term, formula, summary, rows: OnceLock::new() })
    }

    /// The program over rows.
    fn by_rows(&self) -> &Bound {
        self.rows.get_or_init(|| Bound::new(&self.formula, &self.term.columns, self.term.weights.shared()))
    }

    /// What is run to evaluate: the sufficient statistics if there are any, else the rows.
    fn bound(&self) -> &Bound {
        self.summary.as_ref().map_or_else(|| self.by_rows(), |summary| &summary.bound)
    }

    /// The sufficient statistics as formulas of the columns, if there are any.
    pub(crate) fn sufficient_statistics(&self) -> Option<&[Graph]> {
        self.summary.as_ref().map(|summary| &summary.statistics[..])
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

    /// The values of a covariate.
    pub(crate) fn covariate(&self, name: &str) -> Option<Vec<f64>> {
        self.term.covariates.iter().find(|(other, _)| other == name).map(|(_, values)| values.to_vec())
    }

    pub(crate) fn kind(&self) -> Kind {
        self.term.kind
    }

    pub(crate) fn is_discrete(&self) -> bool {
        self.term.is_discrete
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

    pub(crate) fn is_exact(&self) -> bool {
        self.term.kind == Kind::Exact && !self.term.scaled_by_row
    }

    pub(crate) fn has_sampling_weights(&self) -> bool {
        matches!(self.term.weights, Weights::Sampling(_))
    }

    /// The sums over all rows; of absolute values, and without the Hessian, if `absolute`.
    pub(crate) fn evaluate(&self, free: &[f64], absolute: bool) -> Sums {
        let mut tree = Tree::new();
        // Statistics have cancelled already: what rounding scales with is in the rows.
        let bound = if absolute { self.by_rows() } else { self.bound() };
        let mut pass = Pass::new(self, bound, free);
        for from in (0..bound.rows()).step_by(BLOCK) {
            let mut block = Sums::zero(free.len());
            let end = bound.rows().min(from + BLOCK);
            for from in (from..end).step_by(CHUNK) {
                pass.run(from, end.min(from + CHUNK));
                pass.add_to(&mut block, absolute);
            }
            tree.push(block);
        }
        tree.total(Sums::zero(free.len()))
    }

    /// The sum of the weights, whatever they mean.
    pub(crate) fn total_weight(&self) -> f64 {
        self.term.weights.values().map_or(self.term.rows() as f64, |values| values.iter().sum())
    }

    /// Adds Σ score · scoreᵀ over observations; a row of sampling weight w is one, whose score is w times as large.
    pub(crate) fn add_score_products(&self, free: &[f64], products: &mut [f64]) {
        let mut pass = Pass::new(self, self.by_rows(), free);
        let mut score = vec![0.0; free.len()];
        let sampling = self.has_sampling_weights();
        for from in (0..self.term.rows()).step_by(CHUNK) {
            pass.run(from, self.term.rows().min(from + CHUNK));
            for row in 0..pass.rows {
                score.fill(0.0);
                for (j, local) in self.locals.iter().enumerate() {
                    let weight = self.term.weights.at(from + row);
                    let factor = if sampling { weight } else { weight.sqrt() };
                    let slope = factor * pass.output(1 + j).at(row);
                    for (place, design) in local.coordinates() {
                        score[place] += slope * design.map_or(1.0, |column| pass.covariate(column)[row]);
                    }
                }
                for (i, a) in score.iter().enumerate() {
                    for (j, b) in score.iter().enumerate() {
                        products[i * score.len() + j] += a * b;
                    }
                }
            }
        }
    }

    /// Adds each row of the data, counted from 1, with its part of the log-likelihood.
    pub(crate) fn by_row(&self, free: &[f64], rows: &mut Vec<(usize, f64)>) {
        let mut pass = Pass::new(self, self.by_rows(), free);
        for from in (0..self.term.rows()).step_by(CHUNK) {
            pass.run(from, self.term.rows().min(from + CHUNK));
            let value = pass.output(0);
            let weighted =
                |row: usize| (self.term.row_number(from + row), self.term.weights.at(from + row) * value.at(row));
            rows.extend((0..pass.rows).map(weighted));
        }
    }
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
    free: &'p [f64],
    scalars: Vec<f64>,
    workspace: Workspace,
    /// For each local coordinate that varies by row, its values in the chunk.
    predictors: Vec<Vec<f64>>,
    from: usize,
    rows: usize,
}

impl<'p> Pass<'p> {
    fn new(part: &'p Part, bound: &'p Bound, free: &'p [f64]) -> Pass<'p> {
        let (mut local, mut predictors) = (Vec::new(), Vec::new());
        for coordinate in &part.locals {
            let (value, values) = match coordinate {
                Local::Global(at) => (free[*at], vec![]),
                Local::Predictor { .. } => (f64::NAN, vec![0.0; CHUNK]),
            };
            local.push(value);
            predictors.push(values);
        }
        let (scalars, workspace) = (bound.program.scalars(&local), Workspace::new(bound.program.rows()));
        Pass { part, bound, free, scalars, workspace, predictors, from: 0, rows: 0 }
    }

    fn covariate(&self, place: usize) -> &'p [f64] {
        &self.part.term.covariates[place].1[self.from..self.from + self.rows]
    }

    /// Runs the program over the rows `from..to`, at most a chunk.
    fn run(&mut self, from: usize, to: usize) {
        (self.from, self.rows) = (from, to - from);
        for (at, local) in self.part.locals.iter().enumerate() {
            if let Local::Predictor { first, designs, offset } = local {
                let mut values = std::mem::take(&mut self.predictors[at]);
                match offset {
                    Some(place) => values[..self.rows].copy_from_slice(self.covariate(*place)),
                    None => values.fill(0.0),
                }
                for (coefficient, design) in self.free[*first..].iter().zip(designs) {
                    match design {
                        None => values.iter_mut().for_each(|value| *value += coefficient),
                        Some(place) => {
                            let column = self.covariate(*place);
                            values.iter_mut().zip(column).for_each(|(value, x)| *value += coefficient * x);
                        }
                    }
                }
                self.predictors[at] = values;
            }
        }
        let Bound { program, columns, .. } = self.bound;
        self.workspace.run(program.rows(), &self.scalars, columns, &self.predictors, from, self.rows);
    }

    /// An output of the program for the chunk that was run.
    fn output(&self, at: usize) -> Output<'_> {
        let operand = self.bound.program.rows().outputs()[at];
        self.workspace.values(operand, &self.scalars, &self.bound.columns, &self.predictors)
    }

    /// Adds the chunk that was run.
    fn add_to(&self, sums: &mut Sums, absolute: bool) {
        let locals = &self.part.locals;
        let (p, len) = (locals.len(), sums.gradient.len());
        let sum = |output, factors| self.weighted_sum(output, factors, absolute);
        sums.value += sum(self.output(0), [None, None]);
        for (j, local) in locals.iter().enumerate() {
            for (place, design) in local.coordinates() {
                sums.gradient[place] += sum(self.output(1 + j), [design, None]);
            }
        }
        if absolute {
            return;
        }
        let pairs = (0..p).flat_map(|j| (0..=j).map(move |k| (j, k)));
        for ((j, k), at) in pairs.zip(1 + p..) {
            let output = self.output(at);
            if matches!(output, Output::Same(0.0)) {
                continue;
            }
            for (row, left) in locals[j].coordinates() {
                for (column, right) in locals[k].coordinates() {
                    let product = sum(output, [left, right]);
                    sums.hessian[row * len + column] += product;
                    if j != k {
                        sums.hessian[column * len + row] += product;
                    }
                }
            }
        }
    }

    /// Σ weight · output · factors over the chunk, or the sum of absolute values.
    fn weighted_sum(&self, output: Output<'_>, factors: [Option<usize>; 2], absolute: bool) -> f64 {
        let weights = self.bound.weights.as_ref().map(|weights| &weights[self.from..self.from + self.rows]);
        let columns = factors.map(|factor| factor.map(|place| self.covariate(place)));
        lanes((0..self.rows).map(|row| {
            let factors = columns.iter().flatten().chain(&weights);
            let value = factors.fold(output.at(row), |value, column| value * column[row]);
            if absolute { value.abs() } else { value }
        }))
    }
}
