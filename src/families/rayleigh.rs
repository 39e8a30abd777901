use std::f64::consts::PI;

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The Rayleigh distribution: the length of a plane vector of two independent normal coordinates.
///
/// # Density
///
/// f(x) = (x/σ²) exp(−x²/(2σ²))
///
/// # Parameters
///
/// - `sigma` (σ): > 0, the standard deviation of each coordinate, and the mode
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// Exact: the root of half the mean square.
///
/// # Numerics
///
/// Both tails of the distribution function keep their digits at any distance.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Rayleigh.fit(&[1.0, 2.0, 3.0])?;
/// assert!((fit["sigma"].value - (7.0_f64 / 3.0).sqrt()).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 18.
#[derive(Debug, Clone, Copy)]
pub struct Rayleigh;

impl Model for Rayleigh {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("sigma").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [sigma] = theta.unpack();
        x.ln() - 2.0 * sigma.ln() - 0.5 * (x / sigma).square()
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        let unit = sample.unit(0);
        Start::Exact(vec![unit * (0.5 * sample.mean_of(0, |x| (x / unit).powi(2))).sqrt()])
    }
}

impl Cdf for Rayleigh {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_sf(theta, x).ln_1m_exp()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [sigma] = theta.unpack();
        x.less_than(0.0).select(0.0, -0.5 * (x / sigma).square())
    }
}

impl Moments for Rayleigh {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [sigma] = theta.unpack();
        sigma * (0.5 * PI).sqrt()
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [sigma] = theta.unpack();
        sigma.square() * (2.0 - 0.5 * PI)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [sigma] = theta.unpack();
        // Euler's constant, −ψ(1).
        let gamma = -crate::special::polygamma(0, 1.0);
        Some(sigma.ln() + 1.0 - 0.5 * 2.0_f64.ln() + 0.5 * gamma)
    }
}

impl Draw for Rayleigh {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        theta[0] * (2.0 * e).sqrt()
    }
}
