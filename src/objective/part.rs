//! [`Part`]: one term of the log-likelihood, compiled and bound to its columns.

use super::sums::{Sums, Tree};
use crate::data::{Kind, Term, Weights};
use crate::error::{Error, Result};
use crate::graph::{Arena, Id, Node};
use crate::program::{CHUNK, Program, Values, Workspace};
use crate::space::{Chain, Coordinates};

/// Rows in a leaf of the summation tree.
const BLOCK: usize = 16 * CHUNK;

/// Σ weight · ln density over rows of one kind.
#[derive(Debug)]
pub(crate) struct Part {
    /// Value, gradient, and the lower triangle of the Hessian, by local coordinates.
    program: Program,
    locals: Vec<Local>,
    /// The term; its columns are followed by those computed from data alone.
    term: Term,
}

/// How one local coordinate is made of those of the estimate, with the covariates it needs, by place in the term.
#[derive(Debug)]
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
    pub(crate) fn new(mut term: Term, coordinates: &Coordinates) -> Result<Part> {
        let locals: Vec<Local> =
            coordinates.chains().iter().map(|chain| Local::new(chain, &term)).collect::<Result<_>>()?;
        let arena = Arena::new();
        let symbols: Vec<_> = (0..locals.len() as u32).map(|i| arena.node(Node::Parameter(i))).collect();
        let data: Vec<_> = (0..term.columns.len() as u32).map(|i| arena.node(Node::Column(i))).collect();
        let root = arena.id_of(term.formula.replay(&coordinates.natural(&symbols), &data))?;
        let parameters: Vec<Id> = symbols.iter().map(|&symbol| arena.id_of(symbol)).collect::<Result<_>>()?;
        let mut builder = arena.into_builder();
        let gradient = builder.gradient(root, &parameters);
        let mut outputs = vec![root];
        outputs.extend(&gradient);
        for (j, &slope) in gradient.iter().enumerate() {
            outputs.extend(builder.gradient(slope, &parameters[..=j]));
        }
        let varying: Vec<bool> = locals.iter().map(|local| matches!(local, Local::Predictor { .. })).collect();
        let program = Program::compile(builder.nodes(), &outputs, &varying, term.columns.len());
        let prepared = program.prepare(&term.columns, term.rows());
        term.columns.extend(prepared.into_iter().map(std::sync::Arc::new));
        Ok(Part { program, locals, term })
    }

    /// The term, as it was before it was compiled.
    pub(crate) fn term(&self) -> Term {
        let mut term = self.term.clone();
        term.columns.truncate(term.formula.columns());
        term
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

    pub(crate) fn is_exact(&self) -> bool {
        self.term.kind == Kind::Exact && !self.term.scaled_by_row
    }

    pub(crate) fn has_sampling_weights(&self) -> bool {
        matches!(self.term.weights, Weights::Sampling(_))
    }

    /// The sums over all rows; of absolute values, and without the Hessian, if `absolute`.
    pub(crate) fn evaluate(&self, free: &[f64], absolute: bool) -> Sums {
        let mut tree = Tree::default();
        let mut pass = Pass::new(self, free);
        for from in (0..self.term.rows()).step_by(BLOCK) {
            let mut block = Sums::zero(free.len());
            let end = self.term.rows().min(from + BLOCK);
            for from in (from..end).step_by(CHUNK) {
                pass.run(from, end.min(from + CHUNK));
                pass.add_to(&mut block, absolute);
            }
            tree.push(block);
        }
        tree.total(free.len())
    }

    /// The sum of the weights, whatever they mean.
    pub(crate) fn total_weight(&self) -> f64 {
        self.term.weights.values().map_or(self.term.rows() as f64, |values| values.iter().sum())
    }

    /// Adds Σ w² · score · scoreᵀ.
    pub(crate) fn add_score_products(&self, free: &[f64], products: &mut [f64]) {
        let mut pass = Pass::new(self, free);
        let mut score = vec![0.0; free.len()];
        for from in (0..self.term.rows()).step_by(CHUNK) {
            pass.run(from, self.term.rows().min(from + CHUNK));
            for row in 0..pass.rows {
                score.fill(0.0);
                for (j, local) in self.locals.iter().enumerate() {
                    let slope = self.term.weights.at(from + row) * pass.output(1 + j).at(row);
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
        let mut pass = Pass::new(self, free);
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
    free: &'p [f64],
    scalars: Vec<f64>,
    workspace: Workspace,
    /// For each local coordinate that varies by row, its values in the chunk.
    predictors: Vec<Vec<f64>>,
    from: usize,
    rows: usize,
}

impl<'p> Pass<'p> {
    fn new(part: &'p Part, free: &'p [f64]) -> Pass<'p> {
        let (mut local, mut predictors) = (Vec::new(), Vec::new());
        for coordinate in &part.locals {
            let (value, values) = match coordinate {
                Local::Global(at) => (free[*at], vec![]),
                Local::Predictor { .. } => (f64::NAN, vec![0.0; CHUNK]),
            };
            local.push(value);
            predictors.push(values);
        }
        let (scalars, workspace) = (part.program.scalars(&local), Workspace::new(part.program.rows()));
        Pass { part, free, scalars, workspace, predictors, from: 0, rows: 0 }
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
        let columns = &self.part.term.columns;
        self.workspace.run(self.part.program.rows(), &self.scalars, columns, &self.predictors, from, self.rows);
    }

    /// An output of the program for the chunk that was run.
    fn output(&self, at: usize) -> Values<'_> {
        let operand = self.part.program.rows().outputs()[at];
        self.workspace.values(operand, &self.scalars, &self.part.term.columns, &self.predictors)
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
            if matches!(output, Values::Same(0.0)) {
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
    fn weighted_sum(&self, output: Values<'_>, factors: [Option<usize>; 2], absolute: bool) -> f64 {
        let weights = self.part.term.weights.values().map(|weights| &weights[self.from..self.from + self.rows]);
        let columns = factors.map(|factor| factor.map(|place| self.covariate(place)));
        let mut lanes = [0.0; 8];
        for row in 0..self.rows {
            let mut value = output.at(row);
            for column in columns.iter().flatten().chain(&weights) {
                value *= column[row];
            }
            lanes[row % 8] += if absolute { value.abs() } else { value };
        }
        let [a, b, c, d, e, f, g, h] = lanes;
        ((a + b) + (c + d)) + ((e + f) + (g + h))
    }
}
