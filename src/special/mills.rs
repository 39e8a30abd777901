//! The inverse Mills ratio, which is the slope of ln Φ, and its derivatives.

use std::f64::consts::FRAC_2_PI;

use super::jet::{Coefficients, factorial};
use super::normal::two_tails;
use super::quadrature::nodes;

/// The highest order of a derivative that is computed.
pub const MOST_MILLS_ORDERS: u8 = 4;

/// From where on, by order, the equation loses no digits.
const BY_EQUATION: [f64; 5] = [-3.0, -1.0, 0.0, 0.0, 0.0];

/// The k-th derivative of the inverse Mills ratio λ(x) = φ(x) / Φ(x), of order k ≤ 4; NaN for higher orders.
///
/// λ is the slope of ln Φ, and the expectation of a standard normal variable that exceeds −x. From 0 up (from −3 for k = 0,
/// −1 for k = 1) by erfc and the equation λ′ = −λ (x + λ). Below, where x + λ cancels, x + λ and its derivatives are the
/// cumulants of t > 0 under a density in proportion to exp(xt − t²/2), by 32 points of Gauss and Legendre (Johnson, Kotz and
/// Balakrishnan, *Continuous Univariate Distributions* 1, 2nd ed., chapter 13, section 10.1).
///
/// Relative error below 2e-15 for k ≤ 1 and 5e-15 for k = 2, for any x (10,003 points of Arb from −1e6 to 38 in
/// `tests/special/`); for k of 3 and 4 below 1e-14, above −1, where they change sign, below 1e-14 of ½ λ max(1, x)ᵏ.
///
/// # Example
///
/// ```
/// use thetahat::special::inverse_mills_ratio;
///
/// // −x − 1/x + … far below 0, and its derivative −1 + 1/x² − …
/// assert_eq!(inverse_mills_ratio(0, -1e6), 1e6 + 1e-6);
/// assert_eq!(inverse_mills_ratio(1, -1e6), -1.0 + 1e-12);
/// ```
pub fn inverse_mills_ratio(order: u8, x: f64) -> f64 {
    let order = usize::from(order);
    if x.is_nan() || order > usize::from(MOST_MILLS_ORDERS) {
        f64::NAN
    } else if x < -1e150 {
        // The square overflows, and 1/x² is nothing.
        [-x, -1.0, 0.0][order.min(2)]
    } else if x < BY_EQUATION[order] {
        by_cumulants(order, x)
    } else {
        by_equation(order, x)
    }
}

fn by_cumulants(order: usize, x: f64) -> f64 {
    // Where the density has fallen to e^−62, also times the powers of t.
    const FALL: f64 = 62.0;
    let end = 2.0 * FALL / ((x * x + 2.0 * FALL).sqrt() - x);
    let mut points = Vec::with_capacity(32);
    nodes(&[], end, |t, weight| points.push((t, weight * (t * (x - 0.5 * t)).exp())));
    let total: f64 = points.iter().map(|(_, weight)| weight).sum();
    let mean = points.iter().map(|(t, weight)| weight * t).sum::<f64>() / total;
    let central = |j: i32| points.iter().map(|(t, weight)| weight * (t - mean).powi(j)).sum::<f64>() / total;
    match order {
        0 => mean - x,
        1 => central(2) - 1.0,
        2 => central(3),
        3 => central(4) - 3.0 * central(2).powi(2),
        _ => central(5) - 10.0 * central(3) * central(2),
    }
}

fn by_equation(order: usize, x: f64) -> f64 {
    let square = x * x;
    // exp(−x²/2), with what rounding took from x².
    let fall = (-0.5 * square).exp() * (1.0 - 0.5 * x.mul_add(x, -square));
    if square == f64::INFINITY || fall == 0.0 {
        return 0.0;
    }
    let twice_cdf = if x < 0.0 { two_tails(-x) } else { 2.0 - two_tails(x) };
    let ratio = FRAC_2_PI.sqrt() * fall / twice_cdf;
    // The Taylor coefficients, by those of −λ (x + λ).
    let mut c = Coefficients::default();
    c[0] = ratio;
    for k in 0..order {
        let of_x = if k > 0 { c[k - 1] } else { 0.0 };
        let of_ratio: f64 = (1..=k).map(|i| c[i] * c[k - i]).sum();
        c[k + 1] = -((x + ratio) * c[k] + of_x + of_ratio) / (k + 1) as f64;
    }
    c[order] * factorial(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_the_line() {
        let at = |x| [0, 1, 2, 3, 4].map(|order| inverse_mills_ratio(order, x));
        assert_eq!(at(f64::NEG_INFINITY), [f64::INFINITY, -1.0, 0.0, 0.0, 0.0]);
        assert_eq!(at(-1e300), [1e300, -1.0, 0.0, 0.0, 0.0]);
        assert_eq!((at(1e300), at(f64::INFINITY)), ([0.0; 5], [0.0; 5]));
        assert!(inverse_mills_ratio(5, 0.0).is_nan() && inverse_mills_ratio(0, f64::NAN).is_nan());
    }

    #[test]
    fn the_formulas_on_both_sides_of_a_seam_agree() {
        for (order, seam) in BY_EQUATION.into_iter().enumerate() {
            let (below, above) = (by_cumulants(order, seam), by_equation(order, seam));
            assert!((below - above).abs() < 4e-15 * (1.0 + below.abs()), "order {order}: {below} and {above}");
        }
    }
}
