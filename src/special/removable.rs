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
        return if k % 2 == 0 { sum } else { -sum };
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
/// The asymptotic series for v ≤ 1/14 (Abramowitz and Stegun, 6.1.41), recurrence upwards to it elsewhere. Error below
/// 1e-13 (|value| + 1/12) for k ≤ 3.
pub fn stirling_remainder(k: u8, v: f64) -> f64 {
    let k = usize::from(k);
    if v.is_nan() || v < 0.0 {
        return f64::NAN;
    }
    if v <= 1.0 / 14.0 {
        return series(k, v);
    }
    let x = 1.0 / v;
    // By x, the i-th derivative; then Lah numbers: dᵏ/dvᵏ = (−1)ᵏ Σ L(k, i) x^(k+i) dⁱ/dxⁱ.
    let by_x = |i: usize| {
        let mut y = x;
        let mut sum = 0.0;
        while y < 14.0 {
            sum += step(i, y);
            y += 1.0;
        }
        sum + at_large(i, y)
    };
    if k == 0 {
        return by_x(0);
    }
    let binomial = |n: usize, m: usize| rising_product(n - m, m) / rising_product(0, m);
    let lah = |i: usize| binomial(k - 1, i - 1) * rising_product(i, k - i);
    let sum: f64 = (1..=k).map(|i| lah(i) * x.powi((k + i) as i32) * by_x(i)).sum();
    if k % 2 == 0 { sum } else { -sum }
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

/// The i-th derivative by y of Σ B₂ₙ / (2n (2n − 1)) y^(1−2n), y large.
fn at_large(i: usize, y: f64) -> f64 {
    let terms = BERNOULLI_OVER_FACTORIAL.iter().enumerate();
    let sum: f64 = terms
        .rev()
        .map(|(n, b)| {
            let power = 2 * n + 1;
            b * rising_product(0, power - 1) * rising_product(power - 1, i) * y.powi(-((power + i) as i32))
        })
        .sum();
    if i % 2 == 0 { sum } else { -sum }
}

/// The i-th derivative by y of (y + ½) ln(1 + 1/y) − 1, which is the remainder at y less that at y + 1.
fn step(i: usize, y: f64) -> f64 {
    let ln = (1.0 / y).ln_1p();
    match i {
        0 => (y + 0.5) * ln - 1.0,
        1 => ln - 0.5 * (1.0 / y + 1.0 / (y + 1.0)),
        _ => {
            let n = i as i32;
            let (below, above) = (y.recip(), (y + 1.0).recip());
            let logarithms = rising_product(0, i - 2) * (above.powi(n - 1) - below.powi(n - 1));
            let quotients = 0.5 * rising_product(0, i - 1) * (below.powi(n) + above.powi(n));
            if i % 2 == 0 { logarithms + quotients } else { -logarithms - quotients }
        }
    }
}
