//! Owen's function, of which the distribution functions of skew and of bivariate normal laws are made.

use std::f64::consts::PI;

use super::normal::two_tails;
use super::quadrature::nodes;
use super::skew_normal::ln_beyond;

/// Owen's T(h, a) = ∫ exp(−h² (1 + t²) / 2) / (2π (1 + t²)) dt over t from 0 to a: the probability of X > h and
/// 0 < Y < aX, where X and Y are independent and standard normal. NaN where an argument is.
///
/// Relative error below 1e-14, down to where it underflows (|h| ≈ 38). For |a| ≤ 1 by the rule of Gauss and Legendre on
/// the integral, whose integrand is positive; beyond, from what is left of T(h, ∞) = Φ(−|h|) / 2, of which T is at least a
/// half (Owen, *Annals of Mathematical Statistics* 27, 1956). In a formula its derivatives are closed, with a relative error
/// below 1e-15 (1 + h² (1 + a²)); 10,100 points of Arb for both in `tests/special/`.
///
/// # Example
///
/// ```
/// use thetahat::special::owens_t;
///
/// // T(0, a) = arctan(a) / 2π, and it is odd in a.
/// assert!((owens_t(0.0, 1.0) - 0.125).abs() < 1e-16);
/// assert_eq!(owens_t(0.7, -2.0), -owens_t(0.7, 2.0));
/// ```
pub fn owens_t(h: f64, a: f64) -> f64 {
    if h.is_nan() || a.is_nan() {
        return f64::NAN;
    }
    let (h, size) = (h.abs(), a.abs());
    let square = h * h;
    // exp(−h²/2), with what rounding took from h².
    let scale = (-0.5 * square).exp() * (1.0 - 0.5 * h.mul_add(h, -square));
    if scale.is_nan() || scale == 0.0 {
        return 0.0_f64.copysign(a);
    }
    let value = if size > 1.0 {
        let beyond = if size.is_finite() { ln_beyond(h, size).exp() * scale } else { 0.0 };
        0.5 * (0.5 * two_tails(h) - beyond)
    } else {
        // Where the normal factor has fallen by e^−50 nothing is left.
        let end = size.min(10.0 / h);
        let mut sum = 0.0;
        nodes(&[2.5 / h, 5.0 / h], end, |t, weight| {
            let square = t * t;
            sum += weight * (-0.5 * h * h * square).exp() / (1.0 + square);
        });
        scale * sum / (2.0 * PI)
    };
    value.copysign(a)
}
