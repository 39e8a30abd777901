//! [`Shifted`]: a model of what exceeds an unknown threshold.

use crate::data::Sample;
use crate::model::{Cdf, Draw, In, Maxima, Model, Moments, Regularity, Start, Theta, Value};
use crate::observation::{Accepts, Numeric, Observation};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// A model of x − `loc`, where the threshold is not known: `Shifted(Weibull)` is the three-parameter Weibull law.
///
/// Asked for by name, and never by default: a free threshold makes most likelihoods unbounded, and the estimate is then a
/// local maximum inside, if there is one.
///
/// # Density
///
/// f(x − loc)
///
/// # Parameters
///
/// - the model's own
/// - `loc`: real, in data units
///
/// Where the inner density rises from its end like a power below 1, that is for Weibull's shape ≤ 2, the threshold is
/// estimated faster than by 1/√n, and the usual theory fails.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let sample: Vec<f64> = (1..60).map(|i| 10.0 + (-(1.0 - i as f64 / 60.0).ln()).powf(1.0 / 3.0)).collect();
/// let fit = Shifted(Weibull).fit(&sample)?;
/// assert!((fit["loc"].value - 10.0).abs() < 0.3);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Smith, "Maximum likelihood estimation in a class of nonregular cases", 1985.
#[derive(Debug, Clone, Copy)]
pub struct Shifted<M>(pub M);

impl<M: Model<Of: Numeric>> Shifted<M> {
    fn range(&self) -> Range {
        self.0.support().ranges().first().cloned().unwrap_or(Range::REAL)
    }

    /// The inner parameters, the threshold, and what exceeds it.
    fn parts<'a, S: Scalar>(&self, theta: Theta<'a, S>, x: &In<M, S>) -> (Theta<'a, S>, S) {
        let (own, loc) = theta.split(theta.as_slice().len() - 1);
        (own, M::Of::number(x) - loc.as_slice()[0])
    }

    /// `inside`, where the excess is in the inner range; else `below` or `above` it.
    fn masked<S: Scalar>(&self, excess: S, inside: S, below: f64, above: f64) -> S {
        let range = self.range();
        let mut masked = inside;
        if range.lower().is_finite() {
            masked = S::from(range.lower()).less_than(excess).select(masked, below);
        }
        if range.upper().is_finite() {
            masked = excess.less_than(range.upper()).select(masked, above);
        }
        masked
    }
}

impl<M: Model<Of: Numeric>> Model for Shifted<M> {
    type Of = M::Of;

    fn space(&self) -> Space {
        let fault = || format!("{:?} is no model of real numbers from an end, and has nothing to shift", self.0);
        let shiftable = self.0.support().width() == 1 && !self.range().is_integer() && self.range().lower().is_finite();
        self.0.space().real("loc").faulty((!shiftable).then(fault))
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let (own, excess) = self.parts(theta, &x);
        let inside = self.0.ln_density(own, M::Of::read(&[excess]));
        self.masked(excess, inside, f64::NEG_INFINITY, f64::NEG_INFINITY)
    }
    fn support(&self) -> Support {
        Support::one(Range::REAL)
    }
    fn maxima(&self) -> Maxima {
        Maxima::LocalOfUnbounded("as loc → the least observation, where the density is infinite")
    }
    /// Thresholds at several distances below the least observation, and the model's own start on what exceeds each.
    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, to which loc may come as near as it likes"));
        }
        let (least, end) = (sample.min(0), self.range().lower());
        let spread = sample.standard_deviation(0);
        let begin = |distance: f64| {
            let loc = least - end - distance * spread;
            let own = self.0.start(&sample.mapped(|x| x - loc)).points();
            own.into_iter().map(move |mut point| {
                point.push(loc);
                point
            })
        };
        Start::from_points([0.03, 0.3, 1.0, 3.0].into_iter().flat_map(begin).collect())
    }
    /// By the power with which the inner density rises from its end.
    fn regular_at(&self, theta: &[f64]) -> Regularity {
        let own = &theta[..theta.len() - 1];
        let end = self.range().lower();
        let near = |x: f64| self.0.ln_density(Theta::new(own), M::Of::read(&[end + x]));
        let tiny = if end == 0.0 { 1e-100 } else { 1e-10 * end.abs() };
        let power = (near(10.0 * tiny) - near(tiny)) / 10.0_f64.ln();
        // Where rounding leaves nothing, the density falls faster than any power.
        if power <= 1.0 + 1e-9 {
            let why = "the density rises from loc like a power of at most 1: loc is estimated faster than by 1/√n";
            return Regularity::fails(self.space().names(), why);
        }
        match self.0.regular_at(own) {
            Regularity::Always => Regularity::Holds,
            inner => inner,
        }
    }
}

impl<M: Cdf<Of: Numeric>> Cdf for Shifted<M> {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let (own, excess) = self.parts(theta, &x);
        self.masked(excess, self.0.ln_cdf(own, M::Of::read(&[excess])), f64::NEG_INFINITY, 0.0)
    }
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let (own, excess) = self.parts(theta, &x);
        self.masked(excess, self.0.ln_sf(own, M::Of::read(&[excess])), 0.0, f64::NEG_INFINITY)
    }
}

impl<M: Moments<Of: Numeric>> Moments for Shifted<M> {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let (own, loc) = theta.split(theta.as_slice().len() - 1);
        self.0.mean(own) + loc.as_slice()[0]
    }
    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        self.0.variance(theta.split(theta.as_slice().len() - 1).0)
    }
    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        self.0.entropy(theta.split(theta.as_slice().len() - 1).0)
    }
}

impl<M: Draw<Of: Numeric + Accepts<Value<M>>>> Draw for Shifted<M> {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Value<Self> {
        let (loc, own) = theta.split_last().expect("a space with loc");
        let mut row = Vec::new();
        M::Of::write(&self.0.draw(own, rng), &self.0.support(), &mut row);
        M::Of::point(row[0] + loc)
    }
}
