//! [`Part`]: one term of the log-likelihood, compiled and bound to its columns.

use super::sums::{Sums, Tree};
use crate::data::{Kind, Term};
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
    pub(super) term: Term,
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
        term.columns.extend(prepared);
        Ok(Part { program, locals, term })
    }

    /// The sum of the weights.
    pub(crate) fn n(&self) -> f64 {
        self.term.weights.as_ref().map_or(self.term.rows() as f64, |weights| weights.iter().sum())
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

    pub(super) fn is_discrete(&self) -> bool {
        self.term.is_discrete
    }

    pub(super) fn is_exact(&self) -> bool {
        self.term.kind == Kind::Exact
    }

    /// Whether a local coordinate differs from row to row.
    pub(super) fn has_covariates(&self) -> bool {
        let differs = |local: &Local| match local {
            Local::Global(_) => false,
            Local::Predictor { designs, offset, .. } => offset.is_some() || designs.iter().any(Option::is_some),
        };
        self.locals.iter().any(differs)
    }

    /// The log-density of some rows, each from 0.
    pub(super) fn ln_densities(&self, free: &[f64], rows: &[usize]) -> Vec<f64> {
        let (program, locals) = (self.program.clone(), self.locals.clone());
        let part = Part { program, locals, term: self.term.select(rows) };
        let mut pass = Pass::new(&part, free);
        let mut values = Vec::with_capacity(rows.len());
        for from in (0..rows.len()).step_by(CHUNK) {
            pass.run(from, rows.len().min(from + CHUNK));
            let output = pass.output(0);
            values.extend((0..pass.rows).map(|row| output.at(row)));
        }
        values
    }

    /// The first row of the data, counted from 1, whose log-density is not finite.
    pub(crate) fn first_not_finite(&self, free: &[f64]) -> Option<usize> {
        let mut pass = Pass::new(self, free);
        for from in (0..self.term.rows()).step_by(CHUNK) {
            pass.run(from, self.term.rows().min(from + CHUNK));
            let value = pass.output(0);
            if let Some(row) = (0..pass.rows).find(|&row| !value.at(row).is_finite()) {
                return Some(self.term.row_number(from + row));
            }
        }
        None
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
        let weights = self.part.term.weights.as_ref().map(|weights| &weights[self.from..self.from + self.rows]);
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
