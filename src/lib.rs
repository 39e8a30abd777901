//! Maximum-likelihood estimation from a log-density written once.
//!
//! You write a model as named parameters and a log-density in plain Rust, and get the estimate, its uncertainty, and a
//! certificate that says whether to trust it. Gradients and Hessians are exact; a fit that cannot be trusted is an error
//! that says why.
//!
//! ```
//! use thetahat::prelude::*;
//!
//! let fit = Normal.fit(&[4.9, 5.1, 4.7, 5.6, 5.0])?;
//! println!("{fit}");
//! # Ok::<(), thetahat::Error>(())
//! ```
//!
//! # Six words
//!
//! | word | what it is |
//! | --- | --- |
//! | [`Model`] | what could have produced the data: a space and a log-density |
//! | [`Space`] | the parameters that the density sees: name, domain, and what binds them |
//! | [`Data`] | what can be summed over: slices, censored and weighted values, columns of a table |
//! | [`Estimator`] | how to look: starts, seed |
//! | [`Fit`] | what was learned, and a certificate that says whether to trust it |
//! | [`Error`] | why there is no estimate, with the evidence |
//!
//! # Cookbook
//!
//! **Fit a family**: [`Model::fit`]. **Write your own model**: [`Model`]. **Some values are only bounded**:
//! [`Censored`](data::Censored). **Rows stand for several observations**: [`Weighted`](data::Weighted). **Several
//! optima**: [`Estimator::starts`]. **How far a long search is**: [`Estimator::watch`]. **A parameter is known**: [`Fixed`](combinators::Fixed). **A parameter depends on
//! covariates**: [`Regress`](combinators::Regress). **A mixture**: [`Mixture`](combinators::Mixture). **Only part of the range
//! is seen**: [`Truncated`](combinators::Truncated()), for each row its own: [`Windowed`](data::Windowed). **Too many zeros**:
//! [`ZeroInflated`](combinators::ZeroInflated), [`Hurdle`](combinators::Hurdle). **An unknown threshold**:
//! [`Shifted`](combinators::Shifted). **Several data sets in one fit**: [`Joint`](joint::Joint). **The laws your model must obey**: [`testing::check_model`]. **A model chosen at
//! run time**: [`AnyModel`], [`language::parse`]. **How far the model is from the data**: [`Fit::decomposition`],
//! [`information`]. **A function of the parameters**: [`Fit::derive`]. **An interval that is not symmetric**:
//! [`Fit::profile`]. **A hypothesis**: [`Fit::test`]. **Errors without theory**: [`inference::Bootstrap`]. **Does the model
//! fit**: [`inference::GoodnessOfFit`]. **Which model**: [`inference::Comparison`].

pub mod any_model;
pub mod certificate;
pub mod combinators;
pub mod data;
pub mod error;
pub mod estimator;
pub mod families;
pub mod fit;
pub mod graph;
pub mod inference;
pub mod information;
pub mod joint;
pub mod language;
pub mod limit;
pub mod model;
mod number;
mod objective;
pub mod observation;
pub mod operation;
pub mod penalty;
mod program;
mod quantile;
pub mod scalar;
mod solver;
pub mod space;
mod spare;
pub mod special;
pub mod support;
pub mod testing;
mod threads;

pub use any_model::AnyModel;
pub use certificate::{Certificate, Evidence};
pub use data::{Data, Table};
pub use error::{Error, Result};
pub use estimator::Estimator;
pub use fit::{Estimate, Fit};
pub use model::{Model, Theta};
pub use scalar::Scalar;
pub use space::Space;

/// Everything that fitting and writing models takes.
pub mod prelude {
    pub use crate::any_model::AnyModel;
    pub use crate::combinators::{Fixed, Hurdle, Log, Mixture, Regress, Shifted, Tied, Truncated, ZeroInflated};
    pub use crate::data::Censored::{self, After, At, Before, Between};
    pub use crate::data::{Binned, Data, Sample, Table, Weighted, Windowed};
    pub use crate::estimator::Estimator;
    pub use crate::families::*;
    pub use crate::fit::{Estimate, Fit};
    pub use crate::joint::Joint;
    pub use crate::limit::Limit;
    pub use crate::model::{Cdf, Draw, Edge, In, Maxima, Model, Moments, Regularity, Start, Theta, Value};
    pub use crate::observation::{Level, LevelIn, Numeric, Observation, Row, Trials};
    pub use crate::penalty::{Estimated, Firth, Penalty, Ridge};
    pub use crate::scalar::{Condition, Scalar};
    pub use crate::space::{Linear, Link, Space};
    pub use crate::support::{Range, Support};
}

/// The README's code, compiled and run as a documentation test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
