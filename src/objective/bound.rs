//! [`Bound`]: a log-density with the columns it is summed over, prepared as far as it was asked for.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::formula::{Hessian, LocalFormula};
use super::part::{Room, Total};
use crate::data::Values;
use crate::graph::{Builder, Id};
use crate::program::{Known, Program};
use crate::spare::Spare;

/// A formula, and the columns that it is summed over.
#[derive(Debug)]
pub(super) struct Bound {
    formula: Arc<LocalFormula>,
    pub(super) columns: Vec<Values>,
    pub(super) weights: Option<Values>,
    /// What the programs have in common.
    known: Mutex<Known>,
    value: OnceLock<Compiled>,
    slope: OnceLock<Compiled>,
    hessian: OnceLock<Hessian<Compiled>>,
}

/// A program with the columns that it runs over: those of the data, then those computed from data alone.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) program: Arc<Program>,
    pub(super) columns: Vec<Values>,
    /// What passes over its rows work in.
    pub(super) rooms: Spare<Room>,
    pub(super) totals: Spare<Total>,
}

impl Bound {
    pub(super) fn new(formula: Arc<LocalFormula>, columns: Vec<Values>, weights: Option<Values>) -> Bound {
        let (value, slope, hessian) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Bound { formula, columns, weights, known: Mutex::default(), value, slope, hessian }
    }

    pub(super) fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.len())
    }

    /// The program for the value.
    pub(super) fn value(&self, threads: usize) -> &Compiled {
        self.value.get_or_init(|| self.over(self.formula.value(), threads))
    }

    /// The program for value and gradient.
    pub(super) fn slope(&self, threads: usize) -> &Compiled {
        self.slope.get_or_init(|| self.over(self.formula.slope(), threads))
    }

    /// The program for the Hessian.
    pub(super) fn hessian(&self, threads: usize) -> &Hessian<Compiled> {
        self.hessian.get_or_init(|| match self.formula.hessian() {
            Hessian::Entries(program) => Hessian::Entries(self.over(program, threads)),
            Hessian::Products(program) => Hessian::Products(self.over(program, threads)),
        })
    }

    /// The formula with its gradient: the builder, the parameters, and value and slopes.
    pub(super) fn slopes(&self) -> (Builder, Vec<Id>, Vec<Id>) {
        self.formula.slopes()
    }

    fn over(&self, program: &Arc<Program>, threads: usize) -> Compiled {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let prepared = program.prepare(&self.columns, self.rows(), threads, &mut known);
        let columns = self.columns.iter().cloned().chain(prepared).collect();
        Compiled { columns, program: program.clone(), rooms: Spare::default(), totals: Spare::default() }
    }
}
