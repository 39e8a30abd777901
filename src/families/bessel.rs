//! The modified Bessel function I_ν as a law needs it whose argument may be 0.

use crate::scalar::Scalar;

/// ln(Γ(ν + 1) I_ν(2√w) / √wᵛ), which is Σ wᵏ / (k! (ν + 1) … (ν + k)) in logarithms and entire in w, for w < ν + 1.
pub(super) fn ln_bessel_i_near_zero<S: Scalar>(nu: S, w: S) -> S {
    // The first term that is left out is below 1/21! = 2e-20.
    let series = (1..=20_u32).rev().fold(S::from(0.0), |rest, k| {
        let k = f64::from(k);
        w / (k * (nu + k)) * (1.0 + rest)
    });
    series.ln_1p()
}
