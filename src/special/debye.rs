//! The modified Bessel functions where ν or x is large.

use super::jet::Number;

/// From here on of √(ν² + x²), 17 terms leave less than 1e-16.
pub(super) const LARGE: f64 = 30.0;

const TERMS: usize = 18;

/// Which of the two functions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    I,
    K,
}

/// √(ν² + x²), also where a square overflows.
pub(super) fn distance<N: Number>(nu: N, x: N) -> N {
    let (small, large) = if nu.value() < x.value() { (nu, x) } else { (x, nu) };
    let ratio = small / large;
    large * (ratio * ratio + 1.0).sqrt()
}

/// √(ν² + x²) − x − ν arsinh(ν / x), with s = √(ν² + x²): what e⁻ˣ I_ν(x) has in its exponent, and eˣ K_ν(x) with the
/// other sign. No difference is left that cancels: the two parts are as 1 to −2 at most.
pub(super) fn exponent<N: Number>(nu: N, x: N, s: N) -> N {
    let ratio = nu / x;
    // The square of the ratio may overflow, and the ratio itself.
    let arsinh = if ratio.value() > 1e9 { nu.ln() - x.ln() + std::f64::consts::LN_2 } else { ratio.asinh() };
    nu * (nu / s / (x / s + 1.0) - arsinh)
}

/// ln(e⁻ˣ I_ν(x)) or ln(eˣ K_ν(x)) by Debye's expansion (DLMF 10.41.3 and 10.41.4; at ν = 0 it is Hankel's, 10.40), for
/// s = √(ν² + x²) ≥ [`LARGE`].
pub(super) fn ln_scaled<N: Number>(kind: Kind, nu: N, x: N, s: N) -> N {
    use std::f64::consts::{PI, TAU};
    let sign = if kind == Kind::I { 1.0 } else { -1.0 };
    let p = nu / s;
    let (square, step) = (p * p, s.recip() * sign);
    // The term of order k is below (k − 1)! / (2s)ᵏ.
    let terms = match s.value() {
        s if s < 60.0 => 17,
        s if s < 200.0 => 11,
        s if s < 1e4 => 8,
        _ => 4,
    };
    let polynomial = |k: usize| (0..k).rev().fold(s.constant(DEBYE[k][k]), |sum, j| sum * square + DEBYE[k][j]);
    let sum = (1..terms).rev().fold(polynomial(terms), |sum, k| sum * step + polynomial(k)) * step;
    let ln_width = s.ln() + if kind == Kind::I { TAU.ln() } else { (2.0 / PI).ln() };
    exponent(nu, x, s) * sign - ln_width * 0.5 + sum.ln_1p()
}

/// By k, the coefficients of pᵏ, pᵏ⁺², … p³ᵏ in Debye's polynomial uₖ, from the recurrence of DLMF 10.41.9.
const DEBYE: [[f64; TERMS]; TERMS] = {
    let mut u = [[0.0; TERMS]; TERMS];
    u[0][0] = 1.0;
    let mut k = 0;
    while k + 1 < TERMS {
        let mut j = 0;
        while j <= k {
            let power = (k + 2 * j) as f64;
            // ½ p² (1 − p²) u′ + ⅛ ∫ (1 − 5p²) u
            u[k + 1][j] += u[k][j] * (0.5 * power + 0.125 / (power + 1.0));
            u[k + 1][j + 1] -= u[k][j] * (0.5 * power + 0.625 / (power + 3.0));
            j += 1;
        }
        k += 1;
    }
    u
};
