//! Means of formulas of data alone: one pass, nothing kept.

use super::sums::{Linear, Over};
use super::{Inputs, Operand, Summation, evaluate_node};
use crate::data::Values;
use crate::graph::{Graph, Id, Node, keep_needed};

/// Formulas of data and of some known numbers, whose means over rows are wanted.
#[derive(Debug)]
pub(crate) struct Means {
    nodes: Vec<Node>,
    by_row: Vec<bool>,
    summation: Summation,
}

impl Means {
    /// Of these nodes, whose parameters are the known numbers.
    pub(crate) fn new(nodes: &[Node], outputs: &[Id]) -> Means {
        let (nodes, outputs) = keep_needed(nodes, outputs);
        let by_row: Vec<bool> = Graph::dependence(&nodes).iter().map(|depends| depends.data).collect();
        let summation = Summation::new(&nodes, &outputs, &by_row, &by_row, |id| match nodes[id as usize] {
            Node::Column(i) => Some(Operand::Column(i as usize)),
            _ if !by_row[id as usize] => Some(Operand::Scalar(id)),
            _ => None,
        });
        Means { nodes, by_row, summation }
    }

    /// Σ w · value / Σ w over the rows of `columns`, every `stride`-th block.
    pub(crate) fn over(
        &self,
        known: &[f64],
        columns: &[Values],
        weights: Option<&[f64]>,
        stride: usize,
        threads: usize,
    ) -> Vec<f64> {
        let mut scalars = vec![f64::NAN; self.nodes.len()];
        for at in (0..self.nodes.len()).filter(|&at| !self.by_row[at]) {
            scalars[at] = evaluate_node(&self.nodes[at], known, &scalars);
        }
        let rows = columns.first().map_or(0, |column| column.len());
        let inputs = Inputs { scalars: &scalars, columns, predictors: &[], weights };
        let mut sums = Linear::default();
        let weight = self.summation.run(&self.nodes, inputs, Over { rows, stride, threads }, &mut sums);
        sums.outputs.into_iter().map(|sum| sum / weight).collect()
    }
}
