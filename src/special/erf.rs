//! The error function, its complement, and the logarithm of that.

use std::f64::consts::{FRAC_2_PI, SQRT_2};

use super::normal::ln_mills_ratio;

/// erf x = 2/√π ∫ exp(−t²) dt over t from 0 to x: the probability that a normal variable of mean 0 and variance ½ is
/// between −x and x. It is odd.
///
/// From `libm` (FDLIBM's erf): relative error below 3e-16 (10,008 points of Arb in `tests/special/`); statrs' own is off by
/// 9e-11 at ½.
///
/// # Example
///
/// ```
/// use thetahat::special::erf;
///
/// assert!((erf(1.0) - 0.842_700_792_949_714_9).abs() < 1e-15);
/// assert_eq!(erf(-1e-300), -erf(1e-300));
/// ```
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// erfc x = 1 − erf x, which keeps its digits where it is small, down to where it underflows (x ≈ 27).
///
/// From `libm` (FDLIBM's erfc): relative error below 4e-16 (10,008 points of Arb in `tests/special/`); statrs' own is off by
/// 1e-10 at ½.
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// ln erfc x, which does not underflow: −x² − ln(x √π) − … for large x, ln 2 at −∞.
///
/// Relative error below 1e-15, for any x (10,008 points of Arb from −1e6 to 1e6 in `tests/special/`). Below 2.2 by erf and
/// erfc, beyond by the continued fraction of Mills' ratio (Abramowitz and Stegun, 26.2.14 and 7.1.22).
///
/// # Example
///
/// ```
/// use thetahat::special::ln_erfc;
///
/// assert!((ln_erfc(1e3) / -1_000_007.480_120_722 - 1.0).abs() < 1e-15);
/// assert!((ln_erfc(1e-20) / -1.128_379_167_095_512_6e-20 - 1.0).abs() < 1e-15);
/// ```
pub fn ln_erfc(x: f64) -> f64 {
    if x < 0.5 {
        (-erf(x)).ln_1p()
    } else if x < 2.2 {
        erfc(x).ln()
    } else if x.is_nan() || x == f64::INFINITY {
        -x
    } else {
        0.5 * FRAC_2_PI.ln() - x * x + ln_mills_ratio(SQRT_2 * x)
    }
}
