use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Start, Theta};
use crate::scalar::Scalar;
use crate::space::Space;
use crate::support::{Range, Support};

/// The exponential distribution: a waiting time without memory.
///
/// # Density
///
/// f(x) = λ e^(−λx)
///
/// # Parameters
///
/// - `rate` (λ): > 0, one over the mean
///
/// # Support
///
/// x ≥ 0.
///
/// # Start
///
/// Exact: one over the mean. If every observation is 0 there is no maximum: λ → ∞.
///
/// # Numerics
///
/// The upper tail is exact at any distance; the lower one keeps its digits as x → 0.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Exponential.fit(&[0.5, 1.5, 4.0])?;
/// assert!((fit["rate"].value - 0.5).abs() < 1e-12);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 19.
#[derive(Debug, Clone, Copy)]
pub struct Exponential;

impl Model for Exponential {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("rate").typical(0.2, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [rate] = theta.unpack();
        rate.ln() - rate * x
    }

    fn support(&self) -> Support {
        Support::one(Range::NON_NEGATIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::EXPONENTIAL_FAMILY
    }

    fn start(&self, sample: &Sample) -> Start {
        if sample.constant(0) == Some(0.0) {
            return Start::Unbounded("all observations equal 0, so that it has no bound as rate → ∞".to_string());
        }
        Start::Exact(vec![1.0 / sample.mean(0)])
    }
}

impl Cdf for Exponential {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_sf(theta, x).ln_1m_exp()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [rate] = theta.unpack();
        -(rate * x)
    }

    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        if p < 0.0 { f64::NAN } else { -(-p).ln_1p() / theta[0] }
    }
}

impl Moments for Exponential {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [rate] = theta.unpack();
        1.0 / rate
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [rate] = theta.unpack();
        1.0 / rate.square()
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [rate] = theta.unpack();
        Some(1.0 - rate.ln())
    }
}

impl Draw for Exponential {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        e / theta[0]
    }
}
