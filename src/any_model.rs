//! [`AnyModel`]: a model whose type has been erased.

use std::fmt;
use std::sync::Arc;

use crate::data::Sample;
use crate::error::Result;
use crate::graph::Graph;
use crate::limit::Limit;
use crate::model::{Cdf, Maxima, Model, Regularity, Start, Theta};
use crate::observation::{Observation, Row};
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::Support;

/// A model as its space and its traced formulas: what a name or a text chooses at run time.
///
/// It is a model of rows, and replays its formulas in any scalar, so that it nests in combinators like any other. What
/// the original could not do, it cannot do either, and says so when it is asked.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let models = vec![AnyModel::of(Normal)?, AnyModel::of(Weibull)?];
/// for model in models {
///     let fit = model.fit(&[1.2, 0.7, 2.1, 1.6])?;
///     println!("{}: {:.4} nats", fit.model(), fit.cross_entropy());
/// }
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Clone)]
pub struct AnyModel {
    name: String,
    space: Space,
    support: Support,
    scale: Option<String>,
    density: Arc<Graph>,
    /// ln cdf and ln sf.
    distribution: Option<Arc<[Graph; 2]>>,
    code: Arc<dyn Code>,
}

/// What a formula cannot say: where to look, and which equivalent point to report.
trait Code: Send + Sync {
    fn start(&self, sample: &Sample) -> Start;
    fn canonical(&self, theta: Vec<f64>) -> Vec<f64>;
    fn limits(&self) -> Vec<Limit>;
    fn maxima(&self) -> Maxima;
    fn regular_at(&self, theta: &[f64]) -> Regularity;
}

impl<M: Model + Send + Sync> Code for M {
    fn start(&self, sample: &Sample) -> Start {
        Model::start(self, sample)
    }
    fn canonical(&self, theta: Vec<f64>) -> Vec<f64> {
        Model::canonical(self, theta)
    }
    fn limits(&self) -> Vec<Limit> {
        Model::limits(self)
    }
    fn maxima(&self) -> Maxima {
        Model::maxima(self)
    }
    fn regular_at(&self, theta: &[f64]) -> Regularity {
        Model::regular_at(self, theta)
    }
}

impl AnyModel {
    /// The model, without its type.
    ///
    /// # Errors
    ///
    /// If the space is not sound, or the density needs a capability that a model inside lacks.
    pub fn of<M: Model + Send + Sync + 'static>(model: M) -> Result<AnyModel> {
        let (space, support) = (model.space(), model.support());
        space.check()?;
        let density = trace(&model, |theta, x| model.ln_density(theta, M::Of::read(x)))?;
        let name = model.name();
        let scale = model.scale().map(str::to_string);
        let density = Arc::new(density);
        Ok(AnyModel { name, space, support, scale, density, distribution: None, code: Arc::new(model) })
    }

    /// The same with the distribution function of `model`; without it, if a model inside `model` lacks one.
    pub fn with_cdf<M: Cdf>(mut self, model: &M) -> AnyModel {
        let cdf = trace(model, |theta, x| model.ln_cdf(theta, M::Of::read(x)));
        let sf = trace(model, |theta, x| model.ln_sf(theta, M::Of::read(x)));
        self.distribution = match (cdf, sf) {
            (Ok(cdf), Ok(sf)) => Some(Arc::new([cdf, sf])),
            _ => None,
        };
        self
    }

    /// Whether it has a distribution function.
    pub fn has_cdf(&self) -> bool {
        self.distribution.is_some()
    }

    /// The formula of its log-density.
    pub fn density(&self) -> &Graph {
        &self.density
    }

    fn distribution<S: Scalar>(&self, which: usize, theta: Theta<'_, S>, x: &[S]) -> S {
        match &self.distribution {
            Some(graphs) => graphs[which].replay(theta.as_slice(), x),
            None => S::missing("distribution function"),
        }
    }
}

/// Traces a formula of a model's parameters and observation.
fn trace<M: Model>(
    model: &M,
    formula: impl for<'g> FnOnce(Theta<'_, crate::graph::Expr<'g>>, &[crate::graph::Expr<'g>]) -> crate::graph::Expr<'g>,
) -> Result<Graph> {
    Graph::trace(model.space().len(), model.support().width(), |theta, x| formula(Theta::new(theta), x))
}

impl fmt::Debug for AnyModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Display for AnyModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Model for AnyModel {
    type Of = Row;

    fn space(&self) -> Space {
        self.space.clone()
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: Vec<S>) -> S {
        self.density.replay(theta.as_slice(), &x)
    }
    fn support(&self) -> Support {
        self.support.clone()
    }
    fn start(&self, sample: &Sample) -> Start {
        self.code.start(sample)
    }
    fn scale(&self) -> Option<&str> {
        self.scale.as_deref()
    }
    fn canonical(&self, theta: Vec<f64>) -> Vec<f64> {
        self.code.canonical(theta)
    }
    fn limits(&self) -> Vec<Limit> {
        self.code.limits()
    }
    fn maxima(&self) -> Maxima {
        self.code.maxima()
    }
    fn regular_at(&self, theta: &[f64]) -> Regularity {
        self.code.regular_at(theta)
    }
}

impl Cdf for AnyModel {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: Vec<S>) -> S {
        self.distribution(0, theta, &x)
    }
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: Vec<S>) -> S {
        self.distribution(1, theta, &x)
    }
}
