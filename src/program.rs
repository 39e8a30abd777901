//! A formula made ready to run over columns: compiled once, then run chunk by chunk.
//!
//! What depends on parameters alone is computed once a call; what depends on data alone is computed once a data set
//! and kept as a further column; the rest is a short list of instructions, each one loop over a chunk of rows.

mod chunk;
mod statistics;
mod tree;

use std::sync::Arc;

use crate::graph::{Graph, Id, Node, keep_needed};
use crate::operation::Unary;
use crate::special;
pub(crate) use chunk::{CHUNK, Output, Workspace};
pub(crate) use statistics::weighted_means;
pub(crate) use tree::{BLOCK, Merge, Tree, lanes};

/// Where an instruction finds an argument.
#[derive(Debug, Clone, Copy, PartialEq)]
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

/// A node of the graph, to be computed for every row of a chunk.
#[derive(Debug, Clone)]
pub(crate) struct Instruction {
    node: Node,
    arguments: Vec<Operand>,
    register: usize,
}

/// A list of instructions and what it is run for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Routine {
    instructions: Vec<Instruction>,
    outputs: Vec<Operand>,
    registers: usize,
}

/// Several outputs of one graph, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    parameters: usize,
    nodes: Vec<Node>,
    /// The nodes that are the same for all rows, arguments first.
    scalars: Vec<Id>,
    /// Computes the columns that depend on data alone.
    prepare: Routine,
    /// Computes the outputs.
    rows: Routine,
}

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
        let data_only = |id: Id| by_row[id as usize] && !depends[id as usize].parameters;
        let leaf = |id: Id| match nodes[id as usize] {
            Node::Column(i) => Some(Operand::Column(i as usize)),
            Node::Parameter(i) if varying[i as usize] => Some(Operand::Predictor(i as usize)),
            _ if !by_row[id as usize] => Some(Operand::Scalar(id)),
            _ => None,
        };
        // A column for each node of data alone that an output, or a node of data and parameters, reads.
        let mixed = (0..nodes.len() as Id).filter(|&id| by_row[id as usize] && !data_only(id));
        let read = outputs.iter().copied().chain(mixed.flat_map(|id| nodes[id as usize].arguments()));
        let mut kept: Vec<Id> = read.filter(|&id| data_only(id) && leaf(id).is_none()).collect();
        kept.sort_unstable();
        kept.dedup();
        let prepare = Routine::emit(&nodes, &kept, leaf);
        let rows = Routine::emit(&nodes, &outputs, |id| {
            leaf(id).or_else(|| kept.binary_search(&id).ok().map(|at| Operand::Column(columns + at)))
        });
        let scalars = (0..nodes.len() as Id).filter(|&id| !by_row[id as usize]).collect();
        Program { parameters: varying.len(), nodes, scalars, prepare, rows }
    }

    /// Computes the columns that depend on data alone.
    pub(crate) fn prepare(&self, columns: &[Arc<Vec<f64>>], rows: usize) -> Vec<Vec<f64>> {
        let outputs = &self.prepare.outputs;
        let mut prepared = vec![Vec::with_capacity(rows); outputs.len()];
        if prepared.is_empty() {
            return prepared;
        }
        // Nothing here reads a parameter.
        let scalars = self.scalars(&vec![f64::NAN; self.parameters]);
        let mut workspace = Workspace::new(&self.prepare);
        for from in (0..rows).step_by(CHUNK) {
            let here = CHUNK.min(rows - from);
            workspace.run(&self.prepare, &scalars, columns, &[], from, here);
            for (column, &output) in prepared.iter_mut().zip(outputs) {
                let values = workspace.values(output, &scalars, columns, &[]);
                column.extend((0..here).map(|row| values.at(row)));
            }
        }
        prepared
    }

    /// The values of the nodes that are the same for all rows, by node; NaN for the others.
    pub(crate) fn scalars(&self, parameters: &[f64]) -> Vec<f64> {
        let mut values = vec![f64::NAN; self.nodes.len()];
        for &id in &self.scalars {
            values[id as usize] = evaluate_node(&self.nodes[id as usize], parameters, &values);
        }
        values
    }

    /// The routine to run for every chunk of rows.
    pub(crate) fn rows(&self) -> &Routine {
        &self.rows
    }
}

impl Routine {
    pub(crate) fn outputs(&self) -> &[Operand] {
        &self.outputs
    }

    /// Instructions for `wanted`, in an order that keeps few registers alive; `leaf` says what need not be computed.
    fn emit(nodes: &[Node], wanted: &[Id], leaf: impl Fn(Id) -> Option<Operand>) -> Routine {
        let mut needed = vec![false; nodes.len()];
        let mut last_use = vec![0; nodes.len()];
        for &id in wanted {
            needed[id as usize] = true;
            last_use[id as usize] = usize::MAX;
        }
        for (at, node) in nodes.iter().enumerate().rev() {
            if needed[at] && leaf(at as Id).is_none() {
                for id in node.arguments() {
                    needed[id as usize] = true;
                    last_use[id as usize] = last_use[id as usize].max(at);
                }
            }
        }
        let mut place: Vec<Option<Operand>> = vec![None; nodes.len()];
        let (mut free, mut registers, mut instructions) = (Vec::new(), 0, Vec::new());
        for (at, node) in nodes.iter().enumerate().filter(|(at, _)| needed[*at]) {
            place[at] = leaf(at as Id);
            if place[at].is_some() {
                continue;
            }
            let register = free.pop().unwrap_or_else(|| {
                registers += 1;
                registers - 1
            });
            place[at] = Some(Operand::Register(register));
            let arguments: Vec<Id> = node.arguments().collect();
            let operands = arguments.iter().map(|&id| place[id as usize].expect("arguments come first")).collect();
            instructions.push(Instruction { node: node.clone(), arguments: operands, register });
            // Registers that were read for the last time are free from here on.
            for (k, &id) in arguments.iter().enumerate() {
                if let Some(Operand::Register(done)) = place[id as usize]
                    && last_use[id as usize] == at
                    && !arguments[..k].contains(&id)
                {
                    free.push(done);
                }
            }
        }
        let outputs = wanted.iter().map(|&id| place[id as usize].expect("wanted nodes are emitted")).collect();
        Routine { instructions, outputs, registers }
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
