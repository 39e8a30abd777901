//! Running instructions over a chunk of rows: plain loops that the compiler can vectorise.

use std::sync::Arc;

use super::{Instruction, Operand, Routine};
use crate::graph::Node;
use crate::operation::{Binary, Unary};
use crate::special;

/// How many rows are run at a time, so that the registers stay in the first-level cache.
pub(crate) const CHUNK: usize = 256;

/// The registers of a routine. Kept between calls, so that a pass over data allocates nothing.
#[derive(Debug)]
pub(crate) struct Workspace {
    registers: Vec<Vec<f64>>,
    from: usize,
    rows: usize,
}

/// The values of an operand over a chunk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Output<'a> {
    /// One for each row.
    Each(&'a [f64]),
    /// One for all rows.
    Same(f64),
}

impl Output<'_> {
    pub(crate) fn at(self, row: usize) -> f64 {
        match self {
            Output::Each(values) => values[row],
            Output::Same(value) => value,
        }
    }
}

impl Workspace {
    pub(crate) fn new(routine: &Routine) -> Workspace {
        Workspace { registers: vec![vec![0.0; CHUNK]; routine.registers], from: 0, rows: 0 }
    }

    /// Runs the routine over the rows `from..from + rows` of the columns, at most [`CHUNK`]; `predictors` hold the
    /// parameters that vary by row, for these rows alone.
    pub(crate) fn run(
        &mut self,
        routine: &Routine,
        scalars: &[f64],
        columns: &[Arc<Vec<f64>>],
        predictors: &[Vec<f64>],
        from: usize,
        rows: usize,
    ) {
        (self.from, self.rows) = (from, rows);
        for instruction in &routine.instructions {
            // Taken out while it is written: the arguments are in other registers.
            let mut out = std::mem::take(&mut self.registers[instruction.register]);
            Self::execute(instruction, |operand| self.values(operand, scalars, columns, predictors), &mut out[..rows]);
            self.registers[instruction.register] = out;
        }
    }

    /// The values of an operand over the rows last run.
    pub(crate) fn values<'a>(
        &'a self,
        operand: Operand,
        scalars: &[f64],
        columns: &'a [Arc<Vec<f64>>],
        predictors: &'a [Vec<f64>],
    ) -> Output<'a> {
        match operand {
            Operand::Scalar(id) => Output::Same(scalars[id as usize]),
            Operand::Column(at) => Output::Each(&columns[at][self.from..self.from + self.rows]),
            Operand::Predictor(at) => Output::Each(&predictors[at][..self.rows]),
            Operand::Register(at) => Output::Each(&self.registers[at][..self.rows]),
        }
    }

    fn execute<'a>(instruction: &Instruction, values: impl Fn(Operand) -> Output<'a>, out: &mut [f64]) {
        let argument = |k: usize| values(instruction.arguments[k]);
        match &instruction.node {
            Node::Unary(operation, _) => unary(*operation, argument(0), out),
            Node::Binary(operation, _, _) => binary(*operation, argument(0), argument(1), out),
            Node::Ternary(operation, ..) => {
                let (a, b, c) = (argument(0), argument(1), argument(2));
                for (row, out) in out.iter_mut().enumerate() {
                    *out = operation.evaluate(a.at(row), b.at(row), c.at(row));
                }
            }
            Node::Select(..) => {
                let (condition, then, otherwise) = (argument(0), argument(1), argument(2));
                for (row, out) in out.iter_mut().enumerate() {
                    *out = if condition.at(row) != 0.0 { then.at(row) } else { otherwise.at(row) };
                }
            }
            Node::LogSumExp(list) => {
                let terms: Vec<Output<'_>> = (0..list.len()).map(argument).collect();
                for (row, out) in out.iter_mut().enumerate() {
                    *out = special::log_sum_exp(terms.iter().map(|term| term.at(row)));
                }
            }
            Node::Constant(_) | Node::Parameter(_) | Node::Column(_) => {
                unreachable!("leaves are operands, not instructions")
            }
        }
    }
}

fn unary(operation: Unary, a: Output<'_>, out: &mut [f64]) {
    // The common ones have loops of their own, so that the choice is not made for every row.
    match operation {
        Unary::Negate => map(a, out, |x| -x),
        Unary::Ln => map(a, out, f64::ln),
        Unary::Exp => map(a, out, f64::exp),
        Unary::Sqrt => map(a, out, f64::sqrt),
        other => map(a, out, |x| other.evaluate(x)),
    }
}

fn binary(operation: Binary, a: Output<'_>, b: Output<'_>, out: &mut [f64]) {
    match operation {
        Binary::Add => map2(a, b, out, |x, y| x + y),
        Binary::Subtract => map2(a, b, out, |x, y| x - y),
        Binary::Multiply => map2(a, b, out, |x, y| x * y),
        Binary::Divide => map2(a, b, out, |x, y| x / y),
        other => map2(a, b, out, |x, y| other.evaluate(x, y)),
    }
}

fn map(a: Output<'_>, out: &mut [f64], f: impl Fn(f64) -> f64) {
    match a {
        Output::Each(a) => out.iter_mut().zip(a).for_each(|(out, &x)| *out = f(x)),
        Output::Same(x) => out.fill(f(x)),
    }
}

fn map2(a: Output<'_>, b: Output<'_>, out: &mut [f64], f: impl Fn(f64, f64) -> f64) {
    match (a, b) {
        (Output::Each(a), Output::Each(b)) => out.iter_mut().zip(a).zip(b).for_each(|((out, &x), &y)| *out = f(x, y)),
        (Output::Each(a), Output::Same(y)) => out.iter_mut().zip(a).for_each(|(out, &x)| *out = f(x, y)),
        (Output::Same(x), Output::Each(b)) => out.iter_mut().zip(b).for_each(|(out, &y)| *out = f(x, y)),
        (Output::Same(x), Output::Same(y)) => out.fill(f(x, y)),
    }
}
