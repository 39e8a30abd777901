//! Sums of formulas over rows, where what is linear in the values of rows is computed from their sums, once.

use std::sync::atomic::{AtomicBool, Ordering};

use super::adding::total;
use super::routine::Routine;
use super::workspace::LANES;
use super::{Inputs, Operand, Tree, Workspace, blocks};
use crate::graph::{Id, Node};
use crate::operation::{Binary, Unary};
use crate::spare::Spare;

/// The sums of a routine over rows, and what they are computed in.
#[derive(Debug, Default)]
pub(super) struct Rows {
    tree: Tree,
    /// The accumulators, then the sum of the weights.
    pub(super) sums: Vec<f64>,
}

/// The rows that sums are over: those of every `stride`-th block, shared by so many threads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Over {
    pub(super) rows: usize,
    pub(super) stride: usize,
    pub(super) threads: usize,
}

/// Adds up the accumulators of a routine, and the weights. Once the sums of a block are not `wanted`, no more are run, and the
/// result is without meaning.
pub(super) fn sums_of_rows(
    routine: &Routine,
    spare: &Spare<Workspace>,
    inputs: Inputs<'_>,
    over: Over,
    wanted: impl Fn(&[f64]) -> bool + Sync,
    result: &mut Rows,
) {
    let is_over = AtomicBool::new(false);
    result.sums.resize(routine.accumulators + 1, 0.0);
    blocks(
        over.rows,
        over.stride,
        over.threads,
        &mut result.tree,
        &mut result.sums,
        || spare.take(|| Workspace::new(routine)),
        |workspace, from, to, sums| {
            workspace.accumulators.fill([0.0; LANES]);
            if !is_over.load(Ordering::Relaxed) {
                workspace.run(routine, inputs, from, to);
            }
            let weight = match inputs.weights {
                None => (to - from) as f64,
                Some(weights) => weights[from..to].iter().sum(),
            };
            let own = workspace.accumulators.iter().map(total).chain([weight]);
            sums.iter_mut().zip(own).for_each(|(sum, own)| *sum = own);
            if !wanted(sums) {
                is_over.store(true, Ordering::Relaxed);
            }
        },
    );
}

/// The sums of outputs, and what they are computed in.
#[derive(Debug, Default)]
pub(super) struct Linear {
    pub(super) rows: Rows,
    /// By node.
    totals: Vec<f64>,
    pub(super) outputs: Vec<f64>,
}

/// A routine that adds up some nodes over rows, and how outputs follow from these sums.
#[derive(Debug)]
pub(crate) struct Summation {
    routine: Routine,
    spare: Spare<Workspace>,
    /// The nodes that are added up, one for each accumulator.
    summed: Vec<Id>,
    /// The nodes that are linear in others that vary by row, arguments first, and whether their first argument is the same for
    /// all rows.
    linear: Vec<(Id, bool)>,
    outputs: Vec<Id>,
}

impl Summation {
    /// Sums of `outputs`; `by_row` says which nodes vary, and `of_data` which of them with data alone.
    pub(super) fn new(
        nodes: &[Node],
        outputs: &[Id],
        by_row: &[bool],
        of_data: &[bool],
        leaf: impl Fn(Id) -> Option<Operand>,
    ) -> Summation {
        let varies = |id: Id| by_row[id as usize];
        let is_linear = |node: &Node| match node {
            Node::Unary(Unary::Negate, _) => true,
            // A difference from data is exact where it cancels, and that of their sums is not.
            Node::Binary(Binary::Add | Binary::Subtract, a, b) => !of_data[*a as usize] && !of_data[*b as usize],
            Node::Binary(Binary::Multiply, a, b) => !varies(*a) || !varies(*b),
            Node::Binary(Binary::Divide, _, b) => !varies(*b),
            Node::Select(c, _, _) => !varies(*c),
            _ => false,
        };
        let (mut in_rows, mut in_sums) = (vec![false; nodes.len()], vec![false; nodes.len()]);
        outputs.iter().for_each(|&id| in_sums[id as usize] = true);
        let (mut summed, mut linear) = (vec![], vec![]);
        for at in (0..nodes.len()).rev().filter(|&at| by_row[at]) {
            let id = at as Id;
            let (node, is_leaf) = (&nodes[at], leaf(id).is_some());
            if in_sums[at] && (in_rows[at] || is_leaf || !is_linear(node)) {
                summed.push(id);
                node.arguments().filter(|_| !is_leaf).for_each(|id| in_rows[id as usize] = true);
            } else if in_sums[at] {
                linear.push((id, node.arguments().next().is_some_and(|first| !varies(first))));
                node.arguments().for_each(|id| in_sums[id as usize] = true);
            } else if in_rows[at] && !is_leaf {
                node.arguments().for_each(|id| in_rows[id as usize] = true);
            }
        }
        summed.reverse();
        linear.reverse();
        let routine = Routine::sums(nodes, &summed, leaf);
        Summation { routine, spare: Spare::default(), summed, linear, outputs: outputs.to_vec() }
    }

    /// The sums of the outputs over rows, each times its weight; returns that of the weights.
    pub(super) fn run(&self, nodes: &[Node], inputs: Inputs<'_>, over: Over, result: &mut Linear) -> f64 {
        let Linear { rows, totals, outputs } = result;
        sums_of_rows(&self.routine, &self.spare, inputs, over, |_| true, rows);
        let (&weight, sums) = rows.sums.split_last().expect("the sum of the weights is last");
        self.finish(nodes, inputs.scalars, sums, weight, totals);
        outputs.clear();
        outputs.extend(self.outputs.iter().map(|&id| totals[id as usize]));
        weight
    }

    /// The sums of all nodes, but for those that no output needs.
    fn finish(&self, nodes: &[Node], scalars: &[f64], sums: &[f64], weight: f64, totals: &mut Vec<f64>) {
        totals.clear();
        totals.extend(scalars.iter().map(|scalar| weight * scalar));
        self.summed.iter().zip(sums).for_each(|(&id, sum)| totals[id as usize] = *sum);
        for &(id, is_first_same) in &self.linear {
            let at = |id: Id| totals[id as usize];
            // Of a factor, which is the same for all rows.
            let factor = |id: Id| scalars[id as usize];
            totals[id as usize] = match nodes[id as usize] {
                Node::Unary(_, a) => -at(a),
                Node::Binary(Binary::Add, a, b) => at(a) + at(b),
                Node::Binary(Binary::Subtract, a, b) => at(a) - at(b),
                Node::Binary(Binary::Multiply, a, b) if is_first_same => factor(a) * at(b),
                Node::Binary(Binary::Multiply, a, b) => at(a) * factor(b),
                Node::Binary(_, a, b) => at(a) / factor(b),
                Node::Select(c, a, b) => {
                    if factor(c) != 0.0 {
                        at(a)
                    } else {
                        at(b)
                    }
                }
                _ => f64::NAN,
            };
        }
    }
}
