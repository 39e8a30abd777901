use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The inverse gamma distribution: one over a gamma variable.
///
/// # Density
///
/// f(x) = βᵏ x^(−k−1) e^(−β/x) / Γ(k)
///
/// # Parameters
///
/// - `shape` (k): > 0, the exponent of the tail
/// - `scale` (β): > 0
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// Thom's approximation for the gamma distribution of 1/x. Constant data have no maximum: k → ∞.
///
/// # Numerics
///
/// Powers are taken through logarithms, so that x may be of any magnitude.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = InverseGamma.fit(&[0.8, 1.9, 2.4, 3.1, 5.2])?;
/// let reciprocal = Gamma.fit(&[1.0 / 0.8, 1.0 / 1.9, 1.0 / 2.4, 1.0 / 3.1, 1.0 / 5.2])?;
/// assert!((fit["shape"].value / reciprocal["shape"].value - 1.0).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 17.
#[derive(Debug, Clone, Copy)]
pub struct InverseGamma;

impl Model for InverseGamma {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("shape").typical(0.5, 5.0).positive("scale").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, scale] = theta.unpack();
        shape * scale.ln() - shape.ln_gamma() - (shape + 1.0) * x.ln() - scale / x
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as shape → ∞"));
        }
        let least = sample.min(0);
        let harmonic = least / sample.mean_of(0, |x| least / x);
        // The logarithm of the geometric mean over the harmonic mean.
        let gap = sample.mean_of(0, |x| ((x - harmonic) / harmonic).ln_1p());
        let shape = (3.0 - gap + ((gap - 3.0).powi(2) + 24.0 * gap).sqrt()) / (12.0 * gap);
        Start::At(vec![shape, harmonic * shape])
    }
}

impl Cdf for InverseGamma {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, scale] = theta.unpack();
        S::from(0.0).less_than(x).select(shape.ln_gamma_q(scale / x), f64::NEG_INFINITY)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, scale] = theta.unpack();
        S::from(0.0).less_than(x).select(shape.ln_gamma_p(scale / x), 0.0)
    }
}

impl Moments for InverseGamma {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [shape, scale] = theta.unpack();
        S::from(1.0).less_than(shape).select(scale / (shape - 1.0), f64::INFINITY)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [shape, scale] = theta.unpack();
        let finite = (scale / (shape - 1.0)).square() / (shape - 2.0);
        S::from(2.0).less_than(shape).select(finite, f64::INFINITY)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [shape, scale] = theta.unpack();
        Some(shape + scale.ln() + shape.ln_gamma() - (shape + 1.0) * shape.digamma())
    }
}

impl Draw for InverseGamma {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let gamma = rand_distr::Gamma::new(theta[0], 1.0).expect("parameters inside the domain");
        theta[1] / rand::RngExt::sample::<f64, _>(rng, gamma)
    }
}
