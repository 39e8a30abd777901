//! ln B, the logarithm of the beta function.

use std::f64::consts::PI;

use super::incomplete_gamma::{LARGE, stirling_rest};
use super::{ln_gamma, ln_rising};

/// ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b) for a > 0 and b > 0: +∞ where one is 0, −∞ where one is ∞; NaN elsewhere.
///
/// Error below 6ε (|a ∂/∂a| + |b ∂/∂b| + |ln B|), ε = 2.2e-16, a few times what rounding of the arguments does, for a and b
/// from 1e-300 to 1e300, however unbalanced (10,003 points of Arb in `tests/special/`); statrs takes differences of ln Γ, which
/// leave no digits of ln B there. Where the smaller argument is below 8 as ln Γ less a rise of ln Γ, else by Stirling's series,
/// whose leading terms are of one sign (Abramowitz and Stegun, 6.2.2 and 6.1.41; Didonato and Morris, *ACM Transactions on
/// Mathematical Software* 18, 1992).
///
/// # Example
///
/// ```
/// use thetahat::special::ln_beta;
///
/// assert!((ln_beta(2.0, 3.0) - (1.0_f64 / 12.0).ln()).abs() < 1e-15);
/// // B(a, 1) = 1/a
/// assert!((ln_beta(1e200, 1.0) + 200.0 * 10.0_f64.ln()).abs() < 1e-12);
/// ```
pub fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if !(small >= 0.0 && large >= 0.0) || (small == 0.0 && large == f64::INFINITY) {
        return f64::NAN;
    }
    if small == 0.0 || large == f64::INFINITY {
        return if small == 0.0 { f64::INFINITY } else { f64::NEG_INFINITY };
    }
    if small < LARGE {
        return ln_gamma(small) - ln_rising(large, small);
    }
    let ratio = small / large;
    let leading = -(small - 0.5) * (large / small).ln_1p() - large * ratio.ln_1p() + 0.5 * (2.0 * PI / large).ln();
    leading + (stirling_rest(small) + stirling_rest(large) - stirling_rest(small + large))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_the_domain() {
        let all = f64::INFINITY;
        assert_eq!((ln_beta(0.0, 2.0), ln_beta(3.0, 0.0), ln_beta(0.0, 0.0)), (all, all, all));
        assert_eq!((ln_beta(all, 2.0), ln_beta(3.0, all), ln_beta(all, all)), (-all, -all, -all));
        assert!(ln_beta(0.0, all).is_nan() && ln_beta(-1.0, 2.0).is_nan() && ln_beta(2.0, f64::NAN).is_nan());
        assert!(ln_beta(f64::NAN, 2.0).is_nan());
    }
}
