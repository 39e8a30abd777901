use crate::data::Sample;
use crate::model::{Cdf, Draw, Model, Moments, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::special::polygamma;
use crate::support::{Range, Support};

/// The Kumaraswamy distribution, of a proportion: much like the beta, with a distribution function in closed form.
///
/// # Density
///
/// f(x) = a b x^(a−1) (1 − xᵃ)^(b−1)
///
/// # Parameters
///
/// - `a`: > 0
/// - `b`: > 0
///
/// # Support
///
/// 0 < x < 1.
///
/// # Start
///
/// For several a, the best b, which is minus one over the mean of ln(1 − xᵃ). Constant data have no maximum: a, b → ∞.
///
/// # Numerics
///
/// ln(1 − xᵃ) is taken from a ln x and keeps its digits at both ends.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = Kumaraswamy.fit(&[0.2, 0.4, 0.6, 0.8])?;
/// assert!(fit["a"].value > 1.0 && fit["b"].value > 1.0);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Jones, "Kumaraswamy's distribution: a beta-type distribution with some tractability advantages", 2009.
#[derive(Debug, Clone, Copy)]
pub struct Kumaraswamy;

impl Model for Kumaraswamy {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("a").typical(0.5, 5.0).positive("b").typical(0.5, 5.0)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [a, b] = theta.unpack();
        a.ln() + b.ln() + (a - 1.0) * x.ln() + (b - 1.0) * (a * x.ln()).ln_1m_exp()
    }

    fn support(&self) -> Support {
        Support::one(Range::UNIT)
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as a, b → ∞"));
        }
        let at = |a: f64| vec![a, -1.0 / sample.mean_of(0, |x| (a * x.ln()).ln_1m_exp())];
        Start::Several([0.5, 1.0, 3.0, 10.0].map(at).to_vec())
    }
}

impl Cdf for Kumaraswamy {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        self.ln_sf(theta, x).ln_1m_exp()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [a, b] = theta.unpack();
        let inside = b * (a * x.ln()).ln_1m_exp();
        x.less_than(0.0).select(0.0, S::from(1.0).less_than(x).select(f64::NEG_INFINITY, inside))
    }
}

/// ln E Xʳ
fn ln_moment<S: Scalar>(a: S, b: S, r: f64) -> S {
    (1.0 + r / a).ln_gamma() - (b + 1.0).ln_rising(r / a)
}

impl Moments for Kumaraswamy {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [a, b] = theta.unpack();
        ln_moment(a, b, 1.0).exp()
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [a, b] = theta.unpack();
        let ln_mean = ln_moment(a, b, 1.0);
        (2.0 * ln_mean).exp() * (ln_moment(a, b, 2.0) - 2.0 * ln_mean).exp_m1()
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [a, b] = theta.unpack();
        let harmonic = (b + 1.0).digamma() - polygamma(0, 1.0);
        Some(1.0 - 1.0 / b + (1.0 - 1.0 / a) * harmonic - a.ln() - b.ln())
    }
}

impl Draw for Kumaraswamy {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        (-(-e / theta[1]).exp_m1()).powf(1.0 / theta[0])
    }
}
