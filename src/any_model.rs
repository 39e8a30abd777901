//! [`AnyModel`]: a model whose type has been erased.

use std::fmt;
use std::sync::Arc;

use crate::data::Sample;
use crate::error::Result;
use crate::graph::{Expr, Graph};
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Regularity, Start, Theta, Value};
use crate::observation::{Accepts, Observation, Row};
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
    distribution: Option<Distribution>,
    /// Mean, variance and entropy, of no data; the entropy where it has a closed form.
    moments: Option<Arc<(Graph, Graph, Option<Graph>)>>,
    sampler: Option<Arc<dyn Sampler>>,
    code: Arc<dyn Code>,
}

/// ln cdf and ln sf as formulas, and the quantile as code.
#[derive(Clone)]
struct Distribution {
    tails: Arc<[Graph; 2]>,
    quantile: Arc<dyn Quantile>,
}

trait Quantile: Send + Sync {
    fn quantile(&self, theta: &[f64], p: f64) -> f64;
}

impl<M: Cdf + Send + Sync> Quantile for M {
    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        Cdf::quantile(self, theta, p)
    }
}

/// One observation as its columns: drawing needs code, not a formula.
trait Sampler: Send + Sync {
    fn draw(&self, theta: &[f64], like: Option<&[f64]>, rng: &mut dyn rand::Rng) -> Vec<f64>;
}

/// A model that draws, with the support by which its draws are written.
struct Drawn<M> {
    model: M,
    support: Support,
}

impl<M: Draw + Send + Sync> Sampler for Drawn<M>
where
    M::Of: Accepts<Value<M>>,
{
    fn draw(&self, theta: &[f64], like: Option<&[f64]>, rng: &mut dyn rand::Rng) -> Vec<f64> {
        let mut row = Vec::with_capacity(self.support.width());
        let drawn = match like {
            Some(like) => self.model.draw_like(theta, M::Of::read(like), rng),
            None => self.model.draw(theta, rng),
        };
        M::Of::write(&drawn, &self.support, &mut row);
        row
    }
}

/// What a formula cannot say: where to look, which equivalent point to report; and the formula as code.
trait Code: Send + Sync {
    fn ln_density(&self, theta: &[f64], x: &[f64]) -> f64;
    fn start(&self, sample: &Sample) -> Start;
    fn canonical(&self, theta: Vec<f64>) -> Vec<f64>;
    fn limits(&self) -> Vec<Limit>;
    fn maxima(&self) -> Maxima;
    fn regular_at(&self, theta: &[f64]) -> Regularity;
}

impl<M: Model + Send + Sync> Code for M {
    fn ln_density(&self, theta: &[f64], x: &[f64]) -> f64 {
        Model::ln_density(self, Theta::new(theta), M::Of::read(x))
    }
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
        let (distribution, moments, sampler) = (None, None, None);
        Ok(AnyModel { name, space, support, scale, density, distribution, moments, sampler, code: Arc::new(model) })
    }

    /// The same with the distribution function of `model`; without it, if a model inside `model` lacks one.
    pub fn with_cdf<M: Cdf + Clone + Send + Sync + 'static>(mut self, model: &M) -> AnyModel {
        let cdf = trace(model, |theta, x| model.ln_cdf(theta, M::Of::read(x)));
        let sf = trace(model, |theta, x| model.ln_sf(theta, M::Of::read(x)));
        self.distribution = match (cdf, sf) {
            (Ok(cdf), Ok(sf)) => Some(Distribution { tails: Arc::new([cdf, sf]), quantile: Arc::new(model.clone()) }),
            _ => None,
        };
        self
    }

    /// The same with the moments of `model`; without them, if a model inside `model` lacks them.
    pub fn with_moments<M: Moments>(mut self, model: &M) -> AnyModel {
        let trace = |formula: &dyn for<'g> Fn(Theta<'_, Expr<'g>>) -> Expr<'g>| {
            Graph::trace(model.space().len(), 0, |theta, _| formula(Theta::new(theta))).ok()
        };
        let moments = (trace(&|theta| model.mean(theta)), trace(&|theta| model.variance(theta)));
        let entropy = trace(&|theta| model.entropy(theta).unwrap_or(Expr::missing("entropy")));
        self.moments = match moments {
            (Some(mean), Some(variance)) => Some(Arc::new((mean, variance, entropy))),
            _ => None,
        };
        self
    }

    /// The same with the sampler of `model`.
    pub fn with_sampler<M: Draw + Clone + Send + Sync + 'static>(mut self, model: &M) -> AnyModel
    where
        M::Of: Accepts<Value<M>>,
    {
        self.sampler = Some(Arc::new(Drawn { model: model.clone(), support: model.support() }));
        self
    }

    /// Whether it has a distribution function.
    pub fn has_cdf(&self) -> bool {
        self.distribution.is_some()
    }

    /// Whether its mean and variance have closed forms.
    pub fn has_moments(&self) -> bool {
        self.moments.is_some()
    }

    /// Whether it can be drawn from.
    pub fn has_sampler(&self) -> bool {
        self.sampler.is_some()
    }

    /// The log-density as its author's code computes it, not the traced formula.
    pub(crate) fn ln_density_of_code(&self, theta: &[f64], x: &[f64]) -> f64 {
        self.code.ln_density(theta, x)
    }

    /// The formula of its log-density.
    pub fn density(&self) -> &Graph {
        &self.density
    }

    fn distribution<S: Scalar>(&self, which: usize, theta: Theta<'_, S>, x: &[S]) -> S {
        match &self.distribution {
            Some(distribution) => distribution.tails[which].replay(theta.as_slice(), x),
            None => S::missing("distribution function"),
        }
    }
}

/// Traces a formula of a model's parameters and observation.
fn trace<M: Model>(
    model: &M,
    formula: impl for<'g> FnOnce(Theta<'_, Expr<'g>>, &[Expr<'g>]) -> Expr<'g>,
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
    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        self.distribution.as_ref().map_or(f64::NAN, |distribution| distribution.quantile.quantile(theta, p))
    }
}

impl Moments for AnyModel {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let mean = self.moments.as_ref().map(|moments| moments.0.replay(theta.as_slice(), &[]));
        mean.unwrap_or(S::missing("mean"))
    }
    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let variance = self.moments.as_ref().map(|moments| moments.1.replay(theta.as_slice(), &[]));
        variance.unwrap_or(S::missing("variance"))
    }
    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        Some(self.moments.as_ref()?.2.as_ref()?.replay(theta.as_slice(), &[]))
    }
}

impl Draw for AnyModel {
    /// NaN in every column, if it cannot be drawn from.
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], mut rng: &mut R) -> Vec<f64> {
        match &self.sampler {
            Some(sampler) => sampler.draw(theta, None, &mut rng),
            None => vec![f64::NAN; self.support.width()],
        }
    }

    fn draw_like<R: rand::Rng + ?Sized>(&self, theta: &[f64], like: Vec<f64>, mut rng: &mut R) -> Vec<f64> {
        match &self.sampler {
            Some(sampler) => sampler.draw(theta, Some(&like), &mut rng),
            None => vec![f64::NAN; self.support.width()],
        }
    }
}
