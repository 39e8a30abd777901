//! A formula as data: what tracing a log-density leaves behind.
//!
//! [`Graph::trace`] runs a formula once with [`Expr`]s and keeps the operations it performed. From then on the formula
//! can be [differentiated](Builder::gradient), [replayed](Graph::replay) in any [`Scalar`], printed, stored and sent
//! elsewhere.

mod builder;
mod differentiate;
mod display;
mod expr;
mod format;
mod sufficient;

use std::sync::Arc;

pub use builder::Builder;
pub(crate) use builder::{is_same, keep_needed};
pub(crate) use expr::Arena;
pub use expr::{Expr, ExprCondition};
pub use format::FORMAT_VERSION;

use crate::error::{Error, Result};
use crate::operation::{Binary, Quaternary, Ternary, Unary};
use crate::scalar::{Condition, Scalar};

/// The place of a node in its graph. Arguments always come before the nodes that use them.
pub type Id = u32;

/// One step of a formula.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A number.
    Constant(f64),
    /// The parameter at this place of the space.
    Parameter(u32),
    /// The data column at this place of the observation.
    Column(u32),
    /// An operation of one argument.
    Unary(Unary, Id),
    /// An operation of two arguments.
    Binary(Binary, Id, Id),
    /// An operation of three arguments.
    Ternary(Ternary, Id, Id, Id),
    /// An operation of four arguments.
    Quaternary(Quaternary, [Id; 4]),
    /// The second argument where the first is not 0, else the third.
    Select(Id, Id, Id),
    /// ln Σ exp of the arguments.
    LogSumExp(Arc<[Id]>),
}

impl Node {
    /// The nodes that this one is computed from.
    pub fn arguments(&self) -> impl Iterator<Item = Id> + '_ {
        let (fixed, list): ([Option<Id>; 3], &[Id]) = match self {
            Node::Constant(_) | Node::Parameter(_) | Node::Column(_) => ([None; 3], &[]),
            Node::Unary(_, a) => ([Some(*a), None, None], &[]),
            Node::Binary(_, a, b) => ([Some(*a), Some(*b), None], &[]),
            Node::Ternary(_, a, b, c) => ([Some(*a), Some(*b), Some(*c)], &[]),
            Node::Quaternary(_, list) => ([None; 3], list),
            Node::Select(c, a, b) => ([Some(*c), Some(*a), Some(*b)], &[]),
            Node::LogSumExp(list) => ([None; 3], list),
        };
        fixed.into_iter().flatten().chain(list.iter().copied())
    }
}

impl Node {
    /// What it depends on, given what those before it depend on.
    fn dependence(&self, before: &[Dependence]) -> Dependence {
        let own = match self {
            Node::Parameter(_) => Dependence { parameters: true, data: false },
            Node::Column(_) => Dependence { parameters: false, data: true },
            _ => Dependence::default(),
        };
        self.arguments().fold(own, |depends, id| depends.and(before[id as usize]))
    }
}

/// A formula of parameters and data columns, as data.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
/// use thetahat::graph::Graph;
///
/// let square = Graph::trace(1, 1, |theta, x| (x[0] - theta[0]).square())?;
/// assert_eq!(square.replay(&[1.0], &[3.0]), 4.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    parameters: usize,
    columns: usize,
    nodes: Vec<Node>,
    root: Id,
}

impl Graph {
    /// Runs `formula` once on symbols for `parameters` parameters and `columns` data columns, and keeps what it did.
    ///
    /// Expressions cannot leave the closure, mix with those of another trace, or go to another thread: none of these
    /// compiles.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] if the formula used a capability that a model inside it lacks.
    pub fn trace(
        parameters: usize,
        columns: usize,
        formula: impl for<'g> FnOnce(&[Expr<'g>], &[Expr<'g>]) -> Expr<'g>,
    ) -> Result<Graph> {
        let arena = Arena::new();
        let theta: Vec<_> = (0..parameters as u32).map(|i| arena.node(Node::Parameter(i))).collect();
        let x: Vec<_> = (0..columns as u32).map(|i| arena.node(Node::Column(i))).collect();
        let root = arena.id_of(formula(&theta, &x))?;
        Ok(arena.into_builder().into_graph(parameters, columns, root))
    }

    /// How many parameters the formula may use.
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// How many data columns the formula may use.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The steps, arguments before their users.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node that is the value of the formula.
    pub fn root(&self) -> Id {
        self.root
    }

    /// Evaluates the formula in any scalar: a number, or an expression of another trace.
    ///
    /// # Panics
    ///
    /// If `theta` or `x` are shorter than the graph's [`parameters`](Graph::parameters) and
    /// [`columns`](Graph::columns).
    pub fn replay<S: Scalar>(&self, theta: &[S], x: &[S]) -> S {
        // A comparison is a condition, not a number: it is made where it is selected from.
        let mut values: Vec<S> = Vec::with_capacity(self.nodes.len());
        for node in &self.nodes {
            let at = |id: Id| values[id as usize];
            let value = match node {
                Node::Constant(value) => S::from(*value),
                Node::Parameter(i) => theta[*i as usize],
                Node::Column(i) => x[*i as usize],
                Node::Unary(operation, a) => at(*a).unary(*operation),
                Node::Binary(operation, a, b) => at(*a).binary(*operation, at(*b)),
                Node::Ternary(operation, a, b, c) => at(*a).ternary(*operation, at(*b), at(*c)),
                Node::Quaternary(operation, [a, b, c, d]) => at(*a).quaternary(*operation, at(*b), at(*c), at(*d)),
                Node::Select(c, a, b) => match self.nodes[*c as usize] {
                    Node::Binary(Binary::Less, l, r) => at(l).less_than(at(r)).select(at(*a), at(*b)),
                    Node::Binary(Binary::Equal, l, r) => at(l).equals(at(r)).select(at(*a), at(*b)),
                    _ => at(*c).equals(0.0).select(at(*b), at(*a)),
                },
                Node::LogSumExp(list) => S::log_sum_exp(&list.iter().map(|&id| at(id)).collect::<Vec<_>>()),
            };
            values.push(value);
        }
        values[self.root as usize]
    }

    /// The same formula at known parameters: what depends on them alone is a constant in it.
    pub(crate) fn at(&self, theta: &[f64]) -> Result<Graph> {
        Graph::trace(0, self.columns, |_, x| {
            let theta: Vec<Expr<'_>> = theta.iter().map(|&value| value.into()).collect();
            self.replay(&theta, x)
        })
    }

    /// What each node depends on.
    pub(crate) fn dependence(nodes: &[Node]) -> Vec<Dependence> {
        let mut found: Vec<Dependence> = Vec::with_capacity(nodes.len());
        for node in nodes {
            found.push(node.dependence(&found));
        }
        found
    }

    /// A graph from its parts.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] if an argument does not come before its user, or a parameter or column is out of range.
    pub fn from_parts(parameters: usize, columns: usize, nodes: Vec<Node>, root: Id) -> Result<Graph> {
        let broken = |at: usize, what: String| Error::Format { message: format!("node {at}: {what}") };
        for (at, node) in nodes.iter().enumerate() {
            if let Some(id) = node.arguments().find(|&id| id as usize >= at) {
                return Err(broken(at, format!("argument {id} does not come before its use")));
            }
            match node {
                Node::Parameter(i) if *i as usize >= parameters => {
                    return Err(broken(at, format!("parameter {i} of {parameters}")));
                }
                Node::Column(i) if *i as usize >= columns => {
                    return Err(broken(at, format!("column {i} of {columns}")));
                }
                _ => {}
            }
        }
        if root as usize >= nodes.len() {
            return Err(Error::Format { message: format!("the root {root} is not one of the {} nodes", nodes.len()) });
        }
        Ok(Graph { parameters, columns, nodes, root })
    }
}

/// What a node needs: it decides whether it is computed once, once a data set, or once an observation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Dependence {
    pub(crate) parameters: bool,
    pub(crate) data: bool,
}

impl Dependence {
    fn and(self, other: Dependence) -> Dependence {
        Dependence { parameters: self.parameters || other.parameters, data: self.data || other.data }
    }
}
