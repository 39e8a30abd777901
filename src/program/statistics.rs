//! Means of formulas of data alone: one pass, nothing kept.

use std::sync::Arc;

use super::{Inputs, Operand, Summation, evaluate_node};
use crate::graph::{Graph, Id, Node, keep_needed};

/// Σ w · value / Σ w over the rows of `columns`, every `stride`-th block, for each of `outputs`, which depend on data
/// alone.
pub(crate) fn weighted_means(
    nodes: &[Node],
    outputs: &[Id],
    columns: &[Arc<Vec<f64>>],
    weights: Option<&[f64]>,
    stride: usize,
    threads: usize,
) -> Vec<f64> {
    let (nodes, outputs) = keep_needed(nodes, outputs);
    let by_row: Vec<bool> = Graph::dependence(&nodes).iter().map(|depends| depends.data).collect();
    let mut scalars = vec![f64::NAN; nodes.len()];
    for at in (0..nodes.len()).filter(|&at| !by_row[at]) {
        scalars[at] = evaluate_node(&nodes[at], &[], &scalars);
    }
    let summation = Summation::new(&nodes, &outputs, &by_row, &by_row, |id| match nodes[id as usize] {
        Node::Column(i) => Some(Operand::Column(i as usize)),
        _ if !by_row[id as usize] => Some(Operand::Scalar(id)),
        _ => None,
    });
    let rows = columns.first().map_or(0, |column| column.len());
    let inputs = Inputs { scalars: &scalars, columns, predictors: &[], weights };
    let mut sums = summation.run(&nodes, inputs, rows, stride, threads);
    let weight = sums.pop().expect("the sum of the weights is last");
    sums.into_iter().map(|sum| sum / weight).collect()
}
