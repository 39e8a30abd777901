//! [`Workspace`]: what a routine is run in, and what its operands are over a chunk.

use super::Operand;
use super::routine::Routine;
use crate::data::Values;

/// How many rows are run at a time.
pub(crate) const CHUNK: usize = 256;

/// How many at most where only sums are wanted: to begin a loop takes as long as some thirty rows.
pub(super) const LONGEST: usize = 2 * CHUNK;

/// Partial sums of an accumulator: independent, so that none waits for another, and the same on every processor.
pub(super) const LANES: usize = 16;

/// The registers and accumulators of a routine. Kept between calls, so that a pass over data allocates nothing.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    pub(super) registers: Vec<Option<Register>>,
    pub(super) accumulators: Vec<[f64; LANES]>,
    pub(super) from: usize,
    pub(super) rows: usize,
}

/// So many numbers that begin at a line of the cache: a vector of eight that begins elsewhere lies in two.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Aligned<const N: usize>(pub(super) [f64; N]);

/// The values of an instruction over a chunk.
type Register = Box<Aligned<LONGEST>>;

/// How many rows of a routine are run at a time: for sums as many as keep its registers near the processor.
pub(super) fn rows_at_a_time(routine: &Routine) -> usize {
    match (routine.accumulators, routine.registers) {
        (1.., 0..=12) => LONGEST,
        (0, _) | (_, 13..=20) => CHUNK,
        (_, 21..=40) => CHUNK / 2,
        _ => CHUNK / 4,
    }
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

/// What a routine reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inputs<'a> {
    /// The values that are the same for all rows, by node.
    pub(crate) scalars: &'a [f64],
    pub(crate) columns: &'a [Values],
    /// Parameters that vary by row, for the rows of one chunk alone.
    pub(crate) predictors: &'a [Vec<f64>],
    /// What each row counts in sums, if not 1.
    pub(crate) weights: Option<&'a [f64]>,
}

impl Workspace {
    pub(crate) fn new(routine: &Routine) -> Workspace {
        Workspace {
            registers: (0..routine.registers).map(|_| Some(Box::new(Aligned([0.0; LONGEST])))).collect(),
            accumulators: vec![[0.0; LANES]; routine.accumulators],
            from: 0,
            rows: 0,
        }
    }

    /// The values of an operand over the rows last run.
    #[inline(always)]
    pub(crate) fn values<'a>(&'a self, operand: Operand, inputs: Inputs<'a>) -> Output<'a> {
        match operand {
            Operand::Scalar(id) => Output::Same(inputs.scalars.get(id as usize).copied().unwrap_or(f64::NAN)),
            Operand::Column(at) => Output::Each(&inputs.columns[at][self.from..self.from + self.rows]),
            Operand::Predictor(at) => Output::Each(&inputs.predictors[at][..self.rows]),
            // What is being written is in no place: an instruction that reads it gives no number.
            Operand::Register(at) => match &self.registers[at] {
                Some(register) => Output::Each(&register.0[..self.rows]),
                None => Output::Same(f64::NAN),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_begin_at_a_line() {
        let workspace = Workspace::new(&Routine { registers: 20, ..Routine::default() });
        for register in workspace.registers.iter().flatten() {
            assert_eq!(register.0.as_ptr().align_offset(64), 0);
        }
    }
}
