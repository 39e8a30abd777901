//! [`Penalty`]: what is added to a log-likelihood on purpose, and only where it is asked for.

use std::cell::RefCell;
use std::fmt::Debug;

use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::scalar::Scalar;
use crate::space::Coordinates;

/// A function of what is estimated that is added to the log-likelihood: the logarithm of a prior density, whose mode is
/// then estimated, or a penalty such as [`Ridge`]. See [`Estimator::penalty`](crate::Estimator::penalty).
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// /// A beta prior with as much weight as four tosses, two of each kind.
/// #[derive(Debug)]
/// struct FourTosses;
///
/// impl Penalty for FourTosses {
///     fn ln_value<S: Scalar>(&self, at: &Estimated<'_, S>) -> S {
///         let p = at.value("p");
///         2.0 * p.ln() + 2.0 * (-p).ln_1p()
///     }
/// }
///
/// let fit = Estimator::new(Bernoulli).penalty(FourTosses).fit(&[true, true, true])?;
/// assert!((fit["p"].value - 5.0 / 7.0).abs() < 1e-12);
/// assert_eq!(fit.aic(), None);
/// # Ok::<(), thetahat::Error>(())
/// ```
pub trait Penalty: Debug {
    /// What is added to the log-likelihood, in nats; constants do not matter.
    fn ln_value<S: Scalar>(&self, at: &Estimated<'_, S>) -> S;
}

/// What is estimated, by name: parameters, and coefficients of linear predictors.
#[derive(Debug)]
pub struct Estimated<'e, S> {
    names: &'e [String],
    values: &'e [S],
    unknown: RefCell<Option<String>>,
}

impl<S: Scalar> Estimated<'_, S> {
    /// The value of this name, as the fit reports it. A name that is not estimated is an error of the fit.
    pub fn value(&self, name: &str) -> S {
        match self.names.iter().position(|other| other == name) {
            Some(at) => self.values[at],
            None => {
                self.unknown.borrow_mut().get_or_insert(name.to_string());
                f64::NAN.into()
            }
        }
    }
}

/// The penalty −½ λ Σ β², of the values called `of`: a normal prior with mean 0 and variance 1/λ for each.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// // Dose separates the dead from the living: without a penalty there is no finite estimate.
/// let table = Table::from_csv("died,dose\n0,1\n0,2\n1,3\n1,4\n".as_bytes())?;
/// let model = Regress(Bernoulli).on("p", ["dose"]);
/// assert!(model.fit(table.response("died")?).is_err());
/// let fit = Estimator::new(model).penalty(Ridge::new(0.5, ["dose"])).fit(table.response("died")?)?;
/// assert!(fit["dose"].value > 1.0 && fit.penalty().is_some());
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Le Cessie and van Houwelingen, "Ridge estimators in logistic regression", 1992.
#[derive(Debug, Clone, PartialEq)]
pub struct Ridge {
    /// λ, in 1 / (units of the values)².
    pub lambda: f64,
    /// The names of what is penalised.
    pub of: Vec<String>,
}

impl Ridge {
    /// A penalty of strength `lambda` on the values called `of`.
    pub fn new<N: Into<String>>(lambda: f64, of: impl IntoIterator<Item = N>) -> Ridge {
        Ridge { lambda, of: of.into_iter().map(Into::into).collect() }
    }
}

impl Penalty for Ridge {
    fn ln_value<S: Scalar>(&self, at: &Estimated<'_, S>) -> S {
        let squares = self.of.iter().map(|name| at.value(name).square());
        squares.fold(S::from(0.0), |sum, square| sum + square) * (-0.5 * self.lambda)
    }
}

/// A penalty whose type has been erased.
pub(crate) trait Formula: Debug + Send + Sync {
    /// Its formula of free coordinates.
    fn formula(&self, coordinates: &Coordinates) -> Result<Graph>;
}

impl<P: Penalty + Send + Sync> Formula for P {
    fn formula(&self, coordinates: &Coordinates) -> Result<Graph> {
        let names = coordinates.reported_names();
        let mut unknown = None;
        let graph = Graph::trace(coordinates.len(), 0, |free, _| {
            let values = coordinates.reported_values(free);
            let at = Estimated { names: &names, values: &values, unknown: RefCell::new(None) };
            let value = self.ln_value(&at);
            unknown = at.unknown.into_inner();
            value
        })?;
        match unknown {
            Some(name) => Err(Error::Unknown { kind: "estimate", name, known: names }),
            None => Ok(graph),
        }
    }
}
