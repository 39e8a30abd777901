//! The logistic function and its logarithm, from e⁻|ˣ|, which all four of ±x and the two functions share.

/// 1 / (1 + e⁻ˣ), from e = e⁻|ˣ| and its reciprocal 1 / (1 + e)
#[inline(always)]
pub(in crate::program) fn logistic_from(x: f64, e: f64, reciprocal: f64) -> f64 {
    let numerator = if x < 0.0 { e } else { 1.0 };
    numerator * reciprocal
}

/// −ln(1 + e⁻ˣ), from l = ln(1 + e⁻|ˣ|)
#[inline(always)]
pub(in crate::program) fn ln_logistic_from(x: f64, l: f64) -> f64 {
    let least = if x < 0.0 { x } else { 0.0 };
    least - l
}
