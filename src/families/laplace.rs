use std::f64::consts::LN_2;

use crate::data::Sample;
use crate::model::{Cdf, Draw, Edge, EdgeKind, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;

/// The Laplace distribution: exponential on both sides of its centre.
///
/// # Density
///
/// f(x) = exp(−|x − m| / b) / (2b)
///
/// # Parameters
///
/// - `loc` (m): real, the median and the mean
/// - `scale` (b): > 0, the mean absolute deviation
///
/// # Support
///
/// All real numbers.
///
/// # Start
///
/// At the kink: a median and the mean absolute deviation from it. Every value between the two middle observations is a
/// median; their middle is reported. The standard errors, both b/√n, are asymptotic. Constant data have no maximum:
/// b → 0.
///
/// # Numerics
///
/// The tails of the distribution function are exact at any distance.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Laplace.fit(&[-1.0, 0.0, 0.5, 4.0, 9.0])?;
/// assert_eq!((fit["loc"].value, fit["scale"].value), (0.5, 2.8));
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 2, 2nd ed., chapter 24. Norton, "The double
/// exponential distribution: using calculus to find a maximum likelihood estimator", 1984.
#[derive(Debug, Clone, Copy)]
pub struct Laplace;

impl Model for Laplace {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().real("loc").typical(-2.0, 2.0).positive("scale").typical(0.5, 2.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        -((x - loc) / scale).abs() - scale.ln() - LN_2
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
        let (low, high) = sample.medians(0);
        let loc = 0.5 * low + 0.5 * high;
        let scale = sample.mean_of(0, |x| (x - loc).abs());
        let at = vec![("loc".to_string(), EdgeKind::Kink(low, high))];
        Start::Edge(Edge { theta: vec![loc, scale], std_errors: vec![scale / sample.n().sqrt(); 2], at })
    }
}

impl Cdf for Laplace {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        ln_tail((x - loc) / scale)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [loc, scale] = theta.unpack();
        ln_tail((loc - x) / scale)
    }

    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        let z = if p < 0.5 { (2.0 * p).ln() } else { -(2.0 * (1.0 - p)).ln() };
        theta[0] + theta[1] * z
    }
}

/// ln of eᶻ/2 below 0, and of 1 − e⁻ᶻ/2 above.
fn ln_tail<S: Scalar>(z: S) -> S {
    z.less_than(0.0).select(z - LN_2, (-0.5 * (-z).exp()).ln_1p())
}

impl Moments for Laplace {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [loc, _] = theta.unpack();
        loc
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [_, scale] = theta.unpack();
        2.0 * scale.square()
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [_, scale] = theta.unpack();
        Some(1.0 + LN_2 + scale.ln())
    }
}

impl Draw for Laplace {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        let deviation = theta[1] * e;
        if rand::RngExt::random(rng) { theta[0] + deviation } else { theta[0] - deviation }
    }
}
