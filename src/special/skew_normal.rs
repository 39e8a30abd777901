//! The distribution function of the skew normal law, in logarithms.

use std::f64::consts::{LN_2, PI, SQRT_2};

use super::normal::{ln_mills_ratio, two_tails};
use super::{ln_1m_exp, ln_normal_cdf};

/// ln F(z; α), where F(z; α) = Φ(z) − 2 T(z, α) is the distribution function of the density 2 φ(z) Φ(αz), and T is Owen's
/// function. The upper tail is 1 − F(z; α) = F(−z; −α). NaN where α is not finite.
///
/// Relative error below 2e-15 (1 + |ln(−ln F)|) in both tails (checked for |z| ≤ 1e3 and |αz| ≤ 1e4). Of T and its complement
/// Q(h, a) = ∫ exp(−h² (1 + t²) / 2) / (π (1 + t²)) dt over t > a (Owen, *Annals of Mathematical Statistics* 27, 1956;
/// Azzalini, *Scandinavian Journal of Statistics* 12, 1985), Q is taken, because F is then a sum of positive parts, or one
/// that leaves at least half of its first part. In a formula its derivatives are exponentials of sums of logarithms: their
/// relative error is below 2e-15 (1 + z² (1 + α²) + ln(1 + α²) + |ln F|) at the same points, for the second ones of the parts
/// that they are sums of.
///
/// # Example
///
/// ```
/// use thetahat::special::ln_skew_normal_cdf;
///
/// // F(0; 1) = 1/2 − arctan(1) / π, and F(z; 1) = Φ(z)².
/// assert!((ln_skew_normal_cdf(0.0, 1.0) - 0.25_f64.ln()).abs() < 1e-15);
/// ```
pub fn ln_skew_normal_cdf(z: f64, alpha: f64) -> f64 {
    if z.is_nan() || !alpha.is_finite() {
        return f64::NAN;
    }
    if z.is_infinite() {
        return if z > 0.0 { 0.0 } else { f64::NEG_INFINITY };
    }
    let h = z.abs();
    let ln_scaled = ln_beyond(h, alpha.abs());
    let ln_q = ln_scaled - 0.5 * h * h;
    if (z < 0.0) != (alpha < 0.0) {
        // F = Q, or F = 1 − Q.
        return if z < 0.0 { ln_q } else { ln_1m_exp(ln_q) };
    }
    // 2Φ(−h) − Q, where Q ≤ Φ(−h), and its complement.
    let (tails, q) = (two_tails(h), ln_q.exp());
    let inside = libm::erf(h / SQRT_2) + q;
    // Q / 2Φ(−h), where large exponents do not enter.
    let share = if h < 3.0 { q / tails } else { (ln_scaled + 0.5 * (PI / 2.0).ln() - ln_mills_ratio(h)).exp() };
    if z < 0.0 {
        let ln_tail = ln_normal_cdf(-h);
        if inside < 0.5 {
            (-inside).ln_1p()
        } else if ln_tail == f64::NEG_INFINITY {
            ln_tail
        } else {
            ln_tail + LN_2 + (-share).ln_1p()
        }
    } else if inside < 0.5 {
        inside.ln()
    } else {
        (-(tails * (1.0 - share))).ln_1p()
    }
}

/// ln Q(h, a) + h²/2 for h ≥ 0 and a ≥ 0, by the trapezoidal rule after a double exponential substitution at the near end
/// (Takahasi and Mori, *Publications of RIMS* 9, 1974).
pub(super) fn ln_beyond(h: f64, a: f64) -> f64 {
    let p = h * a;
    // ln Q < −(h² + p²)/2 ≤ −hp is beyond doubles.
    if (h * (1.0 + p)).is_infinite() {
        return f64::NEG_INFINITY;
    }
    if h.max(p) < 1e-17 {
        return ((1.0_f64).atan2(a) / PI).ln();
    }
    // With t = a + v: exp(−h² (a v + v²/2)) c² / (1 + t²) for c² = 1 + a², of which v = w is the width.
    let c = a.hypot(1.0);
    let w = c.min(1.0 / (h * (1.0 + p)));
    let value = |v: f64| {
        let (hv, ratio) = (h * v, c / (a + v).hypot(1.0));
        (-hv * (p + 0.5 * hv)).exp() * ratio * ratio
    };
    const STEP: f64 = 0.1;
    let mut sum = 0.0;
    // The width is underflown where this is not enough: what is beyond is too.
    for i in -38..=400 {
        let l = STEP * f64::from(i);
        let (e, v) = ((-l).exp(), (l - (-l).exp()).exp());
        let term = v * (1.0 + e) * value(w * v);
        sum += term;
        if i > 0 && term < 1e-18 * sum {
            break;
        }
    }
    (STEP * sum * w / c / c / PI).ln() - 0.5 * p * p
}
