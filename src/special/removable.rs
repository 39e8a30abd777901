//! Functions with a singularity that is none: quotients that vanish over what vanishes, with their derivatives.

use super::gamma::BERNOULLI_OVER_FACTORIAL;

/// (from + 1) (from + 2) … (from + k)
fn rising_product(from: usize, k: usize) -> f64 {
    (1..=k).map(|i| (from + i) as f64).product()
}

/// The k-th derivative of ln(1 + u) / u, which is 1 at 0; NaN for u < −1.
///
/// Power series for |u| ≤ ½, Leibniz' rule on u g(u) = ln(1 + u) elsewhere. Relative error below 1e-14 for k ≤ 3.
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
/// Power series for |u| ≤ 2, Leibniz' rule on u² h(u) = eᵘ − 1 − u elsewhere. Relative error below 1e-14 for k ≤ 3.
pub fn exp_remainder(k: u8, u: f64) -> f64 {
    let k = usize::from(k);
    if u.abs() <= 2.0 {
        // Terms (j + k)! / j! · uʲ / (j + k + 2)!, of which the 40th is below 2⁴⁰ / 42!.
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

/// The k-th derivative, by v, of what Stirling's formula leaves of ln Γ at 1/v:
/// ln Γ(1/v) − [(1/v − ½) ln(1/v) − 1/v + ½ ln 2π], which is v/12 − v³/360 + …; v ≥ 0.
///
/// The asymptotic series for v ≤ 1/14 (Abramowitz and Stegun, 6.1.41), recurrence to it elsewhere: the remainder at v is
/// that at v/(1 + v) and (1/v + ½) ln(1 + v) − 1. Error below 1e-13 (|value| + 1/12) for k ≤ 3.
pub fn stirling_remainder(k: u8, v: f64) -> f64 {
    if v.is_nan() || v < 0.0 {
        return f64::NAN;
    }
    let k = usize::from(k);
    let mut sum = 0.0;
    let mut steps = 0.0;
    while v / (1.0 + steps * v) > 1.0 / 14.0 {
        sum += shifted(k, v, steps, step);
        steps += 1.0;
    }
    sum + shifted(k, v, steps, series)
}

/// The k-th derivative by v of f(v / (1 + jv)), from `f(i, x)`, the i-th derivative of f at x: by Lah numbers.
fn shifted(k: usize, v: f64, j: f64, f: fn(usize, f64) -> f64) -> f64 {
    let below = 1.0 + j * v;
    let inner = v / below;
    if k == 0 || j == 0.0 {
        return f(k, inner);
    }
    let lah = |i: usize| rising_product(k - i, i - 1) / rising_product(0, i - 1) * rising_product(i, k - i);
    (1..=k).map(|i| lah(i) * (-j).powi((k - i) as i32) * below.powi(-((k + i) as i32)) * f(i, inner)).sum()
}

/// The i-th derivative of (1/v + ½) ln(1 + v) − 1.
fn step(i: usize, v: f64) -> f64 {
    let ratio = ln_1p_ratio(i as u8, v);
    if i == 0 {
        return ratio - 1.0 + 0.5 * v.ln_1p();
    }
    let slope = 0.5 * rising_product(0, i - 1) * (1.0 + v).powi(-(i as i32));
    ratio + if i % 2 == 1 { slope } else { -slope }
}

/// The k-th derivative of Σ B₂ₙ / (2n (2n − 1)) v^(2n−1).
fn series(k: usize, v: f64) -> f64 {
    let terms = BERNOULLI_OVER_FACTORIAL.iter().enumerate().filter(|(i, _)| 2 * i + 1 >= k);
    terms
        .rev()
        .map(|(i, b)| {
            let power = 2 * i + 1;
            b * rising_product(0, power - 1) * rising_product(power - k, k) * v.powi((power - k) as i32)
        })
        .sum()
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
                (stirling_remainder, 1.0 / 14.0),
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
