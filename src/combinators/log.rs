//! [`Log`]: a model of the logarithm.

use crate::data::Sample;
use crate::model::{Cdf, Draw, In, Maxima, Model, Regularity, Start, Theta, Value};
use crate::observation::{Accepts, Numeric, Observation};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// A model of positive numbers whose logarithm has a law: `Log(StudentT)`, `Log(Gumbel)`.
///
/// # Density
///
/// f(ln x) / x, x > 0
///
/// # Parameters
///
/// The model's own: of ln x, so that a location is in logarithms of data units.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let sample = [1.2, 0.7, 2.1, 1.6];
/// let (log, named) = (Log(Normal).fit(&sample)?, LogNormal.fit(&sample)?);
/// assert!((log.log_likelihood() - named.log_likelihood()).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Log<M>(pub M);

impl<M: Model<Of: Numeric>> Log<M> {
    fn logarithm<S: Scalar>(x: &In<M, S>) -> In<M, S> {
        M::Of::read(&[M::Of::number(x).ln()])
    }
}

impl<M: Model<Of: Numeric>> Model for Log<M> {
    type Of = M::Of;

    fn space(&self) -> Space {
        let inner = self.0.support();
        let is_real = inner.ranges() == [Range::REAL];
        let fault = || format!("{:?} is no model of all real numbers, as a logarithm is", self.0);
        self.0.space().faulty((!is_real).then(fault))
    }
    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        self.0.ln_density(theta, Self::logarithm(&x)) - M::Of::number(&x).ln()
    }
    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }
    fn canonical(&self, theta: Vec<f64>) -> Vec<f64> {
        self.0.canonical(theta)
    }
    fn maxima(&self) -> Maxima {
        self.0.maxima()
    }
    fn start(&self, sample: &Sample) -> Start {
        self.0.start(&sample.mapped(f64::ln))
    }
    fn regular_at(&self, theta: &[f64]) -> Regularity {
        self.0.regular_at(theta)
    }
}

impl<M: Cdf<Of: Numeric>> Cdf for Log<M> {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let inside = self.0.ln_cdf(theta, Self::logarithm(&x));
        S::from(0.0).less_than(M::Of::number(&x)).select(inside, f64::NEG_INFINITY)
    }
    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: In<Self, S>) -> S {
        let inside = self.0.ln_sf(theta, Self::logarithm(&x));
        S::from(0.0).less_than(M::Of::number(&x)).select(inside, 0.0)
    }
    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        self.0.quantile(theta, p).exp()
    }
}

impl<M: Draw<Of: Numeric + Accepts<Value<M>>>> Draw for Log<M> {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> Value<Self> {
        let mut row = Vec::new();
        M::Of::write(&self.0.draw(theta, rng), &self.0.support(), &mut row);
        M::Of::point(row[0].exp())
    }
}
