use std::f64::consts::PI;

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::Scalar;
use crate::space::Space;
use crate::special::polygamma;

/// The Gumbel distribution, of maxima: the extreme-value distribution of type I.
///
/// # Density
///
/// f(x) = exp(−z − e^(−z)) / s, z = (x − m)/s
///
/// # Parameters
///
/// - `loc` (m): real, the mode
/// - `scale` (s): > 0; the standard deviation is πs/√6
///
/// # Support
///
/// All real numbers.
///
/// # Start
///
/// From the mean and the standard deviation. Constant data have no maximum: s → 0.
///
/// # Numerics
///
/// ln F is −e^(−z), and ln(1 − F) is made of it, so that both tails keep their digits.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Gumbel.fit(&[3.2, 4.1, 2.8, 5.9, 3.6])?;
/// assert!(fit["loc"].value < 3.92, "the mode is below the mean");
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 2, 2nd ed., chapter 22. Pratt, "Concavity of
/// the log likelihood", 1981.
#[derive(Debug, Clone, Copy)]
pub struct Gumbel;

impl Model for Gumbel {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("loc").typical(-2.0, 2.0).positive("scale").typical(0.5, 2.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        let z = (x - loc) / scale;
        -z - (-z).exp() - scale.ln()
    }

    fn scale(&self) -> Option<&str> {
        Some("scale")
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("the density is log-concave, so that the likelihood is concave in loc/scale and 1/scale")
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as scale → 0"));
        }
        let scale = sample.standard_deviation(0) * 6.0_f64.sqrt() / PI;
        Start::At(vec![sample.mean(0) - euler() * scale, scale])
    }
}

impl Cdf for Gumbel {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        -(((loc - x) / scale).exp())
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_cdf(theta, x).ln_1m_exp()
    }

    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        let minus_ln_p = if p <= 0.5 { -p.ln() } else { -(p - 1.0).ln_1p() };
        theta[0] - theta[1] * minus_ln_p.ln()
    }
}

impl Moments for Gumbel {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [loc, scale] = theta.unpack();
        loc + euler() * scale
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [_, scale] = theta.unpack();
        (PI * scale).square() / 6.0
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [_, scale] = theta.unpack();
        Some(scale.ln() + euler() + 1.0)
    }
}

/// Euler's constant, −ψ(1): the mean of the standard law.
fn euler() -> f64 {
    -polygamma(0, 1.0)
}

impl Draw for Gumbel {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        theta[0] - theta[1] * e.ln()
    }
}
