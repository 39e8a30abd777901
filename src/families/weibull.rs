use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::{Range, Support};

/// The Weibull distribution.
///
/// # Density
///
/// f(x) = (k/λ) (x/λ)^(k−1) exp(−(x/λ)ᵏ)
///
/// # Parameters
///
/// - `shape` (k): > 0
/// - `scale` (λ): > 0, the quantile at 1 − 1/e
///
/// # Support
///
/// x ≥ 0. The density at 0 is 0, finite or infinite as k is greater than, equal to or less than 1.
///
/// # Start
///
/// From the mean and variance of ln x, which are ln λ − γ/k and π²/(6k²). Constant data have no maximum: k → ∞; nor have
/// data with a 0, where the density is infinite for k < 1.
///
/// # Numerics
///
/// Powers are taken through logarithms, so that x/λ may be of any magnitude.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Weibull.fit(&[At(0.41), At(0.62), Between(0.3, 0.4), After(1.0), Before(0.2)])?;
/// assert!(fit["shape"].value > 1.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 21.
#[derive(Debug, Clone, Copy)]
pub struct Weibull;

impl Model for Weibull {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("shape").typical(0.5, 5.0).positive("scale").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, scale] = theta.unpack();
        let ln_ratio = x.ln() - scale.ln();
        shape.ln() - scale.ln() + (shape - 1.0) * ln_ratio - (shape * ln_ratio).exp()
    }

    fn support(&self) -> Support {
        Support::one(Range::NON_NEGATIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::Unique("after the scale is profiled out, the score of the shape is decreasing")
    }

    fn start(&self, sample: &Sample) -> Start {
        if sample.min(0) == 0.0 {
            return Start::Unbounded("an observation is 0, where the density is infinite for shape < 1".to_string());
        }
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as shape → ∞"));
        }
        let mean = sample.mean_of(0, f64::ln);
        let deviation = sample.mean_of(0, |x| (x.ln() - mean).powi(2)).sqrt();
        let shape = std::f64::consts::PI / (6.0_f64.sqrt() * deviation);
        // Euler's constant, −ψ(1).
        let gamma = -crate::special::polygamma(0, 1.0);
        let shape = if shape.is_finite() { shape } else { 1.0 };
        Start::At(vec![shape, (mean + gamma / shape).exp()])
    }
}

impl Cdf for Weibull {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        // ln(1 − S) from ln S = −hazard, where 1 − S keeps its digits.
        self.ln_sf(theta, x).ln_1m_exp()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, scale] = theta.unpack();
        -((shape * (x.ln() - scale.ln())).exp())
    }

    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        if p < 0.0 { f64::NAN } else { theta[1] * (-(-p).ln_1p()).powf(1.0 / theta[0]) }
    }
}

impl Moments for Weibull {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [shape, scale] = theta.unpack();
        scale * (1.0 + 1.0 / shape).ln_gamma().exp()
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [shape, scale] = theta.unpack();
        let u = 1.0 / shape;
        // Γ(1 + 2u) − Γ(1 + u)², as a part of Γ(1 + u)².
        let excess = ((1.0 + u).ln_rising(u) - S::from(1.0).ln_rising(u)).exp_m1();
        (scale * (1.0 + u).ln_gamma().exp()).square() * excess
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [shape, scale] = theta.unpack();
        let gamma = -crate::special::polygamma(0, 1.0);
        Some(gamma * (1.0 - 1.0 / shape) + scale.ln() - shape.ln() + 1.0)
    }
}

impl Draw for Weibull {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        theta[1] * e.powf(1.0 / theta[0])
    }
}
