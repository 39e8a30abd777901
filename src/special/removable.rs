//! Functions with a singularity that is none: quotients that vanish over what vanishes, with their derivatives.

use super::gamma::BERNOULLI_OVER_FACTORIAL;
use super::jet::{Jet, Number, factorial};

/// (from + 1) (from + 2) … (from + k)
fn rising_product(from: usize, k: usize) -> f64 {
    (1..=k).map(|i| (from + i) as f64).product()
}

/// The k-th derivative of ln(1 + u) / u, which is 1 at 0; NaN for u < −1.
///
/// Power series for |u| ≤ ½ (Abramowitz and Stegun, 4.1.24), Leibniz' rule on u g(u) = ln(1 + u) elsewhere. Relative error
/// below 2e-15 for k ≤ 1, 6e-15 for k = 2 and 3e-14 for k = 3 (10,000 values of Arb in `tests/special/`).
pub fn ln_1p_ratio(k: u8, u: f64) -> f64 {
    let k = usize::from(k);
    if u == f64::INFINITY {
        return 0.0;
    }
    if u.abs() <= 0.5 {
        // Terms (j + k)! / j! · (−1)^(j+k) uʲ / (j + k + 1); 90 halvings are below 2⁻⁵³, whatever the powers of j.
        let term = |j: usize| rising_product(j, k) / (j + k + 1) as f64;
        let sum = (0..90).rev().fold(0.0, |sum, j| term(j) - u * sum);
        return if k.is_multiple_of(2) { sum } else { -sum };
    }
    let mut ratio = u.ln_1p() / u;
    let mut slope = 1.0 / (1.0 + u);
    for order in 1..=k {
        ratio = (slope - order as f64 * ratio) / u;
        slope *= -(order as f64) / (1.0 + u);
    }
    ratio
}

/// The k-th derivative of (eᵘ − 1 − u) / u², which is ½ at 0.
///
/// Power series for |u| ≤ 2 (Abramowitz and Stegun, 4.2.1), Leibniz' rule on u² h(u) = eᵘ − 1 − u elsewhere. Relative error
/// below 2e-15 for k ≤ 1, 6e-15 for k = 2 and 3e-14 for k = 3 (10,000 values of Arb in `tests/special/`).
pub fn exp_remainder(k: u8, u: f64) -> f64 {
    let k = usize::from(k);
    if u.abs() <= 2.0 {
        if let Some(terms) = TAYLOR.get(k) {
            return rising_product(0, k) * terms.iter().rev().fold(0.0, |sum, term| sum * u + term);
        }
        // Of higher orders, terms (j + k)! / j! · uʲ / (j + k + 2)!, of which the 40th is below 2⁴⁰ / 42!.
        let first = rising_product(0, k) / rising_product(0, k + 2);
        let next = |j: usize| u * (j + 1 + k) as f64 / ((j + 1) * (j + k + 3)) as f64;
        return first * (0..40).rev().fold(1.0, |sum, j| 1.0 + next(j) * sum);
    }
    if u == f64::NEG_INFINITY {
        return 0.0;
    }
    let (mut before, mut last) = (0.0, (u.exp_m1() / u - 1.0) / u);
    for order in 1..=k {
        let m = order as f64;
        let rest = if order == 1 { u.exp_m1() } else { u.exp() };
        (before, last) = (last, ((rest - m * (m - 1.0) * before) / u - 2.0 * m * last) / u);
    }
    last
}

/// `scale` (eᵘ − 1), also where the scale, whose logarithm is known, underflows.
pub(super) fn exp_m1_times(u: f64, ln_scale: f64, scale: f64) -> f64 {
    if u > 1.0 { (u + ln_scale).exp() - scale } else { scale * u.exp_m1() }
}

/// `scale` times the Taylor coefficients of (eᵘ − 1 − u) / u² at u, N ≤ 4. Relative error below 1e-14.
pub(super) fn exp_remainder_taylor<const N: usize>(u: f64, ln_scale: f64, scale: f64) -> [f64; N] {
    let mut c = [0.0; N];
    if u.abs() <= 2.0 {
        for n in (0..TAYLOR_TERMS).rev() {
            for (c, terms) in c.iter_mut().zip(&TAYLOR) {
                *c = *c * u + terms[n];
            }
        }
        return c.map(|c| c * scale);
    }
    // From u² h(u) = eᵘ − 1 − u, as in exp_remainder.
    let (grown, inverse) = (exp_m1_times(u, ln_scale, scale), 1.0 / u);
    c[0] = (grown * inverse - scale) * inverse;
    let mut slope = grown;
    for k in 1..N {
        let before = if k > 1 { c[k - 2] } else { 0.0 };
        c[k] = ((slope - before) * inverse - 2.0 * c[k - 1]) * inverse;
        slope = (grown + scale) / if k == 1 { 2.0 } else { 6.0 };
    }
    c
}

/// So many leave less than rounding for |u| ≤ 2.
const TAYLOR_TERMS: usize = 27;

/// By k and n, the coefficient of uⁿ in the k-th one: 1 / (n! k! (n + k + 1) (n + k + 2)).
const TAYLOR: [[f64; TAYLOR_TERMS]; 4] = {
    let mut terms = [[0.0; TAYLOR_TERMS]; 4];
    let mut of_k = 1.0;
    let mut k = 0;
    while k < 4 {
        let mut of_n = of_k;
        let mut n = 0;
        while n < TAYLOR_TERMS {
            terms[k][n] = of_n / ((n + k + 1) * (n + k + 2)) as f64;
            n += 1;
            of_n /= n as f64;
        }
        k += 1;
        of_k /= k as f64;
    }
    terms
};

/// The highest order of a derivative of [`stirling_remainder`] that is computed.
pub const MOST_STIRLING_ORDERS: u8 = 6;

/// The k-th derivative, by v, of what Stirling's formula leaves of ln Γ at 1/v:
/// ln Γ(1/v) − [(1/v − ½) ln(1/v) − 1/v + ½ ln 2π], which is v/12 − v³/360 + …; v ≥ 0, k ≤ 6, NaN elsewhere.
///
/// Error below 2e-15 (|value| + 1/12) for k ≤ 1, 4e-15 for k = 2 and 3e-14 for k = 3 (10,000 values of Arb in
/// `tests/special/`). By steps to 1/v ≥ 10 and the asymptotic series (Abramowitz and Stegun, 6.1.41), run on Taylor series.
pub fn stirling_remainder(k: u8, v: f64) -> f64 {
    if v.is_nan() || v < 0.0 {
        return f64::NAN;
    }
    match k {
        0 => stirling_remainder_of(v),
        1 => stirling_derivative::<2>(v),
        2 => stirling_derivative::<3>(v),
        3 => stirling_derivative::<4>(v),
        4 => stirling_derivative::<5>(v),
        5 => stirling_derivative::<6>(v),
        6 => stirling_derivative::<7>(v),
        _ => f64::NAN,
    }
}

fn stirling_derivative<const N: usize>(v: f64) -> f64 {
    stirling_remainder_of(Jet::<N, 1>::variables(v, 0.0).0).derivative()
}

/// [`stirling_remainder`] of a value with derivatives.
pub(super) fn stirling_remainder_of<N: Number>(mut v: N) -> N {
    let mut sum = v.constant(0.0);
    while v.value() > 0.1 {
        // (1/v + ½) ln(1 + v) − 1, or with x = v / (2 + v) artanh(x)/x − 1 = x²/3 + x⁴/5 + …
        let step = if v.value() > 1.0 {
            (v.recip() + 0.5) * v.ln_1p() + -1.0
        } else {
            let x = v / (v + 2.0);
            let square = x * x;
            let terms = (-40.0 / square.value().ln()) as u32 + 2;
            (1..=terms).rev().fold(v.constant(0.0), |sum, m| (sum + 1.0 / f64::from(2 * m + 1)) * square)
        };
        sum = sum + step;
        v = v / (v + 1.0);
    }
    let square = v * v;
    let terms = BERNOULLI_OVER_FACTORIAL.iter().enumerate().rev();
    sum + terms.fold(v.constant(0.0), |sum, (i, bernoulli)| sum * square + bernoulli * factorial(2 * i)) * v
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_at_the_singularity_that_is_none() {
        assert_eq!([0, 1, 2].map(|k| ln_1p_ratio(k, 0.0)), [1.0, -0.5, 2.0 / 3.0]);
        assert_eq!([0, 1, 2].map(|k| exp_remainder(k, 0.0)), [0.5, 1.0 / 6.0, 1.0 / 12.0]);
        assert_eq!([0, 1, 2].map(|k| stirling_remainder(k, 0.0)), [0.0, 1.0 / 12.0, 0.0]);
    }

    #[test]
    fn the_formulas_on_both_sides_of_a_seam_agree() {
        for k in 0..4 {
            for (f, seam) in [
                (ln_1p_ratio as fn(u8, f64) -> f64, 0.5),
                (ln_1p_ratio, -0.5),
                (exp_remainder, 2.0),
                (exp_remainder, -2.0),
                (stirling_remainder, 0.1),
            ] {
                let (below, above) = (f(k, seam * (1.0 - 1e-15)), f(k, seam * (1.0 + 1e-15)));
                let error = (below - above).abs() / (below.abs() + 1.0 / 12.0);
                assert!(error < 2e-13, "order {k} at {seam}: {below} and {above}");
            }
        }
    }

    #[test]
    fn stirling_at_one() {
        // ln Γ(1) = 0 = −1 + ½ ln 2π + r(1).
        let expected = 1.0 - 0.5 * (2.0 * std::f64::consts::PI).ln();
        assert!((stirling_remainder(0, 1.0) - expected).abs() < 1e-15);
    }
}
