//! Special functions of `f64`, each with its accuracy and source.

mod bessel_i;
mod bessel_k;
mod beta;
mod beta_binomial;
mod debye;
mod erf;
mod gamma;
mod incomplete_beta;
mod incomplete_gamma;
mod jet;
mod log1p;
mod log_gamma_law;
mod mills;
mod normal;
mod owen;
mod quadrature;
mod removable;
mod rising;
mod skew_normal;
mod sum;
mod zeta;

pub use bessel_i::{ln_bessel_i_scaled, ln_bessel_i_scaled_derivative};
pub use bessel_k::{ln_bessel_k_scaled, ln_bessel_k_scaled_derivative};
pub use beta::ln_beta;
pub use beta_binomial::ln_beta_binomial_cdf;
pub use erf::{erf, erfc, ln_erfc};
pub(crate) use gamma::BERNOULLI_OVER_FACTORIAL;
pub use gamma::{ln_gamma, polygamma};
pub use incomplete_beta::{MOST_BETA_ORDERS, ln_beta_density, ln_beta_p};
pub use incomplete_gamma::{MOST_INCOMPLETE_ORDERS, ln_gamma_density, ln_gamma_p, ln_gamma_q};
pub(crate) use jet::MOST_DERIVATIVES;
pub use log_gamma_law::{MOST_LOG_GAMMA_ORDERS, ln_log_gamma_cdf};
pub use log1p::x_minus_ln_1p;
pub use mills::{MOST_MILLS_ORDERS, inverse_mills_ratio};
pub use normal::{ln_normal_cdf, normal_quantile};
pub use owen::owens_t;
pub(crate) use quadrature::{exponential_rule, rule as quadrature_rule};
pub use removable::{MOST_STIRLING_ORDERS, exp_remainder, ln_1p_ratio, stirling_remainder};
pub use rising::{ln_rising, polygamma_rising};
pub use skew_normal::ln_skew_normal_cdf;
pub(crate) use sum::compensated_sum;
pub(crate) use zeta::MOST_ZETA_DERIVATIVES;
pub use zeta::{ln_zeta, ln_zeta_derivative};

/// 1 / (1 + e⁻ˣ), by the exponential that does not overflow. Relative error below 2ε, ε = 2.2e-16, also where the value
/// underflows towards 0 (10,000 points of Arb in `tests/special/`).
pub fn logistic(x: f64) -> f64 {
    if x < 0.0 {
        let e = x.exp();
        e / (1.0 + e)
    } else {
        1.0 / (1.0 + (-x).exp())
    }
}

/// ln(1 / (1 + e⁻ˣ)), as [`logistic`]. Relative error below 2ε, ε = 2.2e-16, in both tails (10,000 points of Arb in
/// `tests/special/`; Mächler, *Accurately Computing log(1 − exp(−|a|))*, 2012).
pub fn ln_logistic(x: f64) -> f64 {
    if x < 0.0 { x - x.exp().ln_1p() } else { -(-x).exp().ln_1p() }
}

/// x · ln y, which is 0 where x = 0, whatever y: the convention 0 · ln 0 = 0 of information theory
/// (Cover and Thomas, *Elements of Information Theory*, 2nd ed., section 2.1). As accurate as ln: relative error below 2 ulp.
pub fn x_ln_y(x: f64, y: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x * y.ln() }
}

/// x · ln(1 + y), which is 0 where x = 0, whatever y; it keeps the digits of a small y. Relative error below 4 ulp.
pub fn x_ln_1p(x: f64, y: f64) -> f64 {
    if x == 0.0 { 0.0 } else { x * y.ln_1p() }
}

/// ln(1 − eˣ) for x ≤ 0: −∞ at 0, NaN above. Relative error below 4 ulp, also near 0, and far below, where it is −eˣ.
///
/// Mächler, *Accurately Computing log(1 − exp(−|a|))*, 2012: by eˣ − 1 above −ln 2, else by ln(1 + y).
pub fn ln_1m_exp(x: f64) -> f64 {
    if x > -std::f64::consts::LN_2 { (-(x.exp_m1())).ln() } else { (-(x.exp())).ln_1p() }
}

/// ln Σ exp(termᵢ) without overflow: −∞ for no terms, NaN if one is NaN. Error below n ulp of 1 + |value| for n terms
/// (Blanchard, Higham and Higham, *IMA Journal of Numerical Analysis* 41, 2021).
pub fn log_sum_exp(terms: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = terms.clone().fold(f64::NEG_INFINITY, |m, t| if t > m || t.is_nan() { t } else { m });
    if !largest.is_finite() {
        return largest;
    }
    largest + terms.map(|t| (t - largest).exp()).sum::<f64>().ln()
}
