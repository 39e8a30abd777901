//! Sums whose coefficients are multiplied after the rows have been added up: what [`Rewriter`] makes of a program.

use super::fractions::Share;
use super::polynomial::Coefficient;
use super::rewriter::{Rewriter, Rewritten};
use super::routine::Routine;
use super::sums::{Over, Rows, sums_of_rows};
use super::{Inputs, Operand, Program, Workspace, evaluate_node};
use crate::graph::{Graph, Id, Node};
use crate::spare::Spare;

/// A routine that adds up monomials over rows, and how outputs follow from these sums.
#[derive(Debug)]
pub(super) struct Factored {
    nodes: Vec<Node>,
    /// The nodes that are the same for all rows, arguments first.
    scalars: Vec<Id>,
    routine: Routine,
    spare: Spare<Workspace>,
    outputs: Vec<Vec<(Coefficient, Option<usize>)>>,
    /// Those of the sums that must be 0.
    guards: Vec<usize>,
    /// Those that say whether others have digits.
    shares: Vec<Share>,
}

/// What the sums are computed in.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    scalars: Vec<f64>,
    rows: Rows,
}

/// A sum this small may have lost digits to underflow that a coefficient this large brings back.
const SMALL: f64 = 1e-150;
const LARGE: f64 = 1e150;

impl Factored {
    /// Of a program in which the conditions that are the same for all rows, and whether its scales are far from 0, have these
    /// outcomes. None if it is too large.
    pub(super) fn new(program: &Program, outcomes: &[bool]) -> Option<Factored> {
        let (holds, is_far) = outcomes.split_at(program.choices.len());
        let known = || program.choices.iter().copied().zip(holds.iter().copied());
        let far = program.scales.iter().zip(is_far).filter(|(_, is_far)| **is_far).map(|(&scale, _)| scale);
        // Where a quotient is left that has a singularity, none is taken apart.
        let Rewritten { nodes, summed, outputs, guards, shares } = Rewriter::new(program, known(), far)?
            .rewrite()
            .or_else(|| Rewriter::new(program, known(), std::iter::empty())?.rewrite())?;
        let by_row: Vec<bool> = Graph::dependence(&nodes).iter().map(|depends| depends.data).collect();
        let routine = Routine::sums(&nodes, &summed, |id| match nodes[id as usize] {
            Node::Column(at) => Some(Operand::Column(at as usize)),
            _ if !by_row[id as usize] => Some(Operand::Scalar(id)),
            _ => None,
        });
        let scalars = (0..nodes.len() as Id).filter(|&id| !by_row[id as usize]).collect();
        Some(Factored { nodes, scalars, routine, spare: Spare::default(), outputs, guards, shares })
    }

    /// The sums of the outputs over rows; whether they are, for if a row does not take the branches that were left, or if a sum
    /// is not finite, or so small that its digits are in doubt, the program must be run as it was written.
    pub(super) fn run(&self, inputs: Inputs<'_>, over: Over, scratch: &mut Scratch, outputs: &mut Vec<f64>) -> bool {
        let Scratch { scalars, rows } = scratch;
        let given = inputs.scalars;
        scalars.clear();
        scalars.resize(self.nodes.len(), f64::NAN);
        for &id in &self.scalars {
            scalars[id as usize] = evaluate_node(&self.nodes[id as usize], given, scalars);
        }
        let are_right = |sums: &[f64]| {
            self.guards.iter().all(|&guard| sums[guard] == 0.0) && sums.iter().all(|sum| sum.is_finite())
        };
        sums_of_rows(&self.routine, &self.spare, Inputs { scalars, ..inputs }, over, are_right, rows);
        let sums = &rows.sums;
        let weight = *sums.last().expect("the sum of the weights is last");
        if !are_right(sums) || !self.shares.iter().all(|share| share.is_told(sums, weight)) {
            return false;
        }
        let part = |(coefficient, at): &(Coefficient, Option<usize>)| {
            let (coefficient, sum) = (coefficient.value(given), at.map_or(weight, |at| sums[at]));
            let is_in_doubt = sum.abs() < SMALL && coefficient.abs() > LARGE;
            (coefficient.is_finite() && !is_in_doubt).then_some(coefficient * sum)
        };
        outputs.clear();
        for parts in &self.outputs {
            match parts.iter().map(part).sum::<Option<f64>>() {
                Some(sum) if sum.is_finite() => outputs.push(sum),
                _ => return false,
            }
        }
        true
    }
}
