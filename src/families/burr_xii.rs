use crate::data::Sample;
use crate::families::{Pareto, Weibull};
use crate::limit::Limit;
use crate::model::{Cdf, Draw, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::special::polygamma;
use crate::support::{Range, Support};

/// The Burr distribution of type XII, also called Singh–Maddala.
///
/// # Density
///
/// f(x) = (ck/x) (x/s)ᶜ / (1 + (x/s)ᶜ)^(k+1)
///
/// # Parameters
///
/// - `c`: > 0, the exponent near 0
/// - `k`: > 0; the exponent of the upper tail is ck
/// - `scale` (s): > 0
///
/// With c = 1 it is the Lomax, with k = 1 the log-logistic distribution.
///
/// # Support
///
/// x > 0.
///
/// # Start
///
/// From the mean and variance of ln x, for several k. As k, s → ∞ the law is Weibull, and as c → ∞, k → 0 it is Pareto;
/// they are the answer where the likelihood increases all the way. Constant data have no maximum: c → ∞.
///
/// # Numerics
///
/// Powers are taken through logarithms, and ln(1 + (x/s)ᶜ) keeps its digits at both ends.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = BurrXII.fit(&[0.4, 0.9, 1.0, 1.3, 2.1, 9.0, 0.7, 1.1])?;
/// assert!(fit["c"].value > 2.0 && fit["k"].value < 1.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 12. Tadikamalla, "A look
/// at the Burr and related distributions", 1980.
#[derive(Debug, Clone, Copy)]
pub struct BurrXII;

impl Model for BurrXII {
    type Of = f64;

    fn space(&self) -> Space {
        let space = Space::new().positive("c").typical(0.5, 5.0).positive("k").typical(0.5, 5.0);
        space.positive("scale").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [c, k, scale] = theta.unpack();
        let z = c * (x.ln() - scale.ln());
        c.ln() + k.ln() - x.ln() + z.ln_logistic() + k * (-z).ln_logistic()
    }

    fn support(&self) -> Support {
        Support::one(Range::POSITIVE)
    }

    fn limits(&self) -> Vec<Limit> {
        vec![
            Limit::to_with_cdf(Weibull).same("c", "shape").at("k", f64::INFINITY).at("scale", f64::INFINITY),
            Limit::to_with_cdf(Pareto).same("scale", "xm").at("c", f64::INFINITY).at("k", 0.0),
        ]
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as c → ∞"));
        }
        let mean = sample.mean_of(0, f64::ln);
        let deviation = sample.mean_of(0, |x| (x.ln() - mean).powi(2)).sqrt();
        // c (ln x − ln s) has mean ψ(1) − ψ(k) and variance ψ′(1) + ψ′(k).
        let at = |k: f64| {
            let c = (polygamma(1, 1.0) + polygamma(1, k)).sqrt() / deviation;
            let c = if c.is_finite() { c } else { 1.0 };
            vec![c, k, (mean - (polygamma(0, 1.0) - polygamma(0, k)) / c).exp()]
        };
        Start::Several([0.3, 1.0, 5.0].map(at).to_vec())
    }
}

impl Cdf for BurrXII {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_sf(theta, x).ln_1m_exp()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [c, k, scale] = theta.unpack();
        x.less_than(0.0).select(0.0, k * (c * (scale.ln() - x.ln())).ln_logistic())
    }
}

/// ln E (X/s)ʳ, r < ck.
fn ln_moment<S: Scalar>(c: S, k: S, r: f64) -> S {
    k.ln_rising(-r / c) + (1.0 + r / c).ln_gamma()
}

impl Moments for BurrXII {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [c, k, scale] = theta.unpack();
        S::from(1.0).less_than(c * k).select(scale * ln_moment(c, k, 1.0).exp(), f64::INFINITY)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [c, k, scale] = theta.unpack();
        let ln_mean = ln_moment(c, k, 1.0);
        let finite = (scale * ln_mean.exp()).square() * (ln_moment(c, k, 2.0) - 2.0 * ln_mean).exp_m1();
        S::from(2.0).less_than(c * k).select(finite, f64::INFINITY)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [c, k, scale] = theta.unpack();
        let mean = polygamma(0, 1.0) - k.digamma();
        Some(scale.ln() - c.ln() - k.ln() + (1.0 / c - 1.0) * mean + 1.0 + 1.0 / k)
    }
}

impl Draw for BurrXII {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        theta[2] * (e / theta[1]).exp_m1().powf(1.0 / theta[0])
    }
}
