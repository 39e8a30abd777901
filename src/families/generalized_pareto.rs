use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Regularity, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::support::{Range, Support};

/// The generalized Pareto distribution, of excesses over a high threshold.
///
/// # Density
///
/// f(y) = (1/s) (1 + ξy/s)^(−1−1/ξ); at ξ = 0 the exponential distribution of mean s
///
/// # Parameters
///
/// - `scale` (s): > 0
/// - `shape` (ξ): real; above 0 a tail of exponent 1/ξ, below 0 an upper end of the support at −s/ξ
///
/// # Support
///
/// y ≥ 0, the excess; the upper end is estimated.
///
/// # Start
///
/// From the mean and the variance, and at several shapes. For ξ < −1 the likelihood is unbounded on any data; the estimate
/// is a local maximum. The usual theory of large samples needs ξ > −½. If all observations are equal there is no maximum.
///
/// # Numerics
///
/// ln(1 + ξy/s)/ξ is (y/s) · ln(1 + u)/u at u = ξy/s, an operation that keeps its digits and its derivatives' through ξ = 0.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let fit = GeneralizedPareto.fit(&[0.1, 0.3, 0.2, 7.0, 0.6, 41.0, 1.2, 0.5])?;
/// assert!(fit["shape"].value > 0.5);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions*, vol. 1, 2nd ed., chapter 20. Smith, "Maximum
/// likelihood estimation in a class of nonregular cases", 1985.
#[derive(Debug, Clone, Copy)]
pub struct GeneralizedPareto;

/// ln(1 + ξy/s)/ξ: minus ln P(Y > y). Infinite at the upper end.
fn cumulative_hazard<S: Scalar>(scale: S, shape: S, y: S) -> S {
    let excess = y / scale;
    excess * (shape * excess).ln_1p_ratio()
}

/// Whether y is above the end of the support.
fn is_above<S: Scalar>(scale: S, shape: S, y: S) -> S::Condition {
    (shape * y / scale).less_than(-1.0)
}

impl Model for GeneralizedPareto {
    type Of = f64;

    fn space(&self) -> Space {
        Space::new().positive("scale").typical(0.5, 5.0).real("shape").typical(-0.4, 0.4)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, y: S) -> S {
        let [scale, shape] = theta.unpack();
        let inside = -scale.ln() - (1.0 + shape) * cumulative_hazard(scale, shape, y);
        is_above(scale, shape, y).select(f64::NEG_INFINITY, inside)
    }

    fn support(&self) -> Support {
        Support::one(Range::NON_NEGATIVE)
    }

    fn maxima(&self) -> Maxima {
        Maxima::LocalOfUnbounded("for shape < −1, where the density is infinite at the end of the support")
    }

    fn regular_at(&self, theta: &[f64]) -> Regularity {
        if theta[1] > -0.5 {
            return Regularity::Holds;
        }
        Regularity::fails(["scale", "shape"], "for shape ≤ −½ the end of the support is estimated faster than by 1/√n")
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(y) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {y}, so that it has no bound at the end of the support"));
        }
        // The mean is s/(1 − ξ), and its square over the variance is 1 − 2ξ (Hosking and Wallis, 1987).
        let mean = sample.mean(0);
        let ratio = mean / sample.standard_deviation(0);
        let shapes = [0.5 * (1.0 - ratio * ratio).max(-0.8), 0.1, 0.8];
        // Every observation is inside: the end of the support is beyond the greatest.
        let at = |shape: f64| vec![(mean * (1.0 - shape)).max(-1.1 * shape * sample.max(0)), shape];
        Start::Several(shapes.map(at).to_vec())
    }
}

impl Cdf for GeneralizedPareto {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, y: S) -> S {
        self.ln_sf(theta, y).ln_1m_exp()
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, y: S) -> S {
        let [scale, shape] = theta.unpack();
        let inside = is_above(scale, shape, y).select(f64::NEG_INFINITY, -cumulative_hazard(scale, shape, y));
        y.less_than(0.0).select(0.0, inside)
    }
}

impl Moments for GeneralizedPareto {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [scale, shape] = theta.unpack();
        shape.less_than(1.0).select(scale / (1.0 - shape), f64::INFINITY)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [scale, shape] = theta.unpack();
        let finite = (scale / (1.0 - shape)).square() / (1.0 - 2.0 * shape);
        shape.less_than(0.5).select(finite, f64::INFINITY)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [scale, shape] = theta.unpack();
        Some(scale.ln() + shape + 1.0)
    }
}

impl Draw for GeneralizedPareto {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        let growth = theta[1] * e;
        theta[0] * if growth == 0.0 { e } else { growth.exp_m1() / theta[1] }
    }
}
