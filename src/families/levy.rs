use std::f64::consts::{LN_2, PI};

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

use super::incomplete::{ln_gamma_p_at_exp, ln_gamma_q_at_exp};

/// The Lévy distribution: the time in which a Brownian motion without drift reaches a level.
///
/// # Density
///
/// f(x) = √(c/(2π)) x^(−3/2) exp(−c/(2x))
///
/// # Parameters
///
/// - `scale` (c): > 0
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// Exact: the harmonic mean.
///
/// # Numerics
///
/// The data enter through ln x and c/x, so that they may be of any magnitude. The moments are infinite. The survival function is the error function of √(c/(2x)), and the distribution function its complement: each has its digits.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Levy.fit(&[1.0, 2.0, 4.0])?;
/// assert!((fit["scale"].value - 12.0 / 7.0).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Feller, *An Introduction to Probability Theory and Its Applications*, vol. 2, 2nd ed., section II.4.
#[derive(Debug, Clone, Copy)]
pub struct Levy;

impl Model for Levy {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("scale").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [scale] = theta.unpack();
        0.5 * scale.ln() - 0.5 * (2.0 * PI).ln() - 1.5 * x.ln() - 0.5 * scale / x
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        let least = sample.min(0);
        Start::Exact(vec![least / sample.mean_of(0, |x| least / x)])
    }
}

impl Cdf for Levy {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [scale] = theta.unpack();
        S::from(0.0).less_than(x).select(ln_gamma_q_at_exp(S::from(0.5), scale.ln() - x.ln() - LN_2), f64::NEG_INFINITY)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [scale] = theta.unpack();
        S::from(0.0).less_than(x).select(ln_gamma_p_at_exp(S::from(0.5), scale.ln() - x.ln() - LN_2), 0.0)
    }
}

impl Moments for Levy {
    fn mean<S: Scalar>(&self, _: Theta<'_, S>) -> S {
        S::from(f64::INFINITY)
    }

    fn variance<S: Scalar>(&self, _: Theta<'_, S>) -> S {
        S::from(f64::INFINITY)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [scale] = theta.unpack();
        // Euler's constant, −ψ(1).
        let gamma = -crate::special::polygamma(0, 1.0);
        Some(scale.ln() + 0.5 * (1.0 + 3.0 * gamma + (16.0 * PI).ln()))
    }
}

impl Draw for Levy {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let z: f64 = rand::RngExt::sample(rng, rand_distr::StandardNormal);
        theta[0] / (z * z)
    }
}
