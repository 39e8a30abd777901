use std::f64::consts::PI;

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::Scalar;
use crate::space::Space;

/// The logistic distribution.
///
/// # Density
///
/// f(x) = e^(−z) / (s (1 + e^(−z))²), z = (x − m)/s
///
/// # Parameters
///
/// - `loc` (m): real, the median and the mean
/// - `scale` (s): > 0; the standard deviation is πs/√3
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
/// Density and distribution function are made of the logarithm of the logistic function, which keeps its digits in both
/// tails.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Logistic.fit(&[-2.0, -0.5, 0.0, 0.5, 2.0])?;
/// assert!(fit["loc"].value.abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 2, 2nd ed., chapter 23. Pratt, "Concavity of
/// the log likelihood", 1981.
#[derive(Debug, Clone, Copy)]
pub struct Logistic;

impl Model for Logistic {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("loc").typical(-2.0, 2.0).positive("scale").typical(0.5, 2.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        let z = (x - loc) / scale;
        z.ln_logistic() + (-z).ln_logistic() - scale.ln()
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
        Start::At(vec![sample.mean(0), sample.standard_deviation(0) * 3.0_f64.sqrt() / std::f64::consts::PI])
    }
}

impl Cdf for Logistic {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        ((x - loc) / scale).ln_logistic()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        ((loc - x) / scale).ln_logistic()
    }

    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        theta[0] + theta[1] * (p.ln() - (-p).ln_1p())
    }
}

impl Moments for Logistic {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [loc, _] = theta.unpack();
        loc
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [_, scale] = theta.unpack();
        (PI * scale).square() / 3.0
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [_, scale] = theta.unpack();
        Some(scale.ln() + 2.0)
    }
}

impl Draw for Logistic {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let u: f64 = rand::RngExt::sample(rng, rand_distr::Open01);
        theta[0] + theta[1] * (u.ln() - (-u).ln_1p())
    }
}
