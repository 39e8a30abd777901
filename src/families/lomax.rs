use crate::data::Sample;
use crate::families::Exponential;
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The Lomax distribution: a Pareto tail that begins at 0, as a mixture of exponential distributions.
///
/// # Density
///
/// f(x) = (α/s) (1 + x/s)^(−α−1)
///
/// # Parameters
///
/// - `alpha` (α): > 0, the exponent of the tail
/// - `scale` (s): > 0
///
/// # Support
///
/// x ≥ 0.
///
/// # Start
///
/// For several scales, α as one over the mean of ln(1 + x/s). As α, s → ∞ the law is exponential, which is the answer for
/// data whose tail is not heavier. Data with a 0 have no maximum: α, s → 0.
///
/// # Numerics
///
/// ln(1 + x/s) keeps its digits where s is large.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Lomax.fit(&[0.1, 0.3, 0.2, 7.0, 0.6, 41.0])?;
/// assert!(fit["alpha"].value < 1.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 20.
#[derive(Debug, Clone, Copy)]
pub struct Lomax;

impl Model for Lomax {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("alpha").typical(0.5, 5.0).positive("scale").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [alpha, scale] = theta.unpack();
        alpha.ln() - scale.ln() - (alpha + 1.0) * (x / scale).ln_1p()
    }

    fn support(&self) -> Support {
        Support::one(Range::NON_NEGATIVE)
    }

    fn limits(&self) -> Vec<Limit> {
        vec![Limit::to_with_cdf(Exponential).at("alpha", f64::INFINITY).at("scale", f64::INFINITY)]
    }

    fn start(&self, sample: &Sample) -> Start {
        if sample.min(0) == 0.0 {
            return Start::Unbounded("an observation is 0, where the density is infinite as alpha, scale → 0".to_string());
        }
        let median = sample.quantile(0, 0.5);
        let at = |scale: f64| vec![1.0 / sample.mean_of(0, |x| (x / scale).ln_1p()), scale];
        Start::Several([0.5, 2.0, 10.0].map(|times| at(times * median)).to_vec())
    }
}

impl Cdf for Lomax {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_sf(theta, x).ln_1m_exp()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [alpha, scale] = theta.unpack();
        x.less_than(0.0).select(0.0, -(alpha * (x / scale).ln_1p()))
    }
}

impl Moments for Lomax {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [alpha, scale] = theta.unpack();
        S::from(1.0).less_than(alpha).select(scale / (alpha - 1.0), f64::INFINITY)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [alpha, scale] = theta.unpack();
        let finite = (scale / (alpha - 1.0)).square() * alpha / (alpha - 2.0);
        S::from(2.0).less_than(alpha).select(finite, f64::INFINITY)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [alpha, scale] = theta.unpack();
        Some(scale.ln() - alpha.ln() + 1.0 + 1.0 / alpha)
    }
}

impl Draw for Lomax {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        theta[1] * (e / theta[0]).exp_m1()
    }
}
