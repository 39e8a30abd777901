//! Generalised harmonic numbers Σ k^(−s), k = 1, …, n, in digits and derivatives right for any n and s ≥ −1.

use crate::scalar::{Condition, Scalar};
use crate::special::BERNOULLI_OVER_FACTORIAL;

/// Terms that are added one by one.
const FIRST: u32 = 32;

/// ln Σ k^(−s), k = 1, …, n.
pub(super) fn ln_harmonic<S: Scalar>(s: S, n: S) -> S {
    beyond_one(s, n).ln_1p()
}

/// Σ k^(−s), k = 2, …, n.
pub(super) fn beyond_one<S: Scalar>(s: S, n: S) -> S {
    (-(s * 2.0_f64.ln())).exp() * scaled_tail(s, S::from(1.0), n)
}

/// ln Σ k^(−s), k = m + 1, …, n; −∞ if there are none.
pub(super) fn ln_tail<S: Scalar>(s: S, m: S, n: S) -> S {
    scaled_tail(s, m, n).ln() - s * (m + 1.0).ln()
}

/// (m + 1)ˢ Σ k^(−s), k = m + 1, …, n: the first terms, and the others by the formula of Euler and Maclaurin (DLMF 2.10.1).
///
/// Where its terms, of order (s / (2π (m + 32)))^2j, do not fall, the first ones leave less than 1e-16 of the sum to it.
fn scaled_tail<S: Scalar>(s: S, m: S, n: S) -> S {
    let base = m + 1.0;
    // ((m + 1 + j) / (m + 1))^(−s)
    let power = |j: u32| (-(s * (f64::from(j) / base).ln_1p())).exp();
    let first = (0..FIRST).fold(S::from(0.0), |sum, j| sum + n.less_than(base + f64::from(j)).select(0.0, power(j)));
    let last = m + f64::from(FIRST);
    let ln_ratio = ((n - last) / last).ln_1p();
    let end = (-(s * ln_ratio)).exp();
    // ∫ (x / last)^(−s) dx from `last` to n.
    let integral = last * ln_ratio * exp_m1_over((1.0 - s) * ln_ratio);
    let mut sum = integral + 0.5 * (end - 1.0);
    // s (s + 1) … (s + 2j − 2) over last^(2j − 1) and n^(2j − 1).
    let (mut at_last, mut at_end) = (s / last, s / n * end);
    for (bernoulli, j) in BERNOULLI_OVER_FACTORIAL.iter().zip(1_u32..) {
        sum = sum + *bernoulli * (at_last - at_end);
        let factor = (s + f64::from(2 * j - 1)) * (s + f64::from(2 * j));
        at_last = at_last * factor / (last * last);
        at_end = at_end * factor / (n * n);
    }
    let weight = power(FIRST - 1);
    // Where the others weigh nothing, s may be so large that their terms overflow.
    let others = n.less_than(last + 1.0).select(0.0, weight.less_than(1e-40).select(0.0, weight * sum));
    first + others
}

/// (eˣ − 1) / x, which is 1 at 0; so are its derivatives right there.
fn exp_m1_over<S: Scalar>(x: S) -> S {
    // 1 + x/2 (1 + x/3 (1 + …)): the term after the last is below 2²⁴/25! = 1e-18.
    let series = (2..=24_u32).rev().fold(S::from(1.0), |rest, k| 1.0 + x * rest / f64::from(k));
    x.abs().less_than(2.0).select(series, x.exp_m1() / x)
}
