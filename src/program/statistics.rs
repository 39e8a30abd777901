//! Means of formulas of data alone: one pass, nothing kept.

use std::sync::Arc;

use super::{BLOCK, CHUNK, Operand, Output, Routine, Tree, Workspace, evaluate_node, lanes};
use crate::graph::{Graph, Id, Node, keep_needed};

/// Σ w · value / Σ w over the rows of `columns`, every `stride`-th chunk, for each of `outputs`, which depend on data
/// alone.
pub(crate) fn weighted_means(
    nodes: &[Node],
    outputs: &[Id],
    columns: &[Arc<Vec<f64>>],
    weights: Option<&[f64]>,
    stride: usize,
) -> Vec<f64> {
    let (nodes, outputs) = keep_needed(nodes, outputs);
    let depends = Graph::dependence(&nodes);
    let mut scalars = vec![f64::NAN; nodes.len()];
    for at in (0..nodes.len()).filter(|&at| !depends[at].data) {
        scalars[at] = evaluate_node(&nodes[at], &[], &scalars);
    }
    let routine = Routine::emit(&nodes, &outputs, |id| match nodes[id as usize] {
        Node::Column(i) => Some(Operand::Column(i as usize)),
        _ if !depends[id as usize].data => Some(Operand::Scalar(id)),
        _ => None,
    });
    let mut workspace = Workspace::new(&routine);
    let rows = columns.first().map_or(0, |column| column.len());
    let nothing = || vec![0.0; outputs.len() + 1];
    let mut tree = Tree::new();
    for block in (0..rows).step_by(BLOCK * stride) {
        let mut sums = nothing();
        for from in (block..rows.min(block + BLOCK)).step_by(CHUNK) {
            let here = CHUNK.min(rows - from).min(block + BLOCK - from);
            workspace.run(&routine, &scalars, columns, &[], from, here);
            let weight = |row: usize| weights.map_or(1.0, |weights| weights[from + row]);
            let sum = |output: Output<'_>| lanes((0..here).map(|row| weight(row) * output.at(row)));
            let values = routine.outputs.iter().map(|&output| workspace.values(output, &scalars, columns, &[]));
            let all = values.chain([Output::Same(1.0)]);
            sums.iter_mut().zip(all).for_each(|(total, values)| *total += sum(values));
        }
        tree.push(sums);
    }
    let mut sums: Vec<f64> = tree.total(nothing());
    let weight = sums.pop().expect("the sum of the weights is last");
    sums.into_iter().map(|sum| sum / weight).collect()
}
