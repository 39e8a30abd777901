//! [`Expr`]: the scalar that records what is done with it.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Add, Div, Mul, Neg, Sub};

use super::{Builder, Id, Node};
use crate::error::{Error, Result};
use crate::operation::{Binary, Quaternary, Ternary, Unary};
use crate::scalar::{CannotBranchUseSelect, Condition, Scalar};

/// The graph that expressions of one trace grow.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    builder: RefCell<Builder>,
}

impl Arena {
    pub(crate) fn new() -> Self {
        Arena::default()
    }

    pub(crate) fn into_builder(self) -> Builder {
        self.builder.into_inner()
    }

    /// The expression that is this node.
    pub(crate) fn node(&self, node: Node) -> Expr<'_> {
        let id = self.builder.borrow_mut().intern(node);
        Expr(Kind::Node(self.shared(), id))
    }

    fn shared(&self) -> Shared<'_> {
        Shared { builder: &self.builder, brand: PhantomData }
    }

    /// The node of an expression.
    pub(crate) fn id_of(&self, expr: Expr<'_>) -> Result<Id> {
        match expr.0 {
            Kind::Constant(value) => Ok(self.builder.borrow_mut().constant(value)),
            Kind::Node(_, id) => Ok(id),
            Kind::Missing(capability) => Err(Error::Missing { capability: capability.to_string() }),
        }
    }
}

#[derive(Clone, Copy)]
struct Shared<'g> {
    builder: &'g RefCell<Builder>,
    // Invariant in 'g: an expression of an outer trace must not pass for one of an inner trace.
    brand: PhantomData<Cell<&'g ()>>,
}

/// An expression of parameters and data while a formula is being traced.
///
/// It is `Copy`, lives no longer than the trace it belongs to, and stays on its thread.
#[derive(Clone, Copy)]
pub struct Expr<'g>(Kind<'g>);

#[derive(Clone, Copy)]
enum Kind<'g> {
    Constant(f64),
    Node(Shared<'g>, Id),
    Missing(&'static str),
}

impl<'g> Expr<'g> {
    fn unary_op(self, operation: Unary) -> Self {
        match self.0 {
            Kind::Constant(value) => Expr(Kind::Constant(operation.evaluate(value))),
            Kind::Missing(_) => self,
            Kind::Node(graph, id) => graph.grow(|builder| builder.unary(operation, id)),
        }
    }

    fn binary_op(self, operation: Binary, other: Self) -> Self {
        match (self.0, other.0) {
            (Kind::Missing(_), _) => self,
            (_, Kind::Missing(_)) => other,
            (Kind::Constant(a), Kind::Constant(b)) => Expr(Kind::Constant(operation.evaluate(a, b))),
            (Kind::Node(graph, _), _) | (_, Kind::Node(graph, _)) => graph.grow(|builder| {
                let (a, b) = (self.id(builder), other.id(builder));
                builder.binary(operation, a, b)
            }),
        }
    }

    /// An operation on several arguments: its value, if all are constants, else its node.
    fn operation<const N: usize>(
        arguments: [Self; N],
        evaluate: impl Fn([f64; N]) -> f64,
        node: impl Fn(&mut Builder, [Id; N]) -> Id,
    ) -> Self {
        if let Some(missing) = arguments.into_iter().find(|e| matches!(e.0, Kind::Missing(_))) {
            return missing;
        }
        let graph = arguments.into_iter().find_map(|e| match e.0 {
            Kind::Node(graph, _) => Some(graph),
            _ => None,
        });
        match graph {
            Some(graph) => graph.grow(|builder| {
                let arguments = arguments.map(|e| e.id(builder));
                node(builder, arguments)
            }),
            None => evaluate(arguments.map(|e| match e.0 {
                Kind::Constant(value) => value,
                _ => unreachable!("nodes and missing values were handled above"),
            }))
            .into(),
        }
    }

    /// The node of a constant or a node.
    fn id(self, builder: &mut Builder) -> Id {
        match self.0 {
            Kind::Constant(value) => builder.constant(value),
            Kind::Node(_, id) => id,
            Kind::Missing(_) => unreachable!("a missing value never reaches the graph"),
        }
    }
}

impl<'g> Shared<'g> {
    fn grow(self, grow: impl FnOnce(&mut Builder) -> Id) -> Expr<'g> {
        let id = grow(&mut self.builder.borrow_mut());
        Expr(Kind::Node(self, id))
    }
}

impl fmt::Debug for Expr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Constant(value) => write!(f, "{value}"),
            Kind::Node(_, id) => write!(f, "%{id}"),
            Kind::Missing(capability) => write!(f, "<missing {capability}>"),
        }
    }
}

impl From<f64> for Expr<'_> {
    fn from(value: f64) -> Self {
        Expr(Kind::Constant(value))
    }
}

impl Neg for Expr<'_> {
    type Output = Self;
    fn neg(self) -> Self {
        self.unary_op(Unary::Negate)
    }
}

macro_rules! arithmetic {
    ($($trait:ident $method:ident $operation:ident;)*) => { $(
        impl<'g> $trait for Expr<'g> {
            type Output = Expr<'g>;
            fn $method(self, other: Expr<'g>) -> Expr<'g> {
                self.binary_op(Binary::$operation, other)
            }
        }
        impl<'g> $trait<f64> for Expr<'g> {
            type Output = Expr<'g>;
            fn $method(self, other: f64) -> Expr<'g> {
                self.binary_op(Binary::$operation, other.into())
            }
        }
        impl<'g> $trait<Expr<'g>> for f64 {
            type Output = Expr<'g>;
            fn $method(self, other: Expr<'g>) -> Expr<'g> {
                Expr::from(self).binary_op(Binary::$operation, other)
            }
        }
    )* };
}
arithmetic! { Add add Add; Sub sub Subtract; Mul mul Multiply; Div div Divide; }

impl PartialEq<CannotBranchUseSelect> for Expr<'_> {
    fn eq(&self, other: &CannotBranchUseSelect) -> bool {
        match *other {}
    }
}

impl PartialOrd<CannotBranchUseSelect> for Expr<'_> {
    fn partial_cmp(&self, other: &CannotBranchUseSelect) -> Option<std::cmp::Ordering> {
        match *other {}
    }
}

/// A comparison of expressions.
#[derive(Debug, Clone, Copy)]
pub struct ExprCondition<'g>(Expr<'g>);

impl<'g> Condition<Expr<'g>> for ExprCondition<'g> {
    fn select(self, then: impl Into<Expr<'g>>, otherwise: impl Into<Expr<'g>>) -> Expr<'g> {
        let (then, otherwise) = (then.into(), otherwise.into());
        match self.0.0 {
            Kind::Constant(value) => {
                if value == 0.0 {
                    otherwise
                } else {
                    then
                }
            }
            Kind::Missing(_) => self.0,
            Kind::Node(graph, condition) => {
                if let Some(missing) = [then, otherwise].into_iter().find(|e| matches!(e.0, Kind::Missing(_))) {
                    return missing;
                }
                graph.grow(|builder| {
                    let (then, otherwise) = (then.id(builder), otherwise.id(builder));
                    builder.select(condition, then, otherwise)
                })
            }
        }
    }
}

impl<'g> Scalar for Expr<'g> {
    type Condition = ExprCondition<'g>;

    fn unary(self, operation: Unary) -> Self {
        self.unary_op(operation)
    }
    fn binary(self, operation: Binary, other: Self) -> Self {
        self.binary_op(operation, other)
    }
    fn ternary(self, operation: Ternary, second: Self, third: Self) -> Self {
        Expr::operation(
            [self, second, third],
            |[a, b, c]| operation.evaluate(a, b, c),
            |builder, [a, b, c]| builder.ternary(operation, a, b, c),
        )
    }
    fn quaternary(self, operation: Quaternary, second: Self, third: Self, fourth: Self) -> Self {
        Expr::operation(
            [self, second, third, fourth],
            |[a, b, c, d]| operation.evaluate(a, b, c, d),
            |builder, arguments| builder.quaternary(operation, arguments),
        )
    }
    fn less_than(self, other: impl Into<Self>) -> ExprCondition<'g> {
        ExprCondition(self.binary_op(Binary::Less, other.into()))
    }
    fn equals(self, other: impl Into<Self>) -> ExprCondition<'g> {
        ExprCondition(self.binary_op(Binary::Equal, other.into()))
    }
    fn log_sum_exp(terms: &[Self]) -> Self {
        if let Some(missing) = terms.iter().find(|term| matches!(term.0, Kind::Missing(_))) {
            return *missing;
        }
        let graph = terms.iter().find_map(|term| match term.0 {
            Kind::Node(graph, _) => Some(graph),
            _ => None,
        });
        match graph {
            Some(graph) => graph.grow(|builder| {
                let list: Vec<Id> = terms.iter().map(|term| term.id(builder)).collect();
                builder.log_sum_exp(&list)
            }),
            None => {
                let values = terms.iter().map(|term| match term.0 {
                    Kind::Constant(value) => value,
                    _ => unreachable!("nodes and missing values were handled above"),
                });
                crate::special::log_sum_exp(values).into()
            }
        }
    }
    fn missing(capability: &'static str) -> Self {
        Expr(Kind::Missing(capability))
    }
}
