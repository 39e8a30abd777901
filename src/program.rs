//! A formula made ready to run over columns: compiled once, then run chunk by chunk.
//!
//! What depends on parameters alone is computed once a call; what depends on data alone is computed once a data set
//! and kept as a further column; the rest is a short list of instructions, each one loop over a chunk of rows.

mod adding;
mod chunk;
mod dispatch;
mod factored;
mod factoring;
mod fractions;
mod kernels;
mod logarithms;
mod polynomial;
mod products;
mod quotients;
mod rewriter;
mod routine;
mod scan;
mod statistics;
mod sums;
mod tiles;
mod tree;
mod workspace;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::data::Values;
use crate::graph::{Graph, Id, Node, is_same, keep_needed};
use crate::operation::{Binary, Unary};
use crate::spare::{Lent, Spare};
use crate::special;
use crate::threads::together;
pub(crate) use adding::weighted_sum;
pub use dispatch::Instructions;
use factored::{Factored, Scratch};
pub(crate) use products::{Design, add_combination, add_products};
pub(crate) use routine::Routine;
pub(crate) use scan::{Extremes, all_inside};
pub(crate) use statistics::Means;
use sums::{Linear, Over, Summation};
pub(crate) use tree::{BLOCK, Tree, blocks};
pub(crate) use workspace::{CHUNK, Inputs, Output, Workspace};

/// Where an instruction finds an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Operand {
    /// The same number for all rows: the value of this node.
    Scalar(Id),
    /// A data column, or one computed from data alone.
    Column(usize),
    /// A parameter that varies by row.
    Predictor(usize),
    /// The result of an earlier instruction.
    Register(usize),
}

/// Columns that depend on data alone, by their formulas.
pub(crate) type Known = Vec<(Vec<Node>, Values)>;

/// With fewer rows, a column is computed again sooner than it is looked for.
const ROWS_FOR_SHARING: usize = 1000;

/// So many rows of it a thread computes at a time.
const ROWS_OF_A_SHARE: usize = 16 * BLOCK;

/// Several outputs of one graph, compiled.
#[derive(Debug)]
pub(crate) struct Program {
    parameters: usize,
    /// How many columns are data.
    columns: usize,
    varying: Vec<bool>,
    nodes: Vec<Node>,
    outputs: Vec<Id>,
    by_row: Vec<bool>,
    /// Which nodes vary with data alone.
    of_data: Vec<bool>,
    /// The nodes that are the same for all rows, arguments first.
    scalars: Vec<Id>,
    /// The nodes of data alone that are kept as columns after those of the data.
    kept: Vec<Id>,
    /// Computes the columns that are kept.
    of_columns: OnceLock<Routine>,
    /// Computes the outputs for every row, or their sums.
    rows: OnceLock<Routine>,
    sums: OnceLock<Summation>,
    /// Conditions that are the same for all rows, which choose between values that are not.
    choices: Vec<Id>,
    /// What is the same for all rows and multiplies the argument of ln(1 + u)/u or of its derivatives.
    scales: Vec<Id>,
    /// Sums with the coefficients taken out, for each outcome of the conditions that was met, and of whether the scales are
    /// far from 0.
    factored: Mutex<Vec<(Outcomes, Option<Arc<Factored>>)>>,
    spare: Spare<Outputs>,
}

/// The sums of a program's outputs, and what they are computed in.
#[derive(Debug, Default)]
pub(crate) struct Outputs {
    parameters: Vec<f64>,
    /// The values that are the same for all rows, by node.
    scalars: Vec<f64>,
    scratch: Scratch,
    sums: Linear,
}

impl Outputs {
    /// The sums.
    pub(crate) fn sums(&self) -> &[f64] {
        &self.sums.outputs
    }
}

/// Whether each of some conditions holds.
type Outcomes = Vec<bool>;

/// Fewer rows are summed faster than a program is rewritten.
const ROWS_FOR_FACTORING: usize = 2000;

/// A program is rewritten for at most this many conditions that are the same for all rows.
const MOST_CHOICES: usize = 6;

/// Where |s| is at least this, ln(1 + s x)/s and its derivatives are computed as they are written: they lose no more than
/// 1/s and 1/s² units in the last place.
const FAR_FROM_0: f64 = 1.0 / 32.0;

impl Program {
    /// Compiles `outputs` of a graph that reads `columns` data columns and whose parameters differ from row to row
    /// where `varying` is set.
    pub(crate) fn compile(nodes: &[Node], outputs: &[Id], varying: &[bool], columns: usize) -> Program {
        let (nodes, outputs) = keep_needed(nodes, outputs);
        let depends = Graph::dependence(&nodes);
        let mut by_row: Vec<bool> = Vec::with_capacity(nodes.len());
        for (node, depends) in nodes.iter().zip(&depends) {
            let varies = matches!(node, Node::Parameter(i) if varying[*i as usize]);
            let inherited = node.arguments().any(|id| by_row[id as usize]);
            by_row.push(varies || inherited || depends.data);
        }
        // A column for each node of data alone that an output, or a node of data and parameters, reads.
        let of_data: Vec<bool> =
            by_row.iter().zip(&depends).map(|(varies, depends)| *varies && !depends.parameters).collect();
        let data_only = |id: Id| of_data[id as usize];
        let mixed = (0..nodes.len() as Id).filter(|&id| by_row[id as usize] && !data_only(id));
        let read = outputs.iter().copied().chain(mixed.flat_map(|id| nodes[id as usize].arguments()));
        let is_column = |id: Id| matches!(nodes[id as usize], Node::Column(_));
        let mut kept: Vec<Id> = read.filter(|&id| data_only(id) && !is_column(id)).collect();
        kept.sort_unstable();
        kept.dedup();
        let scalars = (0..nodes.len() as Id).filter(|&id| !by_row[id as usize]).collect();
        let chosen = nodes.iter().zip(&by_row).filter_map(|(node, varies)| match node {
            Node::Select(condition, ..) if *varies && !by_row[*condition as usize] => Some(*condition),
            _ => None,
        });
        let mut choices: Vec<Id> = chosen.collect();
        choices.sort_unstable();
        choices.dedup();
        let scaled = nodes.iter().filter_map(|node| match node {
            Node::Unary(Unary::Ln1pRatio(_), u) => scale_of(&nodes, &by_row, *u),
            _ => None,
        });
        let mut scales: Vec<Id> = scaled.collect();
        scales.sort_unstable();
        scales.dedup();
        Program {
            parameters: varying.len(),
            columns,
            varying: varying.to_vec(),
            nodes,
            outputs,
            by_row,
            of_data,
            scalars,
            kept,
            of_columns: OnceLock::new(),
            rows: OnceLock::new(),
            sums: OnceLock::new(),
            choices,
            scales,
            factored: Mutex::new(vec![]),
            spare: Spare::default(),
        }
    }

    /// Where the value of a node is, if it is not to be computed row by row.
    fn leaf(&self, id: Id) -> Option<Operand> {
        match self.nodes[id as usize] {
            Node::Column(i) => Some(Operand::Column(i as usize)),
            Node::Parameter(i) if self.varying[i as usize] => Some(Operand::Predictor(i as usize)),
            _ if !self.by_row[id as usize] => Some(Operand::Scalar(id)),
            _ => None,
        }
    }

    /// The same where columns that depend on data alone have been prepared.
    fn prepared_leaf(&self, id: Id) -> Option<Operand> {
        self.leaf(id).or_else(|| self.kept.binary_search(&id).ok().map(|at| Operand::Column(self.columns + at)))
    }

    /// Computes the columns that depend on data alone, but for those already `known` by their formulas, which it adds to.
    pub(crate) fn prepare(&self, columns: &[Values], rows: usize, threads: usize, known: &mut Known) -> Vec<Values> {
        if rows < ROWS_FOR_SHARING {
            let routine = self.of_columns.get_or_init(|| self.routine_of_columns(&self.kept));
            return self.prepared(routine, columns, rows, 1);
        }
        let formulas: Vec<Vec<Node>> = self.kept.iter().map(|&id| keep_needed(&self.nodes, &[id]).0).collect();
        let is_new = |formula: &Vec<Node>| !known.iter().any(|(other, _)| is_same(other, formula));
        let new = self.kept.iter().zip(&formulas).filter(|(_, formula)| is_new(formula));
        let (new, new_formulas): (Vec<Id>, Vec<Vec<Node>>) = new.map(|(&id, formula)| (id, formula.clone())).unzip();
        let computed = self.prepared(&self.routine_of_columns(&new), columns, rows, threads);
        known.extend(new_formulas.into_iter().zip(computed));
        let column =
            |formula| known.iter().find(|(other, _)| is_same(other, formula)).map(|(_, column)| column.clone());
        formulas.iter().map(|formula| column(formula).expect("it was known, or computed")).collect()
    }

    /// The routine that computes these nodes, which depend on data alone.
    fn routine_of_columns(&self, wanted: &[Id]) -> Routine {
        Routine::rows(&self.nodes, wanted, |id| self.leaf(id))
    }

    /// The values in all rows of what such a routine computes, on so many threads: memory that is new has to be cleared, which
    /// takes longer than a logarithm.
    fn prepared(&self, routine: &Routine, columns: &[Values], rows: usize, threads: usize) -> Vec<Values> {
        let mut prepared: Vec<Vec<f64>> = routine.outputs().iter().map(|_| vec![0.0; rows]).collect();
        if prepared.is_empty() {
            return vec![];
        }
        // Nothing here reads a parameter.
        let scalars = self.scalars(&vec![f64::NAN; self.parameters]);
        let inputs = Inputs { scalars: &scalars, columns, predictors: &[], weights: None };
        let mut rest: Vec<_> = prepared.iter_mut().map(|column| column.chunks_mut(ROWS_OF_A_SHARE)).collect();
        let own = |from: usize| (from, rest.iter_mut().filter_map(Iterator::next).collect::<Vec<_>>());
        let shares = Mutex::new((0..rows).step_by(ROWS_OF_A_SHARE).map(own));
        let next = || shares.lock().unwrap_or_else(PoisonError::into_inner).next();
        together(threads, || {
            let mut workspace = Workspace::new(routine);
            while let Some((first, mut own)) = next() {
                let last = rows.min(first + ROWS_OF_A_SHARE);
                for from in (first..last).step_by(CHUNK) {
                    let to = last.min(from + CHUNK);
                    workspace.run(routine, inputs, from, to);
                    for (column, &output) in own.iter_mut().zip(routine.outputs()) {
                        let target = &mut column[from - first..to - first];
                        match workspace.values(output, inputs) {
                            Output::Each(values) => target.copy_from_slice(values),
                            Output::Same(value) => target.fill(value),
                        }
                    }
                }
            }
        });
        prepared.into_iter().map(Values::from).collect()
    }

    /// The values of the nodes that are the same for all rows, by node; NaN for the others.
    pub(crate) fn scalars(&self, parameters: &[f64]) -> Vec<f64> {
        let mut values = vec![];
        self.scalars_into(parameters, &mut values);
        values
    }

    /// The same in place of other values.
    pub(crate) fn scalars_into(&self, parameters: &[f64], values: &mut Vec<f64>) {
        values.clear();
        values.resize(self.nodes.len(), f64::NAN);
        for &id in &self.scalars {
            values[id as usize] = evaluate_node(&self.nodes[id as usize], parameters, values);
        }
    }

    /// The routine that computes the outputs for every row of a chunk.
    pub(crate) fn rows(&self) -> &Routine {
        self.rows.get_or_init(|| Routine::rows(&self.nodes, &self.outputs, |id| self.prepared_leaf(id)))
    }

    /// Σ weight · output over so many rows, on so many threads. No parameter may vary by row.
    pub(crate) fn sums(
        &self,
        given: impl Iterator<Item = f64>,
        columns: &[Values],
        weights: Option<&[f64]>,
        rows: usize,
        threads: usize,
    ) -> Lent<'_, Outputs> {
        let mut lent = self.spare.take(Outputs::default);
        let Outputs { parameters, scalars, scratch, sums } = &mut *lent;
        parameters.clear();
        parameters.extend(given);
        if rows == 1 {
            self.sums_of_one(parameters, columns, weights, scalars, &mut sums.outputs);
            return lent;
        }
        self.scalars_into(parameters, scalars);
        let (inputs, over) = (Inputs { scalars, columns, predictors: &[], weights }, Over { rows, stride: 1, threads });
        if let Some(factored) = (rows >= ROWS_FOR_FACTORING).then(|| self.factored(scalars)).flatten()
            && factored.run(inputs, over, scratch, &mut sums.outputs)
        {
            return lent;
        }
        let summation = self.sums.get_or_init(|| {
            let Program { nodes, outputs, by_row, of_data, .. } = self;
            Summation::new(nodes, outputs, by_row, of_data, |id| self.prepared_leaf(id))
        });
        summation.run(&self.nodes, inputs, over, sums);
        lent
    }
}

impl Program {
    /// Weight · output of a single row, node by node: the means of sufficient statistics are one.
    fn sums_of_one(
        &self,
        parameters: &[f64],
        columns: &[Values],
        weights: Option<&[f64]>,
        values: &mut Vec<f64>,
        outputs: &mut Vec<f64>,
    ) {
        values.clear();
        for node in &self.nodes {
            let value = match node {
                Node::Column(at) => columns[*at as usize][0],
                _ => evaluate_node(node, parameters, values),
            };
            values.push(value);
        }
        let weight = weights.map_or(1.0, |weights| weights[0]);
        outputs.clear();
        outputs.extend(self.outputs.iter().map(|&id| weight * values[id as usize]));
    }

    /// The sums with the coefficients taken out, for these values of the conditions that are the same for all rows.
    fn factored(&self, scalars: &[f64]) -> Option<Arc<Factored>> {
        if self.choices.len() + self.scales.len() > MOST_CHOICES {
            return None;
        }
        let holds = self.choices.iter().map(|&id| scalars[id as usize] != 0.0);
        let is_far = self.scales.iter().map(|&id| scalars[id as usize].abs() >= FAR_FROM_0);
        let outcomes = holds.chain(is_far);
        let mut known = self.factored.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, factored)) = known.iter().find(|(other, _)| outcomes.clone().eq(other.iter().copied())) {
            return factored.clone();
        }
        let outcomes: Outcomes = outcomes.collect();
        let factored = Factored::new(self, &outcomes).map(Arc::new);
        known.push((outcomes, factored.clone()));
        factored
    }
}

/// The factor of a product that is the same for all rows, if the other is not.
fn scale_of(nodes: &[Node], by_row: &[bool], product: Id) -> Option<Id> {
    match nodes[product as usize] {
        Node::Binary(Binary::Multiply, a, b) => match (by_row[a as usize], by_row[b as usize]) {
            (false, true) => Some(a),
            (true, false) => Some(b),
            _ => None,
        },
        _ => None,
    }
}

/// The values of all nodes of a graph without data columns.
pub(crate) fn evaluate(nodes: &[Node], parameters: &[f64]) -> Vec<f64> {
    let mut values = Vec::with_capacity(nodes.len());
    for node in nodes {
        let value = evaluate_node(node, parameters, &values);
        values.push(value);
    }
    values
}

fn evaluate_node(node: &Node, parameters: &[f64], values: &[f64]) -> f64 {
    let at = |id: &Id| values[*id as usize];
    match node {
        Node::Constant(value) => *value,
        Node::Parameter(i) => parameters[*i as usize],
        Node::Column(_) => f64::NAN,
        Node::Unary(Unary::Negate, a) => -at(a),
        Node::Unary(operation, a) => operation.evaluate(at(a)),
        Node::Binary(operation, a, b) => operation.evaluate(at(a), at(b)),
        Node::Ternary(operation, a, b, c) => operation.evaluate(at(a), at(b), at(c)),
        Node::Quaternary(operation, [a, b, c, d]) => operation.evaluate(at(a), at(b), at(c), at(d)),
        Node::Select(c, a, b) => {
            if at(c) != 0.0 {
                at(a)
            } else {
                at(b)
            }
        }
        Node::LogSumExp(list) => special::log_sum_exp(list.iter().map(at)),
    }
}
