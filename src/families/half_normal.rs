use std::f64::consts::{LN_2, PI};

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

use super::incomplete::{ln_gamma_p_at_exp, ln_gamma_q_at_exp};

/// The half-normal distribution: the absolute value of a normal variable of mean 0.
///
/// # Density
///
/// f(x) = √(2/π) exp(−x²/(2σ²)) / σ
///
/// # Parameters
///
/// - `sigma` (σ): > 0, the standard deviation of the normal variable
///
/// # Support
///
/// x ≥ 0.
///
/// # Start
///
/// Exact: the root of the mean square. If every observation is 0 there is no maximum: σ → 0.
///
/// # Numerics
///
/// The data enter through x/σ, so that they may be of any magnitude. The distribution function is the error function, which keeps its digits near 0, or its complement.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = HalfNormal.fit(&[0.0, 3.0, 1.0, 2.0])?;
/// assert!((fit["sigma"].value - 3.5_f64.sqrt()).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 13.
#[derive(Debug, Clone, Copy)]
pub struct HalfNormal;

impl Model for HalfNormal {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("sigma").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [sigma] = theta.unpack();
        0.5 * (2.0 / PI).ln() - sigma.ln() - 0.5 * (x / sigma).square()
    }

    fn support(&self) -> Support {
        Support::one(Range::NON_NEGATIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        if sample.constant(0) == Some(0.0) {
            return Start::Unbounded("all observations equal 0, so that it has no bound as sigma → 0".to_string());
        }
        let unit = sample.unit(0);
        Start::Exact(vec![unit * sample.mean_of(0, |x| (x / unit).powi(2)).sqrt()])
    }
}

impl Cdf for HalfNormal {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [sigma] = theta.unpack();
        x.less_than(0.0).select(f64::NEG_INFINITY, ln_gamma_p_at_exp(S::from(0.5), 2.0 * (x / sigma).ln() - LN_2))
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [sigma] = theta.unpack();
        x.less_than(0.0).select(0.0, ln_gamma_q_at_exp(S::from(0.5), 2.0 * (x / sigma).ln() - LN_2))
    }
}

impl Moments for HalfNormal {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [sigma] = theta.unpack();
        sigma * (2.0 / PI).sqrt()
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [sigma] = theta.unpack();
        sigma.square() * (1.0 - 2.0 / PI)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [sigma] = theta.unpack();
        Some(sigma.ln() + 0.5 * (0.5 * PI).ln() + 0.5)
    }
}

impl Draw for HalfNormal {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let z: f64 = rand::RngExt::sample(rng, rand_distr::StandardNormal);
        theta[0] * z.abs()
    }
}
