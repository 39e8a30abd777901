use std::f64::consts::PI;

use crate::data::Sample;
use crate::model::{Cdf, Draw, Maxima, Model, Moments, Regularity, Start, Theta};
use crate::scalar::{Condition, Scalar};
use crate::space::Space;
use crate::special::{ln_zeta, polygamma};

/// The generalized extreme-value distribution, of maxima: Gumbel, Fréchet and reversed Weibull in one.
///
/// # Density
///
/// f(x) = t^(−1 − 1/ξ) exp(−t^(−1/ξ)) / s, t = 1 + ξ (x − m)/s; the limit at ξ = 0 is Gumbel's
///
/// # Parameters
///
/// - `loc` (m): real, the quantile at 1/e
/// - `scale` (s): > 0
/// - `shape` (ξ): real; above 0 the upper tail is a power of x, below 0 it ends at m − s/ξ
///
/// # Support
///
/// t > 0: all real numbers for ξ = 0, those above m − s/ξ for ξ > 0, those below for ξ < 0.
///
/// # Start
///
/// Close to Gumbel's law of the same mean and standard deviation, and laws of other shapes with the same quartiles. For ξ < −1 the
/// likelihood has no bound as the end of the support approaches the greatest observation: the estimate is a local maximum. The
/// usual theory of large samples needs ξ > −½. Constant data have no maximum: s → 0.
///
/// # Numerics
///
/// With y = ln(1 + ξz)/ξ, an entire quotient at ξ = 0, the log-density is −ln s − (1 + ξ) y − e^(−y). Near ξ = 0 the moments
/// are power series.
///
/// # Example
///
/// ```
/// use thetahat::prelude::*;
///
/// let maxima = [3.6, 4.1, 3.9, 4.4, 3.8, 4.0, 3.7, 4.2, 3.9, 4.6];
/// let fit = GeneralizedExtremeValue.fit(&maxima)?;
/// assert!(fit["scale"].value > 0.2);
/// # Ok::<(), thetahat::Error>(())
/// ```
///
/// # References
///
/// Coles, *An Introduction to Statistical Modeling of Extreme Values*, chapter 3. Smith, "Maximum likelihood estimation in a
/// class of nonregular cases", 1985.
#[derive(Debug, Clone, Copy)]
pub struct GeneralizedExtremeValue;

/// ln(1 + ξz)/ξ where 1 + ξz > 0; elsewhere `above` or `below` the support.
fn piece<S: Scalar>(theta: Theta<'_, S>, x: S, inside: impl Fn(S) -> S, above: f64, below: f64) -> S {
    let [loc, scale, shape] = theta.unpack();
    let z = (x - loc) / scale;
    let u = shape * z;
    let outside = z.less_than(0.0).select(below, above);
    S::from(-1.0).less_than(u).select(inside(z * u.ln_1p_ratio()), outside)
}

impl Model for GeneralizedExtremeValue {
    type Of = f64;

    fn space(&self) -> Space {
        let space = Space::new().real("loc").typical(-2.0, 2.0).positive("scale").typical(0.5, 2.0);
        space.real("shape").typical(-0.3, 0.5)
    }

    fn ln_density<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        let [_, scale, shape] = theta.unpack();
        let ln_density = |y: S| -scale.ln() - (1.0 + shape) * y - (-y).exp();
        piece(theta, x, ln_density, f64::NEG_INFINITY, f64::NEG_INFINITY)
    }

    fn regular_at(&self, theta: &[f64]) -> Regularity {
        if theta[2] > -0.5 {
            return Regularity::Holds;
        }
        let why = "for shape ≤ −½ the end of the support is estimated faster than by 1/√n";
        Regularity::fails(["loc", "scale", "shape"], why)
    }

    fn scale(&self) -> Option<&str> {
        Some("scale")
    }

    fn maxima(&self) -> Maxima {
        Maxima::LocalOfUnbounded("as loc − scale/shape falls to the greatest observation, for shape below −1")
    }

    fn start(&self, sample: &Sample) -> Start {
        if let Some(x) = sample.constant(0) {
            return Start::Unbounded(format!("all observations equal {x}, so that it has no bound as scale → 0"));
        }
        let scale = sample.standard_deviation(0) * 6.0_f64.sqrt() / PI;
        let mut starts = vec![vec![sample.mean(0) + polygamma(0, 1.0) * scale, scale, 0.01]];
        let [low, middle, high] = [0.25, 0.5, 0.75].map(|p| sample.quantile(0, p));
        for shape in [-0.3, 0.5] {
            let standard = |p: f64| (-shape * (-p.ln()).ln()).exp_m1() / shape;
            let scale = (high - low) / (standard(0.75) - standard(0.25));
            if scale > 0.0 {
                starts.push(vec![middle - scale * standard(0.5), scale, shape]);
            }
        }
        Start::Several(starts)
    }
}

impl Cdf for GeneralizedExtremeValue {
    fn ln_cdf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        piece(theta, x, |y| -((-y).exp()), 0.0, f64::NEG_INFINITY)
    }

    fn ln_sf<S: Scalar>(&self, theta: Theta<'_, S>, x: S) -> S {
        piece(theta, x, |y| (-((-y).exp())).ln_1m_exp(), f64::NEG_INFINITY, 0.0)
    }

    fn quantile(&self, theta: &[f64], p: f64) -> f64 {
        let minus_ln_p = if p <= 0.5 { -p.ln() } else { -(p - 1.0).ln_1p() };
        let y = -minus_ln_p.ln();
        let z = if theta[2] == 0.0 { y } else { (theta[2] * y).exp_m1() / theta[2] };
        theta[0] + theta[1] * z
    }
}

/// Euler's constant γ.
const EULER: f64 = 0.577_215_664_901_532_9;

/// Σ ζ(k) c(k) ξᵏ⁻² / k over k ≥ 2, where |ξ| < 0.1 and c(k) ≤ 2ᵏ: the series of ln Γ(1 − ξ) from its second term on (DLMF
/// 5.7.3), from which the moments of laws near Gumbel's are made.
fn series<S: Scalar>(shape: S, coefficient: impl Fn(i32) -> f64) -> S {
    // What is left out is below 0.2²⁴ = 2e-17.
    let term = |k: i32| ln_zeta(f64::from(k)).exp() * coefficient(k) / f64::from(k);
    (2..=25).rev().fold(S::from(0.0), |sum, k| sum * shape + term(k))
}

impl Moments for GeneralizedExtremeValue {
    fn mean<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [loc, scale, shape] = theta.unpack();
        // (Γ(1 − ξ) − 1)/ξ, by ln Γ(1 − ξ) = γξ + …
        let over_shape = EULER + shape * series(shape, |_| 1.0);
        let ln_gamma = shape * over_shape;
        let near = over_shape * (1.0 + ln_gamma * ln_gamma.exp_remainder());
        let standard = shape.abs().less_than(0.1).select(near, (1.0 - shape).ln_gamma().exp_m1() / shape);
        shape.less_than(1.0).select(loc + scale * standard, f64::INFINITY)
    }

    fn variance<S: Scalar>(&self, theta: Theta<'_, S>) -> S {
        let [_, scale, shape] = theta.unpack();
        // Γ(1 − ξ)² (eᵘ − 1)/ξ², u = ln Γ(1 − 2ξ) − 2 ln Γ(1 − ξ).
        let over_square = series(shape, |k| 2.0_f64.powi(k) - 2.0);
        let u = shape.square() * over_square;
        let near = over_square * (1.0 + u * u.exp_remainder());
        let far = ((1.0 - 2.0 * shape).ln_gamma() - 2.0 * (1.0 - shape).ln_gamma()).exp_m1() / shape.square();
        let ratio = shape.abs().less_than(0.1).select(near, far);
        let variance = (scale * (1.0 - shape).ln_gamma().exp()).square() * ratio;
        let beyond_half = shape.less_than(1.0).select(f64::INFINITY, f64::NAN);
        shape.less_than(0.5).select(variance, beyond_half)
    }

    fn entropy<S: Scalar>(&self, theta: Theta<'_, S>) -> Option<S> {
        let [_, scale, shape] = theta.unpack();
        Some(scale.ln() + EULER * shape + EULER + 1.0)
    }
}

impl Draw for GeneralizedExtremeValue {
    fn draw<R: rand::Rng + ?Sized>(&self, theta: &[f64], rng: &mut R) -> f64 {
        let e: f64 = rand::RngExt::sample(rng, rand_distr::Exp1);
        let y = -e.ln();
        let z = if theta[2] == 0.0 { y } else { (theta[2] * y).exp_m1() / theta[2] };
        theta[0] + theta[1] * z
    }
}
