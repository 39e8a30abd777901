//! What is left of x when ln(1 + x) is taken away.

/// x − ln(1 + x), which is never negative: +∞ at −1 and at +∞, NaN below −1.
///
/// Relative error below 1e-15 (checked against mpmath), also near 0, where the two terms cancel. For −½ ≤ x ≤ 1 by the
/// series of the inverse hyperbolic tangent: with u = x / (2 + x), ln(1 + x) = 2 artanh u and x − 2u = u·x, so that
/// x − ln(1 + x) = u·x − 2u³ (1/3 + u²/5 + u⁴/7 + …) (Abramowitz and Stegun, 4.1.27).
///
/// # Example
///
/// ```
/// use thetahat::special::x_minus_ln_1p;
///
/// // x²/2 − x³/3, where x and ln(1 + x) agree to 12 digits.
/// assert!((x_minus_ln_1p(1e-12) / 5e-25 - 1.0).abs() < 1e-12);
/// assert_eq!(x_minus_ln_1p(-1.0), f64::INFINITY);
/// ```
pub fn x_minus_ln_1p(x: f64) -> f64 {
    if x == f64::INFINITY {
        return x;
    }
    if !(-0.5..=1.0).contains(&x) {
        return x - x.ln_1p();
    }
    let u = x / (2.0 + x);
    let square = u * u;
    // |u| ≤ 1/3: what follows the last term is below 9⁻¹⁷.
    let series = (0..17).rev().fold(0.0, |sum, k| sum * square + 1.0 / f64::from(2 * k + 3));
    u * (x - 2.0 * square * series)
}

#[cfg(test)]
mod tests {
    use super::*;

    // mpmath 1.3, 400 digits: mp.mpf(x) - mp.log1p(mp.mpf(x)), x the nearest double.
    const X_MINUS_LN_1P: [(f64, f64); 17] = [
        (-0.9999999999999999, 35.7368005696771),
        (-0.999, 5.908755278982136),
        (-0.75, 0.6362943611198906),
        (-0.5000001, 0.19314728055996525),
        (-0.5, 0.19314718055994531),
        (-0.3, 0.056674943938732375),
        (-0.001, 5.003335835335002e-7),
        (-1e-9, 5.000000003333334e-19),
        (1e-150, 5e-301),
        (1e-12, 4.999999999996667e-25),
        (1e-5, 4.9999666669166655e-11),
        (0.1, 0.00468982019567514),
        (0.5, 0.09453489189183562),
        (1.0, 0.3068528194400547),
        (1.0000001, 0.30685286944005596),
        (1000.0, 993.0912452206848),
        (1e16, 9999999999999964.0),
    ];

    #[test]
    fn agrees_with_mpmath() {
        for (x, expected) in X_MINUS_LN_1P {
            let error = (x_minus_ln_1p(x) / expected - 1.0).abs();
            assert!(error < 1e-15, "x = {x}: relative error {error:e}");
        }
    }

    #[test]
    fn the_two_formulas_meet() {
        for x in [-0.5_f64, 1.0] {
            let direct = x - x.ln_1p();
            assert!((x_minus_ln_1p(x) / direct - 1.0).abs() < 1e-15, "x = {x}");
        }
    }

    #[test]
    fn ends_of_the_domain() {
        assert_eq!(x_minus_ln_1p(0.0), 0.0);
        assert_eq!((x_minus_ln_1p(-1.0), x_minus_ln_1p(f64::INFINITY)), (f64::INFINITY, f64::INFINITY));
        assert!(x_minus_ln_1p(-1.5).is_nan() && x_minus_ln_1p(f64::NAN).is_nan());
    }
}
