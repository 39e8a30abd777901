use std::f64::consts::{E, PI};

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::Scalar;
use crate::space::Space;
use crate::special::normal_quantile;

/// The normal (Gaussian) distribution.
///
/// # Density
///
/// f(x) = exp(−(x − μ)² / (2σ²)) / (σ √(2π))
///
/// # Parameters
///
/// - `mu` (μ): real, the mean
/// - `sigma` (σ): > 0, the standard deviation
///
/// # Support
///
/// All real numbers.
///
/// # Start
///
/// Exact: the mean, and the standard deviation with divisor n. Constant data have no maximum: σ → 0.
///
/// # Numerics
///
/// The tails of the distribution function keep their digits to −1e6 standard deviations.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Normal.fit(&[4.9, 5.1, 4.7, 5.6, 5.0])?;
/// assert!((fit["mu"].value - 5.06).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 13.
#[derive(Debug, Clone, Copy)]
pub struct Normal;

impl Model for Normal {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("mu").typical(-2.0, 2.0).positive("sigma").typical(0.5, 2.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, sigma] = theta.unpack();
        let z = (x - mu) / sigma;
        -0.5 * z * z - sigma.ln() - 0.5 * (2.0 * PI).ln()
    }

    fn scale(&self) -> Option<&str> {
        Some("sigma")
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as sigma → 0"));
        }
        Start::Exact(vec![sample.mean(0), sample.standard_deviation(0)])
    }
}

impl Cdf for Normal {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, sigma] = theta.unpack();
        ((x - mu) / sigma).ln_normal_cdf()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [mu, sigma] = theta.unpack();
        ((mu - x) / sigma).ln_normal_cdf()
    }

    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        theta[0] + theta[1] * normal_quantile(p)
    }
}

impl Moments for Normal {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [mu, _] = theta.unpack();
        mu
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [_, sigma] = theta.unpack();
        sigma.square()
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [_, sigma] = theta.unpack();
        Some(sigma.ln() + 0.5 * (2.0 * PI * E).ln())
    }
}

impl Draw for Normal {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let z: f64 = rand::RngExt::sample(rng, rand_distr::StandardNormal);
        theta[0] + theta[1] * z
    }
}
