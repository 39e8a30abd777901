//! [`LocalFormula`]: the log-density of a term by its local coordinates, with all that has been compiled of it.
//!
//! Nothing here depends on data, and so formulas are remembered: the same model is compiled once, however often it is fitted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::statistics::Statistics;
use crate::data::Term;
use crate::error::Result;
use crate::graph::{Arena, Builder, Id, Node, is_same};
use crate::operation::Binary;
use crate::program::Program;
use crate::space::Coordinates;

/// A symbolic Hessian pays up to this many local coordinates; beyond, it is computed as products with directions.
const MOST_ENTRIES: usize = 30;

/// How many formulas are remembered, the last that were met, and how large they are at most.
const REMEMBERED: usize = 64;
const MOST_NODES: usize = 1000;

static MET: Mutex<VecDeque<Arc<LocalFormula>>> = Mutex::new(VecDeque::new());

/// The log-density of a term as a formula of local coordinates, and the programs for its derivatives, each compiled when it is
/// first needed.
#[derive(Debug)]
pub(super) struct LocalFormula {
    builder: Builder,
    root: Id,
    /// Which local coordinates differ from row to row.
    varying: Vec<bool>,
    columns: usize,
    value: OnceLock<Arc<Program>>,
    slope: OnceLock<Arc<Program>>,
    hessian: OnceLock<Hessian>,
    statistics: OnceLock<Option<Statistics>>,
}

/// How the Hessian is computed.
#[derive(Debug, Clone)]
pub(super) enum Hessian<P = Arc<Program>> {
    /// Value, gradient, and each entry of the lower triangle, in one program.
    Entries(P),
    /// The product with a direction, whose parts are further parameters.
    Products(P),
}

impl LocalFormula {
    /// The formula of a term, with what is remembered of it.
    pub(super) fn of(term: &Term, varying: Vec<bool>, coordinates: &Coordinates) -> Result<Arc<LocalFormula>> {
        let arena = Arena::new();
        let symbols: Vec<_> = (0..varying.len() as u32).map(|i| arena.node(Node::Parameter(i))).collect();
        let data: Vec<_> = (0..term.columns.len() as u32).map(|i| arena.node(Node::Column(i))).collect();
        let root = arena.id_of(term.formula.replay(&coordinates.natural(&symbols), &data))?;
        Ok(LocalFormula::new(arena.into_builder(), root, varying, term.columns.len()).remembered())
    }

    pub(super) fn new(builder: Builder, root: Id, varying: Vec<bool>, columns: usize) -> LocalFormula {
        let (value, slope, hessian) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        LocalFormula { builder, root, varying, columns, value, slope, hessian, statistics: OnceLock::new() }
    }

    /// The one that was met before, if there is one.
    fn remembered(self) -> Arc<LocalFormula> {
        if self.builder.nodes().len() > MOST_NODES {
            return Arc::new(self);
        }
        let mut met = MET.lock().unwrap_or_else(PoisonError::into_inner);
        let found = met.iter().position(|other| other.is_same(&self)).and_then(|at| met.remove(at));
        let formula = found.unwrap_or_else(|| Arc::new(self));
        met.truncate(REMEMBERED - 1);
        met.push_front(formula.clone());
        formula
    }

    fn is_same(&self, other: &LocalFormula) -> bool {
        self.root == other.root
            && self.columns == other.columns
            && self.varying == other.varying
            && is_same(self.builder.nodes(), other.builder.nodes())
    }

    pub(super) fn builder(&self) -> &Builder {
        &self.builder
    }

    pub(super) fn root(&self) -> Id {
        self.root
    }

    /// Which local coordinates differ from row to row.
    pub(super) fn varying(&self) -> &[bool] {
        &self.varying
    }

    /// How many columns of data it reads.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Its sufficient statistics, if it has any.
    pub(super) fn statistics(&self) -> Option<&Statistics> {
        self.statistics.get_or_init(|| Statistics::of(self)).as_ref()
    }

    /// The program for the value.
    pub(super) fn value(&self) -> &Arc<Program> {
        self.value.get_or_init(|| self.compile(&self.builder, &[self.root], &self.varying))
    }

    /// The program for value and gradient.
    pub(super) fn slope(&self) -> &Arc<Program> {
        self.slope.get_or_init(|| {
            let (builder, _, outputs) = self.slopes();
            self.compile(&builder, &outputs, &self.varying)
        })
    }

    /// The program for the Hessian.
    pub(super) fn hessian(&self) -> &Hessian {
        self.hessian.get_or_init(|| {
            let (mut builder, parameters, mut outputs) = self.slopes();
            let p = parameters.len();
            if p <= MOST_ENTRIES {
                for j in 0..p {
                    outputs.extend(builder.gradient(outputs[1 + j], &parameters[..=j]));
                }
                return Hessian::Entries(self.compile(&builder, &outputs, &self.varying));
            }
            // H v is the gradient of g · v.
            let mut along = builder.constant(0.0);
            for (j, &slope) in outputs[1..].iter().enumerate() {
                let part = builder.intern(Node::Parameter((p + j) as u32));
                let product = builder.binary(Binary::Multiply, slope, part);
                along = builder.binary(Binary::Add, along, product);
            }
            let products = builder.gradient(along, &parameters);
            let varying: Vec<bool> = self.varying.iter().copied().chain(vec![false; p]).collect();
            Hessian::Products(self.compile(&builder, &products, &varying))
        })
    }

    /// The formula with its gradient: the builder, the parameters, and value and slopes.
    pub(super) fn slopes(&self) -> (Builder, Vec<Id>, Vec<Id>) {
        let mut builder = self.builder.clone();
        let places = 0..self.varying.len() as u32;
        let parameters: Vec<Id> = places.map(|i| builder.intern(Node::Parameter(i))).collect();
        let gradient = builder.gradient(self.root, &parameters);
        let outputs = std::iter::once(self.root).chain(gradient).collect();
        (builder, parameters, outputs)
    }

    fn compile(&self, builder: &Builder, outputs: &[Id], varying: &[bool]) -> Arc<Program> {
        Arc::new(Program::compile(builder.nodes(), outputs, varying, self.columns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x / c
    fn quotient(c: f64, columns: usize) -> LocalFormula {
        let mut builder = Builder::new();
        let (x, c) = (builder.intern(Node::Column(0)), builder.constant(c));
        let root = builder.intern(Node::Binary(Binary::Divide, x, c));
        LocalFormula::new(builder, root, vec![], columns)
    }

    // One test, because all share what is remembered.
    #[test]
    fn the_same_formula_is_compiled_once() {
        let same = |a: f64, b: f64| Arc::ptr_eq(&quotient(a, 1).remembered(), &quotient(b, 1).remembered());
        assert!(same(7.25, 7.25) && same(f64::NAN, f64::NAN));
        assert!(!same(7.25, 7.0) && !same(0.0, -0.0));
        let first = quotient(7.25, 1).remembered();
        assert!(Arc::ptr_eq(first.value(), quotient(7.25, 1).remembered().value()));
        assert!(!Arc::ptr_eq(&first, &quotient(7.25, 2).remembered()));

        // The one that was met longest ago is forgotten.
        (0..2 * REMEMBERED).for_each(|at| drop(quotient(1e3 + at as f64, 1).remembered()));
        assert!(!Arc::ptr_eq(&first, &quotient(7.25, 1).remembered()));
        assert!(MET.lock().is_ok_and(|met| met.len() <= REMEMBERED));
    }
}
