//! [`Quantity`]: a function of the parameters, with exact derivatives by free coordinates.

use nalgebra::{DMatrix, DVector};

use crate::error::Result;
use crate::graph::{Arena, Expr, Id, Node};
use crate::model::Theta;
use crate::scalar::Scalar;
use crate::space::{Block, Coordinates, Domain};

/// A function of free coordinates. On its `chart` it is any real number where it can be; likelihoods are more nearly
/// quadratic there, and its ends are at infinity.
#[derive(Debug)]
pub(crate) struct Quantity {
    pub(crate) name: String,
    pub(crate) chart: Chart,
    nodes: Vec<Node>,
    root: Id,
    gradient: Vec<Id>,
    /// Row by row.
    hessian: Vec<Id>,
}

/// Between the value of a quantity and the real line.
#[derive(Debug, Clone)]
pub(crate) enum Chart {
    Itself,
    /// A parameter of its own, by its free coordinate.
    Free(Block),
    Logarithm,
    Logit,
}

impl Chart {
    pub(crate) fn value(&self, s: f64) -> f64 {
        match self {
            Chart::Itself => s,
            Chart::Free(block) => block.natural(&[s])[0],
            Chart::Logarithm => s.exp(),
            Chart::Logit => crate::special::logistic(s),
        }
    }

    /// None for a value that the quantity cannot have.
    pub(crate) fn coordinate(&self, value: f64) -> Option<f64> {
        let s = match self {
            Chart::Itself => value,
            Chart::Free(block) => *block.free(&[value])?.first()?,
            Chart::Logarithm => value.ln(),
            Chart::Logit => value.ln() - (-value).ln_1p(),
        };
        s.is_finite().then_some(s)
    }
}

/// A quantity at a point: its value on the chart, gradient and Hessian by free coordinates.
pub(crate) struct Local {
    pub(crate) value: f64,
    pub(crate) gradient: DVector<f64>,
    pub(crate) hessian: DMatrix<f64>,
}

impl Quantity {
    /// The estimate of this name, if it is estimated and not held at an end.
    pub(crate) fn named(coordinates: &Coordinates, name: &str) -> Option<Result<Quantity>> {
        let place = coordinates.reported_names().iter().position(|own| own == name)?;
        let chart = match coordinates.reported_parameter(name) {
            None => Chart::Itself,
            Some((block, at, first)) => {
                if let (1, Some(first)) = (block.names().len(), first) {
                    let chart = Chart::Free(block.clone());
                    return Some(Quantity::trace(coordinates, name, chart, |free, _| free[first]));
                }
                match block.domain() {
                    Domain::Simplex => Chart::Logit,
                    Domain::Covariance if is_diagonal(at) => Chart::Logarithm,
                    _ => Chart::Itself,
                }
            }
        };
        let on = chart.clone();
        Some(Quantity::trace(coordinates, name, chart, move |_, estimates| {
            let value = estimates[place];
            match on {
                Chart::Itself | Chart::Free(_) => value,
                Chart::Logarithm => value.ln(),
                Chart::Logit => value.ln() - (-value).ln_1p(),
            }
        }))
    }

    /// A function of the estimates, in their order.
    pub(crate) fn of(
        coordinates: &Coordinates,
        name: &str,
        formula: impl for<'g> FnOnce(Theta<'_, Expr<'g>>) -> Expr<'g>,
    ) -> Result<Quantity> {
        Quantity::trace(coordinates, name, Chart::Itself, |_, estimates| formula(Theta::new(estimates)))
    }

    /// A formula of free coordinates and of the estimates that they make.
    pub(crate) fn trace(
        coordinates: &Coordinates,
        name: &str,
        chart: Chart,
        formula: impl for<'g> FnOnce(&[Expr<'g>], &[Expr<'g>]) -> Expr<'g>,
    ) -> Result<Quantity> {
        let arena = Arena::new();
        let free: Vec<_> = (0..coordinates.len() as u32).map(|i| arena.node(Node::Parameter(i))).collect();
        let ids: Vec<Id> = free.iter().map(|&symbol| arena.id_of(symbol)).collect::<Result<_>>()?;
        let root = arena.id_of(formula(&free, &coordinates.reported_values(&free)))?;
        let mut builder = arena.into_builder();
        let gradient = builder.gradient(root, &ids);
        let hessian = gradient.iter().flat_map(|&slope| builder.gradient(slope, &ids)).collect();
        let nodes = builder.nodes().to_vec();
        Ok(Quantity { name: name.to_string(), chart, nodes, root, gradient, hessian })
    }

    pub(crate) fn at(&self, free: &[f64]) -> Local {
        let values = crate::program::evaluate(&self.nodes, free);
        let of = |&id: &Id| values[id as usize];
        let p = free.len();
        Local {
            value: of(&self.root),
            gradient: DVector::from_iterator(p, self.gradient.iter().map(of)),
            hessian: DMatrix::from_row_iterator(p, p, self.hessian.iter().map(of)),
        }
    }
}

/// Whether an entry of a covariance matrix, in the order s_11, s_21, s_22, …, is a variance.
fn is_diagonal(at: usize) -> bool {
    (1..).map(|d| d * (d + 1) / 2 - 1).take_while(|&place| place <= at).any(|place| place == at)
}
