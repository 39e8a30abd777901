//! [`Model`]: a space of parameters and a log-density; and what else a model may be able to do.

use std::fmt::Debug;

use crate::data::{Data, Sample};
use crate::error::Result;
use crate::estimator::Settings;
use crate::fit::Fit;
use crate::limit::Limit;
use crate::observation::Observation;
use crate::scalar::Scalar;
use crate::space::{Binding, Space};
use crate::support::Support;

/// One observation of the model `M`, inside a formula.
pub type In<M, S> = <<M as Model>::Of as Observation>::In<S>;

/// One observation of the model `M`, as a value.
pub type Value<M> = <<M as Model>::Of as Observation>::Value;

/// What could have produced the data: named parameters and a log-density, written once.
///
/// The engine calls [`ln_density`](Model::ln_density) with symbols, once, and owns the formula from then on: it
/// differentiates it exactly and runs it over columns of data. The fields of a model are what is known; θ is what is
/// not.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// #[derive(Debug, Clone)]
/// struct Gompertz;
///
/// impl Model for Gompertz {
///     type Of = f64;
///     fn space(&self) -> Space {
///         Space::new().positive("rate").positive("growth")
///     }
///     fn ln_density<S: Scalar>(&self, theta: Theta<S>, x: S) -> S {
///         let [rate, growth] = theta.unpack();
///         rate.ln() + growth * x - rate / growth * (growth * x).exp_m1()
///     }
/// }
///
/// let ages = [54.1, 71.3, 66.0, 80.2, 49.8, 75.5, 69.4, 84.9, 61.7, 77.0];
/// let fit = Gompertz.fit(&ages)?;
/// assert!((fit["growth"].value - 0.1113).abs() < 1e-4);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "a model has a `space` of parameters and an `ln_density`"
)]
pub trait Model: Debug {
    /// Its sample space.
    type Of: Observation;

    /// Its parameters, in the order in which the density takes them.
    fn space(&self) -> Space;

    /// The logarithm of the density (or probability) of `x`, in nats, with every constant.
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S;

    /// Its name, in the model language.
    fn name(&self) -> String {
        format!("{self:?}")
    }

    /// Which observations it can have produced, whatever its parameters.
    fn support(&self) -> Support {
        Self::Of::support()
    }

    /// Where to look for the estimate, given data.
    fn start(&self, _: &Sample) -> Start {
        Start::Search
    }

    /// The name of the parameter that is a scale: x / scale has a distribution without it. Precision weights need one.
    fn scale(&self) -> Option<&str> {
        None
    }

    /// The point equivalent to `theta` that is reported, where several give the same density: components in order.
    fn canonical(&self, theta: Vec<f64>) -> Vec<f64> {
        theta
    }

    /// The laws outside the model that it approaches as a parameter runs to an end of its range.
    fn limits(&self) -> Vec<Limit> {
        Vec::new()
    }

    /// What is known about the maxima of its likelihood, on any data.
    fn maxima(&self) -> Maxima {
        Maxima::Unknown
    }

    /// Whether the usual theory of large samples holds at the estimate `theta`, in natural coordinates: standard errors from
    /// the information, and AIC. Where it does not, they are withheld, with the reason. By default it holds everywhere.
    fn regular_at(&self, _theta: &[f64]) -> Regularity {
        Regularity::Always
    }

    /// Fits the model to data: an [`Estimator`](crate::Estimator) with its defaults.
    ///
    /// # Errors
    ///
    /// [`Error`](crate::Error) says what is wrong with the data or the model, or why there is no certified estimate.
    fn fit<D: Data<Self>>(&self, data: D) -> Result<Fit>
    where
        Self: Sized,
    {
        Settings::default().fit(self, data)
    }
}

/// Where to look for an estimate. Points are in natural coordinates, one value for each parameter of the space.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// Near this point.
    At(Vec<f64>),
    /// Near each of these points: the likelihood may have several maxima.
    Several(Vec<Vec<f64>>),
    /// This is the estimate, in closed form. It is certified like any other.
    Exact(Vec<f64>),
    /// This is the estimate, and the likelihood is not smooth there: its edge or its kink.
    Edge(Edge),
    /// The likelihood of these data has no maximum: it grows without bound, for the reason given.
    Unbounded(String),
    /// Nothing is known: the engine searches the typical ranges and beyond.
    Search,
}

impl Start {
    /// The points to begin at; none if there are none, or no maximum.
    pub(crate) fn points(self) -> Vec<Vec<f64>> {
        match self {
            Start::At(point) | Start::Exact(point) => vec![point],
            Start::Several(points) => points,
            Start::Edge(edge) => vec![edge.theta],
            Start::Unbounded(_) | Start::Search => vec![],
        }
    }

    /// A search from these points; from anywhere, if there are none.
    pub(crate) fn from_points(points: Vec<Vec<f64>>) -> Start {
        if points.is_empty() { Start::Search } else { Start::Several(points) }
    }
}

/// An estimate at which the likelihood is not smooth, in closed form: theory says what its errors are, if anything does.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The estimate, in natural coordinates.
    pub theta: Vec<f64>,
    /// The standard errors that theory gives, NaN where it gives none; estimates at an edge are taken as uncorrelated.
    pub std_errors: Vec<f64>,
    /// The parameters that are not at a stationary point, and what holds there.
    pub at: Vec<(String, EdgeKind)>,
}

/// What holds at an estimate where the likelihood is not smooth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EdgeKind {
    /// The parameter bounds the support, and stands at the extreme observation.
    Support,
    /// The likelihood has a kink; every value from the first to the second is a maximiser.
    Kink(f64, f64),
}

/// What is known about the maxima of a likelihood, on any data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maxima {
    /// A stationary point, if there is one, is the only one and the global maximum, for the reason given.
    Unique(&'static str),
    /// The likelihood is unbounded on any data, for the reason given; the estimate is a local maximum inside.
    LocalOfUnbounded(&'static str),
    /// Nothing: there may be several.
    Unknown,
}

impl Maxima {
    /// Those of an exponential family with all parameters free (Barndorff-Nielsen, *Information and Exponential
    /// Families*, theorem 9.13).
    pub const EXPONENTIAL_FAMILY: Maxima =
        Maxima::Unique("the likelihood of an exponential family is concave in its natural parameters");
}

/// Whether the usual theory of large samples holds at an estimate: normal errors with the inverse of the information as
/// their covariance.
///
/// # Example
///
/// ```
/// use thetahat::model::Regularity;
/// use thetahat::prelude::*;
///
/// /// Exceedances over a threshold: the generalised Pareto distribution.
/// #[derive(Debug)]
/// struct Exceedance;
///
/// impl Model for Exceedance {
///     type Of = f64;
///     fn space(&self) -> Space {
///         Space::new().positive("scale").real("shape")
///     }
///     fn ln_density<S: Scalar>(&self, theta: Theta<S>, x: S) -> S {
///         let [scale, shape] = theta.unpack();
///         -scale.ln() - (1.0 / shape + 1.0) * (shape * x / scale).ln_1p()
///     }
///     fn regular_at(&self, theta: &[f64]) -> Regularity {
///         if theta[1] > -0.5 {
///             return Regularity::Holds;
///         }
///         Regularity::fails(["scale", "shape"], "for shape ≤ −½ the end of the support is estimated faster than by 1/√n")
///     }
///     fn start(&self, sample: &Sample) -> Start {
///         Start::At(vec![sample.quantile(0, 1.0), -0.9])
///     }
/// }
///
/// let waits: Vec<f64> = (1..=40).map(|i| 1.0 - ((i as f64 - 0.5) / 40.0).powf(0.75)).collect();
/// let fit = Exceedance.fit(&waits)?;
/// assert!(fit["shape"].value < -0.5 && fit["shape"].std_error.is_nan() && fit.aic().is_none());
/// assert!(fit.to_string().contains("for shape ≤ −½"));
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Smith, "Maximum likelihood estimation in a class of nonregular cases", 1985.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Regularity {
    /// It holds, as it does everywhere: no other parameters need be asked about.
    Always,
    /// It holds at these parameters.
    Holds,
    /// It does not.
    Fails {
        /// The parameters whose estimation is concerned: if all of them are known, it holds. All of them, if none is named.
        of: Vec<String>,
        /// Why, in one sentence without a full stop.
        why: String,
    },
}

impl Regularity {
    /// It does not hold, for the reason given, unless these parameters are known.
    pub fn fails<N: Into<String>>(of: impl IntoIterator<Item = N>, why: impl Into<String>) -> Regularity {
        Regularity::Fails { of: of.into_iter().map(Into::into).collect(), why: why.into() }
    }

    /// Why it does not hold in this space, some of whose parameters may be known.
    pub(crate) fn failure(self, space: &Space) -> Option<(Vec<String>, String)> {
        let Regularity::Fails { of, why } = self else { return None };
        let is_known = |name: &String| {
            let block = space.blocks().iter().find(|block| block.names().contains(name));
            block.is_some_and(|block| matches!(block.binding(), Binding::Known(_) | Binding::Held(_)))
        };
        (of.is_empty() || !of.iter().all(is_known)).then_some((of, why))
    }
}

/// A model of ordered observations with a distribution function, which censored and truncated data need.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no distribution function, which censored and truncated data need",
    label = "no distribution function",
    note = "implement `Cdf` for it: `ln_cdf` and `ln_sf`"
)]
pub trait Cdf: Model {
    /// ln P(X ≤ x), in nats.
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S;

    /// ln P(X > x), in nats, with its own digits where the probability is small.
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S;

    /// The least x with P(X ≤ x) ≥ `p`, at the parameters `theta`; NaN unless 0 ≤ p ≤ 1. Where there is no closed form
    /// the distribution function is inverted, to the digits that ln p resolves.
    ///
    /// # Example
    ///
    /// ```
    /// use thetahat::prelude::*;
    ///
    /// assert!((Exponential.quantile(&[0.5], 0.5) - 2.0 * 2.0_f64.ln()).abs() < 1e-15);
    /// assert_eq!(Geometric.quantile(&[0.5], 0.7), 1.0);
    /// ```
    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        crate::quantile::invert(self, theta, p)
    }
}

/// A model of numbers whose moments have closed forms.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no moments in closed form",
    label = "no moments in closed form",
    note = "implement `Moments` for it: `mean` and `variance`"
)]
pub trait Moments: Model {
    /// The mean, in data units: infinite or NaN where there is none.
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S;

    /// The variance, in squared data units: infinite or NaN where there is none.
    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S;

    /// The entropy −E ln f(X), in nats; none where it has no closed form.
    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let _ = theta;
        None
    }
}

/// A model that can be drawn from.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no sampler",
    label = "no sampler",
    note = "implement `Draw` for it"
)]
pub trait Draw: Model {
    /// One observation at the parameters `theta`, in the order of the space.
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Value<Self>;

    /// One observation in place of `like`, whose part that the law is given stays: the number of trials, of models of
    /// successes among trials. Of any other model it is [`draw`](Draw::draw).
    ///
    /// # Example
    ///
    /// ```
    /// use rand::SeedableRng;
    /// use thetahat::prelude::*;
    ///
    /// let mut rng = rand::rngs::SmallRng::seed_from_u64(7);
    /// let (successes, trials) = Binomial.draw_like(&[0.3], (0.0, 20.0), &mut rng);
    /// assert!(successes <= 20 && trials == 20);
    /// ```
    fn draw_like<R: rand::Rng + ?Sized>(&self, theta: &[f64], like: In<Self, f64>, rng: &mut R) -> Value<Self> {
        let _ = like;
        self.draw(theta, rng)
    }

    /// `n` independent observations at the parameters `theta`.
    ///
    /// # Example
    ///
    /// ```
    /// use rand::SeedableRng;
    /// use thetahat::prelude::*;
    ///
    /// let mut rng = rand::rngs::SmallRng::seed_from_u64(7);
    /// let sample = Normal.sample(&[10.0, 2.0], 5, &mut rng);
    /// assert_eq!(sample.len(), 5);
    /// ```
    fn sample<R: rand::Rng + ?Sized>(&self, theta: &[f64], n: usize, rng: &mut R) -> Vec<Value<Self>> {
        (0..n).map(|_| self.draw(theta, rng)).collect()
    }
}

/// The parameters that a log-density is given.
#[derive(Debug, Clone, Copy)]
pub struct Theta<'a, S>(&'a [S]);

impl<'a, S: Scalar> Theta<'a, S> {
    /// These values, in the order of the space.
    pub fn new(values: &'a [S]) -> Theta<'a, S> {
        Theta(values)
    }

    /// All of them, by name: `let [mu, sigma] = theta.unpack();`
    ///
    /// # Panics
    ///
    /// If the space has another number of parameters.
    pub fn unpack<const N: usize>(self) -> [S; N] {
        let found = self.0.len();
        self.0.try_into().unwrap_or_else(|_| panic!("the formula unpacks {N} parameters, and its space has {found}"))
    }

    /// The first `at` of them, and the rest.
    ///
    /// # Panics
    ///
    /// If there are fewer than `at`.
    pub fn split(self, at: usize) -> (Theta<'a, S>, Theta<'a, S>) {
        let (first, rest) = self.0.split_at(at);
        (Theta(first), Theta(rest))
    }

    /// All of them.
    pub fn as_slice(self) -> &'a [S] {
        self.0
    }
}
