//! [`Bound`]: a log-density with the columns it is summed over, compiled as far as it was asked for.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::data::{Term, Values};
use crate::error::Result;
use crate::graph::{Arena, Builder, Id, Node};
use crate::operation::Binary;
use crate::program::{Known, Program};
use crate::space::Coordinates;

/// A symbolic Hessian pays up to this many local coordinates; beyond, it is computed as products with directions.
const MOST_ENTRIES: usize = 30;

/// The log-density of a term as a formula of local coordinates.
#[derive(Debug)]
pub(super) struct LocalFormula {
    pub(super) builder: Builder,
    pub(super) root: Id,
    /// Which local coordinates differ from row to row.
    pub(super) varying: Vec<bool>,
}

impl LocalFormula {
    pub(super) fn new(term: &Term, varying: Vec<bool>, coordinates: &Coordinates) -> Result<LocalFormula> {
        let arena = Arena::new();
        let symbols: Vec<_> = (0..varying.len() as u32).map(|i| arena.node(Node::Parameter(i))).collect();
        let data: Vec<_> = (0..term.columns.len() as u32).map(|i| arena.node(Node::Column(i))).collect();
        let root = arena.id_of(term.formula.replay(&coordinates.natural(&symbols), &data))?;
        Ok(LocalFormula { builder: arena.into_builder(), root, varying })
    }
}

/// A formula, the columns that it is summed over, and the programs for its derivatives, each compiled when it is first
/// needed.
#[derive(Debug)]
pub(super) struct Bound {
    formula: Arc<LocalFormula>,
    pub(super) columns: Vec<Values>,
    pub(super) weights: Option<Values>,
    /// What the programs have in common.
    known: Mutex<Known>,
    value: OnceLock<Compiled>,
    slope: OnceLock<Compiled>,
    hessian: OnceLock<Hessian>,
}

/// A program with the columns that it runs over: those of the data, then those computed from data alone.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) program: Program,
    pub(super) columns: Vec<Values>,
}

/// How the Hessian is computed.
#[derive(Debug)]
pub(super) enum Hessian {
    /// Value, gradient, and each entry of the lower triangle, in one program.
    Entries(Compiled),
    /// The product with a direction, whose parts are further parameters.
    Products(Compiled),
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
    pub(super) fn value(&self) -> &Compiled {
        self.value.get_or_init(|| self.compile(&self.formula.builder, &[self.formula.root], &self.formula.varying))
    }

    /// The program for value and gradient.
    pub(super) fn slope(&self) -> &Compiled {
        self.slope.get_or_init(|| {
            let (builder, _, outputs) = self.slopes();
            self.compile(&builder, &outputs, &self.formula.varying)
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
                return Hessian::Entries(self.compile(&builder, &outputs, &self.formula.varying));
            }
            // H v is the gradient of g · v.
            let mut along = builder.constant(0.0);
            for (j, &slope) in outputs[1..].iter().enumerate() {
                let part = builder.intern(Node::Parameter((p + j) as u32));
                let product = builder.binary(Binary::Multiply, slope, part);
                along = builder.binary(Binary::Add, along, product);
            }
            let products = builder.gradient(along, &parameters);
            let varying: Vec<bool> = self.formula.varying.iter().copied().chain(vec![false; p]).collect();
            Hessian::Products(self.compile(&builder, &products, &varying))
        })
    }

    /// The formula with its gradient: the builder, the parameters, and value and slopes.
    pub(super) fn slopes(&self) -> (Builder, Vec<Id>, Vec<Id>) {
        let mut builder = self.formula.builder.clone();
        let places = 0..self.formula.varying.len() as u32;
        let parameters: Vec<Id> = places.map(|i| builder.intern(Node::Parameter(i))).collect();
        let gradient = builder.gradient(self.formula.root, &parameters);
        let outputs = std::iter::once(self.formula.root).chain(gradient).collect();
        (builder, parameters, outputs)
    }

    fn compile(&self, builder: &Builder, outputs: &[Id], varying: &[bool]) -> Compiled {
        let program = Program::compile(builder.nodes(), outputs, varying, self.columns.len());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let prepared = program.prepare(&self.columns, self.rows(), &mut known);
        Compiled { columns: self.columns.iter().cloned().chain(prepared).collect(), program }
    }
}
