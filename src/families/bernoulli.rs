use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;

/// The Bernoulli distribution: one trial that succeeds or not.
///
/// # Density
///
/// P(X = 1) = p, P(X = 0) = 1 − p
///
/// # Parameters
///
/// - `p`: in [0, 1], the probability of success
///
/// # Support
///
/// `true` or `false`; 1 or 0.
///
/// # Start
///
/// Exact: the share of successes. If all trials agree the estimate is at a closed end, p = 0 or 1.
///
/// # Numerics
///
/// 0 · ln 0 = 0.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Bernoulli.fit(&[true, false, true])?;
/// assert!((fit["p"].value - 2.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kemp and Kotz, *Univariate Discrete Distributions*, 3rd ed., chapter 3.
#[derive(Debug, Clone, Copy)]
pub struct Bernoulli;

impl Model for Bernoulli {
    type Of = bool;

    fn space(&self) -> Space {
        Space::new().unit("p").typical(0.1, 0.9).closed([0.0, 1.0])
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [p] = theta.unpack();
        x.x_ln_y(p) + (1.0 - x).x_ln_1p(-p)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        Start::Exact(vec![sample.mean(0)])
    }
}

impl Cdf for Bernoulli {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [p] = theta.unpack();
        x.less_than(0.0).select(f64::NEG_INFINITY, x.less_than(1.0).select((-p).ln_1p(), 0.0))
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [p] = theta.unpack();
        x.less_than(0.0).select(0.0, x.less_than(1.0).select(p.ln(), f64::NEG_INFINITY))
    }
}

impl Moments for Bernoulli {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [p] = theta.unpack();
        p
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [p] = theta.unpack();
        p * (1.0 - p)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [p] = theta.unpack();
        Some(-(p.x_ln_y(p)) - (1.0 - p).x_ln_1p(-p))
    }
}

impl Draw for Bernoulli {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> bool {
        rand::RngExt::random_bool(rng, theta[0])
    }
}
