use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The Fréchet distribution, of maxima of heavy-tailed values: one over a Weibull variable.
///
/// # Density
///
/// f(x) = (k/s) (x/s)^(−1−k) exp(−(x/s)^(−k))
///
/// # Parameters
///
/// - `shape` (k): > 0, the exponent of the tail
/// - `scale` (s): > 0, the quantile at 1/e
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// From the mean and variance of ln x, which are ln s + γ/k and π²/(6k²). Constant data have no maximum: k → ∞.
///
/// # Numerics
///
/// Powers are taken through logarithms, so that x/s may be of any magnitude.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Frechet.fit(&[At(0.8), At(1.4), Between(2.0, 3.0), After(5.0)])?;
/// assert!(fit["shape"].value > 1.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 2, 2nd ed., chapter 22.
#[derive(Debug, Clone, Copy)]
pub struct Frechet;

impl Model for Frechet {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("shape").typical(0.5, 5.0).positive("scale").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, scale] = theta.unpack();
        let power = shape * (scale.ln() - x.ln());
        shape.ln() - x.ln() + power - power.exp()
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("after the scale is profiled out, the score of the shape is decreasing")
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as shape → ∞"));
        }
        let mean = sample.mean_of(0, f64::ln);
        let deviation = sample.mean_of(0, |x| (x.ln() - mean).powi(2)).sqrt();
        let shape = std::f64::consts::PI / (6.0_f64.sqrt() * deviation);
        // Euler's constant, −ψ(1).
        let gamma = -crate::special::polygamma(0, 1.0);
        let shape = if shape.is_finite() { shape } else { 1.0 };
        Start::At(vec![shape, (mean - gamma / shape).exp()])
    }
}

impl Cdf for Frechet {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, scale] = theta.unpack();
        x.less_than(0.0).select(f64::NEG_INFINITY, -((shape * (scale.ln() - x.ln())).exp()))
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_cdf(theta, x).ln_1m_exp()
    }
}

impl Moments for Frechet {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [shape, scale] = theta.unpack();
        S::from(1.0).less_than(shape).select(scale * (1.0 - 1.0 / shape).ln_gamma().exp(), f64::INFINITY)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [shape, scale] = theta.unpack();
        let ln_mean = (1.0 - 1.0 / shape).ln_gamma();
        let ratio = (1.0 - 2.0 / shape).ln_gamma() - 2.0 * ln_mean;
        let finite = (scale * ln_mean.exp()).square() * ratio.exp_m1();
        S::from(2.0).less_than(shape).select(finite, f64::INFINITY)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [shape, scale] = theta.unpack();
        // Euler's constant, −ψ(1).
        let gamma = -crate::special::polygamma(0, 1.0);
        Some(1.0 + gamma + gamma / shape + scale.ln() - shape.ln())
    }
}

impl Draw for Frechet {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        theta[1] * e.powf(-1.0 / theta[0])
    }
}
