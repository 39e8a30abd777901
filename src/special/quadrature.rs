//! Integrals of smooth functions over an interval, by a fixed rule.

use std::sync::LazyLock;

const POINTS: usize = 32;

/// Nodes and weights of Gauss and Legendre on (0, 1) (Abramowitz and Stegun, 25.4.29), by Newton's method on the
/// Legendre polynomial.
static RULE: LazyLock<[(f64, f64); POINTS]> = LazyLock::new(|| {
    std::array::from_fn(|i| {
        let n = POINTS as f64;
        let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..8 {
            let (mut before, mut value) = (1.0, x);
            for k in 2..=POINTS {
                let k = k as f64;
                (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
            }
            slope = n * (x * value - before) / (x * x - 1.0);
            x -= value / slope;
        }
        (0.5 + 0.5 * x, 1.0 / ((1.0 - x * x) * slope * slope))
    })
});

/// The nodes and weights of the rule on (0, 1), for formulas that integrate.
pub(crate) fn rule() -> &'static [(f64, f64)] {
    &*RULE
}

/// Points and weights for the mean of f(V), where V has the standard exponential law and f may vary on any scale of V, as long
/// as it is analytic but for the numbers ≤ 0: the trapezoidal rule in t, V = exp(t − e^(−2t/5)).
///
/// So many points give 14 digits of the angles that this was made for. Takahasi and Mori, "Double exponential formulas for
/// numerical integration", 1974.
static EXPONENTIAL_RULE: LazyLock<[(f64, f64); EXPONENTIAL_POINTS]> = LazyLock::new(|| {
    // From V = e^−34 to 36, beyond which less than rounding is left.
    let (first, last) = (-8.13, 3.8);
    let step = (last - first) / (EXPONENTIAL_POINTS - 1) as f64;
    let mut rule = std::array::from_fn(|i| {
        let t = first + step * i as f64;
        let bend = (-0.4 * t).exp();
        let v = (t - bend).exp();
        (v, step * (1.0 + 0.4 * bend) * v * (-v).exp())
    });
    let total: f64 = rule.iter().map(|(_, weight)| weight).sum();
    rule.iter_mut().for_each(|(_, weight)| *weight /= total);
    rule
});

const EXPONENTIAL_POINTS: usize = 56;

/// The points and weights of the rule for means over the standard exponential law.
pub(crate) fn exponential_rule() -> &'static [(f64, f64)] {
    &*EXPONENTIAL_RULE
}

/// Visits the nodes, with their weights, of the rule on each of the intervals between 0, those of `edges` that lie
/// inside, and `end`. The edges increase.
pub(super) fn nodes(edges: &[f64], end: f64, mut visit: impl FnMut(f64, f64)) {
    let mut from = 0.0;
    let inside = edges.iter().copied().filter(|&edge| edge > 0.0 && edge < end);
    for to in inside.chain([end]) {
        for &(node, weight) in RULE.iter() {
            visit(from + (to - from) * node, (to - from) * weight);
        }
        from = to;
    }
}

/// Where an integrand has fallen to e^−42 of what it is at 0, which is less than rounding.
pub(super) const FALL: f64 = 42.0;

/// A point a little beyond the one where the concave function `f`, with its slope, has fallen to −`fall`; `guess` is near it
/// on either side.
pub(super) fn fallen(guess: f64, fall: f64, f: impl Fn(f64) -> (f64, f64)) -> f64 {
    let mut end = guess;
    for _ in 0..40 {
        let (value, slope) = f(end);
        if (-1.4 * fall..=-fall).contains(&value) {
            break;
        }
        // A tangent of a concave function lies above it: once it falls, every step but the first comes from beyond.
        end = if slope < 0.0 { end - (value + fall) / slope } else { 2.0 * end };
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_integrated_exactly() {
        for power in 0..2 * POINTS as i32 {
            let mut sum = 0.0;
            nodes(&[-1.0, 0.3, 7.0], 1.5, |x, weight| sum += weight * x.powi(power));
            let exact = 1.5_f64.powi(power + 1) / f64::from(power + 1);
            assert!((sum / exact - 1.0).abs() < 1e-14, "power {power}: {sum} is not {exact}");
        }
    }
}
