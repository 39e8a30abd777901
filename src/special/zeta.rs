//! The logarithm of Riemann's zeta function, and its derivatives.

use super::gamma::BERNOULLI_OVER_FACTORIAL;
use super::jet::{Jet, Number};

/// The highest order of [`ln_zeta_derivative`].
pub(crate) const MOST_ZETA_DERIVATIVES: u8 = 6;

/// Terms below this are added one by one.
const LARGE: u32 = 10;

/// ln ζ(s) for s > 1: +∞ at 1, NaN below.
///
/// Relative error below 2e-15 for any s, near 1, where it is −ln(s − 1), as for large s, where it is 2⁻ˢ. From the
/// formula of Euler and Maclaurin (DLMF 25.2.10).
pub fn ln_zeta(s: f64) -> f64 {
    ln_zeta_derivative(0, s)
}

/// The derivative of ln ζ of this order, at most 6, for s > 1; NaN elsewhere. Relative error below 4e-15.
///
/// The formula of [`ln_zeta`], each term as a Taylor series in s.
pub fn ln_zeta_derivative(order: u8, s: f64) -> f64 {
    if s.is_nan() || s < 1.0 || order > MOST_ZETA_DERIVATIVES {
        return f64::NAN;
    }
    if s == 1.0 {
        return if order.is_multiple_of(2) { f64::INFINITY } else { f64::NEG_INFINITY };
    }
    let k = i32::from(order);
    if s > 200.0 {
        // 3⁻ˢ and the square of 2⁻ˢ have nothing to say.
        return (-s).exp2() * (-std::f64::consts::LN_2).powi(k);
    }
    let regular = match order {
        0 => without_pole(s),
        1 => derivative::<2>(s),
        2 => derivative::<3>(s),
        3 => derivative::<4>(s),
        4 => derivative::<5>(s),
        5 => derivative::<6>(s),
        _ => derivative::<7>(s),
    };
    if s >= SPLIT {
        return regular;
    }
    // −ln(s − 1) and its derivatives, (−1)ᵏ (k − 1)! / (s − 1)ᵏ.
    let factorial: f64 = (1..k).map(f64::from).product();
    regular + if order == 0 { -(s - 1.0).ln() } else { factorial * (-1.0 / (s - 1.0)).powi(k) }
}

/// Below this, the pole is taken apart.
const SPLIT: f64 = 1.5;

fn derivative<const J: usize>(s: f64) -> f64 {
    without_pole(Jet::<J, 1>::variables(s, 0.0).0).derivative()
}

/// ln ζ(s), or ln((s − 1) ζ(s)) below [`SPLIT`].
fn without_pole<N: Number>(s: N) -> N {
    let base = f64::from(LARGE);
    let last = (-s).exponent_of(base);
    // Σ B₂ⱼ / (2j)! · s (s + 1) … (s + 2j − 2) / base²ʲ⁻¹
    let mut rising = s * (1.0 / base);
    let mut tail = s.constant(0.5);
    for (bernoulli, j) in BERNOULLI_OVER_FACTORIAL.iter().zip(1_u32..) {
        tail = tail + rising * *bernoulli;
        rising = rising * (s + f64::from(2 * j - 1)) * (s + f64::from(2 * j)) * (1.0 / (base * base));
    }
    let sum = (2..LARGE).rev().fold(last * tail, |sum, n| sum + (-s).exponent_of(f64::from(n)));
    let gap = s + -1.0;
    let zeta_m1 =
        if s.value() < SPLIT { gap * (sum + 1.0) + last * base + -1.0 } else { sum + last * base * gap.recip() };
    zeta_m1.ln_1p()
}
