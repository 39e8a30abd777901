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
    (-(s * 2.0_f64.ln())).exp() * scaled_tail(s, S::from(1.0), Some(n))
}

/// ln Σ k^(−s), k = m + 1, …, n; −∞ if there are none.
pub(super) fn ln_tail<S: Scalar>(s: S, m: S, n: S) -> S {
    scaled_tail(s, m, Some(n)).ln() - s * (m + 1.0).ln()
}

/// ln Σ k^(−s), k = m + 1, …, without end, for s > 1.
pub(super) fn ln_endless_tail<S: Scalar>(s: S, m: S) -> S {
    scaled_tail(s, m, None).ln() - s * (m + 1.0).ln()
}

/// (m + 1)ˢ Σ k^(−s), k = m + 1, …, n, or without end: the first terms, and the others by the formula of Euler and Maclaurin (DLMF 2.10.1).
///
/// Where its terms, of order (s / (2π (m + 32)))^2j, do not fall, the first ones leave less than 1e-16 of the sum to it.
fn scaled_tail<S: Scalar>(s: S, m: S, n: Option<S>) -> S {
    let base = m + 1.0;
    // ((m + 1 + j) / (m + 1))^(−s)
    let power = |j: u32| (-(s * (f64::from(j) / base).ln_1p())).exp();
    let first = (0..FIRST).fold(S::from(0.0), |sum, j| {
        sum + n.map_or(power(j), |n| n.less_than(base + f64::from(j)).select(0.0, power(j)))
    });
    let last = m + f64::from(FIRST);
    // ∫ (x / last)^(−s) dx from `last` to n, and what is taken off at both ends.
    let ln_ratio = n.map(|n| ((n - last) / last).ln_1p());
    let integral = match ln_ratio {
        Some(ln_ratio) => last * ln_ratio * exp_m1_over((1.0 - s) * ln_ratio),
        None => last / (s - 1.0),
    };
    let end = n.zip(ln_ratio).map(|(n, ln_ratio)| (n, (-(s * ln_ratio)).exp()));
    let mut sum = integral + 0.5 * (end.map_or(S::from(0.0), |(_, power)| power) - 1.0);
    // s (s + 1) … (s + 2j − 2) over last^(2j − 1) and n^(2j − 1).
    let (mut at_last, mut at_end) = (s / last, end.map(|(n, power)| (n, s / n * power)));
    for (bernoulli, j) in BERNOULLI_OVER_FACTORIAL.iter().zip(1_u32..) {
        sum = sum + *bernoulli * at_end.map_or(at_last, |(_, at_end)| at_last - at_end);
        let factor = (s + f64::from(2 * j - 1)) * (s + f64::from(2 * j));
        at_last = at_last * factor / (last * last);
        at_end = at_end.map(|(n, at_end)| (n, at_end * factor / (n * n)));
    }
    let weight = power(FIRST - 1);
    // Where the others weigh nothing, s may be so large that their terms overflow.
    let others = weight.less_than(1e-40).select(0.0, weight * sum);
    first + n.map_or(others, |n| n.less_than(last + 1.0).select(0.0, others))
}

/// Σ k^(−s) ln k, k = 2, …, n: as [`scaled_tail`], of f(x) = x^(−s) ln x, whose derivatives are (a ln x + b) x^(−s−j).
pub(super) fn ln_weighted<S: Scalar>(s: S, n: S) -> S {
    let term = |k: f64| (-(s * k.ln())).exp() * k.ln();
    let first = (2..=FIRST + 1).map(f64::from).fold(S::from(0.0), |sum, k| sum + n.less_than(k).select(0.0, term(k)));
    let last = f64::from(FIRST + 1);
    let ln_ratio = ((n - last) / last).ln_1p();
    let y = (1.0 - s) * ln_ratio;
    let integral = last * ln_ratio * (last.ln() * exp_m1_over(y) + ln_ratio * exp_m1_over_slope(y));
    // All over last^(−s).
    let power = (-(s * ln_ratio)).exp();
    let mut sum = integral + 0.5 * (power * n.ln() - last.ln());
    let (mut a, mut b) = (-s, S::from(1.0));
    let (mut at_last, mut at_end) = (S::from(1.0 / last), power / n);
    for (bernoulli, j) in BERNOULLI_OVER_FACTORIAL.iter().zip(1_u32..) {
        sum = sum + *bernoulli * (at_end * (a * n.ln() + b) - at_last * (a * last.ln() + b));
        for order in [2 * j - 1, 2 * j] {
            let factor = s + f64::from(order);
            (a, b) = (-(factor * a), a - factor * b);
        }
        at_last = at_last / (last * last);
        at_end = at_end / (n * n);
    }
    let weight = (-(s * last.ln())).exp();
    let others = weight.less_than(1e-40).select(0.0, weight * sum);
    first + n.less_than(last + 1.0).select(0.0, others)
}

/// (1 + (x − 1) eˣ) / x², the slope of [`exp_m1_over`], which is ½ at 0.
fn exp_m1_over_slope<S: Scalar>(x: S) -> S {
    // Σ xʲ / (j! (j + 2))
    let series = (0..=24_u32).rev().fold(S::from(0.0), |rest, j| 1.0 / f64::from(j + 2) + x * rest / f64::from(j + 1));
    x.abs().less_than(2.0).select(series, (1.0 + (x - 1.0) * x.exp()) / x.square())
}

/// (eˣ − 1) / x, which is 1 at 0; so are its derivatives right there.
fn exp_m1_over<S: Scalar>(x: S) -> S {
    // 1 + x/2 (1 + x/3 (1 + …)): the term after the last is below 2²⁴/25! = 1e-18.
    let series = (2..=24_u32).rev().fold(S::from(1.0), |rest, k| 1.0 + x * rest / f64::from(k));
    x.abs().less_than(2.0).select(series, x.exp_m1() / x)
}

#[cfg(test)]
mod tests {
    use super::{exp_m1_over, ln_harmonic, ln_tail};

    #[test]
    fn sums_are_those_of_their_terms() {
        for s in [-1.0, 0.0, 0.3, 1.0, 2.5, 60.0, 700.0] {
            for n in [1_u32, 2, 33, 34, 35, 5000] {
                let terms = |from: u32| (from..=n).rev().map(|k| -s * f64::from(k).ln());
                let direct = <f64 as crate::scalar::Scalar>::log_sum_exp(&terms(1).collect::<Vec<_>>());
                let found = ln_harmonic(s, f64::from(n));
                assert!((found - direct).abs() <= 2e-14 * (1.0 + direct.abs()), "s = {s}, n = {n}: {found}");
                for m in [1, 31, 32, 33, n / 3, n.saturating_sub(1)].into_iter().filter(|m| (1..n).contains(m)) {
                    let direct = <f64 as crate::scalar::Scalar>::log_sum_exp(&terms(m + 1).collect::<Vec<_>>());
                    let found = ln_tail(s, f64::from(m), f64::from(n));
                    assert!((found - direct).abs() <= 2e-14 * (1.0 + direct.abs()), "s = {s}, {m} to {n}: {found}");
                }
            }
        }
    }

    #[test]
    fn of_many_terms_and_near_one() {
        // mpmath 1.3.0, 60 digits: s, n, ln Σ from 1, ln Σ from n/3 + 1.
        let cases = [
            (1.0, 1e12, 3.339_614_019_722_332_5, 0.094_047_827_616_699_02),
            (0.5, 1e6, 7.600_172_265_761_054, 6.739_691_207_025_426),
            (2.5, 1e6, 0.293_778_891_460_301_65, -19.694_563_679_465_26),
            (1.0 + 1e-9, 1e3, 2.012_963_919_936_123, 0.094_047_518_148_343_07),
        ];
        for (s, n, whole, tail) in cases {
            assert!((ln_harmonic(s, n) / whole - 1.0_f64).abs() < 1e-14);
            assert!((ln_tail(s, (n / 3.0_f64).floor(), n) / tail - 1.0_f64).abs() < 1e-14);
        }
    }

    #[test]
    fn the_two_forms_meet() {
        for x in [-2.0_f64, 2.0] {
            let (inside, outside) = (exp_m1_over(x * (1.0 - 1e-15)), exp_m1_over(x * (1.0 + 1e-15)));
            assert!((inside / outside - 1.0).abs() < 1e-14);
        }
        assert_eq!(exp_m1_over(0.0), 1.0);
    }
}
