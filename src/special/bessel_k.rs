//! The modified Bessel function of the second kind, in logarithms.

use super::debye::{self, Kind};
use super::jet::{Jet, MOST_DERIVATIVES, Number, factorial, of_orders};

/// ln(eˣ K_ν(x)) for any ν, which is even in ν, and x > 0; +∞ at x = 0, NaN elsewhere.
///
/// Error below 4e-15 max(1, |value|) (checked for |ν| ≤ 1e6 and x from 1e-10 to 1e10). Where ν² + x² < 900 by the
/// trapezoidal rule on the integral over the real line (DLMF 10.32.9; Trefethen and Weideman, *SIAM Review* 56, 2014),
/// about its saddle point, where nothing cancels; else by Debye's expansion (DLMF 10.41.4).
///
/// # Example
///
/// ```
/// use thetahat::special::ln_bessel_k_scaled;
///
/// // K½(x) = √(π / (2x)) e⁻ˣ
/// let expected = 0.5 * (std::f64::consts::PI / 6.0).ln();
/// assert!((ln_bessel_k_scaled(0.5, 3.0) - expected).abs() < 1e-15);
/// ```
pub fn ln_bessel_k_scaled(nu: f64, x: f64) -> f64 {
    ln_bessel_k_scaled_derivative(0, 0, nu, x)
}

/// The derivative of [`ln_bessel_k_scaled`], `by_nu` times by ν and `by_x` times by x; NaN for
/// more than 4 times.
///
/// The integral is the generating function of cumulants: so derivatives are those of t and 1 − cosh t under its
/// integrand. Error below 1e-14 (|value| + m) for k derivatives by x and j by ν (checked for j + k ≤ 3, ν ≥ 0.001); m is
/// max(1, |ln x|)ʲ (max(1, ν) / x)ᵏ for ν² + x² < 900 and x⁻ᵏ beyond.
pub fn ln_bessel_k_scaled_derivative(by_nu: u8, by_x: u8, nu: f64, x: f64) -> f64 {
    let in_domain = nu.is_finite() && (0.0..f64::INFINITY).contains(&x);
    if !in_domain || by_nu.saturating_add(by_x) > MOST_DERIVATIVES {
        return f64::NAN;
    }
    if x == 0.0 {
        return if (by_nu, by_x) == (0, 0) { f64::INFINITY } else { f64::NAN };
    }
    let sign = if nu < 0.0 && by_nu % 2 == 1 { -1.0 } else { 1.0 };
    let nu = nu.abs();
    let s = debye::distance(nu, x);
    sign * if s < debye::LARGE {
        cumulant(by_nu, by_x, nu, x, s)
    } else if (by_nu, by_x) == (0, 0) {
        debye::ln_scaled(Kind::K, nu, x, s)
    } else {
        of_orders!(by_nu, by_x, far(nu, x))
    }
}

fn far<const J: usize, const K: usize>(nu: f64, x: f64) -> f64 {
    let (nu, x) = Jet::<J, K>::variables(nu, x);
    debye::ln_scaled(Kind::K, nu, x, debye::distance(nu, x)).derivative()
}

/// The derivative of ln ½ ∫ exp(ν t − x (cosh t − 1)) dt.
///
/// With t = arsinh(ν/x) + u the exponent is that of the saddle point, less one that is 0 at u = 0 and convex.
fn cumulant(by_nu: u8, by_x: u8, nu: f64, x: f64, s: f64) -> f64 {
    // The integrand is analytic, and decays where |Im u| < π/2: for this step the error is below 1e-17.
    let step = if s < 2.0 { 0.2 } else { 0.1 };
    let saddle = if x < 1e-300 * nu { (2.0 * nu).ln() - x.ln() } else { (nu / x).asinh() };
    // s + ν and s − ν, times (eᵘ − 1) / 2 and (e⁻ᵘ − 1) / 2.
    let sum = (s + nu, (s + nu).ln());
    let difference = (x * (x / (s + nu)), 2.0 * x.ln() - sum.1);
    let grown = |(scale, ln): (f64, f64), u: f64| {
        // A small scale has lost its digits, and eᵘ may be too large; then 1 is nothing beside it.
        if scale > 1e-200 { scale * (0.5 * u.exp_m1()) } else { 0.5 * (u + ln).exp() }
    };
    let mut nodes = Vec::new();
    for direction in [step, -step] {
        for i in 0_u32.. {
            let u = direction * f64::from(i);
            let exponent = grown(sum, u) + grown(difference, -u) - nu * u;
            if exponent > 50.0 {
                break;
            }
            if i > 0 || direction > 0.0 {
                nodes.push((u, (-exponent).exp()));
            }
        }
    }
    let total: f64 = nodes.iter().map(|(_, weight)| weight).sum();
    if (by_nu, by_x) == (0, 0) {
        return (0.5 * step * total).ln() - debye::exponent(nu, x, s);
    }
    let one_less_cosh = |u: f64| -2.0 * (0.5 * (saddle + u)).sinh().powi(2);
    let mean = |f: &dyn Fn(f64) -> f64| nodes.iter().map(|&(u, weight)| weight * f(u)).sum::<f64>() / total;
    let (mean_u, mean_c) = (mean(&|u| u), mean(&one_less_cosh));
    match (by_nu, by_x) {
        (1, 0) => saddle + mean_u,
        (0, 1) => mean_c,
        _ => {
            let central = |j: usize, k: usize| {
                mean(&|u| (u - mean_u).powi(j as i32) * (one_less_cosh(u) - mean_c).powi(k as i32))
            };
            of_orders!(by_nu, by_x, joint_cumulant(central))
        }
    }
}

/// From the moments about the means.
fn joint_cumulant<const J: usize, const K: usize>(central: impl Fn(usize, usize) -> f64) -> f64 {
    let moments = Jet::<J, K>::new(|j, k| match j + k {
        0 | 1 => 0.0,
        _ => central(j, k) / (factorial(j) * factorial(k)),
    });
    moments.ln_1p().derivative()
}
