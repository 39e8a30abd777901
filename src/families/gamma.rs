use crate::data::Sample;
use crate::model::{Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::{Range, Support};

/// The gamma distribution.
///
/// # Density
///
/// f(x) = x^(k−1) e^(−x/θ) / (Γ(k) θᵏ)
///
/// # Parameters
///
/// - `shape` (k): > 0
/// - `scale` (θ): > 0; the mean is kθ
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// Thom's approximation, from the logarithms of the arithmetic and geometric means. Constant data have no maximum:
/// k → ∞.
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
/// let fit = Gamma.fit(&[0.8, 1.9, 2.4, 3.1, 5.2])?;
/// assert!((fit["shape"].value * fit["scale"].value - 2.68).abs() < 1e-9);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 17. Thom, "A note on
/// the gamma distribution", 1958.
#[derive(Debug, Clone, Copy)]
pub struct Gamma;

impl Model for Gamma {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("shape").typical(0.5, 5.0).positive("scale").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [shape, scale] = theta.unpack();
        (shape - 1.0) * x.ln() - x / scale - shape.ln_gamma() - shape * scale.ln()
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
        let mean = sample.mean(0);
        // The logarithm of the arithmetic mean over the geometric mean.
        let gap = -sample.mean_of(0, |x| ((x - mean) / mean).ln_1p());
        let shape = (3.0 - gap + ((gap - 3.0).powi(2) + 24.0 * gap).sqrt()) / (12.0 * gap);
        Start::At(vec![shape, mean / shape])
    }
}

impl Moments for Gamma {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [shape, scale] = theta.unpack();
        shape * scale
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [shape, scale] = theta.unpack();
        shape * scale.square()
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [shape, scale] = theta.unpack();
        Some(shape + scale.ln() + shape.ln_gamma() + (1.0 - shape) * shape.digamma())
    }
}

impl Draw for Gamma {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let gamma = rand_distr::Gamma::new(theta[0], theta[1]).expect("parameters inside the domain");
        rand::RngExt::sample(rng, gamma)
    }
}
