use std::f64::consts::PI;

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The log-logistic distribution: the logarithm is logistic.
///
/// # Density
///
/// f(x) = (k/s) (x/s)^(k−1) / (1 + (x/s)ᵏ)²
///
/// # Parameters
///
/// - `shape` (k): > 0, the exponent of both tails
/// - `scale` (s): > 0, the median
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// From the mean and variance of ln x, which are ln s and π²/(3k²). Constant data have no maximum: k → ∞.
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
/// let fit = LogLogistic.fit(&[0.25, 1.0, 4.0])?;
/// assert!((fit["scale"].value - 1.0).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 2, 2nd ed., chapter 23. Pratt, "Concavity of
/// the log likelihood", 1981.
#[derive(Debug, Clone, Copy)]
pub struct LogLogistic;

impl Model for LogLogistic {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("shape").typical(0.5, 5.0).positive("scale").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, scale] = theta.unpack();
        let z = shape * (x.ln() - scale.ln());
        shape.ln() - x.ln() + z.ln_logistic() + (-z).ln_logistic()
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("the density of ln x is log-concave, so that the likelihood is concave in shape ln scale and shape")
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as shape → ∞"));
        }
        let mean = sample.mean_of(0, f64::ln);
        let deviation = sample.mean_of(0, |x| (x.ln() - mean).powi(2)).sqrt();
        let shape = PI / (3.0_f64.sqrt() * deviation);
        Start::At(vec![if shape.is_finite() { shape } else { 1.0 }, mean.exp()])
    }
}

impl Cdf for LogLogistic {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, scale] = theta.unpack();
        x.less_than(0.0).select(f64::NEG_INFINITY, (shape * (x.ln() - scale.ln())).ln_logistic())
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, scale] = theta.unpack();
        x.less_than(0.0).select(0.0, (shape * (scale.ln() - x.ln())).ln_logistic())
    }
}

impl Moments for LogLogistic {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [shape, scale] = theta.unpack();
        let b = PI / shape;
        S::from(1.0).less_than(shape).select(scale * b / b.sin(), f64::INFINITY)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [shape, scale] = theta.unpack();
        let b = PI / shape;
        // 2b/sin 2b − (b/sin b)², where sin 2b = 2 sin b cos b.
        let finite = scale.square() * b / b.sin() * (1.0 / b.cos() - b / b.sin());
        S::from(2.0).less_than(shape).select(finite, f64::INFINITY)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [shape, scale] = theta.unpack();
        Some(scale.ln() - shape.ln() + 2.0)
    }
}

impl Draw for LogLogistic {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let u: f64 = rand::RngExt::sample(rng, rand_distr::Open01);
        theta[1] * ((u.ln() - (-u).ln_1p()) / theta[0]).exp()
    }
}
